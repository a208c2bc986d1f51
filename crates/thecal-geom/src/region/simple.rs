//! The quick look at drawn rings: most bound their region as they are.

use crate::ring::Ring;
use crate::search::edge_tree::{EdgeTree, LEAF};

/// True when no two edges come as near to each other as `near_mm`, but for neighbours in a ring
/// that go on in much the same direction. Such rings neither cross, touch nor run along
/// themselves or each other. False says nothing: a closer look must tell.
pub(crate) fn is_simple(rings: &[Ring], edges: &EdgeTree, near_mm: f64) -> bool {
    let mut starts = Vec::with_capacity(rings.len() + 1);
    let mut next = 0;
    for ring in rings {
        starts.push(next);
        next += ring.len();
    }
    starts.push(next);
    let headings = (0..edges.leaves()).map(|leaf| heading(edges, leaf, &starts)).collect();
    Look { edges, starts, headings, near_mm }.alone(1)
}

/// The quadrant that all edges of a leaf go to. A run of such edges always moves on, so no part of
/// it comes back to another.
fn heading(edges: &EdgeTree, leaf: usize, starts: &[usize]) -> Option<[bool; 2]> {
    let run = leaf * LEAF..((leaf + 1) * LEAF).min(edges.len());
    // Only the first ring may begin within a run, else it holds edges of two.
    let one_ring = starts.len() == 2
        || starts.partition_point(|&s| s <= run.start) == starts.partition_point(|&s| s < run.end);
    let mut of_edges = run.map(|i| {
        let (a, b) = edges.edge(i);
        [b[0] >= a[0], b[1] >= a[1]]
    });
    let first = of_edges.next()?;
    (one_ring && of_edges.all(|h| h == first)).then_some(first)
}

struct Look<'a> {
    edges: &'a EdgeTree,
    /// The first edge of each ring, and one past the last.
    starts: Vec<usize>,
    headings: Vec<Option<[bool; 2]>>,
    near_mm: f64,
}

impl Look<'_> {
    /// Nothing within a node comes near itself.
    fn alone(&self, node: usize) -> bool {
        let leaves = self.edges.leaves();
        if node >= leaves {
            let leaf = node - leaves;
            let run = self.run(leaf);
            return self.headings[leaf].is_some()
                || run.clone().all(|i| (i + 1..run.end).all(|j| self.clear(i, j)));
        }
        let (l, r) = (2 * node, 2 * node + 1);
        self.alone(l) && self.alone(r) && self.apart(l, r)
    }

    /// Nothing within the first node comes near anything within the second, which lies further on
    /// along the rings.
    fn apart(&self, a: usize, b: usize) -> bool {
        if self.edges.boxes_apart(a, b, self.near_mm) {
            return true;
        }
        let leaves = self.edges.leaves();
        if a < leaves {
            return [2 * a + 1, 2 * a]
                .iter()
                .all(|&x| self.apart(x, 2 * b) && self.apart(x, 2 * b + 1));
        }
        let (a, b) = (a - leaves, b - leaves);
        let (of_a, of_b) = (self.run(a), self.run(b));
        let on = b == a + 1
            && self.headings[a].is_some()
            && self.headings[a] == self.headings[b]
            && self.starts.binary_search(&of_b.start).is_err();
        on || of_a.clone().all(|i| of_b.clone().all(|j| self.clear(i, j)))
    }

    fn run(&self, leaf: usize) -> std::ops::Range<usize> {
        let end = ((leaf + 1) * LEAF).min(self.edges.len());
        (leaf * LEAF).min(end)..end
    }

    /// Edge `i` and edge `j`, further on, are not near each other, or neighbours that go on.
    fn clear(&self, i: usize, j: usize) -> bool {
        let ((a, b), (c, d)) = (self.edges.edge(i), self.edges.edge(j));
        let off = |k: usize| {
            let ([a0, a1], [c0, c1]) = (sorted(a[k], b[k]), sorted(c[k], d[k]));
            c0 - a1 > self.near_mm || a0 - c1 > self.near_mm
        };
        if off(0) || off(1) {
            return true;
        }
        let ring = self.starts.partition_point(|&s| s <= i);
        let (first, end) = (self.starts[ring - 1], self.starts[ring]);
        let joined = (j == i + 1 && j < end) || (i == first && j + 1 == end);
        joined && (b[0] - a[0]) * (d[0] - c[0]) + (b[1] - a[1]) * (d[1] - c[1]) > 0.0
    }
}

fn sorted(a: f64, b: f64) -> [f64; 2] {
    if a < b { [a, b] } else { [b, a] }
}
