//! The parts of two surfaces that face each other, so that cost follows the interface and not
//! the size of the structures.

use crate::Arrangement;
use crate::lowest::Lowest;
use rayon::prelude::*;
use thecal_geom::{Point3, PointTree};
use thecal_mask::{Patch, PatchKind, Solid};

/// The reference's surface (cord, or sac), whose areas are counted, is sampled this far apart.
pub(crate) const STEP_MM: f64 = 0.5;
/// The other surface, which is only measured to.
const OTHER_STEP_MM: f64 = 0.9;
/// Outlines are compared first at points this far apart.
const OUTLINE_MM: f64 = 1.0;

/// A surface in samples, searchable.
pub(crate) struct Samples {
    pub(crate) patches: Vec<Patch>,
    tree: PointTree,
    step_mm: f64,
}

/// The nearest sample of a surface to a point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Near {
    /// Its place among the samples.
    pub(crate) index: usize,
    /// Distance to the tangent plane of the sample, or to the sample itself where the point lies
    /// beside it, mm.
    pub(crate) distance_mm: f64,
    /// Which side of the tangent plane, where that can tell.
    pub(crate) inside: Option<bool>,
}

impl Samples {
    fn new(patches: Vec<Patch>, step_mm: f64) -> Self {
        let tree = PointTree::new(patches.iter().map(|p| p.point_mm));
        Self { patches, tree, step_mm }
    }

    /// The nearest sample to each patch, where it is within about `reach_mm`.
    ///
    /// Patches come in runs along rings, so the last distance bounds the next.
    pub(crate) fn nearest_to_all(&self, of: &[Patch], reach_mm: f64) -> Vec<Option<Near>> {
        const RUN: usize = 64;
        of.par_chunks(RUN)
            .flat_map_iter(|run| {
                let mut last = None;
                run.iter().map(move |patch| self.nearest_after(&mut last, patch.point_mm, reach_mm))
            })
            .collect()
    }

    /// As [`Self::nearest`] for a run of points near each other: the last answer bounds the next.
    pub(crate) fn nearest_after(
        &self,
        last: &mut Option<(Point3, f64)>,
        p: Point3,
        reach_mm: f64,
    ) -> Option<Near> {
        let bound = last.map_or(f64::INFINITY, |(q, d)| d + (p - q).norm() + 1e-6);
        let (index, to_sample) = self.tree.nearest(p, bound.min(reach_mm + self.step_mm))?;
        *last = Some((p, to_sample));
        Some(self.near(p, index, to_sample))
    }

    /// The nearest sample within about `reach_mm`.
    ///
    /// # Error
    /// A sample lies up to 0.7 steps beside the true foot. The tangent plane takes that up: what is
    /// left is half the square of that over the radius of curvature, at most 0.04 mm at 5 mm.
    pub(crate) fn nearest(&self, p: Point3, reach_mm: f64) -> Option<Near> {
        let (index, to_sample) = self.tree.nearest(p, reach_mm + self.step_mm)?;
        Some(self.near(p, index, to_sample))
    }

    fn near(&self, p: Point3, index: usize, to_sample: f64) -> Near {
        let foot = &self.patches[index];
        let height = (p - foot.point_mm).dot(&foot.normal);
        let aside = (to_sample * to_sample - height * height).max(0.0).sqrt();
        // Beside an edge of the surface the tangent plane says nothing, and close to the surface
        // its error is as large as the height.
        let beside = aside > self.step_mm;
        let distance_mm = if beside { to_sample } else { height.abs() };
        let inside = (!beside && to_sample > 2.0 * self.step_mm).then_some(height < 0.0);
        Near { index, distance_mm, inside }
    }
}

/// The facing parts of a pair, in the pair's order.
pub(crate) struct Interface {
    pub(crate) a: Samples,
    pub(crate) b: Samples,
    /// The gap is no larger than this, mm; infinite where that is not known.
    pub(crate) at_most_mm: f64,
}

impl Interface {
    /// Samples of the two surfaces where they can face each other at the least distance, and at
    /// any distance up to `reach_mm`. None where there is nothing to compare.
    pub(crate) fn new(
        a: &Solid,
        b: &Solid,
        arrangement: Arrangement,
        reach_mm: f64,
    ) -> Option<Self> {
        let (pa, pb, at_most_mm) = match arrangement {
            Arrangement::Apart => apart(a, b, reach_mm)?,
            Arrangement::Within => nested(a, b),
        };
        let [step_a, step_b] = steps_mm(arrangement);
        let (a, b) = rayon::join(|| Samples::new(pa, step_a), || Samples::new(pb, step_b));
        let found = Self { a, b, at_most_mm };
        (!found.a.patches.is_empty() && !found.b.patches.is_empty()).then_some(found)
    }
}

/// Steps of the first and the second structure: the pair is (tumour, cord), (tumour, sac) or
/// (cord, sac), so the reference is the second, or the one within.
fn steps_mm(arrangement: Arrangement) -> [f64; 2] {
    match arrangement {
        Arrangement::Apart => [OTHER_STEP_MM, STEP_MM],
        Arrangement::Within => [STEP_MM, OTHER_STEP_MM],
    }
}

fn apart(a: &Solid, b: &Solid, reach_mm: f64) -> Option<(Vec<Patch>, Vec<Patch>, f64)> {
    let (oa, ob) = (a.outline_points(OUTLINE_MM), b.outline_points(OUTLINE_MM));
    let (ta, tb) = rayon::join(|| PointTree::new(oa.iter().copied()), || PointTree::new(ob));
    // Only the least distance is wanted: what has been found bounds every further search.
    let least = Lowest::new();
    oa.par_iter().for_each(|&p| {
        if let Some((_, d)) = tb.nearest(p, least.get()) {
            least.take(d);
        }
    });
    let rough = least.get();
    if rough.is_infinite() {
        return None;
    }
    // Either surface can bulge past its outline by up to half a step between planes, and a
    // sample follows its ring point by as much.
    let slack = a.largest_step_mm() + b.largest_step_mm() + 2.0 * OUTLINE_MM;
    let reach = rough.max(reach_mm) + slack;
    let near = |t: &PointTree, p: Point3, (lo, hi): &(Point3, Point3), other: &Solid| {
        t.any_within(p, reach) || (*lo <= p && p <= *hi && other.level_mm(p) < 0.0)
    };
    let (box_a, box_b) = (a.bounds(), b.bounds());
    let [step_a, step_b] = steps_mm(Arrangement::Apart);
    let pa = a.patches_where(step_a, &|p| near(&tb, p, &box_b, b));
    let pb = b.patches_where(step_b, &|p| near(&ta, p, &box_a, a));
    Some((pa, pb, rough))
}

/// Samples of the sides of a surface within another, the inner ones only between the outer's
/// first and last plane: a cord that leaves the drawn sac at its end is not a contact.
fn nested(inner: &Solid, outer: &Solid) -> (Vec<Patch>, Vec<Patch>, f64) {
    let side = |p: &Patch| p.kind == PatchKind::Side;
    let range = outer.planes_mm();
    let tall = |p: &Patch| {
        let w = outer.frame().stack_from_patient(p.point_mm).z;
        side(p) && range.first().is_some_and(|&f| w >= f) && range.last().is_some_and(|&l| w <= l)
    };
    let [step_inner, step_outer] = steps_mm(Arrangement::Within);
    (
        inner.patches(step_inner).into_iter().filter(tall).collect(),
        outer.patches(step_outer).into_iter().filter(side).collect(),
        f64::INFINITY,
    )
}
