//! The line through the middles of a cord's sections, and directions round it.

use super::SeparationError;
use nalgebra::{Matrix3, Vector3 as V3};
use thecal_geom::{Point3, Region, Vector3};
use thecal_mask::Solid;

/// Middles within this distance along the line shape it at a place: shorter bends are drawing
/// noise, longer ones are the spine's.
const WINDOW_MM: f64 = 12.0;
/// A shorter cord has no direction.
const LEAST_MM: f64 = 6.0;
/// Distance of the places at which the line is known, mm.
const STEP_MM: f64 = 1.0;

/// The line through a cord (or sac), with the patient's directions round it.
#[derive(Debug, Clone)]
pub struct Centreline {
    places: Vec<Place>,
}

/// One place of the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Point on the line, LPS mm.
    pub point_mm: Point3,
    /// Unit tangent towards the head.
    pub up: Vector3,
    /// Unit vector across the line towards the patient's front.
    pub anterior: Vector3,
    /// Unit vector across the line towards the patient's left.
    pub left: Vector3,
}

impl Centreline {
    /// The line of a solid: middles of its sections' areas, smoothed by local parabolas over
    /// 12 mm either way.
    ///
    /// # Errors
    /// When the solid has fewer than three planes or is shorter than 6 mm.
    pub fn of(cord: &Solid) -> Result<Self, SeparationError> {
        let mut middles: Vec<(f64, Point3)> =
            cord.drawn().map(|(w, region)| (w, cord.patient_point(middle(region), w))).collect();
        middles.sort_by(|a, b| a.0.total_cmp(&b.0));
        let length_mm = match (middles.first(), middles.last()) {
            (Some(a), Some(b)) => b.0 - a.0,
            _ => 0.0,
        };
        if middles.len() < 3 || length_mm < LEAST_MM {
            return Err(SeparationError::ShortCord { planes: middles.len(), length_mm });
        }
        // Stacks point to the head where they are axial, and are made to where they are not.
        let upwards = cord.frame().normal().z >= 0.0;
        let count = (length_mm / STEP_MM).ceil() as usize;
        let places = (0..=count)
            .filter_map(|i| {
                let w = middles[0].0 + length_mm * i as f64 / count as f64;
                let (point_mm, tangent) = parabola(&middles, w)?;
                Place::new(point_mm, if upwards { tangent } else { -tangent })
            })
            .collect();
        Ok(Self { places })
    }

    /// The places, from one end to the other, about 1 mm apart.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The place nearest to a point.
    #[must_use]
    pub fn nearest(&self, p: Point3) -> &Place {
        let away = |a: &&Place| (a.point_mm - p).norm_squared();
        let nearest = self.places.iter().min_by(|a, b| away(a).total_cmp(&away(b)));
        // There are always places: a line without is refused.
        nearest.unwrap_or(&self.places[0])
    }
}

impl Place {
    fn new(point_mm: Point3, tangent: Vector3) -> Option<Self> {
        let up = tangent.try_normalize(1e-9)?;
        let front = -Vector3::y();
        let anterior = (front - up * front.dot(&up)).try_normalize(1e-3)?;
        Some(Self { point_mm, up, anterior, left: up.cross(&anterior) })
    }

    /// The unit vector from the line at a clock position (0 anterior, 90 patient left), tilted
    /// towards the head.
    #[must_use]
    pub fn direction(&self, clock_deg: f64, tilt_deg: f64) -> Vector3 {
        let (clock, tilt) = (clock_deg.to_radians(), tilt_deg.to_radians());
        let across = self.anterior * clock.cos() + self.left * clock.sin();
        across * tilt.cos() + self.up * tilt.sin()
    }

    /// Clock position of a point round the line, degrees from 0 to 360.
    #[must_use]
    pub fn clock_deg(&self, p: Point3) -> f64 {
        let d = p - self.point_mm;
        d.dot(&self.left).atan2(d.dot(&self.anterior)).to_degrees().rem_euclid(360.0)
    }
}

/// The middle of a region's area.
pub(super) fn middle(region: &Region) -> [f64; 2] {
    let (mut area, mut sum) = (0.0, [0.0; 2]);
    for ring in region.rings() {
        let next = ring.iter().cycle().skip(1);
        let o = ring[0];
        let (mut own, mut at) = (0.0, [0.0; 2]);
        for (a, b) in ring.iter().zip(next) {
            let (p, q) = ([a[0] - o[0], a[1] - o[1]], [b[0] - o[0], b[1] - o[1]]);
            let cross = p[0] * q[1] - p[1] * q[0];
            own += cross;
            at[0] += cross * (p[0] + q[0]);
            at[1] += cross * (p[1] + q[1]);
        }
        // Holes are rare in cords and sacs, and count as drawn: against the outer ring.
        let hole = ring_is_hole(region, ring);
        let sign = if hole { -own.signum() } else { own.signum() };
        area += sign * own;
        sum[0] += sign * (at[0] / 3.0 + own * o[0]);
        sum[1] += sign * (at[1] / 3.0 + own * o[1]);
    }
    [sum[0] / area, sum[1] / area]
}

/// True when the inside of a ring is outside of the region.
fn ring_is_hole(region: &Region, ring: &[[f64; 2]]) -> bool {
    if region.rings().len() == 1 {
        return false;
    }
    let (a, b) = (ring[0], ring[1 % ring.len()]);
    let mut twice = 0.0;
    for (p, q) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        twice += p[0] * q[1] - p[1] * q[0];
    }
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let inwards = 1e-6 * twice.signum() / dx.hypot(dy).max(1e-12);
    !region.contains([0.5 * (a[0] + b[0]) - inwards * dy, 0.5 * (a[1] + b[1]) + inwards * dx])
}

/// Point and slope at `w` of the parabola through the middles near it, weighted by nearness.
fn parabola(middles: &[(f64, Point3)], w: f64) -> Option<(Point3, Vector3)> {
    let mut window = WINDOW_MM;
    let near = |window: f64| middles.iter().filter(|m| (m.0 - w).abs() < window).count();
    while near(window) < 4.min(middles.len()) {
        window *= 1.5;
    }
    let mut normal = Matrix3::zeros();
    let mut right = [V3::zeros(); 3];
    for (at, p) in middles {
        let x = (at - w) / window;
        // Tricube weights (Cleveland 1979, doi 10.1080/01621459.1979.10481038).
        let weight = (1.0 - x.abs().powi(3)).max(0.0).powi(3);
        let basis = V3::new(1.0, x, x * x);
        normal += weight * basis * basis.transpose();
        for (k, r) in right.iter_mut().enumerate() {
            *r += weight * basis * p[k];
        }
    }
    // Too few middles for a parabola: the ridge leaves a line.
    normal += Matrix3::from_diagonal(&V3::new(0.0, 0.0, 1e-9 * normal.trace()));
    let inverse = normal.try_inverse()?;
    let fitted = right.map(|r| inverse * r);
    let point = Point3::new(fitted[0].x, fitted[1].x, fitted[2].x);
    let slope = Vector3::new(fitted[0].y, fitted[1].y, fitted[2].y) / window;
    Some((point, slope))
}
