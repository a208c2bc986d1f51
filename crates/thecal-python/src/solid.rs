//! Solids.

use std::path::PathBuf;
use std::sync::Arc;

use numpy::{IntoPyArray as _, PyArray1, PyArray3};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use thecal::Settings;
use thecal_geom::{Contour, ContourKind};
use thecal_mask::raster::rasterised;
use thecal_mask::{EndRule, InPlane, ThroughPlane};
use thecal_voxel::{FULL, Slices, VolumeView, slice_axis};

use crate::array::{MaskArray, points};
use crate::errors::Fault;
use crate::gap::Gap;
use crate::grid::Grid;
use crate::voxel::{Surface, ask, surface};
use crate::work::interruptible;

/// A structure in patient space, whatever it came from: contours, a mask or a file. LPS, mm.
///
/// A solid never changes. It can be shared between threads.
#[pyclass(frozen, module = "thecal")]
pub(crate) struct Solid(pub(crate) Arc<thecal_mask::Solid>);

/// The end rule of a name.
pub(crate) fn end_rule(name: &str) -> Result<EndRule, Fault> {
    match name {
        "half_slice" => Ok(EndRule::HalfSlice),
        "plane" => Ok(EndRule::Plane),
        "rounded" => Ok(EndRule::Rounded),
        _ => Err(Fault::argument(format!(
            "ends {name:?}: expected \"half_slice\", \"plane\" or \"rounded\""
        ))),
    }
}

/// How a mask is made.
enum Convention {
    Inside,
    Raster(InPlane),
}

impl Convention {
    fn new(name: &str) -> Result<Self, Fault> {
        Ok(match name {
            "solid" => Self::Inside,
            "pixel_centre" => Self::Raster(InPlane::PixelCentre),
            "inclusive_edge" => Self::Raster(InPlane::InclusiveEdge),
            "half_covered" => Self::Raster(InPlane::Coverage { least: 0.5 }),
            _ => {
                return Err(Fault::argument(format!(
                    "convention {name:?}: expected \"solid\", \"pixel_centre\", \"inclusive_edge\" or \
                     \"half_covered\""
                )));
            }
        })
    }
}

#[pymethods]
impl Solid {
    /// The solid of contours: one surface through all of them, interpolated between their planes.
    ///
    /// Args:
    ///     contours: arrays of shape (n, 3), each a closed polygon on one plane; x, y, z in LPS, mm. Planes
    ///         of any orientation, all parallel; a polygon within another is a hole (even-odd).
    ///     ends: where the solid ends past its last planes: "half_slice", "plane" or "rounded".
    ///     plane_spacing_mm: distance of planes, where there is one plane only.
    ///
    /// Raises:
    ///     InputError: no contour bounds an area, they do not lie on parallel planes, or a number is not
    ///         finite.
    ///
    /// Source: docs/method.md, section 1.
    #[staticmethod]
    #[pyo3(signature = (contours, *, ends = "half_slice", plane_spacing_mm = 1.0))]
    fn from_contours(
        py: Python<'_>,
        contours: Vec<Bound<'_, PyAny>>,
        ends: &str,
        plane_spacing_mm: f64,
    ) -> PyResult<Self> {
        let read = || {
            let ends = end_rule(ends)?;
            if !(plane_spacing_mm.is_finite() && plane_spacing_mm > 0.0) {
                return Err(Fault::argument(format!(
                    "plane_spacing_mm {plane_spacing_mm}: expected a length above 0"
                )));
            }
            let mut drawn = Vec::with_capacity(contours.len());
            for (contour, number) in contours.iter().zip(1..) {
                let points_mm = points(contour, &format!("contour {number}"))?;
                drawn.push(Contour { number, kind: ContourKind::ClosedPlanar, points_mm });
            }
            Ok((drawn, ends))
        };
        let (drawn, ends) = read().map_err(|fault| fault.raised(py))?;
        let made = interruptible(py, move || {
            Ok(thecal_mask::Solid::from_contours(&drawn, ends, plane_spacing_mm)?)
        })?;
        Ok(Self(Arc::new(made)))
    }

    /// The solid of a mask: a surface finer than the voxels.
    ///
    /// Where the voxels lie is said in one of these ways: by an image that carries it, by `grid`, by `affine`
    /// with its `convention`, or by spacing, origin and directions.
    ///
    /// Args:
    ///     mask: an array of bool, or of uint8 with 0 and 1, indexed [z, y, x] and C-contiguous (it is not
    ///         copied); or a SimpleITK or nibabel image, which says itself where its voxels lie.
    ///     grid: where the voxels lie.
    ///     affine: 4 x 4; takes the indices (x, y, z, 1) of a voxel to mm.
    ///     convention: that of the affine: "RAS" (nibabel) or "LPS" (DICOM, ITK). It must be said.
    ///     spacing_zyx_mm: distance of voxel centres along the axes of the array, mm.
    ///     origin_mm: centre of voxel [0, 0, 0], LPS, mm.
    ///     directions: 3 x 3, columns of unit length (SimpleITK's GetDirection).
    ///     label: the value of the structure, where a label image is given.
    ///     ends: where the solid ends past its last slices.
    ///
    /// Raises:
    ///     InputError: the array is not such a mask or has nothing in it, or it is not said where it lies.
    ///
    /// Source: docs/method.md, section 1.
    #[staticmethod]
    #[pyo3(signature = (
        mask,
        grid = None,
        *,
        affine = None,
        convention = None,
        spacing_zyx_mm = None,
        origin_mm = None,
        directions = None,
        label = None,
        ends = "half_slice",
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are told apart by their names in Python")]
    fn from_mask<'py>(
        py: Python<'py>,
        mask: &Bound<'py, PyAny>,
        grid: Option<&Bound<'py, PyAny>>,
        affine: Option<&Bound<'py, PyAny>>,
        convention: Option<&str>,
        spacing_zyx_mm: Option<&Bound<'py, PyAny>>,
        origin_mm: Option<&Bound<'py, PyAny>>,
        directions: Option<&Bound<'py, PyAny>>,
        label: Option<i64>,
        ends: &str,
    ) -> PyResult<Self> {
        let placed = PyDict::new(py);
        placed.set_item("grid", grid)?;
        placed.set_item("affine", affine)?;
        placed.set_item("convention", convention)?;
        placed.set_item("spacing_zyx_mm", spacing_zyx_mm)?;
        placed.set_item("origin_mm", origin_mm)?;
        placed.set_item("directions", directions)?;
        placed.set_item("label", label)?;
        let images = py.import("thecal._images")?;
        let found = images.getattr("placed_mask")?.call((mask,), Some(&placed))?;
        let (mask, grid): (Bound<'py, PyAny>, Bound<'py, Grid>) = found.extract()?;
        let ends = end_rule(ends).map_err(|fault| fault.raised(py))?;
        let mask = MaskArray::new(&mask, "mask").map_err(|fault| fault.raised(py))?;
        let grid = *grid.get();
        let made = interruptible(py, move || {
            let axis = slice_axis(&grid.0);
            let slices = mask.with(|v| {
                let part = |inside: &bool| if *inside { FULL } else { 0 };
                Ok(Slices::of_volume(VolumeView::new(&grid.0, v)?, axis, part)?)
            })?;
            Ok(thecal_mask::Solid::from_mask(&slices, ends, grid.0.spacing_mm()[axis])?)
        })?;
        Ok(Self(Arc::new(made)))
    }

    /// The solid of one structure of an RTSTRUCT; of a SEG, a mask file or a folder with a study as well.
    ///
    /// Args:
    ///     path: the file, or a folder that is searched below.
    ///     name: the structure's name; `NAME#2` is the second of that name.
    ///     ends: where the solid ends past its last planes.
    ///
    /// Raises:
    ///     InputError: the file cannot be read, has no such structure, or it bounds no solid. The message
    ///         lists the names that there are.
    #[staticmethod]
    #[pyo3(signature = (path, name, *, ends = "half_slice"))]
    fn from_rtstruct(py: Python<'_>, path: PathBuf, name: String, ends: &str) -> PyResult<Self> {
        let ends = end_rule(ends).map_err(|fault| fault.raised(py))?;
        let made = interruptible(py, move || {
            let settings = Settings { ends, ..Settings::default() };
            Ok(thecal::solid(&[path], &name, &settings)?)
        })?;
        Ok(Self(Arc::new(made)))
    }

    /// The gap to another solid.
    ///
    /// Args:
    ///     other: the other solid, in the same coordinates.
    ///     within: this one lies within the other, as the cord in its sac; the gap is then how far its
    ///         surface lies inside.
    ///
    /// Raises:
    ///     InputError: one lies within the other by its drawing, and they share no plane.
    #[pyo3(signature = (other, *, within = false))]
    fn gap(&self, py: Python<'_>, other: &Self, within: bool) -> PyResult<Gap> {
        Gap::between(py, [self.0.clone(), other.0.clone()], within)
    }

    /// Signed distance of points to the surface, mm, negative inside.
    ///
    /// Args:
    ///     points_mm: shape (n, 3), LPS, mm.
    ///
    /// Returns:
    ///     float64 of shape (n,). Right to 0.016 / r mm beside a surface of radius of curvature r mm, and
    ///     to 0.18 mm beside a sharp edge; NaN for a point that is not finite.
    ///
    /// Raises:
    ///     InputError: the array has another shape or dtype.
    fn signed_distance<'py>(
        &self,
        py: Python<'py>,
        points_mm: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let at = points(points_mm, "points_mm").map_err(|fault| fault.raised(py))?;
        let solid = Arc::clone(&self.0);
        let found = interruptible(py, move || Ok(thecal_margin::signed_distances_mm(&solid, &at)))?;
        Ok(found.into_pyarray(py))
    }

    /// The voxels of a grid that belong to the solid.
    ///
    /// Args:
    ///     grid: where the voxels lie.
    ///     convention: "solid": centres inside the solid, between planes, too. For comparison with other
    ///         programs, which fill slices with the contours drawn on them: "pixel_centre" (plastimatch,
    ///         SlicerRT), "inclusive_edge" (OpenCV's fill), "half_covered" (half of the pixel's area).
    ///
    /// Returns:
    ///     bool of shape grid.shape_zyx.
    ///
    /// Raises:
    ///     InputError: the grid's slices are not parallel to the planes (all but "solid"), or it is too
    ///         large for the memory that is allowed.
    #[pyo3(signature = (grid, convention = "solid"))]
    fn to_mask<'py>(
        &self,
        py: Python<'py>,
        grid: &Grid,
        convention: &str,
    ) -> PyResult<Bound<'py, PyArray3<bool>>> {
        let how = Convention::new(convention).map_err(|fault| fault.raised(py))?;
        let (solid, grid) = (Arc::clone(&self.0), *grid);
        let found = interruptible(py, move || {
            ask(&grid, 5)?;
            Ok(match how {
                Convention::Inside => solid.mask_on(&grid.0)?,
                Convention::Raster(rule) => rasterised(&solid, &grid.0, rule, ThroughPlane::Slab)?,
            })
        })?;
        Ok(found.into_data().into_pyarray(py))
    }

    /// How much of each voxel of a grid lies inside, 0 to 1.
    ///
    /// Returns:
    ///     float32 of shape grid.shape_zyx.
    fn coverage<'py>(&self, py: Python<'py>, grid: &Grid) -> PyResult<Bound<'py, PyArray3<f32>>> {
        let (solid, grid) = (Arc::clone(&self.0), *grid);
        let found = interruptible(py, move || {
            ask(&grid, 8)?;
            Ok(solid.coverage_on(&grid.0)?)
        })?;
        Ok(found.into_data().into_pyarray(py))
    }

    /// The surface as a closed mesh, wound outwards.
    ///
    /// Args:
    ///     triangles: at most as many, where the shape allows.
    ///
    /// Returns:
    ///     vertices, float64 of shape (n, 3), LPS, mm; triangles, uint32 of shape (m, 3).
    #[pyo3(signature = (triangles = 15_000))]
    fn mesh<'py>(&self, py: Python<'py>, triangles: usize) -> PyResult<Surface<'py>> {
        let solid = Arc::clone(&self.0);
        let found = interruptible(py, move || Ok(thecal::mesh_of(&solid, triangles)?))?;
        Ok(surface(py, &found))
    }

    /// The volume of the contours: areas times the thickness of their slabs, cc.
    #[getter]
    fn volume_cc(&self) -> f64 {
        self.0.volume_cc()
    }

    /// Positions of the planes along their normal, ascending, mm.
    #[getter]
    fn planes_mm(&self) -> Vec<f64> {
        self.0.planes_mm().to_vec()
    }

    /// The corners of a box that holds the solid, LPS, mm: lowest and highest x, y, z.
    #[getter]
    fn bounds_mm(&self) -> ((f64, f64, f64), (f64, f64, f64)) {
        let (lo, hi) = self.0.bounds();
        ((lo.x, lo.y, lo.z), (hi.x, hi.y, hi.z))
    }

    /// What was dropped, repaired or doubtful: codes (docs/warnings.md) and messages.
    #[getter]
    fn warnings(&self) -> Vec<(String, String)> {
        self.0.warnings().iter().map(|w| (w.code.to_owned(), w.message.clone())).collect()
    }

    fn __repr__(&self) -> String {
        format!("Solid({:.2} cc on {} planes)", self.0.volume_cc(), self.0.planes_mm().len())
    }
}
