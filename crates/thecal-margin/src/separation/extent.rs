//! The epidural extent of a tumour before an operation, and what a target leaves out of it.

use super::field::{bounds_in, distance_on, grid_over};
use super::removal::shared_cc;
use super::{Centreline, SeparationError};
use crate::surface::farthest_outside;
use thecal_geom::Point3;
use thecal_mask::{EndRule, Solid};
use thecal_voxel::{Grid, Volume, coverage};

/// What was taken as epidural.
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
pub struct Extent {
    /// What was taken as epidural.
    pub basis: Basis,
    /// The extent.
    pub solid: Solid,
}

/// The epidural part of a tumour before an operation, which a target after it must hold whatever
/// was taken; none where no tumour is epidural.
///
/// # Source
/// Redmond et al. 2017, doi 10.1016/j.ijrobp.2016.09.014: the target holds the entire bony and
/// epidural extent before the operation.
///
/// # Errors
/// When the grid would not fit, or the extent makes no solid.
pub fn epidural_extent(
    tumour: &Solid,
    canal: Option<&Solid>,
    bone: &[&Solid],
    grid_mm: f64,
) -> Result<Option<Extent>, SeparationError> {
    let basis = match (canal, bone) {
        (Some(_), _) => Basis::Canal,
        (None, []) => {
            return Ok(Some(Extent { basis: Basis::WholeTumour, solid: tumour.clone() }));
        }
        (None, _) => Basis::OutsideBone,
    };
    let grid = grid_round(tumour, grid_mm)?;
    let band_mm = BAND_VOXELS * grid_mm;
    let mut level = level_on(tumour, &grid, band_mm)?;
    let bounds: Vec<Volume<f32>> = match canal {
        Some(canal) => vec![level_on(canal, &grid, band_mm)?],
        None => {
            let levels = bone.iter().map(|b| level_on(b, &grid, band_mm));
            levels.map(|l| Ok(l?.map(|v| -v))).collect::<Result<_, SeparationError>>()?
        }
    };
    for bound in &bounds {
        level = level.zip_map(bound, |a, b| a.max(*b))?;
    }
    if !level.values().iter().any(|v| *v < 0.0) {
        return Ok(None);
    }
    let solid = Solid::from_level(&level, EndRule::HalfSlice, &|p| p)?;
    Ok(Some(Extent { basis, solid }))
}

/// The part of an extent that a target leaves out.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Its volume, cc.
    pub volume_cc: f64,
    /// Its volume by clock position, twelve sectors from anterior, cc; none without a centreline.
    pub sectors_cc: Option<[f64; 12]>,
    /// How far it comes out of the target, mm.
    pub depth_mm: f64,
    /// Where that is, LPS mm.
    pub deepest_mm: Option<Point3>,
}

/// Measures what a target leaves out of an extent.
///
/// # Errors
/// When the grid would not fit.
pub fn left_out(
    extent: &Solid,
    target: &Solid,
    line: Option<&Centreline>,
    grid_mm: f64,
) -> Result<LeftOut, SeparationError> {
    let grid = grid_round(extent, grid_mm)?;
    let band_mm = BAND_VOXELS * grid_mm;
    let inside = level_on(extent, &grid, band_mm)?;
    let outside = level_on(target, &grid, band_mm)?.map(|v| -v);
    let sectors_cc = match line {
        Some(line) => Some(sectors(&inside, &outside, line)?),
        None => None,
    };
    let deepest = farthest_outside(extent, target);
    Ok(LeftOut {
        volume_cc: shared_cc(&[&inside, &outside]),
        sectors_cc,
        depth_mm: deepest.map_or(0.0, |(_, d)| d),
        deepest_mm: deepest.map(|(p, _)| p),
    })
}

fn sectors(
    inside: &Volume<f32>,
    outside: &Volume<f32>,
    line: &Centreline,
) -> Result<[f64; 12], SeparationError> {
    let grid = *inside.grid();
    let part = coverage(&inside.zip_map(outside, |a, b| a.max(*b))?);
    let [nx, ny, _] = grid.size();
    let mut sectors_cc = [0.0; 12];
    for (at, v) in part.values().iter().enumerate().filter(|(_, v)| **v > 0.0) {
        let p = grid.centre_mm([at % nx, at / nx % ny, at / (nx * ny)]);
        let clock_deg = line.nearest(p).clock_deg(p);
        sectors_cc[(clock_deg / 30.0) as usize % 12] += f64::from(*v) * grid.voxel_mm3() / 1000.0;
    }
    Ok(sectors_cc)
}

/// Distances are known this many voxels off a surface.
const BAND_VOXELS: f64 = 6.0;

fn grid_round(solid: &Solid, spacing_mm: f64) -> Result<Grid, SeparationError> {
    let frame = *solid.frame();
    let around = bounds_in(solid, &frame, solid.spacing_mm());
    Ok(grid_over(&frame, around, 3.0 * spacing_mm, spacing_mm)?)
}

/// Signed distance, held at the band where it is farther, so that levels do not jump.
fn level_on(solid: &Solid, grid: &Grid, band_mm: f64) -> Result<Volume<f32>, SeparationError> {
    let most = band_mm as f32;
    Ok(distance_on(solid, grid, band_mm)?.map(|v| v.clamp(-most, most)))
}
