//! The verdict in words: what the headline means here, and what simulations would reach.

use crate::advisory::advisory;
use crate::{Headline, PairKind, PairRecord, Report, Verdict};

/// The headline in a word, and what it means here.
pub(crate) fn verdict(report: &Report) -> (&'static str, String) {
    let word = capitals(report.headline);
    let deciding: Vec<&PairRecord> =
        report.judged().flat_map(|p| &p.pairs).filter(|p| p.decides).collect();
    let text = match report.headline {
        Headline::Clear => all_reached(&deciding),
        Headline::NotAssessable => not_assessable(&deciding),
        found => deciding
            .iter()
            .find(|p| p.headline == Some(found))
            .map_or_else(String::new, |p| of_deciding(p, &deciding)),
    };
    let when = if report.comparison.is_some() { ", after the operation" } else { "" };
    let advisory = advisory(report).map(|a| format!("; {a}")).unwrap_or_default();
    (word, text + when + &advisory)
}

/// What was simulated reaches, in one sentence; none where nothing was simulated.
pub(crate) fn simulated(report: &Report) -> Option<String> {
    let phases: Vec<_> = report.simulated().collect();
    match phases.as_slice() {
        [] => None,
        [one] => {
            let scenario = crate::text::words(one.scenario.as_deref().unwrap_or_default());
            Some(format!("{scenario} would leave {}", spoken(one.headline)))
        }
        all => {
            let count = |h: Headline| all.iter().filter(|p| p.headline == h).count();
            let told: Vec<String> = Headline::WORST_FIRST
                .into_iter()
                .rev()
                .map(|h| (h, count(h)))
                .filter(|(_, n)| *n > 0)
                .map(|(h, n)| format!("{n} would leave {}", spoken(h)))
                .collect();
            Some(match told.len() {
                1 => format!("all {} scenarios would leave {}", all.len(), spoken(all[0].headline)),
                _ => format!("of {} scenarios, {}", all.len(), told.join(", ")),
            })
        }
    }
}

/// A headline as it stands in front of a sentence.
fn capitals(headline: Headline) -> &'static str {
    match headline {
        Headline::Clear => "CLEAR",
        Headline::Marginal => "MARGINAL",
        Headline::Insufficient => "INSUFFICIENT",
        Headline::Indeterminate => "INDETERMINATE",
        Headline::NotAssessable => "NOT ASSESSABLE",
    }
}

/// A gap of this headline, in a sentence.
fn spoken(headline: Headline) -> &'static str {
    match headline {
        Headline::Clear => "a clear gap",
        Headline::Marginal => "a marginal gap",
        Headline::Indeterminate => "an indeterminate gap",
        Headline::Insufficient => "an insufficient gap",
        Headline::NotAssessable => "no gap that can be assessed",
    }
}

/// What a pair of which the headline is made misses.
fn of_deciding(pair: &PairRecord, all: &[&PairRecord]) -> String {
    let thresholds = || pair.verdicts.iter().map(|v| v.threshold_mm);
    let (low, high) = (thresholds().next().unwrap_or(0.0), thresholds().next_back().unwrap_or(0.0));
    let gap = gap_of(pair, all);
    match pair.headline {
        Some(Headline::Marginal) => {
            let last = pair.verdicts.last().and_then(|v| v.verdict);
            match last {
                Some(Verdict::Fail) => format!("{gap} reaches {low} mm, not {high} mm"),
                _ => {
                    format!("{gap} reaches {low} mm; whether it reaches {high} mm is undetermined")
                }
            }
        }
        Some(Headline::Insufficient) => format!("{gap} is below {low} mm"),
        Some(Headline::Indeterminate) => format!("whether {gap} reaches {low} mm is undetermined"),
        Some(Headline::Clear | Headline::NotAssessable) | None => String::new(),
    }
}

/// The pair in a sentence, with its tumour where there are several.
fn gap_of(pair: &PairRecord, all: &[&PairRecord]) -> String {
    let same = all.iter().filter(|p| p.pair == pair.pair).count();
    match same {
        1 => format!("the {} gap", pair.pair),
        _ => format!("the {} gap of {}", pair.pair, pair.a),
    }
}

fn all_reached(deciding: &[&PairRecord]) -> String {
    let mut told: Vec<String> = Vec::new();
    for kind in [PairKind::TumourCord, PairKind::TumourSac, PairKind::CordSac] {
        let Some(pair) = deciding.iter().find(|p| p.pair == kind) else { continue };
        let most = pair.verdicts.last().map_or(0.0, |v| v.threshold_mm);
        told.push(format!("the {kind} gap reaches {most} mm"));
    }
    told.join(" and ")
}

fn not_assessable(deciding: &[&PairRecord]) -> String {
    let of_cord = |p: &&PairRecord| p.pair == PairKind::TumourCord && p.gap_mm.is_some();
    let text = if deciding.iter().any(of_cord) {
        "a threshold is set for a gap that could not be measured; see the warnings"
    } else {
        "a tumour-cord gap needs a cord and a tumour; see the warnings"
    };
    text.to_owned()
}
