//! Boxes along the axes.

use crate::Point3;
use nalgebra::Vector3;

/// A box along the axes of some space, mm; empty where a lower bound lies above the upper one.
///
/// # Example
/// ```
/// use thecal_geom::{Aabb, Point3};
///
/// let bounds = Aabb::from_points([Point3::new(0.0, 0.0, 0.0), Point3::new(2.0, 4.0, 6.0)]);
/// assert_eq!(bounds.centre_mm(), Point3::new(1.0, 2.0, 3.0));
/// assert_eq!(bounds.distance_mm(Point3::new(5.0, 8.0, 3.0)), 5.0);
/// assert!(bounds.intersection(&Aabb::empty()).is_empty());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aabb {
    /// The lower bounds.
    pub min_mm: Point3,
    /// The upper bounds.
    pub max_mm: Point3,
}

impl Aabb {
    /// The box that holds nothing.
    #[must_use]
    pub fn empty() -> Self {
        let far = |sign: f64| Point3::from(Vector3::repeat(sign * f64::INFINITY));
        Self { min_mm: far(1.0), max_mm: far(-1.0) }
    }

    /// The smallest box that holds some points; empty where there are none.
    #[must_use]
    pub fn from_points(points: impl IntoIterator<Item = Point3>) -> Self {
        points.into_iter().fold(Self::empty(), |b, p| Self {
            min_mm: b.min_mm.coords.inf(&p.coords).into(),
            max_mm: b.max_mm.coords.sup(&p.coords).into(),
        })
    }

    /// True where the box holds no point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        (0..3).any(|k| self.min_mm[k] > self.max_mm[k])
    }

    /// The box with every side moved out by `by_mm`; an empty one stays empty.
    #[must_use]
    pub fn grown(&self, by_mm: f64) -> Self {
        let by = Vector3::repeat(by_mm);
        Self { min_mm: self.min_mm - by, max_mm: self.max_mm + by }
    }

    /// What both boxes hold; it may be empty.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            min_mm: self.min_mm.coords.sup(&other.min_mm.coords).into(),
            max_mm: self.max_mm.coords.inf(&other.max_mm.coords).into(),
        }
    }

    /// The smallest box that holds both; an empty one adds nothing.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if other.is_empty() {
            return *self;
        }
        if self.is_empty() {
            return *other;
        }
        Self::from_points([self.min_mm, self.max_mm, other.min_mm, other.max_mm])
    }

    /// The middle of the box.
    #[must_use]
    pub fn centre_mm(&self) -> Point3 {
        nalgebra::center(&self.min_mm, &self.max_mm)
    }

    /// The eight corners.
    #[must_use]
    pub fn corners_mm(&self) -> [Point3; 8] {
        std::array::from_fn(|corner| {
            let side = |k: usize| {
                if corner >> k & 1 == 0 { self.min_mm[k] } else { self.max_mm[k] }
            };
            Point3::new(side(0), side(1), side(2))
        })
    }

    /// Distance of a point from the box, mm; 0 inside.
    #[must_use]
    pub fn distance_mm(&self, p: Point3) -> f64 {
        let off = |k: usize| (self.min_mm[k] - p[k]).max(p[k] - self.max_mm[k]).max(0.0);
        off(0).hypot(off(1)).hypot(off(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube(at: f64, side: f64) -> Aabb {
        Aabb::from_points([Point3::new(at, at, at), Point3::new(at + side, at + side, at + side)])
    }

    #[test]
    fn boxes_meet_join_and_grow_as_intervals_do() {
        let (a, b) = (cube(0.0, 2.0), cube(1.0, 3.0));
        assert_eq!(a.intersection(&b), cube(1.0, 1.0));
        assert_eq!(a.union(&b), cube(0.0, 4.0));
        assert_eq!(a.grown(0.5), cube(-0.5, 3.0));
        assert!(a.intersection(&cube(2.5, 1.0)).is_empty() && Aabb::empty().grown(1.0).is_empty());
        assert_eq!(a.union(&Aabb::empty()), a);
        assert_eq!(Aabb::empty().union(&a), a);
        assert_eq!(a.centre_mm(), Point3::new(1.0, 1.0, 1.0));
        assert_eq!(Aabb::from_points(a.corners_mm()), a);
    }

    #[test]
    fn a_point_is_as_far_as_its_nearest_face_edge_or_corner() {
        let a = cube(0.0, 2.0);
        assert_eq!(a.distance_mm(Point3::new(1.0, 1.5, 0.2)), 0.0);
        assert_eq!(a.distance_mm(Point3::new(1.0, 1.0, 5.0)), 3.0);
        assert_eq!(a.distance_mm(Point3::new(-3.0, 6.0, 1.0)), 5.0);
    }
    #[test]
    fn the_corners_are_those_of_the_intervals() {
        let b = Aabb { min_mm: Point3::new(1.0, 2.0, 3.0), max_mm: Point3::new(4.0, 6.0, 8.0) };
        let corners = b.corners_mm();
        for x in [1.0, 4.0] {
            for y in [2.0, 6.0] {
                for z in [3.0, 8.0] {
                    assert_eq!(corners.iter().filter(|c| **c == Point3::new(x, y, z)).count(), 1);
                }
            }
        }
        assert_eq!(b.centre_mm(), Point3::new(2.5, 4.0, 5.5));
    }
}
