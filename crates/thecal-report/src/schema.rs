//! JSON Schemas of what is written, draft 2020-12.

use schemars::JsonSchema;

/// The schema of the report as indented JSON with a line end; `docs/report.schema.json` holds the
/// same text.
pub fn report_schema() -> String {
    schema::<crate::Report>()
}

/// The schema of `structures.json`; `docs/structures.schema.json` holds the same text.
pub fn structures_schema() -> String {
    schema::<crate::StructuresRecord>()
}

/// The schema of the output of `thecal explain --json`; `docs/explain.schema.json` holds the same text.
pub fn explain_schema() -> String {
    schema::<crate::ExplainReport>()
}

/// The schema of the output of `thecal info --json`; `docs/info.schema.json` holds the same text.
pub fn info_schema() -> String {
    schema::<crate::Info>()
}

/// The schema of the output of `thecal dvh --json`; `docs/dvh.schema.json` holds the same text.
pub fn dvh_schema() -> String {
    schema::<crate::DoseReport>()
}

fn schema<T: JsonSchema>() -> String {
    format!("{:#}\n", schemars::schema_for!(T).to_value())
}
