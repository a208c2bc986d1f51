//! The nominal gap of two solids.

use crate::arrangement::Arrangement;
use crate::drawn::{self, Reach};
use crate::facing_surfaces::{FacingSurfaces, OTHER_STEP_MM};
use crate::gap::Gap;
use crate::local_resolution::elsewhere_mm;
use crate::penetration::{penetration, penetration_at};
use crate::polish::{Side, alternating_projection_below, ascend_penetration};
use rayon::prelude::*;
use thecal_geom::Point3;
use thecal_mask::Solid;

/// Pairs of points up to this much farther apart than the nearest known are followed: twice as far
/// off as a surface can come nearer than its samples say.
const SLACK_MM: f64 = 0.35;
/// Pairs that begin this near to each other mostly lead to one minimum; of such the nearest goes
/// first, and others that promise less than what was found follow.
const BASIN_MM: f64 = 1.6;
/// Most pairs that are followed in a round.
const MOST: usize = 40;
/// In later rounds pairs are followed that may come nearer than what was found: samples know their
/// distance to this, mm.
const PROMISE_MM: f64 = 0.03;
/// Pairs that begin this near to one that was followed are not followed again.
const AGAIN_MM: f64 = 0.35;
/// Rounds of following stop when they bring less than this, mm.
const GAIN_MM: f64 = 0.002;
const ROUNDS: usize = 4;
/// Solids that are no farther apart than this touch, and those that are found this near to each other
/// may, mm.
const TOUCHING_MM: f64 = 1e-3;
const NEARLY_MM: f64 = 0.05;
/// Where a surface has features smaller than its samples lie apart, this much farther ones count.
const FINE_SLACK_MM: f64 = 0.1;
/// Samples of a surface with small features, mm.
const FINE_STEP_MM: f64 = 0.2;
/// Points farther off than those of interest by this are only known to be that far, mm.
const FINE_FAR_MM: f64 = 3.0;

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
/// The minimum on the interpolated solids to 0.01 mm: every pair of near samples of both surfaces
/// and every pair of near drawn areas is followed down to its closest points. Never above the
/// distance of what is drawn, and always the distance of two points on their surfaces.
///
/// # Example
/// ```
/// # use std::f64::consts::TAU;
/// # use thecal_geom::{Contour, ContourKind, Point3};
/// # use thecal_mask::{EndRule, Solid};
/// # /// A tube along z, from -20 to 20 mm, drawn on planes 2 mm apart with a point every 2 degrees.
/// # fn tube(x_mm: f64, radius_mm: f64) -> Solid {
/// #     let contours: Vec<Contour> = (-10..=10)
/// #         .map(|k| Contour {
/// #             number: 1,
/// #             kind: ContourKind::ClosedPlanar,
/// #             points_mm: (0..180)
/// #                 .map(|i| {
/// #                     let (sin, cos) = (TAU * f64::from(i) / 180.0).sin_cos();
/// #                     Point3::new(x_mm + radius_mm * cos, radius_mm * sin, 2.0 * f64::from(k))
/// #                 })
/// #                 .collect(),
/// #         })
/// #         .collect();
/// #     Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
/// # }
/// use thecal_margin::{Arrangement, gap};
///
/// // Tubes of 4 and 3 mm whose axes lie 10 mm apart: 3 mm of gap, along x.
/// let gap = gap(&tube(0.0, 4.0), &tube(10.0, 3.0), Arrangement::Apart).expect("both are there");
/// assert!((gap.gap_mm - 3.0).abs() < 1e-6);
/// assert!((gap.a_mm.x - 4.0).abs() < 1e-6 && (gap.b_mm.x - 7.0).abs() < 1e-6);
/// ```
#[must_use]
pub fn gap(a: &Solid, b: &Solid, arrangement: Arrangement) -> Option<Gap> {
    let surfaces = FacingSurfaces::new(a, b, arrangement, &|_| 0.0)?;
    Some(search(a, b, &surfaces)?.gap)
}

/// A gap with what the search has seen on its way.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) gap: Gap,
    /// The closest points of the drawn areas, plane by plane, the least first, as far as they
    /// matter.
    pub(crate) drawn: Vec<Reach>,
}

pub(crate) fn search(a: &Solid, b: &Solid, surfaces: &FacingSurfaces) -> Option<Found> {
    let arrangement = surfaces.arrangement;
    let apart = arrangement == Arrangement::Apart;
    let drawn = drawn::closest_of_planes(a, b, arrangement, elsewhere_mm(a, b).max(SLACK_MM));
    if apart && overlaps(a, b, surfaces) {
        return Some(Found { gap: penetration(a, b, surfaces)?, drawn });
    }
    let mut pairs = near_samples(surfaces);
    let nearest = drawn.first().map_or(0.0, |d| d.distance_mm);
    pairs.extend(drawn.iter().take_while(|d| d.distance_mm <= nearest + SLACK_MM));
    pairs.sort_by(|x, y| x.distance_mm.total_cmp(&y.distance_mm));
    let follow = |pair: &Reach, least_mm: f64| {
        if !apart && b.level_mm(pair.a_mm) > 0.0 {
            let (depth, a_mm, b_mm) = ascend_penetration(a, pair.a_mm, b, pair.b_mm, Side::Outside);
            return Some(Gap { gap_mm: -depth, a_mm, b_mm });
        }
        let found = alternating_projection_below(a, pair.a_mm, b, pair.b_mm, least_mm);
        if apart || found.is_none_or(|g| drawn::has_level_of(b, g.a_mm)) {
            return found;
        }
        // Past its last plane nothing is drawn of the outer one: the pair counts as it lies.
        let b_mm = b.nearest_from(pair.a_mm, pair.b_mm).point_mm;
        Some(Gap { gap_mm: (b_mm - pair.a_mm).norm(), a_mm: pair.a_mm, b_mm })
    };
    let mut best = follow_all(&pairs, &follow);
    // What is drawn lies on the surfaces; a way that left them is no reason to say more.
    if let Some(d) = drawn.first().filter(|d| apart && d.distance_mm > 0.0)
        && best.is_none_or(|g| g.gap_mm > d.distance_mm)
    {
        best = Some(Gap { gap_mm: d.distance_mm, a_mm: d.a_mm, b_mm: d.b_mm });
    }
    let best = best?;
    // Where they touch, one may dip into the other between the samples that tell of overlaps.
    if apart && best.gap_mm < NEARLY_MM {
        let touch = best.gap_mm < TOUCHING_MM;
        let all = touch.then(|| penetration(a, b, surfaces)).flatten();
        let found = [penetration_at(a, b, &best), all].into_iter().flatten();
        let deepest = found.min_by(|x, y| x.gap_mm.total_cmp(&y.gap_mm));
        if let Some(gap) = deepest.filter(|deepest| deepest.gap_mm < 0.0) {
            return Some(Found { gap, drawn });
        }
    }
    let gap = if apart { refine_fine(a, b, surfaces, best) } else { best };
    Some(Found { gap, drawn })
}

/// Pairs of facing samples that may lead to the least distance.
fn near_samples(surfaces: &FacingSurfaces) -> Vec<Reach> {
    let apart = surfaces.arrangement == Arrangement::Apart;
    // Solids that do not overlap have no negative distance, whatever the samples of a sliver say.
    let distance_mm = |gap_mm: f64| if apart { gap_mm.abs() } else { gap_mm };
    let (reference, other) = (&surfaces.reference().patches, &surfaces.other().patches);
    let near = surfaces.faced.iter().zip(reference).filter_map(|(f, patch)| {
        let f = f.as_ref()?;
        let (from, to) = (patch.point_mm, other[f.other].point_mm);
        let (a_mm, b_mm) = if apart { (to, from) } else { (from, to) };
        Some(Reach { distance_mm: distance_mm(f.gap_mm), a_mm, b_mm })
    });
    let mut near: Vec<Reach> = near.collect();
    let least = near.iter().map(|n| n.distance_mm).fold(f64::INFINITY, f64::min);
    near.retain(|n| n.distance_mm <= least + SLACK_MM);
    near
}

/// Follows pairs, the nearest first and alone, until none that is left promises more. What was found
/// before a round bounds those of the round, so that the result is the same for any number of threads.
fn follow_all(
    pairs: &[Reach],
    follow: &(dyn Fn(&Reach, f64) -> Option<Gap> + Sync),
) -> Option<Gap> {
    let mut followed: Vec<Point3> = Vec::new();
    let mut best: Option<Gap> = None;
    for round in 0..=ROUNDS {
        let (limit, apart_mm) = match best {
            Some(b) if round > 1 => (b.gap_mm + PROMISE_MM, AGAIN_MM),
            _ => (f64::INFINITY, BASIN_MM),
        };
        let most = if round == 0 { 1 } else { MOST };
        let least_mm = best.map_or(f64::INFINITY, |b| b.gap_mm);
        let before = followed.len();
        let mut now: Vec<&Reach> = Vec::new();
        for pair in pairs.iter().take_while(|p| p.distance_mm <= limit) {
            let new = followed.iter().all(|p| (p - pair.b_mm).norm() > apart_mm);
            if new && now.len() < most {
                followed.push(pair.b_mm);
                now.push(pair);
            }
        }
        if followed.len() == before {
            // Other basins there are none; within this one a pair may still promise more.
            if round == 1 {
                continue;
            }
            break;
        }
        let found = now.into_par_iter().filter_map(|pair| follow(pair, least_mm));
        let found = found.min_by(|x, y| x.gap_mm.total_cmp(&y.gap_mm));
        let gain = match (best, found) {
            (Some(b), Some(f)) => b.gap_mm - f.gap_mm,
            (None, Some(_)) => f64::INFINITY,
            _ => 0.0,
        };
        if gain > 0.0 {
            best = found;
        }
        if round > 1 && gain < GAIN_MM {
            break;
        }
    }
    best
}

/// A closer pair than one that was found, where the first solid has features that are smaller than
/// its samples lie apart: what a simulation leaves, or a mask.
fn refine_fine(a: &Solid, b: &Solid, surfaces: &FacingSurfaces, found: Gap) -> Gap {
    if found.gap_mm <= 0.0 || !(a.is_of_pixels() || a.spacing_mm() < OTHER_STEP_MM) {
        return found;
    }
    let wanted_mm = found.gap_mm + FINE_SLACK_MM;
    // A sample lies up to half a step between planes from its ring point, along the stack and as
    // far again across it.
    let reach_mm = wanted_mm + 0.75 * a.largest_step_mm() + FINE_STEP_MM;
    let far_mm = reach_mm + FINE_FAR_MM;
    let other = &surfaces.b;
    let wanted = |p: Point3| reach_mm - other.nearest(p, far_mm).map_or(far_mm, |n| n.to_sample_mm);
    let patches = a.surface_samples_where(FINE_STEP_MM, &wanted);
    let near = other.nearest_to_all(&patches, wanted_mm).into_iter().zip(&patches);
    let near = near.filter_map(|(n, patch)| {
        let n = n.filter(|n| n.distance_mm <= wanted_mm)?;
        let (a_mm, b_mm) = (patch.point_mm, other.patches[n.index].point_mm);
        Some(Reach { distance_mm: n.distance_mm, a_mm, b_mm })
    });
    let mut near: Vec<Reach> = near.collect();
    near.sort_by(|x, y| x.distance_mm.total_cmp(&y.distance_mm));
    let follow = |pair: &Reach, least_mm: f64| {
        alternating_projection_below(a, pair.a_mm, b, pair.b_mm, least_mm)
    };
    match follow_all(&near, &follow) {
        Some(better) if better.gap_mm < found.gap_mm => better,
        _ => found,
    }
}

/// True when the solids share a point.
fn overlaps(a: &Solid, b: &Solid, surfaces: &FacingSurfaces) -> bool {
    // Surfaces that cross have samples of the reference on the wrong side there; a solid that lies
    // in the other as a whole has every drawn ring in it.
    // Which side of a solid thinner than the samples lie apart, they cannot tell.
    let faced = surfaces.reference().patches.iter().zip(&surfaces.faced);
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
    starts.filter(|p| lo <= *p && *p <= hi).any(|p| b.level_mm(p) < 0.0)
}

#[cfg(test)]
mod tests;
