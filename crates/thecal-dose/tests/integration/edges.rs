//! Doses that fall like an error function, on coarse grids: the truth lies within the interval.

use crate::shapes::{Drawn, Ends, Random, Shape, Truth, grid};
use thecal_dose::{Dose, DoseVolume, Metric};
use thecal_geom::Vector3;
use thecal_mask::{EndRule, Solid};

/// An edge of 20 Gy that falls along a direction, `k` of it per mm where it is steepest.
///
/// # Source
/// The error function by Abramowitz and Stegun 1964, 7.1.26, to 1.5e-7.
pub(crate) fn erf_edge(along: Vector3, offset: f64, k: f64) -> impl Fn(Vector3) -> f64 {
    let s = 1.0 / (k * std::f64::consts::TAU.sqrt());
    move |p| {
        let x = (along.dot(&p) - offset) / (s * std::f64::consts::SQRT_2);
        let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
        let poly = t
            * (0.254_829_592
                + t * (-0.284_496_736
                    + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
        let erf = x.signum() * (1.0 - poly * (-x * x).exp());
        10.0 * (1.0 - erf)
    }
}

/// Whether the interval of each figure holds the truth of one random case, and how wide it is.
pub(crate) fn held(seed: u64, step: f64, truth_step: f64) -> Vec<(&'static str, bool, f64)> {
    let mut random = Random::new(7000 + seed);
    let shape = Shape::ALL[(5.0 * random.next()) as usize];
    let slice = [1.0, 2.0, 3.0][(3.0 * random.next()) as usize];
    let drawn = Drawn::new(shape, slice, &mut random);
    let along = Vector3::from_fn(|_, _| random.next() - 0.5).normalize();
    let offset = along.dot(&drawn.centre) + 16.0 * (random.next() - 0.5);
    let dose = erf_edge(along, offset, 0.05 + 0.13 * random.next());
    let of = grid(step, 12.0, &mut random, &dose);
    let solid = Solid::from_contours(&drawn.contours, EndRule::HalfSlice, slice).expect("a solid");
    let curve = DoseVolume::from_solid(&solid, &Dose::from(of)).expect("a curve");
    let truths = [Ends::Open, Ends::Capped].map(|e| Truth::new(&drawn, e, truth_step, 48, &dose));
    let mut out = Vec::new();
    let mut look = |name: &'static str, of: &dyn Fn(&Truth) -> f64| {
        let figure = curve.figure(&name.parse::<Metric>().expect("a metric"));
        let (lower, upper) = (figure.lower.expect("a bound"), figure.upper.expect("a bound"));
        // The truth is a sum over points that lie apart, which leaves this much of it.
        let own = if name.ends_with("Gycc") { 0.0 } else { 0.01 };
        let holds = truths.iter().map(of).all(|t| lower - own <= t && t <= upper + own);
        out.push((name, holds, upper - lower));
    };
    look("D0.03cc", &|t| t.dose_to(30.0));
    look("D0.35cc", &|t| t.dose_to(350.0));
    look("D1cc", &|t| t.dose_to(1000.0));
    look("D95%", &|t| t.dose_to(0.95 * t.volume));
    look("D50%", &|t| t.dose_to(0.5 * t.volume));
    look("Dmean", &Truth::mean);
    look("V10Gycc", &|t| t.above(10.0) / 1000.0);
    out
}

#[test]
fn the_truth_lies_within_the_interval_whatever_the_grid() {
    let cases = (0..15).map(|seed| (seed, [1.0, 2.0, 2.5][seed as usize % 3]));
    // In the last two a volume is none, or all but none, at open ends.
    for (seed, step) in cases.chain([(50, 1.0), (93, 2.0)]) {
        for (name, holds, width) in held(seed, step, 0.2) {
            assert!(holds, "seed {seed}, grid {step} mm, {name}, width {width}");
        }
    }
}
