//! Spheres, cylinders and cones of 12 mm radius and 24 mm height in a linear dose of 1 Gy/mm.

use crate::measured::{Measured, directions, measured};
use crate::shapes::{Random, Shape};
use thecal_geom::Vector3;

/// Open ends and half-slice caps lie within the interval of every figure.
#[test]
fn intervals_of_spheres_and_cylinders_hold_both_end_rules() {
    let mut faults = Vec::new();
    let mut seed = 100;
    for shape in [Shape::Sphere, Shape::CylinderAlong, Shape::CylinderAcross] {
        for (name, along) in directions() {
            seed += 1;
            let spacing = [[1.0, 2.0], [2.0, 3.0], [3.0, 1.0]][seed as usize % 3];
            let (figures, _) = measured(shape, spacing, along, 0.08, seed);
            let missed = figures.iter().filter(|m| !m.holds());
            faults.extend(missed.map(|m| format!("{shape:?} {spacing:?} {name} {m:?}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// True where the drawn planes do not cut a shape straight across.
fn is_turned(shape: Shape) -> bool {
    matches!(shape, Shape::CylinderAcross | Shape::ConeAcross)
}

/// What the figures of some shapes are off by more than allowed, and the intervals that hold not all of the
/// truths.
fn faults(
    wanted: impl Fn(Shape) -> bool,
    error_most: impl Fn(Shape, f64, &Measured) -> f64,
) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seed = 0;
    for shape in Shape::ALL {
        for (name, along) in directions() {
            seed += 1;
            let spacing = [[1.0, 2.0], [2.0, 3.0], [3.0, 1.0]][seed as usize % 3];
            if !wanted(shape) {
                continue;
            }
            let (figures, _) = measured(shape, spacing, along, 0.08, seed);
            for m in &figures {
                if m.error().abs() > error_most(shape, spacing[0], m) || !m.holds() {
                    let (error, holds) = (m.error(), m.holds());
                    faults.push(format!("{shape:?} {spacing:?} {name} {error:+.3} {holds} {m:?}"));
                }
            }
        }
    }
    faults
}

#[test]
fn figures_of_shapes_whose_ends_are_drawn_are_those_of_one_end_rule() {
    let most = |_: Shape, _: f64, m: &Measured| match m.metric {
        "volume" => 0.005 * m.truths[3],
        // A dose that is 0.05 Gy off moves a small volume by more: the doses to volumes are asked for.
        "V34Gycc" => f64::INFINITY,
        _ => 0.05,
    };
    let faults = faults(|shape| shape != Shape::ConeAcross, most);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn intervals_of_shapes_across_the_normal_hold_all_end_rules() {
    let faults = faults(is_turned, |_, _, _| f64::INFINITY);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// In any direction, on any slices and grids: a verdict on a limit beside the truth is never wrong.
#[test]
fn intervals_hold_the_truth_in_any_direction() {
    let mut faults = Vec::new();
    // In one of them the columns of a sphere's cells end beyond its surface, where it is hottest.
    for seed in 38..44 {
        let mut random = Random::new(40_000 + seed);
        let shape = Shape::ALL[(5.0 * random.next()) as usize];
        let along = Vector3::from_fn(|_, _| random.next() - 0.5).normalize();
        let [slice, step] = [0; 2].map(|_| [1.0, 2.0, 3.0][(3.0 * random.next()) as usize]);
        let (figures, _) = measured(shape, [slice, step], along, 0.08, 50_000 + seed);
        let missed = figures.iter().filter(|m| !m.holds());
        faults.extend(missed.map(|m| format!("{seed} {shape:?} {slice} {step} {m:?}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
#[ignore = "not reached: the tip of a cone that lies across the planes is drawn on none of them"]
fn figures_are_those_of_one_end_rule_and_intervals_hold_all_of_them() {
    let most = |shape: Shape, slice: f64, m: &Measured| match m.metric {
        "volume" | "V34Gycc" => 0.005 * m.truths[3],
        _ if is_turned(shape) && slice > 1.0 => 0.10,
        _ => 0.05,
    };
    let faults = faults(|_| true, most);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
