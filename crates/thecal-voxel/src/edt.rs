//! Exact Euclidean distance between voxel centres, in mm, on anisotropic grids.
//!
//! A. Meijster, J. B. T. M. Roerdink, W. H. Hesselink: A general algorithm for computing distance
//! transforms in linear time. Mathematical Morphology (2000) 331-340,
//! doi:10.1007/0-306-47025-X_36, with the lower envelope of Felzenszwalb and Huttenlocher (2012).
//! Squared distances are separable: one pass along each axis. The first two passes run together
//! on one slice while it is in cache, so that the volume crosses the memory bus twice.
//!
//! ```
//! use thecal_geom::Point3;
//! use thecal_voxel::{Grid, Volume, edt};
//!
//! // One voxel of a CT, and how far the others lie from it.
//! let grid = Grid::axis_aligned(Point3::origin(), [1.0, 1.0, 3.0], [9, 9, 5])?;
//! let mask = Volume::from_fn(grid, |voxel| voxel == [4, 4, 2]);
//! let away_mm = edt::distance_mm(&mask)?;
//! assert_eq!(away_mm.get([8, 4, 3]), Some(&5.0));
//! # Ok::<(), thecal_voxel::VoxelError>(())
//! ```

mod border;
mod column;
mod crowded;
mod envelope;
mod nearest;
mod row;
mod squares;

pub use border::Border;
pub use nearest::Nearest;

use crate::error::{VoxelError, positive};
use crate::grid::{Grid, IndexBox};
use crate::simd::{Vectorised, vectorised};
use crate::view::{MaskView, VolumeViewMut};
use crate::volume::{Mask, Volume};
use column::{ColumnPass, Scratch};
use rayon::prelude::*;
use row::RowScratch;
use squares::Squares;

/// Distance of every voxel centre to the nearest voxel centre of the mask, mm; 0 in the mask.
///
/// An empty mask is infinitely far from everywhere: every value is infinite.
///
/// # Error
/// Exact but for rounding to `f32` (relative 2e-7).
///
/// # Errors
/// On a grid with sheared axes.
pub fn distance_mm<'a>(mask: impl Into<MaskView<'a>>) -> Result<Volume<f32>, VoxelError> {
    transform(false, mask.into(), Border::Open, f32::INFINITY, true)
}

/// [`distance_mm`] into a volume, or memory of somebody else, that is there already: the first touch of
/// fresh memory takes a third of the time.
///
/// # Errors
/// On a grid with sheared axes, or when the volume's grid is not the mask's.
pub fn distance_mm_into<'a, 'o>(
    mask: impl Into<MaskView<'a>>,
    out: impl Into<VolumeViewMut<'o, f32>>,
) -> Result<(), VoxelError> {
    transform_into(false, mask.into(), Border::Open, f32::INFINITY, true, out.into())
}

/// [`signed_distance_mm`] into a volume that is there already, as [`distance_mm_into`].
///
/// # Errors
/// On a grid with sheared axes, or when the volume's grid is not the mask's.
pub fn signed_distance_mm_into<'a, 'o>(
    mask: impl Into<MaskView<'a>>,
    border: Border,
    out: impl Into<VolumeViewMut<'o, f32>>,
) -> Result<(), VoxelError> {
    transform_into(true, mask.into(), border, f32::INFINITY, true, out.into())
}

/// Squared distance of every voxel centre to the nearest voxel centre of the mask, mm².
///
/// As [`distance_mm`] without the root.
///
/// # Errors
/// On a grid with sheared axes.
pub fn squared_distance_mm2<'a>(mask: impl Into<MaskView<'a>>) -> Result<Volume<f32>, VoxelError> {
    transform(false, mask.into(), Border::Open, f32::INFINITY, false)
}

/// Signed distance between voxel centres, mm: outside to the nearest voxel of the mask, inside
/// minus the distance to the nearest voxel outside. Infinite where there is none.
///
/// There is no zero: across the surface the value jumps from minus to plus one step. The surface
/// of the voxels themselves lies half a step outside the last inner centre.
///
/// # Errors
/// On a grid with sheared axes.
pub fn signed_distance_mm<'a>(
    mask: impl Into<MaskView<'a>>,
    border: Border,
) -> Result<Volume<f32>, VoxelError> {
    transform(true, mask.into(), border, f32::INFINITY, true)
}

/// [`distance_mm`] up to `band_mm`, infinite beyond, on the part of the grid that the band
/// reaches; the rest is not touched.
///
/// # Errors
/// When the mask is empty, the band is no positive number, or the axes are sheared.
pub fn band_mm(mask: &Mask, band_mm: f64) -> Result<Volume<f32>, VoxelError> {
    let part = cropped_to_band(mask, band_mm)?;
    transform(false, (&part).into(), Border::Open, limit2(band_mm), true)
}

/// [`signed_distance_mm`] up to `band_mm` on both sides, infinite beyond, on the part of the grid
/// that the band reaches.
///
/// # Errors
/// When the mask is empty, the band is no positive number, or the axes are sheared.
pub fn signed_band_mm(
    mask: &Mask,
    band_mm: f64,
    border: Border,
) -> Result<Volume<f32>, VoxelError> {
    let part = cropped_to_band(mask, band_mm)?;
    // The cut sides lie in the band around the mask, so the border rule still means the grid's.
    transform(true, (&part).into(), border, limit2(band_mm), true)
}

fn limit2(band_mm: f64) -> f32 {
    // A little more than the square, so that a voxel exactly at the limit is kept.
    (band_mm * band_mm * (1.0 + 1e-6)) as f32
}

/// The mask's bounding box widened by `band_mm`, as far as the grid goes.
pub(crate) fn cropped_to_band(mask: &Mask, band_mm: f64) -> Result<Mask, VoxelError> {
    positive("band_mm", band_mm)?;
    let found = mask.bounds().ok_or(VoxelError::EmptyMask)?;
    mask.cropped(widened(mask.grid(), found, band_mm))
}

/// A box widened to all sides, as far as the grid goes.
pub(crate) fn widened(grid: &Grid, found: IndexBox, by_mm: f64) -> IndexBox {
    let (spacing, size) = (grid.spacing_mm(), grid.size());
    let steps = [0, 1, 2].map(|a| ((by_mm / spacing[a]).floor() as usize).saturating_add(1));
    IndexBox {
        start: [0, 1, 2].map(|a| found.start[a].saturating_sub(steps[a])),
        end: [0, 1, 2].map(|a| found.end[a].saturating_add(steps[a]).min(size[a])),
    }
}

// What the public functions, which are generic, come down to is not: it is compiled once, here, and not again
// in every crate that asks for distances.
fn transform(
    signed: bool,
    mask: MaskView<'_>,
    border: Border,
    limit2_mm2: f32,
    root: bool,
) -> Result<Volume<f32>, VoxelError> {
    mask.grid().need_orthogonal()?;
    let mut out = Volume::filled(*mask.grid(), 0.0_f32);
    transform_into(signed, mask, border, limit2_mm2, root, (&mut out).into())?;
    Ok(out)
}

fn transform_into(
    signed: bool,
    mask: MaskView<'_>,
    border: Border,
    limit2_mm2: f32,
    root: bool,
    out: VolumeViewMut<'_, f32>,
) -> Result<(), VoxelError> {
    mask.grid().need_orthogonal()?;
    if out.grid() != mask.grid() {
        return Err(VoxelError::Shape { found: out.grid().shape(), expected: mask.grid().shape() });
    }
    if signed {
        passes::<true>(mask, border, limit2_mm2, root, out);
    } else {
        passes::<false>(mask, border, limit2_mm2, root, out);
    }
    Ok(())
}

/// The three passes along rows, columns and slices.
fn passes<const SIGNED: bool>(
    mask: MaskView<'_>,
    border: Border,
    limit2_mm2: f32,
    root: bool,
    mut out: VolumeViewMut<'_, f32>,
) {
    let [nx, ny, nz] = mask.grid().size();
    let [sx, sy, sz] = mask.grid().spacing_mm();
    let squares = Squares::new(nx, sx);
    let pass = ColumnPass { spacing_mm: sy, limit2_mm2, border, root: false };
    out.values_mut().par_chunks_mut(nx * ny).zip(mask.values().par_chunks(nx * ny)).for_each_init(
        || (Scratch::new(ny, sy), RowScratch::new(nx)),
        |(scratch, rows), (slice, mask)| {
            vectorised(Slice::<SIGNED> {
                slice,
                mask,
                nx,
                squares: &squares,
                pass: &pass,
                scratch,
                rows,
            });
        },
    );
    let pass = ColumnPass { spacing_mm: sz, limit2_mm2, border, root };
    rows_by_j(out.values_mut(), nx, ny, nz).into_par_iter().for_each_init(
        || Scratch::new(nz, sz),
        |scratch, mut rows| {
            vectorised(Plane::<SIGNED> { rows: &mut rows, pass: &pass, scratch });
        },
    );
}

/// First and second pass over one slice.
struct Slice<'a, const SIGNED: bool> {
    slice: &'a mut [f32],
    mask: &'a [bool],
    nx: usize,
    squares: &'a Squares,
    pass: &'a ColumnPass,
    scratch: &'a mut Scratch,
    rows: &'a mut RowScratch,
}

impl<const SIGNED: bool> Vectorised for Slice<'_, SIGNED> {
    #[inline(always)]
    fn run(self) {
        let mut any = false;
        let rows = self.slice.chunks_exact_mut(self.nx);
        for (out, mask) in rows.zip(self.mask.chunks_exact(self.nx)) {
            any |= row::row::<SIGNED>(mask, out, self.squares, self.pass.border, self.rows);
        }
        if any {
            let mut rows: Vec<&mut [f32]> = self.slice.chunks_exact_mut(self.nx).collect();
            self.pass.run::<SIGNED>(&mut rows, self.scratch);
        }
    }
}

/// Third pass over the rows of all slices that share a j.
struct Plane<'a, 'r, const SIGNED: bool> {
    rows: &'a mut [&'r mut [f32]],
    pass: &'a ColumnPass,
    scratch: &'a mut Scratch,
}

impl<const SIGNED: bool> Vectorised for Plane<'_, '_, SIGNED> {
    #[inline(always)]
    fn run(self) {
        self.pass.run::<SIGNED>(self.rows, self.scratch);
    }
}

/// The rows of all slices that share a j: the planes of the third pass.
fn rows_by_j<T>(values: &mut [T], nx: usize, ny: usize, nz: usize) -> Vec<Vec<&mut [T]>> {
    let mut planes: Vec<Vec<&mut [T]>> = (0..ny).map(|_| Vec::with_capacity(nz)).collect();
    for (row, values) in values.chunks_exact_mut(nx).enumerate() {
        planes[row % ny].push(values);
    }
    planes
}
