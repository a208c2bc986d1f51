//! The structures of a separation on one grid.

use crate::error::SeparationError;
use crate::grids::{bounds_in, grid_over};
use crate::reference::{self, NearReference};
use crate::scene::{Instruments, Scene};
use crate::workspace::Workspace;
use std::sync::OnceLock;
use thecal_geom::Point3;
use thecal_margin::Centreline;
use thecal_mask::Solid;
use thecal_voxel::{Grid, Volume, edt};

/// The structures of a scene on a grid: one serves all approaches and amounts.
#[derive(Debug)]
pub struct Field<'a> {
    pub(crate) scene: Scene<'a>,
    pub(crate) centreline: Centreline,
    /// Level of the tumour, mm, negative inside, infinite away from its surface.
    pub(crate) tumour_mm: Volume<f32>,
    /// Where the reference is near.
    pub(crate) near: NearReference,
    /// Level of the tumour there, mm.
    pub(crate) tumour_near_mm: Volume<f32>,
    /// Distance to the tumour's nearest voxel there, mm.
    pub(crate) beside_mm: Volume<f32>,
    /// Signed distance to what must not be touched, mm, on a grid of its own; its band.
    pub(crate) obstacle_mm: Volume<f32>,
    /// The part of each voxel that is bone, on a coarser grid, where there is any.
    pub(crate) bone: Option<Volume<f32>>,
    /// Largest amount that can be asked for, mm.
    pub(crate) most_mm: f64,
    pub(crate) instruments: Instruments,
    pub(crate) middle: Point3,
    /// The tumour's volume on the grid, cc, when first asked for.
    pub(crate) tumour_cc: OnceLock<f64>,
}

impl<'a> Field<'a> {
    /// Puts a scene on a grid of `spacing_mm`, for amounts up to `most_mm` and these instruments.
    ///
    /// # Errors
    /// When the cord is too short, or the grid would not fit.
    pub fn new(
        scene: Scene<'a>,
        spacing_mm: f64,
        most_mm: f64,
        instruments: Instruments,
    ) -> Result<Self, SeparationError> {
        let centreline = Centreline::of(scene.cord)?;
        let frame = *scene.tumour.frame();
        let room_mm = instruments.room_mm;
        let band_mm = most_mm + room_mm + 4.0 * spacing_mm;
        let tumour = bounds_in(scene.tumour, &frame, scene.tumour.spacing_mm());
        let reference = bounds_in(scene.reference, &frame, spacing_mm);
        // The reference's surface counts as far as it can be the nearest to some of the tumour.
        let seen = tumour.grown(band_mm).intersection(&reference);
        let grid = grid_over(&frame, tumour.union(&seen), 3.0 * spacing_mm, spacing_mm)?;
        let tumour_mm = Solid::level_of_any_on(&[scene.tumour], &grid)?;
        let beside_mm = edt::distance_mm(&tumour_mm.map(|t| *t < 0.0))?;
        // Instruments are tried, and levels are needed, a few voxels beside the tumour.
        let within_mm = room_mm + 4.0 * spacing_mm;
        let near = reference::near(scene.reference, &beside_mm, within_mm, band_mm)?;
        let beside_mm = beside_mm.cropped(near.part)?;
        let tumour_near_mm = tumour_mm.cropped(near.part)?;
        let room = Workspace::of(&centreline, &frame, tumour, &instruments);
        // Distances a few voxels off a surface need no fine grid, nor does bone.
        let obstacle_mm = room.obstacles(&scene, 2.0 * spacing_mm)?;
        let bone = room.bone(&scene, 2.0 * spacing_mm)?;
        let middle = frame.patient_from_stack(tumour.centre_mm());
        let tumour_cc = OnceLock::new();
        Ok(Self {
            scene,
            centreline,
            tumour_mm,
            near,
            tumour_near_mm,
            beside_mm,
            obstacle_mm,
            bone,
            most_mm,
            instruments,
            middle,
            tumour_cc,
        })
    }

    /// The grid that removal is computed on.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        self.tumour_mm.grid()
    }

    /// The centreline that directions refer to.
    #[must_use]
    pub fn centreline(&self) -> &Centreline {
        &self.centreline
    }

    /// Distance past the levels that are asked for where the reference is near, mm, negative
    /// between them.
    pub(crate) fn levels_mm(&self) -> Option<Volume<f32>> {
        let [low, high] = self.scene.levels_mm?;
        let (grid, frame) = (*self.near.distance_mm.grid(), *self.scene.reference.frame());
        Some(Volume::from_fn(grid, |v| {
            let w = frame.stack_from_patient(grid.centre_mm(v)).z;
            (low - w).max(w - high) as f32
        }))
    }
}
