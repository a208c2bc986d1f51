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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ring::Point2;
    use std::f64::consts::TAU;

    /// A number between 0 and 1 that looks random.
    fn part(k: u64) -> f64 {
        let x = (k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let x = (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((x ^ (x >> 32)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A ring about a point that runs once round it, with corners at unsteady distances.
    fn star(centre: Point2, radius_mm: f64, jitter: f64, count: u64, seed: u64) -> Ring {
        let at = |i: u64| {
            let angle = TAU * (i as f64 + 0.8 * part(7 * seed + 2 * i)) / count as f64;
            let r = radius_mm * (1.0 + jitter * (part(7 * seed + 2 * i + 1) - 0.5));
            [centre[0] + r * angle.cos(), centre[1] + r * angle.sin()]
        };
        (0..count).map(at).collect()
    }

    /// Every edge with every other, by the bounds of each.
    fn slowly(rings: &[Ring], near_mm: f64) -> bool {
        let mut edges = Vec::new();
        for (r, ring) in rings.iter().enumerate() {
            for (i, &a) in ring.iter().enumerate() {
                edges.push((r, i, a, ring[(i + 1) % ring.len()]));
            }
        }
        edges.iter().enumerate().all(|(k, &(r, i, a, b))| {
            edges[k + 1..].iter().all(|&(s, j, c, d)| {
                let apart = (0..2).any(|x| {
                    c[x].min(d[x]) - a[x].max(b[x]) > near_mm
                        || a[x].min(b[x]) - c[x].max(d[x]) > near_mm
                });
                let n = rings[r].len();
                let follows = r == s && ((i + 1) % n == j || (j + 1) % n == i);
                let ahead = (b[0] - a[0]) * (d[0] - c[0]) + (b[1] - a[1]) * (d[1] - c[1]) > 0.0;
                apart || (follows && ahead)
            })
        })
    }

    #[test]
    fn rings_are_as_simple_as_a_slow_look_says() {
        let (mut simple, mut all) = (0, 0);
        for seed in 0..400 {
            let count = 3 + (90.0 * part(1000 + seed).powi(2)) as u64;
            let jitter = 0.9 * part(2000 + seed).powi(3);
            let mut rings = vec![star([0.0, 0.0], 10.0, jitter, count, seed)];
            // Beside it, within it, or across it.
            for more in 0..seed % 3 {
                let x = 30.0 * part(3000 + 2 * seed + more) - 4.0;
                let r = 1.0 + 6.0 * part(4000 + 2 * seed + more);
                rings.push(star([x, 0.4 * x], r, jitter, 4 + 3 * (seed % 7), 9 * seed + more));
            }
            // A ring may begin anywhere.
            let turn = (part(5000 + seed) * rings[0].len() as f64) as usize;
            rings[0].rotate_left(turn);
            for near_mm in [1e-3, 0.02] {
                let found = is_simple(&rings, &EdgeTree::new(&rings), near_mm);
                assert_eq!(found, slowly(&rings, near_mm), "{seed} {near_mm}: {rings:?}");
                (simple, all) = (simple + u32::from(found), all + 1);
            }
        }
        assert!(simple > all / 5 && simple < 4 * all / 5, "{simple} of {all}");
    }

    #[test]
    fn rings_are_near_up_to_the_distance_that_is_asked_for() {
        let round = |x: f64| -> Ring {
            let at = |i: u32| (TAU * f64::from(i) / 60.0).sin_cos();
            (0..60).map(at).map(|(sin, cos)| [x + 5.0 * cos, 5.0 * sin]).collect()
        };
        for (apart_mm, simple) in [(0.21, true), (0.19, false), (-0.5, false)] {
            let rings = [round(0.0), round(10.0 + apart_mm)];
            assert_eq!(is_simple(&rings, &EdgeTree::new(&rings), 0.2), simple, "{apart_mm}");
        }
    }

    #[test]
    fn a_narrow_notch_is_seen_wherever_it_stands() {
        // Round outlines that go on evenly but for one notch whose sides nearly touch.
        for count in [20_u32, 37, 54] {
            for at in 0..count {
                let mut ring = Ring::new();
                for i in 0..count {
                    let (sin, cos) = (TAU * f64::from(i) / f64::from(count)).sin_cos();
                    ring.push([10.0 * cos, 10.0 * sin]);
                    if i == at {
                        let ([x, y], off) =
                            ([10.0 * cos - 0.3 * sin, 10.0 * sin + 0.3 * cos], 0.002);
                        ring.push([x, y]);
                        ring.push([x - 3.0 * cos, y - 3.0 * sin]);
                        ring.push([x - 3.0 * cos - off * sin, y - 3.0 * sin + off * cos]);
                        ring.push([x - off * sin, y + off * cos]);
                    }
                }
                let plain = |near_mm: f64| {
                    is_simple(&[ring.clone()], &EdgeTree::new(&[ring.clone()]), near_mm)
                };
                assert_eq!(plain(0.01), slowly(&[ring.clone()], 0.01), "{count} {at}");
                assert!(!plain(0.01), "{count} {at}");
            }
        }
    }
}
