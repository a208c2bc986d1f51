//! A tube with the same ellipse in every axial plane about a curved centreline.

use thecal_geom::{Point3, Vector3};

use crate::ellipse;
use crate::spec::Curve;

/// The tube: at height z the ellipse about (x(z), y(z)).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tube {
    /// Centreline, left-right.
    pub(crate) x: Curve,
    /// Centreline, antero-posterior.
    pub(crate) y: Curve,
    /// Semi-axes along x and y, mm.
    pub(crate) axes: [f64; 2],
}

impl Tube {
    pub(crate) fn centre(&self, z: f64) -> [f64; 2] {
        [self.x.at(z), self.y.at(z)]
    }

    pub(crate) fn surface(&self, z: f64, phi: f64) -> Point3 {
        let [cx, cy] = self.centre(z);
        Point3::new(cx + self.axes[0] * phi.cos(), cy + self.axes[1] * phi.sin(), z)
    }

    /// Derivatives of the surface point by z and by phi.
    pub(crate) fn tangents(&self, z: f64, phi: f64) -> [Vector3; 2] {
        [
            Vector3::new(self.x.slope(z), self.y.slope(z), 1.0),
            Vector3::new(-self.axes[0] * phi.sin(), self.axes[1] * phi.cos(), 0.0),
        ]
    }

    /// Bounds of the lengths of the two tangents over the whole tube.
    pub(crate) fn lipschitz(&self) -> [f64; 2] {
        let (sx, sy) = (self.x.max_slope(), self.y.max_slope());
        [(1.0 + sx * sx + sy * sy).sqrt(), self.axes[0].max(self.axes[1])]
    }

    pub(crate) fn contains(&self, p: Point3) -> bool {
        let [cx, cy] = self.centre(p.z);
        ellipse::contains(self.axes, [p.x - cx, p.y - cy])
    }

    fn nearest_at(&self, p: Point3, z: f64) -> Point3 {
        let [cx, cy] = self.centre(z);
        let [x, y] = ellipse::nearest(self.axes, [p.x - cx, p.y - cy]);
        Point3::new(cx + x, cy + y, z)
    }

    /// Distance to the section at the point's own height: 0 inside.
    pub(crate) fn distance_at_height(&self, p: Point3) -> f64 {
        if self.contains(p) { 0.0 } else { (self.nearest_at(p, p.z) - p).norm() }
    }

    /// Distance to the surface, negative inside.
    pub(crate) fn signed_distance(&self, p: Point3) -> f64 {
        let distance = (self.nearest(p) - p).norm();
        if self.contains(p) { -distance } else { distance }
    }

    /// Nearest surface point: least over z of the exact distance to the section at z.
    ///
    /// Error: rounding. The least of samples is closed in by the zero of the derivative of half the squared
    /// distance, which is `(q - p)` times the change of the centreline by z: as z changes, the point `q`
    /// of the section also moves along it, and there the distance is stationary.
    pub(crate) fn nearest(&self, p: Point3) -> Point3 {
        let reach = (self.nearest_at(p, p.z) - p).norm() + 1e-9;
        let steps = 12;
        let width = 2.0 * reach / f64::from(steps);
        let sample = |i: i32| {
            let q = self.nearest_at(p, p.z - reach + width * f64::from(i));
            ((q - p).norm_squared(), q)
        };
        let samples = (0..=steps).map(sample);
        let Some((_, best)) = samples.min_by(|a, b| a.0.total_cmp(&b.0)) else { return p };
        let rise =
            |q: &Point3| (q - p).dot(&Vector3::new(self.x.slope(q.z), self.y.slope(q.z), 1.0));
        // The distance falls from the best sample towards one of its neighbours.
        let up = rise(&best);
        let beside = self.nearest_at(p, best.z - width.copysign(up));
        let (mut near, mut far) = ((best, up), (beside, rise(&beside)));
        // False position; an end that stays has its value halved (the Illinois rule: Dowell, Jarratt,
        // BIT 11 (1971) 168-174, doi:10.1007/BF01934364).
        for _ in 0..60 {
            let share = near.1 / (near.1 - far.1);
            // Without a zero between them the neighbour is no nearer.
            if !(share > 0.0 && share < 1.0) || (near.0.z - far.0.z).abs() < 1e-13 * reach {
                break;
            }
            let q = self.nearest_at(p, near.0.z + (far.0.z - near.0.z) * share);
            let slope = rise(&q);
            if slope * near.1 < 0.0 {
                far = near
            } else {
                far.1 *= 0.5
            }
            near = (q, slope);
        }
        near.0
    }
}
