//! The dose on the slice of closest approach: colours, isodoses, and over them what was drawn.

use thecal_geom::isolines;

use crate::DoseRecord;
use crate::scene::{DoseOnPlane, DoseViews, Scene, View};

use super::colour_bar::colour_bar;
use super::isodose::{self, Clear, Isodose, IsodoseLines};
use super::keys::IsodoseKeys;
use super::panel::{self, Ground, Panel};
use super::place::Place;
use super::svg::Svg;
use super::theme::{DARK, Theme, dose_colour};
use super::{Picture, Shape, legend, mm, slices};

const MARGIN: f64 = 20.0;
const SIDE: f64 = 648.0;
/// Room right of the panel for the scale.
const SCALE: f64 = 96.0;
/// Over an image the colours let a little of it through: more would change them.
const OVER_IMAGE: f64 = 0.78;
/// Colours that are told apart.
const COLOURS: f64 = 200.0;

/// The dose on a slice; none where none of it is known there.
pub(super) fn dose_slice(dose: &DoseRecord, scene: &Scene, theme: &Theme) -> Option<Picture> {
    let views = scene.dose.as_ref()?;
    let view = &scene.phases.get(views.phase)?.slice;
    if !dose.gate.accepted || views.slice.gy.iter().all(Option::is_none) {
        return None;
    }
    Some(Drawing { dose, views, view, top_gy: top_gy(dose, views) }.picture(theme))
}

/// The upper end of the scale of all pictures of a dose, Gy.
pub(super) fn top_gy(dose: &DoseRecord, views: &DoseViews) -> f64 {
    views.most_gy().max(dose.prescription_gy.unwrap_or(0.0)).max(1.0).ceil()
}

/// What stands above pictures of a dose on the anatomy of a phase.
pub(super) fn heading(views: &DoseViews) -> &'static str {
    if views.phase == 0 { "Dose on the anatomy as contoured" } else { "Dose after the operation" }
}

struct Drawing<'a> {
    dose: &'a DoseRecord,
    views: &'a DoseViews,
    view: &'a View,
    top_gy: f64,
}

impl Drawing<'_> {
    fn picture(&self, theme: &Theme) -> Picture {
        let (dose, view) = (self.dose, self.view);
        let panel = Panel {
            view,
            window: 0,
            title: heading(self.views).to_owned(),
            verdict: self.said(),
            place: slices::place(view, 0),
        };
        let high = SIDE * view.size_mm[1] / view.size_mm[0];
        let head = panel.head_height(SIDE + SCALE);
        let at = Place { x: MARGIN, y: head, scale: SIDE / view.size_mm[0], w: SIDE, h: high };
        let isodoses = isodose::shares_and_limits(dose);
        let drawn: Vec<(Isodose, IsodoseLines)> =
            isodoses.into_iter().map(|i| (i.clone(), self.lines(&i, &at))).collect();
        let drawn: Vec<_> = drawn.into_iter().filter(|(_, d)| !d.lines.is_empty()).collect();
        let width = SIDE + SCALE + 2.0 * MARGIN;
        let outlines = view.outlines.iter().filter(|o| panel::is_over_dose(o.what));
        let entries = legend::entries(outlines);
        let rows = legend::rows(&entries, width - 2.0 * MARGIN);
        let unknown = self.views.slice.gy.iter().any(Option::is_none);
        let keys = IsodoseKeys {
            isodoses: drawn.iter().map(|d| &d.0).collect(),
            note: unknown.then_some("not coloured: no dose is known there"),
        };
        let foot = 30.0 + legend::ROW * rows.len() as f64;
        let size =
            [width.round(), (head + high + foot + keys.height(width - 2.0 * MARGIN)).round()];
        let mut svg = Svg::new("p-dose-slice");
        svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
        panel.draw_head(&mut svg, theme, &Place { w: SIDE + SCALE, ..at });
        svg.begin_clip("panel", at.frame());
        panel.draw_image(&mut svg, &at);
        self.wash(&mut svg, &at);
        isodose::draw(&mut svg, &drawn);
        panel::outlines(&mut svg, view, &at, Ground::Dose, "");
        svg.end();
        let taken = panel.draw_marks(&mut svg, &at);
        let ends = view.segment.iter().flat_map(|s| [s.closest.a_mm, s.closest.b_mm]);
        let ends: Vec<[f64; 2]> = ends.map(|p| at.of(view.project(p).0)).collect();
        let clear = Clear { frame: at.frame(), boxes: taken, points: ends.clone() };
        isodose::labels(&mut svg, &drawn, clear);
        self.scale(&mut svg, theme, &at);
        legend::draw(&mut svg, &rows, [MARGIN, head + high + 36.0], theme, "");
        let below = [MARGIN, head + high + 36.0 + legend::ROW * rows.len() as f64];
        keys.draw(&mut svg, theme, below, width - 2.0 * MARGIN);
        let alt = self.alt(&panel.place, &drawn);
        let marks = ends.as_chunks::<2>().0.to_vec();
        let lines = drawn.into_iter().map(|(_, lines)| lines).collect();
        let title = "Dose on the slice of closest approach";
        Picture::new("dose-slice", title, &alt, Shape::Dose, size, svg)
            .marked(marks, at.scale)
            .with_isodoses(lines)
    }

    /// Prescription, and the dose at the ends of the segment.
    fn said(&self) -> String {
        let gy = |d: Option<f64>| d.map_or_else(|| "no dose".to_owned(), |d| format!("{d:.1} Gy"));
        let course = match (self.dose.prescription_gy, self.dose.fractions) {
            (Some(rx), Some(1)) => format!("{} Gy in one fraction", isodose::tenth(rx)),
            (Some(rx), Some(n)) => format!("{} Gy in {n} fractions", isodose::tenth(rx)),
            (Some(rx), None) => format!("{} Gy prescribed", isodose::tenth(rx)),
            (None, _) => String::new(),
        };
        let ways = self.dose.shortest_ways();
        let way = ways.min_by(|a, b| a.gap_mm.total_cmp(&b.gap_mm));
        let ends = way.map(|w| {
            let [tumour, cord] = [w.dose_a_gy, w.dose_b_gy].map(gy);
            format!("; {tumour} at the tumour's end of the gap, {cord} at the cord's")
        });
        course + &ends.unwrap_or_default()
    }

    /// Lines of an isodose, in pixels.
    fn lines(&self, isodose: &Isodose, at: &Place) -> IsodoseLines {
        let DoseOnPlane { step_mm, size, gy } = &self.views.slice;
        let mut lines = isolines(gy, *size, isodose.dose_gy);
        for p in lines.iter_mut().flatten() {
            *p = at.of(p.map(|x| (x + 0.5) * step_mm));
        }
        IsodoseLines { dose_gy: isodose.dose_gy, lines }
    }

    fn opacity(&self) -> f64 {
        if panel::image(self.view, 0).is_some() { OVER_IMAGE } else { 1.0 }
    }

    /// The colours of the dose, and none where it is not known.
    fn wash(&self, svg: &mut Svg, at: &Place) {
        let DoseOnPlane { step_mm, size: [nx, ny], gy } = &self.views.slice;
        let opacity = (255.0 * self.opacity()).round() as u8;
        let step = self.top_gy / COLOURS;
        let pixel = |gy: &Option<f64>| match gy {
            Some(gy) => {
                let [r, g, b] = dose_colour((gy / step).round() * step, self.top_gy);
                [r, g, b, opacity]
            }
            None => [0; 4],
        };
        let pixels: Vec<u8> = gy.iter().flat_map(pixel).collect();
        let side = step_mm * at.scale;
        let place = [at.x, at.y, side * *nx as f64, side * *ny as f64];
        svg.rgba(place, [*nx as u32, *ny as u32], &pixels);
    }

    /// The scale, on the ground that images are dark by.
    fn scale(&self, svg: &mut Svg, theme: &Theme, at: &Place) {
        let opacity = self.opacity();
        let ground = [1, 3, 5].map(|k| u8::from_str_radix(&DARK[k..k + 2], 16).unwrap_or(0));
        let colour = |gy: f64| {
            let colour = dose_colour(gy, self.top_gy);
            [0, 1, 2].map(|k| {
                let mixed = f64::from(colour[k]) * opacity + f64::from(ground[k]) * (1.0 - opacity);
                mixed.round() as u8
            })
        };
        let place = [at.x + at.w + 18.0, at.y + 18.0, 22.0, at.h - 18.0];
        colour_bar(svg, theme, place, [0.0, self.top_gy], "dose, Gy", &colour);
    }

    fn alt(&self, place: &str, drawn: &[(Isodose, IsodoseLines)]) -> String {
        let gap = self.view.segment.as_ref().map_or_else(
            || "no segment".to_owned(),
            |s| format!("shortest segment {} mm", mm(s.gap_mm)),
        );
        let lines: Vec<String> = drawn.iter().map(|(isodose, _)| isodose.entry()).collect();
        format!("{place}: {gap}; {}; isodoses {}", self.said(), lines.join(", "))
    }
}
