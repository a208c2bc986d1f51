//! Dose on solids: what structures receive, with an interval for each figure.
//!
//! | step | item |
//! |---|---|
//! | sampled dose in patient space | [`DoseGrid`] |
//! | the dose of a plan or of several courses: sums, conversion at the point | [`Dose`] |
//! | what a structure receives: curve, figures, intervals | [`DoseVolume`], [`Metric`], [`Figure`] |
//!
//! The crate knows no files. The method stands in `docs/dose.md`.

mod bands;
mod curve;
mod dose;
mod figure;
mod grid;
mod histogram;
mod integrate;
mod interpolation;
mod metric;

pub use curve::{Curve, DoseVolume, DoseVolumeError};
pub use dose::Dose;
pub use figure::{Figure, NoFigure};
pub use grid::{DoseGrid, DoseGridError};
pub use metric::{Metric, MetricError, Unit};

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
