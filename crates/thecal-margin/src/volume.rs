//! How much of one solid lies within a distance of another.

use crate::facing_surfaces::{FacingSurfaces, STEP_MM};
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3, part_below};
use thecal_mask::Solid;

/// Cells along the side of a block that is kept or dropped as a whole.
const BLOCK: usize = 4;
/// Cells between the nodes at which the distance from the reference is taken. It is interpolated
/// in between, which leaves an eighth of their distance squared over the radius of curvature:
/// 0.02 mm at 6 mm.
const STRIDE: usize = 2;
/// Nodes along the side of a block, both ends counted.
const NODES: usize = BLOCK / STRIDE + 1;
/// Nodes up to this many cells past a reach take part in cells that count: half a cell, and the
/// diagonal between nodes.
const PAST_CELLS: f64 = 0.5 + 1.74 * STRIDE as f64;
/// Blocks that are looked at, at most: two litres. Cells of larger boxes are coarser.
const MOST_BLOCKS: f64 = 250_000.0;

/// Volume of `a` that lies within each reach of the surface of `b` or inside it, cc.
///
/// # Error
/// From a lattice of 0.5 mm on which a cell at a surface counts in part: about 1 % of layers of
/// 2 mm and thicker. Where the two share a box of more than two litres its cells grow with it.
pub(crate) fn volumes_within_cc(
    a: &Solid,
    b: &Solid,
    surfaces: &FacingSurfaces,
    reaches_mm: &[f64],
) -> Vec<f64> {
    let most_mm = reaches_mm.iter().copied().fold(0.0, f64::max);
    let Some(lattice) = Lattice::over(a, b, most_mm) else { return vec![0.0; reaches_mm.len()] };
    let blocks = lattice.blocks(a, b, surfaces, most_mm);
    let reach_mm = most_mm + lattice.step_mm * PAST_CELLS;
    let known_b = Nodes::new(&lattice, blocks.iter().filter(|block| !block.deep), || {
        let mut last = None;
        move |p| {
            let d = &surfaces.b.signed_distance_mm(b, &mut last, p, reach_mm);
            (d.clamp(-reach_mm, reach_mm), Vector3::zeros())
        }
    });
    // Cells lie between their nodes, so blocks whose nodes are all too far hold nothing.
    let near: Vec<Known<'_>> = blocks
        .par_iter()
        .map(|block| match block.deep {
            true => Known { block, of_b: [-reach_mm; NODES.pow(3)] },
            false => Known { block, of_b: known_b.of_block(&lattice.nodes(block)).map(|n| n.0) },
        })
        .filter(|known| known.of_b.iter().any(|d| *d < most_mm + 0.5 * lattice.step_mm))
        .collect();
    let cut = near.iter().map(|known| known.block).filter(|block| block.cut);
    let known_a = Nodes::new(&lattice, cut, || {
        let mut walk = a.sampler();
        move |p| {
            let l = walk.level(p);
            (l.value_mm, l.gradient)
        }
    });
    let sums: Vec<Vec<f64>> = near
        .par_iter()
        .map(|Known { block, of_b }| {
            if block.deep && !block.cut {
                return vec![BLOCK.pow(3) as f64; reaches_mm.len()];
            }
            let of_a = block.cut.then(|| known_a.of_block(&lattice.nodes(block)));
            lattice.sums(of_b, of_a.as_ref(), reaches_mm)
        })
        .collect();
    // Summed in order, so that the result is the same for any number of threads.
    let cc = lattice.cell.x * lattice.cell.y * lattice.cell.z / 1000.0;
    (0..reaches_mm.len()).map(|t| sums.iter().map(|s| s[t]).sum::<f64>() * cc).collect()
}

/// A block with the distances of its nodes from the reference, mm.
struct Known<'a> {
    block: &'a Block,
    of_b: [f64; NODES.pow(3)],
}

/// What is known at the nodes of blocks: a level, mm, and its gradient.
struct Nodes {
    numbers: Vec<u64>,
    known: Vec<(f64, Vector3)>,
}

impl Nodes {
    /// Finds the nodes of blocks in runs of neighbours, so that what one finds bounds the next: a
    /// run has a finder of its own.
    fn new<'a, F: FnMut(Point3) -> (f64, Vector3)>(
        lattice: &Lattice,
        blocks: impl Iterator<Item = &'a Block>,
        finder: impl Fn() -> F + Sync,
    ) -> Self {
        const RUN: usize = 64;
        let mut numbers: Vec<u64> = blocks.flat_map(|block| lattice.nodes(block)).collect();
        numbers.par_sort_unstable();
        numbers.dedup();
        let known = numbers
            .par_chunks(RUN)
            .flat_map_iter(|run| {
                let mut find = finder();
                run.iter().map(|&n| find(lattice.node(n))).collect::<Vec<_>>()
            })
            .collect();
        Self { numbers, known }
    }

    fn of_block(&self, nodes: &[u64; NODES.pow(3)]) -> [(f64, Vector3); NODES.pow(3)] {
        let missing = (0.0, Vector3::zeros());
        nodes.map(|n| self.numbers.binary_search(&n).map_or(missing, |i| self.known[i]))
    }
}

/// Cells of about 0.5 mm over the part of space where the two solids can be near each other.
struct Lattice {
    corner: Point3,
    step_mm: f64,
    /// Blocks along each axis.
    count: [usize; 3],
    cell: Vector3,
    /// The nodes round a cell, by its place between them, x first.
    corners: [[Corner; 8]; STRIDE.pow(3)],
}

/// A block that holds some of what is measured.
struct Block {
    at: [usize; 3],
    /// The surface of the measured solid may pass through it.
    cut: bool,
    /// It lies so deep in the reference that all of it counts as far as that goes.
    deep: bool,
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
        let fine = STEP_MM * BLOCK as f64;
        let blocks = size.map(|x| (x / fine).ceil()).product();
        let step_mm = STEP_MM * (blocks / MOST_BLOCKS).cbrt().max(1.0);
        let block = step_mm * BLOCK as f64;
        let count = size.map(|x| (x / block).ceil().clamp(1.0, 512.0));
        let cell = size.component_div(&count) / BLOCK as f64;
        let corners = std::array::from_fn(|i| {
            Corner::round([i % STRIDE, i / STRIDE % STRIDE, i / STRIDE.pow(2)], cell)
        });
        Some(Self { corner: lo, step_mm, count: count.map(|n| n as usize).into(), cell, corners })
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
    fn blocks(&self, a: &Solid, b: &Solid, surfaces: &FacingSurfaces, reach_mm: f64) -> Vec<Block> {
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
                let cut = surfaces.a.nearest(middle, radius + STEP_MM).is_some();
                if !cut && !a.covers(middle) {
                    return None;
                }
                let near = surfaces.b.nearest(middle, reach_mm + radius + STEP_MM);
                let inside = || b.covers(middle) && b.level_mm(middle) < 0.0;
                // Half a cell more than a step off, the surface does not reach into the block.
                let off_mm = radius + 0.5 * self.step_mm + STEP_MM;
                let far = near.is_none_or(|n| n.to_sample_mm > off_mm);
                let deep = far && 0.5 * self.step_mm < 2.0 * STEP_MM && inside();
                if !(deep || near.is_some() || inside()) {
                    return None;
                }
                (cut || a.level_mm(middle) < 0.0).then_some(Block { at, cut, deep })
            })
            .collect()
    }

    /// How many cells of a block lie in `a` and within each reach, from what is known at the
    /// block's nodes; all of them lie in `a` where nothing is known of it.
    fn sums(
        &self,
        of_b: &[f64; NODES.pow(3)],
        of_a: Option<&[(f64, Vector3); NODES.pow(3)]>,
        reaches_mm: &[f64],
    ) -> Vec<f64> {
        let most_mm = reaches_mm.iter().copied().fold(0.0, f64::max);
        let mut sums = vec![0.0; reaches_mm.len()];
        for i in 0..BLOCK.pow(3) {
            let corners = self.corners([i % BLOCK, i / BLOCK % BLOCK, i / BLOCK.pow(2)]);
            let level_b: f64 = corners.iter().map(|(c, node)| c.weight * of_b[*node]).sum();
            // Half a cell either side of a surface counts in part, so that no voxel steps remain.
            if part_below(level_b - most_mm, self.step_mm) == 0.0 {
                continue;
            }
            let level_a = match of_a {
                // Half of what the gradients say: a line through the nodes leaves out of a bend as
                // much as their gradients overdo it, so levels that bend evenly come out exactly.
                Some(known) => corners
                    .iter()
                    .map(|(c, node)| (c, &known[*node]))
                    .map(|(c, (value, growth))| c.weight * (value + 0.5 * growth.dot(&c.off_mm)))
                    .sum(),
                None => -self.step_mm,
            };
            let part_a = part_below(level_a, self.step_mm);
            if part_a == 0.0 {
                continue;
            }
            for (sum, reach) in sums.iter_mut().zip(reaches_mm) {
                let part_b = part_below(level_b - reach, self.step_mm);
                // Where both surfaces cut the cell, parts do not multiply.
                *sum += if part_a.min(part_b) > 0.0 && part_a.max(part_b) < 1.0 {
                    let growth_a = of_a.map_or_else(Vector3::zeros, |known| {
                        corners.iter().map(|(c, node)| known[*node].1 * c.weight).sum()
                    });
                    let growth_b = corners.iter().map(|(c, node)| c.growth * of_b[*node]).sum();
                    shared_part(self.cell, [(level_a, growth_a), (level_b - reach, growth_b)])
                } else {
                    part_a * part_b
                };
            }
        }
        sums
    }

    /// The eight nodes round the middle of a cell of a block, with their numbers in the block.
    fn corners(&self, cell: [usize; 3]) -> [(&Corner, usize); 8] {
        let [x, y, z] = cell.map(|c| c / STRIDE);
        let within = cell.map(|c| c % STRIDE);
        let of_cell = &self.corners[(within[2] * STRIDE + within[1]) * STRIDE + within[0]];
        let first = (z * NODES + y) * NODES + x;
        std::array::from_fn(|k| {
            let step = (k >> 2) * NODES * NODES + (k >> 1 & 1) * NODES + (k & 1);
            (&of_cell[k], first + step)
        })
    }
}

/// A node round the middle of a cell.
struct Corner {
    weight: f64,
    /// How the weight grows, per mm.
    growth: Vector3,
    /// The way from the node to the middle of the cell.
    off_mm: Vector3,
}

impl Corner {
    /// The eight round a cell at a place between nodes, x first.
    fn round(within: [usize; 3], cell_mm: Vector3) -> [Self; 8] {
        let t = within.map(|c| (c as f64 + 0.5) / STRIDE as f64);
        let side = cell_mm * STRIDE as f64;
        std::array::from_fn(|corner| {
            let up: [bool; 3] = std::array::from_fn(|k| corner >> k & 1 == 1);
            let weight = |k: usize| if up[k] { t[k] } else { 1.0 - t[k] };
            let others = |k: usize| weight((k + 1) % 3) * weight((k + 2) % 3);
            let sign = |k: usize| if up[k] { 1.0 } else { -1.0 };
            let off = |k: usize| (t[k] - f64::from(u8::from(up[k]))) * side[k];
            Self {
                weight: weight(0) * weight(1) * weight(2),
                growth: Vector3::from_fn(|k, _| sign(k) * others(k) / side[k]),
                off_mm: Vector3::from_fn(|k, _| off(k)),
            }
        })
    }
}

/// The part of a cell that lies below both of two levels, which are known at its middle and grow
/// evenly, from 64 of its points.
fn shared_part(cell: Vector3, levels: [(f64, Vector3); 2]) -> f64 {
    const SIDE: usize = 4;
    // What each step along an axis adds to each level.
    let rises = levels.map(|(_, growth)| {
        [0, 1, 2].map(|k| {
            let of = |i: usize| growth[k] * cell[k] * ((i as f64 + 0.5) / SIDE as f64 - 0.5);
            [of(0), of(1), of(2), of(3)]
        })
    });
    let mut count = 0;
    for z in 0..SIDE {
        for y in 0..SIDE {
            let row = [0, 1].map(|l| levels[l].0 + rises[l][2][z] + rises[l][1][y]);
            for (a, b) in rises[0][0].iter().zip(&rises[1][0]) {
                count += u32::from(row[0] + a < 0.0 && row[1] + b < 0.0);
            }
        }
    }
    f64::from(count) / SIDE.pow(3) as f64
}

#[cfg(test)]
mod tests;
