//! The result record of thecal and its forms: JSON, CSV and terminal text.
//!
//! This crate knows how a result is written, not how it is computed.

pub mod batch;
mod comparison;
pub mod csv;
pub mod html;
mod info;
pub mod json;
pub mod mesh;
mod pair;
mod phase;
pub mod picture;
mod provenance;
mod record;
pub mod scene;
pub mod schema;
mod separation;
mod settings;
mod structure;
pub mod summary;
pub mod text;
mod words;
mod written;

pub use comparison::*;
pub use info::*;
pub use pair::*;
pub use phase::*;
pub use provenance::*;
pub use record::*;
pub use separation::*;
pub use settings::*;
pub use structure::*;
pub use words::*;
pub use written::*;
