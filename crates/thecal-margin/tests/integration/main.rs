//! All integration tests of `thecal-margin` in one program: it is linked once.

mod centreline;
mod clock;
mod expansion_audit;
mod gap_analytic;
mod gap_nested;
mod gap_parts;
mod gap_search;
mod interval_laws;
mod interval_outlines;
mod interval_planes;
mod interval_variants;
mod near_volume;
mod shapes;
mod signed_distance;
mod surface_distance;
mod words;
