//! The columns of the wide table that are about the dose of a plan.

use crate::csv::number;
use crate::{
    AcrossGap, DoseMetric, DoseRecord, DoseStructure, GapNeeded, LimitRecord, LimitVerdict,
    PhaseRecord, PriorRt, Role,
};

/// The figures of the cord and of the tumour, each with its range, Gy.
const OF_CORD: [&str; 4] = ["Dmax", "D0.03cc", "D0.035cc", "D0.35cc"];
const OF_TUMOUR: [&str; 3] = ["D95%", "D98%", "Dmin"];

/// What is told of the dose as it meets the anatomy as contoured.
const GATE: [&str; 5] =
    ["dose_gate", "dose_gate_codes", "prescription_gy", "fractions", "prior_rt"];
const LIMITS: [&str; 5] =
    ["limits_pass", "limits_fail", "limits_indeterminate", "limits_worst", "limits_worst_row"];
const ACROSS: [&str; 6] = [
    "gap_dose_tumour_end_gy",
    "gap_dose_cord_end_gy",
    "gap_falloff_mean_gy_per_mm",
    "gap_falloff_mean_pct_per_mm",
    "gap_falloff_steepest_gy_per_mm",
    "gap_falloff_steepest_pct_per_mm",
];
/// What is told of simulated phases too.
const NEEDED: [&str; 6] = [
    "gap_needed_mm",
    "gap_needed_lower_mm",
    "gap_needed_upper_mm",
    "gap_lacking_mm",
    "gap_needed_row",
    "gap_needed_model",
];

/// The columns.
pub(super) fn columns() -> Vec<String> {
    let mut out = GATE.map(str::to_owned).to_vec();
    let figures = |part: &'static str, metrics: &'static [&'static str]| {
        metrics.iter().flat_map(move |m| {
            let name = format!("{part}_{}", m.trim_end_matches('%'));
            [format!("{name}_gy"), format!("{name}_lower_gy"), format!("{name}_upper_gy")]
        })
    };
    out.extend(figures("cord", &OF_CORD));
    out.extend(figures("tumour", &OF_TUMOUR));
    out.extend(LIMITS.into_iter().chain(ACROSS).chain(NEEDED).map(str::to_owned));
    out
}

/// The cells of a phase; `tumour` is the one that its row is about.
///
/// A plan is made for the anatomy as contoured, or as it is after an operation: phases that are simulated
/// have the gap that is needed and lacking, and no dose.
pub(super) fn cells(
    dose: Option<&DoseRecord>,
    phase: &PhaseRecord,
    tumour: Option<&str>,
) -> Vec<String> {
    let Some(dose) = dose else { return vec![String::new(); columns().len()] };
    let mut out = Vec::new();
    if phase.scenario.is_none() {
        gate(&mut out, dose);
        let way = dose.shortest_ways().find(|way| tumour.is_none_or(|t| way.a == t));
        let cord = way.map(|w| w.b.as_str());
        figures(&mut out, of_role(dose, Role::Cord, cord), &OF_CORD);
        figures(&mut out, of_role(dose, Role::Tumour, tumour), &OF_TUMOUR);
        limits(&mut out, dose);
        across(&mut out, way);
    } else {
        out.resize(columns().len() - NEEDED.len(), String::new());
    }
    needed(&mut out, dose, phase, tumour);
    out
}

fn gate(out: &mut Vec<String>, dose: &DoseRecord) {
    out.push(if dose.gate.accepted { "accepted" } else { "refused" }.to_owned());
    let codes: Vec<&str> = dose.gate.reasons.iter().map(|r| r.code.as_str()).collect();
    out.push(codes.join(";"));
    out.push(number(dose.prescription_gy));
    out.push(dose.fractions.map_or_else(String::new, |n| n.to_string()));
    let prior = match dose.prior_rt {
        PriorRt::None => "none",
        PriorRt::Unknown => "unknown",
        PriorRt::Eqd2Gy(_) => "given",
    };
    out.push(prior.to_owned());
}

/// The drawn structure of a role: the one of a name, else the only one.
fn of_role<'a>(dose: &'a DoseRecord, role: Role, name: Option<&str>) -> Option<&'a DoseStructure> {
    let drawn = |s: &&DoseStructure| s.role == role && s.derived_from.is_none();
    let mut all = dose.structures.iter().filter(drawn);
    match name {
        Some(name) => all.find(|s| s.name == name),
        None => all.next().filter(|_| all.next().is_none()),
    }
}

fn figures(out: &mut Vec<String>, structure: Option<&DoseStructure>, metrics: &[&str]) {
    for name in metrics {
        let found = structure.and_then(|s| s.metrics.iter().find(|m| m.metric == *name));
        let get = |of: fn(&DoseMetric) -> Option<f64>| number(found.and_then(of));
        out.extend([get(|m| m.value), get(|m| m.lower), get(|m| m.upper)]);
    }
}

fn limits(out: &mut Vec<String>, dose: &DoseRecord) {
    let of = |verdict| dose.limits.iter().filter(move |l: &&LimitRecord| l.verdict == verdict);
    let ranked = [LimitVerdict::Pass, LimitVerdict::Fail, LimitVerdict::Indeterminate];
    for verdict in ranked {
        // Of a refused dose nothing was held against a limit.
        let count = dose.gate.accepted.then(|| of(verdict).count());
        out.push(count.map_or_else(String::new, |n| n.to_string()));
    }
    let [pass, fail, open] = ranked;
    let worst = [fail, open, pass].into_iter().find_map(|verdict| {
        // Of several the one that the figure is nearest to, or farthest above.
        let share = |l: &LimitRecord| l.value_gy.zip(l.limit_gy).map_or(0.0, |(v, most)| v / most);
        of(verdict).max_by(|a, b| share(a).total_cmp(&share(b)))
    });
    out.push(worst.map_or_else(String::new, |l| l.verdict.as_str().to_owned()));
    out.push(worst.map_or_else(String::new, |l| l.id.clone()));
}

fn across(out: &mut Vec<String>, way: Option<&AcrossGap>) {
    let get = |of: fn(&AcrossGap) -> Option<f64>| number(way.and_then(of));
    out.extend([
        get(|w| w.dose_a_gy),
        get(|w| w.dose_b_gy),
        get(|w| w.mean_gy_per_mm),
        get(|w| w.mean_pct_per_mm),
        get(|w| w.steepest_gy_per_mm),
        get(|w| w.steepest_pct_per_mm),
    ]);
}

/// The row that asks for the largest gap, by the plan's own isodose where there is one.
fn needed(out: &mut Vec<String>, dose: &DoseRecord, phase: &PhaseRecord, tumour: Option<&str>) {
    let here =
        |n: &&GapNeeded| n.rules && n.scenario == phase.scenario && tumour.is_none_or(|t| n.a == t);
    let of_plan = |n: &&GapNeeded| n.model == "plan_isodose";
    let all = || dose.gap_needed.iter().filter(here);
    let found = all().find(of_plan).or_else(|| all().next());
    let get = |of: fn(&GapNeeded) -> Option<f64>| number(found.and_then(of));
    out.extend([
        get(|n| n.needed_mm),
        get(|n| n.needed_lower_mm),
        get(|n| n.needed_upper_mm),
        get(|n| n.lacking_mm),
        found.map_or_else(String::new, |n| n.limit.clone()),
        found.map_or_else(String::new, |n| n.model.clone()),
    ]);
}
