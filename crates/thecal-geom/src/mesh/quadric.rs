//! The sum of squared distances from planes, as a function of the point.

use crate::{Point3, Vector3};
use nalgebra::Matrix3;
use std::ops::{Add, AddAssign};

/// `p M p + 2 v p + c`: the sum of the squared distances of a point from planes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quadric {
    /// The upper triangle of M: xx, xy, xz, yy, yz, zz.
    square: [f64; 6],
    line: Vector3,
    constant: f64,
}

impl Quadric {
    pub(super) const ZERO: Self =
        Self { square: [0.0; 6], line: Vector3::new(0.0, 0.0, 0.0), constant: 0.0 };

    /// Of the plane through a point; `normal` has length one.
    pub(super) fn from_plane(n: Vector3, through: Point3) -> Self {
        let w = -n.dot(&through.coords);
        let square = [n.x * n.x, n.x * n.y, n.x * n.z, n.y * n.y, n.y * n.z, n.z * n.z];
        Self { square, line: n * w, constant: w * w }
    }

    /// The sum at a point, mm2.
    pub(super) fn at(&self, p: &Point3) -> f64 {
        let [xx, xy, xz, yy, yz, zz] = self.square;
        let v = &self.line;
        p.x * (xx * p.x + 2.0 * (xy * p.y + xz * p.z + v.x))
            + p.y * (yy * p.y + 2.0 * (yz * p.z + v.y))
            + p.z * (zz * p.z + 2.0 * v.z)
            + self.constant
    }

    /// Where the sum is least; none where that is no single point.
    pub(super) fn least_at(&self) -> Option<Point3> {
        let [xx, xy, xz, yy, yz, zz] = self.square;
        let m = Matrix3::new(xx, xy, xz, xy, yy, yz, xz, yz, zz);
        let inverse = (m.determinant() > 1e-8).then(|| m.try_inverse()).flatten()?;
        Some(Point3::from(-(inverse * self.line)))
    }
}

impl Add for Quadric {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            square: std::array::from_fn(|k| self.square[k] + other.square[k]),
            line: self.line + other.line,
            constant: self.constant + other.constant,
        }
    }
}

impl AddAssign for Quadric {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_sum_of_squared_distances_and_least_where_three_planes_meet() {
        let corner = Point3::new(1.0, -2.0, 3.0);
        let normals = [[1.0, 0.2, 0.0], [0.1, 1.0, -0.3], [0.0, 0.4, 1.0]];
        let normals = normals.map(|n| Vector3::from(n).normalize());
        let sum = normals.map(|n| Quadric::from_plane(n, corner));
        let sum = sum.into_iter().fold(Quadric::ZERO, Add::add);
        let p = Point3::new(4.0, 0.5, -1.0);
        let wanted: f64 = normals.iter().map(|n| n.dot(&(p - corner)).powi(2)).sum();
        assert!((sum.at(&p) - wanted).abs() < 1e-9, "{} for {wanted}", sum.at(&p));
        assert!((sum.least_at().expect("a point") - corner).norm() < 1e-9);
        let two = Quadric::from_plane(normals[0], corner) + Quadric::from_plane(normals[1], corner);
        assert_eq!(two.least_at(), None);
    }
}
