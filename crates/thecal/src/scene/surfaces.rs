//! Surfaces for the view that can be turned.

use nalgebra::Matrix3;
use rayon::prelude::*;
use thecal_geom::{Mesh, Point3, Vector3};
use thecal_mask::Solid;
use thecal_report::scene::{Surface, What};
use thecal_voxel::{Grid, Volume, isosurface};

use super::map::Distances;
use super::planes::taken;

/// About as many triangles each surface has.
const TRIANGLES: f64 = 7000.0;
/// What lies this near to what is left is not shown as removed: slivers would flicker.
const SAME_MM: f32 = 0.3;
/// Voxels no finer than this, mm.
const LEAST_STEP_MM: f64 = 0.6;

/// A box along the contour planes: a corner, the axes, and the lengths of the sides.
pub(super) struct Room {
    pub(super) corner: Point3,
    pub(super) axes: Matrix3<f64>,
    pub(super) size_mm: [f64; 3],
}

impl Room {
    /// The grid on the part of the room that a solid fills.
    fn grid(&self, solids: &[&Solid]) -> Option<Grid> {
        let (mut lo, mut hi) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for solid in solids {
            let (a, b) = solid.bounds();
            for c in 0..8 {
                let pick = |k: usize| if c >> k & 1 == 0 { a[k] } else { b[k] };
                let at =
                    self.axes.transpose() * (Point3::new(pick(0), pick(1), pick(2)) - self.corner);
                for k in 0..3 {
                    lo[k] = lo[k].min(at[k]);
                    hi[k] = hi[k].max(at[k]);
                }
            }
        }
        let lo: [f64; 3] = [0, 1, 2].map(|k| (lo[k] - 1.0).max(0.0));
        let side: [f64; 3] = [0, 1, 2].map(|k| (hi[k] + 1.0).min(self.size_mm[k]) - lo[k]);
        if side.iter().any(|s| *s <= 0.0) {
            return None;
        }
        let step = step_mm(side).max(LEAST_STEP_MM);
        let size = side.map(|s| (s / step).ceil() as usize + 1);
        let corner = self.corner + self.axes * Vector3::from(lo);
        Grid::new(corner, self.axes, [step; 3], size).ok()
    }
}

/// The spacing that gives about the wanted number of triangles.
fn step_mm(side: [f64; 3]) -> f64 {
    // An ellipsoid has about half the surface of its box, and two triangles a voxel face.
    let area = side[0] * side[1] + side[1] * side[2] + side[2] * side[0];
    (2.0 * area / TRIANGLES).sqrt().max(0.5 * LEAST_STEP_MM)
}

/// The surface of a solid within the room.
pub(super) fn of_solid(room: &Room, what: What, solid: &Solid) -> Option<Surface> {
    let level = solid.level_on(&room.grid(&[solid])?).ok()?;
    surface(what, isosurface(&level))
}

/// The surface of all vertebrae together.
pub(super) fn of_bone(room: &Room, bone: &[&Solid]) -> Option<Surface> {
    let grid = room.grid(bone)?;
    let each = bone.iter().filter_map(|solid| solid.level_on(&grid).ok());
    let level = each.reduce(|mut all, one| {
        let pairs = all.values_mut().iter_mut().zip(one.values());
        pairs.for_each(|(a, b)| *a = a.min(*b));
        all
    })?;
    surface(What::Bone, isosurface(&level))
}

/// The surfaces of what is left of a tumour and of what was taken.
pub(super) fn of_tumour(
    room: &Room,
    phases: &[usize],
    whole: &Solid,
    rest: Option<&Solid>,
) -> Vec<Surface> {
    let left = rest.and_then(|rest| of_solid(room, What::Tumour, rest));
    let both = left.into_iter().chain(removed(room, whole, rest));
    both.map(|s| Surface { phases: phases.to_vec(), ..s }).collect()
}

/// What was taken is thin: its place is found first, then its surface on a grid of its own.
fn removed(room: &Room, whole: &Solid, rest: Option<&Solid>) -> Option<Surface> {
    let on = |grid: &Grid| -> Option<Volume<f32>> {
        let mut level = whole.level_on(grid).ok()?;
        let rest = rest.map(|r| r.level_on(grid)).transpose().ok()?;
        let values = taken(level.values(), rest.as_ref().map(Volume::values), SAME_MM);
        level.values_mut().copy_from_slice(&values);
        Some(level)
    };
    let coarse = room.grid(&[whole])?;
    let found = on(&coarse)?.map(|v| *v < 0.0).bounds()?;
    let step = coarse.spacing_mm()[0];
    let start = found.start.map(|i| i.saturating_sub(1));
    let side = [0, 1, 2].map(|k| (found.end[k] - start[k]) as f64 * step);
    let fine = step_mm(side).max(0.5 * step);
    let size = side.map(|s| (s / fine).ceil() as usize + 1);
    let grid = Grid::new(coarse.centre_mm(start), room.axes, [fine; 3], size).ok()?;
    surface(What::Removed, isosurface(&on(&grid)?))
}

fn surface(what: What, mesh: Mesh) -> Option<Surface> {
    let drawn = !mesh.triangles.is_empty();
    drawn.then_some(Surface { what, phases: Vec::new(), mesh, gap_mm: Vec::new() })
}

/// The same surface elsewhere.
pub(super) fn moved(surface: &Surface, by: Vector3) -> Surface {
    let mut out = surface.clone();
    out.mesh.vertices_mm.iter_mut().for_each(|p| *p += by);
    out
}

/// Distances of a surface's vertices from the nearest of several solids.
pub(super) fn gaps_mm(mesh: &Mesh, solids: &[&Solid], reach_mm: f64) -> Vec<Option<f64>> {
    let near = Distances::new(solids, mesh.vertices_mm.iter().copied(), reach_mm);
    mesh.vertices_mm.par_iter().map(|p| near.of(*p, false)).collect()
}
