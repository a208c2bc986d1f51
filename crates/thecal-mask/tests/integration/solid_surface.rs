//! The surfaces of solids against closed forms: nearest points, rays, samples, ends and growth.

use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point3, Vector3};
use thecal_mask::solid::{Cut, SurfaceSampleKind};
use thecal_mask::{EndRule, Solid};

const HIGH_MM: f64 = 16.0;
const RADIUS_MM: f64 = 5.0;

fn disc(radius_mm: f64, z: f64) -> Contour {
    let at = |i: u32| {
        let (sin, cos) = (TAU * f64::from(i) / 360.0).sin_cos();
        Point3::new(radius_mm * cos, radius_mm * sin, z)
    };
    let points_mm = (0..360).map(at).collect();
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
}

fn solid(contours: &[Contour], ends: EndRule) -> Solid {
    Solid::from_contours(contours, ends, 2.0).expect("contours make a solid")
}

/// A tube of 5 mm from height 0 to 16 mm with flat ends.
fn tube() -> Solid {
    let planes: Vec<Contour> = (0..9).map(|k| disc(RADIUS_MM, 2.0 * f64::from(k))).collect();
    solid(&planes, EndRule::Plane)
}

fn ball(radius_mm: f64, phase_mm: f64) -> Solid {
    let heights = (-9..=9).map(|k| phase_mm + 2.0 * f64::from(k));
    let planes: Vec<Contour> = heights
        .filter(|z| z.abs() < radius_mm - 0.01)
        .map(|z| disc((radius_mm * radius_mm - z * z).sqrt(), z))
        .collect();
    solid(&planes, EndRule::Rounded)
}

#[test]
fn a_ray_leaves_a_tube_at_its_side_or_its_end() {
    let s = tube();
    let start = Point3::new(2.0, 1.0, 7.0);
    for i in 0..24 {
        for tilt in [-80.0_f64, -35.0, 0.0, 20.0, 60.0, 85.0] {
            let ((sin, cos), (up, flat)) =
                ((TAU * f64::from(i) / 24.0).sin_cos(), tilt.to_radians().sin_cos());
            let along = Vector3::new(flat * cos, flat * sin, up);
            // Half the way between the two places where a line meets the circle, and half of
            // what lies between.
            let middle = -(start.x * cos + start.y * sin);
            let off2 = start.x * start.x + start.y * start.y - middle * middle;
            let side = (middle + (RADIUS_MM * RADIUS_MM - off2).sqrt()) / flat;
            let end = if up > 0.0 { (HIGH_MM - start.z) / up } else { start.z / -up };
            let wanted = side.min(if up == 0.0 { f64::INFINITY } else { end });
            let found = s.leaves_along(start, along, 60.0).expect("it leaves");
            let off = (found - (start + along * wanted)).norm();
            // The level of a slanting ray is looked at to 1e-3 mm along it; chords take 2e-4 mm.
            assert!(off < 2e-3, "{i} {tilt}: {off} mm");
            assert!(s.leaves_along(start, along, 0.5 * wanted).is_none(), "{i} {tilt}");
            assert!(s.leaves_along(start, along, wanted - 0.01).is_none(), "{i} {tilt}");
            let found = s.leaves_along(start, along, wanted + 0.01).expect("it leaves by then");
            assert!((found - (start + along * wanted)).norm() < 2e-3, "{i} {tilt}");
        }
    }
    assert!(s.leaves_along(Point3::new(6.0, 0.0, 7.0), Vector3::x(), 60.0).is_none());
    assert!(
        [0.0, -1.0, f64::NAN].iter().all(|m| s.leaves_along(start, Vector3::x(), *m).is_none())
    );
    assert!(s.leaves_along(Point3::new(5.0, 0.0, 7.0), -Vector3::x(), 60.0).is_none());
}

#[test]
fn the_nearest_point_of_a_tube_lies_on_its_side_its_end_or_its_rim() {
    let s = tube();
    for i in 0..8 {
        let (sin, cos) = (TAU * (f64::from(i) + 0.3) / 8.0).sin_cos();
        let at = |r: f64, z: f64| Point3::new(r * cos, r * sin, z);
        // Starts lie on the other side of the tube's side, by a third of a turn, or on its end.
        let (sin, cos) = (TAU * (f64::from(i) + 2.9) / 8.0).sin_cos();
        let side = |z: f64| Point3::new(RADIUS_MM * cos, RADIUS_MM * sin, z);
        for (q, start, wanted) in [
            (at(9.0, 7.0), side(6.0), at(RADIUS_MM, 7.0)),
            (at(6.0, 3.3), side(9.0), at(RADIUS_MM, 3.3)),
            (at(3.5, 8.0), side(8.0), at(RADIUS_MM, 8.0)),
            (at(8.0, 20.0), side(14.0), at(RADIUS_MM, HIGH_MM)),
            (at(6.0, -3.0), side(3.0), at(RADIUS_MM, 0.0)),
            (at(2.0, 19.0), at(1.0, 16.5), at(2.0, HIGH_MM)),
            (at(1.0, -2.0), at(3.0, -0.5), at(1.0, 0.0)),
            (at(1.0, 15.0), at(2.0, 16.0), at(1.0, HIGH_MM)),
        ] {
            let found = s.nearest_from(q, start);
            let (way, least) = ((found.point_mm - q).norm(), (wanted - q).norm());
            assert!((way - least).abs() < 5e-3, "{q} from {start}: {way} for {least}");
            assert!((found.point_mm - wanted).norm() < 0.06, "{q}: {}", found.point_mm);
            assert!(s.level_mm(found.point_mm).abs() < 2e-3, "{q}: {}", found.point_mm);
        }
    }
}

#[test]
fn samples_and_outlines_lie_on_the_surface_and_leave_no_place_out() {
    // A wide plate, whose next planes are those of a narrow column.
    let radius = |k: i32| if k < 4 { 9.0 } else { 4.0 };
    let planes: Vec<Contour> = (0..9).map(|k| disc(radius(k), 2.0 * f64::from(k))).collect();
    for (s, flat) in [(solid(&planes, EndRule::HalfSlice), true), (ball(9.0, 0.7), false)] {
        let outline = s.outline_points_on_surface(1.5);
        assert!(outline.len() > 100, "{}", outline.len());
        for p in &outline {
            assert!(s.level_mm(*p).abs() < 2.1e-3, "{p}: {}", s.level_mm(*p));
        }
        for sample in s.surface_samples(0.8) {
            let p = sample.point_mm;
            let near = outline.iter().map(|q| (q - p).norm()).fold(f64::MAX, f64::min);
            assert!(near < 1.5 + 2.0, "{p}: {near} mm");
            // Near a flat piece of side the ring points lie beside it.
            let level_mm = s.level_mm(p);
            assert!(level_mm.abs() < 0.02 || sample.kind == SurfaceSampleKind::End, "{p}");
        }
        let inner = |p: &&Point3| p.x.hypot(p.y) < 3.0 && (p.z < 0.0 || p.z > 16.0);
        assert_eq!(outline.iter().filter(inner).count() > 10, flat);
    }
}

#[test]
fn both_walls_of_a_pipe_face_away_from_its_matter() {
    let (outer_mm, inner_mm) = (8.0, 3.0);
    for turned in [false, true] {
        let hole = |z: f64| {
            let mut ring = disc(inner_mm, z);
            if turned {
                ring.points_mm.reverse();
            }
            ring
        };
        let planes = (0..6).map(|k| 2.0 * f64::from(k));
        let planes: Vec<Contour> = planes.flat_map(|z| [disc(outer_mm, z), hole(z)]).collect();
        let s = solid(&planes, EndRule::Plane);
        let mut areas = [0.0; 2];
        for sample in s.surface_samples(0.6) {
            let (p, r) = (sample.point_mm, sample.point_mm.x.hypot(sample.point_mm.y));
            if sample.kind == SurfaceSampleKind::End {
                continue;
            }
            let outer = r > 5.0;
            let out = Vector3::new(p.x, p.y, 0.0) / if outer { r } else { -r };
            assert!(sample.normal.dot(&out) > 0.99, "{p}: {}", sample.normal);
            areas[usize::from(outer)] += sample.area_mm2;
        }
        for (area, r) in areas.into_iter().zip([inner_mm, outer_mm]) {
            assert!((area / (TAU * r * 10.0) - 1.0).abs() < 0.01, "{area} at {r}");
        }
    }
}

#[test]
fn the_sides_go_on_past_the_ends_and_the_ends_are_a_slice_high() {
    let s = tube();
    let sides = s.sides();
    for z in [-90.0, -3.0, 8.0, 19.0, 120.0] {
        for r in [0.0, 2.0, 7.5] {
            let found = sides.level_mm(Point3::new(r, 0.0, z));
            assert!((found - (r - RADIUS_MM)).abs() < 1e-3, "{r} {z}: {found}");
        }
    }
    let spans: Vec<[f64; 2]> = s.ends().map(|(span, _)| span).collect();
    assert_eq!(spans, [[-2.0, 0.0], [16.0, 18.0]]);
}

#[test]
fn what_lies_within_a_plane_beside_it_is_covered() {
    let planes: Vec<Contour> =
        [(6.0, 0.0), (6.0, 2.0), (3.0, 4.0), (3.0, 6.0)].map(|(r, z)| disc(r, z)).into();
    let s = solid(&planes, EndRule::HalfSlice);
    for (r, z, wanted) in [
        (5.0, -0.9, true),
        (5.0, -1.1, false),
        (5.0, 1.0, true),
        (5.0, 3.0, true),
        (5.0, 5.0, false),
        (2.0, 5.0, true),
        (2.0, 6.9, true),
        (2.0, 7.1, false),
        (7.0, 1.0, false),
    ] {
        assert_eq!(s.covers(Point3::new(r, 0.0, z)), wanted, "{r} {z}");
    }
}

#[test]
fn a_rounded_end_closes_where_the_shape_does() {
    for phase_mm in [0.3, 0.8, 1.1, 1.6] {
        let s = ball(9.0, phase_mm);
        for z in [-9.0_f64, 9.0] {
            let inside = |by: f64| s.level_mm(Point3::new(0.0, 0.0, z + by * z.signum())) < 0.0;
            assert!(inside(-0.05) && !inside(0.05), "{phase_mm} {z}");
            // Beside the pole the section of the ball is left.
            let r = (81.0 - 8.7_f64 * 8.7).sqrt();
            let level = |r: f64| s.level_mm(Point3::new(r, 0.0, 8.7 * z.signum()));
            assert!(level(r - 0.15) < 0.0 && level(r + 0.15) > 0.0, "{phase_mm} {z}");
        }
        // Tips of cones at both ends, the one 1.2 mm and the other 0.8 mm past a plane.
        let cone = |z: f64| disc(0.8 * (z + 1.2).min(20.8 - z), z);
        let planes: Vec<Contour> = (0..=10).map(|k| cone(2.0 * f64::from(k))).collect();
        let s = solid(&planes, EndRule::Rounded);
        let inside = |z: f64| s.level_mm(Point3::new(0.0, 0.0, z)) < 0.0;
        assert!(inside(-1.1) && !inside(-1.3) && inside(20.7) && !inside(20.9));
    }
}

#[test]
fn a_grown_ball_is_a_larger_ball() {
    for (radius_mm, margin_mm) in [(5.0, 2.0), (7.0, 3.5)] {
        let s = ball(radius_mm, 0.6);
        let grown = s.grown(margin_mm, 0.5).expect("grown");
        let r = radius_mm + margin_mm;
        let planes: Vec<f64> = s.planes_mm().to_vec();
        let found = grown.sections(grown.frame(), &planes, Cut::default()).expect("sections");
        for (z, region) in planes.iter().zip(found) {
            let across = (r * r - z * z).sqrt();
            let region = region.expect("within");
            let off = |p: &[f64; 2]| (p[0].hypot(p[1]) - across).abs();
            let worst = region.rings().iter().flatten().map(off).fold(0.0, f64::max);
            assert!(worst < 0.04, "{margin_mm} at {z}: {worst} mm");
        }
        let inside = |z: f64| grown.level_mm(Point3::new(0.0, 0.0, z)) < 0.0;
        assert!(inside(r - 0.3) && inside(-r + 0.3) && !inside(r + 0.3) && !inside(-r - 0.3));
    }
}
