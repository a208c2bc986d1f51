//! Tumours as unions of simple solids, perhaps cut back from the cord.

use nalgebra::UnitQuaternion;
use thecal_geom::{Point3, Vector3};

use super::cord::{Cord, ellipse_value};
use crate::ellipse;
use crate::tumour::Tumour;

/// A solid whose distance is known in closed form; lengths in mm.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece {
    /// An ellipsoid, or a C with half an ellipse over its height.
    Smooth(Tumour),
    /// All points within `radius` of the line between two points.
    Capsule { ends: [Point3; 2], radius: f64 },
    /// All points within `thickness` of part of an upright cylinder's wall.
    Sheet {
        centre: Point3,
        radius: f64,
        middle: f64,
        half_arc: f64,
        half_height: f64,
        thickness: f64,
    },
    /// An ellipsoid with an upright axis, turned about it, cut off at a height: below it stays
    /// where `side` is 1, above it where `side` is -1.
    Cut { centre: Point3, axes: [f64; 3], turn: f64, height: f64, side: f64 },
}

impl Piece {
    pub(super) fn ellipsoid(centre: Point3, axes: [f64; 3], rotation: UnitQuaternion<f64>) -> Self {
        Self::Smooth(Tumour::Ellipsoid { centre, axes, rotation })
    }

    pub(super) fn sphere(centre: Point3, radius: f64) -> Self {
        Self::ellipsoid(centre, [radius; 3], UnitQuaternion::identity())
    }

    /// Negative inside, 0 on the surface, and near it about the distance, mm.
    pub(super) fn value(&self, p: Point3) -> f64 {
        match *self {
            Self::Smooth(Tumour::Ellipsoid { centre, axes, rotation }) => {
                let q = rotation.inverse() * (p - centre);
                ellipse_value(axes, [q.x, q.y, q.z])
            }
            Self::Smooth(Tumour::C { centre, radius, middle, half_arc, axes }) => {
                let q = from_arc(p, centre, radius, middle, half_arc);
                ellipse_value(axes, [q, p.z - centre.z])
            }
            Self::Capsule { .. } | Self::Sheet { .. } => self.signed(p),
            Self::Cut { centre, axes, turn, height, side } => {
                let [x, y] = turned(p - centre, -turn);
                ellipse_value(axes, [x, y, p.z - centre.z]).max(side * (p.z - height))
            }
        }
    }

    /// The signed distance of those pieces that have one in closed form.
    fn signed(&self, p: Point3) -> f64 {
        match *self {
            Self::Capsule { ends: [a, b], radius } => {
                let line = b - a;
                let part = ((p - a).dot(&line) / line.norm_squared()).clamp(0.0, 1.0);
                (p - (a + line * part)).norm() - radius
            }
            Self::Sheet { centre, radius, middle, half_arc, half_height, thickness } => {
                let q = from_arc(p, centre, radius, middle, half_arc);
                q.hypot(((p.z - centre.z).abs() - half_height).max(0.0)) - thickness
            }
            _ => self.value(p),
        }
    }

    /// Distance to the solid, mm: 0 inside. Error: rounding.
    pub(super) fn distance(&self, p: Point3) -> f64 {
        match *self {
            Self::Smooth(tumour) => tumour.distance(p),
            Self::Capsule { .. } | Self::Sheet { .. } => self.signed(p).max(0.0),
            Self::Cut { centre, axes, turn, height, side } => {
                let [x, y] = turned(p - centre, -turn);
                cut_distance(axes, [x, y, p.z - centre.z], height - centre.z, side)
            }
        }
    }

    /// A box that holds the piece: its lowest and highest corner.
    pub(super) fn bounds(&self) -> [Point3; 2] {
        let (centre, half) = match *self {
            Self::Smooth(Tumour::Ellipsoid { centre, axes, rotation }) => {
                let reach = |row: Vector3| {
                    (rotation.inverse() * row).component_mul(&Vector3::from(axes)).norm()
                };
                let [x, y, z] = [Vector3::x(), Vector3::y(), Vector3::z()].map(reach);
                (centre, Vector3::new(x, y, z))
            }
            Self::Smooth(Tumour::C { centre, radius, axes, .. }) => {
                (centre, Vector3::new(radius + axes[0], radius + axes[0], axes[1]))
            }
            Self::Capsule { ends: [a, b], radius } => {
                ((a + (b - a) * 0.5), (b - a).abs() * 0.5 + Vector3::repeat(radius))
            }
            Self::Sheet { centre, radius, half_height, thickness, .. } => {
                let wide = radius + thickness;
                (centre, Vector3::new(wide, wide, half_height + thickness))
            }
            Self::Cut { centre, axes, .. } => {
                let wide = axes[0].max(axes[1]);
                (centre, Vector3::new(wide, wide, axes[2]))
            }
        };
        [centre - half, centre + half]
    }
}

/// Distance to an upright ellipsoid about the origin that is cut off at a height. Both are convex:
/// where the ellipsoid's nearest point is cut off, the nearest of what is left lies on the cut.
fn cut_distance(axes: [f64; 3], p: [f64; 3], height: f64, side: f64) -> f64 {
    let inside = ellipse::contains(axes, p);
    let foot = if inside { p } else { ellipse::nearest(axes, p) };
    let apart = |q: [f64; 3]| Vector3::new(q[0] - p[0], q[1] - p[1], q[2] - p[2]).norm();
    if side * (foot[2] - height) <= 0.0 {
        return apart(foot);
    }
    let scale = (1.0 - (height / axes[2]).powi(2)).max(0.0).sqrt();
    let disc = [axes[0] * scale, axes[1] * scale];
    let flat = [p[0], p[1]];
    let [x, y] = if ellipse::contains(disc, flat) { flat } else { ellipse::nearest(disc, flat) };
    apart([x, y, height])
}

fn turned(d: Vector3, angle: f64) -> [f64; 2] {
    let (sin, cos) = angle.sin_cos();
    [cos * d.x - sin * d.y, sin * d.x + cos * d.y]
}

/// Distance in the axial plane to the arc round an upright axis.
fn from_arc(p: Point3, centre: Point3, radius: f64, middle: f64, half_arc: f64) -> f64 {
    let (dx, dy) = (p.x - centre.x, p.y - centre.y);
    let off = dy.atan2(dx) - middle;
    let off = off - std::f64::consts::TAU * (off / std::f64::consts::TAU).round();
    let angle = middle + off.clamp(-half_arc, half_arc);
    (dx - radius * angle.cos()).hypot(dy - radius * angle.sin())
}

/// The tumour of a scene: the union of its pieces, less what lies near the cord if it is cropped.
#[derive(Debug, Clone)]
pub(super) struct Mass {
    pub(super) pieces: Vec<Piece>,
    /// What lies nearer to this cord than this, mm, is cut off.
    pub(super) crop: Option<(Cord, f64)>,
}

impl Mass {
    /// Negative inside, 0 on the surface, and near it about the distance, mm.
    pub(super) fn value(&self, p: Point3) -> f64 {
        let union = self.pieces.iter().map(|s| s.value(p)).fold(f64::INFINITY, f64::min);
        match &self.crop {
            // The distance to the cord is dear, and not needed outside.
            Some((cord, margin)) if union <= *margin => union.max(margin - cord.distance(p)),
            _ => union,
        }
    }

    /// Distance to the solid, mm; of a cropped one no distance is known.
    pub(super) fn distance(&self, p: Point3) -> Option<f64> {
        let least = |d: f64, s: &Piece| d.min(s.distance(p));
        self.crop.is_none().then(|| self.pieces.iter().fold(f64::INFINITY, least))
    }

    /// A box that holds the solid.
    pub(super) fn bounds(&self) -> [Point3; 2] {
        let far = [Point3::from([f64::INFINITY; 3]), Point3::from([f64::NEG_INFINITY; 3])];
        self.pieces.iter().map(Piece::bounds).fold(far, |[lo, hi], [a, b]| [lo.inf(&a), hi.sup(&b)])
    }
}
