//! The same structures under the conventions of other programs: gaps, volumes and dose figures, each
//! with where it arises and why it differs there.
//!
//! The crate works on contours and solids, grids and doses. It reads no files and writes no reports.
//! Every rule, with its source and how near it comes to the programs themselves, is described in
//! `docs/explain.md`.

mod convention;
mod dose_grid;
mod drawn;
mod gaps;
mod masks;
mod no_figure;
mod pixels;
mod points;
mod slabs;
mod volumes;
mod why;

pub use convention::{Basis, Convention, Program};
pub use dose_grid::{DoseGridFigures, dose_grid_figures};
pub use drawn::Drawn;
pub use gaps::{FoundGap, OtherGap, Pair, gap, gaps};
pub use no_figure::NoFigure;
pub use pixels::pixels_on_slice;
pub use volumes::{FoundVolume, OtherVolume, open_volume_cc, volumes};

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
