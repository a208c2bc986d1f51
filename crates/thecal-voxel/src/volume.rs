//! Values on a grid.

use crate::error::VoxelError;
use crate::grid::{Grid, IndexBox};
use ndarray::{Array3, Axis, Slice};
use rayon::prelude::*;

/// One value per voxel of a [`Grid`], as an array of shape `(k, j, i)`, contiguous.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Grid, Volume};
///
/// let grid = Grid::axis_aligned(Point3::origin(), [1.0, 1.0, 2.0], [20, 10, 5])?;
/// let x_mm = Volume::from_fn(grid, |voxel| grid.centre_mm(voxel).x);
/// // Half of 2000 mm3.
/// let right = x_mm.map(|x| *x < 9.5);
/// assert_eq!(right.count(), 500);
/// assert_eq!(right.volume_cc(), 1.0);
/// // The array is indexed [[k, j, i]].
/// assert_eq!(x_mm.data()[[4, 0, 7]], 7.0);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Volume<T> {
    grid: Grid,
    data: Array3<T>,
}

/// A set of voxels.
pub type Mask = Volume<bool>;

impl<T> Volume<T> {
    /// Puts data of shape `(k, j, i)` on a grid. Data in another memory layout are copied into
    /// the standard one.
    ///
    /// # Errors
    /// When the shapes differ.
    pub fn new(grid: Grid, data: Array3<T>) -> Result<Self, VoxelError>
    where
        T: Clone,
    {
        let found = [data.dim().0, data.dim().1, data.dim().2];
        if found != grid.shape() {
            return Err(VoxelError::Shape { found, expected: grid.shape() });
        }
        let data =
            if data.is_standard_layout() { data } else { data.as_standard_layout().into_owned() };
        Ok(Self { grid, data })
    }

    /// A volume of one value.
    #[must_use]
    pub fn filled(grid: Grid, value: T) -> Self
    where
        T: Clone,
    {
        let data = Array3::from_elem(grid.shape(), value);
        Self { grid, data }
    }

    /// A volume computed voxel by voxel, in parallel over rows; `f` gets `[i, j, k]`.
    #[must_use]
    pub fn from_fn(grid: Grid, f: impl Fn([usize; 3]) -> T + Sync) -> Self
    where
        T: Clone + Default + Send + Sync,
    {
        let mut out = Self::filled(grid, T::default());
        let [nx, ny, _] = grid.size();
        out.values_mut().par_chunks_mut(nx).enumerate().for_each(|(row, values)| {
            let (j, k) = (row % ny, row / ny);
            for (i, v) in values.iter_mut().enumerate() {
                *v = f([i, j, k]);
            }
        });
        out
    }

    /// Where the voxels lie.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The array, `[[k, j, i]]`.
    #[must_use]
    pub fn data(&self) -> &Array3<T> {
        &self.data
    }

    /// The array alone.
    #[must_use]
    pub fn into_data(self) -> Array3<T> {
        self.data
    }

    /// All values, i fastest.
    #[must_use]
    pub fn values(&self) -> &[T] {
        // Every way to make a volume leaves the array in standard layout.
        self.data.as_slice().unwrap_or(&[])
    }

    /// All values, i fastest, to change.
    #[must_use]
    pub fn values_mut(&mut self) -> &mut [T] {
        self.data.as_slice_mut().unwrap_or(&mut [])
    }

    /// The value of a voxel `[i, j, k]`, if it is on the grid.
    #[must_use]
    pub fn get(&self, voxel: [usize; 3]) -> Option<&T> {
        self.data.get([voxel[2], voxel[1], voxel[0]])
    }

    /// A new volume on the same grid, value by value, in parallel.
    #[must_use]
    pub fn map<U>(&self, f: impl Fn(&T) -> U + Sync) -> Volume<U>
    where
        T: Sync,
        U: Clone + Default + Send + Sync,
    {
        let mut out = Volume::filled(self.grid, U::default());
        let n = self.grid.size()[0] * self.grid.size()[1];
        out.values_mut().par_chunks_mut(n).zip(self.values().par_chunks(n)).for_each(|(o, v)| {
            for (o, v) in o.iter_mut().zip(v) {
                *o = f(v);
            }
        });
        out
    }

    /// A new volume from two on the same grid, value by value, in parallel.
    ///
    /// # Errors
    /// When the grids differ.
    pub fn zip_map<U, V>(
        &self,
        other: &Volume<U>,
        f: impl Fn(&T, &U) -> V + Sync,
    ) -> Result<Volume<V>, VoxelError>
    where
        T: Sync,
        U: Sync,
        V: Clone + Default + Send + Sync,
    {
        if !self.grid.is_same_as(&other.grid) {
            return Err(VoxelError::DifferentGrids);
        }
        let mut out = Volume::filled(self.grid, V::default());
        let n = self.grid.size()[0] * self.grid.size()[1];
        out.values_mut()
            .par_chunks_mut(n)
            .zip(self.values().par_chunks(n).zip(other.values().par_chunks(n)))
            .for_each(|(o, (a, b))| {
                for (o, (a, b)) in o.iter_mut().zip(a.iter().zip(b)) {
                    *o = f(a, b);
                }
            });
        Ok(out)
    }

    /// Changes a box of voxels by another volume, whose voxels are those of the box, in parallel.
    ///
    /// # Errors
    /// When the box leaves the grid, or the other's grid is not that of the box.
    pub fn zip_part<U>(
        &mut self,
        part: IndexBox,
        other: &Volume<U>,
        f: impl Fn(&T, &U) -> T + Sync,
    ) -> Result<(), VoxelError>
    where
        T: Send,
        U: Sync,
    {
        if !self.grid.cropped(part)?.is_same_as(&other.grid) {
            return Err(VoxelError::DifferentGrids);
        }
        let ([nx, ny, _], [px, py, _]) = (self.grid.size(), part.size());
        let slices = self.values_mut().par_chunks_mut(nx * ny).skip(part.start[2]);
        slices.zip(other.values().par_chunks(px * py)).for_each(|(values, others)| {
            let rows = values.chunks_exact_mut(nx).skip(part.start[1]);
            for (row, others) in rows.zip(others.chunks_exact(px)) {
                for (value, other) in row[part.start[0]..].iter_mut().zip(others) {
                    *value = f(value, other);
                }
            }
        });
        Ok(())
    }

    /// A copy of a box of voxels, on its own grid.
    ///
    /// # Errors
    /// When the box is empty or leaves the grid.
    pub fn cropped(&self, part: IndexBox) -> Result<Self, VoxelError>
    where
        T: Clone,
    {
        let grid = self.grid.cropped(part)?;
        let data = self.data.slice_each_axis(|d| part.along(d.axis)).to_owned();
        Ok(Self { grid, data })
    }

    /// A copy with `voxels` of `value` more on both sides of each axis.
    ///
    /// # Errors
    /// When the result could not be indexed.
    pub fn padded(&self, voxels: [usize; 3], value: T) -> Result<Self, VoxelError>
    where
        T: Clone,
    {
        let grid = self.grid.padded(voxels)?;
        let mut data = Array3::from_elem(grid.shape(), value);
        let n = self.grid.size();
        let inner = IndexBox { start: voxels, end: [0, 1, 2].map(|a| voxels[a] + n[a]) };
        data.slice_each_axis_mut(|d| inner.along(d.axis)).assign(&self.data);
        Ok(Self { grid, data })
    }
}

impl IndexBox {
    /// The part of an array's axis (k, j, i) that the box covers.
    fn along(&self, axis: Axis) -> Slice {
        let a = 2 - axis.index();
        Slice::from(self.start[a]..self.end[a])
    }
}

impl Volume<bool> {
    /// Number of voxels in the mask.
    #[must_use]
    pub fn count(&self) -> usize {
        let n = self.grid.size()[0] * self.grid.size()[1];
        self.values().par_chunks(n).map(|s| s.iter().filter(|&&b| b).count()).sum()
    }

    /// Volume of the mask's voxels, cc.
    #[must_use]
    pub fn volume_cc(&self) -> f64 {
        self.count() as f64 * self.grid.voxel_mm3() / 1000.0
    }

    /// The smallest box that holds the mask; none when it is empty.
    #[must_use]
    pub fn bounds(&self) -> Option<IndexBox> {
        let [nx, ny, _] = self.grid.size();
        let slices: Vec<Option<[usize; 4]>> = self
            .values()
            .par_chunks(nx * ny)
            .map(|slice| {
                let mut found: Option<[usize; 4]> = None;
                for (j, row) in slice.chunks_exact(nx).enumerate() {
                    let Some(first) = first_set(row) else { continue };
                    let last = row.iter().rposition(|&b| b).unwrap_or(first);
                    let f = found.get_or_insert([first, last, j, j]);
                    *f = [f[0].min(first), f[1].max(last), f[2], j];
                }
                found
            })
            .collect();
        let k0 = slices.iter().position(Option::is_some)?;
        let k1 = slices.iter().rposition(Option::is_some)?;
        let all = slices
            .into_iter()
            .flatten()
            .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].max(b[3])])?;
        Some(IndexBox { start: [all[0], all[2], k0], end: [all[1] + 1, all[3] + 1, k1 + 1] })
    }
}

/// Position of the first set voxel; blocks without one are passed over whole.
pub(crate) fn first_set(row: &[bool]) -> Option<usize> {
    const BLOCK: usize = 64;
    let mut at = 0;
    for block in row.chunks(BLOCK) {
        if block.iter().fold(false, |any, &b| any | b) {
            return block.iter().position(|&b| b).map(|p| at + p);
        }
        at += block.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use thecal_geom::Point3;

    #[test]
    fn a_part_changes_by_its_own_voxels_alone() {
        let grid = Grid::axis_aligned(Point3::origin(), [0.5, 1.0, 2.0], [7, 5, 4]).unwrap();
        let mut v = Volume::from_fn(grid, |[i, j, k]| (i + 10 * j + 100 * k) as u32);
        let part = IndexBox { start: [1, 2, 1], end: [4, 5, 3] };
        let other = v.cropped(part).unwrap();
        v.zip_part(part, &other, |a, b| a + 1000 * b).unwrap();
        for (k, j, i) in
            (0..4).flat_map(|k| (0..5).flat_map(move |j| (0..7).map(move |i| (k, j, i))))
        {
            let was = (i + 10 * j + 100 * k) as u32;
            let within = (1..4).contains(&i) && (2..5).contains(&j) && (1..3).contains(&k);
            assert_eq!(v.get([i, j, k]), Some(&if within { 1001 * was } else { was }));
        }
        let elsewhere = IndexBox { start: [0, 2, 1], end: [3, 5, 3] };
        assert!(v.zip_part(elsewhere, &other, |a, _| *a).is_err());
        let beyond = IndexBox { start: [5, 2, 1], end: [8, 5, 3] };
        assert!(v.zip_part(beyond, &other, |a, _| *a).is_err());
    }

    #[test]
    fn crop_and_pad_keep_patient_positions() {
        let grid = Grid::axis_aligned(Point3::new(1.0, 2.0, 3.0), [0.5, 1.0, 2.0], [7, 5, 4]);
        let v = Volume::from_fn(grid.unwrap(), |[i, j, k]| (i + 10 * j + 100 * k) as u32);
        assert_eq!(v.data()[[3, 2, 1]], 321);
        let part = IndexBox { start: [1, 2, 1], end: [4, 5, 3] };
        let c = v.cropped(part).unwrap();
        assert_eq!(c.get([0, 0, 0]), Some(&121));
        assert_eq!(c.grid().origin_mm(), v.grid().centre_mm([1, 2, 1]));
        let p = c.padded([1, 2, 1], 9999).unwrap();
        assert_eq!(p.get([1, 2, 1]), Some(&121));
        assert_eq!(p.get([0, 0, 0]), Some(&9999));
        assert!((p.grid().origin_mm() - v.grid().centre_mm([0, 0, 0])).norm() < 1e-12);
    }

    #[test]
    fn bounds_hold_exactly_the_mask() {
        let grid = Grid::axis_aligned(Point3::origin(), [1.0; 3], [150, 9, 6]).unwrap();
        let mut m = Mask::filled(grid, false);
        assert_eq!(m.bounds(), None);
        for v in [[70, 3, 2], [140, 5, 4], [90, 2, 3]] {
            m.data[[v[2], v[1], v[0]]] = true;
        }
        assert_eq!(m.bounds(), Some(IndexBox { start: [70, 2, 2], end: [141, 6, 5] }));
        assert_eq!(m.count(), 3);
    }
}
