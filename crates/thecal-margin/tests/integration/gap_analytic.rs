//! Gaps of analytic shapes through contours.

use nalgebra::Matrix3;
use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point3, Vector3};
use thecal_margin::{Arrangement, Verdict, clock_deg, gap, interval, measure, verdict};
use thecal_mask::{EndRule, Solid};
use thecal_voxel::{Grid, Volume};

fn ring(centre: [f64; 2], z: f64, radius: f64, phase: f64) -> Contour {
    let n = (TAU * radius / 0.25).ceil().max(8.0) as usize;
    Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: (0..n)
            .map(|i| {
                let a = TAU * (i as f64 + phase) / n as f64;
                Point3::new(centre[0] + radius * a.cos(), centre[1] + radius * a.sin(), z)
            })
            .collect(),
    }
}

fn sphere(centre: Point3, radius: f64, spacing: f64, phase: f64) -> Vec<Contour> {
    let first = ((centre.z - radius) / spacing).ceil() as i32;
    let last = ((centre.z + radius) / spacing).floor() as i32;
    (first..=last)
        .filter_map(|k| {
            let z = f64::from(k) * spacing;
            let r2 = radius * radius - (z - centre.z).powi(2);
            (r2 > 1e-6).then(|| ring([centre.x, centre.y], z, r2.sqrt(), phase))
        })
        .collect()
}

/// A straight tube whose sections are circles, leaning by `slope` mm per mm.
fn tube(radius: f64, slope: f64, spacing: f64, phase: f64) -> Vec<Contour> {
    (-15..=15)
        .map(|k| {
            let z = f64::from(k) * spacing;
            ring([slope * z, 0.0], z, radius, phase)
        })
        .collect()
}

fn solid(contours: &[Contour]) -> Solid {
    Solid::from_contours(contours, EndRule::HalfSlice, 2.0).expect("contours make a solid")
}

#[test]
fn a_sphere_beside_a_straight_tube() {
    for (spacing, tolerance) in [(1.0, 0.02), (2.0, 0.03), (3.0, 0.06)] {
        for k in 0..8 {
            let phase = f64::from(k) / 8.0;
            let c = Point3::new(0.0, -(4.0 + 2.0 + 8.0), phase * spacing);
            let (a, b) =
                (solid(&sphere(c, 8.0, spacing, phase)), solid(&tube(4.0, 0.0, spacing, 0.3)));
            let g = gap(&a, &b, Arrangement::Apart).unwrap();
            assert!((g.gap_mm - 2.0).abs() < tolerance, "{spacing} {phase}: {}", g.gap_mm);
            let i = interval(&a, &b, &g, Arrangement::Apart);
            assert!(i.lower_mm <= 2.0 && 2.0 <= i.upper_mm, "{spacing} {phase}: {i:?}");
            assert_ne!(verdict(i, 3.0, 0.0), Verdict::Pass);
        }
    }
}

#[test]
fn overlap_is_minus_the_depth() {
    let c = Point3::new(0.0, -(4.0 - 1.5 + 8.0), 0.4);
    let g = measure(
        &solid(&sphere(c, 8.0, 2.0, 0.0)),
        &solid(&tube(4.0, 0.0, 2.0, 0.0)),
        Arrangement::Apart,
        &[],
    )
    .unwrap()
    .gap;
    assert!((g.gap_mm + 1.5).abs() < 0.02, "{}", g.gap_mm);
}

#[test]
fn cord_in_sac_is_a_ring_and_stacked_discs_follow_the_end_rule() {
    let g = gap(
        &solid(&tube(4.0, 0.0, 2.0, 0.0)),
        &solid(&tube(7.0, 0.1, 2.0, 0.2)),
        Arrangement::Within,
    )
    .unwrap();
    // The sac leans by 0.1 mm per mm over 30 mm each way: it comes nearest at its drawn ends.
    assert!(g.gap_mm < 3.0 && g.gap_mm >= -0.1, "{}", g.gap_mm);
    let disc =
        |z: &[f64]| -> Vec<Contour> { z.iter().map(|&z| ring([0.0, 0.0], z, 5.0, 0.0)).collect() };
    let (low, high) = (disc(&[0.0, 2.0, 4.0]), disc(&[8.0, 10.0, 12.0]));
    for (ends, truth) in [(EndRule::HalfSlice, 2.0), (EndRule::Plane, 4.0)] {
        let s = |c: &[Contour]| Solid::from_contours(c, ends, 2.0).unwrap();
        let g = gap(&s(&low), &s(&high), Arrangement::Apart).unwrap();
        assert!((g.gap_mm - truth).abs() < 0.01, "{ends:?}: {}", g.gap_mm);
    }
}

#[test]
fn a_rigid_motion_moves_no_gap() {
    let c = Point3::new(3.0, -13.5, 0.7);
    let (a, b) = (sphere(c, 8.0, 3.0, 0.1), tube(4.0, 0.25, 3.0, 0.6));
    let still = gap(&solid(&a), &solid(&b), Arrangement::Apart).unwrap().gap_mm;
    let turn = nalgebra::Rotation3::from_euler_angles(0.4, -0.7, 1.1);
    let shift = Vector3::new(31.7, -112.3, 845.1);
    let moved = |cs: &[Contour]| -> Vec<Contour> {
        cs.iter()
            .rev()
            .map(|c| Contour {
                points_mm: c.points_mm.iter().map(|p| turn * p + shift).collect(),
                ..c.clone()
            })
            .collect()
    };
    let there = gap(&solid(&moved(&a)), &solid(&moved(&b)), Arrangement::Apart).unwrap().gap_mm;
    assert!((still - there).abs() < 0.005, "{still} {there}");
}

#[test]
fn extent_near_a_flat_tumour_is_its_own() {
    // A wide cylinder of radius 30 whose side faces the cord at 2 mm: the nearest cord points
    // lie anterior, on every plane that both have.
    let slab: Vec<Contour> =
        (-5..=5).map(|k| ring([0.0, -36.0], f64::from(k) * 2.0, 30.0, 0.2)).collect();
    let (tumour, cord) = (solid(&slab), solid(&tube(4.0, 0.0, 2.0, 0.0)));
    let p = measure(&tumour, &cord, Arrangement::Apart, &[1.0, 3.0]).unwrap().profile;
    assert_eq!(p.below[0].surface_mm2, 0.0);
    let b = p.below[1];
    // Points of the cord circle at angle t from anterior lie sqrt(36^2 + 16 - 288 cos t) - 30
    // from the tumour: below 3 mm for |t| < 39.67 degrees.
    assert!((b.circumference_deg - 79.3).abs() < 7.0, "{}", b.circumference_deg);
    // The ends of the tumour, 22 mm apart, reach sqrt(3^2 - d^2) further along the cord.
    assert!(b.length_mm > 22.0 && b.length_mm < 28.0, "{}", b.length_mm);
    let sheet = 79.3_f64.to_radians() * 4.0 * 22.0;
    assert!(b.surface_mm2 > sheet && b.surface_mm2 < 1.3 * sheet, "{}", b.surface_mm2);
    let anterior = p.sectors[0].unwrap().gap_mm;
    assert!((anterior - 2.0).abs() < 0.05, "{anterior}");
    assert!(p.sectors[6].is_none());
    assert_eq!(clock_deg(&cord, Point3::new(4.0, 0.0, 0.0)).unwrap().round(), 90.0);
    // Tumour within 3 mm of the cord: the lens of the disc of radius 7 and the disc of radius 30
    // whose centres are 36 mm apart, over the tumour's height, and nothing past its ends.
    let lens_mm2 = {
        let (r, s, d) = (7.0_f64, 30.0_f64, 36.0_f64);
        let (x, y) =
            ((d * d + r * r - s * s) / (2.0 * d * r), (d * d + s * s - r * r) / (2.0 * d * s));
        let k = ((-d + r + s) * (d + r - s) * (d - r + s) * (d + r + s)).sqrt();
        r * r * x.acos() + s * s * y.acos() - 0.5 * k
    };
    let truth_cc = lens_mm2 * 22.0 / 1000.0;
    assert!(
        (b.volume_cc.unwrap() / truth_cc - 1.0).abs() < 0.1,
        "{} {truth_cc}",
        b.volume_cc.unwrap()
    );
}

/// A roof whose ridge runs across a tube and leans towards it by `lean` mm per mm, on planes of
/// half a millimetre; its sides fall off by `fall` mm per mm along the tube.
fn roof(lean: f64, fall: f64, shift: f64) -> Solid {
    let origin = Point3::new(-12.0 + shift, -18.0, -5.0);
    let grid = Grid::new(origin, Matrix3::identity(), [0.5; 3], [49, 40, 21]).expect("a grid");
    let level = Volume::from_fn(grid, |v| {
        let p = grid.centre_mm(v);
        let sides = (p.x.abs() - 11.0).max(-p.y - 17.0).max(p.z.abs() - 4.2);
        (0.3 * (p.y + 9.0 - lean * p.x + fall * p.z.abs()).max(sides)) as f32
    });
    Solid::from_level(&level, EndRule::HalfSlice, 0.0, &|p| p).expect("a solid")
}

#[test]
fn a_ridge_beside_a_tube_is_followed_to_its_closest_point() {
    let tube = solid(&tube(5.0, 0.0, 1.0, 0.3));
    for lean in [0.05, 0.15, 0.3, 0.6] {
        for fall in [0.1, 0.4, 1.0] {
            for shift in [0.0, 0.21] {
                let g = gap(&roof(lean, fall, shift), &tube, Arrangement::Apart).unwrap();
                // A line's distance from a circle about the origin, in the plane of the ridge.
                let wanted_mm = 9.0 / lean.hypot(1.0) - 5.0;
                let off_mm = g.gap_mm - wanted_mm;
                assert!(off_mm.abs() < 0.003, "{lean} {fall} {shift}: {off_mm} mm");
            }
        }
    }
}
