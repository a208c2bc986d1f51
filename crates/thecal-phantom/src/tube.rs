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
    pub(crate) fn nearest(&self, p: Point3) -> Point3 {
        let reach = (self.nearest_at(p, p.z) - p).norm() + 1e-9;
        let at = |z: f64| (self.nearest_at(p, z) - p).norm();
        let steps = 12;
        let width = 2.0 * reach / f64::from(steps);
        let mut best = (f64::INFINITY, p.z);
        for i in 0..=steps {
            let z = p.z - reach + width * f64::from(i);
            let d = at(z);
            if d < best.0 {
                best = (d, z);
            }
        }
        let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
        let (mut lo, mut hi) = (best.1 - width, best.1 + width);
        let (mut a, mut b) = (hi - golden * (hi - lo), lo + golden * (hi - lo));
        let (mut fa, mut fb) = (at(a), at(b));
        while hi - lo > 1e-8 {
            if fa < fb {
                (hi, b, fb) = (b, a, fa);
                a = hi - golden * (hi - lo);
                fa = at(a);
            } else {
                (lo, a, fa) = (a, b, fb);
                b = lo + golden * (hi - lo);
                fb = at(b);
            }
        }
        self.nearest_at(p, 0.5 * (lo + hi))
    }
}
