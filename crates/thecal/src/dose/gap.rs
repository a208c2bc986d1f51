//! The dose between tumour and cord.

use thecal_dose::{
    AcrossGap, AllowedDose, CordPiece, Course, Dose, EPIDURAL_WITHIN_MM, Falloff, GapQuestion,
    Gradient, IsodoseSearch, LimitStructure, Limits, NeededModel, epidural_part, gap_needed,
    segments,
};
use thecal_geom::Warning;
use thecal_margin::PairKind;
use thecal_mask::Solid;
use thecal_report as report;

use super::record;
use super::structures::DoseStructure;
use crate::measure::{self, Part};
use crate::phase::{Found, Phase, PhaseKind, scenario_name};
use crate::record::words;
use crate::settings::Thresholds;

/// Isodoses that are looked for, in % of the prescription.
const ISODOSES_PCT: [f64; 5] = [100.0, 95.0, 90.0, 80.0, 50.0];
/// How far from the cord isodoses are looked for, mm.
const REACH_MM: f64 = 15.0;

/// What was found between tumours and cord.
#[derive(Default)]
pub(super) struct Between {
    pub(super) across: Vec<report::AcrossGap>,
    pub(super) isodoses: Vec<report::IsodoseGap>,
    pub(super) epidural: Vec<report::EpiduralDose>,
    pub(super) needed: Vec<report::GapNeeded>,
    pub(super) warnings: Vec<Warning>,
}

/// What is held against the dose.
pub(super) struct Asked<'a> {
    pub(super) prescription_gy: f64,
    pub(super) edge_gy: Option<f64>,
    /// A fall-off that is stated, % of the prescription for each mm.
    pub(super) falloff_pct_per_mm: Option<f64>,
    pub(super) allowed: &'a [AllowedDose],
}

/// The doses that rows allow in the fractions of a course.
pub(super) fn allowed(limits: &Limits, course: &Course) -> Vec<AllowedDose> {
    limits.rows().iter().filter_map(|row| row.allowed(course)).collect()
}

/// The dose between each tumour and the cord.
pub(super) fn between(
    tumours: &[&DoseStructure],
    cord: &DoseStructure,
    dose: Option<&Dose>,
    asked: &Asked<'_>,
) -> Between {
    let mut out = Between::default();
    let part = |s: &DoseStructure| Part { name: s.name.clone(), solid: s.solid.clone() };
    let cord_part = part(cord);
    let thresholds = Thresholds::default();
    // Limits of the cord itself and of its margins are met on the way to the cord.
    let of_cord: Vec<AllowedDose> =
        asked.allowed.iter().filter(|a| a.structure == LimitStructure::Cord).cloned().collect();
    for tumour in tumours {
        let (pair, _) = measure::pair(PairKind::TumourCord, &part(tumour), &cord_part, &thresholds);
        let Found::Gap(placed) = &pair.found else { continue };
        let question = GapQuestion {
            prescription_gy: asked.prescription_gy,
            edge_gy: asked.edge_gy,
            had_mm: placed.gap.gap.gap_mm,
            cord: piece(&tumour.solid, &cord.solid, placed.plane_mm),
            deviation_mm: None,
        };
        let mut needs = |model: NeededModel<'_>| {
            let found = gap_needed(&of_cord, model, &question);
            out.needed.extend(found.into_iter().map(|n| needed(n, tumour, cord)));
        };
        if let Some(pct_per_mm) = asked.falloff_pct_per_mm {
            needs(NeededModel::Stated(Falloff::Linear { pct_per_mm }));
        }
        let Some(dose) = dose else { continue };
        let ways = segments(&placed.gap, &cord.solid);
        let across: Vec<AcrossGap> = ways.into_iter().map(|s| AcrossGap::new(s, dose)).collect();
        if let Some(shortest) = across.first() {
            needs(NeededModel::Plan(shortest));
        }
        out.across.extend(across.iter().map(|a| way(a, &of_cord, asked, tumour, cord)));
        epidural(&mut out, tumour, cord, dose);
    }
    if let Some(dose) = dose.filter(|_| !of_cord.is_empty()) {
        let search = IsodoseSearch::new(dose, &cord.solid, REACH_MM);
        out.isodoses = of_cord.iter().map(|limit| isodose_gap(&search, limit)).collect();
    }
    out
}

/// The cord as the dose falls across it: round, with the area of its plane nearest to the gap, as long as
/// the tumour reaches along it.
fn piece(tumour: &Solid, cord: &Solid, plane_mm: f64) -> Option<CordPiece> {
    let planes = cord.planes_mm().iter().zip(cord.areas_mm2());
    let off = |w: f64| (w - plane_mm).abs();
    let (_, area_mm2) = planes.min_by(|a, b| off(*a.0).total_cmp(&off(*b.0)))?;
    let (lo, hi) = tumour.bounds();
    let length_mm = (hi - lo).dot(&cord.frame().normal()).abs();
    let radius_mm = (area_mm2 / std::f64::consts::PI).sqrt();
    (radius_mm > 0.0 && length_mm > 0.0).then_some(CordPiece { radius_mm, length_mm })
}

/// What the parts of a tumour near the cord receive.
fn epidural(out: &mut Between, tumour: &DoseStructure, cord: &DoseStructure, dose: &Dose) {
    for within_mm in EPIDURAL_WITHIN_MM {
        match epidural_part(&tumour.solid, &cord.solid, dose, within_mm) {
            Ok(part) => out.epidural.push(report::EpiduralDose {
                tumour: tumour.name.clone(),
                cord: cord.name.clone(),
                within_mm,
                volume_cc: part.volume_cc,
                metrics: part.figures.iter().map(|(m, f)| record::metric(m, f)).collect(),
            }),
            Err(e) => {
                let message = format!("the part within {within_mm} mm of the cord: {e}");
                let warning = Warning::new("epidural_not_measured", message, &*tumour.name);
                out.warnings.push(warning);
            }
        }
    }
}

fn isodose_gap(search: &IsodoseSearch<'_>, limit: &AllowedDose) -> report::IsodoseGap {
    let found = search.gap(limit.limit_gy);
    report::IsodoseGap {
        limit: limit.id.clone(),
        dose_gy: limit.limit_gy,
        gap_mm: found.as_ref().map(|f| f.gap_mm),
        gap_lower_mm: found.as_ref().and_then(|f| f.lower_mm),
        gap_upper_mm: found.as_ref().and_then(|f| f.upper_mm),
    }
}

fn way(
    across: &AcrossGap,
    limits: &[AllowedDose],
    asked: &Asked<'_>,
    tumour: &DoseStructure,
    cord: &DoseStructure,
) -> report::AcrossGap {
    let rx = asked.prescription_gy;
    let of_rx = ISODOSES_PCT.map(|pct| (pct * rx / 100.0, format!("{pct} %")));
    let of_limits = limits.iter().map(|l| (l.limit_gy, l.id.clone()));
    let levels: Vec<(f64, String)> = of_rx.into_iter().chain(of_limits).collect();
    let place = |(dose_gy, of): (f64, String)| {
        let found = across.isodose(dose_gy);
        report::IsodosePlace {
            dose_gy,
            of,
            from_cord_mm: found.from_cord_mm,
            lower_mm: found.lower_mm,
            upper_mm: found.upper_mm,
            reason: found.reason.map(|r| r.to_string()),
        }
    };
    let gradient = across.gradient.as_ref().ok();
    let pct = |gy_per_mm: f64| Gradient::pct_per_mm(gy_per_mm, rx);
    let segment = &across.segment;
    report::AcrossGap {
        pair: words::pair_kind(PairKind::TumourCord),
        a: tumour.name.clone(),
        b: cord.name.clone(),
        plane_mm: Some(segment.plane_mm),
        clock_deg: segment.clock_deg,
        gap_mm: segment.gap_mm,
        grid_mm: across.grid_mm,
        dose_a_gy: across.tumour.map(|d| d.gy),
        dose_b_gy: across.cord.map(|d| d.gy),
        mean_pct_per_mm: gradient.map(|g| pct(g.mean_gy_per_mm)),
        steepest_pct_per_mm: gradient.map(|g| pct(g.steepest_gy_per_mm)),
        mean_gy_per_mm: gradient.map(|g| g.mean_gy_per_mm),
        steepest_gy_per_mm: gradient.map(|g| g.steepest_gy_per_mm),
        isodoses: levels.into_iter().map(place).collect(),
        profile: across
            .profile
            .iter()
            .map(|p| report::DoseAt { from_cord_mm: p.from_cord_mm, dose_gy: p.dose.map(|d| d.gy) })
            .collect(),
        reason: across.gradient.as_ref().err().map(ToString::to_string),
    }
}

fn needed(
    n: thecal_dose::GapNeeded,
    tumour: &DoseStructure,
    cord: &DoseStructure,
) -> report::GapNeeded {
    report::GapNeeded {
        pair: words::pair_kind(PairKind::TumourCord),
        a: tumour.name.clone(),
        b: cord.name.clone(),
        scenario: None,
        limit: n.limit,
        limit_gy: n.limit_gy,
        edge_dose_gy: n.edge_gy,
        needed_mm: n.needed_mm,
        needed_lower_mm: n.needed_lower_mm,
        needed_upper_mm: n.needed_upper_mm,
        had_mm: n.had_mm,
        lacking_mm: n.lacking_mm,
        model: n.model.to_owned(),
        assumptions: n.assumptions,
        reason: n.untold.map(|u| u.to_string()),
        rules: n.rules,
    }
}

/// The same gaps held against those that simulated separations leave: what is needed stays, what there is
/// changes.
pub(crate) fn after_simulation(needed: &mut Vec<report::GapNeeded>, phases: &[Phase]) {
    let drawn: Vec<report::GapNeeded> = needed.iter().filter(|n| n.rules).cloned().collect();
    for phase in phases {
        let PhaseKind::Separated { approach, anatomy } = &phase.kind else { continue };
        for pair in phase.pairs.iter().filter(|p| p.kind == PairKind::TumourCord) {
            let Some(had_mm) = pair.gap_mm() else { continue };
            let of_pair = drawn.iter().filter(|n| n.a == pair.a);
            needed.extend(of_pair.map(|n| report::GapNeeded {
                scenario: Some(scenario_name(approach, *anatomy)),
                had_mm,
                lacking_mm: n.needed_mm.map(|needed| needed - had_mm),
                ..n.clone()
            }));
        }
    }
}
