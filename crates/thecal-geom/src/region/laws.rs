//! Laws of drawn rings: what is found and mended does not depend on where they lie, which way up, from
//! which point on and which way round they are drawn.

use super::self_intersections::SelfIntersections;
use super::{Region, RepairReport, tangle};
use crate::ring::{Point2, Ring};
use crate::search::edge_tree::EdgeTree;

/// Ways to lay the same drawing elsewhere: moved, mirrored and turned, by quarters alone so that what meets
/// exactly still does, or by any angle.
fn placements(exactly: bool) -> Vec<impl Fn(Point2) -> Point2 + Copy> {
    let quarters = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]];
    let turns =
        if exactly { quarters.to_vec() } else { vec![quarters[3], [0.6, 0.8], [-0.28, 0.96]] };
    let shifts = [[0.0, 0.0], [-52.25, -31.75], [43.125, -88.5], [-61.5, 77.25], [120.75, 35.5]];
    let of = |(k, shift): (usize, [f64; 2])| {
        let mirror = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
        turns.clone().into_iter().map(move |[cos, sin]| {
            move |[x, y]: Point2| {
                let x = mirror * x;
                [x * cos - y * sin + shift[0], x * sin + y * cos + shift[1]]
            }
        })
    };
    shifts.into_iter().enumerate().flat_map(of).collect()
}

/// Rings that are laid elsewhere and begin at another of their points.
fn laid(rings: &[Ring], place: impl Fn(Point2) -> Point2, first: usize) -> Vec<Ring> {
    let one = |ring: &Ring| {
        let mut ring: Ring = ring.iter().map(|p| place(*p)).collect();
        let count = ring.len();
        ring.rotate_left(first % count);
        ring
    };
    rings.iter().map(one).collect()
}

fn bar([x0, x1]: [f64; 2], [y0, y1]: [f64; 2]) -> Ring {
    vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
}

/// A ring with each corner cut off by 0.05 mm.
fn blunt(ring: Ring) -> Ring {
    let n = ring.len();
    let cut = |i: usize| {
        let (o, a, b) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
        let towards = |q: Point2| {
            let way = (q[0] - a[0]).hypot(q[1] - a[1]);
            [0, 1].map(|k| a[k] + 0.05 * (q[k] - a[k]) / way)
        };
        [towards(o), towards(b)]
    };
    (0..n).flat_map(cut).collect()
}

/// A square of 20 mm with a hole of 6 mm, joined by a bridge whose way back is off by a little.
fn keyhole() -> Ring {
    let mut ring = vec![[0.0, 0.0], [20.0, 0.0], [20.0, 10.0], [13.0, 10.0], [13.0, 13.0]];
    ring.extend([[7.0, 13.0], [7.0, 7.0], [13.0, 7.0], [13.0, 10.004], [20.0, 10.004]]);
    ring.extend([[20.0, 20.0], [0.0, 20.0]]);
    ring
}

/// Drawings with what is wrong with them, and their area, mm².
fn drawings() -> Vec<(Vec<Ring>, RepairReport, f64)> {
    let none = RepairReport::default();
    let beside =
        |by: f64, [x, y]: [[f64; 2]; 2]| bar([x[0] - by, x[1] + by], [y[0] - by, y[1] + by]);
    let tall = [[0.0, 10.0], [0.0, 100.0]];
    let mut turned = bar([0.0, 6.0], [0.0, 4.0]);
    turned.rotate_left(1);
    let mut back = turned.clone();
    back.reverse();
    // Of 0.0006 mm², and plain.
    let corner = |i: i32| (f64::from(i) * std::f64::consts::FRAC_PI_3).sin_cos();
    let hexagon: Ring = (0..6).map(corner).map(|(y, x)| [0.015 * x, 0.015 * y]).collect();
    let closed = vec![[0.0, 0.0], [6.0, 0.0], [6.0, 0.0], [6.0, 4.0], [0.0, 4.0], [0.0, 0.0]];
    vec![
        (vec![bar([0.0, 6.0], [0.0, 4.0])], none, 24.0),
        (vec![keyhole()], RepairReport { keyholes: 1, ..none }, 364.0),
        // The hole of the keyhole once more, a little smaller: one outline.
        (
            vec![keyhole(), beside(-0.1, [[7.0, 13.0], [7.0, 13.0]])],
            RepairReport { keyholes: 1, near_copies: 1, ..none },
            364.0,
        ),
        (
            vec![bar([0.0, 6.0], [0.0, 4.0]), turned, back],
            RepairReport { duplicate_rings: 2, ..none },
            24.0,
        ),
        (
            vec![beside(0.0, tall), beside(0.12, tall)],
            RepairReport { near_copies: 1, ..none },
            10.24 * 100.24,
        ),
        // The same with corners so blunt that nothing seems to need a closer look.
        (
            vec![blunt(beside(0.0, tall)), blunt(beside(0.12, tall))],
            RepairReport { near_copies: 1, ..none },
            10.24 * 100.24 - 0.005,
        ),
        // A wall is none, however thin it is on three sides.
        (vec![beside(0.0, tall), bar([-0.1, 10.1], [-0.1, 101.0])], none, 10.2 * 101.1 - 1000.0),
        (vec![bar([0.0, 4.0], [0.0, 4.0]), bar([4.0, 7.0], [4.0, 9.0])], none, 31.0),
        (
            vec![bar([0.0, 4.0], [0.0, 4.0]), bar([3.0, 8.0], [1.0, 3.0])],
            RepairReport { crossings: 2, ..none },
            16.0 + 10.0 - 4.0,
        ),
        (
            vec![bar([0.0, 4.0], [0.0, 4.0]), bar([1.0, 3.0], [4.0, 6.0])],
            RepairReport { crossings: 1, ..none },
            20.0,
        ),
        (vec![closed], RepairReport { repeated_points: 2, ..none }, 24.0),
        (
            vec![bar([0.0, 6.0], [0.0, 4.0]), vec![[9.0, 9.0]], vec![[9.0, 2.0]; 3]],
            RepairReport { degenerate: 2, repeated_points: 2, ..none },
            24.0,
        ),
        (vec![bar([0.0, 0.02], [0.0, 0.02])], RepairReport { degenerate: 1, ..none }, 0.0),
        (vec![hexagon], RepairReport { degenerate: 1, ..none }, 0.0),
    ]
}

#[test]
fn what_is_mended_is_the_same_wherever_and_however_it_is_drawn() {
    for (rings, report, area_mm2) in drawings() {
        for (k, place) in placements(true).into_iter().enumerate() {
            // A repeated point would be counted at another place, never more or less often.
            let mut rings = laid(&rings, place, k);
            if k % 3 == 0 {
                rings.iter_mut().for_each(|ring| ring.reverse());
            }
            let (region, found) = Region::from_rings(&rings);
            assert_eq!(found, report, "{rings:?}");
            let found_mm2 = region.map_or(0.0, |r| r.area_mm2());
            assert!((found_mm2 - area_mm2).abs() < 0.06, "{found_mm2} for {area_mm2}: {rings:?}");
        }
    }
}

#[test]
fn edges_that_meet_are_counted_by_how_they_meet() {
    // Crossings, runs along each other, and ends on an edge.
    let cases: [(&[Ring], [usize; 3]); 5] = [
        (&[bar([0.0, 4.0], [0.0, 4.0]), bar([3.0, 8.0], [1.0, 3.0])], [2, 0, 0]),
        // A corner on an edge: two edges end there, whichever ring comes first.
        (&[bar([0.0, 4.0], [0.0, 4.0]), vec![[4.0, 2.0], [7.0, 1.0], [7.0, 3.0]]], [0, 0, 2]),
        (&[vec![[4.0, 2.0], [7.0, 1.0], [7.0, 3.0]], bar([0.0, 4.0], [0.0, 4.0])], [0, 0, 2]),
        // An edge along a longer one; the two beside it end there.
        (&[bar([0.0, 4.0], [0.0, 4.0]), bar([1.0, 3.0], [4.0, 6.0])], [0, 1, 2]),
        // A spike that comes back by three of its five mm, and an edge that leaves it there.
        (
            &[vec![
                [0.0, 0.0],
                [10.0, 0.0],
                [10.0, 5.0],
                [15.0, 5.0],
                [12.0, 5.0],
                [12.0, 9.0],
                [0.0, 9.0],
            ]],
            [0, 1, 1],
        ),
    ];
    for (rings, wanted) in cases {
        for (k, place) in placements(true).into_iter().enumerate() {
            let rings = laid(rings, place, k);
            let met = SelfIntersections::from_rings(&rings, &EdgeTree::new(&rings));
            assert_eq!([met.crossings, met.overlaps, met.touches], wanted, "{rings:?}");
            // Told as a tangle where it is more than may be.
            let all: usize = wanted.iter().sum();
            assert_eq!(tangle(&rings, all - 1), Some(all), "{rings:?}");
            // Pairs that run side by side for long may be counted twice while the search goes on.
            assert_eq!(tangle(&rings, 4 * all), None);
        }
    }
}

#[test]
fn an_outline_with_fewer_points_keeps_the_same_ones_elsewhere() {
    let at = |i: u32| {
        let a = std::f64::consts::TAU * f64::from(i) / 90.0;
        let r = 10.0 + 2.0 * (3.0 * a).sin() + 0.4 * (11.0 * a).cos();
        [1.4 * r * a.cos(), r * a.sin()]
    };
    let ring: Ring = (0..90).map(at).collect();
    let region = |ring: Ring| Region::from_rings(&[ring]).0.expect("an area");
    for tolerance_mm in [0.05, 0.5, 2.0] {
        let here = region(ring.clone()).simplified(tolerance_mm).expect("an area");
        assert!(here.rings()[0].len() < 90);
        for place in placements(false) {
            let there = region(ring.iter().map(|p| place(*p)).collect());
            let there = there.simplified(tolerance_mm).expect("an area");
            assert_eq!(there.rings()[0].len(), here.rings()[0].len());
            for (p, q) in here.rings()[0].iter().zip(&there.rings()[0]) {
                let p = place(*p);
                assert!((p[0] - q[0]).hypot(p[1] - q[1]) < 1e-9);
            }
        }
    }
    // Of four points one may lie between two others.
    let three = region(vec![[0.0, 0.0], [4.0, 0.0], [8.0, 0.0], [3.0, 5.0]]).simplified(0.01);
    assert_eq!(three.expect("an area").rings()[0].len(), 3);
}

#[test]
fn a_channel_to_a_hole_is_the_shortest_way_to_it_wherever_it_lies() {
    let length = |ring: &Ring| -> f64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|(a, b)| (b[0] - a[0]).hypot(b[1] - a[1])).sum()
    };
    // A hole 2 mm from the one side, and one 1 mm off the first: two channels, forth and back.
    let rings = [
        bar([0.0, 30.0], [0.0, 20.0]),
        bar([2.0, 8.0], [5.0, 12.0]),
        bar([9.0, 14.0], [7.0, 10.0]),
    ];
    let wanted = 100.0 + 26.0 + 16.0 + 2.0 * (2.0 + 1.0);
    for place in placements(false) {
        let rings = rings.each_ref().map(|r| r.iter().map(|p| place(*p)).collect::<Ring>());
        let plate = Region::from_rings(&rings).0.expect("an area");
        let single = plate.keyholed();
        assert_eq!(single.len(), 1);
        assert!((length(&single[0]) - wanted).abs() < 1e-9, "{}", length(&single[0]));
    }
}

#[test]
fn the_largest_circle_may_lie_at_any_end_of_a_long_shape() {
    // A bar of 2 mm across the end of a rod of 1 mm: the circle touches the bar's far side and both
    // corners between rod and bar, y = sqrt(1/4 + (2 - y)^2) from that side.
    let rod = [[-0.5, 0.0], [0.5, 0.0], [0.5, 28.0], [5.0, 28.0], [5.0, 30.0], [-5.0, 30.0]];
    let ring: Ring = rod.into_iter().chain([[-5.0, 28.0], [-0.5, 28.0]]).collect();
    for place in placements(false) {
        let shape =
            Region::from_rings(&[ring.iter().map(|p| place(*p)).collect()]).0.expect("an area");
        let (centre, radius_mm) = shape.inscribed_circle(1e-3);
        assert!((radius_mm - 1.0625).abs() < 1e-3, "{radius_mm}");
        let wanted = place([0.0, 30.0 - 1.0625]);
        let off = (centre[0] - wanted[0]).hypot(centre[1] - wanted[1]);
        assert!(off < 0.05, "{centre:?} for {wanted:?}");
    }
}

#[test]
fn beyond_the_corners_of_a_star_a_hint_changes_nothing() {
    // Spikes so narrow that a point beside a tip lies to the inner side of one of its edges.
    let star: Ring = (0..14)
        .map(|i| (std::f64::consts::TAU * f64::from(i) / 14.0, if i % 2 == 0 { 9.0 } else { 2.0 }))
        .map(|(a, r)| [r * a.cos(), r * a.sin()])
        .collect();
    for (k, place) in placements(false).into_iter().enumerate() {
        let mut ring: Ring = star.iter().map(|p| place(*p)).collect();
        ring.rotate_left(k % 14);
        if k % 2 == 0 {
            ring.reverse();
        }
        let region = Region::from_rings(&[ring.clone()]).0.expect("an area");
        let middle = place([0.0, 0.0]);
        let off = [region.centroid()[0] - middle[0], region.centroid()[1] - middle[1]];
        assert!(off[0].hypot(off[1]) < 1e-9);
        // To the left of an edge lies the inside where the ring turns to the left.
        let left = region.inside_of_edges().expect("one ring has one side");
        assert_eq!(left, crate::ring::shoelace_mm2(&ring).signum());
        for i in 0..300 {
            let (a, r) = (0.37 * f64::from(i), 1.0 + 0.04 * f64::from(i));
            let p = place([r * a.cos(), r * a.sin()]);
            for hint in [0, 5, 13, usize::MAX] {
                let (inside, foot) = region.nearest_with_hint(p, hint);
                assert_eq!(inside, region.contains(p), "{p:?}");
                assert!((foot.distance_mm - region.nearest(p).distance_mm).abs() < 1e-12);
            }
        }
    }
}
