//! Planes through the anatomy: the slice of closest approach, and cuts through it.

use crate::Report;
use crate::scene::{GreyImage, Outline, PhaseViews, Scene, View, What};

use super::svg::{Anchor, Svg, rings, text_width};
use super::theme::{self, DARK, END, LEADER, Theme};
use super::{Picture, Shape, legend, mm};

const PANELS_WIDTH: f64 = 1312.0;
const MARGIN: f64 = 20.0;
const BETWEEN: f64 = 16.0;
const HEAD: f64 = 64.0;
const FOOT: f64 = 58.0;

/// A view with what is said above it.
struct Panel<'a> {
    view: &'a View,
    title: String,
    note: String,
}

/// Slices of closest approach: one picture for each phase after and grey scale, or one for the
/// study as it is.
pub(super) fn slices(report: &Report, scene: &Scene, theme: &Theme) -> Vec<Picture> {
    let Some((before, after)) = scene.phases.split_first() else { return Vec::new() };
    let windows = before.slice.images.len().max(1);
    let first = super::first_heading(report);
    if after.is_empty() {
        let panels: Vec<_> = (0..windows).map(|w| (panel(&before.slice, first, w), w)).collect();
        return vec![picture("slice", "Slice of closest approach", panels, theme)];
    }
    let mut out = Vec::new();
    for phase in after {
        for w in 0..windows {
            let scenario = phase.scenario.as_deref().unwrap_or_default();
            let after = super::heading(report, super::phase(report, scenario));
            let mut panels = vec![(panel(&before.slice, first, w), w)];
            if let Some(same) = &phase.slice_before {
                panels.push((panel(same, &format!("{after}, same plane"), w), w));
                panels.push((panel(&phase.slice, &format!("{after}, closest plane"), w), w));
            } else {
                panels.push((panel(&phase.slice, after, w), w));
            }
            let suffix = if w == 0 { String::new() } else { "-bone".to_owned() };
            let name = format!("slice-{}{suffix}", super::key(scenario));
            let title = format!("Slice of closest approach, {}", super::words(scenario));
            out.push(picture(&name, &title, panels, theme).of(scenario).window(w));
        }
    }
    out
}

/// Two cuts through the closest point, before and after.
pub(super) fn cuts(report: &Report, scene: &Scene, theme: &Theme) -> Vec<Picture> {
    let Some((before, after)) = scene.phases.split_first() else { return Vec::new() };
    let first = super::first_heading(report);
    if after.is_empty() {
        let panels: Vec<_> = before.cuts.iter().map(|v| (panel(v, first, 0), 0)).collect();
        return vec![picture("cuts", "Cuts through the closest point", panels, theme)];
    }
    let one = |phase: &PhaseViews| {
        let scenario = phase.scenario.as_deref().unwrap_or_default();
        let heading = super::heading(report, super::phase(report, scenario));
        let panels: Vec<_> = before
            .cuts
            .iter()
            .zip(&phase.cuts)
            .flat_map(|(b, a)| [(panel(b, first, 0), 0), (panel(a, heading, 0), 0)])
            .collect();
        let name = format!("cuts-{}", super::key(scenario));
        let title = format!("Cuts through the closest point, {}", super::words(scenario));
        picture(&name, &title, panels, theme).of(scenario)
    };
    after.iter().map(one).collect()
}

fn panel<'a>(view: &'a View, title: &str, window: usize) -> Panel<'a> {
    let mut note = view.name.to_lowercase();
    if let Some(plane) = view.plane_mm {
        let plane = format!("{plane:.1}").replace('-', super::MINUS);
        note.push_str(&format!(", plane {plane} mm"));
    }
    if let Some(image) = image(view, window) {
        note.push_str(&format!(", {}", image.window));
    }
    Panel { view, title: title.to_owned(), note }
}

/// The image in a grey scale, or in its last one: a second study may have fewer.
fn image(view: &View, window: usize) -> Option<&GreyImage> {
    view.images.get(window).or(view.images.last())
}

fn picture(name: &str, title: &str, panels: Vec<(Panel<'_>, usize)>, theme: &Theme) -> Picture {
    // All panels as high as the first, side by side.
    let aspects = panels.iter().map(|p| p.0.view.size_mm[0] / p.0.view.size_mm[1]).sum::<f64>();
    let gaps = BETWEEN * (panels.len() as f64 - 1.0);
    let height = ((PANELS_WIDTH - gaps) / aspects).min(648.0);
    let width = height * aspects + gaps + 2.0 * MARGIN;
    let entries = legend::entries(panels.iter().flat_map(|p| &p.0.view.outlines));
    let rows = legend::rows(&entries, width - 2.0 * MARGIN);
    let foot = FOOT + legend::ROW * (rows.len().max(1) - 1) as f64;
    let size = [width.round(), (height + HEAD + foot).round()];
    let mut svg = Svg::new(&format!("p-{name}"));
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    let hatch = svg.hatch("removed", theme::of(What::Removed));
    let mut marks = Vec::new();
    // Panels of one picture share their scale: those of cuts are as high as each other, and show
    // as much.
    let scale = panels.first().map_or(1.0, |p| height / p.0.view.size_mm[1]);
    let mut x = MARGIN;
    for (k, (panel, window)) in panels.iter().enumerate() {
        let w = height * panel.view.size_mm[0] / panel.view.size_mm[1];
        svg.text([x, 27.0], 20.0, Anchor::Start, &theme.strong(), &panel.title);
        svg.text([x, 51.0], 16.0, Anchor::Start, &theme.label(), &panel.note);
        let at = Place { x, y: HEAD, scale: w / panel.view.size_mm[0], w, h: height };
        draw(&mut svg, k, panel.view, *window, &at, &hatch);
        if let Some(segment) = &panel.view.segment {
            let ends = [segment.closest.a_mm, segment.closest.b_mm];
            marks.push(ends.map(|p| at.of(panel.view.project(p).0)));
        }
        x += w + BETWEEN;
    }
    legend::draw(&mut svg, &rows, [MARGIN, HEAD + height + 36.0], theme, &hatch);
    let alt = alt(&panels);
    Picture::new(name, title, &alt, Shape::Anatomy, size, svg).marked(marks, scale)
}

/// Where a view is drawn.
struct Place {
    x: f64,
    y: f64,
    /// Pixels per mm.
    scale: f64,
    w: f64,
    h: f64,
}

impl Place {
    fn of(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.x + x * self.scale, self.y + y * self.scale]
    }

    fn frame(&self) -> [f64; 4] {
        [self.x, self.y, self.w, self.h]
    }
}

fn draw(svg: &mut Svg, k: usize, view: &View, window: usize, at: &Place, hatch: &str) {
    svg.begin_clip(&format!("panel{k}"), at.frame());
    svg.rect(at.frame(), 0.0, &format!("fill:{DARK}"));
    let image = image(view, window);
    if let Some(image) = image {
        // Pixels are squares of the view; the last row and column may reach past its edge.
        let pixel = view.size_mm[0] / f64::from(image.width).max(1.0);
        let high = pixel * f64::from(image.height) * at.scale;
        svg.grey([at.x, at.y, at.w, high], image);
    }
    outlines(svg, view, at, image.is_some(), hatch);
    svg.end();
    letters(svg, view, at);
    scale_bar(svg, at);
    segment(svg, view, at);
    svg.rect(at.frame(), 0.0, "fill:none;stroke:#6b7580;stroke-width:1");
}

fn outlines(svg: &mut Svg, view: &View, at: &Place, on_image: bool, hatch: &str) {
    let data = |o: &Outline| rings(&o.rings, |p| at.of(p));
    let cord = view.outlines.iter().find(|o| o.what == What::Cord).map(data).unwrap_or_default();
    let bands = view.outlines.iter().filter(|o| matches!(o.what, What::Band(_))).count();
    let mut band = 0;
    for outline in &view.outlines {
        let d = data(outline);
        let colour = theme::of(outline.what);
        match outline.what {
            What::Band(_) => {
                // The ring between the cord and the band's edge; the widest comes first.
                band += 1;
                let dash = if band == bands { "7 4" } else { "2 5" };
                svg.path(&(d.clone() + &cord), "fill:#ffffff;fill-opacity:0.09;fill-rule:evenodd");
                svg.path(
                    &d,
                    &format!("fill:none;stroke:{colour};stroke-width:1.8;stroke-dasharray:{dash};stroke-linecap:round"),
                );
            }
            What::Removed => {
                svg.path(
                    &d,
                    &format!(
                        "fill:url(#{hatch});fill-rule:evenodd;stroke:{colour};stroke-width:1.8"
                    ),
                );
            }
            what => {
                let opacity = match what {
                    What::Bone if on_image => 0.0,
                    What::Bone => 0.16,
                    What::Cord if on_image => 0.12,
                    What::Tumour if on_image => 0.12,
                    What::Cord => 0.55,
                    What::Tumour => 0.45,
                    _ if on_image => 0.0,
                    _ => 0.18,
                };
                let wide = if what == What::Bone { 1.3 } else { 2.4 };
                svg.path(
                    &d,
                    &format!("fill:{colour};fill-opacity:{opacity};fill-rule:evenodd;stroke:{colour};stroke-width:{wide};stroke-linejoin:round"),
                );
            }
        }
    }
}

/// Orientation letters at the four edges.
fn letters(svg: &mut Svg, view: &View, at: &Place) {
    let neg = |v: [f64; 3]| v.map(|x| -x);
    let (cx, cy) = (at.x + 0.5 * at.w, at.y + 0.5 * at.h);
    let edges = [
        (neg(view.down), [cx, at.y + 26.0]),
        (view.down, [cx, at.y + at.h - 12.0]),
        (neg(view.right), [at.x + 16.0, cy + 7.0]),
        (view.right, [at.x + at.w - 16.0, cy + 7.0]),
    ];
    for (direction, place) in edges {
        halo(svg, place, 20.0, Anchor::Middle, &letter(direction));
    }
}

/// White text that reads on any image.
fn halo(svg: &mut Svg, place: [f64; 2], size: f64, anchor: Anchor, text: &str) {
    svg.text(
        place,
        size,
        anchor,
        "fill:none;stroke:#000000;stroke-opacity:0.85;stroke-width:4;stroke-linejoin:round;font-weight:700",
        text,
    );
    svg.text(place, size, anchor, "fill:#ffffff;font-weight:700", text);
}

/// The patient's side that a direction points to; two letters where it is oblique.
fn letter(direction: [f64; 3]) -> String {
    const LETTERS: [[char; 2]; 3] = [['R', 'L'], ['A', 'P'], ['F', 'H']];
    let mut parts: Vec<(f64, char)> = (0..3)
        .map(|k| (direction[k].abs(), LETTERS[k][usize::from(direction[k] > 0.0)]))
        .filter(|p| p.0 > 0.38)
        .collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    parts.into_iter().map(|p| p.1).collect()
}

fn scale_bar(svg: &mut Svg, at: &Place) {
    let long = 10.0 * at.scale;
    let (x, y) = (at.x + 18.0, at.y + at.h - 18.0);
    for (colour, wide) in [("#000000", 6.0), ("#ffffff", 2.4)] {
        let style = format!("fill:none;stroke:{colour};stroke-width:{wide};stroke-linecap:square");
        let d = format!("M{x:.1} {:.1}V{y:.1}H{:.1}V{:.1}", y - 6.0, x + long, y - 6.0);
        svg.path(&d, &style);
    }
    halo(svg, [x + 0.5 * long, y - 11.0], 15.0, Anchor::Middle, "10 mm");
}

/// The shortest segment with its length beside it.
fn segment(svg: &mut Svg, view: &View, at: &Place) {
    /// A segment shorter than this in the picture is seen from its end.
    const END_ON_MM: f64 = 0.35;
    /// Panels of this width have room for the range.
    const WIDE: f64 = 400.0;
    let Some(segment) = &view.segment else { return };
    let ends = [segment.closest.a_mm, segment.closest.b_mm].map(|p| view.project(p));
    let [a, b] = ends.map(|e| at.of(e.0));
    let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
    let text = format!("{} mm", mm(segment.gap_mm));
    let off = (ends[0].1 - ends[1].1).abs();
    // Both ends on one side of the plane: it lies elsewhere and is drawn where it would be seen.
    let away = match ends.map(|e| e.1) {
        [p, q] if p * q > 0.0 => p.abs().min(q.abs()),
        _ => 0.0,
    };
    let drawn_mm = (a[0] - b[0]).hypot(a[1] - b[1]) / at.scale;
    let second = match off {
        _ if away > 0.5 => Some(format!("{away:.1} mm from this plane")),
        _ if drawn_mm < END_ON_MM && off > drawn_mm => Some("seen from its end".to_owned()),
        off if off > 0.15 => Some(format!("{off:.1} mm out of plane")),
        _ => None,
    };
    // Narrow panels have room for the number alone.
    let range = segment.range_mm.filter(|_| at.w >= WIDE);
    let range = range.map(|[low, high]| format!("range {} to {} mm", mm(low), mm(high)));
    let small: Vec<String> = range.into_iter().chain(second).collect();
    let label = Label { text: &text, small: &small };
    let [left, top] = label_place(at, [a, b], &interface(view, at, middle), label.size());
    // The leader ends at the nearest point of the label.
    let [width, height] = label.size();
    let anchor =
        [middle[0].clamp(left + 8.0, left + width - 8.0), middle[1].clamp(top, top + height)];
    for (colour, wide) in [("#000000", 4.0), (LEADER, 1.6)] {
        svg.line(middle, anchor, &format!("stroke:{colour};stroke-width:{wide}"));
    }
    label.draw(svg, [left, top]);
    for (colour, wide) in [("#000000", 6.0), ("#ffffff", 2.8)] {
        svg.line(a, b, &format!("stroke:{colour};stroke-width:{wide};stroke-linecap:round"));
    }
    for end in [a, b] {
        svg.circle(end, 4.0, &format!("fill:{END};stroke:#000000;stroke-width:1.4"));
    }
}

/// A number in a box, with smaller lines below it.
struct Label<'a> {
    text: &'a str,
    small: &'a [String],
}

impl Label<'_> {
    const SIZES: [f64; 2] = [23.0, 14.0];

    fn size(&self) -> [f64; 2] {
        /// Fonts of browsers are up to this much wider than the one that is measured here.
        const WIDER: f64 = 1.2;
        let [large, small] = Self::SIZES;
        let widths = self.small.iter().map(|s| text_width(s, small));
        let width = widths.fold(text_width(self.text, large), f64::max);
        [WIDER * width + 18.0, 34.0 + 20.0 * self.small.len() as f64]
    }

    fn draw(&self, svg: &mut Svg, [left, top]: [f64; 2]) {
        let [width, height] = self.size();
        let [large, small] = Self::SIZES;
        svg.rect(
            [left, top, width, height],
            6.0,
            &format!("fill:{DARK};fill-opacity:0.92;stroke:{LEADER};stroke-width:1.6"),
        );
        let x = left + 0.5 * width;
        let bold = "fill:#ffffff;font-weight:700";
        svg.text([x, top + 25.5], large, Anchor::Middle, bold, self.text);
        for (k, line) in self.small.iter().enumerate() {
            let at = [x, top + 45.5 + 20.0 * k as f64];
            svg.text(at, small, Anchor::Middle, "fill:#e6e9ee", line);
        }
    }
}

/// The outlines about a segment, which a label must not cover: cord, sac and tumour within a few
/// millimetres.
fn interface(view: &View, at: &Place, middle: [f64; 2]) -> Vec<[f64; 2]> {
    const NEAR_MM: f64 = 12.0;
    let wanted = |o: &&Outline| matches!(o.what, What::Cord | What::Sac | What::Tumour);
    let points = view.outlines.iter().filter(wanted).flat_map(|o| o.rings.iter().flatten());
    let near = |p: &[f64; 2]| (p[0] - middle[0]).hypot(p[1] - middle[1]) < NEAR_MM * at.scale;
    points.map(|p| at.of(*p)).filter(near).collect()
}

/// The upper left corner of a label beside a segment: of places round it, at two distances, the one
/// that keeps clear of the segment and covers the least of the outlines about it; among equals the
/// nearer one, on the side where there is more room.
fn label_place(
    at: &Place,
    [a, b]: [[f64; 2]; 2],
    interface: &[[f64; 2]],
    [width, height]: [f64; 2],
) -> [f64; 2] {
    const CLEAR: f64 = 12.0;
    let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
    let place = |left: f64, top: f64| {
        let most = |from: f64, side: f64, own: f64| (from + side - own - 6.0).max(from + 6.0);
        [
            left.clamp(at.x + 6.0, most(at.x, at.w, width)),
            top.clamp(at.y + 34.0, most(at.y, at.h, height)),
        ]
    };
    let covers = |p: &[f64; 2], q: &[f64; 2], clear: f64| {
        let within = |k: usize, side: f64| q[k] > p[k] - clear && q[k] < p[k] + side + clear;
        within(0, width) && within(1, height)
    };
    let hidden = |p: &[f64; 2]| {
        let on_segment = (0..=40).any(|k| {
            let t = f64::from(k) / 40.0;
            covers(p, &[a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])], CLEAR)
        });
        let points = interface.iter().filter(|q| covers(p, q, 3.0)).count();
        if on_segment { usize::MAX } else { points }
    };
    let right_first = middle[0] - at.x < 0.5 * at.w;
    let places = [46.0, 110.0, 190.0].into_iter().flat_map(|away| {
        let sides = [middle[0] + away, middle[0] - away - width];
        let sides = if right_first { sides } else { [sides[1], sides[0]] };
        let levels = [middle[1] - away - height, middle[1] + away, middle[1] - 0.5 * height];
        levels.into_iter().flat_map(move |y| sides.map(|x| (x, y)))
    });
    let places: Vec<[f64; 2]> = places.map(|(x, y)| place(x, y)).collect();
    places.into_iter().min_by_key(hidden).unwrap_or(middle)
}

fn alt(panels: &[(Panel<'_>, usize)]) -> String {
    let told = panels.iter().map(|(panel, _)| {
        let gap = panel.view.segment.as_ref().map_or_else(
            || "no segment".to_owned(),
            |s| format!("shortest segment {} mm", mm(s.gap_mm)),
        );
        format!("{} ({}): {gap}", panel.title, panel.note)
    });
    told.collect::<Vec<_>>().join("; ")
}
