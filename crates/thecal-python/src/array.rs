//! Arrays that come in: what they must be, and how work looks at them without a copy.

use numpy::{
    Element, PyArray3, PyArrayDescrMethods as _, PyArrayMethods as _, PyReadonlyArray3,
    PyUntypedArray, PyUntypedArrayMethods as _, dtype,
};
use pyo3::prelude::*;
use rayon::prelude::*;
use thecal_voxel::Grid;

use crate::errors::Fault;

/// An array of three axes that work on another thread looks at in place.
pub(crate) struct Held<T: Element> {
    array: Py<PyArray3<T>>,
    name: &'static str,
}

impl<T: Element + Sync> Held<T> {
    /// Does something with the values, slowest axis first, without the interpreter.
    pub(crate) fn with<R: Send>(
        &self,
        f: impl FnOnce(&[T]) -> Result<R, Fault> + Send,
    ) -> Result<R, Fault> {
        let done = Python::try_attach(|py| {
            let array: PyReadonlyArray3<'_, T> = self.array.bind(py).readonly();
            let values = array.as_slice().map_err(|_| not_contiguous(self.name))?;
            py.detach(|| f(values))
        });
        done.unwrap_or_else(|| Err(python_is_ending()))
    }
}

/// A set of voxels: `bool`, or `uint8` of 0 and 1, C-contiguous. It is not copied.
pub(crate) struct MaskArray(Held<u8>);

impl MaskArray {
    pub(crate) fn new(value: &Bound<'_, PyAny>, name: &'static str) -> Result<Self, Fault> {
        let array = untyped(value, name)?;
        let py = value.py();
        let (is_bool, is_u8) = (array.dtype().is_equiv_to(&dtype::<bool>(py)), is_of::<u8>(&array));
        if !(is_bool || is_u8) {
            return Err(Fault::array(format!(
                "{name}: expected dtype bool (or uint8 of 0 and 1), found {}; a structure of a label map \
                 is labels == value",
                array.dtype()
            )));
        }
        three_axes(&array, name)?;
        // Python's bool has the values 0 and 1 in a byte; so may what somebody calls bool have others.
        let bytes = if is_bool { value.call_method1("view", ("uint8",))? } else { value.clone() };
        let array = bytes.cast::<PyArray3<u8>>().map_err(PyErr::from)?.clone().unbind();
        Ok(Self(Held { array, name }))
    }

    /// Does something with the voxels, i fastest, without the interpreter.
    pub(crate) fn with<R: Send>(
        &self,
        f: impl FnOnce(&[bool]) -> Result<R, Fault> + Send,
    ) -> Result<R, Fault> {
        let name = self.0.name;
        self.0.with(|bytes| {
            let inside = bytemuck::checked::try_cast_slice(bytes).map_err(|_| {
                Fault::array(format!(
                    "{name}: a mask has 0 and 1 only, and here are other values; a structure of a label \
                     map is labels == value"
                ))
            })?;
            f(inside)
        })
    }
}

/// Numbers: `float32`, C-contiguous, and then not copied. Other real numbers are converted.
pub(crate) struct FieldArray(Held<f32>);

impl FieldArray {
    pub(crate) fn new(value: &Bound<'_, PyAny>, name: &'static str) -> Result<Self, Fault> {
        let array = untyped(value, name)?;
        three_axes_of_any_layout(&array, name)?;
        if is_of::<f32>(&array) {
            contiguous(&array, name)?;
            let array = value.cast::<PyArray3<f32>>().map_err(PyErr::from)?.clone().unbind();
            return Ok(Self(Held { array, name }));
        }
        // Signed and unsigned integers, and floats of other sizes or byte orders.
        if !matches!(array.dtype().kind(), b'i' | b'u' | b'f') {
            return Err(Fault::array(format!(
                "{name}: expected real numbers (float32 is taken without a copy), found dtype {}",
                array.dtype()
            )));
        }
        let converted = value.py().import("numpy")?.getattr("ascontiguousarray")?;
        let converted = converted.call1((value, "float32"))?;
        let array = converted.cast::<PyArray3<f32>>().map_err(PyErr::from)?.clone().unbind();
        Ok(Self(Held { array, name }))
    }

    /// Does something with the numbers, i fastest, without the interpreter.
    pub(crate) fn with<R: Send>(
        &self,
        f: impl FnOnce(&[f32]) -> Result<R, Fault> + Send,
    ) -> Result<R, Fault> {
        let name = self.0.name;
        self.0.with(|values| {
            if values.par_chunks(1 << 16).any(|part| part.iter().any(|v| v.is_nan())) {
                return Err(Fault::array(format!("{name}: a value is not a number (NaN)")));
            }
            f(values)
        })
    }
}

/// An array of the result, whose values work on another thread writes in place. The memory is numpy's own, which
/// asks for large pages: their first touch takes a fifth of the time.
pub(crate) struct ResultArray(Py<PyArray3<f32>>);

impl ResultArray {
    /// One of zeros on a grid.
    pub(crate) fn new(py: Python<'_>, grid: &Grid) -> Self {
        Self(PyArray3::zeros(py, grid.shape(), false).unbind())
    }

    /// Another hold on the same array.
    pub(crate) fn shared(&self, py: Python<'_>) -> Self {
        Self(self.0.clone_ref(py))
    }

    /// Does something with the values, i fastest, without the interpreter.
    pub(crate) fn with<R: Send>(
        &self,
        f: impl FnOnce(&mut [f32]) -> Result<R, Fault> + Send,
    ) -> Result<R, Fault> {
        let done = Python::try_attach(|py| {
            let mut array = self.0.bind(py).readwrite();
            let values = array.as_slice_mut().map_err(PyErr::from)?;
            py.detach(|| f(values))
        });
        done.unwrap_or_else(|| Err(python_is_ending()))
    }

    /// The array.
    pub(crate) fn into_bound(self, py: Python<'_>) -> Bound<'_, PyArray3<f32>> {
        self.0.into_bound(py)
    }
}

fn python_is_ending() -> Fault {
    Fault::Internal("Python is ending".to_owned())
}

/// Points, one in a row.
pub(crate) fn points(
    value: &Bound<'_, PyAny>,
    name: &str,
) -> Result<Vec<thecal_geom::Point3>, Fault> {
    let numpy = value.py().import("numpy")?;
    // Lists of lists are welcome; what they would become is looked at before it is converted.
    let found = numpy.call_method1("asarray", (value,));
    let found = found.map_err(|e| Fault::array(format!("{name}: {}", e.value(value.py()))))?;
    let array = untyped(&found, "points")?;
    if !matches!(array.dtype().kind(), b'i' | b'u' | b'f') {
        let found = array.dtype();
        return Err(Fault::array(format!("{name}: expected real numbers, found dtype {found}")));
    }
    if array.ndim() != 2 || array.shape()[1] != 3 {
        return Err(Fault::array(format!(
            "{name}: expected an array of shape (n, 3) with x, y, z in a row, found {}",
            shape(&array)
        )));
    }
    let exact = numpy.call_method1("ascontiguousarray", (&found, "float64"))?;
    let exact = exact.cast::<numpy::PyArray2<f64>>().map_err(PyErr::from)?.readonly();
    let numbers = exact.as_slice().map_err(|_| not_contiguous("points"))?;
    let three = numbers.chunks_exact(3);
    Ok(three.map(|p| thecal_geom::Point3::new(p[0], p[1], p[2])).collect())
}

fn is_of<T: Element>(array: &Bound<'_, PyUntypedArray>) -> bool {
    array.dtype().is_equiv_to(&dtype::<T>(array.py()))
}

fn untyped<'py>(
    value: &Bound<'py, PyAny>,
    name: &str,
) -> Result<Bound<'py, PyUntypedArray>, Fault> {
    let array = value.cast::<PyUntypedArray>().map_err(|_| {
        let found = value.get_type().name().map_or_else(|_| "?".to_owned(), |n| n.to_string());
        Fault::array(format!("{name}: expected a numpy array, found {found}"))
    })?;
    // What its mask hides would be measured.
    if value.hasattr("filled")? && value.hasattr("mask")? {
        return Err(Fault::array(format!(
            "{name}: expected a plain numpy array, found a masked one; fill it first"
        )));
    }
    Ok(array.clone())
}

fn three_axes(array: &Bound<'_, PyUntypedArray>, name: &'static str) -> Result<(), Fault> {
    three_axes_of_any_layout(array, name)?;
    contiguous(array, name)
}

fn three_axes_of_any_layout(array: &Bound<'_, PyUntypedArray>, name: &str) -> Result<(), Fault> {
    if array.ndim() != 3 {
        return Err(Fault::array(format!(
            "{name}: expected 3 axes (z, y, x), found {} of shape {}",
            array.ndim(),
            shape(array)
        )));
    }
    if array.shape().contains(&0) {
        let found = shape(array);
        return Err(Fault::array(format!("{name}: an array of shape {found} has no voxels")));
    }
    Ok(())
}

fn contiguous(array: &Bound<'_, PyUntypedArray>, name: &'static str) -> Result<(), Fault> {
    if array.is_c_contiguous() { Ok(()) } else { Err(not_contiguous(name)) }
}

fn not_contiguous(name: &str) -> Fault {
    Fault::array(format!(
        "{name}: the array is not C-contiguous (x fastest); numpy.ascontiguousarray({name}) makes a copy \
         that is, and of an array in x, y, z order its transpose .T often is already"
    ))
}

fn shape(array: &Bound<'_, PyUntypedArray>) -> String {
    let sizes: Vec<String> = array.shape().iter().map(usize::to_string).collect();
    format!("({})", sizes.join(", "))
}
