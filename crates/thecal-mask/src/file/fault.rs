//! Why a file gives no mask.

use std::path::PathBuf;

/// Why a file gives no mask.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MaskFileError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The content cannot be used.
    #[error("{path}: {fault}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: FileFault,
    },
}

/// What is wrong with a mask file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: found {found}, expected {expected}; {advice}")]
#[non_exhaustive]
pub struct FileFault {
    /// The field of the header, or what else it concerns.
    pub field: &'static str,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// What to do about it.
    pub advice: &'static str,
    /// True where the file can be read but holds a picture and no mask.
    pub is_image: bool,
}

impl FileFault {
    pub(super) fn new(
        field: &'static str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let advice = "write the file again from its source";
        let (found, expected) = (found.into(), expected.into());
        Self { field, found, expected, advice, is_image: false }
    }

    pub(super) fn advise(mut self, advice: &'static str) -> Self {
        self.advice = advice;
        self
    }
}
