//! Why voxel work could not be done.

/// Errors of the voxel core.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum VoxelError {
    /// A spacing that is zero, negative or no number.
    #[error("spacing along axis {axis} is {found_mm} mm; a positive finite number is needed")]
    Spacing {
        /// 0, 1 or 2 for the axes i, j, k.
        axis: usize,
        /// What was given, mm.
        found_mm: f64,
    },
    /// Axes that do not span space, or are not of unit length.
    #[error("the grid's axes are singular or not unit vectors (determinant {determinant:.6})")]
    Axes {
        /// Determinant of the matrix of axes.
        determinant: f64,
    },
    /// An origin that is no number.
    #[error("the grid's origin is not finite")]
    Origin,
    /// A grid without voxels.
    #[error("a grid of {size:?} voxels is empty")]
    EmptyGrid {
        /// Voxels along i, j, k.
        size: [usize; 3],
    },
    /// A grid larger than the caller allows, or than can be indexed.
    #[error(
        "a grid of {size:?} voxels needs {bytes} bytes but at most {most_bytes} are allowed; \
         ask for a larger spacing or a smaller region"
    )]
    TooLarge {
        /// Voxels along i, j, k.
        size: [usize; 3],
        /// Bytes at the given bytes per voxel.
        bytes: u128,
        /// The caller's bound.
        most_bytes: u128,
    },
    /// Data whose shape is not the grid's.
    #[error("data of shape {found:?} (k, j, i) on a grid of shape {expected:?}")]
    Shape {
        /// Shape of the data, slowest axis first.
        found: [usize; 3],
        /// Shape of the grid, slowest axis first.
        expected: [usize; 3],
    },
    /// Two volumes that should lie on one grid.
    #[error("the volumes lie on different grids; resample one of them first")]
    DifferentGrids,
    /// A mask without a voxel in it, where there is nothing to measure from.
    #[error("the mask is empty: there is no voxel to measure from")]
    EmptyMask,
    /// Work that needs orthogonal axes.
    #[error(
        "the grid's axes are sheared by {off_deg:.3} degrees; exact distance needs orthogonal \
         axes, resample the volume first"
    )]
    Sheared {
        /// Largest deviation from a right angle, degrees.
        off_deg: f64,
    },
    /// A number out of its range.
    #[error("{what} is {found}; {expected}")]
    Argument {
        /// Which argument.
        what: &'static str,
        /// What was given.
        found: f64,
        /// What is needed.
        expected: &'static str,
    },
    /// A region of interest that does not meet the grid.
    #[error("the region does not meet the grid")]
    Outside,
}

pub(crate) fn non_negative(what: &'static str, found: f64) -> Result<(), VoxelError> {
    if found.is_finite() && found >= 0.0 {
        return Ok(());
    }
    Err(VoxelError::Argument {
        what,
        found,
        expected: "zero or a positive finite number is needed",
    })
}

pub(crate) fn positive(what: &'static str, found: f64) -> Result<(), VoxelError> {
    if found.is_finite() && found > 0.0 {
        return Ok(());
    }
    Err(VoxelError::Argument { what, found, expected: "a positive finite number is needed" })
}
