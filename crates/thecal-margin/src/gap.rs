//! A gap with its closest points.

use thecal_geom::Point3;

/// A gap with its closest points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Smallest surface distance, mm; minus the largest penetration depth where the solids overlap.
    pub gap_mm: f64,
    /// The closest (or deepest) point of the first solid, LPS mm.
    pub a_mm: Point3,
    /// The closest point of the second solid, LPS mm.
    pub b_mm: Point3,
}
