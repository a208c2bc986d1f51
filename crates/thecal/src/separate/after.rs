//! The pairs after a separation, and what one approach did.

use thecal_report as report;
use thecal_report::{PairKind, PairRecord, WarningRecord};
use thecal_separation::{Approach, Removal};

use super::anatomy::Scenario;
use crate::measure::{self, Part};
use crate::settings::Thresholds;

/// The pairs of what is left of one tumour.
pub(super) fn after(
    scenario: &Scenario,
    tumour: &Part,
    removal: &Removal,
    before: &[PairRecord],
    thresholds: &Thresholds,
    warnings: &mut Vec<WarningRecord>,
) -> Vec<PairRecord> {
    let references = [(PairKind::TumourCord, &scenario.cord), (PairKind::TumourSac, &scenario.sac)];
    let references = references.into_iter().filter_map(|(kind, part)| Some((kind, part.as_ref()?)));
    let Some(residual) = &removal.residual else {
        let gone = WarningRecord {
            code: "tumour_gone".into(),
            message: "nothing of the tumour is left after the separation: there is no gap, and \
                      every threshold is reached"
                .into(),
            r#where: tumour.name.clone(),
        };
        if !warnings.contains(&gone) {
            warnings.push(gone);
        }
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
            let (mut pair, warning) = measure::pair(kind, &left, part, thresholds);
            warnings.extend(warning);
            if let Some(was) = of_before(before, kind, &tumour.name) {
                widen(&mut pair, was, thresholds.tolerance_mm());
            }
            pair
        })
        .collect()
}

pub(super) fn of_before<'a>(
    before: &'a [PairRecord],
    kind: PairKind,
    tumour: &str,
) -> Option<&'a PairRecord> {
    before.iter().find(|p| p.pair == kind && p.a == tumour)
}

/// How far below and above a gap its interval goes, mm.
pub(super) fn open_mm(pair: &PairRecord) -> [f64; 2] {
    match (pair.gap_mm, pair.gap_lower_mm, pair.gap_upper_mm) {
        (Some(gap), Some(lower), Some(upper)) => [gap - lower, upper - gap],
        _ => [0.0; 2],
    }
}

/// What is left is drawn on planes of the grid, but known no better than what was drawn: its
/// interval is at least as wide as before.
pub(super) fn widen(pair: &mut PairRecord, was: &PairRecord, tolerance_mm: f64) {
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
    if below > 0.0 || above > 0.0 {
        let part =
            report::IntervalPart { part: "drawing".to_owned(), lower_mm: below, upper_mm: above };
        pair.interval_parts.push(part);
    }
    measure::judge(pair, tolerance_mm);
}

/// What an approach did to a tumour.
pub(super) struct Taken<'a> {
    pub(super) approach: &'a Approach,
    pub(super) tumour: &'a Part,
    pub(super) removal: &'a Removal,
    pub(super) bone_cc: Option<f64>,
    pub(super) pieces_before: usize,
}

pub(super) fn run(
    taken: &Taken<'_>,
    scenario: &Scenario,
    before: &[PairRecord],
    pairs: &[PairRecord],
) -> report::SeparationRun {
    let Taken { approach, tumour, removal, .. } = taken;
    let shadow = &removal.shadow;
    let changes = pairs.iter().map(|after| {
        let before_mm = of_before(before, after.pair, &after.a).and_then(|p| p.gap_mm);
        let change_mm = before_mm.zip(after.gap_mm).map(|(b, a)| a - b);
        report::GapChange { pair: after.pair, before_mm, after_mm: after.gap_mm, change_mm }
    });
    report::SeparationRun {
        scenario: scenario.name(approach),
        anatomy: scenario.anatomy.as_str().to_owned(),
        tumour: tumour.name.clone(),
        approach: approach_record(approach),
        removed_cc: removal.removed_cc,
        residual_cc: removal.residual_cc,
        pieces_cc: removal.pieces_cc.clone(),
        detached: removal.pieces_cc.len().saturating_sub(taken.pieces_before.max(1)),
        bone_removed_cc: taken.bone_cc,
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
        corpectomy: a.corpectomy,
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
