//! The record of `thecal info`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Tool, WarningRecord, record};

record! {
    /// What is in a folder. Holds no patient identity.
    Info {
        /// Version of this format.
        schema_version: String,
        /// The program that wrote it.
        tool: Tool,
        /// How many patients the files belong to.
        patients: usize,
        /// Files that are no DICOM.
        other_files: usize,
        /// Series, by kind and UID.
        series: Vec<InfoSeries>,
        /// Structure sets.
        structure_sets: Vec<InfoSet>,
        /// True where `check` needs no further word.
        can_be_checked: bool,
        /// What stands in the way of a check.
        obstacles: Vec<String>,
        /// What was passed over or doubted.
        warnings: Vec<WarningRecord>,
    }
}
record! {
    /// One series.
    InfoSeries {
        /// `CT`, `MR`, `RTSTRUCT`, ...
        kind: String,
        /// Series Instance UID.
        series_instance_uid: String,
        /// Frame of Reference UID.
        frame_of_reference_uid: Option<String>,
        /// Number of files.
        files: usize,
    }
}
record! {
    /// One structure set.
    InfoSet {
        /// File.
        path: String,
        /// `RTSTRUCT`, `SEG`, `NIfTI` or `NRRD`.
        kind: String,
        /// SOP Instance UID.
        sop_instance_uid: Option<String>,
        /// Structures in the order of the file.
        structures: Vec<InfoStructure>,
        /// Why this set cannot be checked as it is.
        obstacles: Vec<String>,
        /// What was doubted on reading.
        warnings: Vec<WarningRecord>,
    }
}
record! {
    /// One structure of a set.
    InfoStructure {
        /// Name as in the input.
        name: String,
        /// Role, as `cord` or `thecal_sac`.
        role: String,
        /// Where the role comes from.
        role_from: String,
        /// RT ROI Interpreted Type.
        interpreted_type: Option<String>,
        /// Number of contours; 0 where it is named but not drawn.
        contours: usize,
        /// Number of planes; of a segment, of frames; `null` where it takes the voxels to tell.
        planes: Option<usize>,
        /// Number of voxels of a label; `null` for others.
        voxels: Option<usize>,
        /// Median distance between planes, mm.
        plane_spacing_mm: Option<f64>,
        /// Number of contour points.
        points: usize,
    }
}
