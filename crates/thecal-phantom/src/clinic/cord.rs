//! Cord and sac: endless tubes, straight and leaning or gently curved.

use nalgebra::Unit;
use thecal_geom::{Point3, Vector3};

use crate::ellipse;
use crate::tube::Tube;

/// A solid along the patient's long axis; lengths in mm.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cord {
    /// An elliptic cylinder: `axes` are the semi-axes along `u` and `v`, across its direction.
    Straight { point: Point3, along: Vector3, u: Vector3, v: Vector3, axes: [f64; 2] },
    /// The same ellipse in every axial plane about a curved centreline.
    Curved(Tube),
}

impl Cord {
    /// A cylinder through `point`, leaning by `lean` towards `azimuth` (both radians; azimuth from
    /// patient left to posterior); the first semi-axis stays as near to left-right as it can.
    pub(super) fn leaning(point: Point3, lean: f64, azimuth: f64, axes: [f64; 2]) -> Self {
        let (sin, cos) = lean.sin_cos();
        let along = Vector3::new(sin * azimuth.cos(), sin * azimuth.sin(), cos);
        let u = Unit::new_normalize(Vector3::y().cross(&along)).into_inner();
        let v = along.cross(&u);
        Self::Straight { point, along, u, v, axes }
    }

    /// The same course with semi-axes longer by this, mm.
    pub(super) fn grown(self, by_mm: f64) -> Self {
        match self {
            Self::Straight { point, along, u, v, axes } => {
                Self::Straight { point, along, u, v, axes: axes.map(|a| a + by_mm) }
            }
            Self::Curved(tube) => Self::Curved(Tube { axes: tube.axes.map(|a| a + by_mm), ..tube }),
        }
    }

    /// The middle at height z.
    pub(super) fn centre(&self, z: f64) -> Point3 {
        match self {
            Self::Straight { point, along, .. } => point + along * ((z - point.z) / along.z),
            Self::Curved(tube) => {
                let [x, y] = tube.centre(z);
                Point3::new(x, y, z)
            }
        }
    }

    /// A surface point: about the middle at height z, by the angle round the ellipse.
    pub(super) fn surface(&self, z: f64, phi: f64) -> Point3 {
        match self {
            Self::Straight { u, v, axes, .. } => {
                self.centre(z) + u * (axes[0] * phi.cos()) + v * (axes[1] * phi.sin())
            }
            Self::Curved(tube) => tube.surface(z, phi),
        }
    }

    /// Place in the ellipse across the cord, and its semi-axes.
    fn across(&self, p: Point3) -> ([f64; 2], [f64; 2]) {
        match self {
            Self::Straight { point, u, v, axes, .. } => {
                let d = p - point;
                ([d.dot(u), d.dot(v)], *axes)
            }
            Self::Curved(tube) => {
                let [x, y] = tube.centre(p.z);
                ([p.x - x, p.y - y], tube.axes)
            }
        }
    }

    /// Negative inside, 0 on the surface, and near it about the distance to it, mm.
    pub(super) fn value(&self, p: Point3) -> f64 {
        let (q, axes) = self.across(p);
        ellipse_value(axes, q)
    }

    /// Nearest surface point. Error: rounding.
    pub(super) fn nearest(&self, p: Point3) -> Point3 {
        match self {
            Self::Straight { u, v, .. } => {
                let (q, axes) = self.across(p);
                let foot = ellipse::nearest(axes, q);
                p + u * (foot[0] - q[0]) + v * (foot[1] - q[1])
            }
            Self::Curved(tube) => tube.nearest(p),
        }
    }

    /// Distance to the solid, mm: 0 inside.
    pub(super) fn distance(&self, p: Point3) -> f64 {
        if self.value(p) <= 0.0 { 0.0 } else { (self.nearest(p) - p).norm() }
    }
}

/// Negative inside an ellipse or ellipsoid, and to first order the distance near its surface, mm.
pub(super) fn ellipse_value<const N: usize>(axes: [f64; N], q: [f64; N]) -> f64 {
    let (mut first, mut second) = (0.0, 0.0);
    for k in 0..N {
        first += (q[k] / axes[k]).powi(2);
        second += (q[k] / (axes[k] * axes[k])).powi(2);
    }
    let (first, second) = (first.sqrt(), second.sqrt());
    if second > 1e-12 {
        first * (first - 1.0) / second
    } else {
        -axes.iter().fold(f64::INFINITY, |a, b| a.min(*b))
    }
}
