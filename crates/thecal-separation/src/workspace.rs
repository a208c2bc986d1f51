//! The room in which instruments work: what stands in their way, and the bone that they take.

use crate::error::SeparationError;
use crate::grids::{bounds_in, distance_on, grid_over};
use crate::scene::{Instruments, Scene};
use thecal_geom::Aabb;
use thecal_margin::Centreline;
use thecal_mask::Solid;
use thecal_mask::solid::StackFrame;
use thecal_voxel::{Volume, VoxelError};

/// Where instruments can be whose tips are tried in a tumour and beside it.
pub(crate) struct Workspace<'a> {
    frame: &'a StackFrame,
    /// Along the frame's axes.
    within: Aabb,
    band_mm: f64,
}

impl<'a> Workspace<'a> {
    pub(crate) fn new(
        centreline: &Centreline,
        frame: &'a StackFrame,
        tumour: Aabb,
        instruments: &Instruments,
    ) -> Self {
        // Tips lie on the planes of places near the tumour; directions are square to those, but
        // for the tilt.
        const NEAR_MM: f64 = 20.0;
        let near = tumour.min_mm.z - NEAR_MM..tumour.max_mm.z + NEAR_MM;
        let all = centreline.places().iter();
        let of_tumour = all.filter(|p| near.contains(&frame.stack_from_patient(p.point_mm).z));
        let lean_deg = of_tumour
            .map(|p| p.up.dot(&frame.normal()).abs().min(1.0).acos().to_degrees())
            .reduce(f64::max)
            .unwrap_or(90.0);
        let lean_deg = (lean_deg + instruments.tilt_deg).min(90.0);
        let band_mm = instruments.band_mm();
        let along_mm = instruments.depth_mm * lean_deg.to_radians().sin() + band_mm;
        let mut within = tumour.grown(instruments.depth_mm + band_mm);
        within.min_mm.z = tumour.min_mm.z - along_mm;
        within.max_mm.z = tumour.max_mm.z + along_mm;
        Self { frame, within, band_mm }
    }

    /// The part of the room that solids are in; a corner of it where none is.
    fn part_with<'s>(&self, solids: impl IntoIterator<Item = &'s &'s Solid>) -> Aabb {
        let met = solids
            .into_iter()
            .map(|s| bounds_in(s, self.frame, s.spacing_mm()).intersection(&self.within))
            .filter(|part| !part.is_empty())
            .reduce(|a, b| a.union(&b));
        met.unwrap_or(Aabb { min_mm: self.within.min_mm, max_mm: self.within.min_mm })
    }

    /// Signed distance to all that instruments must not enter, mm.
    pub(crate) fn obstacles(
        &self,
        scene: &Scene<'_>,
        spacing_mm: f64,
    ) -> Result<Volume<f32>, SeparationError> {
        let mut solids: Vec<&Solid> = Vec::new();
        for solid in [scene.reference, scene.cord].iter().chain(scene.keep_out) {
            if !solids.iter().any(|s| std::ptr::eq(*s, *solid)) {
                solids.push(solid);
            }
        }
        let grid = grid_over(self.frame, self.part_with(&solids), 6.0, spacing_mm)?;
        // What lies within another, as a cord within its sac, stands in nobody's way.
        Ok(distance_on(&solids, &grid, self.band_mm)?)
    }

    /// The part of each voxel that is bone; none where no bone is given.
    pub(crate) fn bone(
        &self,
        scene: &Scene<'_>,
        spacing_mm: f64,
    ) -> Result<Option<Volume<f32>>, VoxelError> {
        if scene.bone.is_empty() {
            return Ok(None);
        }
        let grid = grid_over(self.frame, self.part_with(scene.bone), spacing_mm, spacing_mm)?;
        Ok(Some(Solid::coverage_of_any_on(scene.bone, &grid)?))
    }
}
