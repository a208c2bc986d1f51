//! The pixels that a convention chooses on one slice, for pictures.

use thecal_geom::Point3;
use thecal_voxel::{Grid, IndexBox};

use crate::convention::Convention;
use crate::drawn::Drawn;
use crate::masks;
use crate::no_figure::NoFigure;

/// The corners of the pixels of a structure on the slice of the grid that is nearest to a point, each
/// as a ring of four.
///
/// # Errors
/// When the convention makes no mask of it, or the slice lies beyond the structure.
pub fn pixels_on_slice(
    drawn: &Drawn<'_>,
    convention: Convention,
    grid: &Grid,
    at: Point3,
) -> Result<Vec<[Point3; 4]>, NoFigure> {
    let Some(rule) = convention.contour_rule() else { return Ok(Vec::new()) };
    drawn.need_contours()?;
    let off = || NoFigure::OffGrid { name: drawn.name.to_owned() };
    let k = grid.voxel_of(at).ok_or_else(off)?[2];
    let all = drawn.voxels(grid)?;
    if !(all.start[2]..all.end[2]).contains(&k) {
        return Ok(Vec::new());
    }
    let [i0, j0, _] = all.start;
    let part = IndexBox { start: [i0, j0, k], end: [all.end[0], all.end[1], k + 1] };
    let mask = masks::mask(drawn, grid, part, &rule)?;
    let columns = part.size()[0];
    let corner = |i: usize, j: usize, [x, y]: [f64; 2]| {
        grid.patient_from_index([i as f64 + x, j as f64 + y, k as f64])
    };
    const CORNERS: [[f64; 2]; 4] = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]];
    let set = mask.values().iter().enumerate().filter(|(_, set)| **set);
    Ok(set.map(|(n, _)| CORNERS.map(|c| corner(i0 + n % columns, j0 + n / columns, c))).collect())
}
