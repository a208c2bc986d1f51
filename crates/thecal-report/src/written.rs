//! The record of the structures that were written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Tool, WarningRecord, record};
use crate::words::StructureKind;

record! {
    /// The structures of a result as files: `structures.json`.
    StructuresRecord {
        /// Version of this format.
        schema_version: String,
        /// The program that wrote them.
        tool: Tool,
        /// Coordinate space: always `LPS`.
        space: String,
        /// Frame of Reference UID of all of them.
        frame_of_reference_uid: Option<String>,
        /// The structures.
        structures: Vec<WrittenStructure>,
        /// The files, from the folder of this one, with `/` between folder and name.
        files: Vec<String>,
        /// What was left out or could not be written.
        warnings: Vec<WarningRecord>,
    }
}
record! {
    /// A structure that was written.
    WrittenStructure {
        /// Its name in every file; of a mesh the name of the file.
        name: String,
        /// `cord`, `thecal_sac`, `tumour`, `residual`, `removed`, `expansion` or `target`.
        kind: StructureKind,
        /// How it was made.
        description: String,
        /// Number of planes that it is drawn on.
        planes: usize,
        /// Volume of its solid, cc.
        volume_cc: f64,
    }
}
