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
                let at = self.axes.transpose()
                    * (Point3::new(pick(0), pick(1), pick(2)) - self.corner);
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
        // An ellipsoid has about half the surface of its box, and two triangles a voxel face.
        let area = side[0] * side[1] + side[1] * side[2] + side[2] * side[0];
        let step = (2.0 * area / TRIANGLES).sqrt().max(LEAST_STEP_MM);
        let size = side.map(|s| (s / step).ceil() as usize + 1);
        let corner = self.corner + self.axes * Vector3::from(lo);
        Grid::new(corner, self.axes, [step; 3], size).ok()
    }
}

/// The surface of a solid within the room.
pub(super) fn of_solid(room: &Room, what: What, solid: &Solid) -> Option<Surface> {
    let level = solid.level_on(&room.grid(&[solid])?).ok()?;
    surface(what, None, isosurface(&level))
}

/// The surfaces of what is left of a tumour and of what was taken.
pub(super) fn of_tumour(
    room: &Room,
    scenario: &str,
    whole: &Solid,
    rest: Option<&Solid>,
) -> Vec<Surface> {
    let Some(grid) = room.grid(&[whole]) else { return Vec::new() };
    let Ok(level) = whole.level_on(&grid) else { return Vec::new() };
    let left = rest.and_then(|r| r.level_on(&grid).ok());
    let values = taken(level.values(), left.as_ref().map(Volume::values));
    let mut removed = level;
    removed.values_mut().copy_from_slice(&values);
    let of = |what, level: &Volume<f32>| surface(what, Some(scenario.to_owned()), isosurface(level));
    let left = left.and_then(|level| of(What::Tumour, &level));
    left.into_iter().chain(of(What::Removed, &removed)).collect()
}

fn surface(what: What, scenario: Option<String>, mesh: Mesh) -> Option<Surface> {
    let drawn = !mesh.triangles.is_empty();
    drawn.then_some(Surface { what, scenario, mesh, gap_mm: Vec::new() })
}

/// Distances of a surface's vertices from the nearest of several solids.
pub(super) fn gaps_mm(mesh: &Mesh, solids: &[&Solid], reach_mm: f64) -> Vec<Option<f64>> {
    let near = Distances::new(solids, mesh.vertices_mm.iter().copied(), reach_mm);
    mesh.vertices_mm.par_iter().map(|p| near.of(*p, 0.0)).collect()
}
