//! Contours one by one, as files have them, to pixels under the rules of other programs: nothing is
//! repaired, no plane is merged with another, and no ring is known to be a hole.

use rayon::prelude::*;
use thecal_geom::{Contour, Point2};
use thecal_voxel::{Grid, IndexBox, Mask, Volume};

use super::{InPlane, RasterError, check, chosen};
use crate::scanline::{self, Window};

/// How the contours of one slice are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Combine {
    /// Pixels of an odd number of contours: a ring in a ring is a hole, and two alike are nothing.
    ExclusiveOr,
    /// Pixels of any contour: holes are filled.
    Union,
    /// One fill of all of them by even-odd; with [`InPlane::InclusiveEdge`] the outline of every
    /// contour is in it, that of a hole as well.
    Together,
}

/// Where the slice of a contour is that lies half way between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlaneRounding {
    /// The one of the even number, as Python and numpy round.
    HalfToEven,
    /// The one of the larger number, as C rounds what is positive.
    HalfUp,
}

/// How a program makes pixels of contours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContourRule {
    /// Which pixels belong to a contour.
    pub in_plane: InPlane,
    /// How the contours of a slice are put together.
    pub combine: Combine,
    /// Which slice a contour belongs to: the nearest to its first point.
    pub rounding: PlaneRounding,
}

/// A contour's slice, and its points in pixels of the part.
struct Placed {
    slice: usize,
    ring: Vec<Point2>,
}

/// The mask of contours on a part of a grid, each on the slice that its first point is nearest to.
///
/// Slices and pixels are numbered as on the whole grid, so that what is rounded comes out as it
/// would there. Contours beyond the first and the last slice of the grid are left out.
///
/// # Errors
/// When a contour lies across the slices, a number of the rule is out of range, or the part leaves
/// the grid.
///
/// # Example
/// ```
/// use thecal_geom::{Contour, ContourKind, Point3};
/// use thecal_mask::raster::{Combine, ContourRule, PlaneRounding, contours_on};
/// use thecal_mask::InPlane;
/// use thecal_voxel::{Grid, IndexBox};
///
/// let grid = Grid::axis_aligned(Point3::origin(), [1.0, 1.0, 2.0], [20, 20, 8])?;
/// let whole = IndexBox { start: [0; 3], end: grid.size() };
/// // Two squares of 4 mm, half way between slices 0 and 1, and 1 and 2: both go to an even number.
/// let square = |z: f64, number: usize| Contour {
///     number,
///     kind: ContourKind::ClosedPlanar,
///     points_mm: [[3.5, 3.5], [7.5, 3.5], [7.5, 7.5], [3.5, 7.5]]
///         .map(|[x, y]| Point3::new(x, y, z))
///         .to_vec(),
/// };
/// let rule = ContourRule {
///     in_plane: InPlane::PixelCentre,
///     combine: Combine::ExclusiveOr,
///     rounding: PlaneRounding::HalfToEven,
/// };
/// let mask = contours_on(&[square(1.0, 1), square(3.0, 2)], &grid, whole, &rule)?;
/// assert_eq!(mask.count(), 32);
/// // A third one half way between slices 2 and 3 meets the second and takes it away.
/// let three = [square(1.0, 1), square(3.0, 2), square(5.0, 3)];
/// assert_eq!(contours_on(&three, &grid, whole, &rule)?.count(), 16);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn contours_on(
    contours: &[Contour],
    grid: &Grid,
    part: IndexBox,
    rule: &ContourRule,
) -> Result<Mask, RasterError> {
    check(rule.in_plane)?;
    let mut out = Volume::filled(grid.cropped(part)?, false);
    let mut slices: Vec<Vec<Vec<Point2>>> = vec![Vec::new(); part.size()[2]];
    for contour in contours.iter().filter(|c| c.kind.is_closed() && c.points_mm.len() >= 3) {
        if let Some(placed) = placed(contour, grid, part, rule)? {
            slices[placed.slice].push(placed.ring);
        }
    }
    let [nx, ny, _] = part.size();
    let drawn = out.values_mut().par_chunks_mut(nx * ny).zip(&slices);
    drawn.for_each(|(slice, rings)| fill(slice, rings, [nx, ny], rule));
    Ok(out)
}

/// None of a contour that lies on no slice of the part.
fn placed(
    contour: &Contour,
    grid: &Grid,
    part: IndexBox,
    rule: &ContourRule,
) -> Result<Option<Placed>, RasterError> {
    /// Rounded coordinates may lie this much of a slice off the plane of the others.
    const OFF_PLANE: f64 = 0.5;
    let at: Vec<[f64; 3]> = contour.points_mm.iter().map(|p| grid.index_from_patient(*p)).collect();
    let Some(first) = at.first() else { return Ok(None) };
    // As they lie, or in another orientation than the grid.
    if at.iter().any(|p| (p[2] - first[2]).abs() > OFF_PLANE) {
        return Err(RasterError::NotParallel);
    }
    let number = match rule.rounding {
        PlaneRounding::HalfToEven => near_half(first[2]).round_ties_even(),
        PlaneRounding::HalfUp => (near_half(first[2]) + 0.5).floor(),
    };
    let [from, to] = [part.start[2] as f64, part.end[2] as f64];
    if !(from <= number && number < to) {
        return Ok(None);
    }
    let inclusive = rule.in_plane == InPlane::InclusiveEdge;
    let ring = at.iter().map(|p| {
        [0, 1].map(|a| {
            // Halves are rounded by the number that they have on the whole grid.
            let on_grid = if inclusive { p[a].round_ties_even() } else { p[a] };
            on_grid - part.start[a] as f64
        })
    });
    Ok(Some(Placed { slice: (number - from) as usize, ring: ring.collect() }))
}

/// A position that is half way between two slices but for the last digits of a division.
fn near_half(at: f64) -> f64 {
    const LAST_DIGITS: f64 = 1e-9;
    let half = at.floor() + 0.5;
    if (at - half).abs() < LAST_DIGITS { half } else { at }
}

fn fill(slice: &mut [bool], rings: &[Vec<Point2>], size: [usize; 2], rule: &ContourRule) {
    let Some(window) = scanline::window(rings.iter(), 1.0, size) else { return };
    for (c, set) in combined(rings, &window, rule).into_iter().enumerate() {
        let [i, j] = window.column(c);
        slice[j * size[0] + i] |= set;
    }
}

/// The pixels of a plane that rings choose, row by row; rings in pixels, the first at 0.
///
/// # Errors
/// A number of the rule is out of range.
pub fn pixels(
    rings: &[Vec<Point2>],
    size: [usize; 2],
    in_plane: InPlane,
    combine: Combine,
) -> Result<Vec<bool>, RasterError> {
    check(in_plane)?;
    let mut out = vec![false; size[0] * size[1]];
    let rule = ContourRule { in_plane, combine, rounding: PlaneRounding::HalfToEven };
    fill(&mut out, rings, size, &rule);
    Ok(out)
}

fn combined(rings: &[Vec<Point2>], window: &Window, rule: &ContourRule) -> Vec<bool> {
    let one = |ring: &Vec<Point2>| chosen(std::slice::from_ref(ring), window, rule.in_plane);
    let all = |with: fn(bool, bool) -> bool| {
        let mut out = vec![false; window.len()];
        for ring in rings {
            out.iter_mut().zip(one(ring)).for_each(|(o, set)| *o = with(*o, set));
        }
        out
    };
    match (rule.combine, rule.in_plane) {
        (Combine::ExclusiveOr, _) => all(|a, b| a ^ b),
        (Combine::Union, _) => all(|a, b| a | b),
        (Combine::Together, InPlane::InclusiveEdge) => scanline::filled(rings, window),
        (Combine::Together, in_plane) => chosen(rings, window, in_plane),
    }
}
