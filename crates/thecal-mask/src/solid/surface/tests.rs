use super::*;
use crate::solid::{EndRule, test_shapes};
use thecal_geom::Contour;

const RADIUS_MM: f64 = 5.0;
const HIGH_MM: f64 = 16.0;

fn ring(radius_mm: f64, z: f64) -> Contour {
    test_shapes::ring(radius_mm, 720, z)
}

/// A tube of 5 mm from height 0 to 16 mm with flat ends.
fn tube() -> Solid {
    let planes: Vec<Contour> = (0..9).map(|k| ring(RADIUS_MM, 2.0 * f64::from(k))).collect();
    Solid::from_contours(&planes, EndRule::Plane, 2.0).expect("a solid")
}

fn at(r: f64, angle: f64, z: f64) -> Point3 {
    Point3::new(r * angle.cos(), r * angle.sin(), z)
}

#[test]
fn a_way_along_a_crease_is_what_leads_along_both_pieces_of_surface() {
    // Two faces of a roof whose ridge runs along a direction.
    for (ridge, up) in [
        (Vector3::x(), Vector3::z()),
        (Vector3::new(1.0, 2.0, 0.5).normalize(), Vector3::new(2.0, -1.0, 0.0).normalize()),
    ] {
        let aside = ridge.cross(&up);
        for half_deg in [3.0_f64, 20.0, 60.0] {
            let (sin, cos) = half_deg.to_radians().sin_cos();
            let faces = [up * cos + aside * sin, up * cos - aside * sin];
            for (along, across, over) in [(1.5, 0.3, 2.0), (-0.4, -2.0, 0.1), (0.0, 1.0, 1.0)] {
                let way = ridge * along + aside * across + up * over;
                let found = along_crease(faces[0], faces[1], way).expect("there is a crease");
                assert!((found - ridge * along).norm() < 1e-12, "{half_deg}: {found}");
            }
        }
        // Normals that hardly turn are those of one piece.
        let (sin, cos) = 1.4_f64.to_radians().sin_cos();
        let faces = [up * cos + aside * sin, up * cos - aside * sin];
        assert!(along_crease(faces[0], faces[1], ridge).is_none());
    }
}

#[test]
fn a_point_slides_along_a_rim_to_the_place_that_is_nearest() {
    let s = tube();
    for angle in [0.3, 2.0, 4.4] {
        for (z, end, sign) in [(HIGH_MM, HIGH_MM, 1.0), (0.0, 0.0, -1.0)] {
            for turned in [1.2, -2.0] {
                // From a place on the rim, or on the end beside it.
                for start in [at(RADIUS_MM, angle + turned, z), at(4.0, angle + turned, z)] {
                    for (off_mm, past_mm) in [(3.0, 2.0), (1.0, 4.0)] {
                        let q = at(RADIUS_MM + off_mm, angle, end + sign * past_mm);
                        let found = s.nearest_from(q, start);
                        let wanted = at(RADIUS_MM, angle, end);
                        let way = (found.point_mm - q).norm();
                        assert!(
                            (way - (wanted - q).norm()).abs() < 5e-3,
                            "{q}: {}",
                            found.point_mm
                        );
                        assert!((found.point_mm - wanted).norm() < 0.06, "{}", found.point_mm);
                    }
                }
            }
        }
    }
}

#[test]
fn the_nearest_point_of_a_smooth_surface_is_found_from_anywhere_near() {
    // A ball of 9 mm, and a cone that falls by 0.4 mm for each: closed forms.
    let ball: Vec<Contour> = (-4..=4)
        .map(|k| 2.0 * f64::from(k) + 0.3)
        .map(|z| ring((81.0 - z * z).sqrt(), z))
        .collect();
    let ball = Solid::from_contours(&ball, EndRule::Rounded, 2.0).expect("a solid");
    let cone: Vec<Contour> =
        (0..12).map(|k| 2.0 * f64::from(k)).map(|z| ring(14.0 - 0.4 * z, z)).collect();
    let cone = Solid::from_contours(&cone, EndRule::Plane, 2.0).expect("a solid");
    let cosine = 1.0 / 1.0_f64.hypot(0.4);
    for angle in [0.1_f64, 1.9, 3.3, 5.0] {
        for (off_mm, turned, rise_mm) in
            [(3.0, 0.5, 2.0), (-2.0, -0.4, -1.5), (0.4, 0.2, 3.0), (6.0, 1.0, -3.0)]
        {
            // Along a radius of the ball that leads upwards a little.
            let along = Vector3::new(0.9 * angle.cos(), 0.9 * angle.sin(), 0.19_f64.sqrt());
            let q = Point3::from(along * (9.0 + off_mm));
            let found = ball.nearest_from(q, at(9.0, angle + turned, rise_mm));
            assert!(((found.point_mm - q).norm() - off_mm.abs()).abs() < 0.01, "{q}");
            assert!((found.point_mm - Point3::from(along * 9.0)).norm() < 0.04, "{q}");
            assert!((found.normal - along).norm() < 0.02, "{}", found.normal);
            let (z, out) =
                (12.0, Vector3::new(cosine * angle.cos(), cosine * angle.sin(), 0.4 * cosine));
            let foot = at(14.0 - 0.4 * z, angle, z);
            let q = foot + out * off_mm;
            let found = cone.nearest_from(q, at(9.0, angle + turned, z + rise_mm));
            assert!(((found.point_mm - q).norm() - off_mm.abs()).abs() < 2e-3, "{q}");
            // Anywhere along an edge of the ring it is as near.
            assert!((found.point_mm - foot).norm() < 0.06, "{q}: {}", found.point_mm);
            assert!((found.normal - out).norm() < 0.01, "{}", found.normal);
        }
    }
}

#[test]
fn a_ray_leaves_at_the_first_place_where_it_is_outside() {
    let s = tube();
    // From near the surface and from far, to about half a micrometre along it.
    for (x, reach) in [(4.9, 0.1), (4.0, 1.0), (0.0, 5.0), (-3.0, 8.0), (-4.999, 9.999)] {
        let start = Point3::new(x, 0.0, 7.3);
        let found = s.leaves_along(start, Vector3::x(), 30.0).expect("it leaves");
        assert!((found - Point3::new(RADIUS_MM, 0.0, 7.3)).norm() < 6e-4, "{x}: {found}");
        assert!((found - start).dot(&Vector3::x()) > reach - 6e-4);
    }
    // One that does not leave so soon.
    assert!(s.leaves_along(Point3::new(0.0, 0.0, 1.0), Vector3::z(), 14.0).is_none());
    assert!(s.leaves_along(Point3::new(0.0, 0.0, 1.0), Vector3::z(), 24.0).is_some());
    // On the surface it is not inside.
    assert!(s.leaves_along(Point3::new(0.0, 0.0, HIGH_MM), Vector3::z(), 9.0).is_none());
}

#[test]
fn a_point_beside_the_surface_is_moved_onto_it() {
    let s = tube();
    let mut hints = vec![SearchHint::default(); s.components().len()];
    for (r, z, wanted_r, wanted_z, up) in [
        (7.5, 7.0, RADIUS_MM, 7.0, 0.0),
        (3.2, 9.0, RADIUS_MM, 9.0, 0.0),
        (14.0, 5.0, RADIUS_MM, 5.0, 0.0),
        (2.0, 15.5, 2.0, HIGH_MM, 1.0),
        (1.0, 19.0, 1.0, HIGH_MM, 1.0),
        (3.0, -5.0, 3.0, 0.0, -1.0),
    ] {
        for angle in [0.4, 2.9, 5.5] {
            let found = s.project(at(r, angle, z), &mut hints);
            let point = found.point_mm;
            assert!((point.x.hypot(point.y) - wanted_r).abs() < 5e-4, "{r} {z}: {point}");
            // Its edges turn from the circle by a quarter of a degree.
            let aside = 0.005 * (r - wanted_r).abs() + 5e-4;
            assert!((point - at(wanted_r, angle, wanted_z)).norm() < aside, "{r} {z}: {point}");
            let side = if up == 0.0 { at(1.0, angle, 0.0).coords } else { Vector3::z() * up };
            assert!((found.normal - side).norm() < 0.01, "{r} {z}: {}", found.normal);
        }
    }
}
