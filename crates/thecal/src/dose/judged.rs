//! What the gate lets pass: figures, limits and the way across the gap.

use std::num::NonZeroU32;

use thecal_dose::{Course, Dose, Limits, Metric};
use thecal_geom::Warning;
use thecal_mask::role::Role;
use thecal_report as report;

use super::figures::{self, Figures};
use super::find::Found;
use super::gate::{self, Reasons};
use super::prescription::Prescription;
use super::structures::{DoseStructure, DoseStructures};
use super::{gap, held, placed, record};
use crate::dose_settings::DoseSettings;
use crate::error::{Error, Fault};
use crate::settings::Settings;
use crate::source::Source;

/// All that figures rest on.
pub(super) struct Judged<'a> {
    pub(super) settings: &'a Settings,
    pub(super) asked: &'a DoseSettings,
    pub(super) limits: Limits,
    pub(super) found: &'a Found,
    pub(super) structures: &'a DoseStructures,
    pub(super) prescribed: Prescription,
}

impl Judged<'_> {
    /// Fills in what the gate lets pass.
    pub(super) fn fill(
        &self,
        source: &Source,
        out: &mut report::DoseRecord,
        reasons: &mut Reasons,
        warnings: &mut Vec<Warning>,
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
            warnings.extend(self.look_across(out, &course, &dose, prescription_gy));
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
    ) -> Vec<Warning> {
        let Some(cord) = self.structures.of_role(Role::Cord).next() else { return Vec::new() };
        let tumours: Vec<&DoseStructure> = self.structures.of_role(Role::Tumour).collect();
        let allowed = gap::allowed(&self.limits, course);
        let asked = gap::Asked {
            prescription_gy,
            edge_gy: self.asked.edge_gy,
            falloff_pct_per_mm: self.asked.falloff_pct_per_mm,
            allowed: &allowed,
        };
        let between = gap::between(&tumours, cord, Some(dose), &asked);
        out.across_gap = between.across;
        out.isodose_gaps = between.isodoses;
        out.epidural = between.epidural;
        out.gap_needed = between.needed;
        between.warnings
    }
}

fn fault(e: thecal_dose::DoseVolumeError) -> Error {
    Fault::DoseVolume(e).into()
}
