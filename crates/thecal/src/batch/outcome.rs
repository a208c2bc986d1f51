//! What became of a study, from what its measurement says.

use std::any::Any;

use thecal_mask::role::SelectError;
use thecal_report::batch::Status;
use thecal_report::text::plain;

use super::plan::PlannedStudy;
use crate::error::Error;
use crate::labels::FileLabels;

/// The status of a fault, and its sentence without the names of files and folders.
pub(super) fn of_error(study: &PlannedStudy, error: &Error) -> (Status, String) {
    (status(study, error), without_names(study, &error.to_string()))
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
        | Error::SeveralLattices { .. }
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

/// A path may hold a patient's name: files are told by their places in the study.
fn without_names(study: &PlannedStudy, text: &str) -> String {
    // One command line cannot name the files of many studies.
    let text = text.replace(
        "--structures FILE (repeat it to use several together)",
        "`structures` in a manifest (several are used together)",
    );
    let labels =
        FileLabels::of(&study.found.index, &study.found.damaged, &study.settings.structures);
    plain(&labels.hide(&text)).into_owned()
}

/// What a panic said of itself.
pub(super) fn of_panic(study: &PlannedStudy, payload: &(dyn Any + Send)) -> (Status, String) {
    let said = payload.downcast_ref::<&str>().copied().map(str::to_owned);
    let said = said.or_else(|| payload.downcast_ref::<String>().cloned());
    let said = said.unwrap_or_else(|| "without a message".to_owned());
    let said = without_names(study, &said);
    (Status::Panicked, format!("a fault of the program, please report it: {said}"))
}
