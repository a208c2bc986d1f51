//! Dose figures with the study that they are drawn on.

use std::path::PathBuf;

use thecal_geom::Warning;
use thecal_report as report;
use thecal_store::Store;

use crate::check::measure_source;
use crate::dose::{self, FoundDose};
use crate::error::Error;
use crate::measured::Measured;
use crate::record;
use crate::settings::Settings;
use crate::source;

/// What structures receive, and the measured study that the dose is drawn on.
#[derive(Debug)]
#[non_exhaustive]
pub struct MeasuredDose {
    /// The figures.
    pub report: report::DoseReport,
    /// The gap of the same study with the dose; none where it cannot be measured, or the dose was refused.
    pub study: Option<Measured>,
}

/// As [`dvh`](crate::dvh), and measures the gap of the study for pictures of the dose on it.
///
/// # Errors
/// As [`dvh`](crate::dvh). A gap that cannot be measured is none: the report has a warning with the reason.
pub fn measure_dose(paths: &[PathBuf], settings: &Settings) -> Result<MeasuredDose, Error> {
    let source = source::open(&Store::files(), paths, settings)?;
    let default = crate::dose_settings::DoseSettings::default();
    let asked = settings.dose.as_ref().unwrap_or(&default);
    let found = dose::figures_of(&source, settings, asked)?;
    let drawn = drawn_on(&source, settings, &found);
    let mut report = found.into_report();
    let study = match drawn {
        Ok(study) => study.map(|study| with_record(study, &report.dose)),
        Err(e) => {
            let message =
                format!("the dose is not drawn on a slice: {}", source.labels.hide(&e.to_string()));
            report.warnings.push(record::warning(&Warning::new("dose_not_drawn", message, "")));
            None
        }
    };
    Ok(MeasuredDose { report, study })
}

/// The gap of the study, and the dose in its frame of reference; none where the dose was refused.
fn drawn_on(
    source: &source::Source,
    settings: &Settings,
    found: &FoundDose,
) -> Result<Option<Measured>, Error> {
    if !found.record.as_ref().is_some_and(|r| r.gate.accepted) {
        return Ok(None);
    }
    let plain = Settings { dose: None, separation: None, ..settings.clone() };
    let mut study = measure_source(source, &plain)?;
    study.dose = found.placed(source, study.fixed.as_ref(), settings.assume_same_frame)?;
    Ok(Some(study))
}

fn with_record(mut study: Measured, dose: &report::DoseRecord) -> Measured {
    study.report.dose = Some(dose.clone());
    study
}
