//! Where round the cord a point lies.

use thecal_geom::Point3;
use thecal_mask::Solid;

/// Clock position of a point round the cord: degrees clockwise seen from below, 0 anterior,
/// 90 patient left.
///
/// Measured from the middle of the cord's section at the point's plane, in the patient's axial
/// plane.
#[must_use]
pub fn clock_deg(cord: &Solid, p: Point3) -> Option<f64> {
    let d = p - section_middle(cord, p)?;
    (d.x.hypot(d.y) > 1e-6).then(|| d.x.atan2(-d.y).to_degrees().rem_euclid(360.0))
}

/// The middle of the bounding box of the drawn plane nearest to a point, patient space.
pub(crate) fn section_middle(solid: &Solid, p: Point3) -> Option<Point3> {
    let w = solid.frame().stack_from_patient(p).z;
    let (plane, region) =
        solid.drawn().min_by(|x, y| (x.0 - w).abs().total_cmp(&(y.0 - w).abs()))?;
    let (lo, hi) = region.bounds();
    Some(solid.patient_point([0.5 * (lo[0] + hi[0]), 0.5 * (lo[1] + hi[1])], plane))
}
