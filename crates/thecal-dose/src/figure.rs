//! A dose-volume figure with its interval.

use crate::metric::Unit;
use std::fmt;

/// Why a figure has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoFigure {
    /// The structure is smaller than the volume that is asked for.
    StructureTooSmall,
    /// A part of the structure that would decide the figure lies where no dose is known.
    OutsideDose,
}

impl NoFigure {
    /// The code of the report contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StructureTooSmall => "structure_smaller_than_volume",
            Self::OutsideDose => "structure_outside_dose",
        }
    }
}

impl fmt::Display for NoFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StructureTooSmall => "the structure is smaller than the volume asked for",
            Self::OutsideDose => {
                "a part of the structure that could decide this lies outside the dose grid"
            }
        })
    }
}

/// A dose-volume figure. Its value is `None`, with a reason, where it is not known; an end of its interval
/// is `None` where nothing bounds it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Figure {
    /// The figure.
    pub value: Option<f64>,
    /// The least that the drawing and the sampling of the dose allow.
    pub lower: Option<f64>,
    /// The most that they allow.
    pub upper: Option<f64>,
    /// The unit of all three.
    pub unit: Unit,
    /// Why there is no value.
    pub reason: Option<NoFigure>,
}

impl Figure {
    /// A figure whose interval holds its value.
    pub(crate) fn known(value: f64, lower: Option<f64>, upper: Option<f64>, unit: Unit) -> Self {
        Self {
            value: Some(value),
            // No dose and no volume is below nothing.
            lower: lower.map(|l| l.max(0.0).min(value)),
            upper: upper.map(|u| u.max(value)),
            unit,
            reason: None,
        }
    }

    pub(crate) fn unknown(
        reason: NoFigure,
        lower: Option<f64>,
        upper: Option<f64>,
        unit: Unit,
    ) -> Self {
        Self { value: None, lower, upper, unit, reason: Some(reason) }
    }
}
