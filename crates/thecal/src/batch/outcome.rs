//! What became of a study, from what its measurement says.

use std::any::Any;

use thecal_mask::role::SelectError;
use thecal_report::batch::Status;

use super::plan::PlannedStudy;
use crate::error::Error;

/// The status of a fault, and its sentence without the folders that the files lie in.
pub(super) fn of_error(study: &PlannedStudy, error: &Error) -> (Status, String) {
    (status(study, error), without_folders(study, &error.to_string()))
}

fn status(study: &PlannedStudy, error: &Error) -> Status {
    match error {
        Error::NothingFound { damaged, .. } | Error::NoStructureSet { damaged, .. } => {
            if damaged.is_empty() && study.found.damaged.is_empty() {
                Status::NoStructures
            } else {
                Status::Unreadable
            }
        }
        Error::SeveralStructureSets { .. }
        | Error::SameInstance { .. }
        | Error::SeveralPatients { .. }
        | Error::ChosenTwice { .. } => Status::Ambiguous,
        Error::Select { source, .. } => match source {
            SelectError::Ambiguous { .. } | SelectError::NameFitsSeveral { .. } => {
                Status::Ambiguous
            }
            _ => Status::NotFound,
        },
        Error::Solid { .. } | Error::Mask { .. } | Error::Tangled { .. } => Status::IllPosed,
        Error::Frames { .. } | Error::Registrations(_) => Status::Frames,
        Error::NoReference { .. } | Error::Separation(_) => Status::Separation,
        _ => Status::Unreadable,
    }
}

/// A whole path may hold a patient's name: files are told by their names alone.
fn without_folders(study: &PlannedStudy, text: &str) -> String {
    // One command line cannot name the files of many studies.
    let mut out = text.replace(
        "--structures FILE (repeat it to use several together)",
        "`structures` in a manifest (several are used together)",
    );
    for file in study.found.files() {
        if let Some(name) = file.file_name() {
            out = out.replace(&file.display().to_string(), &name.to_string_lossy());
        }
    }
    for file in &study.settings.structures {
        if let Some(name) = file.file_name() {
            out = out.replace(&file.display().to_string(), &name.to_string_lossy());
        }
    }
    out
}

/// What a panic said of itself.
pub(super) fn of_panic(payload: &(dyn Any + Send)) -> (Status, String) {
    let said = payload.downcast_ref::<&str>().copied().map(str::to_owned);
    let said = said.or_else(|| payload.downcast_ref::<String>().cloned());
    let said = said.unwrap_or_else(|| "without a message".to_owned());
    (Status::Panicked, format!("a fault of the program, please report it: {said}"))
}
