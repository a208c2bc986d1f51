//! The record of the structures that were written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::provenance::{Tool, WarningRecord};
use crate::words::StructureKind;

/// The structures of a result as files: `structures.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StructuresRecord {
    /// Version of this format.
    pub schema_version: String,
    /// The program that wrote them.
    pub tool: Tool,
    /// Coordinate space: always `LPS`.
    pub space: String,
    /// Frame of Reference UID of all of them.
    pub frame_of_reference_uid: Option<String>,
    /// The structures.
    pub structures: Vec<WrittenStructure>,
    /// The files, from the folder of this one, with `/` between folder and name.
    pub files: Vec<String>,
    /// What was left out or could not be written.
    pub warnings: Vec<WarningRecord>,
}

/// A structure that was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WrittenStructure {
    /// Its name in every file; of a mesh the name of the file.
    pub name: String,
    /// `cord`, `thecal_sac`, `tumour`, `residual`, `removed`, `expansion` or `target`.
    pub kind: StructureKind,
    /// How it was made.
    pub description: String,
    /// Number of planes that it is drawn on.
    pub planes: usize,
    /// Volume of its solid, cc.
    pub volume_cc: f64,
}
