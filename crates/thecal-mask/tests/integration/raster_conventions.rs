//! Masks under named conventions, against exact areas and against what other programs make of the
//! same contours.

use std::f64::consts::{PI, TAU};
use thecal_geom::{Contour, ContourKind, Point3};
use thecal_mask::raster::{area_fraction, rasterised};
use thecal_mask::{EndRule, InPlane, RasterError, Solid, ThroughPlane};
use thecal_voxel::Grid;

type Ring = Vec<[f64; 2]>;

fn disc(centre: [f64; 2], r: f64) -> Ring {
    let at = |i: i32| TAU * f64::from(i) / 360.0;
    (0..360).map(|i| [centre[0] + r * at(i).cos(), centre[1] + r * at(i).sin()]).collect()
}

fn square(centre: [f64; 2], side: f64) -> Ring {
    let h = 0.5 * side;
    [[-h, -h], [h, -h], [h, h], [-h, h]].map(|d| [centre[0] + d[0], centre[1] + d[1]]).to_vec()
}

fn solid(planes: impl Iterator<Item = (f64, Vec<Ring>)>) -> Solid {
    let mut contours = Vec::new();
    let mut spacing = Vec::new();
    for (z, rings) in planes {
        spacing.push(z);
        for ring in rings {
            contours.push(Contour {
                number: contours.len(),
                kind: ContourKind::ClosedPlanar,
                points_mm: ring.into_iter().map(|p| Point3::new(p[0], p[1], z)).collect(),
            });
        }
    }
    Solid::from_contours(&contours, EndRule::HalfSlice, spacing[1] - spacing[0]).expect("a solid")
}

/// The usual planning CT: 0.9766 x 0.9766 x 2 mm.
fn ct() -> Grid {
    Grid::axis_aligned(Point3::new(-30.0, -30.0, 0.0), [0.9766, 0.9766, 2.0], [62, 62, 12])
        .expect("a valid grid")
}

#[test]
fn a_cord_under_the_conventions_of_other_programs() {
    // Radius 5 mm at sub-pixel shifts. Measured with the programs themselves: pixel centres
    // (plastimatch) 0.996 of the volume, inclusive edges (rt-utils, platipy, DicomRTTool) 1.251.
    let ratio = |rule: InPlane| {
        let mut sum = 0.0;
        for shift in 0..8 {
            let c = [0.122 * f64::from(shift), 0.049 * f64::from(shift)];
            let s = solid((0..12).map(|k| (2.0 * f64::from(k), vec![disc(c, 5.0)])));
            let m = rasterised(&s, &ct(), rule, ThroughPlane::OwnSlice).unwrap();
            sum += m.volume_cc() * 1000.0 / (PI * 25.0 * 24.0) / 8.0;
        }
        sum
    };
    let centre = ratio(InPlane::PixelCentre);
    assert!((centre - 1.0).abs() < 0.01, "{centre}");
    let inclusive = ratio(InPlane::InclusiveEdge);
    assert!((inclusive - 1.251).abs() < 0.04, "{inclusive}");
    let fine = ratio(InPlane::Supersampled { n: 4 });
    let half = ratio(InPlane::Coverage { least: 0.5 });
    assert!((fine - 1.0).abs() < 0.02 && (half - 1.0).abs() < 0.02, "{fine} {half}");
    let any = ratio(InPlane::Coverage { least: 0.0 });
    let whole = ratio(InPlane::Coverage { least: 1.0 });
    assert!(any > 1.2 && whole < 0.8, "{any} {whole}");
}

#[test]
fn area_fractions_are_exact() {
    // A ring with a hole, an island in the hole, and an outline that leaves the grid.
    let rings = vec![
        disc([3.3, -2.2], 14.0),
        disc([3.1, -2.0], 9.0),
        square([2.2, -2.9], 5.0),
        square([-28.0, 20.0], 9.0),
    ];
    let s = solid((0..12).map(|k| (2.0 * f64::from(k), rings.clone())));
    let area = |r: f64| 0.5 * 360.0 * (TAU / 360.0).sin() * r * r;
    // The last square reaches from -32.5 to -23.5; the grid begins half a pixel before -30.
    let seen = (-23.5 + 30.0 + 0.5 * 0.9766) * 9.0;
    let expected = area(14.0) - area(9.0) + 25.0 + seen;
    let f = area_fraction(&s, &ct(), ThroughPlane::OwnSlice).unwrap();
    let pixel = 0.9766 * 0.9766;
    let sum: f64 = f.values()[..62 * 62].iter().map(|&x| f64::from(x)).sum::<f64>() * pixel;
    assert!((sum - expected).abs() < 1e-3, "{sum} {expected}");
    // Pixel by pixel against a fine sampling of one slice.
    let fine = 40;
    for (n, &found) in f.values()[..62 * 62].iter().enumerate() {
        let mut inside = 0;
        for q in 0..fine * fine {
            let off = |x: usize| (x as f64 + 0.5) / fine as f64 - 0.5;
            let at = [(n % 62) as f64 + off(q % fine), (n / 62) as f64 + off(q / fine)];
            let p = at.map(|x| -30.0 + 0.9766 * x);
            let region = s.drawn().filter(|d| d.0 < 0.1).any(|d| d.1.contains(p));
            inside += usize::from(region);
        }
        let expected = inside as f64 / (fine * fine) as f64;
        assert!((f64::from(found) - expected).abs() < 0.03, "{n}: {found} {expected}");
    }
}

#[test]
fn a_missing_plane_stays_open_or_is_half_filled_as_the_convention_says() {
    let s = solid(
        (0..12).filter(|k| *k != 5).map(|k| (2.0 * f64::from(k), vec![square([0.0, 0.0], 10.0)])),
    );
    let filled = |through| {
        let m = rasterised(&s, &ct(), InPlane::PixelCentre, through).unwrap();
        (0..12).filter(|&k| *m.get([30, 30, k]).unwrap()).count()
    };
    assert_eq!(filled(ThroughPlane::OwnSlice), 11);
    assert_eq!(filled(ThroughPlane::Slab), 11);
    assert!(s.mask_on(&ct()).unwrap().get([30, 30, 5]).copied().unwrap());
    // On slices twice as fine each plane fills two under slabs, one on its own.
    let fine =
        Grid::axis_aligned(Point3::new(-30.0, -30.0, 0.0), [1.0, 1.0, 1.0], [62, 62, 24]).unwrap();
    let count = |through| {
        let m = rasterised(&s, &fine, InPlane::PixelCentre, through).unwrap();
        (0..24).filter(|&k| *m.get([30, 30, k]).unwrap()).count()
    };
    assert_eq!((count(ThroughPlane::OwnSlice), count(ThroughPlane::Slab)), (11, 22));
}

#[test]
fn contours_off_the_slices_go_to_the_nearest_one() {
    // Planes 2 mm apart, 0.7 mm off the slices: each fills the slice below it.
    let off = solid((1..11).map(|k| (2.0 * f64::from(k) + 0.7, vec![square([0.0, 0.0], 10.0)])));
    let filled = |s: &Solid| -> Vec<usize> {
        let m = rasterised(s, &ct(), InPlane::PixelCentre, ThroughPlane::NearestSlice).unwrap();
        (0..12).filter(|&k| *m.get([30, 30, k]).unwrap()).collect()
    };
    assert_eq!(filled(&off), (1..11).collect::<Vec<_>>());
    // Half way between two slices a plane fills the upper one, and past the grid none.
    let half = solid((-3..3).map(|k| (2.0 * f64::from(k) + 1.0, vec![square([0.0, 0.0], 10.0)])));
    assert_eq!(filled(&half), [0, 1, 2, 3]);
    // Planes 1 mm apart, a square on the left and one on the right in turn: a slice of 2 mm shows
    // both, where one plane to a slice loses every other one.
    let at = |k: i32| if k % 2 == 0 { [-15.0, 0.0] } else { [15.0, 0.0] };
    let fine = solid((0..24).map(|k| (f64::from(k) + 0.1, vec![square(at(k), 10.0)])));
    let sides = |through| {
        let m = rasterised(&fine, &ct(), InPlane::PixelCentre, through).unwrap();
        [15, 46].map(|i| *m.get([i, 30, 5]).unwrap())
    };
    assert_eq!(sides(ThroughPlane::NearestSlice), [true, true]);
    assert_eq!(sides(ThroughPlane::OwnSlice).iter().filter(|x| **x).count(), 1);
    let f = area_fraction(&fine, &ct(), ThroughPlane::NearestSlice).unwrap();
    assert!((f.get([15, 30, 5]).unwrap() - 0.5).abs() < 1e-6);
}

#[test]
fn what_cannot_be_done_is_said() {
    let s = solid((0..12).map(|k| (2.0 * f64::from(k), vec![disc([0.0, 0.0], 5.0)])));
    let turned = nalgebra::Rotation3::new(thecal_geom::Vector3::new(0.5, 0.0, 0.0)).into_inner();
    let g = Grid::new(Point3::origin(), turned, [1.0; 3], [9; 3]).unwrap();
    let found = rasterised(&s, &g, InPlane::PixelCentre, ThroughPlane::Slab);
    assert_eq!(found, Err(RasterError::NotParallel));
    let found = rasterised(&s, &ct(), InPlane::Coverage { least: 1.5 }, ThroughPlane::Slab);
    assert!(matches!(found, Err(RasterError::Argument { .. })));
}
