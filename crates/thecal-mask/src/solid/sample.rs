//! A solid on a grid: its level near the surface, signed distance, coverage and mask.
//!
//! Distances within a contour plane are exact and are computed once per plane and column of the
//! grid, only near outlines or where neighbouring planes disagree; every slice of the grid then
//! blends those of the planes around it. Cost follows the surface, not the volume.

use super::component::{Component, ON_OUTLINE_MM, distance};
use super::lagrange::MOST;
use super::slice_weights::SliceWeights;
use super::{Solid, StackFrame};
use crate::scanline::{self, Lattice};
use nalgebra::{Isometry3, Matrix3};
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3};
use thecal_voxel::{Grid, Interpolation, Mask, Volume, VoxelError, coverage, redistanced_with};

/// Columns this near an outline get their exact distance: enough for gradients beside the surface
/// and for cubic interpolation.
const NEAR_VOXELS: f64 = 3.0;
/// Contour planes whose slices are worked on together and share their distances. The few planes
/// beside them count, too, and are done anew for the next slices.
const PLANES: f64 = 24.0;
/// Bytes that a grid made for this purpose may take.
const MOST_BYTES: usize = 1 << 32;

impl Solid {
    /// The level at voxel centres near the surface, plus or minus infinity elsewhere; negative
    /// inside.
    ///
    /// Its zero surface is that of [`Solid::level_mm`]. Grids whose k axis is not along the stack's
    /// normal are interpolated from one that is.
    ///
    /// # Errors
    /// When a grid along the planes, where one is needed, would not fit.
    pub fn level_on(&self, grid: &Grid) -> Result<Volume<f32>, VoxelError> {
        if let Some(lattice) = Lattice::new(grid, self.frame()) {
            return Ok(self.level_along_planes(grid, &lattice));
        }
        let own = self.grid_along_planes(grid)?;
        let Some(lattice) = Lattice::new(&own, self.frame()) else {
            return Err(VoxelError::Outside);
        };
        let level = self.level_along_planes(&own, &lattice);
        // Infinities cannot be interpolated: distance near the surface, a bound elsewhere.
        let reach = 4.0 * coarse(&own);
        let near =
            self.distance_from(&level, reach)?.map(|&d| d.clamp(-reach as f32, reach as f32));
        let most = 0.6 * reach as f32;
        let taken =
            near.resampled(*grid, &Isometry3::identity(), Interpolation::Cubic, f32::INFINITY);
        Ok(taken.map(|&d| if d.abs() > most { d.signum() * f32::INFINITY } else { d }))
    }

    /// Signed distance to the surface at voxel centres, mm, negative inside; plus or minus
    /// infinity further away than `band_mm`.
    ///
    /// # Error
    /// As [`redistanced`](thecal_voxel::redistanced), on the surface of [`Solid::level_mm`].
    ///
    /// # Errors
    /// When the grid does not meet the surface, its axes are sheared, or the band is no positive
    /// number.
    pub fn signed_distance_on(&self, grid: &Grid, band_mm: f64) -> Result<Volume<f32>, VoxelError> {
        self.distance_from(&self.level_on(grid)?, band_mm)
    }

    /// Signed distance to the surface of what any of the solids fills, as
    /// [`Solid::signed_distance_on`]; solids that do not meet the grid add nothing.
    ///
    /// # Errors
    /// As [`Solid::signed_distance_on`].
    pub fn distance_to_any_on(
        solids: &[&Self],
        grid: &Grid,
        band_mm: f64,
    ) -> Result<Volume<f32>, VoxelError> {
        let mut level = Volume::filled(*grid, f32::INFINITY);
        // Whose level is the lowest, so that a foot is looked for on that one's surface.
        let mut owner = Volume::filled(*grid, 0_u16);
        for (number, solid) in (0_u16..).zip(solids) {
            let before = level.clone();
            solid.lower(&mut level)?;
            let changed = level.values().par_iter().zip(before.values());
            owner.values_mut().par_iter_mut().zip(changed).with_min_len(1 << 14).for_each(
                |(owner, (now, before))| {
                    if now < before {
                        *owner = number;
                    }
                },
            );
        }
        redistanced_with(&level, band_mm, &|centre, first, slope| {
            let number = *owner.get(grid.voxel_of(centre)?)?;
            solids.get(usize::from(number))?.foot(level.grid(), centre, first, slope)
        })
    }

    /// The level of what any of the solids fills, as [`Solid::level_on`]; solids that do not meet
    /// the grid add nothing.
    ///
    /// # Errors
    /// As [`Solid::level_on`].
    pub fn level_of_any_on(solids: &[&Self], grid: &Grid) -> Result<Volume<f32>, VoxelError> {
        let mut level = Volume::filled(*grid, f32::INFINITY);
        for solid in solids {
            solid.lower(&mut level)?;
        }
        Ok(level)
    }

    /// The fraction of every voxel that lies inside any of the solids, as [`Solid::coverage_on`].
    ///
    /// # Errors
    /// As [`Solid::level_on`].
    pub fn coverage_of_any_on(solids: &[&Self], grid: &Grid) -> Result<Volume<f32>, VoxelError> {
        Ok(coverage(&Self::level_of_any_on(solids, grid)?))
    }

    /// Lowers a level to this solid's where that is lower; one that does not meet the grid leaves
    /// it as it is.
    fn lower(&self, level: &mut Volume<f32>) -> Result<(), VoxelError> {
        let grid = *level.grid();
        if let Some(lattice) = Lattice::new(&grid, self.frame()) {
            self.lower_along_planes(level, &lattice);
            return Ok(());
        }
        match self.level_on(&grid) {
            Ok(own) => *level = level.zip_map(&own, |a, b| a.min(*b))?,
            Err(VoxelError::Outside) => {}
            Err(e) => return Err(e),
        }
        Ok(())
    }

    fn distance_from(&self, level: &Volume<f32>, band_mm: f64) -> Result<Volume<f32>, VoxelError> {
        redistanced_with(level, band_mm, &|centre, first, slope| {
            self.foot(level.grid(), centre, first, slope)
        })
    }

    /// The foot of a voxel's centre on the surface, where a straight step along the sampled level's
    /// slope would miss it.
    fn foot(
        &self,
        grid: &Grid,
        centre: Point3,
        first: Point3,
        slope: f64,
    ) -> Option<(Point3, Vector3)> {
        // Beside an end the level bends within a voxel, whatever its slope happens to be.
        let reach = 2.0 * coarse(grid) + self.spacing_mm();
        let w = self.frame().stack_from_patient(centre).z;
        let ends = || self.components().iter().flat_map(Component::cut_mm);
        if (0.8..1.25).contains(&slope) && ends().all(|cut| (w - cut).abs() > reach) {
            return None;
        }
        if self.is_on_flat_end(first) {
            return None;
        }
        let s = self.nearest_from(centre, centre);
        // What is left are feet on a flat end, which is a jump of the level and no zero.
        (self.level_mm(s.point_mm).abs() < 1e-3).then_some((s.point_mm, s.normal))
    }

    /// True on the flat face where the end rule cuts the solid.
    fn is_on_flat_end(&self, p: Point3) -> bool {
        let at = self.frame().stack_from_patient(p);
        self.components().iter().any(|component| {
            let [low, high] = component.cut_mm();
            let within = |w: f64| component.level([at.x, at.y], w).0 < 0.0;
            ((at.z - low).abs() < 1e-3 && within(low + 1e-6))
                || ((at.z - high).abs() < 1e-3 && within(high - 1e-6))
        })
    }

    /// The fraction of every voxel that lies inside, 0 to 1.
    ///
    /// # Error
    /// As [`thecal_voxel::coverage`].
    ///
    /// # Errors
    /// As [`Solid::level_on`].
    pub fn coverage_on(&self, grid: &Grid) -> Result<Volume<f32>, VoxelError> {
        Ok(coverage(&self.level_on(grid)?))
    }

    /// The voxels whose centres lie inside.
    ///
    /// # Errors
    /// As [`Solid::level_on`].
    pub fn mask_on(&self, grid: &Grid) -> Result<Mask, VoxelError> {
        Ok(self.level_on(grid)?.map(|&v| v < 0.0))
    }

    /// A grid along the planes that holds what another grid sees of the solid.
    fn grid_along_planes(&self, grid: &Grid) -> Result<Grid, VoxelError> {
        let frame = self.frame();
        let spacing = grid.spacing_mm().iter().fold(f64::INFINITY, |m, &s| m.min(s));
        let pad = 6.0 * coarse(grid);
        let infinite = (Vector3::repeat(f64::INFINITY), Vector3::repeat(f64::NEG_INFINITY));
        let corners = |lo: Vector3, hi: Vector3, f: &dyn Fn(Vector3) -> Point3| {
            (0..8).fold(infinite, |b, c| {
                let pick = |a: usize| if c >> a & 1 == 0 { lo[a] } else { hi[a] };
                let p = f(Vector3::new(pick(0), pick(1), pick(2))).coords;
                (b.0.inf(&p), b.1.sup(&p))
            })
        };
        let last = Vector3::from(grid.size().map(|n| n as f64 - 1.0));
        let seen = corners(Vector3::zeros(), last, &|x| {
            frame.stack_from_patient(grid.patient_from_index(x.into()))
        });
        let (lo, hi) = self.bounds();
        let own = corners(lo.coords, hi.coords, &|x| frame.stack_from_patient(x.into()));
        let lo = seen.0.sup(&own.0) - Vector3::repeat(pad);
        let hi = seen.1.inf(&own.1) + Vector3::repeat(pad);
        if (0..3).any(|a| lo[a] >= hi[a]) {
            return Err(VoxelError::Outside);
        }
        let flat = Grid::around(lo.into(), hi.into(), 0.0, spacing, 16, MOST_BYTES)?;
        let axes = Matrix3::from_columns(
            &[Vector3::x(), Vector3::y(), Vector3::z()].map(|a| from_stack(frame, a)),
        );
        let origin = frame.patient_from_stack(flat.origin_mm());
        Grid::new(origin, axes, flat.spacing_mm(), flat.size())
    }

    fn level_along_planes(&self, grid: &Grid, lattice: &Lattice) -> Volume<f32> {
        let mut out = Volume::filled(*grid, f32::INFINITY);
        self.lower_along_planes(&mut out, lattice);
        out
    }

    fn lower_along_planes(&self, level: &mut Volume<f32>, lattice: &Lattice) {
        let [nx, ny, _] = level.grid().size();
        let together = (PLANES * self.spacing_mm / lattice.slice_mm()).clamp(16.0, 128.0) as usize;
        level.values_mut().par_chunks_mut(nx * ny * together).enumerate().for_each(
            |(g, slices)| {
                let k0 = g * together;
                for component in self.components() {
                    level_of_component(component, lattice, [nx, ny], k0, slices);
                }
            },
        );
    }
}

fn coarse(grid: &Grid) -> f64 {
    grid.spacing_mm().iter().fold(0.0_f64, |m, &s| m.max(s))
}

fn from_stack(frame: &StackFrame, v: Vector3) -> Vector3 {
    frame.patient_from_stack(v.into()).coords
}

/// What is known of one plane on the columns of a window of the grid; distances are taken where it
/// says that they are needed.
struct PlaneColumns {
    inside: Vec<bool>,
    near: Vec<bool>,
}

/// Signed distance of a column from an outline, and the direction in which it grows.
#[derive(Clone, Copy)]
struct Distance {
    mm: f64,
    direction: [f32; 2],
}

/// Lowers the slices to the level of one component.
fn level_of_component(
    component: &Component,
    lattice: &Lattice,
    size: [usize; 2],
    k0: usize,
    slices: &mut [f32],
) {
    let [nx, ny] = size;
    let count = slices.len() / (nx * ny);
    let reach = 2.5 * lattice.step_mm();
    let blends: Vec<SliceWeights> =
        (0..count).map(|k| component.blend(lattice.w_mm(k0 + k))).collect();
    let wanted = |b: &&SliceWeights| b.beyond <= reach;
    let (Some(first), Some(last)) = (
        blends.iter().filter(wanted).map(|b| b.first).min(),
        blends.iter().filter(wanted).map(|b| b.first + b.count - 1).max(),
    ) else {
        return;
    };
    // What lies near an outline two planes away still bends the surface here.
    let planes = component.w_mm().len();
    let (lo, hi) = (first.saturating_sub(2), (last + 2).min(planes - 1));
    let rings: Vec<_> = (lo..=hi).map(|p| lattice.rings(component.region(p))).collect();
    let Some(window) = scanline::window(rings.iter().flatten(), NEAR_VOXELS + 1.0, size) else {
        return;
    };
    let columns = window.len();
    let mut known: Vec<PlaneColumns> = rings
        .par_iter()
        .map(|rings| PlaneColumns {
            inside: scanline::inside(rings, &window),
            near: scanline::near(rings, &window, NEAR_VOXELS),
        })
        .collect();
    for p in 1..known.len() {
        let (a, b) = known.split_at_mut(p);
        let (a, b) = (&mut a[p - 1], &mut b[0]);
        for c in 0..columns {
            if a.inside[c] != b.inside[c] {
                a.near[c] = true;
                b.near[c] = true;
            }
        }
    }
    let distances: Vec<Vec<Distance>> = (first..=last)
        .into_par_iter()
        .map(|p| {
            let around = &known[p.saturating_sub(2).max(lo) - lo..=(p + 2).min(hi) - lo];
            let end = p == 0 || p + 1 == planes;
            let inside = &known[p - lo].inside;
            let edges = component.region(p).edges();
            let mut edge = usize::MAX;
            let of_column = |c: usize| {
                // A rounded end reaches to the middle of its last plane.
                if !(around.iter().any(|q| q.near[c]) || (end && inside[c])) {
                    return Distance { mm: f64::NAN, direction: [0.0; 2] };
                }
                let at = lattice.uv(window.column(c));
                let foot = edges.nearest_with_hint(at, edge);
                edge = foot.edge;
                let mm = if inside[c] { -foot.distance_mm } else { foot.distance_mm };
                if foot.distance_mm < ON_OUTLINE_MM {
                    let (mm, normal) = distance(component.region(p), at, &mut edge);
                    return Distance { mm, direction: normal.map(|x| x as f32) };
                }
                let along = |k: usize| ((at[k] - foot.point[k]) / mm) as f32;
                Distance { mm, direction: [along(0), along(1)] }
            };
            (0..columns).map(of_column).collect()
        })
        .collect();
    slices.par_chunks_exact_mut(nx * ny).zip(&blends).for_each(|(slice, blend)| {
        if blend.beyond > reach {
            return;
        }
        let used = &distances[blend.first - first..blend.first - first + blend.count];
        let inside = &known[blend.below + blend.first - lo].inside;
        for row in 0..window.end[1] - window.start[1] {
            let start = (window.start[1] + row) * nx + window.start[0];
            let values = slice[start..].iter_mut().take(window.width());
            for (c, v) in (row * window.width()..).zip(values) {
                let (mut d, mut g) = ([0.0; MOST], [[0.0; 2]; MOST]);
                for ((d, g), plane) in d.iter_mut().zip(&mut g).zip(used) {
                    (*d, *g) = (plane[c].mm, plane[c].direction.map(f64::from));
                }
                let level = if d[..blend.count].iter().all(|d| !d.is_nan()) {
                    component.blended(blend, lattice.uv(window.column(c)), &mut d, &g)
                } else if !inside[c] {
                    continue;
                } else if blend.beyond > -reach {
                    // Deep inside within the planes, but close to a flat end.
                    blend.beyond
                } else {
                    f64::NEG_INFINITY
                };
                *v = v.min(level as f32);
            }
        }
    });
}

#[cfg(test)]
mod tests;
