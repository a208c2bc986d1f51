//! Values on a grid that lie in somebody else's memory.

use crate::error::VoxelError;
use crate::grid::Grid;
use crate::volume::Volume;
use rayon::prelude::*;

/// One value per voxel of a [`Grid`], in memory that belongs to somebody else: what only looks at a volume
/// takes this, so that nothing need be copied into a [`Volume`] first.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Grid, VolumeView, edt};
///
/// // Three voxels in a row, 2 mm apart, of which the first is in the mask.
/// let grid = Grid::axis_aligned(Point3::origin(), [2.0, 1.0, 1.0], [3, 1, 1])?;
/// let theirs = [true, false, false];
/// let away_mm = edt::distance_mm(VolumeView::new(&grid, &theirs)?)?;
/// assert_eq!(away_mm.values(), [0.0, 2.0, 4.0]);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug)]
pub struct VolumeView<'a, T> {
    grid: &'a Grid,
    values: &'a [T],
}

/// A set of voxels in somebody else's memory.
pub type MaskView<'a> = VolumeView<'a, bool>;

impl<T> Clone for VolumeView<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for VolumeView<'_, T> {}

impl<'a, T> VolumeView<'a, T> {
    /// Values on a grid, i fastest, then j, then k.
    ///
    /// # Errors
    /// When there are not as many as the grid has voxels.
    pub fn new(grid: &'a Grid, values: &'a [T]) -> Result<Self, VoxelError> {
        if values.len() != grid.len() {
            return Err(VoxelError::Shape { found: [1, 1, values.len()], expected: grid.shape() });
        }
        Ok(Self { grid, values })
    }

    /// Where the voxels lie.
    #[must_use]
    pub fn grid(&self) -> &'a Grid {
        self.grid
    }

    /// All values, i fastest.
    #[must_use]
    pub fn values(&self) -> &'a [T] {
        self.values
    }

    /// The value of a voxel `[i, j, k]`, if it is on the grid.
    #[must_use]
    pub fn get(&self, voxel: [usize; 3]) -> Option<&'a T> {
        let [nx, ny, nz] = self.grid.size();
        let on = voxel[0] < nx && voxel[1] < ny && voxel[2] < nz;
        on.then(|| &self.values[(voxel[2] * ny + voxel[1]) * nx + voxel[0]])
    }

    /// A new volume on the same grid, value by value, in parallel.
    #[must_use]
    pub fn map<U>(&self, f: impl Fn(&T) -> U + Sync) -> Volume<U>
    where
        T: Sync,
        U: Clone + Default + Send + Sync,
    {
        let mut out = Volume::filled(*self.grid, U::default());
        let n = self.grid.size()[0] * self.grid.size()[1];
        out.values_mut().par_chunks_mut(n).zip(self.values.par_chunks(n)).for_each(|(o, v)| {
            for (o, v) in o.iter_mut().zip(v) {
                *o = f(v);
            }
        });
        out
    }
}

impl<'a, T> From<&'a Volume<T>> for VolumeView<'a, T> {
    fn from(volume: &'a Volume<T>) -> Self {
        Self { grid: volume.grid(), values: volume.values() }
    }
}

/// One value per voxel of a [`Grid`], to be written into memory that belongs to somebody else.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Grid, VolumeView, VolumeViewMut, edt};
///
/// let grid = Grid::axis_aligned(Point3::origin(), [2.0, 1.0, 1.0], [3, 1, 1])?;
/// let (mask, mut theirs) = ([true, false, false], [0.0; 3]);
/// edt::distance_mm_into(VolumeView::new(&grid, &mask)?, VolumeViewMut::new(&grid, &mut theirs)?)?;
/// assert_eq!(theirs, [0.0, 2.0, 4.0]);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug)]
pub struct VolumeViewMut<'a, T> {
    grid: Grid,
    values: &'a mut [T],
}

impl<'a, T> VolumeViewMut<'a, T> {
    /// Room for values on a grid, i fastest, then j, then k.
    ///
    /// # Errors
    /// When there is not room for as many as the grid has voxels.
    pub fn new(grid: &Grid, values: &'a mut [T]) -> Result<Self, VoxelError> {
        VolumeView::new(grid, values)?;
        Ok(Self { grid: *grid, values })
    }

    /// Where the voxels lie.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// All values, i fastest, to change.
    #[must_use]
    pub fn values_mut(&mut self) -> &mut [T] {
        self.values
    }
}

impl<'a, T> From<&'a mut Volume<T>> for VolumeViewMut<'a, T> {
    fn from(volume: &'a mut Volume<T>) -> Self {
        Self { grid: *volume.grid(), values: volume.values_mut() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Components, Neighbours, isosurface, margin};
    use thecal_geom::Point3;

    #[test]
    fn what_is_looked_at_is_what_is_held() {
        let grid = Grid::axis_aligned(Point3::origin(), [1.0, 1.5, 2.0], [7, 6, 5]).unwrap();
        let ball = Volume::from_fn(grid, |v| {
            (grid.centre_mm(v) - Point3::new(3.0, 3.7, 4.0)).norm() as f32 - 2.6
        });
        let mask = ball.map(|v| *v < 0.0);
        let view = VolumeView::new(&grid, mask.values()).unwrap();
        assert_eq!(view.get([3, 2, 2]), Some(&true));
        assert_eq!((view.get([7, 0, 0]), view.get([0, 0, 5])), (None, None));
        let grown = |m: Result<crate::Mask, VoxelError>| m.unwrap().count();
        assert_eq!(
            grown(margin::mask_with_margin(view, -1.0)),
            grown(margin::mask_with_margin(&mask, -1.0))
        );
        assert_eq!(
            Components::from_mask(view, Neighbours::Faces),
            Components::from_mask(&mask, Neighbours::Faces)
        );
        assert_eq!(isosurface(VolumeView::from(&ball)), isosurface(&ball));
        let short = VolumeView::new(&grid, &mask.values()[1..]).map(|_| ());
        assert!(matches!(short, Err(VoxelError::Shape { .. })));
    }

    #[test]
    fn what_is_written_into_is_what_is_made() {
        let grid = Grid::axis_aligned(Point3::origin(), [1.0, 1.5, 2.0], [7, 6, 5]).unwrap();
        let mask = Volume::from_fn(grid, |v| v == [2, 3, 1]);
        let made = crate::edt::signed_distance_mm(&mask, crate::Border::Open).unwrap();
        let mut theirs = vec![7.0; grid.len()];
        let room = VolumeViewMut::new(&grid, &mut theirs).unwrap();
        crate::edt::signed_distance_mm_into(&mask, crate::Border::Open, room).unwrap();
        assert_eq!(theirs, made.values());
        let small = VolumeViewMut::new(&grid, &mut theirs[1..]).map(|_| ());
        assert!(matches!(small, Err(VoxelError::Shape { .. })));
    }
}
