//! The figures in the cards at the head of the page: the verdict's own, and those of simulations.

use serde::Serialize;

use super::facts::tone;
use crate::text::words;
use crate::{PairKind, PairRecord, PhaseRecord, Report};

/// A gap in the cards at the head of the page.
#[derive(Debug, Serialize)]
pub(super) struct KeyFigure {
    title: String,
    pair: &'static str,
    a: String,
    b: String,
    gap_mm: Option<f64>,
    lower_mm: Option<f64>,
    upper_mm: Option<f64>,
    tone: &'static str,
    headline: String,
}

/// Most figures of a card.
const MOST_FIGURES: usize = 4;

/// The figures that the verdict is about: those of pairs that decide, or, where no tumour-cord gap
/// could be measured, all that could.
pub(super) fn key(report: &Report) -> Vec<KeyFigure> {
    let of = |wanted: &dyn Fn(&PairRecord) -> bool| -> Vec<KeyFigure> {
        let all = report.judged().flat_map(|phase| phase.pairs.iter().map(move |p| (phase, p)));
        let wanted = all.filter(|(_, p)| wanted(p));
        wanted.take(MOST_FIGURES).map(|(phase, p)| figure(report, phase, p)).collect()
    };
    let deciding = of(&|p| p.decides);
    if deciding.is_empty() { of(&|_| true) } else { deciding }
}

/// The least gap of every simulated phase, the one that rules first, and how many more there are.
pub(super) fn simulated_key(report: &Report) -> (Vec<KeyFigure>, usize) {
    let gap = |p: &PairRecord| p.gap_mm.unwrap_or(f64::INFINITY);
    let least = |phase: &PhaseRecord| {
        let of = |kind: PairKind| {
            let pairs = phase.pairs.iter().filter(move |p| p.pair == kind);
            pairs.min_by(|a, b| gap(a).total_cmp(&gap(b))).cloned()
        };
        of(PairKind::TumourCord).or_else(|| of(PairKind::TumourSac))
    };
    let mut all: Vec<(&PhaseRecord, PairRecord)> =
        report.simulated().filter_map(|p| Some((p, least(p)?))).collect();
    all.sort_by(|(p, a), (q, b)| {
        p.headline.urgency().cmp(&q.headline.urgency()).then(gap(a).total_cmp(&gap(b)))
    });
    let more = all.len().saturating_sub(MOST_FIGURES);
    let shown = all.iter().take(MOST_FIGURES);
    (shown.map(|(phase, pair)| figure(report, phase, pair)).collect(), more)
}

fn figure(report: &Report, phase: &PhaseRecord, pair: &PairRecord) -> KeyFigure {
    let title = match &phase.scenario {
        Some(scenario) => words(scenario),
        None => phase.title(report.comparison.is_some()),
    };
    KeyFigure {
        title,
        pair: pair.pair.as_str(),
        a: pair.a.clone(),
        b: pair.b.clone(),
        gap_mm: pair.gap_mm,
        lower_mm: pair.gap_lower_mm,
        upper_mm: pair.gap_upper_mm,
        tone: tone(phase.headline),
        headline: words(phase.headline.as_str()),
    }
}
