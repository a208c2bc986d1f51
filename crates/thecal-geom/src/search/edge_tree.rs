//! The edges of a region with two search structures over them: a tree of boxes for the nearest
//! edge, and horizontal bands for the parity of a ray.

use crate::ring::Point2;
use crate::ring::Ring;
use crate::search::edge_slabs::EdgeSlabs;
use std::sync::OnceLock;

/// The nearest boundary point to a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClosestPoint {
    /// Unsigned distance, mm.
    pub distance_mm: f64,
    /// The boundary point, mm.
    pub point: Point2,
    /// Index of the edge it lies on.
    pub edge: usize,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    a: Point2,
    b: Point2,
    /// One over the squared length; 0 for an edge without length.
    per_length2: f64,
}

impl Edge {
    fn new(a: Point2, b: Point2) -> Self {
        let length2 = (b[0] - a[0]).powi(2) + (b[1] - a[1]).powi(2);
        Self { a, b, per_length2: if length2 > 0.0 { 1.0 / length2 } else { 0.0 } }
    }

    /// The point nearest to `p`.
    fn closest(&self, p: Point2) -> Point2 {
        let d = [self.b[0] - self.a[0], self.b[1] - self.a[1]];
        let t = ((p[0] - self.a[0]) * d[0] + (p[1] - self.a[1]) * d[1]) * self.per_length2;
        // A NaN fails both comparisons and falls to the first end.
        if t >= 1.0 {
            self.b
        } else if t > 0.0 {
            [self.a[0] + t * d[0], self.a[1] + t * d[1]]
        } else {
            self.a
        }
    }
}

/// The point of an edge that is nearest to `p`.
pub(crate) fn nearest_on_edge(p: Point2, a: Point2, b: Point2) -> Point2 {
    Edge::new(a, b).closest(p)
}

#[derive(Debug, Clone, Copy)]
struct Box2 {
    lo: Point2,
    hi: Point2,
}

impl Box2 {
    const EMPTY: Self = Self { lo: [f64::INFINITY; 2], hi: [f64::NEG_INFINITY; 2] };

    fn from_edge(e: &Edge) -> Self {
        Self::EMPTY.with(e.a).with(e.b)
    }

    fn with(self, p: Point2) -> Self {
        Self {
            lo: [smaller(self.lo[0], p[0]), smaller(self.lo[1], p[1])],
            hi: [larger(self.hi[0], p[0]), larger(self.hi[1], p[1])],
        }
    }

    fn union(self, o: Self) -> Self {
        Self {
            lo: [smaller(self.lo[0], o.lo[0]), smaller(self.lo[1], o.lo[1])],
            hi: [larger(self.hi[0], o.hi[0]), larger(self.hi[1], o.hi[1])],
        }
    }

    fn distance2(&self, p: Point2) -> f64 {
        let off = |k: usize| larger(larger(self.lo[k] - p[k], p[k] - self.hi[k]), 0.0);
        let (dx, dy) = (off(0), off(1));
        dx * dx + dy * dy
    }
}

/// Edges in a leaf. Consecutive edges of a ring lie close together, so runs make good leaves.
pub(crate) const LEAF: usize = 6;

/// Edges of closed rings, searchable.
///
/// # Example
/// ```
/// use thecal_geom::Region;
///
/// let ring = vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
/// let square = Region::from_rings(&[ring]).0.expect("an area");
/// let found = square.edges().nearest([7.0, 8.0]);
/// assert_eq!((found.distance_mm, found.point), (5.0, [4.0, 4.0]));
/// ```
#[derive(Debug, Clone)]
pub struct EdgeTree {
    edges: Vec<Edge>,
    /// A complete binary tree of boxes, root at 1, leaves from `leaves` on.
    boxes: Vec<Box2>,
    leaves: usize,
    /// Made when first asked for: only planes near an interface are.
    edge_slabs: OnceLock<EdgeSlabs>,
}

impl EdgeTree {
    pub(crate) fn new(rings: &[Ring]) -> Self {
        let mut edges = Vec::with_capacity(rings.iter().map(Vec::len).sum());
        for ring in rings {
            for (i, &a) in ring.iter().enumerate() {
                edges.push(Edge::new(a, ring[(i + 1) % ring.len()]));
            }
        }
        let leaves = edges.len().div_ceil(LEAF).next_power_of_two();
        let mut boxes = vec![Box2::EMPTY; 2 * leaves];
        for (i, run) in edges.chunks(LEAF).enumerate() {
            boxes[leaves + i] = run.iter().fold(Box2::EMPTY, |b, e| b.union(Box2::from_edge(e)));
        }
        for i in (1..leaves).rev() {
            boxes[i] = boxes[2 * i].union(boxes[2 * i + 1]);
        }
        Self { edges, boxes, leaves, edge_slabs: OnceLock::new() }
    }

    fn edge_slabs(&self) -> &EdgeSlabs {
        self.edge_slabs.get_or_init(|| {
            let root = self.boxes[1];
            EdgeSlabs::new(self.edges.iter().map(|e| (e.a, e.b)), [root.lo[1], root.hi[1]])
        })
    }

    /// Number of edges.
    #[must_use]
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// True when there is no edge.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// The end points of one edge, mm.
    #[must_use]
    pub fn edge(&self, index: usize) -> (Point2, Point2) {
        let e = &self.edges[index];
        (e.a, e.b)
    }

    pub(crate) fn bounds(&self) -> (Point2, Point2) {
        (self.boxes[1].lo, self.boxes[1].hi)
    }

    /// Runs of edges such that two edges which meet stand in a run together.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &[u32]> {
        self.edge_slabs().all()
    }

    pub(crate) fn leaves(&self) -> usize {
        self.leaves
    }

    /// True where the boxes of two nodes lie farther apart than `near_mm` along an axis.
    pub(crate) fn boxes_apart(&self, a: usize, b: usize, near_mm: f64) -> bool {
        let (a, b) = (&self.boxes[a], &self.boxes[b]);
        let off = |k: usize| b.lo[k] - a.hi[k] > near_mm || a.lo[k] - b.hi[k] > near_mm;
        off(0) || off(1)
    }

    /// The edges of a leaf, given by its node.
    pub(crate) fn leaf(&self, node: usize) -> std::ops::Range<usize> {
        let first = ((node - self.leaves) * LEAF).min(self.edges.len());
        first..(first + LEAF).min(self.edges.len())
    }

    /// Half the circumference of a node's box, mm.
    pub(crate) fn box_size(&self, node: usize) -> f64 {
        let Box2 { lo, hi } = self.boxes[node];
        (hi[0] - lo[0]) + (hi[1] - lo[1])
    }

    /// From how far along a ray on the box of a node may be met, mm; none where it is not.
    pub(crate) fn box_along_mm(&self, node: usize, from: Point2, along: Point2) -> Option<f64> {
        /// As much more as rounding may take.
        const HAIR_MM: f64 = 1e-9;
        let Box2 { lo, hi } = self.boxes[node];
        let half = [0.5 * (hi[0] - lo[0]), 0.5 * (hi[1] - lo[1])];
        let to = [0.5 * (hi[0] + lo[0]) - from[0], 0.5 * (hi[1] + lo[1]) - from[1]];
        let (ahead, left) =
            (to[0] * along[0] + to[1] * along[1], to[1] * along[0] - to[0] * along[1]);
        let reach = half[0] * along[0].abs() + half[1] * along[1].abs() + HAIR_MM;
        let width = half[0] * along[1].abs() + half[1] * along[0].abs() + HAIR_MM;
        (left.abs() <= width && ahead + reach >= 0.0).then_some(ahead - reach)
    }

    /// Squared distance of the boxes of two nodes, mm²; infinite where one is empty.
    pub(crate) fn boxes_distance2(&self, node: usize, other: &Self, of_other: usize) -> f64 {
        let (a, b) = (&self.boxes[node], &other.boxes[of_other]);
        let off = |k: usize| larger(larger(b.lo[k] - a.hi[k], a.lo[k] - b.hi[k]), 0.0);
        let (dx, dy) = (off(0), off(1));
        dx * dx + dy * dy
    }

    /// Parity of the crossings of a ray from `p` towards +x.
    pub(crate) fn parity(&self, p: Point2) -> bool {
        let mut inside = false;
        self.right_of(p, |_| inside = !inside);
        inside
    }

    /// Gives every edge that a ray from `p` towards +x crosses.
    pub(crate) fn right_of(&self, p: Point2, mut crossed: impl FnMut(usize)) {
        let root = &self.boxes[1];
        if p[1] < root.lo[1] || p[1] > root.hi[1] || p[0] < root.lo[0] || p[0] > root.hi[0] {
            return;
        }
        for &i in self.edge_slabs().at(p[1]) {
            let Edge { a, b, .. } = self.edges[i as usize];
            if (a[1] > p[1]) != (b[1] > p[1])
                && p[0] < a[0] + (p[1] - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
            {
                crossed(i as usize);
            }
        }
    }

    /// The nearest boundary point. Exact up to rounding.
    #[must_use]
    pub fn nearest(&self, p: Point2) -> ClosestPoint {
        let nowhere = ClosestPoint { distance_mm: f64::INFINITY, point: p, edge: 0 };
        self.nearest_within(p, f64::INFINITY).unwrap_or(nowhere)
    }

    /// The nearest boundary point, where it is nearer than `limit_mm`. Exact up to rounding.
    #[must_use]
    pub fn nearest_within(&self, p: Point2, limit_mm: f64) -> Option<ClosestPoint> {
        let mut best = Best { distance2: limit_mm * limit_mm, point: p, edge: usize::MAX };
        self.descend(1, p, &mut best);
        (best.edge != usize::MAX).then(|| ClosestPoint {
            distance_mm: best.distance2.sqrt(),
            point: best.point,
            edge: best.edge,
        })
    }

    /// The nearest boundary point, found sooner the nearer the edge `hint` is to it. Exact up to
    /// rounding.
    #[must_use]
    pub fn nearest_with_hint(&self, p: Point2, hint: usize) -> ClosestPoint {
        let Some(edge) = self.edges.get(hint) else { return self.nearest(p) };
        let point = edge.closest(p);
        let mut best = Best { distance2: distance2(p, point), point, edge: hint };
        // From the leaf of the hint to the root: all else lies in the siblings passed on the way.
        let mut node = self.leaves + hint / LEAF;
        self.scan(node, p, &mut best);
        while node > 1 {
            if self.boxes[node ^ 1].distance2(p) < best.distance2 {
                self.descend(node ^ 1, p, &mut best);
            }
            node /= 2;
        }
        ClosestPoint { distance_mm: best.distance2.sqrt(), point: best.point, edge: best.edge }
    }

    /// Looks at the edges of a leaf.
    fn scan(&self, leaf: usize, p: Point2, best: &mut Best) {
        let first = (leaf - self.leaves) * LEAF;
        let run = &self.edges[first.min(self.edges.len())..];
        for (k, e) in run.iter().take(LEAF).enumerate() {
            let q = e.closest(p);
            let d2 = distance2(p, q);
            if d2 < best.distance2 {
                *best = Best { distance2: d2, point: q, edge: first + k };
            }
        }
    }

    fn descend(&self, node: usize, p: Point2, best: &mut Best) {
        if node >= self.leaves {
            return self.scan(node, p, best);
        }
        let (l, r) = (2 * node, 2 * node + 1);
        let (dl, dr) = (self.boxes[l].distance2(p), self.boxes[r].distance2(p));
        let ((near, dn), (far, df)) =
            if dl <= dr { ((l, dl), (r, dr)) } else { ((r, dr), (l, dl)) };
        if dn < best.distance2 {
            self.descend(near, p, best);
        }
        if df < best.distance2 {
            self.descend(far, p, best);
        }
    }
}

/// The larger of two numbers: one instruction, where `f64::max` also minds NaN.
pub(crate) fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The smaller of two numbers; see [`larger`].
pub(crate) fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

fn distance2(p: Point2, q: Point2) -> f64 {
    (q[0] - p[0]) * (q[0] - p[0]) + (q[1] - p[1]) * (q[1] - p[1])
}

/// The nearest edge so far.
struct Best {
    distance2: f64,
    point: Point2,
    edge: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::f64::consts::TAU;

    fn star([x, y]: Point2, arms: &[f64], grown: f64) -> Ring {
        let at = |(i, r): (usize, &f64)| {
            let (sin, cos) = (TAU * i as f64 / arms.len() as f64).sin_cos();
            [x + grown * r * cos, y + grown * r * sin]
        };
        arms.iter().enumerate().map(at).collect()
    }

    /// The distance of a point from an edge, by its foot's share of the way.
    fn slow_mm(p: Point2, (a, b): (Point2, Point2)) -> f64 {
        let d = [b[0] - a[0], b[1] - a[1]];
        let along = (p[0] - a[0]) * d[0] + (p[1] - a[1]) * d[1];
        let t = (along / (d[0] * d[0] + d[1] * d[1])).clamp(0.0, 1.0);
        (p[0] - a[0] - t * d[0]).hypot(p[1] - a[1] - t * d[1])
    }

    /// How often a ring goes round a point, by the angles of its edges.
    fn turns(p: Point2, ring: &Ring) -> i64 {
        let angle = |q: &Point2| (q[1] - p[1]).atan2(q[0] - p[0]);
        let next = ring.iter().cycle().skip(1);
        let step = |(a, b)| (angle(b) - angle(a) + 1.5 * TAU).rem_euclid(TAU) - 0.5 * TAU;
        (ring.iter().zip(next).map(step).sum::<f64>() / TAU).round() as i64
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_slow_search_finds(
            arms in prop::collection::vec(1.0_f64..5.0, 3..60),
            places in prop::collection::vec(prop::array::uniform2(-9.0_f64..12.0), 30),
        ) {
            let rings = [
                star([0.0, 0.0], &arms, 1.0),
                star([0.0, 0.0], &arms, 0.3),
                star([6.0, 3.0], &arms, 0.8),
            ];
            let tree = EdgeTree::new(&rings);
            prop_assert_eq!(tree.len(), 3 * arms.len());
            prop_assert!(!tree.is_empty());
            for p in places {
                let each: Vec<f64> = (0..tree.len()).map(|i| slow_mm(p, tree.edge(i))).collect();
                let least = each.iter().copied().fold(f64::INFINITY, f64::min);
                let right = |found: ClosestPoint| {
                    let way = (found.point[0] - p[0]).hypot(found.point[1] - p[1]);
                    (found.distance_mm - least).abs() < 1e-9
                        && (way - least).abs() < 1e-9
                        && (each[found.edge] - least).abs() < 1e-9
                };
                prop_assert!(right(tree.nearest(p)));
                for hint in [0, tree.len() / 2, tree.len() - 1, usize::MAX] {
                    prop_assert!(right(tree.nearest_with_hint(p, hint)));
                }
                prop_assert!(tree.nearest_within(p, least - 1e-6).is_none());
                prop_assert!(tree.nearest_within(p, least + 1e-6).is_some_and(right));
                let odd = rings.iter().filter(|r| turns(p, r) != 0).count() % 2 == 1;
                prop_assert_eq!(tree.parity(p), odd);
            }
        }

        #[test]
        fn boxes_are_as_far_apart_as_what_they_hold_spans(
            arms in prop::collection::vec(1.0_f64..5.0, 3..60),
            aside in prop::array::uniform2(-9.0_f64..9.0),
        ) {
            let (a, b) = (star([0.0, 0.0], &arms, 1.0), star(aside, &arms, 0.4));
            let (a, b) = (EdgeTree::new(&[a]), EdgeTree::new(&[b]));
            let span = |t: &EdgeTree, node: usize, k: usize| {
                t.leaf(node).map(|i| t.edge(i)).fold((f64::MAX, f64::MIN), |(lo, hi), (p, q)| {
                    (lo.min(p[k]).min(q[k]), hi.max(p[k]).max(q[k]))
                })
            };
            for i in a.leaves()..2 * a.leaves() {
                for j in b.leaves()..2 * b.leaves() {
                    if a.leaf(i).is_empty() || b.leaf(j).is_empty() {
                        continue;
                    }
                    let gap = [0, 1].map(|k| {
                        let ((alo, ahi), (blo, bhi)) = (span(&a, i, k), span(&b, j, k));
                        (blo - ahi).max(alo - bhi)
                    });
                    let wanted = gap[0].max(0.0).hypot(gap[1].max(0.0));
                    prop_assert!((a.boxes_distance2(i, &b, j).sqrt() - wanted).abs() < 1e-9);
                }
                for j in a.leaves()..2 * a.leaves() {
                    if a.leaf(i).is_empty() || a.leaf(j).is_empty() {
                        continue;
                    }
                    let gap = [0, 1].map(|k| {
                        let ((alo, ahi), (blo, bhi)) = (span(&a, i, k), span(&a, j, k));
                        (blo - ahi).max(alo - bhi)
                    });
                    let most = gap[0].max(gap[1]);
                    for near_mm in [0.01, 0.5] {
                        prop_assert_eq!(a.boxes_apart(i, j, near_mm), most > near_mm);
                    }
                }
            }
        }
    }
}
