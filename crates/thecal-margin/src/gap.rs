//! The nominal gap of two solids.

use crate::Arrangement;
use crate::interface::{Interface, OTHER_STEP_MM, inside};
use crate::samples::Samples;
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3};
use thecal_mask::{Patch, Solid};

/// Which candidates are followed to the end.
struct Search {
    /// How much farther than the best one a candidate may be.
    slack_mm: f64,
    /// Candidates this near to each other lead to the same minimum.
    basin_mm: f64,
    /// Most basins that are followed.
    most: usize,
}

/// Twice as far off as a surface can come nearer than its samples say.
const COARSE: Search = Search { slack_mm: 0.3, basin_mm: 2.0, most: 24 };
const FINE: Search = Search { slack_mm: 0.1, basin_mm: 0.4, most: 48 };
/// Samples of a surface with small features, mm.
const FINE_STEP_MM: f64 = 0.2;
/// Points farther off than those of interest by this are only known to be that far, mm.
const FINE_FAR_MM: f64 = 3.0;

/// A gap with its closest points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Least surface distance, mm; minus the deepest penetration where the solids overlap.
    pub gap_mm: f64,
    /// The closest (or deepest) point of the first solid, LPS mm.
    pub a_mm: Point3,
    /// The closest point of the second solid, LPS mm.
    pub b_mm: Point3,
}

/// The gap of two solids.
///
/// [`Arrangement::Apart`] (tumour and cord): zero on touch; where the solids overlap, minus the
/// greatest depth to which the surface of either lies inside the other.
/// [`Arrangement::Within`] (cord in sac): the least distance of the inner surface from the outer
/// one, seen from inside, negative where the inner surface lies outside. Only sides count, on the
/// planes that both have.
///
/// None where nothing of the two can be compared.
///
/// # Units
/// mm.
///
/// # Error
/// The minimum on the interpolated solids to 0.01 mm, found by following every candidate of a
/// sampling of both surfaces down to its closest pair.
#[must_use]
pub fn gap(a: &Solid, b: &Solid, arrangement: Arrangement) -> Option<Gap> {
    let interface = Interface::new(a, b, arrangement, 0.0)?;
    search(a, b, &interface)
}

pub(crate) fn search(a: &Solid, b: &Solid, interface: &Interface) -> Option<Gap> {
    let apart = interface.arrangement == Arrangement::Apart;
    if apart && overlaps(a, b, interface) {
        return penetration(a, b, interface);
    }
    let near = interface.faced.iter().enumerate();
    // Solids that do not overlap have no negative distance, whatever the samples of a sliver say.
    let distance_mm = |gap_mm: f64| if apart { gap_mm.abs() } else { gap_mm };
    let near = near.filter_map(|(i, f)| f.map(|f| (i, f.other, distance_mm(f.gap_mm)))).collect();
    let (reference, other) = (&interface.reference().patches, &interface.other().patches);
    let found = basins(reference, near, &COARSE)
        .into_par_iter()
        .map(|(i, j, _)| (reference[i].point_mm, other[j].point_mm))
        .map(|(from, to)| {
            if apart {
                return close_in(a, to, b, from);
            }
            if b.level_mm(from) > 0.0 {
                let (depth, a_mm, b_mm) = deepen(a, from, b, to, false);
                return Gap { gap_mm: -depth, a_mm, b_mm };
            }
            close_in(a, from, b, to)
        })
        .min_by(|x, y| x.gap_mm.total_cmp(&y.gap_mm))?;
    Some(if apart { closer(a, b, interface, found) } else { found })
}

/// A closer pair than one that was found, where the first solid has features that are smaller than
/// its samples lie apart: what a simulation leaves, or a mask.
fn closer(a: &Solid, b: &Solid, interface: &Interface, found: Gap) -> Gap {
    let mask = a.half_pixel_mm(Vector3::zeros()).is_some();
    if found.gap_mm <= 0.0 || !(mask || a.spacing_mm() < OTHER_STEP_MM) {
        return found;
    }
    let wanted_mm = found.gap_mm + FINE.slack_mm;
    // A sample lies up to half a step between planes from its ring point, along the stack and as
    // far again across it.
    let reach_mm = wanted_mm + 0.75 * a.largest_step_mm() + FINE_STEP_MM;
    let far_mm = reach_mm + FINE_FAR_MM;
    let other = &interface.b;
    let wanted = |p: Point3| reach_mm - other.nearest(p, far_mm).map_or(far_mm, |n| n.to_sample_mm);
    let patches = a.patches_where(FINE_STEP_MM, &wanted);
    let near = other.nearest_to_all(&patches, wanted_mm).into_iter().enumerate();
    let near = near.filter_map(|(i, n)| n.map(|n| (i, n.index, n.distance_mm))).collect();
    let mut best = found;
    for (i, j, distance_mm) in basins(&patches, near, &FINE) {
        // The nearest first: what follows cannot come as near as what is known.
        if distance_mm > best.gap_mm + FINE.slack_mm {
            break;
        }
        let found = close_in(a, patches[i].point_mm, b, other.patches[j].point_mm);
        if found.gap_mm < best.gap_mm {
            best = found;
        }
    }
    best
}

/// True when the solids share a point.
fn overlaps(a: &Solid, b: &Solid, interface: &Interface) -> bool {
    // Surfaces that cross have samples of the reference on the wrong side there; a solid that lies
    // in the other as a whole has every drawn ring in it.
    // Which side of a solid thinner than the samples lie apart, they cannot tell.
    let faced = interface.reference().patches.iter().zip(&interface.faced);
    let said = faced.filter(|(_, f)| f.as_ref().is_some_and(|f| f.gap_mm < 0.0));
    said.into_iter().any(|(patch, _)| a.level_mm(patch.point_mm) < 0.0)
        || drawn_in(a, b)
        || drawn_in(b, a)
}

/// True when a ring of the first begins inside the second.
fn drawn_in(a: &Solid, b: &Solid) -> bool {
    let (lo, hi) = b.bounds();
    let starts = a.drawn().flat_map(|(w, region)| {
        region.rings().iter().filter_map(move |ring| Some(a.patient_point(*ring.first()?, w)))
    });
    starts.filter(|p| lo <= *p && *p <= hi).any(|p| b.covers(p) && b.level_mm(p) < 0.0)
}

/// A sample of one surface, the nearest of the other, and their distance, mm.
type Candidate = (usize, usize, f64);

/// The best candidate of each neighbourhood, the best of all first.
fn basins(pa: &[Patch], mut all: Vec<Candidate>, search: &Search) -> Vec<Candidate> {
    let best = all.iter().map(|c| c.2).fold(f64::INFINITY, f64::min);
    all.retain(|c| c.2 <= best + search.slack_mm);
    all.sort_by(|x, y| x.2.total_cmp(&y.2).then(x.0.cmp(&y.0)));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in all {
        let p = pa[candidate.0].point_mm;
        let apart = |k: &Candidate| (pa[k.0].point_mm - p).norm() > search.basin_mm;
        if kept.len() < search.most && kept.iter().all(apart) {
            kept.push(candidate);
        }
    }
    kept
}

/// Nearest points of each other in turn, until neither moves.
fn close_in(a: &Solid, from_a: Point3, b: &Solid, from_b: Point3) -> Gap {
    let (mut pa, mut pb) = (from_a, from_b);
    let mut best = f64::INFINITY;
    for _ in 0..60 {
        pa = a.nearest_from(pb, pa).point_mm;
        pb = b.nearest_from(pa, pb).point_mm;
        let d = (pa - pb).norm();
        if best - d < 1e-6 {
            break;
        }
        best = d;
    }
    Gap { gap_mm: (pa - pb).norm(), a_mm: pa, b_mm: pb }
}

/// The deepest surface point of either solid inside the other.
fn penetration(a: &Solid, b: &Solid, interface: &Interface) -> Option<Gap> {
    let deep = |of: &Solid, from: &[Patch], other: &Solid, surface: &Samples| {
        let near = surface.nearest_to_all(from, f64::INFINITY);
        // The deepest first, as the least of negative distances.
        let inside: Vec<Candidate> = near
            .into_par_iter()
            .enumerate()
            .filter_map(|(i, n)| {
                let n = n?;
                let p = from[i].point_mm;
                let within = inside(other, p, &n) && other.level_mm(p) < 0.0;
                within.then_some((i, n.index, -n.distance_mm))
            })
            .collect();
        basins(from, inside, &COARSE)
            .into_par_iter()
            .map(|(i, j, _)| deepen(of, from[i].point_mm, other, surface.patches[j].point_mm, true))
            .max_by(|x, y| x.0.total_cmp(&y.0))
    };
    let of_a = deep(a, &interface.a.patches, b, &interface.b);
    let of_b = deep(b, &interface.b.patches, a, &interface.a);
    let of_a = of_a.map(|(d, p, q)| Gap { gap_mm: -d, a_mm: p, b_mm: q });
    let of_b = of_b.map(|(d, p, q)| Gap { gap_mm: -d, a_mm: q, b_mm: p });
    [of_a, of_b].into_iter().flatten().min_by(|x, y| x.gap_mm.total_cmp(&y.gap_mm))
}

/// Slides a surface point away from the other surface, as deep as it goes: depth, the point, and
/// the other surface's nearest point. It stays inside the other solid, or outside, as it starts.
fn deepen(
    of: &Solid,
    start: Point3,
    other: &Solid,
    near: Point3,
    inside: bool,
) -> (f64, Point3, Point3) {
    // A foot followed from the last one can be left behind by a nearer one: look from the point
    // itself, too.
    let foot = |p: Point3, last: Point3| {
        let [a, b] = [last, p].map(|from| other.nearest_from(p, from).point_mm);
        if (a - p).norm() <= (b - p).norm() { a } else { b }
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
        if deeper > depth + 1e-7 && (other.level_mm(next) < 0.0) == inside {
            (p, q, depth) = (next, there, deeper);
        } else {
            stride *= 0.5;
        }
    }
    (depth, p, q)
}
