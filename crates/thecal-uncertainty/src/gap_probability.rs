//! The distribution of a gap: probabilities, what each source contributes, and the margin needed.

use crate::distribution::{Distribution, Probability};
use crate::draws::{Motion, Scales, Stream, draws, is_systematic};
use crate::moving_pair::{self, MovingPair, PairMotion, motion};
use crate::question::{PairQuestion, Sampling};
use crate::source::{Moved, Source, Sources};
use crate::surface_variation::{self, CORRELATION_LENGTHS_MM};
use rayon::prelude::*;

/// The probability that is asked of a margin.
pub const CONFIDENCE: f64 = 0.95;

/// Samples in which sources are left out one by one.
const MOST_COMPARED: u32 = 2500;

/// How sure a gap is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GapProbability {
    /// The gap as drawn, mm.
    pub nominal_mm: f64,
    /// The gap in one fraction: all sources, systematic and random.
    pub gap_mm: Distribution,
    /// Its probabilities, in the order of the thresholds.
    pub reached: Vec<Reached>,
    /// Standard deviation by the systematic sources alone, mm: of the gap over the course.
    pub systematic_sd_mm: f64,
    /// Standard deviation by the random sources alone, mm: of the gap from fraction to fraction.
    pub random_sd_mm: f64,
    /// The same probabilities where contouring varies place by place.
    pub sensitivity: Vec<Sensitivity>,
    /// What each source that moves one of the two contributes.
    pub contributions: Vec<Contribution>,
    /// The loss of gap that is not exceeded with a probability of [`CONFIDENCE`], mm: a gap as drawn must
    /// be larger than a threshold by this.
    pub margin_mm: f64,
    /// Structures of the pair that no source moves: their surfaces are taken as exact.
    pub exact: Vec<Moved>,
}

/// The probability that a threshold is reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// The threshold, mm.
    pub threshold_mm: f64,
    /// For the gap as drawn.
    pub probability: Probability,
    /// For the lower and the upper end of what the drawing leaves open.
    pub at_ends: [Probability; 2],
}

/// Probabilities for one correlation length.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// The correlation length, mm.
    pub correlation_mm: f64,
    /// Median gap, mm.
    pub median_mm: f64,
    /// In the order of the thresholds.
    pub reached: Vec<Probability>,
}

/// What a source contributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Its name.
    pub source: String,
    /// By how much of itself the variance of the gap shrinks without it.
    pub share_of_variance: f64,
    /// The margin where its standard deviations are half as large, mm.
    pub margin_if_halved_mm: f64,
}

/// The gap of a pair under sources of uncertainty.
///
/// Each structure moves as a rigid body about the middle of the closest segment, and its surface is offset
/// as a whole (docs/uncertainty.md). None where no source moves either structure, where nothing of
/// the two can face each other, or where samples take one past what is drawn of the other.
///
/// # Units
/// mm; probabilities from 0 to 1.
///
/// # Error
/// Each gap to about 0.02 mm of what a new search between the moved solids finds.
#[must_use]
pub fn gap_probability(
    question: &PairQuestion<'_>,
    sources: &Sources,
    sampling: Sampling,
) -> Option<GapProbability> {
    let moves = |s: &Source| s.moved == question.moved_a || s.moved == question.moved_b;
    if sampling.samples == 0 || !sources.all().iter().any(moves) {
        return None;
    }
    let all = Scales::only(sources, moves);
    let (pair, gaps) =
        MovingPair::new(question, &moving_pair::motions(question, sources, &all, sampling))?;
    // A cord that leaves the drawn length of its sac has no gap: of such samples nothing can be told.
    if gaps.iter().any(|gap| !gap.is_finite()) {
        return None;
    }
    let gap_mm = Distribution::new(gaps);
    let margin = |d: &Distribution| question.gap.gap_mm - d.quantile(1.0 - CONFIDENCE);
    // Sources are left out of the same samples, so that few of them show what each contributes.
    let few = Sampling { samples: sampling.samples.min(MOST_COMPARED), ..sampling };
    let with = |scales: &Scales| Distribution::new(sampled(&pair, question, sources, scales, few));
    let whole = with(&all);
    let variance = whole.variance();
    // A gap that nothing changes has no variance to share.
    let share = |without: f64| if variance > 0.0 { 1.0 - without / variance } else { 0.0 };
    let contribution = |(i, source): (usize, &Source)| Contribution {
        source: source.name.clone(),
        share_of_variance: share(with(&all.with(i, 0.0)).variance()),
        margin_if_halved_mm: margin(&gap_mm) + margin(&with(&all.with(i, 0.5))) - margin(&whole),
    };
    let moving = sources.all().iter().enumerate().filter(|(_, s)| moves(s));
    let contributions = moving.map(contribution).collect();
    let part = |systematic: bool| {
        let scales = Scales::only(sources, |s| moves(s) && is_systematic(s) == systematic);
        if scales.is_nothing() {
            0.0
        } else if scales == all {
            gap_mm.sd()
        } else {
            with(&scales).sd()
        }
    };
    let lengths = 0..CORRELATION_LENGTHS_MM.len();
    let still = |moved: &Moved| !sources.all().iter().any(|s| s.moved == *moved);
    Some(GapProbability {
        nominal_mm: question.gap.gap_mm,
        reached: reached(question, &gap_mm),
        systematic_sd_mm: part(true),
        random_sd_mm: part(false),
        sensitivity: lengths
            .filter_map(|length| sensitivity(&pair, question, sources, sampling, length))
            .collect(),
        contributions,
        margin_mm: margin(&gap_mm),
        exact: [question.moved_a, question.moved_b].into_iter().filter(still).collect(),
        gap_mm,
    })
}

fn sampled(
    pair: &MovingPair<'_>,
    question: &PairQuestion<'_>,
    sources: &Sources,
    scales: &Scales,
    sampling: Sampling,
) -> Vec<f64> {
    let of = |sample: u32| {
        let draws = draws(sources, sampling.seed, sample, Stream::Sources);
        pair.gap_mm(&motion(question, sources, scales, &draws))
    };
    (0..sampling.samples).into_par_iter().map(of).collect()
}

fn reached(question: &PairQuestion<'_>, gap_mm: &Distribution) -> Vec<Reached> {
    // Another gap as drawn moves the whole distribution by as much.
    let open = [question.interval.lower_mm, question.interval.upper_mm]
        .map(|end| end - question.gap.gap_mm);
    let of = |&threshold_mm: &f64| Reached {
        threshold_mm,
        probability: gap_mm.at_least(threshold_mm),
        at_ends: open.map(|by| gap_mm.at_least(threshold_mm - by)),
    };
    question.thresholds_mm.iter().map(of).collect()
}

fn sensitivity(
    pair: &MovingPair<'_>,
    question: &PairQuestion<'_>,
    sources: &Sources,
    sampling: Sampling,
    length: usize,
) -> Option<Sensitivity> {
    let gaps = surface_variation::gaps_mm(pair, question, sources, sampling, length);
    if gaps.is_empty() || gaps.iter().any(|gap| !gap.is_finite()) {
        return None;
    }
    let gaps = Distribution::new(gaps);
    Some(Sensitivity {
        correlation_mm: CORRELATION_LENGTHS_MM[length],
        median_mm: gaps.quantile(0.5),
        reached: question.thresholds_mm.iter().map(|t| gaps.at_least(*t)).collect(),
    })
}

/// The gap of a pair under given motions of its first and its second structure, in their order, mm: what
/// [`gap_probability()`] makes its samples with. None where nothing of the two can face each other.
#[must_use]
pub fn gaps_mm(question: &PairQuestion<'_>, motions: &[[Motion; 2]]) -> Option<Vec<f64>> {
    let motions: Vec<PairMotion> =
        motions.iter().map(|[a, b]| PairMotion { a: *a, b: *b }).collect();
    MovingPair::new(question, &motions).map(|(_, gaps)| gaps)
}

/// How the two structures of a pair move in each sample, by all sources.
#[must_use]
pub fn motions(
    question: &PairQuestion<'_>,
    sources: &Sources,
    sampling: Sampling,
) -> Vec<[Motion; 2]> {
    let all = Scales::only(sources, |s| s.moved != Moved::Patient);
    let of = moving_pair::motions(question, sources, &all, sampling);
    of.into_iter().map(|m| [m.a, m.b]).collect()
}
