use super::*;
use crate::solid::{EndRule, test_shapes};
use thecal_geom::Contour;

const RADIUS_MM: f64 = 6.0;
/// Where the tube begins and ends.
const ENDS_MM: [f64; 2] = [20.0, 36.0];

fn ring(radius_mm: f64, z: f64) -> Contour {
    test_shapes::ring(radius_mm, 360, z)
}

/// A tube of 6 mm along the last axis, from 20 to 36 mm, drawn on planes of 2 mm.
fn tube() -> Solid {
    let planes: Vec<Contour> =
        (0..9).map(|k| ring(RADIUS_MM, ENDS_MM[0] + 2.0 * f64::from(k))).collect();
    Solid::from_contours(&planes, EndRule::Plane, 2.0).expect("a solid")
}

#[test]
fn a_flat_end_is_the_face_where_the_solid_is_cut_and_nothing_beside_it() {
    let solid = tube();
    for (x, on) in [(0.0, true), (5.9, true), (6.1, false), (-5.9, true), (9.0, false)] {
        for end in ENDS_MM {
            for off_mm in [0.0, 9e-4, -9e-4] {
                assert_eq!(solid.is_on_flat_end(Point3::new(x, 0.0, end + off_mm)), on, "{x}");
            }
            for off_mm in [2e-3, -2e-3, 1.0, -1.0] {
                assert!(!solid.is_on_flat_end(Point3::new(x, 0.0, end + off_mm)), "{x} {off_mm}");
            }
        }
        assert!(!solid.is_on_flat_end(Point3::new(x, 0.0, 28.0)));
    }
    // A flat end may lie beside another part.
    let mut planes: Vec<Contour> = (0..3).map(|k| ring(3.0, 2.0 * f64::from(k))).collect();
    planes.extend((0..5).map(|k| {
        let mut ring = ring(3.0, 2.0 * f64::from(k));
        ring.points_mm.iter_mut().for_each(|p| p.x += 10.0);
        ring
    }));
    let two = Solid::from_contours(&planes, EndRule::HalfSlice, 2.0).expect("a solid");
    for (x, z, on) in [(0.0, 5.0, true), (10.0, 5.0, false), (10.0, 9.0, true), (0.0, 9.0, false)] {
        assert_eq!(two.is_on_flat_end(Point3::new(x, 0.0, z)), on, "{x} {z}");
    }
}

#[test]
fn a_foot_is_looked_for_where_the_level_is_no_distance_or_an_end_is_near() {
    let solid = tube();
    let grid = Grid::axis_aligned(Point3::new(-9.0, -9.0, 15.0), [0.5, 0.5, 0.75], [37, 37, 40]);
    let grid = grid.expect("a grid");
    let foot = |r: f64, z: f64, slope: f64| {
        let centre = Point3::new(r * 0.6, r * 0.8, z);
        let first = Point3::new(RADIUS_MM * 0.6, RADIUS_MM * 0.8, z);
        let found = solid.foot(&grid, centre, first, slope)?;
        let wanted = first - Vector3::z() * (z - z.clamp(ENDS_MM[0], ENDS_MM[1]));
        assert!((found.0 - wanted).norm() < 5e-3, "{r} {z}: {}", found.0);
        Some(found.1)
    };
    // Away from the ends where the slope is not about one.
    for (slope, looked_for) in
        [(0.79, true), (0.81, false), (1.0, false), (1.24, false), (1.26, true), (0.2, true)]
    {
        for r in [5.7, 6.4] {
            let found = foot(r, 28.0, slope);
            assert_eq!(found.is_some(), looked_for, "{slope}");
            let side = Vector3::new(0.6, 0.8, 0.0);
            assert!(found.is_none_or(|normal| (normal - side).norm() < 0.02));
        }
    }
    // Beside an end, by two voxels and a slice: 3.5 mm.
    for (off_mm, looked_for) in [(3.4, true), (3.6, false), (0.5, true)] {
        for z in [ENDS_MM[0] + off_mm, ENDS_MM[1] - off_mm] {
            assert_eq!(foot(6.2, z, 1.0).is_some(), looked_for, "{off_mm}");
        }
    }
    for z in [ENDS_MM[0] - 3.6, ENDS_MM[1] + 3.6] {
        let first = Point3::new(RADIUS_MM, 0.0, z);
        assert!(solid.foot(&grid, Point3::new(7.0, 0.0, z), first, 1.0).is_none());
    }
    // A foot on the flat end itself is where the straight step leads.
    for z in ENDS_MM {
        let centre = Point3::new(1.0, 2.0, z + 0.2);
        assert!(solid.foot(&grid, centre, Point3::new(1.0, 2.0, z), 1.0).is_none());
    }
}

#[test]
fn one_column_of_voxels_or_one_row_has_the_levels_that_it_has_in_a_wide_grid() {
    let solid = tube();
    let (step, wide) = ([0.5, 0.5, 0.25], [41, 37, 96]);
    let origin = Point3::new(-10.0, -9.0, 16.0);
    let grid = Grid::axis_aligned(origin, step, wide).expect("a grid");
    let level = solid.level_on(&grid).expect("levels");
    for (start, end) in [
        ([10, 18, 0], [11, 19, 96]),
        ([20, 18, 0], [21, 19, 96]),
        ([10, 2, 0], [11, 37, 96]),
        ([2, 19, 0], [41, 20, 96]),
        ([2, 2, 50], [40, 36, 51]),
    ] {
        let part = thecal_voxel::IndexBox { start, end };
        let found = solid.level_on(&grid.cropped(part).expect("a part")).expect("levels");
        let whole = level.cropped(part).expect("a part");
        assert!(found.values().iter().any(|v| *v < 0.0));
        for (a, b) in found.values().iter().zip(whole.values()) {
            assert_eq!(*a < 0.0, *b < 0.0);
            let close = a == b || (a - b).abs() < 1e-5 || !a.is_finite() || !b.is_finite();
            assert!(close, "{start:?}: {a} {b}");
        }
    }
}

#[test]
fn levels_lead_two_and_a_half_steps_past_an_end_and_as_far_into_it() {
    let solid = tube();
    // Steps of half a millimetre: 1.25 mm.
    let origin = Point3::new(-8.0, -8.0, 16.0);
    let grid = Grid::axis_aligned(origin, [0.5, 0.5, 0.25], [33, 33, 97]).expect("a grid");
    let level = solid.level_on(&grid).expect("levels");
    for k in 0..97 {
        let z = 16.0 + 0.25 * k as f64;
        let past = (ENDS_MM[0] - z).max(z - ENDS_MM[1]);
        let found = *level.get([16, 16, k]).expect("a voxel");
        if past > 1.25 {
            assert_eq!(found, f32::INFINITY, "{z}");
        } else if past > -1.25 {
            assert!((f64::from(found) - past).abs() < 1e-5, "{z}: {found}");
        } else {
            assert!(found < -1.24, "{z}: {found}");
        }
        // Beside its side the level is the distance, as far as three voxels.
        for i in 0..33 {
            let x = -8.0 + 0.5 * i as f64;
            let off = x.abs() - RADIUS_MM;
            let found = f64::from(*level.get([i, 16, k]).expect("a voxel"));
            if past < 0.0 && off.abs() <= 1.5 && off > past {
                assert!((found - off).abs() < 2e-3, "{x} {z}: {found} for {off}");
            }
        }
    }
}

#[test]
fn many_slices_are_as_few_of_them() {
    // More than are worked on together, of a tube whose radius goes with the height.
    let radius = |z: f64| 5.0 + (0.3 * z).sin();
    let planes: Vec<Contour> =
        (0..40).map(|k| 1.5 * f64::from(k)).map(|z| ring(radius(z), z)).collect();
    let solid = Solid::from_contours(&planes, EndRule::HalfSlice, 1.5).expect("a solid");
    let grid = Grid::axis_aligned(Point3::new(-7.0, -1.0, -2.0), [0.7, 0.7, 0.2], [21, 4, 320]);
    let grid = grid.expect("a grid");
    let level = solid.level_on(&grid).expect("levels");
    for (n, &found) in level.values().iter().enumerate() {
        let p = grid.centre_mm([n % 21, n / 21 % 4, n / (21 * 4)]);
        let wanted = solid.level_mm(p);
        assert_eq!(found < 0.0, wanted < 0.0, "{p}");
        if wanted.abs() < 0.4 {
            assert!((f64::from(found) - wanted).abs() < 1e-4, "{p}: {found} for {wanted}");
        }
    }
}

#[test]
fn a_grid_along_the_planes_holds_what_another_sees_of_a_solid_and_little_more() {
    let turn = nalgebra::Rotation3::new(Vector3::new(0.3, -0.5, 0.2));
    let mut planes: Vec<Contour> = (0..9).map(|k| ring(RADIUS_MM, 2.0 * f64::from(k))).collect();
    planes.iter_mut().flat_map(|c| &mut c.points_mm).for_each(|p| *p = turn * *p);
    let solid = Solid::from_contours(&planes, EndRule::Plane, 2.0).expect("a solid");
    let (lo, hi) = solid.bounds();
    let frame = *solid.frame();
    for (low, size) in [([-5.0, -4.0, 3.0], [12, 9, 8]), ([-30.0, -30.0, -30.0], [90, 70, 60])] {
        let steps = [0.8, 1.0, 1.2];
        let grid = Grid::axis_aligned(Point3::from(low), steps, size).expect("a grid");
        let own = solid.grid_along_planes(&grid).expect("they meet");
        assert!(Lattice::new(&own, &frame).is_some());
        assert!(own.spacing_mm().iter().all(|s| (s - 0.8).abs() < 1e-12));
        // In the stack's axes: from where to where the grid, the solid's box and the new grid reach.
        let reach = |corners: &dyn Fn([usize; 3]) -> Point3| {
            let all = (0..8).map(|c| [c & 1, c >> 1 & 1, c >> 2 & 1]);
            let all: Vec<Point3> = all.map(|c| frame.stack_from_patient(corners(c))).collect();
            let of = |k: usize, f: fn(f64, f64) -> f64| all.iter().map(|p| p[k]).reduce(f);
            [0, 1, 2].map(|k| [of(k, f64::min), of(k, f64::max)].map(|x| x.expect("corners")))
        };
        let of_grid = |g: Grid| {
            let last = g.size().map(|n| n as f64 - 1.0);
            reach(&move |c| g.patient_from_index([0, 1, 2].map(|k| c[k] as f64 * last[k])))
        };
        let (seen, found) = (of_grid(grid), of_grid(own));
        let of_solid =
            reach(&|c| Point3::from([0, 1, 2].map(|k| if c[k] == 0 { lo[k] } else { hi[k] })));
        for k in 0..3 {
            let least = seen[k][0].max(of_solid[k][0]);
            let most = seen[k][1].min(of_solid[k][1]);
            // Room for six of the coarsest voxels, and what rounding up to whole voxels adds.
            let room = [least - found[k][0], found[k][1] - most];
            assert!(room.iter().all(|r| (7.2 - 1e-9..7.2 + 0.41).contains(r)), "{k}: {room:?}");
        }
    }
    // One that lies beside it sees nothing.
    for far in [[60.0, 0.0, 0.0], [0.0, -60.0, 0.0], [0.0, 0.0, 70.0]] {
        let grid = Grid::axis_aligned(Point3::from(far), [1.0; 3], [9; 3]).expect("a grid");
        assert_eq!(solid.grid_along_planes(&grid), Err(VoxelError::Outside), "{far:?}");
    }
}

#[test]
fn across_the_planes_levels_lead_as_far_as_two_and_a_half_of_the_finest_voxels() {
    let turn = nalgebra::Rotation3::new(Vector3::new(0.3, -0.5, 0.2));
    let mut planes: Vec<Contour> =
        (-12..=12).map(|k| ring(RADIUS_MM, 2.0 * f64::from(k))).collect();
    planes.iter_mut().flat_map(|c| &mut c.points_mm).for_each(|p| *p = turn * *p);
    let solid = Solid::from_contours(&planes, EndRule::Plane, 2.0).expect("a solid");
    let grid = Grid::axis_aligned(Point3::new(-9.1, -2.0, -2.2), [0.6, 0.5, 0.4], [31, 9, 12]);
    let grid = grid.expect("a grid");
    let level = solid.level_on(&grid).expect("levels");
    let (mut near, mut far) = (0, 0);
    for (n, &found) in level.values().iter().enumerate() {
        let p = turn.inverse() * grid.centre_mm([n % 31, n / 31 % 9, n / (31 * 9)]);
        let off = p.x.hypot(p.y) - RADIUS_MM;
        assert_eq!(found < 0.0, off < 0.0, "{p}: {found}");
        // 0.6 of four of them.
        if off.abs() < 0.9 {
            near += 1;
            assert!((f64::from(found) - off).abs() < 0.03, "{p}: {found} for {off}");
        } else if off.abs() > 1.02 {
            far += 1;
            assert!(found.is_infinite(), "{p}: {found}");
        }
    }
    assert!(near > 200 && far > 200, "{near} {far}");
}

#[test]
fn what_any_of_several_solids_fills_is_as_far_off_as_the_nearest_of_them() {
    let tube_at = |x: f64, turn: f64| {
        let turn = nalgebra::Rotation3::new(Vector3::x() * turn);
        let mut planes: Vec<Contour> = (-6..=6).map(|k| ring(3.0, 2.0 * f64::from(k))).collect();
        planes.iter_mut().flat_map(|c| &mut c.points_mm).for_each(|p| {
            *p = turn * *p + Vector3::x() * x;
        });
        Solid::from_contours(&planes, EndRule::Plane, 2.0).expect("a solid")
    };
    // Two upright ones that overlap, one that leans, and one that lies elsewhere.
    let solids = [tube_at(0.0, 0.0), tube_at(4.0, 0.0), tube_at(12.0, 0.7), tube_at(300.0, 0.7)];
    let all: Vec<&Solid> = solids.iter().collect();
    let grid = Grid::axis_aligned(Point3::new(-5.0, -4.0, -2.0), [0.5; 3], [46, 17, 9]);
    let grid = grid.expect("a grid");
    let distance = Solid::distance_to_any_on(&all, &grid, 2.0).expect("distances");
    let level = Solid::level_of_any_on(&all, &grid).expect("levels");
    let covered = Solid::coverage_of_any_on(&all, &grid).expect("parts");
    let (sin, cos) = 0.7_f64.sin_cos();
    let mut near = 0;
    for n in 0..level.values().len() {
        let p = grid.centre_mm([n % 46, n / 46 % 17, n / (46 * 17)]);
        // How far off the leaning axis: along y and z it is turned by 0.7.
        let lean = (p.x - 12.0).hypot(p.y * cos + p.z * sin) - 3.0;
        let offs = [p.x.hypot(p.y) - 3.0, (p.x - 4.0).hypot(p.y) - 3.0, lean];
        let least = offs.into_iter().fold(f64::INFINITY, f64::min);
        if least.abs() > 0.05 {
            assert_eq!(level.values()[n] < 0.0, least < 0.0, "{p}");
        }
        // Outside, the nearest of all is that of one of them; what lies beyond the grid is not seen.
        let seen = p.x.abs() < 16.0 && p.y.abs() < 3.0 && p.z.abs() < 0.8;
        if seen && (0.05..1.9).contains(&least) {
            near += 1;
            let found = f64::from(distance.values()[n]);
            // Of surfaces that are as near to half a voxel the farther one may be taken.
            let most = offs.into_iter().filter(|off| off - least < 0.5).fold(least, f64::max);
            assert!((least - 0.06..most + 0.06).contains(&found), "{p}: {found} for {least}");
        } else if least > 2.1 {
            assert_eq!(distance.values()[n], f32::INFINITY, "{p}");
        }
        if least.abs() > 0.9 {
            let part = if least < 0.0 { 1.0 } else { 0.0 };
            assert!((covered.values()[n] - part).abs() < 1e-3, "{p}");
        }
    }
    assert!(near > 150, "{near}");
}

#[test]
fn the_distance_to_any_of_two_solids_apart_is_that_to_each_of_them_alone() {
    // Two tubes that end within the grid, where a step along the level's slope would miss their rims.
    let tube_at = |x: f64, last: i32| {
        let mut planes: Vec<Contour> = (-6..=last).map(|k| ring(3.0, 2.0 * f64::from(k))).collect();
        planes.iter_mut().flat_map(|c| &mut c.points_mm).for_each(|p| p.x += x);
        Solid::from_contours(&planes, EndRule::Plane, 2.0).expect("a solid")
    };
    let pair = [tube_at(0.0, 0), tube_at(11.0, 1)];
    let grid = Grid::axis_aligned(Point3::new(-4.2, -4.1, -2.3), [0.5; 3], [40, 17, 14]);
    let grid = grid.expect("a grid");
    let alone = [0, 1].map(|k| pair[k].signed_distance_on(&grid, 2.0).expect("distances"));
    for order in [[0, 1], [1, 0]] {
        let found = Solid::distance_to_any_on(&order.map(|k| &pair[k]), &grid, 2.0);
        for (n, found) in found.expect("distances").values().iter().enumerate() {
            let wanted = alone[0].values()[n].min(alone[1].values()[n]);
            assert!(found == &wanted || (found - wanted).abs() < 1e-5, "{found} for {wanted}");
        }
    }
}

#[test]
fn rounded_ends_close_over_the_middle_of_their_last_planes() {
    // A ball of 9 mm, of fine voxels: the middle of a last plane lies far from its outline.
    let heights = (-4..=4).map(|k| 2.0 * f64::from(k) + 0.2).filter(|z| z.abs() < 8.5);
    let planes: Vec<Contour> = heights.map(|z| ring((81.0 - z * z).sqrt(), z)).collect();
    let ball = Solid::from_contours(&planes, EndRule::Rounded, 2.0).expect("a solid");
    for low in [-9.3, 7.9] {
        let grid = Grid::axis_aligned(Point3::new(-4.0, -0.2, low), [0.2, 0.2, 0.1], [41, 3, 15]);
        let grid = grid.expect("a grid");
        let level = ball.level_on(&grid).expect("levels");
        let mut inside = 0;
        for (n, &found) in level.values().iter().enumerate() {
            let p = grid.centre_mm([n % 41, n / 41 % 3, n / (41 * 3)]);
            let off = p.coords.norm() - 9.0;
            if off.abs() > 0.05 {
                assert_eq!(found < 0.0, off < 0.0, "{p}: {found}");
                inside += usize::from(off < 0.0);
            }
        }
        assert!(inside > 200, "{inside}");
    }
}
