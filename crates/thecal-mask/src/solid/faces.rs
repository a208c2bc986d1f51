//! Faces of a part where the nearest ones on two neighbouring planes are not the same.
//!
//! Between two planes the level is made from the distances within them. Where a point lies inside the
//! outline of one plane and outside that of the other, and the nearest edges there have different
//! directions, the two distances are of two faces: beside the rim of a rod that lies across the planes
//! one is that of its flat end and the other that of its round side, and between the planes neither face
//! would be where it is. There each face is followed from plane to plane, and of their levels the
//! largest counts, as at every convex edge.

use super::component::Component;
use super::lagrange::{LagrangeStencil, MOST, Values};
use super::slice_weights::SliceWeights;
use thecal_geom::{Point2, Region, Vector3};

/// Cosines between the directions on two planes: at and below the first the faces count alone, at and
/// above the second the distances.
const COSINES: [f64; 2] = [0.3, 0.6];
/// The two sides of a thin sheet are no convex edge: at and below the first they count as distances, at
/// and above the second as faces.
const OPPOSITE: [f64; 2] = [-0.5, -0.2];
/// Outside both outlines by the first, inside both by the second, mm, the distances count alone: the
/// surface does not pass there.
const BEYOND_MM: [f64; 2] = [0.05, 0.5];
/// A face is the same one where the edge that is met turns by no more than this from it, as a cosine.
const SAME_FACE: f64 = 0.7;
/// Faces that a place can have: two on each of the planes.
const FACES: usize = 4;
/// From a foot on an outline this far inwards lies inside, mm.
const INWARDS_MM: f64 = 1e-6;

/// What faces say of a place.
pub(super) struct Faced {
    /// How much it counts, 0 to 1.
    pub(super) share: f64,
    pub(super) value: f64,
    pub(super) growth: Vector3,
}

impl Component {
    /// The level by faces at a point between two planes with its gradient, from the distances within
    /// the planes and their directions; none where the distances are those of one face.
    pub(super) fn faced(
        &self,
        b: &SliceWeights,
        stencil: &LagrangeStencil,
        p: Point2,
        (d, g): (&Values, &[Point2; MOST]),
    ) -> Option<Faced> {
        let (low, high) = (b.below, b.below + 1);
        let near = near_surface([d[low], d[high]]);
        if near <= 0.0 {
            return None;
        }
        let place = Place { part: self, b, stencil, p, d, g };
        let differ = differ(dot(g[low], g[high]));
        let (share, (value, growth)) = if differ > 0.0 {
            (differ, place.faces([low, high])?)
        } else {
            place.farther([low, high])?
        };
        Some(Faced { share: near * share, value, growth })
    }
}

/// How near the surface is that passes between two outlines, from the distances from them: 1 between
/// them, 0 where it does not come.
fn near_surface([a, b]: [f64; 2]) -> f64 {
    let outside = a.min(b).max(0.0) / BEYOND_MM[0];
    let inside = (-a.max(b)).max(0.0) / BEYOND_MM[1];
    (1.0 - outside - inside).max(0.0)
}

/// How far two directions are those of different faces at a convex edge, 0 to 1.
fn differ(cosine: f64) -> f64 {
    let part = |[from, to]: [f64; 2]| ((cosine - from) / (to - from)).clamp(0.0, 1.0);
    (1.0 - part(COSINES)) * part(OPPOSITE)
}

/// A point between two planes with what is known of it.
struct Place<'a> {
    part: &'a Component,
    b: &'a SliceWeights,
    stencil: &'a LagrangeStencil,
    p: Point2,
    d: &'a Values,
    g: &'a [Point2; MOST],
}

impl Place<'_> {
    fn region(&self, k: usize) -> &Region {
        self.part.region(self.b.first + k)
    }

    /// The level by the faces that are nearest on the two planes beside the point: the largest of theirs.
    fn faces(&self, planes: [usize; 2]) -> Option<(f64, Vector3)> {
        let mut best: Option<(f64, Vector3)> = None;
        let (normals, count) = self.normals(planes);
        for normal in &normals[..count] {
            let found = self.face(*normal)?;
            if best.is_none_or(|best| best.0 < found.0) {
                best = Some(found);
            }
        }
        best
    }

    /// The level where the two planes beside the point show one face and those farther off another:
    /// with the distances of the one face on all of them. How much it counts comes first.
    fn farther(&self, [low, high]: [usize; 2]) -> Option<(f64, (f64, Vector3))> {
        let (mut d, mut g, mut share) = (*self.d, *self.g, 0.0_f64);
        let below = (0..low).rev().map(|k| (k, k + 1));
        for (k, inner) in below.chain((high + 1..self.b.count).map(|k| (k, k - 1))) {
            let differ = differ(dot(g[k], g[inner]));
            if differ > 0.0 {
                (d[k], g[k]) = (self.off(k, g[inner])?, g[inner]);
                share = share.max(differ);
            }
        }
        let mut level = || self.b.between(self.stencil, false, &mut d, &mut g);
        (share > 0.0).then(|| (share, level()))
    }

    /// The normals of the faces that are nearest on two planes: one, or at a corner two, of each.
    fn normals(&self, planes: [usize; 2]) -> ([Point2; FACES], usize) {
        let (mut found, mut count) = ([[0.0; 2]; FACES], 0);
        for k in planes {
            let (own, of_own) = self.edges(k);
            for normal in &own[..of_own] {
                found[count] = *normal;
                count += 1;
            }
        }
        (found, count)
    }

    /// The normals of the edges that a point's foot on a plane lies on.
    fn edges(&self, k: usize) -> ([Point2; 2], usize) {
        let (region, g) = (self.region(k), self.g[k]);
        let foot = region.nearest(self.p);
        let (a, b) = region.edges().edge(foot.edge);
        let normal = |a: Point2, b: Point2| {
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let length = dx.hypot(dy).max(1e-12);
            let normal = [dy / length, -dx / length];
            if dot(normal, g) < 0.0 { [-normal[0], -normal[1]] } else { normal }
        };
        let other = if foot.point == a {
            region.rings().iter().find_map(|ring| beside(ring, a)).map(|[before, _]| (before, a))
        } else if foot.point == b {
            region.rings().iter().find_map(|ring| beside(ring, b)).map(|[_, after]| (b, after))
        } else {
            return ([g, g], 1);
        };
        match other {
            Some((c, d)) => ([normal(a, b), normal(c, d)], 2),
            None => ([g, g], 1),
        }
    }

    /// The level of one face, followed from plane to plane; none where one of the two planes beside
    /// the point does not have it.
    fn face(&self, normal: Point2) -> Option<(f64, Vector3)> {
        let (low, high) = (self.b.below, self.b.below + 1);
        let mut d = [0.0; MOST];
        d[low] = self.off(low, normal)?;
        d[high] = self.off(high, normal)?;
        // A plane farther off that does not have it says nothing of its bend.
        let w = |k: usize| self.part.w_mm()[self.b.first + k];
        let rise = (d[high] - d[low]) / (w(high) - w(low));
        for k in (0..self.b.count).filter(|k| *k != low && *k != high) {
            d[k] = self.off(k, normal).unwrap_or(d[low] + rise * (w(k) - w(low)));
        }
        let mut g = [normal; MOST];
        Some(self.b.between(self.stencil, false, &mut d, &mut g))
    }

    /// How far the point lies outside a face on one plane, mm.
    fn off(&self, k: usize, normal: Point2) -> Option<f64> {
        let (d, g) = (self.d[k], self.g[k]);
        if dot(g, normal) > 0.999 {
            return Some(d);
        }
        let back = if d < 0.0 { 0.0 } else { d + INWARDS_MM };
        let from = [self.p[0] - back * g[0], self.p[1] - back * g[1]];
        let hit = self.region(k).ray_hit(from, normal)?;
        let on = back * dot(g, normal);
        (dot(hit.normal, normal) > SAME_FACE).then_some(on - hit.distance_mm)
    }
}

/// The points of a ring before and after one of its points.
fn beside(ring: &[Point2], at: Point2) -> Option<[Point2; 2]> {
    let (i, n) = (ring.iter().position(|p| *p == at)?, ring.len());
    Some([ring[(i + n - 1) % n], ring[(i + 1) % n]])
}

fn dot(a: Point2, b: Point2) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

#[cfg(test)]
mod tests {
    use super::super::component::{Section, distance};
    use super::super::end_rule::EndRule;
    use super::*;
    use std::sync::Arc;

    const PLANES_MM: [f64; 7] = [0.0, 2.0, 3.5, 5.5, 8.0, 9.5, 12.0];

    /// Four faces in space: two that meet at an edge, and two far off. Each has its normal within the
    /// planes, how far off the origin it lies there at the foot of the stack, and how much farther for
    /// each mm up.
    struct Block {
        faces: [(Point2, f64, f64); 4],
    }

    impl Block {
        /// The first face leans, and the second follows it at an angle, degrees.
        fn new(angle: f64, lean: f64, of_second: f64) -> Self {
            let at = |deg: f64| [deg.to_radians().cos(), deg.to_radians().sin()];
            let faces = [
                (at(7.0), 10.0, lean),
                (at(7.0 + angle), 11.0, of_second),
                (at(180.0), 25.0, 0.0),
                (at(260.0), 25.0, 0.0),
            ];
            Self { faces }
        }

        /// Where two of its faces meet at a height.
        fn corner(&self, i: usize, w: f64) -> Point2 {
            let [(m, c, by), (n, d, by_n)] = [self.faces[i % 4], self.faces[(i + 1) % 4]];
            let (c, d) = (c + by * w, d + by_n * w);
            let area = m[0] * n[1] - m[1] * n[0];
            [(c * n[1] - d * m[1]) / area, (d * m[0] - c * n[0]) / area]
        }

        fn level(&self, p: Point2, w: f64) -> f64 {
            let of = self.faces.map(|(n, c, by)| dot(n, p) - c - by * w);
            of.into_iter().fold(f64::NEG_INFINITY, f64::max)
        }

        fn section(&self, w: f64, turned: bool) -> Region {
            let mut ring: Vec<Point2> = (0..4).map(|i| self.corner(i, w)).collect();
            if turned {
                ring.reverse();
                ring.rotate_left(1);
            }
            Region::from_rings(&[ring]).0.expect("an area")
        }

        fn part(&self, turned: bool) -> Component {
            part_of(PLANES_MM.map(|w| (w, self.section(w, turned))))
        }
    }

    fn part_of(planes: impl IntoIterator<Item = (f64, Region)>) -> Component {
        let of = |(w, region)| (w, Arc::new(Section::new(region)));
        Component::new(planes.into_iter().map(of).collect(), 2.0, EndRule::Plane, MOST)
    }

    /// Points on the first face and on the second, this far from the edge between them, but for a hair
    /// inwards: on the line of a face a point may lie on either side of it.
    fn beside_the_edge(block: &Block, w: f64, off_mm: f64) -> [Point2; 2] {
        const HAIR_MM: f64 = 1e-4;
        let at = block.corner(0, w);
        let [m, n] = [block.faces[0].0, block.faces[1].0];
        let at = [0, 1].map(|k| at[k] - HAIR_MM * (m[k] + n[k]));
        let back = |n: Point2, by: f64| [at[0] + by * n[1], at[1] - by * n[0]];
        [back(m, off_mm), back(n, -off_mm)]
    }

    /// The largest error of the level beside the edge of a block, mm, between planes of a stack.
    fn worst_mm(block: &Block, part: &Component, planes_mm: &[f64]) -> f64 {
        let mut worst = 0.0_f64;
        for pair in planes_mm.windows(2) {
            for t in [0.2, 0.5, 0.85] {
                let w = (1.0 - t) * pair[0] + t * pair[1];
                for off_mm in [0.02, 0.3, 0.9, 1.6, 2.6] {
                    for p in beside_the_edge(block, w, off_mm) {
                        worst = worst.max((part.level(p, w).0 - block.level(p, w)).abs());
                    }
                }
            }
        }
        worst
    }

    #[test]
    fn flat_faces_are_where_they_are_beside_an_edge_between_them() {
        for (angle, lean, of_second) in
            [(90.0, 0.9, 0.0), (90.0, -0.9, 0.0), (90.0, 0.0, 0.8), (90.0, 0.0, -0.7)]
        {
            let block = Block::new(angle, lean, of_second);
            for turned in [false, true] {
                let worst = worst_mm(&block, &block.part(turned), &PLANES_MM);
                assert!(worst < 1e-3, "{angle} {lean} {of_second}: {worst}");
            }
        }
    }

    #[test]
    fn planes_farther_off_that_were_drawn_differently_do_not_bend_a_face() {
        for lean in [0.9, -0.9] {
            let block = Block::new(90.0, lean, 0.0);
            // On the first and the last plane the face that leans is another one, turned by 50 degrees.
            let mut other = Block::new(140.0, 0.0, 0.0);
            for face in &mut other.faces[..2] {
                let ([x, y], (sin, cos)) = (face.0, 50.0_f64.to_radians().sin_cos());
                face.0 = [x * cos + y * sin, y * cos - x * sin];
            }
            other.faces[0].1 = 14.0;
            assert!(dot(other.faces[1].0, block.faces[1].0) > 1.0 - 1e-12);
            let drawn = |k: usize| if k == 1 || k == 4 { &other } else { &block };
            let planes = (1..5).map(|k| (PLANES_MM[k], drawn(k).section(PLANES_MM[k], false)));
            let worst = worst_mm(&block, &part_of(planes), &PLANES_MM[2..4]);
            assert!(worst < 1e-3, "{lean}: {worst}");
        }
    }

    #[test]
    fn beyond_a_corner_both_edges_are_faces_and_beside_an_edge_that_one_is() {
        for (angle, turned) in [(60.0, false), (90.0, true), (120.0, false), (120.0, true)] {
            let block = Block::new(angle, 0.4, 0.0);
            let part = block.part(turned);
            let (w, stencil) = (6.0, LagrangeStencil::new(&PLANES_MM, 3, MOST));
            let b = part.blend(w);
            let edges = |p: Point2, k: usize| {
                let (mut d, mut g) = ([0.0; MOST], [[0.0; 2]; MOST]);
                for k in 0..b.count {
                    let mut edge = usize::MAX;
                    (d[k], g[k]) = distance(part.region(b.first + k), p, &mut edge);
                }
                let place = Place { part: &part, b: &b, stencil: &stencil, p, d: &d, g: &g };
                let (found, count) = place.edges(k);
                found[..count].to_vec()
            };
            for k in 0..b.count {
                for corner in 0..4 {
                    let at = block.corner(corner, PLANES_MM[b.first + k]);
                    let [m, n] = [block.faces[corner].0, block.faces[(corner + 1) % 4].0];
                    let beyond = [0, 1].map(|x| at[x] + m[x] + n[x]);
                    let found = edges(beyond, k);
                    assert_eq!(found.len(), 2, "{angle} {corner}");
                    for wanted in [m, n] {
                        assert!(found.iter().any(|f| dot(*f, wanted) > 1.0 - 1e-9), "{found:?}");
                    }
                    // Along the one edge, away from the corner.
                    let beside = [at[0] + 3.0 * m[1] + 0.2 * m[0], at[1] - 3.0 * m[0] + 0.2 * m[1]];
                    let found = edges(beside, k);
                    assert!(found.len() == 1 && dot(found[0], m) > 1.0 - 1e-9, "{found:?}");
                }
            }
        }
    }

    #[test]
    fn the_points_beside_one_of_a_ring_are_the_one_before_and_the_one_after() {
        let ring: Vec<Point2> = (0..5).map(|i| [f64::from(i), f64::from(i * i)]).collect();
        for i in 0..5 {
            assert_eq!(beside(&ring, ring[i]), Some([ring[(i + 4) % 5], ring[(i + 1) % 5]]));
        }
        assert_eq!(beside(&ring, [0.5, 0.5]), None);
    }

    #[test]
    fn faces_count_by_how_near_the_surface_is_and_how_far_they_are_turned() {
        // Outside both outlines up to 0.05 mm, inside both up to 0.5 mm.
        for (d, wanted) in [
            ([-3.0, 4.0], 1.0),
            ([0.02, 7.0], 0.6),
            ([0.3, 0.04], 0.2),
            ([0.2, 0.06], 0.0),
            ([-0.1, -2.0], 0.8),
            ([-3.0, -0.4], 0.2),
            ([-0.7, -0.6], 0.0),
        ] {
            assert!((near_surface(d) - wanted).abs() < 1e-12, "{d:?}: {}", near_surface(d));
        }
        for (cosine, wanted) in [
            (0.0, 1.0),
            (0.3, 1.0),
            (0.45, 0.5),
            (0.6, 0.0),
            (-0.2, 1.0),
            (-0.35, 0.5),
            (-0.5, 0.0),
        ] {
            assert!((differ(cosine) - wanted).abs() < 1e-12, "{cosine}: {}", differ(cosine));
        }
    }
}
