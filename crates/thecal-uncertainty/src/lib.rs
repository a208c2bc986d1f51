//! How sure a gap is, and a dose: what stated uncertainties of drawing, registration and position
//! make of them.
//!
//! | step | item |
//! |---|---|
//! | what varies, by how much, with its reference | [`Source`], [`Sources`], [`Preset`] |
//! | a pair as drawn, and how samples are made | [`PairQuestion`], [`Sampling`] |
//! | the distribution of its gap | [`gap_probability()`], [`GapProbability`] |
//! | what a structure receives when it moves in a dose | [`dose_probability()`], [`DoseProbability`] |
//!
//! The crate knows no files and no reports. The method stands in `docs/uncertainty.md`.

mod distance_field;
mod distribution;
mod dose_probability;
mod draws;
mod facing;
mod gap_probability;
mod moving_pair;
mod question;
mod read;
mod source;
mod surface_variation;

pub use distribution::{Distribution, Probability};
pub use dose_probability::{DoseProbability, DoseProbabilityError, DoseQuestion, dose_probability};
pub use draws::Motion;
pub use gap_probability::{
    CONFIDENCE, Contribution, GapProbability, Reached, Sensitivity, gap_probability, gaps_mm,
    motions,
};
pub use question::{PairQuestion, Sampling};
pub use read::Preset;
pub use source::{Course, Kind, Moved, Source, SourceError, Sources};
pub use surface_variation::CORRELATION_LENGTHS_MM;

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
