//! Connected components of a mask, by runs along the rows.
//!
//! Rows are held as bits as well, so that the runs of two rows that touch are found 64 voxels at a
//! time. Runs of set voxels are joined with those of neighbouring rows in a forest that always hangs
//! the later run under the earlier, so that a part's root is its first run in memory order, however
//! the work was shared out. L. He, Y. Chao, K. Suzuki: A run-based two-scan labeling algorithm.
//! IEEE Trans. Image Process. 17 (2008) 749-756, doi:10.1109/TIP.2008.919369.

use crate::bits::{for_each_change, word};
use crate::grid::IndexBox;
use crate::simd::{Vectorised, vectorised};
use crate::view::MaskView;
use crate::volume::{Mask, Volume};
use rayon::prelude::*;

/// Which voxels are neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Neighbours {
    /// The 6 that share a face.
    Faces,
    /// The 18 that share a face or an edge.
    Edges,
    /// The 26 that share a face, an edge or a corner.
    Corners,
}

/// One connected part.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Component {
    /// Number of voxels.
    pub voxels: usize,
    /// Volume of its voxels, cc.
    pub volume_cc: f64,
    /// The smallest box that holds it.
    pub bounds: IndexBox,
}

/// The connected parts of a mask.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Components, Grid, Neighbours, Volume};
///
/// // Two runs of voxels on a line, of 3 and of 5.
/// let grid = Grid::axis_aligned(Point3::origin(), [1.0; 3], [12, 1, 1])?;
/// let mask = Volume::from_fn(grid, |[i, ..]| i < 3 || (6..11).contains(&i));
/// let found = Components::from_mask(&mask, Neighbours::Faces);
/// assert_eq!(found.parts.iter().map(|p| p.voxels).collect::<Vec<_>>(), [3, 5]);
/// let large = found.select(|part| part.voxels >= 4);
/// assert_eq!(large.count(), 5);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Components {
    /// 0 outside the mask, else the number of the part, from 1, in memory order of their first
    /// voxels.
    pub labels: Volume<u32>,
    /// The parts; that with label `n` is at `n - 1`.
    pub parts: Vec<Component>,
}

impl Components {
    /// Labels the connected parts of a mask.
    #[must_use]
    pub fn from_mask<'a>(mask: impl Into<MaskView<'a>>, neighbours: Neighbours) -> Self {
        Self::of_view(mask.into(), neighbours)
    }

    // Not generic: compiled once, here.
    fn of_view(mask: MaskView<'_>, neighbours: Neighbours) -> Self {
        let runs = Runs::from_mask(mask);
        let mut parent = runs.join(neighbours);
        let parts = runs.number(mask, &mut parent);
        let mut labels = Volume::filled(*mask.grid(), 0_u32);
        let [nx, ny, _] = mask.grid().size();
        labels.values_mut().par_chunks_mut(nx * ny).zip(&runs.slices).for_each(|(out, slice)| {
            for (j, row) in out.chunks_exact_mut(nx).enumerate() {
                let span = slice.row(j);
                let of = &parent[slice.first + span.start..slice.first + span.end];
                for (run, &label) in slice.runs[span].iter().zip(of) {
                    // Most runs of a noisy mask are shorter than a call is long.
                    for v in &mut row[run.start as usize..run.end as usize] {
                        *v = label;
                    }
                }
            }
        });
        Self { labels, parts }
    }

    /// The part with the most voxels; of equals the first.
    #[must_use]
    pub fn largest(&self) -> Option<(u32, &Component)> {
        let best = self.parts.iter().enumerate().rev().max_by_key(|(_, c)| c.voxels)?;
        Some((best.0 as u32 + 1, best.1))
    }

    /// The voxels of the parts that are wanted.
    #[must_use]
    pub fn select(&self, wanted: impl Fn(&Component) -> bool) -> Mask {
        let keep: Vec<bool> = std::iter::once(false).chain(self.parts.iter().map(wanted)).collect();
        self.labels.map(|&l| keep[l as usize])
    }
}

#[derive(Debug, Clone, Copy)]
struct Run {
    start: u32,
    end: u32,
}

/// The runs of one slice.
struct SliceRuns {
    /// Number of the slice's first run in the whole.
    first: usize,
    runs: Vec<Run>,
    /// Where each row's runs begin; one more than rows.
    rows: Vec<u32>,
    /// The voxels of each row, 64 to a word.
    bits: Vec<u64>,
}

impl SliceRuns {
    #[inline(always)]
    fn words(&self, j: usize) -> &[u64] {
        let count = self.bits.len() / (self.rows.len() - 1);
        &self.bits[j * count..(j + 1) * count]
    }

    #[inline(always)]
    fn row(&self, j: usize) -> std::ops::Range<usize> {
        self.rows[j] as usize..self.rows[j + 1] as usize
    }
}

struct Runs {
    slices: Vec<SliceRuns>,
    total: usize,
}

/// Slices joined on their own before the seams between the groups are.
const GROUP: usize = 16;

impl Runs {
    fn from_mask(mask: MaskView<'_>) -> Self {
        let [nx, ny, _] = mask.grid().size();
        let mut slices: Vec<SliceRuns> = mask
            .values()
            .par_chunks(nx * ny)
            .map(|slice| {
                let mut runs = Vec::new();
                let mut rows = Vec::with_capacity(ny + 1);
                rows.push(0);
                let mut bits = Vec::with_capacity(ny * nx.div_ceil(64));
                for row in slice.chunks_exact(nx) {
                    bits.extend(row.chunks(64).map(word));
                    let words = &bits[bits.len() - nx.div_ceil(64)..];
                    let mut open = None;
                    for_each_change(words, nx, |at| match open.take() {
                        None => open = Some(at as u32),
                        Some(start) => runs.push(Run { start, end: at as u32 }),
                    });
                    rows.push(runs.len() as u32);
                }
                SliceRuns { first: 0, runs, rows, bits }
            })
            .collect();
        let mut total = 0;
        for s in &mut slices {
            s.first = total;
            total += s.runs.len();
        }
        Self { slices, total }
    }

    /// The forest over all runs: every run under an earlier run of its part, or its own root.
    fn join(&self, neighbours: Neighbours) -> Vec<u32> {
        let mut parent: Vec<u32> = (0..self.total as u32).collect();
        let mut rest = parent.as_mut_slice();
        let mut groups = Vec::new();
        for group in self.slices.chunks(GROUP) {
            let len = group.iter().map(|s| s.runs.len()).sum();
            let (mine, others) = rest.split_at_mut(len);
            groups.push((group, mine));
            rest = others;
        }
        groups.into_par_iter().for_each(|(group, mine)| {
            let forest = Forest { first: group[0].first, parent: mine };
            vectorised(Join { slices: group, seams: false, neighbours, forest });
        });
        let forest = Forest { first: 0, parent: &mut parent };
        vectorised(Join { slices: &self.slices, seams: true, neighbours, forest });
        parent
    }

    /// Turns the forest into labels from 1 and measures the parts.
    fn number(&self, mask: MaskView<'_>, parent: &mut [u32]) -> Vec<Component> {
        let voxel_cc = mask.grid().voxel_mm3() / 1000.0;
        let roots = parent.iter().enumerate().filter(|&(at, &up)| up as usize == at).count();
        let mut parts: Vec<Component> = Vec::with_capacity(roots);
        let mut at = 0;
        for (k, slice) in self.slices.iter().enumerate() {
            for j in 0..slice.rows.len() - 1 {
                for run in &slice.runs[slice.row(j)] {
                    let (x0, x1) = (run.start as usize, run.end as usize);
                    let up = parent[at] as usize;
                    if up == at {
                        let bounds = IndexBox { start: [x0, j, k], end: [x1, j + 1, k + 1] };
                        parts.push(Component { voxels: x1 - x0, volume_cc: 0.0, bounds });
                        parent[at] = parts.len() as u32;
                    } else {
                        // An earlier run already holds its label.
                        let label = parent[up];
                        parent[at] = label;
                        let part = &mut parts[label as usize - 1];
                        part.voxels += x1 - x0;
                        let b = &mut part.bounds;
                        b.start = [b.start[0].min(x0), b.start[1].min(j), b.start[2]];
                        b.end = [b.end[0].max(x1), b.end[1].max(j + 1), k + 1];
                    }
                    at += 1;
                }
            }
        }
        for p in &mut parts {
            p.volume_cc = p.voxels as f64 * voxel_cc;
        }
        parts
    }
}

struct Forest<'a> {
    /// Number of the first run that the forest holds.
    first: usize,
    parent: &'a mut [u32],
}

impl Forest<'_> {
    #[inline(always)]
    fn root(&mut self, run: usize) -> usize {
        let mut at = run - self.first;
        loop {
            let up = self.parent[at] as usize - self.first;
            if up == at {
                return at;
            }
            let over = self.parent[up];
            self.parent[at] = over;
            at = over as usize - self.first;
        }
    }

    /// Joins the parts of two runs, numbered within the whole.
    #[inline(always)]
    fn join(&mut self, a: usize, b: usize) {
        let (at_a, at_b) = (a - self.first, b - self.first);
        // Most runs that meet are in one part already.
        if self.parent[at_a] == self.parent[at_b] {
            return;
        }
        let (a, b) = (self.root(a), self.root(b));
        let root = (a.min(b) + self.first) as u32;
        self.parent[a.max(b)] = root;
        (self.parent[at_a], self.parent[at_b]) = (root, root);
    }
}

/// The joining of neighbouring slices: all of a group, or those on both sides of its seams.
struct Join<'a> {
    slices: &'a [SliceRuns],
    seams: bool,
    neighbours: Neighbours,
    forest: Forest<'a>,
}

impl Vectorised for Join<'_> {
    #[inline(always)]
    fn run(mut self) {
        for (k, slice) in self.slices.iter().enumerate() {
            if !self.seams {
                join_within(slice, self.neighbours, &mut self.forest);
            }
            if k > 0 && (!self.seams || k % GROUP == 0) {
                join_across(&self.slices[k - 1], slice, self.neighbours, &mut self.forest);
            }
        }
    }
}

#[inline(always)]
fn join_within(slice: &SliceRuns, neighbours: Neighbours, forest: &mut Forest<'_>) {
    let slack = u32::from(neighbours != Neighbours::Faces);
    for j in 1..slice.rows.len() - 1 {
        join_rows(slice, j - 1, slice, j, slack, forest);
    }
}

#[inline(always)]
fn join_across(
    below: &SliceRuns,
    above: &SliceRuns,
    neighbours: Neighbours,
    forest: &mut Forest<'_>,
) {
    let rows = above.rows.len() - 1;
    let (straight, slanted) = match neighbours {
        Neighbours::Faces => (0, None),
        Neighbours::Edges => (1, Some(0)),
        Neighbours::Corners => (1, Some(1)),
    };
    for j in 0..rows {
        if above.row(j).is_empty() {
            continue;
        }
        join_rows(below, j, above, j, straight, forest);
        if let Some(slack) = slanted {
            if j > 0 {
                join_rows(below, j - 1, above, j, slack, forest);
            }
            if j + 1 < rows {
                join_rows(below, j + 1, above, j, slack, forest);
            }
        }
    }
}

/// Joins the runs of two rows that overlap, or lie within `slack` voxels, 0 or 1.
///
/// Two runs overlap in one piece, which starts where one of them does: every pair is one bit. For
/// neighbours across a corner the runs of both rows are taken one voxel longer at their ends.
#[inline(always)]
fn join_rows(
    a: &SliceRuns,
    row_a: usize,
    b: &SliceRuns,
    row_b: usize,
    slack: u32,
    forest: &mut Forest<'_>,
) {
    // Number of the first run that has not begun yet.
    let mut next_a = a.first + a.row(row_a).start;
    let mut next_b = b.first + b.row(row_b).start;
    if a.row(row_a).is_empty() || b.row(row_b).is_empty() {
        return;
    }
    let longer = if slack == 0 { 0 } else { u64::MAX };
    let (mut last_a, mut last_b) = (0, 0);
    for (&bits_a, &bits_b) in a.words(row_a).iter().zip(b.words(row_b)) {
        let (moved_a, moved_b) = (bits_a << 1 | last_a, bits_b << 1 | last_b);
        let (starts_a, starts_b) = (bits_a & !moved_a, bits_b & !moved_b);
        let both = (bits_a | moved_a & longer) & (bits_b | moved_b & longer);
        let mut pairs = (starts_a | starts_b) & both;
        while pairs != 0 {
            let up_to = pairs ^ (pairs - 1);
            let begun = |starts: u64| (starts & up_to).count_ones() as usize;
            forest.join(next_a + begun(starts_a) - 1, next_b + begun(starts_b) - 1);
            pairs &= pairs - 1;
        }
        next_a += starts_a.count_ones() as usize;
        next_b += starts_b.count_ones() as usize;
        (last_a, last_b) = (bits_a >> 63, bits_b >> 63);
    }
}
