//! The gradient of a solid's level against differences of the level itself.

use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point3, Vector3};
use thecal_mask::{EndRule, Solid};

/// An ellipse-like stack that leans, swells and turns from plane to plane.
fn stack(ends: EndRule) -> Solid {
    let planes = [-7.0, -5.0, -3.0, -0.5, 1.5, 3.5, 6.0, 8.0];
    let contours = planes.iter().enumerate().map(|(k, &z)| {
        let r = (100.0_f64 - z * z).sqrt() - 2.0;
        let at = |i: u32| {
            let a = TAU * f64::from(i) / 150.0;
            let r = r * (1.0 + 0.1 * (2.0 * a + 0.2 * z).cos());
            Point3::new(0.3 * z + 0.02 * z * z + r * a.cos(), 0.8 * r * a.sin(), z)
        };
        let points_mm = (0..150).map(at).collect();
        Contour { number: k + 1, kind: ContourKind::ClosedPlanar, points_mm }
    });
    Solid::from_contours(&contours.collect::<Vec<_>>(), ends, 2.0).expect("a solid")
}

/// A number between 0 and 1 that looks random.
fn part(k: u64) -> f64 {
    let x = (k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((x ^ (x >> 32)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Differences of the level along the axes; none where it has a kink.
fn differences(solid: &Solid, p: Point3) -> Option<Vector3> {
    const STEP_MM: f64 = 5e-4;
    let mut out = Vector3::zeros();
    for k in 0..3 {
        let mut by = Vector3::zeros();
        by[k] = STEP_MM;
        let [low, here, high] = [p - by, p, p + by].map(|p| solid.level_mm(p));
        if (high - 2.0 * here + low).abs() > 5e-3 * STEP_MM {
            return None;
        }
        out[k] = (high - low) / (2.0 * STEP_MM);
    }
    Some(out)
}

#[test]
fn the_gradient_is_how_the_level_grows() {
    let turn = nalgebra::Rotation3::from_euler_angles(0.4, -0.7, 1.1);
    for ends in [EndRule::HalfSlice, EndRule::Rounded] {
        let drawn = stack(ends);
        let solids = [
            ("drawn", drawn.clone()),
            ("straight", drawn.straight()),
            ("cubic", drawn.cubic()),
            ("fullest", drawn.fullest()),
            ("thinned", drawn.thinned(true)),
        ];
        for (name, solid) in &solids {
            let (mut looked_at, mut worst) = (0, 0.0_f64);
            for k in 0..1500 {
                let a = TAU * part(3 * k);
                let z = -9.6 + 20.2 * part(3 * k + 1);
                // Between planes the fullest solid is steep, and its gradient only says which way.
                if *name == "fullest" && (-7.0..8.0).contains(&z) {
                    continue;
                }
                let r = 9.0 * part(3 * k + 2).sqrt() + 1.5;
                let p = Point3::new(0.3 * z + r * a.cos(), 0.8 * r * a.sin(), z);
                // Deep inside, where nearest points jump from side to side, it only says which way.
                let Some(wanted) = differences(solid, p).filter(|_| solid.level_mm(p) > -2.0)
                else {
                    continue;
                };
                looked_at += 1;
                let mut off = solid.level(p).gradient - wanted;
                // With half of the planes the directions from plane to plane differ so much that
                // they are trusted in part. The gradient leaves out how that changes in a plane.
                if *name == "thinned" {
                    off = Vector3::z() * off.z;
                }
                worst = worst.max(off.norm());
                assert!((solid.level(p).value_mm - solid.level_mm(p)).abs() < 1e-12);
            }
            assert!(
                looked_at > if *name == "fullest" { 40 } else { 200 },
                "{name} {ends:?}: {looked_at} points"
            );
            assert!(worst < 0.02, "{name} {ends:?}: off by {worst}");
        }
    }
    // Gradients lie along the patient's axes, however the stack does.
    let drawn = stack(EndRule::HalfSlice);
    let turned: Vec<Contour> = drawn
        .drawn()
        .map(|(w, region)| Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: region.rings()[0]
                .iter()
                .map(|&p| turn * drawn.patient_point(p, w))
                .collect(),
        })
        .collect();
    let turned = Solid::from_contours(&turned, EndRule::HalfSlice, 2.0).expect("a solid");
    let p = Point3::new(9.0, 1.0, 2.4);
    let (here, there) = (drawn.level(p), turned.level(turn * p));
    // Inscribed circles are known to 0.01 mm.
    assert!((here.value_mm - there.value_mm).abs() < 0.003);
    assert!((turn * here.gradient - there.gradient).norm() < 0.01);
}

#[test]
fn a_sampler_says_what_the_solid_says() {
    let solid = stack(EndRule::HalfSlice);
    let mut sampler = solid.sampler();
    for k in 0..400 {
        let t = f64::from(k) / 400.0;
        let a = 3.0 * TAU * t;
        let p = Point3::new(7.0 * a.cos(), 6.0 * a.sin(), -8.0 + 16.0 * t);
        let (found, wanted) = (sampler.level(p), solid.level(p));
        assert!((found.value_mm - wanted.value_mm).abs() < 1e-12, "{p}");
        assert!((found.gradient - wanted.gradient).norm() < 1e-9, "{p}");
    }
}
