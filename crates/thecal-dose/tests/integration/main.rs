//! All integration tests of `thecal-dose` in one program: it is linked once.

mod closed_forms;
mod cord_shapes;
mod curve_laws;
mod edges;
mod judge;
mod made;
mod measured;
mod outside;
mod shapes;
