//! How contours become a stack: which planes are one, which are missing, and which parts go on.

use thecal_geom::{Contour, ContourKind, Point3, Vector3};
use thecal_mask::{EndRule, Solid, SolidError};
use thecal_voxel::{FULL, Grid, Slices, Volume};

/// A rectangle from one x to another, 6 mm wide along y.
fn bar([from, to]: [f64; 2], z: f64) -> Contour {
    let corners = [[from, -3.0], [to, -3.0], [to, 3.0], [from, 3.0]];
    let points_mm = corners.map(|[x, y]| Point3::new(x, y, z)).into();
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
}

fn solid(contours: &[Contour]) -> Solid {
    Solid::from_contours(contours, EndRule::HalfSlice, 2.0).expect("contours make a solid")
}

fn at_heights(heights: &[f64]) -> Solid {
    solid(&heights.iter().map(|&z| bar([-4.0, 4.0], z)).collect::<Vec<_>>())
}

fn has_warning(s: &Solid, code: &str) -> bool {
    s.warnings().iter().any(|w| w.code == code)
}

fn assert_planes(s: &Solid, wanted: &[f64]) {
    assert_eq!(s.planes_mm().len(), wanted.len(), "{:?}", s.planes_mm());
    for (found, wanted) in s.planes_mm().iter().zip(wanted) {
        assert!((found - wanted).abs() < 1e-9, "{found} for {wanted}");
    }
}

#[test]
fn planes_nearer_than_a_quarter_of_the_step_are_one_half_way_between() {
    let s = at_heights(&[0.0, 2.0, 4.0, 4.1, 4.2, 6.0, 8.0]);
    assert_planes(&s, &[0.0, 2.0, 4.1, 6.0, 8.0]);
    assert_eq!(s.repairs().merged_planes, 2);
    assert!(has_warning(&s, "planes_merged"));
    // No farther than 0.3 mm, however wide the step.
    let s = at_heights(&[0.0, 5.0, 10.0, 10.35, 15.0, 20.0]);
    assert_planes(&s, &[0.0, 5.0, 10.0, 10.35, 15.0, 20.0]);
    assert!(!has_warning(&s, "planes_merged"));
    // A quarter of a step of 0.4 mm.
    let s = at_heights(&[0.0, 0.4, 0.8, 0.89, 1.2, 1.6, 1.72]);
    assert_planes(&s, &[0.0, 0.4, 0.845, 1.2, 1.6, 1.72]);
    assert_eq!(s.repairs().merged_planes, 1);
}

#[test]
fn planes_that_are_missing_lie_evenly_in_the_step() {
    let s = at_heights(&[0.0, 2.0, 4.0, 10.0, 12.0, 14.0]);
    assert_eq!(s.missing_planes_mm(), [6.0, 8.0]);
    assert!(has_warning(&s, "planes_missing") && s.parts().len() == 1);
    assert!(at_heights(&[0.0, 2.0, 4.9, 6.9]).missing_planes_mm().is_empty());
    // More than three in a row are no longer the same part, and none of them is interpolated.
    for (step_mm, missing) in [(8.0, 3), (10.0, 0), (12.0, 0), (40.0, 0)] {
        let s = at_heights(&[0.0, 2.0, 4.0, 4.0 + step_mm, 6.0 + step_mm, 8.0 + step_mm]);
        assert_eq!(s.missing_planes_mm().len(), missing, "{step_mm}");
        assert_eq!(has_warning(&s, "planes_missing"), missing > 0);
        assert_eq!(has_warning(&s, "planes_split"), missing == 0);
        assert_eq!(s.parts().len(), if missing > 0 { 1 } else { 2 });
    }
}

#[test]
fn the_sense_in_which_a_ring_is_drawn_says_nothing() {
    let ring = |k: i32| bar([-4.0, 4.0 + f64::from(k)], 2.0 * f64::from(k));
    let plain: Vec<Contour> = (0..6).map(ring).collect();
    let mut mixed = plain.clone();
    mixed.iter_mut().step_by(2).for_each(|c| c.points_mm.reverse());
    mixed[1].points_mm.rotate_left(2);
    let (plain, mixed) = (solid(&plain), solid(&mixed));
    assert_eq!(plain.planes_mm(), mixed.planes_mm());
    for p in [[0.0, 0.0, 3.0], [6.5, 1.0, 4.4], [-5.0, 2.0, 8.9], [1.0, 1.0, 12.0]] {
        let p = Point3::from(p);
        assert!((plain.level_mm(p) - mixed.level_mm(p)).abs() < 1e-9, "{p}");
    }
}

#[test]
fn an_axis_that_coordinates_were_rounded_off_is_the_axis_itself() {
    // Each of two senses on the same stack, with heights that waver by a hair.
    let ring = |k: i32| {
        let mut ring = bar([-4.0, 4.0], 2.0 * f64::from(k));
        ring.points_mm[k as usize % 4].z += 1e-5 * f64::from(k % 3 - 1);
        if k % 2 == 0 {
            ring.points_mm.reverse();
        }
        ring
    };
    let s = solid(&(0..6).map(ring).collect::<Vec<_>>());
    assert_eq!(s.frame().normal().into_inner(), thecal_geom::Vector3::z());
    // One that leans by more keeps its own.
    let leaning = |k: i32| {
        let mut ring = bar([-4.0, 4.0], 2.0 * f64::from(k));
        ring.points_mm.iter_mut().for_each(|p| p.z += 0.01 * p.x);
        ring
    };
    let s = solid(&(0..6).map(leaning).collect::<Vec<_>>());
    let wanted = thecal_geom::Vector3::new(-0.01, 0.0, 1.0).normalize();
    assert!((s.frame().normal().into_inner() - wanted).norm() < 1e-9);
}

#[test]
fn islands_go_on_to_those_that_they_overlap() {
    let stack = |planes: &[&[[f64; 2]]]| -> Vec<Contour> {
        let planes = planes.iter().enumerate();
        planes.flat_map(|(k, bars)| bars.iter().map(move |b| bar(*b, 2.0 * k as f64))).collect()
    };
    // A wide bar that begins far to the left of the one which it holds.
    let (wide, thin, right) = ([0.0, 20.0], [15.0, 16.0], [25.0, 26.0]);
    for by in [0.0, -60.0, 90.0] {
        let [wide, thin, right] = [wide, thin, right].map(|bar| bar.map(|x| x + by));
        let s = solid(&stack(&[&[wide, right], &[thin, right], &[wide, right]]));
        assert_eq!(s.parts().len(), 2);
        assert_eq!(s.parts().iter().map(|p| p.planes_mm().len()).collect::<Vec<_>>(), [3, 3]);
    }
    // Two legs that meet: one part. Bars that lie beside each other: two.
    let legs: &[[f64; 2]] = &[[0.0, 4.0], [8.0, 12.0]];
    assert_eq!(solid(&stack(&[legs, legs, &[[0.0, 12.0]], legs])).parts().len(), 1);
    assert_eq!(solid(&stack(&[legs, legs, &[[0.0, 4.0], [8.0, 12.0]]])).parts().len(), 2);
    let s = solid(&stack(&[&[[0.0, 4.0], [8.0, 12.0]], &[[4.5, 7.5], [13.0, 14.0]]]));
    assert_eq!(s.parts().len(), 4);
    // The part at a point is the one whose surface is nearest there.
    let s = solid(&stack(&[legs, legs, legs]));
    for (x, here) in [(1.0, 2.0), (4.5, 2.0), (7.5, 10.0), (13.0, 10.0)] {
        let (part, others) = s.parted_at(Point3::new(x, 0.0, 2.0)).expect("two parts");
        let middle = Point3::new(here, 0.0, 2.0);
        assert!(part.level_mm(middle) < 0.0 && others.level_mm(middle) > 0.0, "{x}");
    }
    assert!(at_heights(&[0.0, 2.0]).parted_at(Point3::origin()).is_none());
}

#[test]
fn a_slice_without_matter_parts_what_a_level_says() {
    let grid = Grid::axis_aligned(Point3::origin(), [1.0; 3], [16, 16, 11]).expect("a grid");
    let parts = |empty: usize| {
        let level = Volume::from_fn(grid, |v| {
            let p = grid.centre_mm(v);
            let side = (p.x - 7.5).abs().max((p.y - 7.5).abs()) - 5.0;
            (if v[2] == empty { side.abs() + 1.0 } else { side }) as f32
        });
        let s = Solid::from_level(&level, EndRule::HalfSlice, 0.0, &|p| p).expect("a solid");
        (s.parts().len(), s.planes_mm().len(), s.level_mm(Point3::new(7.5, 7.5, 5.0)))
    };
    let (whole, all, inside) = parts(99);
    assert!((whole, all) == (1, 11) && inside < -4.0, "{inside}");
    let (two, left, outside) = parts(5);
    assert!((two, left) == (2, 10) && outside > 0.0, "{outside}");
}

#[test]
fn the_areas_of_a_mask_are_those_of_its_pixels() {
    let grid = Grid::axis_aligned(Point3::origin(), [0.8, 1.25, 3.0], [20, 20, 4]).expect("a grid");
    let mask = Volume::from_fn(grid, |[x, y, z]| {
        let full = (5..12).contains(&x) && (5..10).contains(&y);
        // One row that counts by a part.
        let half = z == 2 && (5..12).contains(&x) && y == 10;
        if full { FULL } else { FULL / 2 * u8::from(half) }
    });
    let slices = Slices::of_volume(&mask, 2, |&v| v).expect("slices");
    let s = Solid::from_mask(&slices, EndRule::HalfSlice, 3.0).expect("a solid");
    let half = 7.0 * f64::from(FULL / 2) / f64::from(FULL);
    for (k, area) in s.areas_mm2().iter().enumerate() {
        let wanted = if k == 2 { 35.0 + half } else { 35.0 };
        assert!((area - wanted * 0.8 * 1.25).abs() < 1e-9, "{k}: {area}");
    }
}

#[test]
fn stacks_point_to_the_head_the_back_or_the_left_however_they_are_drawn() {
    // Axial, coronal and sagittal planes, and such as lean.
    let lean = nalgebra::Rotation3::from_euler_angles(0.2, -0.3, 0.1);
    for (axes, lead) in [([0, 1, 2], 2), ([0, 2, 1], 1), ([1, 2, 0], 0)] {
        for leans in [false, true] {
            for reversed in [false, true] {
                let ring = |k: i32| {
                    let mut c = bar([-4.0, 4.0], 2.0 * f64::from(k));
                    for p in &mut c.points_mm {
                        let mut q = Point3::origin();
                        (0..3).for_each(|a| q[axes[a]] = p[a]);
                        *p = if leans { lean * q } else { q };
                    }
                    if reversed {
                        c.points_mm.reverse();
                    }
                    c
                };
                let s = solid(&(0..6).map(ring).collect::<Vec<_>>());
                let mut axis = Vector3::zeros();
                axis[lead] = 1.0;
                let wanted = if leans { lean * axis } else { axis };
                let off = (s.frame().normal().into_inner() - wanted).norm();
                assert!(off < 1e-9, "{axes:?} {leans} {reversed}: {:?}", s.frame().normal());
                let planes = [0.0, 2.0, 4.0, 6.0, 8.0, 10.0];
                assert!(s.planes_mm().iter().zip(planes).all(|(w, p)| (w - p).abs() < 1e-9));
            }
        }
    }
}

#[test]
fn what_is_no_plane_is_refused_and_what_is_no_ring_is_left_out() {
    let mut contours: Vec<Contour> = (0..4).map(|k| bar([-4.0, 4.0], 2.0 * f64::from(k))).collect();
    assert!(!has_warning(&solid(&contours), "contour_not_closed"));
    contours[1].points_mm[0].z += 0.1;
    assert!(Solid::from_contours(&contours, EndRule::HalfSlice, 2.0).is_ok());
    contours[1].points_mm[0].z += 0.3;
    let refused = Solid::from_contours(&contours, EndRule::HalfSlice, 2.0);
    assert!(matches!(refused, Err(SolidError::OffPlane { .. })), "{refused:?}");
    contours[1] = Contour { kind: ContourKind::OpenPlanar, ..bar([-4.0, 4.0], 2.0) };
    let s = solid(&contours);
    assert!(has_warning(&s, "contour_not_closed"));
    assert_planes(&s, &[0.0, 4.0, 6.0]);
}

#[test]
fn what_lies_beside_a_place_are_the_planes_below_and_above_it() {
    let s = at_heights(&[0.0, 2.0, 4.0, 6.0]);
    let beside = |w: f64| s.drawn_beside(w).map(|d| d.0).collect::<Vec<_>>();
    assert_eq!(beside(3.0), [2.0, 4.0]);
    assert_eq!(beside(4.0), [4.0, 6.0]);
    assert_eq!(beside(-0.5), [0.0]);
    assert_eq!(beside(6.5), [6.0]);
    for (z, about) in [(-0.1, false), (0.0, true), (3.0, true), (6.0, true), (6.1, false)] {
        assert_eq!(s.has_planes_about(Point3::new(4.0, 0.0, z)), about, "{z}");
    }
    assert_eq!(s.end_rule(), EndRule::HalfSlice);
    // Of parts that end at different heights the nearer one tells.
    let mut contours: Vec<Contour> = (0..3).map(|k| bar([-4.0, 4.0], 2.0 * f64::from(k))).collect();
    contours.extend((0..6).map(|k| bar([8.0, 12.0], 2.0 * f64::from(k))));
    let s = solid(&contours);
    assert!(!s.has_planes_about(Point3::new(4.0, 0.0, 6.0)));
    assert!(s.has_planes_about(Point3::new(8.0, 0.0, 6.0)));
    let areas: Vec<Vec<f64>> = s.parts().iter().map(|p| p.areas_mm2().to_vec()).collect();
    assert_eq!(areas, [vec![48.0; 3], vec![24.0; 6]]);
}

#[test]
fn masks_on_one_lattice_know_whether_they_share_a_pixel() {
    let grid = Grid::axis_aligned(Point3::origin(), [1.0, 1.0, 3.0], [20, 20, 3]).expect("a grid");
    let mask = |from: usize, to: usize| {
        let mask = Volume::from_fn(grid, |[x, y, _]| {
            if (from..to).contains(&x) && (5..15).contains(&y) { FULL } else { 0 }
        });
        let slices = Slices::of_volume(&mask, 2, |&v| v).expect("slices");
        Solid::from_mask(&slices, EndRule::HalfSlice, 3.0).expect("a solid")
    };
    let (left, right, over) = (mask(3, 8), mask(8, 14), mask(7, 12));
    assert!(left.shares_no_pixel_with(&right) && right.shares_no_pixel_with(&left));
    assert!(!left.shares_no_pixel_with(&over) && !over.shares_no_pixel_with(&right));
    // Elsewhere its pixels are no longer those of the lattice.
    let moved = left.shifted(thecal_geom::Vector3::new(0.0, 40.0, 0.0));
    assert!(!moved.shares_no_pixel_with(&right));
    // Of what was drawn nothing is known.
    assert!(!left.shares_no_pixel_with(&at_heights(&[0.0, 2.0])));
    assert!(at_heights(&[0.0, 2.0]).traced_lattice().is_none());
}
