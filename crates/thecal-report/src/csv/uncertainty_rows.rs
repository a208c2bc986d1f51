//! The rows of `gaps.csv` that say how sure gaps are.

use super::row::Row;
use crate::{PairProbability, Report, UncertainDose, UncertaintyRecord};

/// The rows of a record.
pub(super) fn rows(study: &str, report: &Report, record: &UncertaintyRecord) -> Vec<Row> {
    let table = Table { study, report, record };
    let mut out: Vec<Row> = record.pairs.iter().flat_map(|pair| table.pair(pair)).collect();
    out.extend(record.dose.iter().flat_map(|dose| table.dose(dose)));
    out
}

/// What all rows have in common.
struct Table<'a> {
    study: &'a str,
    report: &'a Report,
    record: &'a UncertaintyRecord,
}

impl Table<'_> {
    fn row(&self, metric: String, value: f64, unit: &str, [lower, upper]: [Option<f64>; 2]) -> Row {
        let method = self.record.preset.as_deref().unwrap_or("file");
        Row {
            method: format!("uncertainty {method}"),
            reason: super::mark(self.report).to_owned(),
            ..Row::of(self.study, ["", ""], &metric, [Some(value), lower, upper], unit)
        }
    }

    fn dose(&self, dose: &UncertainDose) -> Vec<Row> {
        let mut out = Vec::new();
        for f in &dose.figures {
            let ends = [Some(f.p05), Some(f.p95)];
            let row = self.row(format!("dose_{}_median", f.metric), f.median, &f.unit, ends);
            out.push(Row { structure_a: f.structure.clone(), ..row });
        }
        for l in &dose.limits {
            let row = self.row(format!("probability_of_limit_{}", l.id), l.p, "1", [None; 2]);
            out.push(Row { structure_a: l.structure.clone(), ..row });
        }
        out
    }

    fn pair(&self, pair: &PairProbability) -> Vec<Row> {
        let row = |metric: String, value: f64, unit: &str, ends: [Option<f64>; 2]| Row {
            structure_a: pair.a.clone(),
            structure_b: pair.b.clone(),
            phase: pair.phase.as_str().to_owned(),
            scenario: pair.scenario.clone().unwrap_or_default(),
            ..self.row(metric, value, unit, ends)
        };
        let ends = [Some(pair.p05_mm), Some(pair.p95_mm)];
        let mut out = vec![
            row("gap_median_mm".to_owned(), pair.median_mm, "mm", ends),
            row("gap_sd_mm".to_owned(), pair.sd_mm, "mm", [None; 2]),
            row("gap_systematic_sd_mm".to_owned(), pair.systematic_sd_mm, "mm", [None; 2]),
            row("gap_random_sd_mm".to_owned(), pair.random_sd_mm, "mm", [None; 2]),
            row("gap_margin_needed_mm".to_owned(), pair.margin_needed_mm, "mm", [None; 2]),
        ];
        for p in &pair.probability {
            let t = p.threshold_mm;
            out.push(row(format!("probability_of_{t}_mm"), p.p, "1", [p.p_lower, p.p_upper]));
            let name = format!("probability_of_{t}_mm_standard_error");
            out.push(row(name, p.standard_error, "1", [None; 2]));
            if let Some(needed_mm) = p.gap_needed_mm {
                out.push(row(format!("gap_needed_for_{t}_mm"), needed_mm, "mm", [None; 2]));
            }
        }
        for s in &pair.sensitivity {
            for p in &s.probability {
                let (t, length) = (p.threshold_mm, s.correlation_mm);
                let name = format!("probability_of_{t}_mm_correlated_over_{length}_mm");
                out.push(row(name, p.p, "1", [None; 2]));
            }
        }
        for c in &pair.contributions {
            let row = row("gap_variance_share".to_owned(), c.share_of_variance, "1", [None; 2]);
            out.push(Row { reason: c.source.clone(), ..row });
        }
        out
    }
}
