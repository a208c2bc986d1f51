//! The structures that dose figures are given of.

use rayon::prelude::*;
use thecal_geom::Warning;
use thecal_mask::role::{Role, select};
use thecal_mask::{Solid, Structure};
use thecal_report::text::plain;

use crate::choice::choose;
use crate::error::Error;
use crate::frames::Fixed;
use crate::settings::Settings;
use crate::shaped::shaped;
use crate::source::Source;

/// Structures that figures are given of where none are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// All.
    All,
    /// Targets and what lies in the canal.
    AboutTheGap,
}

/// A structure with its solid.
pub(super) struct DoseStructure {
    pub(super) name: String,
    pub(super) role: Role,
    /// ROI or segment number.
    pub(super) number: Option<i64>,
    /// Whether figures of it are asked for.
    pub(super) listed: bool,
    pub(super) solid: Solid,
}

/// The structures of a study in one frame of reference.
pub(super) struct DoseStructures {
    pub(super) all: Vec<DoseStructure>,
    pub(super) fixed: Fixed,
    pub(super) warnings: Vec<Warning>,
}

impl DoseStructures {
    /// The structures of a role, in their order.
    pub(super) fn of_role(&self, role: Role) -> impl Iterator<Item = &DoseStructure> {
        self.all.iter().filter(move |s| s.role == role)
    }
}

/// Reads the structures that bound solids, with the roles that the user gave; `wanted` are those that
/// figures are asked of, or all where it is empty.
///
/// # Errors
/// When a structure that is asked for is not there or cannot be read, or frames of reference differ.
pub(super) fn structures(
    source: &Source,
    settings: &Settings,
    wanted: &[String],
    which: Which,
) -> Result<DoseStructures, Error> {
    let mut warnings = source.warnings.clone();
    let candidates = source.candidates();
    let names: Vec<_> = wanted.iter().map(|n| plain(source.name_meant(n)).into_owned()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let named: Vec<usize> = if names.is_empty() {
        Vec::new()
    } else {
        let found = select(Role::Other, &candidates, &names);
        let found = found.map_err(|fault| source.selection_error(fault))?;
        found.structures.into_iter().map(|(place, _)| place).collect()
    };
    // What plays no part in a gap is no warning here.
    let chosen = choose(source, settings, false, &mut Vec::new())?;
    let asked = |place: usize| named.contains(&place);
    let mut places: Vec<(usize, Role)> = candidates
        .iter()
        .enumerate()
        .filter(|(_, c)| c.has_contours)
        .map(|(place, c)| {
            let part = chosen.iter().find(|c| c.place == place).map(|c| c.part.role());
            (place, part.unwrap_or(c.role))
        })
        .filter(|(place, role)| asked(*place) || which == Which::All || is_about_the_gap(*role))
        .collect();
    // What is to be spared stays where it is: all others come to it.
    let rank = |role: Role| match role {
        Role::Cord => 0,
        Role::ThecalSac => 1,
        _ => 2,
    };
    places.sort_by_key(|(place, role)| (rank(*role), *place));
    let (kept, mut loaded) = loaded(source, &places, &asked, &mut warnings)?;
    let fixed = loaded.first().map_or_else(
        || Fixed { name: String::new(), frame: None },
        |s| Fixed { name: s.name.clone(), frame: s.frame_of_reference_uid.clone() },
    );
    let assume = settings.assume_same_frame;
    source.frames.unite(&mut loaded, &fixed, assume, &mut warnings)?;
    let solids = shaped(&loaded, settings.ends);
    let mut all = Vec::new();
    for (((place, role), drawn), solid) in kept.into_iter().zip(loaded).zip(solids) {
        let solid = match solid {
            Ok(shaped) => {
                warnings.extend(shaped.single);
                shaped.solid
            }
            Err(e) if asked(place) => return Err(e),
            Err(e) => {
                warnings.push(left_out(&drawn.name, &e));
                continue;
            }
        };
        let listed = wanted.is_empty() || asked(place);
        let (name, number) = (drawn.name.clone(), drawn.number);
        all.push((place, DoseStructure { name, role, number, listed, solid }));
    }
    all.sort_by_key(|(place, _)| *place);
    Ok(DoseStructures { all: all.into_iter().map(|(_, s)| s).collect(), fixed, warnings })
}

fn is_about_the_gap(role: Role) -> bool {
    match role {
        Role::Cord
        | Role::ThecalSac
        | Role::Canal
        | Role::Cauda
        | Role::Tumour
        | Role::Ctv
        | Role::Ptv
        | Role::Prv => true,
        Role::Vertebra | Role::Hardware | Role::Body | Role::Other => false,
    }
}

type Placed = (usize, Role);

/// Structures with their contours or masks; those that cannot be read are left out with a warning, unless
/// they were asked for.
fn loaded(
    source: &Source,
    places: &[Placed],
    asked: &(dyn Fn(usize) -> bool + Sync),
    warnings: &mut Vec<Warning>,
) -> Result<(Vec<Placed>, Vec<Structure>), Error> {
    let read: Vec<Result<Structure, Error>> =
        places.par_iter().map(|(place, _)| source.drawn[*place].loaded()).collect();
    let (mut kept, mut out) = (Vec::new(), Vec::new());
    for (at, structure) in places.iter().zip(read) {
        match structure {
            Ok(structure) => {
                kept.push(*at);
                out.push(structure);
            }
            Err(e) if asked(at.0) => return Err(e),
            Err(e) => warnings.push(left_out(&source.drawn[at.0].structure.name, &e)),
        }
    }
    Ok((kept, out))
}

fn left_out(name: &str, why: &Error) -> Warning {
    Warning::new("structure_left_out", format!("no dose figures are given: {why}"), name)
}
