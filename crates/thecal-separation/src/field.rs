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

/// The structures of a scene on a grid. One field serves all approaches and amounts.
///
/// # Example
/// ```
/// # use std::f64::consts::TAU;
/// # use thecal_geom::{Contour, ContourKind, Point3};
/// # use thecal_mask::{EndRule, Solid};
/// # /// A ring of a plane over a range of heights, drawn on planes 2 mm apart.
/// # fn prism(ring: &[[f64; 2]], from_mm: i32, to_mm: i32) -> Solid {
/// #     let contours: Vec<Contour> = (from_mm / 2..=to_mm / 2)
/// #         .map(|k| Contour {
/// #             number: 1,
/// #             kind: ContourKind::ClosedPlanar,
/// #             points_mm: ring.iter().map(|p| Point3::new(p[0], p[1], 2.0 * f64::from(k))).collect(),
/// #         })
/// #         .collect();
/// #     Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
/// # }
/// # fn disc(radius_mm: f64) -> Vec<[f64; 2]> {
/// #     let angle = |i: i32| TAU * f64::from(i) / 180.0;
/// #     (0..180).map(|i| [radius_mm * angle(i).cos(), radius_mm * angle(i).sin()]).collect()
/// # }
/// use thecal_margin::{Arrangement, gap};
/// use thecal_separation::{Approach, Field, Instruments, Reach, Scene};
///
/// // A slab in front of a cord of 5 mm, 1 mm off it.
/// let cord = prism(&disc(5.0), -40, 40);
/// let slab = [[-15.0, -20.0], [15.0, -20.0], [15.0, -6.0], [-15.0, -6.0]];
/// let tumour = prism(&slab, -10, 10);
/// let scene = Scene {
///     tumour: &tumour,
///     reference: &cord,
///     cord: &cord,
///     keep_out: &[],
///     bone: &[],
///     levels_mm: None,
/// };
/// // Everything within 3 mm of the cord is removed, whatever is in the way.
/// let all = &Approach::read("[all]\nideal = true")?;
/// let field = Field::new(scene, 0.5, 3.0, Instruments::from_approaches(std::slice::from_ref(&all[0])))?;
/// let taken = field.remove(&Reach::new(&field, &all[0])?, 3.0)?;
/// let left = taken.residual.expect("the rest of the slab");
/// let after = gap(&left, &cord, Arrangement::Apart).expect("both are there");
/// assert!((after.gap_mm - 3.0).abs() < 0.05);
/// # Ok::<(), thecal_separation::SeparationError>(())
/// ```
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
    /// Computes a scene on a grid of `spacing_mm`, for amounts up to `most_mm` and these instruments.
    ///
    /// # Errors
    /// When the cord is too short, or the grid would not fit.
    pub fn new(
        scene: Scene<'a>,
        spacing_mm: f64,
        most_mm: f64,
        instruments: Instruments,
    ) -> Result<Self, SeparationError> {
        let centreline = Centreline::from_solid(scene.cord)?;
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
        let room = Workspace::new(&centreline, &frame, tumour, &instruments);
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
