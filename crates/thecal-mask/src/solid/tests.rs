use super::*;
use crate::resolution::{DrawnAs, Tracing};
use nalgebra::{Matrix3, Rotation3};
use thecal_geom::{Contour, ContourKind};
use thecal_voxel::{FULL, Grid, Volume};

/// A rectangle from one x to another, 6 mm wide along y.
fn bar([from, to]: [f64; 2], z: f64) -> Contour {
    let corners = [[from, -3.0], [to, -3.0], [to, 3.0], [from, 3.0]];
    let points_mm = corners.map(|[x, y]| Point3::new(x, y, z)).into();
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
}

fn solid(contours: &[Contour]) -> Solid {
    Solid::from_contours(contours, EndRule::HalfSlice, 2.0).expect("contours make a solid")
}

#[test]
fn a_place_a_hair_past_the_last_plane_still_counts_as_drawn() {
    for first in [20.0, -35.0, 0.0] {
        let planes: Vec<Contour> =
            (0..4).map(|k| bar([-4.0, 4.0], first + 2.0 * f64::from(k))).collect();
        let s = solid(&planes);
        let about = |z: f64| s.has_planes_about(Point3::new(4.0, 0.0, first + z));
        for (off_mm, wanted) in [(0.005, true), (0.02, false), (-0.02, true)] {
            assert_eq!((about(-off_mm), about(6.0 + off_mm)), (wanted, wanted), "{first} {off_mm}");
        }
        assert!(about(3.0) && !about(-1.0) && !about(7.0));
    }
}

#[test]
fn the_box_of_a_solid_holds_it_and_a_slice_past_its_ends_however_it_lies() {
    for turn in [Rotation3::identity(), Rotation3::new(Vector3::new(0.4, -0.3, 0.8))] {
        let mut planes: Vec<Contour> =
            (0..4).map(|k| bar([-4.0 + f64::from(k), 7.0], 31.0 + 2.0 * f64::from(k))).collect();
        planes.iter_mut().flat_map(|c| &mut c.points_mm).for_each(|p| *p = turn * *p);
        let s = solid(&planes);
        let (lo, hi) = s.bounds();
        for (k, x) in (0..4).flat_map(|k| [(k, -4.0 + f64::from(k)), (k, 7.0)]) {
            for (y, up) in [(-3.0, -2.0), (3.0, -2.0), (-3.0, 2.0), (3.0, 2.0)] {
                let p = turn * Point3::new(x, y, 31.0 + 2.0 * f64::from(k) + up);
                assert!((0..3).all(|a| lo[a] - 1e-9 <= p[a] && p[a] <= hi[a] + 1e-9), "{p}");
            }
        }
        if turn == Rotation3::identity() {
            assert!((lo - Point3::new(-4.0, -3.0, 29.0)).norm() < 1e-9, "{lo}");
            assert!((hi - Point3::new(7.0, 3.0, 39.0)).norm() < 1e-9, "{hi}");
        } else {
            // No farther off than the corners of a box round the bars in the planes' own axes.
            assert!((hi - lo).norm() < 10.0 + 2.0 * 11.0_f64.hypot(6.0), "{lo} {hi}");
        }
    }
}

/// Pixels of 0.8 mm in rows about a middle, so many on either side of it, and their middle row of corners.
const ROWS: [i32; 9] = [2, 3, 4, 5, 5, 4, 3, 3, 2];
const PIXEL_MM: f64 = 0.8;

fn place([x, y]: [f64; 2], z: f64) -> Point3 {
    Point3::new(17.3 + PIXEL_MM * x, -3.1 + PIXEL_MM * y, z)
}

/// The outline of the pixels along their edges.
fn along_edges(z: f64) -> Contour {
    let mut right: Vec<[f64; 2]> = Vec::new();
    for (y, half) in (0_i32..).zip(ROWS) {
        let x = f64::from(half) + 0.5;
        right.extend([[x, f64::from(y) - 0.5], [x, f64::from(y) + 0.5]]);
    }
    ring_of(&right, z)
}

/// The outline through the centres of the outermost pixels.
fn through_centres(z: f64) -> Contour {
    let right: Vec<[f64; 2]> =
        (0_i32..).zip(ROWS).map(|(y, half)| [f64::from(half), f64::from(y)]).collect();
    ring_of(&right, z)
}

/// A ring that is the same on its left side as on its right one.
fn ring_of(right: &[[f64; 2]], z: f64) -> Contour {
    let left = right.iter().rev().map(|[x, y]| [-x, *y]);
    let points_mm = right.iter().copied().chain(left).map(|p| place(p, z)).collect();
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
}

#[test]
fn what_was_traced_round_pixels_is_their_mask_and_says_so() {
    let count: i32 = ROWS.iter().map(|half| 2 * half + 1).sum();
    let of_pixels_mm2 = f64::from(count) * PIXEL_MM * PIXEL_MM;
    for (tracing, outline) in [
        (Tracing::PixelEdges, along_edges as fn(f64) -> Contour),
        (Tracing::PixelCentres, through_centres),
    ] {
        let mut contours: Vec<Contour> = (0..6).map(|k| outline(3.0 * f64::from(k))).collect();
        let s = solid(&contours);
        assert!(s.is_of_pixels() && s.traced_lattice().is_some(), "{tracing:?}");
        assert!((s.pixel_mm(Vector3::x()).expect("pixels") - PIXEL_MM).abs() < 1e-6);
        let told = &s.resolution().drawn_as;
        assert!(matches!(told, DrawnAs::Traced { tracing: t, .. } if *t == tracing), "{told:?}");
        assert_eq!(s.warnings()[0].code, "contours_traced");
        assert_eq!(s.warnings().len(), 1);
        // Also where half a pixel is put back all round.
        for area_mm2 in s.areas_mm2() {
            assert!((area_mm2 - of_pixels_mm2).abs() < 1e-6, "{tracing:?}: {area_mm2}");
        }
        let moved = s.shifted(Vector3::x());
        assert!(moved.traced_lattice().is_none() && moved.is_of_pixels());
        // What had to be mended is told behind it.
        contours.push(outline(6.0));
        let s = solid(&contours);
        assert_eq!(s.repairs().duplicate_rings, 1);
        let told: Vec<_> = s.warnings().iter().map(|w| w.code).collect();
        assert_eq!(told, ["contours_traced", "contour_duplicate"]);
    }
}

#[test]
fn sections_along_the_edges_of_pixels_are_as_large_as_they_were_drawn() {
    // Pixels of which hundredths of a millimetre are no part, as files write them.
    let pixel_mm = 0.976_562_5;
    let mut contours: Vec<Contour> = (0..6).map(|k| along_edges(3.0 * f64::from(k))).collect();
    for p in contours.iter_mut().flat_map(|c| &mut c.points_mm) {
        for a in 0..2 {
            p[a] = (p[a] * pixel_mm / PIXEL_MM * 100.0).round() / 100.0;
        }
    }
    let s = solid(&contours);
    assert!(s.traced_lattice().is_some());
    let drawn_mm2 = contours.iter().map(|c| 0.5 * c.double_area().norm());
    for (area_mm2, wanted_mm2) in s.areas_mm2().iter().zip(drawn_mm2) {
        assert!((area_mm2 - wanted_mm2).abs() < 1e-9, "{area_mm2} for {wanted_mm2}");
    }
    let count: i32 = ROWS.iter().map(|half| 2 * half + 1).sum();
    assert!((s.areas_mm2()[0] - f64::from(count) * pixel_mm * pixel_mm).abs() > 1e-4);
}

#[test]
fn few_corners_are_pixels_where_others_of_the_same_planes_are() {
    let whole = solid(&(0..6).map(|k| along_edges(3.0 * f64::from(k))).collect::<Vec<_>>());
    let known = whole.traced_lattice().expect("it was traced");
    let corners = [[0.5, 0.5], [9.5, 0.5], [9.5, 2.5], [4.5, 2.5], [4.5, 3.5], [0.5, 3.5]];
    let few = |turn: bool| {
        let point = |p: [f64; 2]| {
            let q = place(p, 6.0);
            if turn { Point3::new(q.x, -q.z, q.y) } else { q }
        };
        let points_mm = corners.map(point).into();
        [Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }]
    };
    let read = |contours: &[Contour], known: &[TracedLattice]| {
        let resolution = Resolution::from_contours(contours);
        Solid::from_drawn(contours, resolution, known, EndRule::HalfSlice, 3.0).expect("a solid")
    };
    assert!(!read(&few(false), &[]).is_of_pixels());
    assert!(read(&few(false), &[known]).is_of_pixels());
    // Those of other planes say nothing.
    assert!(!read(&few(true), &[known]).is_of_pixels());
}

#[test]
fn the_areas_of_a_mask_go_with_its_planes_whichever_way_its_slices_run() {
    for up in [1.0, -1.0] {
        let axes = Matrix3::from_diagonal(&Vector3::new(1.0, up, up));
        let grid = Grid::new(Point3::new(0.0, 0.0, 40.0), axes, [1.0, 1.0, 2.0], [20, 20, 5]);
        let grid = grid.expect("a grid");
        let mask = Volume::from_fn(grid, |[x, y, z]| {
            if (4..7 + 2 * z).contains(&x) && (4..12).contains(&y) { FULL } else { 0 }
        });
        let slices = Slices::of_volume(&mask, 2, |&v| v).expect("slices");
        let s = Solid::from_mask(&slices, EndRule::HalfSlice, 2.0).expect("a solid");
        let wanted = [24.0, 40.0, 56.0, 72.0, 88.0];
        for (k, area_mm2) in s.areas_mm2().iter().enumerate() {
            let along = if up > 0.0 { k } else { 4 - k };
            assert!((area_mm2 - wanted[along]).abs() < 1e-9, "{up} {k}: {area_mm2}");
        }
        for (w, k) in s.planes_mm().iter().zip(0_i32..) {
            let first = if up > 0.0 { 40.0 } else { 32.0 };
            assert!((w - first - 2.0 * f64::from(k)).abs() < 1e-9, "{up}: {w}");
        }
    }
}

#[test]
fn a_slice_on_which_nothing_is_negative_holds_nothing() {
    let grid = Grid::axis_aligned(Point3::origin(), [1.0; 3], [12, 12, 7]).expect("a grid");
    let level = Volume::from_fn(grid, |v| {
        // Up to the border of the grid.
        let side = (v[0] as f32 - 5.5).abs() - 3.0;
        if v[2] == 3 { side.max(0.0) } else { side }
    });
    let s = Solid::from_level(&level, EndRule::HalfSlice, 0.0, &|p| p).expect("a solid");
    assert_eq!((s.parts().len(), s.planes_mm().len()), (2, 6));
}

#[test]
fn one_outline_that_is_left_out_is_told_of_as_one() {
    let grid = Grid::axis_aligned(Point3::origin(), [0.25, 0.25, 1.0], [60, 20, 1]);
    let grid = grid.expect("a grid");
    let square = |p: Point3, x: f64, half: f64| (p.x - x).abs().max((p.y - 2.5).abs()) - half;
    let level = Volume::from_fn(grid, |v| {
        let p = grid.centre_mm(v);
        square(p, 3.0, 2.0).min(square(p, 10.0, 1.0)) as f32
    });
    let of = |least_mm2| {
        let s = Solid::from_level(&level, EndRule::HalfSlice, least_mm2, &|p| p);
        s.expect("a solid").warnings().iter().map(|w| w.message.clone()).collect::<Vec<_>>()
    };
    // Four square millimetres, less what the corners of its zero line are cut by.
    assert_eq!(of(3.0), Vec::<String>::new());
    assert_eq!(of(4.1), ["1 outline of less than 4.1 mm2 left out"]);
}

#[test]
fn clean_contours_are_told_of_by_nothing_and_each_fault_by_its_own_warning() {
    let clean: Vec<Contour> = (0..4).map(|k| bar([-4.0, 4.0], 2.0 * f64::from(k))).collect();
    assert_eq!(solid(&clean).warnings(), []);
    let told = |more: Contour| -> Vec<(&'static str, String)> {
        let contours: Vec<Contour> = clean.iter().cloned().chain([more]).collect();
        let s = solid(&contours);
        s.warnings().iter().map(|w| (w.code, w.message.clone())).collect()
    };
    let open = Contour { kind: ContourKind::OpenPlanar, ..bar([-4.0, 4.0], 2.0) };
    let found = told(open);
    assert!(found.len() == 1 && found[0].0 == "contour_not_closed", "{found:?}");
    assert!(found[0].1.starts_with("1 of 5 contours"), "{found:?}");
    for (more, code) in [
        (bar([-4.0, 4.0], 2.0), "contour_duplicate"),
        (bar([-3.95, 3.95], 2.0), "contour_near_copy"),
        (bar([2.0, 9.0], 2.0), "contour_crossing"),
        (bar([20.0, 20.0], 2.0), "contour_degenerate"),
        (bar([-4.0, 4.0], 2.2), "planes_merged"),
    ] {
        let found = told(more);
        assert!(found.iter().any(|w| w.0 == code), "{code}: {found:?}");
        assert!(found.iter().all(|w| !w.1.starts_with("0 ")), "{code}: {found:?}");
    }
    // A plane of which nothing is left says where it lay.
    let s = solid(&[clean.clone(), vec![bar([3.0, 3.0], 8.0)]].concat());
    let gone: Vec<_> = s.warnings().iter().filter(|w| w.code == "plane_without_area").collect();
    assert!(gone.len() == 1 && gone[0].place == "plane 8.00 mm", "{gone:?}");
    assert_eq!(s.planes_mm().len(), 4);
}

#[test]
fn contours_a_twentieth_of_a_millimetre_apart_lie_on_planes_of_their_own() {
    let planes = |apart: f64| {
        solid(&[0.0, apart, 2.0 * apart].map(|z| bar([-4.0, 4.0], z))).planes_mm().len()
    };
    assert_eq!((planes(0.05), planes(0.051)), (3, 3));
    // Nearer ones are on one plane with the first of them.
    assert_eq!(planes(0.049), 2);
}

#[test]
fn planes_a_quarter_of_a_step_apart_are_two_and_nearer_ones_are_one() {
    for (z, planes) in [(2.25, 6), (2.249, 5)] {
        let heights = [0.0, 1.0, 2.0, z, 3.0, 4.0];
        let s = solid(&heights.map(|z| bar([-4.0, 4.0], z)));
        assert_eq!(s.planes_mm().len(), planes, "{z}");
    }
}

#[test]
fn points_a_tenth_of_a_millimetre_off_a_plane_are_still_on_it() {
    let saddle = |off_mm: f64| {
        let mut contours: Vec<Contour> =
            (0..4).map(|k| bar([-4.0, 4.0], 2.0 * f64::from(k))).collect();
        contours[0].number = 7;
        for (k, p) in contours[0].points_mm.iter_mut().enumerate() {
            p.z = if k % 2 == 0 { off_mm } else { -off_mm };
        }
        Solid::from_contours(&contours, EndRule::HalfSlice, 2.0)
    };
    assert!(saddle(0.1).is_ok());
    match saddle(0.101) {
        Err(SolidError::OffPlane { contour, off_mm }) => {
            assert!(contour == 7 && (off_mm - 0.101).abs() < 1e-9, "{contour} {off_mm}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn islands_that_touch_along_a_side_go_on_to_each_other() {
    let far = [40.0, 44.0];
    for (low, high) in [([0.0, 4.0], [4.0, 8.0]), ([0.0, 4.0], [-8.0, 0.0])] {
        let planes = |gap: f64| {
            let by = if high[0] < 0.0 { -gap } else { gap };
            let high = high.map(|x| x + by);
            [bar(low, 0.0), bar(far, 0.0), bar(high, 2.0), bar(far, 2.0)]
        };
        assert_eq!(solid(&planes(0.0)).parts().len(), 2, "{high:?}");
        assert_eq!(solid(&planes(0.01)).parts().len(), 3, "{high:?}");
    }
}

#[test]
fn the_part_at_a_place_and_the_others_are_all_there_is() {
    let column = |x: f64, planes: std::ops::Range<i32>| {
        planes.map(move |k| bar([x, x + 4.0], 2.0 * f64::from(k)))
    };
    let contours: Vec<Contour> =
        column(0.0, 0..3).chain(column(10.0, 1..5)).chain(column(20.0, 0..5)).collect();
    let s = solid(&contours);
    for (x, own, others) in [
        (4.2, &[0.0, 2.0, 4.0][..], &[0.0, 2.0, 4.0, 6.0, 8.0][..]),
        (9.7, &[2.0, 4.0, 6.0, 8.0], &[0.0, 2.0, 4.0, 6.0, 8.0]),
        (24.1, &[0.0, 2.0, 4.0, 6.0, 8.0], &[0.0, 2.0, 4.0, 6.0, 8.0]),
    ] {
        let p = Point3::new(x, 0.0, 3.0);
        let (part, rest) = s.parted_at(p).expect("there are others");
        assert_eq!((part.planes_mm(), rest.planes_mm()), (own, others), "{x}");
        assert!((part.volume_cc() + rest.volume_cc() - s.volume_cc()).abs() < 1e-12);
        assert!((part.level_mm(p) - s.level_mm(p)).abs() < 1e-12);
        assert!(rest.level_mm(p) > 3.0);
        assert_eq!(rest.parts().len(), 2);
    }
}
