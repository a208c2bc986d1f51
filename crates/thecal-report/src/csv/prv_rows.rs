//! What was found of drawn PRVs as rows of the long format.

use super::row::Row;
use crate::{PrvFinding, PrvRecord, Report, Verdict};

/// The rows of a PRV: `structure_a` is the PRV, `structure_b` its organ.
///
/// | metric | row |
/// |---|---|
/// | `prv_margin_least`, `..._mean`, `..._largest` | the margins; the first has the verdict as its status |
/// | `prv_best_fit` | the margin whose exact expansion fits best; `method` is the kind |
/// | `prv_expansion` | the margin that it should have; `method` is what said so |
/// | `prv_short_surface`, `prv_short_share`, `prv_not_covered_surface` | organ surface with too small a margin |
/// | `prv_fault_NAME` | a fault, with the margin that shows it |
/// | `prv_margin_end_head`, `..._feet` | the margins along the planes' normal |
pub(super) fn rows(study: &str, report: &Report, prv: &PrvRecord) -> Vec<Row> {
    let row = |metric: &str, values: [Option<f64>; 3], unit: &str| Row {
        method: report.parameters.ends.as_str().to_owned(),
        ..Row::of(study, [&prv.structure, &prv.of], metric, values, unit)
    };
    let one = |value| [value, None, None];
    let reason = prv.reason.clone().unwrap_or_default();
    let verdict = prv.verdict.map(Verdict::as_str);
    let least = [prv.least_mm, prv.least_lower_mm, prv.least_upper_mm];
    let least = row("prv_margin_least", least, "mm");
    let status = verdict.map_or_else(|| least.status.clone(), str::to_owned);
    let mut out = vec![Row { status, reason: reason.clone(), ..least }];
    out.push(row("prv_margin_mean", one(prv.mean_mm), "mm"));
    out.push(row("prv_margin_largest", one(prv.largest_mm), "mm"));
    let fit = [prv.best_fit_mm, prv.best_fit_lower_mm, prv.best_fit_upper_mm];
    let kind = prv.kind.map(|k| k.as_str().to_owned()).unwrap_or_default();
    out.push(Row { method: kind, ..row("prv_best_fit", fit, "mm") });
    let from = prv.expansion_from.map(|f| f.as_str().to_owned()).unwrap_or_default();
    let expansion = row("prv_expansion", one(prv.expansion_mm), "mm");
    out.push(Row { method: from, reason, ..expansion });
    let short = [
        ("prv_short_surface", prv.short_surface_mm2, "mm2"),
        ("prv_short_share", prv.short_pct, "%"),
        ("prv_not_covered_surface", prv.not_covered_mm2, "mm2"),
    ];
    // Where it is not known what it should have, nothing is short.
    let short = short.into_iter().filter(|(_, value, _)| value.is_some());
    out.extend(short.map(|(metric, value, unit)| row(metric, one(value), unit)));
    out.extend(prv.findings.iter().map(|f| fault(f, row)));
    out.extend(prv.ends.iter().map(|e| {
        let values = [Some(e.margin_mm), Some(e.margin_lower_mm), Some(e.margin_upper_mm)];
        row(&format!("prv_margin_end_{}", e.end), values, "mm")
    }));
    out
}

fn fault(f: &PrvFinding, row: impl Fn(&str, [Option<f64>; 3], &str) -> Row) -> Row {
    let values = [Some(f.margin_mm), Some(f.margin_lower_mm), Some(f.margin_upper_mm)];
    Row { reason: f.told(), ..row(&format!("prv_fault_{}", f.finding), values, "mm") }
}
