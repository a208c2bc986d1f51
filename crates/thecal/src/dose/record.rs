//! What was found of a dose, as its record.

use thecal_dicom::plan::Plan;
use thecal_dose::{Demand, Figure, LimitAnswer, LimitUnit, LimitVerdict, Metric, PriorRt};
use thecal_report as report;
use thecal_report::text::plain;

use super::find::ReadDose;
use crate::dose_settings::DoseSettings;

/// A dose that was read.
pub(super) fn input(read: &ReadDose, plans: &[Plan]) -> report::DoseInput {
    let dose = &read.dose;
    let head = &dose.head;
    let plan = head.plan_uids().into_iter().next();
    let of_plan = |p: &&Plan| p.sop_instance_uid.is_some() && p.sop_instance_uid == plan;
    let fractions = plans.iter().find(of_plan).and_then(|p| match p.fractions().as_slice() {
        [one] => *one,
        _ => None,
    });
    let lattice = &head.lattice;
    report::DoseInput {
        sop_instance_uid: head.sop_instance_uid.clone(),
        units: head.units.as_ref().map(|t| plain(&t.to_string()).into_owned()),
        r#type: head.dose_type.as_ref().map(|t| plain(&t.to_string()).into_owned()),
        summation: head.summation.as_ref().map(|t| plain(&t.to_string()).into_owned()),
        plan,
        fractions,
        grid_mm: [lattice.spacing_mm[0], lattice.spacing_mm[1], lattice.steps_mm()[1]],
        max_gy: dose.values.iter().copied().fold(f32::NEG_INFINITY, f32::max).into(),
        content_sha256: read.content_sha256.clone(),
    }
}

/// A record in which nothing is found yet.
pub(super) fn empty(
    prescription_gy: Option<f64>,
    fractions: Option<u32>,
    asked: &DoseSettings,
) -> report::DoseRecord {
    report::DoseRecord {
        inputs: Vec::new(),
        gate: report::Gate { accepted: false, reasons: Vec::new() },
        prescription_gy,
        fractions,
        prior_rt: prior_rt(asked.prior_rt),
        structures: Vec::new(),
        limits: Vec::new(),
        across_gap: Vec::new(),
        isodose_gaps: Vec::new(),
        epidural: Vec::new(),
        gap_needed: Vec::new(),
    }
}

fn prior_rt(prior: PriorRt) -> report::PriorRt {
    match prior {
        PriorRt::None => report::PriorRt::None,
        PriorRt::Unknown => report::PriorRt::Unknown,
        PriorRt::Given { eqd2_gy, .. } => report::PriorRt::Eqd2Gy(eqd2_gy),
    }
}

pub(super) fn metric(metric: &Metric, figure: &Figure) -> report::DoseMetric {
    report::DoseMetric {
        metric: metric.to_string(),
        value: figure.value,
        lower: figure.lower,
        upper: figure.upper,
        unit: figure.unit.as_str().to_owned(),
        reason: figure.reason.as_ref().map(ToString::to_string),
    }
}

/// The answer to a row of limits.
pub(super) fn limit(answer: &LimitAnswer) -> report::LimitRecord {
    let row = &answer.row;
    let is_dose = matches!(answer.unit, LimitUnit::Gy | LimitUnit::GyEqd2 | LimitUnit::GyBed);
    let compared = answer.compared.filter(|_| is_dose);
    let fractions = match &row.demand {
        Demand::Dose { fractions, .. } => Some(fractions.get()),
        _ => None,
    };
    report::LimitRecord {
        id: plain(&row.id).into_owned(),
        structure: row.structure_in_words(),
        metric: demand(&row.demand),
        fractions,
        unit: answer.unit.as_str().to_owned(),
        limit_gy: is_dose.then_some(answer.limit),
        value_gy: compared.and_then(|c| c.value),
        lower_gy: compared.and_then(|c| c.lower),
        upper_gy: compared.and_then(|c| c.upper),
        of: answer.of.clone(),
        made: answer.made,
        verdict: match answer.verdict {
            LimitVerdict::Pass => report::LimitVerdict::Pass,
            LimitVerdict::Fail => report::LimitVerdict::Fail,
            LimitVerdict::Indeterminate => report::LimitVerdict::Indeterminate,
            LimitVerdict::NotApplicable => report::LimitVerdict::NotApplicable,
        },
        reason: Some(plain(&answer.reason).into_owned()).filter(|r| !r.is_empty()),
        source: plain(&row.source).into_owned(),
        doi: row.doi.as_deref().map(|doi| plain(doi).into_owned()),
        status: row.status.as_str().to_owned(),
    }
}

/// What a row limits, in the words of tables.
fn demand(demand: &Demand) -> String {
    match demand {
        Demand::Dose { metric, .. } => metric.to_string(),
        Demand::CourseEqd2 { .. } => "Dmax as EQD2".to_owned(),
        Demand::CumulativeEqd2 { .. } => "Dmax as EQD2, all courses".to_owned(),
        Demand::ShareOfCumulative { .. } => "share of this course in EQD2".to_owned(),
        Demand::CumulativeBed { .. } => "Dmax as BED, all courses".to_owned(),
        Demand::MonthsSince { .. } => "months since the earlier course".to_owned(),
    }
}
