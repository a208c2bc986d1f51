//! Values between voxel centres, and volumes taken over to other grids.

use crate::grid::Grid;
use crate::view::VolumeView;
use crate::volume::Volume;
use nalgebra::Isometry3;
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3};

/// How values between voxel centres are found.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Grid, Interpolation, Volume};
///
/// let grid = Grid::axis_aligned(Point3::origin(), [2.0; 3], [4, 4, 4])?;
/// let ramp = Volume::from_fn(grid, |[i, ..]| 10.0 * i as f32);
/// let at = Point3::new(2.5, 1.0, 3.0);
/// assert_eq!(ramp.sample(at, Interpolation::Nearest), Some(10.0));
/// assert_eq!(ramp.sample(at, Interpolation::Linear), Some(12.5));
/// assert_eq!(ramp.sample(Point3::new(99.0, 0.0, 0.0), Interpolation::Linear), None);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[non_exhaustive]
pub enum Interpolation {
    /// The value of the voxel that holds the point.
    Nearest,
    /// Trilinear; exact for fields that are linear along each axis.
    #[default]
    Linear,
    /// Catmull-Rom cubic through the 64 nearest centres; exact for fields quadratic along each
    /// axis, may overshoot at edges.
    Cubic,
}

impl VolumeView<'_, f32> {
    /// The value at a patient point; none outside the voxels. Between the outermost centres and
    /// the outer faces of their voxels the outermost value holds.
    #[must_use]
    pub fn sample(&self, p: Point3, interpolation: Interpolation) -> Option<f32> {
        self.sample_index(self.grid().index_from_patient(p), interpolation)
    }

    /// As [`VolumeView::sample`] for a continuous index.
    #[inline]
    #[must_use]
    pub fn sample_index(&self, at: [f64; 3], how: Interpolation) -> Option<f32> {
        let size = self.grid().size();
        let mut base = [0_usize; 3];
        let mut t = [0.0_f64; 3];
        for a in 0..3 {
            let last = size[a] - 1;
            if !(at[a] >= -0.5 - 1e-9 && at[a] <= last as f64 + 0.5 + 1e-9) {
                return None;
            }
            let x = at[a].clamp(0.0, last as f64);
            base[a] = (x as usize).min(last.saturating_sub(1));
            t[a] = x - base[a] as f64;
        }
        Some(match how {
            Interpolation::Nearest => {
                let up = |a: usize| base[a] + usize::from(t[a] >= 0.5);
                self.value([up(0), up(1), up(2)])
            }
            Interpolation::Linear => self.linear(base, t),
            Interpolation::Cubic => self.cubic(base, t),
        })
    }

    #[inline]
    fn value(&self, v: [usize; 3]) -> f32 {
        let [nx, ny, nz] = self.grid().size();
        let [i, j, k] = [v[0].min(nx - 1), v[1].min(ny - 1), v[2].min(nz - 1)];
        self.values()[(k * ny + j) * nx + i]
    }

    #[inline]
    fn linear(&self, base: [usize; 3], t: [f64; 3]) -> f32 {
        let [nx, ny, nz] = self.grid().size();
        let values = self.values();
        let at = (base[2] * ny + base[1]) * nx + base[0];
        // An axis of a single voxel has no neighbour.
        let beside = |along: usize, count: usize, stride: usize| {
            if base[along] + 1 < count { stride } else { 0 }
        };
        let (dx, dy, dz) = (beside(0, nx, 1), beside(1, ny, nx), beside(2, nz, nx * ny));
        let row = |at: usize| between(f64::from(values[at]), f64::from(values[at + dx]), t[0]);
        let plane = |at: usize| between(row(at), row(at + dy), t[1]);
        between(plane(at), plane(at + dz), t[2]) as f32
    }

    fn cubic(&self, base: [usize; 3], t: [f64; 3]) -> f32 {
        let w = t.map(catmull_rom);
        let size = self.grid().size();
        let at = |a: usize, d: usize| (base[a] + d).saturating_sub(1).min(size[a] - 1);
        let mut sum = 0.0;
        for (c, wz) in w[2].iter().enumerate() {
            for (b, wy) in w[1].iter().enumerate() {
                for (a, wx) in w[0].iter().enumerate() {
                    let weight = wx * wy * wz;
                    if weight != 0.0 {
                        sum += weight * f64::from(self.value([at(0, a), at(1, b), at(2, c)]));
                    }
                }
            }
        }
        sum as f32
    }

    /// This volume on another grid, through a rigid transform.
    ///
    /// The value of a voxel at `p` of the new grid is that of this volume at
    /// `source_from_target * p`; `outside` where that lies outside this volume.
    #[must_use]
    pub fn resampled(
        &self,
        onto: Grid,
        source_from_target: &Isometry3<f64>,
        interpolation: Interpolation,
        outside: f32,
    ) -> Volume<f32> {
        let mut out = Volume::filled(onto, outside);
        fill_through(self.grid(), source_from_target, &mut out, |at| {
            self.sample_index(at, interpolation)
        });
        out
    }
}

impl Volume<f32> {
    /// The value at a patient point; none outside the voxels. Between the outermost centres and
    /// the outer faces of their voxels the outermost value holds.
    #[must_use]
    pub fn sample(&self, p: Point3, interpolation: Interpolation) -> Option<f32> {
        VolumeView::from(self).sample(p, interpolation)
    }

    /// As [`Volume::sample`] for a continuous index.
    #[inline]
    #[must_use]
    pub fn sample_index(&self, at: [f64; 3], how: Interpolation) -> Option<f32> {
        VolumeView::from(self).sample_index(at, how)
    }

    /// This volume on another grid, through a rigid transform: [`VolumeView::resampled`].
    #[must_use]
    pub fn resampled(
        &self,
        onto: Grid,
        source_from_target: &Isometry3<f64>,
        interpolation: Interpolation,
        outside: f32,
    ) -> Self {
        VolumeView::from(self).resampled(onto, source_from_target, interpolation, outside)
    }
}

/// Linear between two values. One without weight may be infinite.
#[inline]
fn between(a: f64, b: f64, t: f64) -> f64 {
    if t <= 0.0 {
        a
    } else if t >= 1.0 {
        b
    } else {
        (1.0 - t) * a + t * b
    }
}

/// Trilinear values of a volume that is finite everywhere, many in turn.
pub(crate) struct Linear<'a> {
    values: &'a [f32],
    size: [usize; 3],
    /// From a voxel to the next along each axis; an axis of a single voxel has none.
    step: [usize; 3],
}

impl<'a> Linear<'a> {
    pub(crate) fn new(volume: &'a Volume<f32>) -> Self {
        let size = volume.grid().size();
        let step = |a: usize, stride: usize| if size[a] > 1 { stride } else { 0 };
        let step = [step(0, 1), step(1, size[0]), step(2, size[0] * size[1])];
        Self { values: volume.values(), size, step }
    }

    /// As [`Volume::sample_index`].
    #[inline]
    pub(crate) fn at(&self, at: Vector3) -> Option<f64> {
        let mut first = 0;
        let mut t = [0.0_f32; 3];
        let mut stride = 1;
        for a in 0..3 {
            let last = (self.size[a] - 1) as f64;
            if !(at[a] >= -0.5 - 1e-9 && at[a] <= last + 0.5 + 1e-9) {
                return None;
            }
            let x = at[a].clamp(0.0, last);
            let base = (x as usize).min(self.size[a].saturating_sub(2));
            t[a] = (x - base as f64) as f32;
            first += base * stride;
            stride *= self.size[a];
        }
        let [dx, dy, dz] = self.step;
        let v = self.values.get(first..=first + dx + dy + dz)?;
        let mix = |a: f32, b: f32, t: f32| a + t * (b - a);
        let row = |at: usize| mix(v[at], v[at + dx], t[0]);
        let plane = |at: usize| mix(row(at), row(at + dy), t[1]);
        Some(f64::from(mix(plane(0), plane(dz), t[2])))
    }
}

impl<T: Copy + Send + Sync> VolumeView<'_, T> {
    /// Labels or a mask on another grid: the value of the voxel that holds
    /// `source_from_target * p`, `outside` where there is none.
    #[must_use]
    pub fn resampled_nearest(
        &self,
        onto: Grid,
        source_from_target: &Isometry3<f64>,
        outside: T,
    ) -> Volume<T> {
        let mut out = Volume::filled(onto, outside);
        let size = self.grid().size();
        fill_through(self.grid(), source_from_target, &mut out, |at| {
            let voxel = at.map(|x| (x + 0.5).floor());
            let on = (0..3).all(|a| voxel[a] >= 0.0 && voxel[a] < size[a] as f64);
            if on { self.get(voxel.map(|x| x as usize)).copied() } else { None }
        });
        out
    }
}

impl<T: Copy + Send + Sync> Volume<T> {
    /// Labels or a mask on another grid: [`VolumeView::resampled_nearest`].
    #[must_use]
    pub fn resampled_nearest(
        &self,
        onto: Grid,
        source_from_target: &Isometry3<f64>,
        outside: T,
    ) -> Self {
        VolumeView::from(self).resampled_nearest(onto, source_from_target, outside)
    }
}

/// Fills a volume row by row from continuous indices of the source grid.
fn fill_through<T: Send>(
    source: &Grid,
    source_from_target: &Isometry3<f64>,
    out: &mut Volume<T>,
    value: impl Fn([f64; 3]) -> Option<T> + Sync,
) {
    let grid = *out.grid();
    let [nx, ny, _] = grid.size();
    let rotation = source_from_target.rotation.to_rotation_matrix();
    let step: Vector3 = source.index_from_patient_matrix()
        * (rotation * grid.patient_from_index_matrix().column(0).into_owned());
    out.values_mut().par_chunks_mut(nx).enumerate().for_each(|(row, values)| {
        let first = grid.centre_mm([0, row % ny, row / ny]);
        let start = Vector3::from(source.index_from_patient(source_from_target * first));
        for (i, v) in values.iter_mut().enumerate() {
            if let Some(found) = value((start + step * i as f64).into()) {
                *v = found;
            }
        }
    });
}

/// Weights of the four centres around a point at `t` between the middle two.
fn catmull_rom(t: f64) -> [f64; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (2.0 * t2 - t - t3),
        0.5 * (2.0 - 5.0 * t2 + 3.0 * t3),
        0.5 * (t + 4.0 * t2 - 3.0 * t3),
        0.5 * (t3 - t2),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{Rotation3, Translation3, UnitQuaternion};

    fn source() -> Grid {
        let axes = Rotation3::new(Vector3::new(0.2, -0.1, 0.4)).into_inner();
        Grid::new(Point3::new(-20.0, -15.0, -30.0), axes, [0.8, 1.0, 2.5], [50, 40, 24]).unwrap()
    }

    fn transform() -> Isometry3<f64> {
        Isometry3::from_parts(
            Translation3::new(1.0, -2.0, 0.5),
            UnitQuaternion::from_scaled_axis(Vector3::new(0.05, 0.1, -0.2)),
        )
    }

    #[test]
    fn linear_and_quadratic_fields_are_carried_exactly_and_in_the_right_direction() {
        let linear = |p: Point3| (0.3 * p.x - 0.7 * p.y + 0.2 * p.z + 4.0) as f32;
        let square = |p: Point3| {
            let at = source().index_from_patient(p);
            (at[0] * at[0] - 0.5 * at[1] * at[1] + 0.1 * at[2] * at[2]) as f32
        };
        let target = Grid::axis_aligned(Point3::new(-4.0, 2.0, -8.0), [0.7; 3], [9, 8, 7]).unwrap();
        let t = transform();
        let s = source();
        let a = Volume::from_fn(s, |v| linear(s.centre_mm(v)));
        let b = Volume::from_fn(s, |v| square(s.centre_mm(v)));
        let ra = a.resampled(target, &t, Interpolation::Linear, f32::NAN);
        let rb = b.resampled(target, &t, Interpolation::Cubic, f32::NAN);
        for k in 0..7 {
            for j in 0..8 {
                for i in 0..9 {
                    let p = t * target.centre_mm([i, j, k]);
                    assert!((ra.get([i, j, k]).unwrap() - linear(p)).abs() < 1e-4);
                    assert!((rb.get([i, j, k]).unwrap() - square(p)).abs() < 2e-3);
                }
            }
        }
    }

    #[test]
    fn a_landmark_moves_with_the_transform() {
        let s = source();
        let mark = [20, 21, 11];
        let m = Volume::from_fn(s, |v| v == mark);
        let t = transform();
        // The landmark appears where the transform takes it back to the source.
        let at = t.inverse() * s.centre_mm(mark);
        let target = Grid::axis_aligned(at - Vector3::repeat(3.0), [1.0; 3], [7, 7, 7]).unwrap();
        let r = m.resampled_nearest(target, &t, false);
        assert_eq!(r.get([3, 3, 3]), Some(&true));
        let wrong = m.resampled_nearest(target, &t.inverse(), false);
        assert_eq!(wrong.get([3, 3, 3]), Some(&false));
    }

    #[test]
    fn outside_is_said() {
        let v = Volume::filled(source(), 1.0_f32);
        assert_eq!(v.sample(Point3::new(500.0, 0.0, 0.0), Interpolation::Linear), None);
        let edge = source().patient_from_index([-0.4, 0.0, 0.0]);
        assert_eq!(v.sample(edge, Interpolation::Cubic), Some(1.0));
    }
}
