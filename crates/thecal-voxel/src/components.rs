//! Connected components of a mask, by runs along the rows.
//!
//! Runs of set voxels are joined with those of neighbouring rows in a forest that always hangs
//! the later run under the earlier, so that a part's root is its first run in memory order, however
//! the work was shared out. L. He, Y. Chao, K. Suzuki: A run-based two-scan labeling algorithm.
//! IEEE Trans. Image Process. 17 (2008) 749-756, doi:10.1109/TIP.2008.919369.

use crate::bits::for_each_change;
use crate::grid::IndexBox;
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
pub struct Component {
    /// Number of voxels.
    pub voxels: usize,
    /// Volume of its voxels, cc.
    pub volume_cc: f64,
    /// The smallest box that holds it.
    pub bounds: IndexBox,
}

/// The connected parts of a mask.
#[derive(Debug, Clone, PartialEq)]
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
    pub fn of(mask: &Mask, neighbours: Neighbours) -> Self {
        let runs = Runs::of(mask);
        let mut parent = runs.join(neighbours);
        let parts = runs.number(mask, &mut parent);
        let mut labels = Volume::filled(*mask.grid(), 0_u32);
        let [nx, ny, _] = mask.grid().size();
        labels.values_mut().par_chunks_mut(nx * ny).zip(&runs.slices).for_each(|(out, slice)| {
            for (j, row) in out.chunks_exact_mut(nx).enumerate() {
                let span = slice.row(j);
                let of = &parent[slice.first + span.start..slice.first + span.end];
                for (run, &label) in slice.runs[span].iter().zip(of) {
                    row[run.start as usize..run.end as usize].fill(label);
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
}

impl SliceRuns {
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
    fn of(mask: &Mask) -> Self {
        let [nx, ny, _] = mask.grid().size();
        let mut slices: Vec<SliceRuns> = mask
            .values()
            .par_chunks(nx * ny)
            .map(|slice| {
                let mut runs = Vec::new();
                let mut rows = Vec::with_capacity(ny + 1);
                rows.push(0);
                for row in slice.chunks_exact(nx) {
                    let mut open = None;
                    for_each_change(row, |at| match open.take() {
                        None => open = Some(at as u32),
                        Some(start) => runs.push(Run { start, end: at as u32 }),
                    });
                    rows.push(runs.len() as u32);
                }
                SliceRuns { first: 0, runs, rows }
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
            let mut forest = Forest { first: group[0].first, parent: mine };
            for (k, slice) in group.iter().enumerate() {
                join_within(slice, neighbours, &mut forest);
                if k > 0 {
                    join_across(&group[k - 1], slice, neighbours, &mut forest);
                }
            }
        });
        let mut forest = Forest { first: 0, parent: &mut parent };
        for k in (GROUP..self.slices.len()).step_by(GROUP) {
            join_across(&self.slices[k - 1], &self.slices[k], neighbours, &mut forest);
        }
        parent
    }

    /// Turns the forest into labels from 1 and measures the parts.
    fn number(&self, mask: &Mask, parent: &mut [u32]) -> Vec<Component> {
        let voxel_cc = mask.grid().voxel_mm3() / 1000.0;
        let mut parts: Vec<Component> = Vec::new();
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

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.parent[a.max(b)] = (a.min(b) + self.first) as u32;
        }
    }
}

fn join_within(slice: &SliceRuns, neighbours: Neighbours, forest: &mut Forest<'_>) {
    let slack = u32::from(neighbours != Neighbours::Faces);
    for j in 1..slice.rows.len() - 1 {
        join_rows(slice, j - 1, slice, j, slack, forest);
    }
}

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

/// Joins the runs of two rows that overlap, or lie within `slack` voxels.
fn join_rows(
    a: &SliceRuns,
    row_a: usize,
    b: &SliceRuns,
    row_b: usize,
    slack: u32,
    forest: &mut Forest<'_>,
) {
    let (span_a, span_b) = (a.row(row_a), b.row(row_b));
    let (runs_a, runs_b) = (&a.runs[span_a.clone()], &b.runs[span_b.clone()]);
    let (mut i, mut j) = (0, 0);
    while i < runs_a.len() && j < runs_b.len() {
        let (p, q) = (runs_a[i], runs_b[j]);
        if p.start < q.end + slack && q.start < p.end + slack {
            forest.join(a.first + span_a.start + i, b.first + span_b.start + j);
        }
        // A run that reaches further may still meet the other row's next run.
        if p.end < q.end {
            i += 1;
        } else {
            j += 1;
        }
    }
}
