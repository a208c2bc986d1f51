//! Why a convention gives no figure.

use thecal_mask::RasterError;
use thecal_voxel::VoxelError;

/// Why a convention gives no figure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoFigure {
    /// The structure was drawn as a mask.
    #[error("{name} was drawn as a mask: there are no contours to fill")]
    NoContours {
        /// The structure.
        name: String,
    },
    /// The structure lies beside the grid.
    #[error("{name} lies outside the grid")]
    OffGrid {
        /// The structure.
        name: String,
    },
    /// The mask has no voxel.
    #[error("the mask of {name} is empty: nothing of it is left under this convention")]
    Empty {
        /// The structure.
        name: String,
    },
    /// The two share no slice.
    #[error("{a} and {b} share no slice")]
    NoSharedSlice {
        /// The first structure.
        a: String,
        /// The second.
        b: String,
    },
    /// The contours lie on planes that are not parallel.
    #[error("the contours of {name} do not lie on the planes of the other structure")]
    NotParallel {
        /// The structure.
        name: String,
    },
    /// The contours do not lie on slices of the grid.
    #[error("the contours of {name} lie across the slices of the grid")]
    Across {
        /// The structure.
        name: String,
    },
    /// One plane has no thickness.
    #[error("{name} was drawn on one plane, which has no thickness under this convention")]
    OnePlane {
        /// The structure.
        name: String,
    },
    /// The solids cannot be measured.
    #[error("the solids of {a} and {b} share no plane")]
    NoGap {
        /// The first structure.
        a: String,
        /// The second.
        b: String,
    },
    /// The dose has no voxel centre in the structure.
    #[error("no voxel centre of the dose grid lies in {name}")]
    NoDose {
        /// The structure.
        name: String,
    },
    /// Pixels cannot be made.
    #[error(transparent)]
    Raster(RasterError),
    /// Distances cannot be had.
    #[error(transparent)]
    Voxel(#[from] VoxelError),
    /// The masks would need more memory than is allowed.
    #[error("the masks need too much memory: {0}")]
    Memory(#[from] thecal_voxel::memory::TooMuch),
}

impl NoFigure {
    pub(crate) fn of_raster(name: &str, error: RasterError) -> Self {
        match error {
            RasterError::NotParallel => Self::Across { name: name.to_owned() },
            RasterError::Voxel(error) => Self::Voxel(error),
            error => Self::Raster(error),
        }
    }
}
