//! What a separation did, as terminal text.

use std::fmt::Write as _;

use super::{clock_words, wrap};
use crate::{LeastRow, Separation, SeparationRun};

/// What was taken and left by one approach.
pub(super) fn taken(separation: &Separation, scenario: &str, several: bool) -> String {
    let mut out = String::new();
    for run in separation.runs.iter().filter(|r| r.scenario == scenario) {
        let mut text = format!(
            "{:.2} cc of tumour removed within {} mm of {}, {:.2} cc left",
            run.removed_cc, separation.amount_mm, separation.reference, run.residual_cc
        );
        if several {
            text.insert_str(0, &format!("{}: ", run.tumour));
        }
        if run.detached > 0 {
            let _ = write!(text, " in {} pieces", run.pieces_cc.len());
        }
        text.push_str(&out_of_reach(run));
        if let Some(cc) = run.bone_removed_cc {
            let _ = write!(text, "; {cc:.2} cc of contoured bone removed for access");
        }
        wrap(&mut out, "  ", "    ", &text);
    }
    out
}

fn out_of_reach(run: &SeparationRun) -> String {
    let shadow = &run.shadow;
    if shadow.volume_cc < 0.005 {
        return String::new();
    }
    let at = shadow.nearest_clock_deg.map(clock_words);
    let at = at.map_or_else(String::new, |at| format!(", nearest at {at}"));
    format!("; {:.2} cc of that cannot be reached{at}", shadow.volume_cc)
}

/// The least that reaches each threshold, the best approach first.
pub(super) fn least(separation: &Separation) -> String {
    let mut out = String::new();
    let mut threshold_mm = f64::NAN;
    let width = separation.least.iter().map(|r| r.scenario.len()).max().unwrap_or(0);
    let tumours: Vec<&str> = separation.runs.iter().map(|r| r.tumour.as_str()).collect();
    let several = tumours.iter().any(|t| *t != tumours[0]);
    for row in &separation.least {
        if row.threshold_mm != threshold_mm {
            threshold_mm = row.threshold_mm;
            let _ = writeln!(
                out,
                "\nSmallest resection depth that reaches {threshold_mm} mm (simulated)"
            );
        }
        let _ = write!(out, "  {:<width$}  {}", row.scenario, reached(row));
        if several {
            let _ = write!(out, "  {}", row.tumour);
        }
        out.push('\n');
    }
    out
}

fn reached(row: &LeastRow) -> String {
    match (row.amount_mm, row.removed_cc) {
        (Some(mm), Some(cc)) => format!("{mm:.1} mm, {cc:.2} cc removed"),
        _ => {
            let best = row.best_gap_mm.map_or_else(String::new, |g| format!(": at best {g:.2} mm"));
            let at = row.pinned_clock_deg.map(clock_words);
            let at = at.map_or_else(String::new, |at| format!(", limited at {at}"));
            format!("not reachable{best}{at}")
        }
    }
}
