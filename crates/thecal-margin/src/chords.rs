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

/// True where the turn of a ring near an edge is that of one point of several: a corner that was
/// meant, not a knob, whose points all turn.
fn is_corner(ring: &[Point2], edge: usize, reach_mm: f64, sign: f64) -> bool {
    let (ring, edge) = corners_about(ring, edge);
    /// Points beside a corner turn by less than this part of it.
    const BESIDE: f64 = 0.25;
    const POINTS: usize = 3;
    let at = [ring[edge], ring[(edge + 1) % ring.len()]];
    let is_near = |i: &usize| at.iter().any(|p| length(ring[*i], *p) <= reach_mm);
    // Turns the other way are those of hollows beside it.
    let turn = |i: usize| turn_at(&ring, i) * sign;
    let mut turns: Vec<f64> = (0..ring.len()).filter(is_near).map(turn).collect();
    turns.sort_by(|a, b| b.total_cmp(a));
    turns.len() >= POINTS && turns[1] < BESIDE * turns[0]
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
mod tests;
