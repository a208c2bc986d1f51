//! The columns of the wide table that say how sure gaps are.

use crate::csv::number;
use crate::{PairKind, PairProbability, PhaseRecord, UncertaintyRecord};

const FIGURES: [&str; 5] = [
    "tumour_cord_gap_median_mm",
    "tumour_cord_gap_p05_mm",
    "tumour_cord_gap_p95_mm",
    "tumour_cord_gap_sd_mm",
    "tumour_cord_gap_margin_needed_mm",
];

/// The columns, for the thresholds of the tumour-cord gap.
pub(super) fn columns(thresholds_mm: &[f64]) -> Vec<String> {
    let mut out = FIGURES.map(str::to_owned).to_vec();
    for t in thresholds_mm {
        let name = format!("tumour_cord_probability_of_{t}_mm");
        out.extend(["", "_standard_error", "_least", "_most"].map(|end| format!("{name}{end}")));
    }
    out
}

/// The cells of a phase; `tumour` is the one that its row is about. The least and the most are those
/// where contouring varies from place to place.
pub(super) fn cells(
    record: Option<&UncertaintyRecord>,
    phase: &PhaseRecord,
    tumour: Option<&str>,
    thresholds_mm: &[f64],
) -> Vec<String> {
    let here = |p: &&PairProbability| {
        p.pair == PairKind::TumourCord
            && p.phase == phase.phase
            && p.scenario == phase.scenario
            && tumour.is_none_or(|t| p.a == t)
    };
    let pair = record.and_then(|r| r.pairs.iter().find(here));
    let get = |of: fn(&PairProbability) -> f64| number(pair.map(of));
    let mut out = vec![
        get(|p| p.median_mm),
        get(|p| p.p05_mm),
        get(|p| p.p95_mm),
        get(|p| p.sd_mm),
        get(|p| p.margin_needed_mm),
    ];
    for t in thresholds_mm {
        let found = pair.and_then(|p| p.probability.iter().find(|x| x.threshold_mm == *t));
        out.push(number(found.map(|p| p.p)));
        out.push(number(found.map(|p| p.standard_error)));
        let varied = || {
            let of = pair.iter().flat_map(|p| &p.sensitivity).flat_map(|s| &s.probability);
            of.filter(|p| p.threshold_mm == *t).map(|p| p.p)
        };
        out.push(number(varied().reduce(f64::min)));
        out.push(number(varied().reduce(f64::max)));
    }
    out
}
