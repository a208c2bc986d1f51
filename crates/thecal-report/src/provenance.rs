//! What a result rests on: the program, what was read, how it was computed, and what is to be
//! doubted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::EndRule;

/// A program and its version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
}

/// One input series or file set. Holds no patient identity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// `CT`, `MR`, `RTSTRUCT`, ...
    pub kind: String,
    /// Series Instance UID.
    pub series_instance_uid: Option<String>,
    /// SOP Instance UID, where the input is a single object.
    pub sop_instance_uid: Option<String>,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// Number of files.
    pub files: usize,
    /// SHA-256 of the file, of files of structures; it names nobody, unlike a file's name.
    #[serde(default)]
    pub content_sha256: Option<String>,
}

/// Settings that a number depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parameters {
    /// End rule: `half_slice`, `plane` or `rounded`.
    pub ends: EndRule,
    /// Accuracy of the refined gap on the interpolated solids, mm.
    pub gap_tolerance_mm: f64,
    /// True where the user asked to treat different frames of reference as the same.
    pub assume_same_frame: bool,
}

/// A warning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WarningRecord {
    /// Stable code, see `docs/warnings.md`.
    pub code: String,
    /// For a person.
    pub message: String,
    /// Where; empty where it concerns the whole.
    pub r#where: String,
}
