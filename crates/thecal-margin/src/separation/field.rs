//! The structures of a separation on one grid.

use super::reference::{self, NearReference};
use super::workspace::Workspace;
use super::{Approach, Centreline, SeparationError};
use nalgebra::Matrix3;
use std::sync::OnceLock;
use thecal_geom::{Point3, Vector3};
use thecal_mask::Solid;
use thecal_mask::solid::StackFrame;
use thecal_voxel::{Grid, Volume, VoxelError, edt};

/// Bytes that a grid may take for each of its volumes.
const MOST_BYTES: usize = 1 << 29;
/// Distances from what must not be touched are known up to this beyond the room that instruments
/// need, mm: more room is not looked for, and rays make steps of it.
const BEYOND_ROOM_MM: f64 = 4.0;

/// What a separation is simulated on.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The tumour.
    pub tumour: &'a Solid,
    /// The structure that the tumour is taken off: the sac, or the cord.
    pub reference: &'a Solid,
    /// The structure whose centreline gives the directions: the cord, or the sac.
    pub cord: &'a Solid,
    /// Structures that instruments must not enter, besides the reference and the cord.
    pub keep_out: &'a [&'a Solid],
    /// Bone that is taken where it stands in the way.
    pub bone: &'a [&'a Solid],
    /// Levels that tumour is taken at, along the reference's stack, mm; none for all.
    pub levels_mm: Option<[f64; 2]>,
}

/// What instruments a field is made for, at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Instruments {
    /// Half-width and safety distance together, mm.
    pub room_mm: f64,
    /// How much of an instrument must be free, from its tip, mm.
    pub depth_mm: f64,
    /// Tilt towards head and feet, degrees.
    pub tilt_deg: f64,
}

impl Instruments {
    /// Those of approaches.
    #[must_use]
    pub fn of(approaches: &[Approach]) -> Self {
        let most = |f: fn(&Approach) -> f64| approaches.iter().map(f).fold(0.0, f64::max);
        Self {
            room_mm: most(|a| a.tool_radius_mm + a.safety_mm),
            depth_mm: most(|a| a.depth_mm),
            tilt_deg: most(|a| a.tilt_deg),
        }
    }

    /// The first that an approach needs more of, with how much it needs.
    pub(super) fn lack(&self, approach: &Approach) -> Option<(&'static str, f64)> {
        let needed = Self::of(std::slice::from_ref(approach));
        [
            ("tool_radius_mm + safety_mm", needed.room_mm, self.room_mm),
            ("depth_mm", needed.depth_mm, self.depth_mm),
            ("tilt_deg", needed.tilt_deg, self.tilt_deg),
        ]
        .into_iter()
        .find(|(_, needed, given)| *needed > given + 1e-9)
        .map(|(what, needed, _)| (what, needed))
    }

    /// Distances from obstacles are known up to this, mm.
    pub(super) fn band_mm(&self) -> f64 {
        self.room_mm + BEYOND_ROOM_MM
    }
}

/// The structures of a scene on a grid: one serves all approaches and amounts.
#[derive(Debug)]
pub struct Field<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) centreline: Centreline,
    /// Level of the tumour, mm, negative inside, infinite away from its surface.
    pub(super) tumour_mm: Volume<f32>,
    /// Where the reference is near.
    pub(super) near: NearReference,
    /// Level of the tumour there, mm.
    pub(super) tumour_near_mm: Volume<f32>,
    /// Distance to the tumour's nearest voxel there, mm.
    pub(super) beside_mm: Volume<f32>,
    /// Signed distance to what must not be touched, mm, on a grid of its own; its band.
    pub(super) obstacle_mm: Volume<f32>,
    /// The part of each voxel that is bone, on a coarser grid, where there is any.
    pub(super) bone: Option<Volume<f32>>,
    /// Largest amount that can be asked for, mm.
    pub(super) most_mm: f64,
    pub(super) instruments: Instruments,
    pub(super) middle: Point3,
    /// The tumour's volume on the grid, cc, when first asked for.
    pub(super) tumour_cc: OnceLock<f64>,
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
        let seen = shared(grown(tumour, band_mm), reference);
        let grid = grid_over(&frame, joined(tumour, seen), 3.0 * spacing_mm, spacing_mm)?;
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
        let middle = frame.patient_from_stack(Point3::from(0.5 * (tumour.0 + tumour.1)));
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
    pub(super) fn levels_mm(&self) -> Option<Volume<f32>> {
        let [low, high] = self.scene.levels_mm?;
        let (grid, frame) = (*self.near.distance_mm.grid(), *self.scene.reference.frame());
        Some(Volume::from_fn(grid, |v| {
            let w = frame.stack_from_patient(grid.centre_mm(v)).z;
            (low - w).max(w - high) as f32
        }))
    }
}

pub(super) type Box3 = (Vector3, Vector3);

pub(super) fn grown((lo, hi): Box3, by: f64) -> Box3 {
    (lo - Vector3::repeat(by), hi + Vector3::repeat(by))
}

pub(super) fn shared(a: Box3, b: Box3) -> Box3 {
    (a.0.sup(&b.0), a.1.inf(&b.1))
}

pub(super) fn joined(a: Box3, b: Box3) -> Box3 {
    if (0..3).any(|k| b.0[k] > b.1[k]) { a } else { (a.0.inf(&b.0), a.1.sup(&b.1)) }
}

/// The box of a solid along the axes of a stack, widened by `pad_mm`.
pub(super) fn bounds_in(solid: &Solid, frame: &StackFrame, pad_mm: f64) -> Box3 {
    let empty = (Vector3::repeat(f64::INFINITY), Vector3::repeat(f64::NEG_INFINITY));
    let points = solid.drawn().flat_map(|(w, region)| {
        let (a, b) = region.bounds();
        [[a[0], a[1]], [a[0], b[1]], [b[0], a[1]], [b[0], b[1]]]
            .map(|uv| frame.stack_from_patient(solid.patient_point(uv, w)).coords)
    });
    grown(points.fold(empty, |b, p| (b.0.inf(&p), b.1.sup(&p))), pad_mm)
}

/// A grid over a box along the axes of a stack.
pub(super) fn grid_over(
    frame: &StackFrame,
    (lo, hi): Box3,
    pad_mm: f64,
    spacing_mm: f64,
) -> Result<Grid, VoxelError> {
    let flat = Grid::around(lo.into(), hi.into(), pad_mm, spacing_mm, 4, MOST_BYTES)?;
    let axis = |v: Vector3| frame.patient_from_stack(v.into()).coords;
    let axes = Matrix3::from_columns(&[axis(Vector3::x()), axis(Vector3::y()), axis(Vector3::z())]);
    Grid::new(frame.patient_from_stack(flat.origin_mm()), axes, flat.spacing_mm(), flat.size())
}

/// Signed distance to what any of the solids fills, infinite beyond the band and everywhere where
/// no surface meets the grid.
pub(super) fn distance_on(
    solids: &[&Solid],
    grid: &Grid,
    band_mm: f64,
) -> Result<Volume<f32>, VoxelError> {
    match Solid::distance_to_any_on(solids, grid, band_mm) {
        Err(VoxelError::EmptyMask) => {
            let within = solids.iter().any(|s| s.level_mm(grid.centre_mm([0; 3])) < 0.0);
            let sign = if within { -1.0 } else { 1.0 };
            Ok(Volume::filled(*grid, sign * f32::INFINITY))
        }
        other => other,
    }
}
