//! The line along a cord against curves that are known.

use crate::shapes::{circle, flat, heights, solid};
use thecal_geom::{Point3, Vector3};
use thecal_margin::Centreline;
use thecal_mask::{EndRule, Solid};

/// A cord of 5 mm whose middles lie on a parabola.
fn bent(from_mm: f64, to_mm: f64) -> Solid {
    let planes = heights(from_mm, to_mm, 2.0).map(|z| {
        let p = on_line(z);
        flat(circle([p.x, p.y], 5.0, 80, 0.2), z)
    });
    solid(&planes.collect::<Vec<_>>(), EndRule::HalfSlice, 2.0)
}

fn on_line(z: f64) -> Point3 {
    Point3::new(3.0 + 0.1 * z - 0.006 * z * z, -2.0 - 0.05 * z + 0.004 * z * z, z)
}

fn tangent(z: f64) -> Vector3 {
    Vector3::new(0.1 - 0.012 * z, -0.05 + 0.008 * z, 1.0).normalize()
}

#[test]
fn a_line_through_middles_on_a_parabola_is_the_parabola() {
    let line = Centreline::from_solid(&bent(-20.0, 34.0)).expect("a line");
    let [first, last] = line.range_mm();
    assert!((first + 20.0).abs() < 1e-9 && (last - 34.0).abs() < 1e-9, "{first} {last}");
    assert_eq!(line.places().len(), 55);
    for place in line.places() {
        let z = place.point_mm.z;
        assert!((place.point_mm - on_line(z)).norm() < 1e-6, "{z}: {}", place.point_mm);
        assert!((place.up - tangent(z)).norm() < 1e-6, "{z}: {}", place.up);
        // Across the line, towards the front and the left.
        assert!(place.anterior.dot(&place.up).abs() < 1e-9 && place.anterior.y < -0.9);
        assert!(place.left.dot(&place.up).abs() < 1e-9 && place.left.x > 0.9);
    }
    // Between places it goes straight, and beyond its ends it stays.
    for z in [-19.7, 0.25, 12.5, 33.4] {
        assert!((line.at(z).point_mm - on_line(z)).norm() < 0.002, "{z}");
    }
    assert!((line.at(-90.0).point_mm - on_line(-20.0)).norm() < 1e-6);
    assert!((line.at(90.0).point_mm - on_line(34.0)).norm() < 1e-6);
}

#[test]
fn the_place_nearest_to_a_point_is_that_of_a_slow_search() {
    let line = Centreline::from_solid(&bent(-20.0, 34.0)).expect("a line");
    for k in 0..200_u32 {
        let (a, t) = (0.7 * f64::from(k), f64::from(k) / 200.0);
        let p = Point3::new(30.0 * t * a.cos(), 30.0 * t * a.sin(), -32.0 + 80.0 * t);
        let away = |q: Point3| (q - p).norm();
        let slow = line.places().iter().map(|q| away(q.point_mm)).fold(f64::INFINITY, f64::min);
        assert!((away(line.nearest(p).point_mm) - slow).abs() < 1e-9, "{p}");
    }
    // A point across the line from a place has that place's position.
    for z in [-15.0, 3.0, 20.0] {
        let place = line.at(z);
        for clock in [0.0, 100.0, 250.0] {
            let p = place.point_mm + place.direction(clock, 0.0) * 6.0;
            assert!((line.along_mm(p) - z).abs() < 0.1, "{z} {clock}: {}", line.along_mm(p));
            assert!((place.clock_deg(p) - clock).abs() < 1e-6);
        }
        // Tilted by 30 degrees towards the head it lies half as far up as it is long.
        let up = place.direction(40.0, 30.0).dot(&place.up);
        assert!((up - 0.5).abs() < 1e-9, "{up}");
    }
}

#[test]
fn a_cord_that_is_too_short_for_a_line_has_a_straight_one() {
    let short = bent(0.0, 4.0);
    assert!(Centreline::from_solid(&short).is_err());
    let line = Centreline::or_straight(&short).expect("a straight line");
    let middle = [0.0, 2.0, 4.0].iter().fold(Vector3::zeros(), |s, z| s + on_line(*z).coords) / 3.0;
    assert_eq!(line.places().len(), 1);
    assert!((line.at(1.0).point_mm.coords - middle).norm() < 1e-6);
    assert!((line.at(1.0).up - Vector3::z()).norm() < 1e-9);
}

#[test]
fn directions_are_turned_by_the_clock_and_tilted_towards_the_head() {
    let line = Centreline::from_solid(&bent(-20.0, 34.0)).expect("a line");
    let place = line.at(11.0);
    for clock_deg in [0.0, 40.0, 90.0, 200.0, 330.0_f64] {
        for tilt_deg in [-60.0, -10.0, 0.0, 25.0, 80.0_f64] {
            let found = place.direction(clock_deg, tilt_deg);
            assert!((found.norm() - 1.0).abs() < 1e-12);
            assert!((found.dot(&place.up) - tilt_deg.to_radians().sin()).abs() < 1e-12);
            let told = place.clock_deg(place.point_mm + found);
            assert!((0.0..360.0).contains(&told));
            let off = (told - clock_deg + 180.0).rem_euclid(360.0) - 180.0;
            assert!(off.abs() < 1e-9, "{told} for {clock_deg}");
        }
    }
}

#[test]
fn three_sections_over_six_millimetres_are_enough_for_a_line_and_less_is_not() {
    let sections = |heights_mm: &[f64]| {
        let planes = heights_mm.iter().map(|z| flat(circle([1.0, 2.0], 5.0, 80, 0.2), *z));
        Centreline::from_solid(&solid(&planes.collect::<Vec<_>>(), EndRule::Plane, 4.0))
    };
    let line = sections(&[10.0, 13.0, 16.0]).expect("a line");
    assert_eq!(line.places().len(), 7);
    assert!(sections(&[10.0, 12.0, 15.9]).is_err());
    assert!(sections(&[10.0, 18.0]).is_err());
}
