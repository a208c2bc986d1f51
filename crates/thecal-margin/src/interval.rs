//! The range of gaps that the resolution of the contours leaves open.
//!
//! Three readings of the same contours bound what the true surface can be: points on the drawn
//! planes only (the gap can hardly be larger), each plane extended half way to its neighbours
//! (the gap can hardly be smaller), and the chords between contour points, which cut off up to
//! their sagitta. For a mask half a pixel takes the place of the chords.

use crate::lowest::Lowest;
use crate::{Arrangement, Gap};
use rayon::prelude::*;
use thecal_geom::{Point2, Point3, Region, Vector3};
use thecal_mask::Solid;

/// What the search for the least distance itself leaves open.
const SEARCH_MM: f64 = 0.005;

/// A closed range of gaps, mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end, mm.
    pub lower_mm: f64,
    /// Upper end, mm.
    pub upper_mm: f64,
}

/// The interval of a nominal gap.
#[must_use]
pub fn interval(a: &Solid, b: &Solid, nominal: &Gap, arrangement: Arrangement) -> Interval {
    let inside = arrangement == Arrangement::Within;
    let along = nominal.b_mm - nominal.a_mm;
    let drawn_mm = outline_mm(a, nominal.a_mm, along) + outline_mm(b, nominal.b_mm, along);
    let (mut lower, mut upper) = (nominal.gap_mm, nominal.gap_mm);
    let parallel = a.frame().normal().dot(&b.frame().normal()) > 1.0 - 1e-9;
    if parallel && nominal.gap_mm > 0.0 {
        let (plane, slab) = readings(a, b, nominal.gap_mm, inside);
        lower = lower.min(slab);
        upper = upper.max(plane);
    } else {
        // Different stacks, or overlap: half a slice of each along the gap's direction.
        let open = [a, b].map(|s| open_mm(s, along));
        lower -= open[0] + open[1];
        upper += open[0] + open[1];
    }
    let open_mm = drawn_mm + SEARCH_MM;
    Interval { lower_mm: lower - open_mm, upper_mm: upper + open_mm }
}

/// How far the drawn outline near a point leaves the true one open within its plane, mm: half a
/// pixel along a direction for a mask, the chords' sagitta for contours.
pub(crate) fn outline_mm(s: &Solid, p: Point3, along: Vector3) -> f64 {
    s.half_pixel_mm(along).unwrap_or_else(|| sagitta_near(s, p))
}

/// Half a plane step of a solid along a direction, mm: how far its surface is open between the
/// planes. Without a direction the whole half step.
pub(crate) fn open_mm(s: &Solid, along: Vector3) -> f64 {
    let part = along.try_normalize(1e-9).map_or(1.0, |n| n.dot(&s.frame().normal()).abs());
    0.5 * part * s.spacing_mm()
}

/// The plane-only and the slab reading of the gap, mm.
fn readings(a: &Solid, b: &Solid, nominal_mm: f64, inside: bool) -> (f64, f64) {
    let slabs_a = slabs(a);
    let slabs_b = slabs(b);
    let reach = nominal_mm + a.spacing_mm().max(b.spacing_mm()) * 2.0;
    let (plane, slab) = (Lowest::new(), Lowest::new());
    slabs_a.par_iter().for_each(|x| {
        let mut order: Vec<&Slab<'_>> = slabs_b.iter().collect();
        order.sort_by(|y, z| (y.w_mm - x.w_mm).abs().total_cmp(&(z.w_mm - x.w_mm).abs()));
        for y in order {
            let away = (x.w_mm - y.w_mm).abs();
            let between = (y.span[0] - x.span[1]).max(x.span[0] - y.span[1]).max(0.0);
            // What a distance in the planes must beat to better either reading.
            let room = |best: f64, off: f64| (best * best - off * off).max(0.0).sqrt();
            let limit = room(plane.get(), away).max(room(slab.get(), between)).min(reach);
            if between > reach || limit <= 0.0 {
                continue;
            }
            if let Some(flat) = in_plane_mm(x.region, y.region, limit, inside) {
                plane.take(flat.hypot(away));
                slab.take(flat.hypot(between));
            }
        }
    });
    (plane.get(), slab.get())
}

struct Slab<'a> {
    w_mm: f64,
    span: [f64; 2],
    region: &'a Region,
}

fn slabs(s: &Solid) -> Vec<Slab<'_>> {
    let w = s.planes_mm();
    let half = 0.5 * s.spacing_mm();
    s.drawn()
        .map(|(w_mm, region)| {
            let i = w.partition_point(|&x| x < w_mm - 1e-9);
            let below = if i > 0 { 0.5 * (w[i - 1] + w_mm) } else { w_mm - half };
            let above = if i + 1 < w.len() { 0.5 * (w_mm + w[i + 1]) } else { w_mm + half };
            Slab { w_mm, span: [below, above], region }
        })
        .collect()
}

/// Least distance of two regions of parallel planes seen along the normal where it is below
/// `limit`, mm; 0 on overlap.
fn in_plane_mm(a: &Region, b: &Region, limit: f64, inside: bool) -> Option<f64> {
    let ((alo, ahi), (blo, bhi)) = (a.bounds(), b.bounds());
    let apart = |k: usize| (blo[k] - ahi[k]).max(alo[k] - bhi[k]).max(0.0);
    if apart(0).hypot(apart(1)) > limit {
        return None;
    }
    let mut best = limit;
    for (from, to) in [(a, b), (b, a)] {
        for &p in from.rings().iter().flatten() {
            if !inside && to.contains(p) {
                return Some(0.0);
            }
            if let Some(foot) = to.edges().nearest_within(p, best) {
                best = foot.distance_mm;
            }
        }
    }
    (best < limit).then_some(best)
}

/// How far the true curve may bulge past the chords near a point: edge length times the turn at
/// its ends, over 8 (the sagitta of a circular arc), mm.
fn sagitta_near(s: &Solid, p: Point3) -> f64 {
    let q = s.frame().stack_from_patient(p);
    let step = 1.01 * s.largest_step_mm();
    let close = s.drawn().filter(|(w, _)| (w - q.z).abs() <= step);
    let far = |(w, r): &(f64, &Region)| (w - q.z).abs() + r.nearest([q.x, q.y]).distance_mm;
    let Some((_, region)) = close.map(|x| (far(&x), x.1)).min_by(|x, y| x.0.total_cmp(&y.0)) else {
        return 0.0;
    };
    let foot = region.nearest([q.x, q.y]).point;
    let mut worst = 0.0_f64;
    for ring in region.rings() {
        let n = ring.len();
        for i in 0..n {
            let (o, a, b) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
            if near(a, foot, 2.0) {
                worst = worst.max(length(a, b).max(length(o, a)) * turn(o, a, b) / 8.0);
            }
        }
    }
    worst
}

fn near(a: Point2, b: Point2, within: f64) -> bool {
    length(a, b) <= within
}

fn length(a: Point2, b: Point2) -> f64 {
    let (x, y) = (b[0] - a[0], b[1] - a[1]);
    (x * x + y * y).sqrt()
}

fn turn(o: Point2, a: Point2, b: Point2) -> f64 {
    let (u, v) = ([a[0] - o[0], a[1] - o[1]], [b[0] - a[0], b[1] - a[1]]);
    (u[0] * v[1] - u[1] * v[0]).atan2(u[0] * v[0] + u[1] * v[1]).abs()
}
