//! What the structures of a study receive.

mod figures;
mod find;
mod gap;
mod gate;
mod held;
mod placed;
mod prescription;
mod record;
mod structures;

use std::num::NonZeroU32;
use std::path::PathBuf;

use thecal_dose::{Course, Dose, LimitRow, Limits, Metric};
use thecal_geom::Warning;
use thecal_mask::role::Role;
use thecal_report as report;
use thecal_store::Store;

use crate::dose_settings::DoseSettings;
use crate::error::{Error, Fault};
use crate::settings::Settings;
use crate::source::{self, Source};
use figures::Figures;
use find::Found;
use gate::Reasons;
use prescription::{Prescription, prescription};
use structures::{DoseStructure, DoseStructures, structures};

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

/// Structures that figures are given of where none are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// All.
    All,
    /// Targets and what lies in the canal.
    AboutTheGap,
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
        return Ok(nothing);
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
pub(crate) fn record_of(
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
        gate: Reasons::default().into_gate(),
        prescription_gy: prescribed.dose_gy,
        fractions: prescribed.fractions,
        prior_rt: record::prior_rt(asked.prior_rt),
        structures: Vec::new(),
        limits: Vec::new(),
        across_gap: Vec::new(),
        isodose_gaps: Vec::new(),
        epidural: Vec::new(),
        gap_needed: Vec::new(),
    };
    let judged =
        Judged { settings, asked, limits, found: &found, structures: &structures, prescribed };
    judged.fill(source, &mut out, &mut reasons)?;
    out.gate = reasons.into_gate();
    Ok((out, warnings))
}

/// All that figures rest on.
struct Judged<'a> {
    settings: &'a Settings,
    asked: &'a DoseSettings,
    limits: Limits,
    found: &'a Found,
    structures: &'a DoseStructures,
    prescribed: Prescription,
}

impl Judged<'_> {
    /// Fills in what the gate lets pass.
    fn fill(
        &self,
        source: &Source,
        out: &mut report::DoseRecord,
        reasons: &mut Reasons,
    ) -> Result<(), Error> {
        let (fixed, assume) = (&self.structures.fixed, self.settings.assume_same_frame);
        // Values that are no dose are not looked at.
        if !reasons.accept() {
            return Ok(());
        }
        let placed = placed::placed(&self.found.doses, &source.frames, fixed, assume, reasons)?;
        let (Some(dose), Some(prescription_gy)) = (placed, self.prescribed.dose_gy) else {
            return Ok(());
        };
        let figures = Figures::new(&dose);
        let Some(target) = self.target(source, &figures, prescription_gy, reasons)? else {
            return Ok(());
        };
        if !reasons.accept() {
            return Ok(());
        }
        let metrics = self.metrics();
        out.structures = figures::rows(&self.structures.all, &figures, &metrics).map_err(fault)?;
        if let Some(fractions) = self.prescribed.fractions.and_then(NonZeroU32::new) {
            let course = Course { fractions, prior: self.asked.prior_rt };
            self.hold(out, &course, target, &figures, &metrics);
            self.look_across(out, &course, &dose, prescription_gy);
        }
        Ok(())
    }

    /// The target that the prescription is for, where it receives about what is prescribed.
    fn target(
        &self,
        source: &Source,
        figures: &Figures<'_>,
        prescription_gy: f64,
        reasons: &mut Reasons,
    ) -> Result<Option<&DoseStructure>, Error> {
        let mut best: Option<(&DoseStructure, f64)> = None;
        for target in self.targets(source) {
            let volume = figures.of(&figures::key(target), &target.solid).map_err(fault)?;
            let Some(median_gy) = volume.figure(&Metric::DoseToPercent(50.0)).value else {
                continue;
            };
            if best.is_none_or(|(_, most)| median_gy > most) {
                best = Some((target, median_gy));
            }
        }
        let Some((target, median_gy)) = best else {
            reasons.refuse(
                "dose_target_unknown",
                "no target lies within the dose, so that nobody can tell whether the dose fits its \
                 prescription; name the target with --target NAME",
            );
            return Ok(None);
        };
        let fractions = self.prescribed.fractions;
        gate::target(&target.name, median_gy, prescription_gy, fractions, reasons);
        Ok(Some(target))
    }

    /// The structures that the prescription may be for: the one that is named, else that of the plan, else
    /// those of the first role of which there are any.
    fn targets(&self, source: &Source) -> Vec<&DoseStructure> {
        if let Some(name) = &self.asked.target {
            let meant = source.name_meant(name);
            let is_it = |s: &&DoseStructure| s.name == meant || s.name.eq_ignore_ascii_case(meant);
            return self.structures.all.iter().filter(is_it).collect();
        }
        let of_plan = self
            .prescribed
            .target_roi
            .and_then(|number| self.structures.all.iter().find(|s| s.number == Some(number)));
        if let Some(target) = of_plan {
            return vec![target];
        }
        let roles = [Role::Ptv, Role::Ctv, Role::Tumour];
        let of = |role| self.structures.of_role(role).collect::<Vec<_>>();
        roles.into_iter().map(of).find(|all| !all.is_empty()).unwrap_or_default()
    }

    fn metrics(&self) -> Vec<Metric> {
        let mut out = Metric::DEFAULTS.to_vec();
        for more in &self.asked.metrics {
            if !out.contains(more) {
                out.push(*more);
            }
        }
        out
    }

    fn hold(
        &self,
        out: &mut report::DoseRecord,
        course: &Course,
        target: &DoseStructure,
        figures: &Figures<'_>,
        metrics: &[Metric],
    ) {
        let limits = &self.limits;
        let (answers, made) =
            held::answers(limits, course, self.structures, target, figures, metrics);
        out.limits = answers.iter().map(record::limit).collect();
        out.structures.extend(made);
    }

    fn look_across(
        &self,
        out: &mut report::DoseRecord,
        course: &Course,
        dose: &Dose,
        prescription_gy: f64,
    ) {
        let Some(cord) = self.structures.of_role(Role::Cord).next() else { return };
        let tumours: Vec<&DoseStructure> = self.structures.of_role(Role::Tumour).collect();
        let rows = self.limits.rows().iter();
        let allowed: Vec<_> = rows.filter_map(|row: &LimitRow| row.allowed(course)).collect();
        let edge_gy = self.asked.edge_gy;
        let asked = gap::Asked { prescription_gy, edge_gy, allowed: &allowed };
        let between = gap::between(&tumours, cord, dose, &asked);
        out.across_gap = between.across;
        out.isodose_gaps = between.isodoses;
        out.gap_needed = between.needed;
    }
}

fn fault(e: thecal_dose::DoseVolumeError) -> Error {
    Fault::DoseVolume(e).into()
}
