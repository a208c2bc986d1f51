//! Distance together with the voxel that it is measured to.

use super::column::{LANES, signed_root};
use super::envelope::Envelope;
use super::rows_by_j;
use crate::error::VoxelError;
use crate::volume::{Mask, Volume};
use rayon::prelude::*;

/// For every voxel the nearest voxel of a mask.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Grid, Nearest, Volume};
///
/// let grid = Grid::axis_aligned(Point3::origin(), [1.0; 3], [20, 1, 1])?;
/// let ends = Volume::from_fn(grid, |[i, ..]| i == 2 || i == 15);
/// let nearest = Nearest::from_mask(&ends)?;
/// assert_eq!(nearest.feature_of([12, 0, 0]), Some([15, 0, 0]));
/// assert_eq!(nearest.distance_mm.get([12, 0, 0]), Some(&3.0));
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// Distance between the centres, mm.
    pub distance_mm: Volume<f32>,
    /// Position of the nearest mask voxel in memory order, `(k * ny + j) * nx + i`. Where several
    /// are equally near it is one of them, the same for any number of threads.
    pub feature: Volume<u32>,
}

impl Nearest {
    /// Distance and nearest voxel of the mask for every voxel of its grid.
    ///
    /// # Errors
    /// When the mask is empty or the axes are sheared.
    pub fn from_mask(mask: &Mask) -> Result<Self, VoxelError> {
        mask.grid().need_orthogonal()?;
        let grid = *mask.grid();
        let mut distance = Volume::filled(grid, 0.0_f32);
        let mut feature = Volume::filled(grid, 0_u32);
        let [nx, ny, nz] = grid.size();
        let [sx, sy, sz] = grid.spacing_mm();
        let any = distance
            .values_mut()
            .par_chunks_mut(nx * ny)
            .zip(feature.values_mut().par_chunks_mut(nx * ny))
            .zip(mask.values().par_chunks(nx * ny))
            .enumerate()
            .map_init(
                || Lines::new(ny, sy),
                |lines, (k, ((distance, feature), mask))| {
                    let mut any = false;
                    for j in 0..ny {
                        let row = j * nx..(j + 1) * nx;
                        any |= along_row(
                            &mask[row.clone()],
                            &mut distance[row.clone()],
                            &mut feature[row],
                            (k * ny + j) * nx,
                            (sx * sx) as f32,
                        );
                    }
                    if any {
                        let mut d: Vec<_> = distance.chunks_exact_mut(nx).collect();
                        let mut f: Vec<_> = feature.chunks_exact_mut(nx).collect();
                        lines.run(&mut d, &mut f, false);
                    }
                    any
                },
            )
            .reduce(|| false, |a, b| a | b);
        if !any {
            return Err(VoxelError::EmptyMask);
        }
        rows_by_j(distance.values_mut(), nx, ny, nz)
            .into_par_iter()
            .zip(rows_by_j(feature.values_mut(), nx, ny, nz))
            .for_each_init(
                || Lines::new(nz, sz),
                |lines, (mut d, mut f)| lines.run(&mut d, &mut f, true),
            );
        Ok(Self { distance_mm: distance, feature })
    }

    /// The nearest mask voxel of a voxel, `[i, j, k]`.
    #[must_use]
    pub fn feature_of(&self, voxel: [usize; 3]) -> Option<[usize; 3]> {
        let [nx, ny, _] = self.feature.grid().size();
        let at = *self.feature.get(voxel)? as usize;
        Some([at % nx, at / nx % ny, at / (nx * ny)])
    }
}

fn along_row(
    mask: &[bool],
    distance: &mut [f32],
    feature: &mut [u32],
    first: usize,
    s2: f32,
) -> bool {
    let mut last: Option<usize> = None;
    for (i, &set) in mask.iter().enumerate() {
        if set {
            last = Some(i);
        }
        (distance[i], feature[i]) = match last {
            Some(l) => (super::squares::square(i - l, s2), (first + l) as u32),
            None => (f32::INFINITY, 0),
        };
    }
    let Some(mut next) = last else { return false };
    for i in (0..next).rev() {
        if mask[i] {
            next = i;
        } else {
            let d = super::squares::square(next - i, s2);
            if d < distance[i] {
                (distance[i], feature[i]) = (d, (first + next) as u32);
            }
        }
    }
    true
}

/// Sixteen columns at a time, each with its envelope.
struct Lines {
    stride: usize,
    heights: Vec<f32>,
    features: Vec<u32>,
    lowest: Vec<f32>,
    lowest_features: Vec<u32>,
    envelope: Envelope,
}

impl Lines {
    fn new(n: usize, spacing_mm: f64) -> Self {
        let stride = n + LANES + 1;
        let len = stride * LANES;
        Self {
            stride,
            heights: vec![0.0; len],
            features: vec![0; len],
            lowest: vec![0.0; len],
            lowest_features: vec![0; len],
            envelope: Envelope::new(n, spacing_mm),
        }
    }

    #[inline(always)]
    fn run(&mut self, distance: &mut [&mut [f32]], feature: &mut [&mut [u32]], root: bool) {
        let n = distance.len();
        let width = distance.first().map_or(0, |r| r.len());
        for x0 in (0..width).step_by(LANES) {
            let used = LANES.min(width - x0);
            for i in 0..n {
                for l in 0..used {
                    self.heights[l * self.stride + i] = distance[i][x0 + l];
                    self.features[l * self.stride + i] = feature[i][x0 + l];
                }
            }
            for l in 0..used {
                let at = l * self.stride..l * self.stride + n;
                self.envelope.lower_with_feature(
                    &self.heights[at.clone()],
                    &self.features[at.clone()],
                    &mut self.lowest[at.clone()],
                    &mut self.lowest_features[at],
                );
            }
            for i in 0..n {
                for l in 0..used {
                    let d = self.lowest[l * self.stride + i];
                    distance[i][x0 + l] = if root { signed_root(d) } else { d };
                    feature[i][x0 + l] = self.lowest_features[l * self.stride + i];
                }
            }
        }
    }
}
