//! Values of the lower crates as parts of the report.

use thecal_geom::Warning;
use thecal_mask::role::{Role, RoleFrom};
use thecal_mask::{DrawnAs, EndRule, Solid, Structure};
use thecal_report as report;
use thecal_report::text::plain;

use crate::settings::Settings;

/// Accuracy of the refined gap on the interpolated solids, mm.
const GAP_TOLERANCE_MM: f64 = 0.01;

pub(crate) fn tool() -> report::Tool {
    report::Tool { name: "thecal".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

pub(crate) fn warning(w: &Warning) -> report::WarningRecord {
    report::WarningRecord {
        code: w.code.to_owned(),
        message: plain(&w.message).into_owned(),
        r#where: plain(&w.place).into_owned(),
    }
}

/// The word for an end rule.
pub(crate) fn end_rule(ends: EndRule) -> &'static str {
    match ends {
        EndRule::HalfSlice => "half_slice",
        EndRule::Plane => "plane",
        EndRule::Rounded => "rounded",
    }
}

pub(crate) fn parameters(settings: &Settings, assumed_same_frame: bool) -> report::Parameters {
    report::Parameters {
        ends: end_rule(settings.ends).to_owned(),
        gap_tolerance_mm: GAP_TOLERANCE_MM,
        assume_same_frame: assumed_same_frame,
    }
}

pub(crate) fn structure(
    s: &Structure,
    role: Role,
    from: RoleFrom,
    solid: &Solid,
    registration: Option<report::RegistrationRecord>,
    warnings: &[Warning],
) -> report::StructureRecord {
    let mut areas = solid.areas_mm2().to_vec();
    areas.sort_by(f64::total_cmp);
    report::StructureRecord {
        name: s.name.clone(),
        role: role.as_str().to_owned(),
        role_from: from.as_str().to_owned(),
        source: s.source.clone(),
        frame_of_reference_uid: s.frame_of_reference_uid.clone(),
        registration,
        planes: Some(solid.planes_mm().len()),
        plane_spacing_mm: Some(solid.spacing_mm()),
        missing_planes_mm: solid.missing_planes_mm().to_vec(),
        cleaning: repair_record(solid.repairs()),
        resolution: Some(resolution(solid)),
        section_mm2: areas.get(areas.len() / 2).copied(),
        volume_cc: Some(solid.volume_cc()),
        warnings: warnings.iter().map(self::warning).collect(),
    }
}

fn resolution(solid: &Solid) -> report::ResolutionRecord {
    let r = solid.resolution();
    let (drawn_as, tracing, pixel_mm) = match r.drawn_as {
        DrawnAs::Contours => ("contours", None, None),
        DrawnAs::Traced { tracing, pixel_mm } => ("traced", Some(tracing), Some(pixel_mm)),
        DrawnAs::Mask { pixel_mm } => ("mask", None, Some(pixel_mm)),
        DrawnAs::Computed => ("computed", None, None),
    };
    report::ResolutionRecord {
        drawn_as: drawn_as.to_owned(),
        tracing: tracing.map(|t| t.as_str().to_owned()),
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
