//! The distance of what is drawn: the areas on their planes, with nothing between.

use crate::arrangement::Arrangement;
use crate::atomic_min::AtomicMin;
use rayon::prelude::*;
use std::borrow::Cow;
use thecal_geom::{ClosestPoints, Point2, Point3, Region};
use thecal_mask::Solid;
use thecal_mask::solid::StackFrame;

/// A pair of points of two drawings, in the pair's order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reach {
    pub(crate) distance_mm: f64,
    pub(crate) a_mm: Point3,
    pub(crate) b_mm: Point3,
}

impl Reach {
    /// The same pair in the other order.
    pub(crate) fn turned(self) -> Self {
        Self { a_mm: self.b_mm, b_mm: self.a_mm, ..self }
    }
}

/// Frames whose axes differ by less than this are one, to rounding.
const SAME_FRAME: f64 = 1e-12;
/// Frames whose axes differ by less than this are of one stack whose coordinates were rounded.
const NEARLY_SAME_FRAME: f64 = 3e-3;
/// Edges across another stack's planes are looked at in points this far apart.
const ALONG_EDGES_MM: f64 = 0.2;

/// The closest points of the drawn areas of two solids, least first: of every plane of the first
/// that lies within `slack_mm` of the least distance. Of nested structures the outlines count, not
/// the areas, and of the inner one the planes between the outer's first and last.
///
/// # Error
/// Exact for stacks of one orientation; for others at most 0.01 mm above the least distance where
/// that is 0.5 mm or more.
pub(crate) fn closest_of_planes(
    a: &Solid,
    b: &Solid,
    arrangement: Arrangement,
    slack_mm: f64,
) -> Vec<Reach> {
    let nested = arrangement == Arrangement::Within;
    let Some(of_b) = in_frame_of(b, a.frame()) else {
        let mut found = across(a, b, slack_mm);
        found.retain(|r| !nested || has_level_of(b, r.a_mm));
        return found;
    };
    let shared = |w: f64, region: &Region| {
        let first = region.rings().iter().flatten().next();
        first.is_some_and(|&p| has_level_of(b, a.patient_point(p, w)))
    };
    let of_a = a.drawn().filter(|(w, region)| !nested || shared(*w, region));
    let of_a: Vec<(f64, &Region)> = of_a.collect();
    let least = AtomicMin::new();
    let mut found: Vec<Reach> = of_a
        .par_iter()
        .filter_map(|&(w, region)| {
            let mut order: Vec<&(f64, Cow<'_, Region>)> = of_b.iter().collect();
            order.sort_by(|x, y| (x.0 - w).abs().total_cmp(&(y.0 - w).abs()));
            let mut best: Option<Reach> = None;
            for (at, other) in order {
                let up = (at - w).abs();
                let limit =
                    best.map_or(f64::INFINITY, |b| b.distance_mm).min(least.get() + slack_mm);
                if up >= limit {
                    break;
                }
                let flat = (limit * limit - up * up).sqrt();
                let pair = match arrangement {
                    Arrangement::Apart => region.closest_points(other, flat),
                    Arrangement::Within => region.closest_outlines(other, flat),
                };
                if let Some(pair) = pair {
                    let distance_mm = pair.distance_mm.hypot(up);
                    least.take(distance_mm);
                    let point = |p: Point2, w: f64| a.patient_point(p, w);
                    let (a_mm, b_mm) = (point(pair.a, w), point(pair.b, *at));
                    best = Some(Reach { distance_mm, a_mm, b_mm });
                }
            }
            best
        })
        .collect();
    retain_near(&mut found, slack_mm);
    found
}

/// True where a point lies between the first and the last plane of a solid, or on them.
pub(crate) fn has_level_of(s: &Solid, p: Point3) -> bool {
    /// Points this far past the last plane lie on it, to rounding, mm.
    const ON_PLANE_MM: f64 = 1e-6;
    let (w, planes) = (s.frame().stack_from_patient(p).z, s.planes_mm());
    planes.first().is_some_and(|first| w >= first - ON_PLANE_MM)
        && planes.last().is_some_and(|last| w <= last + ON_PLANE_MM)
}

fn retain_near(found: &mut Vec<Reach>, slack_mm: f64) {
    found.sort_by(|x, y| x.distance_mm.total_cmp(&y.distance_mm));
    let least = found.first().map_or(f64::INFINITY, |f| f.distance_mm);
    found.retain(|f| f.distance_mm <= least + slack_mm);
}

/// True where two stacks have one orientation, up to the rounding of their coordinates.
pub(crate) fn parallel(a: &StackFrame, b: &StackFrame) -> bool {
    turned_by(a, b) < NEARLY_SAME_FRAME
}

/// About the angle between two frames, radians.
fn turned_by(a: &StackFrame, b: &StackFrame) -> f64 {
    let axis = |k: usize| {
        let mut p = Point3::origin();
        p[k] = 1.0;
        (a.stack_from_patient(p) - b.stack_from_patient(p)).norm()
    };
    axis(0).max(axis(1)).max(axis(2))
}

/// The drawn regions of a solid in the frame of another stack; none where its planes lie across.
pub(crate) fn in_frame_of<'a>(
    s: &'a Solid,
    frame: &StackFrame,
) -> Option<Vec<(f64, Cow<'a, Region>)>> {
    let turned = turned_by(s.frame(), frame);
    if turned < SAME_FRAME {
        return Some(s.drawn().map(|(w, r)| (w, Cow::Borrowed(r))).collect());
    }
    if turned >= NEARLY_SAME_FRAME {
        return None;
    }
    let moved = |(w, region): (f64, &Region)| {
        let mut sum = (0.0, 0.0);
        let ring = |ring: &Vec<Point2>| -> Vec<Point2> {
            let at = |p: &Point2| frame.stack_from_patient(s.patient_point(*p, w));
            ring.iter().map(at).map(|q| [q.x, q.y]).collect()
        };
        for p in region.rings().iter().flatten() {
            sum = (sum.0 + frame.stack_from_patient(s.patient_point(*p, w)).z, sum.1 + 1.0);
        }
        let rings: Vec<Vec<Point2>> = region.rings().iter().map(ring).collect();
        let region = Region::from_rings(&rings).0.unwrap_or_else(|| region.clone());
        (sum.0 / f64::max(sum.1, 1.0), Cow::Owned(region))
    };
    Some(s.drawn().map(moved).collect())
}

/// As [`closest_of_planes`], for stacks that lie across each other: points of the outlines of each
/// to the areas of the other.
fn across(a: &Solid, b: &Solid, slack_mm: f64) -> Vec<Reach> {
    let mut found = points_to_areas(a, b, slack_mm);
    found.extend(points_to_areas(b, a, slack_mm).into_iter().map(Reach::turned));
    retain_near(&mut found, slack_mm);
    found
}

fn points_to_areas(of: &Solid, to: &Solid, slack_mm: f64) -> Vec<Reach> {
    let least = AtomicMin::new();
    let planes: Vec<(f64, &Region)> = of.drawn().collect();
    let areas: Vec<(f64, &Region)> = to.drawn().collect();
    planes
        .par_iter()
        .filter_map(|&(w, region)| {
            let mut best: Option<Reach> = None;
            for p in region.rings().iter().flat_map(|r| along_edges(r)) {
                let p = of.patient_point(p, w);
                let q = to.frame().stack_from_patient(p);
                for &(at, area) in &areas {
                    let up = (q.z - at).abs();
                    let known = best.map_or(f64::INFINITY, |b| b.distance_mm);
                    let limit = known.min(least.get() + slack_mm);
                    if up >= limit {
                        continue;
                    }
                    let (inside, foot) = area.nearest_with_hint([q.x, q.y], usize::MAX);
                    let (flat, foot) =
                        if inside { (0.0, [q.x, q.y]) } else { (foot.distance_mm, foot.point) };
                    let distance_mm = flat.hypot(up);
                    if distance_mm < limit {
                        least.take(distance_mm);
                        let b_mm = to.patient_point(foot, at);
                        best = Some(Reach { distance_mm, a_mm: p, b_mm });
                    }
                }
            }
            best
        })
        .collect()
}

fn along_edges(ring: &[Point2]) -> impl Iterator<Item = Point2> {
    ring.iter().zip(ring.iter().cycle().skip(1)).flat_map(|(a, b)| {
        let (x, y) = (b[0] - a[0], b[1] - a[1]);
        let n = (x.hypot(y) / ALONG_EDGES_MM).ceil().clamp(1.0, 1e5);
        (0..n as usize).map(move |k| {
            let t = k as f64 / n;
            [a[0] + t * x, a[1] + t * y]
        })
    })
}

/// A drawn region that stands for a part of a stack.
struct Slab<'a> {
    w_mm: f64,
    /// From where to where along the stack, mm.
    span: [f64; 2],
    region: Cow<'a, Region>,
}

/// Most pairs of slabs that are looked at closely.
const MOST_SLABS: usize = 12;

/// Closest points of the ends of a solid, each gone on for a whole slice, and another's planes, each
/// up to half way to the next. Those below `limit_mm`, in the order of the arguments.
pub(crate) fn closest_of_ends(of: &Solid, to: &Solid, limit_mm: f64) -> Vec<Reach> {
    let end = |(span, region): ([f64; 2], _)| Slab {
        w_mm: 0.5 * (span[0] + span[1]),
        span,
        region: Cow::Borrowed(region),
    };
    let ends: Vec<Slab<'_>> = of.ends().map(end).collect();
    // From the height within the end that is nearest to the other's plane.
    let heights = |a: &Slab<'_>, b: &Slab<'_>| b.w_mm.clamp(a.span[0], a.span[1]);
    closest_of_slabs(
        of,
        &ends,
        &slabs(to, of.frame(), 0.5),
        limit_mm,
        &heights,
        Region::closest_points,
    )
}

/// Closest points of the outlines of planes of parallel stacks that each reach up to the planes beside
/// them. Those below `limit_mm`, at the heights half way between.
pub(crate) fn closest_between_planes(a: &Solid, b: &Solid, limit_mm: f64) -> Vec<Reach> {
    let (of_a, of_b) = (slabs(a, a.frame(), 1.0), slabs(b, a.frame(), 1.0));
    let heights = |a: &Slab<'_>, b: &Slab<'_>| 0.5 * (a.w_mm + b.w_mm);
    closest_of_slabs(a, &of_a, &of_b, limit_mm, &heights, Region::closest_outlines)
}

/// The nearest pairs of slabs, each with its closest points at a height that both have, or the
/// nearest heights of the two.
fn closest_of_slabs(
    frame_of: &Solid,
    of_a: &[Slab<'_>],
    of_b: &[Slab<'_>],
    limit_mm: f64,
    height: &(dyn Fn(&Slab<'_>, &Slab<'_>) -> f64 + Sync),
    closest: fn(&Region, &Region, f64) -> Option<ClosestPoints>,
) -> Vec<Reach> {
    let near = of_a.par_iter().flat_map_iter(|a| {
        of_b.iter().filter_map(move |b| {
            let up = (b.span[0] - a.span[1]).max(a.span[0] - b.span[1]).max(0.0);
            if up >= limit_mm {
                return None;
            }
            let flat = (limit_mm * limit_mm - up * up).sqrt();
            let pair = closest(&a.region, &b.region, flat)?;
            let w = height(a, b);
            let a_w = w.clamp(a.span[0], a.span[1]);
            let b_w = w.clamp(b.span[0], b.span[1]);
            Some(Reach {
                distance_mm: pair.distance_mm.hypot(up),
                a_mm: frame_of.patient_point(pair.a, a_w),
                b_mm: frame_of.patient_point(pair.b, b_w),
            })
        })
    });
    let mut found: Vec<Reach> = near.collect();
    found.sort_by(|x, y| x.distance_mm.total_cmp(&y.distance_mm));
    found.truncate(MOST_SLABS);
    found
}

/// The planes of a solid in a frame, each reaching this part of the way to its neighbours, at the ends
/// a whole slice; none where they lie across the frame.
fn slabs<'a>(s: &'a Solid, frame: &StackFrame, part: f64) -> Vec<Slab<'a>> {
    let planes = in_frame_of(s, frame).unwrap_or_default();
    let mut sorted: Vec<f64> = planes.iter().map(|p| p.0).collect();
    sorted.sort_by(f64::total_cmp);
    let whole = s.spacing_mm();
    let slab = |(w, region): (f64, Cow<'a, Region>)| {
        let i = sorted.partition_point(|&x| x < w - 1e-9);
        let j = sorted.partition_point(|&x| x <= w + 1e-9);
        let below = if i > 0 { w - part * (w - sorted[i - 1]) } else { w - whole };
        let above = sorted.get(j).map_or(w + whole, |next| w + part * (next - w));
        Slab { w_mm: w, span: [below, above], region }
    };
    planes.into_iter().map(slab).collect()
}

#[cfg(test)]
mod tests;
