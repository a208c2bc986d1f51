//! How far a curve that was drawn in points can lie off the straight edges between them.

use std::f64::consts::FRAC_PI_2;

use thecal_geom::{Point2, Point3, Region};
use thecal_mask::Solid;

/// How far the true outline can lie off the drawn one within its plane, mm: outwards where the
/// outline is convex, inwards where it is hollow.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Bulge {
    pub(crate) out_mm: f64,
    pub(crate) in_mm: f64,
}

/// A point that turns this many times as fast as its neighbours do is a corner, which was meant.
const CORNER: f64 = 4.0;
/// Beside edges longer than this, mm, such a point may as well be the only one on a knob.
const KNOB_MM: f64 = 1.5;
/// An arc through unevenly placed points bends more than the mean of their turns says.
const UNEVEN: f64 = 1.1;
/// Edges on either side of the nearest one that are looked at, too.
const BESIDE: usize = 1;
/// A foot this near to a point of a ring lies at it, mm.
const AT_POINT_MM: f64 = 0.02;
/// Rings of so few corners are polygons.
const POLYGON: usize = 7;
/// An edge this many times as long as those round it is a straight run that was meant: where it is
/// drawn as finely as they are, nothing bulges over it.
const LONG: f64 = 3.0;
/// Nearer to a plane than this its neighbours say nothing, mm.
const ON_PLANE_MM: f64 = 0.02;

/// The bulge of the outlines on the planes next to a point of a solid's surface, where the outlines
/// are nearest to it.
///
/// # Source
/// The sagitta of an arc of curvature `k` over a chord `s` is `k s² / 8`.
pub(crate) fn bulge_near(s: &Solid, p: Point3) -> Bulge {
    let q = s.frame().stack_from_patient(p);
    let bulges = outlines_beside(s, q).into_iter().flatten();
    bulges.map(|region| bulge_of(region, [q.x, q.y])).fold(Bulge::default(), |x, y| Bulge {
        out_mm: x.out_mm.max(y.out_mm),
        in_mm: x.in_mm.max(y.in_mm),
    })
}

/// The drawn regions on the planes below and above a point of a stack that are nearest to it, the
/// nearer plane's first; of a point on a plane that one's alone.
fn outlines_beside(s: &Solid, q: Point3) -> [Option<&Region>; 2] {
    let mut best: [Option<(f64, f64, &Region)>; 2] = [None; 2];
    let most_mm = 1.01 * s.largest_step_mm();
    for (w, region) in s.drawn_beside(q.z).filter(|(w, _)| (w - q.z).abs() <= most_mm) {
        let side = &mut best[usize::from(w > q.z)];
        let (up, across) = ((w - q.z).abs(), region.nearest([q.x, q.y]).distance_mm);
        if side.is_none_or(|b| (up, across) < (b.0, b.1)) {
            *side = Some((up, across, region));
        }
    }
    let up = |side: Option<(f64, f64, &Region)>| side.map_or(f64::INFINITY, |b| b.0);
    if up(best[1]) < up(best[0]) {
        best.swap(0, 1);
    }
    if up(best[0]) <= ON_PLANE_MM {
        best[1] = None;
    }
    best.map(|side| side.map(|b| b.2))
}

fn bulge_of(region: &Region, p: Point2) -> Bulge {
    let foot = region.nearest(p);
    let Some((ring, edge)) = edge_of(region, foot.edge) else {
        return Bulge::default();
    };
    let (ring, edge) = corners_about(ring, edge);
    let (ring, n) = (ring.as_slice(), ring.len());
    // In so few points no curve is drawn: the corners are meant.
    if n <= POLYGON {
        return Bulge::default();
    }
    let longest = LONG * usual_length(ring);
    let convex = region.inside_of_edges().unwrap_or(0.0);
    // At a point of the ring either of two edges may be the nearest one: those beside both count.
    let at = |v: usize| length(ring[v % n], foot.point) < AT_POINT_MM;
    let back = BESIDE + usize::from(at(edge));
    let ahead = BESIDE + usize::from(at(edge + 1));
    let mut out = Bulge::default();
    for k in 0..=back + ahead {
        let i = (edge + n + k - back) % n;
        let [before, after] = [i, (i + 1) % n].map(|v| curvature(ring, v));
        let length = length(ring[i], ring[(i + 1) % n]).min(longest);
        let sharp = if before.abs() < after.abs() { after } else { before };
        // Beside a corner the curve bends as it does farther off.
        let usual = typical(ring, i);
        let most = CORNER * usual * (length / KNOB_MM).max(1.0);
        let bend = sharp.signum() * sharp.abs().min(most);
        let off = UNEVEN * bend.abs() * length * length / 8.0;
        let outwards = bend * convex >= 0.0;
        if outwards || before * after < 0.0 {
            out.out_mm = out.out_mm.max(off);
        }
        if !outwards || convex == 0.0 || before * after < 0.0 {
            out.in_mm = out.in_mm.max(off);
        }
    }
    out
}

/// The median length of the edges of a ring, mm.
fn usual_length(ring: &[Point2]) -> f64 {
    let n = ring.len();
    let mut lengths: Vec<f64> = (0..n).map(|i| length(ring[i], ring[(i + 1) % n])).collect();
    lengths.sort_by(f64::total_cmp);
    lengths[n / 2]
}

/// The ring that an edge of a region stands in, and its place there.
fn edge_of(region: &Region, edge: usize) -> Option<(&Vec<Point2>, usize)> {
    let mut first = 0;
    for ring in region.rings() {
        if edge < first + ring.len() {
            return Some((ring, edge - first));
        }
        first += ring.len();
    }
    None
}

/// The points of a ring next to one of its edges, without those on straight runs, and the place of
/// the edge among them: points on an edge say nothing of the shape. The whole ring where it has few
/// points; else what joins the first and the last of them is no edge.
fn corners_about(ring: &[Point2], edge: usize) -> (Vec<Point2>, usize) {
    /// A point this near to the line of its neighbours lies on it, mm.
    const STRAIGHT_MM: f64 = 1e-4;
    /// Points to either side.
    const COUNT: usize = 12;
    let n = ring.len();
    let turns = |i: usize| {
        let (o, a, b) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
        let (u, v) = ([a[0] - o[0], a[1] - o[1]], [b[0] - a[0], b[1] - a[1]]);
        let off = (u[0] * v[1] - u[1] * v[0]).abs();
        let ahead = u[0] * v[0] + u[1] * v[1] > 0.0;
        !ahead || off > STRAIGHT_MM * length(o, b)
    };
    let back: Vec<usize> =
        (0..n).map(|k| (edge + n - k) % n).filter(|&i| turns(i)).take(COUNT).collect();
    let last = back.last().copied();
    let ahead = (0..n).map(|k| (edge + 1 + k) % n);
    let ahead = ahead.take_while(|&i| Some(i) != last).filter(|&i| turns(i)).take(COUNT);
    let points: Vec<Point2> = back.iter().rev().copied().chain(ahead).map(|i| ring[i]).collect();
    if points.len() < 4 { (ring.to_vec(), edge) } else { (points, back.len() - 1) }
}

/// Turn at a point of a ring over the way there, one over mm; positive to the left. None at a corner
/// that was meant: a right angle, or a sharp turn between straight runs of which one is drawn finely.
fn curvature(ring: &[Point2], i: usize) -> f64 {
    /// Six points a circle turn as much as this, radians.
    const SHARP_RAD: f64 = 1.0;
    /// Points of a straight run turn by less than this part of the corner's turn.
    const STRAIGHT: f64 = 0.1;
    /// Curves drawn in points turn by a right angle as exactly as this by chance only, radians.
    const RIGHT_RAD: f64 = 0.01;
    let n = ring.len();
    let (before, after) = ((i + n - 1) % n, (i + 1) % n);
    let turn = turn_at(ring, i);
    let straight = |k: usize| turn_at(ring, k).abs() < STRAIGHT * turn.abs();
    let (o, a, b) = (ring[before], ring[i], ring[after]);
    // Between two long edges one point may be all that shows a knob.
    let fine = length(o, a).min(length(a, b)) < KNOB_MM;
    let alone = fine && turn.abs() > SHARP_RAD && straight(before) && straight(after);
    let is_right = |k: usize| (turn_at(ring, k).abs() - FRAC_PI_2).abs() < RIGHT_RAD;
    // A curve turns by a right angle by chance: then its neighbours turn as they like.
    let meant = |k: usize| straight(k) || is_right(k);
    if alone || (is_right(i) && meant(before) && meant(after)) {
        return 0.0;
    }
    turn / (0.5 * (length(o, a) + length(a, b))).max(1e-9)
}

/// Turn at a point of a ring, radians, positive to the left.
fn turn_at(ring: &[Point2], i: usize) -> f64 {
    let n = ring.len();
    let (o, a, b) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
    let (u, v) = ([a[0] - o[0], a[1] - o[1]], [b[0] - a[0], b[1] - a[1]]);
    (u[0] * v[1] - u[1] * v[0]).atan2(u[0] * v[0] + u[1] * v[1])
}

/// The median curvature, without its sign, of the points round an edge.
fn typical(ring: &[Point2], edge: usize) -> f64 {
    let n = ring.len();
    let mut near: Vec<f64> =
        (0..10.min(n)).map(|k| curvature(ring, (edge + 2 * n + k - 4) % n).abs()).collect();
    near.sort_by(f64::total_cmp);
    near[near.len() / 2]
}

/// The radius of the outline nearest to a point, mm, from its turn over `reach_mm` to either side;
/// infinite where it is hollow or straight.
pub(crate) fn radius_near(s: &Solid, p: Point3, reach_mm: f64) -> f64 {
    let q = s.frame().stack_from_patient(p);
    let [Some(region), _] = outlines_beside(s, q) else { return f64::INFINITY };
    let foot = region.nearest([q.x, q.y]);
    let Some((ring, edge)) = edge_of(region, foot.edge) else { return f64::INFINITY };
    let (ahead, back) = (
        walk(ring, edge, foot.point, reach_mm, true),
        walk(ring, edge, foot.point, reach_mm, false),
    );
    let (u, v) = (
        [foot.point[0] - back[0], foot.point[1] - back[1]],
        [ahead[0] - foot.point[0], ahead[1] - foot.point[1]],
    );
    let turn = (u[0] * v[1] - u[1] * v[0]).atan2(u[0] * v[0] + u[1] * v[1]);
    if is_corner(ring, edge, 1.5 * reach_mm, turn.signum()) {
        return f64::INFINITY;
    }
    let convex = turn * region.inside_of_edges().unwrap_or(turn.signum());
    let way = 0.5 * (length(back, foot.point) + length(foot.point, ahead));
    if convex > 1e-6 { way / convex } else { f64::INFINITY }
}

/// True where the turn of a ring near an edge is that of a point or two of several: a corner that
/// was meant, not a knob, whose points all turn.
fn is_corner(ring: &[Point2], edge: usize, reach_mm: f64, sign: f64) -> bool {
    let (ring, edge) = corners_about(ring, edge);
    let ring = ring.as_slice();
    /// Points beside a corner turn by less than this part of it.
    const BESIDE: f64 = 0.25;
    const POINTS: usize = 5;
    let n = ring.len();
    let at = [ring[edge], ring[(edge + 1) % n]];
    let near = (0..n.min(64)).flat_map(|k| [(edge + n - k) % n, (edge + 1 + k) % n]);
    let near = near.filter(|&i| at.iter().any(|p| length(ring[i], *p) <= reach_mm));
    // Turns the other way are those of hollows beside it.
    let mut turns: Vec<f64> = near.map(|i| turn_at(ring, i) * sign).collect();
    turns.sort_by(|a, b| b.total_cmp(a));
    turns.len() >= POINTS && turns[2] < BESIDE * turns[0]
}

/// The point `reach_mm` along a ring from a point of one of its edges.
fn walk(ring: &[Point2], edge: usize, from: Point2, reach_mm: f64, ahead: bool) -> Point2 {
    let n = ring.len();
    let (mut at, mut left) = (from, reach_mm);
    for k in 0..n {
        let next = if ahead { ring[(edge + 1 + k) % n] } else { ring[(edge + n - k) % n] };
        let step = length(at, next);
        if step >= left {
            let t = left / step.max(1e-12);
            return [at[0] + t * (next[0] - at[0]), at[1] + t * (next[1] - at[1])];
        }
        (at, left) = (next, left - step);
    }
    at
}

fn length(a: Point2, b: Point2) -> f64 {
    (b[0] - a[0]).hypot(b[1] - a[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    /// Points on a circle about the origin, counter-clockwise from the x axis.
    fn circle(radius_mm: f64, points: u32) -> Vec<Point2> {
        let at = |i: u32| TAU * f64::from(i) / f64::from(points);
        (0..points).map(|i| [radius_mm * at(i).cos(), radius_mm * at(i).sin()]).collect()
    }

    /// Each edge cut into `parts` pieces of different lengths.
    fn cut(ring: &[Point2], parts: u32) -> Vec<Point2> {
        let ends = ring.iter().zip(ring.iter().cycle().skip(1));
        let piece = |(a, b): (&Point2, &Point2), k: u32| {
            let t = (f64::from(k) / f64::from(parts)).powf(1.3);
            [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
        };
        ends.flat_map(|e| (0..parts).map(move |k| piece(e, k))).collect()
    }

    fn region(rings: &[Vec<Point2>]) -> Region {
        Region::from_rings(rings).0.expect("a region")
    }

    fn assert_told(found_mm: f64, sagitta_mm: f64) {
        assert!((1.0..1.3).contains(&(found_mm / sagitta_mm)), "{found_mm} for {sagitta_mm}");
    }

    #[test]
    fn a_circle_bulges_by_its_sagitta_however_its_edges_are_cut() {
        for points in [10, 16, 30] {
            let ring = circle(6.0, points);
            let sagitta_mm = 6.0 * (1.0 - (0.5 * TAU / f64::from(points)).cos());
            let mut last: Option<f64> = None;
            for parts in [1, 2, 3, 7] {
                for at in [0.0, 0.13, 2.2, 4.0, 6.2_f64] {
                    let p = [8.0 * at.cos(), 8.0 * at.sin()];
                    for turn in [false, true] {
                        let mut ring = cut(&ring, parts);
                        if turn {
                            ring.reverse();
                        }
                        let found = bulge_of(&region(&[ring]), p);
                        assert_eq!(found.in_mm, 0.0, "{points} {parts} {at}");
                        assert_told(found.out_mm, sagitta_mm);
                        let usual = *last.get_or_insert(found.out_mm);
                        assert!((found.out_mm - usual).abs() < 1e-6, "{points} {parts} {at}");
                    }
                }
            }
        }
    }

    /// A knob on a round outline of 16 points, one of which lies on its tip.
    #[test]
    fn a_knob_that_one_point_shows_bulges_as_far_as_it_does() {
        let (body_mm, knob_mm) = (10.0_f64, 2.5);
        let at = |i: u32| TAU * f64::from(i) / 16.0;
        let mut ring: Vec<Point2> =
            (0..16).map(|i| [body_mm * at(i).cos(), body_mm * at(i).sin()]).collect();
        ring[0] = [body_mm + knob_mm, 0.0];
        // How far the knob, a disc about the body's outline, lies off the edge beside its tip.
        let (a, b) = (ring[0], ring[1]);
        let edge = length(a, b);
        let off = |angle: f64| {
            let p = [body_mm + knob_mm * angle.cos(), knob_mm * angle.sin()];
            ((b[1] - a[1]) * (p[0] - a[0]) - (b[0] - a[0]) * (p[1] - a[1])) / edge
        };
        let most_mm = (0..90).map(|k| off(f64::from(k).to_radians())).fold(0.0, f64::max);
        let found = bulge_of(&region(&[ring]), [body_mm + knob_mm + 2.0, 1.0]);
        assert!(most_mm > 0.5 && found.out_mm >= most_mm, "{found:?} for {most_mm}");
    }

    /// Two edges of 4 mm that meet in a right angle between slight turns: a curve, by chance.
    #[test]
    fn a_right_angle_is_meant_between_straight_runs_and_other_right_angles_alone() {
        let turned = |turns: [f64; 3]| {
            let (mut at, mut heading) = ([0.0, 0.0], 0.0_f64);
            let mut ring = vec![at];
            for turn in turns {
                at = [at[0] + 4.0 * heading.cos(), at[1] + 4.0 * heading.sin()];
                ring.push(at);
                heading += turn.to_radians();
            }
            ring.push([at[0] + 4.0 * heading.cos(), at[1] + 4.0 * heading.sin()]);
            curvature(&ring, 2)
        };
        assert_eq!(turned([1.0, 90.0, 2.0]), 0.0);
        assert_eq!(turned([-90.0, 90.0, 1.0]), 0.0);
        assert!((turned([-12.0, 90.0, 14.0]) - FRAC_PI_2 / 4.0).abs() < 1e-9);
    }

    #[test]
    fn corners_that_were_meant_do_not_bulge() {
        // A square with its sides cut, and a polygon of seven corners.
        let square = vec![[-5.0, -5.0], [5.0, -5.0], [5.0, 5.0], [-5.0, 5.0]];
        for ring in [square.clone(), cut(&square, 9), circle(6.0, 7)] {
            for p in [[7.0, 0.3], [7.0, 5.0], [0.0, -9.0]] {
                assert_eq!(bulge_of(&region(std::slice::from_ref(&ring)), p), Bulge::default());
            }
        }
        // Eight corners in a ring are a drawn curve.
        assert!(bulge_of(&region(&[circle(6.0, 8)]), [9.0, 0.3]).out_mm > 0.4);
    }

    #[test]
    fn the_curvature_is_that_of_the_circle_with_its_sign() {
        for (radius_mm, points) in [(4.0, 24), (9.0, 60)] {
            let mut ring = circle(radius_mm, points);
            for sign in [1.0, -1.0] {
                for i in [0, 1, points as usize - 1] {
                    // Turn over chord: the chord is shorter than the arc by 0.3 % here.
                    let k = sign * curvature(&ring, i) * radius_mm;
                    assert!((k - 1.0).abs() < 0.01, "{k}");
                    assert!((turn_at(&ring, i) - sign * TAU / f64::from(points)).abs() < 1e-9);
                }
                assert!((typical(&ring, 3) * radius_mm - 1.0).abs() < 0.01);
                assert!((usual_length(&ring) - length(ring[0], ring[1])).abs() < 1e-9);
                ring.reverse();
            }
        }
        let square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
        assert!((turn_at(&square, 1) - FRAC_PI_2).abs() < 1e-12);
        assert_eq!(curvature(&square, 1), 0.0);
    }

    #[test]
    fn the_outline_is_walked_along_both_ways() {
        let square = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];
        let from = [4.0, 0.0];
        let to = |reach_mm, ahead| walk(&square, 0, from, reach_mm, ahead);
        assert_eq!(to(2.0, true), [6.0, 0.0]);
        assert_eq!(to(9.0, true), [10.0, 3.0]);
        assert_eq!(to(17.5, true), [8.5, 10.0]);
        assert_eq!(to(2.0, false), [2.0, 0.0]);
        assert_eq!(to(9.0, false), [0.0, 5.0]);
        assert_eq!(to(19.0, false), [5.0, 10.0]);
    }

    #[test]
    fn edges_are_known_by_their_ring_and_place() {
        let region = region(&[circle(9.0, 30), circle(3.0, 12)]);
        let count = |k: usize| region.rings()[k].len();
        for (edge, wanted) in [(0, (0, 0)), (count(0) - 1, (0, count(0) - 1)), (count(0), (1, 0))] {
            let (ring, at) = edge_of(&region, edge).expect("an edge");
            assert!(std::ptr::eq(ring, &region.rings()[wanted.0]) && at == wanted.1, "{edge}");
        }
        assert!(edge_of(&region, count(0) + count(1)).is_none());
    }

    #[test]
    fn a_knob_has_the_radius_of_its_tip() {
        use thecal_geom::{Contour, ContourKind};
        use thecal_mask::EndRule;
        let solid = |ring: &[Point2]| {
            let contour = |z: f64| Contour {
                number: 1,
                kind: ContourKind::ClosedPlanar,
                points_mm: ring.iter().map(|p| Point3::new(p[0], p[1], z)).collect(),
            };
            let contours: Vec<Contour> = (0..4).map(|k| contour(2.0 * f64::from(k))).collect();
            Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
        };
        for radius_mm in [1.5, 3.0, 8.0] {
            let ring = circle(radius_mm, 80);
            for (ring, p) in [
                (ring.clone(), Point3::new(radius_mm, 0.0, 2.0)),
                (ring.iter().rev().copied().collect(), Point3::new(0.0, -radius_mm, 3.1)),
            ] {
                let found = radius_near(&solid(&ring), p, 0.7);
                assert!((found / radius_mm - 1.0).abs() < 0.1, "{found} for {radius_mm}");
            }
        }
        // Flat sides are no knobs, and hollows neither.
        let square = cut(&[[-5.0, -5.0], [5.0, -5.0], [5.0, 5.0], [-5.0, 5.0]], 20);
        let found = radius_near(&solid(&square), Point3::new(5.0, 0.3, 2.0), 0.7);
        assert_eq!(found, f64::INFINITY);
        let hollow = |i: u32| {
            let a = TAU * f64::from(i) / 200.0;
            let r = 10.0 - 5.0 * (-8.0 * (a - 3.0).powi(2)).exp();
            [r * a.cos(), r * a.sin()]
        };
        let ring: Vec<Point2> = (0..200).map(hollow).collect();
        let bottom = Point3::new(5.0 * 3.0_f64.cos(), 5.0 * 3.0_f64.sin(), 2.0);
        assert_eq!(radius_near(&solid(&ring), bottom, 0.7), f64::INFINITY);
    }
}
