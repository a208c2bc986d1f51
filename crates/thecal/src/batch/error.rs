//! Why a batch cannot begin or go on; what is wrong with a study is its row.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::folder::{FolderError, advice};

/// Why a batch cannot begin or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The folder cannot be searched.
    #[error(transparent)]
    Search(#[from] Error),
    /// The output folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The output folder cannot be written or read.
    #[error("{path}: {source}{}", advice(source))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A table cannot be written.
    #[error("{path}: {message}")]
    Table {
        /// The table.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// There is nothing to measure.
    #[error(
        "{root}: this folder has no study, that is, no DICOM object and no mask (NIfTI, NRRD); give the \
         folder that contains the studies"
    )]
    NoStudies {
        /// The folder.
        root: PathBuf,
    },
    /// Results of a batch would lie among the files of a study.
    #[error(
        "{out}: this folder belongs to the study {study}; results of a batch need a folder of their \
         own: give another with --out"
    )]
    OutInStudy {
        /// The folder for results.
        out: PathBuf,
        /// The folder of the study.
        study: PathBuf,
    },
    /// There is no plan of a run over many machines.
    #[error(
        "{path}: found no plan; expected what `thecal batch ROOT --out DIR --step plan` leaves beside DIR. \
         Where this is another machine, the folder must be on a file system that both see"
    )]
    NoPlan {
        /// Where it should be.
        path: PathBuf,
    },
    /// The plan of a run over many machines is another one.
    #[error(
        "{path}: found the plan {found}, expected {expected}; another run was planned into this folder, so \
         plan again"
    )]
    PlanReplaced {
        /// The plan's file.
        path: PathBuf,
        /// Its name.
        found: String,
        /// The name that was asked for.
        expected: String,
    },
    /// The plan does not read as one.
    #[error("{path}: found {found}, expected a plan of this version of thecal; plan again")]
    PlanUnusable {
        /// The file.
        path: PathBuf,
        /// What stands there.
        found: String,
    },
    /// The plan was made with other settings.
    #[error(
        "{path}: this was planned with other settings; give every step the same options and the same \
         thecal.toml, or plan again"
    )]
    PlanOfOthers {
        /// The file.
        path: PathBuf,
    },
    /// The plan has no such shard.
    #[error("shard {number}: the plan {path} has the shards 0 to {last}")]
    NoShard {
        /// The plan's file.
        path: PathBuf,
        /// The number that was asked for.
        number: usize,
        /// The last that there is.
        last: usize,
    },
    /// A run over many machines is to end and is not complete.
    #[error(
        "{count} studies of the plan have no result (shards {shards}); measure these shards, or say with \
         --lost which studies cannot be"
    )]
    Unmeasured {
        /// How many.
        count: usize,
        /// Some of their shards.
        shards: String,
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
    /// True where the input is sound and its results cannot be written.
    #[must_use]
    pub fn is_output(&self) -> bool {
        match self {
            Self::Folder(e) => !e.is_usage(),
            Self::Io { .. } | Self::Table { .. } => true,
            _ => false,
        }
    }

    /// True where the command line asks for what cannot be.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Folder(e) => e.is_usage(),
            Self::OutInStudy { .. } => true,
            _ => false,
        }
    }

    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    /// With the path of a file as `place` gives it.
    pub(super) fn placed(self, place: impl Fn(&Path) -> PathBuf) -> Self {
        match self {
            Self::Io { path, source } => Self::Io { path: place(&path), source },
            Self::Table { path, message } => Self::Table { path: place(&path), message },
            other => other,
        }
    }

    pub(super) fn table(path: &Path) -> impl FnOnce(String) -> Self {
        let path = path.to_owned();
        move |message| Self::Table { path, message }
    }
}
