//! Legends of maps, of clocks and of doses: what lines, arcs and hatching stand for.

use super::isodose::{self, Isodose};
use super::svg::{Anchor, Svg, text_width};
use super::theme::{NONE, THRESHOLDS, Theme};

/// The dashes of the line at a threshold, as a style's tail.
pub(super) fn dash(number: usize) -> String {
    match THRESHOLDS[number % THRESHOLDS.len()] {
        "" => String::new(),
        dashes => format!(";stroke-dasharray:{dashes}"),
    }
}

const SIZE: f64 = 16.0;
const SAMPLE: f64 = 42.0;
const AFTER: f64 = 26.0;
const ROW: f64 = 26.0;

/// How an entry's sample is drawn.
enum Sample<'a> {
    /// A black line with a white core, as on the map.
    Line(String),
    /// A thick line in the ink of the page.
    Arc(String),
    Hatch,
    Ring,
    Isodose(&'a Isodose),
    /// Words alone.
    None,
}

impl Sample<'_> {
    /// Width with the space before its words.
    fn width(&self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Isodose(_) => SAMPLE + 10.0,
            _ => SAMPLE,
        }
    }
}

/// Where entries stand, row by row.
fn places(entries: &[(Sample<'_>, String)], [left, top]: [f64; 2], width: f64) -> Vec<[f64; 2]> {
    let (mut x, mut y) = (left, top);
    let place = |(sample, label): &(Sample<'_>, String)| {
        let wide = sample.width() + text_width(label, SIZE);
        if x + wide > left + width && x > left {
            (x, y) = (left, y + ROW);
        }
        let here = [x, y];
        x += wide + AFTER;
        here
    };
    entries.iter().map(place).collect()
}

fn draw(svg: &mut Svg, theme: &Theme, entries: &[(Sample<'_>, String)], at: [f64; 2], width: f64) {
    for ((sample, label), [x, y]) in entries.iter().zip(places(entries, at, width)) {
        let middle = y - 5.5;
        match sample {
            Sample::Line(dash) => {
                for (colour, wide) in [("#000000", 4.6), ("#ffffff", 2.2)] {
                    let style = format!("stroke:{colour};stroke-width:{wide}{dash}");
                    svg.line([x, middle], [x + 34.0, middle], &style);
                }
            }
            Sample::Arc(dash) => {
                let style = format!("stroke:{};stroke-width:5{dash}", theme.ink);
                svg.line([x, middle], [x + 34.0, middle], &style);
            }
            Sample::Hatch => svg.hatched([x, y - 14.0, 34.0, 17.0], NONE),
            Sample::Ring => {
                for (colour, wide) in [("#ffffff", 5.5), ("#000000", 2.6)] {
                    let style = format!("fill:none;stroke:{colour};stroke-width:{wide}");
                    svg.circle([x + 17.0, middle], 7.0, &style);
                }
            }
            Sample::Isodose(isodose) => isodose::sample(svg, isodose, [x, middle]),
            Sample::None => {}
        }
        // Words that are too long for the picture have smaller letters.
        let room = at[0] + width - x - sample.width();
        // They are a little narrower than they are reckoned.
        let size = SIZE.min(room / (0.9 * text_width(label, 1.0)).max(1.0));
        svg.text([x + sample.width(), y], size, Anchor::Start, &theme.label(), label);
    }
}

/// The legend of a map.
pub(super) struct Keys<'a> {
    pub(super) thresholds_mm: &'a [f64],
    pub(super) reach_mm: f64,
    /// The difference has a line where nothing changes.
    pub(super) change: bool,
}

impl Keys<'_> {
    pub(super) fn draw(&self, svg: &mut Svg, theme: &Theme, at: [f64; 2], width: f64) {
        let line = |(k, t): (usize, &f64)| (Sample::Line(dash(k)), format!("gap {t} mm"));
        let mut entries: Vec<_> = self.thresholds_mm.iter().enumerate().map(line).collect();
        if self.change {
            entries.push((Sample::Line(dash(0)), "in the difference: no change".to_owned()));
        }
        entries.push((Sample::Ring, "closest point".to_owned()));
        entries.push((Sample::Hatch, format!("no tumour within {} mm", self.reach_mm)));
        draw(svg, theme, &entries, at, width);
    }
}

/// The legend of clocks.
pub(super) struct SectorKeys<'a> {
    pub(super) thresholds_mm: &'a [f64],
    pub(super) reach_mm: f64,
}

impl SectorKeys<'_> {
    fn entries(&self) -> Vec<(Sample<'_>, String)> {
        let arc = |(k, t): (usize, &f64)| (Sample::Arc(dash(k)), format!("nearer than {t} mm"));
        let mut entries: Vec<_> = self.thresholds_mm.iter().enumerate().map(arc).collect();
        entries.push((Sample::Hatch, format!("no tumour within {} mm", self.reach_mm)));
        entries
    }

    /// Height that it takes.
    pub(super) fn height(&self, width: f64) -> f64 {
        height(&self.entries(), width)
    }

    pub(super) fn draw(&self, svg: &mut Svg, theme: &Theme, at: [f64; 2], width: f64) {
        draw(svg, theme, &self.entries(), at, width);
    }
}

/// The legend of the error of a PRV.
pub(super) struct MarginKeys {
    pub(super) tolerance_mm: f64,
}

impl MarginKeys {
    pub(super) fn draw(&self, svg: &mut Svg, theme: &Theme, at: [f64; 2], width: f64) {
        let line = format!("too small by the tolerance of {} mm", self.tolerance_mm);
        let entries =
            [(Sample::Line(dash(0)), line), (Sample::Hatch, "margin not known".to_owned())];
        draw(svg, theme, &entries, at, width);
    }
}

/// The legend of isodoses.
pub(super) struct IsodoseKeys<'a> {
    pub(super) isodoses: Vec<&'a Isodose>,
    /// What is said beside them.
    pub(super) note: Option<&'a str>,
}

impl IsodoseKeys<'_> {
    fn entries(&self) -> Vec<(Sample<'_>, String)> {
        let isodoses = self.isodoses.iter().map(|i| (Sample::Isodose(i), i.entry()));
        let mut entries: Vec<(Sample<'_>, String)> = isodoses.collect();
        entries.extend(self.note.map(|note| (Sample::None, note.to_owned())));
        entries
    }

    /// Height that it takes.
    pub(super) fn height(&self, width: f64) -> f64 {
        height(&self.entries(), width)
    }

    pub(super) fn draw(&self, svg: &mut Svg, theme: &Theme, at: [f64; 2], width: f64) {
        draw(svg, theme, &self.entries(), at, width);
    }
}

/// Height that entries take.
fn height(entries: &[(Sample<'_>, String)], width: f64) -> f64 {
    places(entries, [0.0, 0.0], width).last().map_or(0.0, |p| p[1]) + ROW
}
