//! What structures receive, as terminal text.

use std::fmt::Write as _;

use anstyle::AnsiColor;

use super::{Paint, wrap};
use crate::text::{fixed, words};
use crate::{
    DoseMetric, DoseRecord, DoseReport, DoseStructure, LimitRecord, LimitVerdict, PriorRt, Role,
};

/// Columns of the structures that are to receive a dose, and of those that are to be spared.
const OF_TARGETS: [&str; 4] = ["D98%", "D95%", "Dmean", "Dmax"];
const OF_OTHERS: [&str; 4] = ["Dmax", "D0.035cc", "D0.35cc", "Dmean"];

/// The text of a dose record. Holds no patient identity.
///
/// `colour` adds ANSI colours; words say the same without them.
#[must_use]
pub fn dose(record: &DoseRecord, colour: bool) -> String {
    let paint = Paint { colour };
    let mut out = gate(record, &paint);
    let is_target = |s: &&DoseStructure| matches!(s.role, Role::Tumour | Role::Ctv | Role::Ptv);
    let (targets, others): (Vec<_>, Vec<_>) = record.structures.iter().partition(is_target);
    out.push_str(&table("Targets, Gy", &targets, &OF_TARGETS));
    out.push_str(&table("Other structures, Gy", &others, &OF_OTHERS));
    out.push_str(&limits(record, &paint));
    out.push_str(&across(record));
    out.push_str(&needed(record));
    out
}

/// The text of `thecal dvh`: the dose, then the warnings.
#[must_use]
pub fn dvh(report: &DoseReport, colour: bool) -> String {
    let paint = Paint { colour };
    let mut out = dose(&report.dose, colour);
    super::ending(&mut out, report.warnings.iter().map(|w| (None, w)), &paint);
    out
}

fn gate(record: &DoseRecord, paint: &Paint) -> String {
    let word = if record.gate.accepted { "Dose accepted" } else { "DOSE REFUSED" };
    let mut text = format!("{word}: {}", prescribed(record));
    if let Some(input) = record.inputs.first() {
        let [column, row, plane] = input.grid_mm;
        let several = match record.inputs.len() {
            1 => String::new(),
            n => format!("{n} doses summed, "),
        };
        let _ = write!(
            text,
            "; {several}grid {column:.2} x {row:.2} x {plane:.2} mm, largest value {:.2} Gy",
            record.inputs.iter().map(|i| i.max_gy).fold(0.0, f64::max)
        );
    }
    let mut out = String::new();
    wrap(&mut out, "", "  ", &text);
    let colour = if record.gate.accepted { AnsiColor::Green } else { AnsiColor::Red };
    out = out.replacen(word, &paint.with(colour, word), 1);
    for reason in &record.gate.reasons {
        wrap(&mut out, "  ", "    ", &format!("[{}] {}", reason.code, reason.message));
    }
    if !record.gate.accepted {
        out.push_str("  No figure of this dose is given.\n");
    }
    out
}

fn prescribed(record: &DoseRecord) -> String {
    let dose = record.prescription_gy.map_or_else(
        || "the prescribed dose is not known".to_owned(),
        |gy| format!("{gy:.2} Gy prescribed"),
    );
    let fractions = match record.fractions {
        Some(1) => "in one fraction".to_owned(),
        Some(n) => format!("in {n} fractions"),
        None => "in an unknown number of fractions".to_owned(),
    };
    let prior = match record.prior_rt {
        PriorRt::None => "no earlier radiotherapy".to_owned(),
        PriorRt::Unknown => "earlier radiotherapy unknown".to_owned(),
        PriorRt::Eqd2Gy(gy) => format!("earlier radiotherapy {gy} Gy EQD2"),
    };
    format!("{dose} {fractions}, {prior}")
}

/// A figure, and its range in the words of the tables of gaps.
fn figure(metric: Option<&DoseMetric>) -> [String; 2] {
    let Some(m) = metric else { return ["-".to_owned(), String::new()] };
    let range = match (m.value, m.lower, m.upper) {
        (Some(_), Some(lo), Some(hi)) => format!("{} to {}", fixed(lo, 2), fixed(hi, 2)),
        _ => String::new(),
    };
    [m.value.map_or_else(|| "none".to_owned(), |v| fixed(v, 2)), range]
}

/// Figures of structures, three lines each, so that four figures with their ranges keep within the
/// width of a terminal whatever a structure is called.
fn table(title: &str, structures: &[&DoseStructure], metrics: &[&str]) -> String {
    const FIRST: usize = 9;
    const WIDE: usize = 15;
    if structures.is_empty() {
        return String::new();
    }
    let (title_wide, first) = (FIRST + 2 + WIDE, metrics.first().copied().unwrap_or_default());
    let mut out = format!("\n{title}{first:>w$}", w = title_wide.saturating_sub(title.len()));
    for metric in metrics.iter().skip(1) {
        let _ = write!(out, "  {metric:>WIDE$}");
    }
    out.push('\n');
    for s in structures {
        wrap(&mut out, "  ", "    ", &named(s));
        let of = |name: &&str| figure(s.metrics.iter().find(|m| m.metric == **name));
        let figures: Vec<[String; 2]> = metrics.iter().map(of).collect();
        for (k, word) in ["    dose", "    range"].into_iter().enumerate() {
            let mut line = format!("{word:<FIRST$}");
            for figure in &figures {
                let _ = write!(line, "  {:>WIDE$}", figure[k]);
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    for s in structures {
        let asked = s.metrics.iter().filter(|m| metrics.contains(&m.metric.as_str()));
        for m in asked.filter(|m| m.value.is_none()) {
            let why = m.reason.as_deref().unwrap_or("it could not be determined");
            wrap(&mut out, "  ", "    ", &format!("{} {}: {why}", s.name, m.metric));
        }
    }
    out
}

/// A structure with what it was made from.
fn named(s: &DoseStructure) -> String {
    match &s.derived_from {
        Some(from) => format!("{} + {} mm (made here)", from.structure, from.expansion_mm),
        None => format!("{} ({})", s.name, words(s.role.as_str())),
    }
}

fn limits(record: &DoseRecord, paint: &Paint) -> String {
    let mut out = String::new();
    if record.limits.is_empty() {
        return out;
    }
    out.push_str("\nLimits\n");
    let apply = |l: &&LimitRecord| l.verdict != LimitVerdict::NotApplicable;
    for limit in record.limits.iter().filter(apply) {
        let (word, colour) = match limit.verdict {
            LimitVerdict::Pass => ("pass", AnsiColor::Green),
            LimitVerdict::Fail => ("FAIL", AnsiColor::Red),
            _ => ("undetermined", AnsiColor::Yellow),
        };
        let mut line = String::new();
        wrap(&mut line, "  ", "    ", &format!("{word}: {}", limit_text(limit)));
        out.push_str(&line.replacen(word, &paint.with(colour, word), 1));
    }
    let others = record.limits.iter().filter(|l| !apply(l)).count();
    if others > 0 {
        let _ = writeln!(out, "  limits that do not apply: {others}; --json gives the reasons");
    }
    out
}

fn limit_text(limit: &LimitRecord) -> String {
    let of_course = match limit.fractions {
        Some(1) => " in one fraction".to_owned(),
        Some(n) => format!(" in {n} fractions"),
        None => String::new(),
    };
    let at_most = limit.limit_gy.map_or_else(String::new, |gy| format!(" at most {gy} Gy"));
    let mut text = format!("{} {}{at_most}{of_course}", limit.structure, limit.metric);
    if let Some(value) = limit.value_gy {
        let _ = write!(text, ": {value:.2} {}", limit.unit);
        if let (Some(lo), Some(hi)) = (limit.lower_gy, limit.upper_gy) {
            let _ = write!(text, " ({} to {})", fixed(lo, 2), fixed(hi, 2));
        }
    }
    if let Some(reason) = &limit.reason {
        let _ = write!(text, "; {reason}");
    }
    let _ = write!(text, " ({}, {})", limit.source, limit.status);
    text
}

fn across(record: &DoseRecord) -> String {
    let mut out = String::new();
    let closest = |a: &&crate::AcrossGap, b: &&crate::AcrossGap| a.gap_mm.total_cmp(&b.gap_mm);
    let Some(least) = record.across_gap.iter().min_by(closest) else { return out };
    let gy =
        |dose: Option<f64>| dose.map_or_else(|| "no dose".to_owned(), |d| format!("{d:.2} Gy"));
    let mut text = format!(
        "Across the gap of {:.2} mm: {} at the tumour, {} at the cord",
        least.gap_mm,
        gy(least.dose_a_gy),
        gy(least.dose_b_gy)
    );
    if let (Some(mean), Some(steepest)) = (least.mean_gy_per_mm, least.steepest_gy_per_mm) {
        let _ = write!(text, "; mean fall-off {mean:.2} Gy/mm, steepest {steepest:.2} Gy/mm");
        if let (Some(m), Some(s)) = (least.mean_pct_per_mm, least.steepest_pct_per_mm) {
            let _ = write!(text, " ({m:.1} and {s:.1} % of the prescription per mm)");
        }
    }
    if let Some(reason) = &least.reason {
        let _ = write!(text, "; {reason}");
    }
    out.push('\n');
    wrap(&mut out, "", "  ", &text);
    out
}

fn needed(record: &DoseRecord) -> String {
    let mut out = String::new();
    let simulated = |g: &&crate::GapNeeded| g.scenario.is_some();
    let rules = || record.gap_needed.iter().filter(|g| g.rules);
    for drawn in rules().filter(|g| !simulated(g)) {
        let edge = drawn
            .edge_dose_gy
            .map_or_else(String::new, |gy| format!(" with {gy:.2} Gy at the tumour's edge"));
        let mut text = format!("Gap needed for {} ({:.2} Gy){edge}: ", drawn.limit, drawn.limit_gy);
        match (drawn.needed_mm, rest(drawn)) {
            (Some(needed), Some(rest)) => {
                let _ = write!(text, "{needed:.2} mm; the gap is {:.2} mm, {rest}", drawn.had_mm);
            }
            _ => text.push_str(drawn.reason.as_deref().unwrap_or("it cannot be determined")),
        }
        let _ = write!(text, " ({})", words(&drawn.model));
        wrap(&mut out, "", "  ", &text);
        let same = |g: &&crate::GapNeeded| {
            (&g.a, &g.limit, &g.model) == (&drawn.a, &drawn.limit, &drawn.model)
        };
        for after in rules().filter(simulated).filter(same) {
            let (Some(scenario), Some(rest)) = (&after.scenario, rest(after)) else { continue };
            let scenario = words(scenario);
            let text = format!("simulated, {scenario}: {:.2} mm, {rest}", after.had_mm);
            wrap(&mut out, "  ", "    ", &text);
        }
        wrap(&mut out, "  ", "  ", &drawn.assumptions);
    }
    out
}

/// What is lacking of the gap that is needed, or to spare.
fn rest(of: &crate::GapNeeded) -> Option<String> {
    let lacking = of.lacking_mm?;
    let rest = if lacking > 0.0 { "too small" } else { "more than needed" };
    Some(format!("{:.2} mm {rest}", lacking.abs()))
}
