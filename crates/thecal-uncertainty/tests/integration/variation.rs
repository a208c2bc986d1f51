//! Surfaces that vary place by place, against a field made in full: the square root of the whole
//! covariance matrix, on points of a plate.

use crate::shapes::{plate, question, solid, source, sources};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;
use thecal_geom::nalgebra::{DMatrix, DVector};
use thecal_margin::Arrangement;
use thecal_uncertainty::{Moved, Sampling, gap_probability};

/// Shares of fields on a plate of 15 x 30 mm, of unit variance, whose lowest point lies above -1.
fn in_full(length_mm: f64, samples: usize) -> f64 {
    let points: Vec<[f64; 2]> =
        (0..=15).flat_map(|i| (0..=30).map(move |k| [f64::from(i), f64::from(k)])).collect();
    let n = points.len();
    let mut covariance = DMatrix::from_fn(n, n, |i, k| {
        let d2 = (points[i][0] - points[k][0]).powi(2) + (points[i][1] - points[k][1]).powi(2);
        (-0.5 * d2 / (length_mm * length_mm)).exp()
    });
    covariance += DMatrix::identity(n, n) * 1e-6;
    let root = covariance.cholesky().expect("positive").l();
    let mut rng = Pcg64::seed_from_u64(77);
    let above = |_: &usize| {
        let normal = DVector::from_iterator(n, (&mut rng).sample(n));
        (&root * normal).min() > -1.0
    };
    (0..samples).filter(above).count() as f64 / samples as f64
}

trait Sample {
    fn sample(self, n: usize) -> Vec<f64>;
}

impl Sample for &mut Pcg64 {
    fn sample(self, n: usize) -> Vec<f64> {
        (0..n).map(|_| StandardNormal.sample(self)).collect()
    }
}

#[test]
fn a_field_on_a_plate_is_that_of_its_whole_covariance() {
    let wall = solid(&plate([-30.0, 0.0, -30.0], [30.0, 6.0, 30.0], 1.0));
    let facing = solid(&plate([0.0, -9.0, 0.0], [15.0, -3.0, 30.0], 1.0));
    let question = question(&facing, &wall, Arrangement::Apart, &[2.0]);
    let sources = sources(vec![source(Moved::Tumour, [0.0; 3], [0.0; 3], 1.0)]);
    let sampling = Sampling { samples: 6_000, seed: 11 };
    let found = gap_probability(&question, &sources, sampling).expect("it moves");
    // As a whole, a surface that varies by 1 mm holds 1 mm with 84 %.
    assert!((found.reached[0].probability.p - 0.841).abs() < 0.015);
    let mut before = 0.841;
    for (k, sensitivity) in found.sensitivity.iter().enumerate() {
        let truth = in_full(sensitivity.correlation_mm, 4_000);
        let p = sensitivity.reached[0].p;
        // Three standard errors of both, and what lies between points 1 mm apart.
        assert!((p - truth).abs() < 0.03 + 0.015, "{k}: {p} and {truth}");
        // The shorter the length, the more places a surface has where it may come near.
        assert!(p < before - 0.05, "{p} after {before}");
        before = p;
    }
}
