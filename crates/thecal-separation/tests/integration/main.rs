//! All integration tests of `thecal-separation` in one program: it is linked once.

mod separation;
mod separation_monotone;
