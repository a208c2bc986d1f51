//! Solids of analytic shapes: the surface lies where the shape says.

use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point3};
use thecal_mask::{EndRule, Solid};

fn ring(centre: [f64; 2], z: f64, radius: f64, number: usize) -> Contour {
    let n = 200;
    Contour {
        number,
        kind: ContourKind::ClosedPlanar,
        points_mm: (0..n)
            .map(|i| {
                let a = TAU * i as f64 / n as f64;
                Point3::new(centre[0] + radius * a.cos(), centre[1] + radius * a.sin(), z)
            })
            .collect(),
    }
}

fn sphere(radius: f64, spacing: f64, phase: f64) -> Vec<Contour> {
    let mut out = Vec::new();
    let mut z = -(radius / spacing).ceil() * spacing + phase;
    while z < radius {
        if z.abs() < radius {
            out.push(ring([1.0, -2.0], z, (radius * radius - z * z).sqrt(), out.len() + 1));
        }
        z += spacing;
    }
    out
}

#[test]
fn a_sphere_is_followed_between_its_planes() {
    for phase in [0.1, 0.9, 1.7, 2.6] {
        let solid = Solid::from_contours(&sphere(9.0, 3.0, phase), EndRule::Rounded, 3.0).unwrap();
        let lo = solid.planes_mm()[0];
        let hi = *solid.planes_mm().last().unwrap();
        for k in 0..=100 {
            let z = lo + (hi - lo) * f64::from(k) / 100.0;
            let r = (81.0_f64 - z * z).sqrt();
            let at = solid.level_mm(Point3::new(1.0 + r * 0.6, -2.0 + r * 0.8, z));
            assert!(at.abs() < 0.02, "phase {phase} z {z}: level {at}");
        }
    }
}

#[test]
fn the_nearest_point_of_a_sphere_is_on_the_line_to_its_centre() {
    let solid = Solid::from_contours(&sphere(9.0, 2.0, 0.7), EndRule::HalfSlice, 2.0).unwrap();
    let q = Point3::new(13.0, 4.0, 3.0);
    let d = q - Point3::new(1.0, -2.0, 0.0);
    let near = solid.nearest_from(q, Point3::new(9.0, -1.0, 1.0));
    assert!(((near.point_mm - q).norm() - (d.norm() - 9.0)).abs() < 0.01);
}

#[test]
fn a_cylinder_ends_where_the_rule_says() {
    let contours: Vec<Contour> =
        (0..5).map(|i| ring([0.0, 0.0], 2.0 * i as f64, 5.0, i + 1)).collect();
    for (ends, top) in [(EndRule::HalfSlice, 9.0), (EndRule::Plane, 8.0)] {
        let solid = Solid::from_contours(&contours, ends, 2.0).unwrap();
        let under = solid.level_mm(Point3::new(0.0, 0.0, top - 0.01));
        assert!(under < 0.0, "{ends:?}: {under}");
        assert!(solid.level_mm(Point3::new(0.0, 0.0, top + 0.01)) > 0.0);
    }
}

#[test]
fn samples_lie_on_the_surface_where_a_section_has_gone() {
    // A plate of 12 mm whose next planes are a rod at its rim: most of its rings lead nowhere.
    let mut contours: Vec<Contour> =
        (0..4).map(|i| ring([0.0, 0.0], 4.0 * i as f64, 12.0, i + 1)).collect();
    contours.extend((4..8).map(|i| ring([9.0, 0.0], 4.0 * i as f64, 2.0, i + 1)));
    let solid = Solid::from_contours(&contours, EndRule::Plane, 4.0).unwrap();
    let patches = solid.surface_samples(0.5);
    assert!(patches.len() > 5000, "{}", patches.len());
    for patch in patches {
        let level = solid.level(patch.point_mm);
        let off = level.value_mm.abs() / level.gradient.norm().max(1.0);
        assert!(off < 0.05, "{:?}: {off}", patch.point_mm);
    }
}

#[test]
fn a_cut_face_keeps_its_place_beside_its_corner() {
    // A ball whose side was cut off by the plane x = 6: between planes the solid never stands out
    // of it, though its corner draws in from plane to plane.
    let (radius, cut, spacing) = (10.0_f64, 6.0_f64, 3.0);
    let section = |k: i32| {
        let z = spacing * f64::from(k) + 0.4;
        let r = (radius * radius - z * z).max(0.0).sqrt();
        let at = |i: i32| {
            let (sin, cos) = (TAU * f64::from(i) / 400.0).sin_cos();
            Point3::new((r * cos).min(cut), r * sin, z)
        };
        (r > 1.0).then(|| Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: (0..400).map(at).collect(),
        })
    };
    let contours: Vec<Contour> = (-3..=3).filter_map(section).collect();
    let solid = Solid::from_contours(&contours, EndRule::HalfSlice, spacing).unwrap();
    for k in -60..=60 {
        for j in -80..=80 {
            let p = Point3::new(cut + 0.04, 0.1 * f64::from(j), 0.1 * f64::from(k));
            assert!(solid.level_mm(p) > 0.0, "{p}: {}", solid.level_mm(p));
        }
    }
}
