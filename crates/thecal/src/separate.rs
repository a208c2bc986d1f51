//! Simulated separation of a study: the phases after it, and its record.

use rayon::prelude::*;
use thecal_margin as margin;
use thecal_margin::Arrangement;
use thecal_margin::separation::{Approach, Field, Reach, Removal, Scene};
use thecal_mask::Solid;
use thecal_mask::role::Role;
use thecal_report as report;
use thecal_report::{PairKind, PairRecord, WarningRecord};

use crate::check::Residual;
use crate::error::Error;
use crate::measure::{self, Part, Parts};
use crate::settings::{Separate, Thresholds};

/// Amounts of a sweep: steps of this up to [`SWEEP_MOST_MM`].
const SWEEP_STEP_MM: f64 = 0.5;
const SWEEP_MOST_MM: f64 = 6.0;
/// How far off the amount the gap after an ideal separation can be, mm: a sweep reaches a
/// threshold where it comes this near.
const REACHED_MM: f64 = 0.05;

/// What a separation adds to the report.
pub(crate) struct Separated {
    pub(crate) phases: Vec<report::PhaseRecord>,
    pub(crate) record: report::Separation,
    pub(crate) residuals: Vec<Residual>,
    pub(crate) warnings: Vec<WarningRecord>,
}

/// The structures that a separation refers to.
struct Roles<'a> {
    reference: &'a Part,
    reference_role: Role,
    centreline: &'a Part,
    keep_out: Vec<&'a Solid>,
    bone: Vec<&'a Solid>,
}

pub(crate) fn separate(
    parts: &Parts,
    before: &[PairRecord],
    thresholds: &Thresholds,
    asked: &Separate,
) -> Result<Separated, Error> {
    let roles = roles(parts, asked)?;
    let mut warnings = Vec::new();
    let mut residuals = Vec::new();
    if parts.bone.is_empty() {
        warnings.push(warning(
            "separation_no_bone",
            "no vertebra is given: the way of the instruments is taken as free of bone",
        ));
    }
    let names = |parts: &[Part]| parts.iter().map(|p| p.name.clone()).collect();
    let mut record = report::Separation {
        reference: roles.reference.name.clone(),
        reference_role: roles.reference_role.as_str().to_owned(),
        centreline: roles.centreline.name.clone(),
        amount_mm: asked.amount_mm,
        levels_mm: asked.levels_mm,
        grid_mm: asked.grid_mm,
        keep_out: names(&parts.keep_out),
        bone: names(&parts.bone),
        anatomy: "fixed".to_owned(),
        runs: Vec::new(),
        sweep: Vec::new(),
        least: Vec::new(),
    };
    let mut phases: Vec<report::PhaseRecord> = asked
        .approaches
        .iter()
        .map(|approach| report::PhaseRecord {
            phase: report::Phase::After,
            scenario: Some(approach.name.clone()),
            pairs: Vec::new(),
            headline: report::Headline::NotAssessable,
        })
        .collect();
    for tumour in &parts.tumours {
        let most_mm =
            if asked.sweep { asked.amount_mm.max(SWEEP_MOST_MM) } else { asked.amount_mm };
        let tool_mm = asked.approaches.iter().map(|a| a.tool_radius_mm).fold(0.0, f64::max);
        let scene = Scene {
            tumour: &tumour.solid,
            reference: &roles.reference.solid,
            cord: &roles.centreline.solid,
            keep_out: &roles.keep_out,
            bone: &roles.bone,
            levels_mm: asked.levels_mm,
        };
        let field = Field::new(scene, asked.grid_mm, most_mm, tool_mm)?;
        let pieces_before = field.pieces_cc().len();
        for (approach, phase) in asked.approaches.iter().zip(&mut phases) {
            let reach = Reach::of(&field, approach)?;
            let removal = field.remove(&reach, asked.amount_mm)?;
            let pairs = after(parts, tumour, &removal, before, thresholds, &mut warnings);
            let bone_cc = reach.bone_removed_cc(&field, asked.amount_mm)?;
            record.runs.push(run(
                approach,
                tumour,
                &removal,
                bone_cc,
                pieces_before,
                before,
                &pairs,
            ));
            phase.pairs.extend(pairs);
            residuals.push(Residual {
                scenario: approach.name.clone(),
                tumour: tumour.name.clone(),
                removed: removal.removed()?,
                solid: removal.residual,
            });
            if asked.sweep {
                let rows = sweep(parts, tumour, &field, &reach, approach, before, thresholds)?;
                record.least.extend(least(&rows, thresholds));
                record.sweep.extend(rows.into_iter().map(|row| row.record));
            }
        }
    }
    for phase in &mut phases {
        // Cord and sac stay as they are.
        phase.pairs.extend(before.iter().filter(|p| p.pair == PairKind::CordSac).cloned());
        phase.headline = measure::headline(&phase.pairs);
    }
    rank(&mut record.least);
    Ok(Separated { phases, record, residuals, warnings })
}

fn roles<'a>(parts: &'a Parts, asked: &Separate) -> Result<Roles<'a>, Error> {
    let (cord, sac) = (parts.cord.as_ref(), parts.sac.as_ref());
    let (reference, reference_role) = match (asked.reference, cord, sac) {
        (Some(Role::Cord), Some(cord), _) | (None, Some(cord), None) => (cord, Role::Cord),
        (Some(Role::ThecalSac) | None, _, Some(sac)) => (sac, Role::ThecalSac),
        (Some(role), ..) => return Err(Error::NoReference { role }),
        (None, None, None) => return Err(Error::NoReference { role: Role::ThecalSac }),
    };
    let Some(centreline) = cord.or(sac) else {
        return Err(Error::NoReference { role: Role::Cord });
    };
    // Instruments never enter the sac, whichever the reference is.
    let keep_out = sac.iter().map(|s| &s.solid).chain(parts.keep_out.iter().map(|p| &p.solid));
    Ok(Roles {
        reference,
        reference_role,
        centreline,
        keep_out: keep_out.collect(),
        bone: parts.bone.iter().map(|p| &p.solid).collect(),
    })
}

/// The pairs of what is left of one tumour.
fn after(
    parts: &Parts,
    tumour: &Part,
    removal: &Removal,
    before: &[PairRecord],
    thresholds: &Thresholds,
    warnings: &mut Vec<WarningRecord>,
) -> Vec<PairRecord> {
    let references = [(PairKind::TumourCord, &parts.cord), (PairKind::TumourSac, &parts.sac)];
    let references = references.into_iter().filter_map(|(kind, part)| Some((kind, part.as_ref()?)));
    let Some(residual) = &removal.residual else {
        warnings.push(WarningRecord {
            code: "tumour_gone".into(),
            message: "nothing of the tumour is left after the separation: there is no gap, and \
                      every threshold is reached"
                .into(),
            r#where: tumour.name.clone(),
        });
        return references
            .map(|(kind, part)| {
                let thresholds_mm = thresholds.of(kind);
                let mut pair = measure::unmeasured(kind, &tumour.name, &part.name, thresholds_mm);
                for v in &mut pair.verdicts {
                    v.verdict = Some(report::Verdict::Pass);
                }
                pair
            })
            .collect();
    };
    let left = Part { name: tumour.name.clone(), solid: residual.clone() };
    references
        .map(|(kind, part)| {
            let (mut pair, warning) = measure::pair(kind, &left, part, thresholds.of(kind));
            warnings.extend(warning);
            if let Some(was) = of_before(before, kind, &tumour.name) {
                widen(&mut pair, was);
            }
            pair
        })
        .collect()
}

fn of_before<'a>(before: &'a [PairRecord], kind: PairKind, tumour: &str) -> Option<&'a PairRecord> {
    before.iter().find(|p| p.pair == kind && p.a == tumour)
}

/// How far below and above a gap its interval goes, mm.
fn open_mm(pair: &PairRecord) -> [f64; 2] {
    match (pair.gap_mm, pair.gap_lower_mm, pair.gap_upper_mm) {
        (Some(gap), Some(lower), Some(upper)) => [gap - lower, upper - gap],
        _ => [0.0; 2],
    }
}

/// What is left is drawn on planes of the grid, but known no better than what was drawn: its
/// interval is at least as wide as before.
fn widen(pair: &mut PairRecord, was: &PairRecord) {
    let [below, above] = open_mm(was);
    let lower = |v: &mut Option<f64>| *v = v.map(|v| v - below);
    let upper = |v: &mut Option<f64>| *v = v.map(|v| v + above);
    lower(&mut pair.gap_lower_mm);
    upper(&mut pair.gap_upper_mm);
    if let Some(profile) = &mut pair.profile {
        for p in &mut profile.planes {
            lower(&mut p.gap_lower_mm);
            upper(&mut p.gap_upper_mm);
        }
        for s in &mut profile.sectors {
            lower(&mut s.gap_lower_mm);
            upper(&mut s.gap_upper_mm);
        }
    }
    if let (Some(lower_mm), Some(upper_mm)) = (pair.gap_lower_mm, pair.gap_upper_mm) {
        let interval = margin::Interval { lower_mm, upper_mm };
        for v in &mut pair.verdicts {
            v.verdict = Some(measure::verdict(interval, v.threshold_mm));
        }
    }
}

fn run(
    approach: &Approach,
    tumour: &Part,
    removal: &Removal,
    bone_removed_cc: Option<f64>,
    pieces_before: usize,
    before: &[PairRecord],
    pairs: &[PairRecord],
) -> report::SeparationRun {
    let shadow = &removal.shadow;
    let changes = pairs.iter().map(|after| {
        let before_mm = of_before(before, after.pair, &after.a).and_then(|p| p.gap_mm);
        let change_mm = before_mm.zip(after.gap_mm).map(|(b, a)| a - b);
        report::GapChange { pair: after.pair, before_mm, after_mm: after.gap_mm, change_mm }
    });
    report::SeparationRun {
        scenario: approach.name.clone(),
        tumour: tumour.name.clone(),
        approach: approach_record(approach),
        removed_cc: removal.removed_cc,
        residual_cc: removal.residual_cc,
        pieces_cc: removal.pieces_cc.clone(),
        detached: removal.pieces_cc.len().saturating_sub(pieces_before.max(1)),
        bone_removed_cc,
        shadow: report::ShadowRecord {
            volume_cc: shadow.volume_cc,
            sectors_cc: shadow.sectors_cc.to_vec(),
            nearest_mm: shadow.nearest_mm.map(Into::into),
            nearest_clock_deg: shadow.nearest_clock_deg,
        },
        changes: changes.collect(),
    }
}

fn approach_record(a: &Approach) -> report::ApproachRecord {
    report::ApproachRecord {
        ideal: a.ideal,
        from_clock_deg: a.from_clock_deg.clone(),
        tilt_deg: a.tilt_deg,
        tool_radius_mm: a.tool_radius_mm,
        safety_mm: a.safety_mm,
        depth_mm: a.depth_mm,
        undercut_mm: a.undercut_mm,
        tube: a.tube.map(|t| report::TubeRecord {
            diameter_mm: t.diameter_mm,
            clock_deg: t.clock_deg,
            offset_mm: t.offset_mm,
            level_mm: t.level_mm,
        }),
    }
}

/// One amount, with what pins the gap there.
struct Swept {
    record: report::SweepRow,
    pinned_clock_deg: Option<f64>,
}

/// Gap and removed volume at every amount; the gap is that to the cord, or to the sac where there
/// is no cord.
fn sweep(
    parts: &Parts,
    tumour: &Part,
    field: &Field<'_>,
    reach: &Reach,
    approach: &Approach,
    before: &[PairRecord],
    thresholds: &Thresholds,
) -> Result<Vec<Swept>, Error> {
    let (kind, part) = match (&parts.cord, &parts.sac) {
        (Some(cord), _) => (PairKind::TumourCord, cord),
        (None, Some(sac)) => (PairKind::TumourSac, sac),
        (None, None) => return Ok(Vec::new()),
    };
    let [below, above] = of_before(before, kind, &tumour.name).map_or([0.0; 2], open_mm);
    let steps = (SWEEP_MOST_MM / SWEEP_STEP_MM).round() as usize;
    (1..=steps)
        .into_par_iter()
        .map(|k| {
            let amount_mm = SWEEP_STEP_MM * k as f64;
            let removal = field.remove(reach, amount_mm)?;
            let found = removal.residual.as_ref().and_then(|residual| {
                let gap = margin::gap(residual, &part.solid, Arrangement::Apart)?;
                let i = margin::interval(residual, &part.solid, &gap, Arrangement::Apart);
                let (lower_mm, upper_mm) = (i.lower_mm - below, i.upper_mm + above);
                Some((gap, margin::Interval { lower_mm, upper_mm }))
            });
            let verdicts = thresholds.of(kind).iter().map(|&t| match &found {
                Some((_, interval)) => margin::verdict(*interval, t),
                None => margin::Verdict::Pass,
            });
            let verdicts: Vec<_> = verdicts.collect();
            let line = field.centreline();
            let record = report::SweepRow {
                scenario: approach.name.clone(),
                tumour: tumour.name.clone(),
                amount_mm,
                gap_mm: found.as_ref().map(|(gap, _)| gap.gap_mm),
                gap_lower_mm: found.as_ref().map(|(_, i)| i.lower_mm),
                gap_upper_mm: found.as_ref().map(|(_, i)| i.upper_mm),
                removed_cc: removal.removed_cc,
                shadow_cc: removal.shadow.volume_cc,
                headline: measure::headline_word(margin::headline(&verdicts)),
            };
            let pinned_clock_deg = found.map(|(gap, _)| line.nearest(gap.b_mm).clock_deg(gap.a_mm));
            Ok(Swept { record, pinned_clock_deg })
        })
        .collect()
}

/// The least amount that reaches each threshold.
fn least(rows: &[Swept], thresholds: &Thresholds) -> Vec<report::LeastRow> {
    let Some(first) = rows.first() else { return Vec::new() };
    let thresholds_mm = thresholds.of(PairKind::TumourCord);
    thresholds_mm
        .iter()
        .map(|&threshold_mm| {
            let reaches =
                |row: &&Swept| row.record.gap_mm.is_none_or(|gap| gap >= threshold_mm - REACHED_MM);
            let found = rows.iter().find(reaches);
            let gap = |row: &&Swept| row.record.gap_mm.unwrap_or(f64::INFINITY);
            let best = rows.iter().max_by(|a, b| gap(a).total_cmp(&gap(b)));
            let best = best.filter(|_| found.is_none());
            report::LeastRow {
                scenario: first.record.scenario.clone(),
                tumour: first.record.tumour.clone(),
                threshold_mm,
                reached: found.is_some(),
                amount_mm: found.map(|row| row.record.amount_mm),
                removed_cc: found.map(|row| row.record.removed_cc),
                best_gap_mm: best.and_then(|row| row.record.gap_mm),
                pinned_clock_deg: best.and_then(|row| row.pinned_clock_deg),
            }
        })
        .collect()
}

/// By threshold; what reaches it before what does not, the smaller removal first, then the larger
/// gap.
fn rank(rows: &mut [report::LeastRow]) {
    let key = |r: &report::LeastRow| match r.removed_cc {
        Some(cc) => (0, cc),
        None => (1, -r.best_gap_mm.unwrap_or(0.0)),
    };
    rows.sort_by(|a, b| {
        let ((group_a, value_a), (group_b, value_b)) = (key(a), key(b));
        a.threshold_mm
            .total_cmp(&b.threshold_mm)
            .then(group_a.cmp(&group_b))
            .then(value_a.total_cmp(&value_b))
    });
}

fn warning(code: &str, message: &str) -> WarningRecord {
    WarningRecord { code: code.into(), message: message.into(), r#where: String::new() }
}
