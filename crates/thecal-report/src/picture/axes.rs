//! Axes of charts.

use super::MINUS;
use super::svg::{Anchor, Svg};
use super::theme::Theme;

/// Height of letters.
const SIZE: f64 = 19.0;

/// A chart's area with the values at its edges: left, right, and bottom, top.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axes {
    pub(super) frame: [f64; 4],
    pub(super) x: [f64; 2],
    pub(super) y: [f64; 2],
}

impl Axes {
    pub(super) fn at(&self, x: f64, y: f64) -> [f64; 2] {
        let [left, top, w, h] = self.frame;
        let part = |v: f64, [from, to]: [f64; 2]| (v - from) / (to - from);
        [left + w * part(x, self.x), top + h * (1.0 - part(y, self.y))]
    }

    /// Grid lines with their numbers, and what the axes are.
    pub(super) fn draw(&self, svg: &mut Svg, theme: &Theme, x_label: Option<&str>, y_label: &str) {
        let [left, top, w, h] = self.frame;
        for y in ticks(self.y, 5) {
            let [_, at] = self.at(self.x[0], y);
            svg.line([left, at], [left + w, at], &format!("stroke:{};stroke-width:1", theme.rule));
            svg.text([left - 10.0, at + 7.0], SIZE, Anchor::End, &theme.label(), &number(y));
        }
        for x in ticks(self.x, 8) {
            let [at, _] = self.at(x, self.y[0]);
            let bottom = top + h;
            svg.line(
                [at, bottom],
                [at, bottom + 6.0],
                &format!("stroke:{};stroke-width:1.2", theme.muted),
            );
            if x_label.is_some() {
                svg.text([at, bottom + 28.0], SIZE, Anchor::Middle, &theme.label(), &number(x));
            }
        }
        svg.line(
            [left, top + h],
            [left + w, top + h],
            &format!("stroke:{};stroke-width:1.2", theme.muted),
        );
        svg.upward_text([left - 58.0, top + 0.5 * h], SIZE, &theme.label(), y_label);
        if let Some(label) = x_label {
            let place = [left + 0.5 * w, top + h + 58.0];
            svg.text(place, SIZE, Anchor::Middle, &theme.label(), label);
        }
    }

    /// Dashed lines at the thresholds, with their numbers at the right.
    pub(super) fn thresholds(&self, svg: &mut Svg, theme: &Theme, thresholds_mm: &[f64]) {
        for &t in thresholds_mm.iter().filter(|t| **t < self.y[1]) {
            let [x, y] = self.at(self.x[1], t);
            let style = format!("stroke:{};stroke-width:1.8;stroke-dasharray:8 5", theme.ink);
            svg.line([self.frame[0], y], [x, y], &style);
            let label = format!("{t} mm");
            svg.text([x + 8.0, y + 6.0], SIZE, Anchor::Start, &theme.strong(), &label);
        }
    }
}

/// Round numbers within a range, at most about `most` of them.
fn ticks([from, to]: [f64; 2], most: usize) -> Vec<f64> {
    let (lo, hi) = (from.min(to), from.max(to));
    let rough = (hi - lo) / most as f64;
    if !(rough.is_finite() && rough > 0.0) {
        return Vec::new();
    }
    let power = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|s| *s >= rough);
    let step = step.unwrap_or(10.0 * power);
    let first = (lo / step - 1e-9).ceil() as i64;
    let last = (hi / step + 1e-9).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

fn number(v: f64) -> String {
    let text = format!("{v:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.replace('-', MINUS) }
}

/// Where the entries of a legend begin, row by row from its upper left.
fn places([left, top]: [f64; 2], right: f64, lines: &[(String, &str, &str)]) -> Vec<[f64; 2]> {
    let (mut x, mut y) = (left, top);
    let place = |(label, ..): &(String, &str, &str)| {
        let wide = 44.0 + super::svg::text_width(label, SIZE) + 20.0;
        if x + wide > right && x > left {
            (x, y) = (left, y + 28.0);
        }
        let here = [x, y];
        x += wide;
        here
    };
    lines.iter().map(place).collect()
}

/// How much lower a chart begins under a legend of these lines than under one of two rows, which
/// stand above the chart as it is.
pub(super) fn below_legend(left: f64, right: f64, lines: &[(String, &str, &str)]) -> f64 {
    let last = places([left, 0.0], right, lines).last().map_or(0.0, |p| p[1]);
    f64::max(last - 28.0, 0.0)
}

/// Letters of an entry: smaller where its words would run out of the picture.
fn size(label: &str, left: f64, right: f64) -> f64 {
    SIZE.min((right - left - 44.0) / super::svg::text_width(label, 1.0).max(1.0))
}

/// Line samples of a chart's legend, in rows.
pub(super) fn legend(
    svg: &mut Svg,
    theme: &Theme,
    at: [f64; 2],
    right: f64,
    lines: &[(String, &str, &str)],
) {
    for ((label, colour, dash), [x, y]) in lines.iter().zip(places(at, right, lines)) {
        let style = format!("stroke:{colour};stroke-width:3.4;stroke-dasharray:{dash}");
        let style = if dash.is_empty() { style.replace("stroke-dasharray:", "") } else { style };
        svg.line([x, y - 6.5], [x + 34.0, y - 6.5], &style);
        svg.text([x + 43.0, y], size(label, at[0], right), Anchor::Start, &theme.label(), label);
    }
}

#[cfg(test)]
mod tests {
    use super::{number, ticks};

    #[test]
    fn ticks_are_round_and_within() {
        assert_eq!(ticks([0.0, 8.0], 5), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(ticks([12.0, -9.0], 5), [-5.0, 0.0, 5.0, 10.0]);
        assert_eq!(number(-2.5), "\u{2013}2.5");
        assert_eq!(number(10.0), "10");
    }
}
