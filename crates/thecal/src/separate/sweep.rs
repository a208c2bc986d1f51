//! A range of amounts, and the least that reaches a threshold.

use rayon::prelude::*;
use thecal_margin as margin;
use thecal_margin::{Arrangement, PairKind};

use super::openness::openness_before;
use super::prepared_approach::PreparedApproach;
use super::result::{LeastAmount, SweepStep};
use crate::error::Error;
use crate::measure::{Part, Parts};
use crate::phase::{Pair, of_tumour};
use crate::settings::Thresholds;

/// Amounts of a sweep: steps of this up to [`SWEEP_MOST_MM`].
const SWEEP_STEP_MM: f64 = 0.5;
pub(super) const SWEEP_MOST_MM: f64 = 6.0;
/// How far off the amount the gap after an ideal separation can be, mm: a sweep reaches a
/// threshold where it comes this near.
const REACHED_MM: f64 = 0.05;

/// Gap and removed volume at every amount; the gap is that to the cord, or to the sac where there
/// is no cord.
pub(super) fn sweep(
    parts: &Parts,
    tumour: &Part,
    taking: &PreparedApproach<'_>,
    before: &[Pair],
    thresholds: &Thresholds,
) -> Result<Vec<SweepStep>, Error> {
    let (kind, part) = match (&parts.cord, &parts.sac) {
        (Some(cord), _) => (PairKind::TumourCord, cord),
        (None, Some(sac)) => (PairKind::TumourSac, sac),
        (None, None) => return Ok(Vec::new()),
    };
    let was = of_tumour(before, kind, &tumour.name);
    let open = openness_before(was, &tumour.solid, &part.solid);
    let steps = (SWEEP_MOST_MM / SWEEP_STEP_MM).round() as usize;
    (1..=steps)
        .into_par_iter()
        .map(|k| {
            let amount_mm = SWEEP_STEP_MM * k as f64;
            let removal = taking.remove(amount_mm)?;
            let found = removal.residual.as_ref().and_then(|residual| {
                let gap = margin::gap(residual, &part.solid, Arrangement::Apart)?;
                let i = margin::interval(residual, &part.solid, &gap, Arrangement::Apart);
                Some((gap, open.widened(i)))
            });
            let verdicts = thresholds.of(kind).iter().map(|&t| match &found {
                Some((_, interval)) => margin::verdict(*interval, t, thresholds.tolerance_mm()),
                None => margin::Verdict::Pass,
            });
            let verdicts: Vec<_> = verdicts.collect();
            let line = taking.field.centreline();
            let pinned = |gap: &margin::Gap| line.nearest(gap.b_mm).clock_deg(gap.a_mm);
            Ok(SweepStep {
                approach: taking.approach.name.clone(),
                tumour: tumour.name.clone(),
                amount_mm,
                gap: found.as_ref().map(|(gap, interval)| (gap.gap_mm, *interval)),
                pinned_clock_deg: found.as_ref().map(|(gap, _)| pinned(gap)),
                removed_cc: removal.removed_cc,
                shadow_cc: removal.shadow.volume_cc,
                headline: margin::headline(&verdicts),
            })
        })
        .collect()
}

/// The least amount that reaches each threshold.
pub(super) fn least(steps: &[SweepStep], thresholds: &Thresholds) -> Vec<LeastAmount> {
    let Some(first) = steps.first() else { return Vec::new() };
    let gap_mm = |step: &SweepStep| step.gap.map(|(gap_mm, _)| gap_mm);
    let thresholds_mm = thresholds.of(PairKind::TumourCord);
    thresholds_mm
        .iter()
        .map(|&threshold_mm| {
            let reaches =
                |step: &&SweepStep| gap_mm(step).is_none_or(|g| g >= threshold_mm - REACHED_MM);
            let found = steps.iter().find(reaches);
            let most = |step: &&SweepStep| gap_mm(step).unwrap_or(f64::INFINITY);
            let best = steps.iter().max_by(|a, b| most(a).total_cmp(&most(b)));
            let best = best.filter(|_| found.is_none());
            LeastAmount {
                approach: first.approach.clone(),
                tumour: first.tumour.clone(),
                threshold_mm,
                reached: found.is_some(),
                amount_mm: found.map(|step| step.amount_mm),
                removed_cc: found.map(|step| step.removed_cc),
                best_gap_mm: best.and_then(gap_mm),
                pinned_clock_deg: best.and_then(|step| step.pinned_clock_deg),
            }
        })
        .collect()
}

/// By threshold; what reaches it before what does not, the smaller removal first, then the larger
/// gap.
pub(super) fn rank(rows: &mut [LeastAmount]) {
    let key = |r: &LeastAmount| match r.removed_cc {
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
