//! Why a batch cannot begin or go on; what is wrong with a study is its row.

use std::path::{Path, PathBuf};

use thecal_dicom::index::IndexError;

/// Why a batch cannot begin or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The folder cannot be searched.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The output folder cannot be written or read.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// Another run writes to the output folder.
    #[error("{path}: another run writes here ({holder}); wait for it, or give another --out")]
    Locked {
        /// The output folder.
        path: PathBuf,
        /// What it says of itself.
        holder: String,
    },
    /// A table cannot be written.
    #[error("{path}: {message}")]
    Table {
        /// The table.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// The threads cannot be started.
    #[error("threads: {0}")]
    Threads(String),
    /// The manifest names an approach that there is none of.
    #[error("manifest: no approach \"{name}\"; there are {known}")]
    UnknownApproach {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
}

impl BatchError {
    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    pub(super) fn table(path: &Path) -> impl FnOnce(String) -> Self {
        let path = path.to_owned();
        move |message| Self::Table { path, message }
    }
}
