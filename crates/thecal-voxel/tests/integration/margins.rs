//! A margin is as wide as it says, all round, on shapes whose surface is known.

use std::f64::consts::TAU;
use thecal_geom::{Point3, Vector3};
use thecal_voxel::{Grid, Interpolation, Margins, Volume, margin};

fn sampled(spacing_mm: [f64; 3], half_mm: f64, f: impl Fn(Point3) -> f64 + Sync) -> Volume<f32> {
    let size = spacing_mm.map(|s| (2.0 * half_mm / s).ceil() as usize + 3);
    let origin = Point3::from(Vector3::from_fn(|a, _| {
        -0.5 * (size[a] - 1) as f64 * spacing_mm[a] + [0.13, -0.07, 0.21][a]
    }));
    let grid = Grid::axis_aligned(origin, spacing_mm, size).expect("a valid grid");
    Volume::from_fn(grid, |v| f(grid.centre_mm(v)) as f32)
}

/// Distance along a ray to where the field becomes positive, looked for near `about`.
fn crossing(field: &Volume<f32>, from: Point3, direction: Vector3, about: f64) -> f64 {
    let value =
        |t: f64| field.sample(from + direction * t, Interpolation::Cubic).expect("on the grid");
    let (mut lo, mut hi) = (about - 0.3, about + 0.3);
    assert!(value(lo) < 0.0 && value(hi) > 0.0, "no surface within 0.3 mm of {about}");
    for _ in 0..40 {
        let mid = 0.5 * (lo + hi);
        if value(mid) > 0.0 { hi = mid } else { lo = mid }
    }
    hi
}

fn directions() -> Vec<Vector3> {
    // A Fibonacci sphere: even, and along no axis of the grid.
    (0..400)
        .map(|i| {
            let z = 1.0 - 2.0 * (f64::from(i) + 0.5) / 400.0;
            let a = TAU * f64::from(i) * 0.618_033_988_75;
            let r = (1.0 - z * z).sqrt();
            Vector3::new(r * a.cos(), r * a.sin(), z)
        })
        .collect()
}

fn torus(p: Point3) -> f64 {
    (p.x.hypot(p.y) - 9.0).hypot(p.z) - 4.0
}

#[test]
fn two_millimetres_are_two_millimetres_all_round() {
    for radius in [5.0, 8.0] {
        let ball = sampled([0.5; 3], radius + 1.5, |p| p.coords.norm() - radius);
        for margin_mm in [2.0, 3.0, 0.7, -2.0] {
            let grown = margin::level_with_margin(&ball, margin_mm).unwrap();
            for d in directions() {
                let found = crossing(&grown, Point3::origin(), d, radius + margin_mm) - radius;
                assert!((found - margin_mm).abs() < 0.02, "{radius} {margin_mm}: {found}");
            }
        }
    }
    let ring = sampled([0.5, 0.5, 0.6], 14.0, torus);
    let grown = margin::level_with_margin(&ring, 2.0).unwrap();
    for i in 0..60 {
        let a = TAU * f64::from(i) / 60.0;
        let middle = Point3::new(9.0 * a.cos(), 9.0 * a.sin(), 0.0);
        for j in 0..24 {
            let b = TAU * f64::from(j) / 24.0;
            let d = Vector3::new(a.cos() * b.cos(), a.sin() * b.cos(), b.sin());
            let found = crossing(&grown, middle, d, 6.0) - 4.0;
            assert!((found - 2.0).abs() < 0.02, "{i} {j}: {found}");
        }
    }
}

#[test]
fn each_direction_has_its_own_margin() {
    let m = Margins {
        left_mm: 3.0,
        right_mm: 1.0,
        posterior_mm: 2.0,
        anterior_mm: 0.0,
        superior_mm: 5.0,
        inferior_mm: 4.0,
    };
    // Half spaces have one direction each: the whole face moves by its margin.
    let ball = sampled([0.5; 3], 7.0, |p| p.coords.norm() - 6.0);
    let grown = margin::level_with_margins(&ball, &m).unwrap();
    for (d, expected) in [
        (Vector3::x(), 3.0),
        (-Vector3::x(), 1.0),
        (Vector3::y(), 2.0),
        (-Vector3::y(), 0.0),
        (Vector3::z(), 5.0),
        (-Vector3::z(), 4.0),
    ] {
        let found = crossing(&grown, Point3::origin(), d, 6.0 + expected) - 6.0;
        assert!((found - expected).abs() < 0.03, "{d:?}: {found} instead of {expected}");
    }
    let m = Margins { anterior_mm: 1.5, ..m };
    let grown = margin::level_with_margins(&ball, &m).unwrap();
    // In between: the support of ball plus ellipsoid, along the normal of the ball.
    let sides = |d: Vector3| {
        let pick = |a: usize, lo: f64, hi: f64| if d[a] > 0.0 { hi } else { lo };
        Vector3::new(pick(0, 1.0, 3.0), pick(1, 1.5, 2.0), pick(2, 4.0, 5.0))
    };
    for n in directions() {
        let e = sides(n);
        let offset = e.component_mul(&e).component_mul(&n) / e.component_mul(&n).norm();
        let under = Point3::from(5.0 * n + offset);
        let found = crossing(&grown, under, n, 1.0) - 1.0;
        assert!(found.abs() < 0.05, "{n:?}: {found}");
    }
}

#[test]
fn a_mask_grows_by_distance_not_by_boxes() {
    let ball = sampled([0.5, 0.5, 1.0], 9.0, |p| p.coords.norm() - 4.0).map(|&v| v <= 0.0);
    let grown = margin::mask_with_margin(&ball, 3.0).unwrap();
    let back = margin::mask_with_margin(&grown, -3.0).unwrap();
    assert_eq!(ball.difference(&back).unwrap().count(), 0);
    // Between centres: up to half a voxel short of the margin on the faces, never beyond it.
    let ball_cc = |r: f64| 4.0 / 3.0 * std::f64::consts::PI * r.powi(3) / 1000.0;
    let found = grown.volume_cc();
    assert!(found > ball_cc(6.7) && found < ball_cc(7.0), "{found}");
    assert!(margin::mask_with_margin(&ball, f64::NAN).is_err());
}
