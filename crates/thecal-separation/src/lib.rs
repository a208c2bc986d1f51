//! Simulated separation: what an approach and its instruments can take of the tumour near the
//! reference structure, and what gap that leaves.
//!
//! | step | item |
//! |---|---|
//! | directions round the cord | [`thecal_margin::Centreline`] |
//! | where instruments come from | [`Approach`] |
//! | the structures on a grid, once per study | [`Field`] |
//! | what one approach can touch | [`Reach`] |
//! | what is taken and what is left | [`Removal`] |
//! | the body of the vertebra, taken whole for comparison | [`VertebralBody`] |
//! | what a target after an operation must hold | [`EpiduralExtent`] |
//! | what may become of sac and cord | [`Anatomy`] |
//!
//! The method stands in `docs/separation.md`.

mod anatomy;
mod approach;
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
