//! Where round the cord a point lies.

use crate::centreline::Centreline;
use thecal_geom::Point3;
use thecal_mask::Solid;

/// Nearer to the line than this a point has no clock position, mm.
const ON_LINE_MM: f64 = 1e-6;

/// Clock position of a point round the cord: degrees clockwise seen from below, 0 anterior,
/// 90 patient left, in the plane perpendicular to the cord's [`Centreline`].
///
/// None on the line itself, and for a cord whose planes say no direction.
#[must_use]
pub fn clock_deg(cord: &Solid, p: Point3) -> Option<f64> {
    Clock::new(cord)?.position(p).map(|(clock_deg, _)| clock_deg)
}

/// Clock positions round one structure.
pub(crate) struct Clock {
    line: Centreline,
}

impl Clock {
    pub(crate) fn new(solid: &Solid) -> Option<Self> {
        Some(Self { line: Centreline::or_straight(solid)? })
    }

    /// Clock position (degrees) of a point and its distance from the line (mm).
    pub(crate) fn position(&self, p: Point3) -> Option<(f64, f64)> {
        let place = self.line.nearest(p);
        let d = p - place.point_mm;
        let radius_mm = d.dot(&place.left).hypot(d.dot(&place.anterior));
        (radius_mm > ON_LINE_MM).then(|| (place.clock_deg(p), radius_mm))
    }
}
