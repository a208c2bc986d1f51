//! All integration tests of `thecal-margin` in one program: it is linked once.

mod clock;
mod gap_analytic;
mod gap_search;
