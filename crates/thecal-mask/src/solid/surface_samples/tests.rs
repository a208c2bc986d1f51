use super::*;
use crate::solid::EndRule;
use std::f64::consts::TAU;
use std::sync::atomic::{AtomicUsize, Ordering};
use thecal_geom::{Contour, ContourKind};

#[test]
fn one_answer_serves_the_points_that_it_holds_for() {
    // Wanted are two balls: how far a point lies inside of one is how far the answer holds.
    let balls = [(Point3::new(5.0, 0.0, 0.0), 3.0), (Point3::new(14.0, 1.0, 0.0), 2.5)];
    let inside = |p: Point3| {
        let of = balls.map(|(middle, radius)| radius - (p - middle).norm());
        of[0].max(of[1])
    };
    let asked = AtomicUsize::new(0);
    let wanted = |p: Point3| {
        asked.fetch_add(1, Ordering::Relaxed);
        inside(p)
    };
    let mut run = Asked::new(&wanted);
    let points = (0..2000).map(|k| Point3::new(0.01 * f64::from(k), 0.3, 0.0));
    for p in points {
        assert_eq!(run.wants(p), inside(p) > 0.0, "{p}");
    }
    assert!(asked.into_inner() < 300);
}

/// A round rod of 5 mm along the stack with a hole of 2 mm.
fn pipe() -> Solid {
    let ring = |number: usize, radius_mm: f64, z: f64| Contour {
        number,
        kind: ContourKind::ClosedPlanar,
        points_mm: (0..120)
            .map(|i| (TAU * f64::from(i) / 120.0).sin_cos())
            .map(|(sin, cos)| Point3::new(radius_mm * cos, radius_mm * sin, z))
            .collect(),
    };
    let planes = (0..6).map(|k| 2.0 * f64::from(k));
    let contours: Vec<Contour> = planes.flat_map(|z| [ring(1, 5.0, z), ring(2, 2.0, z)]).collect();
    Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
}

#[test]
fn samples_of_what_is_wanted_are_those_of_all_that_lie_there() {
    let pipe = pipe();
    let all = pipe.surface_samples(0.5);
    // A half of a straight rod: what is wanted on its planes is wanted all along.
    let half = pipe.surface_samples_where(0.5, &|p| p.x - 0.01);
    assert!(half.iter().all(|s| s.point_mm.x > 0.0), "{}", half.len());
    let there = all.iter().filter(|s| s.point_mm.x > 0.01).count();
    assert_eq!(half.len(), there);
    // Its normals lead away from the axis on the outer wall and towards it on the inner one.
    for s in all.iter().filter(|s| s.kind == SurfaceSampleKind::Side) {
        let off = Vector3::new(s.point_mm.x, s.point_mm.y, 0.0);
        let sign = if off.norm() > 3.5 { 1.0 } else { -1.0 };
        assert!(s.normal.dot(&off) * sign > 0.99 * off.norm(), "{s:?}");
    }
    let area: f64 =
        all.iter().filter(|s| s.kind == SurfaceSampleKind::Side).map(|s| s.area_mm2).sum();
    assert!((area / (TAU * (5.0 + 2.0) * 10.0) - 1.0).abs() < 0.01, "{area}");
}

#[test]
fn the_side_of_a_ring_is_told_by_its_region() {
    // An outer ring and a hole, each turned either way.
    let square = |half: f64, turned: bool| {
        let mut ring = vec![[-half, -half], [half, -half], [half, half], [-half, half]];
        if turned {
            ring.reverse();
        }
        ring
    };
    let region = Region::from_rings(&[square(5.0, false), square(2.0, false)]).0.expect("an area");
    for ring in region.rings() {
        let side = outside(&region, ring);
        let (a, b) = (ring[0], ring[1]);
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        let normal = [side * (b[1] - a[1]) / length, -side * (b[0] - a[0]) / length];
        let off = |by: f64| [0, 1].map(|k| 0.5 * (a[k] + b[k]) + by * normal[k]);
        assert!(!region.contains(off(0.1)) && region.contains(off(-0.1)));
    }
}
