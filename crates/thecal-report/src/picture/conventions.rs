//! Where a convention differs: its pixels, our outlines, and both shortest segments.

use std::fmt::Write as _;

use crate::scene::{ConventionView, What};

use super::panel::{Panel, lines};
use super::place::Place;
use super::svg::{Anchor, Svg};
use super::theme::{self, Theme};
use super::{Picture, Shape, legend, mm, slices};

const SIDE: f64 = 720.0;
const MARGIN: f64 = 20.0;
/// Height of a line of text below the panel.
const LINE: f64 = 22.0;
const SIZE: f64 = 16.0;
/// The segment of the convention. Nothing else has this colour.
const THEIRS: &str = "#ff5fa2";

/// One picture for each view.
pub(super) fn pictures(views: &[ConventionView], theme: &Theme) -> Vec<Picture> {
    views.iter().map(|v| picture(v, theme)).collect()
}

fn picture(of: &ConventionView, theme: &Theme) -> Picture {
    let difference = of.gap_mm - of.ours_mm;
    let sign = if difference > 0.0 { "+" } else { "" };
    let panel = Panel {
        view: &of.view,
        window: 0,
        title: format!("{}: {} mm", of.convention.label(), mm(of.gap_mm)),
        verdict: format!(
            "{}: thecal {} mm, difference {sign}{} mm",
            of.pair,
            mm(of.ours_mm),
            mm(difference)
        ),
        place: slices::place(&of.view, 0),
    };
    let high = SIDE * of.view.size_mm[1] / of.view.size_mm[0];
    let head = panel.head_height(SIDE);
    let at = Place { x: MARGIN, y: head, scale: SIDE / of.view.size_mm[0], w: SIDE, h: high };
    let entries = legend::entries(of.view.outlines.iter());
    let rows = legend::rows(&entries, SIDE);
    let why = lines(&of.why, SIDE);
    let keys_at = head + high + 36.0 + legend::ROW * rows.len() as f64;
    let size = [SIDE + 2.0 * MARGIN, (keys_at + 36.0 + LINE * why.len() as f64).round()];
    let name = format!("convention-{}", of.convention.as_str().replace('_', "-"));
    let mut svg = Svg::new(&format!("p-{name}"));
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    panel.draw_head(&mut svg, theme, &at);
    svg.begin_clip("panel", at.frame());
    panel.draw_image(&mut svg, &at);
    pixels(&mut svg, of, &at);
    panel.draw_outlines(&mut svg, &at);
    segment(&mut svg, of, &at);
    svg.end();
    panel.draw_marks(&mut svg, &at);
    legend::draw(&mut svg, &rows, [MARGIN, head + high + 36.0], theme, "");
    key(&mut svg, of, [MARGIN, keys_at], theme);
    for (n, line) in why.iter().enumerate() {
        let y = keys_at + 30.0 + LINE * n as f64;
        svg.text([MARGIN, y], SIZE, Anchor::Start, &format!("fill:{}", theme.ink), line);
    }
    let title = format!("{} beside thecal", of.convention.label());
    let alt = format!(
        "{} ({}): {} gives {} mm, thecal {} mm. {}",
        of.pair,
        panel.place,
        of.convention.label(),
        mm(of.gap_mm),
        mm(of.ours_mm),
        of.why
    );
    let ends = [of.closest.a_mm, of.closest.b_mm].map(|p| at.of(of.view.project(p).0));
    Picture::new(&name, &title, &alt, Shape::Anatomy, size, svg).marked(vec![ends], at.scale)
}

/// The colours of the first and the second structure, as their outlines have them.
fn colours(of: &ConventionView) -> [&'static str; 2] {
    let has = |what: What| of.view.outlines.iter().any(|o| o.what == what);
    let second = if has(What::Cord) && !of.pair.contains("sac") { What::Cord } else { What::Sac };
    let first = if of.pair.starts_with("cord") { What::Cord } else { What::Tumour };
    [first, second].map(theme::of)
}

fn pixels(svg: &mut Svg, of: &ConventionView, at: &Place) {
    for (pixels, colour) in of.pixels.iter().zip(colours(of)) {
        let mut d = String::new();
        for corners in &pixels.corners {
            for (n, p) in corners.iter().enumerate() {
                let [x, y] = at.of(*p);
                // Writing to a String does not fail.
                let _ = write!(d, "{}{x:.1} {y:.1}", if n == 0 { 'M' } else { 'L' });
            }
            d.push('Z');
        }
        let fill = format!("fill:{colour};fill-opacity:0.3");
        svg.path(&d, &format!("{fill};stroke:{colour};stroke-opacity:0.65;stroke-width:0.8"));
    }
}

fn segment(svg: &mut Svg, of: &ConventionView, at: &Place) {
    let [a, b] = [of.closest.a_mm, of.closest.b_mm].map(|p| at.of(of.view.project(p).0));
    for (colour, wide) in [("#000000", 7.0), (THEIRS, 3.2)] {
        svg.line(a, b, &format!("stroke:{colour};stroke-width:{wide};stroke-linecap:round"));
    }
    for end in [a, b] {
        svg.circle(end, 5.0, &format!("fill:{THEIRS};stroke:#000000;stroke-width:1.4"));
    }
}

/// What the segments and the pixels are.
fn key(svg: &mut Svg, of: &ConventionView, [x, y]: [f64; 2], theme: &Theme) {
    let line = |svg: &mut Svg, x: f64, colour: &str| {
        svg.line([x, y], [x + 30.0, y], "stroke:#000000;stroke-width:6");
        svg.line([x, y], [x + 30.0, y], &format!("stroke:{colour};stroke-width:3.2"));
    };
    line(svg, x, THEIRS);
    let label = theme.label();
    svg.text([x + 38.0, y + 5.0], SIZE, Anchor::Start, &label, "closest by the convention");
    if of.view.segment.is_some() {
        line(svg, x + 260.0, "#ffffff");
        svg.text([x + 298.0, y + 5.0], SIZE, Anchor::Start, &label, "closest by thecal");
    }
    if of.pixels.iter().any(|p| !p.corners.is_empty()) {
        let colour = colours(of)[0];
        let style = format!("fill:{colour};fill-opacity:0.3;stroke:{colour}");
        svg.rect([x + 460.0, y - 8.0, 16.0, 16.0], 0.0, &style);
        svg.text([x + 484.0, y + 5.0], SIZE, Anchor::Start, &label, "pixels of the mask");
    }
}
