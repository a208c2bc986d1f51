//! Why a study cannot be measured, or its result cannot be written.

mod fault;

use thecal_dicom::index::IndexError;
use thecal_dicom::read::ReadError;
use thecal_dicom::registration::Ambiguous;
use thecal_dicom::write::{OriginError, WriteError};
use thecal_mask::file::MaskFileError;
use thecal_mask::role::SelectError;
use thecal_report::mesh::MeshError;
use thecal_separation::SeparationError;

use crate::folder::FolderError;
use crate::record::settings::SettingsError;
pub(crate) use fault::{Fault, Lattice};

/// Why a study cannot be measured, or its result cannot be written.
///
/// The text names the file and the attribute, what was found, what was expected and what to do.
/// [`Error::kind`] gives the kind of failure for programs.
///
/// # Example
/// ```
/// use thecal::{ErrorKind, Settings, check};
///
/// let folder = tempfile::tempdir()?;
/// let error = check(&[folder.path().to_owned()], &Settings::default()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NoStructures);
/// assert!(error.to_string().contains("give a folder with a study"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Fault>);

/// The kind of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file cannot be read, or its content is invalid.
    Unreadable,
    /// There is no study, or it has no structures.
    NoStructures,
    /// There is no dose where one is asked for.
    NoDose,
    /// More than one file, structure or patient could be meant.
    Ambiguous,
    /// There is nothing with the requested name.
    NotFound,
    /// A structure encloses no volume.
    NoSolid,
    /// Two studies belong to different patients.
    DifferentPatients,
    /// Structures lie in frames of reference that no registration joins.
    Frames,
    /// A separation cannot be simulated.
    Separation,
    /// The files are not those of the record.
    OtherStudy,
    /// A record does not contain its settings.
    Settings,
    /// The folder of the result cannot be used; another one must be given.
    Folder,
    /// The input is valid, but its result cannot be written.
    Output,
    /// A part of the result cannot be computed.
    Result,
}

impl ErrorKind {
    /// One word for it, as `not_found`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NoStructures => "no_structures",
            Self::NoDose => "no_dose",
            Self::Ambiguous => "ambiguous",
            Self::NotFound => "not_found",
            Self::NoSolid => "no_solid",
            Self::DifferentPatients => "different_patients",
            Self::Frames => "frames",
            Self::Separation => "separation",
            Self::OtherStudy => "other_study",
            Self::Settings => "settings",
            Self::Folder => "folder",
            Self::Output => "output",
            Self::Result => "result",
        }
    }
}

impl Error {
    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.fault() {
            Fault::Read(_) | Fault::Index(_) | Fault::MaskFile(_) | Fault::Contours(_) => {
                ErrorKind::Unreadable
            }
            Fault::NothingFound { .. } | Fault::NoStructureSet { .. } => ErrorKind::NoStructures,
            Fault::NoDose => ErrorKind::NoDose,
            Fault::SeveralStructureSets { .. }
            | Fault::SeveralDoses { .. }
            | Fault::SeveralLattices { .. }
            | Fault::SameInstance { .. }
            | Fault::SeveralPatients { .. }
            | Fault::ChosenTwice { .. } => ErrorKind::Ambiguous,
            Fault::Select { source, .. } => match source {
                SelectError::Ambiguous { .. } | SelectError::NameFitsSeveral { .. } => {
                    ErrorKind::Ambiguous
                }
                _ => ErrorKind::NotFound,
            },
            Fault::Solid { .. }
            | Fault::Mask { .. }
            | Fault::Tangled { .. }
            | Fault::DoseVolume(_) => ErrorKind::NoSolid,
            Fault::DifferentPatients => ErrorKind::DifferentPatients,
            Fault::Frames { .. } | Fault::Registrations(_) => ErrorKind::Frames,
            Fault::NoReference { .. } | Fault::Separation(_) => ErrorKind::Separation,
            Fault::OtherStudy(_) => ErrorKind::OtherStudy,
            Fault::NoSettings | Fault::Settings(_) | Fault::Limits(_) => ErrorKind::Settings,
            Fault::Folder(e) if e.is_usage() => ErrorKind::Folder,
            Fault::Output { .. } | Fault::Mesh(_) | Fault::Folder(_) => ErrorKind::Output,
            Fault::Write(WriteError::Io { .. }) => ErrorKind::Output,
            Fault::Origin(OriginError::Write(_)) => ErrorKind::Output,
            Fault::Origin(_) => ErrorKind::Unreadable,
            Fault::Write(_) | Fault::Section { .. } => ErrorKind::Result,
            #[cfg(feature = "pictures")]
            Fault::Picture { .. } | Fault::Html(_) => ErrorKind::Result,
        }
    }

    /// True where the input is sound and its result cannot be written.
    #[must_use]
    pub fn is_output(&self) -> bool {
        matches!(self.kind(), ErrorKind::Output | ErrorKind::Folder)
    }

    /// True where there is nothing to measure and files are named that may have been meant.
    #[cfg(feature = "batch")]
    pub(crate) fn names_damaged(&self) -> bool {
        match self.fault() {
            Fault::NothingFound { damaged, .. } | Fault::NoStructureSet { damaged, .. } => {
                !damaged.is_empty()
            }
            _ => false,
        }
    }

    /// What it is in particular.
    pub(crate) fn fault(&self) -> &Fault {
        &self.0
    }

    /// With the path of a file of the result as `place` gives it.
    #[cfg(feature = "pictures")]
    pub(crate) fn placed(self, place: impl Fn(&std::path::Path) -> std::path::PathBuf) -> Self {
        match *self.0 {
            Fault::Output { path, source } | Fault::Write(WriteError::Io { path, source }) => {
                Fault::Output { path: place(&path), source }.into()
            }
            other => other.into(),
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self(Box::new(fault))
    }
}

/// What the crates below say is a fault as it stands.
macro_rules! from_below {
    ($($below:ty),+ $(,)?) => {
        $(impl From<$below> for Error {
            fn from(fault: $below) -> Self {
                Fault::from(fault).into()
            }
        })+
    };
}

from_below!(
    Ambiguous,
    FolderError,
    IndexError,
    MaskFileError,
    MeshError,
    OriginError,
    ReadError,
    SeparationError,
    SettingsError,
    WriteError,
);
