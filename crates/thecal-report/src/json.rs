//! JSON.

use serde::Serialize;

/// A record as indented JSON with a line end.
///
/// # Errors
/// Where a number cannot be written as JSON.
///
/// # Example
/// ```
/// use thecal_report::{Headline, Report, json};
///
/// let record = r#"{
///     "schema_version": "2", "tool": { "name": "thecal", "version": "0.1.0" }, "space": "LPS",
///     "inputs": [], "structures": [], "thresholds_mm": [2, 3], "phases": [], "warnings": [],
///     "parameters": { "ends": "half_slice", "gap_tolerance_mm": 0.01, "assume_same_frame": false },
///     "separation": null, "target": null, "comparison": null, "headline": "not_assessable"
/// }"#;
/// let report: Report = serde_json::from_str(record)?;
/// assert_eq!(report.headline, Headline::NotAssessable);
/// // What is written is read back the same.
/// assert_eq!(serde_json::from_str::<Report>(&json::to_json(&report)?)?, report);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn to_json(report: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(report).map(|s| s + "\n")
}
