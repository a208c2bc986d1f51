//! The report as terminal text: verdict first, then pairs, place, structures and warnings.

use std::fmt::Write as _;

use crate::{Headline, PairRecord, Report};

const WIDTH: usize = 80;

fn verdict_line(report: &Report) -> String {
    let low = report.thresholds_mm.first().copied().unwrap_or(2.0);
    let high = report.thresholds_mm.last().copied().unwrap_or(3.0);
    match report.headline {
        Headline::Clear => format!("CLEAR - the {high} mm tumour-cord gap is reached"),
        Headline::Marginal => {
            format!("MARGINAL - {low} mm is reached; {high} mm is not, or not surely")
        }
        Headline::Insufficient => {
            format!("INSUFFICIENT - the {low} mm tumour-cord gap is not reached")
        }
        Headline::Indeterminate => {
            format!("INDETERMINATE - the data cannot decide the {low} mm tumour-cord gap")
        }
        Headline::NotAssessable => "NOT ASSESSABLE - no cord, or no tumour".to_owned(),
    }
}

/// A clock position in words, as `1 o'clock (ventral-left)`.
pub fn clock_words(clock_deg: f64) -> String {
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

fn gap_line(pair: &PairRecord) -> String {
    let mut line = format!("  {:<12}", pair.pair.as_str());
    match (pair.gap_mm, pair.gap_lower_mm, pair.gap_upper_mm) {
        (Some(g), Some(l), Some(u)) => {
            let _ = write!(line, "{g:>7.2} mm  [{l:.2}, {u:.2}]");
        }
        (Some(g), ..) => {
            let _ = write!(line, "{g:>7.2} mm");
        }
        (None, ..) => line.push_str("   not measured"),
    }
    for v in &pair.verdicts {
        if let Some(word) = v.verdict {
            let _ = write!(line, "  {} mm: {}", v.threshold_mm, word.as_str());
        }
    }
    line
}

fn wrap(out: &mut String, indent: &str, text: &str) {
    let mut line = indent.to_owned();
    for word in text.split_whitespace() {
        let used = line.chars().count();
        if used > indent.len() && used + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{line}");
            line = indent.to_owned();
        }
        if line.len() > indent.len() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(out, "{line}");
}

/// The text, at most 80 columns where names allow it. Holds no patient identity.
pub fn summary(report: &Report) -> String {
    let mut out = verdict_line(report) + "\n";
    for phase in &report.phases {
        let scenario = phase.scenario.as_deref().map(|s| format!(" ({s})")).unwrap_or_default();
        let _ = writeln!(out, "\nGaps {}{scenario}", phase.phase.as_str());
        for pair in &phase.pairs {
            let _ = writeln!(out, "{}", gap_line(pair));
            wrap(&mut out, "      ", &format!("{} to {}{}", pair.a, pair.b, place(pair)));
        }
    }
    out.push_str("\nStructures\n");
    for s in &report.structures {
        let volume = s.volume_cc.map_or_else(|| "-".to_owned(), |v| format!("{v:.2} cc"));
        wrap(&mut out, "  ", &format!("{}: {} (by {}), {volume}", s.name, s.role, s.role_from));
    }
    let of_structures = report.structures.iter().flat_map(|s| &s.warnings);
    let warnings: Vec<_> = report.warnings.iter().chain(of_structures).collect();
    if !warnings.is_empty() {
        out.push_str("\nWarnings\n");
    }
    for w in warnings {
        wrap(&mut out, "  ", &format!("{}: {} {}", w.code, w.message, w.r#where));
    }
    out.push_str("\nFor research use; not a medical device.\n");
    out
}

fn place(pair: &PairRecord) -> String {
    let mut text = String::new();
    if let Some(w) = &pair.r#where {
        if let Some(deg) = w.clock_deg {
            let _ = write!(text, ", {}", clock_words(deg));
        }
        if let Some(mm) = w.plane_mm {
            let _ = write!(text, ", plane {mm:.1} mm");
        }
    }
    if let Some(c) = &pair.closest {
        let p = |v: [f64; 3]| format!("({:.1}, {:.1}, {:.1})", v[0], v[1], v[2]);
        let _ = write!(text, ", from {} to {}", p(c.a_mm), p(c.b_mm));
    }
    text
}
