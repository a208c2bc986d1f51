//! Studies in files, and the program itself.

use std::ffi::OsString;

use pyo3::prelude::*;
use thecal_cli::Invocation;

use crate::errors::Fault;
use crate::work::interruptible;

#[pyfunction]
pub(crate) fn record(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<String> {
    interruptible(py, move || Ok(thecal_cli::record::record(arguments)?))
}

#[pyfunction]
pub(crate) fn options(py: Python<'_>, command: &str) -> PyResult<String> {
    let found = thecal_cli::record::options(command);
    serde_json::to_string(&found)
        .map_err(|e| Fault::Internal(format!("options cannot be told: {e}")).raised(py))
}

/// The JSON Schema of the records of a command; none where it has no record.
#[pyfunction]
pub(crate) fn schema(command: &str) -> Option<String> {
    use thecal_report::schema::{dvh_schema, explain_schema, info_schema, report_schema};
    match command {
        "check" | "compare" => Some(report_schema()),
        "dvh" => Some(dvh_schema()),
        "explain" => Some(explain_schema()),
        "info" => Some(info_schema()),
        _ => None,
    }
}

#[pyfunction]
pub(crate) fn run_decoders_with(program: Vec<OsString>) {
    thecal_cli::keep_decoders_outside(&program);
}

#[pyfunction]
pub(crate) fn run(py: Python<'_>, program: Vec<OsString>, arguments: Vec<OsString>) -> u8 {
    // As the program: a key that interrupts ends the process, whatever it does.
    py.detach(move || thecal_cli::run(Invocation { program, arguments }).code())
}
