//! How sure the gaps are, as terminal text.

use std::fmt::Write as _;

use super::wrap;
use crate::text::{fixed, words};
use crate::{PairProbability, Phase, Report, UncertainDose, UncertaintyRecord, UncertaintySource};

/// The section; empty where no uncertainty was asked for.
pub(super) fn uncertainty(report: &Report) -> String {
    let Some(record) = report.uncertainty.as_ref().filter(|u| !u.sources.is_empty()) else {
        return String::new();
    };
    let mut out = String::from("\n");
    wrap(&mut out, "", "  ", &heading(record));
    for phase in &report.phases {
        let mine = |p: &&PairProbability| p.phase == phase.phase && p.scenario == phase.scenario;
        let pairs: Vec<&PairProbability> = record.pairs.iter().filter(mine).collect();
        if pairs.is_empty() {
            continue;
        }
        if report.phases.len() > 1 {
            let _ = writeln!(out, "  {}", phase.title(report.comparison.is_some()));
        }
        out.push_str(&table(&pairs));
        // After a separation the tumour's pairs are what changed.
        let told =
            pairs.iter().filter(|p| phase.phase != Phase::Simulated || p.pair.is_of_tumour());
        for pair in told {
            needed(&mut out, pair);
        }
    }
    if let Some(dose) = &record.dose {
        doses(&mut out, dose);
    }
    out.push_str("  Sources\n");
    for source in &record.sources {
        wrap(&mut out, "    ", "      ", &of_source(source));
    }
    out
}

fn heading(record: &UncertaintyRecord) -> String {
    let from = match &record.preset {
        Some(preset) => format!("preset {preset}"),
        None => "sources of a file".to_owned(),
    };
    format!(
        "How sure the gaps are ({from}; {} samples, seed {}): the probability that a gap reaches a \
         threshold",
        record.samples.unwrap_or(0),
        record.seed.unwrap_or(0)
    )
}

/// A row a pair; below it the range where contouring varies from place to place.
fn table(pairs: &[&PairProbability]) -> String {
    let mut thresholds: Vec<f64> =
        pairs.iter().flat_map(|p| &p.probability).map(|p| p.threshold_mm).collect();
    thresholds.sort_by(f64::total_cmp);
    thresholds.dedup();
    let several = pairs.iter().filter(|p| p.pair == pairs[0].pair).count() > 1;
    let mut out = format!("  {:<13}{:>8}{:>8}   {:<18}", "", "gap mm", "median", "5 to 95 %, mm");
    for t in &thresholds {
        let _ = write!(out, "{:<14}", format!("{t} mm"));
    }
    out = out.trim_end().to_owned() + "\n";
    for pair in pairs {
        let range = format!("{} to {}", fixed(pair.p05_mm, 2), fixed(pair.p95_mm, 2));
        let _ = write!(
            out,
            "  {:<13}{:>8}{:>8}   {range:<18}",
            pair.pair.as_str(),
            fixed(pair.nominal_mm, 2),
            fixed(pair.median_mm, 2)
        );
        for t in &thresholds {
            let found = pair.probability.iter().find(|p| p.threshold_mm == *t);
            let text = found.map_or_else(
                || "-".to_owned(),
                |p| format!("{} +-{}", fixed(p.p, 3), fixed(p.standard_error, 3)),
            );
            let _ = write!(out, "{text:<14}");
        }
        out = out.trim_end().to_owned();
        if several {
            let _ = write!(out, "  {}", pair.a);
        }
        out.push('\n');
        if !pair.probability.is_empty() {
            out.push_str(&spread(pair, &thresholds));
        }
    }
    out
}

/// The least and the largest probability over the correlation lengths.
fn spread(pair: &PairProbability, thresholds: &[f64]) -> String {
    let lengths: Vec<f64> = pair.sensitivity.iter().map(|s| s.correlation_mm).collect();
    if lengths.is_empty() || thresholds.is_empty() {
        return String::new();
    }
    let [least, most] = ends(lengths);
    let label = format!("uneven contouring, over {least} to {most} mm");
    let mut out = format!("    {label:<48}");
    for t in thresholds {
        let of = pair.sensitivity.iter().flat_map(|s| &s.probability);
        let found: Vec<f64> = of.filter(|p| p.threshold_mm == *t).map(|p| p.p).collect();
        let text = if found.is_empty() {
            "-".to_owned()
        } else {
            let [least, most] = ends(found);
            format!("{} to {}", fixed(least, 2), fixed(most, 2))
        };
        let _ = write!(out, "{text:<14}");
    }
    out.trim_end().to_owned() + "\n"
}

fn ends(values: Vec<f64>) -> [f64; 2] {
    values.into_iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[l, m], v| [l.min(v), m.max(v)])
}

/// What would be needed, and what matters most.
fn needed(out: &mut String, pair: &PairProbability) {
    let gaps: Vec<String> = pair
        .probability
        .iter()
        .filter_map(|p| {
            Some(format!("{} mm for {} mm", fixed(p.gap_needed_mm?, 2), p.threshold_mm))
        })
        .collect();
    let mut text = format!("{}: ", pair.pair.as_str());
    if gaps.is_empty() {
        let _ =
            write!(text, "with 95 % no more than {} mm are lost", fixed(pair.margin_needed_mm, 2));
    } else {
        let _ = write!(
            text,
            "for 95 % the gap as drawn must be {} ({} mm more)",
            gaps.join(" and "),
            fixed(pair.margin_needed_mm, 2)
        );
    }
    wrap(out, "    ", "      ", &text);
    for c in &pair.contributions {
        let text = format!(
            "{}: {} % of the variance; half its spread would leave {} mm more",
            c.source,
            fixed(100.0 * c.share_of_variance, 0),
            fixed(c.margin_if_halved_mm, 2)
        );
        wrap(out, "      ", "        ", &text);
    }
    if pair.random_sd_mm > 0.0 {
        let text = format!(
            "standard deviation {} mm: systematic {} mm, random from fraction to fraction {} mm",
            fixed(pair.sd_mm, 2),
            fixed(pair.systematic_sd_mm, 2),
            fixed(pair.random_sd_mm, 2)
        );
        wrap(out, "      ", "        ", &text);
    }
    for structure in &pair.exact {
        let text = format!(
            "no source moves the {}: its surface is taken as exact",
            words(structure.as_str())
        );
        wrap(out, "      ", "        ", &text);
    }
}

/// What structures receive, and which limits that holds.
fn doses(out: &mut String, dose: &UncertainDose) {
    if !dose.figures.is_empty() {
        let _ = writeln!(out, "  {:<30}{:>9}{:>9}   5 to 95 %", "Dose, Gy", "planned", "median");
    }
    for f in dose.figures.iter().filter(|f| f.unit == "Gy") {
        let name = format!("{}, {}", f.structure, f.metric);
        let range = format!("{} to {}", fixed(f.p05, 2), fixed(f.p95, 2));
        let (nominal, median) = (fixed(f.nominal, 2), fixed(f.median, 2));
        let _ = writeln!(out, "    {name:<28}{nominal:>9}{median:>9}   {range}");
    }
    for l in &dose.limits {
        let text = format!(
            "{} ({} of {} at most {} Gy): held with a probability of {} +-{}",
            l.id,
            l.metric,
            l.structure,
            l.limit_gy,
            fixed(l.p, 3),
            fixed(l.standard_error, 3)
        );
        wrap(out, "    ", "      ", &text);
    }
    for reason in &dose.reasons {
        wrap(out, "    ", "      ", reason);
    }
    wrap(out, "    ", "    ", &dose.assumption);
}

fn of_source(source: &UncertaintySource) -> String {
    let three = |v: [f64; 3]| v.map(|x| format!("{x}")).join(", ");
    let mut text = format!("{} ({}, {})", source.name, words(source.kind.as_str()), source.part);
    if source.shift_sd_mm != [0.0; 3] {
        let _ = write!(text, ", shift SD {} mm", three(source.shift_sd_mm));
    }
    if source.rotation_sd_deg != [0.0; 3] {
        let _ = write!(text, ", rotation SD {} deg", three(source.rotation_sd_deg));
    }
    if source.offset_sd_mm > 0.0 {
        let _ = write!(text, ", surface SD {} mm", source.offset_sd_mm);
    }
    let _ = write!(text, "; {}", source.reference);
    text
}
