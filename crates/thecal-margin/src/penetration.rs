//! How deep two solids that overlap lie in each other.

use crate::facing_surfaces::FacingSurfaces;
use crate::gap::Gap;
use crate::polish::{Anew, Side, ascend_penetration, on_surface};
use crate::sampled_surface::{NearestSample, SampledSurface};
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
/// Places whose levels are asked for together.
const TOGETHER: usize = 256;
/// Most places that are followed.
const MOST: usize = 16;

/// A point that may lie on the surface of a solid within the other, and one of the other's surface
/// near it.
#[derive(Clone, Copy)]
struct Place {
    depth_mm: f64,
    point: Point3,
    near: Point3,
}

impl Place {
    /// The place where it lies inside the other solid, with its points on the two surfaces.
    fn on_both(self, of: &Solid, other: &Solid) -> Option<Self> {
        (other.level_mm(self.point) < 0.0).then(|| self.moved(of, other))?
    }

    fn moved(self, of: &Solid, other: &Solid) -> Option<Self> {
        Some(Self { point: onto(of, self.point)?, near: onto(other, self.near)?, ..self })
    }
}

/// The deepest surface point of either solid inside the other.
pub(crate) fn penetration(a: &Solid, b: &Solid, surfaces: &FacingSurfaces) -> Option<Gap> {
    let outline = |s: &Solid| s.outline_points_on_surface(OUTLINE_MM);
    let (outline_a, outline_b) = (outline(a), outline(b));
    let of_a = deepest(a, b, [&outline_a, &outline_b], [&surfaces.a, &surfaces.b]);
    let of_b = deepest(b, a, [&outline_b, &outline_a], [&surfaces.b, &surfaces.a]);
    let of_a = of_a.map(|(d, p, q)| Gap { gap_mm: -d, a_mm: p, b_mm: q });
    let of_b = of_b.map(|(d, p, q)| Gap { gap_mm: -d, a_mm: q, b_mm: p });
    [of_a, of_b].into_iter().flatten().min_by(|x, y| x.gap_mm.total_cmp(&y.gap_mm))
}

/// How deep two solids lie in each other beside a place where they touch, which samples may miss.
pub(crate) fn penetration_at(a: &Solid, b: &Solid, touching: &Gap) -> Option<Gap> {
    /// Steps into the other from where the two touch, mm.
    const STEPS_MM: [f64; 3] = [0.05, 0.2, 0.5];
    let deeper = |of: &Solid, p: Point3, other: &Solid, q: Point3| {
        let inwards = -other.level(q).gradient.try_normalize(1e-9)?;
        let from = STEPS_MM.iter().filter_map(|step| {
            let start = of.nearest_from(p + inwards * *step, p).point_mm;
            if !on_surface(of, start) || other.level_mm(start) >= 0.0 {
                return None;
            }
            let near = other.nearest_from(start, q).point_mm;
            Some(ascend_penetration(of, start, other, near, Side::Inside(None)))
        });
        from.max_by(|x, y| x.0.total_cmp(&y.0))
    };
    let Gap { a_mm, b_mm, .. } = *touching;
    let of_a = deeper(a, a_mm, b, b_mm).map(|(d, p, q)| Gap { gap_mm: -d, a_mm: p, b_mm: q });
    let of_b = deeper(b, b_mm, a, a_mm).map(|(d, p, q)| Gap { gap_mm: -d, a_mm: q, b_mm: p });
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
    let tree = PointTree::new(outlines[1].iter().copied());
    let nearest = |p: Point3| tree.nearest(p, f64::INFINITY).map(|(i, _)| outlines[1][i]);
    let inside = |p: Point3| other.level_mm(p) < 0.0;
    let on_both = |place: Place| place.moved(of, other);
    let mut places = among(of_outlines(other, outlines, &tree), SLACK_MM, &inside, &on_both);
    let least_mm = known_depth_mm(&places, &nearest, of, other, samples) - FINE_SLACK_MM;
    let of_samples = of_samples(samples, &nearest, least_mm);
    places.extend(among(of_samples, FINE_SLACK_MM, &inside, &on_both));
    places
        .into_par_iter()
        .map(|p| {
            let slid = ascend_penetration(of, p.point, other, p.near, Side::Inside(Some(&nearest)));
            // Far from the other surface the way down may have left its nearest point behind.
            let left = nearest(slid.1).is_some_and(|n| (n - slid.1).norm() < slid.0 - LEFT_MM);
            if left { as_deep_as_it_lies(other, &p, &nearest) } else { slid }
        })
        .max_by(|x, y| x.0.total_cmp(&y.0))
}

/// The depth of a place without a way further down. Of a surface that is far off only the outlines are
/// known everywhere: samples lie where the two can face each other.
fn as_deep_as_it_lies(other: &Solid, p: &Place, nearest: &Anew<'_>) -> (f64, Point3, Point3) {
    let starts = [Some(p.near), nearest(p.point)].into_iter().flatten();
    let feet = starts.map(|from| other.nearest_from(p.point, from).point_mm);
    let away = |q: &Point3| (q - p.point).norm();
    let foot = feet
        .filter(|q| on_surface(other, *q))
        .chain([p.near])
        .min_by(|x, y| away(x).total_cmp(&away(y)))
        .unwrap_or(p.near);
    (away(&foot), p.point, foot)
}

fn of_outlines(other: &Solid, [own, there]: [&[Point3]; 2], tree: &PointTree) -> Vec<Place> {
    let step_mm = other.largest_step_mm();
    let place = own.par_iter().filter_map(|&point| {
        let covered = other.covers(point);
        // Between two sections that lie beside each other a point may be in neither, and yet inside.
        let (i, depth_mm) = tree.nearest(point, if covered { f64::INFINITY } else { step_mm })?;
        let within = covered || other.level_mm(point) < 0.0;
        within.then(|| Place { depth_mm, point, near: there[i] })
    });
    place.collect()
}

/// The samples that lie at least this deep; others may be among them.
fn of_samples(
    [from, surface]: [&SampledSurface; 2],
    outline: &Anew<'_>,
    at_least_mm: f64,
) -> Vec<Place> {
    let near = surface.nearest_to_far(&from.patches, at_least_mm);
    let place = near.into_par_iter().zip(&from.patches);
    let place = place.filter_map(|(n, patch)| sample_place(n?, patch, surface, outline));
    place.filter(|p| p.depth_mm >= at_least_mm).collect()
}

/// A sample as a place. Samples of a surface lie where the two can face each other: of what is far
/// off only the outlines are known everywhere, and the nearer of the two counts.
fn sample_place(
    near: NearestSample,
    patch: &SurfaceSample,
    surface: &SampledSurface,
    outline: &Anew<'_>,
) -> Option<Place> {
    if near.inside == Some(false) {
        return None;
    }
    let point = patch.point_mm;
    let sample = (near.distance_mm, surface.patches[near.index].point_mm);
    let outline = outline(point).map(|q| ((q - point).norm(), q));
    let (depth_mm, near) = outline.filter(|o| o.0 < sample.0).unwrap_or(sample);
    Some(Place { depth_mm, point, near })
}

/// The depth of the deepest sample beside some places: no sample that is less deep by more than what
/// counts needs to be looked for.
fn known_depth_mm(
    places: &[Place],
    outline: &Anew<'_>,
    of: &Solid,
    other: &Solid,
    [from, surface]: [&SampledSurface; 2],
) -> f64 {
    let depth = |place: &Place| {
        let patch = &from.patches[from.nearest(place.point, f64::INFINITY)?.index];
        let near = surface.nearest(patch.point_mm, f64::INFINITY)?;
        let found = sample_place(near, patch, surface, outline)?;
        found.on_both(of, other).map(|found| found.depth_mm)
    };
    places.iter().filter_map(depth).fold(0.0, f64::max)
}

/// A point on the surface of a solid, or moved there: points within an end lie below it, and samples
/// where a surface lies flat may lie beside it.
fn onto(s: &Solid, p: Point3) -> Option<Point3> {
    if on_surface(s, p) {
        return Some(p);
    }
    let moved = s.nearest_from(p, p).point_mm;
    on_surface(s, moved).then_some(moved)
}

/// The deepest place of each neighbourhood, within a slack of the deepest of all. Most places are
/// never looked at: the deepest come first, and these alone are asked for their side and their points.
fn among(
    mut places: Vec<Place>,
    slack_mm: f64,
    inside: &(dyn Fn(Point3) -> bool + Sync),
    on_both: &dyn Fn(Place) -> Option<Place>,
) -> Vec<Place> {
    places.sort_by(|x, y| y.depth_mm.total_cmp(&x.depth_mm));
    let mut least: Option<f64> = None;
    let mut kept: Vec<Place> = Vec::new();
    let asked = places.chunks(TOGETHER).flat_map(|some| -> Vec<(Place, bool)> {
        some.par_iter().map(|p| (*p, inside(p.point))).collect()
    });
    for (place, within) in asked {
        if kept.len() == MOST || least.is_some_and(|least| place.depth_mm < least) {
            break;
        }
        let Some(place) = within.then(|| on_both(place)).flatten() else { continue };
        least = least.or(Some(place.depth_mm - slack_mm));
        let apart = |k: &Place| (k.point - place.point).norm() > BASIN_MM;
        if kept.iter().all(apart) {
            kept.push(place);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
