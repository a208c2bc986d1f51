//! Contour points alone, as if nothing lay between them.

use thecal_geom::{Point3, PointTree};

use crate::drawn::Drawn;

/// The closest contour points of two structures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ClosestContourPoints {
    pub(crate) distance_mm: f64,
    pub(crate) a_mm: Point3,
    pub(crate) b_mm: Point3,
}

/// None where one has no points.
pub(crate) fn closest(a: &Drawn<'_>, b: &Drawn<'_>) -> Option<ClosestContourPoints> {
    closest_of(a.points(), &b.points().collect::<Vec<_>>())
}

/// The closest of two sets of points; none where one is empty.
pub(crate) fn closest_of(
    a: impl Iterator<Item = Point3>,
    of_b: &[Point3],
) -> Option<ClosestContourPoints> {
    let tree = PointTree::new(of_b.iter().copied());
    let mut best: Option<ClosestContourPoints> = None;
    for a_mm in a {
        let within = best.map_or(f64::INFINITY, |b| b.distance_mm);
        if let Some((n, distance_mm)) = tree.nearest(a_mm, within) {
            let nearer = best.is_none_or(|b| distance_mm < b.distance_mm);
            if let Some(b_mm) = of_b.get(n).filter(|_| nearer) {
                best = Some(ClosestContourPoints { distance_mm, a_mm, b_mm: *b_mm });
            }
        }
    }
    best
}
