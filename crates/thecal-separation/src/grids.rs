//! Boxes and grids along the axes of a stack, and distances on them.

use nalgebra::Matrix3;
use thecal_geom::{Aabb, Vector3};
use thecal_mask::Solid;
use thecal_mask::solid::StackFrame;
use thecal_voxel::{Grid, Volume, VoxelError};

/// Bytes that a grid may take for each of its volumes.
const MOST_BYTES: usize = 1 << 29;

/// The box of a solid along the axes of a stack, widened by `pad_mm`.
pub(crate) fn bounds_in(solid: &Solid, frame: &StackFrame, pad_mm: f64) -> Aabb {
    let points = solid.drawn().flat_map(|(w, region)| {
        let (a, b) = region.bounds();
        [[a[0], a[1]], [a[0], b[1]], [b[0], a[1]], [b[0], b[1]]]
            .map(|uv| frame.stack_from_patient(solid.patient_point(uv, w)))
    });
    Aabb::from_points(points).grown(pad_mm)
}

/// A grid over a box along the axes of a stack.
pub(crate) fn grid_over(
    frame: &StackFrame,
    within: Aabb,
    pad_mm: f64,
    spacing_mm: f64,
) -> Result<Grid, VoxelError> {
    let flat = Grid::around(within.min_mm, within.max_mm, pad_mm, spacing_mm, 4, MOST_BYTES)?;
    let axis = |v: Vector3| frame.patient_from_stack(v.into()).coords;
    let axes = Matrix3::from_columns(&[axis(Vector3::x()), axis(Vector3::y()), axis(Vector3::z())]);
    Grid::new(frame.patient_from_stack(flat.origin_mm()), axes, flat.spacing_mm(), flat.size())
}

/// Signed distance to what any of the solids fills, infinite beyond the band and everywhere where
/// no surface meets the grid.
pub(crate) fn distance_on(
    solids: &[&Solid],
    grid: &Grid,
    band_mm: f64,
) -> Result<Volume<f32>, VoxelError> {
    match Solid::distance_to_any_on(solids, grid, band_mm) {
        Err(VoxelError::EmptyMask) => {
            let within = solids.iter().any(|s| s.level_mm(grid.centre_mm([0; 3])) < 0.0);
            let sign = if within { -1.0 } else { 1.0 };
            Ok(Volume::filled(*grid, sign * f32::INFINITY))
        }
        other => other,
    }
}
