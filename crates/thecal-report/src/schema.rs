//! The JSON Schema of the report, draft 2020-12.

/// The schema as indented JSON with a line end; `docs/report.schema.json` holds the same text.
pub fn report_schema() -> String {
    format!("{:#}\n", schemars::schema_for!(crate::Report).to_value())
}
