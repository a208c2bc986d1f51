//! A surface in samples, searchable.

use rayon::prelude::*;
use std::sync::OnceLock;
use thecal_geom::{Point3, PointTree};
use thecal_mask::{Solid, SurfaceSample};

/// Patches that are searched for one after the other.
const RUN: usize = 64;

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
        self.tree();
        of.par_chunks(RUN)
            .flat_map_iter(|run| {
                let mut last = None;
                run.iter()
                    .map(move |patch| self.nearest_with_hint(&mut last, patch.point_mm, reach_mm))
            })
            .collect()
    }

    /// The nearest sample to each patch that lies at least this far off; others may be left out. What
    /// the last one found tells most of these.
    pub(crate) fn nearest_to_far(
        &self,
        of: &[SurfaceSample],
        at_least_mm: f64,
    ) -> Vec<Option<NearestSample>> {
        self.tree();
        of.par_chunks(RUN)
            .flat_map_iter(|run| {
                let mut last: Option<usize> = None;
                run.iter().map(move |patch| {
                    let p = patch.point_mm;
                    let near = |i: usize| (p - self.patches[i].point_mm).norm() < at_least_mm;
                    if last.is_some_and(near) {
                        return None;
                    }
                    self.nearest_with_hint(&mut last, p, f64::INFINITY)
                })
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;

    /// A tube along z about x = `x_mm`, 40 mm long.
    fn tube(x_mm: f64, radius_mm: f64) -> Solid {
        let ring = |z: f64| {
            let at = |i: u32| TAU * f64::from(i) / 90.0;
            let point =
                |i: u32| Point3::new(x_mm + radius_mm * at(i).cos(), radius_mm * at(i).sin(), z);
            let points_mm = (0..90).map(point).collect();
            Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
        };
        let contours: Vec<Contour> = (-10..=10).map(|k| ring(2.0 * f64::from(k))).collect();
        Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
    }

    #[test]
    fn far_samples_are_found_and_others_hardly_looked_for() {
        // Sides lie between 4 and 10 mm off the outer one.
        let outer = SampledSurface::new(tube(0.0, 15.0).surface_samples(1.0), 1.0);
        let mut found_of = Vec::new();
        for step_mm in [1.0, 0.25] {
            let inner = tube(3.0, 8.0).surface_samples(step_mm);
            let all = outer.nearest_to_all(&inner, f64::INFINITY);
            let far = outer.nearest_to_far(&inner, 9.5);
            let mut looked = 0;
            for (all, far) in all.iter().zip(&far) {
                let all = all.expect("a nearest sample");
                assert!(all.to_sample_mm < 9.5 || far.is_some());
                if let Some(far) = far {
                    looked += 1;
                    assert!((far.to_sample_mm - all.to_sample_mm).abs() < 1e-12);
                }
            }
            let few = all.iter().flatten().filter(|n| n.to_sample_mm >= 9.5).count();
            assert!(few > 0 && looked >= few, "{looked} and {few}");
            found_of.push((looked - few) as f64 / inner.len() as f64);
        }
        // The finer the samples, the smaller the part that is looked for in vain.
        assert!(found_of[1] < 0.25 && found_of[1] < 0.75 * found_of[0], "{found_of:?}");
    }

    #[test]
    fn the_side_is_told_farther_off_than_two_steps_and_samples_are_found_a_step_beyond_reach() {
        for step_mm in [0.5, 1.0] {
            let tube = tube(0.0, 15.0);
            let sampled = SampledSurface::new(tube.surface_samples(step_mm), step_mm);
            let at = |r: f64| Point3::new(r * 0.8, r * 0.6, 3.0);
            for off in [-9.0, -2.3 * step_mm, 2.3 * step_mm, 6.0] {
                let near = sampled.nearest(at(15.0 + off), 20.0).expect("a sample");
                assert_eq!(near.inside, Some(off < 0.0), "{step_mm} {off}");
                assert!((near.distance_mm - off.abs()).abs() < 0.03, "{near:?} for {off}");
            }
            for off in [-1.7 * step_mm, -0.3, 0.1, 1.7 * step_mm] {
                let near = sampled.nearest(at(15.0 + off), 20.0).expect("a sample");
                assert_eq!(near.inside, None, "{step_mm} {off}");
                assert_eq!(near.is_inside(&tube, at(15.0 + off)), off < 0.0);
            }
            assert!(sampled.nearest(at(17.0), 2.0).is_some());
            assert!(sampled.nearest(at(17.0 + 1.3 * step_mm), 2.0).is_none());
        }
    }
}
