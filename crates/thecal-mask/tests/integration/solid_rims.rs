//! Rods and boxes that lie across the planes: between the planes their rims stay where they are.

use thecal_geom::{Contour, ContourKind, Point3};
use thecal_mask::{EndRule, Solid};
use thecal_voxel::Grid;

const RADIUS_MM: f64 = 12.0;
const HALF_MM: f64 = 12.0;

/// A rectangle on a plane, with a point every half millimetre and at each corner.
fn rectangle([a, b]: [f64; 2], z: f64) -> Contour {
    let side = |from: [f64; 2], to: [f64; 2]| {
        let n = (2.0 * (to[0] - from[0]).hypot(to[1] - from[1])).ceil() as i32;
        (0..n).map(move |i| {
            let t = f64::from(i) / f64::from(n);
            Point3::new(from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1]), z)
        })
    };
    let corners = [[-a, -b], [a, -b], [a, b], [-a, b]];
    let points_mm = (0..4).flat_map(|k| side(corners[k], corners[(k + 1) % 4])).collect();
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
}

/// Half the width of the rod at a height.
fn half_width_mm(z: f64) -> f64 {
    (RADIUS_MM * RADIUS_MM - z * z).sqrt()
}

/// A rod along x of 12 mm radius from -12 to 12 mm, on planes `step_mm` apart.
fn rod(step_mm: f64, phase_mm: f64) -> Solid {
    let planes = (-12..=12).map(|k| step_mm * f64::from(k) + phase_mm);
    let drawn: Vec<_> = planes
        .filter(|z| z.abs() < RADIUS_MM - 0.01)
        .map(|z| rectangle([HALF_MM, half_width_mm(z)], z))
        .collect();
    Solid::from_contours(&drawn, EndRule::Plane, step_mm).expect("a solid")
}

/// Where a level that is negative at `inside` and positive at `outside` is zero between the two.
fn surface(solid: &Solid, mut inside: Point3, mut outside: Point3) -> Point3 {
    assert!(solid.level_mm(inside) < 0.0 && solid.level_mm(outside) > 0.0);
    for _ in 0..40 {
        let middle = nalgebra::center(&inside, &outside);
        if solid.level_mm(middle) < 0.0 { inside = middle } else { outside = middle }
    }
    inside
}

#[test]
fn the_rim_of_a_rod_across_the_planes_is_as_sharp_between_them() {
    for (step_mm, phase_mm) in [(2.0, 0.3), (3.0, 0.0), (3.0, 1.1)] {
        let solid = rod(step_mm, phase_mm);
        // Half way between planes, but for the two intervals before the poles, which bend most.
        for z in (-3..=2).map(|k| step_mm * (f64::from(k) + 0.5) + phase_mm) {
            let width_mm = half_width_mm(z);
            for off_end_mm in [0.05, 0.2, 0.6, 1.5] {
                for sign in [1.0, -1.0] {
                    let x = sign * (HALF_MM - off_end_mm);
                    let (from, to) = (Point3::new(x, 0.0, z), Point3::new(x, 20.0, z));
                    let side = surface(&solid, from, to).y;
                    assert!((side - width_mm).abs() < 0.06, "{z} {x}: {side} for {width_mm}");
                }
            }
            // The flat end, up to the rim.
            for below_rim_mm in [0.2, 0.5, 1.0] {
                let y = width_mm - below_rim_mm;
                let (from, to) = (Point3::new(0.0, y, z), Point3::new(20.0, y, z));
                let end = surface(&solid, from, to).x;
                assert!((end - HALF_MM).abs() < 0.01, "{z} {y}: {end}");
            }
        }
    }
}

#[test]
fn a_grid_and_single_points_have_the_same_rim() {
    let solid = rod(3.0, 0.7);
    let (lo, hi) = (Point3::new(9.0, 4.0, -6.0), Point3::new(13.0, 12.5, 6.0));
    let grid = Grid::around(lo, hi, 0.0, 0.25, 1, 1 << 28).expect("a grid");
    let level = solid.level_on(&grid).expect("it meets the rod");
    let [nx, ny, nz] = grid.size();
    let mut near = 0;
    for k in 0..nz {
        for j in 0..ny {
            for i in 0..nx {
                let p = grid.patient_from_index([i, j, k].map(|n| n as f64));
                let on_grid = f64::from(*level.get([i, j, k]).expect("a voxel"));
                let here = solid.level_mm(p);
                if here.abs() < 0.5 {
                    assert!((on_grid - here).abs() < 1e-4, "{p}: {on_grid} for {here}");
                    near += 1;
                }
            }
        }
    }
    assert!(near > 5000, "{near}");
}
