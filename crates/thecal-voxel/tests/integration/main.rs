//! All integration tests of `thecal-voxel` in one program: it is linked once.

mod components;
mod edt_brute_force;
mod isosurface;
mod margins;
mod visibility;
