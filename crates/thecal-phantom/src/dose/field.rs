//! Doses in closed form: what a grid samples is known at every point.

use std::f64::consts::TAU;

use nalgebra::UnitQuaternion;
use serde::{Serialize, Serializer};
use thecal_geom::{Point3, Vector3};

use crate::tube::Tube;
use crate::tumour::Tumour;

/// An erf edge is this many standard deviations wide on either side, beyond which less than 4e-7
/// of the plateau is missing.
const EDGE_SD: f64 = 5.0;
/// Nearer than this to its source an inverse square is held, mm.
const NEAREST_SOURCE_MM: f64 = 1.0;

/// A dose that is known at every point; lengths in mm, patient LPS.
///
/// # Example
/// ```
/// use thecal_geom::{Point3, Vector3};
/// use thecal_phantom::DoseField;
///
/// // 12 Gy in the middle of the edge, falling to the back by at most 15 % of 24 Gy per mm.
/// let field = DoseField::Erf {
///     half_mm: Point3::new(0.0, 5.0, 0.0),
///     direction: Vector3::y(),
///     plateau_gy: 24.0,
///     steepest_per_mm: 0.15,
/// };
/// assert!((field.at_gy(Point3::new(3.0, 5.0, -7.0)) - 12.0).abs() < 1e-12);
/// let fall = field.at_gy(Point3::new(0.0, 4.999, 0.0)) - field.at_gy(Point3::new(0.0, 5.001, 0.0));
/// assert!((fall / 0.002 - 0.15 * 24.0).abs() < 1e-6);
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DoseField {
    /// Falls evenly along a direction; 0 where it would be less.
    Linear {
        /// A point.
        #[serde(serialize_with = "point")]
        at_mm: Point3,
        /// The dose there, Gy.
        at_gy: f64,
        /// Where the dose falls to; a unit vector.
        #[serde(serialize_with = "vector")]
        direction: Vector3,
        /// How fast it falls, Gy/mm.
        gradient_gy_per_mm: f64,
    },
    /// An error function from a plateau to 0: D = P (1 - Phi(x / s)), with x from the point of half
    /// the plateau and s = 1 / (k sqrt(2 pi)).
    Erf {
        /// A point of half the plateau.
        #[serde(serialize_with = "point")]
        half_mm: Point3,
        /// Where the dose falls to; a unit vector.
        #[serde(serialize_with = "vector")]
        direction: Vector3,
        /// The plateau P, Gy.
        plateau_gy: f64,
        /// The steepest slope k, parts of the plateau per mm.
        steepest_per_mm: f64,
    },
    /// Falls with the square of the distance from a source.
    InverseSquare {
        /// The source.
        #[serde(serialize_with = "point")]
        source_mm: Point3,
        /// A distance from it.
        at_mm: f64,
        /// The dose there, Gy.
        at_gy: f64,
    },
    /// As plans of the spine are: a plateau over the tumour that falls outwards, and an edge round
    /// the cord.
    Conformal(Conformal),
}

/// A plateau over the tumour with an edge round the cord:
/// D = P Phi((c - h) / s) Phi((m - t) / s), with the distances c from the cord's surface (negative
/// inside) and t from the tumour (0 inside), and s = 1 / (k sqrt(2 pi)).
#[derive(Debug, Clone, Serialize)]
pub struct Conformal {
    /// The plateau P, Gy.
    pub plateau_gy: f64,
    /// The steepest slope k of each edge, parts of the plateau per mm.
    pub steepest_per_mm: f64,
    /// How far outside the cord's surface half the plateau lies (h), mm; inside where negative.
    pub cord_half_mm: f64,
    /// How far outside the tumour half the plateau lies (m), mm.
    pub margin_mm: f64,
    #[serde(skip)]
    pub(crate) cord: Tube,
    #[serde(skip)]
    pub(crate) tumours: Vec<Tumour>,
    /// From the scan's axes to the patient's.
    #[serde(skip)]
    pub(crate) rotation: UnitQuaternion<f64>,
}

impl DoseField {
    /// The dose at a point, Gy: exact.
    #[must_use]
    pub fn at_gy(&self, p: Point3) -> f64 {
        match self {
            Self::Linear { at_mm, at_gy, direction, gradient_gy_per_mm } => {
                (at_gy - gradient_gy_per_mm * (p - at_mm).dot(direction)).max(0.0)
            }
            Self::Erf { half_mm, direction, plateau_gy, steepest_per_mm } => {
                let beyond_mm = (p - half_mm).dot(direction);
                plateau_gy * normal(-beyond_mm / edge_sd_mm(*steepest_per_mm))
            }
            Self::InverseSquare { source_mm, at_mm, at_gy } => {
                at_gy * (at_mm / (p - source_mm).norm().max(NEAREST_SOURCE_MM)).powi(2)
            }
            Self::Conformal(conformal) => conformal.at_gy(p),
        }
    }
}

impl Conformal {
    fn at_gy(&self, p: Point3) -> f64 {
        let p = self.rotation.inverse() * p;
        let sd_mm = edge_sd_mm(self.steepest_per_mm);
        let reach_mm = EDGE_SD * sd_mm;
        let from_tumours = self.tumours.iter().map(|t| t.distance(p));
        let from_tumour_mm = from_tumours.fold(f64::INFINITY, f64::min);
        if from_tumour_mm > self.margin_mm + reach_mm {
            return 0.0;
        }
        let outwards = normal((self.margin_mm - from_tumour_mm) / sd_mm);
        // The section at the point's own height is never much nearer than the tube itself.
        let cord_mm = if 0.9 * self.cord.distance_at_height(p) > self.cord_half_mm + reach_mm {
            f64::INFINITY
        } else {
            self.cord.signed_distance(p)
        };
        self.plateau_gy * outwards * normal((cord_mm - self.cord_half_mm) / sd_mm)
    }
}

/// The standard deviation of an erf edge by its steepest slope, mm.
#[must_use]
pub fn edge_sd_mm(steepest_per_mm: f64) -> f64 {
    1.0 / (steepest_per_mm * TAU.sqrt())
}

/// The standard normal distribution function.
fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

fn point<S: Serializer>(p: &Point3, serializer: S) -> Result<S::Ok, S::Error> {
    [p.x, p.y, p.z].serialize(serializer)
}

fn vector<S: Serializer>(v: &Vector3, serializer: S) -> Result<S::Ok, S::Error> {
    [v.x, v.y, v.z].serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Abramowitz and Stegun, table 26.1.
    #[test]
    fn the_normal_distribution_is_that_of_the_tables() {
        for (z, p) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (2.0, 0.977_249_868_051_821),
            (-1.0, 0.158_655_253_931_457),
            (1.281_551_565_544_6, 0.9),
        ] {
            assert!((normal(z) - p).abs() < 1e-12, "{z}");
        }
    }
}
