//! How much of each voxel a level field covers, and a smooth level field from a mask.

use crate::edt::{Border, signed_band_mm};
use crate::error::VoxelError;
use crate::surface::index_gradient;
use crate::volume::{Mask, Volume};
use rayon::prelude::*;
use thecal_geom::Vector3;

/// The fraction of each voxel that lies inside a level field, 0 to 1.
///
/// In each voxel the surface is taken as the plane through its foot; the fraction is that of the
/// cell that the plane cuts off. R. Scardovelli, S. Zaleski: J. Comput. Phys. 164 (2000) 228-237,
/// doi:10.1006/jcph.2000.6567.
///
/// # Error
/// At most `h / 8r` of a voxel for voxels of `h` and a radius of curvature `r`; convex surfaces are
/// put outwards by up to `h² / 16r`. Edges sharper than a voxel are rounded.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Grid, Volume, coverage};
///
/// // Inside up to x = 2.25: a quarter of the third voxel belongs to it, beyond its centre at 2.
/// let grid = Grid::axis_aligned(Point3::origin(), [1.0; 3], [5, 3, 3])?;
/// let level = Volume::from_fn(grid, |v| (grid.centre_mm(v).x - 2.25) as f32);
/// let part = coverage(&level);
/// assert!((part.get([2, 1, 1]).expect("a voxel") - 0.75).abs() < 1e-3);
/// assert_eq!(part.get([1, 1, 1]), Some(&1.0));
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[must_use]
pub fn coverage(level: &Volume<f32>) -> Volume<f32> {
    let grid = *level.grid();
    let [nx, ny, _] = grid.size();
    let levels = level.values();
    let mut out = Volume::filled(grid, 0.0_f32);
    out.values_mut().par_chunks_mut(nx).enumerate().for_each(|(row, values)| {
        for (i, v) in values.iter_mut().enumerate() {
            let here = levels[row * nx + i];
            let whole = if here < 0.0 { 1.0 } else { 0.0 };
            *v = match index_gradient(level, [i, row % ny, row / ny]) {
                Some(rise) => plane_fraction(f64::from(here), rise).unwrap_or(whole) as f32,
                None => whole as f32,
            };
        }
    });
    out
}

/// The part of a unit cell where `here + slope . x < 0`, `x` from its middle; none where the level
/// is the same all over it.
#[must_use]
pub(crate) fn plane_fraction(here: f64, slope: Vector3) -> Option<f64> {
    let size = slope.abs();
    let total = size.sum();
    if total < 1e-12 {
        return None;
    }
    // The normal scaled to sum one; a vanishing component would divide by zero.
    let m = size.map(|s| (s / total).max(1e-4));
    let sum = m.sum();
    let at = (0.5 - here / total) * sum;
    if at <= 0.0 || at >= sum {
        return Some(if at <= 0.0 { 0.0 } else { 1.0 });
    }
    let cube = |x: f64| if x > 0.0 { x * x * x } else { 0.0 };
    let mut volume = cube(at);
    for a in 0..3 {
        volume -= cube(at - m[a]);
        volume += cube(at - m[(a + 1) % 3] - m[(a + 2) % 3]);
    }
    Some((volume / (6.0 * m[0] * m[1] * m[2])).clamp(0.0, 1.0))
}

/// Rounds of smoothing, each followed by one that swells, so that curved surfaces keep their
/// place. G. Taubin: A signal processing approach to fair surface design. SIGGRAPH (1995) 351-358,
/// doi:10.1145/218380.218473.
const ROUNDS: usize = 16;
const SMOOTH: f32 = 0.6;
const SWELL: f32 = -0.62;

/// A smooth level field whose inside is exactly the mask: negative at its voxel centres,
/// positive at all others.
///
/// The signed distance between centres is smoothed under that constraint, so that staircases go
/// while no surface can move past a voxel centre. R. T. Whitaker: Reducing aliasing artifacts in
/// iso-surfaces of binary volumes. IEEE Symp. Volume Visualization (2000) 23-32,
/// doi:10.1109/VV.2000.10001. The level is right beside its surface; for distances further away
/// use [`redistanced`](crate::redistanced). Voxels further than two steps hold plus or minus
/// infinity.
///
/// # Errors
/// When the mask is empty or the axes are sheared.
pub fn level_of_mask(mask: &Mask) -> Result<Volume<f32>, VoxelError> {
    let spacing = mask.grid().spacing_mm();
    let fine = spacing.iter().fold(f64::INFINITY, |m, &s| m.min(s)) as f32;
    let coarse = spacing.iter().fold(0.0_f64, |m, &s| m.max(s));
    if mask.bounds().is_none() {
        return Err(VoxelError::EmptyMask);
    }
    // A shell of background all round, so that the surface closes at the grid's border.
    let padded = mask.padded([3; 3], false)?;
    let start = signed_band_mm(&padded, 4.0 * coarse, Border::Background)?;
    let near = 2.5 * coarse as f32;
    // The surface starts half way between the centres on its two sides.
    let mut level = start.map(|&d| {
        let d = d - d.signum() * 0.5 * fine;
        if d.abs() > near { d.signum() * f32::INFINITY } else { d }
    });
    // At least this far on its own side: a surface through a centre belongs to neither.
    let least = 0.05 * fine;
    let grid = *level.grid();
    let [nx, ny, nz] = grid.size();
    let weight = spacing.map(|s| (f64::from(fine) / s).powi(2) as f32);
    for step in (0..ROUNDS).flat_map(|_| [SMOOTH, SWELL]) {
        let old = level.clone();
        let values = old.values();
        level.values_mut().par_chunks_mut(nx).enumerate().for_each(|(row, out)| {
            let (j, k) = (row % ny, row / ny);
            for (i, v) in out.iter_mut().enumerate() {
                let at = row * nx + i;
                let here = values[at];
                if !here.is_finite() {
                    continue;
                }
                let (mut sum, mut total) = (0.0, 0.0);
                let mut take = |ok: bool, other: usize, w: f32| {
                    if ok && values[other].is_finite() {
                        sum += w * values[other];
                        total += w;
                    }
                };
                take(i > 0, at.wrapping_sub(1), weight[0]);
                take(i + 1 < nx, at + 1, weight[0]);
                take(j > 0, at.wrapping_sub(nx), weight[1]);
                take(j + 1 < ny, at + nx, weight[1]);
                take(k > 0, at.wrapping_sub(nx * ny), weight[2]);
                take(k + 1 < nz, at + nx * ny, weight[2]);
                if total == 0.0 {
                    continue;
                }
                let smooth = here + step * (sum / total - here);
                *v = if here < 0.0 { smooth.min(-least) } else { smooth.max(least) };
            }
        });
    }
    Ok(level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use std::f64::consts::PI;
    use thecal_geom::Point3;

    fn ball(spacing: [f64; 3], radius: f64, shift: f64) -> Volume<f32> {
        let size = spacing.map(|s| (2.0 * (radius + 3.0) / s) as usize);
        let origin = Point3::new(shift, shift, shift) - Vector3::repeat(radius + 3.0);
        let grid = Grid::axis_aligned(origin, spacing, size).unwrap();
        Volume::from_fn(grid, |v| (grid.centre_mm(v).coords.norm() - radius) as f32)
    }

    #[test]
    fn a_plane_covers_what_it_cuts_off() {
        assert!((plane_fraction(0.0, Vector3::new(1.0, 0.0, 0.0)).unwrap() - 0.5).abs() < 1e-6);
        assert!((plane_fraction(0.25, Vector3::new(1.0, 0.0, 0.0)).unwrap() - 0.25).abs() < 1e-3);
        // A corner: (1/6) of the cube of the cut edges.
        let corner = plane_fraction(1.0, Vector3::new(1.0, 1.0, 1.0)).unwrap();
        assert!((corner - 0.125 / 6.0).abs() < 1e-9);
        assert_eq!(plane_fraction(5.0, Vector3::new(1.0, 1.0, 1.0)), Some(0.0));
    }

    #[test]
    fn summed_coverage_is_the_volume() {
        for (shift, spacing, within) in [(0.1, [0.5; 3], 2e-3), (0.37, [0.5, 0.5, 1.0], 5e-3)] {
            let level = ball(spacing, 6.0, shift);
            let sum: f64 = coverage(&level).values().iter().map(|&c| f64::from(c)).sum();
            let found = sum * level.grid().voxel_mm3();
            let expected = 4.0 / 3.0 * PI * 216.0;
            assert!((found / expected - 1.0).abs() < within, "{found} {expected}");
        }
    }

    #[test]
    fn a_mask_comes_back_as_it_was_and_its_surface_lies_where_the_shape_is() {
        let spacing = [0.5, 0.5, 1.0];
        for shift in [0.0, 0.21, 0.43] {
            let exact = ball(spacing, 6.0, shift);
            let mask = exact.map(|&v| v < 0.0);
            let level = level_of_mask(&mask).unwrap();
            let back = level.map(|&v| v < 0.0);
            assert_eq!(back.count(), mask.count());
            let again = level_of_mask(&back).unwrap().map(|&v| v < 0.0);
            assert_eq!(again.count(), mask.count());
            // The covered volume does not drift either: less than a tenth of a voxel of surface.
            let sum: f64 = coverage(&level).values().iter().map(|&c| f64::from(c)).sum();
            let radius = (sum * level.grid().voxel_mm3() * 0.75 / PI).cbrt();
            assert!((radius - 6.0).abs() < 0.1 * 0.5, "{radius}");
        }
    }
}
