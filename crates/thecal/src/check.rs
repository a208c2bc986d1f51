//! The main job: from a study to its report.

use std::path::PathBuf;

use thecal_dose::Dose;
use thecal_report::{self as report, Input, UncertaintyRecord};
use thecal_store::Store;

use crate::assessment::Assessment;
use crate::dose;
use crate::error::Error;
use crate::implausible::implausible;
use crate::load::Loaded;
use crate::measure::{self, Parts};
use crate::measured::{Measured, MovedAnatomy, Residual};
use crate::phase::{Phase, PhaseKind};
use crate::prv;
use crate::record;
use crate::separate::separate;
use crate::settings::{Settings, Thresholds};
use crate::source::{self, Source};
use crate::target_rule;
use crate::uncertain_dose;
use crate::uncertainty::{self, Solids};
use crate::uncertainty_settings::UncertaintySettings;

/// Measures the gaps of the study in `paths` (folders, searched below, or files).
///
/// # Errors
/// When nothing usable is found, a choice is not unique, a chosen structure cannot be read or
/// forms no solid, or structures lie in different frames of reference.
///
/// A study without cord, or without tumour, is not an error: its headline is `not_assessable`.
pub fn check(paths: &[PathBuf], settings: &Settings) -> Result<report::Report, Error> {
    measure_study(paths, settings).map(|measured| measured.report)
}

/// Measures as [`check`] does, and keeps the solids for pictures and structures of the result.
///
/// # Errors
/// As [`check`].
pub fn measure_study(paths: &[PathBuf], settings: &Settings) -> Result<Measured, Error> {
    measure_study_in(&Store::files(), paths, settings)
}

/// As [`measure_study`], of a study in a store: in memory, for example. `paths` are places in it.
///
/// # Errors
/// As [`check`].
///
/// # Example
/// A study that a program was sent as bytes:
/// ```
/// use std::path::PathBuf;
/// use thecal::store::{MemoryStore, Store};
/// use thecal::{Settings, measure_study_in};
/// use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
///
/// let folder = tempfile::tempdir()?;
/// let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 1.0, 2.0) };
/// write_study(&spec, folder.path())?;
/// let sent = std::fs::read(folder.path().join("RS.dcm"))?;
/// drop(folder);
///
/// let mut memory = MemoryStore::new();
/// memory.insert("RS.dcm", sent);
/// let everything = [PathBuf::new()];
/// let measured = measure_study_in(&Store::new(memory), &everything, &Settings::default())?;
/// assert!((measured.report.phases[0].pairs[0].gap_mm.expect("measured") - 2.0).abs() < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn measure_study_in(
    store: &Store,
    paths: &[PathBuf],
    settings: &Settings,
) -> Result<Measured, Error> {
    measure_source(&source::open(store, paths, settings)?, settings)
}

/// Measures a study whose files are known.
pub(crate) fn measure_source(source: &Source, settings: &Settings) -> Result<Measured, Error> {
    let separates = settings.separation.is_some();
    let loaded = Loaded::from_source(source, settings, separates, None)?;
    let target =
        if separates { target_rule::rule(&loaded.parts, &loaded.parts.ctvs)? } else { None };
    let fixed = loaded.fixed.clone();
    let mut done = evaluate(&source.inputs, loaded, settings)?;
    let extents = done.assessment.hold_to(target);
    let mut found = dose::section(source, settings)?;
    if let Some(record) = &mut found.record {
        dose::after_simulation(&mut record.gap_needed, &done.assessment.phases);
    }
    let dose = found.placed(source, fixed.as_ref(), settings.assume_same_frame)?;
    done.assessment.add_dose(found.record, found.warnings);
    done.judge_dose(None, dose.as_ref(), settings);
    let prvs = prv::audit(source, settings, &done.parts, fixed.as_ref())?;
    done.assessment.add_prvs(prvs.records, prvs.warnings);
    Ok(Measured {
        report: record::report(&done.assessment, settings, source),
        parts: done.parts,
        after: None,
        anatomies: done.anatomies,
        dose,
        fixed,
        residuals: done.residuals,
        extents,
        prvs: prvs.drawn,
        store: source.store.clone(),
        files: source.files.clone(),
        series: source.series.clone(),
        pictures: source.pictures.clone(),
        labels: source.labels.clone(),
    })
}

/// A study with what was found of it, before the record is made.
#[derive(Debug)]
pub(crate) struct Evaluated {
    pub(crate) assessment: Assessment,
    pub(crate) parts: Parts,
    pub(crate) anatomies: Vec<MovedAnatomy>,
    pub(crate) residuals: Vec<Residual>,
}

/// Measures what was loaded, and simulates the separation that is asked for.
pub(crate) fn evaluate(
    inputs: &[Input],
    loaded: Loaded,
    settings: &Settings,
) -> Result<Evaluated, Error> {
    let Loaded { parts, structures, mut warnings, assumed, .. } = loaded;
    let (pairs, more) = measure::pairs(&parts, &settings.thresholds);
    warnings.extend(more);
    warnings.extend(implausible(&pairs));
    let mut phases = vec![Phase { kind: PhaseKind::Drawn, pairs }];
    let mut separation = None;
    let (mut residuals, mut anatomies) = (Vec::new(), Vec::new());
    if let Some(asked) = settings.separation.as_ref().filter(|_| !parts.tumours.is_empty()) {
        let done = separate(&parts, &phases[0].pairs, &settings.thresholds, asked, settings.ends)?;
        phases.extend(done.phases);
        warnings.extend(done.warnings);
        separation = Some(done.separation);
        (residuals, anatomies) = (done.residuals, done.anatomies);
    }
    let assessment = Assessment {
        inputs: inputs.to_vec(),
        structures,
        assumed_same_frame: assumed,
        phases,
        separation,
        target: None,
        comparison: None,
        dose: None,
        uncertainty: None,
        warnings,
    };
    let mut done = Evaluated { assessment, parts, anatomies, residuals };
    if let Some(asked) = &settings.uncertainty {
        done.judge_uncertainty(None, &settings.thresholds, asked);
    }
    Ok(done)
}

impl Evaluated {
    /// Says how sure the doses of the anatomy as drawn are, where there is an accepted dose; of a study
    /// after an operation with its parts.
    pub(crate) fn judge_dose(
        &mut self,
        operated: Option<&Parts>,
        dose: Option<&Dose>,
        settings: &Settings,
    ) {
        let of = if operated.is_some() { PhaseKind::Operated } else { PhaseKind::Drawn };
        let phase = self.assessment.phases.iter().find(|p| p.kind == of);
        let gap = phase.and_then(|p| p.pairs.iter().find_map(|pair| pair.gap().map(|g| g.gap)));
        let Assessment { uncertainty, dose: record, .. } = &mut self.assessment;
        let asked = settings.uncertainty.as_ref().zip(uncertainty.as_mut());
        let Some((((asked, out), record), (dose, gap))) =
            asked.zip(record.as_ref()).zip(dose.zip(gap))
        else {
            return;
        };
        let pivot = gap.a_mm + 0.5 * (gap.b_mm - gap.a_mm);
        let parts = operated.unwrap_or(&self.parts);
        out.dose = uncertain_dose::section(record, dose, parts, pivot, asked);
    }

    /// Says how sure the gaps are; those of the study after an operation too, where one is given with
    /// its parts.
    pub(crate) fn judge_uncertainty(
        &mut self,
        operated: Option<&Parts>,
        thresholds: &Thresholds,
        asked: &UncertaintySettings,
    ) {
        let solids = Solids {
            parts: &self.parts,
            operated,
            residuals: &self.residuals,
            anatomies: &self.anatomies,
        };
        let assessment = &mut self.assessment;
        let (record, warnings) =
            uncertainty::section(&assessment.phases, &solids, thresholds, asked);
        let prv = assessment.uncertainty.take().map(|known| known.prv).unwrap_or_default();
        assessment.uncertainty = Some(UncertaintyRecord { prv, ..record });
        assessment.warnings.extend(warnings);
    }
}
