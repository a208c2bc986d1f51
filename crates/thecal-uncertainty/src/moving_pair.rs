//! The gap of two structures that move: of all samples, without a new search for each.

use crate::draws::{Motion, Scales, Stream, draws};
use crate::facing::{Facing, Reach};
use crate::question::PairQuestion;
use crate::source::Sources;
use rayon::prelude::*;
use thecal_geom::{Point3, RigidTransform};
use thecal_margin::Arrangement;

/// Gaps below this may be overlaps, whose depth is that of the surface of either in the other.
const MAY_OVERLAP_MM: f64 = 0.3;

/// How both structures of a pair move in a sample.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairMotion {
    pub(crate) a: Motion,
    pub(crate) b: Motion,
}

impl PairMotion {
    /// What takes points of the first structure to where they lie as seen from the second.
    pub(crate) fn relative(&self, pivot: Point3) -> RigidTransform {
        self.b.about(pivot).inverse().after(&self.a.about(pivot))
    }

    /// How far both can take points.
    fn reach(&self, pivot: Point3) -> Reach {
        Reach {
            pivot,
            shift_mm: self.a.shift_mm.norm() + self.b.shift_mm.norm(),
            angle_rad: self.a.rotation_rad.norm() + self.b.rotation_rad.norm(),
        }
    }
}

/// A pair whose gap is known for every motion within reach.
pub(crate) struct MovingPair<'a> {
    question: &'a PairQuestion<'a>,
    pub(crate) pivot: Point3,
    pub(crate) facing: Facing,
    /// The other way round, where structures may overlap.
    back: Option<Facing>,
    /// What the nominal gap is more than that of the field, mm.
    correction_mm: f64,
}

impl<'a> MovingPair<'a> {
    /// Makes the pair ready for motions, with its gap under each of them, mm. None where the surfaces
    /// cannot face each other.
    pub(crate) fn new(
        question: &'a PairQuestion<'a>,
        motions: &[PairMotion],
    ) -> Option<(Self, Vec<f64>)> {
        let pivot = question.pivot();
        let mut reach = Reach { pivot, shift_mm: 0.0, angle_rad: 0.0 };
        for motion in motions {
            let of = motion.reach(pivot);
            reach.shift_mm = reach.shift_mm.max(of.shift_mm);
            reach.angle_rad = reach.angle_rad.max(of.angle_rad);
        }
        let PairQuestion { a, b, arrangement, gap, .. } = *question;
        let gap_mm = gap.gap_mm;
        let facing = Facing::new(a, b, arrangement, gap_mm, reach)?;
        let mut pair = Self { question, pivot, facing, back: None, correction_mm: 0.0 };
        let still = PairMotion { a: Motion::none(), b: Motion::none() };
        let forward_mm: Vec<f64> = motions.par_iter().map(|m| pair.forward_mm(m)).collect();
        let least_mm = forward_mm.iter().copied().fold(pair.forward_mm(&still), f64::min);
        if arrangement == Arrangement::Apart && least_mm < MAY_OVERLAP_MM {
            pair.back = Facing::new(b, a, arrangement, gap_mm, reach);
        }
        pair.correction_mm = gap_mm - pair.either_mm(&still, pair.forward_mm(&still));
        if !pair.correction_mm.is_finite() {
            return None;
        }
        let known = motions.par_iter().zip(forward_mm);
        let gaps_mm = known.map(|(m, forward_mm)| pair.with_forward_mm(m, forward_mm)).collect();
        Some((pair, gaps_mm))
    }

    fn forward_mm(&self, motion: &PairMotion) -> f64 {
        self.facing.least_mm(&motion.relative(self.pivot).into())
    }

    /// The gap by the fields, without offsets, from the first surface's distance from the second, mm.
    fn either_mm(&self, motion: &PairMotion, forward_mm: f64) -> f64 {
        let Some(back) = self.back.as_ref().filter(|_| forward_mm < MAY_OVERLAP_MM) else {
            return forward_mm;
        };
        forward_mm.min(back.least_mm(&motion.relative(self.pivot).inverse().into()))
    }

    /// The gap under a motion, mm.
    pub(crate) fn gap_mm(&self, motion: &PairMotion) -> f64 {
        self.with_forward_mm(motion, self.forward_mm(motion))
    }

    /// Offsets of surfaces along their normals change the gap by themselves.
    fn with_forward_mm(&self, motion: &PairMotion, forward_mm: f64) -> f64 {
        self.either_mm(motion, forward_mm) + self.correction_mm + self.by_offsets_mm(motion)
    }

    /// By how much the offsets of both surfaces make the gap larger, mm.
    pub(crate) fn by_offsets_mm(&self, motion: &PairMotion) -> f64 {
        match self.question.arrangement {
            Arrangement::Apart => -motion.a.offset_mm - motion.b.offset_mm,
            Arrangement::Within => motion.b.offset_mm - motion.a.offset_mm,
        }
    }

    /// The distance of a place on the first surface from the second, in line with the nominal gap, mm.
    pub(crate) fn distance_mm(&self, p: Point3) -> f64 {
        self.facing.distance_mm(p) + self.correction_mm
    }
}

/// How the structures of a pair move in one sample, where each source counts as much as `scales` say.
pub(crate) fn motion(
    question: &PairQuestion<'_>,
    sources: &Sources,
    scales: &Scales,
    draws: &[crate::draws::Draw],
) -> PairMotion {
    PairMotion {
        a: scales.motion(sources, question.moved_a, draws),
        b: scales.motion(sources, question.moved_b, draws),
    }
}

/// The motions of all samples.
pub(crate) fn motions(
    question: &PairQuestion<'_>,
    sources: &Sources,
    scales: &Scales,
    sampling: crate::question::Sampling,
) -> Vec<PairMotion> {
    let of = |sample: u32| {
        let draws = draws(sources, sampling.seed, sample, Stream::Sources);
        motion(question, sources, scales, &draws)
    };
    (0..sampling.samples).into_par_iter().map(of).collect()
}
