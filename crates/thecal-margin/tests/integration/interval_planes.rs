//! What planes that lie apart leave open: half a step of each along the gap, and no more.

use crate::shapes::{ball, circle, flat, heights, solid, tube};
use thecal_geom::{Contour, Point3};
use thecal_margin::{Arrangement, Interval, Part, measure};
use thecal_mask::EndRule;

#[test]
fn a_sagittal_stack_that_ends_before_a_cord_is_open_by_half_a_step() {
    // A rod along x, drawn on sagittal planes 3 mm apart, the last of them 10 mm from the middle of
    // an axial cord of 5 mm: its true end lies anywhere up to the next plane, which was not drawn.
    let section = |x: f64| Contour {
        points_mm: circle([0.0, 0.0], 6.0, 120, 0.0).map(|[y, z]| Point3::new(x, y, z)).collect(),
        ..flat([], 0.0)
    };
    let tumour: Vec<_> = heights(-28.0, -10.0, 3.0).map(section).collect();
    let tumour = solid(&tumour, EndRule::HalfSlice, 3.0);
    let cord = tube([0.0, 0.0], 5.0, 120, 0.0);
    let found = measure(&tumour, &cord, Arrangement::Apart, &[]).expect("measured");
    assert!((found.gap.gap_mm - 3.5).abs() < 0.01, "{:?}", found.gap);
    let Interval { lower_mm, upper_mm } = found.interval;
    // 10 - 3 - 5 mm where it all but reaches the next plane, 10 - 5 mm where it ends at its last.
    assert!(lower_mm <= 2.0 && 5.0 <= upper_mm, "{found:?}");
    assert!(lower_mm > 1.9 && upper_mm < 5.1, "{found:?}");
}

#[test]
fn an_axial_rod_that_ends_above_a_cord_may_reach_up_to_the_next_planes() {
    let rod = |from_mm: f64, to_mm: f64| {
        let planes = heights(from_mm, to_mm, 2.0);
        let planes: Vec<_> = planes.map(|z| flat(circle([0.0, 0.0], 5.0, 120, 0.0), z)).collect();
        solid(&planes, EndRule::HalfSlice, 2.0)
    };
    // Last planes 8 mm apart: each rod ends up to 2 mm past its own.
    let found = measure(&rod(20.0, 40.0), &rod(-8.0, 12.0), Arrangement::Apart, &[]);
    let found = found.expect("measured");
    assert!((found.gap.gap_mm - 6.0).abs() < 1e-3, "{:?}", found.gap);
    let Interval { lower_mm, upper_mm } = found.interval;
    assert!(lower_mm <= 4.0 && 8.0 <= upper_mm, "{found:?}");
    assert!(lower_mm > 3.9 && upper_mm < 8.1, "{found:?}");
    let ends = found.parts.iter().find(|p| p.part == Part::Ends).expect("ends are open");
    assert!((ends.lower_mm - 2.0).abs() < 0.05 && (ends.upper_mm - 2.0).abs() < 0.05, "{ends:?}");
}

#[test]
fn planes_of_the_profile_are_open_by_half_a_step_along_the_gap() {
    // A tube of 6 mm that leans by 45 degrees away from a straight one: the way to it from the
    // cord's side at height w is (10 + w) / sqrt 2 long and leans by 45 degrees, too.
    let planes = heights(-9.0, 24.0, 3.0);
    let planes: Vec<_> = planes.map(|z| flat(circle([21.0 + z, 0.0], 6.0, 200, 0.0), z)).collect();
    let tumour = solid(&planes, EndRule::Plane, 3.0);
    let cord = tube([0.0, 0.0], 5.0, 200, 0.0);
    let found = measure(&tumour, &cord, Arrangement::Apart, &[12.0]).expect("measured");
    let mut told = 0;
    for (w, least) in found.profile.planes {
        if !(0.0..6.5).contains(&w) {
            continue;
        }
        let (least, half) = (least.expect("it is near"), std::f64::consts::FRAC_1_SQRT_2);
        assert!((least.gap_mm - half * (10.0 + w)).abs() < 0.02, "{w}: {least:?}");
        let open_mm = 0.5 * 3.0 * half;
        let Interval { lower_mm, upper_mm } = least.interval;
        // Chords of 200 points leave less than 0.01 mm open.
        for side_mm in [least.gap_mm - lower_mm, upper_mm - least.gap_mm] {
            assert!((side_mm - open_mm - 0.005).abs() < 0.01, "{w}: {side_mm} for {open_mm}");
        }
        told += 1;
    }
    assert_eq!(told, 4);
}

#[test]
fn round_shapes_are_known_far_better_than_their_planes_lie_apart() {
    // A sphere beside a straight tube, nearest within the planes: 3 mm planes show it to
    // hundredths, of which the search takes four.
    for (spacing_mm, most_mm) in [(1.0, 0.05), (2.0, 0.05), (3.0, 0.065)] {
        for phase in [0.0, 0.25, 0.5] {
            let tumour = ball(Point3::new(15.0, 0.0, 0.0), 8.0, spacing_mm, phase);
            let cord = tube([0.0, 0.0], 5.0, 120, 0.0);
            let found = measure(&tumour, &cord, Arrangement::Apart, &[]).expect("measured");
            let Interval { lower_mm, upper_mm } = found.interval;
            assert!(lower_mm <= 2.0 && 2.0 <= upper_mm, "{spacing_mm} {phase}: {found:?}");
            assert!(upper_mm - lower_mm < most_mm, "{spacing_mm} {phase}: {found:?}");
        }
    }
}

/// A nodule smaller than the step of the planes shows as an island on one or two of them, where it
/// may look like a rod: the true ball comes nearer than either section.
#[test]
fn a_ball_that_shows_as_an_island_on_two_planes_may_bulge_between_them() {
    let cord = tube([0.0, 0.0], 5.0, 120, 0.0);
    for radius_mm in [1.6_f64, 2.0, 2.8] {
        for step in 0..6 {
            // Planes 3 mm apart, that nearest to the ball's middle so far off it.
            let phase_mm = 1.5 - 0.25 * f64::from(step);
            let x_mm = 5.0 + 2.0 + radius_mm;
            let planes = (-6..=6).map(|k| 3.0 * f64::from(k) + phase_mm);
            let drawn: Vec<_> = planes
                .flat_map(|z| {
                    let section = (radius_mm * radius_mm - z * z).max(0.0).sqrt();
                    let island = flat(circle([x_mm, 0.0], section, 60, 0.0), z);
                    let body = flat(circle([x_mm + 20.0, 0.0], 8.0, 120, 0.0), z);
                    [Some(body), (section > 0.1).then_some(island)].into_iter().flatten()
                })
                .collect();
            let tumour = solid(&drawn, EndRule::HalfSlice, 3.0);
            let found = measure(&tumour, &cord, Arrangement::Apart, &[]).expect("measured");
            let Interval { lower_mm, upper_mm } = found.interval;
            assert!(lower_mm <= 2.0 && 2.0 <= upper_mm, "{radius_mm} {phase_mm}: {found:?}");
            // Of two equal sections the bulge is known, and no more than that is left open.
            if step == 0 {
                let bulge_mm = radius_mm - (radius_mm * radius_mm - 1.5 * 1.5).sqrt();
                let wide_mm = upper_mm - lower_mm - bulge_mm;
                assert!((0.0..0.1).contains(&wide_mm), "{radius_mm}: {found:?}");
            }
        }
    }
}

#[test]
fn overlaps_are_known_as_well_as_gaps() {
    // A ball whose side lies 1.5 mm deep in a tube, and a tube whose side lies 5 mm deep in a ball.
    for (x_mm, radius_mm, tube_mm, depth_mm, most_mm) in
        [(11.5, 8.0, 5.0, 1.5, 0.05), (6.0, 9.0, 2.0, 5.0, 0.1)]
    {
        for phase in [0.0, 0.25, 0.5] {
            let tumour = ball(Point3::new(x_mm, 0.0, 0.0), radius_mm, 2.0, phase);
            let cord = tube([0.0, 0.0], tube_mm, 120, 0.0);
            let found = measure(&tumour, &cord, Arrangement::Apart, &[]).expect("measured");
            let Interval { lower_mm, upper_mm } = found.interval;
            assert!(lower_mm <= -depth_mm && -depth_mm <= upper_mm, "{x_mm} {phase}: {found:?}");
            assert!(upper_mm - lower_mm < most_mm, "{x_mm} {phase}: {found:?}");
        }
    }
}
