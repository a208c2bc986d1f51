//! Where a ray first meets the boundary of a region.

use super::Region;
use crate::ring::Point2;
use crate::search::edge_tree::EdgeTree;

/// Where a ray meets an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RayHit {
    /// Distance along the ray, mm.
    pub distance_mm: f64,
    /// The edge's unit normal, on the side that the ray leaves to.
    pub normal: Point2,
}

impl Region {
    /// The first edge that a ray from `from` along the unit vector `along` meets.
    ///
    /// # Example
    /// ```
    /// use thecal_geom::Region;
    ///
    /// let square = vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
    /// let region = Region::from_rings(&[square]).0.expect("an area");
    /// let hit = region.ray_hit([1.0, 1.0], [1.0, 0.0]).expect("an edge");
    /// assert_eq!((hit.distance_mm, hit.normal), (3.0, [1.0, 0.0]));
    /// assert!(region.ray_hit([5.0, 1.0], [1.0, 0.0]).is_none());
    /// ```
    #[must_use]
    pub fn ray_hit(&self, from: Point2, along: Point2) -> Option<RayHit> {
        let mut found = Ray { tree: self.edges(), from, along, best: None };
        found.descend(1);
        let (distance_mm, edge) = found.best?;
        let (a, b) = self.edges().edge(edge);
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let normal = [dy, -dx].map(|x| x / dx.hypot(dy));
        let ahead = normal[0] * along[0] + normal[1] * along[1] > 0.0;
        Some(RayHit { distance_mm, normal: if ahead { normal } else { normal.map(|x| -x) } })
    }
}

/// A ray on its way through the boxes of a tree, with the nearest edge that it met.
struct Ray<'a> {
    tree: &'a EdgeTree,
    from: Point2,
    along: Point2,
    best: Option<(f64, usize)>,
}

impl Ray<'_> {
    fn descend(&mut self, node: usize) {
        let met = self.tree.box_along_mm(node, self.from, self.along);
        let nearer = |from_mm: f64| self.best.is_none_or(|best| from_mm < best.0);
        if !met.is_some_and(nearer) {
            return;
        }
        if node >= self.tree.leaves() {
            self.tree.leaf(node).for_each(|edge| self.meet(edge));
        } else {
            self.descend(2 * node);
            self.descend(2 * node + 1);
        }
    }

    fn meet(&mut self, edge: usize) {
        let (a, b) = self.tree.edge(edge);
        let (from, along) = (self.from, self.along);
        // How far a point lies to the left of the ray.
        let left = |p: Point2| along[0] * (p[1] - from[1]) - along[1] * (p[0] - from[0]);
        let (left_a, left_b) = (left(a), left(b));
        // Half open, so that a ray through a corner meets one of its edges.
        if (left_a < 0.0) == (left_b < 0.0) {
            return;
        }
        let t = left_a / (left_a - left_b);
        let at = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
        let way = along[0] * (at[0] - from[0]) + along[1] * (at[1] - from[1]);
        if way >= 0.0 && self.best.is_none_or(|best| way < best.0) {
            self.best = Some((way, edge));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    #[test]
    fn a_ray_from_within_a_circle_meets_it_where_the_root_says() {
        let (radius, n) = (5.0_f64, 720);
        let at = |i: i32| TAU * f64::from(i) / f64::from(n);
        let ring = (0..n).map(|i| [radius * at(i).cos(), radius * at(i).sin()]).collect();
        let circle = Region::from_rings(&[ring]).0.expect("an area");
        for k in 0..50 {
            let turn = 1.7 * f64::from(k);
            let from = [0.08 * f64::from(k) * turn.sin(), 0.08 * f64::from(k) * turn.cos()];
            let along = [(2.9 * turn).cos(), (2.9 * turn).sin()];
            let middle = from[0] * along[0] + from[1] * along[1];
            let square = from[0] * from[0] + from[1] * from[1] - radius * radius;
            let wanted = -middle + (middle * middle - square).sqrt();
            let hit = circle.ray_hit(from, along).expect("it leaves the circle");
            assert!((hit.distance_mm - wanted).abs() < 1e-3, "{k}: {hit:?} for {wanted}");
            // The normal is that of the radius there.
            let out = [0, 1].map(|a| (from[a] + wanted * along[a]) / radius);
            let cosine = out[0] * hit.normal[0] + out[1] * hit.normal[1];
            assert!(cosine > 0.999, "{k}: {hit:?}");
        }
    }

    #[test]
    fn a_ray_meets_the_edge_that_a_slow_search_finds() {
        // A comb and a star, begun at several points, so that near edges come late in the tree.
        let tooth = |k: i32| {
            let (x, up) = (f64::from(k), 3.0 + f64::from((7 * k) % 5));
            [[x, 0.0], [x + 0.1, up], [x + 0.5, up + 0.2], [x + 0.7, 0.1]]
        };
        let comb: Vec<Point2> =
            (0..20).flat_map(tooth).chain([[20.0, -2.0], [0.0, -2.0]]).collect();
        let arm = |i: i32| {
            let (sin, cos) = (TAU * f64::from(i) / 90.0).sin_cos();
            let r = 4.0 + f64::from((13 * i) % 7);
            [9.0 + r * cos, -1.0 + r * sin]
        };
        let star: Vec<Point2> = (0..90).map(arm).collect();
        for (case, ring) in [&comb, &star, &comb, &star].into_iter().enumerate() {
            let mut ring = ring.clone();
            ring.rotate_left(17 * case);
            let region = Region::from_rings(&[ring.clone()]).0.expect("an area");
            for k in 0..400 {
                let from =
                    [(0.731 * f64::from(k)) % 24.0 - 2.0, (0.413 * f64::from(k)) % 14.0 - 6.0];
                let (sin, cos) = (2.399 * f64::from(k)).sin_cos();
                let ahead = ring.iter().zip(ring.iter().cycle().skip(1)).filter_map(|(a, b)| {
                    // From the point `t` along the ray, `s` along the edge: Cramer's rule.
                    let (u, w) = ([b[0] - a[0], b[1] - a[1]], [a[0] - from[0], a[1] - from[1]]);
                    let area = cos * u[1] - sin * u[0];
                    let (t, s) =
                        ((w[0] * u[1] - w[1] * u[0]) / area, (w[0] * sin - w[1] * cos) / area);
                    (t >= 0.0 && (0.0..1.0).contains(&s)).then_some(t)
                });
                let wanted = ahead.min_by(f64::total_cmp);
                let found = region.ray_hit(from, [cos, sin]).map(|hit| hit.distance_mm);
                match (found, wanted) {
                    (Some(x), Some(y)) => assert!((x - y).abs() < 1e-9, "{k}: {x} for {y}"),
                    (x, y) => assert_eq!(x, y, "{k}"),
                }
            }
        }
    }
}
