//! Where round the cord a point lies.

use thecal_geom::Point3;
use thecal_mask::Solid;

/// Clock position of a point round the cord: degrees clockwise seen from below, 0 anterior,
/// 90 patient left.
///
/// Measured from the middle of the cord's section at the drawn plane nearest to the point, in the
/// patient's axial plane. None at the middle itself.
#[must_use]
pub fn clock_deg(cord: &Solid, p: Point3) -> Option<f64> {
    let w = cord.frame().stack_from_patient(p).z;
    Middles::new(cord).clock(p, w).map(|(clock_deg, _)| clock_deg)
}

/// The middles of the sections of a solid.
pub(crate) struct Middles {
    /// Plane position and middle of the bounding box, patient space, ascending.
    planes: Vec<(f64, Point3)>,
}

impl Middles {
    pub(crate) fn new(solid: &Solid) -> Self {
        let mut planes: Vec<(f64, Point3)> = solid
            .drawn()
            .map(|(w, region)| {
                let (lo, hi) = region.bounds();
                let middle = [0.5 * (lo[0] + hi[0]), 0.5 * (lo[1] + hi[1])];
                (w, solid.patient_point(middle, w))
            })
            .collect();
        planes.sort_by(|x, y| x.0.total_cmp(&y.0));
        Self { planes }
    }

    /// Clock position (degrees) and distance from the middle (mm) of a point at level `w_mm`.
    pub(crate) fn clock(&self, p: Point3, w_mm: f64) -> Option<(f64, f64)> {
        let i = self.planes.partition_point(|x| x.0 < w_mm);
        let near = self.planes[i.saturating_sub(1)..self.planes.len().min(i + 1)].iter();
        let (_, middle) = near.min_by(|x, y| (x.0 - w_mm).abs().total_cmp(&(y.0 - w_mm).abs()))?;
        let d = p - middle;
        let clock_deg = d.x.atan2(-d.y).to_degrees().rem_euclid(360.0);
        (d.x.hypot(d.y) > 1e-6).then(|| (clock_deg, d.norm()))
    }
}
