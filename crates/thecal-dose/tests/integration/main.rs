//! All integration tests of `thecal-dose` in one program: it is linked once.

mod closed_forms;
mod curve_laws;
mod edges;
mod measured;
mod outside;
mod shapes;
