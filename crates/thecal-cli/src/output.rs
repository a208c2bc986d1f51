//! What goes to the terminal and to the output folder.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use thecal::{Error, FileLabels, FolderPart, Form, Layout, Measured, ResultFolder};
use thecal_report::text::plain;
use thecal_report::{Report, json, summary};

use crate::exit::Failure;

/// How much is said on standard error beside errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Talk {
    /// Nothing.
    Quiet,
    /// Nothing but what goes on at a terminal: who asked for JSON reads standard error, too.
    Json,
    /// Notes.
    Notes,
    /// All that is done.
    Details,
}

/// Set once, before anything is said.
static TALK: OnceLock<Talk> = OnceLock::new();

/// Sets how much is said.
pub(crate) fn talk(talk: Talk) {
    // It is set once.
    let _ = TALK.set(talk);
}

/// How much is said.
pub(crate) fn said() -> Talk {
    TALK.get().copied().unwrap_or(Talk::Notes)
}

/// An error message, on standard error.
pub(crate) fn error(message: &str) {
    let mut out = io::stderr().lock();
    // Without standard error there is nobody left to tell.
    let _ = writeln!(out, "error: {message}");
}

/// A failure as JSON, on standard error.
pub(crate) fn json_error(json: &str) {
    let _ = writeln!(io::stderr().lock(), "{json}");
}

/// A note beside the result, on standard error.
pub(crate) fn note(message: &str) {
    if matches!(said(), Talk::Notes | Talk::Details) {
        let _ = writeln!(io::stderr().lock(), "{message}");
    }
}

/// What is done, for who wants to follow it.
pub(crate) fn detail(message: impl FnOnce() -> String) {
    if said() == Talk::Details {
        note(&plain(&message()));
    }
}

/// A result, on standard output. A reader that has gone away is no failure.
pub(crate) fn result(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::output(format!("standard output: {e}")))
        }
        _ => Ok(()),
    }
}

/// A report as JSON or as text, and below it which files are meant.
pub(crate) fn report(report: &Report, labels: &FileLabels, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return result(&json::to_json(report).map_err(Failure::output)?);
    }
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    result(&summary::summary(report, colour))?;
    named(labels, &summary::summary(report, false));
    Ok(())
}

/// Says on standard error which files are meant by the labels in a text.
pub(crate) fn named(labels: &FileLabels, text: &str) {
    for (label, path) in labels.named_in(text) {
        note(&format!("{label}: {}", plain(&path.display().to_string())));
    }
}

/// Takes a folder for results that rest on the files below `paths`.
pub(crate) fn folder(
    out: &Path,
    layout: &'static Layout,
    paths: &[PathBuf],
    more: &[PathBuf],
) -> Result<ResultFolder, Failure> {
    // A path that cannot be searched is told where it is to be measured.
    let inputs = || {
        let found = thecal::inputs(paths).unwrap_or_default();
        found.into_iter().chain(more.iter().cloned()).collect()
    };
    Ok(ResultFolder::begin(out, layout, inputs)?)
}

/// Writes all that a result is looked at and taken in by, and moves it in as one.
pub(crate) fn all(
    folder: ResultFolder,
    measured: &mut Measured,
    form: &Form,
) -> Result<(), Failure> {
    write(&folder.whole(), measured, form)?;
    Ok(folder.commit()?)
}

/// Writes a result into a folder that holds more than it, and tells what could not be written.
pub(crate) fn write(
    folder: &FolderPart,
    measured: &mut Measured,
    form: &Form,
) -> Result<(), Error> {
    for warning in thecal::write_result(measured, form, folder)? {
        note(&plain(&format!("{}: {}", warning.code, warning.message)));
    }
    Ok(())
}

/// Where the results are.
pub(crate) fn written(out: &Path) {
    note(&format!("Written: {}", plain(&out.display().to_string())));
}
