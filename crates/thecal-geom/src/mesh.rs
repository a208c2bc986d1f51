//! Triangle meshes.

mod decimate;
mod quadric;

pub use decimate::Decimated;

use crate::{Point3, Vector3};
use std::collections::HashMap;

/// A triangle mesh in patient space.
///
/// # Frame
/// DICOM LPS, mm. Triangles are wound counterclockwise seen from outside.
///
/// # Example
/// ```
/// use thecal_geom::{Mesh, Point3};
///
/// // The corner of a cube of 6 mm: three edges along the axes.
/// let at = |x: f64, y: f64, z: f64| Point3::new(x, y, z);
/// let corner = Mesh {
///     vertices_mm: vec![at(0., 0., 0.), at(6., 0., 0.), at(0., 6., 0.), at(0., 0., 6.)],
///     triangles: vec![[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]],
/// };
/// assert!(corner.is_closed());
/// assert_eq!(corner.volume_mm3(), 36.0);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mesh {
    /// Vertices, mm.
    pub vertices_mm: Vec<Point3>,
    /// Triangles, as three positions in `vertices_mm`.
    pub triangles: Vec<[u32; 3]>,
}

impl Mesh {
    /// The corners of a triangle, mm.
    #[must_use]
    pub fn corners(&self, triangle: [u32; 3]) -> [Point3; 3] {
        triangle.map(|v| self.vertices_mm[v as usize])
    }

    /// Surface area, mm².
    #[must_use]
    pub fn area_mm2(&self) -> f64 {
        self.triangles.iter().map(|&t| 0.5 * vector_area(self.corners(t)).norm()).sum()
    }

    /// Enclosed volume, mm³; positive for a closed mesh wound outwards.
    #[must_use]
    pub fn volume_mm3(&self) -> f64 {
        // From the first vertex, so that a mesh far from the origin loses no digits.
        let Some(&o) = self.vertices_mm.first() else { return 0.0 };
        let six: f64 = self
            .triangles
            .iter()
            .map(|&t| {
                let [a, b, c] = self.corners(t).map(|p| p - o);
                a.dot(&b.cross(&c))
            })
            .sum();
        six / 6.0
    }

    /// The bounding box `(min, max)`, mm; none without vertices.
    #[must_use]
    pub fn bounds(&self) -> Option<(Point3, Point3)> {
        let first = *self.vertices_mm.first()?;
        Some(self.vertices_mm.iter().fold((first, first), |b, p| (b.0.inf(p), b.1.sup(p))))
    }

    /// True when every edge is used as often in one direction as in the other: no hole, one
    /// sense of winding. An empty mesh is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let mut uses: HashMap<(u32, u32), i32> = HashMap::with_capacity(self.triangles.len() * 2);
        for t in &self.triangles {
            for e in 0..3 {
                let (a, b) = (t[e], t[(e + 1) % 3]);
                if a == b {
                    return false;
                }
                *uses.entry((a.min(b), a.max(b))).or_default() += if a < b { 1 } else { -1 };
            }
        }
        uses.values().all(|&n| n == 0)
    }

    /// Unit normals at the vertices, weighted by area; zero where a vertex has no triangle.
    #[must_use]
    pub fn vertex_normals(&self) -> Vec<Vector3> {
        let mut normals = vec![Vector3::zeros(); self.vertices_mm.len()];
        for &t in &self.triangles {
            let n = vector_area(self.corners(t));
            for v in t {
                normals[v as usize] += n;
            }
        }
        for n in &mut normals {
            *n = n.try_normalize(1e-12).unwrap_or_else(Vector3::zeros);
        }
        normals
    }
}

/// Twice the area of a triangle along its normal, mm².
pub(crate) fn vector_area([a, b, c]: [Point3; 3]) -> Vector3 {
    (b - a).cross(&(c - a))
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn octahedron(levels: u32, radius: f64) -> Mesh {
        let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
        let mut vertices: Vec<Vector3> = axes.iter().flat_map(|&a| [a, -a]).collect();
        let mut triangles = Vec::new();
        for (x, y, z) in (0..8).map(|c| (c & 1, c >> 1 & 1, c >> 2)) {
            let t = [x, 2 + y, 4 + z];
            triangles.push(if (x + y + z) % 2 == 0 { t } else { [t[0], t[2], t[1]] });
        }
        for _ in 0..levels {
            let mut middle: HashMap<(u32, u32), u32> = HashMap::new();
            let mut next = Vec::new();
            for t in &triangles {
                let m: [u32; 3] = std::array::from_fn(|e| {
                    let (a, b) = (t[e], t[(e + 1) % 3]);
                    *middle.entry((a.min(b), a.max(b))).or_insert_with(|| {
                        let at: Vector3 = vertices[a as usize] + vertices[b as usize];
                        vertices.push(at.normalize());
                        vertices.len() as u32 - 1
                    })
                });
                next.extend([[t[0], m[0], m[2]], [m[0], t[1], m[1]], [m[2], m[1], t[2]], m]);
            }
            triangles = next;
        }
        let vertices_mm = vertices.iter().map(|v| Point3::from(v * radius)).collect();
        Mesh { vertices_mm, triangles }
    }

    #[test]
    fn a_fine_sphere_has_its_volume_and_area() {
        let m = octahedron(6, 7.0);
        assert!(m.is_closed());
        let (v, a) = (4.0 / 3.0 * std::f64::consts::PI * 343.0, 4.0 * std::f64::consts::PI * 49.0);
        assert!((m.volume_mm3() / v - 1.0).abs() < 1e-3);
        assert!((m.area_mm2() / a - 1.0).abs() < 1e-3);
        assert!((m.vertex_normals()[0] - Vector3::x()).norm() < 1e-6);
        let mut open = m.clone();
        open.triangles.pop();
        assert!(!open.is_closed());
        let mut turned = m;
        turned.triangles[5].swap(0, 1);
        assert!(!turned.is_closed());
    }
    #[test]
    fn a_mesh_is_closed_while_every_edge_has_two_sides() {
        let corners = [[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, -4.0]];
        let vertices_mm: Vec<Point3> = corners.map(Point3::from).into();
        let triangles = vec![[0, 1, 2], [0, 3, 1], [0, 2, 3], [1, 3, 2]];
        let whole = Mesh { vertices_mm, triangles };
        assert!(whole.is_closed());
        let bounds = (Point3::new(0.0, 0.0, -4.0), Point3::new(2.0, 3.0, 0.0));
        assert_eq!(whole.bounds(), Some(bounds));
        let changed = |of: &dyn Fn(&mut Vec<[u32; 3]>)| {
            let mut mesh = whole.clone();
            of(&mut mesh.triangles);
            mesh.is_closed()
        };
        assert!(!changed(&|t| _ = t.pop()));
        assert!(!changed(&|t| t[2].swap(0, 1)));
        assert!(!changed(&|t| t.push([1, 1, 2])));
        assert!(changed(&|t| t.clear()));
    }
}
