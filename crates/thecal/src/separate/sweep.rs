//! A range of amounts, and the least that reaches a threshold.

use rayon::prelude::*;
use thecal_margin as margin;
use thecal_margin::Arrangement;
use thecal_report as report;
use thecal_report::{PairKind, PairRecord};

use super::after::{of_before, open_mm};
use super::prepared_approach::PreparedApproach;
use crate::error::Error;
use crate::measure::{self, Part, Parts};
use crate::settings::Thresholds;

/// Amounts of a sweep: steps of this up to [`SWEEP_MOST_MM`].
const SWEEP_STEP_MM: f64 = 0.5;
pub(super) const SWEEP_MOST_MM: f64 = 6.0;
/// How far off the amount the gap after an ideal separation can be, mm: a sweep reaches a
/// threshold where it comes this near.
const REACHED_MM: f64 = 0.05;

/// One amount, with what pins the gap there.
pub(super) struct Swept {
    pub(super) record: report::SweepRow,
    pinned_clock_deg: Option<f64>,
}

/// Gap and removed volume at every amount; the gap is that to the cord, or to the sac where there
/// is no cord.
pub(super) fn sweep(
    parts: &Parts,
    tumour: &Part,
    taking: &PreparedApproach<'_>,
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
            let removal = taking.remove(amount_mm)?;
            let found = removal.residual.as_ref().and_then(|residual| {
                let gap = margin::gap(residual, &part.solid, Arrangement::Apart)?;
                let i = margin::interval(residual, &part.solid, &gap, Arrangement::Apart);
                let (lower_mm, upper_mm) = (i.lower_mm - below, i.upper_mm + above);
                Some((gap, margin::Interval { lower_mm, upper_mm }))
            });
            let verdicts = thresholds.of(kind).iter().map(|&t| match &found {
                Some((_, interval)) => margin::verdict(*interval, t, thresholds.tolerance_mm()),
                None => margin::Verdict::Pass,
            });
            let verdicts: Vec<_> = verdicts.collect();
            let line = taking.field.centreline();
            let record = report::SweepRow {
                scenario: taking.approach.name.clone(),
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
pub(super) fn least(rows: &[Swept], thresholds: &Thresholds) -> Vec<report::LeastRow> {
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
pub(super) fn rank(rows: &mut [report::LeastRow]) {
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
