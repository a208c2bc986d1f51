//! The nominal gap of two solids.

use rayon::prelude::*;
use thecal_geom::{Point3, PointTree};
use thecal_mask::{Patch, PatchKind, Solid};

/// The surfaces are first searched at points this far apart.
const STEP_MM: f64 = 0.5;
/// Outlines are compared first at points this far apart.
const OUTLINE_MM: f64 = 1.0;
/// How much nearer than its neighbours' samples a surface can come between samples this far apart.
const SLACK_MM: f64 = 0.25;
/// Candidates this near to each other lead to the same minimum.
const BASIN_MM: f64 = 2.0;
/// Most basins that are followed to the end.
const MOST_BASINS: usize = 24;

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

/// The gap between two solids that should lie apart (tumour and cord, tumour and sac).
///
/// # Units
/// mm. Zero on touch. Where the solids overlap: minus the greatest depth to which the surface of
/// either lies inside the other.
///
/// # Error
/// The minimum on the interpolated solids to 0.01 mm, found by following every candidate of a
/// sampling of both surfaces down to its closest pair.
#[must_use]
pub fn gap(a: &Solid, b: &Solid) -> Option<Gap> {
    let (pa, pb) = facing(a, b)?;
    if let Some(deep) = penetration(a, &pa, b, &pb) {
        return Some(deep);
    }
    let tree = PointTree::new(pb.iter().map(|p| p.point_mm));
    let rough = nearest_pairs(&pa, &tree);
    let best = rough.iter().map(|c| c.2).min_by(f64::total_cmp)?;
    let starts = basins(&pa, rough, best + 2.0 * SLACK_MM);
    starts
        .into_par_iter()
        .map(|(i, j)| close_in(a, pa[i].point_mm, b, pb[j].point_mm))
        .min_by(|x, y| x.gap_mm.total_cmp(&y.gap_mm))
}

/// The least distance of the inner surface from the outer one, seen from inside (cord in sac).
///
/// Only the sides count, on the planes that both have: a cord that leaves the drawn sac at its
/// end is not a contact. Negative where the inner surface lies outside.
#[must_use]
pub fn ring_gap(inner: &Solid, outer: &Solid) -> Option<Gap> {
    let (first, last) = (outer.planes_mm().first()?, outer.planes_mm().last()?);
    let tall = |p: &Patch| {
        let w = outer.frame().stack_from_patient(p.point_mm).z;
        p.kind == PatchKind::Side && w >= *first && w <= *last
    };
    let pi: Vec<Patch> = inner.patches(STEP_MM).into_iter().filter(tall).collect();
    let po: Vec<Patch> =
        outer.patches(STEP_MM).into_iter().filter(|p| p.kind == PatchKind::Side).collect();
    let tree = PointTree::new(po.iter().map(|p| p.point_mm));
    let signed: Vec<(usize, usize, f64)> = pi
        .par_iter()
        .enumerate()
        .filter_map(|(i, p)| {
            let (j, d) = tree.nearest(p.point_mm, f64::INFINITY)?;
            let inside = outer.level_mm(p.point_mm) <= 0.0;
            Some((i, j, if inside { d } else { -d }))
        })
        .collect();
    let best = signed.iter().map(|c| c.2).min_by(f64::total_cmp)?;
    basins(&pi, signed, best + 2.0 * SLACK_MM)
        .into_par_iter()
        .map(|(i, j)| {
            let start = pi[i].point_mm;
            if outer.level_mm(start) > 0.0 {
                let near = outer.nearest_from(start, po[j].point_mm).point_mm;
                return Gap { gap_mm: -(near - start).norm(), a_mm: start, b_mm: near };
            }
            close_in(inner, start, outer, po[j].point_mm)
        })
        .min_by(|x, y| x.gap_mm.total_cmp(&y.gap_mm))
}

/// Samples of the two surfaces where they can face each other at the least distance.
fn facing(a: &Solid, b: &Solid) -> Option<(Vec<Patch>, Vec<Patch>)> {
    let (oa, ob) = (a.outline_points(OUTLINE_MM), b.outline_points(OUTLINE_MM));
    let (ta, tb) = (PointTree::new(oa.iter().copied()), PointTree::new(ob));
    let rough = oa
        .par_iter()
        .filter_map(|&p| tb.nearest(p, f64::INFINITY))
        .map(|(_, d)| d)
        .min_by(f64::total_cmp)?;
    // Either surface can bulge past its outline by up to half a step between planes, and a
    // sample follows its ring point by as much.
    let reach = rough + a.largest_step_mm() + b.largest_step_mm() + 2.0 * OUTLINE_MM;
    let near = |t: &PointTree, p: Point3, inside: &Solid| {
        t.nearest(p, reach).is_some() || inside.level_mm(p) < 0.0
    };
    let pa = a.patches_where(STEP_MM, &|p| near(&tb, p, b));
    let pb = b.patches_where(STEP_MM, &|p| near(&ta, p, a));
    Some((pa, pb))
}

fn nearest_pairs(pa: &[Patch], tree: &PointTree) -> Vec<(usize, usize, f64)> {
    pa.par_iter()
        .enumerate()
        .filter_map(|(i, p)| tree.nearest(p.point_mm, f64::INFINITY).map(|(j, d)| (i, j, d)))
        .collect()
}

/// The best candidate of each neighbourhood, up to `limit`.
fn basins(pa: &[Patch], mut all: Vec<(usize, usize, f64)>, limit: f64) -> Vec<(usize, usize)> {
    all.retain(|c| c.2 <= limit);
    all.sort_by(|x, y| x.2.total_cmp(&y.2).then(x.0.cmp(&y.0)));
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for (i, j, _) in all {
        let p = pa[i].point_mm;
        if kept.len() < MOST_BASINS && kept.iter().all(|k| (pa[k.0].point_mm - p).norm() > BASIN_MM)
        {
            kept.push((i, j));
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
fn penetration(a: &Solid, pa: &[Patch], b: &Solid, pb: &[Patch]) -> Option<Gap> {
    let deep = |of: &[Patch], inside: &Solid, surface: &[Patch]| {
        let within: Vec<Point3> = of
            .par_iter()
            .filter(|p| inside.level_mm(p.point_mm) < 0.0)
            .map(|p| p.point_mm)
            .collect();
        if within.is_empty() {
            return None;
        }
        let tree = PointTree::new(surface.iter().map(|p| p.point_mm));
        within
            .into_par_iter()
            .filter_map(|p| {
                let (j, _) = tree.nearest(p, f64::INFINITY)?;
                let near = inside.nearest_from(p, surface[j].point_mm).point_mm;
                Some(((near - p).norm(), p, near))
            })
            .max_by(|x, y| x.0.total_cmp(&y.0))
    };
    let of_a = deep(pa, b, pb).map(|(d, p, q)| Gap { gap_mm: -d, a_mm: p, b_mm: q });
    let of_b = deep(pb, a, pa).map(|(d, p, q)| Gap { gap_mm: -d, a_mm: q, b_mm: p });
    [of_a, of_b].into_iter().flatten().min_by(|x, y| x.gap_mm.total_cmp(&y.gap_mm))
}
