use super::*;
use thecal_geom::{Contour, ContourKind};
use thecal_mask::EndRule;

/// A stack of rectangles of 10 mm along y, from one x to another on each plane.
fn boxes(planes: impl IntoIterator<Item = (f64, [f64; 2])>) -> Solid {
    let contour = |(z, [lo, hi]): (f64, [f64; 2])| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: [[lo, -5.0], [hi, -5.0], [hi, 5.0], [lo, 5.0]]
            .map(|[x, y]| Point3::new(x, y, z))
            .into(),
    };
    let contours: Vec<Contour> = planes.into_iter().map(contour).collect();
    Solid::from_contours(&contours, EndRule::Plane, 1.0).expect("a solid")
}

#[test]
fn the_planes_beside_an_end_reach_half_way_to_their_neighbours() {
    // Planes at 0, 20 and 40 mm, 3, 8 and 1 mm off the other's side.
    let to = boxes([(0.0, [8.0, 20.0]), (20.0, [13.0, 25.0]), (40.0, [6.0, 25.0])]);
    let nearest = |end: f64| {
        let of = boxes((0..4).map(|k| (end - f64::from(k), [-5.0, 5.0])));
        closest_of_ends(&of, &to, 30.0)[0]
    };
    // An end goes on for 1 mm past its last plane: from 8.5 to 9.5 it lies beside the first.
    let found = nearest(8.5);
    assert!((found.distance_mm - 3.0).abs() < 1e-9, "{found:?}");
    assert!((found.a_mm.x - 5.0).abs() < 1e-9 && (found.b_mm.x - 8.0).abs() < 1e-9);
    // From 11.5 to 12.5 beside the second, and the first ends 1.5 mm below the end's planes;
    // the lower end of the stack lies beside the first still.
    let found = nearest(16.0);
    let up = 12.0 - 10.0;
    assert!((found.distance_mm - 3.0_f64.hypot(up)).abs() < 1e-9, "{found:?}");
    // Half way between the second and the third the third begins.
    let found = nearest(30.5);
    assert!((found.distance_mm - 1.0).abs() < 1e-9, "{found:?}");
    let found = nearest(28.0);
    assert!((found.distance_mm - 1.0_f64.hypot(1.0)).abs() < 1e-9, "{found:?}");
    // Past the last plane it goes on for a whole slice, and no farther.
    let found = nearest(64.0);
    assert!((found.distance_mm - 1.0).abs() < 1e-9, "{found:?}");
    let found = nearest(68.0);
    assert!((found.distance_mm - 1.0_f64.hypot(4.0)).abs() < 1e-9, "{found:?}");
}

#[test]
fn planes_reach_all_the_way_to_their_neighbours_where_both_are_in_doubt() {
    // The first plane may go on up to the second at 20 mm, and so passes the other's at 18.
    let of = boxes([(0.0, [-5.0, 5.0]), (20.0, [-15.0, -10.0]), (22.0, [-15.0, -10.0])]);
    let to = boxes([(18.0, [8.0, 12.0]), (20.0, [8.0, 12.0])]);
    let found = closest_between_planes(&of, &to, 30.0)[0];
    assert!((found.distance_mm - 3.0).abs() < 1e-9, "{found:?}");
}

#[test]
fn ends_beyond_the_limit_are_left_out() {
    let to = boxes([(0.0, [8.0, 20.0]), (20.0, [8.0, 25.0])]);
    let of = boxes((0..4).map(|k| (8.5 - f64::from(k), [-5.0, 5.0])));
    assert_eq!(closest_of_ends(&of, &to, 2.999).len(), 0);
    assert!(!closest_of_ends(&of, &to, 3.001).is_empty());
    assert!(closest_between_planes(&of, &to, 2.999).is_empty());
    let found = closest_between_planes(&of, &to, 3.001);
    assert!(found.iter().all(|r| (r.distance_mm - 3.0).abs() < 1e-9), "{found:?}");
    assert!(!found.is_empty() && found.len() <= MOST_SLABS);
}

#[test]
fn areas_of_planes_are_as_far_apart_as_boxes_are() {
    let of = boxes((0..4).map(|k| (2.0 * f64::from(k), [-5.0, 5.0])));
    let to = boxes((0..4).map(|k| (10.0 + 2.0 * f64::from(k), [8.0, 12.0])));
    let found = closest_of_planes(&of, &to, Arrangement::Apart, 0.5);
    // 3 mm within the planes and 4 mm across them; other planes are farther than the slack.
    assert_eq!(found.len(), 1);
    assert!((found[0].distance_mm - 5.0).abs() < 1e-9, "{found:?}");
    assert!((found[0].a_mm.z - 6.0).abs() < 1e-9 && (found[0].b_mm.z - 10.0).abs() < 1e-9);
    let found = closest_of_planes(&of, &to, Arrangement::Apart, 2.0);
    let wanted = [4.0_f64, 6.0].map(|up| 3.0_f64.hypot(up));
    assert_eq!(found.len(), 2);
    for (f, w) in found.iter().zip(wanted) {
        assert!((f.distance_mm - w).abs() < 1e-9, "{f:?} for {w}");
    }
    // A box within another: areas touch, outlines lie 2 mm apart.
    let inner = boxes((0..4).map(|k| (2.0 * f64::from(k), [-3.0, 3.0])));
    let outer = boxes((0..4).map(|k| (2.0 * f64::from(k), [-5.0, 3.5])));
    let apart = closest_of_planes(&inner, &outer, Arrangement::Apart, 0.0);
    assert_eq!(apart[0].distance_mm, 0.0);
    let turned = apart[0].turned();
    assert_eq!((turned.a_mm, turned.b_mm), (apart[0].b_mm, apart[0].a_mm));
}

#[test]
fn stacks_across_each_other_are_as_near_as_their_boxes_in_either_order() {
    let lying = boxes((0..4).map(|k| (2.0 * f64::from(k), [-5.0, 5.0])));
    // Squares on planes across the first axis, from 8 mm on.
    let contour = |x: f64| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: [[-3.0, 1.0], [3.0, 1.0], [3.0, 4.5], [-3.0, 4.5]]
            .map(|[y, z]| Point3::new(x, y, z))
            .into(),
    };
    let planes: Vec<Contour> = (0..4).map(|k| contour(8.0 + 2.0 * f64::from(k))).collect();
    let standing = Solid::from_contours(&planes, EndRule::Plane, 1.0).expect("a solid");
    assert!(!parallel(lying.frame(), standing.frame()));
    for (a, b) in [(&lying, &standing), (&standing, &lying)] {
        let found = closest_of_planes(a, b, Arrangement::Apart, 0.0);
        assert!((found[0].distance_mm - 3.0).abs() < 1e-9, "{found:?}");
        for r in &found {
            assert!(((r.a_mm - r.b_mm).norm() - r.distance_mm).abs() < 1e-9, "{r:?}");
            // Each point is one of its own structure.
            let (of_lying, of_standing) =
                if std::ptr::eq(a, &lying) { (r.a_mm, r.b_mm) } else { (r.b_mm, r.a_mm) };
            assert!((of_lying.x - 5.0).abs() < 1e-9, "{r:?}");
            assert!((of_standing.x - 8.0).abs() < 1e-9, "{r:?}");
        }
    }
}

#[test]
fn planes_up_to_their_neighbours_are_as_near_as_boxes_of_that_height() {
    // Planes at uneven steps, side by side and one past the other; a slab reaches up to the planes
    // beside its own, and at an end a whole slice, the median step, past it.
    let of = [(0.0, [-5.0, 5.0]), (2.0, [-7.0, 4.0]), (5.0, [-5.0, 1.0]), (7.0, [-9.0, -4.0])];
    let to = [(4.0, [8.0, 12.0]), (6.0, [6.5, 9.0]), (11.0, [7.0, 9.0]), (13.0, [6.2, 9.0])];
    let spans = |planes: &[(f64, [f64; 2]); 4]| {
        let w = planes.map(|p| p.0);
        let below = |i: usize| if i == 0 { w[0] - 2.0 } else { w[i - 1] };
        let above = |i: usize| if i == 3 { w[3] + 2.0 } else { w[i + 1] };
        std::array::from_fn::<[f64; 2], 4, _>(|i| [below(i), above(i)])
    };
    let (of_spans, to_spans) = (spans(&of), spans(&to));
    let mut wanted = Vec::new();
    for i in 0..4 {
        for j in 0..4 {
            let up = (to_spans[j][0] - of_spans[i][1]).max(of_spans[i][0] - to_spans[j][1]);
            wanted.push((to[j].1[0] - of[i].1[1]).hypot(up.max(0.0)));
        }
    }
    wanted.sort_by(f64::total_cmp);
    for limit_mm in [3.0, 6.0, 9.0, 40.0] {
        let found = closest_between_planes(&boxes(of), &boxes(to), limit_mm);
        let below = wanted.iter().filter(|d| **d < limit_mm).take(MOST_SLABS);
        let wanted: Vec<f64> = below.copied().collect();
        assert_eq!(found.len(), wanted.len(), "{limit_mm}: {found:?} for {wanted:?}");
        for (r, d) in found.iter().zip(&wanted) {
            assert!((r.distance_mm - d).abs() < 1e-9, "{r:?} for {d}");
        }
    }
}

#[test]
fn a_stack_that_is_turned_by_a_hair_keeps_the_middles_of_its_planes() {
    let straight = boxes((0..4).map(|k| (2.0 * f64::from(k), [-5.0, 5.0])));
    // The same planes, rising by 0.001 mm for each mm along the first axis and 0.0005 along the second.
    let rise = |x: f64, y: f64| 1e-3 * x + 5e-4 * y;
    let corners = [[-5.0, -5.0], [6.0, -5.0], [6.0, 9.0], [-5.0, 9.0]];
    let contour = |z: f64| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: corners.map(|[x, y]| Point3::new(x, y, z + rise(x, y))).into(),
    };
    let contours: Vec<Contour> = (0..4).map(|k| contour(2.0 * f64::from(k))).collect();
    let leaning = Solid::from_contours(&contours, EndRule::Plane, 1.0).expect("a solid");
    let found = in_frame_of(&leaning, straight.frame()).expect("they are nearly parallel");
    assert_eq!(found.len(), 4);
    // The middle of the four corners.
    let middle = rise(0.5, 2.0);
    for (k, (w, region)) in found.iter().enumerate() {
        assert!((w - 2.0 * k as f64 - middle).abs() < 1e-9, "{w}");
        assert!((region.area_mm2() - 11.0 * 14.0).abs() < 1e-3);
        assert!(corners.iter().all(|p| region.nearest(*p).distance_mm < 1e-6));
    }
}

#[test]
fn edges_are_looked_at_in_points_that_lie_close_and_evenly() {
    let ring = [[1.0, 2.0], [8.0, 2.0], [8.0, 5.5], [3.0, 9.0]];
    let found: Vec<Point2> = along_edges(&ring).collect();
    let mut left = found.iter().zip(found.iter().cycle().skip(1));
    let mut walked = 0.0;
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let edge = (b[0] - a[0]).hypot(b[1] - a[1]);
        let count = (edge / ALONG_EDGES_MM).ceil();
        for k in 0..count as u32 {
            let (p, q) = left.next().expect("a point");
            let t = f64::from(k) / count;
            let wanted = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
            assert!((p[0] - wanted[0]).hypot(p[1] - wanted[1]) < 1e-9, "{p:?} for {wanted:?}");
            walked += (q[0] - p[0]).hypot(q[1] - p[1]);
        }
    }
    assert!(left.next().is_none() && walked > 20.0);
}

#[test]
fn places_between_planes_lie_half_way_between_them_where_both_reach_there() {
    // Planes at 3 and 6 mm that reach to those beside them, 2 mm away or a slice past an end.
    let of = boxes([(1.0, [-9.0, -5.0]), (3.0, [-5.0, 5.0]), (5.0, [-9.0, -5.0])]);
    let to = boxes([(4.0, [20.0, 25.0]), (6.0, [8.0, 12.0]), (8.0, [20.0, 25.0])]);
    let found = closest_between_planes(&of, &to, 30.0)[0];
    assert!((found.distance_mm - 3.0).abs() < 1e-9, "{found:?}");
    assert!((found.a_mm.z - 4.5).abs() < 1e-9 && (found.b_mm.z - 4.5).abs() < 1e-9, "{found:?}");
    // One that ends below the middle stays at its end.
    let to = boxes([(9.0, [20.0, 25.0]), (10.0, [8.0, 12.0]), (11.0, [20.0, 25.0])]);
    let found = closest_between_planes(&of, &to, 30.0)[0];
    assert!((found.a_mm.z - 5.0).abs() < 1e-9 && (found.b_mm.z - 9.0).abs() < 1e-9, "{found:?}");
    assert!((found.distance_mm - 5.0).abs() < 1e-9, "{found:?}");
}
