//! The columns of the wide table that are about drawn PRVs.

use crate::csv::number;
use crate::{PhaseRecord, PrvRecord, Report, Verdict};

/// Of several PRVs of a study the worst has the columns.
const COLUMNS: [&str; 13] = [
    "prvs",
    "prv_structure",
    "prv_of",
    "prv_expansion_mm",
    "prv_verdict",
    "prv_faults",
    "prv_least_mm",
    "prv_mean_mm",
    "prv_largest_mm",
    "prv_best_fit_mm",
    "prv_kind",
    "prv_short_surface_mm2",
    "prv_short_share_pct",
];

/// The columns.
pub(super) fn columns() -> Vec<String> {
    COLUMNS.map(str::to_owned).to_vec()
}

/// The cells of a phase: PRVs are drawn round the anatomy as contoured, so that simulated phases have none.
pub(super) fn cells(report: &Report, phase: &PhaseRecord) -> Vec<String> {
    let prvs = report.uncertainty.as_ref().map_or(&[][..], |u| &u.prv);
    let Some(worst) = prvs.iter().min_by(|a, b| rank(a).total_cmp(&rank(b))) else {
        return vec![String::new(); COLUMNS.len()];
    };
    if phase.scenario.is_some() {
        return vec![String::new(); COLUMNS.len()];
    }
    let faults: Vec<&str> = worst.findings.iter().map(|f| f.finding.as_str()).collect();
    vec![
        prvs.len().to_string(),
        worst.structure.clone(),
        worst.of.clone(),
        number(worst.expansion_mm),
        worst.verdict.map(|v| v.as_str().to_owned()).unwrap_or_default(),
        faults.join(";"),
        number(worst.least_mm),
        number(worst.mean_mm),
        number(worst.largest_mm),
        number(worst.best_fit_mm),
        worst.kind.map(|k| k.as_str().to_owned()).unwrap_or_default(),
        number(worst.short_surface_mm2),
        number(worst.short_pct),
    ]
}

/// What is short first, and of that what is short by most; then other faults, and what is not decided.
fn rank(prv: &PrvRecord) -> f64 {
    const CLASS: f64 = 1e6;
    let class = match prv.verdict {
        _ if prv.is_short() => 0.0,
        Some(Verdict::Fail) => 1.0,
        Some(Verdict::Indeterminate) => 2.0,
        None => 3.0,
        Some(Verdict::Pass) => 4.0,
    };
    let lacking = prv.expansion_mm.zip(prv.least_mm).map_or(0.0, |(r, least)| least - r);
    CLASS * class + lacking
}
