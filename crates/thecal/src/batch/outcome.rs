//! What became of a study, from what its measurement says.

use std::any::Any;
use std::path::PathBuf;

use thecal_report::batch::Status;
use thecal_report::text::plain;

use super::discover::Found;
use crate::error::{Error, ErrorKind};
use crate::labels::FileLabels;

/// The status of a fault, and its sentence without the names of files and folders.
/// `structures` are the files that were named to take structures from.
pub(super) fn of_error(study: &Found, structures: &[PathBuf], error: &Error) -> (Status, String) {
    (status(study, error), without_names(study, structures, &error.to_string()))
}

fn status(study: &Found, error: &Error) -> Status {
    match error.kind() {
        ErrorKind::NoStructures if !error.names_damaged() && study.damaged.is_empty() => {
            Status::NoStructures
        }
        ErrorKind::Ambiguous => Status::Ambiguous,
        ErrorKind::NotFound => Status::NotFound,
        ErrorKind::NoSolid => Status::IllPosed,
        ErrorKind::Frames => Status::Frames,
        ErrorKind::Separation => Status::Separation,
        _ => Status::Unreadable,
    }
}

/// A path may hold a patient's name: files are told by their places in the study.
fn without_names(study: &Found, structures: &[PathBuf], text: &str) -> String {
    // One command line cannot name the files of many studies.
    let text = text.replace(
        "--structures FILE (repeat it to use several together)",
        "`structures` in a manifest (several are used together)",
    );
    let labels = FileLabels::from_index(&study.index, &study.damaged, structures);
    plain(&labels.hide(&text)).into_owned()
}

/// What a panic said of itself.
pub(super) fn of_panic(
    study: &Found,
    structures: &[PathBuf],
    payload: &(dyn Any + Send),
) -> (Status, String) {
    let said = payload.downcast_ref::<&str>().copied().map(str::to_owned);
    let said = said.or_else(|| payload.downcast_ref::<String>().cloned());
    let said = said.unwrap_or_else(|| "without a message".to_owned());
    let said = without_names(study, structures, &said);
    (Status::Panicked, format!("a fault of the program, please report it: {said}"))
}
