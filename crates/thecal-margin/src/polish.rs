//! A pair of points followed down to the closest pair of two surfaces, beside where it begins.

use crate::drawn::has_level_of;
use crate::gap::Gap;
use thecal_geom::Point3;
use thecal_mask::Solid;

/// A point this far off a surface, by its level over its slope, does not lie on it.
const ON_SURFACE_MM: f64 = 2e-3;
/// Levels are no steeper than this where a surface is.
const STEEPEST: f64 = 5.0;
/// Closest points that come closer by less than this have arrived, mm.
const ARRIVED_MM: f64 = 1e-6;

/// Nearest points of each other in turn, until neither moves. None where the way leads off a
/// surface, so that what is found always is the distance of two points on their surfaces.
pub(crate) fn alternating_projection(
    a: &Solid,
    from_a: Point3,
    b: &Solid,
    from_b: Point3,
) -> Option<Gap> {
    alternating_projection_below(a, from_a, b, from_b, f64::INFINITY)
}

/// As [`alternating_projection`], for one of several pairs of which the closest is wanted: given up where it can no
/// longer come below the least that is known, mm.
pub(crate) fn alternating_projection_below(
    a: &Solid,
    from_a: Point3,
    b: &Solid,
    from_b: Point3,
    least_mm: f64,
) -> Option<Gap> {
    /// Steps shrink by a steady part, mostly to less than half: what is left to gain is at most
    /// this many times the last one's gain.
    const LEFT: f64 = 10.0;
    let (mut pa, mut pb) = (from_a, from_b);
    let mut best: Option<Gap> = None;
    for _ in 0..60 {
        pa = a.nearest_from(pb, pa).point_mm;
        pb = b.nearest_from(pa, pb).point_mm;
        let gap = Gap { gap_mm: (pa - pb).norm(), a_mm: pa, b_mm: pb };
        let known = best.map_or(f64::INFINITY, |b| b.gap_mm);
        if gap.gap_mm < known && on_surface(a, pa) && on_surface(b, pb) {
            best = Some(gap);
        }
        let gained = known - gap.gap_mm;
        if gained < ARRIVED_MM || gap.gap_mm - LEFT * gained > least_mm {
            break;
        }
    }
    best
}

/// True where a point lies on the surface of a solid.
pub(crate) fn on_surface(s: &Solid, p: Point3) -> bool {
    let l = s.level(p);
    l.value_mm.abs() < ON_SURFACE_MM * l.gradient.norm().clamp(1.0, STEEPEST)
}

/// A point from which the nearest one of a surface may be found, whatever was found before.
pub(crate) type Anew<'a> = dyn Fn(Point3) -> Option<Point3> + Sync + 'a;

/// On which side of the other surface a point slides.
#[derive(Clone, Copy)]
pub(crate) enum Side<'a> {
    /// Inside, with where to look for the nearest point of the other surface from far off, where
    /// that is known.
    Inside(Option<&'a Anew<'a>>),
    /// Outside, between the other's first and last plane, past which nothing is drawn that it could
    /// leave.
    Outside,
}

/// From farther off than this a surface is not found from a point itself.
const FAR_MM: f64 = 20.0;

/// Slides a surface point away from the other surface, as deep as it goes: depth, the point, and
/// the other surface's nearest point. It stays on its side of the other.
pub(crate) fn ascend_penetration(
    of: &Solid,
    start: Point3,
    other: &Solid,
    near: Point3,
    side: Side<'_>,
) -> (f64, Point3, Point3) {
    let inside = matches!(side, Side::Inside(_));
    // A foot followed from the last one can be left behind by a nearer one: look from the point
    // itself, too, and where that is known, from what is drawn nearest to it.
    let foot = |p: Point3, last: Point3| {
        let far = inside && (p - last).norm() > FAR_MM;
        let anew = match side {
            Side::Inside(Some(find)) => find(p),
            _ => None,
        };
        let found = [Some(last), anew, (!far).then_some(p)].into_iter().flatten();
        let found = found.map(|from| other.nearest_from(p, from).point_mm);
        let found = found.filter(|q| on_surface(other, *q));
        let away = |q: &Point3| (q - p).norm();
        // Where to look from may lie inside of the surface, nearer than any of its points: only where nothing is
        // found it is all that is known.
        let kept = on_surface(other, last).then_some(last);
        found.chain(kept).min_by(|q, r| away(q).total_cmp(&away(r))).unwrap_or(last)
    };
    let mut p = start;
    let mut q = foot(p, near);
    let mut depth = (p - q).norm();
    let mut stride = 1.0;
    while stride > 1e-3 && depth > 1e-9 {
        let away = (p - q) / depth * stride;
        let next = of.nearest_from(p + away, p).point_mm;
        let there = foot(next, q);
        let deeper = (next - there).norm();
        let stays = (other.level_mm(next) < 0.0) == inside
            && (inside || has_level_of(other, next))
            && on_surface(of, next);
        if deeper > depth + 1e-7 && stays && on_surface(other, there) {
            (p, q, depth) = (next, there, deeper);
        } else {
            stride *= 0.5;
        }
    }
    (depth, p, q)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;

    /// Circles about an axis along the last one, on planes 1 mm apart, where the radius is a number.
    fn round(x_mm: f64, heights_mm: std::ops::Range<i32>, radius_mm: impl Fn(f64) -> f64) -> Solid {
        let contour = |z: f64| Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: (0..240)
                .map(|i| (TAU * f64::from(i) / 240.0).sin_cos())
                .map(|(sin, cos)| Point3::new(x_mm + radius_mm(z) * cos, radius_mm(z) * sin, z))
                .collect(),
        };
        let heights = heights_mm.map(f64::from).filter(|z| radius_mm(*z) > 0.0);
        let contours: Vec<Contour> = heights.map(contour).collect();
        Solid::from_contours(&contours, EndRule::HalfSlice, 1.0).expect("a solid")
    }

    fn ball(x_mm: f64, radius_mm: f64) -> Solid {
        round(x_mm, -9..10, move |z| (radius_mm * radius_mm - z * z).sqrt())
    }

    #[test]
    fn a_point_slides_to_where_a_ball_lies_deepest_in_a_tube() {
        // A ball of 3 mm whose middle lies 6 mm off the axis of a tube of 10 mm: 3 mm off it at the least.
        let (tube, ball) = (round(0.0, -30..31, |_| 10.0), ball(6.0, 3.0));
        for (angle, up) in [(2.0_f64, 0.3_f64), (2.6, -0.5), (3.9, 0.2), (1.7, 0.0)] {
            let out = [up.cos() * angle.cos(), up.cos() * angle.sin(), up.sin()];
            let start = Point3::new(6.0 + 3.0 * out[0], 3.0 * out[1], 3.0 * out[2]);
            let start = ball.nearest_from(start, start).point_mm;
            let near = tube.nearest_from(start, start).point_mm;
            let (depth, p, q) = ascend_penetration(&ball, start, &tube, near, Side::Inside(None));
            assert!((depth - 7.0).abs() < 0.01, "{angle} {up}: {depth}");
            assert!(((p - q).norm() - depth).abs() < 1e-9);
            assert!((p - Point3::new(3.0, 0.0, 0.0)).norm() < 0.1, "{p}");
        }
    }

    #[test]
    fn two_balls_are_nearest_on_the_line_between_their_middles() {
        let (a, b) = (ball(0.0, 5.0), ball(12.0, 4.0));
        for (angle, other) in [(0.5_f64, 2.8_f64), (-0.7, 3.0), (0.2, -2.4)] {
            let from_a = Point3::new(5.0 * angle.cos(), 5.0 * angle.sin(), 0.0);
            let from_b = Point3::new(12.0 + 4.0 * other.cos(), 4.0 * other.sin(), 0.0);
            let found = alternating_projection(&a, from_a, &b, from_b).expect("a pair");
            assert!((found.gap_mm - 3.0).abs() < 0.01, "{found:?}");
            assert!((found.a_mm - Point3::new(5.0, 0.0, 0.0)).norm() < 0.05, "{found:?}");
            // Given up where it cannot come below what is known.
            let least = alternating_projection_below(&a, from_a, &b, from_b, 1e-3);
            assert!(least.is_none_or(|g| g.gap_mm > 2.9));
        }
        let side = Point3::new(5.0, 0.0, 0.0);
        assert!(on_surface(&a, side));
        assert!(!on_surface(&a, Point3::new(5.01, 0.0, 0.0)));
        assert!(!on_surface(&a, Point3::new(4.99, 0.0, 0.0)));
    }
}
