//! The solids of a study that was measured before, for pictures of its record.

use std::path::PathBuf;

use thecal_dicom::index::{Index, Series, index};
use thecal_mask::EndRule;
use thecal_mask::role::{Aliases, Role};
use thecal_report::{Comparison, Input, Parameters, Report, Separation, StructureRecord};
use thecal_separation::{Anatomy, Approach};

use crate::check::{Loaded, Measured, SecondStudy};
use crate::contents;
use crate::error::Error;
use crate::frames::Fixed;
use crate::separate::{self, separate};
use crate::settings::{Separate, Settings, Thresholds};
use crate::source;

/// Kinds of input that have a SOP Instance UID of their own.
const SETS: [&str; 2] = ["RTSTRUCT", "SEG"];

/// The solids of a record's study from its files, with the record as it is: structures are read and
/// the separation is done again, so that both can be drawn, but nothing is measured. Of a comparison
/// `paths` may hold the second study, too; without it the first alone is there.
///
/// # Errors
/// [`Error::OtherStudy`] when the files are not those that the record was made from: another
/// structure set by its UID, or structures or removed volumes that differ. Others as
/// [`crate::check`].
pub fn redrawn(report: &Report, paths: &[PathBuf]) -> Result<Measured, Error> {
    let found = index(paths)?;
    let files = structure_files(&report.inputs, &found)?;
    let settings = Settings {
        separation: report.separation.as_ref().map(asked).transpose()?,
        ..settings(report, &report.structures, files)
    };
    let mut source = source::open_indexed(&found, paths, &settings, &[])?;
    let extras = report.separation.is_some() || report.comparison.is_some();
    let Loaded { structures, parts, fixed, .. } = Loaded::of(&source, &settings, extras, None)?;
    same_structures(&report.structures, &structures)?;
    let (mut residuals, mut anatomies) = (Vec::new(), Vec::new());
    if let (Some(asked), Some(recorded)) = (&settings.separation, &report.separation)
        && let Some(before) = report.phases.first()
        && !parts.tumours.is_empty()
    {
        let done = separate(&parts, &before.pairs, &settings.thresholds, asked, settings.ends)?;
        same_removal(recorded, &done.record)?;
        residuals = done.residuals;
        let asked = Separate { anatomies: asked_anatomies(recorded), ..asked.clone() };
        anatomies = separate::anatomies(&parts, &asked, settings.ends)?;
    }
    let mut after = None;
    if let Some(comparison) = &report.comparison {
        after = second(report, comparison, &found, paths, fixed.as_ref())?;
        // Images of the other study may lie in the same frame of reference.
        source.series.retain(|s| !of(s, &comparison.inputs_after) || of(s, &report.inputs));
    }
    Ok(Measured {
        report: report.clone(),
        parts,
        after,
        anatomies,
        residuals,
        extents: Vec::new(),
        files: source.files,
        series: source.series,
        labels: source.labels,
    })
}

/// The second study of a comparison; none where its files are not here.
fn second(
    report: &Report,
    comparison: &Comparison,
    found: &Index,
    paths: &[PathBuf],
    fixed: Option<&Fixed>,
) -> Result<Option<SecondStudy>, Error> {
    let structures = &comparison.structures_after;
    let files = structure_files(&comparison.inputs_after, found);
    let files = match files {
        Err(Error::OtherStudy(_)) => return Ok(None),
        Ok(files) if files.is_empty() => return Ok(None),
        other => other?,
    };
    let settings = settings(report, structures, files);
    let source = source::open_indexed(found, paths, &settings, &[])?;
    let loaded = Loaded::of(&source, &settings, true, fixed)?;
    same_structures(structures, &loaded.structures)?;
    let series = source.series.into_iter().filter(|s| of(s, &comparison.inputs_after)).collect();
    Ok(Some(SecondStudy { parts: loaded.parts, series }))
}

/// Whether a series is among inputs.
fn of(series: &Series, inputs: &[Input]) -> bool {
    let uid = Some(series.series_instance_uid.as_str());
    inputs.iter().any(|i| i.series_instance_uid.as_deref() == uid)
}

/// What reads the structures as they were read.
fn settings(report: &Report, structures: &[StructureRecord], files: Vec<PathBuf>) -> Settings {
    let named = |role| named(structures, role);
    Settings {
        tumours: named(Role::Tumour),
        cord: named(Role::Cord).pop(),
        sac: named(Role::ThecalSac).pop(),
        ctvs: named(Role::Ctv),
        structures: files,
        ends: ends(&report.parameters),
        thresholds: Thresholds::default(),
        assume_same_frame: report.parameters.assume_same_frame,
        aliases: aliases(structures),
        separation: None,
    }
}

/// What became of cord and sac in the record.
fn asked_anatomies(record: &Separation) -> Vec<Anatomy> {
    let read =
        record.anatomies.iter().filter_map(|a| match (a.anatomy.as_str(), a.cord_shift_mm) {
            ("sac_reexpanded", _) => Some(Anatomy::SacReexpanded),
            ("cord_shift", Some(shift_mm)) => Some(Anatomy::CordShift { shift_mm }),
            _ => None,
        });
    read.collect()
}

/// Names of the structures of a role.
fn named(structures: &[StructureRecord], role: Role) -> Vec<String> {
    let found = structures.iter().filter(|s| s.role == role.as_str());
    found.map(|s| s.name.clone()).collect()
}

/// Vertebrae take part by their role, which may have come from an alias file.
fn aliases(structures: &[StructureRecord]) -> Aliases {
    let quoted = named(structures, Role::Vertebra).into_iter().filter_map(|name| {
        // A JSON string is a basic string of TOML.
        serde_json::to_string(&name).ok()
    });
    let lines: Vec<String> = quoted.map(|name| format!("{name} = \"vertebra\"\n")).collect();
    let text = format!("[aliases]\n{}", lines.concat());
    Aliases::parse(&text).unwrap_or_default()
}

fn ends(parameters: &Parameters) -> EndRule {
    match parameters.ends.as_str() {
        "plane" => EndRule::Plane,
        "rounded" => EndRule::Rounded,
        _ => EndRule::HalfSlice,
    }
}

/// The files that hold the structure sets of a study.
fn structure_files(inputs: &[Input], found: &Index) -> Result<Vec<PathBuf>, Error> {
    let sets = inputs.iter().filter(|i| SETS.contains(&i.kind.as_str()));
    let mut files = Vec::new();
    for (kind, uid) in sets.filter_map(|i| Some((&i.kind, i.sop_instance_uid.as_deref()?))) {
        let object = found.objects.iter().find(|o| o.sop_instance_uid == uid);
        let object = object.ok_or_else(|| {
            let here = found.objects.iter().filter(|o| o.kind.as_str() == kind);
            let here: Vec<&str> = here.map(|o| o.sop_instance_uid.as_str()).collect();
            let here = if here.is_empty() { "none".to_owned() } else { here.join(", ") };
            Error::OtherStudy(format!("it names {kind} {uid}, and here is {here}"))
        })?;
        files.push(object.path.clone());
    }
    // Masks that are no DICOM are known by what they hold.
    let masks = inputs.iter().filter(|i| !SETS.contains(&i.kind.as_str()));
    let masks: Vec<&str> = masks.filter_map(|i| i.content_sha256.as_deref()).collect();
    if !masks.is_empty() {
        let known = |p: &&PathBuf| contents::sha256(p).is_ok_and(|s| masks.contains(&s.as_str()));
        files.extend(source::mask_names(found).iter().filter(known).cloned());
    }
    Ok(files)
}

/// The separation as it was asked for.
fn asked(record: &Separation) -> Result<Separate, Error> {
    let mut approaches: Vec<Approach> = Vec::new();
    for run in record.runs.iter().filter(|r| r.anatomy == "fixed") {
        if approaches.iter().any(|a| a.name == run.scenario) {
            continue;
        }
        // The record has an approach's own fields.
        let read = serde_json::to_value(&run.approach).and_then(serde_json::from_value);
        let mut approach: Approach = read.map_err(|e| {
            Error::OtherStudy(format!("the record's approach {} is not sound: {e}", run.scenario))
        })?;
        approach.name.clone_from(&run.scenario);
        approaches.push(approach);
    }
    let cord = record.reference_role == Role::Cord.as_str();
    Ok(Separate {
        amount_mm: record.amount_mm,
        reference: Some(if cord { Role::Cord } else { Role::ThecalSac }),
        keep_out: record.keep_out.clone(),
        levels_mm: record.levels_mm,
        grid_mm: record.grid_mm,
        ..Separate::by(approaches)
    })
}

fn same_structures(recorded: &[StructureRecord], here: &[StructureRecord]) -> Result<(), Error> {
    let differs = |why: String| Err(Error::OtherStudy(why));
    for s in recorded {
        let Some(found) = here.iter().find(|h| h.name == s.name && h.role == s.role) else {
            return differs(format!("it has a {} {:?}, which is not here", s.role, s.name));
        };
        let (was_cc, is_cc) = (s.volume_cc.unwrap_or(0.0), found.volume_cc.unwrap_or(0.0));
        if found.planes != s.planes || (was_cc - is_cc).abs() > 1e-6 * was_cc.max(1.0) {
            return differs(format!(
                "{:?} had {} planes and {was_cc:.4} cc, here it has {} and {is_cc:.4} cc",
                s.name,
                s.planes.unwrap_or(0),
                found.planes.unwrap_or(0)
            ));
        }
    }
    Ok(())
}

fn same_removal(recorded: &Separation, here: &Separation) -> Result<(), Error> {
    for run in recorded.runs.iter().filter(|r| r.anatomy == "fixed") {
        let same = |r: &&thecal_report::SeparationRun| {
            r.scenario == run.scenario && r.tumour == run.tumour
        };
        let found = here.runs.iter().find(same).map(|r| r.removed_cc);
        if found.is_none_or(|cc| (cc - run.removed_cc).abs() > 1e-3 * run.removed_cc.max(1.0)) {
            return Err(Error::OtherStudy(format!(
                "{} took {:.4} cc, here it takes {:.4} cc",
                run.scenario,
                run.removed_cc,
                found.unwrap_or(0.0)
            )));
        }
    }
    Ok(())
}
