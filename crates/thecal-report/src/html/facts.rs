//! What the page's tables say, in the words and order of a reader.

use serde::Serialize;

use crate::scene::Scene;
use crate::summary;
use crate::text::words;
use crate::{
    Headline, Limit, PairKind, PairRecord, PhaseRecord, Report, SECOND_STUDY, SeparationRun,
    Verdict,
};

/// How the headline is to be shown.
pub(super) fn tone(headline: Headline) -> &'static str {
    match headline {
        Headline::Clear => "pass",
        Headline::Marginal => "near",
        Headline::Indeterminate => "open",
        Headline::Insufficient => "fail",
        // No verdict is no failure, and must not look like one.
        Headline::NotAssessable => "unknown",
    }
}

/// What limits the range of a gap.
fn limit_words(limit: Limit) -> String {
    let words = match limit {
        Limit::Ends => "the end slices",
        Limit::MissingPlanes => "missing planes",
        Limit::Voxels => "the voxel size",
    };
    words.to_owned()
}

/// One line of the table of gaps.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    key: Option<String>,
    /// What its phase is called.
    title: String,
    /// Set on the first line of each phase: its name, and how many lines it has.
    phase: Option<(String, usize)>,
    tone: &'static str,
    headline: String,
    pair: &'static str,
    a: String,
    b: String,
    gap_mm: Option<f64>,
    lower_mm: Option<f64>,
    upper_mm: Option<f64>,
    /// Where it differs from the gap enough to be told of.
    smoothed_mm: Option<f64>,
    /// What makes the range as wide as it is.
    why: Option<String>,
    hour: Option<String>,
    plane: Option<String>,
    /// The slice that it is drawn on, by its number.
    slice: Option<String>,
    limited_by: Option<String>,
    length_mm: Vec<Option<f64>>,
    /// Verdict on each threshold of the table; none where the pair has no such threshold.
    verdicts: Vec<Option<(&'static str, &'static str)>>,
}

/// All thresholds of all pairs, ascending, mm.
pub(super) fn thresholds(report: &Report) -> Vec<f64> {
    let pairs = report.phases.iter().flat_map(|p| &p.pairs);
    let mut all: Vec<f64> = pairs.flat_map(|p| &p.verdicts).map(|v| v.threshold_mm).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

pub(super) fn rows(report: &Report, scene: Option<&Scene>) -> Vec<Row> {
    let thresholds_mm = thresholds(report);
    let two_studies = report.comparison.is_some();
    let of = |phase: &PhaseRecord| -> Vec<Row> {
        let name = phase.title(two_studies);
        let pairs = phase.pairs.iter().enumerate();
        let row = |(k, pair): (usize, &PairRecord)| Row {
            title: name.clone(),
            phase: (k == 0).then(|| (name.clone(), phase.pairs.len())),
            tone: tone(phase.headline),
            headline: words(phase.headline.as_str()),
            pair: pair.pair.as_str(),
            a: pair.a.clone(),
            b: pair.b.clone(),
            gap_mm: pair.gap_mm,
            lower_mm: pair.gap_lower_mm,
            upper_mm: pair.gap_upper_mm,
            smoothed_mm: summary::smoothed_mm(pair),
            why: summary::why(pair, report),
            hour: hour(pair),
            plane: plane(pair),
            slice: slice(pair, scene),
            key: phase.key().map(ToOwned::to_owned),
            limited_by: pair.limited_by.map(limit_words),
            length_mm: thresholds_mm.iter().map(|t| length_mm(pair, *t)).collect(),
            verdicts: thresholds_mm.iter().map(|t| verdict(pair, *t)).collect(),
        };
        pairs.map(row).collect()
    };
    report.phases.iter().flat_map(of).collect()
}

fn length_mm(pair: &PairRecord, threshold_mm: f64) -> Option<f64> {
    let below = pair.below.iter().find(|b| b.threshold_mm == threshold_mm)?;
    below.cord_length_mm.or(below.sac_length_mm)
}

fn verdict(pair: &PairRecord, threshold_mm: f64) -> Option<(&'static str, &'static str)> {
    let found = pair.verdicts.iter().find(|v| v.threshold_mm == threshold_mm)?;
    Some(match found.verdict {
        Some(Verdict::Pass) if found.by_tolerance => ("pass", "reached by tolerance"),
        Some(Verdict::Pass) => ("pass", "reached"),
        Some(Verdict::Fail) => ("fail", "not reached"),
        Some(Verdict::Indeterminate) => ("open", "undetermined"),
        None => ("none", "not measured"),
    })
}

/// The hour that a gap is at.
fn hour(pair: &PairRecord) -> Option<String> {
    let deg = pair.r#where.as_ref()?.clock_deg?;
    Some(match (deg / 30.0).round() as i64 % 12 {
        0 => "12 o'clock".to_owned(),
        h => format!("{h} o'clock"),
    })
}

/// The plane and the level that it is at.
fn plane(pair: &PairRecord) -> Option<String> {
    let at = pair.r#where.as_ref()?;
    let plane = at.plane_mm.map(|w| format!("plane {} mm", super::number(w, 1)));
    let words: Vec<String> = [plane, at.level.clone()].into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// The number of the slice that a pair's closest approach is drawn on.
fn slice(pair: &PairRecord, scene: Option<&Scene>) -> Option<String> {
    let closest = pair.closest.as_ref()?;
    let mut drawn = scene?.phases.iter().map(|phase| &phase.slice);
    let here = drawn.find(|v| v.segment.as_ref().is_some_and(|s| s.closest == *closest))?;
    here.number.map(|n| n.to_string())
}

/// The phases after that can be chosen: those that are drawn, or without a scene all.
pub(super) fn phases_after(report: &Report, scene: Option<&Scene>) -> Vec<String> {
    let keys = report.phases.iter().filter_map(|p| p.key());
    let drawn = scene.filter(|s| !s.phases.is_empty()).map(|s| &s.phases);
    let there =
        |key: &&str| drawn.is_none_or(|all| all.iter().any(|p| p.scenario.as_deref() == Some(key)));
    keys.filter(there).map(ToOwned::to_owned).collect()
}

/// The phase that is shown first: what was done in truth, else with cord and sac as drawn the
/// largest least gap, and among equals the least removal.
pub(super) fn best<'a>(report: &'a Report, phases_after: &[String]) -> Option<&'a str> {
    if report.comparison.is_some() && phases_after.iter().any(|p| p == SECOND_STUDY) {
        return Some(SECOND_STUDY);
    }
    let chief = |p: &PhaseRecord| {
        let of = |kind: PairKind| {
            let pairs = p.pairs.iter().filter(move |p| p.pair == kind);
            pairs.map(|p| p.gap_mm.unwrap_or(f64::INFINITY)).min_by(f64::total_cmp)
        };
        of(PairKind::TumourCord).or_else(|| of(PairKind::TumourSac)).unwrap_or(f64::NEG_INFINITY)
    };
    let removed = |name: &str| -> f64 {
        let runs = report.separation.iter().flat_map(|s| &s.runs);
        runs.filter(|r| r.scenario == name).map(|r| r.removed_cc).sum()
    };
    let drawn = report.phases.iter().filter(|p| p.is_as_drawn());
    let named = drawn.filter_map(|p| Some((p, p.scenario.as_deref()?)));
    let key = |(p, name): &(&PhaseRecord, &str)| (chief(p), -removed(name));
    let better = |a: &(&PhaseRecord, &str), b: &(&PhaseRecord, &str)| {
        let ((gap_a, cc_a), (gap_b, cc_b)) = (key(a), key(b));
        gap_a.total_cmp(&gap_b).then(cc_a.total_cmp(&cc_b))
    };
    named.max_by(better).map(|(_, name)| name)
}

/// One line of the table of approaches.
#[derive(Debug, Serialize)]
pub(super) struct ApproachRow<'a> {
    run: &'a SeparationRun,
    cord: Option<&'a crate::GapChange>,
    sac: Option<&'a crate::GapChange>,
    tone: &'static str,
    headline: String,
}

pub(super) fn approaches(report: &Report) -> Vec<ApproachRow<'_>> {
    report.separation.iter().flat_map(|s| &s.runs).map(|run| approach(report, run)).collect()
}

fn approach<'a>(report: &Report, run: &'a SeparationRun) -> ApproachRow<'a> {
    let change = |kind: PairKind| run.changes.iter().find(|c| c.pair == kind);
    let phase = report.phases.iter().find(|p| p.scenario.as_deref() == Some(&run.scenario));
    let headline = phase.map_or(Headline::NotAssessable, |p| p.headline);
    ApproachRow {
        run,
        cord: change(PairKind::TumourCord),
        sac: change(PairKind::TumourSac),
        tone: tone(headline),
        headline: words(headline.as_str()),
    }
}
