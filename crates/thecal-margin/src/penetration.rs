//! How deep two solids that overlap lie in each other.

use crate::facing_surfaces::FacingSurfaces;
use crate::gap::Gap;
use crate::polish::{ascend_penetration, on_surface};
use crate::sampled_surface::SampledSurface;
use rayon::prelude::*;
use thecal_geom::{Point3, PointTree};
use thecal_mask::{Solid, SurfaceSample};

/// Outlines are looked at in points this far apart, mm.
const OUTLINE_MM: f64 = 2.2;
/// A place can lie this much deeper than the outline points near it say, mm.
const SLACK_MM: f64 = 3.0;
/// Where surfaces are sampled finely, this much, mm.
const FINE_SLACK_MM: f64 = 0.35;
/// Places this near to each other lead to one deepest place, mm.
const BASIN_MM: f64 = 2.0;
/// A point of the other outline that is nearer than its nearest point by this was left behind, mm.
const LEFT_MM: f64 = 0.02;
/// Most places that are followed.
const MOST: usize = 16;

/// A surface point within the other solid, and one of the other's surface near it.
struct Place {
    depth_mm: f64,
    point: Point3,
    near: Point3,
}

/// The deepest surface point of either solid inside the other.
pub(crate) fn penetration(a: &Solid, b: &Solid, surfaces: &FacingSurfaces) -> Option<Gap> {
    let (outline_a, outline_b) = (a.outline_points(OUTLINE_MM), b.outline_points(OUTLINE_MM));
    let of_a = deepest(a, b, [&outline_a, &outline_b], [&surfaces.a, &surfaces.b]);
    let of_b = deepest(b, a, [&outline_b, &outline_a], [&surfaces.b, &surfaces.a]);
    let of_a = of_a.map(|(d, p, q)| Gap { gap_mm: -d, a_mm: p, b_mm: q });
    let of_b = of_b.map(|(d, p, q)| Gap { gap_mm: -d, a_mm: q, b_mm: p });
    [of_a, of_b].into_iter().flatten().min_by(|x, y| x.gap_mm.total_cmp(&y.gap_mm))
}

/// The deepest surface point of the first solid in the second: depth, the point, and the second's
/// nearest surface point. Outlines tell of places that lie too deep for samples beside surfaces.
fn deepest(
    of: &Solid,
    other: &Solid,
    outlines: [&[Point3]; 2],
    samples: [&SampledSurface; 2],
) -> Option<(f64, Point3, Point3)> {
    let mut places = among(of_outlines(of, other, outlines), SLACK_MM);
    places.extend(among(of_samples(&samples[0].patches, other, samples[1]), FINE_SLACK_MM));
    let tree = PointTree::new(outlines[1].iter().copied());
    places
        .into_par_iter()
        .map(|p| {
            let slid = ascend_penetration(of, p.point, other, p.near, true);
            // Far from the other surface the way down may have left its nearest point behind.
            let left = tree.nearest(slid.1, f64::INFINITY).is_some_and(|n| n.1 < slid.0 - LEFT_MM);
            if left { as_deep_as_it_lies(other, &p) } else { slid }
        })
        .max_by(|x, y| x.0.total_cmp(&y.0))
}

/// The depth of a place without a way further down.
fn as_deep_as_it_lies(other: &Solid, p: &Place) -> (f64, Point3, Point3) {
    let foot = other.nearest_from(p.point, p.near).point_mm;
    let nearer = (foot - p.point).norm() < (p.near - p.point).norm();
    let foot = if nearer && on_surface(other, foot) { foot } else { p.near };
    ((foot - p.point).norm(), p.point, foot)
}

fn of_outlines(of: &Solid, other: &Solid, [own, there]: [&[Point3]; 2]) -> Vec<Place> {
    let tree = PointTree::new(there.iter().copied());
    let within = own.par_iter().filter(|p| other.covers(**p) && other.level_mm(**p) < 0.0);
    let place = within.filter_map(|&p| {
        let (i, depth_mm) = tree.nearest(p, f64::INFINITY)?;
        let (point, near) = (onto(of, p)?, onto(other, there[i])?);
        Some(Place { depth_mm, point, near })
    });
    place.collect()
}

fn of_samples(from: &[SurfaceSample], other: &Solid, surface: &SampledSurface) -> Vec<Place> {
    let near = surface.nearest_to_all(from, f64::INFINITY).into_par_iter().zip(from);
    let place = near.filter_map(|(n, patch)| {
        let (n, point) = (n?, patch.point_mm);
        let within = n.is_inside(other, point) && other.level_mm(point) < 0.0;
        let place = |point, near| Place { depth_mm: n.distance_mm, point, near };
        // Samples where a surface lies flat may lie beside it.
        within.then(|| Some(place(point, onto(other, surface.patches[n.index].point_mm)?)))?
    });
    place.collect()
}

/// A point on the surface of a solid, or moved there: points within an end lie below it.
fn onto(s: &Solid, p: Point3) -> Option<Point3> {
    if on_surface(s, p) {
        return Some(p);
    }
    let moved = s.nearest_from(p, p).point_mm;
    on_surface(s, moved).then_some(moved)
}

/// The deepest place of each neighbourhood, within a slack of the deepest of all.
fn among(mut places: Vec<Place>, slack_mm: f64) -> Vec<Place> {
    places.sort_by(|x, y| y.depth_mm.total_cmp(&x.depth_mm));
    let least = places.first().map_or(0.0, |p| p.depth_mm - slack_mm);
    let mut kept: Vec<Place> = Vec::new();
    for place in places.into_iter().take_while(|p| p.depth_mm >= least) {
        let apart = |k: &Place| (k.point - place.point).norm() > BASIN_MM;
        if kept.len() < MOST && kept.iter().all(apart) {
            kept.push(place);
        }
    }
    kept
}
