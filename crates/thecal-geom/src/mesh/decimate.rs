//! Fewer triangles at a known cost.
//!
//! Edges are collapsed in the order of the error that they bring. M. Garland, P. S. Heckbert:
//! Surface simplification using quadric error metrics. SIGGRAPH (1997) 209-216,
//! doi:10.1145/258734.258849. A collapse that would fold the surface or join two sheets is left.

use super::quadric::Quadric;
use super::{Mesh, vector_area};
use crate::{Point3, Vector3};
use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

/// A mesh with fewer triangles, and what that cost.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Decimated {
    /// The mesh.
    pub mesh: Mesh,
    /// Largest distance that any vertex of the first mesh lies off the new one, mm.
    pub error_mm: f64,
}

/// A collapse that may be done: the cheapest first, then in the order of its vertices.
#[derive(Debug, PartialEq)]
struct Candidate {
    cost: f64,
    edge: (u32, u32),
    /// State of both vertices when it was priced.
    seen: (u32, u32),
    to: Point3,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.total_cmp(&self.cost).then_with(|| other.edge.cmp(&self.edge))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Mesh {
    /// A closed mesh with about `triangles` triangles, as near to this one as edge collapses get;
    /// stops before `most_error_mm` where the wanted count would cost more.
    ///
    /// # Error
    /// `error_mm` of the result is measured, not estimated: from every vertex of this mesh to the
    /// triangles around the vertex that it was collapsed into.
    #[must_use]
    pub fn decimated(&self, triangles: usize, most_error_mm: f64) -> Decimated {
        let mut work = Work::new(self);
        while work.live > triangles {
            let Some(next) = work.heap.pop() else { break };
            if work.is_current(&next) {
                if next.cost.max(0.0).sqrt() > most_error_mm {
                    break;
                }
                work.collapse(&next);
            }
        }
        work.finish(self)
    }
}

struct Work {
    points: Vec<Point3>,
    quadrics: Vec<Quadric>,
    triangles: Vec<[u32; 3]>,
    alive: Vec<bool>,
    around: Vec<Vec<u32>>,
    state: Vec<u32>,
    /// The vertex that a vertex was collapsed into; itself while it lives.
    into: Vec<u32>,
    heap: BinaryHeap<Candidate>,
    live: usize,
}

impl Work {
    fn new(mesh: &Mesh) -> Self {
        let n = mesh.vertices_mm.len();
        let mut work = Self {
            points: mesh.vertices_mm.clone(),
            quadrics: vec![Quadric::ZERO; n],
            triangles: mesh.triangles.clone(),
            alive: vec![true; mesh.triangles.len()],
            around: vec![Vec::new(); n],
            state: vec![0; n],
            into: (0..n as u32).collect(),
            heap: BinaryHeap::new(),
            live: mesh.triangles.len(),
        };
        for (number, &t) in mesh.triangles.iter().enumerate() {
            let corners = mesh.corners(t);
            let normal = vector_area(corners).try_normalize(1e-12).unwrap_or_else(Vector3::zeros);
            let plane = Quadric::from_plane(normal, corners[0]);
            for v in t {
                work.quadrics[v as usize] += plane;
                work.around[v as usize].push(number as u32);
            }
        }
        for t in &mesh.triangles {
            for e in 0..3 {
                let (a, b) = (t[e], t[(e + 1) % 3]);
                // A closed mesh shows every edge twice, once in each direction.
                if a < b {
                    work.price(a, b);
                }
            }
        }
        work
    }

    fn price(&mut self, a: u32, b: u32) {
        let (i, j) = (a as usize, b as usize);
        let q = self.quadrics[i] + self.quadrics[j];
        let (pa, pb) = (self.points[i], self.points[j]);
        let middle = nalgebra::center(&pa, &pb);
        let reach = (pb - pa).norm();
        // On flat parts the best point is anywhere on them: then the middle will do.
        let best = q.least_at().filter(|p| (p - middle).norm() < reach);
        let to = [Some(middle), best, Some(pa), Some(pb)]
            .into_iter()
            .flatten()
            .map(|p| (q.at(&p), p))
            .min_by(|x, y| x.0.total_cmp(&y.0));
        let (cost, to) = to.unwrap_or((q.at(&middle), middle));
        let edge = (a.min(b), a.max(b));
        let seen = (self.state[edge.0 as usize], self.state[edge.1 as usize]);
        // A trace of length keeps flat parts from being collapsed in long fans.
        let cost = cost.max(0.0) + 1e-9 * reach * reach;
        self.heap.push(Candidate { cost, edge, seen, to });
    }

    fn is_current(&self, c: &Candidate) -> bool {
        let (a, b) = (c.edge.0 as usize, c.edge.1 as usize);
        self.into[a] == c.edge.0
            && self.into[b] == c.edge.1
            && (self.state[a], self.state[b]) == c.seen
    }

    fn neighbours(&self, v: u32) -> Vec<u32> {
        let mut out: Vec<u32> = self.around[v as usize]
            .iter()
            .flat_map(|&t| self.triangles[t as usize])
            .filter(|&w| w != v)
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    fn collapse(&mut self, c: &Candidate) {
        let (keep, gone) = c.edge;
        let (ka, kb) = (self.neighbours(keep), self.neighbours(gone));
        // Exactly the two triangles at the edge may go, or two sheets would be joined.
        if ka.iter().filter(|v| kb.binary_search(v).is_ok()).count() != 2 {
            return;
        }
        let folds = |v: u32, other: u32| {
            self.around[v as usize].iter().any(|&t| {
                let t = self.triangles[t as usize];
                if t.contains(&other) {
                    return false;
                }
                let before = vector_area(t.map(|w| self.points[w as usize]));
                let after =
                    vector_area(t.map(|w| if w == v { c.to } else { self.points[w as usize] }));
                after.dot(&before) <= 0.2 * after.norm() * before.norm()
            })
        };
        if folds(keep, gone) || folds(gone, keep) {
            return;
        }
        let (k, g) = (keep as usize, gone as usize);
        self.points[k] = c.to;
        self.quadrics[k] = self.quadrics[k] + self.quadrics[g];
        self.into[g] = keep;
        self.state[k] += 1;
        let freed = std::mem::take(&mut self.around[g]);
        for t in freed {
            let corners = &mut self.triangles[t as usize];
            if corners.contains(&keep) {
                self.alive[t as usize] = false;
                self.live -= 1;
                for v in *corners {
                    self.around[v as usize].retain(|&x| x != t);
                }
            } else {
                for v in corners.iter_mut().filter(|v| **v == gone) {
                    *v = keep;
                }
                self.around[k].push(t);
            }
        }
        for n in self.neighbours(keep) {
            self.price(keep, n);
        }
    }

    fn survivor(&self, mut v: u32) -> u32 {
        while self.into[v as usize] != v {
            v = self.into[v as usize];
        }
        v
    }

    /// The distance of a vertex of the first mesh from what it was collapsed into, or `most` where that is no less:
    /// as soon as one triangle is as near as that, the others are not asked.
    fn off(&self, from: &Mesh, v: u32, most: f64) -> f64 {
        let p = from.vertices_mm[v as usize];
        let at = self.survivor(v);
        // The vertex's own fan, and then those around it.
        let beside = std::iter::once_with(|| self.neighbours(at)).flatten();
        let fans = std::iter::once(at).chain(beside);
        let mut least = f64::INFINITY;
        for &t in fans.flat_map(|w| &self.around[w as usize]) {
            let corners = self.triangles[t as usize].map(|w| self.points[w as usize]);
            least = least.min((nearest_on_triangle(p, corners) - p).norm());
            if least <= most {
                return most;
            }
        }
        if least.is_finite() { least } else { most }
    }

    fn finish(self, from: &Mesh) -> Decimated {
        let mut number: HashMap<u32, u32> = HashMap::new();
        let mut mesh = Mesh::default();
        for (t, _) in self.triangles.iter().zip(&self.alive).filter(|x| *x.1) {
            let t = t.map(|v| {
                *number.entry(v).or_insert_with(|| {
                    mesh.vertices_mm.push(self.points[v as usize]);
                    mesh.vertices_mm.len() as u32 - 1
                })
            });
            mesh.triangles.push(t);
        }
        let error_mm =
            (0..from.vertices_mm.len() as u32).fold(0.0, |most, v| self.off(from, v, most));
        Decimated { mesh, error_mm }
    }
}

/// The point of a triangle nearest to `p`. C. Ericson: Real-Time Collision Detection (2005),
/// section 5.1.5.
fn nearest_on_triangle(p: Point3, [a, b, c]: [Point3; 3]) -> Point3 {
    let (ab, ac, ap) = (b - a, c - a, p - a);
    let (d1, d2) = (ab.dot(&ap), ac.dot(&ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return a;
    }
    let bp = p - b;
    let (d3, d4) = (ab.dot(&bp), ac.dot(&bp));
    if d3 >= 0.0 && d4 <= d3 {
        return b;
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        return a + ab * (d1 / (d1 - d3));
    }
    let cp = p - c;
    let (d5, d6) = (ab.dot(&cp), ac.dot(&cp));
    if d6 >= 0.0 && d5 <= d6 {
        return c;
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        return a + ac * (d2 / (d2 - d6));
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 - d3 >= 0.0 && d5 - d6 >= 0.0 {
        return b + (c - b) * ((d4 - d3) / ((d4 - d3) + (d5 - d6)));
    }
    let sum = va + vb + vc;
    a + ab * (vb / sum) + ac * (vc / sum)
}

#[cfg(test)]
mod tests {
    use super::super::tests::octahedron;
    use super::*;

    #[test]
    fn a_sphere_keeps_its_shape_with_a_tenth_of_its_triangles() {
        let fine = octahedron(5, 10.0);
        let small = fine.decimated(800, 1.0);
        assert!(small.mesh.is_closed());
        assert!(small.mesh.triangles.len() <= 800);
        // Sag of a triangle of 800 on a sphere of 10 mm: about 0.14 mm.
        assert!(small.error_mm > 0.0 && small.error_mm < 0.2, "{}", small.error_mm);
        let volume = small.mesh.volume_mm3() / fine.volume_mm3();
        assert!((volume - 1.0).abs() < 0.01, "{volume}");
        let off = small
            .mesh
            .vertices_mm
            .iter()
            .map(|p| (p.coords.norm() - 10.0).abs())
            .fold(0.0, f64::max);
        assert!(off < 0.2, "{off}");
    }

    #[test]
    fn the_error_bound_stops_it() {
        let fine = octahedron(4, 10.0);
        let held = fine.decimated(8, 0.02);
        assert!(held.mesh.triangles.len() > 100);
        assert!(held.error_mm < 0.1, "{}", held.error_mm);
        let none = fine.decimated(usize::MAX, 1.0);
        assert_eq!(none.mesh.triangles.len(), fine.triangles.len());
        assert_eq!(none.error_mm, 0.0);
    }

    /// The distance from a triangle by a fine grid over it.
    fn slow_distance(p: Point3, [a, b, c]: [Point3; 3]) -> f64 {
        let n = 160;
        let at = |i: u32, j: u32| {
            let [s, t] = [i, j].map(|k| f64::from(k) / f64::from(n));
            (a + (b - a) * s + (c - a) * t - p).norm()
        };
        (0..=n).flat_map(|i| (0..=n - i).map(move |j| at(i, j))).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn the_nearest_point_of_a_triangle_is_that_of_a_slow_search() {
        let corners = [[0.0, 0.0, 0.0], [3.0, 0.5, 0.2], [1.0, 2.0, -0.4]].map(Point3::from);
        for i in -3..=6 {
            for j in -3..=5 {
                for height in [0.0, 0.7, -1.3] {
                    let p = Point3::new(0.7 * f64::from(i), 0.7 * f64::from(j), height);
                    let found = nearest_on_triangle(p, corners);
                    let (off, slow) = ((found - p).norm(), slow_distance(p, corners));
                    // The grid misses by its step at the most, and never below.
                    assert!(off <= slow + 1e-9 && off > slow - 0.01, "{p}: {off} for {slow}");
                    assert!(slow_distance(found, corners) < 0.02, "{p}: {found} is off it");
                }
            }
        }
    }

    #[test]
    fn the_error_told_is_that_of_a_slow_search() {
        let fine = octahedron(3, 10.0);
        for triangles in [400, 150, 60] {
            let small = fine.decimated(triangles, 5.0);
            let off = |p: &Point3| {
                let each = small.mesh.triangles.iter().map(|&t| {
                    let corners = small.mesh.corners(t);
                    (nearest_on_triangle(*p, corners) - p).norm()
                });
                each.fold(f64::INFINITY, f64::min)
            };
            let slow = fine.vertices_mm.iter().map(off).fold(0.0, f64::max);
            // It looks at triangles near each vertex alone, so it may say too much, a little.
            assert!(small.error_mm >= slow - 1e-9, "{} for {slow}", small.error_mm);
            assert!(small.error_mm <= 1.2 * slow, "{} for {slow}", small.error_mm);
        }
    }

    /// A box from the origin on with its sides cut into squares of 1 mm, two triangles each.
    fn cut_box(size: [u32; 3]) -> Mesh {
        let mut number: HashMap<[u32; 3], u32> = HashMap::new();
        let mut mesh = Mesh::default();
        for axis in 0..3 {
            let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
            for (far, i, j) in
                (0..size[u] * size[v] * 2).map(|n| (n % 2 == 1, n / 2 % size[u], n / 2 / size[u]))
            {
                let corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(|[du, dv]| {
                    let mut at = [0; 3];
                    (at[axis], at[u], at[v]) = (if far { size[axis] } else { 0 }, i + du, j + dv);
                    *number.entry(at).or_insert_with(|| {
                        mesh.vertices_mm.push(Point3::from(at.map(f64::from)));
                        mesh.vertices_mm.len() as u32 - 1
                    })
                });
                let [a, b, c, d] = corners;
                let outwards = if far { [[a, b, c], [a, c, d]] } else { [[a, c, b], [a, d, c]] };
                mesh.triangles.extend(outwards);
            }
        }
        mesh
    }

    #[test]
    fn flat_sides_cost_nothing_and_edges_and_corners_stay() {
        let cut = cut_box([5, 4, 6]);
        assert!(cut.is_closed() && (cut.volume_mm3() - 120.0).abs() < 1e-9);
        for triangles in [100, 40, 12] {
            let small = cut.decimated(triangles, 1e-3);
            assert!(small.mesh.is_closed());
            assert!(small.mesh.triangles.len() <= triangles + 30, "{}", small.mesh.triangles.len());
            assert!((small.mesh.volume_mm3() - 120.0).abs() < 1e-6, "{}", small.mesh.volume_mm3());
            assert!(small.error_mm < 1e-6, "{}", small.error_mm);
        }
    }
}
