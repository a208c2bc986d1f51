//! The lattice that the voxels of a file lie on.

use thecal_voxel::Grid;

use super::FileFault;

/// No scanner tilts its planes further, degrees.
const MOST_SHEAR_DEG: f64 = 45.0;
/// Longer than this no scan is; a surface of that size would be sampled for minutes.
const MOST_LENGTH_MM: f64 = 1e4;

/// The lattice of a file from its first voxel and its steps along the axes, LPS mm.
pub(super) fn grid(
    field: &'static str,
    origin_mm: [f64; 3],
    steps_mm: [[f64; 3]; 3],
    size: [usize; 3],
) -> Result<Grid, FileFault> {
    let steps = steps_mm.map(nalgebra::Vector3::from);
    let spacing_mm = steps.map(|s| s.norm());
    let far = origin_mm.iter().chain(steps_mm.as_flattened()).any(|x| x.abs() > 1e6 || x.is_nan());
    if far {
        return Err(FileFault::new(field, "numbers beyond a kilometre or none", "lengths in mm"));
    }
    let long_mm = (0..3).map(|k| spacing_mm[k] * size[k] as f64).fold(0.0, f64::max);
    if long_mm > MOST_LENGTH_MM {
        let found = format!("voxels over {:.0} m", long_mm / 1e3);
        let expected = format!("at most {:.0} m, steps in mm", MOST_LENGTH_MM / 1e3);
        return Err(FileFault::new(field, found, expected));
    }
    let axes = nalgebra::Matrix3::from_columns(&steps.map(|s| s / s.norm()));
    let grid = Grid::new(origin_mm.into(), axes, spacing_mm, size)
        .map_err(|e| FileFault::new(field, e.to_string(), "axes that span space"))?;
    let off_deg = grid.shear_deg();
    if off_deg > MOST_SHEAR_DEG {
        let found = format!("axes {off_deg:.0} degrees off a right angle");
        return Err(FileFault::new(field, found, format!("at most {MOST_SHEAR_DEG} degrees")));
    }
    Ok(grid)
}
