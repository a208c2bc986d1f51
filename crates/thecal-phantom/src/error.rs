//! Why a phantom could not be made.

use std::path::PathBuf;

/// Why a phantom could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The specification describes no phantom.
    #[error("specification: {0}")]
    Spec(String),
    /// No placement of the tumour gives the gap asked for.
    #[error("the gap of {wanted_mm} mm was not reached: {reached_mm} mm")]
    GapNotReached {
        /// The gap asked for, mm.
        wanted_mm: f64,
        /// The gap of the last placement tried, mm.
        reached_mm: f64,
    },
    /// The two routes to a gap do not agree, so there is no truth to give.
    #[error("{pair}: {first_mm} mm by one route, {second_mm} mm by the other")]
    NotCertified {
        /// The pair of structures.
        pair: &'static str,
        /// Distance by branch and bound, mm.
        first_mm: f64,
        /// Distance by the second route, mm.
        second_mm: f64,
    },
    /// The search for the least distance grew beyond its bound.
    #[error("more than {0} cells survive the search for the least distance")]
    TooManyCells(usize),
    /// A DICOM file could not be written.
    #[error(transparent)]
    Dicom(#[from] thecal_dicom::write::WriteError),
    /// Another file could not be written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The truth could not be written as JSON.
    #[error("truth.json: {0}")]
    Json(#[from] serde_json::Error),
}
