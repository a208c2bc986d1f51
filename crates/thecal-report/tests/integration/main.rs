//! All integration tests of `thecal-report` in one program: it is linked once.

mod mesh;
mod page;
