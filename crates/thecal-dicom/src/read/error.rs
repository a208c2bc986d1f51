//! What can be wrong with a file, in words that help to correct it.

use std::fmt;
use std::path::{Path, PathBuf};

use dicom_core::Tag;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_dictionary_std::StandardDataDictionary;

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The bytes were had, but cannot be used.
    #[error("{path}: {fault}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with its content.
        fault: Box<Fault>,
    },
}

impl ReadError {
    /// The file that could not be read.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. } | Self::Content { path, .. } => path,
        }
    }

    /// What is wrong with the content; `None` where the file system refused.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Content { fault, .. } => Some(fault),
            Self::Io { .. } => None,
        }
    }

    pub(crate) fn content(path: &Path, fault: Fault) -> Self {
        Self::Content { path: path.into(), fault: Box::new(fault) }
    }
}

/// The kind of a [`Fault`], to decide on without reading its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// No DICOM data set begins here.
    NotDicom,
    /// The file ends before its content does.
    Truncated,
    /// The structure of the data set contradicts itself.
    Malformed,
    /// More nesting, elements or inflated bytes than any real file has.
    TooLarge,
    /// The transfer syntax cannot be read.
    UnsupportedSyntax,
    /// A DICOM object, but not of the kind that was asked for.
    WrongObject,
    /// An attribute without which nothing can be said is absent.
    Missing,
    /// An attribute holds what it must not.
    BadValue,
}

/// One thing that is wrong with a data set. Holds no value of a patient attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The kind.
    pub kind: FaultKind,
    /// The attribute, by keyword and tag; empty where the fault concerns the whole.
    pub attribute: String,
    /// Byte offset in the data set's bytes (after inflation), where one can be named.
    pub offset: Option<usize>,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// What to do about it.
    pub advice: &'static str,
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.attribute.is_empty() {
            write!(f, "{}", self.attribute)?;
        }
        if let Some(offset) = self.offset {
            let space = if self.attribute.is_empty() { "" } else { " " };
            write!(f, "{space}at byte {offset}")?;
        }
        if !self.attribute.is_empty() || self.offset.is_some() {
            write!(f, ": ")?;
        }
        write!(f, "found {}, expected {}; {}", self.found, self.expected, self.advice)
    }
}

impl Fault {
    pub(crate) fn new(
        kind: FaultKind,
        found: impl Into<String>,
        expected: impl Into<String>,
        advice: &'static str,
    ) -> Self {
        let (found, expected) = (found.into(), expected.into());
        Self { kind, attribute: String::new(), offset: None, found, expected, advice }
    }

    pub(crate) fn of(mut self, tag: Tag) -> Self {
        self.attribute = attribute_name(tag);
        self
    }

    pub(crate) fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }
}

/// Keyword and tag of an attribute, for example `ContourData (3006,0050)`.
#[must_use]
pub(crate) fn attribute_name(tag: Tag) -> String {
    match StandardDataDictionary.by_tag(tag) {
        Some(entry) => format!("{} {tag}", entry.alias()),
        None => format!("{tag}"),
    }
}

/// A piece of a value for a message: at most 32 characters, nothing unprintable.
#[must_use]
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    let mut text: String =
        bytes.iter().take(32).flat_map(|b| b.escape_ascii()).map(char::from).collect();
    if bytes.len() > 32 {
        text.push_str("...");
    }
    format!("\"{text}\"")
}
