//! All integration tests of `thecal-separation` in one program: it is linked once.

mod separation;
mod separation_anatomy;
mod separation_monotone;
#[path = "../../../thecal-margin/tests/integration/shapes.rs"]
#[expect(dead_code, reason = "shared with the tests of thecal-margin, which use all of it")]
mod shapes;
