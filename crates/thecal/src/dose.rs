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
use crate::frames::Fixed;
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
    Ok(figures_of(&source, settings, asked)?.into_report())
}

/// Figures of all structures of a study whose files are known.
pub(crate) fn figures_of(
    source: &Source,
    settings: &Settings,
    asked: &DoseSettings,
) -> Result<FoundDose, Error> {
    record_of(source, settings, asked, Which::All)
}

/// What was found of a dose, with the dose itself.
#[derive(Default)]
pub(crate) struct FoundDose {
    /// None where doses are left alone, or the study has none.
    pub(crate) record: Option<report::DoseRecord>,
    pub(crate) warnings: Vec<Warning>,
    doses: Vec<find::ReadDose>,
}

impl FoundDose {
    /// The report of `thecal dvh`.
    pub(crate) fn into_report(self) -> report::DoseReport {
        let empty = || record::empty(None, None, &DoseSettings::default());
        report::DoseReport {
            schema_version: report::SCHEMA_VERSION.to_owned(),
            tool: crate::record::tool(),
            space: "LPS".to_owned(),
            dose: self.record.unwrap_or_else(empty),
            warnings: self.warnings.iter().map(crate::record::warning).collect(),
        }
    }

    /// The dose in the frame of reference of what it is drawn on; none where its gate refused it.
    pub(crate) fn placed(
        &self,
        source: &Source,
        fixed: Option<&Fixed>,
        assume_same_frame: bool,
    ) -> Result<Option<thecal_dose::Dose>, Error> {
        let accepted = self.record.as_ref().is_some_and(|r| r.gate.accepted);
        let Some(fixed) = fixed.filter(|_| accepted) else { return Ok(None) };
        let mut said = Reasons::default();
        placed::placed(&self.doses, &source.frames, fixed, assume_same_frame, &mut said)
    }
}

/// An accepted dose, with its grids in the frame of reference of the structures.
#[derive(Debug, Default)]
pub(crate) struct AcceptedDose {
    /// What structures receive of it.
    pub(crate) structures: Vec<report::DoseStructure>,
    pub(crate) grids: Vec<thecal_dose::DoseGrid>,
    pub(crate) warnings: Vec<Warning>,
}

/// The dose of a study where it has one that its gate accepts; a dose that is not named stops nothing.
pub(crate) fn figures_of_accepted(
    source: &Source,
    settings: &Settings,
    fixed: Option<&Fixed>,
) -> Result<AcceptedDose, Error> {
    let found = section(source, settings)?;
    let grids = found.grids(source, fixed, settings.assume_same_frame)?;
    let mut out = AcceptedDose { grids, warnings: found.warnings, ..AcceptedDose::default() };
    let Some(record) = found.record else { return Ok(out) };
    for reason in record.gate.reasons.iter().filter(|_| !record.gate.accepted) {
        let message = format!("the dose is left out: {}", reason.message);
        out.warnings.push(Warning::new("dose_not_used", message, ""));
    }
    out.structures = record.structures;
    Ok(out)
}

impl FoundDose {
    /// The grids of the dose in the frame of reference of the structures; none where its gate refused it.
    pub(crate) fn grids(
        &self,
        source: &Source,
        fixed: Option<&Fixed>,
        assume_same_frame: bool,
    ) -> Result<Vec<thecal_dose::DoseGrid>, Error> {
        let accepted = self.record.as_ref().is_some_and(|r| r.gate.accepted);
        let Some(fixed) = fixed.filter(|_| accepted) else { return Ok(Vec::new()) };
        let mut said = Reasons::default();
        let found =
            placed::grids(&self.doses, &source.frames, fixed, assume_same_frame, &mut said)?;
        Ok(found.unwrap_or_default())
    }
}

/// The dose of a record, from the files of its study; none where it was refused, or they are not here.
pub(crate) fn recorded(
    record: &report::DoseRecord,
    source: &Source,
    fixed: Option<&Fixed>,
    assume_same_frame: bool,
) -> Result<Option<thecal_dose::Dose>, Error> {
    let doses = find::recorded(source, &record.inputs);
    let found = FoundDose { record: Some(record.clone()), warnings: Vec::new(), doses };
    if found.doses.len() < record.inputs.len() {
        return Ok(None);
    }
    found.placed(source, fixed, assume_same_frame)
}

/// The section of a check: none where doses are left alone, or the study has none.
///
/// A dose that cannot be told from others stops no measurement of gaps: that is a warning. One that is
/// named and cannot be used is an error.
pub(crate) fn section(source: &Source, settings: &Settings) -> Result<FoundDose, Error> {
    let Some(asked) = &settings.dose else { return Ok(FoundDose::default()) };
    let is_dose = |o: &thecal_dicom::index::Object| o.kind == thecal_dicom::index::Kind::RtDose;
    if asked.doses.is_empty() && !source.objects.iter().any(is_dose) {
        let record = stated::stated(source, settings, asked)?;
        return Ok(FoundDose { record, ..FoundDose::default() });
    }
    match record_of(source, settings, asked, Which::AboutTheGap) {
        Ok(mut found) => {
            // What was said of the files of structures has been said.
            found.warnings.retain(|w| !source.warnings.contains(w));
            Ok(found)
        }
        Err(e) if asked.doses.is_empty() => {
            let message = source.labels.hide(&e.to_string());
            let warnings = vec![Warning::new("dose_not_used", message, "")];
            Ok(FoundDose { warnings, ..FoundDose::default() })
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
) -> Result<FoundDose, Error> {
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
    Ok(FoundDose { record: Some(out), warnings, doses: found.doses })
}
