//! The closest points of two regions of one plane, exact for any rings.

use super::polygon::Region;
use crate::ring::Point2;
use crate::search::edge_tree::{larger, nearest_on_edge, smaller};

/// The closest points of two regions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClosestPoints {
    /// Their distance, mm; 0 where the regions share a point.
    pub distance_mm: f64,
    /// The point of the first region.
    pub a: Point2,
    /// The point of the second region.
    pub b: Point2,
}

impl Region {
    /// The closest points of this region and another as areas, where they are nearer than
    /// `limit_mm`; distance 0 where the areas share a point.
    ///
    /// # Error
    /// Exact up to rounding.
    #[must_use]
    pub fn closest_points(&self, other: &Self, limit_mm: f64) -> Option<ClosestPoints> {
        let found = self.closest_outlines(other, limit_mm);
        if found.is_some_and(|f| f.distance_mm == 0.0) {
            return found;
        }
        // Outlines that do not meet: an area lies in the other as a whole, ring by ring.
        let begins_in = |x: &Self, y: &Self| {
            x.rings().iter().filter_map(|r| r.first().copied()).find(|&p| y.contains(p))
        };
        match begins_in(self, other).or_else(|| begins_in(other, self)) {
            Some(p) => Some(ClosestPoints { distance_mm: 0.0, a: p, b: p }),
            None => found,
        }
    }

    /// The closest points of the outlines of this region and another, where they are nearer than
    /// `limit_mm`.
    ///
    /// # Error
    /// Exact up to rounding.
    #[must_use]
    pub fn closest_outlines(&self, other: &Self, limit_mm: f64) -> Option<ClosestPoints> {
        let mut search = Search { a: self, b: other, limit2: limit_mm * limit_mm, best: None };
        search.descend(1, 1);
        search.best
    }
}

/// Descends both trees of edges together, the nearer boxes first.
struct Search<'a> {
    a: &'a Region,
    b: &'a Region,
    /// What a pair of edges must beat, mm².
    limit2: f64,
    best: Option<ClosestPoints>,
}

impl Search<'_> {
    fn descend(&mut self, i: usize, j: usize) {
        let (ta, tb) = (self.a.edges(), self.b.edges());
        if ta.boxes_distance2(i, tb, j) >= self.limit2 {
            return;
        }
        let (leaf_a, leaf_b) = (i >= ta.leaves(), j >= tb.leaves());
        if leaf_a && leaf_b {
            return self.leaves(i, j);
        }
        let wide = |a: bool| if a { [2 * i, 2 * i + 1] } else { [2 * j, 2 * j + 1] };
        let of_a = !leaf_a && (leaf_b || ta.box_size(i) >= tb.box_size(j));
        let mut ways = wide(of_a).map(|n| {
            let (x, y) = if of_a { (n, j) } else { (i, n) };
            (ta.boxes_distance2(x, tb, y), x, y)
        });
        if ways[1].0 < ways[0].0 {
            ways.swap(0, 1);
        }
        for (_, x, y) in ways {
            self.descend(x, y);
        }
    }

    fn leaves(&mut self, i: usize, j: usize) {
        let (ta, tb) = (self.a.edges(), self.b.edges());
        for ea in ta.leaf(i).map(|e| ta.edge(e)) {
            for eb in tb.leaf(j).map(|e| tb.edge(e)) {
                // Most edges of near leaves lie too far for what is known already.
                if boxes_distance2(ea, eb) >= self.limit2 {
                    continue;
                }
                let (p, q) = closest_of_edges(ea, eb);
                let d2 = (p[0] - q[0]).powi(2) + (p[1] - q[1]).powi(2);
                if d2 < self.limit2 {
                    self.limit2 = d2;
                    self.best = Some(ClosestPoints { distance_mm: d2.sqrt(), a: p, b: q });
                }
            }
        }
    }
}

/// The squared distance of the boxes round two edges: that of the edges is no less.
fn boxes_distance2((a, b): (Point2, Point2), (c, d): (Point2, Point2)) -> f64 {
    let off = |k: usize| {
        let (low, high) = (smaller(a[k], b[k]), larger(a[k], b[k]));
        larger(larger(smaller(c[k], d[k]) - high, low - larger(c[k], d[k])), 0.0)
    };
    let (dx, dy) = (off(0), off(1));
    dx * dx + dy * dy
}

/// The closest points of two edges; one point twice where they cross.
fn closest_of_edges((a, b): (Point2, Point2), (c, d): (Point2, Point2)) -> (Point2, Point2) {
    if let Some(p) = crossing(a, b, c, d) {
        return (p, p);
    }
    // Edges that do not cross are nearest at an end of one of them.
    let ends = [
        (a, nearest_on_edge(a, c, d)),
        (b, nearest_on_edge(b, c, d)),
        (nearest_on_edge(c, a, b), c),
        (nearest_on_edge(d, a, b), d),
    ];
    let length2 = |(p, q): &(Point2, Point2)| (p[0] - q[0]).powi(2) + (p[1] - q[1]).powi(2);
    let mut best = ends[0];
    for pair in &ends[1..] {
        if length2(pair) < length2(&best) {
            best = *pair;
        }
    }
    best
}

/// Where two edges cross.
fn crossing(a: Point2, b: Point2, c: Point2, d: Point2) -> Option<Point2> {
    let (u, v) = ([b[0] - a[0], b[1] - a[1]], [d[0] - c[0], d[1] - c[1]]);
    let across = u[0] * v[1] - u[1] * v[0];
    if across == 0.0 {
        return None;
    }
    let w = [c[0] - a[0], c[1] - a[1]];
    let s = (w[0] * v[1] - w[1] * v[0]) / across;
    let t = (w[0] * u[1] - w[1] * u[0]) / across;
    let on = 0.0..=1.0;
    (on.contains(&s) && on.contains(&t)).then(|| [a[0] + s * u[0], a[1] + s * u[1]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn region(ring: &[(f64, f64)]) -> Region {
        let ring = ring.iter().map(|&(x, y)| [x, y]).collect();
        Region::from_rings(&[ring]).0.expect("has area")
    }

    #[test]
    fn bars_that_cross_share_a_point_though_no_corner_lies_in_the_other() {
        let lying = region(&[(0.0, 2.0), (6.0, 2.0), (6.0, 3.0), (0.0, 3.0)]);
        let standing = region(&[(2.0, 0.0), (3.0, 0.0), (3.0, 6.0), (2.0, 6.0)]);
        let found = lying.closest_points(&standing, 9.0).expect("near");
        assert_eq!(found.distance_mm, 0.0);
        assert!(lying.signed_distance_mm(found.a) < 1e-9);
        let small = region(&[(2.2, 2.2), (2.4, 2.2), (2.4, 2.4)]);
        assert_eq!(small.closest_points(&standing, 9.0).map(|f| f.distance_mm), Some(0.0));
        let apart = small.closest_outlines(&standing, 9.0).expect("near").distance_mm;
        assert!((apart - 0.2).abs() < 1e-12);
    }

    proptest! {
        /// Against the distance of densely placed points.
        #[test]
        fn the_distance_is_that_of_the_edges(
            arms in prop::collection::vec(0.5_f64..3.0, 5..40),
            others in prop::collection::vec(0.5_f64..3.0, 5..40),
            aside in prop::array::uniform2(-9.0_f64..9.0),
        ) {
            let star = |arms: &[f64], [x, y]: [f64; 2]| {
                let n = arms.len() as f64;
                let at = |(i, r): (usize, &f64)| {
                    let (sin, cos) = (i as f64 / n * std::f64::consts::TAU).sin_cos();
                    [x + r * cos, y + r * sin]
                };
                Region::from_rings(&[arms.iter().enumerate().map(at).collect()]).0.expect("area")
            };
            let (a, b) = (star(&arms, [0.0, 0.0]), star(&others, aside));
            let found = a.closest_points(&b, 99.0).expect("near");
            let mut slow = f64::INFINITY;
            for (x, y) in [(&a, &b), (&b, &a)] {
                for e in 0..x.edges().len() {
                    let (p, q) = x.edges().edge(e);
                    for k in 0..=200 {
                        let t = f64::from(k) / 200.0;
                        let p = [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])];
                        slow = slow.min(y.signed_distance_mm(p).max(0.0));
                    }
                }
            }
            prop_assert!(found.distance_mm <= slow + 1e-9);
            prop_assert!(slow - found.distance_mm < 0.02, "{} {}", slow, found.distance_mm);
            prop_assert!(a.signed_distance_mm(found.a) < 1e-9);
            prop_assert!(b.signed_distance_mm(found.b) < 1e-9);
        }
    }
    proptest! {
        /// Outlines that meet share a point; others are nearest at a corner of one of them.
        #[test]
        fn outlines_are_as_far_apart_as_corners_and_edges(
            arms in prop::collection::vec(2.0_f64..3.0, 3..30),
            others in prop::collection::vec(2.0_f64..3.0, 3..30),
            grown in 0.2_f64..2.5,
            aside in prop::array::uniform2(-4.0_f64..4.0),
        ) {
            let star = |arms: &[f64], by: f64, [x, y]: [f64; 2]| {
                let n = arms.len() as f64;
                let at = |(i, r): (usize, &f64)| {
                    let (sin, cos) = (i as f64 / n * std::f64::consts::TAU).sin_cos();
                    [x + by * r * cos, y + by * r * sin]
                };
                Region::from_rings(&[arms.iter().enumerate().map(at).collect()]).0.expect("area")
            };
            let (a, b) = (star(&arms, 1.0, [0.0, 0.0]), star(&others, grown, aside));
            let found = a.closest_outlines(&b, 99.0).expect("near");
            let mut slow = f64::INFINITY;
            for (x, y) in [(&a, &b), (&b, &a)] {
                for p in x.rings().iter().flatten() {
                    slow = slow.min(y.signed_distance_mm(*p).abs());
                }
            }
            // Edges that cross are told by the ends of each, which lie on two sides of the other.
            let side = |(p, q): (Point2, Point2), r: Point2| {
                (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
            };
            let cross = |e: (Point2, Point2), f: (Point2, Point2)| {
                side(e, f.0) * side(e, f.1) < 0.0 && side(f, e.0) * side(f, e.1) < 0.0
            };
            let of = |r: &Region| (0..r.edges().len()).map(|i| r.edges().edge(i)).collect::<Vec<_>>();
            let meet = of(&a).iter().any(|e| of(&b).iter().any(|f| cross(*e, *f)));
            let wanted = if meet { 0.0 } else { slow };
            prop_assert!((found.distance_mm - wanted).abs() < 1e-9);
            let way = (found.a[0] - found.b[0]).hypot(found.a[1] - found.b[1]);
            prop_assert!((way - found.distance_mm).abs() < 1e-9);
            prop_assert!(a.signed_distance_mm(found.a).abs() < 1e-9);
            prop_assert!(b.signed_distance_mm(found.b).abs() < 1e-9);
            let limit_mm = found.distance_mm;
            prop_assert!(a.closest_outlines(&b, limit_mm * 0.999).is_none());
        }
    }
}
