//! The epidural extent of a tumour before an operation, and the part that a target leaves out.

use crate::clock_sectors::sectors_cc;
use crate::error::SeparationError;
use crate::grids::{bounds_in, grid_over};
use crate::removal::solid_of;
use thecal_geom::Point3;
use thecal_margin::Centreline;
use thecal_margin::farthest_outside;
use thecal_mask::Solid;
use thecal_voxel::{Grid, Volume, coverage, shared_cc};

/// The basis of the epidural extent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// Tumour within the drawn canal.
    Canal,
    /// Tumour outside the drawn vertebrae.
    OutsideBone,
    /// All of it: neither canal nor vertebra is drawn.
    WholeTumour,
}

impl Basis {
    /// The word of reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Canal => "canal",
            Self::OutsideBone => "outside_bone",
            Self::WholeTumour => "whole_tumour",
        }
    }
}

/// The epidural extent of a tumour.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EpiduralExtent<'a> {
    /// The basis of the epidural extent.
    pub basis: Basis,
    /// Its volume, cc.
    pub volume_cc: f64,
    tumour: &'a Solid,
    /// Negative inside, all of them.
    levels_mm: Vec<Volume<f32>>,
}

/// The epidural part of a tumour before an operation, which a target after it must include whatever was
/// removed; none where no tumour is epidural.
///
/// # Source
/// Redmond et al. 2017, doi 10.1016/j.ijrobp.2016.09.014: the target includes the entire bony and
/// epidural extent before the operation.
///
/// # Error
/// Of the volume 0.15 % for a cap 4 mm high of a ball of 10 mm and a grid of 0.5 mm.
///
/// # Errors
/// When the grid would not fit.
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
/// use thecal_separation::{Basis, epidural_extent};
///
/// // A block of 20 x 10 x 20 mm, half of it within the canal.
/// let block = [[-10.0, -15.0], [10.0, -15.0], [10.0, -5.0], [-10.0, -5.0]];
/// let canal = [[-12.0, -10.0], [12.0, -10.0], [12.0, 12.0], [-12.0, 12.0]];
/// let (tumour, canal) = (prism(&block, -10, 10), prism(&canal, -40, 40));
/// let extent = epidural_extent(&tumour, Some(&canal), &[], 0.5)?.expect("an epidural part");
/// assert_eq!(extent.basis, Basis::Canal);
/// assert!((extent.volume_cc - 2.0).abs() < 0.05);
/// # Ok::<(), thecal_separation::SeparationError>(())
/// ```
pub fn epidural_extent<'a>(
    tumour: &'a Solid,
    canal: Option<&Solid>,
    bone: &[&Solid],
    grid_mm: f64,
) -> Result<Option<EpiduralExtent<'a>>, SeparationError> {
    let grid = grid_round(tumour, grid_mm)?;
    let mut levels_mm = vec![level_on(&[tumour], &grid)?];
    let basis = match (canal, bone) {
        (Some(canal), _) => {
            levels_mm.push(level_on(&[canal], &grid)?);
            Basis::Canal
        }
        (None, []) => Basis::WholeTumour,
        (None, bone) => {
            levels_mm.push(level_on(bone, &grid)?.map(|v| -v));
            Basis::OutsideBone
        }
    };
    let volume_cc = shared_cc(&levels_mm.iter().collect::<Vec<_>>());
    let extent = EpiduralExtent { basis, volume_cc, tumour, levels_mm };
    Ok(extent.level_mm()?.values().iter().any(|v| *v < 0.0).then_some(extent))
}

impl EpiduralExtent<'_> {
    /// The extent as a solid; its flat ends to half a voxel of the grid. Made when asked for; none
    /// where it is thinner than outlines can tell.
    ///
    /// # Errors
    /// When the outlines make no solid.
    pub fn solid(&self) -> Result<Option<Solid>, SeparationError> {
        if self.basis == Basis::WholeTumour {
            return Ok(Some(self.tumour.clone()));
        }
        solid_of(&self.level_mm()?, 0.0, &|p| p)
    }

    fn level_mm(&self) -> Result<Volume<f32>, SeparationError> {
        highest(&self.levels_mm)
    }
}

/// The highest of several levels: negative where all are.
fn highest(levels: &[Volume<f32>]) -> Result<Volume<f32>, SeparationError> {
    let mut out = levels[0].clone();
    for level in &levels[1..] {
        out = out.zip_map(level, |a, b| a.max(*b))?;
    }
    Ok(out)
}

/// The part of an extent that a target leaves out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Its volume, cc.
    pub volume_cc: f64,
    /// Its volume by clock position, twelve sectors from anterior, cc; none without a centreline.
    pub sectors_cc: Option<[f64; 12]>,
    /// Its largest depth outside the target, mm.
    pub depth_mm: f64,
    /// Where that is, LPS mm.
    pub deepest_mm: Option<Point3>,
}

/// Measures the part of an extent that a target leaves out.
///
/// # Errors
/// When the grid would not fit.
pub fn left_out(
    extent: &EpiduralExtent<'_>,
    target: &Solid,
    line: Option<&Centreline>,
) -> Result<LeftOut, SeparationError> {
    let solid = extent.solid()?;
    let deepest = solid.and_then(|solid| farthest_outside(&solid, target));
    let deepest = deepest.filter(|(_, d)| *d > SAME_MM);
    let Some((deepest_mm, depth_mm)) = deepest else {
        let sectors_cc = line.map(|_| [0.0; 12]);
        return Ok(LeftOut { volume_cc: 0.0, sectors_cc, depth_mm: 0.0, deepest_mm: None });
    };
    let mut levels_mm = extent.levels_mm.clone();
    let outside = level_on(&[target], levels_mm[0].grid())?.map(|v| -v);
    levels_mm.push(outside);
    let volume_cc = shared_cc(&levels_mm.iter().collect::<Vec<_>>());
    let sectors_cc = match line {
        Some(line) => Some(sectors(&highest(&levels_mm)?, line, volume_cc)),
        None => None,
    };
    Ok(LeftOut { volume_cc, sectors_cc, depth_mm, deepest_mm: Some(deepest_mm) })
}

/// A volume by clock position, as what lies within a level is spread.
fn sectors(level: &Volume<f32>, line: &Centreline, volume_cc: f64) -> [f64; 12] {
    let sectors_cc = sectors_cc(&coverage(level), line);
    let sum: f64 = sectors_cc.iter().sum();
    if sum > 0.0 { sectors_cc.map(|cc| cc * volume_cc / sum) } else { sectors_cc }
}

/// Surfaces this near to each other are one surface.
const SAME_MM: f64 = 0.05;
/// Levels are held at this many voxels off a surface.
const HELD_VOXELS: f64 = 3.0;

fn grid_round(solid: &Solid, spacing_mm: f64) -> Result<Grid, SeparationError> {
    let frame = *solid.frame();
    let around = bounds_in(solid, &frame, solid.spacing_mm());
    Ok(grid_over(&frame, around, 3.0 * spacing_mm, spacing_mm)?)
}

/// The level of what the solids fill, held where it is not known, so that it does not jump.
fn level_on(solids: &[&Solid], grid: &Grid) -> Result<Volume<f32>, SeparationError> {
    let most = (HELD_VOXELS * grid.spacing_mm()[0]) as f32;
    Ok(Solid::level_of_any_on(solids, grid)?.map(|v| v.clamp(-most, most)))
}
