//! Drawn PRVs against exact expansions of their organs.

use thecal_geom::Warning;
use thecal_margin::{
    EXPANSION_TOLERANCE_MM, ExpansionAudit, Fault as MarginFault, Finding, Neighbour,
    audit_expansion,
};
use thecal_mask::role::{ExpansionName, Role, expansion_name, select};
use thecal_mask::{Solid, Structure};
use thecal_report as report;
use thecal_report::text::plain;

use crate::error::Error;
use crate::frames::Fixed;
use crate::measure::{Part, Parts};
use crate::record::words;
use crate::settings::Settings;
use crate::shaped::shaped;
use crate::source::Source;

/// A drawn PRV whose organ is drawn, too.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DrawnPrv {
    /// Its name.
    pub name: String,
    /// What it is of: cord or thecal sac.
    pub organ: Role,
    /// The margin that it should have, where that is known, mm.
    pub margin_mm: Option<f64>,
    /// Where it lies, LPS mm of the study's frame of reference.
    pub solid: Solid,
    from: Option<report::ExpansionFrom>,
    place: usize,
}

impl DrawnPrv {
    /// Its organ among the structures that take part.
    #[must_use]
    pub fn organ_of<'a>(&self, parts: &'a Parts) -> Option<&'a Part> {
        match self.organ {
            Role::ThecalSac => parts.sac.as_ref(),
            _ => parts.cord.as_ref(),
        }
    }
}

/// What was found of a study's PRVs.
#[derive(Default)]
pub(crate) struct FoundPrvs {
    pub(crate) drawn: Vec<DrawnPrv>,
    pub(crate) records: Vec<report::PrvRecord>,
    pub(crate) warnings: Vec<Warning>,
}

/// Holds the PRVs of a study against their organs; of a PRV of something else there is nothing to say.
///
/// # Errors
/// When a structure that a margin was stated for is not there.
pub(crate) fn audit(
    source: &Source,
    settings: &Settings,
    parts: &Parts,
    fixed: Option<&Fixed>,
) -> Result<FoundPrvs, Error> {
    let (drawn, warnings) = drawn(source, settings, parts, fixed)?;
    let mut out = FoundPrvs { drawn, warnings, ..FoundPrvs::default() };
    let taken: Vec<usize> = out.drawn.iter().map(|p| p.place).collect();
    for prv in &out.drawn {
        let Some(organ) = prv.organ_of(parts) else { continue };
        let others = || neighbours(source, settings, fixed, prv, &organ.name, &taken);
        let found = audit_expansion(
            &organ.solid,
            &prv.solid,
            prv.margin_mm,
            EXPANSION_TOLERANCE_MM,
            &others,
        );
        let record = record(prv, organ, found.as_ref());
        if record.is_short() {
            let meant = match record.expansion_mm {
                Some(_) => format!("this PRV is not {}", record.meant()),
                None => format!("this PRV is no whole expansion of {}", record.of),
            };
            let message = format!(
                "{meant}: {}; doses to the organ may be higher than its PRV shows",
                record.told()
            );
            out.warnings.push(Warning::new("prv_too_small", message, prv.name.clone()));
        }
        out.records.push(record);
    }
    Ok(out)
}

/// The PRVs of cord and sac, in the frame of reference of the parts.
pub(crate) fn drawn(
    source: &Source,
    settings: &Settings,
    parts: &Parts,
    fixed: Option<&Fixed>,
) -> Result<(Vec<DrawnPrv>, Vec<Warning>), Error> {
    let candidates = source.candidates();
    let mut stated: Vec<(usize, f64)> = Vec::new();
    for (name, margin_mm) in settings.prv_margins.entries() {
        let Some(name) = name else { continue };
        let name = plain(source.name_meant(name)).into_owned();
        let found = select(Role::Prv, &candidates, &[&name]);
        let found = found.map_err(|fault| source.selection_error(fault))?;
        stated.extend(found.structures.into_iter().map(|(place, _)| (place, margin_mm)));
    }
    let all_mm = settings.prv_margins.entries().find(|(name, _)| name.is_none());
    let (mut out, mut warnings) = (Vec::new(), Vec::new());
    for (place, candidate) in candidates.iter().enumerate() {
        let by_name = stated.iter().find(|(p, _)| *p == place).map(|(_, mm)| *mm);
        let is_part = parts.all().any(|(_, part)| part.name == candidate.name);
        let is_prv = candidate.role == Role::Prv && !is_part && candidate.has_contours;
        if by_name.is_none() && !is_prv {
            continue;
        }
        let ExpansionName { of, margin_mm, .. } = expansion_name(candidate.name);
        let organ = match of {
            None | Some(Role::Cord) => (Role::Cord, &parts.cord),
            Some(Role::ThecalSac) => (Role::ThecalSac, &parts.sac),
            Some(_) => continue,
        };
        if organ.1.is_none() {
            continue;
        }
        let by_user = by_name.or(all_mm.map(|(_, mm)| mm));
        let from = match (by_user, margin_mm) {
            (Some(_), _) => Some(report::ExpansionFrom::User),
            (None, Some(_)) => Some(report::ExpansionFrom::Name),
            (None, None) => None,
        };
        match solid(source, settings, place, fixed, &mut warnings) {
            Ok(solid) => out.push(DrawnPrv {
                name: candidate.name.to_owned(),
                organ: organ.0,
                margin_mm: by_user.or(margin_mm),
                solid,
                from,
                place,
            }),
            Err(why) => {
                let message = format!("this PRV is not held against its organ: {why}");
                warnings.push(Warning::new("structure_left_out", message, candidate.name));
            }
        }
    }
    Ok((out, warnings))
}

/// The solid of a structure in the frame of reference of the parts.
fn solid(
    source: &Source,
    settings: &Settings,
    place: usize,
    fixed: Option<&Fixed>,
    warnings: &mut Vec<Warning>,
) -> Result<Solid, Error> {
    let mut structures: Vec<Structure> = vec![source.drawn[place].loaded()?];
    if let Some(fixed) = fixed {
        let assume = settings.assume_same_frame;
        let mut said = Vec::new();
        source.frames.unite(&mut structures, fixed, assume, &mut said)?;
        warnings.extend(said);
    }
    let mut solids = shaped(&structures, settings.ends);
    Ok(solids.swap_remove(0)?.solid)
}

/// All other structures that lie near a PRV; those that cannot be read are none to it.
fn neighbours(
    source: &Source,
    settings: &Settings,
    fixed: Option<&Fixed>,
    prv: &DrawnPrv,
    organ: &str,
    taken: &[usize],
) -> Vec<Neighbour> {
    let (low, high) = prv.solid.bounds();
    let meets = |solid: &Solid| {
        let (lo, hi) = solid.bounds();
        (0..3).all(|k| lo[k] <= high[k] && hi[k] >= low[k])
    };
    let places = source.candidates().into_iter().enumerate().filter(|(place, c)| {
        c.has_contours && c.role != Role::Body && c.name != organ && !taken.contains(place)
    });
    let solids = places.filter_map(|(place, c)| {
        let solid = solid(source, settings, place, fixed, &mut Vec::new()).ok()?;
        meets(&solid).then(|| Neighbour { name: c.name.to_owned(), solid })
    });
    solids.collect()
}

fn record(prv: &DrawnPrv, organ: &Part, found: Option<&ExpansionAudit>) -> report::PrvRecord {
    let unknown = prv.margin_mm.is_none().then_some(
        "Neither its name nor the user says which margin it should have; state it with \
         --prv-margin NAME=MM.",
    );
    let apart = found.is_none().then_some("It lies beside no part of its organ.");
    let sides = found.and_then(|f| f.sides);
    let fit = found.and_then(|f| f.best_fit_range_mm);
    let short = found.and_then(|f| f.short);
    report::PrvRecord {
        structure: prv.name.clone(),
        of: organ.name.clone(),
        expansion_mm: prv.margin_mm,
        expansion_from: prv.from,
        tolerance_mm: EXPANSION_TOLERANCE_MM,
        least_mm: found.map(|f| f.least.mm),
        least_lower_mm: found.map(|f| f.least.range_mm[0]),
        least_upper_mm: found.map(|f| f.least.range_mm[1]),
        least_plane_mm: found.map(|f| f.least.plane_mm),
        least_clock_deg: found.and_then(|f| f.least.clock_deg),
        mean_mm: sides.map(|s| s.mean_mm),
        largest_mm: sides.map(|s| s.largest_mm),
        best_fit_mm: found.and_then(|f| f.best_fit_mm),
        best_fit_lower_mm: fit.map(|f| f[0]),
        best_fit_upper_mm: fit.map(|f| f[1]),
        kind: found.map(|f| words::prv_kind(f.kind)),
        verdict: found.and_then(|f| f.verdict).map(words::verdict),
        findings: found.iter().flat_map(|f| &f.findings).map(finding).collect(),
        short_surface_mm2: short.map(|s| s.surface_mm2),
        short_pct: short.map(|s| 100.0 * s.share),
        not_covered_mm2: short.map(|s| s.not_covered_mm2),
        ends: found.iter().flat_map(|f| &f.ends).map(end).collect(),
        planes: found.iter().flat_map(|f| &f.planes).map(plane).collect(),
        sectors: found.map_or_else(Vec::new, sectors),
        reason: apart.or(unknown).map(str::to_owned),
    }
}

fn finding(found: &Finding) -> report::PrvFinding {
    report::PrvFinding {
        finding: words::prv_fault(&found.fault),
        margin_mm: found.margin_mm,
        margin_lower_mm: found.range_mm[0],
        margin_upper_mm: found.range_mm[1],
        everywhere: found.everywhere,
        surface_mm2: found.surface_mm2,
        end: found.head.map(stack_end),
        along: match &found.fault {
            MarginFault::TruncatedAtStructure(name) => Some(plain(name).into_owned()),
            _ => None,
        },
        at_mm: found.at_mm.map(Into::into),
    }
}

fn stack_end(head: bool) -> report::StackEnd {
    if head { report::StackEnd::Head } else { report::StackEnd::Feet }
}

fn end(e: &thecal_margin::EndMargin) -> report::PrvEnd {
    report::PrvEnd {
        end: stack_end(e.head),
        margin_mm: e.drawn_mm,
        margin_lower_mm: e.lower_mm,
        margin_upper_mm: e.upper_mm,
    }
}

fn plane((plane_mm, margins): &(f64, thecal_margin::MarginRange)) -> report::PrvPlane {
    report::PrvPlane {
        plane_mm: *plane_mm,
        least_mm: margins.least_mm,
        mean_mm: margins.mean_mm,
        largest_mm: margins.largest_mm,
    }
}

fn sectors(found: &ExpansionAudit) -> Vec<report::PrvSector> {
    let width = 360.0 / found.sectors.len().max(1) as f64;
    let sector = |(n, margins): (usize, &Option<thecal_margin::MarginRange>)| report::PrvSector {
        clock_deg_from: width * n as f64,
        clock_deg_to: width * (n + 1) as f64,
        least_mm: margins.map(|m| m.least_mm),
        mean_mm: margins.map(|m| m.mean_mm),
        largest_mm: margins.map(|m| m.largest_mm),
    };
    found.sectors.iter().enumerate().map(sector).collect()
}
