//! The result record of thecal and its forms: JSON, CSV and terminal text.
//!
//! This crate knows how a result is written, not how it is computed.

mod advisory;
pub mod batch;
mod comparison;
pub mod csv;
pub mod html;
mod info;
pub mod json;
pub mod mesh;
pub mod picture;
mod record;
pub mod scene;
pub mod schema;
mod separation;
mod settings;
pub mod summary;
pub mod text;
mod words;
mod written;

pub use comparison::*;
pub use info::*;
pub use record::*;
pub use separation::*;
pub use settings::*;
pub use words::*;
pub use written::*;
