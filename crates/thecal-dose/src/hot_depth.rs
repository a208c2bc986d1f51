//! How deep below the surface of a cord its hottest volume reaches.

use std::f64::consts::PI;

/// The part of a cord that the dose falls across: a cylinder, seen from the side of the tumour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CordPiece {
    /// Radius of its outline, mm.
    pub radius_mm: f64,
    /// Length along which it lies in the fall-off, mm.
    pub length_mm: f64,
}

impl CordPiece {
    /// The depth below the surface within which the hottest `volume_cc` lie, mm, where the dose falls
    /// straight across the cord and is the same along its length; none where the piece is no larger than
    /// that volume.
    ///
    /// A limit on a volume is met with a gap that is shorter by this depth than that of the same limit on
    /// a point.
    ///
    /// # Error
    /// The segment of a circle, exact. For depths that are small beside the radius it is
    /// `(3 v / (4 l sqrt(2 r)))^(2/3)`.
    #[must_use]
    pub fn hot_depth_mm(&self, volume_cc: f64) -> Option<f64> {
        let (r, l) = (self.radius_mm, self.length_mm);
        let positive = |x: f64| x > 0.0 && x.is_finite();
        if !(positive(r) && positive(l) && volume_cc >= 0.0) {
            return None;
        }
        let area_mm2 = 1000.0 * volume_cc / l;
        if area_mm2 >= PI * r * r {
            return None;
        }
        let (mut low, mut high) = (0.0, 2.0 * r);
        loop {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                return Some(middle);
            }
            if segment_mm2(r, middle) < area_mm2 { low = middle } else { high = middle }
        }
    }
}

/// Area of the segment of a circle that is `depth_mm` deep, mm².
fn segment_mm2(r: f64, depth_mm: f64) -> f64 {
    let rest = r - depth_mm;
    r * r * (rest / r).clamp(-1.0, 1.0).acos() - rest * (r * r - rest * rest).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(radius_mm: f64, length_mm: f64, volume_cc: f64) -> Option<f64> {
        CordPiece { radius_mm, length_mm }.hot_depth_mm(volume_cc)
    }

    #[test]
    fn a_small_volume_lies_as_deep_as_the_parabola_says() {
        // t = (3 v / (4 l sqrt(2 r)))^(2/3), of a parabola of the circle's curvature.
        for (v, l) in [(0.035, 20.0), (0.035, 10.0), (0.01, 20.0)] {
            let parabola = (3.0 * 1000.0 * v / (4.0 * l * 9.0_f64.sqrt())).powf(2.0 / 3.0);
            let found = depth(4.5, l, v).expect("smaller than the cord");
            assert!(found > parabola && found < 1.04 * parabola, "{found} for {parabola}");
        }
        assert!((depth(4.5, 20.0, 0.035).expect("small") - 0.6).abs() < 0.05);
        assert!((depth(4.5, 10.0, 0.035).expect("small") - 0.9).abs() < 0.06);
    }

    #[test]
    fn half_a_cord_lies_as_deep_as_its_radius() {
        let half_cc = 0.5 * PI * 4.5 * 4.5 * 20.0 / 1000.0;
        assert!((depth(4.5, 20.0, half_cc).expect("half") - 4.5).abs() < 1e-9);
        assert!(depth(4.5, 20.0, 0.0).expect("a point") < 1e-9);
    }

    #[test]
    fn no_depth_holds_more_than_the_piece() {
        assert_eq!(depth(4.5, 20.0, 1.3), None);
        assert_eq!(depth(0.0, 20.0, 0.03), None);
        assert_eq!(depth(4.5, f64::NAN, 0.03), None);
        assert_eq!(depth(4.5, 20.0, -1.0), None);
    }
}
