//! Tools and obstacles whose geometry is plain.

use nalgebra::Unit;
use thecal_geom::{Point3, Vector3};
use thecal_voxel::{Cone, Grid, Obstacles, Tool, Volume};

fn grid() -> Grid {
    Grid::axis_aligned(Point3::new(-20.0, -20.0, -20.0), [0.5; 3], [81; 3]).expect("a valid grid")
}

/// A wall at y = 5..8 mm with a round hole of radius 4 mm on the y axis.
fn wall(p: Point3) -> f64 {
    let across = (5.0 - p.y).max(p.y - 8.0);
    let hole = 4.0 - p.x.hypot(p.z);
    let (a, b) = (across.max(0.0), hole.max(0.0));
    if across > 0.0 || hole > 0.0 { a.hypot(b) } else { across.max(hole) }
}

fn tool(radius_mm: f64) -> Tool {
    Tool { radius_mm, length_mm: 30.0, tip_mm: 0.0 }
}

#[test]
fn a_hole_lets_through_what_fits() {
    let field = Volume::from_fn(grid(), |v| wall(grid().centre_mm(v)) as f32);
    let obstacles = Obstacles::new(&field, f64::INFINITY).unwrap();
    let up = Unit::new_normalize(Vector3::y());
    for (x, radius, free) in
        [(0.0, 3.7, true), (0.0, 4.3, false), (2.0, 1.8, true), (2.0, 2.3, false)]
    {
        let found = obstacles.is_free(Point3::new(x, -5.0, 0.0), &up, &tool(radius));
        assert_eq!(found, free, "{x} {radius}");
    }
    // Away from the wall everything is free, and so is a short tool under it.
    let down = Unit::new_normalize(-Vector3::y());
    assert!(obstacles.is_free(Point3::new(10.0, -5.0, 0.0), &down, &tool(4.0)));
    let short = Tool { length_mm: 5.0, ..tool(4.0) };
    assert!(obstacles.is_free(Point3::new(10.0, -5.0, 0.0), &up, &short));
    // A pointed tool reaches into the corner that a blunt one cannot.
    let at = Point3::new(10.0, 4.0, 0.0);
    assert!(!obstacles.is_free(at, &down, &tool(2.0)));
    assert!(obstacles.is_free(at, &down, &Tool { tip_mm: 4.0, ..tool(2.0) }));
}

#[test]
fn what_can_be_seen_through_a_hole_is_a_cone() {
    // Wide enough that no path leaves the grid's sides before the wall.
    let origin = Point3::new(-30.0, -4.0, -30.0);
    let grid = Grid::axis_aligned(origin, [0.5; 3], [121, 29, 121]).unwrap();
    let field = Volume::from_fn(grid, |v| wall(grid.centre_mm(v)) as f32);
    let obstacles = Obstacles::new(&field, f64::INFINITY).unwrap();
    let depth = -2.0;
    let targets = Volume::from_fn(grid, |v| {
        let p = grid.centre_mm(v);
        (p.y - depth).abs() < 0.1 && p.x.hypot(p.z) < 17.0
    });
    let cone = Cone { axis: Unit::new_normalize(Vector3::y()), half_angle_deg: 60.0 };
    let directions = cone.directions(2.0).unwrap();
    let radius = 1.0;
    let tool = Tool { length_mm: 60.0, ..tool(radius) };
    let seen = obstacles.reachable(&targets, &directions, &tool).unwrap();
    let open = obstacles.open_directions(&targets, &directions, &tool).unwrap();
    assert_eq!(seen, open.map(|&n| n > 0));
    // The widest slanted path of a tool of radius r through a hole of radius R in a wall of
    // thickness w: the angle a with R = (r + w/2 sin a) / cos a, crossing the wall's middle.
    let (hole, thick) = (4.0, 3.0);
    let steepest = (0..9000)
        .map(|i| f64::from(i) * 0.01_f64.to_radians())
        .take_while(|a| radius + 0.5 * thick * a.sin() <= hole * a.cos())
        .last()
        .unwrap();
    let widest = (6.5 - depth) * steepest.tan();
    assert!(widest > 8.0 && widest < 14.0, "{widest}");
    for k in 0..121 {
        for i in 0..121 {
            let p = grid.centre_mm([i, 4, k]);
            let off = p.x.hypot(p.z);
            let found = *seen.get([i, 4, k]).unwrap();
            // Two degrees between directions and half a voxel of field: the widest path is missed.
            assert!(found || off > widest - 2.0, "{off} of {widest}");
            assert!(!found || off < widest + 1.0, "{off} of {widest}");
        }
    }
}

#[test]
fn directions_fill_the_cone_evenly() {
    let axis = Unit::new_normalize(Vector3::new(0.3, 1.0, -0.2));
    let d = Cone { axis, half_angle_deg: 40.0 }.directions(5.0).unwrap();
    // Solid angle over the area of a 5 degree square.
    let expected =
        std::f64::consts::TAU * (1.0 - 40.0_f64.to_radians().cos()) / 5.0_f64.to_radians().powi(2);
    assert!((d.len() as f64 / expected - 1.0).abs() < 0.25, "{} {expected}", d.len());
    assert!(d.iter().all(|x| x.angle(&axis).to_degrees() < 40.0 + 1e-6));
    assert!(Cone { axis, half_angle_deg: -1.0 }.directions(5.0).is_err());
}
