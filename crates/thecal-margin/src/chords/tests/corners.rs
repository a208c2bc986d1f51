//! Points that say something of a shape, among those on straight runs.

use super::*;

/// A regular polygon, turned, with each edge cut into pieces of different lengths.
fn polygon(corners: u32, turn: f64, parts: u32) -> (Vec<Point2>, Vec<Point2>) {
    let at = |i: u32| turn + TAU * f64::from(i) / f64::from(corners);
    let whole: Vec<Point2> =
        (0..corners).map(|i| [8.0 * at(i).cos() + 3.0, 8.0 * at(i).sin() - 1.0]).collect();
    let ring = cut(&whole, parts);
    (whole, ring)
}

#[test]
fn points_on_straight_runs_are_left_out_whichever_way_these_lead() {
    for turn in [0.0, 0.3, 1.1, 2.0, 3.7, 5.2] {
        for corners in [4_u32, 5, 9, 12] {
            let (whole, ring) = polygon(corners, turn, 7);
            for edge in [0, 3, 7 * corners as usize - 1, 15] {
                for back in [false, true] {
                    let mut ring = ring.clone();
                    if back {
                        ring.reverse();
                    }
                    let (points, place) = corners_about(&ring, edge);
                    assert_eq!(points.len(), whole.len(), "{turn} {corners} {edge}");
                    assert!(whole.iter().all(|p| points.iter().any(|q| length(*p, *q) < 1e-9)));
                    // The edge that was asked for is a part of the one that is given.
                    let (a, b) = (points[place], points[(place + 1) % points.len()]);
                    let middle =
                        [0, 1].map(|k| 0.5 * (ring[edge][k] + ring[(edge + 1) % ring.len()][k]));
                    let around = length(a, middle) + length(middle, b) - length(a, b);
                    assert!(around < 1e-9, "{turn} {corners} {edge} {back}: {around}");
                }
            }
        }
    }
}

#[test]
fn of_many_corners_twelve_to_either_side_are_taken() {
    let (whole, ring) = polygon(40, 0.4, 3);
    let (points, place) = corners_about(&ring, 61);
    assert_eq!((points.len(), place), (24, 11));
    // The edge from the corner 20 on, and twelve corners back from it.
    assert!(length(points[11], whole[20]) < 1e-9 && length(points[0], whole[9]) < 1e-9);
    assert!(length(points[23], whole[32]) < 1e-9);
}

#[test]
fn a_ring_of_three_corners_is_taken_as_it_is() {
    let (_, ring) = polygon(3, 0.2, 6);
    assert_eq!(corners_about(&ring, 4), (ring.clone(), 4));
}

#[test]
fn a_point_where_the_ring_leads_back_says_something() {
    // A spike without width: the way turns round at its tip.
    let ring = [[0.0, 0.0], [4.0, 0.0], [9.0, 0.0], [4.0, 0.0], [4.0, 5.0], [2.0, 5.0], [0.0, 5.0]];
    let (points, _) = corners_about(&ring, 0);
    assert!(points.contains(&[9.0, 0.0]) && !points.contains(&[2.0, 5.0]), "{points:?}");
}

#[test]
fn runs_beside_a_corner_are_straight_as_long_as_they_turn_by_less_than_a_tenth_of_it() {
    // Steps of 0.5 mm with a corner of 2 radians in the middle and turns of one kind beside it.
    let outline = |beside: f64| {
        let (mut at, mut heading, mut ring) = ([0.0, 0.0], 0.0_f64, vec![[0.0, 0.0]]);
        for k in 1..=8 {
            at = [at[0] + 0.5 * heading.cos(), at[1] + 0.5 * heading.sin()];
            ring.push(at);
            heading += match k {
                4 => 2.0,
                3 | 5 => beside,
                _ => 0.0,
            };
        }
        ring
    };
    for (beside, meant) in [(0.0, true), (0.15, true), (0.19, true), (0.21, false), (-0.3, false)] {
        let found = curvature(&outline(beside), 4);
        let wanted = if meant { 0.0 } else { 2.0 / 0.5 };
        assert!((found - wanted).abs() < 1e-9, "{beside}: {found}");
    }
}
