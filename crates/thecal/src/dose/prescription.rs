//! What is prescribed: by the plan, or by the user's word.

use thecal_dicom::plan::{
    Plan, Prescription as PlanPrescription, ReferenceKind, ReferenceStructure,
};

use super::gate::Reasons;
use crate::dose_settings::DoseSettings;

/// What is prescribed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prescription {
    pub(super) dose_gy: Option<f64>,
    pub(super) fractions: Option<u32>,
    /// ROI number of the target in the plan.
    pub(super) target_roi: Option<i64>,
}

/// The prescription of the doses, from the user's word before that of the plans.
pub(super) fn prescription(
    plans: &[Plan],
    settings: &DoseSettings,
    reasons: &mut Reasons,
) -> Prescription {
    let of_plans: Vec<Option<f64>> = plans.iter().map(|p| target_dose_gy(p, reasons)).collect();
    let sum = of_plans.iter().copied().sum::<Option<f64>>().filter(|_| !plans.is_empty());
    let dose_gy = settings.prescription_gy.or(sum);
    if dose_gy.is_none() {
        reasons.refuse(
            "prescription_unknown",
            "no prescribed dose is known, so that the dose cannot be held against it; give it with \
             --rx GY",
        );
    }
    let fractions = settings.fractions.or_else(|| fractions(plans));
    if fractions.is_none() {
        reasons.doubt(
            "fractions_unknown",
            "the number of fractions is not known, so that no limit applies; give it with \
             --fractions N",
        );
    }
    let roi = |p: &Plan| of_targets(p).first().and_then(|x| x.roi_number);
    Prescription { dose_gy, fractions, target_roi: plans.first().and_then(roi) }
}

/// The prescriptions of a plan to its targets. What is stated for a point stands back where others are
/// stated for a region or a site: points are used to verify plans, too.
fn of_targets(plan: &Plan) -> Vec<&PlanPrescription> {
    let targets = plan.prescriptions.iter().filter(|p| p.kind == Some(ReferenceKind::Target));
    let with_dose: Vec<&PlanPrescription> = targets.filter(|p| p.dose_gy.is_some()).collect();
    let of_point = |p: &&&PlanPrescription| {
        matches!(p.structure, Some(ReferenceStructure::Point | ReferenceStructure::Coordinates))
    };
    let others: Vec<_> = with_dose.iter().filter(|p| !of_point(p)).copied().collect();
    if others.is_empty() { with_dose } else { others }
}

/// The largest dose that a plan prescribes to a target, Gy.
fn target_dose_gy(plan: &Plan, reasons: &mut Reasons) -> Option<f64> {
    let doses: Vec<f64> = of_targets(plan).iter().filter_map(|p| p.dose_gy).collect();
    let most = doses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if doses.iter().any(|d| (d - most).abs() > 0.005) {
        let listed: Vec<String> = doses.iter().map(|d| format!("{d:.2}")).collect();
        reasons.doubt(
            "prescriptions_several",
            format!(
                "the plan prescribes {} Gy to its targets; the largest is taken (--rx GY and \
                 --target NAME choose)",
                listed.join(", ")
            ),
        );
    }
    most.is_finite().then_some(most)
}

/// The number of fractions, where the plans give one.
fn fractions(plans: &[Plan]) -> Option<u32> {
    let mut all = plans.iter().flat_map(Plan::fractions);
    let first = all.next()??;
    all.all(|n| n == Some(first)).then_some(first).filter(|_| plans.len() == 1)
}
