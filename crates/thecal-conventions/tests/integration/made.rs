//! Structures that the tests are made of.

use std::f64::consts::TAU;

use thecal_conventions::{Drawn, Pair};
use thecal_geom::{Contour, ContourKind, Point3};
use thecal_margin::Arrangement;
use thecal_mask::{EndRule, Solid};

/// A ring of points on a plane.
pub(crate) fn contour(points: &[[f64; 2]], z_mm: f64) -> Contour {
    Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: points.iter().map(|[x, y]| Point3::new(*x, *y, z_mm)).collect(),
    }
}

/// A circle of `n` points.
pub(crate) fn circle([x, y]: [f64; 2], radius_mm: f64, n: usize) -> Vec<[f64; 2]> {
    let at = |k: usize| (TAU * k as f64 / n as f64).sin_cos();
    (0..n).map(|k| [x + radius_mm * at(k).1, y + radius_mm * at(k).0]).collect()
}

/// A rectangle.
pub(crate) fn rectangle([x0, y0]: [f64; 2], [x1, y1]: [f64; 2]) -> Vec<[f64; 2]> {
    vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
}

/// The same rings on each of some planes.
pub(crate) fn stack(rings: &[Vec<[f64; 2]>], planes_mm: &[f64]) -> Vec<Contour> {
    planes_mm.iter().flat_map(|z| rings.iter().map(|r| contour(r, *z))).collect()
}

/// A solid with flat caps.
pub(crate) fn solid(contours: &[Contour]) -> Solid {
    Solid::from_contours(contours, EndRule::HalfSlice, 2.0).expect("a solid")
}

/// Two structures with the gap of their solids.
pub(crate) fn pair<'a>(
    a: (&'a [Contour], &'a Solid),
    b: (&'a [Contour], &'a Solid),
    arrangement: Arrangement,
) -> Pair<'a> {
    Pair {
        a: Drawn { name: "GTV", contours: a.0, mask: None, solid: a.1 },
        b: Drawn { name: "SpinalCord", contours: b.0, mask: None, solid: b.1 },
        arrangement,
        ours: thecal_margin::gap(a.1, b.1, arrangement).expect("a gap"),
    }
}
