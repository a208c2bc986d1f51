//! A row of the long format: its columns, how it begins and how it is written.

use serde::{Deserialize, Serialize};

use crate::Phase;
use crate::text::cell;

/// Columns of the long format. A table of many studies has the column [`LABEL`] after the first.
pub const HEADER: [&str; 13] = [
    "study",
    "structure_a",
    "structure_b",
    "phase",
    "scenario",
    "metric",
    "value",
    "unit",
    "lower",
    "upper",
    "method",
    "status",
    "reason",
];

/// The column of a table of many studies that holds the name of the study for people.
pub const LABEL: &str = "label";

/// The columns of a table of many studies.
#[must_use]
pub fn labelled_header() -> Vec<&'static str> {
    let mut header = HEADER.to_vec();
    header.insert(1, LABEL);
    header
}

pub(crate) fn number(value: Option<f64>) -> String {
    let text = value.map_or_else(String::new, |v| format!("{v:.4}"));
    // What rounds to nothing has no sign.
    if text == "-0.0000" { "0.0000".to_owned() } else { text }
}

/// One metric of one pair, or why there is none: a row of the long format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The caller's key of the study.
    pub study: String,
    /// First structure.
    pub structure_a: String,
    /// Second structure.
    pub structure_b: String,
    /// `before` or `after`; empty where the study was not measured.
    pub phase: String,
    /// Name of the scenario; empty for the study as it is.
    pub scenario: String,
    /// What was measured, with its unit at the end.
    pub metric: String,
    /// Its value in `unit`.
    pub value: Option<f64>,
    /// Unit of value and bounds.
    pub unit: String,
    /// Lower end of the interval.
    pub lower: Option<f64>,
    /// Upper end of the interval.
    pub upper: Option<f64>,
    /// The end rule.
    pub method: String,
    /// `ok`, `missing`, or why the study was not measured.
    pub status: String,
    /// For a person; may be empty.
    pub reason: String,
}

impl Row {
    /// A row of the study as it is: its phase, and as its status whether there is a value. Scenario,
    /// method and reason are empty.
    pub(crate) fn of(
        study: &str,
        [a, b]: [&str; 2],
        metric: &str,
        [value, lower, upper]: [Option<f64>; 3],
        unit: &str,
    ) -> Self {
        Self {
            study: study.to_owned(),
            structure_a: a.to_owned(),
            structure_b: b.to_owned(),
            phase: Phase::Before.as_str().to_owned(),
            scenario: String::new(),
            metric: metric.to_owned(),
            value,
            unit: unit.to_owned(),
            lower,
            upper,
            method: String::new(),
            status: if value.is_some() { "ok" } else { "missing" }.to_owned(),
            reason: String::new(),
        }
    }

    /// Its cells, in the order of [`HEADER`].
    pub(super) fn cells(&self) -> Vec<String> {
        let [value, lower, upper] = [self.value, self.lower, self.upper].map(number);
        vec![
            cell(&self.study).into_owned(),
            cell(&self.structure_a).into_owned(),
            cell(&self.structure_b).into_owned(),
            self.phase.clone(),
            cell(&self.scenario).into_owned(),
            self.metric.clone(),
            value,
            self.unit.clone(),
            lower,
            upper,
            self.method.clone(),
            self.status.clone(),
            cell(&self.reason).into_owned(),
        ]
    }
}

/// What was written to a table in memory.
pub(super) fn text(out: csv::Writer<Vec<u8>>) -> Result<String, csv::Error> {
    let bytes = out.into_inner().map_err(|e| csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
