//! A structure in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::provenance::WarningRecord;
use crate::words::{DrawnAs, Role, RoleSource, Tracing};

/// One structure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StructureRecord {
    /// Name as in the input.
    pub name: String,
    /// Role, as `cord` or `thecal_sac`.
    pub role: Role,
    /// Where the role comes from: `name`, `alias`, `interpreted_type`, `user`.
    pub role_from: RoleSource,
    /// Where the structure comes from.
    pub source: String,
    /// The program that drew it, where its source says that an algorithm did; `null` where
    /// nothing says so. A verdict on such a structure is advisory until somebody has checked it.
    #[serde(default)]
    pub drawn_by_algorithm: Option<String>,
    /// Frame of Reference UID of its coordinates.
    pub frame_of_reference_uid: Option<String>,
    /// How it came there from another frame of reference; `null` where it was in it.
    pub registration: Option<RegistrationRecord>,
    /// Number of contour planes.
    pub planes: Option<usize>,
    /// Distance between planes, mm.
    pub plane_spacing_mm: Option<f64>,
    /// Positions of planes that were missing and are interpolated, along the normal, mm.
    pub missing_planes_mm: Vec<f64>,
    /// The repairs of the contours.
    pub cleaning: RepairReport,
    /// What its points or pixels show of its resolution.
    #[serde(default)]
    pub resolution: Option<ResolutionRecord>,
    /// Median area of a plane, mm2.
    pub section_mm2: Option<f64>,
    /// Volume, cc: area times the slab that each plane stands for.
    pub volume_cc: Option<f64>,
    /// Warnings of this structure.
    pub warnings: Vec<WarningRecord>,
}

/// What a structure's own points or pixels show of its resolution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResolutionRecord {
    /// `contours`, `traced` (round the pixels of a mask, which is measured), `mask` or
    /// `computed`.
    pub drawn_as: DrawnAs,
    /// Of traced contours, where their points lie: `pixel_edges`, `half_way` (between centres)
    /// or `pixel_centres` (half a pixel short, which is put back).
    pub tracing: Option<Tracing>,
    /// Pixel spacings of a mask or of a traced mask, mm.
    pub pixel_mm: Option<[f64; 2]>,
    /// What all coordinates within the planes are multiples of, mm; `null` where nothing down to
    /// 0.0001 mm is.
    pub quantum_mm: Option<f64>,
    /// Median distance of neighbouring points, mm.
    pub point_spacing_mm: Option<f64>,
}

/// How a structure was moved to the frame of reference of the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegistrationRecord {
    /// Frame of Reference UID that it was drawn in.
    pub from_frame_uid: String,
    /// The registrations, in the order of their use.
    pub steps: Vec<RegistrationStep>,
    /// The transform from that frame as a homogeneous matrix, row by row, mm.
    pub matrix: [f64; 16],
}

/// One registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegistrationStep {
    /// Frame of Reference UID before it.
    pub from_frame_uid: String,
    /// Frame of Reference UID after it.
    pub to_frame_uid: String,
    /// SOP Instance UID of the registration.
    pub registration_uid: String,
    /// True where its matrix was inverted.
    pub inverse: bool,
}

/// Repaired defects of contours, counted. Those that lose something also give a warning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RepairReport {
    /// Points that repeat their neighbour, and explicit closing points.
    pub repeated_points: usize,
    /// Rings of fewer than three different points, or without area: left out.
    pub degenerate: usize,
    /// Rings drawn twice on a plane: counted once.
    pub duplicate_rings: usize,
    /// Rings that lie along a larger one within 0.2 mm all round: left out.
    #[serde(default)]
    pub near_copies: usize,
    /// Keyhole bridges opened.
    pub keyholes: usize,
    /// Places where edges cross.
    pub crossings: usize,
    /// Planes merged with another.
    #[serde(default)]
    pub merged_planes: usize,
}
