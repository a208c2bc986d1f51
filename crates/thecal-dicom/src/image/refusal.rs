//! Why slices make no volume.

use std::path::{Path, PathBuf};

use thecal_geom::Point3;

use crate::read::ReadError;

/// Why no image could be had at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// A file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// None of the files is a CT or MR image.
    #[error("{files} files contain no CT or MR slice ({found}); give the files of an image series")]
    NoImages {
        /// Number of files.
        files: usize,
        /// What they are.
        found: String,
    },
    /// Slices are there, but make no volume.
    #[error(transparent)]
    Refused(#[from] Box<Refusal>),
    /// A series of several volumes, where one was asked for.
    #[error("the series has {found} volumes and {refused} that cannot be used; name one of them")]
    NotOneVolume {
        /// Usable volumes.
        found: usize,
        /// Refused ones.
        refused: usize,
    },
}

/// The kind of a [`Refusal`], to decide on without reading its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Position, orientation, spacing or pixel format is absent or nonsense.
    NoGeometry,
    /// All slices lie at one position, so nothing says how far slices are apart.
    SinglePosition,
    /// Slices at one position that no attribute tells apart.
    RepeatedPositions,
    /// The distance from slice to slice changes.
    UnevenSpacing,
    /// The slices do not lie on one line.
    Scattered,
    /// The volume would need more memory than allowed.
    TooLarge,
    /// Pixels are damaged, or of a transfer syntax that cannot be decoded.
    Pixels,
}

impl Reason {
    /// Stable, machine-readable, in snake case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoGeometry => "no_geometry",
            Self::SinglePosition => "single_position",
            Self::RepeatedPositions => "repeated_positions",
            Self::UnevenSpacing => "uneven_spacing",
            Self::Scattered => "scattered",
            Self::TooLarge => "too_large",
            Self::Pixels => "pixels",
        }
    }
}

/// Where the first pixel of a slice lies.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SlicePosition {
    /// The file.
    pub file: PathBuf,
    /// The frame in it, from 0.
    pub frame: usize,
    /// Image Position (Patient), LPS mm.
    pub position_mm: Point3,
    /// Along the normal of the slices from the patient origin, mm.
    pub along_mm: f64,
}

/// Slices that make no volume, and why.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[error("{message}")]
pub struct Refusal {
    /// The kind.
    pub reason: Reason,
    /// What was found in which files, what was expected, what to do.
    pub message: String,
    /// The files concerned.
    pub files: Vec<PathBuf>,
    /// Where the slices lie, in order along their normal; empty where they have no place.
    pub positions: Vec<SlicePosition>,
}

impl Refusal {
    pub(super) fn new(reason: Reason, files: Vec<PathBuf>, what: &str, advice: &str) -> Self {
        let message = format!("{}: {what}; {advice}", names(&files));
        Self { reason, message, files, positions: Vec::new() }
    }
}

/// File names for a message: at most six, since a whole path may hold a patient's name.
pub(super) fn names(files: &[PathBuf]) -> String {
    const MOST: usize = 6;
    let mut different: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    different.dedup();
    let name = |p: &&Path| p.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut text = different.iter().take(MOST).map(name).collect::<Vec<_>>().join(", ");
    if different.len() > MOST {
        text.push_str(&format!(" and {} more", different.len() - MOST));
    }
    text
}
