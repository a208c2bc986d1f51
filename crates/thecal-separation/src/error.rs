//! Why a separation cannot be simulated.

use thecal_margin::CentrelineError;
use thecal_mask::SolidError;
use thecal_voxel::VoxelError;

/// Why a separation cannot be simulated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SeparationError {
    /// The cord or sac is too short for a centreline.
    #[error(transparent)]
    Centreline(#[from] CentrelineError),
    /// A file of approaches that cannot be read.
    #[error("file of approaches: {message}")]
    ApproachFile {
        /// What the parser said.
        message: String,
    },
    /// An approach with a value that cannot be one.
    #[error("approach \"{name}\": {key} is {found}, expected {expected}")]
    Approach {
        /// The approach.
        name: String,
        /// The key of the file.
        key: &'static str,
        /// What it holds.
        found: f64,
        /// What it should hold.
        expected: &'static str,
    },
    /// An approach without any direction.
    #[error("approach \"{name}\" has no direction: give from_clock_deg, a tube, or ideal = true")]
    NoDirection {
        /// The approach.
        name: String,
    },
    /// An amount below the resolution of the grid.
    #[error(
        "an amount of {amount_mm} mm is below the resolution of the grid, {spacing_mm} mm; use at \
         least this"
    )]
    Amount {
        /// The amount, mm.
        amount_mm: f64,
        /// Spacing of the grid, mm.
        spacing_mm: f64,
    },
    /// The sac has no level that the tumour leaves alone.
    #[error(
        "the sac is not drawn {clear_mm} mm beyond the tumour, so the shape that it would \
         re-expand to is not known: draw it further, or leave out sac_reexpanded"
    )]
    NoUninvolvedLevel {
        /// How far beyond the tumour, mm.
        clear_mm: f64,
    },
    /// A corpectomy without a body.
    #[error(
        "a corpectomy removes the vertebral body that contains the tumour, but no vertebra is drawn \
         at the levels of the tumour: draw it (VB_T07), or leave out corpectomy"
    )]
    NoBody,
    /// The grid would not fit, or a structure does not meet it.
    #[error("the structures on a grid: {0}")]
    Voxels(#[from] VoxelError),
    /// What is left makes no solid.
    #[error("the residual tumour: {0}")]
    Residual(#[from] SolidError),
}
