//! Clock positions round straight cords of known course.

use nalgebra::{Rotation3, Unit};
use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point3, Vector3};
use thecal_margin::{Centreline, clock_deg};
use thecal_mask::{EndRule, Solid};

/// The sections of a tube round the z axis that was turned, on planes of a given normal.
fn turned_tube(turn: &Rotation3<f64>, normal: Vector3, spacing_mm: f64, planes: i32) -> Solid {
    const RADIUS_MM: f64 = 5.0;
    let axis = turn * Vector3::z();
    let along = axis.dot(&normal);
    let contours: Vec<Contour> = (-planes..=planes)
        .filter_map(|k| {
            let w = spacing_mm * f64::from(k);
            let points: Vec<Point3> = if along.abs() > 0.5 {
                // Each line of the tube's wall meets the plane once.
                (0..120)
                    .map(|i| {
                        let (sin, cos) = (TAU * f64::from(i) / 120.0).sin_cos();
                        let foot = turn * Vector3::new(RADIUS_MM * cos, RADIUS_MM * sin, 0.0);
                        Point3::from(foot + axis * ((w - foot.dot(&normal)) / along))
                    })
                    .collect()
            } else {
                // A plane along the tube cuts a strip.
                let half = (RADIUS_MM * RADIUS_MM - w * w).max(0.0).sqrt();
                if half < 0.3 {
                    return None;
                }
                let across = axis.cross(&normal).normalize();
                let middle = Point3::from(normal * w);
                let corner = |a: f64, l: f64| middle + across * a + axis * l;
                let side = |a: f64, from: f64, to: f64| {
                    (0..60).map(move |i| corner(a, from + (to - from) * f64::from(i) / 60.0))
                };
                side(-half, -30.0, 30.0).chain(side(half, 30.0, -30.0)).collect()
            };
            Some(Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm: points })
        })
        .collect();
    Solid::from_contours(&contours, EndRule::HalfSlice, spacing_mm).expect("contours make a solid")
}

/// Angle from one clock position to another, degrees.
fn apart_deg(a: f64, b: f64) -> f64 {
    ((a - b + 540.0).rem_euclid(360.0) - 180.0).abs()
}

#[test]
fn positions_are_counted_in_the_plane_across_a_cord_that_leans() {
    // In the axial plane a point at 45 degrees round this cord would stand at 55.
    let axes =
        [Vector3::x_axis(), Vector3::y_axis(), Unit::new_normalize(Vector3::new(1.0, 1.0, 0.0))];
    for axis in axes {
        for lean_deg in [-35.0_f64, 20.0, 35.0] {
            let turn = Rotation3::from_axis_angle(&axis, lean_deg.to_radians());
            let cord = turned_tube(&turn, Vector3::z(), 2.0, 15);
            let up = turn * Vector3::z();
            let anterior = (-Vector3::y() + up * up.y).normalize();
            let left = up.cross(&anterior);
            for clock in [0.0_f64, 45.0, 90.0, 160.0, 250.0, 315.0] {
                let (sin, cos) = clock.to_radians().sin_cos();
                for along in [-10.0, 0.3, 12.0] {
                    let p = Point3::from(up * along + (anterior * cos + left * sin) * 9.0);
                    let found = clock_deg(&cord, p).expect("a clock position");
                    assert!(apart_deg(found, clock) < 0.5, "{lean_deg} {clock}: {found}");
                }
            }
        }
    }
}

#[test]
fn positions_are_counted_from_the_middle_of_the_area() {
    // A right-angled triangle's area has its middle a third of the way from the right angle, its
    // bounding box half the way.
    let contours: Vec<Contour> = (0..10)
        .map(|k| {
            let corner = |x, y| Point3::new(x, y, 2.0 * f64::from(k));
            let points_mm = vec![corner(0.0, 0.0), corner(9.0, 0.0), corner(0.0, 9.0)];
            Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
        })
        .collect();
    let cord = Solid::from_contours(&contours, EndRule::HalfSlice, 2.0).expect("a solid");
    for (p, clock) in [
        (Point3::new(3.0, -5.0, 9.0), 0.0),
        (Point3::new(12.0, 3.0, 9.0), 90.0),
        (Point3::new(3.0, 12.0, 9.0), 180.0),
        (Point3::new(-6.0, 3.0, 9.0), 270.0),
    ] {
        let found = clock_deg(&cord, p).expect("a clock position");
        assert!(apart_deg(found, clock) < 1e-6, "{found} for {clock}");
    }
}

#[test]
fn a_cord_drawn_on_sagittal_planes_has_the_line_of_one_drawn_on_axial_ones() {
    let turn = Rotation3::from_axis_angle(&Vector3::x_axis(), 15_f64.to_radians());
    let axial = turned_tube(&turn, Vector3::z(), 2.0, 13);
    let sagittal = turned_tube(&turn, Vector3::x(), 1.5, 4);
    let [line, along] = [&axial, &sagittal].map(|s| Centreline::from_solid(s).expect("a line"));
    for place in along.places().iter().filter(|p| p.point_mm.z.abs() < 18.0) {
        let beside = line.nearest(place.point_mm);
        assert!((beside.up - place.up).norm() < 0.02, "{} and {}", beside.up, place.up);
        let off = (beside.point_mm - place.point_mm).cross(&place.up).norm();
        assert!(off < 0.15, "{off} mm beside");
    }
    let up = turn * Vector3::z();
    let p = Point3::from(up * 3.0 + Vector3::x() * 9.0);
    let found = clock_deg(&sagittal, p).expect("a clock position");
    assert!(apart_deg(found, 90.0) < 1.5, "{found}");
}

#[test]
fn a_cord_of_one_plane_is_taken_as_upright() {
    let one = turned_tube(&Rotation3::identity(), Vector3::z(), 2.0, 0);
    assert!(Centreline::from_solid(&one).is_err());
    let found = clock_deg(&one, Point3::new(7.0, -7.0, 0.4)).expect("a clock position");
    assert!(apart_deg(found, 45.0) < 0.1, "{found}");
    assert_eq!(clock_deg(&one, Point3::origin()), None);
}
