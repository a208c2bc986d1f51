//! Masks on the grid of the images, and the distance of their voxel centres.

use thecal_geom::Point3;
use thecal_margin::Arrangement;
use thecal_mask::raster::{ContourRule, contours_on};
use thecal_voxel::{Grid, IndexBox, Mask, Nearest, memory};

use crate::drawn::Drawn;
use crate::no_figure::NoFigure;

/// Bytes of a voxel: two masks, distances and nearest voxels.
const VOXEL_BYTES: u64 = 10;

/// The closest voxel centres of two masks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ClosestVoxels {
    pub(crate) gap_mm: f64,
    pub(crate) a_mm: Point3,
    pub(crate) b_mm: Point3,
    /// How many columns, rows and slices apart they lie.
    pub(crate) steps: [usize; 3],
}

/// The least distance of voxel centres of two structures; within, of the first to what is outside the
/// second, on the slices that both have. Of several that are equally near, the one nearest to a point.
pub(crate) fn gap(
    a: &Drawn<'_>,
    b: &Drawn<'_>,
    arrangement: Arrangement,
    grid: &Grid,
    rule: &ContourRule,
    near: Point3,
) -> Result<ClosestVoxels, NoFigure> {
    let (of_a, of_b) = (a.voxels(grid)?, b.voxels(grid)?);
    if arrangement == Arrangement::Within {
        return within(a, b, grid, rule, near);
    }
    let whole = both(of_a, of_b);
    let reach_mm = reach_mm(a, b, grid);
    let cut = overlap(widened(of_a, grid, reach_mm), whole);
    let found = apart(a, b, grid, cut, rule, near);
    match found {
        // What lies farther away than the part reaches can be no nearer.
        Ok(found) if found.gap_mm <= reach_mm => Ok(found),
        _ if cut == whole => found,
        _ => apart(a, b, grid, whole, rule, near),
    }
}

/// The mask of a structure on the part of the grid that it needs.
pub(crate) fn mask(
    drawn: &Drawn<'_>,
    grid: &Grid,
    part: IndexBox,
    rule: &ContourRule,
) -> Result<Mask, NoFigure> {
    let voxels = part.size().iter().fold(VOXEL_BYTES, |n, s| n.saturating_mul(*s as u64));
    memory::ask(voxels)?;
    let mask = contours_on(drawn.contours, grid, part, rule);
    mask.map_err(|e| NoFigure::of_raster(drawn.name, e))
}

/// How far from the first structure the nearest voxel of the second is looked for at first: the
/// distance of contour points, and some voxels that rounding may add.
fn reach_mm(a: &Drawn<'_>, b: &Drawn<'_>, grid: &Grid) -> f64 {
    let step_mm: f64 = grid.spacing_mm().iter().sum();
    crate::points::closest(a, b).map_or(f64::INFINITY, |p| p.distance_mm) + 3.0 * step_mm
}

fn apart(
    a: &Drawn<'_>,
    b: &Drawn<'_>,
    grid: &Grid,
    part: IndexBox,
    rule: &ContourRule,
    near: Point3,
) -> Result<ClosestVoxels, NoFigure> {
    let (of_a, of_b) = (mask(a, grid, part, rule)?, mask(b, grid, part, rule)?);
    let empty = |d: &Drawn<'_>| NoFigure::Empty { name: d.name.to_owned() };
    if of_a.count() == 0 {
        return Err(empty(a));
    }
    if of_b.count() == 0 {
        return Err(empty(b));
    }
    closest(&of_a, &of_b, near).ok_or_else(|| empty(a))?
}

/// The cord in its sac: on the slices of both, so that the ends of the sac count for nothing.
fn within(
    a: &Drawn<'_>,
    b: &Drawn<'_>,
    grid: &Grid,
    rule: &ContourRule,
    near: Point3,
) -> Result<ClosestVoxels, NoFigure> {
    let part = both(a.voxels(grid)?, b.voxels(grid)?);
    let (inner, outer) = (mask(a, grid, part, rule)?, mask(b, grid, part, rule)?);
    let [nx, ny, _] = part.size();
    let drawn = |mask: &Mask| -> Vec<bool> {
        mask.values().chunks_exact(nx * ny).map(|slice| slice.iter().any(|v| *v)).collect()
    };
    let shared: Vec<bool> =
        drawn(&inner).into_iter().zip(drawn(&outer)).map(|(a, b)| a && b).collect();
    let first = shared.iter().position(|s| *s);
    let last = shared.iter().rposition(|s| *s);
    let (Some(first), Some(last)) = (first, last) else {
        return Err(NoFigure::NoSharedSlice { a: a.name.to_owned(), b: b.name.to_owned() });
    };
    let common = IndexBox { start: [0, 0, first], end: [nx, ny, last + 1] };
    let (inner, outer) = (inner.cropped(common)?, outer.cropped(common)?);
    let empty = || NoFigure::Empty { name: a.name.to_owned() };
    closest(&inner, &outer.map(|v| !v), near).ok_or_else(empty)?
}

/// The closest voxel centres of two masks on one grid; none where the first is empty.
fn closest(a: &Mask, b: &Mask, near: Point3) -> Option<Result<ClosestVoxels, NoFigure>> {
    /// Distances that differ by less are equal, mm.
    const EQUAL_MM: f32 = 1e-4;
    let nearest = match Nearest::from_mask(b) {
        Ok(nearest) => nearest,
        Err(error) => return Some(Err(error.into())),
    };
    let grid = *a.grid();
    let distances = nearest.distance_mm.values();
    let of_a = || a.values().iter().zip(distances).enumerate().filter(|(_, (set, _))| **set);
    let least = of_a().map(|(_, (_, d))| *d).min_by(f32::total_cmp)?;
    let [nx, ny, _] = grid.size();
    let voxel = |n: usize| [n % nx, n / nx % ny, n / (nx * ny)];
    let equal = of_a().filter(|(_, (_, d))| **d <= least + EQUAL_MM).map(|(n, _)| voxel(n));
    let off = |v: &[usize; 3]| (grid.centre_mm(*v) - near).norm_squared();
    let at = equal.min_by(|v, w| off(v).total_cmp(&off(w)))?;
    let to = nearest.feature_of(at)?;
    let (a_mm, b_mm) = (grid.centre_mm(at), grid.centre_mm(to));
    let steps = [0, 1, 2].map(|k| at[k].abs_diff(to[k]));
    Some(Ok(ClosestVoxels { gap_mm: (a_mm - b_mm).norm(), a_mm, b_mm, steps }))
}

fn both(a: IndexBox, b: IndexBox) -> IndexBox {
    IndexBox {
        start: [0, 1, 2].map(|k| a.start[k].min(b.start[k])),
        end: [0, 1, 2].map(|k| a.end[k].max(b.end[k])),
    }
}

/// The part of `a` that lies in `b`, which holds some of it.
fn overlap(a: IndexBox, b: IndexBox) -> IndexBox {
    IndexBox {
        start: [0, 1, 2].map(|k| a.start[k].max(b.start[k])),
        end: [0, 1, 2].map(|k| a.end[k].min(b.end[k])),
    }
}

fn widened(part: IndexBox, grid: &Grid, by_mm: f64) -> IndexBox {
    let (spacing, size) = (grid.spacing_mm(), grid.size());
    let steps = [0, 1, 2].map(|k| ((by_mm / spacing[k]).ceil() as usize).saturating_add(1));
    IndexBox {
        start: [0, 1, 2].map(|k| part.start[k].saturating_sub(steps[k])),
        end: [0, 1, 2].map(|k| part.end[k].saturating_add(steps[k]).min(size[k])),
    }
}
