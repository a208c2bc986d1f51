//! The tumour as a solid: nearest point, surface, sections and volume.

use std::f64::consts::PI;

use nalgebra::{Matrix3, UnitQuaternion};
use thecal_geom::{Point3, Vector3};

use crate::ellipse;

/// A placed tumour; lengths in mm.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tumour {
    /// An ellipsoid, of which the sphere is a case.
    Ellipsoid { centre: Point3, axes: [f64; 3], rotation: UnitQuaternion<f64> },
    /// All points whose distance q from an arc in the axial plane and height h over the middle
    /// satisfy (q/t)^2 + (h/h0)^2 <= 1.
    C { centre: Point3, radius: f64, middle: f64, half_arc: f64, axes: [f64; 2] },
}

impl Tumour {
    pub(crate) fn contains(&self, p: Point3) -> bool {
        match *self {
            Self::Ellipsoid { centre, axes, rotation } => {
                let q = rotation.inverse() * (p - centre);
                ellipse::contains(axes, [q.x, q.y, q.z])
            }
            Self::C { centre, axes, .. } => {
                ellipse::contains(axes, [self.nearest_on_arc(p).1, p.z - centre.z])
            }
        }
    }

    /// False where a quick look tells that the point lies outside.
    pub(crate) fn may_contain(&self, p: Point3) -> bool {
        let (centre, reach) = match *self {
            Self::Ellipsoid { centre, axes, .. } => (centre, axes[0].max(axes[1]).max(axes[2])),
            Self::C { centre, radius, axes, .. } => (centre, radius + axes[0]),
        };
        (p.x - centre.x).abs().max((p.y - centre.y).abs()) <= reach + 1e-6
    }

    /// Nearest point of the arc in the plane of `p`, and the distance to it.
    fn nearest_on_arc(&self, p: Point3) -> (Point3, f64) {
        match *self {
            Self::Ellipsoid { centre, .. } => (centre, (p - centre).norm()),
            Self::C { centre, radius, middle, half_arc, .. } => {
                let (dx, dy) = (p.x - centre.x, p.y - centre.y);
                let turned = dy.atan2(dx) - middle;
                let wrapped = turned - 2.0 * PI * (turned / (2.0 * PI)).round();
                let angle = middle + wrapped.clamp(-half_arc, half_arc);
                let foot = Point3::new(
                    centre.x + radius * angle.cos(),
                    centre.y + radius * angle.sin(),
                    p.z,
                );
                (foot, (p - foot).norm())
            }
        }
    }

    /// Nearest surface point of a point outside.
    pub(crate) fn nearest(&self, p: Point3) -> Point3 {
        match *self {
            Self::Ellipsoid { centre, axes, rotation } => {
                let q = rotation.inverse() * (p - centre);
                let [x, y, z] = ellipse::nearest(axes, [q.x, q.y, q.z]);
                centre + rotation * Vector3::new(x, y, z)
            }
            Self::C { centre, axes, .. } => {
                let (foot, q) = self.nearest_on_arc(p);
                let [r, h] = ellipse::nearest(axes, [q, p.z - centre.z]);
                let along = if q > 0.0 { (p - foot) / q } else { Vector3::x() };
                let flat = foot + along * r;
                Point3::new(flat.x, flat.y, centre.z + h)
            }
        }
    }

    /// Distance to the solid: 0 inside.
    pub(crate) fn distance(&self, p: Point3) -> f64 {
        if self.contains(p) { 0.0 } else { (self.nearest(p) - p).norm() }
    }

    /// A surface point; `u` and `v` go from 0 to 1, round the axial section and from foot to
    /// head.
    pub(crate) fn surface(&self, u: f64, v: f64) -> Point3 {
        let lift = PI * (v - 0.5);
        match *self {
            Self::Ellipsoid { centre, axes, rotation } => {
                let turn = 2.0 * PI * u;
                centre
                    + rotation
                        * Vector3::new(
                            axes[0] * lift.cos() * turn.cos(),
                            axes[1] * lift.cos() * turn.sin(),
                            axes[2] * lift.sin(),
                        )
            }
            Self::C { centre, axes, .. } => {
                let z = centre.z + axes[1] * lift.sin();
                self.offset_arc(axes[0] * lift.cos(), z, u)
            }
        }
    }

    /// Point of the outline of the arc grown by `t`: outer side, end, inner side, end.
    fn offset_arc(&self, t: f64, z: f64, u: f64) -> Point3 {
        let Self::C { centre, radius, middle, half_arc, .. } = *self else {
            return self.surface(u, 0.5);
        };
        let outer = 2.0 * half_arc * (radius + t);
        let end = PI * t;
        let inner = 2.0 * half_arc * (radius - t);
        let mut s = (u - u.floor()) * (outer + inner + 2.0 * end);
        let (angle, normal) = if s < outer {
            let angle = middle - half_arc + s / (radius + t);
            (angle, angle)
        } else if s < outer + end {
            s -= outer;
            (middle + half_arc, middle + half_arc + s / t)
        } else if s < outer + end + inner {
            s -= outer + end;
            let angle = middle + half_arc - s / (radius - t);
            (angle, angle + PI)
        } else {
            s -= outer + end + inner;
            (middle - half_arc, middle - half_arc + PI + s / t.max(f64::MIN_POSITIVE))
        };
        Point3::new(
            centre.x + radius * angle.cos() + t * normal.cos(),
            centre.y + radius * angle.sin() + t * normal.sin(),
            z,
        )
    }

    /// Lowest and highest z, mm.
    pub(crate) fn extent(&self) -> [f64; 2] {
        match *self {
            Self::Ellipsoid { centre, axes, rotation } => {
                let row = rotation.inverse() * Vector3::z();
                let half = row.component_mul(&Vector3::from(axes)).norm();
                [centre.z - half, centre.z + half]
            }
            Self::C { centre, axes, .. } => [centre.z - axes[1], centre.z + axes[1]],
        }
    }

    /// The axial section at z as a closed curve of u from 0 to 1; none where the plane misses.
    pub(crate) fn section(&self, z: f64) -> Option<Box<dyn Fn(f64) -> Point3 + '_>> {
        let [lo, hi] = self.extent();
        if z <= lo || z >= hi {
            return None;
        }
        match *self {
            Self::Ellipsoid { centre, axes, rotation } => {
                let r = rotation.to_rotation_matrix();
                let scale = Matrix3::from_diagonal(&Vector3::from(axes.map(|a| a.powi(-2))));
                let q = r.matrix() * scale * r.matrix().transpose();
                let h = z - centre.z;
                // x'Ax + 2h b'x + c h^2 = 1, centred at -h A^-1 b.
                let a = q.fixed_view::<2, 2>(0, 0).into_owned();
                let b = q.fixed_view::<2, 1>(0, 2).into_owned();
                let inverse = a.try_inverse()?;
                let middle = -h * (inverse * b);
                let level = 1.0 - h * h * (q[(2, 2)] - (b.transpose() * inverse * b)[0]);
                if level <= 0.0 {
                    return None;
                }
                let root = (inverse * level).cholesky()?.l();
                Some(Box::new(move |u| {
                    let turn = 2.0 * PI * u;
                    let w = middle + root * nalgebra::Vector2::new(turn.cos(), turn.sin());
                    Point3::new(centre.x + w.x, centre.y + w.y, z)
                }))
            }
            Self::C { centre, axes, .. } => {
                let t = axes[0] * (1.0 - ((z - centre.z) / axes[1]).powi(2)).sqrt();
                Some(Box::new(move |u| self.offset_arc(t, z, u)))
            }
        }
    }

    /// Volume, mm3: exact.
    pub(crate) fn volume_mm3(&self) -> f64 {
        match *self {
            Self::Ellipsoid { axes, .. } => 4.0 / 3.0 * PI * axes[0] * axes[1] * axes[2],
            // Section area is arc length x 2t + pi t^2, integrated over the ellipse's height.
            Self::C { radius, half_arc, axes, .. } => {
                2.0 * half_arc * radius * PI * axes[0] * axes[1]
                    + 4.0 / 3.0 * PI * axes[0] * axes[0] * axes[1]
            }
        }
    }
}
