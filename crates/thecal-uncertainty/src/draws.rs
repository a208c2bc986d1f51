//! Samples of what sources do to a structure.

use crate::source::{Course, Moved, Source, Sources};
use nalgebra::Rotation3;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;
use thecal_geom::{Point3, RigidTransform, Vector3};

/// What moves a structure: a rotation about a pivot, then a shift, and an offset of its surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Motion {
    /// Rotation vector: its direction is the axis and its length the angle, radians.
    pub rotation_rad: Vector3,
    /// Shift along the patient's axes, mm.
    pub shift_mm: Vector3,
    /// How far the whole surface lies farther out, mm.
    pub offset_mm: f64,
}

impl Motion {
    /// The one that moves nothing.
    #[must_use]
    pub fn none() -> Self {
        Self { rotation_rad: Vector3::zeros(), shift_mm: Vector3::zeros(), offset_mm: 0.0 }
    }

    /// Two at once. Rotation vectors add up, which is right to first order in the angle.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            rotation_rad: self.rotation_rad + other.rotation_rad,
            shift_mm: self.shift_mm + other.shift_mm,
            offset_mm: self.offset_mm + other.offset_mm,
        }
    }

    /// Where it takes points: a rotation about the pivot, then the shift.
    #[must_use]
    pub fn about(&self, pivot: Point3) -> RigidTransform {
        let rotation = Rotation3::from_scaled_axis(self.rotation_rad);
        let translation = pivot.coords - rotation * pivot.coords + self.shift_mm;
        RigidTransform::new(rotation, translation)
    }
}

/// Seven independent standard normal numbers: shift, rotation and offset of one source.
pub(crate) type Draw = [f64; 7];

/// What one source does in one sample; `scale` is 1 for the source as stated and 0 without it.
pub(crate) fn motion(source: &Source, draw: &Draw, scale: f64) -> Motion {
    let three = |sd: [f64; 3], first: usize| {
        Vector3::from_fn(|axis, _| scale * sd[axis] * draw[first + axis])
    };
    Motion {
        shift_mm: three(source.shift_sd_mm, 0),
        rotation_rad: three(source.rotation_sd_deg, 3).map(f64::to_radians),
        offset_mm: scale * source.offset_sd_mm * draw[6],
    }
}

/// Which stream of random numbers is meant: those of a sample never depend on other samples, so
/// that the result is the same for any number of threads.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    /// What sources do once.
    Sources,
    /// Surfaces displaced place by place, for one of the correlation lengths.
    Surface(u8),
    /// What sources do in one fraction.
    Fraction(u32),
}

impl Stream {
    fn number(self) -> u64 {
        match self {
            Self::Sources => 0,
            Self::Surface(length) => 1 + u64::from(length),
            Self::Fraction(fraction) => 256 + u64::from(fraction),
        }
    }
}

/// The generator of one stream of one sample.
pub(crate) fn generator(seed: u64, sample: u32, stream: Stream) -> Pcg64 {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..12].copy_from_slice(&sample.to_le_bytes());
    // The generator takes no note of the lowest bit of its stream.
    key[16..24].copy_from_slice(&(2 * stream.number()).to_le_bytes());
    // Neighbouring keys make unlike states: the generator's first output mixes all of the state.
    let mut rng = Pcg64::from_seed(key);
    let mixed: [u64; 4] = std::array::from_fn(|_| rand::Rng::next_u64(&mut rng));
    let mut state = [0; 32];
    for (to, from) in state.chunks_exact_mut(8).zip(mixed) {
        to.copy_from_slice(&from.to_le_bytes());
    }
    Pcg64::from_seed(state)
}

/// Standard normal numbers of a generator.
pub(crate) fn normals(rng: &mut Pcg64) -> impl Iterator<Item = f64> + '_ {
    StandardNormal.sample_iter(rng)
}

/// What each source draws in a sample, in their order.
pub(crate) fn draws(sources: &Sources, seed: u64, sample: u32, stream: Stream) -> Vec<Draw> {
    let mut rng = generator(seed, sample, stream);
    let mut normal = normals(&mut rng);
    let one = |_: &Source| std::array::from_fn(|_| normal.next().unwrap_or(0.0));
    sources.all().iter().map(one).collect()
}

/// Which sources count, and how much of each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scales(pub(crate) Vec<f64>);

impl Scales {
    /// Each source as stated where it is wanted, and not at all elsewhere.
    pub(crate) fn only(sources: &Sources, wanted: impl Fn(&Source) -> bool) -> Self {
        Self(sources.all().iter().map(|s| f64::from(u8::from(wanted(s)))).collect())
    }

    /// One of the sources scaled.
    pub(crate) fn with(&self, source: usize, scale: f64) -> Self {
        let mut out = self.clone();
        out.0[source] *= scale;
        out
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.0.iter().all(|s| *s == 0.0)
    }

    /// What the sources do to one structure in a sample.
    pub(crate) fn motion(&self, sources: &Sources, moved: Moved, draws: &[Draw]) -> Motion {
        let each = sources.all().iter().zip(draws).zip(&self.0);
        let of = each.filter(|((s, _), scale)| s.moved == moved && **scale != 0.0);
        of.fold(Motion::none(), |sum, ((s, draw), scale)| sum.and(motion(s, draw, *scale)))
    }
}

/// Sources that take one value for the whole course.
pub(crate) fn is_systematic(source: &Source) -> bool {
    source.course == Course::Systematic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_and_samples_have_numbers_of_their_own() {
        let streams = [Stream::Sources, Stream::Surface(0), Stream::Surface(1)];
        let fractions = (0..6).map(Stream::Fraction);
        let mut first: Vec<u64> = Vec::new();
        for stream in streams.into_iter().chain(fractions) {
            for sample in 0..50 {
                first.push(rand::Rng::next_u64(&mut generator(7, sample, stream)));
            }
        }
        let all = first.len();
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), all);
        // Numbers of neighbouring samples do not go together: the correlation of so many has a
        // standard deviation of 0.01.
        let draw =
            |sample| normals(&mut generator(7, sample, Stream::Sources)).next().expect("one");
        let count = 10_000;
        let together: f64 = (0..count).map(|i| draw(i) * draw(i + 1)).sum();
        assert!((together / f64::from(count)).abs() < 0.04, "{together}");
    }

    #[test]
    fn numbers_are_normal_from_sample_to_sample() {
        // Over the samples of one stream, not along it: Kolmogorov's statistic, which exceeds
        // 1.95 / sqrt(n) once in a thousand times.
        let below = |x: f64| {
            let (mut sum, mut term, mut n) = (x, x, 1.0);
            while term.abs() > 1e-12 {
                n += 2.0;
                term *= x * x / n;
                sum += term;
            }
            0.5 + sum * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
        };
        let count = 20_000;
        for (seed, place) in [(1, 0), (1, 9), (2, 4)] {
            let draw = |sample| {
                let mut rng = generator(seed, sample, Stream::Sources);
                normals(&mut rng).nth(place).expect("one")
            };
            let mut all: Vec<f64> = (0..count).map(draw).collect();
            all.sort_by(f64::total_cmp);
            let share = |k: usize| (k as f64 + 0.5) / f64::from(count);
            let off = all.iter().enumerate().map(|(k, x)| (below(*x) - share(k)).abs());
            let most = off.fold(0.0, f64::max) * f64::from(count).sqrt();
            assert!(most < 1.95, "seed {seed}, number {place}: {most}");
        }
    }
}
