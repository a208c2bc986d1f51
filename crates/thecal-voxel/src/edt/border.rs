//! What lies beyond a grid.

/// What lies beyond the grid, for distances from inside a mask to what is outside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Border {
    /// Unknown: it counts for nothing.
    #[default]
    Open,
    /// Background: the mask ends half a voxel past the last voxel centre.
    Background,
}
