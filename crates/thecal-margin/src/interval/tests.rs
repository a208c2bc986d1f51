use super::*;
use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind};
use thecal_mask::EndRule;
use thecal_voxel::{FULL, Grid, Slices, Volume};

/// A bar of 6 mm along the last axis as a mask of square pixels.
fn mask(x_mm: f64, pixel_mm: f64) -> Solid {
    let count = (14.0 / pixel_mm) as usize;
    let origin = Point3::new(x_mm - 7.0, -7.0, 0.0);
    let spacing = [pixel_mm, pixel_mm, 2.0];
    let grid = Grid::axis_aligned(origin, spacing, [count, count, 6]).expect("a grid");
    let mask = Volume::from_fn(grid, |v| {
        let p = grid.centre_mm(v);
        (p.x - x_mm).abs().max(p.y.abs()) < 3.0
    });
    let slices = Slices::of_volume(&mask, 2, |&inside| if inside { FULL } else { 0 });
    Solid::from_mask(&slices.expect("slices"), EndRule::HalfSlice, 2.0).expect("a solid")
}

#[test]
fn drawn_areas_are_farther_apart_by_their_pixels_within_their_planes_alone() {
    let (a, b) = (mask(0.0, 0.5), mask(20.0, 0.8));
    let (of_a, of_b) = (Variants::new(&a), Variants::new(&b));
    let nominal = Gap { gap_mm: 14.0, a_mm: Point3::origin(), b_mm: Point3::origin() };
    let arrangement = Arrangement::Apart;
    let pair = Pair { a: &a, b: &b, of_a: &of_a, of_b: &of_b, nominal: &nominal, arrangement };
    // A third of a pixel of each, and the way across the planes as it is.
    for (flat, up) in [(14.0_f64, 0.0_f64), (3.0, 4.0), (1.0, -6.0)] {
        let (a_mm, b_mm) = (Point3::new(1.0, 0.0, 2.0), Point3::new(1.0 + flat, 0.0, 2.0 + up));
        let distance_mm = flat.hypot(up);
        let found = pair.drawn_pixels_mm(&Reach { distance_mm, a_mm, b_mm });
        let wanted = up.hypot(flat + OF_PIXEL * (0.5 + 0.8)) - distance_mm;
        assert!((found - wanted).abs() < 1e-9, "{flat} {up}: {found} for {wanted}");
    }
}

/// Points of a plane as one contour at a height.
fn contour(ring: impl IntoIterator<Item = [f64; 2]>, z: f64) -> Contour {
    let points_mm = ring.into_iter().map(|[x, y]| Point3::new(x, y, z)).collect();
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
}

/// A circle about a middle on the first axis.
fn circle(x_mm: f64, radius_mm: f64, points: u32, z: f64) -> Contour {
    let at = |i: u32| (TAU * f64::from(i) / f64::from(points)).sin_cos();
    contour((0..points).map(at).map(|(sin, cos)| [x_mm + radius_mm * cos, radius_mm * sin]), z)
}

/// A box along the stack as contours 2 mm apart, from corner to corner in a plane.
fn slab([x, y]: [f64; 2], [to_x, to_y]: [f64; 2]) -> Solid {
    let corners = [[x, y], [to_x, y], [to_x, to_y], [x, to_y]];
    let contours: Vec<Contour> = (-12..=12).map(|k| contour(corners, 2.0 * f64::from(k))).collect();
    Solid::from_contours(&contours, EndRule::HalfSlice, 2.0).expect("a solid")
}

/// Solids moved along the first axis in place of those that leave out planes or lead straight.
fn moved(s: &Solid, thinned: [f64; 2], straight: f64, cubic: f64) -> Variants {
    let by = |x: f64| s.shifted(Vector3::new(x, 0.0, 0.0));
    Variants { thinned: thinned.map(by), straight: by(straight), cubic: by(cubic) }
}

#[test]
fn what_straight_lines_and_curves_change_counts_on_the_side_where_it_leads() {
    let (a, b) = (slab([-20.0, -20.0], [0.0, 20.0]), slab([3.0, -20.0], [23.0, 20.0]));
    let at = |x: f64| Point3::new(x, 0.0, 1.0);
    let nominal = Gap { gap_mm: 3.0, a_mm: at(0.0), b_mm: at(3.0) };
    // How far each of them draws away, mm: the first to the left, the second to the right.
    for (straight, cubic) in [
        (0.8, 0.0),
        (-0.8, 0.0),
        (0.0, 0.6),
        (0.0, -0.6),
        (0.5, -0.3),
        (-0.5, 0.3),
        (0.08, 0.02),
        (-9.0, 0.0),
    ] {
        let of_a = moved(&a, [0.25, -0.75], -0.25 * straight, -0.5 * cubic);
        let of_b = moved(&b, [-0.5, 0.25], 0.75 * straight, 0.5 * cubic);
        let arrangement = Arrangement::Apart;
        let pair = Pair { a: &a, b: &b, of_a: &of_a, of_b: &of_b, nominal: &nominal, arrangement };
        let (planes, poles) = pair.planes();
        // A fifth of the larger change of each; and no more than both changes together.
        let half = 0.2 * (0.75 + 0.5);
        let (s, c) = (f64::clamp(straight, -1.25, 1.25), cubic);
        let nearer = (-s).max(-c).max(0.5 * (s - 0.1)).max(0.0);
        let farther = s.max(c).max(0.0);
        assert!((planes.lower_mm - half - nearer).abs() < 1e-6, "{straight} {cubic}: {planes:?}");
        assert!((planes.upper_mm - half - farther).abs() < 1e-6, "{straight} {cubic}: {planes:?}");
        assert!(poles.lower_mm == 0.0, "{poles:?}");
    }
}

#[test]
fn of_many_places_that_are_as_near_three_count_and_each_of_them_once() {
    let (a, b) = (slab([-20.0, -40.0], [0.0, 40.0]), slab([3.0, -40.0], [23.0, 40.0]));
    let (of_a, of_b) = (moved(&a, [0.0; 2], 0.0, 0.0), moved(&b, [0.0; 2], 0.0, 0.0));
    let at = |x: f64, y: f64| Point3::new(x, y, 1.0);
    let found = |gap_mm: f64, arrangement: Arrangement, ys: &[f64]| {
        let nominal = Gap { gap_mm, a_mm: at(0.0, 0.0), b_mm: at(3.0, 0.0) };
        let pair = Pair { a: &a, b: &b, of_a: &of_a, of_b: &of_b, nominal: &nominal, arrangement };
        let reach = |y: &f64| Reach { distance_mm: 3.0, a_mm: at(0.0, *y), b_mm: at(3.0, *y) };
        let drawn: Vec<Reach> = ys.iter().map(reach).collect();
        let found = pair.elsewhere(&drawn);
        assert!(found.iter().all(|g| (g.gap_mm - 3.0).abs() < 1e-6));
        found.iter().map(|g| g.b_mm.y.round() as i32).collect::<Vec<_>>()
    };
    let apart = Arrangement::Apart;
    assert_eq!(found(3.0, apart, &[0.0, 1.0, 8.0, 9.0, -8.0, 16.0, -16.0, 24.0]), [8, -8, 16]);
    assert_eq!(found(3.0, apart, &[30.0, 1.5, 30.0, -30.0]), [30, -30]);
    assert!(found(3.0, Arrangement::Within, &[8.0]).is_empty());
    assert!(found(-1.0, apart, &[8.0]).is_empty());
    assert!(found(0.0, apart, &[8.0]).is_empty());
}

#[test]
fn solids_that_move_lie_as_much_deeper_or_less_deep_in_each_other() {
    let at = |x: f64| Point3::new(x, 0.0, 1.0);
    let (apart, within) = (Arrangement::Apart, Arrangement::Within);
    let a = slab([-20.0, -15.0], [0.0, 15.0]);
    // A face in a larger block, a rod in a block that reaches nowhere near its face, and what leads
    // out of its sac by 2 mm.
    for (b, gap_mm, arrangement) in [
        (slab([-4.0, -30.0], [40.0, 30.0]), -4.0, apart),
        (slab([-4.0, -10.0], [-2.0, 10.0]), -4.0, apart),
        (slab([-30.0, -30.0], [-2.0, 30.0]), -2.0, within),
    ] {
        let nominal = Gap { gap_mm, a_mm: at(0.0), b_mm: at(gap_mm) };
        let (v, u) = (moved(&a, [0.0; 2], 0.0, 0.0), moved(&b, [0.0; 2], 0.0, 0.0));
        let pair = Pair { a: &a, b: &b, of_a: &v, of_b: &u, nominal: &nominal, arrangement };
        for by in [-0.5, 0.0, 0.75] {
            let by_x = Vector3::new(by, 0.0, 0.0);
            let found = pair.again(&a.shifted(by_x), &b).expect("it is found");
            assert!((found - (gap_mm - by)).abs() < 1e-3, "{gap_mm} {by}: {found}");
            let found = pair.again(&a, &b.shifted(by_x)).expect("it is found");
            assert!((found - (gap_mm + by)).abs() < 1e-3, "{gap_mm} {by}: {found}");
        }
    }
}

#[test]
fn a_change_across_the_way_to_the_next_plane_counts_whole_where_the_two_lie_apart_alone() {
    let at = |x: f64| Point3::new(x, 0.0, 1.0);
    let a = slab([-20.0, -20.0], [0.0, 20.0]);
    // The one that leaves out planes lies 5 mm farther back, or 3 mm less deep; planes are 2 mm apart.
    for (from, by, counted_mm) in [(3.0, -5.0, 5.0), (-4.0, -3.0, 2.0), (-4.0, -1.5, 1.5)] {
        let b = slab([from, -30.0], [40.0, 30.0]);
        let of_a = Variants {
            thinned: [by, 0.0].map(|x| a.shifted(Vector3::new(x, 0.0, 0.0))),
            ..moved(&a, [0.0; 2], 0.0, 0.0)
        };
        let of_b = moved(&b, [0.0; 2], 0.0, 0.0);
        let nominal = Gap { gap_mm: from, a_mm: at(0.0), b_mm: at(from) };
        let arrangement = Arrangement::Apart;
        let pair = Pair { a: &a, b: &b, of_a: &of_a, of_b: &of_b, nominal: &nominal, arrangement };
        let (planes, _) = pair.planes();
        assert!((planes.upper_mm - 0.2 * counted_mm).abs() < 1e-3, "{from} {by}: {planes:?}");
    }
}

#[test]
fn an_island_on_two_planes_may_be_a_ball_that_stands_out_between_them() {
    let disc = |x: f64, z: f64| circle(x, 3.0, 120, z);
    for step_mm in [1.0, 2.0, 3.0] {
        // Beside it a part that goes on.
        let far = (-3..6).map(|k| disc(-40.0, step_mm * f64::from(k)));
        let contours: Vec<Contour> = far.chain([0.0, step_mm].map(|z| disc(-3.0, z))).collect();
        let a = Solid::from_contours(&contours, EndRule::HalfSlice, step_mm);
        let (a, b) = (a.expect("a solid"), slab([2.0, -20.0], [22.0, 20.0]));
        let (of_a, of_b) = (moved(&a, [0.0; 2], 0.0, 0.0), moved(&b, [0.0; 2], 0.0, 0.0));
        let at = |x: f64| Point3::new(x, 0.0, 0.5 * step_mm);
        let nominal = Gap { gap_mm: 2.0, a_mm: at(0.0), b_mm: at(2.0) };
        let arrangement = Arrangement::Apart;
        let pair = Pair { a: &a, b: &b, of_a: &of_a, of_b: &of_b, nominal: &nominal, arrangement };
        let (_, poles) = pair.planes();
        // A ball that shows two circles of 3 mm on planes beside its middle.
        let wanted = 3.0_f64.hypot(0.5 * step_mm) - 3.0;
        assert!((poles.lower_mm - wanted).abs() < 0.01, "{step_mm}: {poles:?} for {wanted}");
        assert_eq!(poles.upper_mm, 0.0);
    }
}

#[test]
fn stacks_across_each_other_are_open_by_half_a_step_of_both() {
    use nalgebra::Rotation3;
    let block = |turn: Rotation3<f64>, step_mm: f64| {
        let corners = [[-8.0, -8.0], [8.0, -8.0], [8.0, 8.0], [-8.0, 8.0]];
        let contour = |k: i32| Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: corners
                .map(|[x, y]| turn * Point3::new(x, y, step_mm * f64::from(k)))
                .into(),
        };
        let contours: Vec<Contour> = (-4..=4).map(contour).collect();
        Solid::from_contours(&contours, EndRule::HalfSlice, step_mm).expect("a solid")
    };
    let a = block(Rotation3::identity(), 2.0);
    let across = Rotation3::from_axis_angle(&Vector3::y_axis(), std::f64::consts::FRAC_PI_2);
    let b = block(across, 3.0).shifted(Vector3::new(30.0, 0.0, 30.0));
    let (of_a, of_b) = (moved(&a, [0.0; 2], 0.0, 0.0), moved(&b, [0.0; 2], 0.0, 0.0));
    for (away, open_mm) in
        [([3.0, 0.0, 4.0], 0.8 + 0.9), ([5.0, 0.0, 0.0], 1.5), ([0.0, 5.0, 0.0], 0.0)]
    {
        let nominal =
            Gap { gap_mm: 5.0, a_mm: Point3::origin(), b_mm: Point3::from(Vector3::from(away)) };
        let arrangement = Arrangement::Apart;
        let pair = Pair { a: &a, b: &b, of_a: &of_a, of_b: &of_b, nominal: &nominal, arrangement };
        let fullest_mm = pair.fullest_mm(4.0).expect("known");
        assert!((5.0 - fullest_mm - open_mm).abs() < 1e-9, "{away:?}: {fullest_mm}");
        assert!(pair.fullest_mm(0.0).is_none());
    }
}

#[test]
fn no_part_of_a_range_is_nothing() {
    let (a, b) = (slab([-20.0, -20.0], [0.0, 20.0]), slab([3.0, -20.0], [23.0, 20.0]));
    let nominal =
        Gap { gap_mm: 3.0, a_mm: Point3::new(0.0, 0.0, 1.0), b_mm: Point3::new(3.0, 0.0, 1.0) };
    let drawn = [Reach { distance_mm: 3.0, a_mm: nominal.a_mm, b_mm: nominal.b_mm }];
    let found = estimate(&a, &b, &nominal, &drawn, Arrangement::Apart);
    // Corners that were meant do not bulge, and a straight side leaves nothing open.
    let names: Vec<&str> = found.parts.iter().map(|p| p.part.as_str()).collect();
    assert!(found.parts.iter().all(|p| p.lower_mm > 0.0 || p.upper_mm > 0.0), "{names:?}");
    assert!(names.contains(&"search") && !names.contains(&"pixels"), "{names:?}");
    let [lower, upper] = [found.interval.lower_mm, found.interval.upper_mm];
    let sum = |of: fn(&IntervalPart) -> f64| found.parts.iter().map(of).sum::<f64>();
    assert!((3.0 - lower - sum(|p| p.lower_mm)).abs() < 1e-12);
    assert!((upper - 3.0 - sum(|p| p.upper_mm)).abs() < 1e-12);
}

#[test]
fn a_short_feature_may_have_its_pole_between_planes_as_far_as_every_second_plane_tells() {
    // A rod of 1.5 mm on planes 2 mm apart beside a block.
    let ring = |k: i32| circle(-1.5, 1.5, 60, 2.0 * f64::from(k));
    let contours: Vec<Contour> = (-8..=8).map(ring).collect();
    let a = Solid::from_contours(&contours, EndRule::HalfSlice, 2.0).expect("a solid");
    let b = slab([3.0, -20.0], [23.0, 20.0]);
    let at = |x: f64| Point3::new(x, 0.0, 1.0);
    let nominal = Gap { gap_mm: 3.0, a_mm: at(0.0), b_mm: at(3.0) };
    let radius_mm = radius_near(&a, at(0.0), FEATURE_MM);
    assert!((radius_mm - 1.5).abs() < 0.05, "{radius_mm}");
    let bulge_mm = radius_mm.hypot(1.0) - radius_mm;
    let of_b = moved(&b, [0.0; 2], 0.0, 0.0);
    // What changes by no more than a tenth of a millimetre goes on from plane to plane.
    for (change_mm, counted) in [(0.09, 0.2), (0.2, 0.5), (0.5, 0.5)] {
        let of_a = moved(&a, [-change_mm, 0.0], 0.0, 0.0);
        let arrangement = Arrangement::Apart;
        let pair = Pair { a: &a, b: &b, of_a: &of_a, of_b: &of_b, nominal: &nominal, arrangement };
        let (planes, poles) = pair.planes();
        assert!((planes.upper_mm - counted * change_mm).abs() < 1e-3, "{change_mm}: {planes:?}");
        let pole_mm = if change_mm > 0.1 { bulge_mm.min(4.0 * change_mm) } else { 0.0 };
        let wanted = (pole_mm - counted * change_mm).max(0.0);
        assert!((poles.lower_mm - wanted).abs() < 1e-3, "{change_mm}: {poles:?} for {wanted}");
    }
}

#[test]
fn of_two_planes_the_whole_step_is_open_along_the_stack() {
    let square = |z: f64| contour([[-9.0, -9.0], [9.0, -9.0], [9.0, 9.0], [-9.0, 9.0]], z);
    for step_mm in [1.0, 3.0] {
        let plate = |low: f64, count: u32| {
            let planes = (0..count).map(|k| square(low + step_mm * f64::from(k)));
            let planes: Vec<Contour> = planes.collect();
            Solid::from_contours(&planes, EndRule::HalfSlice, step_mm).expect("a solid")
        };
        // Both end half a step past their planes.
        let (a, b) = (plate(0.0, 2), plate(2.0 * step_mm + 4.0, 2));
        let (of_a, of_b) = (moved(&a, [0.0; 2], 0.0, 0.0), moved(&b, [0.0; 2], 0.0, 0.0));
        let at = |z: f64| Point3::new(0.0, 0.0, z);
        let nominal = Gap { gap_mm: 4.0, a_mm: at(1.5 * step_mm), b_mm: at(1.5 * step_mm + 4.0) };
        let arrangement = Arrangement::Apart;
        let pair = Pair { a: &a, b: &b, of_a: &of_a, of_b: &of_b, nominal: &nominal, arrangement };
        let (planes, _) = pair.planes();
        assert!((planes.upper_mm - 2.0 * step_mm).abs() < 1e-6, "{step_mm}: {planes:?}");
        // Of three the change without every second one tells, which here is none.
        let b = plate(2.0 * step_mm + 4.0, 3);
        let pair = Pair { b: &b, of_b: &moved(&b, [0.0; 2], 0.0, 0.0), ..pair };
        let (planes, _) = pair.planes();
        assert!((planes.upper_mm - step_mm).abs() < 1e-6, "{step_mm}: {planes:?}");
    }
}

#[test]
fn a_gap_at_an_end_may_be_that_of_the_drawn_planes_and_a_depth_moves_by_a_step_of_both_at_most() {
    // Ends a millimetre past the last planes, and drawn areas that are far apart.
    let (a, b) = (slab([-20.0, -20.0], [0.0, 20.0]), slab([1.0, -20.0], [21.0, 20.0]));
    for (gap_mm, height_mm, drawn_mm, wanted) in [
        (1.0, 24.9, 9.0, 8.0),
        (1.0, 24.9, 1.5, 0.5),
        // Beside the last planes, not past them.
        (1.0, 3.0, 9.0, 0.0),
        (-1.0, 24.9, 9.0, 4.0),
        (-1.0, 24.9, 1.0, 2.0),
    ] {
        let (a_mm, b_mm) = (Point3::new(0.0, 0.0, height_mm), Point3::new(gap_mm, 0.0, height_mm));
        let nominal = Gap { gap_mm, a_mm, b_mm };
        let drawn = [Reach { distance_mm: drawn_mm, a_mm, b_mm }];
        let found = estimate(&a, &b, &nominal, &drawn, Arrangement::Apart);
        let ends = found.parts.iter().find(|p| p.part == Part::Ends).map_or(0.0, |p| p.upper_mm);
        assert!((ends - wanted).abs() < 1e-3, "{gap_mm} {drawn_mm}: {:?}", found.parts);
    }
}
