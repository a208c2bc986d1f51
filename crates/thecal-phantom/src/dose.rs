//! Plans and doses beside a phantom, with the dose known at every point ([`DoseField`]).
//!
//! A dose is sampled at the voxel centres of a grid and stored with as few bits as asked for; on a
//! grid of uneven planes, oblique, descending, in a frame of its own or cut off; whole, by beams or
//! of one fraction; and labelled truly or not ([`Content`]).

mod field;
mod files;
mod grid;
mod planned;
mod spec;

pub use field::{Conformal, DoseField, edge_sd_mm};
pub use files::write_dose;
pub use planned::{DoseKind, DoseTruth, dose_field, write_planned_study};
pub use spec::{Content, DoseSpec, Planes};
