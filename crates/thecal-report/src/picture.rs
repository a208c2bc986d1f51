//! Pictures of a result, as SVG for pages and PNG for everything else.
//!
//! `docs/report.md` describes what each shows and how it is made.

mod across;
mod alike;
mod axes;
mod callout;
mod colour_bar;
mod conventions;
mod dose_map;
mod dose_slice;
mod dvh;
mod encode;
mod isodose;
mod keys;
mod legend;
mod limit_marks;
mod map;
mod panel;
mod place;
mod probability;
mod profile;
mod prv_map;
mod render;
mod said;
mod sectors;
mod slices;
mod svg;
mod sweep;
pub(crate) mod theme;
mod unrolled;

pub use isodose::IsodoseLines;
pub use render::PictureError;
pub(crate) use svg::{jpeg, thinned};

use svg::Svg;
use theme::Theme;

use crate::scene::{ConventionView, Scene};
use crate::text::fixed;
pub(crate) use crate::text::words;
use crate::{DoseRecord, PhaseRecord, Report};

/// What a picture is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A plane through the anatomy.
    Anatomy,
    /// The unrolled cord.
    Map,
    /// A plane through the anatomy, or the unrolled cord, in the colours of a dose.
    Dose,
    /// The unrolled cord, in the colours of the error of a PRV.
    Prv,
    /// A chart.
    Chart,
}

/// A picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its file name without ending.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// What it is of.
    pub shape: Shape,
    /// The scenario that it belongs to.
    pub scenario: Option<String>,
    /// Which of the image's grey scales it has.
    pub window: usize,
    /// Where it has the ends of the shortest segments, pixels from its upper left.
    pub ends: Vec<[[f64; 2]; 2]>,
    /// Its scale, where it is a plane through the anatomy.
    pub pixels_per_mm: Option<f64>,
    /// Where it has isodoses.
    pub isodoses: Vec<IsodoseLines>,
    svg: String,
}

impl Picture {
    fn new(name: &str, title: &str, alt: &str, shape: Shape, size: [f64; 2], svg: Svg) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            alt: alt.to_owned(),
            shape,
            scenario: None,
            window: 0,
            ends: Vec::new(),
            pixels_per_mm: None,
            isodoses: Vec::new(),
            svg: svg.finish(size, title, alt),
        }
    }

    fn of(self, scenario: &str) -> Self {
        Self { scenario: Some(scenario.to_owned()), ..self }
    }

    fn window(self, window: usize) -> Self {
        Self { window, ..self }
    }

    fn marked(self, ends: Vec<[[f64; 2]; 2]>, pixels_per_mm: f64) -> Self {
        Self { ends, pixels_per_mm: Some(pixels_per_mm), ..self }
    }

    fn with_isodoses(self, isodoses: Vec<IsodoseLines>) -> Self {
        Self { isodoses, ..self }
    }

    /// The picture as an SVG document.
    #[must_use]
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// The picture as a PNG file.
    ///
    /// # Errors
    /// When it cannot be drawn, which is a fault of this crate.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        render::png(&self.svg)
    }
}

/// All pictures that a record and its scene give, on white; without a scene the charts alone.
#[must_use]
pub fn pictures(report: &Report, scene: Option<&Scene>) -> Vec<Picture> {
    drawn(report, scene, &Theme::LIGHT)
}

pub(crate) fn drawn(report: &Report, scene: Option<&Scene>, theme: &Theme) -> Vec<Picture> {
    let mut out = Vec::new();
    if let Some(scene) = scene {
        out.extend(slices::slices(report, scene, theme));
        out.extend(slices::cuts(report, scene, theme));
        out.extend(map::maps(report, scene, theme));
        out.extend(prv_map::prv_maps(report, scene, theme));
    }
    out.extend(profile::profile(report, theme));
    out.extend(probability::probability(report, theme));
    out.extend(sectors::sectors(report, theme));
    out.extend(sweep::sweep(report, theme));
    out.extend(report.dose.iter().flat_map(|dose| of_dose(dose, scene, theme)));
    out
}

/// All pictures of a dose, on white; none where it was refused. Without a scene the charts alone.
#[must_use]
pub fn dose_pictures(dose: &DoseRecord, scene: Option<&Scene>) -> Vec<Picture> {
    of_dose(dose, scene, &Theme::LIGHT)
}

/// Pictures of the places where conventions differ from us, on white.
#[must_use]
pub fn convention_pictures(views: &[ConventionView]) -> Vec<Picture> {
    conventions::pictures(views, &Theme::LIGHT)
}

fn of_dose(dose: &DoseRecord, scene: Option<&Scene>, theme: &Theme) -> Vec<Picture> {
    let on_slice = scene.and_then(|scene| dose_slice::dose_slice(dose, scene, theme));
    let on_cord = scene.and_then(|scene| dose_map::dose_map(dose, scene, theme));
    let charts = [dvh::dvh(dose, theme), across::across(dose, theme)];
    [on_slice, on_cord].into_iter().chain(charts).flatten().collect()
}

/// The phase that pictures of a key are of.
fn phase<'a>(report: &'a Report, key: &str) -> Option<&'a PhaseRecord> {
    report.phases.iter().find(|p| p.key() == Some(key))
}

/// What stands above pictures of the anatomy as contoured, the first of two studies.
fn first_heading(report: &Report) -> &'static str {
    if report.comparison.is_some() { "Before the operation" } else { "As contoured" }
}

/// What stands above pictures of another phase.
fn heading(report: &Report, phase: Option<&PhaseRecord>) -> &'static str {
    phase.map_or("Simulated", |p| p.heading(report.comparison.is_some()))
}

/// Minus as the bundled font has it.
const MINUS: &str = "\u{2013}";

/// A length as the report's tables have it.
pub(crate) fn mm(value_mm: f64) -> String {
    fixed(value_mm, 2).replace('-', MINUS)
}

/// A position as planning systems have it.
fn tenths(value_mm: f64) -> String {
    fixed(value_mm, 1).replace('-', MINUS)
}

/// A scenario's name as part of a file's name.
fn key(scenario: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    scenario.chars().map(kept).collect()
}
