//! What the structures of a study receive.

mod figures;
mod find;
mod gap;
mod gate;
mod held;
mod judged;
mod placed;
mod prescription;
mod record;
mod stated;
mod structures;

use std::path::PathBuf;

use thecal_geom::Warning;
use thecal_report as report;
use thecal_store::Store;

use crate::dose_settings::DoseSettings;
use crate::error::{Error, Fault};
use crate::settings::Settings;
use crate::source::{self, Source};
pub(crate) use gap::after_simulation;
use gate::Reasons;
use judged::Judged;
use prescription::prescription;
use structures::{Which, structures};

/// What the structures of the study in `paths` receive of its dose, or why that dose may not be used.
///
/// A dose that its gate refuses is no error: the report says why and gives no figure.
///
/// # Errors
/// When there is no dose or more than one could be meant, when a file or a structure that is asked for
/// cannot be read, or when structures lie in different frames of reference.
pub fn dvh(paths: &[PathBuf], settings: &Settings) -> Result<report::DoseReport, Error> {
    let source = source::open(&Store::files(), paths, settings)?;
    let default = DoseSettings::default();
    let asked = settings.dose.as_ref().unwrap_or(&default);
    let (record, warnings) = record_of(&source, settings, asked, Which::All)?;
    Ok(report::DoseReport {
        schema_version: report::SCHEMA_VERSION.to_owned(),
        tool: crate::record::tool(),
        space: "LPS".to_owned(),
        dose: record,
        warnings: warnings.iter().map(crate::record::warning).collect(),
    })
}

/// The section of a check: none where doses are left alone, or the study has none.
///
/// A dose that cannot be told from others stops no measurement of gaps: that is a warning. One that is
/// named and cannot be used is an error.
pub(crate) fn section(
    source: &Source,
    settings: &Settings,
) -> Result<(Option<report::DoseRecord>, Vec<Warning>), Error> {
    let nothing = (None, Vec::new());
    let Some(asked) = &settings.dose else { return Ok(nothing) };
    let is_dose = |o: &thecal_dicom::index::Object| o.kind == thecal_dicom::index::Kind::RtDose;
    if asked.doses.is_empty() && !source.objects.iter().any(is_dose) {
        return Ok((stated::stated(source, settings, asked)?, Vec::new()));
    }
    match record_of(source, settings, asked, Which::AboutTheGap) {
        Ok((record, warnings)) => {
            // What was said of the files of structures has been said.
            let new = warnings.into_iter().filter(|w| !source.warnings.contains(w)).collect();
            Ok((Some(record), new))
        }
        Err(e) if asked.doses.is_empty() => {
            let message = source.labels.hide(&e.to_string());
            Ok((None, vec![Warning::new("dose_not_used", message, "")]))
        }
        Err(e) => Err(e),
    }
}

/// The record of the dose of a study whose files are known.
fn record_of(
    source: &Source,
    settings: &Settings,
    asked: &DoseSettings,
    which: Which,
) -> Result<(report::DoseRecord, Vec<Warning>), Error> {
    let limits = asked.limits.limits().map_err(Fault::Limits)?;
    let found = find::find(source, &asked.doses)?;
    let structures = structures(source, settings, &asked.structures, which)?;
    let mut warnings = structures.warnings.clone();
    warnings.extend(found.warnings.iter().cloned());
    let mut reasons = Reasons::default();
    gate::labels(&found.doses, &found.plans, &mut reasons);
    let prescribed = prescription(&found.plans, asked, &mut reasons);
    let mut out = report::DoseRecord {
        inputs: found.doses.iter().map(|d| record::input(d, &found.plans)).collect(),
        ..record::empty(prescribed.dose_gy, prescribed.fractions, asked)
    };
    let judged =
        Judged { settings, asked, limits, found: &found, structures: &structures, prescribed };
    judged.fill(source, &mut out, &mut reasons, &mut warnings)?;
    out.gate = reasons.into_gate();
    Ok((out, warnings))
}
