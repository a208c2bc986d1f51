//! A lattice of voxel centres in patient space.

use crate::error::VoxelError;
use nalgebra::Matrix3;
use thecal_geom::{Point3, Vector3};

/// Where voxels lie in patient space.
///
/// Axes are named i, j, k; i varies fastest in memory. Everything here is in axis order
/// `[i, j, k]`; only the arrays of a [`Volume`](crate::Volume) are indexed `[[k, j, i]]`.
/// An index is that of a voxel centre: voxel `i` covers `i - 0.5` to `i + 0.5`.
///
/// # Frame
/// DICOM LPS, mm. `patient = origin + axes * (spacing * index)`.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::Grid;
///
/// // A CT of 512 x 512 x 3 voxels, 0.5 mm in plane and 2 mm along the axis.
/// let grid = Grid::axis_aligned(Point3::new(-128.0, -128.0, 40.0), [0.5, 0.5, 2.0], [512, 512, 3])?;
/// assert_eq!(grid.centre_mm([256, 0, 2]), Point3::new(0.0, -128.0, 44.0));
/// assert_eq!(grid.index_from_patient(Point3::new(0.0, 0.0, 43.0)), [256.0, 256.0, 1.5]);
/// assert_eq!(grid.voxel_mm3(), 0.5);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    origin_mm: Point3,
    axes: Matrix3<f64>,
    spacing_mm: [f64; 3],
    size: [usize; 3],
    patient_from_index: Matrix3<f64>,
    index_from_patient: Matrix3<f64>,
}

/// A box of voxels: `start` inclusive, `end` exclusive, axis order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexBox {
    /// First voxel.
    pub start: [usize; 3],
    /// One past the last voxel.
    pub end: [usize; 3],
}

impl IndexBox {
    /// Voxels along each axis.
    #[must_use]
    pub fn size(&self) -> [usize; 3] {
        [0, 1, 2].map(|a| self.end[a].saturating_sub(self.start[a]))
    }
}

impl Grid {
    /// A grid with its axes as the columns of a matrix of unit vectors, orthogonal or sheared
    /// (a tilted gantry), right- or left-handed.
    ///
    /// # Errors
    /// Spacing that is not positive, axes that are singular or not of unit length, no voxels.
    pub fn new(
        origin_mm: Point3,
        axes: Matrix3<f64>,
        spacing_mm: [f64; 3],
        size: [usize; 3],
    ) -> Result<Self, VoxelError> {
        if !origin_mm.iter().all(|x| x.is_finite()) {
            return Err(VoxelError::Origin);
        }
        for (axis, &s) in spacing_mm.iter().enumerate() {
            if !(s.is_finite() && s > 0.0) {
                return Err(VoxelError::Spacing { axis, found_mm: s });
            }
        }
        let determinant = axes.determinant();
        let unit = axes.column_iter().all(|c| (c.norm() - 1.0).abs() < 1e-4);
        if !(unit && determinant.abs() > 1e-3) {
            return Err(VoxelError::Axes { determinant });
        }
        if size.contains(&0) {
            return Err(VoxelError::EmptyGrid { size });
        }
        check_size(size, 8, u128::from(u32::MAX) * 8)?;
        let patient_from_index = axes * Matrix3::from_diagonal(&Vector3::from(spacing_mm));
        let index_from_patient =
            patient_from_index.try_inverse().ok_or(VoxelError::Axes { determinant })?;
        Ok(Self { origin_mm, axes, spacing_mm, size, patient_from_index, index_from_patient })
    }

    /// A grid along the patient's axes.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn axis_aligned(
        origin_mm: Point3,
        spacing_mm: [f64; 3],
        size: [usize; 3],
    ) -> Result<Self, VoxelError> {
        Self::new(origin_mm, Matrix3::identity(), spacing_mm, size)
    }

    /// A grid along the patient's axes whose voxel centres span the box `lo..=hi` widened by
    /// `pad_mm` on every side, centred on it.
    ///
    /// The memory of `bytes_per_voxel` is compared with `most_bytes` before anything is made.
    ///
    /// # Errors
    /// As [`Grid::new`], and when the grid would not fit.
    pub fn around(
        lo: Point3,
        hi: Point3,
        pad_mm: f64,
        spacing_mm: f64,
        bytes_per_voxel: usize,
        most_bytes: usize,
    ) -> Result<Self, VoxelError> {
        if !(spacing_mm.is_finite() && spacing_mm > 0.0) {
            return Err(VoxelError::Spacing { axis: 0, found_mm: spacing_mm });
        }
        crate::error::non_negative("pad_mm", pad_mm)?;
        let extent = hi - lo;
        if !extent.iter().all(|x| x.is_finite()) || !lo.iter().all(|x| x.is_finite()) {
            return Err(VoxelError::Origin);
        }
        let size = [0, 1, 2].map(|a| {
            let length = extent[a].max(0.0) + 2.0 * pad_mm;
            (length / spacing_mm - 1e-9).ceil().max(0.0) as usize + 1
        });
        check_size(size, bytes_per_voxel, most_bytes as u128)?;
        let middle = lo + 0.5 * extent;
        let half = Vector3::from(size.map(|n| 0.5 * (n as f64 - 1.0) * spacing_mm));
        Self::axis_aligned(middle - half, [spacing_mm; 3], size)
    }

    /// Centre of voxel (0, 0, 0), mm.
    #[must_use]
    pub fn origin_mm(&self) -> Point3 {
        self.origin_mm
    }

    /// Unit vectors of i, j, k as columns.
    #[must_use]
    pub fn axes(&self) -> &Matrix3<f64> {
        &self.axes
    }

    /// Distance of neighbouring voxel centres along i, j, k, mm.
    #[must_use]
    pub fn spacing_mm(&self) -> [f64; 3] {
        self.spacing_mm
    }

    /// Voxels along i, j, k.
    #[must_use]
    pub fn size(&self) -> [usize; 3] {
        self.size
    }

    /// Shape of arrays on this grid: k, j, i.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        [self.size[2], self.size[1], self.size[0]]
    }

    /// Number of voxels.
    #[must_use]
    pub fn len(&self) -> usize {
        self.size.iter().product()
    }

    /// False: a grid has voxels.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Volume of one voxel, mm³.
    #[must_use]
    pub fn voxel_mm3(&self) -> f64 {
        self.patient_from_index.determinant().abs()
    }

    /// Columns are one step along i, j, k, mm.
    #[must_use]
    pub fn patient_from_index_matrix(&self) -> &Matrix3<f64> {
        &self.patient_from_index
    }

    /// The inverse of [`Grid::patient_from_index_matrix`], per mm.
    #[must_use]
    pub fn index_from_patient_matrix(&self) -> &Matrix3<f64> {
        &self.index_from_patient
    }

    /// Patient point of a continuous index.
    #[must_use]
    pub fn patient_from_index(&self, index: [f64; 3]) -> Point3 {
        self.origin_mm + self.patient_from_index * Vector3::from(index)
    }

    /// Patient point of a voxel's centre.
    #[must_use]
    pub fn centre_mm(&self, voxel: [usize; 3]) -> Point3 {
        self.patient_from_index(voxel.map(|x| x as f64))
    }

    /// Continuous index of a patient point.
    ///
    /// # Error
    /// Together with [`Grid::patient_from_index`] exact to 1e-9 mm for coordinates under 10 m.
    #[must_use]
    pub fn index_from_patient(&self, p: Point3) -> [f64; 3] {
        (self.index_from_patient * (p - self.origin_mm)).into()
    }

    /// The voxel that a patient point lies in, if any.
    #[must_use]
    pub fn voxel_of(&self, p: Point3) -> Option<[usize; 3]> {
        let at = self.index_from_patient(p);
        let mut voxel = [0; 3];
        for a in 0..3 {
            let nearest = (at[a] + 0.5).floor();
            if !(nearest >= 0.0 && nearest < self.size[a] as f64) {
                return None;
            }
            voxel[a] = nearest as usize;
        }
        Some(voxel)
    }

    /// Largest deviation of two axes from a right angle, degrees.
    #[must_use]
    pub fn shear_deg(&self) -> f64 {
        let c = |a: usize, b: usize| self.axes.column(a).dot(&self.axes.column(b)).abs();
        c(0, 1).max(c(0, 2)).max(c(1, 2)).min(1.0).asin().to_degrees()
    }

    /// Distance along the axes is distance in space only where the axes are orthogonal: below
    /// 0.001 degrees the error over 1 m is under 0.02 mm.
    pub(crate) fn need_orthogonal(&self) -> Result<(), VoxelError> {
        let off_deg = self.shear_deg();
        if off_deg < 1e-3 { Ok(()) } else { Err(VoxelError::Sheared { off_deg }) }
    }

    /// The grid of a box of this grid's voxels.
    ///
    /// # Errors
    /// When the box is empty or leaves the grid.
    pub fn cropped(&self, part: IndexBox) -> Result<Self, VoxelError> {
        if (0..3).any(|a| part.start[a] >= part.end[a] || part.end[a] > self.size[a]) {
            return Err(VoxelError::Outside);
        }
        Self::new(self.centre_mm(part.start), self.axes, self.spacing_mm, part.size())
    }

    /// This grid with `voxels` more on both sides of each axis.
    ///
    /// # Errors
    /// When the result could not be indexed.
    pub fn padded(&self, voxels: [usize; 3]) -> Result<Self, VoxelError> {
        let origin = self.patient_from_index(voxels.map(|v| -(v as f64)));
        let size = [0, 1, 2].map(|a| self.size[a].saturating_add(2 * voxels[a]));
        Self::new(origin, self.axes, self.spacing_mm, size)
    }

    /// The voxels whose centres lie in the box of patient space, widened to whole voxels.
    ///
    /// # Errors
    /// When the box does not meet the grid.
    pub fn voxels_within(&self, lo: Point3, hi: Point3) -> Result<IndexBox, VoxelError> {
        let mut from = [f64::INFINITY; 3];
        let mut to = [f64::NEG_INFINITY; 3];
        for corner in 0..8 {
            let pick = |a: usize| if corner >> a & 1 == 0 { lo[a] } else { hi[a] };
            let at = self.index_from_patient(Point3::new(pick(0), pick(1), pick(2)));
            for a in 0..3 {
                from[a] = from[a].min(at[a]);
                to[a] = to[a].max(at[a]);
            }
        }
        let mut part = IndexBox { start: [0; 3], end: [0; 3] };
        for a in 0..3 {
            let start = (from[a] - 1e-9).floor().max(0.0);
            let end = ((to[a] + 1e-9).ceil() + 1.0).min(self.size[a] as f64);
            if start.is_nan() || end.is_nan() || start >= end {
                return Err(VoxelError::Outside);
            }
            (part.start[a], part.end[a]) = (start as usize, end as usize);
        }
        Ok(part)
    }

    /// True when both describe the same voxels within 1e-6 mm at the far corner.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        let far = self.size.map(|n| n as f64);
        self.size == other.size
            && (self.origin_mm - other.origin_mm).norm() < 1e-6
            && (self.patient_from_index(far) - other.patient_from_index(far)).norm() < 1e-6
            && (self.patient_from_index - other.patient_from_index).abs().max() < 1e-6
    }

    /// True where the voxel centres of both are points of one lattice, however far each reaches and
    /// in whatever order its axes run: what programs cut, flip and turn stays together, what they
    /// resample does not.
    ///
    /// # Error
    /// Centres are the same to a fiftieth of a voxel and to 0.01 mm, whichever is more: what single
    /// floats and quaternions of headers leave.
    #[must_use]
    pub fn shares_lattice(&self, other: &Self) -> bool {
        const SAME_VOXEL: f64 = 0.02;
        const SAME_MM: f64 = 0.01;
        let far = |p: Point3| {
            let at = self.index_from_patient(p);
            let nearest = at.map(f64::round);
            let off = (self.patient_from_index(nearest) - p).norm();
            let off_voxels = (0..3).map(|k| (at[k] - nearest[k]).abs()).fold(0.0, f64::max);
            off > SAME_MM && off_voxels > SAME_VOXEL
        };
        let corners = (0..8).map(|c| {
            let last = other.size.map(|n| (n - 1) as f64);
            other.patient_from_index([0, 1, 2].map(|k| if c >> k & 1 == 0 { 0.0 } else { last[k] }))
        });
        // A step of the other is one step of this one, along an axis of its own.
        let steps = self.index_from_patient * other.patient_from_index;
        let one_step = steps.column_iter().all(|step| {
            let ones = step.iter().filter(|x| (x.abs() - 1.0).abs() < SAME_VOXEL).count();
            let zeros = step.iter().filter(|x| x.abs() < SAME_VOXEL).count();
            (ones, zeros) == (1, 2)
        });
        one_step && !corners.into_iter().any(far)
    }
}

fn check_size(size: [usize; 3], bytes_each: usize, most_bytes: u128) -> Result<(), VoxelError> {
    let bytes = size.iter().fold(bytes_each as u128, |n, &s| n.saturating_mul(s as u128));
    if bytes > most_bytes {
        return Err(VoxelError::TooLarge { size, bytes, most_bytes });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::Rotation3;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn index_and_patient_are_inverse_to_a_nanometre(
            origin in prop::array::uniform3(-2000.0..2000.0_f64),
            turn in prop::array::uniform3(-3.0..3.0_f64),
            shear in -0.4..0.4_f64,
            spacing in prop::array::uniform3(0.1..8.0_f64),
            index in prop::array::uniform3(-50.0..600.0_f64),
        ) {
            let mut axes = Rotation3::new(Vector3::from(turn)).into_inner();
            let tilted = (axes.column(2) + axes.column(1) * shear).normalize();
            axes.set_column(2, &tilted);
            let g = Grid::new(origin.into(), axes, spacing, [512, 512, 300]).unwrap();
            let p = g.patient_from_index(index);
            let back = g.patient_from_index(g.index_from_patient(p));
            prop_assert!((back - p).norm() < 1e-9);
            let part = IndexBox { start: [3, 4, 5], end: [9, 8, 7] };
            let cropped = g.cropped(part).unwrap();
            prop_assert!((cropped.centre_mm([0, 0, 0]) - g.centre_mm([3, 4, 5])).norm() < 1e-9);
        }
    }

    #[test]
    fn a_lattice_is_shared_by_what_is_cut_or_flipped_and_by_nothing_else() {
        let axes = Rotation3::new(Vector3::new(0.1, -0.2, 0.3)).into_inner();
        let of = |origin: Point3, axes, spacing| Grid::new(origin, axes, spacing, [64, 60, 30]);
        let g = of([-250.1, 33.3, 700.7].into(), axes, [0.98, 0.98, 3.0]).unwrap();
        let part = g.cropped(IndexBox { start: [3, 4, 5], end: [9, 8, 7] }).unwrap();
        // The last voxel first, and the axes in another order.
        let turned = nalgebra::Matrix3::from_columns(&[
            -axes.column(2).into_owned(),
            axes.column(0).into_owned(),
            -axes.column(1).into_owned(),
        ]);
        let last = g.patient_from_index([0.0, 59.0, 29.0]);
        let flipped = Grid::new(last, turned, [3.0, 0.98, 0.98], [30, 64, 60]).unwrap();
        // What single floats leave of the origin.
        let rounded = g.origin_mm().map(|x| f64::from(x as f32));
        let rounded = of(rounded, axes, [0.98, 0.98, 3.0]).unwrap();
        for same in [&g, &part, &flipped, &rounded] {
            assert!(g.shares_lattice(same) && same.shares_lattice(&g), "{same:?}");
        }
        let beside = of(g.patient_from_index([0.5, 0.0, 0.0]), axes, [0.98, 0.98, 3.0]).unwrap();
        let coarse = of(g.origin_mm(), axes, [1.96, 0.98, 3.0]).unwrap();
        let nearly = of(g.origin_mm(), axes, [0.98, 0.981, 3.0]).unwrap();
        let straight = Grid::axis_aligned(g.origin_mm(), [0.98, 0.98, 3.0], [64, 60, 30]).unwrap();
        for other in [&beside, &coarse, &nearly, &straight] {
            assert!(!g.shares_lattice(other) && !other.shares_lattice(&g), "{other:?}");
        }
    }

    #[test]
    fn wrong_grids_are_refused() {
        let o = Point3::origin();
        let bad = Grid::axis_aligned(o, [1.0, 0.0, 1.0], [2, 2, 2]);
        assert_eq!(bad, Err(VoxelError::Spacing { axis: 1, found_mm: 0.0 }));
        let flat = Matrix3::from_columns(&[Vector3::x(), Vector3::y(), Vector3::y()]);
        assert!(matches!(Grid::new(o, flat, [1.0; 3], [2; 3]), Err(VoxelError::Axes { .. })));
        assert!(matches!(
            Grid::axis_aligned(o, [1.0; 3], [2, 0, 2]),
            Err(VoxelError::EmptyGrid { .. })
        ));
        let far = Point3::new(500.0, 500.0, 500.0);
        assert!(matches!(
            Grid::around(o, far, 10.0, 0.5, 4, 1 << 30),
            Err(VoxelError::TooLarge { .. })
        ));
    }

    #[test]
    fn a_grid_round_a_box_covers_it() {
        let (lo, hi) = (Point3::new(-3.2, 5.0, 7.7), Point3::new(10.1, 6.0, 30.0));
        let g = Grid::around(lo, hi, 2.0, 0.5, 4, 1 << 24).unwrap();
        let [nx, ny, nz] = g.size();
        let end = g.centre_mm([nx - 1, ny - 1, nz - 1]);
        for a in 0..3 {
            assert!(g.origin_mm()[a] <= lo[a] - 2.0 + 1e-9 && end[a] >= hi[a] + 2.0 - 1e-9);
        }
        assert!(end.x - hi.x - 2.0 <= 0.5);
        assert_eq!(g.voxel_of(Point3::new(500.0, 0.0, 0.0)), None);
        let part = g.voxels_within(lo, hi).unwrap();
        assert!(part.size()[0] < nx && g.voxel_of(lo).unwrap()[0] >= part.start[0]);
    }
}
