//! The same study under other conventions, as terminal text: tables that fit a terminal, then why.

use std::fmt::Write as _;

use anstyle::AnsiColor;

use super::{Paint, clock_words, wrap};
use crate::text::{fixed, words};
use crate::{
    Convention, ConventionDose, ConventionGap, ConventionProgram, ExplainGrid, ExplainPair,
    ExplainReport, ExplainStructure, GridSource,
};

/// Width of the first column.
const NAME: usize = 27;

/// The text of `thecal explain`. Holds no patient identity.
///
/// `colour` adds ANSI colours; words say the same without them.
#[must_use]
pub fn explain(report: &ExplainReport, colour: bool) -> String {
    let paint = Paint { colour };
    let mut out = String::new();
    wrap(&mut out, "", "  ", &grid(report.grid.as_ref()));
    for pair in &report.pairs {
        out.push('\n');
        out.push_str(&gaps(pair, &paint));
    }
    if report.pairs.is_empty() {
        out.push_str("\nNo pair could be measured.\n");
    }
    for s in &report.structures {
        out.push('\n');
        out.push_str(&volumes(s, &paint));
    }
    out.push_str(&programs(report));
    super::ending(&mut out, report.warnings.iter().map(|w| (None, w)), &paint);
    out
}

fn grid(grid: Option<&ExplainGrid>) -> String {
    let Some(grid) = grid else {
        return "No masks are made: there is nothing to make a grid round, or it would be too \
                large."
            .to_owned();
    };
    let [x, y, z] = grid.spacing_mm.map(|mm| fixed(mm, 3));
    let [i, j, k] = grid.size;
    let what = match grid.from {
        GridSource::ImageSeries => {
            let images = grid.modality.as_deref().unwrap_or("image");
            format!("the grid of the {images} series")
        }
        GridSource::Stated => {
            "a grid of its own on the contour planes, not that of images".to_owned()
        }
    };
    format!("Masks on {what}: {x} x {y} x {z} mm, {i} x {j} x {k} voxels")
}

fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    if text.starts_with('-') || value <= 0.0 { text } else { format!("+{text}") }
}

fn gaps(pair: &ExplainPair, paint: &Paint) -> String {
    let mut out = String::new();
    wrap(&mut out, "", "  ", &format!("{}: {} to {}", pair.pair, pair.a, pair.b));
    let _ = writeln!(out, "  {:<NAME$}{:>8}{:>9}{:>9}  clock", "", "gap mm", "differs", "plane");
    let range = match (pair.gap_lower_mm, pair.gap_upper_mm) {
        (Some(low), Some(high)) => format!("{} to {}", fixed(low, 2), fixed(high, 2)),
        _ => String::new(),
    };
    let gap = pair.gap_mm.map_or_else(|| "-".to_owned(), |mm| fixed(mm, 2));
    let place = placed(pair.r#where.as_ref());
    let title = format!("thecal ({range})");
    let ours = format!("  {title:<NAME$}{gap:>8}{:>9}{place}", "");
    let _ = writeln!(out, "{}", paint.with(AnsiColor::Green, ours.trim_end()));
    for c in &pair.conventions {
        let gap = c.gap_mm.map_or_else(|| "none".to_owned(), |mm| fixed(mm, 2));
        let difference = c.difference_mm.map_or_else(String::new, |mm| signed(mm, 2));
        let place = placed(c.r#where.as_ref());
        let line = format!("  {:<NAME$}{gap:>8}{difference:>9}{place}", c.convention.label());
        let line = line.trim_end();
        match c.within_our_range {
            Some(false) => {
                let _ = writeln!(out, "{}", paint.with(AnsiColor::Yellow, line));
            }
            _ => {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    out.push_str(&whys(pair));
    out
}

/// Plane and clock position, as columns.
fn placed(at: Option<&crate::Where>) -> String {
    let Some(at) = at else { return String::new() };
    let plane = at.plane_mm.map_or_else(String::new, |mm| fixed(mm, 1));
    let clock = at.clock_deg.map_or_else(String::new, clock_words);
    // The side in words is told of our own gap elsewhere.
    let hour = clock.split(" (").next().unwrap_or_default();
    format!("{plane:>9}  {hour}")
}

/// Why the gaps are what they are; conventions that give the same answer stand together.
fn whys(pair: &ExplainPair) -> String {
    let mut told: Vec<(Vec<Convention>, &str)> = Vec::new();
    for c in &pair.conventions {
        let Some(text) = c.why.as_deref().or(c.reason.as_deref()) else { continue };
        match told.iter_mut().find(|(_, known)| *known == text) {
            Some((who, _)) => who.push(c.convention),
            None => told.push((vec![c.convention], text)),
        }
    }
    let mut out = String::new();
    for (who, text) in told {
        let who: Vec<&str> = who.into_iter().map(Convention::label).collect();
        wrap(&mut out, "  - ", "    ", &format!("{}: {text}", who.join("; ")));
    }
    out
}

fn volumes(s: &ExplainStructure, paint: &Paint) -> String {
    let mut out = String::new();
    wrap(&mut out, "", "  ", &format!("{} ({})", s.name, words(s.role.as_str())));
    let _ = writeln!(out, "  {:<NAME$}{:>11}{:>12}", "", "volume cc", "difference");
    let title =
        format!("thecal ({} to {})", fixed(s.volume_lower_cc, 3), fixed(s.volume_upper_cc, 3));
    let ours = format!("  {title:<NAME$}{:>11}", fixed(s.volume_cc, 3));
    let _ = writeln!(out, "{}", paint.with(AnsiColor::Green, &ours));
    for c in &s.conventions {
        let volume = c.volume_cc.map_or_else(|| "none".to_owned(), |cc| fixed(cc, 3));
        let difference = c.difference_pct.map_or_else(String::new, |p| signed(p, 1) + " %");
        let line = format!("  {:<NAME$}{volume:>11}{difference:>12}", c.convention.label());
        let _ = writeln!(out, "{}", line.trim_end());
        if let Some(reason) = &c.reason {
            wrap(&mut out, "    ", "    ", reason);
        }
    }
    out.push_str(&doses(&s.dose));
    out
}

fn doses(dose: &[ConventionDose]) -> String {
    let mut out = String::new();
    let Some(first) = dose.first() else { return out };
    let title = first.convention.label();
    let _ = writeln!(out, "  {title:<NAME$}{:>11}{:>12}{:>10}", "theirs", "difference", "ours");
    for d in dose {
        let number = |v: Option<f64>| v.map_or_else(|| "none".to_owned(), |v| fixed(v, 2));
        let range = match (d.ours_lower, d.ours_upper) {
            (Some(low), Some(high)) => format!(" ({} to {})", fixed(low, 2), fixed(high, 2)),
            _ => String::new(),
        };
        let difference = d.difference.map_or_else(String::new, |v| signed(v, 2));
        let what = format!("{}, {}", d.metric, d.unit);
        let (theirs, ours) = (number(d.value), number(d.ours));
        let _ = writeln!(out, "    {what:<26}{theirs:>11}{difference:>12}{ours:>10}{range}");
    }
    let mut told: Vec<&str> = Vec::new();
    for text in dose.iter().filter_map(|d| d.why.as_deref().or(d.reason.as_deref())) {
        if !told.contains(&text) {
            told.push(text);
            wrap(&mut out, "  - ", "    ", text);
        }
    }
    out
}

/// Which programs have which convention, each once.
fn programs(report: &ExplainReport) -> String {
    let of_pairs = report.pairs.iter().flat_map(|p| &p.conventions).map(of_gap);
    let structures = || report.structures.iter();
    let of_volumes = structures().flat_map(|s| &s.conventions);
    let of_volumes = of_volumes.map(|c| (c.convention, c.programs.as_slice()));
    let of_doses = structures().flat_map(|s| &s.dose);
    let of_doses = of_doses.map(|d| (d.convention, d.programs.as_slice()));
    let mut known: Vec<Convention> = Vec::new();
    let mut out = String::new();
    for (convention, programs) in of_pairs.chain(of_volumes).chain(of_doses) {
        if known.contains(&convention) || programs.is_empty() {
            continue;
        }
        if known.is_empty() {
            out.push_str("\nPrograms that do so\n");
        }
        known.push(convention);
        let named: Vec<String> =
            programs.iter().map(|p| format!("{} ({})", p.name, p.version)).collect();
        let text = format!("{}: {}", convention.label(), named.join("; "));
        wrap(&mut out, "  ", "    ", &text);
    }
    out
}

fn of_gap(gap: &ConventionGap) -> (Convention, &[ConventionProgram]) {
    (gap.convention, &gap.programs)
}
