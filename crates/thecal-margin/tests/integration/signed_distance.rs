//! Signed distances of points from shapes that are known in closed form.

use crate::shapes::{ball, tube};
use thecal_geom::Point3;
use thecal_margin::signed_distances_mm;

#[test]
fn a_tube_and_a_ball_are_as_far_as_their_formulas_say() {
    let places: Vec<Point3> = (0..600_u32)
        .map(|k| {
            let (a, t) = (2.4 * f64::from(k), f64::from(k) / 600.0);
            Point3::new(14.0 * t * a.cos(), 14.0 * t * a.sin(), 29.0 * (7.0 * a).sin())
        })
        .collect();
    // Flat ends half a slice past the last planes.
    let of_tube = |p: &Point3| {
        let (side, end) = (p.x.hypot(p.y) - 5.0, p.z.abs() - 21.0);
        side.max(end).min(0.0) + side.max(0.0).hypot(end.max(0.0))
    };
    let found = signed_distances_mm(&tube([0.0, 0.0], 5.0, 240, 0.0), &places);
    for (p, found) in places.iter().zip(found) {
        assert!((found - of_tube(p)).abs() < 0.2, "{p}: {found} for {}", of_tube(p));
        // Away from the rims it is that of the side or the end.
        if p.z.abs() < 14.0 && p.x.hypot(p.y) > 1.0 {
            assert!((found - of_tube(p)).abs() < 0.01, "{p}: {found} for {}", of_tube(p));
        }
    }
    let found = signed_distances_mm(&ball(Point3::origin(), 9.0, 1.0, 0.5), &places);
    // Its poles lie past its last planes, where a solid only guesses.
    for (p, found) in places.iter().zip(found).filter(|(p, _)| p.z.abs() < 0.9 * p.coords.norm()) {
        assert!((found - (p.coords.norm() - 9.0)).abs() < 0.05, "{p}: {found}");
    }
}

#[test]
fn a_point_that_is_no_number_has_no_distance() {
    let at = [
        Point3::new(f64::NAN, 0.0, 0.0),
        Point3::new(9.0, 0.0, f64::INFINITY),
        Point3::new(9.0, 0.0, 0.0),
    ];
    let found = signed_distances_mm(&tube([0.0, 0.0], 5.0, 90, 0.0), &at);
    assert!(found[0].is_nan() && found[1].is_nan() && (found[2] - 4.0).abs() < 0.01, "{found:?}");
    assert!(signed_distances_mm(&tube([0.0, 0.0], 5.0, 90, 0.0), &[]).is_empty());
}
