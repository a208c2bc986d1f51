//! Probabilities that are known in closed form: 20 seeds each, within three Monte Carlo errors.

use crate::shapes::{ball, normal_cdf, plate, question, round, solid, source, sources, with_gap};
use thecal_geom::Point3;
use thecal_margin::{Arrangement, Gap};
use thecal_mask::Solid;
use thecal_uncertainty::{
    Motion, Moved, PairQuestion, Sampling, Sources, gap_probability, gaps_mm, motions,
};

const SEEDS: u64 = 20;
const SAMPLES: u32 = 2_500;

/// All seeds and thresholds within three standard errors, and their mean within what is left of it:
/// a bias would show.
fn agrees(question: &PairQuestion<'_>, sources: &Sources, truth: &dyn Fn(f64) -> f64) {
    // The pair is made ready once for the samples of all seeds.
    let of_seed = |seed| motions(question, sources, Sampling { samples: SAMPLES, seed });
    let all: Vec<[Motion; 2]> = (1..=SEEDS).flat_map(of_seed).collect();
    let gaps = gaps_mm(question, &all).expect("it moves");
    let mut off = vec![0.0; question.thresholds_mm.len()];
    for (seed, gaps) in gaps.chunks(SAMPLES as usize).enumerate() {
        for (k, t) in question.thresholds_mm.iter().enumerate() {
            let truth = truth(*t);
            let p = gaps.iter().filter(|gap| *gap >= t).count() as f64 / f64::from(SAMPLES);
            let error = (truth * (1.0 - truth) / f64::from(SAMPLES)).sqrt();
            let away = (p - truth) / error;
            assert!(away.abs() < 3.5, "seed {seed}, {t} mm: {away} errors off {truth}");
            off[k] += away / SEEDS as f64;
        }
    }
    for (off, t) in off.iter().zip(question.thresholds_mm) {
        assert!(off.abs() < 3.0 / (SEEDS as f64).sqrt(), "{off} errors off at {t} mm on the mean");
    }
}

/// A wall whose face lies at y = 0, and everything that faces it lies below.
fn wall() -> Solid {
    solid(&plate([-16.0, 0.0, -20.0], [16.0, 6.0, 20.0], 2.0))
}

#[test]
fn two_planes_under_shifts_and_offsets() {
    let (wall, facing) = (wall(), solid(&plate([-4.0, -9.0, -5.0], [4.0, -3.0, 5.0], 1.0)));
    let question = question(&facing, &wall, Arrangement::Apart, &[2.0, 3.0, 3.5]);
    // Only what is along y counts, and offsets of both.
    let sources = sources(vec![
        source(Moved::Tumour, [0.8, 0.9, 0.7], [0.0; 3], 0.5),
        source(Moved::Cord, [0.3, 0.4, 0.5], [0.0; 3], 0.3),
    ]);
    let sd = (0.9_f64.powi(2) + 0.5_f64.powi(2) + 0.4_f64.powi(2) + 0.3_f64.powi(2)).sqrt();
    agrees(&question, &sources, &|t| normal_cdf((3.0 - t) / sd));
}

#[test]
fn a_sphere_and_a_plane_under_isotropic_shifts() {
    let (wall, facing) = (wall(), solid(&ball(Point3::new(0.3, -10.5, 0.2), 8.0, 1.0)));
    let question = question(&facing, &wall, Arrangement::Apart, &[1.5, 2.5, 3.0]);
    let sources = sources(vec![source(Moved::Tumour, [1.2; 3], [0.0; 3], 0.0)]);
    agrees(&question, &sources, &|t| normal_cdf((2.5 - t) / 1.2));
}

#[test]
fn two_spheres_under_isotropic_shifts() {
    let (a, b) = (ball(Point3::new(12.1, 0.0, 0.3), 6.0, 1.0), ball(Point3::origin(), 4.0, 1.0));
    let (a, b) = (solid(&a), solid(&b));
    let apart = 12.1_f64.hypot(0.3);
    let question = question(&a, &b, Arrangement::Apart, &[1.0, 2.0, 3.0]);
    let sd = 1.5;
    let sources = sources(vec![
        source(Moved::Tumour, [1.2; 3], [0.0; 3], 0.0),
        source(Moved::Cord, [0.9; 3], [0.0; 3], 0.0),
    ]);
    // The length of a normal vector about one of length d: the distribution of Maxwell, not central.
    let length_below = |r: f64| {
        let (p, m) = ((r + apart) / sd, (r - apart) / sd);
        let density = |x: f64| (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
        normal_cdf(m) + normal_cdf(p) - 1.0 + sd / apart * (density(p) - density(m))
    };
    agrees(&question, &sources, &|t| 1.0 - length_below(t + 10.0));
}

#[test]
fn a_rod_that_turns_before_a_plane() {
    let (half_mm, gap_mm) = (15.0, 3.0);
    let rod = round(Point3::new(0.0, -gap_mm - 5.0, 0.0), half_mm, 1.0, |_| 5.0);
    let (wall, rod) = (wall(), solid(&rod));
    // It turns about the middle of its length.
    let (a_mm, b_mm) = (Point3::new(0.0, -gap_mm, 0.0), Point3::origin());
    let question =
        with_gap(&rod, &wall, Arrangement::Apart, Gap { gap_mm, a_mm, b_mm }, &[2.0, 2.5]);
    let sd_deg = 4.0;
    let sources = sources(vec![source(Moved::Tumour, [0.0; 3], [sd_deg, 0.0, 0.0], 0.0)]);
    // The end comes nearer by the half length times the sine of the angle.
    let lost = |angle: f64| half_mm * angle.sin() + 0.5 * gap_mm * (1.0 - angle.cos());
    let angle_deg = |t: f64| {
        let (mut lo, mut hi) = (0.0_f64, 1.0_f64);
        for _ in 0..60 {
            let middle = 0.5 * (lo + hi);
            if lost(middle) < gap_mm - t { lo = middle } else { hi = middle }
        }
        lo.to_degrees()
    };
    agrees(&question, &sources, &|t| 2.0 * normal_cdf(angle_deg(t) / sd_deg) - 1.0);
}

#[test]
fn a_cord_in_its_sac() {
    // Round tubes about one axis, 3 mm apart: a shift by s leaves 3 - s.
    let sac = solid(&round(Point3::origin(), 8.0, 2.0, |_| 8.0));
    let cord = solid(&round(Point3::origin(), 16.0, 2.0, |_| 5.0));
    let question = question(&cord, &sac, Arrangement::Within, &[1.0, 2.0, 2.5]);
    let sources = sources(vec![source(Moved::Cord, [1.0, 1.0, 1.0], [0.0; 3], 0.0)]);
    // Rayleigh's distribution.
    agrees(&question, &sources, &|t| 1.0 - (-0.5 * (3.0 - t).powi(2)).exp());
}

#[test]
fn samples_that_take_a_cord_past_its_sac_give_no_probability() {
    let sac = solid(&round(Point3::origin(), 4.0, 2.0, |_| 8.0));
    let cord = solid(&round(Point3::origin(), 4.0, 2.0, |_| 5.0));
    let question = question(&cord, &sac, Arrangement::Within, &[1.0]);
    let sources = sources(vec![source(Moved::Cord, [0.0, 0.0, 15.0], [0.0; 3], 0.0)]);
    let sampling = Sampling { samples: 500, seed: 1 };
    assert_eq!(gap_probability(&question, &sources, sampling), None);
}

#[test]
fn what_each_source_contributes_and_the_margin_that_is_needed() {
    let (wall, facing) = (wall(), solid(&plate([-4.0, -9.0, -5.0], [4.0, -3.0, 5.0], 1.0)));
    let question = question(&facing, &wall, Arrangement::Apart, &[2.0]);
    let mut random = source(Moved::Cord, [0.0, 0.6, 0.0], [0.0; 3], 0.0);
    random.course = thecal_uncertainty::Course::Random;
    let sources = sources(vec![source(Moved::Tumour, [0.0, 0.8, 0.0], [0.0; 3], 0.0), random]);
    let sampling = Sampling { samples: 10_000, seed: 5 };
    let found = gap_probability(&question, &sources, sampling).expect("it moves");
    // Variances of 0.64 and 0.36 add up to 1.
    assert!((found.contributions[0].share_of_variance - 0.64).abs() < 0.02);
    assert!((found.contributions[1].share_of_variance - 0.36).abs() < 0.02);
    assert!((found.systematic_sd_mm - 0.8).abs() < 0.02, "{}", found.systematic_sd_mm);
    assert!((found.random_sd_mm - 0.6).abs() < 0.02, "{}", found.random_sd_mm);
    // The 5 % point of a normal distribution lies 1.6449 standard deviations low.
    assert!((found.margin_mm - 1.6449).abs() < 0.03, "{}", found.margin_mm);
    let halved = (0.4_f64.powi(2) + 0.36).sqrt() * 1.6449;
    assert!((found.contributions[0].margin_if_halved_mm - halved).abs() < 0.03);
    let mean = found.gap_mm.quantile(0.5);
    assert!((mean - 3.0).abs() < 0.03, "{mean}");
    // The ends of the interval move the distribution: 2.9 and 3.2 mm as drawn.
    let [low, high] = found.reached[0].at_ends.map(|p| p.p);
    assert!((low - normal_cdf(0.9)).abs() < 0.01, "{low}");
    assert!((high - normal_cdf(1.2)).abs() < 0.01, "{high}");
}

#[test]
fn the_same_for_any_number_of_threads_and_another_for_another_seed() {
    let (a, b) = (solid(&ball(Point3::new(12.0, 0.0, 0.3), 6.0, 1.0)), wall());
    let question = question(&a, &b, Arrangement::Apart, &[1.0]);
    let sources = sources(vec![source(Moved::Tumour, [1.2; 3], [1.0; 3], 0.4)]);
    let run = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let sampling = Sampling { samples: 500, seed };
        pool.install(|| gap_probability(&question, &sources, sampling)).expect("it moves")
    };
    let one = run(1, 3);
    assert_eq!(one, run(4, 3));
    assert_ne!(one.gap_mm.samples(), run(1, 4).gap_mm.samples());
}
