//! Shapes that are known in closed form, as contours and solids.

use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point3};
use thecal_mask::{EndRule, Solid};

/// A ring in an axial plane.
pub(crate) fn flat(ring: impl IntoIterator<Item = [f64; 2]>, z_mm: f64) -> Contour {
    let points_mm = ring.into_iter().map(|[x, y]| Point3::new(x, y, z_mm)).collect();
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
}

/// Points on a circle, the first of them at `phase` steps from its x axis.
pub(crate) fn circle(
    centre: [f64; 2],
    radius_mm: f64,
    points: u32,
    phase: f64,
) -> impl Iterator<Item = [f64; 2]> {
    (0..points).map(move |i| {
        let (sin, cos) = (TAU * (f64::from(i) + phase) / f64::from(points)).sin_cos();
        [centre[0] + radius_mm * cos, centre[1] + radius_mm * sin]
    })
}

/// Heights from one to the other, both of them counted.
pub(crate) fn heights(from_mm: f64, to_mm: f64, step_mm: f64) -> impl Iterator<Item = f64> {
    let count = ((to_mm - from_mm) / step_mm).round() as u32;
    (0..=count).map(move |k| from_mm + step_mm * f64::from(k))
}

pub(crate) fn solid(contours: &[Contour], ends: EndRule, spacing_mm: f64) -> Solid {
    Solid::from_contours(contours, ends, spacing_mm).expect("contours make a solid")
}

/// A straight tube from height -20 to 20 mm on planes 2 mm apart.
pub(crate) fn tube(centre: [f64; 2], radius_mm: f64, points: u32, phase: f64) -> Solid {
    let planes = heights(-20.0, 20.0, 2.0);
    let planes: Vec<_> =
        planes.map(|z| flat(circle(centre, radius_mm, points, phase), z)).collect();
    solid(&planes, EndRule::HalfSlice, 2.0)
}

/// A ball on planes `spacing_mm` apart, one of them `phase` steps from its middle.
pub(crate) fn ball(centre: Point3, radius_mm: f64, spacing_mm: f64, phase: f64) -> Solid {
    let most = (radius_mm / spacing_mm).ceil() as i32 + 1;
    let planes = (-most..=most).filter_map(|k| {
        let up = spacing_mm * (f64::from(k) + phase);
        let across = radius_mm * radius_mm - up * up;
        let ring = || circle([centre.x, centre.y], across.sqrt(), 160, 0.3);
        (across > 1e-3).then(|| flat(ring(), centre.z + up))
    });
    solid(&planes.collect::<Vec<_>>(), EndRule::Rounded, spacing_mm)
}

/// How far the arc over a chord of a circle stands out from it: exact, from the angle it spans.
pub(crate) fn sagitta_mm(radius_mm: f64, points: u32) -> f64 {
    radius_mm * (1.0 - (0.5 * TAU / f64::from(points)).cos())
}
