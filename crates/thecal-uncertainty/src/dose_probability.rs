//! The distribution of what a structure receives when it moves in a dose that stays where it is.

use crate::distribution::{Distribution, Probability};
use crate::draws::{Motion, Scales, Stream, draws, is_systematic};
use crate::question::Sampling;
use crate::source::{Moved, Source, Sources};
use rayon::prelude::*;
use std::num::NonZeroU32;
use thecal_dose::{Dose, Metric};
use thecal_geom::{Aabb, Point3, RigidTransform, Vector3, part_below};
use thecal_mask::Solid;
use thecal_voxel::{Grid, Volume, VoxelError, memory};

/// A structure is taken as about so many points.
const POINTS: f64 = 4000.0;
/// Points lie no nearer to each other and no farther apart than this, mm.
const STEPS_MM: [f64; 2] = [0.4, 2.0];
/// The surface is followed outwards to so many standard deviations of its offset.
const MOST_SD: f64 = 4.0;
/// Most samples, and most doses that are looked up for one structure: samples are fewer where fractions
/// are many.
const MOST_SAMPLES: u32 = 2000;
const MOST_DOSES: f64 = 6e7;
const LEAST_SAMPLES: u32 = 400;

/// What is asked of a structure in a dose.
#[derive(Debug, Clone, Copy)]
pub struct DoseQuestion<'a> {
    /// The structure as drawn.
    pub solid: &'a Solid,
    /// The dose of the whole course.
    pub dose: &'a Dose,
    /// What sources move the structure, beside those of the patient.
    pub moved: Moved,
    /// The point that rotations turn about.
    pub pivot: Point3,
    /// Number of fractions: random sources take a new value in each.
    pub fractions: NonZeroU32,
    /// The figures that are asked for, each with its value as drawn.
    pub figures: &'a [(Metric, f64)],
}

/// How sure figures of dose are.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DoseProbability {
    /// Number of samples.
    pub samples: u32,
    /// The distributions, in the order of the figures, Gy or what the figure is in.
    pub figures: Vec<Distribution>,
}

/// Why no distribution of a dose can be given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DoseProbabilityError {
    /// No source moves the structure or the patient.
    #[error("no source of uncertainty moves this structure or the patient")]
    Unmoved,
    /// Some samples take the structure out of the dose.
    #[error("some samples take the structure out of the grid of the dose")]
    OutsideDose,
    /// A figure that is not one of dose at a volume, mean, least or largest.
    #[error("the figure {0} is none that can be sampled")]
    Figure(String),
    /// The lattice over the structure does not fit.
    #[error(transparent)]
    Voxel(#[from] VoxelError),
}

impl DoseProbability {
    /// The probability that a figure does not exceed a limit.
    #[must_use]
    pub fn held(&self, figure: usize, limit: f64) -> Option<Probability> {
        let samples = self.figures.get(figure)?.samples();
        Some(Probability::from_hits(samples.partition_point(|x| *x <= limit), samples.len()))
    }
}

/// The middle of a cell of a structure or beside it.
struct Weighed {
    point: Point3,
    /// Distance from the surface as drawn, mm, negative inside.
    distance_mm: f64,
    /// Away from the structure.
    outwards: Vector3,
}

/// What a structure receives when it moves in a dose that stays where it was planned.
///
/// In each sample the systematic sources take one value and the random ones a value in each fraction; the
/// dose of a point is the mean over the fractions of the dose at the places where it lies. Random numbers
/// are those of the gaps, so that one sample is one patient. Figures are moved by what they differ, as
/// drawn, from the ones that were integrated.
///
/// # Assumption
/// The dose does not change with the patient. That holds for photons in soft tissue and not for protons.
///
/// # Units
/// Gy, cc and mm.
///
/// # Errors
/// When nothing moves, when a figure cannot be sampled, or when samples leave the dose.
pub fn dose_probability(
    question: &DoseQuestion<'_>,
    sources: &Sources,
    sampling: Sampling,
) -> Result<DoseProbability, DoseProbabilityError> {
    let moves = |s: &Source| s.moved == question.moved || s.moved == Moved::Patient;
    if !sources.all().iter().any(moves) {
        return Err(DoseProbabilityError::Unmoved);
    }
    let volumes = question.figures.iter().map(|(m, _)| Sampled::new(m)).collect::<Result<_, _>>();
    let figures: Vec<Sampled> = volumes?;
    let offset_sd_mm = sources.all().iter().filter(|s| s.moved == question.moved);
    let offset_sd_mm = offset_sd_mm.map(|s| s.offset_sd_mm.powi(2)).sum::<f64>().sqrt();
    let (points, step_mm) = points(question.solid, MOST_SD * offset_sd_mm)?;
    let random = sources.all().iter().any(|s| moves(s) && !is_systematic(s));
    let fractions = if random { question.fractions.get() } else { 1 };
    let room = MOST_DOSES / (points.len().max(1) as f64 * f64::from(fractions));
    let samples = sampling.samples.min(MOST_SAMPLES).min((room as u32).max(LEAST_SAMPLES));
    let of = |motions: &[Motion]| -> Option<Vec<f64>> {
        let offset_mm = motions.iter().map(|m| m.offset_mm).sum::<f64>() / motions.len() as f64;
        let doses = doses(question, &points, motions, offset_mm, step_mm)?;
        Some(figures.iter().map(|f| f.of(&doses)).collect())
    };
    let drawn = of(&[Motion::none()]).ok_or(DoseProbabilityError::OutsideDose)?;
    let course = Course { sources, moved: question.moved, fractions, seed: sampling.seed };
    let all = (0..samples).into_par_iter().map(|sample| of(&course.motions(sample)));
    let all: Vec<Vec<f64>> = all.collect::<Option<_>>().ok_or(DoseProbabilityError::OutsideDose)?;
    let figure = |k: usize| {
        let more = question.figures[k].1 - drawn[k];
        Distribution::new(all.iter().map(|found| found[k] + more).collect())
    };
    Ok(DoseProbability { samples, figures: (0..figures.len()).map(figure).collect() })
}

/// A course of treatment.
struct Course<'a> {
    sources: &'a Sources,
    moved: Moved,
    fractions: u32,
    seed: u64,
}

impl Course<'_> {
    /// How the structure lies in each fraction of a sample.
    fn motions(&self, sample: u32) -> Vec<Motion> {
        let motion = |scales: &Scales, stream: Stream| {
            let draws = draws(self.sources, self.seed, sample, stream);
            let of = |moved| scales.motion(self.sources, moved, &draws);
            of(self.moved).and(of(Moved::Patient))
        };
        let systematic = motion(&Scales::only(self.sources, is_systematic), Stream::Sources);
        let random = Scales::only(self.sources, |s| !is_systematic(s));
        let of_fraction = |n: u32| systematic.and(motion(&random, Stream::Fraction(n)));
        (0..self.fractions).map(of_fraction).collect()
    }
}

/// Points of a structure and of what lies within `beyond_mm` of it, on a lattice, and its step.
fn points(solid: &Solid, beyond_mm: f64) -> Result<(Vec<Weighed>, f64), VoxelError> {
    let rough = (solid.volume_cc().max(1e-3) * 1000.0 / POINTS).cbrt();
    let step_mm = rough.clamp(STEPS_MM[0], STEPS_MM[1]);
    let (lo, hi) = solid.bounds();
    let reach_mm = beyond_mm + step_mm;
    let bounds = Aabb { min_mm: lo, max_mm: hi }.grown(reach_mm);
    let most = usize::try_from(memory::allowed()).unwrap_or(usize::MAX);
    let bytes = size_of::<f32>() + size_of::<Weighed>();
    let grid = Grid::around(bounds.min_mm, bounds.max_mm, 0.0, step_mm, bytes, most)?;
    let distances = solid.signed_distance_on(&grid, reach_mm + 2.0 * step_mm)?;
    let mut out = Vec::new();
    let [nx, ny, nz] = grid.size();
    for voxel in (0..nx * ny * nz).map(|n| [n % nx, n / nx % ny, n / (nx * ny)]) {
        let distance_mm = distances.get(voxel).map_or(f64::INFINITY, |d| f64::from(*d));
        if distance_mm < reach_mm {
            let outwards = outwards(&distances, voxel);
            out.push(Weighed { point: grid.centre_mm(voxel), distance_mm, outwards });
        }
    }
    Ok((out, step_mm))
}

/// The direction away from a structure, from the distances of the neighbours; none deep inside, where it is
/// not asked for.
fn outwards(distances: &Volume<f32>, voxel: [usize; 3]) -> Vector3 {
    let slope = |axis: usize| {
        let there = |step: isize| {
            let mut at = voxel;
            at[axis] = voxel[axis].checked_add_signed(step)?;
            distances.get(at).filter(|d| d.is_finite()).map(|d| f64::from(*d))
        };
        there(1).zip(there(-1)).map_or(0.0, |(ahead, behind)| ahead - behind)
    };
    let slope = Vector3::new(slope(0), slope(1), slope(2));
    slope.try_normalize(1e-6).unwrap_or_else(Vector3::zeros)
}

/// The dose of every cell that belongs to the structure, with its volume, hottest first, Gy and mm3; the
/// surface stands among them in points without a volume. None where the dose of one is not known.
fn doses(
    question: &DoseQuestion<'_>,
    points: &[Weighed],
    motions: &[Motion],
    offset_mm: f64,
    step_mm: f64,
) -> Option<Vec<[f64; 2]>> {
    let placed: Vec<_> = motions.iter().map(|m| m.about(question.pivot)).collect();
    let mut out = Vec::with_capacity(points.len());
    for p in points {
        let dose_gy = |at: Point3| -> Option<f64> {
            let in_fraction = |t: &RigidTransform| question.dose.dose_gy(t.apply(at));
            Some(placed.iter().map(in_fraction).sum::<Option<f64>>()? / placed.len() as f64)
        };
        // The part of the cell that lies inside, to first order in the distance, and its middle.
        let beyond_mm = p.distance_mm - offset_mm;
        let part = part_below(beyond_mm, step_mm);
        if part >= 1.0 {
            out.push([dose_gy(p.point)?, step_mm.powi(3)]);
        } else if part > 0.0 {
            let middle = p.point - p.outwards * (0.5 * (beyond_mm + 0.5 * step_mm));
            out.push([dose_gy(middle)?, part * step_mm.powi(3)]);
            out.push([dose_gy(p.point - p.outwards * beyond_mm)?, 0.0]);
        }
    }
    out.sort_by(|a, b| b[0].total_cmp(&a[0]));
    Some(out)
}

/// A figure as it is read from doses of points.
enum Sampled {
    Max,
    Min,
    Mean,
    /// Of the hottest so many mm3.
    ToVolume(f64),
    /// Of the hottest part of the volume.
    ToPart(f64),
}

impl Sampled {
    fn new(metric: &Metric) -> Result<Self, DoseProbabilityError> {
        Ok(match metric {
            Metric::Max => Self::Max,
            Metric::Min => Self::Min,
            Metric::Mean => Self::Mean,
            Metric::DoseToCc(cc) => Self::ToVolume(1000.0 * cc),
            Metric::DoseToPercent(percent) => Self::ToPart(percent / 100.0),
            other => return Err(DoseProbabilityError::Figure(other.to_string())),
        })
    }

    /// The figure of doses that come hottest first.
    fn of(&self, doses: &[[f64; 2]]) -> f64 {
        let volume = || doses.iter().map(|d| d[1]).sum::<f64>();
        match self {
            Self::Max => doses.first().map_or(0.0, |d| d[0]),
            Self::Min => doses.last().map_or(0.0, |d| d[0]),
            Self::Mean => doses.iter().map(|d| d[0] * d[1]).sum::<f64>() / volume(),
            Self::ToVolume(mm3) => hottest(doses, *mm3),
            Self::ToPart(part) => hottest(doses, part * volume()),
        }
    }
}

/// The dose that the hottest volume has everywhere, linear between points.
fn hottest(doses: &[[f64; 2]], mm3: f64) -> f64 {
    let mut before: Option<[f64; 2]> = None;
    let mut sum = 0.0;
    for [gy, volume] in doses {
        // A point stands for the volume about it, half of which is hotter; those of the surface for
        // none.
        if *volume <= 0.0 {
            continue;
        }
        let at = sum + 0.5 * volume;
        if at >= mm3 {
            return match before {
                Some([hotter, there]) => hotter + (gy - hotter) * (mm3 - there) / (at - there),
                None => *gy,
            };
        }
        before = Some([*gy, at]);
        sum += volume;
    }
    doses.last().map_or(0.0, |d| d[0])
}
