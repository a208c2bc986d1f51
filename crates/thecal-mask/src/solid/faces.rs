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
mod tests;
