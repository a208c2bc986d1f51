//! A cord of elliptic sections, as its own surface in dense points.

use std::f64::consts::TAU;

use thecal_geom::{Point2, Point3, PointTree};

use super::spec::PrvSpec;

/// Distance of the points, mm: distances of 1 mm are known to 0.002 mm.
const DENSE_MM: f64 = 0.12;

/// The cord.
pub(super) struct Cord<'a> {
    spec: &'a PrvSpec,
}

impl<'a> Cord<'a> {
    pub(super) fn new(spec: &'a PrvSpec) -> Self {
        Self { spec }
    }

    /// From where to where it reaches, mm.
    pub(super) fn ends_mm(&self) -> [f64; 2] {
        let s = self.spec;
        let last = s.first_mm + s.slice_mm * (s.planes - 1) as f64;
        [s.first_mm - s.beyond_mm, last + s.beyond_mm]
    }

    /// The positions of its planes, mm.
    pub(super) fn planes_mm(&self) -> Vec<f64> {
        let s = self.spec;
        (0..s.planes).map(|k| s.first_mm + s.slice_mm * k as f64).collect()
    }

    /// The middle of the section at a height.
    pub(super) fn middle(&self, z: f64) -> Point2 {
        self.spec.middle.map(|wave| wave.at(z))
    }

    /// Radius of the section at a direction, about its middle.
    pub(super) fn radius_mm(&self, z: f64, angle: f64) -> f64 {
        let [a, b] = self.spec.semi_axes.map(|wave| wave.at(z));
        let (sin, cos) = (angle - self.spec.turn_rad).sin_cos();
        1.0 / (cos / a).hypot(sin / b)
    }

    pub(super) fn point(&self, z: f64, angle: f64, radius_mm: f64) -> Point3 {
        let [x, y] = self.middle(z);
        let (sin, cos) = angle.sin_cos();
        Point3::new(x + radius_mm * cos, y + radius_mm * sin, z)
    }

    /// Whether its section at a point's height holds the point.
    pub(super) fn holds(&self, p: Point3) -> bool {
        let [x, y] = self.middle(p.z);
        let (dx, dy) = (p.x - x, p.y - y);
        dx.hypot(dy) <= self.radius_mm(p.z, dy.atan2(dx))
    }

    /// Its whole surface, flat ends included.
    pub(super) fn surface(&self) -> PointTree {
        let [low, high] = self.ends_mm();
        let rows = ((high - low) / DENSE_MM).ceil() as usize;
        let heights = (0..=rows).map(|k| low + (high - low) * k as f64 / rows as f64);
        let mut points: Vec<Point3> = heights.flat_map(|z| self.ring(z, 1.0)).collect();
        for z in [low, high] {
            points.extend((1..50).flat_map(|k| self.ring(z, f64::from(k) / 50.0)));
        }
        PointTree::new(points)
    }

    /// The outline of its section at a height.
    pub(super) fn outline(&self, z: f64) -> PointTree {
        PointTree::new(self.ring(z, 1.0))
    }

    fn ring(&self, z: f64, part: f64) -> Vec<Point3> {
        let longest = self.spec.semi_axes.iter().map(|w| w.at(z)).fold(0.0, f64::max);
        let count = (TAU * longest * part.max(0.02) / DENSE_MM).ceil();
        let point = |k: usize| {
            let angle = TAU * k as f64 / count;
            self.point(z, angle, part * self.radius_mm(z, angle))
        };
        (0..count as usize).map(point).collect()
    }
}
