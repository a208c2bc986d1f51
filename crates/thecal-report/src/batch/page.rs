//! The index of a batch as one page that opens offline.

use minijinja::value::Serde;
use serde::Serialize;

use super::{Status, StudyResult};
use crate::Headline;
use crate::csv::number;
use crate::html::{self, HtmlError};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the page shows of a study.
#[derive(Debug, Clone)]
pub struct PageRow {
    /// Key of the study.
    pub study: String,
    /// What became of it.
    pub status: Status,
    /// Why.
    pub reason: String,
    /// The headline.
    pub headline: Option<Headline>,
    /// Least tumour-cord gap before and after, mm.
    gaps_mm: [Option<f64>; 2],
    /// Its report, relative to the page.
    pub report: Option<String>,
    /// A picture of it, relative to the page.
    pub picture: Option<String>,
}

impl PageRow {
    /// The row of a result; `report` and `picture` are relative to the page.
    #[must_use]
    pub fn of(result: &StudyResult, report: Option<String>, picture: Option<String>) -> Self {
        Self {
            study: result.study.clone(),
            status: result.status,
            reason: result.reason.clone(),
            headline: result.headline,
            gaps_mm: result.gaps_mm,
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
    rows: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct Count {
    /// Class of its colour.
    word: &'static str,
    label: String,
    count: usize,
}

#[derive(Serialize)]
struct Shown<'a> {
    study: &'a str,
    word: &'static str,
    headline: String,
    status: String,
    before: String,
    after: String,
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
    let [before, after] = row.gaps_mm.map(gap);
    Shown {
        study: &row.study,
        word: row.headline.map_or("failed", Headline::as_str),
        headline: spoken(row.headline.map_or("-", Headline::as_str)),
        status: spoken(row.status.as_str()),
        before,
        after,
        reason: &row.reason,
        report: row.report.as_deref(),
        picture: row.picture.as_deref(),
    }
}

fn gap(value: Option<f64>) -> String {
    value.map_or_else(|| number(None), |v| format!("{v:.2}"))
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
        let page = page(&[PageRow::of(&result, None, None)], "0").expect("a page");
        assert!(page.contains("&lt;script&gt;&quot;x&quot; &amp; y"));
        assert_eq!(page.matches("<script>").count(), 1);
    }
}
