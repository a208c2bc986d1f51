//! The parallel voxel core of thecal: work over a lattice in patient space.
//!
//! A [`Grid`] defines the positions of voxels, and a [`Volume`] has one value for each of them. The crate
//! does not know files or anatomy. Results are identical for any number of threads. The threads are
//! those of the rayon pool that the caller runs in.

mod bits;
mod boolean;
mod components;
mod coverage;
pub mod edt;
mod error;
mod grid;
mod isosurface;
pub mod margin;
pub mod memory;
mod resample;
mod shared_volume;
mod simd;
mod slices;
mod surface;
mod view;
mod visibility;
mod volume;

pub use components::{Component, Components, Neighbours};
pub use coverage::{coverage, level_of_mask};
pub use edt::{Border, Nearest};
pub use error::VoxelError;
pub use grid::{Grid, IndexBox};
pub use isosurface::isosurface;
pub use margin::Margins;
pub use resample::Interpolation;
pub use shared_volume::shared_cc;
pub use slices::{FULL, Slice, Slices, slice_axis};
pub use surface::{Refine, index_gradient, redistanced, redistanced_with};
pub use view::{MaskView, VolumeView, VolumeViewMut};
pub use visibility::{Cone, Obstacles, Tool};
pub use volume::{Mask, Volume};

/// The libraries of matrices and of arrays, in the versions that this crate speaks.
pub use {nalgebra, ndarray};

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
