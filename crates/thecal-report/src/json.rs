//! JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};

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
    let mut out = Vec::new();
    let form = Form(PrettyFormatter::new());
    report.serialize(&mut serde_json::Serializer::with_formatter(&mut out, form))?;
    out.push(b'\n');
    // JSON is UTF-8.
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Indented JSON in which nothing has a sign: no `-0.0`.
struct Form(PrettyFormatter<'static>);

impl Formatter for Form {
    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        // The sum of both zeros is the positive one.
        self.0.write_f64(out, value + 0.0)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn zero_has_no_sign_and_all_else_is_as_serde_json_writes_it() {
        let value = serde_json::json!({"a": [-0.0, 1.5, -2], "b": {}, "c": [], "d": [{"e": null}]});
        let text = super::to_json(&value).expect("JSON");
        let plain = serde_json::to_string_pretty(&value).expect("JSON");
        assert!(plain.contains("-0.0"));
        assert_eq!(text, plain.replace("-0.0", "0.0") + "\n");
    }
}
