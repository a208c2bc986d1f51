//! Tests of the crate as a whole.
#![allow(missing_docs)]

mod closed_forms;
mod dose;
mod moved_solids;
mod shapes;
mod sources;
mod variation;
