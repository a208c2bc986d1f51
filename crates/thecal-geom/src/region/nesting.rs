//! Which rings lie in which, for any number of rings: one pass over the edges beside each.

use crate::ring::Point2;
use crate::ring::Ring;
use crate::search::edge_tree::EdgeTree;

/// Rings with their edges, asked for what lies round a ring.
pub(crate) struct Nesting<'a> {
    rings: &'a [Ring],
    edges: &'a EdgeTree,
    /// The ring of each edge.
    ring_of: Vec<u32>,
}

impl<'a> Nesting<'a> {
    /// `edges` are those of the rings, in their order.
    pub(crate) fn new(rings: &'a [Ring], edges: &'a EdgeTree) -> Self {
        let mut ring_of = Vec::with_capacity(edges.len());
        for (i, ring) in rings.iter().enumerate() {
            ring_of.extend(std::iter::repeat_n(i as u32, ring.len()));
        }
        Self { rings, edges, ring_of }
    }

    /// The other rings that a ring lies in, in `out`, ascending.
    fn round(&self, i: usize, out: &mut Vec<u32>) {
        let ring = &self.rings[i];
        // The middle of an edge, so that rings which touch at a corner are not misread.
        let p: Point2 = [0, 1].map(|k| 0.5 * (ring[0][k] + ring[1][k]));
        out.clear();
        self.edges.right_of(p, |edge| {
            let of = self.ring_of[edge];
            if of != i as u32 {
                out.push(of);
            }
        });
        out.sort_unstable();
        // A ring that is crossed an odd number of times on the way out holds the place.
        let mut kept = 0;
        let mut at = 0;
        while at < out.len() {
            let of = out[at];
            let end = at + out[at..].partition_point(|&o| o == of);
            if (end - at) % 2 == 1 {
                out[kept] = of;
                kept += 1;
            }
            at = end;
        }
        out.truncate(kept);
    }

    /// In how many others each ring lies.
    pub(crate) fn depths(&self) -> Vec<usize> {
        let mut round = Vec::new();
        let depth = |i| {
            self.round(i, &mut round);
            round.len()
        };
        (0..self.rings.len()).map(depth).collect()
    }

    /// Each outer ring with the holes one level deeper inside it, by place; outer rings in their
    /// order.
    pub(crate) fn islands(&self) -> Vec<Vec<usize>> {
        let depth = self.depths();
        let mut place = vec![usize::MAX; depth.len()];
        let mut out: Vec<Vec<usize>> = Vec::new();
        for (i, _) in depth.iter().enumerate().filter(|(_, d)| **d % 2 == 0) {
            place[i] = out.len();
            out.push(vec![i]);
        }
        let mut round = Vec::new();
        for (j, &of_hole) in depth.iter().enumerate().filter(|(_, d)| **d % 2 == 1) {
            self.round(j, &mut round);
            for &i in round.iter().filter(|&&i| depth[i as usize] + 1 == of_hole) {
                out[place[i as usize]].push(j);
            }
        }
        out
    }
}
