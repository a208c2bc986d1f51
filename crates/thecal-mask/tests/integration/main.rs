//! All integration tests of `thecal-mask` in one program: it is linked once.

mod mask_bytes;
mod mask_data;
mod nifti_files;
mod nrrd_files;
mod raster_conformance;
mod raster_conventions;
mod role_names;
mod solid_analytic;
mod solid_gradient;
mod solid_measures;
mod solid_on_grid;
mod solid_rims;
mod solid_section;
mod solid_stack;
mod solid_surface;
