//! Two real studies side by side, and the target rule, as parts of the record.

use thecal_report as report;

use super::{pair, structure, words};
use crate::assessment::{Assessment, Comparison, SurfaceComparison, TargetRule};
use crate::phase::{Pair, PhaseKind};
use crate::settings::Thresholds;

pub(super) fn comparison(
    c: &Comparison,
    of: &Assessment,
    thresholds: &Thresholds,
) -> report::Comparison {
    let headline = |kind: &PhaseKind| {
        let phase = of.phases.iter().find(|p| p.kind == *kind);
        let found = phase.map(|p| p.headline(thresholds));
        words::headline(found.unwrap_or(thecal_margin::Headline::NotAssessable))
    };
    let pairs = c.pairs.iter();
    let pairs = pairs
        .filter_map(|[before, after]| compared_pair(before.as_ref(), after.as_ref(), thresholds));
    report::Comparison {
        inputs_after: c.inputs.clone(),
        structures_after: c.structures.iter().map(structure::structure).collect(),
        headline_before: headline(&PhaseKind::Drawn),
        headline_after: headline(&PhaseKind::Operated),
        pairs: pairs.collect(),
        tumour_before_cc: c.tumour_before_cc,
        tumour_after_cc: c.tumour_after_cc,
        removed_cc: c.tumour_before_cc.zip(c.tumour_after_cc).map(|(b, a)| b - a),
        surfaces: c.surfaces.iter().map(surface_row).collect(),
    }
}

/// A pair of both studies; none where neither has it.
fn compared_pair(
    before: Option<&Pair>,
    after: Option<&Pair>,
    thresholds: &Thresholds,
) -> Option<report::ComparedPair> {
    let names = |p: &Pair| [p.a.clone(), p.b.clone()];
    let gap = |p: Option<&Pair>| p.and_then(Pair::gap_mm);
    let range = |p: Option<&Pair>| p.and_then(Pair::interval).map(|i| [i.lower_mm, i.upper_mm]);
    let verdicts = |p: Option<&Pair>| p.map(|p| pair::verdicts(p, thresholds)).unwrap_or_default();
    Some(report::ComparedPair {
        pair: words::pair_kind(before.or(after)?.kind),
        before: before.map(names),
        after: after.map(names),
        before_mm: gap(before),
        before_range_mm: range(before),
        after_mm: gap(after),
        after_range_mm: range(after),
        change_mm: gap(before).zip(gap(after)).map(|(b, a)| a - b),
        change_range_mm: range(before).zip(range(after)).map(|(b, a)| [a[0] - b[1], a[1] - b[0]]),
        verdicts_before: verdicts(before),
        verdicts_after: verdicts(after),
    })
}

fn surface_row(s: &SurfaceComparison) -> report::SurfaceRow {
    report::SurfaceRow {
        scenario: s.approach.clone(),
        mean_mm: s.distance.map(|d| d.mean_mm),
        p95_mm: s.distance.map(|d| d.p95_mm),
        max_mm: s.distance.map(|d| d.max_mm),
        signed_mean_mm: s.distance.map(|d| d.signed_mean_mm),
        simulated_cc: s.simulated_cc,
        real_cc: s.real_cc,
    }
}

pub(super) fn target_rule(rule: &TargetRule) -> report::TargetRule {
    let extents = rule.extents.iter().map(|e| report::ExtentRecord {
        name: e.name.clone(),
        tumour: e.tumour.clone(),
        basis: words::basis(e.basis),
        volume_cc: e.volume_cc,
    });
    let left_out = rule.left_out.iter().map(|l| report::LeftOutRecord {
        ctv: l.ctv.clone(),
        tumour: l.tumour.clone(),
        volume_cc: l.out.volume_cc,
        sectors_cc: l.out.sectors_cc.map(|s| s.to_vec()),
        depth_mm: l.out.depth_mm,
        deepest_mm: l.out.deepest_mm.map(Into::into),
    });
    report::TargetRule {
        source: rule.source.to_owned(),
        extents: extents.collect(),
        left_out: left_out.collect(),
    }
}
