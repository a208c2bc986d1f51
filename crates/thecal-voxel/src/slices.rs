//! A mask as it was drawn: images on parallel planes, which need no regular distance.

use crate::Grid;
use crate::error::VoxelError;
use crate::view::VolumeView;
use rayon::prelude::*;
use thecal_geom::{Point3, RigidTransform, Vector3};

/// The value of a pixel that lies wholly in the structure.
pub const FULL: u8 = 255;

/// An axis whose spacing is this many times smaller than the largest is no slice axis.
const COARSER: f64 = 1.5;

/// Axes and spacings that differ by less are the same.
const SAME: f64 = 1e-4;
/// Slices nearer to each other than this lie on one plane, mm.
const ON_PLANE_MM: f64 = 0.01;
/// Pixels that lie beside each other by less than this part of one are the same.
const OF_PIXEL: f64 = 0.02;

/// One plane of [`Slices`], cut to the part that holds anything.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// Centre of the first pixel of `values`, LPS mm.
    pub first_mm: Point3,
    /// Pixels along the two axes.
    pub size: [usize; 2],
    /// How much of each pixel belongs to the structure, 0 to [`FULL`]; first axis fastest.
    pub values: Vec<u8>,
}

/// A mask on parallel planes.
///
/// # Frame
/// LPS, mm. A pixel `[a, b]` of a slice has its centre at
/// `first_mm + a * spacing_mm[0] * axes[0] + b * spacing_mm[1] * axes[1]`.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{FULL, Grid, Slices, Volume};
///
/// // A mask on 4 planes, two of which hold something.
/// let grid = Grid::axis_aligned(Point3::origin(), [1.0, 1.0, 3.0], [10, 10, 4])?;
/// let mask = Volume::from_fn(grid, |[i, j, k]| k < 2 && (2..5).contains(&i) && j == 6);
/// let slices = Slices::of_volume(&mask, 2, |&inside| if inside { FULL } else { 0 })?;
/// assert_eq!(slices.slices().len(), 2);
/// assert_eq!(slices.slices()[1].size, [3, 1]);
/// assert_eq!(slices.slices()[1].first_mm, Point3::new(2.0, 6.0, 3.0));
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Slices {
    axes: [Vector3; 2],
    spacing_mm: [f64; 2],
    slices: Vec<Slice>,
    empty_mm: Vec<Point3>,
}

impl Slices {
    /// Slices with their in-plane axes (unit vectors) and pixel spacings, and a point on every
    /// plane that is known to hold nothing.
    ///
    /// # Errors
    /// Axes that are parallel or not of unit length, spacings that are not positive, a position
    /// that is no number, or values that do not fit their size.
    pub fn new(
        axes: [Vector3; 2],
        spacing_mm: [f64; 2],
        slices: Vec<Slice>,
        empty_mm: Vec<Point3>,
    ) -> Result<Self, VoxelError> {
        let across = axes[0].cross(&axes[1]).norm();
        let unit = axes.iter().all(|a| (a.norm() - 1.0).abs() < 1e-4);
        if !(unit && across > 0.1) {
            return Err(VoxelError::Axes { determinant: across });
        }
        for (axis, &found_mm) in spacing_mm.iter().enumerate() {
            if !(found_mm.is_finite() && found_mm > 0.0) {
                return Err(VoxelError::Spacing { axis, found_mm });
            }
        }
        let places = slices.iter().map(|s| &s.first_mm).chain(&empty_mm);
        if !places.flat_map(|p| p.iter()).all(|x| x.is_finite()) {
            return Err(VoxelError::Origin);
        }
        for s in &slices {
            if s.size.contains(&0) || s.size[0].checked_mul(s.size[1]) != Some(s.values.len()) {
                return Err(VoxelError::Shape {
                    found: [1, s.values.len(), 1],
                    expected: [1, s.size[1], s.size[0]],
                });
            }
        }
        Ok(Self { axes, spacing_mm, slices, empty_mm })
    }

    /// The slices of a volume across one of its axes; `part` gives how much of a voxel belongs
    /// to the structure, 0 to [`FULL`].
    ///
    /// # Errors
    /// When nothing belongs to it.
    pub fn of_volume<'a, T: Sync + 'a>(
        volume: impl Into<VolumeView<'a, T>>,
        axis: usize,
        part: impl Fn(&T) -> u8 + Sync,
    ) -> Result<Self, VoxelError> {
        let volume = volume.into();
        let grid = volume.grid();
        let size = grid.size();
        let [a, b] = [[1, 2], [0, 2], [0, 1]][axis];
        let stride = [1, size[0], size[0] * size[1]];
        let values = volume.values();
        let cut: Vec<Option<Slice>> = (0..size[axis])
            .into_par_iter()
            .map(|s| {
                let of = |i: usize, j: usize| {
                    part(&values[s * stride[axis] + i * stride[a] + j * stride[b]])
                };
                let mut window: Option<[usize; 4]> = None;
                for j in 0..size[b] {
                    for i in 0..size[a] {
                        if of(i, j) > 0 {
                            let w = window.get_or_insert([i, i, j, j]);
                            *w = [w[0].min(i), w[1].max(i), w[2], j];
                        }
                    }
                }
                let [i0, i1, j0, j1] = window?;
                let mut first = [0; 3];
                (first[axis], first[a], first[b]) = (s, i0, j0);
                Some(Slice {
                    first_mm: grid.centre_mm(first),
                    size: [i1 + 1 - i0, j1 + 1 - j0],
                    values: (j0..=j1)
                        .flat_map(|j| (i0..=i1).map(move |i| (i, j)))
                        .map(|(i, j)| of(i, j))
                        .collect(),
                })
            })
            .collect();
        let mut empty_mm = Vec::new();
        let first = cut.iter().position(Option::is_some).ok_or(VoxelError::EmptyMask)?;
        let last = cut.iter().rposition(Option::is_some).unwrap_or(first);
        for s in (first..last).filter(|&s| cut[s].is_none()) {
            let mut at = [0; 3];
            at[axis] = s;
            empty_mm.push(grid.centre_mm(at));
        }
        let spacing = grid.spacing_mm();
        let axes = [a, b].map(|k| grid.axes().column(k).into_owned());
        let slices = cut.into_iter().flatten().collect();
        Self::new(axes, [spacing[a], spacing[b]], slices, empty_mm)
    }

    /// Unit vectors of the two in-plane axes.
    #[must_use]
    pub fn axes(&self) -> [Vector3; 2] {
        self.axes
    }

    /// Distance of pixel centres along the two axes, mm.
    #[must_use]
    pub fn spacing_mm(&self) -> [f64; 2] {
        self.spacing_mm
    }

    /// The planes that hold something.
    #[must_use]
    pub fn slices(&self) -> &[Slice] {
        &self.slices
    }

    /// A point on every plane that is known to hold nothing.
    #[must_use]
    pub fn empty_mm(&self) -> &[Point3] {
        &self.empty_mm
    }

    /// True where some pixel belongs to the structure in part: its values then say where in the
    /// pixel the surface lies.
    #[must_use]
    pub fn is_graded(&self) -> bool {
        self.slices.iter().any(|s| s.values.iter().any(|&v| v != 0 && v != FULL))
    }

    /// Whether a pixel belongs to both masks, by half of it or more; none where their pixels are not
    /// the same or one has planes between those of the other, so that pixels do not tell.
    #[must_use]
    pub fn share_a_pixel(&self, other: &Self) -> Option<bool> {
        let apart = |k: usize| {
            (self.axes[k] - other.axes[k]).norm() > SAME
                || (self.spacing_mm[k] / other.spacing_mm[k] - 1.0).abs() > SAME
        };
        if apart(0) || apart(1) {
            return None;
        }
        let normal = self.axes[0].cross(&self.axes[1]).normalize();
        let height = |p: Point3| p.coords.dot(&normal);
        let planes = |s: &Self| -> Vec<f64> {
            let held = s.slices.iter().map(|s| s.first_mm);
            held.chain(s.empty_mm.iter().copied()).map(height).collect()
        };
        let on = |a: f64, b: f64| (a - b).abs() < ON_PLANE_MM;
        // A plane within the other's length that the other does not have says nothing of it.
        let between = |of: &[f64], to: &[f64]| {
            let (lo, hi) = to
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &w| (lo.min(w), hi.max(w)));
            of.iter().any(|&w| lo < w && w < hi && !to.iter().any(|&v| on(v, w)))
        };
        let (own, others) = (planes(self), planes(other));
        if between(&own, &others) || between(&others, &own) {
            return None;
        }
        for a in &self.slices {
            for b in other.slices.iter().filter(|b| on(height(a.first_mm), height(b.first_mm))) {
                if self.both_hold(a, b)? {
                    return Some(true);
                }
            }
        }
        Some(false)
    }

    /// Whether two slices of one plane hold one pixel; none where their pixels lie between each other.
    fn both_hold(&self, a: &Slice, b: &Slice) -> Option<bool> {
        let off = b.first_mm - a.first_mm;
        // Axes need not be perpendicular: solved for their parts.
        let [u, v] = self.axes;
        let (uv, ou, ov) = (u.dot(&v), off.dot(&u), off.dot(&v));
        let across = 1.0 - uv * uv;
        let by = [(ou - uv * ov) / across, (ov - uv * ou) / across];
        let by = [0, 1].map(|k| by[k] / self.spacing_mm[k]);
        if by.iter().any(|x| (x - x.round()).abs() > OF_PIXEL || x.abs() > 1e6) {
            return None;
        }
        let by = by.map(|x| x.round() as i64);
        let held = |s: &Slice, i: i64, j: i64| {
            let [nx, ny] = s.size.map(|n| n as i64);
            let within = (0..nx).contains(&i) && (0..ny).contains(&j);
            within && s.values[(j * nx + i) as usize] > FULL / 2
        };
        let [nx, ny] = a.size.map(|n| n as i64);
        let pixels = (0..ny).flat_map(|j| (0..nx).map(move |i| (i, j)));
        Some(pixels.into_iter().any(|(i, j)| held(a, i, j) && held(b, i - by[0], j - by[1])))
    }

    /// Patient point of a continuous pixel index of a slice, mm.
    #[must_use]
    pub fn patient_point(&self, slice: &Slice, at: [f64; 2]) -> Point3 {
        let [a, b] = [0, 1].map(|k| self.axes[k] * (self.spacing_mm[k] * at[k]));
        slice.first_mm + a + b
    }

    /// The slices in another frame of reference.
    #[must_use]
    pub fn moved(&self, fixed_from_moving: &RigidTransform) -> Self {
        let t = fixed_from_moving;
        let slices = self.slices.iter();
        Self {
            axes: self.axes.map(|a| t.turn(a)),
            spacing_mm: self.spacing_mm,
            slices: slices.map(|s| Slice { first_mm: t.apply(s.first_mm), ..s.clone() }).collect(),
            empty_mm: self.empty_mm.iter().map(|&p| t.apply(p)).collect(),
        }
    }
}

/// The axis of a grid that its slices lie across: the coarsest; of those that are about as coarse
/// the one nearest to the patient's long axis.
#[must_use]
pub fn slice_axis(grid: &Grid) -> usize {
    let s = grid.spacing_mm();
    let most = s.iter().fold(0.0_f64, |m, &x| m.max(x));
    let long = |a: usize| grid.axes()[(2, a)].abs();
    let coarse = (0..3).filter(|&a| s[a] * COARSER >= most);
    coarse.max_by(|&a, &b| long(a).total_cmp(&long(b))).unwrap_or(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::volume::Volume;

    #[test]
    fn masks_share_a_pixel_where_one_belongs_to_both() {
        let of = |x: f64, spacing: [f64; 3], holds: &(dyn Fn([usize; 3]) -> bool + Sync)| {
            let grid = Grid::axis_aligned(Point3::new(x, 2.0, 3.0), spacing, [8, 8, 4]).unwrap();
            let volume = Volume::from_fn(grid, |v| u8::from(holds(v)));
            Slices::of_volume(&volume, 2, |&b| b * FULL).unwrap()
        };
        let steps = [0.5, 0.5, 2.0];
        let left = of(1.0, steps, &|[i, _, _]| i < 4);
        let right = of(1.0, steps, &|[i, _, _]| i >= 4);
        assert_eq!(left.share_a_pixel(&right), Some(false));
        // Moved by a whole pixel they overlap by a column, the other way they lie apart.
        assert_eq!(left.share_a_pixel(&of(0.5, steps, &|[i, _, _]| i >= 4)), Some(true));
        assert_eq!(left.share_a_pixel(&of(1.5, steps, &|[i, _, _]| i >= 4)), Some(false));
        // Other planes of the same pixels share none.
        let (below, above) =
            (of(1.0, steps, &|[_, _, k]| k < 2), of(1.0, steps, &|[_, _, k]| k >= 2));
        assert_eq!(below.share_a_pixel(&above), Some(false));
        // Pixels that lie between each other, of another size, or planes between planes: no answer.
        assert_eq!(left.share_a_pixel(&of(1.2, steps, &|[i, _, _]| i >= 4)), None);
        assert_eq!(left.share_a_pixel(&of(1.0, [0.25, 0.5, 2.0], &|_| true)), None);
        assert_eq!(left.share_a_pixel(&of(1.0, [0.5, 0.5, 1.5], &|[i, _, _]| i >= 4)), None);
    }

    #[test]
    fn slices_of_a_volume_keep_every_voxel_in_place() {
        let grid =
            Grid::axis_aligned(Point3::new(1.0, 2.0, 3.0), [2.0, 0.5, 0.7], [6, 5, 4]).unwrap();
        assert_eq!(slice_axis(&grid), 0);
        let set = [[1, 2, 1], [1, 3, 3], [4, 0, 0]];
        let volume = Volume::from_fn(grid, |v| set.contains(&v));
        for axis in 0..3 {
            let s = Slices::of_volume(&volume, axis, |&b| if b { FULL } else { 0 }).unwrap();
            let mut found = Vec::new();
            for slice in s.slices() {
                for (n, _) in slice.values.iter().enumerate().filter(|(_, v)| **v > 0) {
                    let at = [(n % slice.size[0]) as f64, (n / slice.size[0]) as f64];
                    found.push(grid.voxel_of(s.patient_point(slice, at)).unwrap());
                }
            }
            found.sort_unstable();
            assert_eq!(found, set);
            assert!(!s.is_graded());
        }
        let across = Slices::of_volume(&volume, 0, |&b| if b { FULL } else { 0 }).unwrap();
        assert_eq!(across.empty_mm(), [grid.centre_mm([2, 0, 0]), grid.centre_mm([3, 0, 0])]);
    }

    #[test]
    fn slices_that_make_no_sense_are_refused() {
        let one = || Slice { first_mm: Point3::origin(), size: [2, 2], values: vec![FULL; 4] };
        let axes = [Vector3::x(), Vector3::y()];
        let new = |axes, spacing, slice| Slices::new(axes, spacing, vec![slice], Vec::new());
        assert!(new(axes, [1.0, 1.0], one()).is_ok());
        assert!(new([Vector3::x(); 2], [1.0, 1.0], one()).is_err());
        assert!(new(axes, [1.0, f64::NAN], one()).is_err());
        assert!(new(axes, [1.0, 1.0], Slice { size: [3, 2], ..one() }).is_err());
        assert!(new(axes, [1.0, 1.0], Slice { first_mm: [f64::NAN; 3].into(), ..one() }).is_err());
    }
}
