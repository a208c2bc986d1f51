//! The parts of two surfaces that face each other, so that cost follows the surfaces and not
//! the size of the structures.

use crate::arrangement::Arrangement;
use crate::atomic_min::AtomicMin;
use crate::drawn::has_level_of;
use crate::sampled_surface::{NearestSample, SampledSurface};
use rayon::prelude::*;
use thecal_geom::{Point3, PointTree};
use thecal_mask::{Solid, SurfaceSample, SurfaceSampleKind};

/// The reference's surface (cord, or sac), whose areas are counted, is sampled this far apart.
pub(crate) const STEP_MM: f64 = 0.5;
/// The other surface, which is only measured to.
pub(crate) const OTHER_STEP_MM: f64 = 0.9;
/// Outlines are compared first at points this far apart.
const OUTLINE_MM: f64 = 2.2;

/// Points farther apart than the reach and this are only known to be that far.
const FAR_MM: f64 = 4.0;

/// The facing parts of a pair, in the pair's order.
pub(crate) struct FacingSurfaces {
    pub(crate) a: SampledSurface,
    pub(crate) b: SampledSurface,
    pub(crate) arrangement: Arrangement,
    /// The nearest sample of the other surface to each of the reference's, as far as it counts.
    pub(crate) faced: Vec<Option<Faced>>,
}

/// What a sample of the reference faces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Faced {
    /// The nearest sample of the other surface.
    pub(crate) other: usize,
    /// Distance from that surface, mm; negative on the wrong side of it.
    pub(crate) gap_mm: f64,
}

impl FacingSurfaces {
    /// Samples of the two surfaces where they can face each other at the least distance, and at any distance
    /// up to a reach that may go with the least one. None where there is nothing to compare.
    pub(crate) fn new(
        a: &Solid,
        b: &Solid,
        arrangement: Arrangement,
        reach_mm: &dyn Fn(f64) -> f64,
    ) -> Option<Self> {
        let (pa, pb, reach_mm) = match arrangement {
            Arrangement::Apart => apart(a, b, reach_mm)?,
            Arrangement::Within => nested(a, b),
        };
        let [step_a, step_b] = steps_mm(arrangement);
        let (sa, sb) = (SampledSurface::new(pa, step_a), SampledSurface::new(pb, step_b));
        if sa.patches.is_empty() || sb.patches.is_empty() {
            return None;
        }
        if arrangement == Arrangement::Apart {
            // Both are searched, the reference for volumes.
            rayon::join(|| sa.prepare(), || sb.prepare());
        }
        let faced = match arrangement {
            Arrangement::Apart => faced(&sb, &sa, a, arrangement, reach_mm),
            Arrangement::Within => faced(&sa, &sb, b, arrangement, reach_mm),
        };
        Some(Self { a: sa, b: sb, arrangement, faced })
    }

    /// The surface that is to be spared.
    ///
    /// The pair is (tumour, cord), (tumour, sac) or (cord, sac): the reference is the second, or
    /// the one within.
    pub(crate) fn reference(&self) -> &SampledSurface {
        match self.arrangement {
            Arrangement::Apart => &self.b,
            Arrangement::Within => &self.a,
        }
    }

    /// The surface that the reference faces.
    pub(crate) fn other(&self) -> &SampledSurface {
        match self.arrangement {
            Arrangement::Apart => &self.a,
            Arrangement::Within => &self.b,
        }
    }
}

/// Steps of the first and the second structure.
fn steps_mm(arrangement: Arrangement) -> [f64; 2] {
    match arrangement {
        Arrangement::Apart => [OTHER_STEP_MM, STEP_MM],
        Arrangement::Within => [STEP_MM, OTHER_STEP_MM],
    }
}

fn faced(
    reference: &SampledSurface,
    other: &SampledSurface,
    solid: &Solid,
    arrangement: Arrangement,
    reach_mm: f64,
) -> Vec<Option<Faced>> {
    let near = other.nearest_to_all(&reference.patches, reach_mm);
    near.into_par_iter()
        .zip(&reference.patches)
        .map(|(near, patch)| {
            let near: NearestSample = near?;
            let within = near.is_inside(solid, patch.point_mm);
            let right = within == (arrangement == Arrangement::Within);
            let gap_mm = if right { near.distance_mm } else { -near.distance_mm };
            Some(Faced { other: near.index, gap_mm })
        })
        .collect()
}

/// Samples of both where they can matter, and up to which distance they do.
fn apart(
    a: &Solid,
    b: &Solid,
    reach_mm: &dyn Fn(f64) -> f64,
) -> Option<(Vec<SurfaceSample>, Vec<SurfaceSample>, f64)> {
    let (oa, ob) = (a.outline_points(OUTLINE_MM), b.outline_points(OUTLINE_MM));
    let (ta, tb) = rayon::join(|| PointTree::new(oa.iter().copied()), || PointTree::new(ob));
    // Only the least distance is wanted: what has been found bounds every further search.
    let least = AtomicMin::new();
    oa.par_iter().for_each(|&p| {
        if let Some((_, d)) = tb.nearest(p, least.get()) {
            least.take(d);
        }
    });
    let rough = least.get();
    if rough.is_infinite() {
        return None;
    }
    // The least distance is no more than this, and the reach of more is no less.
    let reach_mm = rough.max(reach_mm(rough));
    // A sample lies up to half a step between planes from its ring point, along the stack and as
    // far again across it; the other surface's nearest point as far from its outline, whose
    // points leave out half their distance and whose planes are thinned out to it.
    let step = |s: &Solid| s.largest_step_mm().max(0.5 * OUTLINE_MM);
    let slack = 0.75 * (step(a) + step(b)) + 0.5 * OUTLINE_MM;
    let reach = reach_mm + slack;
    let near = |t: &PointTree, p: Point3, other: &Solid| {
        let away = t.nearest(p, reach + FAR_MM).map_or(reach + FAR_MM, |(_, d)| d);
        let margin = reach - away;
        // Deep inside the other solid nothing of its surface is near.
        if margin < 0.0 && other.covers(p) { -margin } else { margin }
    };
    let [step_a, step_b] = steps_mm(Arrangement::Apart);
    let (pa, pb) = rayon::join(
        || a.surface_samples_where(step_a, &|p| near(&tb, p, b)),
        || b.surface_samples_where(step_b, &|p| near(&ta, p, a)),
    );
    Some((pa, pb, reach_mm))
}

/// Samples of the sides of a surface within another, the inner ones only between the outer's
/// first and last plane: a cord that leaves the drawn sac at its end is not a contact.
fn nested(inner: &Solid, outer: &Solid) -> (Vec<SurfaceSample>, Vec<SurfaceSample>, f64) {
    let side = |p: &SurfaceSample| p.kind == SurfaceSampleKind::Side;
    let tall = |p: &SurfaceSample| side(p) && has_level_of(outer, p.point_mm);
    let [step_inner, step_outer] = steps_mm(Arrangement::Within);
    (
        inner.surface_samples(step_inner).into_iter().filter(tall).collect(),
        outer.surface_samples(step_outer).into_iter().filter(side).collect(),
        f64::INFINITY,
    )
}
