//! Distance to the surface of a level field, finer than its voxels.
//!
//! Voxels beside a change of sign each give a small disc of surface: the foot of the voxel centre
//! along the gradient, with its normal. The nearest such voxel comes from the exact transform of
//! centres; the distance is then taken to the discs of that voxel and of those around it.

use crate::edt::{Nearest, widened};
use crate::error::{VoxelError, positive};
use crate::grid::Grid;
use crate::volume::{Mask, Volume};
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3};

/// A piece of surface.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disc {
    pub(crate) point_mm: Point3,
    pub(crate) normal: Vector3,
}

/// The discs of a level field's surface.
pub(crate) struct Discs {
    pub(crate) discs: Vec<Disc>,
    /// Number of a voxel's disc plus one; 0 for voxels without.
    number: Volume<u32>,
    /// How far a disc reaches from its middle, mm.
    pub(crate) radius_mm: f64,
}

fn inside(v: f32) -> bool {
    v < 0.0
}

/// Finds a better foot on the surface, and the outward normal there, from a voxel's centre, a first
/// foot, and the slope of the sampled level (1 for a distance); none to keep the first.
pub type Refine<'a> = dyn Fn(Point3, Point3, f64) -> Option<(Point3, Vector3)> + Sync + 'a;

/// A level whose slope lies between these is a distance, and needs no refining.
const DISTANCE_LIKE: std::ops::Range<f64> = 0.8..1.25;

impl Discs {
    /// The surface pieces of a level field, negative inside.
    pub(crate) fn from_level(level: &Volume<f32>, refine: &Refine<'_>) -> Result<Self, VoxelError> {
        let grid = *level.grid();
        let levels = level.values();
        let found: Vec<Vec<(usize, Disc)>> = (0..grid.size()[2])
            .into_par_iter()
            .map(|k| {
                let [nx, ny, _] = grid.size();
                let mut out = Vec::new();
                for j in 0..ny {
                    let row = (k * ny + j) * nx;
                    // Most voxels lie far from the surface.
                    for i in 0..nx {
                        if levels[row + i].is_finite() && crosses(level, [i, j, k]) {
                            out.extend(disc(level, [i, j, k], refine).map(|d| (row + i, d)));
                        }
                    }
                }
                out
            })
            .collect();
        let mut number = Volume::filled(grid, 0_u32);
        let mut discs = Vec::new();
        for (at, d) in found.into_iter().flatten() {
            discs.push(d);
            number.values_mut()[at] = discs.len() as u32;
        }
        if discs.is_empty() {
            return Err(VoxelError::EmptyMask);
        }
        let s = grid.spacing_mm();
        // Discs of radius `R` stand off a surface of curvature radius `r` by up to `R² / 2r`, so as
        // narrow as will do. Half the diagonal of a voxel's largest side, the furthest a flat face
        // is from its feet, would be safe without help of neighbours; this is three quarters of it.
        let radius_mm = 0.3 * s.iter().map(|x| x * x).sum::<f64>().sqrt();
        Ok(Self { discs, number, radius_mm })
    }

    /// The discs of each voxel with one and of the voxels around it, its own first.
    fn groups(&self) -> Groups<'_> {
        let [nx, ny, nz] = self.number.grid().size();
        let number = self.number.values();
        let mut starts = Vec::with_capacity(self.discs.len() + 1);
        let mut members = Vec::with_capacity(10 * self.discs.len());
        // Discs are numbered in the order of their voxels.
        for at in (0..number.len()).filter(|&at| number[at] > 0) {
            starts.push(members.len());
            members.push(number[at] - 1);
            let around = |x: usize, n: usize| x.saturating_sub(1)..(x + 2).min(n);
            for k in around(at / (nx * ny), nz) {
                for j in around(at / nx % ny, ny) {
                    let row = (k * ny + j) * nx;
                    let beside = around(at % nx, nx).map(|i| row + i).filter(|&b| b != at);
                    members.extend(beside.map(|b| number[b]).filter(|&n| n > 0).map(|n| n - 1));
                }
            }
        }
        starts.push(members.len());
        Groups { discs: self, starts, members }
    }
}

/// For each disc the discs near it.
struct Groups<'a> {
    discs: &'a Discs,
    starts: Vec<usize>,
    members: Vec<u32>,
}

impl Groups<'_> {
    /// Unsigned distance from `p` to the discs of a group, mm.
    fn distance_mm(&self, p: Point3, group: usize) -> f64 {
        let radius_mm = self.discs.radius_mm;
        let mut best2 = f64::INFINITY;
        // Discs whose middles lie this far off cannot be nearer.
        let mut far2 = f64::INFINITY;
        for &n in &self.members[self.starts[group]..self.starts[group + 1]] {
            let disc = &self.discs.discs[n as usize];
            let to = p - disc.point_mm;
            let to2 = to.norm_squared();
            if to2 < far2 {
                let d2 = disc.distance2(to, to2, radius_mm);
                if d2 < best2 {
                    best2 = d2;
                    far2 = (d2.sqrt() + radius_mm).powi(2);
                }
            }
        }
        best2.sqrt()
    }
}

impl Disc {
    /// Squared distance from the point that lies `to` off the disc's middle.
    fn distance2(&self, to: Vector3, to2: f64, radius_mm: f64) -> f64 {
        let up2 = to.dot(&self.normal).powi(2);
        let along2 = (to2 - up2).max(0.0);
        if along2 <= radius_mm * radius_mm {
            return up2;
        }
        up2 + (along2.sqrt() - radius_mm).powi(2)
    }
}

/// True when a neighbour across a side of the voxel lies on the other side of the surface.
fn crosses(level: &Volume<f32>, v: [usize; 3]) -> bool {
    let (size, values) = (level.grid().size(), level.values());
    let at = (v[2] * size[1] + v[1]) * size[0] + v[0];
    let here = inside(values[at]);
    let mut stride = 1;
    (0..3).any(|a| {
        let (below, above) = (v[a] > 0, v[a] + 1 < size[a]);
        let found = below && inside(values[at - stride]) != here
            || above && inside(values[at + stride]) != here;
        stride *= size[a];
        found
    })
}

/// Gradient per mm of a level at a voxel, from its finite neighbours.
pub(crate) fn gradient(level: &Volume<f32>, v: [usize; 3]) -> Option<Vector3> {
    Some(level.grid().index_from_patient_matrix().transpose() * index_gradient(level, v)?)
}

/// Rise of a level per voxel along each axis of its grid, from the finite neighbours of a voxel;
/// none where the level is not finite.
#[must_use]
pub fn index_gradient(level: &Volume<f32>, v: [usize; 3]) -> Option<Vector3> {
    let size = level.grid().size();
    let values = level.values();
    let at = (v[2] * size[1] + v[1]) * size[0] + v[0];
    let here = *values.get(at)?;
    if !here.is_finite() {
        return None;
    }
    let mut slope = Vector3::zeros();
    let mut stride = 1;
    for a in 0..3 {
        let (mut run, mut rise) = (0.0, 0.0);
        let mut take = |value: f32, sign: f64| {
            if value.is_finite() {
                run += 1.0;
                rise += sign * f64::from(value - here);
            }
        };
        if v[a] > 0 {
            take(values[at - stride], -1.0);
        }
        if v[a] + 1 < size[a] {
            take(values[at + stride], 1.0);
        }
        if run > 0.0 {
            slope[a] = rise / run;
        }
        stride *= size[a];
    }
    Some(slope)
}

/// The disc of a voxel with a neighbour on the other side.
fn disc(level: &Volume<f32>, v: [usize; 3], refine: &Refine<'_>) -> Option<Disc> {
    let gradient = gradient(level, v)?;
    let steepness = gradient.norm();
    if steepness < 1e-6 {
        return None;
    }
    let grid = level.grid();
    let normal = gradient / steepness;
    // Beside the surface a centre lies at most one diagonal from it.
    let most = 2.0 * grid.spacing_mm().iter().fold(0.0_f64, |m, &s| m.max(s));
    let off = (f64::from(*level.get(v)?) / steepness).clamp(-most, most);
    let centre = grid.centre_mm(v);
    let first = centre - normal * off;
    if let Some((point_mm, normal)) = refine(centre, first, steepness)
        && (point_mm - centre).norm() < most
    {
        return Some(Disc { point_mm, normal });
    }
    let straight = Disc { point_mm: first, normal };
    if DISTANCE_LIKE.contains(&steepness) {
        return Some(straight);
    }
    Some(through_crossings(level, v).unwrap_or(straight))
}

/// The disc through the points where the steps to a voxel's neighbours cross the surface: less
/// exact than the gradient for distances, but within the voxel for any level.
fn through_crossings(level: &Volume<f32>, v: [usize; 3]) -> Option<Disc> {
    let grid = level.grid();
    let here = *level.get(v)?;
    let mut towards = Vector3::zeros();
    for a in 0..3 {
        let mut steepest = 0.0_f64;
        for sign in [-1.0, 1.0] {
            let mut w = v;
            w[a] = if sign < 0.0 { v[a].wrapping_sub(1) } else { v[a] + 1 };
            let Some(&there) = level.get(w) else { continue };
            if inside(there) != inside(here) && there.is_finite() {
                let part = f64::from(here) / f64::from(here - there);
                let inverse = sign / (grid.spacing_mm()[a] * part.max(1e-3));
                if inverse.abs() > steepest.abs() {
                    steepest = inverse;
                }
            }
        }
        towards += grid.axes().column(a) * steepest;
    }
    let normal = towards.try_normalize(1e-9)?;
    let point_mm = grid.centre_mm(v) + towards / towards.norm_squared();
    Some(Disc { point_mm, normal: if inside(here) { normal } else { -normal } })
}

/// Signed distance to the zero surface of a level field, mm, negative inside; plus or minus
/// infinity further away than `band_mm`.
///
/// The level need only be right beside its surface: a sampled signed distance, a band of one,
/// or any field that is smooth across the surface. Sharp edges are rounded by about a fifth of
/// a voxel.
///
/// # Error
/// About `h² / 8r` for voxels of `h` and a radius of curvature `r`: 0.006 mm for 0.5 mm on 5 mm.
///
/// # Errors
/// When the field has no surface, the band is no positive number, or the axes are sheared.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Grid, Volume, redistanced};
///
/// // Zero on a ball of 6 mm, and no distance anywhere else.
/// let grid = Grid::axis_aligned(Point3::new(-10., -10., -10.), [1.0; 3], [21; 3])?;
/// let level = Volume::from_fn(grid, |v| (grid.centre_mm(v).coords.norm_squared() - 36.0) as f32);
/// let distance = redistanced(&level, 3.0)?;
/// assert!((distance.get([18, 10, 10]).expect("a voxel") - 2.0).abs() < 0.05);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
pub fn redistanced(level: &Volume<f32>, band_mm: f64) -> Result<Volume<f32>, VoxelError> {
    redistanced_with(level, band_mm, &|_, _, _| None)
}

/// As [`redistanced`], with a way to find the surface where the sampled level is no distance
/// beside it, so that a straight step to the zero would miss.
///
/// # Errors
/// As [`redistanced`].
pub fn redistanced_with(
    level: &Volume<f32>,
    band_mm: f64,
    refine: &Refine<'_>,
) -> Result<Volume<f32>, VoxelError> {
    positive("band_mm", band_mm)?;
    level.grid().need_orthogonal()?;
    let discs = Discs::from_level(level, refine)?;
    // The nearest disc need not belong to the nearest centre: allow for both offsets.
    let grid: Grid = *level.grid();
    let spacing = grid.spacing_mm();
    let reach = band_mm + 2.0 * spacing.iter().map(|s| s * s).sum::<f64>().sqrt();
    let beside: Mask = discs.number.map(|&n| n > 0);
    let part = widened(&grid, beside.bounds().ok_or(VoxelError::EmptyMask)?, reach);
    let nearest = Nearest::from_mask(&beside.cropped(part)?)?;
    let number = discs.number.cropped(part)?;
    let step = grid.patient_from_index_matrix().column(0).into_owned();
    let groups = discs.groups();
    let (number, away, feature) =
        (number.values(), nearest.distance_mm.values(), nearest.feature.values());
    let ([nx, ny, _], [px, py, _]) = (grid.size(), part.size());
    let mut out = level.map(|v| if inside(*v) { f32::NEG_INFINITY } else { f32::INFINITY });
    out.values_mut().par_chunks_mut(nx).enumerate().for_each(|(row, values)| {
        let [j, k] = [row % ny, row / ny];
        let within = |a: usize, x: usize| (part.start[a]..part.end[a]).contains(&x);
        if !(within(1, j) && within(2, k)) {
            return;
        }
        let first = grid.centre_mm([0, j, k]);
        let start = ((k - part.start[2]) * py + j - part.start[1]) * px;
        for (at, i) in (start..).zip(part.start[0]..part.end[0]) {
            if f64::from(away[at]) <= reach {
                let group = number[feature[at] as usize] as usize - 1;
                let d = groups.distance_mm(first + step * i as f64, group);
                if d <= band_mm {
                    values[i] = (d as f32).copysign(values[i]);
                }
            }
        }
    });
    Ok(out)
}
