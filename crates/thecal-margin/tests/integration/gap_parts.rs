//! What is told beside a gap: its parts within the planes and across them, and what limits it.

use crate::shapes::{circle, flat, heights, solid, tube};
use nalgebra::Rotation3;
use thecal_geom::{Contour, Point3, Vector3};
use thecal_margin::{Arrangement, Interval, Limit, Openness, farthest_outside, gap, measure};
use thecal_mask::{EndRule, Solid};

/// A rod of 5 mm that ends at its first and last plane.
fn rod(x_mm: f64, from_mm: f64, to_mm: f64, turn: &Rotation3<f64>) -> Solid {
    let planes = heights(from_mm, to_mm, 2.0).map(|z| {
        let mut ring: Contour = flat(circle([x_mm, 0.0], 5.0, 200, 0.0), z);
        ring.points_mm.iter_mut().for_each(|p| *p = turn * *p);
        ring
    });
    solid(&planes.collect::<Vec<_>>(), EndRule::Plane, 2.0)
}

#[test]
fn the_parts_of_an_oblique_gap_are_the_sides_of_its_triangle() {
    // The rims of two rods are 6 mm apart within the planes and 4 mm across them.
    for turn in [Rotation3::identity(), Rotation3::from_euler_angles(0.3, -0.5, 0.2)] {
        for (x_mm, within_mm) in [(16.0, 6.0_f64), (0.0, 0.0), (11.0, 1.0)] {
            let (tumour, cord) = (rod(x_mm, 14.0, 30.0, &turn), rod(0.0, -10.0, 10.0, &turn));
            let found = measure(&tumour, &cord, Arrangement::Apart, &[]).expect("measured");
            let gap_mm = within_mm.hypot(4.0);
            assert!((found.gap.gap_mm - gap_mm).abs() < 0.002, "{x_mm}: {:?}", found.gap);
            assert!((found.in_plane_mm - within_mm).abs() < 0.01, "{x_mm}: {}", found.in_plane_mm);
            let across_mm = found.through_plane_mm;
            assert!((across_mm - 4.0).abs() < 0.002, "{x_mm}: {across_mm}");
        }
    }
}

#[test]
fn a_gap_is_limited_by_ends_and_by_planes_that_are_missing() {
    let cord = tube([0.0, 0.0], 5.0, 90, 0.0);
    let limit = |heights_mm: &[f64], radius_mm: &dyn Fn(f64) -> f64, ends: EndRule| {
        let ring = |z: &f64| flat(circle([0.0, -18.0], radius_mm(*z), 120, 0.25), *z);
        let tumour = solid(&heights_mm.iter().map(ring).collect::<Vec<_>>(), ends, 2.0);
        measure(&tumour, &cord, Arrangement::Apart, &[]).expect("measured").limited_by
    };
    let bulges = |z: f64| 10.0 - 0.02 * z * z;
    let all: Vec<f64> = heights(-9.0, 9.0, 2.0).collect();
    assert_eq!(limit(&all, &bulges, EndRule::Plane), None);
    // Without the planes at -1 and 1 mm the bulge lies where nothing was drawn.
    let few: Vec<f64> = all.iter().copied().filter(|z| z.abs() > 2.0).collect();
    assert_eq!(limit(&few, &bulges, EndRule::Plane), Some(Limit::MissingPlanes));
    // Where they are missing elsewhere, it is not.
    let few: Vec<f64> = all.iter().copied().filter(|z| (z - 6.0).abs() > 2.0).collect();
    assert_eq!(limit(&few, &bulges, EndRule::Plane), None);
    // A rod above the end of the cord is nearest at the ends of both.
    let above = rod(0.0, 26.0, 40.0, &Rotation3::identity());
    let below = solid(
        &heights(-20.0, 20.0, 2.0)
            .map(|z| flat(circle([0.0, 0.0], 5.0, 90, 0.0), z))
            .collect::<Vec<_>>(),
        EndRule::HalfSlice,
        2.0,
    );
    let found = measure(&above, &below, Arrangement::Apart, &[]).expect("measured");
    assert_eq!(found.limited_by, Some(Limit::Ends));
}

#[test]
fn the_farthest_point_outside_is_told_with_its_distance() {
    let (inner, outer) = (tube([3.0, 0.0], 4.0, 180, 0.0), tube([0.0, 0.0], 6.0, 180, 0.0));
    let (point, away_mm) = farthest_outside(&inner, &outer).expect("it stands over");
    // The circle of 4 mm about (3, 0) reaches to 7 mm.
    assert!((away_mm - 1.0).abs() < 0.02, "{away_mm}");
    assert!((point.x - 7.0).abs() < 0.03 && point.y.abs() < 0.4, "{point}");
    let well_within = inner.shifted(Vector3::new(-3.0, 0.0, 0.0));
    let still = heights(-10.0, 10.0, 2.0).map(|z| flat(circle([0.0, 0.0], 4.0, 180, 0.0), z));
    let still = solid(&still.collect::<Vec<_>>(), EndRule::HalfSlice, 2.0);
    assert!(farthest_outside(&still, &outer).is_none());
    let gap = gap(&well_within, &outer, Arrangement::Within).expect("a gap");
    assert!((gap.gap_mm - 2.0).abs() < 0.01, "{gap:?}");
}

#[test]
fn the_least_distance_of_each_sector_is_that_of_a_slow_search() {
    // A rod of 3 mm beside a cord of 5 mm, in twelve sectors from the front to the patient's left.
    let cord = tube([0.0, 0.0], 5.0, 360, 0.0);
    for at_deg in [20.0, 100.0, 215.0, 350.0_f64] {
        let (sin, cos) = at_deg.to_radians().sin_cos();
        let middle = [11.0 * sin, -11.0 * cos];
        let tumour = tube(middle, 3.0, 360, 0.0);
        let found = measure(&tumour, &cord, Arrangement::Apart, &[]).expect("measured").profile;
        assert_eq!(found.sectors.len(), 12);
        for (sector, least) in found.sectors.iter().enumerate() {
            let gap = |clock_deg: f64| {
                let (sin, cos) = clock_deg.to_radians().sin_cos();
                (5.0 * sin - middle[0]).hypot(-5.0 * cos - middle[1]) - 3.0
            };
            let first = 30.0 * sector as f64;
            let wanted =
                (0..=300).map(|k| gap(first + 0.1 * f64::from(k))).fold(f64::INFINITY, f64::min);
            match least {
                Some(least) => {
                    // Samples lie half a millimetre apart: so much of a sector's edge is not seen, and the
                    // distance changes as fast as the place, at the most.
                    let off = least.gap_mm - wanted;
                    assert!((-0.01..0.6).contains(&off), "{at_deg} {sector}: {off}");
                }
                None => assert!(wanted > found.reach_mm - 0.6, "{at_deg} {sector}: {wanted}"),
            }
        }
    }
}

/// A mask of squares of a millimetre within a plane, on six planes 2 mm apart.
fn pixels(inside: impl Fn(f64, f64) -> bool + Sync) -> Solid {
    use thecal_voxel::{FULL, Grid, Slices, Volume};
    let origin = Point3::new(-11.5, -11.5, 0.0);
    let grid = Grid::axis_aligned(origin, [1.0, 1.0, 2.0], [24, 24, 6]).expect("a grid");
    let mask = Volume::from_fn(grid, |v| {
        let p = grid.centre_mm(v);
        inside(p.x, p.y)
    });
    let slices = Slices::of_volume(&mask, 2, |&inside| if inside { FULL } else { 0 });
    Solid::from_mask(&slices.expect("slices"), EndRule::HalfSlice, 2.0).expect("a solid")
}

#[test]
fn labels_that_share_no_pixel_touch_though_their_outlines_cross() {
    // Four quarters about an axis, two of each label: at the axis the outlines of both lead across.
    let of_a = |x: f64, y: f64| x.abs().max(y.abs()) < 6.0 && (x < 0.0) == (y < 0.0);
    let of_b = |x: f64, y: f64| x.abs().max(y.abs()) < 6.0 && (x < 0.0) != (y < 0.0);
    let (a, b) = (pixels(of_a), pixels(of_b));
    let measured = |a: &Solid, b: &Solid| measure(a, b, Arrangement::Apart, &[]).expect("measured");
    let found = measured(&a, &b);
    assert!(a.shares_no_pixel_with(&b));
    assert!(found.gap.gap_mm.abs() < 1e-9 && found.overlap_cc == 0.0, "{:?}", found.gap);
    assert!((found.gap.a_mm - found.gap.b_mm).norm() < 1e-9);
    // They touch within the pixels that meet at the axis.
    let touch = found.gap.a_mm;
    assert!(touch.x.abs().max(touch.y.abs()) < 0.5, "{touch}");
    let ends = [found.interval.lower_mm, found.interval.upper_mm];
    assert!(ends[0] <= 0.0 && ends[1] >= 0.0 && ends[1] - ends[0] < 2.0, "{ends:?}");
    let planes = found.profile.planes.iter().filter_map(|(_, least)| least.as_ref());
    assert!(planes.clone().count() > 0 && planes.clone().all(|l| l.gap_mm >= 0.0));
    // Labels that lie apart are as far apart as they are, and those that share pixels overlap.
    let beside = pixels(|x, y| x > 8.0 && y.abs() < 3.0);
    let found = measured(&pixels(|x, y| x < 5.0 && x > -6.0 && y.abs() < 6.0), &beside);
    let range = found.interval;
    assert!(found.gap.gap_mm > 2.0 && range.lower_mm <= 3.0 && range.upper_mm >= 3.0, "{range:?}");
    let found = measured(&a, &pixels(|x, y| x.abs().max(y.abs()) < 4.0));
    assert!(found.gap.gap_mm < -1.0 && found.overlap_cc > 0.0, "{:?}", found.gap);
}

#[test]
fn a_profile_reaches_two_millimetres_past_the_gap_and_past_the_largest_threshold() {
    let cord = tube([0.0, 0.0], 5.0, 90, 0.0);
    for (gap_mm, thresholds_mm, wanted) in
        [(3.3, &[][..], 6.0), (0.7, &[], 3.0), (9.6, &[2.0, 3.0], 12.0), (1.2, &[2.0, 4.5], 6.5)]
    {
        let tumour = tube([gap_mm + 9.0, 0.0], 4.0, 90, 0.0);
        let found = measure(&tumour, &cord, Arrangement::Apart, thresholds_mm).expect("measured");
        assert_eq!(found.profile.reach_mm, wanted, "{gap_mm} {thresholds_mm:?}");
        // Every plane of the cord lies beside the tumour.
        let planes = &found.profile.planes;
        assert!(planes.iter().all(|(_, least)| least.is_some()), "{gap_mm}");
    }
}

#[test]
fn where_nothing_was_measured_half_a_step_of_each_is_open() {
    let stack = |step_mm: f64| {
        let planes = heights(0.0, 6.0 * step_mm, step_mm);
        let planes = planes.map(|z| flat(circle([0.0, 0.0], 5.0, 40, 0.0), z));
        solid(&planes.collect::<Vec<_>>(), EndRule::Plane, step_mm)
    };
    for (a, b, half_mm) in [(2.0, 3.0, 2.5), (1.0, 2.0, 1.5), (3.0, 3.0, 3.0)] {
        let open = Openness::of_drawing(&stack(a), &stack(b));
        assert!((open.below_mm - half_mm).abs() < 1e-12 && (open.above_mm - half_mm).abs() < 1e-12);
        let wide = open.widened(Interval { lower_mm: 4.0, upper_mm: 5.0 });
        assert!((wide.lower_mm - 4.0 + half_mm).abs() < 1e-12);
        assert!((wide.upper_mm - 5.0 - half_mm).abs() < 1e-12);
    }
}
