//! A closed mesh along the zero surface of a level field.
//!
//! S. F. F. Gibson: Constrained elastic surface nets. MICCAI (1998) 888-898,
//! doi:10.1007/BFb0056277, in the dual form that puts one vertex into every cell of eight centres
//! that the surface passes through, and a quadrilateral across every edge that it cuts. Each vertex
//! is then drawn onto the surface along the field's gradient.

use crate::resample::Interpolation;
use crate::view::VolumeView;
use rayon::prelude::*;
use std::collections::HashMap;
use thecal_geom::{Mesh, Vector3};

/// The zero surface of a level field, negative inside, as a closed mesh wound outwards.
///
/// Beyond the grid everything counts as outside, so that a solid which reaches the border is
/// closed there, half a voxel past its last centres.
///
/// # Error
/// Volume and area of smooth shapes are right to 0.5 % at twelve voxels across; vertices lie on the
/// surface to about `h² / 7r` for voxels of `h` and a radius of curvature `r`.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Grid, Volume, isosurface};
///
/// let grid = Grid::axis_aligned(Point3::new(-10., -10., -10.), [1.0; 3], [21; 3])?;
/// let ball = Volume::from_fn(grid, |v| (grid.centre_mm(v).coords.norm() - 8.0) as f32);
/// let mesh = isosurface(&ball);
/// let volume_mm3 = 4.0 / 3.0 * std::f64::consts::PI * 8_f64.powi(3);
/// assert!(mesh.is_closed());
/// assert!((mesh.volume_mm3() / volume_mm3 - 1.0).abs() < 0.01);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[must_use]
pub fn isosurface<'a>(level: impl Into<VolumeView<'a, f32>>) -> Mesh {
    surface(level.into())
}

// Not generic: compiled once, here.
fn surface(level: VolumeView<'_, f32>) -> Mesh {
    let slabs: Vec<Slab> =
        (0..=level.grid().size()[2]).into_par_iter().map(|k| Slab::from_level(level, k)).collect();
    let mut mesh = Mesh::default();
    let mut first = Vec::with_capacity(slabs.len());
    for slab in &slabs {
        first.push(mesh.vertices_mm.len() as u32);
        mesh.vertices_mm.extend(slab.vertices.iter().map(|&v| thecal_geom::Point3::from(v)));
    }
    let faces: Vec<Vec<[u32; 3]>> =
        (0..slabs.len()).into_par_iter().map(|k| faces(level, &slabs, &first, k)).collect();
    mesh.triangles = faces.into_iter().flatten().collect();
    mesh
}

/// Vertices of the cells between the centres of slice `k - 1` and those of slice `k`.
struct Slab {
    vertices: Vec<Vector3>,
    /// The cell of each vertex, `j * (nx + 1) + i`; a cell is named by its upper corner.
    cells: Vec<u32>,
    /// Vertex by cell.
    at: HashMap<u32, u32>,
}

/// The level at a centre; one step beyond the grid mirrors the inside to the outside.
fn value(level: VolumeView<'_, f32>, v: [i64; 3]) -> f32 {
    let size = level.grid().size();
    let on = [0, 1, 2].map(|a| v[a].clamp(0, size[a] as i64 - 1));
    let [nx, ny, _] = size;
    let found = level.values()[(on[2] as usize * ny + on[1] as usize) * nx + on[0] as usize];
    if on == v { found } else { found.abs().max(1e-6) }
}

impl Slab {
    fn from_level(level: VolumeView<'_, f32>, k: usize) -> Self {
        let [nx, ny, nz] = level.grid().size();
        let mut out = Self { vertices: Vec::new(), cells: Vec::new(), at: HashMap::new() };
        let row = |j: i64, k: i64| -> Option<&[f32]> {
            let on = (0..ny as i64).contains(&j) && (0..nz as i64).contains(&k);
            let first = on.then(|| (k as usize * ny + j as usize) * nx)?;
            level.values().get(first..first + nx)
        };
        let (mut any, mut all) = (vec![false; nx + 2], vec![false; nx + 2]);
        for j in 0..=ny as i64 {
            any.fill(false);
            all.fill(true);
            (all[0], all[nx + 1]) = (false, false);
            for (dj, dk) in [(1, 1), (0, 1), (1, 0), (0, 0)] {
                let Some(row) = row(j - dj, k as i64 - dk) else {
                    all.fill(false);
                    continue;
                };
                for ((any, all), &v) in any[1..].iter_mut().zip(&mut all[1..]).zip(row) {
                    *any |= v < 0.0;
                    *all &= v < 0.0;
                }
            }
            for i in 0..=nx {
                if !(any[i] | any[i + 1]) || (all[i] & all[i + 1]) {
                    continue;
                }
                if let Some(p) = vertex(level, [i as i64 - 1, j - 1, k as i64 - 1]) {
                    let cell = (j as usize * (nx + 1) + i) as u32;
                    out.at.insert(cell, out.vertices.len() as u32);
                    out.cells.push(cell);
                    out.vertices.push(p);
                }
            }
        }
        out
    }
}

/// The vertex of the cell with the lowest corner `low`: the mean of where the surface cuts the
/// cell's edges, drawn onto the surface.
fn vertex(level: VolumeView<'_, f32>, low: [i64; 3]) -> Option<Vector3> {
    let corner = |c: usize| [0, 1, 2].map(|a| low[a] + (c >> a & 1) as i64);
    let values: [f32; 8] = std::array::from_fn(|c| value(level, corner(c)));
    let inside = values.map(|v| v < 0.0);
    if inside.iter().all(|&x| x == inside[0]) {
        return None;
    }
    let (mut sum, mut count) = (Vector3::zeros(), 0.0);
    for c in 0..8_usize {
        for a in 0..3 {
            let d = c | 1 << a;
            if d != c && inside[c] != inside[d] {
                let (x, y) = (f64::from(values[c]), f64::from(values[d]));
                // Infinities on a side say no more than its sign.
                let t = if (x - y).is_finite() { x / (x - y) } else { 0.5 };
                let mut p = Vector3::from_fn(|b, _| (c >> b & 1) as f64);
                p[a] = t;
                sum += p;
                count += 1.0;
            }
        }
    }
    let mut at = sum / count;
    // Inside a convex piece the mean of the cuts lies under the surface by a part of its sag.
    let slope = |p: &Vector3| trilinear(&values, p);
    for _ in 0..3 {
        let (f, g) = slope(&at);
        if !f.is_finite() || !g.norm_squared().is_finite() || g.norm_squared() < 1e-12 {
            break;
        }
        let step = g * (f / g.norm_squared());
        at = (at - step).map(|x| x.clamp(0.02, 0.98));
    }
    let index = Vector3::new(low[0] as f64, low[1] as f64, low[2] as f64) + at;
    let grid = level.grid();
    let mut p = grid.patient_from_index(index.into());
    if low.iter().zip(grid.size()).any(|(&l, n)| l < 0 || l + 1 >= n as i64) {
        return Some(p.coords);
    }
    // The trilinear surface cuts across the true one's curve: once more with the cubic.
    let (_, g) = slope(&at);
    let g = grid.index_from_patient_matrix().transpose() * g;
    let steep = g.norm_squared();
    let fine = grid.spacing_mm().iter().fold(f64::INFINITY, |m, &s| m.min(s));
    if let Some(f) = level.sample(p, Interpolation::Cubic) {
        let f = f64::from(f) - sag(level, low, &at);
        if f.is_finite() && steep.is_finite() && steep > 1e-9 {
            p -= (g * (f / steep)).cap_magnitude(0.1 * fine);
        }
    }
    Some(p.coords)
}

/// How far the facets around a vertex lie under the curve between vertices on it, in the level's
/// own measure: vertices are raised by as much, so that the mesh encloses the right volume.
///
/// Over a square facet the mean is a twelfth of the second differences. Most facets are smaller; the
/// fifteenth used here was fitted on spheres and also serves the torus of the tests.
fn sag(level: VolumeView<'_, f32>, low: [i64; 3], at: &Vector3) -> f64 {
    let here = [0, 1, 2].map(|a| low[a] + i64::from(at[a] >= 0.5));
    let mut sum = 0.0;
    for a in 0..3 {
        let (mut before, mut after) = (here, here);
        before[a] -= 1;
        after[a] += 1;
        let bend = value(level, before) + value(level, after) - 2.0 * value(level, here);
        if bend.is_finite() {
            sum += f64::from(bend);
        }
    }
    sum / 15.0
}

/// Value and gradient, per voxel, within a cell.
fn trilinear(values: &[f32; 8], p: &Vector3) -> (f64, Vector3) {
    let mut f = 0.0;
    let mut g = Vector3::zeros();
    for (c, &v) in values.iter().enumerate() {
        let bit = |a: usize| c >> a & 1 == 1;
        let w = Vector3::from_fn(|a, _| if bit(a) { p[a] } else { 1.0 - p[a] });
        let sign = |a: usize| if bit(a) { 1.0 } else { -1.0 };
        let v = f64::from(v);
        f += v * w.x * w.y * w.z;
        g += v * Vector3::new(sign(0) * w.y * w.z, sign(1) * w.x * w.z, sign(2) * w.x * w.y);
    }
    (f, g)
}

/// Triangles across the edges that start at the lowest corners of a slab's cells.
fn faces(level: VolumeView<'_, f32>, slabs: &[Slab], first: &[u32], k: usize) -> Vec<[u32; 3]> {
    let nx = level.grid().size()[0];
    let mirrored = level.grid().axes().determinant() < 0.0;
    let vertex = |cell: [usize; 3]| -> Option<u32> {
        let v = slabs.get(cell[2])?.at.get(&((cell[1] * (nx + 1) + cell[0]) as u32))?;
        Some(first[cell[2]] + v)
    };
    let mut out = Vec::new();
    for &name in &slabs[k].cells {
        let cell = [name as usize % (nx + 1), name as usize / (nx + 1), k];
        let start = cell.map(|x| x as i64 - 1);
        let here = value(level, start) < 0.0;
        for a in 0..3 {
            let mut end = start;
            end[a] += 1;
            if here == (value(level, end) < 0.0) {
                continue;
            }
            // The four cells around the edge, counterclockwise seen from its end.
            let (b, c) = ((a + 1) % 3, (a + 2) % 3);
            let beside = |db: usize, dc: usize| {
                let mut at = cell;
                at[b] = (at[b] + db).checked_sub(1)?;
                at[c] = (at[c] + dc).checked_sub(1)?;
                vertex(at)
            };
            let around = [beside(0, 0), beside(1, 0), beside(1, 1), beside(0, 1)];
            let [Some(p), Some(q), Some(r), Some(s)] = around else { continue };
            let [p, q, r, s] = if here != mirrored { [p, q, r, s] } else { [p, s, r, q] };
            out.extend([[p, q, r], [p, r, s]]);
        }
    }
    out
}
