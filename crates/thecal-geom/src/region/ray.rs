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
}
