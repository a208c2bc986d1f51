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
        let nearer = |q: Point3, r: Point3| if (r - p).norm() < (q - p).norm() { r } else { q };
        found.fold(last, nearer)
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
