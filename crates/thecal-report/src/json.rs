//! JSON.

use serde::Serialize;

/// A record as indented JSON with a line end.
///
/// # Errors
/// Where a number cannot be written as JSON.
pub fn to_json(report: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(report).map(|s| s + "\n")
}
