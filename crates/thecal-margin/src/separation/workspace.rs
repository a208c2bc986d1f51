//! The room in which instruments work: what stands in their way, and the bone that they take.

use super::field::{
    Box3, Instruments, Scene, bounds_in, distance_on, grid_over, grown, joined, shared,
};
use super::{Centreline, SeparationError};
use thecal_mask::Solid;
use thecal_mask::solid::StackFrame;
use thecal_voxel::{Volume, VoxelError};

/// Where instruments can be whose tips are tried in a tumour and beside it.
pub(super) struct Workspace<'a> {
    frame: &'a StackFrame,
    /// Along the frame's axes.
    within: Box3,
    band_mm: f64,
}

impl<'a> Workspace<'a> {
    pub(super) fn of(
        centreline: &Centreline,
        frame: &'a StackFrame,
        tumour: Box3,
        instruments: &Instruments,
    ) -> Self {
        // Tips lie on the planes of places near the tumour; directions are square to those, but
        // for the tilt.
        const NEAR_MM: f64 = 20.0;
        let near = tumour.0.z - NEAR_MM..tumour.1.z + NEAR_MM;
        let all = centreline.places().iter();
        let of_tumour = all.filter(|p| near.contains(&frame.stack_from_patient(p.point_mm).z));
        let lean_deg = of_tumour
            .map(|p| p.up.dot(&frame.normal()).abs().min(1.0).acos().to_degrees())
            .reduce(f64::max)
            .unwrap_or(90.0);
        let lean_deg = (lean_deg + instruments.tilt_deg).min(90.0);
        let band_mm = instruments.band_mm();
        let along_mm = instruments.depth_mm * lean_deg.to_radians().sin() + band_mm;
        let (mut low, mut high) = grown(tumour, instruments.depth_mm + band_mm);
        (low.z, high.z) = (tumour.0.z - along_mm, tumour.1.z + along_mm);
        Self { frame, within: (low, high), band_mm }
    }

    /// The part of the room that solids are in; a corner of it where none is.
    fn part_with<'s>(&self, solids: impl IntoIterator<Item = &'s &'s Solid>) -> Box3 {
        let boxes = solids.into_iter();
        let boxes = boxes.map(|s| shared(bounds_in(s, self.frame, s.spacing_mm()), self.within));
        let met = boxes.filter(|(lo, hi)| (0..3).all(|k| lo[k] <= hi[k]));
        met.reduce(joined).unwrap_or((self.within.0, self.within.0))
    }

    /// Signed distance to all that instruments must not enter, mm.
    pub(super) fn obstacles(
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
    pub(super) fn bone(
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
