//! The doses and plans of a study, and which of them belong together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use thecal_dicom::dose::{Dose, Weight, read_dose_bytes};
use thecal_dicom::index::Kind;
use thecal_dicom::plan::{Plan, read_plan_bytes};
use thecal_dicom::read::ReadError;
use thecal_geom::Warning;
use thecal_report as report;

use crate::contents::sha256;
use crate::error::{Error, Fault};
use crate::source::Source;

/// A dose that was read, with what identifies its file.
pub(super) struct ReadDose {
    pub(super) dose: Dose,
    pub(super) content_sha256: String,
}

/// Doses that are summed, and the plans that they are of.
pub(super) struct Found {
    pub(super) doses: Vec<ReadDose>,
    pub(super) plans: Vec<Plan>,
    pub(super) warnings: Vec<Warning>,
}

/// The doses that are named, or the one dose of the study: a single file, or those of all beams of one
/// plan.
///
/// # Errors
/// When there is no dose, more than one could be meant, or a chosen one cannot be read.
pub(super) fn find(source: &Source, named: &[PathBuf]) -> Result<Found, Error> {
    let mut warnings = Vec::new();
    let doses = if named.is_empty() {
        of_study(source, &mut warnings)?
    } else {
        named.iter().map(|path| read(source, path)).collect::<Result<Vec<_>, _>>()?
    };
    let plans = plans(source, &doses, &mut warnings);
    for dose in &doses {
        warnings.extend(dose.dose.head.warnings.iter().cloned());
    }
    Ok(Found { doses, plans, warnings })
}

fn read(source: &Source, path: &Path) -> Result<ReadDose, ReadError> {
    let io = |source| ReadError::Io { path: path.to_owned(), source };
    let bytes = source.store.read(path).map_err(io)?;
    let content_sha256 = sha256(&bytes);
    Ok(ReadDose { dose: read_dose_bytes(path, bytes)?, content_sha256 })
}

/// The doses that a record was made from, as far as they are among the files of the study.
pub(super) fn recorded(source: &Source, inputs: &[report::DoseInput]) -> Vec<ReadDose> {
    let uids = |uid: &str| inputs.iter().any(|i| i.sop_instance_uid.as_deref() == Some(uid));
    let here = source.objects.iter().filter(|o| o.kind == Kind::RtDose);
    let read =
        here.filter(|o| uids(&o.sop_instance_uid)).filter_map(|o| read(source, &o.path).ok());
    let held = |d: &ReadDose| inputs.iter().any(|i| i.content_sha256 == d.content_sha256);
    read.filter(held).collect()
}

/// A file that is passed over, without its path.
fn passed_over(code: &'static str, error: &ReadError) -> Warning {
    let why = error.fault().map_or_else(|| error.to_string(), ToString::to_string);
    Warning::new(code, why, "")
}

fn of_study(source: &Source, warnings: &mut Vec<Warning>) -> Result<Vec<ReadDose>, Error> {
    let (mut read_all, mut failures) = (Vec::new(), Vec::new());
    for object in source.objects.iter().filter(|o| o.kind == Kind::RtDose) {
        match read(source, &object.path) {
            Ok(dose) => read_all.push(dose),
            Err(e) => failures.push(e),
        }
    }
    if read_all.is_empty() {
        // The only dose says itself what is wrong with it.
        return Err(match failures.into_iter().next() {
            Some(e) => e.into(),
            None => Fault::NoDose.into(),
        });
    }
    warnings.extend(failures.iter().map(|e| passed_over("dose_unreadable", e)));
    let mut by_plan: BTreeMap<Option<String>, Vec<ReadDose>> = BTreeMap::new();
    for dose in read_all {
        by_plan.entry(dose.dose.head.plan_uids().into_iter().next()).or_default().push(dose);
    }
    let several = |doses: &mut dyn Iterator<Item = &ReadDose>| {
        let files = doses.map(|d| d.dose.head.path.clone()).collect();
        Error::from(Fault::SeveralDoses { files })
    };
    if by_plan.len() > 1 {
        return Err(several(&mut by_plan.values().flatten()));
    }
    let doses = by_plan.into_values().next().unwrap_or_default();
    let (parts, wholes): (Vec<_>, Vec<_>) = doses.into_iter().partition(|d| is_part(&d.dose));
    match wholes.len() {
        0 => Ok(parts),
        1 => {
            if !parts.is_empty() {
                let message = format!(
                    "doses of single beams are here too ({}) and are not used: the dose of the whole \
                     plan is",
                    parts.len()
                );
                warnings.push(Warning::new("other_doses", message, ""));
            }
            Ok(wholes)
        }
        _ => Err(several(&mut wholes.iter())),
    }
}

/// Whether a dose is that of a part of its plan.
pub(super) fn is_part(dose: &Dose) -> bool {
    dose.head.doubts().iter().any(|d| d.weight == Weight::Part)
}

/// The plans that the doses are of, as far as they are here.
fn plans(source: &Source, doses: &[ReadDose], warnings: &mut Vec<Warning>) -> Vec<Plan> {
    let mut wanted: Vec<String> = doses.iter().flat_map(|d| d.dose.head.plan_uids()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut out = Vec::new();
    for uid in wanted {
        let is_it =
            |o: &&thecal_dicom::index::Object| o.kind == Kind::RtPlan && o.sop_instance_uid == uid;
        let Some(object) = source.objects.iter().find(is_it) else { continue };
        let Ok(bytes) = source.store.read(&object.path) else { continue };
        match read_plan_bytes(&object.path, bytes) {
            Ok(plan) => {
                warnings.extend(plan.warnings.iter().cloned());
                out.push(plan);
            }
            Err(e) => warnings.push(passed_over("plan_unreadable", &e)),
        }
    }
    out
}
