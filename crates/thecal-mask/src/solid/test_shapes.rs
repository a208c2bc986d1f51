//! Shapes that several tests of solids are made of.

use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point3};

/// A circle about the last axis, of so many points.
pub(super) fn ring(radius_mm: f64, points: u32, z: f64) -> Contour {
    let at = |i: u32| {
        let (sin, cos) = (TAU * f64::from(i) / f64::from(points)).sin_cos();
        Point3::new(radius_mm * cos, radius_mm * sin, z)
    };
    let points_mm = (0..points).map(at).collect();
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
}
