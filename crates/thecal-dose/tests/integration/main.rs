//! All integration tests of `thecal-dose` in one program: it is linked once.

mod across_gap;
mod closed_forms;
mod cord_shapes;
mod curve_laws;
mod edges;
mod epidural;
mod gap_needed;
mod isodose_gap;
mod judge;
mod made;
mod measured;
mod outside;
mod shapes;
