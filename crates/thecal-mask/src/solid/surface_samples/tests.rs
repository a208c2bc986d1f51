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

#[test]
fn a_plane_beside_a_much_smaller_one_has_points_inside() {
    // Sections of 10 mm and of so much along one side: below seven tenths a shelf is left.
    let square = |wide_mm: f64, z: f64| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: [[0.0, 0.0], [10.0, 0.0], [10.0, wide_mm], [0.0, wide_mm]]
            .map(|[x, y]| Point3::new(x, y, z))
            .into(),
    };
    let planes = |wide_mm: &[f64]| {
        let contours: Vec<Contour> =
            wide_mm.iter().enumerate().map(|(k, b)| square(*b, 2.0 * k as f64)).collect();
        Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
    };
    for (wide_mm, shelves) in [
        (&[10.0, 10.0, 10.0, 10.0][..], &[][..]),
        (&[10.0, 10.0, 7.0, 7.0], &[]),
        (&[10.0, 10.0, 6.9, 6.9], &[2.0]),
        (&[10.0, 10.0, 7.1, 7.1], &[]),
        (&[6.0, 6.0, 10.0, 10.0], &[4.0]),
        (&[10.0, 10.0, 6.0, 10.0, 10.0], &[2.0, 6.0]),
        (&[5.0, 10.0, 5.0], &[2.0]),
    ] {
        let solid = planes(wide_mm);
        let last_mm = 2.0 * (wide_mm.len() - 1) as f64;
        let mut found: Vec<f64> = solid
            .outline_points(1.0)
            .iter()
            .filter(|p| p.x > 0.1 && p.x < 9.9 && p.y > 0.1 && p.y < 4.9)
            .map(|p| p.z)
            .collect();
        found.sort_by(f64::total_cmp);
        found.dedup();
        let mut wanted = vec![0.0, last_mm];
        wanted.extend(shelves);
        wanted.sort_by(f64::total_cmp);
        assert_eq!(found, wanted, "{wide_mm:?}");
    }
}

#[test]
fn a_neighbour_along_a_surface_lies_where_its_slope_leads_and_not_too_far() {
    // A face that moves by a slope for each mm up, whatever the level's own steepness.
    for steep in [1.0, 0.7, 2.0] {
        for (angle, slope) in [(0.3_f64, 0.5), (2.2, -0.8), (4.0, 0.0), (5.5, 0.99)] {
            let (sin, cos) = angle.sin_cos();
            let growth = Vector3::new(steep * cos, steep * sin, -steep * slope);
            for rise_mm in [1.5, -0.6] {
                let found = along_surface([3.0, -2.0], growth, rise_mm);
                // Along the level's own direction, by no more than the height.
                let by = (slope * rise_mm / steep).clamp(-rise_mm.abs(), rise_mm.abs()) * steep;
                let wanted = [3.0 + by * cos, -2.0 + by * sin];
                let off = (found[0] - wanted[0]).hypot(found[1] - wanted[1]);
                assert!(off < 1e-12, "{steep} {slope}: {found:?} for {wanted:?}");
            }
        }
    }
    // Where the surface lies flat the way is that of a slope of a fifth within the planes.
    let found = along_surface([0.0, 0.0], Vector3::new(0.1, 0.0, -0.01), 2.0);
    assert!((found[0] - 0.1 * 0.01 * 2.0 / 0.04).abs() < 1e-12, "{found:?}");
    let found = along_surface([0.0, 0.0], Vector3::new(0.1, 0.0, 0.9), 2.0);
    assert!((found[0] + 0.1 * 2.0).abs() < 1e-12, "{found:?}");
}

#[test]
fn a_point_moves_onto_the_section_at_a_height_where_there_is_one() {
    // A tube that leans so far that directions on its planes differ.
    let ring = |k: i32| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: (0..240)
            .map(|i| (TAU * f64::from(i) / 240.0).sin_cos())
            .map(|(sin, cos)| {
                let k = f64::from(k);
                Point3::new(4.0 * cos + 1.7 * k, 4.0 * sin - 0.6 * k, 2.0 * k)
            })
            .collect(),
    };
    let contours: Vec<Contour> = (0..8).map(ring).collect();
    let solid = Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid");
    let component = &solid.components()[0];
    let mut followed = 0;
    for w in [3.0, 5.4, 6.6, 9.0] {
        let at = component.blend(w);
        let mut hint = SearchHint::default();
        for i in 0..24 {
            let (sin, cos) = (TAU * f64::from(i) / 24.0).sin_cos();
            for r in [3.3, 3.8, 4.5] {
                let p = [0.85 * w + r * cos, -0.3 * w + r * sin];
                let (found, growth) =
                    project_in_plane(component, p, &at, &mut hint).expect("a section");
                let (level, wanted) = component.side_in(&at, found, &mut SearchHint::default());
                assert!(level.abs() < 2e-4, "{w} {i} {r}: {level}");
                assert!((growth - wanted).norm() < 0.02, "{w} {i}: {growth} for {wanted}");
                // Straight across the level, and so by no more than a little to the side.
                let moved = (found[0] - p[0]).hypot(found[1] - p[1]);
                assert!(moved < 1.2 * (r - 4.0).abs() + 0.15, "{w} {i} {r}: {moved}");
                followed += 1;
            }
        }
    }
    assert_eq!(followed, 4 * 24 * 3);
    // Between two discs that lie far from each other nothing is left half way, and all of it beside them.
    let disc = |x: f64, z: f64| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: (0..90)
            .map(|i| (TAU * f64::from(i) / 90.0).sin_cos())
            .map(|(sin, cos)| Point3::new(x + 4.0 * cos, 4.0 * sin, z))
            .collect(),
    };
    let solid = Solid::from_contours(&[disc(0.0, 0.0), disc(20.0, 2.0)], EndRule::Plane, 2.0);
    let solid = solid.expect("a solid");
    let component = &solid.components()[0];
    let mut hint = SearchHint::default();
    for (w, there) in [(0.1, true), (1.0, false), (1.9, true)] {
        let p = if w < 1.0 { [-3.0, 0.5] } else { [23.0, 0.5] };
        let found = project_in_plane(component, p, &component.blend(w), &mut hint);
        assert_eq!(found.is_some(), there, "{w}");
    }
}

#[test]
fn the_side_of_one_ring_of_several_is_told_by_its_longest_edge() {
    // Far from the origin, with edges of many lengths and a notch whose short edges face others.
    let outer = [
        [0.0, 0.0],
        [9.0, 1.0],
        [9.5, 6.0],
        [5.0, 6.2],
        [5.0, 2.0],
        [4.9, 2.0],
        [4.8, 6.2],
        [0.5, 6.0],
    ];
    let inner = [[1.5, 2.0], [3.5, 2.2], [3.4, 4.0], [1.6, 3.1]];
    let placed = |ring: &[Point2], turned: bool| -> Vec<Point2> {
        let mut ring: Vec<Point2> = ring.iter().map(|p| [p[0] - 210.0, p[1] + 180.0]).collect();
        if turned {
            ring.reverse();
        }
        ring
    };
    for turned in [false, true] {
        let rings = [placed(&outer, turned), placed(&inner, turned)];
        let region = Region::from_rings(&rings).0.expect("an area");
        assert!(region.inside_of_edges().is_none());
        for ring in region.rings() {
            let side = outside(&region, ring);
            for (k, a) in ring.iter().enumerate() {
                let b = ring[(k + 1) % ring.len()];
                let (x, y) = (b[0] - a[0], b[1] - a[1]);
                let off = 1e-3 * side / x.hypot(y);
                let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
                assert!(!region.contains([middle[0] + off * y, middle[1] - off * x]), "{a:?}");
                assert!(region.contains([middle[0] - off * y, middle[1] + off * x]), "{a:?}");
            }
        }
    }
    // One ring alone is known by its sense.
    for turned in [false, true] {
        let region = Region::from_rings(&[placed(&outer, turned)]).0.expect("an area");
        let by_sense = region.inside_of_edges().expect("one ring");
        assert!((outside(&region, &region.rings()[0]) - by_sense).abs() < 1e-12);
    }
}
