//! The gap that limits need before there is a plan, by a fall-off that is stated.

use std::num::NonZeroU32;

use thecal_dose::Course;
use thecal_mask::role::Role;
use thecal_report as report;

use super::gate::Reasons;
use super::structures::{DoseStructure, Which, structures};
use super::{gap, record};
use crate::dose_settings::DoseSettings;
use crate::error::{Error, Fault};
use crate::settings::Settings;
use crate::source::Source;

/// The record of a course that is stated with its prescription, fractions and fall-off; none where one of
/// them is not.
pub(super) fn stated(
    source: &Source,
    settings: &Settings,
    asked: &DoseSettings,
) -> Result<Option<report::DoseRecord>, Error> {
    let fractions = asked.fractions.and_then(NonZeroU32::new);
    let whole = (asked.falloff_pct_per_mm, fractions, asked.prescription_gy);
    let (Some(_), Some(fractions), Some(prescription_gy)) = whole else { return Ok(None) };
    let course = Course { fractions, prior: asked.prior_rt };
    let limits = asked.limits.limits().map_err(Fault::Limits)?;
    let structures = structures(source, settings, &[], Which::AboutTheGap)?;
    let allowed = gap::allowed(&limits, &course);
    let held = gap::Asked {
        prescription_gy,
        edge_gy: asked.edge_gy,
        falloff_pct_per_mm: asked.falloff_pct_per_mm,
        allowed: &allowed,
    };
    let mut out = record::empty(Some(prescription_gy), asked.fractions, asked);
    if let Some(cord) = structures.of_role(Role::Cord).next() {
        let tumours: Vec<&DoseStructure> = structures.of_role(Role::Tumour).collect();
        out.gap_needed = gap::between(&tumours, cord, None, &held).needed;
    }
    let mut reasons = Reasons::default();
    reasons
        .refuse("no_dose", "the study has no dose; the gap needed is that of the stated fall-off");
    out.gate = reasons.into_gate();
    Ok(Some(out))
}
