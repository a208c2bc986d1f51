//! The main job: a study to its report.

use std::path::PathBuf;

use rayon::prelude::*;
use thecal_dicom::index::Series;
use thecal_geom::Warning;
use thecal_mask::role::{Candidate, Role, cord_in_sac_warning, select, size_warning};
use thecal_mask::{DrawnAs, Solid, Structure, TracedLattice};
use thecal_report as report;
use thecal_report::text::plain;
use thecal_separation::Removal;

use crate::error::Error;
use crate::frames::Fixed;
use crate::labels::FileLabels;
use crate::measure::{self, Part, Parts};
use crate::record;
use crate::separate::separate;
use crate::settings::Settings;
use crate::source::{self, Source};
use crate::target::{self, Extent};

/// A structure drawn on a single plane has no spacing of its own; where no other structure has
/// one either, this is taken and warned of.
const UNKNOWN_SPACING_MM: f64 = 3.0;

/// The role that a structure takes part in where a separation must not enter it.
const KEEP_OUT: Role = Role::Other;

/// Measures the gaps of the study in `paths` (folders, searched below, or files).
///
/// # Errors
/// When nothing usable is found, a choice is not unique, a chosen structure cannot be read or
/// makes no solid, or structures live in different frames of reference.
///
/// A study without cord, or without tumour, is no error: its headline is `not_assessable`.
pub fn check(paths: &[PathBuf], settings: &Settings) -> Result<report::Report, Error> {
    measured(paths, settings).map(|measured| measured.report)
}

/// A study that was measured: its record, and the solids that it rests on.
#[derive(Debug)]
#[non_exhaustive]
pub struct Measured {
    /// The record.
    pub report: report::Report,
    /// The structures that took part, before any separation.
    pub parts: Parts,
    /// The study after an operation, where two were compared.
    pub after: Option<SecondStudy>,
    /// Cord and sac in the scenarios after a separation that move them.
    pub anatomies: Vec<MovedAnatomy>,
    /// What each approach left of each tumour.
    pub residuals: Vec<Residual>,
    /// What a target after an operation must hold of each tumour's epidural extent before it.
    pub extents: Vec<Extent>,
    /// Files that the structures were read from.
    pub files: Vec<PathBuf>,
    /// All series that were found with them, images among them.
    pub series: Vec<Series>,
    /// What files are called in the record.
    pub labels: FileLabels,
}

/// The study after an operation.
#[derive(Debug)]
#[non_exhaustive]
pub struct SecondStudy {
    /// Its structures, in the frame of reference of the study before.
    pub parts: Parts,
    /// All series that were found with them, images among them.
    pub series: Vec<Series>,
}

/// Cord and sac where a scenario after a separation has them elsewhere than they were drawn.
#[derive(Debug, Clone)]
pub struct MovedAnatomy {
    /// `sac_reexpanded` or `cord_shift`, as phases have it.
    pub anatomy: String,
    /// The cord.
    pub cord: Option<Part>,
    /// The sac.
    pub sac: Option<Part>,
}

/// What an approach left of a tumour.
#[derive(Debug, Clone)]
pub struct Residual {
    /// Name of the approach: the scenario of the phase `after`.
    pub scenario: String,
    /// The tumour.
    pub tumour: String,
    /// What is left; none where nothing is.
    pub solid: Option<Solid>,
    removal: Removal,
}

impl Residual {
    pub(crate) fn new(scenario: &str, tumour: &str, mut removal: Removal) -> Self {
        let solid = removal.residual.take();
        Self { scenario: scenario.to_owned(), tumour: tumour.to_owned(), solid, removal }
    }

    /// What was taken; none where nothing was. Made when asked for, since a record needs it not.
    ///
    /// # Errors
    /// When no outline of it bounds an area.
    pub fn removed(&self) -> Result<Option<Solid>, Error> {
        Ok(self.removal.removed()?)
    }
}

/// Measures as [`check`] does, and keeps what pictures and structures of the result are made from.
///
/// # Errors
/// As [`check`].
pub fn measured(paths: &[PathBuf], settings: &Settings) -> Result<Measured, Error> {
    measure_source(&source::open(paths, settings)?, settings)
}

/// Measures a study whose files are known.
pub(crate) fn measure_source(source: &Source, settings: &Settings) -> Result<Measured, Error> {
    let separates = settings.separation.is_some();
    let loaded = Loaded::of(source, settings, separates, None)?;
    let target = if separates { target::rule(&loaded.parts, &loaded.parts.ctvs)? } else { None };
    let mut measured = judged(source, loaded, settings)?;
    if let Some(target) = target {
        measured.report.target = Some(target.record);
        measured.report.warnings.extend(target.warnings);
        measured.extents = target.extents;
    }
    Ok(measured)
}

/// The structures of a study that take part.
pub(crate) struct Loaded {
    pub(crate) parts: Parts,
    pub(crate) structures: Vec<report::StructureRecord>,
    pub(crate) warnings: Vec<Warning>,
    /// True where a frame of reference was taken for another by the user's word.
    pub(crate) assumed: bool,
    /// What the others were brought to; none where nothing takes part.
    pub(crate) fixed: Option<Fixed>,
}

impl Loaded {
    /// Chooses and builds them, in the frame of reference that is given or that of what is to be
    /// spared. With `extras` also vertebrae, canal and target volumes.
    pub(crate) fn of(
        source: &Source,
        settings: &Settings,
        extras: bool,
        fixed: Option<&Fixed>,
    ) -> Result<Self, Error> {
        let mut warnings = source.warnings.clone();
        let chosen = choose(source, settings, extras, &mut warnings)?;
        let (built, assumed, fixed) = build(source, &chosen, settings, fixed, &mut warnings)?;
        let structures = built.iter().map(|b| b.record.clone()).collect();
        let parts = assemble(built);
        warnings.extend(sac_about_cord(&parts));
        Ok(Self { parts, structures, warnings, assumed, fixed })
    }
}

/// Measures what was loaded, and simulates the separation that is asked for.
pub(crate) fn judged(
    source: &Source,
    loaded: Loaded,
    settings: &Settings,
) -> Result<Measured, Error> {
    let Loaded { parts, structures, warnings, assumed, .. } = loaded;
    let (pairs, more) = measure::pairs(&parts, &settings.thresholds);
    let mut headline = measure::headline(&pairs);
    let mut warnings: Vec<_> = warnings.iter().map(record::warning).collect();
    warnings.extend(more);
    let before = report::PhaseRecord {
        phase: report::Phase::Before,
        scenario: None,
        anatomy: None,
        pairs,
        headline,
    };
    let mut phases = vec![before];
    let mut separation = None;
    let (mut residuals, mut anatomies) = (Vec::new(), Vec::new());
    if let Some(asked) = settings.separation.as_ref().filter(|_| !parts.tumours.is_empty()) {
        let done = separate(&parts, &phases[0].pairs, &settings.thresholds, asked, settings.ends)?;
        headline = worst(&done.phases).unwrap_or(headline);
        phases.extend(done.phases);
        warnings.extend(done.warnings);
        separation = Some(done.record);
        (residuals, anatomies) = (done.residuals, done.anatomies);
    }
    let report = report::Report {
        schema_version: report::SCHEMA_VERSION.to_owned(),
        tool: record::tool(),
        space: "LPS".to_owned(),
        inputs: source.inputs.clone(),
        structures,
        thresholds_mm: settings.thresholds.of(report::PairKind::TumourCord).to_vec(),
        tolerance_mm: settings.thresholds.tolerance_mm(),
        parameters: record::parameters(settings, assumed),
        phases,
        separation,
        target: None,
        comparison: None,
        headline,
        warnings,
    };
    Ok(Measured {
        report,
        parts,
        after: None,
        anatomies,
        residuals,
        extents: Vec::new(),
        files: source.files.clone(),
        series: source.series.clone(),
        labels: source.labels.clone(),
    })
}

/// The worst headline of several phases.
pub(crate) fn worst(phases: &[report::PhaseRecord]) -> Option<report::Headline> {
    let order = [
        report::Headline::Clear,
        report::Headline::Marginal,
        report::Headline::Indeterminate,
        report::Headline::Insufficient,
        report::Headline::NotAssessable,
    ];
    let rank = |h: &report::Headline| order.iter().position(|o| o == h);
    phases.iter().map(|p| p.headline).max_by_key(rank)
}

/// A structure that takes part, by its place in the source.
pub(crate) struct Choice {
    place: usize,
    role: Role,
    from: thecal_mask::role::RoleFrom,
}

pub(crate) fn choose(
    source: &Source,
    settings: &Settings,
    extras: bool,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Choice>, Error> {
    let mut candidates: Vec<Candidate<'_>> = source.candidates();
    let text = |names: &Option<String>| names.iter().cloned().collect::<Vec<_>>();
    let asked = [
        (Role::Tumour, settings.tumours.clone()),
        (Role::Cord, text(&settings.cord)),
        (Role::ThecalSac, text(&settings.sac)),
        (Role::Ctv, settings.ctvs.clone()),
        (KEEP_OUT, settings.separation.iter().flat_map(|s| s.keep_out.clone()).collect()),
    ];
    let mut chosen: Vec<Choice> = Vec::new();
    // What the user named goes first, so that nothing is picked twice.
    for by_user in [true, false] {
        for (role, names) in asked.iter().filter(|(_, names)| names.is_empty() != by_user) {
            if matches!(*role, KEEP_OUT | Role::Ctv) && names.is_empty() {
                continue;
            }
            // Structures are called as they may be written.
            let names: Vec<_> = names.iter().map(|n| plain(source.name_meant(n))).collect();
            let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
            let found = select(*role, &candidates, &names)
                .map_err(|fault| source.selection_error(fault))?;
            warnings.extend(found.warnings);
            for (place, from) in found.structures {
                if let Some(other) = chosen.iter().find(|c| c.place == place) {
                    let name = candidates[place].name.to_owned();
                    return Err(Error::ChosenTwice { name, first: other.role, second: *role });
                }
                candidates[place].role = *role;
                chosen.push(Choice { place, role: *role, from });
            }
        }
    }
    for (role, flag) in [(Role::Tumour, "--tumour"), (Role::Cord, "--cord")] {
        if !chosen.iter().any(|c| c.role == role) {
            let names: Vec<String> =
                candidates.iter().map(|c| format!("\"{}\" ({})", c.name, c.role)).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let message = format!(
                "no structure reads as {role}; name it with {flag} NAME or in an alias file. \
                 Structures: {names}"
            );
            warnings.push(Warning::new(format_code(role), message, ""));
        }
    }
    if extras {
        let named = settings.ctvs.is_empty();
        for role in
            [Role::Vertebra, Role::Canal, Role::Ctv].into_iter().take(2 + usize::from(named))
        {
            let found = candidates.iter().enumerate().filter(|(place, c)| {
                c.role == role
                    && c.has_contours
                    && source.drawn[*place].fault.is_none()
                    && chosen.iter().all(|other| other.place != *place)
            });
            let more: Vec<_> =
                found.map(|(place, c)| Choice { place, role, from: c.role_from }).collect();
            // Which of several canals is meant is not known, and nothing rests on it.
            if role != Role::Canal || more.len() == 1 {
                chosen.extend(more);
            }
        }
    }
    chosen.sort_by_key(|c| (c.role, c.place));
    Ok(chosen)
}

fn format_code(role: Role) -> &'static str {
    if role == Role::Cord { "no_cord" } else { "no_tumour" }
}

struct Built {
    part: Part,
    role: Role,
    record: report::StructureRecord,
}

fn build(
    source: &Source,
    chosen: &[Choice],
    settings: &Settings,
    fixed: Option<&Fixed>,
    warnings: &mut Vec<Warning>,
) -> Result<(Vec<Built>, bool, Option<Fixed>), Error> {
    let mut structures: Vec<Structure> =
        chosen.par_iter().map(|c| source.drawn[c.place].loaded()).collect::<Result<_, _>>()?;
    // What is to be spared stays where it is.
    let spared = [Role::Cord, Role::ThecalSac];
    let place = spared.iter().find_map(|r| chosen.iter().position(|c| c.role == *r));
    let own = structures
        .get(place.unwrap_or(0))
        .map(|s| Fixed { name: s.name.clone(), frame: s.frame_of_reference_uid.clone() });
    let fixed = fixed.cloned().or(own);
    let assume = settings.assume_same_frame;
    let (moved, assumed) = match &fixed {
        Some(fixed) => source.frames.unite(&mut structures, fixed, assume, warnings)?,
        None => (Vec::new(), false),
    };
    warnings.extend(frame_unknown(source, &structures));
    let solid = |s: &Structure, spacing_mm: f64, known: &[TracedLattice]| {
        s.solid_beside(known, settings.ends, spacing_mm)
            .map_err(|source| Error::Solid { name: s.name.clone(), source })
    };
    let mut solids: Vec<Solid> = structures
        .par_iter()
        .map(|s| solid(s, UNKNOWN_SPACING_MM, &[]))
        .collect::<Result<_, _>>()?;
    // A structure of few corners is known to be traced by those that were traced on the same pixels.
    let known: Vec<TracedLattice> = solids.iter().filter_map(Solid::traced_lattice).collect();
    if !known.is_empty() {
        for (structure, s) in structures.iter().zip(&mut solids) {
            if s.resolution().drawn_as == DrawnAs::Contours {
                *s = solid(structure, UNKNOWN_SPACING_MM, &known)?;
            }
        }
    }
    // A structure on one plane takes the spacing of the others.
    let usual = solids.iter().filter(|s| s.planes_mm().len() > 1).map(Solid::spacing_mm);
    let usual = usual.min_by(f64::total_cmp);
    let mut single = Vec::new();
    for (i, s) in solids.iter_mut().enumerate() {
        if s.planes_mm().len() == 1 {
            let spacing_mm = usual.unwrap_or(UNKNOWN_SPACING_MM);
            *s = solid(&structures[i], spacing_mm, &known)?;
            single.push((i, spacing_mm));
        }
    }
    let parts = chosen.iter().zip(&structures).zip(solids).zip(moved).enumerate();
    let built = parts.map(|(i, (((choice, s), solid), registration))| {
        let mut warnings = s.warnings.clone();
        warnings.extend(solid.warnings().iter().cloned());
        if across_the_body(&solid) {
            warnings.extend(size_warning(&s.name, choice.role, solid.areas_mm2()));
        }
        if let Some((_, spacing_mm)) = single.iter().find(|(k, _)| *k == i) {
            warnings.push(Warning::new(
                "single_plane",
                format!("drawn on one plane; a plane spacing of {spacing_mm:.2} mm is assumed"),
                "",
            ));
        }
        let record =
            record::structure(s, choice.role, choice.from, &solid, registration, &warnings);
        Built { part: Part { name: s.name.clone(), solid }, role: choice.role, record }
    });
    Ok((built.collect(), assumed, fixed))
}

/// Files without a frame of reference are measured together in the coordinates that they state.
fn frame_unknown(source: &Source, structures: &[Structure]) -> Option<Warning> {
    let unknown = structures.iter().any(|s| s.frame_of_reference_uid.is_none());
    (unknown && source.files.len() > 1).then(|| {
        let message = "structures of several files carry no frame of reference; they are measured \
                       in the coordinates that each file states";
        Warning::new("frame_unknown", message, "")
    })
}

fn assemble(built: Vec<Built>) -> Parts {
    let mut parts = Parts::default();
    for b in built {
        match b.role {
            Role::Cord => parts.cord = Some(b.part),
            Role::ThecalSac => parts.sac = Some(b.part),
            Role::Vertebra => parts.bone.push(b.part),
            Role::Ctv => parts.ctvs.push(b.part),
            Role::Canal => parts.canal = Some(b.part),
            KEEP_OUT => parts.keep_out.push(b.part),
            _ => parts.tumours.push(b.part),
        }
    }
    parts
}

fn sac_about_cord(parts: &Parts) -> Option<Warning> {
    let (cord, sac) = (parts.cord.as_ref()?, parts.sac.as_ref()?);
    if !across_the_body(&cord.solid) || !across_the_body(&sac.solid) {
        return None;
    }
    cord_in_sac_warning(&cord.name, cord.solid.areas_mm2(), &sac.name, sac.solid.areas_mm2())
}

/// True where the planes lie across the body's long axis, so that a section of cord or sac on them
/// is one that the known sizes are of. Sagittal and coronal sections say nothing of these.
fn across_the_body(solid: &thecal_mask::Solid) -> bool {
    const MOST_TILT_DEG: f64 = 50.0;
    solid.frame().normal().z.abs() >= MOST_TILT_DEG.to_radians().cos()
}
