//! A dose that can be asked for at any point.

use crate::dose::Dose;
use thecal_geom::{Point3, Vector3};

/// A dose at a point with what interpolation leaves open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointDose {
    /// Dose, Gy.
    pub gy: f64,
    /// The true dose may be this much lower or higher, Gy.
    pub open_gy: f64,
}

impl PointDose {
    /// The least dose that the sampling allows, Gy.
    #[must_use]
    pub fn lower_gy(&self) -> f64 {
        self.gy - self.open_gy
    }

    /// The greatest dose that the sampling allows, Gy.
    #[must_use]
    pub fn upper_gy(&self) -> f64 {
        self.gy + self.open_gy
    }
}

/// A dose that can be asked for at any point.
pub trait DoseField: Sync {
    /// The dose at a point; none where it is not known.
    fn at(&self, p: Point3) -> Option<PointDose>;

    /// How far apart its samples lie along a direction of length one, mm; zero where it is known
    /// without samples.
    fn step_mm(&self, along: Vector3) -> f64;
}

impl DoseField for Dose {
    fn at(&self, p: Point3) -> Option<PointDose> {
        let gy = self.dose_gy(p)?;
        Some(PointDose { gy, open_gy: self.interpolation_bound_gy(p)? })
    }

    fn step_mm(&self, along: Vector3) -> f64 {
        Self::step_mm(self, along)
    }
}
