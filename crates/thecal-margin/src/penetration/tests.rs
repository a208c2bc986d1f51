use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Places on a line 1 mm apart, as deep as they lie far along it; the deepest five lie outside.
fn places(count: u32) -> Vec<Place> {
    let place = |i: u32| Place {
        depth_mm: f64::from(i),
        point: Point3::new(f64::from(i), 0.0, 0.0),
        near: Point3::origin(),
    };
    (0..count).map(place).collect()
}

#[test]
fn what_is_asked_of_places_does_not_grow_with_their_number() {
    for count in [1_000, 100_000] {
        let (asked, moved) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let inside = |p: Point3| {
            asked.fetch_add(1, Ordering::Relaxed);
            p.x < f64::from(count) - 5.5
        };
        let on_both = |place: Place| {
            moved.fetch_add(1, Ordering::Relaxed);
            Some(place)
        };
        let kept = among(places(count), 20.0, &inside, &on_both);
        // From the sixth on, more than 2 mm apart, within 20 mm.
        let first = f64::from(count) - 6.0;
        let wanted: Vec<f64> = (0..7).map(|k| first - 3.0 * f64::from(k)).collect();
        assert_eq!(kept.iter().map(|p| p.depth_mm).collect::<Vec<_>>(), wanted);
        assert_eq!(asked.into_inner(), TOGETHER);
        assert_eq!(moved.into_inner(), 21);
    }
}

#[test]
fn points_beside_two_surfaces_are_moved_onto_them() {
    let (of, other) = (block(), block().shifted(thecal_geom::Vector3::new(16.0, 0.0, 0.0)));
    let place = |x: f64, near: f64| Place {
        depth_mm: 3.5,
        point: Point3::new(x, 2.0, 1.0),
        near: Point3::new(near, 1.0, -1.0),
    };
    let moved = |x: f64, near: f64| place(x, near).moved(&of, &other).expect("a place");
    // The face of the one at 10 mm, of the other at 6 mm.
    for (x, near) in [(9.6, 6.0), (10.0, 6.3), (10.2, 5.9), (10.0, 6.0)] {
        let found = moved(x, near);
        assert!((found.point - Point3::new(10.0, 2.0, 1.0)).norm() < 1e-6, "{x}: {}", found.point);
        assert!((found.near - Point3::new(6.0, 1.0, -1.0)).norm() < 1e-6, "{near}: {}", found.near);
        assert!(found.depth_mm == 3.5);
    }
    // Only what lies within the other has a depth.
    assert!(place(9.6, 6.0).on_both(&of, &other).is_some());
    assert!(place(5.0, 6.0).on_both(&of, &other).is_none());
}

/// A block of 20 mm along each side within its planes.
fn block() -> Solid {
    use thecal_geom::{Contour, ContourKind};
    let corners = [[-10.0, -10.0], [10.0, -10.0], [10.0, 10.0], [-10.0, 10.0]];
    let contour = |k: i32| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: corners.map(|[x, y]| Point3::new(x, y, 2.0 * f64::from(k))).into(),
    };
    let contours: Vec<Contour> = (-10..=10).map(contour).collect();
    Solid::from_contours(&contours, thecal_mask::EndRule::HalfSlice, 2.0).expect("a solid")
}

#[test]
fn a_place_is_as_deep_as_the_nearest_face_that_either_start_leads_to() {
    let block = block();
    let (right, left) = (Point3::new(10.0, 3.0, 1.0), Point3::new(-10.0, 0.0, 1.0));
    for x in [4.0, 6.5, 9.0] {
        let point = Point3::new(x, 0.0, 1.0);
        for (near, known) in [(right, Some(left)), (left, Some(right)), (right, None)] {
            let place = Place { depth_mm: 99.0, point, near };
            let (depth_mm, of, foot) = as_deep_as_it_lies(&block, &place, &|_| known);
            assert!((depth_mm - (10.0 - x)).abs() < 1e-6, "{x}: {depth_mm}");
            assert!(of == point && (foot - Point3::new(10.0, 0.0, 1.0)).norm() < 1e-6);
        }
    }
}

#[test]
fn points_of_an_outline_within_are_as_deep_as_the_nearest_point_of_the_other() {
    let block = block();
    let there = block.outline_points(2.0);
    let tree = PointTree::new(there.iter().copied());
    // A line that leads through the block.
    let own: Vec<Point3> =
        (-30..30).map(|k| 0.5 * f64::from(k) + 0.1).map(|x| Point3::new(x, 0.3 * x, 1.0)).collect();
    let found = of_outlines(&block, [&own, &there], &tree);
    let inside = own.iter().filter(|p| p.x.abs() < 10.0);
    let wanted: Vec<(Point3, f64)> = inside
        .map(|p| (*p, there.iter().map(|q| (q - p).norm()).fold(f64::INFINITY, f64::min)))
        .collect();
    assert_eq!(found.len(), wanted.len());
    for (place, (point, depth_mm)) in found.iter().zip(wanted) {
        assert!(place.point == point && (place.depth_mm - depth_mm).abs() < 1e-12);
        assert!(((place.near - point).norm() - depth_mm).abs() < 1e-12);
    }
}

#[test]
fn of_samples_and_outlines_the_nearer_tells_the_depth() {
    let (block, other) = (block(), block().shifted(thecal_geom::Vector3::new(16.0, 0.0, 0.0)));
    let sampled = |s: &Solid| SampledSurface::new(s.surface_samples(0.8), 0.8);
    let (from, surface) = (sampled(&block), sampled(&other));
    // Places on the face at 10 mm, 4 mm deep in the other; one of its outlines may be nearer.
    let face = from.patches.iter().filter(|p| (p.point_mm.x - 10.0).abs() < 1e-6);
    let inner = face.filter(|p| p.point_mm.y.abs() < 5.0 && p.point_mm.z.abs() < 5.0);
    let mut count = 0;
    for patch in inner {
        let near = surface.nearest(patch.point_mm, f64::INFINITY).expect("a sample");
        for (away_mm, depth_mm) in [(3.0, 3.0), (5.0, 4.0)] {
            let beside = patch.point_mm - thecal_geom::Vector3::new(away_mm, 0.0, 0.0);
            let place = sample_place(near, patch, &surface, &|_| Some(beside)).expect("a place");
            assert!((place.depth_mm - depth_mm).abs() < 1e-3, "{}", place.depth_mm);
            assert_eq!(place.near == beside, away_mm < 4.0);
        }
        let alone = sample_place(near, patch, &surface, &|_| None).expect("a place");
        assert!((alone.depth_mm - 4.0).abs() < 1e-3 && alone.point == patch.point_mm);
        let outside = NearestSample { inside: Some(false), ..near };
        assert!(sample_place(outside, patch, &surface, &|_| None).is_none());
        count += 1;
    }
    assert!(count > 20);
}
