//! Planes through the anatomy: the slice of closest approach, and cuts through it.

use crate::Report;
use crate::scene::{PhaseViews, Scene, View, What};

use super::panel::{self, Panel};
use super::place::Place;
use super::svg::Svg;
use super::theme::{self, Theme};
use super::{Picture, Shape, legend, mm, said};

const PANELS_WIDTH: f64 = 1312.0;
const MARGIN: f64 = 20.0;
const BETWEEN: f64 = 16.0;
const FOOT: f64 = 58.0;
/// Most height of a panel.
const MOST_HEIGHT: f64 = 648.0;

/// Slices of closest approach: one picture for each phase after and grey scale, or one for the
/// study as it is.
pub(super) fn slices(report: &Report, scene: &Scene, theme: &Theme) -> Vec<Picture> {
    let Some((before, after)) = scene.phases.split_first() else { return Vec::new() };
    let windows = before.slice.images.len().max(1);
    let first = first(report);
    if after.is_empty() {
        let panels: Vec<_> = (0..windows).map(|w| panel(&before.slice, &first, w)).collect();
        return vec![picture("slice", "Slice of closest approach", &panels, theme)];
    }
    let mut out = Vec::new();
    for phase in after {
        for w in 0..windows {
            let scenario = phase.scenario.as_deref().unwrap_or_default();
            let record = super::phase(report, scenario);
            let after = super::heading(report, record);
            let verdict = record.map(said::verdict).unwrap_or_default();
            let head = |title: String, verdict: &str| Head { title, verdict: verdict.to_owned() };
            let mut panels = vec![panel(&before.slice, &first, w)];
            if let Some(same) = &phase.slice_before {
                // The gap is another plane's.
                panels.push(panel(same, &head(format!("{after}, same plane"), ""), w));
                let closest = head(format!("{after}, closest plane"), &verdict);
                panels.push(panel(&phase.slice, &closest, w));
            } else {
                panels.push(panel(&phase.slice, &head(after.to_owned(), &verdict), w));
            }
            let suffix = if w == 0 { String::new() } else { "-bone".to_owned() };
            let name = format!("slice-{}{suffix}", super::key(scenario));
            let title = format!("Slice of closest approach, {}", super::words(scenario));
            out.push(picture(&name, &title, &panels, theme).of(scenario).window(w));
        }
    }
    out
}

/// Two cuts through the closest point, before and after.
pub(super) fn cuts(report: &Report, scene: &Scene, theme: &Theme) -> Vec<Picture> {
    let Some((before, after)) = scene.phases.split_first() else { return Vec::new() };
    let first = first(report);
    if after.is_empty() {
        let panels: Vec<_> = before.cuts.iter().map(|v| panel(v, &first, 0)).collect();
        return vec![picture("cuts", "Cuts through the closest point", &panels, theme)];
    }
    let one = |phase: &PhaseViews| {
        let scenario = phase.scenario.as_deref().unwrap_or_default();
        let record = super::phase(report, scenario);
        let head = Head {
            title: super::heading(report, record).to_owned(),
            verdict: record.map(said::verdict).unwrap_or_default(),
        };
        let panels: Vec<_> = before
            .cuts
            .iter()
            .zip(&phase.cuts)
            .flat_map(|(b, a)| [panel(b, &first, 0), panel(a, &head, 0)])
            .collect();
        let name = format!("cuts-{}", super::key(scenario));
        let title = format!("Cuts through the closest point, {}", super::words(scenario));
        picture(&name, &title, &panels, theme).of(scenario)
    };
    after.iter().map(one).collect()
}

/// What stands above a panel: what it is of, and what was found there.
struct Head {
    title: String,
    verdict: String,
}

fn first(report: &Report) -> Head {
    Head {
        title: super::first_heading(report).to_owned(),
        verdict: report.phases.first().map(said::verdict).unwrap_or_default(),
    }
}

fn panel<'a>(view: &'a View, head: &Head, window: usize) -> Panel<'a> {
    let (title, verdict) = (head.title.clone(), head.verdict.clone());
    Panel { view, window, title, verdict, place: place(view, window) }
}

/// Where a view lies, and the grey scale of its image.
pub(super) fn place(view: &View, window: usize) -> String {
    let mut place = view.name.to_lowercase();
    if let Some(number) = view.number {
        place.push_str(&format!(", {number}"));
    }
    if let Some((axis, at_mm)) = view.position() {
        place.push_str(&format!(", {axis} {} mm", super::tenths(at_mm)));
    }
    if let Some(image) = panel::image(view, window) {
        place.push_str(&format!(", {}", image.window));
    }
    place
}

fn picture(name: &str, title: &str, panels: &[Panel<'_>], theme: &Theme) -> Picture {
    // All panels as high as the first, side by side.
    let aspects = panels.iter().map(|p| p.view.size_mm[0] / p.view.size_mm[1]).sum::<f64>();
    let gaps = BETWEEN * (panels.len() as f64 - 1.0);
    let height = ((PANELS_WIDTH - gaps) / aspects).min(MOST_HEIGHT);
    let width = height * aspects + gaps + 2.0 * MARGIN;
    let wide = |p: &Panel<'_>| height * p.view.size_mm[0] / p.view.size_mm[1];
    let head = panels.iter().map(|p| p.head_height(wide(p))).fold(0.0, f64::max);
    let entries = legend::entries(panels.iter().flat_map(|p| &p.view.outlines));
    let rows = legend::rows(&entries, width - 2.0 * MARGIN);
    let foot = FOOT + legend::ROW * (rows.len().max(1) - 1) as f64;
    let size = [width.round(), (height + head + foot).round()];
    let mut svg = Svg::new(&format!("p-{name}"));
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    let hatch = svg.hatch("removed", theme::of(What::Removed));
    let mut marks = Vec::new();
    // Panels of one picture share their scale: those of cuts are as high as each other, and show
    // as much.
    let scale = panels.first().map_or(1.0, |p| height / p.view.size_mm[1]);
    let mut x = MARGIN;
    for (k, panel) in panels.iter().enumerate() {
        let w = wide(panel);
        let at = Place { x, y: head, scale: w / panel.view.size_mm[0], w, h: height };
        panel.draw_head(&mut svg, theme, &at);
        panel.draw(&mut svg, k, &at, &hatch);
        if let Some(segment) = &panel.view.segment {
            let ends = [segment.closest.a_mm, segment.closest.b_mm];
            marks.push(ends.map(|p| at.of(panel.view.project(p).0)));
        }
        x += w + BETWEEN;
    }
    legend::draw(&mut svg, &rows, [MARGIN, head + height + 36.0], theme, &hatch);
    Picture::new(name, title, &alt(panels), Shape::Anatomy, size, svg).marked(marks, scale)
}

fn alt(panels: &[Panel<'_>]) -> String {
    let told = panels.iter().map(|panel| {
        let gap = panel.view.segment.as_ref().map_or_else(
            || "no segment".to_owned(),
            |s| format!("shortest segment {} mm", mm(s.gap_mm)),
        );
        let verdict = panel.verdict.to_lowercase();
        let verdict = if verdict.is_empty() { verdict } else { format!("; {verdict}") };
        format!("{} ({}): {gap}{verdict}", panel.title, panel.place)
    });
    told.collect::<Vec<_>>().join("; ")
}
