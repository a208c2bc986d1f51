//! Laws that hold for every curve.

use crate::shapes::{Drawn, Random, Shape, grid};
use proptest::prelude::*;
use thecal_dose::{Dose, DoseGrid, DoseVolume, Metric};
use thecal_geom::{Point3, Vector3};
use thecal_mask::{EndRule, Solid};

fn wave(seed: u64) -> impl Fn(Vector3) -> f64 {
    let mut random = Random::new(seed);
    let of = |random: &mut Random| Vector3::from_fn(|_, _| 0.3 * (random.next() - 0.5));
    let (a, b) = (of(&mut random), of(&mut random));
    move |p| 20.0 + 8.0 * a.dot(&p).sin() + 4.0 * b.dot(&p).cos()
}

fn case(seed: u64) -> (Drawn, DoseGrid) {
    let mut random = Random::new(seed);
    let shape = Shape::ALL[(5.0 * random.next()) as usize];
    let drawn = Drawn::new(shape, 1.0 + 2.0 * random.next(), &mut random);
    let grid = grid(2.5, 12.0, &mut random, wave(seed));
    (drawn, grid)
}

fn solid(drawn: &Drawn, by: Vector3) -> Solid {
    let mut contours = drawn.contours.clone();
    contours.iter_mut().flat_map(|c| &mut c.points_mm).for_each(|p| *p += by);
    Solid::from_contours(&contours, EndRule::HalfSlice, drawn.slice).expect("a solid")
}

fn of(solid: &Solid, dose: Dose) -> DoseVolume {
    DoseVolume::from_solid(solid, &dose).expect("a curve")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn curves_fall_and_lie_within_their_bands(seed in 0_u64..10_000) {
        let (drawn, grid) = case(seed);
        let curve = of(&solid(&drawn, Vector3::zeros()), grid.into());
        let c = curve.curve(200);
        for values in [&c.volume_cc, &c.lower_cc, &c.upper_cc] {
            prop_assert!(values.windows(2).all(|w| w[1] <= w[0] + 1e-9));
        }
        for n in 0..200 {
            prop_assert!(c.lower_cc[n] <= c.volume_cc[n] + 1e-9, "{n}");
            prop_assert!(c.volume_cc[n] <= c.upper_cc[n] + 1e-9, "{n}");
        }
        let (parts, _) = curve.differential(100);
        prop_assert!((parts.iter().sum::<f64>() - curve.volume_cc()).abs() < 1e-6);
        let doses: Vec<f64> = [0.03, 0.1, 0.35, 1.0]
            .iter()
            .filter_map(|cc| curve.figure(&Metric::DoseToCc(*cc)).value)
            .collect();
        prop_assert!(doses.windows(2).all(|w| w[1] <= w[0]));
    }

    #[test]
    fn twice_the_dose_has_twice_the_figures(seed in 0_u64..10_000) {
        let (drawn, grid) = case(seed);
        let solid = solid(&drawn, Vector3::zeros());
        let once = of(&solid, grid.clone().into());
        let twice = of(&solid, Dose::from(grid.clone()).converted(|gy| 2.0 * gy));
        let sum = of(&solid, Dose::from_beams(grid.clone(), vec![grid]));
        for metric in Metric::DEFAULTS {
            let value = |c: &DoseVolume| {
                let f = c.figure(&metric);
                [f.value, f.lower, f.upper].map(|x| x.expect("known"))
            };
            for (a, b) in value(&once).into_iter().zip(value(&twice)) {
                prop_assert!((2.0 * a - b).abs() < 0.01, "{metric} {a} {b}");
            }
            prop_assert!((value(&twice)[0] - value(&sum)[0]).abs() < 0.001, "{metric}");
        }
    }

    #[test]
    fn moving_all_moves_nothing(seed in 0_u64..10_000, x in -300_i32..300, z in -300_i32..300) {
        let (drawn, grid) = case(seed);
        let by = Vector3::new(f64::from(x), 0.5 * f64::from(x + z), f64::from(z));
        let here = of(&solid(&drawn, Vector3::zeros()), grid.clone().into());
        let moved = of(&solid(&drawn, by), grid.shifted(by).into());
        for metric in Metric::DEFAULTS {
            let (a, b) = (here.figure(&metric).value, moved.figure(&metric).value);
            prop_assert!((a.expect("known") - b.expect("known")).abs() < 2e-3, "{metric} {a:?} {b:?}");
        }
    }
}

#[test]
fn the_curve_is_the_same_for_any_number_of_threads() {
    let (drawn, grid) = case(3);
    let solid = solid(&drawn, Vector3::zeros());
    let dose = Dose::from(grid);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| DoseVolume::from_solid(&solid, &dose).expect("a curve").curve(300))
    };
    let one = on(1);
    assert_eq!(on(2), one);
    assert_eq!(on(5), one);
}

#[test]
fn courses_on_grids_of_their_own_add_up_at_the_point() {
    // Linear doses on different lattices: the sum is linear, whatever their nodes.
    let drawn = Drawn::new(Shape::CylinderAlong, 2.0, &mut Random::new(1));
    let solid = solid(&drawn, Vector3::zeros());
    let (a, b) = (Vector3::new(0.5, 0.2, 0.1), Vector3::new(-0.1, 0.2, 0.4));
    let mut random = Random::new(9);
    let first = grid(3.0, 12.0, &mut random, |p| 20.0 + a.dot(&p));
    let second = grid(2.0, 14.0, &mut random, |p| 10.0 + b.dot(&p));
    let together = grid(2.5, 12.0, &mut random, |p| 30.0 + (a + b).dot(&p));
    let sum = of(&solid, Dose::from(first).plus(second.into()));
    let one = of(&solid, together.into());
    for metric in Metric::DEFAULTS {
        let (x, y) = (sum.figure(&metric).value, one.figure(&metric).value);
        assert!((x.expect("known") - y.expect("known")).abs() < 2e-3, "{metric} {x:?} {y:?}");
    }
    let p = Point3::new(1.0, 2.0, 3.0);
    assert!(
        Dose::from(grid(3.0, 12.0, &mut random, |p| a.dot(&p)))
            .interpolation_bound_gy(p)
            .expect("inside")
            < 1e-5
    );
}
