//! The program `thecal`.
fn main() {}
