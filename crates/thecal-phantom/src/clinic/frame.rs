//! Planes of any orientation, and coordinates in them.

use nalgebra::{Unit, UnitQuaternion};
use thecal_geom::{Point3, Vector3};

use super::spec::Orientation;
use crate::random::Stream;

/// A right-handed frame: rows, columns and the planes' normal, from the patient's origin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) row: Vector3,
    pub(super) column: Vector3,
    pub(super) normal: Vector3,
}

impl Frame {
    pub(super) fn new(planes: Orientation, random: &mut Stream) -> Self {
        let [x, y, z] = [Vector3::x(), Vector3::y(), Vector3::z()];
        let of = |row: Vector3, column: Vector3| Self { row, column, normal: row.cross(&column) };
        match planes {
            Orientation::Axial => of(x, y),
            Orientation::Sagittal => of(y, -z),
            Orientation::Coronal => of(x, -z),
            Orientation::Oblique => {
                let about = random.between(0.0, std::f64::consts::TAU);
                let axis = Vector3::new(about.cos(), about.sin(), random.between(-0.5, 0.5));
                let angle = random.between(10.0, 35.0).to_radians();
                let turn = UnitQuaternion::from_axis_angle(&Unit::new_normalize(axis), angle);
                of(turn * x, turn * y)
            }
        }
    }

    /// The point at these coordinates.
    pub(super) fn at(&self, [s, t]: [f64; 2], height: f64) -> Point3 {
        Point3::origin() + self.row * s + self.column * t + self.normal * height
    }

    /// Range of a box along row, column and normal.
    pub(super) fn ranges(&self, [lo, hi]: [Point3; 2]) -> [[f64; 2]; 3] {
        [self.row, self.column, self.normal].map(|axis| {
            let ends = [0, 1, 2].map(|k| (axis[k] * lo[k], axis[k] * hi[k]));
            [
                ends.iter().map(|(a, b)| a.min(*b)).sum::<f64>(),
                ends.iter().map(|(a, b)| a.max(*b)).sum::<f64>(),
            ]
        })
    }
}
