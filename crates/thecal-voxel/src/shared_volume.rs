//! How much space several level fields share.

use rayon::prelude::*;
use thecal_geom::{Vector3, part_below};

use crate::coverage::plane_fraction;
use crate::surface::index_gradient;
use crate::volume::Volume;

/// Volume where all levels are negative, cc. They lie on one grid.
///
/// Levels are taken as even within a voxel, and voxels where one may end are divided: by the plane of the
/// level ([`coverage`](crate::coverage)) where one level alone ends, into 64 pieces where several do.
///
/// # Error
/// About that of [`coverage`](crate::coverage); edges where two levels meet are held to a quarter of a voxel.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Grid, Volume, shared_cc};
///
/// // Two balls of 6 mm whose middles are 6 mm apart share a lens of 5/16 of a ball.
/// let grid = Grid::axis_aligned(Point3::new(-8.0, -8.0, -8.0), [0.5; 3], [45, 33, 33])?;
/// let ball = |x: f64| {
///     let away = move |v| (grid.centre_mm(v) - Point3::new(x, 0.0, 0.0)).norm() - 6.0;
///     Volume::from_fn(grid, move |v| away(v) as f32)
/// };
/// let ball_cc = std::f64::consts::PI * 4.0 / 3.0 * 0.216;
/// let found_cc = shared_cc(&[&ball(0.0), &ball(6.0)]);
/// assert!((found_cc / (ball_cc * 5.0 / 16.0) - 1.0).abs() < 0.01);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[must_use]
pub fn shared_cc(levels: &[&Volume<f32>]) -> f64 {
    let Some(first) = levels.first() else { return 0.0 };
    let grid = *first.grid();
    let [nx, ny, nz] = grid.size();
    let spacing_mm = grid.spacing_mm()[0];
    let half = (0.87 * spacing_mm) as f32;
    let values: Vec<&[f32]> = levels.iter().map(|l| l.values()).collect();
    let slices: Vec<f64> = (0..nz)
        .into_par_iter()
        .map(|k| {
            let mut sum = 0.0;
            for at in k * nx * ny..(k + 1) * nx * ny {
                let highest = values.iter().map(|l| l[at]).fold(f32::MIN, f32::max);
                // Levels of in-plane distances rise up to twice as fast as distances.
                if highest < -2.0 * half {
                    sum += 1.0;
                } else if highest < 2.0 * half {
                    sum += divided(levels, [at % nx, at / nx % ny, k]);
                }
            }
            sum
        })
        .collect();
    slices.iter().sum::<f64>() * grid.voxel_mm3() / 1000.0
}

/// The part of a voxel where all levels are negative, from 64 pieces of it, each of which counts in
/// part where a level ends in it.
fn divided(levels: &[&Volume<f32>], voxel: [usize; 3]) -> f64 {
    const SIDE: usize = 4;
    let mut planes: Vec<(f64, Vector3)> = Vec::with_capacity(levels.len());
    for level in levels {
        let (middle, rise) = even(level, voxel);
        // Where a level's zero passes by the voxel, it holds all of it or nothing.
        let most = 0.5 * rise.abs().sum();
        if middle >= most {
            return 0.0;
        }
        if middle > -most {
            planes.push((middle, rise));
        }
    }
    match planes[..] {
        [] => return 1.0,
        [(middle, rise)] => return plane_fraction(middle, rise).unwrap_or(0.0),
        _ => {}
    }
    let at = |i: usize| (i as f64 + 0.5) / SIDE as f64 - 0.5;
    let part = |i: usize| -> f64 {
        let off = [at(i % SIDE), at(i / SIDE % SIDE), at(i / SIDE.pow(2))];
        let of = |(middle, rise): &(f64, Vector3)| {
            let here = middle + (0..3).map(|k| rise[k] * off[k]).sum::<f64>();
            let range = rise.abs().sum() / SIDE as f64;
            part_below(here, range.max(1e-9))
        };
        planes.iter().map(of).product()
    };
    (0..SIDE.pow(3)).map(part).sum::<f64>() / SIDE.pow(3) as f64
}

/// A level at a voxel and its rise per voxel along each axis; where it is not known the voxel lies
/// whole on one side.
fn even(level: &Volume<f32>, voxel: [usize; 3]) -> (f64, Vector3) {
    let here = level.get(voxel).map_or(f64::INFINITY, |&v| f64::from(v));
    match index_gradient(level, voxel) {
        Some(rise) => (here, rise),
        None => (if here < 0.0 { f64::MIN } else { f64::MAX }, Vector3::zeros()),
    }
}
