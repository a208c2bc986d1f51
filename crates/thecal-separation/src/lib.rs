//! Simulated separation: the part of the tumour near the reference structure that an approach and its
//! instruments can remove, and the residual that remains.
//!
//! | step | item |
//! |---|---|
//! | directions round the cord | [`thecal_margin::Centreline`] |
//! | working directions and instrument | [`Approach`] |
//! | the structures on a grid, once per study | [`Field`] |
//! | the reach of one approach | [`Reach`] |
//! | removed and residual tumour | [`Removal`] |
//! | the vertebral body, removed whole for comparison | [`VertebralBody`] |
//! | the extent that a target after an operation must include | [`EpiduralExtent`] |
//! | scenarios of sac and cord afterwards | [`Anatomy`] |
//!
//! The method is described in `docs/separation.md`.

mod anatomy;
mod approach;
mod clock_sectors;
mod epidural_extent;
mod error;
mod field;
mod grids;
mod reach;
mod reference;
mod removal;
mod scene;
mod vertebral_body;
mod way;
mod workspace;

pub use anatomy::{Anatomy, sac_reexpanded, shift_lps_mm};
pub use approach::{Approach, BUILT_IN, Tube};
pub use epidural_extent::{Basis, EpiduralExtent, LeftOut, epidural_extent, left_out};
pub use error::SeparationError;
pub use field::Field;
pub use reach::Reach;
pub use removal::{Removal, Shadow};
pub use scene::{Instruments, Scene};
pub use vertebral_body::VertebralBody;

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
