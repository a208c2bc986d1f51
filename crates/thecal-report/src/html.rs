//! The report as one page that opens offline: no request leaves it.
//!
//! Text of the study is escaped by the template engine; pictures are the drawings of
//! [`crate::picture`], put in as SVG; the view that can be turned is drawn by three.js (MIT,
//! `assets/three/LICENSE`), which is part of the page.

mod facts;
mod key;
mod least;
mod prv;
mod target;
mod viewer;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use serde::Serialize;

use crate::picture::theme::Theme;
use crate::picture::{self, Picture, Shape};
use crate::scene::Scene;
use crate::text::{capital, fixed};
use crate::{Report, WarningRecord, summary};

/// The page, and the sections that have files of their own.
const PAGE: [(&str, &str); 3] = [
    ("report.html", include_str!("../assets/report.html")),
    ("uncertainty.html", include_str!("../assets/report/uncertainty.html")),
    ("dose.html", include_str!("../assets/report/dose.html")),
];
const STYLE: &str = include_str!("../assets/report.css");
const SCRIPT: &str = include_str!("../assets/report.js");
const THREE: &str = include_str!("../assets/three/three.min.js");

/// Why the page could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HtmlError {
    /// The template failed, which is a fault of this crate.
    #[error("the page could not be made: {0}")]
    Template(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The data of the page's script could not be written.
    #[error("the data of the page could not be written: {0}")]
    Data(#[from] serde_json::Error),
}

impl From<minijinja::Error> for HtmlError {
    fn from(fault: minijinja::Error) -> Self {
        Self::Template(fault.into())
    }
}

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    report: &'a Report,
    label: Option<&'a str>,
    style: &'static str,
    script: &'static str,
    three: Option<&'static str>,
    word: &'static str,
    verdict: String,
    tone: &'static str,
    rows: Vec<facts::Row>,
    thresholds: Vec<f64>,
    cautions: Vec<&'a WarningRecord>,
    key: Vec<key::KeyFigure>,
    /// What was simulated, in a sentence.
    simulated: Option<String>,
    simulated_key: Vec<key::KeyFigure>,
    /// Simulated phases that the card has no room for.
    simulated_more: usize,
    phases_after: Vec<String>,
    best: Option<&'a str>,
    windows: Vec<&'a str>,
    approaches: Vec<facts::ApproachRow<'a>>,
    least: Option<least::LeastTable<'a>>,
    comparison: Option<target::ComparisonTable<'a>>,
    target: Option<target::TargetTable<'a>>,
    prvs: Vec<prv::PrvRow<'a>>,
    figures: Vec<Figure<'a>>,
    /// None where the page is made from the record alone.
    notes: Option<&'a [String]>,
    /// JSON for the page's script.
    viewer: Option<String>,
}

/// A picture on the page.
#[derive(Serialize)]
struct Figure<'a> {
    name: &'a str,
    title: &'a str,
    svg: &'a str,
    kind: &'static str,
    scenario: Option<&'a str>,
    window: usize,
    /// Another one is shown first.
    hidden: bool,
}

/// The page of a record; with a scene it has slices, maps and surfaces too. `label` is what its reader
/// calls the study: it stands at the head and on the sheet for signatures, and nowhere else.
///
/// # Errors
/// As [`HtmlError`] says.
///
/// # Example
/// ```
/// # let record = r#"{
/// #     "schema_version": "2", "tool": { "name": "thecal", "version": "0.1.0" }, "space": "LPS",
/// #     "inputs": [], "structures": [], "thresholds_mm": [2, 3], "phases": [], "warnings": [],
/// #     "parameters": { "ends": "half_slice", "gap_tolerance_mm": 0.01, "assume_same_frame": false },
/// #     "separation": null, "target": null, "comparison": null, "headline": "not_assessable"
/// # }"#;
/// use thecal_report::{Report, html::html};
///
/// let report: Report = serde_json::from_str(record)?;
/// let page = html(&report, None, None)?;
/// assert!(page.starts_with("<!doctype html>"));
/// assert_eq!(page.matches("not a medical device").count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn html(
    report: &Report,
    scene: Option<&Scene>,
    label: Option<&str>,
) -> Result<String, HtmlError> {
    let mut environment = environment()?;
    environment.add_filter("words", |text: String| picture::words(&text));
    environment.add_filter("mm", |value: f64| number(value, 2));
    environment.add_filter("format_mm", number);
    // Thresholds as they were given.
    environment.add_filter("plain", |value: f64| format!("{value}"));
    environment.add_filter("capitalize_first", |text: String| capital(&text));
    environment.add_filter("lower_first", |text: String| lower_first(&text));
    for (name, text) in PAGE {
        environment.add_template(name, text)?;
    }
    let pictures = picture::drawn(report, scene, &Theme::PAGE);
    let phases_after = facts::phases_after(report, scene);
    let best = facts::best(report, &phases_after);
    let figure = |p| figure(p, best);
    let (word, verdict) = summary::verdict(report);
    let viewer = scene.filter(|s| !s.slices.is_empty() || !s.surfaces.is_empty());
    let (simulated_key, simulated_more) = key::simulated_key(report);
    let images = scene.and_then(|s| s.phases.first()).map(|p| &p.slice.images);
    let page = Page {
        report,
        label,
        style: STYLE,
        script: SCRIPT,
        three: viewer.map(|_| THREE),
        word,
        verdict,
        tone: facts::tone(report.headline),
        rows: facts::rows(report, scene),
        thresholds: facts::thresholds(report),
        cautions: report.cautions().collect(),
        key: key::key(report),
        simulated: summary::simulated(report),
        simulated_key,
        simulated_more,
        phases_after,
        best,
        windows: images.into_iter().flatten().map(|i| i.window.as_str()).collect(),
        approaches: facts::approaches(report),
        least: least::table(report),
        comparison: report.comparison.as_ref().map(target::comparison),
        target: report.target.as_ref().map(target::table),
        prvs: prv::rows(report),
        figures: pictures.iter().map(figure).collect(),
        notes: scene.map(|s| s.notes.as_slice()),
        viewer: viewer.map(|s| inline(&viewer::data(report, s))).transpose()?,
    };
    Ok(environment.get_template("report.html")?.render(Serde(&page))?)
}

/// Templates of pages: lines of instructions leave no trace, and all text is escaped.
pub(crate) fn environment<'a>() -> Result<Environment<'a>, HtmlError> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    Ok(environment)
}

/// JSON that can stand in a script element: no `<` that could end it.
fn inline(data: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(data).map(|text| text.replace('<', "\\u003c"))
}

fn number(value: f64, digits: usize) -> String {
    fixed(value, digits).replace('-', "\u{2212}")
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_lowercase().chain(letters).collect())
}

fn figure<'a>(p: &'a Picture, best: Option<&str>) -> Figure<'a> {
    let scenario = p.scenario.as_deref();
    let other = scenario.is_some() && scenario != best;
    // Without a separation the grey scales stand side by side in one picture.
    Figure {
        name: &p.name,
        title: &p.title,
        svg: p.svg(),
        kind: kind(p),
        scenario,
        window: p.window,
        hidden: other || p.window > 0,
    }
}

/// Which figure a picture belongs to.
fn kind(p: &Picture) -> &'static str {
    match p.shape {
        Shape::Anatomy if p.name.starts_with("cuts") => "cuts",
        Shape::Anatomy => "slice",
        Shape::Map => "map",
        Shape::Dose => "dose",
        Shape::Prv => "prv",
        Shape::Chart if p.name.starts_with("clock") => "clock",
        Shape::Chart => "chart",
    }
}
