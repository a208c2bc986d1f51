//! Signed distance to the reference on the grid of a separation.
//!
//! From samples of the surface, since an amount is to be right to hundredths of a millimetre at any
//! distance from it, which distances between voxels are not. Samples are searched at every second
//! voxel along each axis. Between those the distance is smooth and a cubic tells it, but half way
//! between two parts of the surface, where samples are searched as well.

use crate::error::SeparationError;
use rayon::prelude::*;
use thecal_geom::{Aabb, Point3, Vector3};
use thecal_margin::SampledSurface;
use thecal_mask::Solid;
use thecal_voxel::{Grid, IndexBox, Mask, Volume};

/// The reference is sampled this far apart: with tangent planes a sample half a diagonal of it
/// beside the foot leaves 0.005 mm on a radius of 5 mm.
const SAMPLES_MM: f64 = 0.3;
/// Voxels along the sides of a block that is looked at as a whole first.
const BLOCK: usize = 4;
/// Where a cubic and a line between nodes differ by more than this part of the nodes' distance, two
/// parts of the surface are in sight. On a radius of 5 mm a fortieth is usual.
const BEND: f64 = 0.03;

/// Where a grid is near a reference.
#[derive(Debug)]
pub(crate) struct NearReference {
    /// The voxels that hold all that is nearer than the band.
    pub(crate) part: IndexBox,
    /// Signed distance to the reference there, mm, infinite a few voxels beyond the band.
    pub(crate) distance_mm: Volume<f32>,
}

/// Finds where voxels are near a solid whose value in `beside_mm` is less than `within_mm`; those
/// of others are infinite.
///
/// # Error
/// 0.01 mm on radii of curvature of 4 mm and more; up to 0.1 mm where two parts of the surface are
/// about as near.
///
/// # Errors
/// When the grid of nodes would not fit.
pub(crate) fn near(
    solid: &Solid,
    beside_mm: &Volume<f32>,
    within_mm: f64,
    band_mm: f64,
) -> Result<NearReference, SeparationError> {
    let grid = *beside_mm.grid();
    let within = grid_box(&grid);
    // A voxel lies at most three voxels along each axis from the nodes that tell its distance.
    let past_mm = 3.0 * Vector3::from(grid.spacing_mm()).norm();
    let margin = band_mm + past_mm + 1.0;
    let in_sight = |p: Point3| margin - within.distance_mm(p);
    let samples =
        SampledSurface::new(solid.surface_samples_where(SAMPLES_MM, &in_sight), SAMPLES_MM);
    let nodes = Nodes::new(&grid)?;
    let wanted = nodes.wanted(beside_mm, within_mm + past_mm);
    let known = at_voxels(solid, &samples, &wanted, band_mm + past_mm);
    // The nodes beside a voxel within the band lie less than a diagonal farther off.
    let within_band = (band_mm + past_mm / 3.0) as f32;
    let part = nodes.voxels_of(known.map(|d| *d < within_band).bounds());
    let known = known.cropped(nodes.around(part))?;
    let beside_mm = beside_mm.cropped(part)?;
    let grid = *beside_mm.grid();
    let nodes = Nodes::new(&grid)?;
    let (known, row_of_nodes) = nodes.known_on_rows(&known);
    let mut distance_mm = Volume::filled(grid, f32::INFINITY);
    let [nx, ny, _] = grid.size();
    let rows = distance_mm.values_mut().par_chunks_mut(nx).zip(beside_mm.values().par_chunks(nx));
    rows.enumerate().for_each(|(row, (values, beside))| {
        let nodes_of_row = &known[row * row_of_nodes..(row + 1) * row_of_nodes];
        let mut last = None;
        for i in (0..nx).filter(|&i| f64::from(beside[i]) < within_mm) {
            values[i] = nodes.between(i, |node| nodes_of_row[node]);
            if values[i].is_nan() {
                let p = grid.centre_mm([i, row % ny, row / ny]);
                values[i] = samples.signed_distance_mm(solid, &mut last, p, band_mm) as f32;
            }
        }
    });
    Ok(NearReference { part, distance_mm })
}

/// Every second voxel of a grid along each axis, with one more before the first and enough after
/// the last for a cubic.
struct Nodes {
    grid: Grid,
    of: Grid,
    most_bend_mm: f32,
}

impl Nodes {
    fn new(of: &Grid) -> Result<Self, SeparationError> {
        let size = of.size().map(|n| n / 2 + 3);
        let spacing_mm = of.spacing_mm().map(|s| 2.0 * s);
        let grid = Grid::new(of.patient_from_index([-2.0; 3]), *of.axes(), spacing_mm, size)?;
        let most_bend_mm = (BEND * spacing_mm.iter().fold(f64::INFINITY, |m, &s| m.min(s))) as f32;
        Ok(Self { grid, of: *of, most_bend_mm })
    }

    /// The voxels round a box of nodes, from an even one on along each axis, with what it takes to
    /// tell slopes there; the first voxel for no nodes.
    fn voxels_of(&self, nodes: Option<IndexBox>) -> IndexBox {
        let size = self.of.size();
        let nodes = nodes.unwrap_or(IndexBox { start: [0; 3], end: [1; 3] });
        let start = [0, 1, 2].map(|a| {
            let first = (2 * nodes.start[a]).saturating_sub(4);
            first.min((size[a] - 1) / 2 * 2)
        });
        let end = [0, 1, 2].map(|a| (2 * nodes.end[a] - 1).clamp(start[a] + 1, size[a]));
        IndexBox { start, end }
    }

    /// The nodes of a box of voxels that begins at even ones, as they are for the box alone.
    fn around(&self, part: IndexBox) -> IndexBox {
        let (start, size) = (part.start.map(|first| first / 2), part.size());
        IndexBox { start, end: [0, 1, 2].map(|a| start[a] + size[a] / 2 + 3) }
    }

    /// Nodes at which a value on the grid is less than `within_mm`.
    fn wanted(&self, beside_mm: &Volume<f32>, within_mm: f64) -> Mask {
        let size = self.of.size();
        Mask::from_fn(self.grid, |node| {
            let voxel = [0, 1, 2].map(|a| (2 * node[a]).saturating_sub(2).min(size[a] - 1));
            beside_mm.get(voxel).is_some_and(|d| f64::from(*d) < within_mm)
        })
    }

    /// What is known at nodes on every row of voxels, in the order of the rows, and the number of
    /// nodes along a row.
    fn known_on_rows(&self, known: &Volume<f32>) -> (Vec<f32>, usize) {
        let ([mx, my, mz], [_, ny, nz]) = (self.grid.size(), self.of.size());
        let along_k = self.along(known.values(), mx * my, mz, nz);
        (self.along(&along_k, mx, my, ny), mx)
    }

    /// What is known at `nodes` of an axis at its `voxels`; values of an axis lie `stride` apart.
    fn along(&self, known: &[f32], stride: usize, nodes: usize, voxels: usize) -> Vec<f32> {
        let mut out = vec![0.0; known.len() / nodes * voxels];
        out.par_chunks_mut(stride).enumerate().for_each(|(row, values)| {
            let start = row / voxels * nodes * stride;
            for (i, value) in values.iter_mut().enumerate() {
                *value = self.between(row % voxels, |node| known[start + node * stride + i]);
            }
        });
        out
    }

    /// What is known at a voxel of an axis from the nodes of it; NaN where they cannot tell.
    fn between(&self, voxel: usize, known: impl Fn(usize) -> f32) -> f32 {
        let node = voxel / 2 + 1;
        if voxel.is_multiple_of(2) {
            return known(node);
        }
        let [inner, outer] = [0, 1].map(|k| known(node - k) + known(node + 1 + k));
        let sum = inner + outer;
        if !sum.is_finite() {
            // A node beyond the band is so far beyond it that this voxel is, too.
            return sum;
        }
        let bend = (outer - inner) / 16.0;
        if bend.abs() > self.most_bend_mm { f32::NAN } else { 0.5 * inner - bend }
    }
}

/// Signed distance to a solid at wanted voxels, infinite beyond the band, NaN elsewhere.
fn at_voxels(solid: &Solid, samples: &SampledSurface, wanted: &Mask, band_mm: f64) -> Volume<f32> {
    let grid = *wanted.grid();
    let mut out = Volume::filled(grid, f32::NAN);
    // Most voxels of a large tumour lie far from the reference, on one side of it with the whole
    // block that they are in.
    let half_mm = 0.5 * BLOCK as f64 * Vector3::from(grid.spacing_mm()).norm();
    let size = grid.size();
    let [nx, ny, _] = size;
    let slabs = out.values_mut().par_chunks_mut(nx * ny * BLOCK);
    slabs.enumerate().for_each(|(slab, values)| {
        let mut last = None;
        let (along, across) = (nx.div_ceil(BLOCK), ny.div_ceil(BLOCK));
        for block in 0..along * across {
            let start = [block % along, block / along, slab].map(|b| b * BLOCK);
            let end = [0, 1, 2].map(|a| (start[a] + BLOCK).min(size[a]));
            let of_block = (start[2]..end[2])
                .flat_map(|k| (start[1]..end[1]).map(move |j| (k * ny + j) * nx))
                .flat_map(|row| row + start[0]..row + end[0])
                .filter(|&at| wanted.values()[at]);
            let mut of_block = of_block.peekable();
            if of_block.peek().is_none() {
                continue;
            }
            let middle = [0, 1, 2].map(|a| 0.5 * (start[a] + end[a] - 1) as f64);
            let middle = grid.patient_from_index(middle);
            let whole = samples.signed_distance_mm(solid, &mut last, middle, band_mm + half_mm);
            for at in of_block {
                let p = grid.centre_mm([at % nx, at / nx % ny, at / (nx * ny)]);
                let far = whole.is_infinite();
                let d = if far {
                    whole
                } else {
                    samples.signed_distance_mm(solid, &mut last, p, band_mm)
                };
                values[at - start[2] * nx * ny] = d as f32;
            }
        }
    });
    out
}

/// The box of a grid's voxel centres along the patient's axes.
fn grid_box(grid: &Grid) -> Aabb {
    let last = Point3::from(Vector3::from(grid.size().map(|n| n as f64 - 1.0)));
    let corners = Aabb { min_mm: Point3::origin(), max_mm: last }.corners_mm();
    Aabb::from_points(corners.map(|at| grid.patient_from_index(at.into())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;

    /// Two rods along z of radius 5 and 3 mm, 14 mm apart in x.
    fn rods() -> Solid {
        let mut contours = Vec::new();
        for z in -10..=10 {
            for (x, radius_mm) in [(0.0, 5.0), (14.0, 3.0)] {
                let at = |i: i32| {
                    let a = std::f64::consts::TAU * f64::from(i) / 720.0;
                    Point3::new(x + radius_mm * a.cos(), radius_mm * a.sin(), 3.0 * f64::from(z))
                };
                contours.push(Contour {
                    number: contours.len() + 1,
                    kind: ContourKind::ClosedPlanar,
                    points_mm: (0..720).map(at).collect(),
                });
            }
        }
        Solid::from_contours(&contours, EndRule::Plane, 3.0).expect("a solid")
    }

    #[test]
    fn distances_are_those_of_two_rods_and_end_at_the_band() {
        let (solid, band_mm) = (rods(), 4.0);
        let origin = Point3::new(-11.3, -9.1, -6.2);
        let grid = Grid::axis_aligned(origin, [0.5; 3], [68, 41, 23]).expect("a grid");
        // Others in front of x = 8.
        let beside_mm = Volume::from_fn(grid, |v| (grid.centre_mm(v).x - 8.0).max(0.0) as f32);
        let near = near(&solid, &beside_mm, 6.0, band_mm).expect("distances");
        let within = |a: usize, i: usize| (near.part.start[a]..near.part.end[a]).contains(&i);
        let (mut known, mut worst, mut worst_between) = (0, 0.0_f64, 0.0_f64);
        for (k, j, i) in
            (0..23).flat_map(|k| (0..41).flat_map(move |j| (0..68).map(move |i| (k, j, i))))
        {
            let p = grid.centre_mm([i, j, k]);
            let [a, b] = [p.x.hypot(p.y) - 5.0, (p.x - 14.0).hypot(p.y) - 3.0];
            let truth = a.min(b);
            let inside = within(0, i) && within(1, j) && within(2, k);
            let found = inside.then(|| {
                let at = [i - near.part.start[0], j - near.part.start[1], k - near.part.start[2]];
                f64::from(*near.distance_mm.get(at).expect("in the part"))
            });
            if p.x > 14.0 || truth.abs() > band_mm + 3.0 {
                assert!(found.is_none_or(f64::is_infinite), "{p}: {found:?}");
            } else if truth.abs() < band_mm && p.x < 13.9 {
                let off = (found.expect("near") - truth).abs();
                // In a rod all of its sides are about as near.
                let alone = (a - b).abs() > 1.5 && truth > 0.0;
                let worst = if alone { &mut worst } else { &mut worst_between };
                *worst = worst.max(off);
                known += 1;
            }
        }
        assert!(known > 20_000, "{known}");
        assert!(worst < 0.012 && worst_between < 0.05, "off by {worst} and {worst_between} mm");
    }
}
