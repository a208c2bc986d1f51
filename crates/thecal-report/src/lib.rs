//! The result record of thecal and its forms: JSON, CSV and terminal text.
//!
//! This crate knows how a result is written, not how it is computed.

pub mod batch;
mod comparison;
pub mod csv;
mod info;
pub mod json;
pub mod mesh;
mod record;
pub mod schema;
mod separation;
pub mod summary;

pub use comparison::*;
pub use info::*;
pub use record::*;
pub use separation::*;
