//! Distances of whole surfaces that are known in closed form.

use crate::shapes::ball;
use thecal_geom::Point3;
use thecal_margin::surface_distance;

fn near(what: &str, found_mm: f64, wanted_mm: f64, by_mm: f64) {
    assert!((found_mm - wanted_mm).abs() < by_mm, "{what}: {found_mm} for {wanted_mm} mm");
}

#[test]
fn a_larger_ball_lies_outside_of_a_smaller_one() {
    let (large, small) =
        (ball(Point3::origin(), 10.0, 1.0, 0.5), ball(Point3::origin(), 8.5, 1.0, 0.5));
    for (first, second, sign) in [(&large, &small, 1.0), (&small, &large, -1.0)] {
        let found = surface_distance(&[first], &[second]).expect("two surfaces");
        near("signed mean", found.signed_mean_mm, sign * 1.5, 0.05);
        near("mean", found.mean_mm, 1.5, 0.05);
        near("95 %", found.p95_mm, 1.5, 0.1);
    }
}

/// Two balls of one radius whose middles are `off` apart: by Archimedes' theorem the distance of a
/// point from the other sphere is spread evenly from 0 to `off`, for `off` far below the radius.
#[test]
fn distances_of_two_balls_are_spread_evenly() {
    let (radius_mm, off_mm) = (10.0, 2.0);
    let a = ball(Point3::origin(), radius_mm, 1.0, 0.5);
    // Along the stack's planes and askew to them.
    for away in [[2.0, 0.0, 0.0], [1.2, 1.28, 0.96]] {
        let b = ball(Point3::from(away), radius_mm, 1.0, 0.5);
        let found = surface_distance(&[&a], &[&b]).expect("two surfaces");
        near("mean", found.mean_mm, 0.5 * off_mm, 0.04);
        near("95 %", found.p95_mm, 0.95 * off_mm, 0.06);
        near("largest", found.max_mm, off_mm, 0.08);
        // The mean distance of the one's points from the other's middle is R + off² / 3R.
        near("signed mean", found.signed_mean_mm, off_mm * off_mm / (3.0 * radius_mm), 0.06);
    }
}

#[test]
fn of_several_solids_the_nearest_counts() {
    let at = |x: f64| ball(Point3::new(x, 0.0, 0.0), 6.0, 1.0, 0.5);
    let (one, two) = (at(0.0), at(40.0));
    let found = surface_distance(&[&one, &two], &[&two, &one]).expect("surfaces");
    near("mean of the same", found.mean_mm, 0.0, 1e-6);
    near("largest of the same", found.max_mm, 0.0, 1e-6);
    assert!(surface_distance(&[&one], &[]).is_none());
    assert!(surface_distance(&[], &[&one]).is_none());
}
