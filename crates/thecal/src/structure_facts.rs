//! What is known of a structure that takes part, for the record.

use thecal_geom::{RepairReport, Warning};
use thecal_mask::role::{Role, RoleFrom};
use thecal_mask::{Resolution, Solid};

use crate::frames::Registration;
use crate::part_role::PartRole;

/// What is known of a structure that takes part.
#[derive(Debug, Clone)]
pub(crate) struct StructureFacts {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) role_from: RoleFrom,
    pub(crate) source: String,
    /// The program that drew it, where its source says that an algorithm did.
    pub(crate) automatic: Option<String>,
    pub(crate) frame_of_reference_uid: Option<String>,
    /// How it came into its frame of reference; none where it was drawn in it.
    pub(crate) registration: Option<Registration>,
    pub(crate) planes: usize,
    pub(crate) plane_spacing_mm: f64,
    pub(crate) missing_planes_mm: Vec<f64>,
    pub(crate) repairs: RepairReport,
    pub(crate) resolution: Resolution,
    /// Median area of a plane, mm2.
    pub(crate) section_mm2: Option<f64>,
    pub(crate) volume_cc: f64,
    pub(crate) warnings: Vec<Warning>,
}

impl StructureFacts {
    /// What a solid says of itself that a caller has given a name and a part.
    pub(crate) fn of_solid(name: &str, part: PartRole, solid: &Solid) -> Self {
        let mut areas = solid.areas_mm2().to_vec();
        areas.sort_by(f64::total_cmp);
        Self {
            name: name.to_owned(),
            role: part.role(),
            role_from: RoleFrom::User,
            source: "a solid that was given".to_owned(),
            automatic: None,
            frame_of_reference_uid: None,
            registration: None,
            planes: solid.planes_mm().len(),
            plane_spacing_mm: solid.spacing_mm(),
            missing_planes_mm: solid.missing_planes_mm().to_vec(),
            repairs: *solid.repairs(),
            resolution: *solid.resolution(),
            section_mm2: areas.get(areas.len() / 2).copied(),
            volume_cc: solid.volume_cc(),
            warnings: solid.warnings().to_vec(),
        }
    }
}
