//! The index of a batch as one page that opens offline.

use minijinja::value::Serde;
use serde::Serialize;

use super::{LeastGap, Status, StudyResult};
use crate::Headline;
use crate::html::{self, HtmlError};
use crate::text::{fixed, words};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the page shows of a study.
#[derive(Debug, Clone)]
pub struct PageRow {
    /// What people call the study.
    pub label: String,
    /// Key of the study.
    pub study: String,
    /// What became of it.
    pub status: Status,
    /// Why.
    pub reason: String,
    /// The headline.
    pub headline: Option<Headline>,
    gap: Option<LeastGap>,
    simulated_headline: Option<Headline>,
    simulated_gap: Option<LeastGap>,
    /// Its report, relative to the page.
    pub report: Option<String>,
    /// A picture of it, relative to the page.
    pub picture: Option<String>,
}

impl PageRow {
    /// Where the row stands: what has no result first, then the worst verdicts, and among equals
    /// the smallest gap; `a` before `b` where it is less.
    #[must_use]
    pub fn by_urgency(a: &Self, b: &Self) -> std::cmp::Ordering {
        // None stands before all.
        let rank = |row: &Self| row.headline.and_then(Headline::urgency);
        let gap_mm = |row: &Self| row.gap.as_ref().map_or(f64::INFINITY, |g| g.gap_mm);
        let by_gap = gap_mm(a).total_cmp(&gap_mm(b));
        rank(a).cmp(&rank(b)).then(by_gap).then_with(|| a.study.cmp(&b.study))
    }

    /// The row of a result; `report` and `picture` are relative to the page.
    #[must_use]
    pub fn new(
        label: &str,
        result: &StudyResult,
        report: Option<String>,
        picture: Option<String>,
    ) -> Self {
        Self {
            label: label.to_owned(),
            study: result.study.clone(),
            status: result.status,
            reason: result.reason.clone(),
            headline: result.headline,
            simulated_headline: result.simulated_headline,
            gap: result.gap.clone(),
            simulated_gap: result.simulated_gap.clone(),
            report,
            picture,
        }
    }
}

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    style: &'static str,
    script: &'static str,
    version: &'a str,
    measured: usize,
    counts: Vec<Count>,
    pictures: bool,
    /// Some study has simulated separations.
    simulated: bool,
    rows: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct Count {
    /// Class of its colour.
    word: &'static str,
    label: String,
    count: usize,
}

/// What was simulated: the worst headline, and the least gap with its scenario.
#[derive(Serialize)]
struct Simulated {
    headline: String,
    gap: String,
    scenario: String,
}

#[derive(Serialize)]
struct Shown<'a> {
    label: &'a str,
    study: &'a str,
    word: &'static str,
    headline: String,
    status: String,
    gap: String,
    range: String,
    simulated: Option<Simulated>,
    reason: &'a str,
    report: Option<&'a str>,
    picture: Option<&'a str>,
}

/// The page, and nothing that has to be fetched for it.
///
/// # Errors
/// The template failed, which is a fault of this crate.
pub fn page(rows: &[PageRow], version: &str) -> Result<String, HtmlError> {
    let page = Page {
        style: STYLE,
        script: SCRIPT,
        version,
        measured: rows.iter().filter(|r| r.status == Status::Ok).count(),
        counts: counts(rows),
        pictures: rows.iter().any(|r| r.picture.is_some()),
        simulated: rows.iter().any(|r| r.simulated_headline.is_some()),
        rows: rows.iter().map(shown).collect(),
    };
    let mut environment = html::environment()?;
    environment.add_template("page.html", PAGE)?;
    Ok(environment.get_template("page.html")?.render(Serde(&page))?)
}

fn counts(rows: &[PageRow]) -> Vec<Count> {
    let order = [
        Headline::Clear,
        Headline::Marginal,
        Headline::Insufficient,
        Headline::Indeterminate,
        Headline::NotAssessable,
    ];
    let of = |headline| rows.iter().filter(|r| r.headline == headline).count();
    let mut out: Vec<Count> = order
        .into_iter()
        .map(|h| Count { word: h.as_str(), label: spoken(h.as_str()), count: of(Some(h)) })
        .collect();
    out.push(Count { word: "failed", label: "without result".to_owned(), count: of(None) });
    out
}

fn shown(row: &PageRow) -> Shown<'_> {
    Shown {
        label: &row.label,
        study: &row.study,
        word: row.headline.map_or("failed", Headline::as_str),
        headline: spoken(row.headline.map_or("-", Headline::as_str)),
        status: spoken(row.status.as_str()),
        gap: gap(row.gap.as_ref()),
        range: row.gap.as_ref().map_or_else(String::new, |g| {
            let [low, high] = g.range_mm;
            format!("{} to {}", fixed(low, 2), fixed(high, 2))
        }),
        simulated: row.simulated_headline.map(|h| Simulated {
            headline: spoken(h.as_str()),
            gap: gap(row.simulated_gap.as_ref()),
            scenario: row
                .simulated_gap
                .as_ref()
                .and_then(|g| g.scenario.as_deref())
                .map_or_else(String::new, words),
        }),
        reason: &row.reason,
        report: row.report.as_deref(),
        picture: row.picture.as_deref(),
    }
}

fn gap(found: Option<&LeastGap>) -> String {
    found.map_or_else(String::new, |g| fixed(g.gap_mm, 2))
}

fn spoken(word: &str) -> String {
    word.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_study_is_never_markup() {
        let result = StudyResult::failed("k", "f", Status::Unreadable, "<script>\"x\" & y");
        let page = page(&[PageRow::new("study-0001", &result, None, None)], "0").expect("a page");
        assert!(page.contains("&lt;script&gt;&quot;x&quot; &amp; y"));
        assert_eq!(page.matches("<script>").count(), 1);
    }
}
