//! The structures of a study that take part, as solids in one frame of reference.

use rayon::prelude::*;
use thecal_geom::Warning;
use thecal_mask::role::{Role, cord_in_sac_warning, size_warning};
use thecal_mask::{Solid, Structure};

use crate::choice::{Choice, choose};
use crate::error::Error;
use crate::frames::{Fixed, Registration};
use crate::measure::{Part, Parts};
use crate::part_role::PartRole;
use crate::settings::Settings;
use crate::shaped::{Shaped, shaped};
use crate::source::Source;
use crate::structure_facts::StructureFacts;

/// The structures of a study that take part.
pub(crate) struct Loaded {
    pub(crate) parts: Parts,
    pub(crate) structures: Vec<StructureFacts>,
    pub(crate) warnings: Vec<Warning>,
    /// True where a frame of reference was taken for another by the user's word.
    pub(crate) assumed: bool,
    /// What the others were brought to; none where nothing takes part.
    pub(crate) fixed: Option<Fixed>,
}

impl Loaded {
    /// Chooses and builds them, in the frame of reference that is given or that of what is to be
    /// spared. With `extras` also vertebrae, canal and target volumes.
    pub(crate) fn from_source(
        source: &Source,
        settings: &Settings,
        extras: bool,
        fixed: Option<&Fixed>,
    ) -> Result<Self, Error> {
        let mut warnings = source.warnings.clone();
        let chosen = choose(source, settings, extras, &mut warnings)?;
        let (built, assumed, fixed) = build(source, &chosen, settings, fixed, &mut warnings)?;
        let structures: Vec<StructureFacts> = built.iter().map(|b| b.facts.clone()).collect();
        warnings.extend(drawn_by_algorithm(&structures));
        let parts = assemble(built);
        warnings.extend(sac_about_cord(&parts));
        Ok(Self { parts, structures, warnings, assumed, fixed })
    }
}

struct Built {
    role: PartRole,
    part: Part,
    facts: StructureFacts,
}

fn build(
    source: &Source,
    chosen: &[Choice],
    settings: &Settings,
    fixed: Option<&Fixed>,
    warnings: &mut Vec<Warning>,
) -> Result<(Vec<Built>, bool, Option<Fixed>), Error> {
    let United { structures, moved, assumed, fixed } =
        united(source, chosen, settings, fixed, warnings)?;
    warnings.extend(frame_unknown(source, &structures));
    let shaped = shaped(&structures, settings.ends).into_iter().collect::<Result<Vec<_>, _>>()?;
    let parts = chosen.iter().zip(&structures).zip(shaped).zip(moved);
    let built = parts.map(|(((choice, s), Shaped { solid, single }), registration)| {
        let mut warnings = s.warnings.clone();
        warnings.extend(solid.warnings().iter().cloned());
        warnings.extend(size_doubt(&s.name, choice.part, &solid));
        warnings.extend(single);
        let automatic = source.drawn[choice.place].automatic.clone();
        let facts = StructureFacts {
            role_from: choice.from,
            source: s.source.clone(),
            automatic,
            frame_of_reference_uid: s.frame_of_reference_uid.clone(),
            registration,
            warnings,
            ..StructureFacts::of_solid(&s.name, choice.part, &solid)
        };
        Built { role: choice.part, part: Part { name: s.name.clone(), solid }, facts }
    });
    Ok((built.collect(), assumed, fixed))
}

/// Structures as they were drawn, in one frame of reference.
pub(crate) struct United {
    pub(crate) structures: Vec<Structure>,
    /// How each was moved there.
    moved: Vec<Option<Registration>>,
    /// True where a frame of reference was taken for another by the user's word.
    assumed: bool,
    /// What the others were brought to; none where nothing takes part.
    fixed: Option<Fixed>,
}

/// Reads what was chosen and brings it to the frame of reference that is given, or to that of what is to
/// be spared.
pub(crate) fn united(
    source: &Source,
    chosen: &[Choice],
    settings: &Settings,
    fixed: Option<&Fixed>,
    warnings: &mut Vec<Warning>,
) -> Result<United, Error> {
    let mut structures: Vec<Structure> =
        chosen.par_iter().map(|c| source.drawn[c.place].loaded()).collect::<Result<_, _>>()?;
    // What is to be spared stays where it is.
    let spared = [PartRole::Cord, PartRole::ThecalSac];
    let place = spared.iter().find_map(|part| chosen.iter().position(|c| c.part == *part));
    let own = structures
        .get(place.unwrap_or(0))
        .map(|s| Fixed { name: s.name.clone(), frame: s.frame_of_reference_uid.clone() });
    let fixed = fixed.cloned().or(own);
    let assume = settings.assume_same_frame;
    let (moved, assumed) = match &fixed {
        Some(fixed) => source.frames.unite(&mut structures, fixed, assume, warnings)?,
        None => (Vec::new(), false),
    };
    Ok(United { structures, moved, assumed, fixed })
}

/// Files without a frame of reference are measured together in the coordinates that they state.
fn frame_unknown(source: &Source, structures: &[Structure]) -> Option<Warning> {
    let unknown = structures.iter().any(|s| s.frame_of_reference_uid.is_none());
    // Masks of several lattices have been told of.
    let of_masks = structures.iter().all(|s| s.frame_of_reference_uid.is_none());
    (unknown && !of_masks && source.files.len() > 1).then(|| {
        let message = "structures of several files carry no frame of reference; they are measured \
                       in the coordinates that each file states";
        Warning::new("frame_unknown", message, "")
    })
}

/// A verdict that rests on what nobody has looked at is advisory.
fn drawn_by_algorithm(structures: &[StructureFacts]) -> Option<Warning> {
    let decides = |s: &&StructureFacts| {
        s.automatic.is_some() && matches!(s.role, Role::Cord | Role::ThecalSac | Role::Tumour)
    };
    let mut by: Vec<(&str, Vec<String>)> = Vec::new();
    for s in structures.iter().filter(decides) {
        let program = s.automatic.as_deref().unwrap_or_default();
        let name = format!("\"{}\"", s.name);
        match by.iter_mut().find(|(known, _)| *known == program) {
            Some((_, names)) => names.push(name),
            None => by.push((program, vec![name])),
        }
    }
    let told: Vec<String> =
        by.iter().map(|(program, names)| format!("{} ({program})", names.join(", "))).collect();
    (!told.is_empty()).then(|| {
        let message = format!(
            "according to the source, an algorithm drew {}; the verdict is advisory until \
             somebody has checked these contours",
            told.join(" and ")
        );
        Warning::new("drawn_by_algorithm", message, "")
    })
}

fn assemble(built: Vec<Built>) -> Parts {
    let mut parts = Parts::default();
    for b in built {
        parts.add(b.role, b.part);
    }
    parts
}

pub(crate) fn sac_about_cord(parts: &Parts) -> Option<Warning> {
    let (cord, sac) = (parts.cord.as_ref()?, parts.sac.as_ref()?);
    if !across_the_body(&cord.solid) || !across_the_body(&sac.solid) {
        return None;
    }
    cord_in_sac_warning(&cord.name, cord.solid.areas_mm2(), &sac.name, sac.solid.areas_mm2())
}

/// A size that what it is called cannot have.
pub(crate) fn size_doubt(name: &str, part: PartRole, solid: &Solid) -> Option<Warning> {
    let warning = || size_warning(name, part.role(), solid.areas_mm2());
    if across_the_body(solid) { warning() } else { None }
}

/// True where the planes lie across the body's long axis, so that a section of cord or sac on them
/// is one that the known sizes are of. Sagittal and coronal sections say nothing of these.
fn across_the_body(solid: &Solid) -> bool {
    const MOST_TILT_DEG: f64 = 50.0;
    solid.frame().normal().z.abs() >= MOST_TILT_DEG.to_radians().cos()
}
