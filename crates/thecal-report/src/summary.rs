//! The report as terminal text: verdict first, then the pairs, where they are closest, how much
//! lies too near, the structures and the warnings.

mod comparison;
mod dose;
mod explain;
mod prv;
mod range;
mod separation;
mod uncertainty;
mod verdict;

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

pub use dose::{dose, dvh};
pub use explain::explain;
pub(crate) use range::why;
pub(crate) use verdict::{simulated, verdict};

use crate::text::{fixed, words};
use crate::{Headline, Limit, PairRecord, PhaseRecord, Report, Verdict, WarningRecord};

const WIDTH: usize = 80;

/// The text, at most 80 columns where names allow it. Holds no patient identity.
///
/// `colour` adds ANSI colours; words say the same without them.
///
/// # Example
/// ```
/// # let record = r#"{
/// #     "schema_version": "2", "tool": { "name": "thecal", "version": "0.1.0" }, "space": "LPS",
/// #     "inputs": [], "structures": [], "thresholds_mm": [2, 3], "phases": [], "warnings": [],
/// #     "parameters": { "ends": "half_slice", "gap_tolerance_mm": 0.01, "assume_same_frame": false },
/// #     "separation": null, "target": null, "comparison": null, "headline": "not_assessable"
/// # }"#;
/// use thecal_report::{Report, summary::summary};
///
/// let report: Report = serde_json::from_str(record)?;
/// let text = summary(&report, false);
/// assert!(text.starts_with("NOT ASSESSABLE"), "{text}");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn summary(report: &Report, colour: bool) -> String {
    let paint = Paint { colour };
    let mut out = headline(report, &paint);
    for (k, phase) in report.phases.iter().enumerate() {
        out.push('\n');
        if report.phases.len() > 1 {
            let _ = writeln!(out, "{}", phase.title(report.comparison.is_some()));
        }
        out.push_str(&gap_table(phase, &paint));
        // Once for all tables.
        if k == 0 && report.tolerance_mm > 0.0 && !phase.pairs.is_empty() {
            let text = format!(
                "tolerance: a gap up to {} mm below a threshold counts as reaching it",
                report.tolerance_mm
            );
            wrap(&mut out, "  ", "  ", &text);
        }
        // After a separation the tumour's pairs are what changed, and the cord's gap is the point.
        let told = |p: &&PairRecord| {
            phase.phase != crate::Phase::Simulated || p.pair == crate::PairKind::TumourCord
        };
        for pair in phase.pairs.iter().filter(told).filter(|p| p.gap_mm.is_some()) {
            out.push_str(&place(pair, phase, report));
        }
        if let (Some(done), Some(scenario)) = (&report.separation, &phase.scenario) {
            out.push_str(&separation::taken(done, scenario, several_tumours(phase)));
        }
    }
    if let Some(done) = &report.separation {
        out.push_str(&separation::least(done));
    }
    if let Some(done) = &report.comparison {
        out.push_str(&comparison::changes(done));
    }
    if let Some(rule) = &report.target {
        out.push_str(&comparison::target(rule));
    }
    out.push_str(&uncertainty::uncertainty(report));
    if let Some(record) = &report.dose {
        out.push('\n');
        out.push_str(&dose(record, colour));
    }
    if let Some(uncertainty) = &report.uncertainty {
        out.push_str(&prv::prvs(&uncertainty.prv, &paint));
    }
    out.push_str("\nStructures\n");
    for s in &report.structures {
        let mut text = format!("{}: {} (by {})", s.name, said(&s.role), said(&s.role_from));
        if let (Some(planes), Some(step)) = (s.planes, s.plane_spacing_mm) {
            let _ = write!(text, ", {planes} planes every {step:.2} mm");
        }
        if let Some(volume) = s.volume_cc {
            let _ = write!(text, ", {volume:.2} cc");
        }
        wrap(&mut out, "  ", "    ", &text);
    }
    if report.structures.is_empty() {
        out.push_str("  none measured\n");
    }
    let of_study = report.warnings.iter().map(|w| (None, w));
    let of_structures = report
        .structures
        .iter()
        .flat_map(|s| s.warnings.iter().map(move |w| (Some(s.name.as_str()), w)));
    ending(&mut out, of_study.chain(of_structures), &paint);
    out
}

/// The warnings, those of a structure with its name, and the last line of every text.
fn ending<'a>(
    out: &mut String,
    warnings: impl Iterator<Item = (Option<&'a str>, &'a WarningRecord)>,
    paint: &Paint,
) {
    let warnings: Vec<_> = warnings.collect();
    if !warnings.is_empty() {
        let title = format!("Warnings ({})", warnings.len());
        let _ = writeln!(out, "\n{}", paint.with(AnsiColor::Yellow, &title));
    }
    for (structure, w) in warnings {
        warning(out, structure, w);
    }
    out.push_str("\nResearch software, not a medical device.\n");
}

struct Paint {
    colour: bool,
}

impl Paint {
    fn with(&self, colour: AnsiColor, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let style = Style::new().bold().fg_color(Some(colour.into()));
        format!("{style}{text}{style:#}")
    }
}

fn headline(report: &Report, paint: &Paint) -> String {
    let (word, text) = verdict(report);
    let colour = match report.headline {
        Headline::Clear => AnsiColor::Green,
        Headline::Marginal | Headline::Indeterminate => AnsiColor::Yellow,
        Headline::Insufficient | Headline::NotAssessable => AnsiColor::Red,
    };
    let mut out = String::new();
    wrap(&mut out, "", "  ", &format!("{word}: {text}"));
    out = out.replacen(word, &paint.with(colour, word), 1);
    for w in report.cautions() {
        let mut line = String::new();
        wrap(&mut line, "", "  ", &format!("Caution: {}", told(None, w)));
        out.push_str(&line.replacen("Caution", &paint.with(AnsiColor::Yellow, "Caution"), 1));
    }
    if let Some(text) = simulated(report) {
        wrap(&mut out, "", "  ", &format!("Simulated, not operated: {text}"));
    }
    out
}

/// One row a pair: gap, interval, verdicts. Names only where there are several tumours.
fn gap_table(phase: &PhaseRecord, paint: &Paint) -> String {
    let mut thresholds: Vec<f64> =
        phase.pairs.iter().flat_map(|p| &p.verdicts).map(|v| v.threshold_mm).collect();
    thresholds.sort_by(f64::total_cmp);
    thresholds.dedup();
    if phase.pairs.is_empty() {
        return "  no pair could be measured\n".to_owned();
    }
    let mut out = format!("  {:<13}{:>8}   {:<18}", "", "gap mm", "range, mm");
    for t in &thresholds {
        let _ = write!(out, "{:<15}", format!("{t} mm"));
    }
    out = out.trim_end().to_owned() + "\n";
    for pair in &phase.pairs {
        let number = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), |v| fixed(v, 2));
        let range = match (pair.gap_lower_mm, pair.gap_upper_mm) {
            (Some(l), Some(u)) => format!("{} to {}", fixed(l, 2), fixed(u, 2)),
            _ => "not measured".to_owned(),
        };
        let _ = write!(out, "  {:<13}{:>8}   {range:<18}", pair.pair.as_str(), number(pair.gap_mm));
        for t in &thresholds {
            let found = pair.verdicts.iter().find(|v| v.threshold_mm == *t);
            let (word, colour) = match found.and_then(|v| v.verdict) {
                Some(Verdict::Pass) => ("pass", AnsiColor::Green),
                Some(Verdict::Fail) => ("fail", AnsiColor::Red),
                Some(Verdict::Indeterminate) => ("undetermined", AnsiColor::Yellow),
                None => ("-", AnsiColor::White),
            };
            let pad = " ".repeat(15 - word.len());
            let _ = write!(out, "{}{pad}", paint.with(colour, word));
        }
        out = out.trim_end().to_owned();
        if several_tumours(phase) {
            let _ = write!(out, "  {}", pair.a);
        }
        out.push('\n');
    }
    out
}

fn several_tumours(phase: &PhaseRecord) -> bool {
    phase.pairs.iter().filter(|p| p.pair == crate::PairKind::TumourCord).count() > 1
}

/// A clock position in words, as `1 o'clock (ventral-left)`.
fn clock_words(clock_deg: f64) -> String {
    const SIDES: [&str; 8] = [
        "ventral",
        "ventral-left",
        "left",
        "dorsal-left",
        "dorsal",
        "dorsal-right",
        "right",
        "ventral-right",
    ];
    let deg = clock_deg.rem_euclid(360.0);
    let hour = match (deg / 30.0).round() as usize % 12 {
        0 => 12,
        h => h,
    };
    format!("{hour} o'clock ({})", SIDES[(deg / 45.0).round() as usize % 8])
}

/// The smoothed gap where it is far enough from the least one to be told of.
pub(crate) fn smoothed_mm(pair: &PairRecord) -> Option<f64> {
    /// Nearer to the least gap it says nothing new, mm.
    const WORTH_MM: f64 = 0.1;
    pair.gap_smoothed_mm.filter(|s| pair.gap_mm.is_some_and(|gap| s - gap > WORTH_MM))
}

/// Where a pair is closest, and how much of it is too near.
fn place(pair: &PairRecord, phase: &PhaseRecord, report: &Report) -> String {
    let mut out = format!("\n  {}", pair.pair.as_str());
    if let Some(w) = &pair.r#where {
        if let Some(deg) = w.clock_deg {
            let _ = write!(out, " at {}", clock_words(deg));
        }
        if let Some(mm) = w.plane_mm {
            let _ = write!(out, ", plane {} mm", fixed(mm, 1));
        }
        if let Some(level) = &w.level {
            let _ = write!(out, ", {level}");
        }
    }
    out.push('\n');
    if let Some(c) = &pair.closest {
        let p = |v: [f64; 3]| format!("({})", v.map(|x| fixed(x, 1)).join(", "));
        let text = format!("{} {} to {} {} LPS mm", pair.a, p(c.a_mm), pair.b, p(c.b_mm));
        wrap(&mut out, "    ", "    ", &text);
    }
    if let Some(limit) = pair.limited_by {
        let why = match limit {
            Limit::Ends => {
                "range limited by the end slices: the closest point lies past the last contour plane"
            }
            Limit::MissingPlanes => "planes are missing at this place and were interpolated",
            Limit::Voxels => "range limited by the voxel size",
        };
        wrap(&mut out, "    ", "    ", why);
    }
    if let Some(text) = why(pair, report) {
        wrap(&mut out, "    ", "      ", &text);
    }
    for v in pair.verdicts.iter().filter(|v| v.by_tolerance) {
        let word = match v.verdict {
            Some(Verdict::Pass) => "passes",
            Some(Verdict::Fail) => "fails",
            _ => "is undetermined",
        };
        let text = format!(
            "{} mm {word} with the tolerance of {} mm; without it the verdict would be different",
            v.threshold_mm, report.tolerance_mm
        );
        wrap(&mut out, "    ", "      ", &text);
    }
    if let Some(smooth) = smoothed_mm(pair) {
        let text = format!("smoothed along the planes, the smallest gap is {smooth:.2} mm");
        wrap(&mut out, "    ", "      ", &text);
    }
    if let Some(cc) = pair.overlap_cc.filter(|cc| *cc > 0.0) {
        let _ = writeln!(out, "    overlap {cc:.3} cc");
    }
    // Along and round is told of what is to be spared; for a ring that is thin as a whole it
    // says little.
    let all_round = phase.pairs.len() > 1 && pair.pair == crate::PairKind::CordSac;
    for b in pair.below.iter().filter(|_| !all_round) {
        let (area, length, what) = match (b.cord_surface_mm2, b.cord_length_mm) {
            (Some(a), Some(l)) => (a, l, "cord"),
            _ => match (b.sac_surface_mm2, b.sac_length_mm) {
                (Some(a), Some(l)) => (a, l, "sac"),
                _ => continue,
            },
        };
        if area <= 0.0 {
            continue;
        }
        let mut text =
            format!("below {} mm: {area:.0} mm2 of {what} over {length:.1} mm", b.threshold_mm);
        if let Some(deg) = b.circumference_deg {
            let _ = write!(text, ", {deg:.0} deg of its circumference");
        }
        if let Some(cc) = b.tumour_volume_cc {
            let _ = write!(text, "; {cc:.2} cc of tumour");
        }
        wrap(&mut out, "    ", "      ", &text);
    }
    out
}

fn warning(out: &mut String, structure: Option<&str>, w: &WarningRecord) {
    wrap(out, "  ", "    ", &told(structure, w));
}

/// A warning with its code and its place.
fn told(structure: Option<&str>, w: &WarningRecord) -> String {
    let mut text = format!("[{}] ", w.code);
    let mut place: Vec<&str> =
        structure.into_iter().chain([w.r#where.as_str()]).filter(|p| !p.is_empty()).collect();
    place.dedup();
    if !place.is_empty() {
        let _ = write!(text, "{}: ", place.join(", "));
    }
    text.push_str(&w.message);
    text
}

fn wrap(out: &mut String, first: &str, rest: &str, text: &str) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        let used = line.chars().count();
        if !empty && used + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{line}");
            line = rest.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    let _ = writeln!(out, "{line}");
}

/// A word of the record as a person reads it.
fn said(word: &impl std::fmt::Display) -> String {
    words(&word.to_string())
}
