//! Dose on solids: what structures receive, with an interval for each figure.
//!
//! | step | item |
//! |---|---|
//! | sampled dose in patient space | [`DoseGrid`] |
//! | the dose of a plan or of several courses: sums, conversion at the point | [`Dose`] |
//! | what a structure receives: curve, figures, intervals | [`DoseVolume`], [`Metric`], [`Figure`] |
//! | BED and EQD2 of doses and limits | [`AlphaBeta`] |
//! | published limits, and what a plan's figures say to them | [`Limits`] |
//!
//! The crate knows no files. The method stands in `docs/dose.md` and `docs/dose-limits.md`.

mod bands;
mod biological;
mod curve;
mod dose;
mod field;
mod figure;
mod grid;
mod histogram;
mod integrate;
mod interpolation;
mod limits;
mod made;
mod metric;

pub use biological::{AlphaBeta, AlphaBetaError};
pub use curve::{Curve, DoseVolume, DoseVolumeError};
pub use dose::Dose;
pub use field::{DoseField, PointDose};
pub use figure::{Figure, NoFigure};
pub use grid::{DoseGrid, DoseGridError};
pub use limits::{
    AllowedDose, Asked, Compared, Course, Demand, Figures, Found, LimitAnswer, LimitRow,
    LimitStructure, LimitUnit, LimitVerdict, Limits, LimitsError, Missing, Place, PriorRt,
    PriorRtError, Span, Status,
};
pub use made::MakeError;
pub use metric::{Metric, MetricError, Unit};

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
