//! What goes to the terminal and to the output folder.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use thecal::{ContourPlanes, Measured, MeshOptions};
use thecal_report::{Report, csv, json, summary};

use crate::exit::Failure;

/// An error message, on standard error.
pub(crate) fn error(message: &str) {
    let mut out = io::stderr().lock();
    // Without standard error there is nobody left to tell.
    let _ = writeln!(out, "error: {message}");
}

/// A note beside the result, on standard error.
pub(crate) fn note(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{message}");
}

/// A result, on standard output. A reader that has gone away is no failure.
pub(crate) fn result(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Failure::input(e)),
        _ => Ok(()),
    }
}

/// A report as JSON or as text.
pub(crate) fn report(report: &Report, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return result(&json::to_json(report).map_err(Failure::input)?);
    }
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    result(&summary::summary(report, colour))
}

/// What a row of a table is known by: the structure set's UID, which names no patient.
fn study_key(report: &Report) -> String {
    let set = report.inputs.first();
    set.and_then(|i| i.sop_instance_uid.clone()).unwrap_or_else(|| "study".to_owned())
}

/// How a result is written.
#[derive(Default)]
pub(crate) struct Form {
    /// What rows of the tables are known by, where not by the structure set's UID.
    pub(crate) study: Option<&'static str>,
    /// Planes that contours lie on.
    pub(crate) planes: ContourPlanes,
    pub(crate) meshes: MeshOptions,
}

/// Writes all that a result is looked at and taken in by: `files`, `structures`, page and pictures.
pub(crate) fn all(dir: &Path, measured: &Measured, form: &Form) -> Result<(), Failure> {
    let study = form.study.map_or_else(|| study_key(&measured.report), ToOwned::to_owned);
    files(dir, &study, &measured.report)?;
    structures(dir, measured, form)?;
    thecal::write_report(measured, dir).map_err(Failure::input)
}

/// Writes `report.json`, `gaps.csv` and `profile.csv`, each whole or not at all.
fn files(dir: &Path, study: &str, report: &Report) -> Result<(), Failure> {
    let failed = |path: &Path, e: io::Error| Failure::Input(format!("{}: {e}", path.display()));
    std::fs::create_dir_all(dir).map_err(|e| failed(dir, e))?;
    let texts = [
        ("report.json", json::to_json(report).map_err(Failure::input)?),
        ("gaps.csv", csv::gaps_csv(study, report).map_err(Failure::input)?),
        ("profile.csv", csv::profile_csv(study, report).map_err(Failure::input)?),
    ];
    for (name, text) in texts {
        let path = dir.join(name);
        json::write_atomic(&path, text.as_bytes()).map_err(|e| failed(&path, e))?;
    }
    Ok(())
}

/// Writes `structures.dcm`, `segmentation.dcm`, `meshes/` and the list of them.
fn structures(dir: &Path, measured: &Measured, form: &Form) -> Result<(), Failure> {
    let solids = thecal::result_solids(measured).map_err(Failure::input)?;
    let written = thecal::write_structures(measured, &solids, form.planes, &form.meshes, dir)
        .map_err(Failure::input)?;
    for warning in written.warnings {
        note(&format!("{}: {}", warning.code, warning.message));
    }
    Ok(())
}
