//! Solids cut by planes and grown by margins, against the shapes' own formulas.

use std::f64::consts::{PI, TAU};
use thecal_geom::{Contour, ContourKind, Point3, Region};
use thecal_mask::solid::Cut;
use thecal_mask::{EndRule, Solid};

fn ring(z: f64, radius: f64, number: usize) -> Contour {
    let at = |i: usize| {
        let a = TAU * i as f64 / 400.0;
        Point3::new(1.0 + radius * a.cos(), -2.0 + radius * a.sin(), z)
    };
    Contour { number, kind: ContourKind::ClosedPlanar, points_mm: (0..400).map(at).collect() }
}

fn sphere(radius: f64, spacing: f64) -> Solid {
    let count = (radius / spacing).floor() as i32;
    let planes = (-count..=count).map(|k| 0.3 + spacing * f64::from(k));
    let rings = planes.filter(|z| z.abs() < radius).map(|z| (z, (radius * radius - z * z).sqrt()));
    let rings: Vec<_> = rings.enumerate().map(|(n, (z, r))| ring(z, r, n + 1)).collect();
    Solid::from_contours(&rings, EndRule::Rounded, spacing).expect("a solid")
}

fn cylinder(radius: f64, length: f64, spacing: f64) -> Solid {
    let count = (length / spacing).round() as usize;
    let rings: Vec<_> = (0..=count).map(|k| ring(spacing * k as f64, radius, k + 1)).collect();
    Solid::from_contours(&rings, EndRule::Plane, spacing).expect("a solid")
}

#[test]
fn a_sphere_is_cut_in_circles_between_its_planes() {
    let solid = sphere(9.0, 2.0);
    let planes = [-7.0, -3.7, 0.0, 0.3, 1.1, 6.2, 20.0];
    let regions = solid.sections(solid.frame(), &planes, Cut::default()).unwrap();
    for (z, region) in planes.iter().zip(&regions) {
        let Some(region) = region else {
            assert!(*z > 9.0, "nothing at {z}");
            continue;
        };
        let r = (81.0 - z * z).sqrt();
        let off = |p: &[f64; 2]| ((p[0] - 1.0).hypot(p[1] + 2.0) - r).abs();
        let worst = region.rings().iter().flatten().map(off).fold(0.0, f64::max);
        assert!(worst < 0.03, "{z}: {worst} mm");
        let part = region.area_mm2() / (PI * r * r);
        assert!((part - 1.0).abs() < 0.004, "{z}: {part}");
    }
    assert!(regions[6].is_none());
}

#[test]
fn what_was_drawn_comes_back_as_drawn() {
    let solid = sphere(9.0, 2.0);
    let contours = solid.contours_on(solid.frame(), solid.planes_mm(), Cut::default()).unwrap();
    let again = Solid::from_contours(&contours, EndRule::Rounded, 2.0).unwrap();
    for (a, b) in again.planes_mm().iter().zip(solid.planes_mm()) {
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }
    for (a, b) in again.areas_mm2().iter().zip(solid.areas_mm2()) {
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }
}

#[test]
fn another_stack_cuts_the_same_sphere() {
    // A stack turned by the rotation that takes z to the space diagonal.
    let n = nalgebra::Vector3::new(1.0, 1.0, 1.0).normalize();
    let turn = nalgebra::Rotation3::rotation_between(&nalgebra::Vector3::z(), &n).unwrap();
    let turned: Vec<Contour> = (0..3)
        .map(|k| {
            let mut c = ring(2.0 * f64::from(k), 4.0, k as usize + 1);
            c.points_mm.iter_mut().for_each(|p| *p = turn * *p);
            c
        })
        .collect();
    let other = Solid::from_contours(&turned, EndRule::Plane, 2.0).unwrap();
    let solid = sphere(9.0, 1.0);
    let centre = other.frame().stack_from_patient(Point3::new(1.0, -2.0, 0.0));
    for d in [-4.0, 0.0, 3.3] {
        let cut = Cut::default();
        let region = solid.sections(other.frame(), &[centre.z + d], cut).unwrap().remove(0);
        let region = region.expect("the plane meets the sphere");
        let r = (81.0_f64 - d * d).sqrt();
        let off = |p: &[f64; 2]| ((p[0] - centre.x).hypot(p[1] - centre.y) - r).abs();
        let worst = region.rings().iter().flatten().map(off).fold(0.0, f64::max);
        assert!(worst < 0.05, "{d}: {worst} mm");
    }
}

#[test]
fn a_grown_cylinder_is_wider_and_longer_by_the_margin() {
    for margin in [2.0, 3.0] {
        // Longer than the parts that growing works on.
        let grown = cylinder(5.0, 40.0, 2.5).grown(margin, 0.5).unwrap();
        let planes: Vec<f64> = (0..=16).map(|k| 2.5 * f64::from(k)).collect();
        let cut = Cut::default();
        for (z, region) in planes.iter().zip(grown.sections(grown.frame(), &planes, cut).unwrap()) {
            let region: Region = region.expect("within");
            let off = |p: &[f64; 2]| ((p[0] - 1.0).hypot(p[1] + 2.0) - 5.0 - margin).abs();
            let worst = region.rings().iter().flatten().map(off).fold(0.0, f64::max);
            // The rim of a flat end is an edge, which the grid rounds.
            let most = if *z > 1.0 && *z < 39.0 { 0.03 } else { 0.25 };
            assert!(worst < most, "{margin} at {z}: {worst} mm");
        }
        // Past the ends a plate, rounded at its rim.
        let past = [-1.0, 41.0, -(margin + 0.6), 40.6 + margin];
        let found = grown.sections(grown.frame(), &past, cut).unwrap();
        let r = 5.0 + (margin * margin - 1.0).sqrt();
        for region in &found[..2] {
            let part = region.as_ref().expect("within the margin").area_mm2() / (PI * r * r);
            assert!((part - 1.0).abs() < 0.02, "{part}");
        }
        assert!(found[2].is_none() && found[3].is_none());
    }
}

#[test]
fn corners_between_planes_are_not_cut_off() {
    // A column over a square that is turned by 20 degrees.
    let corners = [45.0_f64, 135.0, 225.0, 315.0].map(|a| {
        let a = (a + 20.0).to_radians();
        [7.0 * a.cos(), 7.0 * a.sin()]
    });
    let square = |z: f64| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: corners.iter().map(|p| Point3::new(p[0], p[1], z)).collect(),
    };
    let rings: Vec<_> = (0..4).map(|k| square(f64::from(k))).collect();
    let solid = Solid::from_contours(&rings, EndRule::Plane, 1.0).expect("a solid");
    let cut = solid.sections(solid.frame(), &[1.5], Cut::default()).unwrap();
    let region = cut[0].as_ref().expect("a section");
    for c in corners {
        let off = |p: &[f64; 2]| (p[0] - c[0]).hypot(p[1] - c[1]);
        let nearest = region.rings().iter().flatten().map(off).fold(f64::INFINITY, f64::min);
        assert!(nearest < 0.035, "{nearest} mm");
    }
    // Of a side of 7 times the root of two.
    assert!((region.area_mm2() / 98.0 - 1.0).abs() < 1e-4, "{}", region.area_mm2());
}

#[test]
fn a_slanting_cut_of_a_tube_is_an_ellipse_however_coarsely_it_is_looked_at() {
    let solid = cylinder(5.0, 40.0, 2.5);
    // Planes of a stack that leans by 30 degrees: half axes of 5 and 5 / cos 30 mm.
    let turn = nalgebra::Rotation3::from_axis_angle(&nalgebra::Vector3::y_axis(), PI / 6.0);
    let turned = |k: u32| {
        let mut c = ring(2.0 * f64::from(k), 4.0, k as usize + 1);
        c.points_mm.iter_mut().for_each(|p| *p = turn * *p);
        c
    };
    let turned: Vec<Contour> = (0..3).map(turned).collect();
    let other = Solid::from_contours(&turned, EndRule::Plane, 2.0).expect("a solid");
    let frame = other.frame();
    let w = frame.stack_from_patient(Point3::new(1.0, -2.0, 20.0)).z;
    let wanted_mm2 = PI * 25.0 / (PI / 6.0).cos();
    for step_mm in [0.4, 1.2, 2.0] {
        let cut = Cut { step_mm, tolerance_mm: 0.002 };
        let region = solid.sections(frame, &[w], cut).unwrap().remove(0).expect("it is met");
        assert_eq!(region.rings().len(), 1);
        let ring = &region.rings()[0];
        let off = |q: [f64; 2]| {
            let p = frame.patient_from_stack(Point3::new(q[0], q[1], w));
            (p.x - 1.0).hypot(p.y + 2.0) - 5.0
        };
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
            // Points and the middles of edges lie within twice the tolerance.
            for q in [*a, middle] {
                assert!(off(q).abs() < 0.0045, "{step_mm}: {} mm", off(q));
            }
        }
        let part = region.area_mm2() / wanted_mm2;
        assert!((part - 1.0).abs() < 0.0015, "{step_mm}: {part}");
    }
}

#[test]
fn a_grown_cone_is_wider_by_the_margin_over_the_cosine_whatever_the_step() {
    let cone: Vec<Contour> =
        (0..9).map(|k| ring(2.0 * f64::from(k), 12.0 - f64::from(k), k as usize + 1)).collect();
    let solid = Solid::from_contours(&cone, EndRule::Plane, 2.0).expect("a solid");
    let planes: Vec<f64> = (2..7).map(|k| 2.0 * f64::from(k)).collect();
    for (margin_mm, step_mm) in [(2.0, 1.0), (3.0, 0.7)] {
        let grown = solid.grown(margin_mm, step_mm).expect("it grows");
        let found = grown.sections(grown.frame(), &planes, Cut::default()).expect("sections");
        for (z, region) in planes.iter().zip(found) {
            // The side falls by half a millimetre per millimetre.
            let wanted = 12.0 - 0.5 * z + margin_mm * 1.25_f64.sqrt();
            let off = |p: &[f64; 2]| ((p[0] - 1.0).hypot(p[1] + 2.0) - wanted).abs();
            let region: Region = region.expect("within");
            let worst = region.rings().iter().flatten().map(off).fold(0.0, f64::max);
            assert!(worst < 0.011, "{margin_mm} {step_mm} at {z}: {worst} mm");
        }
    }
}
