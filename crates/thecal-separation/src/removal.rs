//! The tumour that an approach removes, and the residual.

use crate::clock_sectors::sectors_cc;
use crate::error::SeparationError;
use crate::field::Field;
use crate::reach::Reach;
use crate::vertebral_body::VertebralBody;
use crate::way::way_through;
use rayon::prelude::*;
use thecal_geom::Point3;
use thecal_mask::solid::Projection;
use thecal_mask::{EndRule, Solid, SolidError};
use thecal_voxel::{
    Components, IndexBox, Interpolation, Mask, Neighbours, Volume, coverage, shared_cc,
};

/// Pieces below this are noise of the grid, cc.
const PIECE_CC: f64 = 0.002;
/// Outlines round less than this are, too, mm²: a tenth of a millimetre across, where voxels have
/// half a millimetre.
const OUTLINE_MM2: f64 = 0.01;

/// Removed and residual tumour at one resection depth.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Removal {
    /// Resection depth: tumour within this distance of the reference is to be removed, mm.
    pub amount_mm: f64,
    /// Removed tumour, cc.
    pub removed_cc: f64,
    /// Residual tumour, cc.
    pub residual_cc: f64,
    /// Volumes of the pieces of the residual, cc, largest first.
    pub pieces_cc: Vec<f64>,
    /// Tumour within the amount that cannot be reached.
    pub shadow: Shadow,
    /// The residual as a solid; none where nothing is left.
    pub residual: Option<Solid>,
    /// Negative in what is taken; around that alone.
    removed_mm: Volume<f32>,
}

impl Removal {
    /// The removed part as a solid; none where nothing is removed.
    ///
    /// # Error
    /// As [`Field::remove`]; where two surfaces meet in an edge, up to a quarter of a voxel is cut
    /// off.
    ///
    /// # Errors
    /// When no outline of it bounds an area.
    pub fn removed(&self) -> Result<Option<Solid>, SeparationError> {
        solid_of(&self.removed_mm, OUTLINE_MM2, &|p| p)
    }
}

/// The solid of a level; none where nothing of it is more than noise of the grid.
pub(crate) fn solid_of(
    level: &Volume<f32>,
    least_mm2: f64,
    mend: &Projection<'_>,
) -> Result<Option<Solid>, SeparationError> {
    if !level.values().par_iter().any(|v| *v < 0.0) {
        return Ok(None);
    }
    match Solid::from_level(level, EndRule::HalfSlice, least_mm2, mend) {
        Ok(solid) => Ok(Some(solid)),
        Err(SolidError::Absent | SolidError::NoArea) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// Tumour near the reference that an approach cannot reach.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Shadow {
    /// Its volume, cc.
    pub volume_cc: f64,
    /// Its volume by clock position, twelve sectors from anterior, cc.
    pub sectors_cc: [f64; 12],
    /// The place of it that is nearest to the reference, LPS mm.
    pub nearest_mm: Option<Point3>,
    /// Clock position of that place, degrees.
    pub nearest_clock_deg: Option<f64>,
}

impl Field<'_> {
    /// Volumes of the pieces of the tumour as it is, cc, largest first.
    #[must_use]
    pub fn pieces_cc(&self) -> Vec<f64> {
        pieces_cc(&self.tumour_mm)
    }

    /// Volume of the tumour, cc.
    fn tumour_cc(&self) -> f64 {
        *self.tumour_cc.get_or_init(|| shared_cc(&[&self.tumour_mm]))
    }

    /// Takes what an approach reaches of the tumour within `amount_mm` of the reference.
    ///
    /// # Error
    /// Surfaces to about 0.02 mm where they are the tumour's or the amount's, and to half a voxel
    /// where reach ends.
    ///
    /// # Errors
    /// When the amount is below the grid's resolution or above what the field was made for.
    pub fn remove(&self, reach: &Reach, amount_mm: f64) -> Result<Removal, SeparationError> {
        self.check(amount_mm)?;
        let zone = self.zone(amount_mm)?;
        let reached = self.reached(reach, &zone)?;
        self.take(amount_mm, self.near.part, &self.tumour_near_mm, zone, reached)
    }

    /// Takes the tumour within the bodies and all within `amount_mm` of the reference, as a
    /// corpectomy that frees the sac all round does: the most, beside which an approach stands.
    ///
    /// # Errors
    /// As [`Field::remove`].
    pub fn corpectomy(
        &self,
        body: &VertebralBody,
        amount_mm: f64,
    ) -> Result<Removal, SeparationError> {
        self.check(amount_mm)?;
        let mut zone = body.level_mm.clone();
        zone.zip_part(self.near.part, &self.zone(amount_mm)?, |b, near| b.min(*near))?;
        let whole = IndexBox { start: [0; 3], end: self.grid().size() };
        self.take(amount_mm, whole, &self.tumour_mm, zone, None)
    }

    fn check(&self, amount_mm: f64) -> Result<(), SeparationError> {
        let spacing_mm = self.grid().spacing_mm()[0];
        if amount_mm >= spacing_mm && amount_mm <= self.most_mm + 1e-9 {
            return Ok(());
        }
        Err(SeparationError::Amount { amount_mm, spacing_mm })
    }

    /// Takes tumour of a part of the grid where both levels are negative.
    fn take(
        &self,
        amount_mm: f64,
        part: IndexBox,
        tumour: &Volume<f32>,
        zone: Volume<f32>,
        reached: Option<Volume<f32>>,
    ) -> Result<Removal, SeparationError> {
        let taken = match &reached {
            None => zone.clone(),
            Some(level) => zone.zip_map(level, |z, r| z.max(*r))?,
        };
        let mut left = self.tumour_mm.clone();
        left.zip_part(part, &taken, |t, r| t.max(-r))?;
        let mut levels = vec![tumour, &zone];
        levels.extend(&reached);
        let removed_cc = shared_cc(&levels);
        let residual_cc = (self.tumour_cc() - removed_cc).max(0.0);
        let shadow = self.shadow(&zone, reached.as_ref())?;
        let pieces_cc = pieces_cc(&left);
        let off = |p: Point3| Self::off_the_amount(p, &zone, reached.as_ref());
        let residual = solid_of(&left, OUTLINE_MM2, &off)?;
        let removed_mm = tumour.zip_map(&taken, |t, r| t.max(*r))?;
        Ok(Removal { amount_mm, removed_cc, residual_cc, pieces_cc, shadow, residual, removed_mm })
    }

    /// A point of the rest's outline, moved out of what is taken where an outline through voxels
    /// cuts a corner between the tumour's surface and the amount's.
    fn off_the_amount(p: Point3, zone: &Volume<f32>, reached: Option<&Volume<f32>>) -> Point3 {
        let grid = zone.grid();
        let at = grid.index_from_patient(p);
        let of = |level: &Volume<f32>, at: [f64; 3]| {
            level.sample_index(at, Interpolation::Linear).map(f64::from)
        };
        let Some(inside) = of(zone, at).filter(|z| z.is_finite() && *z < 0.0) else { return p };
        // Where reach ends before the amount does, the rest lies within the amount.
        if reached.is_some_and(|r| of(r, at).is_none_or(|r| r > inside)) {
            return p;
        }
        let slope = |k: usize| {
            let mut beside = [at, at];
            beside[0][k] -= 0.5;
            beside[1][k] += 0.5;
            let [a, b] = beside.map(|at| of(zone, at));
            b.zip(a).map_or(0.0, |(b, a)| (b - a) / grid.spacing_mm()[k])
        };
        let steepness = [slope(0), slope(1)];
        let most = steepness[0].hypot(steepness[1]);
        if !(most.is_finite() && most > 0.3) {
            return p;
        }
        let way = -inside / (most * most);
        let step = |k: usize| grid.axes().column(k) * (steepness[k] * way);
        p + step(0) + step(1)
    }

    /// Negative within the amount of the reference, at the levels that are asked for, where the
    /// reference is near.
    fn zone(&self, amount_mm: f64) -> Result<Volume<f32>, SeparationError> {
        let near = self.near.distance_mm.map(|d| d - amount_mm as f32);
        match self.levels_mm() {
            Some(levels) => Ok(near.zip_map(&levels, |a, b| a.max(*b))?),
            None => Ok(near),
        }
    }

    /// Negative where instruments get to; none where they get everywhere.
    fn reached(
        &self,
        reach: &Reach,
        zone: &Volume<f32>,
    ) -> Result<Option<Volume<f32>>, SeparationError> {
        let Some(level) = &reach.level_mm else { return Ok(None) };
        // Parts of voxels are told from the slope of a level, which must not jump.
        let most = 3.0 * self.grid().spacing_mm()[0] as f32;
        if reach.undercut_mm <= 0.0 {
            return Ok(Some(level.map(|l| l.clamp(-most, most))));
        }
        // A voxel more all round, so that levels go on past the cavity's walls.
        let past = 1.5 * self.grid().spacing_mm()[0] as f32;
        let cavity = self.tumour_near_mm.zip_map(zone, |t, z| *t < past && *z < past)?;
        let cavity = cavity.zip_map(&self.near.distance_mm, |c, r| *c && *r > -past)?;
        let beyond = way_through(&cavity, level, reach.undercut_mm);
        Ok(Some(level.zip_map(&beyond, |a, b| a.min(*b).clamp(-most, most))?))
    }

    fn shadow(
        &self,
        zone: &Volume<f32>,
        reached: Option<&Volume<f32>>,
    ) -> Result<Shadow, SeparationError> {
        let Some(reached) = reached else {
            return Ok(Shadow {
                volume_cc: 0.0,
                sectors_cc: [0.0; 12],
                nearest_mm: None,
                nearest_clock_deg: None,
            });
        };
        let level = self.tumour_near_mm.zip_map(zone, |t, z| t.max(*z))?;
        let level = level.zip_map(reached, |l, r| l.max(-r))?;
        let part = coverage(&level);
        let sectors_cc = sectors_cc(&part, &self.centreline);
        let grid = part.grid();
        let [nx, ny, _] = grid.size();
        let away = self.near.distance_mm.values().iter().zip(part.values()).enumerate();
        let most_of = away
            .filter(|(_, (away, v))| **v > 0.5 && **away < f32::INFINITY)
            .map(|(at, (away, _))| (at, away));
        // Of equally near ones the first.
        let nearest = most_of.min_by(|a, b| a.1.total_cmp(b.1));
        let nearest_mm =
            nearest.map(|(at, _)| grid.centre_mm([at % nx, at / nx % ny, at / (nx * ny)]));
        let nearest_clock_deg = nearest_mm.map(|p| self.centreline.nearest(p).clock_deg(p));
        let volume_cc = sectors_cc.iter().sum();
        Ok(Shadow { volume_cc, sectors_cc, nearest_mm, nearest_clock_deg })
    }
}

/// Volumes of the connected parts of a level, cc, largest first.
fn pieces_cc(level: &Volume<f32>) -> Vec<f64> {
    let inside: Mask = level.map(|v| *v < 0.0);
    let found = Components::from_mask(&inside, Neighbours::Edges);
    let mut pieces: Vec<f64> =
        found.parts.iter().map(|c| c.volume_cc).filter(|cc| *cc >= PIECE_CC).collect();
    pieces.sort_by(|a, b| b.total_cmp(a));
    pieces
}
