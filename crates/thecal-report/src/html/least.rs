//! The smallest resection depth by which each approach reaches each threshold.

use serde::Serialize;

use crate::{LeastRow, Report};

/// The table: an approach a row, a threshold a column.
#[derive(Debug, Serialize)]
pub(super) struct LeastTable<'a> {
    thresholds_mm: Vec<f64>,
    rows: Vec<Row<'a>>,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    scenario: &'a str,
    tumour: &'a str,
    cells: Vec<Option<&'a LeastRow>>,
}

/// None where no sweep was asked for. Rows are in the order of the first threshold, the best first.
pub(super) fn table(report: &Report) -> Option<LeastTable<'_>> {
    let all = &report.separation.as_ref()?.least;
    let mut thresholds_mm: Vec<f64> = all.iter().map(|l| l.threshold_mm).collect();
    thresholds_mm.sort_by(f64::total_cmp);
    thresholds_mm.dedup();
    let first = all.iter().filter(|l| thresholds_mm.first() == Some(&l.threshold_mm));
    let row = |of: &'_ LeastRow| {
        let same = |l: &&LeastRow| l.scenario == of.scenario && l.tumour == of.tumour;
        let cell = |t: &f64| all.iter().filter(same).find(|l| l.threshold_mm == *t);
        thresholds_mm.iter().map(cell).collect::<Vec<_>>()
    };
    let rows: Vec<Row<'_>> =
        first.map(|l| Row { scenario: &l.scenario, tumour: &l.tumour, cells: row(l) }).collect();
    (!rows.is_empty()).then_some(LeastTable { thresholds_mm, rows })
}
