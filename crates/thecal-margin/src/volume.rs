//! How much of one solid lies within a distance of another.

use crate::interface::{Interface, STEP_MM, inside};
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3};
use thecal_mask::Solid;

/// Cells along the side of a block that is kept or dropped as a whole.
const BLOCK: usize = 4;
/// Cells between the nodes at which the distance from the reference is taken. It is interpolated
/// in between, which leaves an eighth of their distance squared over the radius of curvature:
/// 0.02 mm at 6 mm.
const STRIDE: usize = 2;
/// Nodes along the side of a block, both ends counted.
const NODES: usize = BLOCK / STRIDE + 1;

/// Nodes up to this far past a reach take part in cells that count: half a cell, and the diagonal
/// between nodes.
const PAST_MM: f64 = STEP_MM * (0.5 + 1.74 * STRIDE as f64);

/// Volume of `a` that lies within each reach of the surface of `b` or inside it, cc.
///
/// # Error
/// From a lattice of 0.5 mm on which a cell at a surface counts in part: about 1 % of layers of
/// 2 mm and thicker.
pub(crate) fn volumes_within_cc(
    a: &Solid,
    b: &Solid,
    interface: &Interface,
    reaches_mm: &[f64],
) -> Vec<f64> {
    let most_mm = reaches_mm.iter().copied().fold(0.0, f64::max);
    let Some(lattice) = Lattice::over(a, b, most_mm) else { return vec![0.0; reaches_mm.len()] };
    let blocks = lattice.blocks(a, b, interface, most_mm);
    let mut nodes: Vec<u64> = blocks.iter().flat_map(|block| lattice.nodes(block)).collect();
    nodes.par_sort_unstable();
    nodes.dedup();
    // Neighbouring nodes share a run, so that what one finds bounds the next.
    const RUN: usize = 64;
    let levels_mm: Vec<f64> = nodes
        .par_chunks(RUN)
        .flat_map_iter(|run| {
            let mut last = None;
            let level = |p| reference_level_mm(b, interface, p, most_mm + PAST_MM, &mut last);
            run.iter().map(|&n| lattice.node(n)).map(level).collect::<Vec<_>>()
        })
        .collect();
    let sums: Vec<Vec<f64>> = blocks
        .par_iter()
        .map(|block| {
            let known =
                lattice.nodes(block).map(|n| nodes.binary_search(&n).map_or(0.0, |i| levels_mm[i]));
            lattice.sums(block, &known, a, reaches_mm)
        })
        .collect();
    // Summed in order, so that the result is the same for any number of threads.
    let cc = lattice.cell.x * lattice.cell.y * lattice.cell.z / 1000.0;
    (0..reaches_mm.len()).map(|t| sums.iter().map(|s| s[t]).sum::<f64>() * cc).collect()
}

/// Signed distance from the reference, mm, where it is at most about `reach_mm`; `reach_mm`
/// beyond.
fn reference_level_mm(
    b: &Solid,
    interface: &Interface,
    p: Point3,
    reach_mm: f64,
    last: &mut Option<usize>,
) -> f64 {
    match interface.b.nearest_after(last, p, reach_mm) {
        Some(near) if inside(b, p, &near) => -near.distance_mm,
        Some(near) => near.distance_mm.min(reach_mm),
        // Far from the surface: outside, or deep inside.
        None if b.covers(p) && b.level_mm(p) < 0.0 => -reach_mm,
        None => reach_mm,
    }
}

/// Cells of about 0.5 mm over the part of space where the two solids can be near each other.
struct Lattice {
    corner: Point3,
    /// Blocks along each axis.
    count: [usize; 3],
    cell: Vector3,
}

/// A block that holds some of what is measured.
struct Block {
    at: [usize; 3],
    /// The surface of the measured solid may pass through it.
    cut: bool,
}

impl Lattice {
    /// None where the boxes of the two lie farther apart than `reach_mm`.
    fn over(a: &Solid, b: &Solid, reach_mm: f64) -> Option<Self> {
        let ((alo, ahi), (blo, bhi)) = (a.bounds(), b.bounds());
        let r = Vector3::repeat(reach_mm);
        let (lo, hi) = (alo.sup(&(blo - r)), ahi.inf(&(bhi + r)));
        if lo >= hi {
            return None;
        }
        let size = hi - lo;
        let block = STEP_MM * BLOCK as f64;
        let count = size.map(|x| (x / block).ceil().clamp(1.0, 512.0));
        let cell = size.component_div(&count) / BLOCK as f64;
        Some(Self { corner: lo, count: count.map(|n| n as usize).into(), cell })
    }

    /// Nodes of a block by their numbers, along x first, so that neighbours in order are mostly
    /// neighbours in space.
    fn nodes(&self, block: &Block) -> [u64; NODES.pow(3)] {
        let [nx, ny, _] = self.node_counts();
        let first = block.at.map(|i| (i * (NODES - 1)) as u64);
        std::array::from_fn(|i| {
            let at = [i % NODES, i / NODES % NODES, i / NODES.pow(2)];
            let [x, y, z]: [u64; 3] = std::array::from_fn(|k| first[k] + at[k] as u64);
            (z * ny + y) * nx + x
        })
    }

    fn node_counts(&self) -> [u64; 3] {
        self.count.map(|n| (n * (NODES - 1) + 1) as u64)
    }

    fn node(&self, number: u64) -> Point3 {
        let [nx, ny, _] = self.node_counts();
        let at = [number % nx, number / nx % ny, number / (nx * ny)];
        let steps = Vector3::from(at.map(|i| i as f64));
        self.corner + steps.component_mul(&self.cell) * STRIDE as f64
    }

    /// Blocks that are not far from the reference, nor wholly outside the measured solid.
    fn blocks(&self, a: &Solid, b: &Solid, interface: &Interface, reach_mm: f64) -> Vec<Block> {
        let [nx, ny, nz] = self.count;
        let side = self.cell * BLOCK as f64;
        let radius = 0.5 * side.norm();
        (0..nx * ny * nz)
            .into_par_iter()
            .filter_map(|index| {
                let at = [index % nx, index / nx % ny, index / (nx * ny)];
                let steps = Vector3::from(at.map(|i| i as f64 + 0.5));
                let middle = self.corner + steps.component_mul(&side);
                // What lies wholly outside is told first: it is the cheapest to tell.
                let cut = interface.a.nearest(middle, radius + STEP_MM).is_some();
                if !cut && !a.covers(middle) {
                    return None;
                }
                let near = interface.b.nearest(middle, reach_mm + radius + STEP_MM).is_some();
                let deep = || b.covers(middle) && b.level_mm(middle) < 0.0;
                if !(near || deep()) {
                    return None;
                }
                (cut || a.level_mm(middle) < 0.0).then_some(Block { at, cut })
            })
            .collect()
    }

    /// How many cells of a block lie in `a` and within each reach, from the reference's level at
    /// the block's nodes.
    fn sums(
        &self,
        block: &Block,
        known_mm: &[f64; NODES.pow(3)],
        a: &Solid,
        reaches_mm: &[f64],
    ) -> Vec<f64> {
        let most_mm = reaches_mm.iter().copied().fold(0.0, f64::max);
        let mut sums = vec![0.0; reaches_mm.len()];
        let first = block.at.map(|i| (i * BLOCK) as f64);
        let mut walk = a.walk();
        for i in 0..BLOCK.pow(3) {
            let at = [i % BLOCK, i / BLOCK % BLOCK, i / BLOCK.pow(2)];
            let (level_b, growth_b) = self.interpolated(known_mm, at);
            if part(level_b - most_mm) == 0.0 {
                continue;
            }
            let (level_a, growth_a) = if block.cut {
                let steps: [f64; 3] = std::array::from_fn(|k| first[k] + at[k] as f64 + 0.5);
                let l = walk.level(self.corner + Vector3::from(steps).component_mul(&self.cell));
                (l.value_mm, l.gradient)
            } else {
                (-STEP_MM, Vector3::zeros())
            };
            let of_a = part(level_a);
            if of_a == 0.0 {
                continue;
            }
            for (sum, reach) in sums.iter_mut().zip(reaches_mm) {
                let of_b = part(level_b - reach);
                // Where both surfaces cut the cell, parts do not multiply.
                *sum += if of_a.min(of_b) > 0.0 && of_a.max(of_b) < 1.0 {
                    shared_part(self.cell, [(level_a, growth_a), (level_b - reach, growth_b)])
                } else {
                    of_a * of_b
                };
            }
        }
        sums
    }

    /// Level and growth at the middle of a cell of a block, between the eight nodes round it.
    fn interpolated(&self, known_mm: &[f64; NODES.pow(3)], cell: [usize; 3]) -> (f64, Vector3) {
        let base = cell.map(|c| c / STRIDE);
        let t = cell.map(|c| ((c % STRIDE) as f64 + 0.5) / STRIDE as f64);
        let (mut level, mut growth) = (0.0, Vector3::zeros());
        for corner in 0..8_usize {
            let up = [corner & 1, corner >> 1 & 1, corner >> 2];
            let [x, y, z]: [usize; 3] = std::array::from_fn(|k| base[k] + up[k]);
            let value = known_mm[(z * NODES + y) * NODES + x];
            let weight = |k: usize| if up[k] == 1 { t[k] } else { 1.0 - t[k] };
            level += value * weight(0) * weight(1) * weight(2);
            for k in 0..3 {
                let sign = if up[k] == 1 { 1.0 } else { -1.0 };
                let others = weight((k + 1) % 3) * weight((k + 2) % 3);
                growth[k] += sign * value * others / (STRIDE as f64 * self.cell[k]);
            }
        }
        (level, growth)
    }
}

/// Half a cell either side of a surface counts in part, so that no voxel steps remain.
fn part(level_mm: f64) -> f64 {
    (0.5 - level_mm / STEP_MM).clamp(0.0, 1.0)
}

/// The part of a cell that lies below both of two levels, which are known at its middle and grow
/// evenly, from 64 of its points.
fn shared_part(cell: Vector3, levels: [(f64, Vector3); 2]) -> f64 {
    const SIDE: usize = 4;
    let count = (0..SIDE.pow(3))
        .filter(|i| {
            let at = [i % SIDE, i / SIDE % SIDE, i / SIDE.pow(2)];
            let at = at.map(|i| (i as f64 + 0.5) / SIDE as f64 - 0.5);
            let off = Vector3::from(at).component_mul(&cell);
            levels.iter().all(|(middle, growth)| middle + growth.dot(&off) < 0.0)
        })
        .count();
    count as f64 / SIDE.pow(3) as f64
}
