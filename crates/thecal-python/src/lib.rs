//! The Python module `thecal._thecal`: arrays and options go in, records and arrays come out.
//!
//! Nothing is computed here. Every function checks what it is given, lets go of the interpreter, calls the
//! crate that does the work, and hands over what that one made. The package `python/thecal` is what people
//! import: it takes images apart and gives records their types.

mod array;
mod errors;
mod gap;
mod grid;
mod measured;
mod solid;
mod study;
mod voxel;
mod work;

use pyo3::prelude::*;

/// As the program: contours, trees and samples are many small blocks made on all threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[pymodule]
mod _thecal {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::gap::Gap;
    #[pymodule_export]
    use crate::grid::Grid;
    #[pymodule_export]
    use crate::measured::measure;
    #[pymodule_export]
    use crate::solid::Solid;
    #[pymodule_export]
    use crate::study::{options, record, run, run_decoders_with, schema};
    #[pymodule_export]
    use crate::voxel::{components, edt, isosurface, margin, resample, signed_distance};
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
