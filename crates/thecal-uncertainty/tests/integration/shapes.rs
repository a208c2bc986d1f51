//! Shapes of known form as contours, and questions about pairs of them.

use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point3, RigidTransform};
use thecal_margin::{Arrangement, Gap, Interval, gap};
use thecal_mask::{EndRule, Solid};
use thecal_uncertainty::{Moved, PairQuestion, Source, Sources};

/// Outlines of a radius by height about a middle, on planes `step_mm` apart.
pub(crate) fn round(
    middle: Point3,
    half_mm: f64,
    step_mm: f64,
    radius: impl Fn(f64) -> f64,
) -> Vec<Contour> {
    let planes = (half_mm / step_mm + 1e-9).floor() as i32;
    let ring = |k: i32| {
        let z = f64::from(k) * step_mm;
        let r = radius(z);
        let point = |i: i32| {
            let (sin, cos) = (TAU * f64::from(i) / 240.0).sin_cos();
            middle + thecal_geom::Vector3::new(r * cos, r * sin, z)
        };
        Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: (0..240).map(point).collect(),
        }
    };
    (-planes..=planes).map(ring).collect()
}

/// A ball.
pub(crate) fn ball(middle: Point3, radius_mm: f64, step_mm: f64) -> Vec<Contour> {
    let last = ((radius_mm - 0.05) / step_mm).floor() * step_mm;
    round(middle, last, step_mm, |z| (radius_mm * radius_mm - z * z).sqrt())
}

/// A plate from `lo` to `hi`, with points every 0.5 mm along its sides.
pub(crate) fn plate(lo: [f64; 3], hi: [f64; 3], step_mm: f64) -> Vec<Contour> {
    let count = ((hi[2] - lo[2]) / step_mm).round() as i32;
    let corners = [[lo[0], lo[1]], [hi[0], lo[1]], [hi[0], hi[1]], [lo[0], hi[1]]];
    let mut outline = Vec::new();
    for k in 0..4 {
        let (from, to) = (corners[k], corners[(k + 1) % 4]);
        let steps = ((to[0] - from[0]).hypot(to[1] - from[1]) / 0.5).ceil() as i32;
        for i in 0..steps {
            let t = f64::from(i) / f64::from(steps);
            outline.push([from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]);
        }
    }
    let ring = |k: i32| {
        let z = lo[2] + f64::from(k) * step_mm;
        let points_mm = outline.iter().map(|p| Point3::new(p[0], p[1], z)).collect();
        Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
    };
    (0..=count).map(ring).collect()
}

pub(crate) fn solid(contours: &[Contour]) -> Solid {
    Solid::from_contours(contours, EndRule::Plane, 1.0).expect("a solid")
}

pub(crate) fn moved(contours: &[Contour], by: &RigidTransform) -> Vec<Contour> {
    let contour = |c: &Contour| Contour {
        points_mm: c.points_mm.iter().map(|p| by.apply(*p)).collect(),
        ..c.clone()
    };
    contours.iter().map(contour).collect()
}

/// The question about a tumour and a cord, with the gap that is measured.
pub(crate) fn question<'a>(
    a: &'a Solid,
    b: &'a Solid,
    arrangement: Arrangement,
    thresholds_mm: &'a [f64],
) -> PairQuestion<'a> {
    let found = gap(a, b, arrangement).expect("a gap");
    with_gap(a, b, arrangement, found, thresholds_mm)
}

/// As [`question`], with a gap that is given, about whose middle rotations turn.
pub(crate) fn with_gap<'a>(
    a: &'a Solid,
    b: &'a Solid,
    arrangement: Arrangement,
    gap: Gap,
    thresholds_mm: &'a [f64],
) -> PairQuestion<'a> {
    let (moved_a, moved_b) = match arrangement {
        Arrangement::Apart => (Moved::Tumour, Moved::Cord),
        Arrangement::Within => (Moved::Cord, Moved::ThecalSac),
    };
    let interval = Interval { lower_mm: gap.gap_mm - 0.1, upper_mm: gap.gap_mm + 0.2 };
    PairQuestion { a, b, moved_a, moved_b, arrangement, gap, interval, thresholds_mm }
}

/// One source of contouring.
pub(crate) fn source(
    moved: Moved,
    shift_sd_mm: [f64; 3],
    rotation_sd_deg: [f64; 3],
    offset_sd_mm: f64,
) -> Source {
    Source {
        name: format!("{} {shift_sd_mm:?} {rotation_sd_deg:?} {offset_sd_mm}", moved.as_str()),
        moved,
        kind: thecal_uncertainty::Kind::Contouring,
        course: thecal_uncertainty::Course::Systematic,
        shift_sd_mm,
        rotation_sd_deg,
        offset_sd_mm,
        reference: "a test".to_owned(),
    }
}

pub(crate) fn sources(all: Vec<Source>) -> Sources {
    Sources::new(all).expect("sources")
}

/// The standard normal distribution function (Abramowitz and Stegun 1964, 7.1.26 is too coarse: a
/// sum of the integral by Simpson's rule to 1e-10).
pub(crate) fn normal_cdf(x: f64) -> f64 {
    let n = 2000;
    let h = x / f64::from(n);
    let f = |t: f64| (-0.5 * t * t).exp() / TAU.sqrt();
    let inner = |i: i32| if i % 2 == 1 { 4.0 } else { 2.0 } * f(h * f64::from(i));
    0.5 + h / 3.0 * (f(0.0) + f(x) + (1..n).map(inner).sum::<f64>())
}
