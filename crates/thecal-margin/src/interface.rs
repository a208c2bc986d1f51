//! The parts of two surfaces that face each other, so that cost follows the interface and not
//! the size of the structures.

use crate::Arrangement;
use rayon::prelude::*;
use thecal_geom::{Point3, PointTree};
use thecal_mask::{Patch, PatchKind, Solid};

/// Surfaces are sampled at points this far apart.
pub(crate) const STEP_MM: f64 = 0.5;
/// Outlines are compared first at points this far apart.
const OUTLINE_MM: f64 = 1.0;

/// A surface in samples, searchable.
pub(crate) struct Samples {
    pub(crate) patches: Vec<Patch>,
    tree: PointTree,
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
    fn new(patches: Vec<Patch>) -> Self {
        let tree = PointTree::new(patches.iter().map(|p| p.point_mm));
        Self { patches, tree }
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
        let (index, to_sample) = self.tree.nearest(p, bound.min(reach_mm + STEP_MM))?;
        *last = Some((p, to_sample));
        Some(self.near(p, index, to_sample))
    }

    /// The nearest sample within about `reach_mm`.
    ///
    /// # Error
    /// A sample lies up to a step beside the true foot. The tangent plane takes that up: what is
    /// left is step² over twice the radius of curvature, 0.03 mm at 4 mm.
    pub(crate) fn nearest(&self, p: Point3, reach_mm: f64) -> Option<Near> {
        let (index, to_sample) = self.tree.nearest(p, reach_mm + STEP_MM)?;
        Some(self.near(p, index, to_sample))
    }

    fn near(&self, p: Point3, index: usize, to_sample: f64) -> Near {
        let foot = &self.patches[index];
        let height = (p - foot.point_mm).dot(&foot.normal);
        let aside = (to_sample * to_sample - height * height).max(0.0).sqrt();
        // Beside an edge of the surface the tangent plane says nothing, and close to the surface
        // its error is as large as the height.
        let beside = aside > STEP_MM;
        let distance_mm = if beside { to_sample } else { height.abs() };
        let inside = (!beside && to_sample > 2.0 * STEP_MM).then_some(height < 0.0);
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
        let (a, b) = rayon::join(|| Samples::new(pa), || Samples::new(pb));
        let found = Self { a, b, at_most_mm };
        (!found.a.patches.is_empty() && !found.b.patches.is_empty()).then_some(found)
    }
}

fn apart(a: &Solid, b: &Solid, reach_mm: f64) -> Option<(Vec<Patch>, Vec<Patch>, f64)> {
    let (oa, ob) = (a.outline_points(OUTLINE_MM), b.outline_points(OUTLINE_MM));
    let (ta, tb) = rayon::join(|| PointTree::new(oa.iter().copied()), || PointTree::new(ob));
    let rough = oa
        .par_iter()
        .filter_map(|&p| tb.nearest(p, f64::INFINITY))
        .map(|(_, d)| d)
        .min_by(f64::total_cmp)?;
    // Either surface can bulge past its outline by up to half a step between planes, and a
    // sample follows its ring point by as much.
    let slack = a.largest_step_mm() + b.largest_step_mm() + 2.0 * OUTLINE_MM;
    let reach = rough.max(reach_mm) + slack;
    let near = |t: &PointTree, p: Point3, (lo, hi): &(Point3, Point3), other: &Solid| {
        t.any_within(p, reach) || (*lo <= p && p <= *hi && other.level_mm(p) < 0.0)
    };
    let (box_a, box_b) = (a.bounds(), b.bounds());
    let pa = a.patches_where(STEP_MM, &|p| near(&tb, p, &box_b, b));
    let pb = b.patches_where(STEP_MM, &|p| near(&ta, p, &box_a, a));
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
    (
        inner.patches(STEP_MM).into_iter().filter(tall).collect(),
        outer.patches(STEP_MM).into_iter().filter(side).collect(),
        f64::INFINITY,
    )
}
