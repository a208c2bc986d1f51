//! The result record of thecal and its forms: JSON, CSV and terminal text.
//!
//! This crate knows how a result is written, not how it is computed.
//!
//! The record, its tables, the text for the terminal and the meshes are always included. The feature
//! `pictures` adds the pictures and the page, with a renderer and its fonts. The feature `parquet` adds the
//! table of a batch as Parquet. Both are on by default.

mod advisory;
pub mod batch;
mod comparison;
pub mod csv;
mod dose;
mod explain;
#[cfg(feature = "pictures")]
pub mod html;
mod info;
pub mod json;
pub mod mesh;
mod pair;
mod phase;
#[cfg(feature = "pictures")]
pub mod picture;
mod provenance;
mod prv;
mod record;
pub mod scene;
pub mod schema;
mod separation;
mod settings;
mod structure;
pub mod summary;
pub mod text;
mod uncertainty;
mod words;
mod written;

pub use comparison::*;
pub use dose::*;
pub use explain::*;
pub use info::*;
pub use pair::*;
pub use phase::*;
pub use provenance::*;
pub use prv::*;
pub use record::*;
pub use separation::*;
pub use settings::*;
pub use structure::*;
pub use uncertainty::*;
pub use words::*;
pub use written::*;

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
