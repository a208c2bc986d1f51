//! The largest dose of a solid, surface included, from a place near it.

use thecal_geom::{Point3, Vector3};

/// The climb ends when its steps are as short as this, mm.
const SETTLED_MM: f64 = 0.0005;
/// The longest step, mm.
const LONGEST_MM: f64 = 4.0;
/// Steps of a climb.
const STEPS: usize = 300;
/// The error of a climb, mm of the function's slope.
const ERROR_MM: f64 = 0.005;
/// Half the distance of the places that a slope is taken between, mm.
const HALF_MM: f64 = 0.05;

/// Where a solid lets a climb go.
pub(super) trait Bounds {
    /// Whether a place belongs to it.
    fn holds(&self, p: Point3) -> bool;

    /// A place of it, or one that is almost in it, near to one that may not be.
    fn onto(&self, p: Point3) -> Point3;
}

/// The largest value of a function in a solid, and where it is, that is met by climbing from a place in it: along the slope, and
/// back onto the solid where that leads out of it (projected gradient; Goldstein 1964, doi
/// 10.1090/S0002-9904-1964-11178-2). The function is `None` where it is not known.
///
/// # Error
/// 0.005 of what the function rises by over a millimetre where the solid is convex and the function
/// rises evenly, rims of flat ends among it. Elsewhere it is the largest value near `start`.
pub(super) fn largest(
    value: impl Fn(Point3) -> Option<f64>,
    solid: &impl Bounds,
    start: Point3,
    start_value: f64,
    step_mm: f64,
) -> (f64, Point3) {
    let (mut best, mut at, mut step) = (start_value, start, step_mm);
    for _ in 0..STEPS {
        let Some(way) = slope(&value, at).try_normalize(1e-12) else { break };
        let next = solid.onto(at + way * step);
        let found = if solid.holds(next) { value(next) } else { None };
        match found {
            Some(found) if found > best => {
                (best, at) = (found, next);
                step = (1.5 * step).min(LONGEST_MM);
            }
            _ if step < SETTLED_MM => break,
            _ => step *= 0.5,
        }
    }
    (best, at)
}

/// How far a climb may end below the largest value, by what the function rises by over a millimetre, and by
/// rounding of a dose as it is kept.
pub(super) fn open_of_climb(value: &impl Fn(Point3) -> Option<f64>, at: Point3, best: f64) -> f64 {
    /// Single precision.
    const ROUNDING: f64 = 1e-6;
    ERROR_MM * slope(value, at).norm() + ROUNDING * best.abs()
}

/// The slope of a function, to one side where it is not known on the other.
fn slope(value: &impl Fn(Point3) -> Option<f64>, at: Point3) -> Vector3 {
    let Some(here) = value(at) else { return Vector3::zeros() };
    Vector3::from_fn(|axis, _| {
        let half = Vector3::ith(axis, HALF_MM);
        match (value(at + half), value(at - half)) {
            (Some(ahead), Some(behind)) => 0.5 * (ahead - behind),
            (Some(ahead), None) => ahead - here,
            (None, Some(behind)) => here - behind,
            (None, None) => 0.0,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that lies as far as a radius from an axis, and as far as a height from the middle of it.
    struct Cylinder {
        radius: f64,
        height: f64,
    }

    impl Bounds for Cylinder {
        fn holds(&self, p: Point3) -> bool {
            p.x.hypot(p.y) <= self.radius + 1e-9 && p.z.abs() <= self.height
        }

        fn onto(&self, p: Point3) -> Point3 {
            let shrink = (self.radius / p.x.hypot(p.y)).min(1.0);
            Point3::new(p.x * shrink, p.y * shrink, p.z.clamp(-self.height, self.height))
        }
    }

    struct Ball;

    impl Bounds for Ball {
        fn holds(&self, p: Point3) -> bool {
            p.coords.norm() <= 12.0 + 1e-9
        }

        fn onto(&self, p: Point3) -> Point3 {
            Point3::from(p.coords * (12.0 / p.coords.norm()).min(1.0))
        }
    }

    #[test]
    fn the_corner_of_a_cylinder_and_the_side_of_a_ball_are_found() {
        let g = Vector3::new(0.48, 0.36, 0.8);
        let value = |p: Point3| Some(g.dot(&p.coords));
        let start = Point3::new(9.0, 7.0, 8.5);
        let cylinder = Cylinder { radius: 12.0, height: 9.0 };
        let (found, _) = largest(value, &cylinder, start, g.dot(&start.coords), 0.6);
        assert!((found - (12.0 * 0.6 + 9.0 * 0.8)).abs() < 0.005, "{found}");
        let start = Point3::new(5.4, 4.0, 9.7);
        let (found, at) = largest(value, &Ball, start, g.dot(&start.coords), 0.6);
        assert!((found - 12.0).abs() < 0.005 && (at.coords / 12.0 - g).norm() < 0.05);
    }
}
