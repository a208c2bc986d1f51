//! Where the voxels of an array lie in the patient.

use nalgebra::{Matrix3, Matrix4};
use numpy::{PyArray2, PyArrayMethods as _, PyUntypedArrayMethods as _};
use pyo3::prelude::*;
use thecal_geom::{Point3, Vector3};

use crate::errors::Fault;

/// Where the voxels of an array lie in patient space.
///
/// Arrays are indexed [z, y, x]: shape and spacing are in that order. Points and directions are x, y, z
/// of DICOM's LPS (towards the patient's left, back and head), mm.
///
/// Args:
///     shape_zyx: voxels along the axes of the array.
///     spacing_zyx_mm: distance of voxel centres along the axes of the array, mm.
///     origin_mm: centre of voxel [0, 0, 0], LPS.
///     directions: 3 x 3; its columns are the directions in which the x, the y and the z index grow
///         (SimpleITK's GetDirection, DICOM PS3.3 C.7.6.2.1-1). Default: those of the patient.
///
/// Raises:
///     InputError: a spacing is not positive, or the directions are not unit vectors.
#[pyclass(frozen, module = "thecal", eq)]
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Grid(pub(crate) thecal_voxel::Grid);

/// Which way the first two axes of patient space run.
#[derive(Clone, Copy, PartialEq)]
enum Convention {
    Lps,
    Ras,
}

impl Convention {
    fn new(name: &str) -> Result<Self, Fault> {
        match name {
            "LPS" => Ok(Self::Lps),
            "RAS" => Ok(Self::Ras),
            _ => Err(Fault::argument(format!(
                "convention {name:?}: expected \"RAS\" (nibabel, NIfTI) or \"LPS\" (DICOM, ITK)"
            ))),
        }
    }

    /// LPS from it, and it from LPS: the same mirror.
    fn mirror(self) -> Matrix3<f64> {
        match self {
            Self::Lps => Matrix3::identity(),
            Self::Ras => Matrix3::from_diagonal(&Vector3::new(-1.0, -1.0, 1.0)),
        }
    }
}

impl Grid {
    fn from_axes(
        shape_zyx: [usize; 3],
        spacing_zyx_mm: [f64; 3],
        origin_mm: [f64; 3],
        axes: Matrix3<f64>,
    ) -> Result<Self, Fault> {
        let ([nz, ny, nx], [sz, sy, sx]) = (shape_zyx, spacing_zyx_mm);
        let grid =
            thecal_voxel::Grid::new(Point3::from(origin_mm), axes, [sx, sy, sz], [nx, ny, nz]);
        Ok(Self(grid?))
    }
}

/// A small matrix of numbers, in rows or flat.
fn matrix<const N: usize>(value: &Bound<'_, PyAny>, name: &str) -> Result<[[f64; N]; N], Fault> {
    let numpy = value.py().import("numpy")?;
    let wanted = || Fault::argument(format!("{name}: expected {N} x {N} numbers"));
    let array = numpy.call_method1("asarray", (value, "float64")).map_err(|_| wanted())?;
    let array = array.call_method1("reshape", ((N, N),)).map_err(|_| wanted())?;
    let array = numpy.call_method1("ascontiguousarray", (array,))?;
    let array = array.cast::<PyArray2<f64>>().map_err(PyErr::from)?.readonly();
    debug_assert_eq!(array.shape(), [N, N]);
    let mut rows = [[0.0; N]; N];
    for (to, from) in rows.as_flattened_mut().iter_mut().zip(array.as_array()) {
        *to = *from;
    }
    if rows.as_flattened().iter().all(|x| x.is_finite()) {
        Ok(rows)
    } else {
        Err(Fault::argument(format!("{name}: a number is not finite")))
    }
}

#[pymethods]
impl Grid {
    #[new]
    #[pyo3(signature = (
        shape_zyx,
        spacing_zyx_mm = [1.0, 1.0, 1.0],
        origin_mm = [0.0, 0.0, 0.0],
        directions = None,
    ), text_signature = "(shape_zyx, spacing_zyx_mm=(1.0, 1.0, 1.0), origin_mm=(0.0, 0.0, 0.0), directions=None)")]
    fn new(
        py: Python<'_>,
        shape_zyx: [usize; 3],
        spacing_zyx_mm: [f64; 3],
        origin_mm: [f64; 3],
        directions: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let made = || {
            let axes = match directions {
                None => Matrix3::identity(),
                Some(given) => Matrix3::from_row_iterator(
                    matrix::<3>(given, "directions")?.into_iter().flatten(),
                ),
            };
            Self::from_axes(shape_zyx, spacing_zyx_mm, origin_mm, axes)
        };
        made().map_err(|fault| fault.raised(py))
    }

    /// A grid from an affine matrix.
    ///
    /// Args:
    ///     affine: 4 x 4; takes the indices (x, y, z, 1) of a voxel to its centre in mm.
    ///     shape_zyx: voxels along the axes of the array, which is indexed [z, y, x].
    ///     convention: "RAS" as nibabel's affines, or "LPS" as those of DICOM and ITK.
    ///
    /// Raises:
    ///     InputError: the matrix is singular or not affine, or the convention is neither of both.
    #[staticmethod]
    #[pyo3(signature = (affine, shape_zyx, *, convention))]
    fn from_affine(
        py: Python<'_>,
        affine: &Bound<'_, PyAny>,
        shape_zyx: [usize; 3],
        convention: &str,
    ) -> PyResult<Self> {
        let made = || {
            let mirror = Convention::new(convention)?.mirror();
            let rows = matrix::<4>(affine, "affine")?;
            if rows[3] != [0.0, 0.0, 0.0, 1.0] {
                return Err(Fault::argument("affine: its last row is not 0, 0, 0, 1"));
            }
            let whole = Matrix4::from_row_iterator(rows.into_iter().flatten());
            let steps = mirror * whole.fixed_view::<3, 3>(0, 0);
            let spacing = [0, 1, 2].map(|a| steps.column(a).norm());
            if spacing.contains(&0.0) {
                return Err(Fault::argument("affine: a column is zero, so an axis has no length"));
            }
            let axes = Matrix3::from_fn(|r, c| steps[(r, c)] / spacing[c]);
            let origin = mirror * whole.fixed_view::<3, 1>(0, 3);
            let [sx, sy, sz] = spacing;
            Self::from_axes(shape_zyx, [sz, sy, sx], origin.into(), axes)
        };
        made().map_err(|fault| fault.raised(py))
    }

    /// The grid of a SimpleITK or nibabel image, with all of its orientation.
    ///
    /// Raises:
    ///     InputError: it is neither, or has not three axes.
    #[staticmethod]
    fn from_image<'py>(py: Python<'py>, image: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        py.import("thecal._images")?.call_method1("grid_of", (image,))
    }

    /// Voxels along the axes of the array, z, y, x.
    #[getter]
    fn shape_zyx(&self) -> (usize, usize, usize) {
        self.0.shape().into()
    }

    /// Distance of voxel centres along the axes of the array, z, y, x, mm.
    #[getter]
    fn spacing_zyx_mm(&self) -> (f64, f64, f64) {
        let [x, y, z] = self.0.spacing_mm();
        (z, y, x)
    }

    /// Centre of voxel [0, 0, 0], LPS, mm.
    #[getter]
    fn origin_mm(&self) -> (f64, f64, f64) {
        let [[x, y, z]] = self.0.origin_mm().coords.data.0;
        (x, y, z)
    }

    /// 3 x 3; its columns are the directions in which the x, the y and the z index grow, LPS.
    #[getter]
    fn directions<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<f64>> {
        let axes = self.0.axes();
        let array = ndarray::Array2::from_shape_fn((3, 3), |(r, c)| axes[(r, c)]);
        PyArray2::from_owned_array(py, array)
    }

    /// The 4 x 4 matrix that takes the indices (x, y, z, 1) of a voxel to its centre in mm.
    ///
    /// Args:
    ///     convention: "RAS" for nibabel, or "LPS" for DICOM and ITK.
    fn affine<'py>(
        &self,
        py: Python<'py>,
        convention: &str,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let mirror = Convention::new(convention).map_err(|fault| fault.raised(py))?.mirror();
        let steps = mirror * self.0.patient_from_index_matrix();
        let origin = mirror * self.0.origin_mm().coords;
        let array = ndarray::Array2::from_shape_fn((4, 4), |at| match at {
            (3, c) => f64::from(u8::from(c == 3)),
            (r, 3) => origin[r],
            (r, c) => steps[(r, c)],
        });
        Ok(PyArray2::from_owned_array(py, array))
    }

    fn __repr__(&self) -> String {
        let ([nz, ny, nx], [sx, sy, sz]) = (self.0.shape(), self.0.spacing_mm());
        let o = self.0.origin_mm();
        format!(
            "Grid(shape_zyx=({nz}, {ny}, {nx}), spacing_zyx_mm=({sz}, {sy}, {sx}), origin_mm=({}, {}, {}))",
            o.x, o.y, o.z
        )
    }
}
