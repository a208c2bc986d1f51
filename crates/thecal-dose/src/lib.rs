//! Dose on solids: what structures receive, with an interval for each figure.
//!
//! | step | item |
//! |---|---|
//! | sampled dose in patient space | [`DoseGrid`] |
//! | the dose of a plan or of several courses: sums, conversion at the point | [`Dose`] |
//! | what a structure receives: curve, figures, intervals | [`DoseVolume`], [`Metric`], [`Figure`] |
//! | BED and EQD2 of doses and limits | [`AlphaBeta`] |
//! | published limits, and what a plan's figures say to them | [`Limits`] |
//! | dose along the shortest ways from tumour to cord | [`segments`], [`AcrossGap`] |
//! | the least distance of an isodose from the cord | [`IsodoseSearch`] |
//! | what the tumour near the cord receives | [`epidural_part`] |
//! | the gap that limits need | [`gap_needed()`], [`Falloff`] |
//!
//! The crate knows no files. The method stands in `docs/dose.md` and `docs/dose-limits.md`.

mod across_gap;
mod bands;
mod biological;
mod cell_bounds;
mod curve;
mod dose;
mod epidural;
mod falloff;
mod field;
mod figure;
mod gap_needed;
mod grid;
mod histogram;
mod hot_depth;
mod integrate;
mod interpolation;
mod isodose_gap;
mod limits;
mod made;
mod metric;
mod normal;
mod segment;

pub use across_gap::{AcrossGap, Gradient, IsodosePlace, NoGradient, NotMet, ProfilePoint};
pub use biological::{AlphaBeta, AlphaBetaError};
pub use curve::{Curve, DoseVolume, DoseVolumeError};
pub use dose::Dose;
pub use epidural::{EPIDURAL_WITHIN_MM, EpiduralError, EpiduralPart, epidural_part, tumour_near};
pub use falloff::{Falloff, FalloffError};
pub use field::{DoseField, PointDose};
pub use figure::{Figure, NoFigure};
pub use gap_needed::{GapNeeded, GapQuestion, NeededModel, Untold, gap_needed};
pub use grid::{DoseGrid, DoseGridError};
pub use hot_depth::CordPiece;
pub use isodose_gap::{IsodoseGap, IsodoseSearch};
pub use limits::{
    AllowedDose, Asked, Compared, Course, Demand, Figures, Found, LimitAnswer, LimitRow,
    LimitStructure, LimitUnit, LimitVerdict, Limits, LimitsError, Missing, Place, PriorRt,
    PriorRtError, Span, Status,
};
pub use made::MakeError;
pub use metric::{Metric, MetricError, Unit};
pub use segment::{Segment, ShortestOf, segments};

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
