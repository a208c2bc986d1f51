//! The range of gaps that the resolution of the contours leaves open.
//!
//! Three readings of the same contours bound what the true surface can be: points on the drawn
//! planes only (the gap can hardly be larger), each plane extended half way to its neighbours
//! (the gap can hardly be smaller), and the chords between contour points, which cut off up to
//! their sagitta.

use crate::Gap;
use rayon::prelude::*;
use thecal_geom::{Point2, Point3, Region};
use thecal_mask::Solid;

/// A closed range of gaps, mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end, mm.
    pub lower_mm: f64,
    /// Upper end, mm.
    pub upper_mm: f64,
}

/// The interval of a nominal gap. `inside` for the cord-sac pair, whose inner solid lies within.
#[must_use]
pub fn interval(a: &Solid, b: &Solid, nominal: &Gap, inside: bool) -> Interval {
    let chord_mm = sagitta_near(a, nominal.a_mm) + sagitta_near(b, nominal.b_mm);
    let along = (nominal.b_mm - nominal.a_mm).try_normalize(1e-9);
    let (mut lower, mut upper) = (nominal.gap_mm, nominal.gap_mm);
    let parallel = a.frame().normal().dot(&b.frame().normal()) > 1.0 - 1e-9;
    if parallel && nominal.gap_mm > 0.0 {
        let (plane, slab) = readings(a, b, nominal.gap_mm, inside);
        lower = lower.min(slab);
        upper = upper.max(plane);
    } else {
        // Different stacks, or overlap: half a slice of each along the gap's direction.
        let open = |s: &Solid| {
            along.map_or(0.5, |n| 0.5 * n.dot(&s.frame().normal()).abs()) * s.spacing_mm()
        };
        lower -= open(a) + open(b);
        upper += open(a) + open(b);
    }
    Interval { lower_mm: lower - chord_mm, upper_mm: upper + chord_mm }
}

/// The plane-only and the slab reading of the gap, mm.
fn readings(a: &Solid, b: &Solid, nominal_mm: f64, inside: bool) -> (f64, f64) {
    let slabs_a = slabs(a);
    let slabs_b = slabs(b);
    let reach = nominal_mm + a.spacing_mm().max(b.spacing_mm()) * 2.0;
    slabs_a
        .par_iter()
        .flat_map_iter(|x| slabs_b.iter().map(move |y| (x, y)))
        .filter_map(|(x, y)| {
            let between = (y.span[0] - x.span[1]).max(x.span[0] - y.span[1]).max(0.0);
            if between > reach {
                return None;
            }
            let flat = in_plane_mm(x.region, y.region, reach, inside)?;
            Some((flat.hypot(x.w_mm - y.w_mm), flat.hypot(between)))
        })
        .reduce(|| (f64::INFINITY, f64::INFINITY), |p, q| (p.0.min(q.0), p.1.min(q.1)))
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

/// Least distance of two regions of parallel planes seen along the normal, mm; 0 on overlap.
fn in_plane_mm(a: &Region, b: &Region, reach: f64, inside: bool) -> Option<f64> {
    let ((alo, ahi), (blo, bhi)) = (a.bounds(), b.bounds());
    let apart = |k: usize| (blo[k] - ahi[k]).max(alo[k] - bhi[k]).max(0.0);
    if apart(0).hypot(apart(1)) > reach {
        return None;
    }
    let mut best = f64::INFINITY;
    let mut look = |from: &Region, to: &Region| {
        let (lo, hi) = to.bounds();
        for &p in from.rings().iter().flatten() {
            let off = |k: usize| (lo[k] - p[k]).max(p[k] - hi[k]).max(0.0);
            if off(0).hypot(off(1)) < best.min(reach) {
                let d = if inside {
                    to.nearest(p).distance_mm
                } else {
                    to.signed_distance_mm(p).max(0.0)
                };
                best = best.min(d);
            }
        }
    };
    look(a, b);
    look(b, a);
    best.is_finite().then_some(best)
}

/// How far the true curve may bulge past the chords near a point: edge length times the turn at
/// its ends, over 8 (the sagitta of a circular arc), mm.
fn sagitta_near(s: &Solid, p: Point3) -> f64 {
    let q = s.frame().stack_from_patient(p);
    let Some((_, region)) = s.drawn().min_by(|x, y| {
        let far = |(w, r): &(f64, &Region)| (w - q.z).abs() + r.nearest([q.x, q.y]).distance_mm;
        far(x).total_cmp(&far(y))
    }) else {
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
    (b[0] - a[0]).hypot(b[1] - a[1])
}

fn turn(o: Point2, a: Point2, b: Point2) -> f64 {
    let (u, v) = ([a[0] - o[0], a[1] - o[1]], [b[0] - a[0], b[1] - a[1]]);
    (u[0] * v[1] - u[1] * v[0]).atan2(u[0] * v[0] + u[1] * v[1]).abs()
}
