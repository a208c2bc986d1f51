//! `explain.csv`: the long format, with the convention as method.

use super::row::{HEADER, Row, text};
use crate::{ExplainPair, ExplainReport, ExplainStructure};

/// What our own rows have as method, before the end rule.
const OURS: &str = "thecal";

/// The figures of every convention, one a row, ours first; `study` is the caller's key for it. The
/// reason of a row is why its figure is what it is, or why there is none.
///
/// # Errors
/// Where the text cannot be put together.
pub fn explain_csv(study: &str, report: &ExplainReport) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEADER)?;
    let ends = report.parameters.ends;
    let ours = format!("{OURS}, {ends}");
    let pairs = report.pairs.iter().flat_map(|p| of_pair(study, p, &ours));
    let structures = report.structures.iter().flat_map(|s| of_structure(study, s, &ours));
    for row in pairs.chain(structures) {
        out.write_record(row.cells())?;
    }
    text(out)
}

/// A row without bounds.
fn row(study: &str, of: [&str; 2], metric: &str, unit: &str, value: Option<f64>) -> Row {
    Row::of(study, of, metric, [value, None, None], unit)
}

/// What a row is told of: why it is what it is, or why there is no figure.
fn told(why: Option<&String>, reason: Option<&String>) -> String {
    why.or(reason).cloned().unwrap_or_default()
}

fn of_pair(study: &str, pair: &ExplainPair, ours: &str) -> Vec<Row> {
    let names = [pair.a.as_str(), pair.b.as_str()];
    let mut out = vec![Row {
        lower: pair.gap_lower_mm,
        upper: pair.gap_upper_mm,
        method: ours.to_owned(),
        ..row(study, names, "gap_mm", "mm", pair.gap_mm)
    }];
    for c in &pair.conventions {
        let method = c.convention.as_str().to_owned();
        let reason = told(c.why.as_ref(), c.reason.as_ref());
        out.push(Row {
            lower: c.gap_lower_mm,
            upper: c.gap_upper_mm,
            method: method.clone(),
            reason,
            ..row(study, names, "gap_mm", "mm", c.gap_mm)
        });
        out.push(Row { method, ..row(study, names, "gap_difference_mm", "mm", c.difference_mm) });
    }
    out
}

fn of_structure(study: &str, s: &ExplainStructure, ours: &str) -> Vec<Row> {
    let names = [s.name.as_str(), ""];
    let mut out = vec![Row {
        lower: Some(s.volume_lower_cc),
        upper: Some(s.volume_upper_cc),
        method: ours.to_owned(),
        ..row(study, names, "volume_cc", "cc", Some(s.volume_cc))
    }];
    for c in &s.conventions {
        let method = c.convention.as_str().to_owned();
        let reason = told(c.why.as_ref(), c.reason.as_ref());
        let volume = row(study, names, "volume_cc", "cc", c.volume_cc);
        out.push(Row { method: method.clone(), reason, ..volume });
        let difference = row(study, names, "volume_difference_pct", "%", c.difference_pct);
        out.push(Row { method, ..difference });
    }
    for d in &s.dose {
        let metric = format!("{}_{}", d.metric, d.unit.to_lowercase());
        out.push(Row {
            lower: d.ours_lower,
            upper: d.ours_upper,
            method: ours.to_owned(),
            ..row(study, names, &metric, &d.unit, d.ours)
        });
        out.push(Row {
            method: d.convention.as_str().to_owned(),
            reason: told(d.why.as_ref(), d.reason.as_ref()),
            ..row(study, names, &metric, &d.unit, d.value)
        });
    }
    out
}
