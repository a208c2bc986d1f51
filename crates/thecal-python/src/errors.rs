//! What went wrong, as the exceptions of the package.

use std::any::Any;
use std::fmt::Display;

use pyo3::prelude::*;
use thecal_cli::Failure;

/// Why there is no result. It is made without the interpreter.
#[derive(Debug)]
pub(crate) enum Fault {
    /// What was given cannot be used.
    Input { kind: &'static str, message: String },
    /// As the program says it.
    Program(Box<Failure>),
    /// A fault of ours.
    Internal(String),
    /// An exception that Python raised.
    Python(PyErr),
}

impl Fault {
    /// Something is wrong with an array.
    pub(crate) fn array(message: impl Display) -> Self {
        Self::Input { kind: "array", message: message.to_string() }
    }

    /// Something is wrong with a number or a word.
    pub(crate) fn argument(message: impl Display) -> Self {
        Self::Input { kind: "argument", message: message.to_string() }
    }

    /// What a panic says.
    pub(crate) fn of_panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::Internal(format!(
            "thecal failed within itself, which is a fault of thecal and not of its input: {}",
            text.unwrap_or("no reason given")
        ))
    }

    /// The exception.
    pub(crate) fn raised(self, py: Python<'_>) -> PyErr {
        let (class, kind, message, code) = match self {
            Self::Input { kind, message } => ("InputError", kind, message, 3),
            Self::Program(f) => {
                let class = match f.code() {
                    2 => "UsageError",
                    5 => "OutputError",
                    _ => "InputError",
                };
                (class, f.kind(), f.message().to_owned(), f.code())
            }
            Self::Internal(message) => ("InternalError", "internal", message, 3),
            Self::Python(raised) => return raised,
        };
        match error_class(py, class).and_then(|c| c.call1((message, kind, code))) {
            Ok(error) => PyErr::from_value(error),
            Err(raised) => raised,
        }
    }
}

/// A class of the package's tree of exceptions.
fn error_class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("thecal._errors")?.getattr(name)
}

impl From<PyErr> for Fault {
    fn from(raised: PyErr) -> Self {
        Self::Python(raised)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Program(Box::new(failure))
    }
}

impl From<thecal::Error> for Fault {
    fn from(error: thecal::Error) -> Self {
        Self::Input { kind: error.kind().as_str(), message: error.to_string() }
    }
}

impl From<thecal_voxel::VoxelError> for Fault {
    fn from(error: thecal_voxel::VoxelError) -> Self {
        Self::Input { kind: "voxels", message: error.to_string() }
    }
}

impl From<thecal_mask::SolidError> for Fault {
    fn from(error: thecal_mask::SolidError) -> Self {
        Self::Input { kind: "no_solid", message: error.to_string() }
    }
}

impl From<thecal_mask::RasterError> for Fault {
    fn from(error: thecal_mask::RasterError) -> Self {
        Self::Input { kind: "voxels", message: error.to_string() }
    }
}

impl From<thecal_voxel::memory::TooMuch> for Fault {
    fn from(error: thecal_voxel::memory::TooMuch) -> Self {
        Self::Input { kind: "memory", message: error.to_string() }
    }
}
