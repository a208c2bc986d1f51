//! The record of `thecal info`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Tool, WarningRecord, record};
use crate::words::{Role, RoleSource};

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
        /// Frames of reference with what lies in them.
        frames: Vec<InfoFrame>,
        /// Registrations between frames of reference, one for each registered frame.
        registrations: Vec<InfoRegistration>,
        /// Registrations that cannot be used, with the reason.
        registrations_unusable: Vec<String>,
        /// Doses.
        doses: Vec<InfoDose>,
        /// Plans.
        plans: Vec<InfoPlan>,
        /// What refers to what, and how much of it is here.
        references: Vec<InfoReference>,
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
        role: Role,
        /// Where the role comes from.
        role_from: RoleSource,
        /// RT ROI Interpreted Type.
        interpreted_type: Option<String>,
        /// Number of contours; 0 where it is named but not drawn.
        contours: usize,
        /// Number of planes; of a segment, of frames; of a label, of those with voxels, across the
        /// coarsest axis of the file.
        planes: Option<usize>,
        /// Number of voxels of a label; `null` for others.
        voxels: Option<usize>,
        /// Median distance between planes, mm.
        plane_spacing_mm: Option<f64>,
        /// Number of contour points.
        points: usize,
    }
}
record! {
    /// One frame of reference.
    InfoFrame {
        /// Frame of Reference UID; `null` for files that name none (NIfTI, NRRD).
        frame_of_reference_uid: Option<String>,
        /// Kinds of files in it with their numbers, as `CT x 177`.
        holds: Vec<String>,
    }
}
record! {
    /// One registered frame of reference.
    InfoRegistration {
        /// SOP Instance UID of the registration.
        registration_uid: String,
        /// The frame that points are taken from.
        from_frame_uid: String,
        /// The frame that they are taken to.
        to_frame_uid: String,
        /// Angle of the rotation, degrees.
        angle_deg: f64,
        /// The translation, mm.
        translation_mm: [f64; 3],
    }
}
record! {
    /// One dose. It is listed, no more.
    InfoDose {
        /// File.
        path: String,
        /// SOP Instance UID.
        sop_instance_uid: Option<String>,
        /// Frame of Reference UID.
        frame_of_reference_uid: Option<String>,
        /// `GY` or `RELATIVE`.
        units: Option<String>,
        /// `PHYSICAL`, `EFFECTIVE` or `ERROR`.
        dose_type: Option<String>,
        /// What the dose is of: `PLAN`, `FRACTION`, `BEAM`, ...
        summation: Option<String>,
        /// Rows, columns and planes.
        size: [usize; 3],
        /// Distance of voxel centres along a row and along a column, mm.
        pixel_spacing_mm: [f64; 2],
        /// Distance of planes, mm; `null` for a single one.
        plane_spacing_mm: Option<f64>,
    }
}
record! {
    /// One plan. It is listed, no more.
    InfoPlan {
        /// File.
        path: String,
        /// SOP Instance UID.
        sop_instance_uid: Option<String>,
        /// RT Plan Label.
        label: Option<String>,
        /// Doses prescribed to targets, Gy.
        target_doses_gy: Vec<f64>,
        /// Number of fractions of each group; `null` where it is not stated.
        fractions: Vec<Option<u32>>,
    }
}
record! {
    /// One file that refers to others.
    InfoReference {
        /// Kind of the file that refers.
        from_kind: String,
        /// The file.
        from: String,
        /// Kind of what it refers to: `image`, `RTPLAN`, `RTSTRUCT`.
        to_kind: String,
        /// How many it refers to.
        wanted: usize,
        /// How many of them are here.
        here: usize,
    }
}
