//! Surfaces that are displaced place by place: a Gaussian field on them with a correlation length.

use crate::draws::{Scales, Stream, draws, generator, normals};
use crate::facing::{FIELD_SLACK_MM, FacingPoint, LEAST_BEND_MM, Placement};
use crate::moving_pair::{MovingPair, PairMotion, motion};
use crate::question::{PairQuestion, Sampling};
use crate::source::{Kind, Moved, Source, Sources};
use nalgebra::DMatrix;
use rayon::prelude::*;
use std::collections::HashMap;
use thecal_geom::{Point3, Vector3};

/// Correlation lengths that are tried, mm. No publication gives one.
pub const CORRELATION_LENGTHS_MM: [f64; 2] = [10.0, 5.0];
/// Of places nearer to each other than this part of the correlation length the nearest counts.
const CELL: f64 = 0.15;
/// Places whose surfaces must come nearer by more standard deviations than this are left out.
const MOST_SD: f64 = 4.0;
/// The field is made of so many modes that they leave out no more than this part of its variance.
const LEFT_OUT: f64 = 0.005;
/// Most modes, and most places.
const MOST_MODES: usize = 600;
const MOST_PLACES: usize = 6000;
/// Samples whose fields are made together.
const BATCH: u32 = 64;

/// Places of a pair that may come nearest, and the modes of how far they come nearer.
struct Varied {
    places: Vec<Point3>,
    /// As drawn, mm.
    distance_mm: Vec<f32>,
    /// How the distance changes with the place.
    slopes: Vec<Vector3>,
    /// A row a place, a column a mode.
    modes: DMatrix<f32>,
}

/// Gaps of all samples where the contouring of both surfaces varies with a correlation length, and
/// all other sources move them as they do in the main figure, mm.
///
/// At every place of a surface the standard deviation along the normal is that of the contouring
/// sources of the main figure there. The correlation of two places of one surface is
/// `exp(-d^2 / (2 L^2))` for a distance `d` between them (a squared exponential, Rasmussen and Williams
/// 2006, Gaussian Processes for Machine Learning, section 4.2); the two surfaces are independent.
pub(crate) fn gaps_mm(
    pair: &MovingPair<'_>,
    question: &PairQuestion<'_>,
    sources: &Sources,
    sampling: Sampling,
    length: usize,
) -> Vec<f64> {
    let rigid = Scales::only(sources, |s| s.kind != Kind::Contouring && s.moved != Moved::Patient);
    let Some(varied) = varied(pair, question, sources, CORRELATION_LENGTHS_MM[length]) else {
        return Vec::new();
    };
    let stream = Stream::Surface(length as u8);
    let still = !sources.all().iter().zip(&rigid.0).any(|(s, scale)| {
        *scale != 0.0 && (s.moved == question.moved_a || s.moved == question.moved_b)
    });
    let batches: Vec<u32> = (0..sampling.samples).step_by(BATCH as usize).collect();
    let of_batch = |first: &u32| {
        let samples: Vec<u32> = (*first..(*first + BATCH).min(sampling.samples)).collect();
        let modes = varied.modes.ncols();
        let mut numbers = Vec::with_capacity(modes * samples.len());
        for sample in &samples {
            let mut rng = generator(sampling.seed, *sample, stream);
            numbers.extend(normals(&mut rng).take(modes).map(|x| x as f32));
        }
        let nearer = &varied.modes * DMatrix::from_vec(modes, samples.len(), numbers);
        let of_sample = |(column, sample): (usize, &u32)| {
            let nearer = nearer.column(column);
            if still {
                let all = varied.distance_mm.iter().zip(nearer.iter()).map(|(d, n)| d - n);
                return f64::from(all.fold(f32::INFINITY, f32::min));
            }
            let draws = draws(sources, sampling.seed, *sample, Stream::Sources);
            let motion = motion(question, sources, &rigid, &draws);
            varied.least_mm(pair, &motion, nearer.as_slice())
        };
        samples.iter().enumerate().map(of_sample).collect::<Vec<f64>>()
    };
    batches.par_iter().flat_map_iter(of_batch).collect()
}

impl Varied {
    /// The least distance of places that move and come nearer by `nearer`.
    fn least_mm(&self, pair: &MovingPair<'_>, motion: &PairMotion, nearer: &[f32]) -> f64 {
        let relative = Placement::from(motion.relative(pair.pivot));
        let mut best = f64::INFINITY;
        // What the slope of the distance says of each place: the likeliest is looked at first, and
        // places that cannot come nearer are not looked at.
        let bound = |k: usize| {
            let by = relative.apply(self.places[k]) - self.places[k];
            let way2 = by.norm_squared();
            let falls = (self.slopes[k].dot(&by) - 0.5 * way2 / LEAST_BEND_MM).max(-way2.sqrt());
            f64::from(self.distance_mm[k] - nearer[k]) + falls
        };
        let bounds: Vec<f64> = (0..self.places.len()).map(bound).collect();
        let first = (0..bounds.len()).min_by(|&i, &k| bounds[i].total_cmp(&bounds[k]));
        for k in first.into_iter().chain(0..bounds.len()) {
            if bounds[k] - FIELD_SLACK_MM < best {
                let distance_mm = pair.distance_mm(relative.apply(self.places[k]));
                best = best.min(distance_mm - f64::from(nearer[k]));
            }
        }
        best + pair.by_offsets_mm(motion)
    }
}

/// Places and modes of a pair; none where contouring does not vary.
fn varied(
    pair: &MovingPair<'_>,
    question: &PairQuestion<'_>,
    sources: &Sources,
    length_mm: f64,
) -> Option<Varied> {
    let points = pair.facing.points();
    let sd = |moved: Moved, p: Point3, normal: Vector3| {
        let contouring = |s: &&Source| s.moved == moved && s.kind == Kind::Contouring;
        let all = sources.all().iter().filter(contouring);
        all.map(|s| along_normal_variance(s, p - pair.pivot, normal)).sum::<f64>().sqrt()
    };
    let of_place = |p: &FacingPoint| {
        let foot = pair.facing.foot(p.point_mm);
        let normal = (p.point_mm - foot).try_normalize(1e-6).unwrap_or(p.normal);
        Place {
            point: p.point_mm,
            foot,
            distance_mm: pair.distance_mm(p.point_mm),
            sd_a_mm: sd(question.moved_a, p.point_mm, p.normal),
            sd_b_mm: sd(question.moved_b, foot, normal),
        }
    };
    let all: Vec<Place> = points.par_iter().map(of_place).collect();
    let places = nearest_of_cells(all, CELL * length_mm, question.gap.gap_mm);
    if places.iter().all(|p| p.sd_mm() == 0.0) {
        return None;
    }
    let modes = modes(&places, length_mm);
    let distance_mm = places.iter().map(|p| p.distance_mm as f32).collect();
    let slopes = places.iter().map(|p| pair.facing.slope(p.point)).collect();
    Some(Varied { places: places.iter().map(|p| p.point).collect(), distance_mm, slopes, modes })
}

/// A place of the first surface with the nearest one of the second.
#[derive(Debug, Clone, Copy)]
struct Place {
    point: Point3,
    foot: Point3,
    distance_mm: f64,
    sd_a_mm: f64,
    sd_b_mm: f64,
}

impl Place {
    fn sd_mm(&self) -> f64 {
        self.sd_a_mm.hypot(self.sd_b_mm)
    }

    /// Covariance of how much nearer two places come: the surfaces vary each for itself.
    fn covariance(&self, other: &Self, length_mm: f64) -> f64 {
        let of = |p: Point3, q: Point3| (-(p - q).norm_squared() / (2.0 * length_mm.powi(2))).exp();
        self.sd_a_mm * other.sd_a_mm * of(self.point, other.point)
            + self.sd_b_mm * other.sd_b_mm * of(self.foot, other.foot)
    }
}

/// Variance along the normal that a source gives to a place, which lies `lever` from the pivot, mm2.
fn along_normal_variance(source: &Source, lever: Vector3, normal: Vector3) -> f64 {
    let turned = lever.cross(&normal);
    let axis = |k: usize| {
        let shift = normal[k] * source.shift_sd_mm[k];
        let rotation = turned[k] * source.rotation_sd_deg[k].to_radians();
        shift.powi(2) + rotation.powi(2)
    };
    (0..3).map(axis).sum::<f64>() + source.offset_sd_mm.powi(2)
}

/// Of places in one cell of a lattice the nearest, in the order in which the cells first appear.
fn nearest_of_cells(all: Vec<Place>, cell_mm: f64, gap_mm: f64) -> Vec<Place> {
    let reached = |p: &Place| p.distance_mm - MOST_SD * p.sd_mm() <= gap_mm + 1e-9;
    let mut cell_mm = cell_mm;
    loop {
        let mut kept: Vec<Place> = Vec::new();
        let mut cells: HashMap<[i64; 3], usize> = HashMap::new();
        for place in all.iter().filter(|p| reached(p)) {
            let cell = std::array::from_fn(|k| (place.point[k] / cell_mm).floor() as i64);
            let at = *cells.entry(cell).or_insert(kept.len());
            if at == kept.len() {
                kept.push(*place);
            } else if place.distance_mm < kept[at].distance_mm {
                kept[at] = *place;
            }
        }
        if kept.len() <= MOST_PLACES {
            return kept;
        }
        cell_mm *= 1.3;
    }
}

/// The modes whose random sum has the covariance of the places: a pivoted Cholesky factor, each row of
/// which is scaled so that the variance at its place is exact.
///
/// # Source
/// Harbrecht, Peters and Schneider 2012, doi 10.1016/j.apnum.2011.10.001.
fn modes(places: &[Place], length_mm: f64) -> DMatrix<f32> {
    let wanted: Vec<f64> = places.iter().map(|p| p.sd_mm().powi(2)).collect();
    let whole: f64 = wanted.iter().sum();
    let mut left = wanted.clone();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    while left.iter().sum::<f64>() > LEFT_OUT * whole && columns.len() < MOST_MODES {
        let pivot = (0..left.len()).max_by(|&i, &j| left[i].total_cmp(&left[j]));
        let Some(pivot) = pivot.filter(|&i| left[i] > 0.0) else { break };
        let scale = left[pivot].sqrt();
        let of_row = |i: usize| {
            let known: f64 = columns.iter().map(|c| c[i] * c[pivot]).sum();
            (places[i].covariance(&places[pivot], length_mm) - known) / scale
        };
        let column: Vec<f64> = (0..places.len()).into_par_iter().map(of_row).collect();
        for (left, value) in left.iter_mut().zip(&column) {
            *left = (*left - value * value).max(0.0);
        }
        left[pivot] = 0.0;
        columns.push(column);
    }
    let exact = |i: usize| {
        let made: f64 = columns.iter().map(|c| c[i] * c[i]).sum();
        if made > 0.0 { (wanted[i] / made).sqrt() } else { 0.0 }
    };
    let scale: Vec<f64> = (0..places.len()).map(exact).collect();
    DMatrix::from_fn(places.len(), columns.len(), |i, k| (columns[k][i] * scale[i]) as f32)
}
