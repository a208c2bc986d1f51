//! Contours to masks under the conventions of other programs, so that a difference from one of
//! them can be explained. For measuring use the solid itself.

mod contours;

pub use contours::{Combine, ContourRule, PlaneRounding, contours_on, pixels};

use crate::scanline::{self, Lattice, Window};
use crate::solid::Solid;
use rayon::prelude::*;
use thecal_geom::{Point2, Region};
use thecal_voxel::{Grid, Mask, Volume, VoxelError};

/// Which pixels of a slice belong to a drawn region.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum InPlane {
    /// Pixels whose centre lies inside by the even-odd rule; a centre on an edge belongs to the
    /// region on the side of larger indices. As plastimatch (`--xor-contours`) and SlicerRT.
    PixelCentre,
    /// Points rounded to pixels, the outline drawn one pixel wide and filled, each ring taken
    /// against the others by exclusive or. As programs built on OpenCV's or PIL's polygon fill
    /// (DicomRTTool; rt-utils fills all rings of a slice together, [`Combine::Together`]); small
    /// structures come out up to 30 % too large.
    InclusiveEdge,
    /// At least half of `n` by `n` points spread over the pixel lie inside.
    Supersampled {
        /// Points along each side of a pixel, 1 to 64.
        n: usize,
    },
    /// At least this fraction of the pixel's area lies inside, 0 to 1. Exact areas.
    Coverage {
        /// Least fraction; 0 asks for any area at all.
        least: f64,
    },
}

/// Which slices a contour plane fills.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum ThroughPlane {
    /// The slices within half a slice of the plane: what lies between planes further apart stays
    /// empty.
    OwnSlice,
    /// The one slice that the plane lies nearest to, at most half a slice away: contours off the
    /// grid's slices are moved onto them, and those of several planes that meet on one slice are
    /// taken together. As programs that round a plane's position to the number of a slice.
    NearestSlice,
    /// The slices nearer to it than to any other plane, half a usual step past the last ones: each
    /// plane stands for a slab.
    #[default]
    Slab,
}

/// Why contours could not be made into a mask.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RasterError {
    /// The grid's slices are not the contours' planes.
    #[error(
        "the grid's slices are not parallel to the contour planes; resample the grid, or use the \
         solid's own mask"
    )]
    NotParallel,
    /// A number out of its range.
    #[error("{what} is {found}; {expected}")]
    Argument {
        /// Which one.
        what: &'static str,
        /// What was given.
        found: f64,
        /// What is needed.
        expected: &'static str,
    },
    /// The grid.
    #[error(transparent)]
    Voxel(#[from] VoxelError),
}

/// The mask of a structure's contours on a grid under named conventions.
///
/// # Errors
/// When the grid's slices are not parallel to the planes, or a number is out of range.
///
/// # Example
/// ```
/// # use std::f64::consts::TAU;
/// # use thecal_geom::{Contour, ContourKind, Point3};
/// # use thecal_mask::{EndRule, Solid};
/// # /// A tube along z, from -20 to 20 mm, drawn on planes 2 mm apart with a point every 2 degrees.
/// # fn tube(x_mm: f64, radius_mm: f64) -> Solid {
/// #     let contours: Vec<Contour> = (-10..=10)
/// #         .map(|k| Contour {
/// #             number: 1,
/// #             kind: ContourKind::ClosedPlanar,
/// #             points_mm: (0..180)
/// #                 .map(|i| {
/// #                     let (sin, cos) = (TAU * f64::from(i) / 180.0).sin_cos();
/// #                     Point3::new(x_mm + radius_mm * cos, radius_mm * sin, 2.0 * f64::from(k))
/// #                 })
/// #                 .collect(),
/// #         })
/// #         .collect();
/// #     Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
/// # }
/// use thecal_mask::raster::{InPlane, ThroughPlane, rasterised};
/// use thecal_voxel::Grid;
///
/// let cord = tube(0.0, 5.2);
/// let grid = Grid::axis_aligned(Point3::new(-8.0, -8.0, -20.0), [1.0, 1.0, 2.0], [17, 17, 21])?;
/// let mask = rasterised(&cord, &grid, InPlane::PixelCentre, ThroughPlane::OwnSlice)?;
/// // 89 pixel centres lie within 5.2 mm of the middle, on each of 21 planes.
/// assert_eq!(mask.count(), 89 * 21);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rasterised(
    solid: &Solid,
    grid: &Grid,
    in_plane: InPlane,
    through: ThroughPlane,
) -> Result<Mask, RasterError> {
    check(in_plane)?;
    per_slice(solid, grid, through, false, |rings, window, slice, nx, _| {
        for (c, set) in chosen(rings, window, in_plane).into_iter().enumerate() {
            let [i, j] = window.column(c);
            slice[j * nx + i] |= set;
        }
    })
}

/// Refuses numbers that a rule cannot have.
fn check(in_plane: InPlane) -> Result<(), RasterError> {
    match in_plane {
        InPlane::Supersampled { n } if n == 0 || n > 64 => {
            let expected = "1 to 64 points are possible";
            Err(RasterError::Argument { what: "n", found: n as f64, expected })
        }
        InPlane::Coverage { least } if !(0.0..=1.0).contains(&least) => {
            let expected = "a fraction from 0 to 1 is needed";
            Err(RasterError::Argument { what: "least", found: least, expected })
        }
        _ => Ok(()),
    }
}

/// The pixels of a window that belong to rings.
fn chosen(rings: &[Vec<Point2>], window: &Window, in_plane: InPlane) -> Vec<bool> {
    match in_plane {
        InPlane::PixelCentre => scanline::inside(rings, window),
        InPlane::InclusiveEdge => scanline::inclusive(rings, window),
        InPlane::Supersampled { n } => scanline::supersampled(rings, window, n),
        InPlane::Coverage { least } => scanline::area_fraction(rings, window)
            .into_iter()
            // An exact half must not be lost to the last bit of a sum.
            .map(|f| if least > 0.0 { f >= least - 1e-9 } else { f > 1e-9 })
            .collect(),
    }
}

/// The fraction of every pixel's area that lies inside the region drawn for its slice, 0 to 1; the
/// mean of the planes where several fall on one slice.
///
/// # Error
/// Exact up to rounding within the plane. Through the planes the region is that of one plane; for
/// the coverage of a voxel by the solid between planes use [`Solid::coverage_on`].
///
/// # Errors
/// When the grid's slices are not parallel to the planes.
pub fn area_fraction(
    solid: &Solid,
    grid: &Grid,
    through: ThroughPlane,
) -> Result<Volume<f32>, RasterError> {
    per_slice(solid, grid, through, 0.0_f32, |rings, window, slice, nx, planes| {
        for (c, f) in scanline::area_fraction(rings, window).into_iter().enumerate() {
            let [i, j] = window.column(c);
            slice[j * nx + i] += (f / planes as f64) as f32;
        }
    })
}

fn per_slice<T: Copy + Send>(
    solid: &Solid,
    grid: &Grid,
    through: ThroughPlane,
    empty: T,
    draw: impl Fn(&[Vec<Point2>], &Window, &mut [T], usize, usize) + Sync,
) -> Result<Volume<T>, RasterError> {
    let lattice = Lattice::new(grid, solid.frame()).ok_or(RasterError::NotParallel)?;
    let drawn: Vec<(f64, &Region)> = solid.drawn().collect();
    let [nx, ny, _] = grid.size();
    let mut out = Volume::filled(*grid, empty);
    out.values_mut().par_chunks_mut(nx * ny).enumerate().for_each(|(k, slice)| {
        let planes = planes_of(solid, lattice.w_mm(k), lattice.slice_mm(), through);
        for &(_, region) in drawn.iter().filter(|d| planes.iter().any(|p| (d.0 - p).abs() < 1e-6)) {
            // One island at a time: planes may be drawn as several parts.
            let rings = lattice.rings(region);
            if let Some(window) = scanline::window(rings.iter(), 1.0, [nx, ny]) {
                draw(&rings, &window, slice, nx, planes.len());
            }
        }
    });
    Ok(out)
}

/// The planes that a slice shows.
fn planes_of(solid: &Solid, w: f64, slice_mm: f64, through: ThroughPlane) -> Vec<f64> {
    let planes = solid.planes_mm().iter().copied();
    let reach = match through {
        ThroughPlane::OwnSlice | ThroughPlane::NearestSlice => 0.5 * slice_mm,
        // A step that misses planes is left open in the middle, not filled from its sides.
        ThroughPlane::Slab => 0.5 * solid.spacing_mm(),
    };
    // Half-open, so that a slice half way between two belongs to one.
    let near = |plane: &f64| plane - w <= reach - 1e-9 && w - plane <= reach + 1e-9;
    match through {
        ThroughPlane::NearestSlice => planes.filter(near).collect(),
        ThroughPlane::OwnSlice | ThroughPlane::Slab => {
            let nearest = planes.min_by(|a, b| (a - w).abs().total_cmp(&(b - w).abs()));
            nearest.filter(near).into_iter().collect()
        }
    }
}
