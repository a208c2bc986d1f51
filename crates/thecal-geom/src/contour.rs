//! One drawn contour, as it came from its source.

use crate::{Point3, Vector3};

/// The geometric kind of a contour (DICOM Contour Geometric Type, PS3.3 C.8.8.6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContourKind {
    /// `CLOSED_PLANAR`: a closed polygon in one plane.
    ClosedPlanar,
    /// `CLOSEDPLANAR_XOR`: as above, to be combined by exclusive or with its plane's others.
    ClosedPlanarXor,
    /// `OPEN_PLANAR`: a polyline in one plane, which bounds nothing.
    OpenPlanar,
    /// `OPEN_NONPLANAR`: a polyline in space, which bounds nothing.
    OpenNonplanar,
    /// `POINT`: a single point.
    Point,
}

impl ContourKind {
    /// True for the kinds that bound an area.
    #[must_use]
    pub fn is_closed(self) -> bool {
        matches!(self, Self::ClosedPlanar | Self::ClosedPlanarXor)
    }
}

/// One contour of a structure: its points in patient space, in drawing order.
///
/// # Example
/// ```
/// use thecal_geom::{Contour, ContourKind, Point3};
///
/// let corners = [[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]];
/// let points_mm = corners.map(|[x, y]| Point3::new(x, y, 7.0)).to_vec();
/// let drawn = Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm };
/// // 4 x 3 mm, counterclockwise seen from the head.
/// assert_eq!(drawn.double_area().norm() / 2.0, 12.0);
/// assert_eq!(drawn.normal().map(|n| n.z), Some(1.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Contour {
    /// Place in the source, counted from 1, for messages.
    pub number: usize,
    /// What the points mean.
    pub kind: ContourKind,
    /// The points, LPS mm.
    pub points_mm: Vec<Point3>,
}

impl Contour {
    /// Twice the vector area of the polygon (Newell's normal), mm²: its direction is the normal of
    /// the plane, its length twice the area. Zero for points and lines.
    #[must_use]
    pub fn double_area(&self) -> Vector3 {
        let Some(&o) = self.points_mm.first() else { return Vector3::zeros() };
        let pairs = self.points_mm.windows(2);
        pairs.fold(Vector3::zeros(), |s, w| s + (w[0] - o).cross(&(w[1] - o)))
    }

    /// The unit normal; none for points, lines and coordinates that are no numbers.
    #[must_use]
    pub fn normal(&self) -> Option<Vector3> {
        self.double_area().try_normalize(1e-6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closed_kinds_bound_an_area() {
        use ContourKind::{ClosedPlanar, ClosedPlanarXor, OpenNonplanar, OpenPlanar, Point};
        assert!([ClosedPlanar, ClosedPlanarXor].iter().all(|k| k.is_closed()));
        assert!(![OpenPlanar, OpenNonplanar, Point].iter().any(|k| k.is_closed()));
    }

    #[test]
    fn the_normal_is_across_the_plane_and_a_line_has_none() {
        // A triangle in the plane x + y + z = 1, counterclockwise seen from outside.
        let points_mm = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(Point3::from);
        let mut drawn =
            Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm: points_mm.into() };
        let normal = drawn.normal().expect("a plane");
        assert!((normal - Vector3::repeat(3.0_f64.sqrt().recip())).norm() < 1e-12);
        assert!((drawn.double_area().norm() - 3.0_f64.sqrt()).abs() < 1e-12);
        drawn.points_mm.truncate(2);
        assert_eq!(drawn.normal(), None);
    }
}
