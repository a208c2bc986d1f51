//! The voxel core on arrays.

use nalgebra::{Isometry3, Rotation3, Translation3, UnitQuaternion};
use ndarray::Array2;
use numpy::{IntoPyArray as _, PyArray2, PyArray3};
use pyo3::prelude::*;
use thecal_geom::{Mesh, RigidTransform};
use thecal_voxel::edt::{distance_mm_into, signed_distance_mm_into};
use thecal_voxel::{
    Border, Components, Interpolation, MaskView, Neighbours, VolumeView, VolumeViewMut, VoxelError,
    memory,
};

use crate::array::{FieldArray, MaskArray, ResultArray};
use crate::errors::Fault;
use crate::grid::Grid;
use crate::work::interruptible;

type Distances<'py> = Bound<'py, PyArray3<f32>>;
type Inside<'py> = Bound<'py, PyArray3<bool>>;
/// Vertices and triangles.
pub(crate) type Surface<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<u32>>);
/// Voxels, cc, first voxel and one past the last, z, y, x.
type Part = (usize, f64, (usize, usize, usize), (usize, usize, usize));

/// Holds what results need of memory against what is allowed.
pub(crate) fn ask(grid: &Grid, bytes_each: u64) -> Result<(), Fault> {
    Ok(memory::ask((grid.0.len() as u64).saturating_mul(bytes_each))?)
}

#[pyfunction]
pub(crate) fn edt<'py>(
    py: Python<'py>,
    mask: &Bound<'py, PyAny>,
    grid: &Grid,
) -> PyResult<Distances<'py>> {
    let (mask, grid) = (MaskArray::new(mask, "mask").map_err(|e| e.raised(py))?, *grid);
    distances(py, mask, grid, |mask, out| distance_mm_into(mask, out))
}

#[pyfunction]
pub(crate) fn signed_distance<'py>(
    py: Python<'py>,
    mask: &Bound<'py, PyAny>,
    grid: &Grid,
    border: &str,
) -> PyResult<Distances<'py>> {
    let (mask, grid) = (MaskArray::new(mask, "mask").map_err(|e| e.raised(py))?, *grid);
    let border = match border {
        "open" => Border::Open,
        "background" => Border::Background,
        _ => {
            let message = format!("border {border:?}: expected \"open\" or \"background\"");
            return Err(Fault::argument(message).raised(py));
        }
    };
    distances(py, mask, grid, move |mask, out| signed_distance_mm_into(mask, border, out))
}

/// Distances from a mask, written into an array of numpy's.
fn distances<'py>(
    py: Python<'py>,
    mask: MaskArray,
    grid: Grid,
    work: impl FnOnce(MaskView<'_>, VolumeViewMut<'_, f32>) -> Result<(), VoxelError> + Send + 'static,
) -> PyResult<Distances<'py>> {
    ask(&grid, 4).map_err(|e| e.raised(py))?;
    let out = ResultArray::new(py, &grid.0);
    let written = out.shared(py);
    interruptible(py, move || {
        mask.with(|inside| {
            let inside = VolumeView::new(&grid.0, inside)?;
            written.with(|values| Ok(work(inside, VolumeViewMut::new(&grid.0, values)?)?))
        })
    })?;
    Ok(out.into_bound(py))
}

#[pyfunction]
pub(crate) fn margin<'py>(
    py: Python<'py>,
    mask: &Bound<'py, PyAny>,
    margin_mm: f64,
    grid: &Grid,
) -> PyResult<Inside<'py>> {
    let (mask, grid) = (MaskArray::new(mask, "mask").map_err(|e| e.raised(py))?, *grid);
    let found = interruptible(py, move || {
        ask(&grid, 6)?;
        mask.with(|v| {
            let view = VolumeView::new(&grid.0, v)?;
            Ok(thecal_voxel::margin::mask_with_margin(view, margin_mm)?)
        })
    })?;
    Ok(found.into_data().into_pyarray(py))
}

#[pyfunction]
pub(crate) fn components<'py>(
    py: Python<'py>,
    mask: &Bound<'py, PyAny>,
    neighbours: &str,
    grid: &Grid,
) -> PyResult<(Bound<'py, PyArray3<u32>>, Vec<Part>)> {
    let (mask, grid) = (MaskArray::new(mask, "mask").map_err(|e| e.raised(py))?, *grid);
    let neighbours = match neighbours {
        "faces" => Neighbours::Faces,
        "edges" => Neighbours::Edges,
        "corners" => Neighbours::Corners,
        _ => {
            let expected = "expected \"faces\", \"edges\" or \"corners\"";
            return Err(
                Fault::argument(format!("neighbours {neighbours:?}: {expected}")).raised(py)
            );
        }
    };
    let found = interruptible(py, move || {
        ask(&grid, 8)?;
        mask.with(|v| Ok(Components::from_mask(VolumeView::new(&grid.0, v)?, neighbours)))
    })?;
    let zyx = |[i, j, k]: [usize; 3]| (k, j, i);
    let part = |p: &thecal_voxel::Component| {
        (p.voxels, p.volume_cc, zyx(p.bounds.start), zyx(p.bounds.end))
    };
    let parts = found.parts.iter().map(part).collect();
    Ok((found.labels.into_data().into_pyarray(py), parts))
}

#[pyfunction]
pub(crate) fn isosurface<'py>(
    py: Python<'py>,
    level: &Bound<'py, PyAny>,
    grid: &Grid,
) -> PyResult<Surface<'py>> {
    let (level, grid) = (FieldArray::new(level, "level").map_err(|e| e.raised(py))?, *grid);
    let found = interruptible(py, move || {
        level.with(|v| Ok(thecal_voxel::isosurface(VolumeView::new(&grid.0, v)?)))
    })?;
    Ok(surface(py, &found))
}

/// A mesh as two arrays.
pub(crate) fn surface<'py>(py: Python<'py>, mesh: &Mesh) -> Surface<'py> {
    let vertices =
        Array2::from_shape_fn((mesh.vertices_mm.len(), 3), |(v, a)| mesh.vertices_mm[v][a]);
    let triangles = Array2::from_shape_fn((mesh.triangles.len(), 3), |(t, c)| mesh.triangles[t][c]);
    (vertices.into_pyarray(py), triangles.into_pyarray(py))
}

#[pyfunction]
pub(crate) fn resample<'py>(
    py: Python<'py>,
    volume: &Bound<'py, PyAny>,
    grid: &Grid,
    onto: &Grid,
    interpolation: &str,
    outside: f32,
    source_from_target: Option<[f64; 16]>,
) -> PyResult<Distances<'py>> {
    let volume = FieldArray::new(volume, "volume").map_err(|e| e.raised(py))?;
    let (grid, onto) = (*grid, *onto);
    let how = match interpolation {
        "nearest" => Interpolation::Nearest,
        "linear" => Interpolation::Linear,
        "cubic" => Interpolation::Cubic,
        _ => {
            let expected = "expected \"nearest\", \"linear\" or \"cubic\"";
            let told = Fault::argument(format!("interpolation {interpolation:?}: {expected}"));
            return Err(told.raised(py));
        }
    };
    let way = rigid(source_from_target).map_err(|e| e.raised(py))?;
    let found = interruptible(py, move || {
        ask(&onto, 4)?;
        volume.with(|v| Ok(VolumeView::new(&grid.0, v)?.resampled(onto.0, &way, how, outside)))
    })?;
    Ok(found.into_data().into_pyarray(py))
}

/// A rigid transform, checked.
fn rigid(rows: Option<[f64; 16]>) -> Result<Isometry3<f64>, Fault> {
    let Some(rows) = rows else { return Ok(Isometry3::identity()) };
    let found = RigidTransform::from_rows(&rows)
        .map_err(|e| Fault::argument(format!("source_from_target: {e}")))?;
    let r = found.rows();
    let turn = nalgebra::Matrix3::new(r[0], r[1], r[2], r[4], r[5], r[6], r[8], r[9], r[10]);
    let turn = UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(turn));
    Ok(Isometry3::from_parts(Translation3::from(found.translation_mm()), turn))
}
