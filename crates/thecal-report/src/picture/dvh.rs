//! Cumulative dose-volume curves with their ranges and limits.

use super::axes::{Axes, below_legend, legend};
use super::svg::{Anchor, Svg, polyline};
use super::theme::Theme;
use super::{Picture, Shape, words};
use crate::{DoseCurve, DoseRecord, DoseStructure, LimitRecord, LimitVerdict};

const SIZE: [f64; 2] = [900.0, 560.0];
/// Curves on one chart, at most: more cannot be told apart.
const MOST: usize = 8;
/// Points of a curve, at most: what a screen shows.
const POINTS: usize = 240;

/// The curves of a dose; none where it was refused.
pub(super) fn dvh(dose: &DoseRecord, theme: &Theme) -> Option<Picture> {
    let with_curve = |s: &'_ &DoseStructure| s.curve.is_some() && s.volume_cc > 0.0;
    let shown: Vec<&DoseStructure> = dose.structures.iter().filter(with_curve).take(MOST).collect();
    let most_gy = shown.iter().filter_map(|s| s.curve.as_ref()?.dose_gy.last().copied());
    let most_gy = most_gy.fold(0.0, f64::max);
    if shown.is_empty() || most_gy <= 0.0 {
        return None;
    }
    // Roles instead of names: a picture goes further than its record.
    let entries: Vec<(String, &str, &str)> = shown
        .iter()
        .enumerate()
        .map(|(k, s)| {
            let (colour, dash) = theme.line(k + 1);
            (entry(&shown, s), colour, dash)
        })
        .collect();
    let lower = below_legend(88.0, SIZE[0] - 20.0, &entries);
    let size = [SIZE[0], SIZE[1] + lower];
    let axes = Axes {
        frame: [88.0, 84.0 + lower, 780.0, 390.0],
        x: [0.0, most_gy * 1.04],
        y: [0.0, 100.0],
    };
    let mut svg = Svg::new("p-dvh");
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    axes.draw(&mut svg, theme, Some("dose, Gy"), "volume, %");
    for (s, (_, colour, dash)) in shown.iter().zip(&entries) {
        let Some(curve) = &s.curve else { continue };
        draw(&mut svg, &axes, s.volume_cc, curve, colour, dash);
    }
    limits(&mut svg, &axes, theme, dose);
    legend(&mut svg, theme, [88.0, 26.0], SIZE[0] - 20.0, &entries);
    let alt = shown.iter().map(|s| {
        let of = |name: &str| s.metrics.iter().find(|m| m.metric == name)?.value;
        let figure = |v: Option<f64>| v.map_or_else(|| "none".to_owned(), |v| format!("{v:.1} Gy"));
        format!("{}: Dmax {}, Dmean {}", entry(&shown, s), figure(of("Dmax")), figure(of("Dmean")))
    });
    let alt = alt.collect::<Vec<_>>().join("; ");
    Some(Picture::new("dvh", "Dose-volume curves", &alt, Shape::Chart, size, svg))
}

/// What a curve is called: its role, and a number where several have it.
fn entry(shown: &[&DoseStructure], s: &DoseStructure) -> String {
    if let Some(from) = &s.derived_from {
        return format!("{} + {} mm", words(s.role.as_str()), from.expansion_mm);
    }
    let alike = |o: &&&DoseStructure| o.role == s.role && o.derived_from.is_none();
    let role = words(s.role.as_str());
    if shown.iter().filter(alike).count() < 2 {
        return role;
    }
    let number = shown.iter().filter(alike).position(|o| o.name == s.name).unwrap_or_default() + 1;
    format!("{role} {number}")
}

/// Every so many steps, and the last.
fn steps(curve: &DoseCurve) -> Vec<usize> {
    let n = curve.dose_gy.len();
    let stride = n.div_ceil(POINTS).max(1);
    let mut out: Vec<usize> = (0..n).step_by(stride).collect();
    if n > 0 && out.last() != Some(&(n - 1)) {
        out.push(n - 1);
    }
    out
}

fn draw(svg: &mut Svg, axes: &Axes, volume_cc: f64, curve: &DoseCurve, colour: &str, dash: &str) {
    let steps = steps(curve);
    let line = |volumes: &[f64]| -> Vec<[f64; 2]> {
        let percent = |k: usize| (100.0 * volumes[k] / volume_cc).clamp(0.0, 100.0);
        steps.iter().map(|k| axes.at(curve.dose_gy[*k], percent(*k))).collect()
    };
    let mut area = line(&curve.lower_cc);
    area.reverse();
    let band = polyline(&[line(&curve.upper_cc), area].concat());
    svg.path(&band, &format!("fill:{colour};fill-opacity:0.18"));
    let dashes = if dash.is_empty() { String::new() } else { format!(";stroke-dasharray:{dash}") };
    let style = format!("fill:none;stroke:{colour};stroke-width:2.6;stroke-linejoin:round{dashes}");
    svg.path(&polyline(&line(&curve.volume_cc)), &style);
}

/// Upright lines at the limits that apply, with their rows' names.
fn limits(svg: &mut Svg, axes: &Axes, theme: &Theme, dose: &DoseRecord) {
    let applies = |l: &&LimitRecord| l.verdict != LimitVerdict::NotApplicable;
    let mut at: Vec<(f64, &str)> = dose
        .limits
        .iter()
        .filter(applies)
        .filter_map(|l| Some((l.limit_gy?, l.id.as_str())))
        .collect();
    at.retain(|(gy, _)| *gy < axes.x[1]);
    at.sort_by(|a, b| a.0.total_cmp(&b.0));
    at.dedup_by(|a, b| (a.0 - b.0).abs() < 1e-9);
    for (k, (gy, id)) in at.iter().enumerate() {
        let [x, top] = axes.at(*gy, 100.0);
        let [_, bottom] = axes.at(*gy, 0.0);
        let style = format!("stroke:{};stroke-width:1.6;stroke-dasharray:8 5", theme.ink);
        svg.line([x, top], [x, bottom], &style);
        // Names of neighbours stand below each other.
        let y = top + 20.0 + 24.0 * (k % 6) as f64;
        svg.text([x + 6.0, y], 15.0, Anchor::Start, &theme.label(), id);
    }
}
