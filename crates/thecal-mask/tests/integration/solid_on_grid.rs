//! A contoured solid on a grid agrees with the shape that was drawn.

use nalgebra::{Matrix3, Rotation3};
use std::f64::consts::{PI, TAU};
use thecal_geom::{Contour, ContourKind, Point3, Vector3};
use thecal_mask::{EndRule, Solid, SolidError};
use thecal_voxel::{Grid, Volume};

fn contour(n: usize, number: usize, at: impl Fn(f64) -> Point3) -> Contour {
    let points_mm = (0..n).map(|i| at(TAU * i as f64 / n as f64)).collect();
    Contour { number, kind: ContourKind::ClosedPlanar, points_mm }
}

fn ball(radius: f64, spacing: f64, turn: &Rotation3<f64>) -> Solid {
    let half = (radius / spacing) as i32;
    let contours: Vec<Contour> = (-half..=half)
        .map(|k| (k, f64::from(k) * spacing + 0.1))
        // A plane beside the ball has no outline.
        .filter(|(_, z)| z.abs() < radius)
        .map(|(k, z)| {
            let r = (radius * radius - z * z).sqrt();
            contour(240, k.unsigned_abs() as usize, |a| {
                turn * Point3::new(r * a.cos(), r * a.sin(), z)
            })
        })
        .collect();
    Solid::from_contours(&contours, EndRule::Rounded, spacing).expect("a solid")
}

fn grid(axes: Matrix3<f64>, spacing: f64, half: f64) -> Grid {
    let n = (2.0 * half / spacing) as usize + 1;
    let origin = axes * Point3::new(-half + 0.07, -half - 0.11, -half + 0.03);
    Grid::new(origin, axes, [spacing; 3], [n; 3]).expect("a valid grid")
}

#[test]
fn distance_mask_and_coverage_of_a_ball() {
    let solid = ball(9.0, 2.0, &Rotation3::identity());
    let g = grid(Matrix3::identity(), 0.5, 14.0);
    let d = solid.signed_distance_on(&g, 3.0).unwrap();
    let mut seen = 0;
    for (n, &found) in d.values().iter().enumerate() {
        let [nx, ny, _] = g.size();
        let p = g.centre_mm([n % nx, n / nx % ny, n / (nx * ny)]);
        let expected = p.coords.norm() - 9.0;
        // A tenth of a voxel, poles included.
        if expected.abs() < 2.9 {
            seen += 1;
            assert!((f64::from(found) - expected).abs() < 0.05, "{p}: {found} {expected}");
        } else if expected.abs() > 3.05 {
            assert!(found.is_infinite() && (found < 0.0) == (expected < 0.0));
        }
    }
    assert!(seen > 30_000);
    let volume = 4.0 / 3.0 * PI * 729.0;
    let covered: f64 =
        solid.coverage_on(&g).unwrap().values().iter().map(|&c| f64::from(c)).sum::<f64>() * 0.125;
    assert!((covered / volume - 1.0).abs() < 3e-3, "{covered} {volume}");
    assert!((solid.mask_on(&g).unwrap().volume_cc() * 1000.0 / volume - 1.0).abs() < 5e-3);
}

#[test]
fn the_level_on_a_grid_is_the_solids_own() {
    let solid = ball(7.0, 3.0, &Rotation3::identity());
    let g = grid(Matrix3::identity(), 0.7, 10.0);
    let level = solid.level_on(&g).unwrap();
    let mut seen = 0;
    for (n, &found) in level.values().iter().enumerate() {
        let [nx, ny, _] = g.size();
        let p = g.centre_mm([n % nx, n / nx % ny, n / (nx * ny)]);
        let exact = solid.level_mm(p);
        assert_eq!(found < 0.0, exact < 0.0);
        if found.is_finite() && exact.abs() < 0.5 && p.z.abs() < 5.5 {
            seen += 1;
            assert!((f64::from(found) - exact).abs() < 1e-4, "{found} {exact}");
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn a_grid_that_sees_only_a_part_sees_it_as_the_whole_does() {
    let solid = ball(9.0, 2.0, &Rotation3::identity());
    let g = grid(Matrix3::identity(), 0.5, 12.0);
    let whole = solid.level_on(&g).unwrap();
    for (start, end) in
        [([0, 0, 0], [9, 49, 49]), ([20, 3, 5], [49, 18, 30]), ([44, 44, 44], [49; 3])]
    {
        let part = thecal_voxel::IndexBox { start, end };
        let found = solid.level_on(&g.cropped(part).unwrap()).unwrap();
        let expected = whole.cropped(part).unwrap();
        for (a, b) in found.values().iter().zip(expected.values()) {
            assert_eq!(*a < 0.0, *b < 0.0);
            assert!(a == b || !a.is_finite() || !b.is_finite() || (a - b).abs() < 1e-4, "{a} {b}");
        }
    }
}

#[test]
fn planes_and_grid_may_be_turned_against_each_other() {
    let turn = Rotation3::new(Vector3::new(0.3, -0.2, 0.1));
    let solid = ball(8.0, 2.0, &turn);
    for axes in [Matrix3::identity(), turn.into_inner(), Rotation3::new(Vector3::x()).into_inner()]
    {
        let g = grid(axes, 0.6, 12.0);
        let volume = 4.0 / 3.0 * PI * 512.0;
        let mask = solid.mask_on(&g).unwrap();
        assert!((mask.volume_cc() * 1000.0 / volume - 1.0).abs() < 0.01, "{}", mask.volume_cc());
        let d = solid.signed_distance_on(&g, 2.0).unwrap();
        for (n, &found) in d.values().iter().enumerate() {
            let [nx, ny, _] = g.size();
            let p = g.centre_mm([n % nx, n / nx % ny, n / (nx * ny)]);
            let expected = p.coords.norm() - 8.0;
            if expected.abs() < 1.5 && (turn.inverse() * p).z.abs() < 6.0 {
                assert!((f64::from(found) - expected).abs() < 0.05, "{p}: {found} {expected}");
            }
        }
    }
}

#[test]
fn a_cylinder_has_its_flat_ends() {
    let contours: Vec<Contour> = (0..12)
        .map(|k| {
            let z = 1.5 * k as f64;
            contour(200, k, |a| Point3::new(6.0 * a.cos(), 6.0 * a.sin(), z))
        })
        .collect();
    let solid = Solid::from_contours(&contours, EndRule::HalfSlice, 1.5).unwrap();
    let origin = Point3::new(-10.0, -10.0, -6.0);
    let g = Grid::axis_aligned(origin, [0.5; 3], [41, 41, 60]).unwrap();
    let d = solid.signed_distance_on(&g, 4.0).unwrap();
    for (z, expected) in [(-2.75, 2.0), (-0.25, -0.5), (17.75, 0.5), (15.25, -2.0)] {
        let found = d.sample(Point3::new(0.3, -0.4, z), Default::default()).unwrap();
        assert!((found - expected).abs() < 0.02, "{z}: {found}");
    }
    let covered: f64 = solid.coverage_on(&g).unwrap().values().iter().map(|&c| f64::from(c)).sum();
    let expected = PI * 36.0 * 18.0;
    assert!((covered * 0.125 / expected - 1.0).abs() < 0.005, "{}", covered * 0.125);
}

#[test]
fn same_bits_for_any_number_of_threads() {
    let solid = ball(8.0, 2.0, &Rotation3::identity());
    let g = grid(Matrix3::identity(), 0.6, 12.0);
    let bits = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let d = pool.install(|| solid.signed_distance_on(&g, 3.0)).unwrap();
        d.values().iter().map(|v| v.to_bits()).collect::<Vec<_>>()
    };
    let one = bits(1);
    for threads in [2, 3, 5] {
        assert!(one == bits(threads));
    }
}

#[test]
fn outlines_below_the_least_area_are_left_out_and_told_of() {
    // A slab, and two specks beside it: squares of 0.4 mm and 0.08 mm, by a level that rises evenly.
    let size = [60, 20, 3];
    let grid = Grid::new(Point3::origin(), Matrix3::identity(), [0.05, 0.05, 0.5], size);
    let grid = grid.expect("a grid");
    let square = |p: Point3, x: f64, half: f64| (p.x - x).abs().max((p.y - 0.5).abs()) - half;
    let level = Volume::from_fn(grid, |v| {
        let p = grid.centre_mm(v);
        let specks = square(p, 1.5, 0.2).min(square(p, 2.5, 0.04));
        square(p, 0.5, 0.4).min(specks) as f32
    });
    let of = |least_mm2| Solid::from_level(&level, EndRule::HalfSlice, least_mm2, &|p| p);
    let (all, most) = (of(0.0).expect("a solid"), of(0.01).expect("a solid"));
    let islands = |s: &Solid| s.drawn().filter(|(w, _)| *w == 0.5).count();
    assert_eq!((islands(&all), islands(&most)), (3, 2));
    assert_eq!(all.warnings(), []);
    let told = most.warnings();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].code, "slivers_left_out");
    assert!(told[0].message.starts_with("3 outlines"), "{}", told[0].message);
    assert_eq!(of(1.0).unwrap_err(), SolidError::Absent);
}

/// A tube of 6 mm along the last axis, from -0.75 to 17.25 mm.
fn tube(turn: &Rotation3<f64>) -> Solid {
    let contours: Vec<Contour> = (0..12)
        .map(|k| {
            let z = 1.5 * f64::from(k);
            contour(400, 1, |a| turn * Point3::new(6.0 * a.cos(), 6.0 * a.sin(), z))
        })
        .collect();
    Solid::from_contours(&contours, EndRule::HalfSlice, 1.5).expect("a solid")
}

/// The distance from that tube, in closed form.
fn off_tube_mm(p: Point3) -> f64 {
    let (side, end) = (p.x.hypot(p.y) - 6.0, (p.z - 8.25).abs() - 9.0);
    if side > 0.0 && end > 0.0 { side.hypot(end) } else { side.max(end) }
}

#[test]
fn distances_about_the_rims_of_flat_ends_are_those_of_a_tube() {
    let solid = tube(&Rotation3::identity());
    // Beside either rim, with voxels that the ends cut anywhere.
    for (z, step) in [(-3.0, 0.5), (-2.9, 0.4), (14.1, 0.5), (14.0, 0.45)] {
        let origin = Point3::new(3.03, -1.96, z);
        let g = Grid::axis_aligned(origin, [step; 3], [14, 9, 14]).expect("a grid");
        let d = solid.signed_distance_on(&g, 2.5).expect("it meets the surface");
        let mut seen = 0;
        for (n, &found) in d.values().iter().enumerate() {
            let p = g.centre_mm([n % 14, n / 14 % 9, n / (14 * 9)]);
            let expected = off_tube_mm(p);
            if expected.abs() < 1.3 {
                seen += 1;
                // Where side and end are about as near, the farther of the two may be taken.
                let (side, end) = (p.x.hypot(p.y) - 6.0, (p.z - 8.25).abs() - 9.0);
                let rim = side.min(end) > -step || (side - end).abs() < 1.5 * step;
                let most = if rim { step } else { 0.1 };
                assert!((f64::from(found) - expected).abs() < most, "{p}: {found} for {expected}");
            }
        }
        assert!(seen > 150, "{seen}");
    }
}

#[test]
fn a_grid_across_the_planes_sees_what_it_holds_of_a_tube_and_nothing_beside_it() {
    let turn = Rotation3::new(Vector3::new(0.4, -0.3, 0.2));
    let solid = tube(&turn);
    let cut = |low: f64, count: usize| {
        let origin = Point3::new(-9.1, low, -9.3);
        Grid::axis_aligned(origin, [0.6, 0.5, 0.55], [32, count, 54]).expect("a grid")
    };
    // The whole of it, a slice through it, and one of a voxel.
    for g in [cut(-18.0, 60), cut(-1.2, 8), cut(0.9, 1)] {
        let [nx, ny, _] = g.size();
        let level = solid.level_on(&g).expect("a level");
        let (mut inside, mut near) = (0, 0);
        for (n, &found) in level.values().iter().enumerate() {
            let p = turn.inverse() * g.centre_mm([n % nx, n / nx % ny, n / (nx * ny)]);
            let expected = off_tube_mm(p);
            if expected.abs() > 0.1 {
                assert_eq!(found < 0.0, expected < 0.0, "{p}: {found} for {expected}");
                inside += usize::from(found < 0.0);
            }
            // Beside its side, away from the rims.
            if expected.abs() < 0.6 && (p.z - 8.25).abs() < 7.0 {
                near += 1;
                assert!((f64::from(found) - expected).abs() < 0.03, "{p}: {found} for {expected}");
            }
        }
        assert!(inside > 100 && near > 50, "{inside} {near}");
    }
    let level = solid.level_on(&cut(60.0, 8));
    assert!(level.is_err() || level.is_ok_and(|l| l.values().iter().all(|v| *v == f32::INFINITY)));
}
