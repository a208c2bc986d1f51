//! Rigid transforms between frames of reference.

use crate::{Point3, Vector3};
use nalgebra::{Matrix3, Rotation3};

/// A registration writes its matrix with so many digits that a rigid one is orthonormal to this;
/// over 500 mm it is 0.05 mm.
const ORTHONORMAL: f64 = 1e-4;

/// Why a matrix is no rigid transform. Elements are named by row and column, from 1.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RigidFault {
    /// An element that is no finite number.
    NotFinite {
        /// Row.
        row: usize,
        /// Column.
        column: usize,
    },
    /// The last row is not 0, 0, 0, 1.
    LastRow {
        /// Column.
        column: usize,
        /// What stands there.
        found: f64,
    },
    /// Two columns of the rotation are not orthogonal, or one is not of unit length.
    NotOrthonormal {
        /// One column.
        column: usize,
        /// The other, or the same.
        other: usize,
        /// Their scalar product.
        product: f64,
    },
    /// The rotation mirrors.
    Mirrors,
}

impl std::fmt::Display for RigidFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFinite { row, column } => {
                write!(f, "no finite number in row {row}, column {column}")
            }
            Self::LastRow { column, found } => {
                write!(f, "{found} in row 4, column {column}, where {} belongs", *column / 4)
            }
            Self::NotOrthonormal { column, other, product } if column == other => {
                write!(f, "column {column} of squared length {product:.6} instead of 1")
            }
            Self::NotOrthonormal { column, other, product } => {
                write!(f, "columns {column} and {other} with scalar product {product:.6}, not 0")
            }
            Self::Mirrors => write!(f, "a matrix of determinant -1, which mirrors"),
        }
    }
}

impl std::error::Error for RigidFault {}

/// A rotation and a translation that take points of one frame of reference to another. Variables
/// are named `fixed_from_moving`: what they take points to, then what from.
///
/// # Units
/// mm.
///
/// # Example
/// ```
/// use thecal_geom::nalgebra::Rotation3;
/// use thecal_geom::{Point3, RigidTransform, Vector3};
///
/// // A quarter turn about the axis to the head, then 5 mm to the left.
/// let turn = Rotation3::from_axis_angle(&Vector3::z_axis(), 90_f64.to_radians());
/// let fixed_from_moving = RigidTransform::new(turn, Vector3::new(5.0, 0.0, 0.0));
/// let moved = fixed_from_moving.apply(Point3::new(2.0, 0.0, 1.0));
/// assert!((moved - Point3::new(5.0, 2.0, 1.0)).norm() < 1e-12);
///
/// let back = fixed_from_moving.inverse().after(&fixed_from_moving);
/// assert!(back.angle_deg() < 1e-6 && back.translation_mm().norm() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RigidTransform {
    rotation: Rotation3<f64>,
    translation_mm: Vector3,
}

impl RigidTransform {
    /// The transform that moves nothing.
    #[must_use]
    pub fn identity() -> Self {
        Self { rotation: Rotation3::identity(), translation_mm: Vector3::zeros() }
    }

    /// Rotation first, then translation.
    #[must_use]
    pub fn new(rotation: Rotation3<f64>, translation_mm: Vector3) -> Self {
        Self { rotation, translation_mm }
    }

    /// From a homogeneous 4 x 4 matrix in row order, as DICOM writes it. The rotation is taken as
    /// the nearest orthonormal one.
    ///
    /// # Errors
    /// The matrix is not rigid to 1e-4.
    pub fn from_rows(rows: &[f64; 16]) -> Result<Self, RigidFault> {
        if let Some(n) = rows.iter().position(|x| !x.is_finite()) {
            return Err(RigidFault::NotFinite { row: n / 4 + 1, column: n % 4 + 1 });
        }
        for (k, &found) in rows[12..].iter().enumerate() {
            let wanted = if k == 3 { 1.0 } else { 0.0 };
            if (found - wanted).abs() > 1e-6 {
                return Err(RigidFault::LastRow { column: k + 1, found });
            }
        }
        let m = Matrix3::from_fn(|r, c| rows[4 * r + c]);
        for column in 0..3 {
            for other in column..3 {
                let product = m.column(column).dot(&m.column(other));
                let wanted = if column == other { 1.0 } else { 0.0 };
                if (product - wanted).abs() > ORTHONORMAL {
                    let (column, other) = (column + 1, other + 1);
                    return Err(RigidFault::NotOrthonormal { column, other, product });
                }
            }
        }
        if m.determinant() < 0.0 {
            return Err(RigidFault::Mirrors);
        }
        let translation_mm = Vector3::new(rows[3], rows[7], rows[11]);
        Ok(Self { rotation: Rotation3::from_matrix(&m), translation_mm })
    }

    /// The homogeneous matrix in row order.
    #[must_use]
    pub fn rows(&self) -> [f64; 16] {
        let m = self.rotation.matrix();
        let t = self.translation_mm;
        std::array::from_fn(|n| match (n / 4, n % 4) {
            (3, 3) => 1.0,
            (3, _) => 0.0,
            (r, 3) => t[r],
            (r, c) => m[(r, c)],
        })
    }

    /// A point of the moving frame in the fixed one.
    #[must_use]
    pub fn apply(&self, p: Point3) -> Point3 {
        self.rotation * p + self.translation_mm
    }

    /// A direction of the moving frame in the fixed one.
    #[must_use]
    pub fn turn(&self, v: Vector3) -> Vector3 {
        self.rotation * v
    }

    /// `moving_from_fixed`.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let rotation = self.rotation.inverse();
        Self { rotation, translation_mm: -(rotation * self.translation_mm) }
    }

    /// `a_from_b` after `b_from_c`: `a_from_c`.
    #[must_use]
    pub fn after(&self, first: &Self) -> Self {
        Self {
            rotation: self.rotation * first.rotation,
            translation_mm: self.apply(first.translation_mm.into()).coords,
        }
    }

    /// Angle of the rotation, degrees.
    #[must_use]
    pub fn angle_deg(&self) -> f64 {
        self.rotation.angle().to_degrees()
    }

    /// The translation, mm.
    #[must_use]
    pub fn translation_mm(&self) -> Vector3 {
        self.translation_mm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> RigidTransform {
        RigidTransform::new(
            Rotation3::from_euler_angles(0.3, -0.2, 1.1),
            Vector3::new(12.0, -30.0, 7.5),
        )
    }

    #[test]
    fn a_quarter_turn_about_z_takes_x_to_y() {
        let rows = [0., -1., 0., 10., 1., 0., 0., 20., 0., 0., 1., 30., 0., 0., 0., 1.];
        let t = RigidTransform::from_rows(&rows).expect("rigid");
        let p = t.apply(Point3::new(1.0, 0.0, 0.0));
        assert!((p - Point3::new(10.0, 21.0, 30.0)).norm() < 1e-12);
        assert!((t.angle_deg() - 90.0).abs() < 1e-9);
    }

    #[test]
    fn inverse_and_composition_are_those_of_matrices() {
        let (t, p) = (some(), Point3::new(3.0, 4.0, 5.0));
        assert!((t.inverse().apply(t.apply(p)) - p).norm() < 1e-12);
        let other = RigidTransform::from_rows(&t.inverse().rows()).expect("rigid");
        let twice = t.after(&t);
        assert!((twice.apply(p) - t.apply(t.apply(p))).norm() < 1e-12);
        assert!((t.after(&other).apply(p) - p).norm() < 1e-9);
        // A direction is the way between two points.
        let (from, way) = (Point3::new(-2.0, 7.0, 1.0), Vector3::new(0.5, -3.0, 2.0));
        assert!((t.turn(way) - (t.apply(from + way) - t.apply(from))).norm() < 1e-12);
    }

    #[test]
    fn what_is_not_rigid_is_refused_by_element() {
        let good = some().rows();
        let with = |n: usize, x: f64| {
            let mut rows = good;
            rows[n] = x;
            RigidTransform::from_rows(&rows)
        };
        assert_eq!(with(5, f64::NAN), Err(RigidFault::NotFinite { row: 2, column: 2 }));
        assert_eq!(with(12, 0.5), Err(RigidFault::LastRow { column: 1, found: 0.5 }));
        assert_eq!(with(15, 0.0), Err(RigidFault::LastRow { column: 4, found: 0.0 }));
        assert!(matches!(with(0, 2.0), Err(RigidFault::NotOrthonormal { column: 1, .. })));
        // Columns of length one of which two lean towards each other.
        for (column, other) in [(0, 1), (0, 2), (1, 2)] {
            let mut rows = RigidTransform::identity().rows();
            (rows[4 * column + other], rows[5 * other]) = (0.6, 0.8);
            let product = 0.6;
            let fault =
                RigidFault::NotOrthonormal { column: column + 1, other: other + 1, product };
            assert_eq!(RigidTransform::from_rows(&rows), Err(fault));
        }
        let mirror = [-1., 0., 0., 0., 0., 1., 0., 0., 0., 0., 1., 0., 0., 0., 0., 1.];
        assert_eq!(RigidTransform::from_rows(&mirror), Err(RigidFault::Mirrors));
    }
}
