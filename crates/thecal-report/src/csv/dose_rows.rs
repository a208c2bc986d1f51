//! What was found of a dose as rows of the long format.

use super::row::Row;
use crate::{AcrossGap, DoseRecord, GapNeeded, LimitRecord, LimitVerdict, Phase, Report};

/// The rows of a dose. Of a refused dose there is one, with the reason.
///
/// | metric | row |
/// |---|---|
/// | `dose` | the gate: `accepted`, or the code that refuses the dose |
/// | `prescription`, `fractions` | what is prescribed |
/// | `dose_D0.035cc` | a figure of a structure |
/// | `limit_ID` | the figure that a limit is about, with the verdict as its status |
/// | `gap_dose_...`, `gap_falloff_...` | along the shortest segment of a tumour and the cord |
/// | `isodose_gap_ID` | how near to the cord the isodose of a limit comes |
/// | `epidural_2_mm_...` | the tumour within 2 mm of the cord |
/// | `gap_needed_ID`, `gap_lacking_ID` | the gap that a limit asks for; `method` is the model |
pub(super) fn rows(study: &str, report: &Report, dose: &DoseRecord) -> Vec<Row> {
    let table = Table { study, ends: report.parameters.ends.as_str() };
    let mut out = Vec::new();
    let none = [None; 3];
    if dose.gate.accepted {
        out.push(Row { status: "accepted".to_owned(), ..table.row(["", ""], "dose", none, "") });
    } else {
        let refused = dose.gate.reasons.iter().find(|r| r.refuses);
        let reason = refused.map(|r| r.message.clone()).unwrap_or_default();
        let status = refused.map_or_else(|| "refused".to_owned(), |r| r.code.clone());
        out.push(Row { status, reason, ..table.row(["", ""], "dose", none, "Gy") });
    }
    let prescribed = [
        ("prescription", dose.prescription_gy, "Gy"),
        ("fractions", dose.fractions.map(f64::from), ""),
    ];
    for (metric, value, unit) in prescribed.into_iter().filter(|p| p.1.is_some()) {
        out.push(table.row(["", ""], metric, [value, None, None], unit));
    }
    for s in &dose.structures {
        for m in &s.metrics {
            let values = [m.value, m.lower, m.upper];
            let reason = m.reason.clone().unwrap_or_default();
            let metric = format!("dose_{}", m.metric);
            out.push(Row { reason, ..table.row([&s.name, ""], &metric, values, &m.unit) });
        }
    }
    let applies = |l: &&LimitRecord| l.verdict != LimitVerdict::NotApplicable;
    out.extend(dose.limits.iter().filter(applies).map(|l| table.limit(l)));
    out.extend(dose.shortest_ways().flat_map(|way| table.across(way)));
    table.near_cord(dose, &mut out);
    out.extend(dose.gap_needed.iter().flat_map(|needed| table.needed(needed)));
    out
}

/// What all rows of a dose have in common.
struct Table<'a> {
    study: &'a str,
    ends: &'a str,
}

impl Table<'_> {
    fn row(&self, of: [&str; 2], metric: &str, values: [Option<f64>; 3], unit: &str) -> Row {
        Row { method: self.ends.to_owned(), ..Row::of(self.study, of, metric, values, unit) }
    }

    fn limit(&self, l: &LimitRecord) -> Row {
        let values = [l.value_gy, l.lower_gy, l.upper_gy];
        let of = l.of.as_deref().unwrap_or_default();
        let status = l.verdict.as_str().to_owned();
        let reason = l.reason.clone().unwrap_or_default();
        Row { status, reason, ..self.row([of, ""], &format!("limit_{}", l.id), values, &l.unit) }
    }

    fn across(&self, way: &AcrossGap) -> Vec<Row> {
        let figures = [
            ("gap_dose_tumour_end", way.dose_a_gy, "Gy"),
            ("gap_dose_cord_end", way.dose_b_gy, "Gy"),
            ("gap_falloff_mean", way.mean_gy_per_mm, "Gy/mm"),
            ("gap_falloff_mean_share", way.mean_pct_per_mm, "%/mm"),
            ("gap_falloff_steepest", way.steepest_gy_per_mm, "Gy/mm"),
            ("gap_falloff_steepest_share", way.steepest_pct_per_mm, "%/mm"),
        ];
        let row = |(metric, value, unit): (&str, Option<f64>, &str)| {
            let untold = value.is_none().then(|| way.reason.clone()).flatten();
            let row = self.row([&way.a, &way.b], metric, [value, None, None], unit);
            Row { reason: untold.unwrap_or_default(), ..row }
        };
        figures.into_iter().map(row).collect()
    }

    /// Isodoses of limits, and the tumour, near the cord.
    fn near_cord(&self, dose: &DoseRecord, out: &mut Vec<Row>) {
        let cord = dose.across_gap.first().map_or("", |way| way.b.as_str());
        for g in &dose.isodose_gaps {
            let values = [g.gap_mm, g.gap_lower_mm, g.gap_upper_mm];
            out.push(self.row([cord, ""], &format!("isodose_gap_{}", g.limit), values, "mm"));
        }
        for part in &dose.epidural {
            let of = [part.tumour.as_str(), part.cord.as_str()];
            let named = |what: &str| format!("epidural_{}_mm_{what}", part.within_mm);
            out.push(self.row(of, &named("volume"), [Some(part.volume_cc), None, None], "cc"));
            for m in &part.metrics {
                let values = [m.value, m.lower, m.upper];
                let reason = m.reason.clone().unwrap_or_default();
                out.push(Row { reason, ..self.row(of, &named(&m.metric), values, &m.unit) });
            }
        }
    }

    fn needed(&self, needed: &GapNeeded) -> [Row; 2] {
        let phase = if needed.scenario.is_some() { Phase::Simulated } else { Phase::Before };
        let of = [needed.a.as_str(), needed.b.as_str()];
        let row = |metric: &str, values| Row {
            phase: phase.as_str().to_owned(),
            scenario: needed.scenario.clone().unwrap_or_default(),
            method: needed.model.clone(),
            reason: needed.reason.clone().unwrap_or_default(),
            ..self.row(of, &format!("{metric}_{}", needed.limit), values, "mm")
        };
        let bounds = [needed.needed_mm, needed.needed_lower_mm, needed.needed_upper_mm];
        [row("gap_needed", bounds), row("gap_lacking", [needed.lacking_mm, None, None])]
    }
}
