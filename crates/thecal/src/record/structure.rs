//! A structure as a part of the record.

use thecal_dicom::registration::Direction;
use thecal_mask::{DrawnAs, Resolution};
use thecal_report as report;

use super::{warning, words};
use crate::frames::Registration;
use crate::structure_facts::StructureFacts;

pub(super) fn structure(s: &StructureFacts) -> report::StructureRecord {
    report::StructureRecord {
        name: s.name.clone(),
        role: words::role(s.role),
        role_from: words::role_source(s.role_from),
        source: s.source.clone(),
        drawn_by_algorithm: s.automatic.clone(),
        frame_of_reference_uid: s.frame_of_reference_uid.clone(),
        registration: s.registration.as_ref().map(registration),
        planes: Some(s.planes),
        plane_spacing_mm: Some(s.plane_spacing_mm),
        missing_planes_mm: s.missing_planes_mm.clone(),
        cleaning: repair_record(&s.repairs),
        resolution: Some(resolution(&s.resolution)),
        section_mm2: s.section_mm2,
        volume_cc: Some(s.volume_cc),
        warnings: s.warnings.iter().map(warning).collect(),
    }
}

fn registration(r: &Registration) -> report::RegistrationRecord {
    let steps = r.path.steps.iter().map(|s| report::RegistrationStep {
        from_frame_uid: s.from.clone(),
        to_frame_uid: s.to.clone(),
        registration_uid: s.registration_uid.clone(),
        inverse: s.direction == Direction::Inverse,
    });
    report::RegistrationRecord {
        from_frame_uid: r.from_frame_uid.clone(),
        steps: steps.collect(),
        matrix: r.path.to_from.rows(),
    }
}

fn resolution(r: &Resolution) -> report::ResolutionRecord {
    let (drawn_as, tracing, pixel_mm) = match r.drawn_as {
        DrawnAs::Contours => (report::DrawnAs::Contours, None, None),
        DrawnAs::Traced { tracing, pixel_mm } => {
            (report::DrawnAs::Traced, Some(tracing), Some(pixel_mm))
        }
        DrawnAs::Mask { pixel_mm } => (report::DrawnAs::Mask, None, Some(pixel_mm)),
        DrawnAs::Computed => (report::DrawnAs::Computed, None, None),
    };
    report::ResolutionRecord {
        drawn_as,
        tracing: tracing.map(words::tracing),
        pixel_mm,
        quantum_mm: (r.quantum_mm > 0.0).then_some(r.quantum_mm),
        point_spacing_mm: (r.point_spacing_mm > 0.0).then_some(r.point_spacing_mm),
    }
}

fn repair_record(c: &thecal_geom::RepairReport) -> report::RepairReport {
    report::RepairReport {
        repeated_points: c.repeated_points,
        degenerate: c.degenerate,
        duplicate_rings: c.duplicate_rings,
        near_copies: c.near_copies,
        keyholes: c.keyholes,
        crossings: c.crossings,
        merged_planes: c.merged_planes,
    }
}
