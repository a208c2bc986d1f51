//! A ring of points in a plane, and its own properties.

/// A point in a plane's own coordinates, mm.
pub type Point2 = [f64; 2];
/// A closed polygon; the last point joins the first.
pub type Ring = Vec<Point2>;

/// Points nearer than this are one point: finer than any contour file writes.
pub(crate) const SAME_MM: f64 = 1e-5;
/// True when two points are within a tolerance of each other along both axes, mm.
pub(crate) fn near(a: Point2, b: Point2, tol: f64) -> bool {
    (a[0] - b[0]).abs() <= tol && (a[1] - b[1]).abs() <= tol
}

/// Signed area by the shoelace formula, relative to the first point for accuracy.
pub(crate) fn shoelace_mm2(ring: &[Point2]) -> f64 {
    let Some(&o) = ring.first() else { return 0.0 };
    let mut sum = 0.0;
    for w in ring.windows(2) {
        sum += (w[0][0] - o[0]) * (w[1][1] - o[1]) - (w[1][0] - o[0]) * (w[0][1] - o[1]);
    }
    0.5 * sum
}
