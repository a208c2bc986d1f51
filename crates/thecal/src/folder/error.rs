//! Why results cannot be written into a folder.

use std::io;
use std::path::{Path, PathBuf};

/// Why results cannot be written into a folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A file that is read would be overwritten.
    #[error(
        "{output}: the result would overwrite the input {input}; give another folder with --out"
    )]
    Input {
        /// The file of the result.
        output: PathBuf,
        /// The file that is read.
        input: PathBuf,
    },
    /// A file that no earlier result lists would be overwritten.
    #[error(
        "{path}: this file does not belong to an earlier result and would be overwritten; move it, or give \
         another folder with --out"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Another run writes there.
    #[error("{path}: another run writes here ({holder}); wait for it, or give another --out")]
    Locked {
        /// The folder.
        path: PathBuf,
        /// What it says of itself.
        holder: String,
    },
    /// The system refuses.
    #[error("{path}: {source}{}", advice(source))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl FolderError {
    /// True where another `--out` solves the problem: the command line is wrong, not the disk.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Input { .. } | Self::Foreign { .. })
    }

    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// What helps against a failure of writing, to stand behind its message.
pub(crate) fn advice(error: &io::Error) -> &'static str {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded => {
            "; make room there, or give a folder on another disk"
        }
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem | Kind::NotADirectory => {
            "; give a folder that can be written to"
        }
        _ => "",
    }
}
