//! Dose on solids: what structures receive, with an interval for each figure.
//!
//! | step | item |
//! |---|---|
//! | sampled dose in patient space | [`DoseGrid`] |
//!
//! The crate knows no files. The method stands in `docs/dose.md`.

mod grid;

pub use grid::{DoseGrid, DoseGridError};

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
