//! A surface in samples, searchable.

use rayon::prelude::*;
use std::sync::OnceLock;
use thecal_geom::{Point3, PointTree};
use thecal_mask::{Solid, SurfaceSample};

/// A surface in samples with a search tree over them.
pub struct SampledSurface {
    pub(crate) patches: Vec<SurfaceSample>,
    /// Built when first searched: one of a pair's surfaces may never be.
    tree: OnceLock<PointTree>,
    step_mm: f64,
}

/// The nearest sample of a surface to a point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NearestSample {
    /// Its place among the samples.
    pub(crate) index: usize,
    /// Distance to the tangent plane of the sample, or to the sample itself where the point lies
    /// beside it, mm.
    pub(crate) distance_mm: f64,
    /// Distance to the sample itself, mm.
    pub(crate) to_sample_mm: f64,
    /// Which side of the tangent plane, where that can tell.
    pub(crate) inside: Option<bool>,
}

impl NearestSample {
    /// True where `p`, whose nearest sample this is, lies inside the solid.
    pub(crate) fn is_inside(&self, solid: &Solid, p: Point3) -> bool {
        self.inside.unwrap_or_else(|| solid.level_mm(p) < 0.0)
    }
}

impl SampledSurface {
    /// A surface from its samples, `step_mm` apart.
    #[must_use]
    pub fn new(patches: Vec<SurfaceSample>, step_mm: f64) -> Self {
        Self { patches, tree: OnceLock::new(), step_mm }
    }

    /// Makes the search ready, so that no search waits for another to do so.
    pub(crate) fn prepare(&self) {
        self.tree();
    }

    fn tree(&self) -> &PointTree {
        self.tree.get_or_init(|| PointTree::new(self.patches.iter().map(|p| p.point_mm)))
    }

    /// The nearest sample to each patch, where it is within about `reach_mm`.
    ///
    /// Patches come in runs along rings, so what the last one found bounds the next.
    pub(crate) fn nearest_to_all(
        &self,
        of: &[SurfaceSample],
        reach_mm: f64,
    ) -> Vec<Option<NearestSample>> {
        const RUN: usize = 64;
        self.tree();
        of.par_chunks(RUN)
            .flat_map_iter(|run| {
                let mut last = None;
                run.iter()
                    .map(move |patch| self.nearest_with_hint(&mut last, patch.point_mm, reach_mm))
            })
            .collect()
    }

    /// As [`Self::nearest`] for a run of points near each other: `last` is the sample found for
    /// the point before.
    pub(crate) fn nearest_with_hint(
        &self,
        last: &mut Option<usize>,
        p: Point3,
        reach_mm: f64,
    ) -> Option<NearestSample> {
        let mut limit_mm = reach_mm + self.step_mm;
        let mut best = None;
        if let Some(i) = *last {
            let away = (p - self.patches[i].point_mm).norm();
            if away < limit_mm {
                (limit_mm, best) = (away, Some((i, away)));
            }
        }
        let found = match *last {
            Some(i) => self.tree().nearest_with_hint(p, limit_mm, i),
            None => self.tree().nearest(p, limit_mm),
        };
        let (index, to_sample) = found.or(best)?;
        *last = Some(index);
        Some(self.near(p, index, to_sample))
    }

    /// The nearest sample within about `reach_mm`.
    ///
    /// # Error
    /// A sample lies up to 0.7 steps beside the true foot. The tangent plane takes that up: what is
    /// left is half the square of that over the radius of curvature, at most 0.04 mm at 5 mm.
    pub(crate) fn nearest(&self, p: Point3, reach_mm: f64) -> Option<NearestSample> {
        let (index, to_sample) = self.tree().nearest(p, reach_mm + self.step_mm)?;
        Some(self.near(p, index, to_sample))
    }

    /// Signed distance to the surface of `solid`, whose samples these are, mm: negative inside,
    /// infinite where it is more than about `reach_mm`. `last` is the sample that was found for the
    /// point before, for a run of points near each other.
    ///
    /// # Error
    /// A sample lies up to 0.7 steps beside the closest point. The tangent plane takes that up: what
    /// is left is half the square of that over the radius of curvature.
    #[must_use]
    pub fn signed_distance_mm(
        &self,
        solid: &Solid,
        last: &mut Option<usize>,
        p: Point3,
        reach_mm: f64,
    ) -> f64 {
        match self.nearest_with_hint(last, p, reach_mm) {
            Some(near) if near.is_inside(solid, p) => -near.distance_mm,
            Some(near) => near.distance_mm,
            // Far from the surface: outside, or deep inside.
            None if solid.covers(p) && solid.level_mm(p) < 0.0 => f64::NEG_INFINITY,
            None => f64::INFINITY,
        }
    }

    fn near(&self, p: Point3, index: usize, to_sample: f64) -> NearestSample {
        let foot = &self.patches[index];
        let height = (p - foot.point_mm).dot(&foot.normal);
        let aside = (to_sample * to_sample - height * height).max(0.0).sqrt();
        // Beside an edge of the surface the tangent plane says nothing, and close to the surface
        // its error is as large as the height.
        let beside = aside > self.step_mm;
        let distance_mm = if beside { to_sample } else { height.abs() };
        let inside = (!beside && to_sample > 2.0 * self.step_mm).then_some(height < 0.0);
        NearestSample { index, distance_mm, to_sample_mm: to_sample, inside }
    }
}
