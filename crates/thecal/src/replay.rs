//! The solids of a study that was measured before, for pictures of its record.

use std::path::PathBuf;

use thecal_dicom::index::{Index, Series};
use thecal_report::{Anatomy, Comparison, Input, Report, Separation, StructureRecord};
use thecal_store::Store;

use crate::contents;
use crate::dose;
use crate::error::{Error, ErrorKind, Fault};
use crate::frames::Fixed;
use crate::load::Loaded;
use crate::measured::{Measured, Residual, SecondStudy};
use crate::own_results::index_inputs;
use crate::prv;
use crate::record::settings::settings_of;
use crate::record::words;
use crate::separate::{self, resect};
use crate::settings::Settings;
use crate::source;
use crate::structure_facts::StructureFacts;

/// Kinds of input that have a SOP Instance UID of their own.
const SETS: [&str; 2] = ["RTSTRUCT", "SEG"];

/// The solids of a record's study from its files, with the record as it is: by the settings of the
/// record structures are read and tumour is taken again, so that both can be drawn, but nothing is
/// measured. Of a comparison
/// `paths` may hold the second study, too; without it the first alone is there.
///
/// # Errors
/// [`ErrorKind::OtherStudy`] when the files are not those that the record was made from: another
/// structure set by its UID, or structures or removed volumes that differ. [`ErrorKind::Settings`]
/// for a record that does not say what it was made with. Others as
/// [`crate::check`].
pub fn replay(report: &Report, paths: &[PathBuf]) -> Result<Measured, Error> {
    let store = Store::files();
    let found = index_inputs(&store, paths)?;
    let files = structure_files(&store, &report.inputs, &found)?;
    let mut settings = settings(report, files)?;
    if report.comparison.is_some() {
        settings = settings.of_before();
    }
    let mut source = source::open_indexed(&store, &found, paths, &settings, &[])?;
    let extras = report.separation.is_some() || report.comparison.is_some();
    let Loaded { structures, parts, fixed, .. } =
        Loaded::from_source(&source, &settings, extras, None)?;
    same_structures(&report.structures, &structures)?;
    let (mut residuals, mut anatomies) = (Vec::new(), Vec::new());
    if let (Some(asked), Some(recorded)) = (&settings.separation, &report.separation) {
        residuals = resect(&parts, asked, settings.ends)?;
        same_removal(recorded, &residuals)?;
        anatomies = separate::anatomies(&parts, asked, settings.ends)?;
    }
    let mut after = None;
    if let Some(comparison) = &report.comparison {
        after = second(report, comparison, (&store, &found, paths), fixed.as_ref())?;
        // Images of the other study may lie in the same frame of reference.
        source.series.retain(|s| !of(s, &comparison.inputs_after) || of(s, &report.inputs));
    }
    let assume_same = settings.assume_same_frame;
    let dose = match &report.dose {
        Some(recorded) => dose::recorded(recorded, &source, fixed.as_ref(), assume_same)?,
        None => None,
    };
    let prvs = match &report.uncertainty {
        Some(recorded) if !recorded.prv.is_empty() => {
            prv::drawn(&source, &settings, &parts, fixed.as_ref())?.0
        }
        _ => Vec::new(),
    };
    Ok(Measured {
        report: report.clone(),
        parts,
        after,
        anatomies,
        dose,
        fixed,
        residuals,
        prvs,
        extents: Vec::new(),
        store,
        files: source.files,
        series: source.series,
        pictures: source.pictures,
        labels: source.labels,
    })
}

/// The settings of a record, on the files that it took structures from.
fn settings(report: &Report, files: Vec<PathBuf>) -> Result<Settings, Error> {
    let record = report.settings.as_ref().ok_or(Fault::NoSettings)?;
    // Nothing of a dose is worked out again.
    Ok(settings_of(record, [files, Vec::new(), Vec::new()])?)
}

/// The second study of a comparison; none where its files are not here.
fn second(
    report: &Report,
    comparison: &Comparison,
    (store, found, paths): (&Store, &Index, &[PathBuf]),
    fixed: Option<&Fixed>,
) -> Result<Option<SecondStudy>, Error> {
    let structures = &comparison.structures_after;
    let files = structure_files(store, &comparison.inputs_after, found);
    let files = match files {
        Err(e) if e.kind() == ErrorKind::OtherStudy => return Ok(None),
        Ok(files) if files.is_empty() => return Ok(None),
        other => other?,
    };
    let settings = settings(report, files)?;
    let source = source::open_indexed(store, found, paths, &settings, &[])?;
    let loaded = Loaded::from_source(&source, &settings, true, fixed)?;
    same_structures(structures, &loaded.structures)?;
    let series = source.series.into_iter().filter(|s| of(s, &comparison.inputs_after)).collect();
    Ok(Some(SecondStudy { parts: loaded.parts, series, pictures: source.pictures }))
}

/// Whether a series is among inputs.
fn of(series: &Series, inputs: &[Input]) -> bool {
    let uid = Some(series.series_instance_uid.as_str());
    inputs.iter().any(|i| i.series_instance_uid.as_deref() == uid)
}

/// The files that hold the structure sets of a study.
fn structure_files(store: &Store, inputs: &[Input], found: &Index) -> Result<Vec<PathBuf>, Error> {
    let sets = inputs.iter().filter(|i| SETS.contains(&i.kind.as_str()));
    let mut files = Vec::new();
    for (kind, uid) in sets.filter_map(|i| Some((&i.kind, i.sop_instance_uid.as_deref()?))) {
        let object = found.objects.iter().find(|o| o.sop_instance_uid == uid);
        let object = object.ok_or_else(|| {
            let here = found.objects.iter().filter(|o| o.kind.as_str() == kind);
            let here: Vec<&str> = here.map(|o| o.sop_instance_uid.as_str()).collect();
            let here = if here.is_empty() { "none".to_owned() } else { here.join(", ") };
            Fault::OtherStudy(format!("it names {kind} {uid}, but the study has {here}"))
        })?;
        files.push(object.path.clone());
    }
    // Masks that are no DICOM are known by what they hold.
    let masks = inputs.iter().filter(|i| !SETS.contains(&i.kind.as_str()));
    let masks: Vec<&str> = masks.filter_map(|i| i.content_sha256.as_deref()).collect();
    if !masks.is_empty() {
        let sha256 = |p: &PathBuf| contents::contents(store, p).map(|c| c.sha256);
        let known = |p: &&PathBuf| sha256(p).is_ok_and(|s| masks.contains(&s.as_str()));
        files.extend(source::mask_names(found).iter().filter(known).cloned());
    }
    Ok(files)
}

fn same_structures(recorded: &[StructureRecord], here: &[StructureFacts]) -> Result<(), Error> {
    let differs = |why: String| Err(Fault::OtherStudy(why).into());
    for s in recorded {
        let same = |h: &&StructureFacts| h.name == s.name && words::role(h.role) == s.role;
        let Some(found) = here.iter().find(same) else {
            return differs(format!(
                "it has a {} {:?}, which the study does not have",
                s.role, s.name
            ));
        };
        let (was_cc, is_cc) = (s.volume_cc.unwrap_or(0.0), found.volume_cc);
        if Some(found.planes) != s.planes || (was_cc - is_cc).abs() > 1e-6 * was_cc.max(1.0) {
            return differs(format!(
                "{:?} had {} planes and {was_cc:.4} cc, and now has {} and {is_cc:.4} cc",
                s.name,
                s.planes.unwrap_or(0),
                found.planes
            ));
        }
    }
    Ok(())
}

fn same_removal(recorded: &Separation, here: &[Residual]) -> Result<(), Error> {
    for run in recorded.runs.iter().filter(|r| r.anatomy == Anatomy::Fixed) {
        let same = |r: &&Residual| r.approach == run.approach_name && r.tumour == run.tumour;
        let found = here.iter().find(same).map(Residual::removed_cc);
        if found.is_none_or(|cc| (cc - run.removed_cc).abs() > 1e-3 * run.removed_cc.max(1.0)) {
            return Err(Fault::OtherStudy(format!(
                "{} removed {:.4} cc, and now removes {:.4} cc",
                run.approach_name,
                run.removed_cc,
                found.unwrap_or(0.0)
            ))
            .into());
        }
    }
    Ok(())
}
