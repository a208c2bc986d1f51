use super::*;
use std::f64::consts::TAU;

mod corners;

/// Points on a circle about the origin, counter-clockwise from the x axis.
fn circle(radius_mm: f64, points: u32) -> Vec<Point2> {
    let at = |i: u32| TAU * f64::from(i) / f64::from(points);
    (0..points).map(|i| [radius_mm * at(i).cos(), radius_mm * at(i).sin()]).collect()
}

/// Each edge cut into `parts` pieces of different lengths.
fn cut(ring: &[Point2], parts: u32) -> Vec<Point2> {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    let piece = |(a, b): (&Point2, &Point2), k: u32| {
        let t = (f64::from(k) / f64::from(parts)).powf(1.3);
        [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
    };
    ends.flat_map(|e| (0..parts).map(move |k| piece(e, k))).collect()
}

fn region(rings: &[Vec<Point2>]) -> Region {
    Region::from_rings(rings).0.expect("a region")
}

fn assert_told(found_mm: f64, sagitta_mm: f64) {
    assert!((1.0..1.3).contains(&(found_mm / sagitta_mm)), "{found_mm} for {sagitta_mm}");
}

#[test]
fn a_circle_bulges_by_its_sagitta_however_its_edges_are_cut() {
    for points in [10, 16, 30] {
        let ring = circle(6.0, points);
        let sagitta_mm = 6.0 * (1.0 - (0.5 * TAU / f64::from(points)).cos());
        let mut last: Option<f64> = None;
        for parts in [1, 2, 3, 7] {
            for at in [0.0, 0.13, 2.2, 4.0, 6.2_f64] {
                let p = [8.0 * at.cos(), 8.0 * at.sin()];
                for turn in [false, true] {
                    let mut ring = cut(&ring, parts);
                    if turn {
                        ring.reverse();
                    }
                    let found = bulge_of(&region(&[ring]), p);
                    assert_eq!(found.in_mm, 0.0, "{points} {parts} {at}");
                    assert_told(found.out_mm, sagitta_mm);
                    let usual = *last.get_or_insert(found.out_mm);
                    assert!((found.out_mm - usual).abs() < 1e-6, "{points} {parts} {at}");
                }
            }
        }
    }
}

/// A knob on a round outline of 16 points, one of which lies on its tip.
#[test]
fn a_knob_that_one_point_shows_bulges_as_far_as_it_does() {
    let (body_mm, knob_mm) = (10.0_f64, 2.5);
    let at = |i: u32| TAU * f64::from(i) / 16.0;
    let mut ring: Vec<Point2> =
        (0..16).map(|i| [body_mm * at(i).cos(), body_mm * at(i).sin()]).collect();
    ring[0] = [body_mm + knob_mm, 0.0];
    // How far the knob, a disc about the body's outline, lies off the edge beside its tip.
    let (a, b) = (ring[0], ring[1]);
    let edge = length(a, b);
    let off = |angle: f64| {
        let p = [body_mm + knob_mm * angle.cos(), knob_mm * angle.sin()];
        ((b[1] - a[1]) * (p[0] - a[0]) - (b[0] - a[0]) * (p[1] - a[1])) / edge
    };
    let most_mm = (0..90).map(|k| off(f64::from(k).to_radians())).fold(0.0, f64::max);
    let found = bulge_of(&region(&[ring]), [body_mm + knob_mm + 2.0, 1.0]);
    assert!(most_mm > 0.5 && found.out_mm >= most_mm, "{found:?} for {most_mm}");
}

/// Two edges of 4 mm that meet in a right angle between slight turns: a curve, by chance.
#[test]
fn a_right_angle_is_meant_between_straight_runs_and_other_right_angles_alone() {
    let turned = |turns: [f64; 3]| {
        let (mut at, mut heading) = ([0.0, 0.0], 0.0_f64);
        let mut ring = vec![at];
        for turn in turns {
            at = [at[0] + 4.0 * heading.cos(), at[1] + 4.0 * heading.sin()];
            ring.push(at);
            heading += turn.to_radians();
        }
        ring.push([at[0] + 4.0 * heading.cos(), at[1] + 4.0 * heading.sin()]);
        curvature(&ring, 2)
    };
    assert_eq!(turned([1.0, 90.0, 2.0]), 0.0);
    assert_eq!(turned([-90.0, 90.0, 1.0]), 0.0);
    assert!((turned([-12.0, 90.0, 14.0]) - FRAC_PI_2 / 4.0).abs() < 1e-9);
}

#[test]
fn corners_that_were_meant_do_not_bulge() {
    // A square with its sides cut, and a polygon of seven corners.
    let square = vec![[-5.0, -5.0], [5.0, -5.0], [5.0, 5.0], [-5.0, 5.0]];
    for ring in [square.clone(), cut(&square, 9), circle(6.0, 7)] {
        for p in [[7.0, 0.3], [7.0, 5.0], [0.0, -9.0]] {
            assert_eq!(bulge_of(&region(std::slice::from_ref(&ring)), p), Bulge::default());
        }
    }
    // Eight corners in a ring are a drawn curve.
    assert!(bulge_of(&region(&[circle(6.0, 8)]), [9.0, 0.3]).out_mm > 0.4);
}

#[test]
fn the_curvature_is_that_of_the_circle_with_its_sign() {
    for (radius_mm, points) in [(4.0, 24), (9.0, 60)] {
        let mut ring = circle(radius_mm, points);
        for sign in [1.0, -1.0] {
            for i in [0, 1, points as usize - 1] {
                // Turn over chord: the chord is shorter than the arc by 0.3 % here.
                let k = sign * curvature(&ring, i) * radius_mm;
                assert!((k - 1.0).abs() < 0.01, "{k}");
                assert!((turn_at(&ring, i) - sign * TAU / f64::from(points)).abs() < 1e-9);
            }
            assert!((typical(&ring, 3) * radius_mm - 1.0).abs() < 0.01);
            assert!((usual_length(&ring) - length(ring[0], ring[1])).abs() < 1e-9);
            ring.reverse();
        }
    }
    let square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    assert!((turn_at(&square, 1) - FRAC_PI_2).abs() < 1e-12);
    assert_eq!(curvature(&square, 1), 0.0);
}

#[test]
fn the_outline_is_walked_along_both_ways() {
    let square = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];
    let from = [4.0, 0.0];
    let to = |reach_mm, ahead| walk(&square, 0, from, reach_mm, ahead);
    assert_eq!(to(2.0, true), [6.0, 0.0]);
    assert_eq!(to(9.0, true), [10.0, 3.0]);
    assert_eq!(to(17.5, true), [8.5, 10.0]);
    assert_eq!(to(2.0, false), [2.0, 0.0]);
    assert_eq!(to(9.0, false), [0.0, 5.0]);
    assert_eq!(to(19.0, false), [5.0, 10.0]);
}

#[test]
fn edges_are_known_by_their_ring_and_place() {
    let region = region(&[circle(9.0, 30), circle(3.0, 12)]);
    let count = |k: usize| region.rings()[k].len();
    for (edge, wanted) in [(0, (0, 0)), (count(0) - 1, (0, count(0) - 1)), (count(0), (1, 0))] {
        let (ring, at) = edge_of(&region, edge).expect("an edge");
        assert!(std::ptr::eq(ring, &region.rings()[wanted.0]) && at == wanted.1, "{edge}");
    }
    assert!(edge_of(&region, count(0) + count(1)).is_none());
}

#[test]
fn a_knob_has_the_radius_of_its_tip() {
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;
    let solid = |ring: &[Point2]| {
        let contour = |z: f64| Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: ring.iter().map(|p| Point3::new(p[0], p[1], z)).collect(),
        };
        let contours: Vec<Contour> = (0..4).map(|k| contour(2.0 * f64::from(k))).collect();
        Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
    };
    for radius_mm in [1.5, 3.0, 8.0] {
        let ring = circle(radius_mm, 80);
        for (ring, p) in [
            (ring.clone(), Point3::new(radius_mm, 0.0, 2.0)),
            (ring.iter().rev().copied().collect(), Point3::new(0.0, -radius_mm, 3.1)),
        ] {
            let found = radius_near(&solid(&ring), p, 0.7);
            assert!((found / radius_mm - 1.0).abs() < 0.1, "{found} for {radius_mm}");
        }
    }
    // Flat sides are no knobs, and hollows neither.
    let square = cut(&[[-5.0, -5.0], [5.0, -5.0], [5.0, 5.0], [-5.0, 5.0]], 20);
    let found = radius_near(&solid(&square), Point3::new(5.0, 0.3, 2.0), 0.7);
    assert_eq!(found, f64::INFINITY);
    let hollow = |i: u32| {
        let a = TAU * f64::from(i) / 200.0;
        let r = 10.0 - 5.0 * (-8.0 * (a - 3.0).powi(2)).exp();
        [r * a.cos(), r * a.sin()]
    };
    let ring: Vec<Point2> = (0..200).map(hollow).collect();
    let bottom = Point3::new(5.0 * 3.0_f64.cos(), 5.0 * 3.0_f64.sin(), 2.0);
    assert_eq!(radius_near(&solid(&ring), bottom, 0.7), f64::INFINITY);
}

/// Points on a circle of 10 mm, 10 degrees apart but for one step of `wide_deg` after the first.
fn uneven(wide_deg: f64) -> Vec<Point2> {
    let mut at = vec![0.0, wide_deg];
    while at[at.len() - 1] < 345.0 {
        at.push(at[at.len() - 1] + 10.0);
    }
    at.iter().map(|a| a.to_radians()).map(|a| [10.0 * a.cos(), 10.0 * a.sin()]).collect()
}

#[test]
fn the_edges_beside_the_nearest_one_count_and_those_farther_off_do_not() {
    // Equation (12): 1.1 k a^2 / 8 with k = 1 / 10 mm, of the long edge and of the others.
    let off = |angle: f64| 1.1 * (20.0 * (0.5 * angle.to_radians()).sin()).powi(2) / 80.0;
    let ring = uneven(30.0);
    let n = ring.len();
    let told = |p: Point2, far: bool| {
        let wanted = off(if far { 10.0 } else { 30.0 });
        for shift in 0..n {
            for turned in [false, true] {
                let mut ring: Vec<Point2> =
                    ring.iter().cycle().skip(shift).take(n).copied().collect();
                if turned {
                    ring.reverse();
                }
                let found = bulge_of(&region(&[ring]), p);
                assert_eq!(found.in_mm, 0.0);
                assert!((found.out_mm / wanted - 1.0).abs() < 0.03, "{found:?} for {wanted}");
            }
        }
    };
    // The long edge is the first: places off the middles of edges, by their number from it.
    for (edge, far) in [(0, false), (1, false), (n - 1, false), (2, true), (n - 2, true), (5, true)]
    {
        let (a, b) = (ring[edge], ring[(edge + 1) % n]);
        told([0.6 * (a[0] + b[0]), 0.6 * (a[1] + b[1])], far);
    }
    // At a point either of two edges may be the nearest, and those beside both count.
    for (point, far) in
        [(0, false), (1, false), (2, false), (n - 1, false), (3, true), (n - 2, true)]
    {
        told([1.2 * ring[point][0], 1.2 * ring[point][1]], far);
    }
}

#[test]
fn an_edge_counts_up_to_three_times_the_length_of_those_round_it() {
    let usual = 20.0 * 5.0_f64.to_radians().sin();
    // Points 10 degrees apart but for one step of 60: the turn there is 35 degrees over the mean length.
    let ring = uneven(60.0);
    let long = length(ring[0], ring[1]);
    assert!(long > 3.0 * usual);
    let bend = 35.0_f64.to_radians() / (0.5 * (long + usual));
    let found = bulge_of(&region(std::slice::from_ref(&ring)), [9.0, 5.0]);
    let wanted = 1.1 * bend * (3.0 * usual).powi(2) / 8.0;
    assert!((found.out_mm / wanted - 1.0).abs() < 1e-6, "{found:?} for {wanted}");
}

#[test]
fn hollows_bulge_inwards_and_the_edge_between_a_hollow_and_a_knob_both_ways() {
    // A wave of three lobes round a circle: convex outside, hollow between them.
    let at = |i: u32| {
        let a = TAU * f64::from(i) / 72.0;
        let r = 10.0 + 3.0 * (3.0 * a).cos();
        [r * a.cos(), r * a.sin()]
    };
    let ring: Vec<Point2> = (0..72).map(at).collect();
    let of = |i: usize, by: f64| {
        let p = [by * ring[i][0], by * ring[i][1]];
        let mut turned = ring.clone();
        turned.reverse();
        let (one, two) =
            (bulge_of(&region(std::slice::from_ref(&ring)), p), bulge_of(&region(&[turned]), p));
        assert!((one.out_mm - two.out_mm).abs() < 1e-9 && (one.in_mm - two.in_mm).abs() < 1e-9);
        one
    };
    for lobe in [0, 24, 48] {
        let (tip, hollow) = (of(lobe, 1.05), of(lobe + 12, 1.05));
        assert!(tip.out_mm > 0.0 && tip.in_mm == 0.0, "{tip:?}");
        assert!(hollow.in_mm > 0.0 && hollow.out_mm == 0.0, "{hollow:?}");
        // Where the curvature changes its sign, r^2 + 2 r'^2 = r r''.
        let bend = |i: usize| turn_at(&ring, lobe + i);
        let between = (0..12).find(|&i| bend(i) > 0.0 && bend(i + 1) <= 0.0).expect("it changes");
        let both = of(lobe + between, 1.01);
        assert!(both.out_mm > 0.0 && both.in_mm > 0.0, "{both:?}");
    }
}

#[test]
fn a_turn_of_one_point_is_a_corner_and_of_several_a_knob() {
    // Forty steps of 0.4 mm that turn by 3 degrees each, but for some from the twentieth point on.
    let outline = |turns: &[f64]| {
        let (mut at, mut heading, mut ring) = ([0.0, 0.0], 0.0_f64, vec![[0.0, 0.0]]);
        for k in 1..=40 {
            at = [at[0] + 0.4 * heading.cos(), at[1] + 0.4 * heading.sin()];
            ring.push(at);
            let turn = if k < 20 { None } else { turns.get(k - 20) };
            heading += turn.unwrap_or(&3.0_f64).to_radians();
        }
        ring
    };
    let told = |turns: &[f64], edge: usize, wanted: bool| {
        let ring = outline(turns);
        let mirrored: Vec<Point2> = ring.iter().map(|p| [p[0], -p[1]]).collect();
        let back: Vec<Point2> = ring.iter().rev().copied().collect();
        let there = ring.len() - 2 - edge;
        for (ring, edge, sign) in
            [(&ring, edge, 1.0), (&mirrored, edge, -1.0), (&back, there, -1.0)]
        {
            assert_eq!(is_corner(ring, edge, 1.05, sign), wanted, "{turns:?} {edge} {sign}");
        }
    };
    for (turns, corner) in [
        (&[60.0][..], true),
        (&[20.0, 20.0, 20.0], false),
        // A quarter of it is 3 degrees.
        (&[13.0], true),
        (&[11.0], false),
        // Turns the other way are those of a hollow beside it.
        (&[60.0, -40.0], true),
        (&[], false),
    ] {
        told(turns, 19, corner);
        told(turns, 20, corner);
    }
    // As far as the way goes from either end of the edge: two steps, and not three.
    for (edge, corner) in [(16, false), (17, true), (18, true), (21, true), (22, true), (23, false)]
    {
        told(&[60.0], edge, corner);
    }
}

#[test]
fn the_usual_length_is_the_median_of_all_edges() {
    let triangle = [[0.0, 0.0], [5.0, 0.0], [3.2, 2.4]];
    for turn in 0..3 {
        let mut ring = triangle.to_vec();
        ring.rotate_left(turn);
        assert!((usual_length(&ring) - 4.0).abs() < 1e-12);
        ring.reverse();
        assert!((usual_length(&ring) - 4.0).abs() < 1e-12);
    }
    // Seven steps along a line and the way back: 1 to 7 mm and 28.
    let ends = [0.0, 4.0, 5.0, 12.0, 14.0, 20.0, 23.0, 28.0];
    let ring: Vec<Point2> = ends.iter().map(|x| [*x, 0.0]).collect();
    assert!((usual_length(&ring) - 5.0).abs() < 1e-12);
}

#[test]
fn what_a_curve_usually_bends_by_is_told_by_the_points_about_an_edge() {
    // Two arcs between the same two points, of 5 and 20 mm, with fourteen steps each.
    let arc = |radius_mm: f64| {
        let half = (4.0 / radius_mm).asin();
        let at = move |i: u32| half * (f64::from(i) / 7.0 - 1.0);
        (0..14).map(move |i| [radius_mm * (at(i).cos() - half.cos()), radius_mm * at(i).sin()])
    };
    let ring: Vec<Point2> = arc(5.0).chain(arc(20.0).map(|[x, y]| [-x, -y])).collect();
    // Ten points count, from four before the edge: here more than half of them are of one arc.
    let usual = |i: usize, radius_mm: f64| {
        for turn in [0, 3, 11, 20] {
            let mut turned = ring.clone();
            turned.rotate_left(turn);
            let found = typical(&turned, (i + 28 - turn) % 28);
            assert!((found * radius_mm - 1.0).abs() < 0.02, "{i}: {found} for {radius_mm}");
        }
    };
    (3..10).for_each(|i| usual(i, 5.0));
    (17..22).for_each(|i| usual(i, 20.0));
}

#[test]
fn a_sharp_point_counts_as_four_times_the_curve_and_more_by_the_length_of_its_edges() {
    // 60 points on a circle of 10 mm, and a spike: its edges are longer than 1.5 mm or shorter.
    for spike_mm in [0.6, 0.9, 1.4, 1.9] {
        let mut ring = circle(10.0, 60);
        ring[0] = [10.0 + spike_mm, 0.0];
        let edge = length(ring[0], ring[1]);
        // The turn at a point over the length of an edge.
        let usual = (TAU / 60.0) / (20.0 * (0.5 * TAU / 60.0).sin());
        let most = 4.0 * usual * (edge / 1.5).max(1.0);
        let sharp = 2.0 * spike_mm.atan2(1.0) / edge;
        assert!(sharp > most, "{sharp} {most}");
        let wanted = 1.1 * most * edge * edge / 8.0;
        for beside_mm in [0.2, -0.2] {
            let p = [10.5 + spike_mm, beside_mm];
            let found = bulge_of(&region(std::slice::from_ref(&ring)), p);
            assert!((found.out_mm / wanted - 1.0).abs() < 1e-3, "{found:?} for {wanted}");
        }
    }
}

#[test]
fn a_sharp_turn_between_straight_runs_is_meant_where_one_of_them_is_drawn_finely() {
    // A triangle of 12 mm: its corners turn by 120 degrees.
    let (top, half) = (12.0 * 0.75_f64.sqrt(), 6.0);
    let triangle = [[-half, 0.0], [half, 0.0], [0.0, top]];
    let turn = TAU / 3.0;
    // Edges of 12, 2 and 1 mm.
    for (parts, meant) in [(1, false), (6, false), (12, true)] {
        let ring: Vec<Point2> = triangle
            .iter()
            .zip(triangle.iter().cycle().skip(1))
            .flat_map(|(a, b)| {
                let part = move |k: u32| f64::from(k) / f64::from(parts);
                (0..parts).map(move |k| [0, 1].map(|i| a[i] + part(k) * (b[i] - a[i])))
            })
            .collect();
        for corner in 0..3 {
            let found = curvature(&ring, corner * parts as usize);
            let wanted = if meant { 0.0 } else { turn / (12.0 / f64::from(parts)) };
            assert!((found - wanted).abs() < 1e-9, "{parts}: {found} for {wanted}");
        }
    }
}

#[test]
fn the_outlines_beside_a_point_are_those_of_the_nearer_plane_and_of_the_other() {
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;
    let ring = |x_mm: f64, radius_mm: f64, z: f64| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: circle(radius_mm, 40)
            .iter()
            .map(|p| Point3::new(x_mm + p[0], p[1], z))
            .collect(),
    };
    // Planes of other radii at 5 heights; beside them a part that ends two planes lower.
    for from_mm in [-9.0, -3.0, 4.0] {
        let tall = (0..5).map(|k| ring(0.0, 5.0 + f64::from(k), from_mm + 2.0 * f64::from(k)));
        let short = (0..3).map(|k| ring(30.0, 2.0, from_mm + 2.0 * f64::from(k)));
        let contours: Vec<Contour> = tall.chain(short).collect();
        let s = Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid");
        let widths = |x: f64, up: f64| {
            outlines_beside(&s, Point3::new(x, 0.0, from_mm + up)).map(|region| {
                let (lo, hi) = region?.bounds();
                Some((0.5 * (hi[0] - lo[0])).round() as i32)
            })
        };
        assert_eq!(widths(5.0, 0.4), [Some(5), Some(6)]);
        assert_eq!(widths(5.0, 1.7), [Some(6), Some(5)]);
        assert_eq!(widths(5.0, 4.3), [Some(7), Some(8)]);
        assert_eq!(widths(5.0, 5.9), [Some(8), Some(7)]);
        // On a plane that one alone.
        assert_eq!(widths(5.0, 4.0), [Some(7), None]);
        // Beside the short part, a plane's step past its end and farther.
        assert_eq!(widths(32.0, 5.5), [Some(8), Some(2)]);
        assert_eq!(widths(32.0, 6.5), [Some(8), Some(9)]);
        // Past the end of all, up to the next plane that was not drawn.
        assert_eq!(widths(5.0, 9.9), [Some(9), None]);
        assert_eq!(widths(5.0, 10.1), [None, None]);
    }
}
