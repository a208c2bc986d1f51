//! Spheres, cylinders and cones of 12 mm radius and 24 mm height in a linear dose of 1 Gy/mm.

use crate::measured::{directions, measured};
use crate::shapes::Shape;

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

/// A cone's tip between two planes is not drawn: its largest and least doses are not held to the truth, only
/// their intervals. Nor are volumes of a cylinder across planes of 3 mm (`docs/dose.md`).
#[test]
fn figures_are_those_of_one_end_rule_and_intervals_hold_all_of_them() {
    let mut faults = Vec::new();
    let mut seed = 0;
    for shape in Shape::ALL {
        for (name, along) in directions() {
            seed += 1;
            let spacing = [[1.0, 2.0], [2.0, 3.0], [3.0, 1.0]][seed as usize % 3];
            let (figures, _) = measured(shape, spacing, along, 0.08, seed);
            for m in &figures {
                let undrawn_tip = shape == Shape::ConeAcross && m.metric.starts_with("Dm");
                let most = match m.metric {
                    "Dmax" | "Dmin" if undrawn_tip => 1.0,
                    "volume" if shape.is_turned() => 0.007 * m.truths[3],
                    "volume" => 0.005 * m.truths[3],
                    // The doses to volumes say how right the curve is; its interval is asked for here.
                    "V34Gycc" => f64::INFINITY,
                    _ if shape.is_turned() && spacing[0] > 1.0 => 0.10,
                    _ => 0.05,
                };
                if m.error().abs() > most || !m.holds() {
                    let (error, holds) = (m.error(), m.holds());
                    faults.push(format!("{shape:?} {spacing:?} {name} {error:+.3} {holds} {m:?}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
