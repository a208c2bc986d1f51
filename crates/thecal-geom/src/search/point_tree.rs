//! Nearest of a fixed set of points in space: a binary tree of boxes over them.

use crate::Point3;
use crate::search::edge_tree::larger;

/// A tree of boxes over points, mm.
///
/// Boxes hold their points tightly, since points of a surface lie on a sheet: cells of a k-d tree
/// would reach far off it.
///
/// # Example
/// ```
/// use thecal_geom::{Point3, PointTree};
///
/// let tree = PointTree::new((0..100).map(|i| Point3::new(f64::from(i), 0.0, 0.0)));
/// let found = tree.nearest(Point3::new(41.0, 3.0, 4.0), 20.0);
/// assert_eq!(found, Some((41, 5.0)));
/// assert_eq!(tree.nearest(Point3::new(41.0, 3.0, 4.0), 5.0), None);
/// ```
#[derive(Debug, Clone)]
pub struct PointTree {
    /// Points in tree order: each node's are one run, whose halves are its children's.
    points: Vec<(Point3, u32)>,
    /// Boxes by node, root at 1, children of `i` at `2 i` and `2 i + 1`.
    boxes: Vec<Box3>,
    /// Where each node's points start, and how many they are.
    runs: Vec<[u32; 2]>,
    /// The leaf that each point lies in, by its index in answers.
    leaves: Vec<u32>,
}

/// Most points of a leaf.
const LEAF: usize = 8;

#[derive(Debug, Clone, Copy)]
struct Box3 {
    lo: Point3,
    hi: Point3,
}

impl Box3 {
    fn from_points(points: &[(Point3, u32)]) -> Self {
        let start = Self { lo: Point3::origin(), hi: Point3::origin() };
        let Some(first) = points.first() else { return start };
        points.iter().fold(Self { lo: first.0, hi: first.0 }, |b, p| Self {
            lo: b.lo.inf(&p.0),
            hi: b.hi.sup(&p.0),
        })
    }

    fn distance2(&self, q: &Point3) -> f64 {
        let off = |k: usize| larger(larger(self.lo[k] - q[k], q[k] - self.hi[k]), 0.0);
        let (dx, dy, dz) = (off(0), off(1), off(2));
        dx * dx + dy * dy + dz * dz
    }
}

impl PointTree {
    /// Builds the tree; indices in answers are positions in `points`.
    #[must_use]
    pub fn new(points: impl IntoIterator<Item = Point3>) -> Self {
        let mut points: Vec<_> = points.into_iter().zip(0_u32..).collect();
        let leaves = points.len().div_ceil(LEAF).next_power_of_two();
        let mut tree = Self {
            boxes: vec![Box3::from_points(&[]); 2 * leaves],
            runs: vec![[0; 2]; 2 * leaves],
            leaves: vec![0; points.len()],
            points: Vec::new(),
        };
        tree.build(&mut points, 0, 1);
        tree.points = points;
        tree
    }

    /// True without points.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Index and distance (mm) of the nearest point that is nearer than `within_mm`.
    #[must_use]
    pub fn nearest(&self, q: Point3, within_mm: f64) -> Option<(usize, f64)> {
        let mut search = Search { tree: self, q, best: u32::MAX, best2: within_mm * within_mm };
        search.descend(1);
        search.found()
    }

    /// As [`PointTree::nearest`], found sooner the nearer the point with index `hint` is.
    #[must_use]
    pub fn nearest_with_hint(
        &self,
        q: Point3,
        within_mm: f64,
        hint: usize,
    ) -> Option<(usize, f64)> {
        let Some(&leaf) = self.leaves.get(hint) else { return self.nearest(q, within_mm) };
        let mut search = Search { tree: self, q, best: u32::MAX, best2: within_mm * within_mm };
        // From the leaf of the hint to the root: all else lies in the siblings passed on the way.
        let mut node = leaf as usize;
        search.scan(node);
        while node > 1 {
            if self.boxes[node ^ 1].distance2(&q) < search.best2 {
                search.descend(node ^ 1);
            }
            node /= 2;
        }
        search.found()
    }

    fn build(&mut self, points: &mut [(Point3, u32)], start: usize, node: usize) {
        let around = Box3::from_points(points);
        self.boxes[node] = around;
        self.runs[node] = [start as u32, points.len() as u32];
        if points.len() <= LEAF {
            for p in points {
                self.leaves[p.1 as usize] = node as u32;
            }
            return;
        }
        let axis = (around.hi - around.lo).imax();
        let mid = points.len() / 2;
        points.select_nth_unstable_by(mid, |a, b| a.0[axis].total_cmp(&b.0[axis]));
        let (lo, hi) = points.split_at_mut(mid);
        self.build(lo, start, 2 * node);
        self.build(hi, start + mid, 2 * node + 1);
    }
}

/// One query under way.
struct Search<'a> {
    tree: &'a PointTree,
    q: Point3,
    best: u32,
    best2: f64,
}

impl Search<'_> {
    fn found(&self) -> Option<(usize, f64)> {
        (self.best != u32::MAX).then(|| (self.best as usize, self.best2.sqrt()))
    }

    /// Looks at the points of a node.
    fn scan(&mut self, node: usize) {
        let [start, count] = self.tree.runs[node].map(|n| n as usize);
        for p in &self.tree.points[start..start + count] {
            let d2 = (p.0 - self.q).norm_squared();
            if d2 < self.best2 {
                (self.best, self.best2) = (p.1, d2);
            }
        }
    }

    fn descend(&mut self, node: usize) {
        if self.tree.runs[node][1] as usize <= LEAF {
            return self.scan(node);
        }
        let of = |node: usize| self.tree.boxes[node].distance2(&self.q);
        let (l, r) = ((2 * node, of(2 * node)), (2 * node + 1, of(2 * node + 1)));
        let (near, far) = if l.1 <= r.1 { (l, r) } else { (r, l) };
        if near.1 < self.best2 {
            self.descend(near.0);
        }
        if far.1 < self.best2 {
            self.descend(far.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_linear_search() {
        let mut state = 7_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 27)
        };
        // Distances far above and far below a millimetre: their squares order differently.
        for scale in [1.0, 0.01] {
            let points: Vec<Point3> =
                (0..500).map(|_| Point3::new(next(), 3.0 * next(), next()) * scale).collect();
            let tree = PointTree::new(points.iter().copied());
            for _ in 0..200 {
                let q = Point3::new(next(), next(), 5.0 * next()) * scale;
                let brute = points.iter().map(|p| (p - q).norm()).fold(f64::INFINITY, f64::min);
                let (i, d) = tree.nearest(q, f64::INFINITY).unwrap();
                assert_eq!(d, brute);
                assert_eq!((points[i] - q).norm(), brute);
                assert!(tree.nearest(q, 0.999 * brute).is_none());
                let hint = (q.x * 30.0 / scale) as usize % 500;
                assert_eq!(tree.nearest_with_hint(q, f64::INFINITY, hint).unwrap().1, brute);
                assert!(tree.nearest_with_hint(q, 0.999 * brute, hint).is_none());
                // However far the hint lies off, what is nearer than asked for is found.
                let found = tree.nearest_with_hint(q, 1.001 * brute, hint);
                assert_eq!(found.map(|f| f.1), Some(brute));
            }
        }
    }
}
