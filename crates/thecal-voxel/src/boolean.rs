//! Masks combined, and holes in them filled.

use crate::components::{Components, Neighbours};
use crate::error::VoxelError;
use crate::volume::{Mask, Volume};
use rayon::prelude::*;

impl Volume<bool> {
    /// Voxels of either mask.
    ///
    /// # Errors
    /// When the grids differ.
    pub fn union(&self, other: &Self) -> Result<Self, VoxelError> {
        self.zip_map(other, |a, b| a | b)
    }

    /// Voxels of both masks.
    ///
    /// # Errors
    /// When the grids differ.
    pub fn intersection(&self, other: &Self) -> Result<Self, VoxelError> {
        self.zip_map(other, |a, b| a & b)
    }

    /// Voxels of this mask that are not the other's.
    ///
    /// # Errors
    /// When the grids differ.
    pub fn difference(&self, other: &Self) -> Result<Self, VoxelError> {
        self.zip_map(other, |a, b| a & !b)
    }

    /// Voxels outside the mask.
    #[must_use]
    pub fn complement(&self) -> Self {
        self.map(|a| !a)
    }

    /// The mask with its cavities filled: background that no path over voxel faces joins to the
    /// grid's border, at most `most_cc` large where a bound is given.
    #[must_use]
    pub fn holes_filled(&self, most_cc: Option<f64>) -> Self {
        let outside = Components::from_mask(&self.complement(), Neighbours::Faces);
        let size = self.grid().size();
        let open = outside.select(|part| {
            (0..3).any(|a| part.bounds.start[a] == 0 || part.bounds.end[a] == size[a])
                || most_cc.is_some_and(|most| part.volume_cc > most)
        });
        open.complement()
    }

    /// The mask with the holes of each slice along k filled: background that no path within the
    /// slice joins to the slice's border. A tunnel along k is filled too.
    #[must_use]
    pub fn holes_filled_per_slice(&self) -> Self {
        let [nx, ny, _] = self.grid().size();
        let mut out: Mask = self.clone();
        out.values_mut().par_chunks_mut(nx * ny).for_each(|slice| fill_slice(slice, nx, ny));
        out
    }
}

/// Floods the background from the border and sets the rest.
fn fill_slice(slice: &mut [bool], nx: usize, ny: usize) {
    let mut open = vec![false; slice.len()];
    let mut front: Vec<usize> = Vec::new();
    let border = (0..nx)
        .flat_map(|i| [i, (ny - 1) * nx + i])
        .chain((0..ny).flat_map(|j| [j * nx, j * nx + nx - 1]));
    for at in border {
        if !slice[at] && !open[at] {
            open[at] = true;
            front.push(at);
        }
    }
    while let Some(at) = front.pop() {
        let (i, j) = (at % nx, at / nx);
        let next = [
            (i > 0).then(|| at - 1),
            (i + 1 < nx).then(|| at + 1),
            (j > 0).then(|| at - nx),
            (j + 1 < ny).then(|| at + nx),
        ];
        for n in next.into_iter().flatten() {
            if !slice[n] && !open[n] {
                open[n] = true;
                front.push(n);
            }
        }
    }
    for (s, open) in slice.iter_mut().zip(open) {
        *s = !open;
    }
}
