//! All integration tests of `thecal-phantom` in one program: it is linked once.

mod clinic;
mod cohort;
mod dose;
mod truth;
