//! The solids that rows of limits are about and nobody drew: a structure grown by a margin, and the part of
//! it beside the target.

use crate::limits::Asked;
use thecal_mask::solid::{Cut, SectionError};
use thecal_mask::{EndRule, Solid};

/// Grown solids are sampled this finely, mm.
const GROWN_STEP_MM: f64 = 0.5;
/// The extent of a target is read from samples of its surface this far apart, mm.
const EXTENT_STEP_MM: f64 = 1.0;
/// Just within an end, mm.
const WITHIN_MM: f64 = 0.01;
/// Planes nearer to each other than this are one, mm.
const SAME_MM: f64 = 0.05;

/// Why a solid could not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// The part beside the target is asked for, and no target is given.
    #[error("the part beside the target is asked for, and there is no target")]
    NoTarget,
    /// The structure does not reach to the target.
    #[error("the structure is not drawn beside the target")]
    NotBeside,
    /// The solid could not be grown or cut.
    #[error(transparent)]
    Section(#[from] SectionError),
}

impl Asked {
    /// True where the structure itself is asked for, as it is drawn.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.expansion_mm == 0.0 && self.beside_target_mm.is_none()
    }

    /// Makes what is asked for from the drawn structure, and from the target where the part beside it is.
    ///
    /// # Error
    /// A grown surface lies at the margin from the drawn one to 0.01 mm on the planes of the drawing
    /// ([`Solid::grown`]). The ends of a part lie where the target ends to 0.5 mm where that is oblique to
    /// the planes, else to 0.01 mm.
    ///
    /// # Errors
    /// No target where one is needed, a structure that does not reach it, or a solid that does not fit.
    pub fn make(&self, drawn: &Solid, target: Option<&Solid>) -> Result<Solid, MakeError> {
        let grown = match self.expansion_mm > 0.0 {
            true => drawn.grown(self.expansion_mm, GROWN_STEP_MM)?,
            false => drawn.clone(),
        };
        match self.beside_target_mm {
            None => Ok(grown),
            Some(beside_mm) => {
                let target = target.ok_or(MakeError::NoTarget)?;
                let [low, high] = extent_mm(target, &grown).ok_or(MakeError::NotBeside)?;
                part_between(&grown, [low - beside_mm, high + beside_mm])
            }
        }
    }
}

/// From where to where a solid reaches along the stack of another, mm.
fn extent_mm(of: &Solid, along: &Solid) -> Option<[f64; 2]> {
    let frame = along.frame();
    let heights = of
        .surface_samples(EXTENT_STEP_MM)
        .into_iter()
        .map(|s| frame.stack_from_patient(s.point_mm).z);
    let [low, high] = heights
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], w| [low.min(w), high.max(w)]);
    (low <= high).then_some([low, high])
}

/// The part of a solid between two heights of its stack, with flat ends.
fn part_between(solid: &Solid, [low, high]: [f64; 2]) -> Result<Solid, MakeError> {
    let [first, last] = extent_mm(solid, solid).ok_or(MakeError::NotBeside)?;
    let (low, high) = (low.max(first + WITHIN_MM), high.min(last - WITHIN_MM));
    if high - low < SAME_MM {
        return Err(MakeError::NotBeside);
    }
    let between = |w: &&f64| **w > low + SAME_MM && **w < high - SAME_MM;
    let mut planes_mm = vec![low];
    planes_mm.extend(solid.planes_mm().iter().filter(between));
    planes_mm.push(high);
    let contours = solid.contours_on(solid.frame(), &planes_mm, Cut::default())?;
    let spacing_mm = solid.spacing_mm();
    let part = Solid::from_computed(&contours, EndRule::Plane, spacing_mm);
    Ok(part.map_err(SectionError::from)?)
}
