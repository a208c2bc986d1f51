//! Structures that lie in one frame of reference, as solids.

use rayon::prelude::*;
use thecal_geom::Warning;
use thecal_mask::{DrawnAs, EndRule, Solid, Structure, TracedLattice};

use crate::error::{Error, Fault};

/// A structure drawn on a single plane has no spacing of its own; where no other structure has
/// one either, this is taken and warned of.
const UNKNOWN_SPACING_MM: f64 = 3.0;

/// The solid of a structure.
pub(crate) struct Shaped {
    pub(crate) solid: Solid,
    /// What was assumed of a structure on a single plane.
    pub(crate) single: Option<Warning>,
}

/// The solids of structures, in their order: each with what the others show of the drawing that they
/// share.
///
/// # Errors
/// Of each structure that bounds no solid, why.
pub(crate) fn shaped(structures: &[Structure], ends: EndRule) -> Vec<Result<Shaped, Error>> {
    let solid = |s: &Structure, spacing_mm: f64, known: &[TracedLattice]| {
        s.solid_beside(known, ends, spacing_mm)
            .map_err(|source| Error::from(Fault::Solid { name: s.name.clone(), source }))
    };
    let mut solids: Vec<Result<Solid, Error>> =
        structures.par_iter().map(|s| solid(s, UNKNOWN_SPACING_MM, &[])).collect();
    // A structure of few corners is known to be traced by those that were traced on the same pixels.
    let known: Vec<TracedLattice> =
        solids.iter().flatten().filter_map(Solid::traced_lattice).collect();
    if !known.is_empty() {
        for (structure, slot) in structures.iter().zip(&mut solids) {
            let contours = |s: &Solid| s.resolution().drawn_as == DrawnAs::Contours;
            if slot.as_ref().is_ok_and(contours) {
                *slot = solid(structure, UNKNOWN_SPACING_MM, &known);
            }
        }
    }
    // A structure on one plane takes the spacing of the others.
    let usual = solids.iter().flatten().filter(|s| s.planes_mm().len() > 1).map(Solid::spacing_mm);
    let spacing_mm = usual.min_by(f64::total_cmp).unwrap_or(UNKNOWN_SPACING_MM);
    let one = |(structure, built): (&Structure, Result<Solid, Error>)| {
        let built = built?;
        if built.planes_mm().len() != 1 {
            return Ok(Shaped { solid: built, single: None });
        }
        let message =
            format!("drawn on one plane; a plane spacing of {spacing_mm:.2} mm is assumed");
        let single = Some(Warning::new("single_plane", message, ""));
        Ok(Shaped { solid: solid(structure, spacing_mm, &known)?, single })
    };
    structures.iter().zip(solids).map(one).collect()
}
