//! The record of `thecal info`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::provenance::{Tool, WarningRecord};
use crate::words::{Role, RoleSource};

/// What is in a folder. Holds no patient identity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Info {
    /// Version of this format.
    pub schema_version: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// How many patients the files belong to.
    pub patients: usize,
    /// Files that are no DICOM.
    pub other_files: usize,
    /// Series, in the order of their first files.
    pub series: Vec<InfoSeries>,
    /// Files that hold the same object as another, which is taken instead.
    pub copies: Vec<InfoCopy>,
    /// Structure sets.
    pub structure_sets: Vec<InfoSet>,
    /// Frames of reference with what lies in them.
    pub frames: Vec<InfoFrame>,
    /// Registrations between frames of reference, one for each registered frame.
    pub registrations: Vec<InfoRegistration>,
    /// Registrations that cannot be used, with the reason.
    pub registrations_unusable: Vec<String>,
    /// Doses.
    pub doses: Vec<InfoDose>,
    /// Plans.
    pub plans: Vec<InfoPlan>,
    /// What refers to what, and how much of it is here.
    pub references: Vec<InfoReference>,
    /// True where `check` needs no further word.
    pub can_be_checked: bool,
    /// What stands in the way of a check.
    pub obstacles: Vec<String>,
    /// What was passed over or doubted.
    pub warnings: Vec<WarningRecord>,
}

/// One series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfoSeries {
    /// `CT`, `MR`, `RTSTRUCT`, ...
    pub kind: String,
    /// Series Instance UID.
    pub series_instance_uid: String,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// Number of files.
    pub files: usize,
    /// Which of the patients it is of, from 1.
    pub patient: usize,
    /// Which of the patient's studies it is of, from 1.
    pub study: usize,
    /// Of images, the volumes that the slices make; none where they make none.
    pub volumes: Vec<InfoVolume>,
    /// Series Description; `null` unless it was asked for, since it can hold a name.
    pub description: Option<String>,
}

/// One volume of an image series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfoVolume {
    /// Rows, columns and slices.
    pub size: [usize; 3],
    /// Distance of voxel centres along a row and along a column, mm.
    pub pixel_spacing_mm: [f64; 2],
    /// Distance of slices along their normal, mm.
    pub slice_spacing_mm: f64,
    /// Angle between the normal of the slices and the patient's long axis, degrees: 0 of axial
    /// slices, 90 of sagittal and coronal ones.
    pub tilt_deg: f64,
    /// Number of slices that are missing between others.
    pub missing: usize,
}

/// A file that holds the same object as another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfoCopy {
    /// The file.
    pub path: String,
    /// The file that is taken instead.
    pub of: String,
}

/// One structure set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfoSet {
    /// File.
    pub path: String,
    /// `RTSTRUCT`, `SEG`, `NIfTI` or `NRRD`.
    pub kind: String,
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// Structures in the order of the file.
    pub structures: Vec<InfoStructure>,
    /// Why this set cannot be checked as it is.
    pub obstacles: Vec<String>,
    /// What was doubted on reading.
    pub warnings: Vec<WarningRecord>,
}

/// One structure of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfoStructure {
    /// Name as in the input.
    pub name: String,
    /// Role, as `cord` or `thecal_sac`.
    pub role: Role,
    /// Where the role comes from.
    pub role_from: RoleSource,
    /// RT ROI Interpreted Type.
    pub interpreted_type: Option<String>,
    /// Number of contours; 0 where it is named but not drawn.
    pub contours: usize,
    /// Number of planes; of a segment, of frames; of a label, of those with voxels, across the
    /// coarsest axis of the file.
    pub planes: Option<usize>,
    /// Number of voxels of a label; `null` for others.
    pub voxels: Option<usize>,
    /// Median distance between planes, mm.
    pub plane_spacing_mm: Option<f64>,
    /// Number of contour points.
    pub points: usize,
}

/// One frame of reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfoFrame {
    /// Frame of Reference UID; `null` for files that name none (NIfTI, NRRD).
    pub frame_of_reference_uid: Option<String>,
    /// Kinds of files in it with their numbers, as `CT x 177`.
    pub holds: Vec<String>,
}

/// One registered frame of reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfoRegistration {
    /// SOP Instance UID of the registration.
    pub registration_uid: String,
    /// The frame that points are taken from.
    pub from_frame_uid: String,
    /// The frame that they are taken to.
    pub to_frame_uid: String,
    /// Angle of the rotation, degrees.
    pub angle_deg: f64,
    /// The translation, mm.
    pub translation_mm: [f64; 3],
}

/// One dose. It is listed, no more: what its values say is not looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfoDose {
    /// File.
    pub path: String,
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// `GY` or `RELATIVE`.
    pub units: Option<String>,
    /// `PHYSICAL`, `EFFECTIVE` or `ERROR`.
    pub dose_type: Option<String>,
    /// What the dose is of: `PLAN`, `FRACTION`, `BEAM`, ...
    pub summation: Option<String>,
    /// What the calculation took the patient to be made of: `IMAGE`, `ROI_OVERRIDE`, `WATER`;
    /// empty where it is not stated.
    pub heterogeneity: Vec<String>,
    /// Numbers of the fraction groups that the dose is of; empty for a whole plan.
    pub fraction_groups: Vec<i64>,
    /// Numbers of the beams that the dose is of; empty where all are.
    pub beams: Vec<i64>,
    /// Rows, columns and planes.
    pub size: [usize; 3],
    /// Distance of voxel centres along a row and along a column, mm.
    pub pixel_spacing_mm: [f64; 2],
    /// Mean distance of planes, mm.
    pub plane_spacing_mm: Option<f64>,
    /// Distance of rows, of columns and (in the mean) of planes, mm, in the order of `size`.
    pub spacing_mm: [f64; 3],
    /// What stands against using the dose, by what stands before its values.
    pub warnings: Vec<WarningRecord>,
}

/// One plan. It is listed, no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfoPlan {
    /// File.
    pub path: String,
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// RT Plan Label.
    pub label: Option<String>,
    /// Doses prescribed to targets, Gy.
    pub target_doses_gy: Vec<f64>,
    /// Number of fractions of each group; `null` where it is not stated.
    pub fractions: Vec<Option<u32>>,
    /// Numbers of the beams that treat.
    pub beams: Vec<i64>,
    /// What was doubted.
    pub warnings: Vec<WarningRecord>,
}

/// One file that refers to others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfoReference {
    /// Kind of the file that refers.
    pub from_kind: String,
    /// The file.
    pub from: String,
    /// Kind of what it refers to: `image`, `RTPLAN`, `RTSTRUCT`.
    pub to_kind: String,
    /// How many it refers to.
    pub wanted: usize,
    /// How many of them are here.
    pub here: usize,
}
