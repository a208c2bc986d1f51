//! Cumulative dose-volume curves with their ranges and limits.

use super::axes::{Axes, below_legend, legend};
use super::limit_marks::Marks;
use super::svg::{Anchor, Svg, polyline};
use super::theme::Theme;
use super::{Picture, Shape, words};
use crate::{DoseCurve, DoseRecord, DoseStructure, Role};

const SIZE: [f64; 2] = [900.0, 560.0];
/// Curves on one chart, at most: more cannot be told apart. Those left out are counted.
const MOST: usize = 8;
/// Points of a curve, at most: what a screen shows.
const POINTS: usize = 240;

/// The curves of a dose; none where it was refused.
pub(super) fn dvh(dose: &DoseRecord, theme: &Theme) -> Option<Picture> {
    let with_curve = |s: &&DoseStructure| s.curve.is_some() && s.volume_cc > 0.0;
    let mut all: Vec<&DoseStructure> = dose.structures.iter().filter(with_curve).collect();
    all.sort_by_key(|s| rank(s.role));
    let shown = &all[..all.len().min(MOST)];
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
            (entry(shown, s), colour, dash)
        })
        .collect();
    let lower = below_legend(88.0, SIZE[0] - 20.0, &entries);
    let axes = Axes {
        frame: [88.0, 84.0 + lower, 780.0, 390.0],
        x: [0.0, most_gy * 1.04],
        y: [0.0, 100.0],
    };
    let marks = Marks::new(dose, axes);
    let notes = (all.len() > shown.len()).then(|| format!("{} more not drawn", all.len() - MOST));
    let size =
        [SIZE[0], SIZE[1] + lower + marks.height() + if notes.is_some() { 26.0 } else { 0.0 }];
    let mut svg = Svg::new("p-dvh");
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    axes.draw(&mut svg, theme, Some("dose, Gy"), "volume, %");
    for (s, (_, colour, dash)) in shown.iter().zip(&entries) {
        let Some(curve) = &s.curve else { continue };
        draw(&mut svg, &axes, s.volume_cc, curve, colour, dash);
    }
    marks.draw(&mut svg, theme, SIZE[1] + lower + 14.0);
    if let Some(note) = notes {
        let at = [88.0, size[1] - 12.0];
        svg.text(at, 15.0, Anchor::Start, &theme.label(), &format!("structures: {note}"));
    }
    legend(&mut svg, theme, [88.0, 26.0], SIZE[0] - 20.0, &entries);
    let alt = shown.iter().map(|s| {
        let of = |name: &str| s.metrics.iter().find(|m| m.metric == name)?.value;
        let figure = |v: Option<f64>| v.map_or_else(|| "none".to_owned(), |v| format!("{v:.1} Gy"));
        format!("{}: Dmax {}, Dmean {}", entry(shown, s), figure(of("Dmax")), figure(of("Dmean")))
    });
    let alt = alt.chain(marks.told()).collect::<Vec<_>>().join("; ");
    Some(Picture::new("dvh", "Dose-volume curves", &alt, Shape::Chart, size, svg))
}

/// What is to be spared first, then targets, then all else.
fn rank(role: Role) -> u8 {
    match role {
        Role::Cord => 0,
        Role::ThecalSac | Role::Canal | Role::Cauda | Role::Prv => 1,
        Role::Tumour | Role::Ctv | Role::Ptv => 2,
        Role::Vertebra | Role::Hardware | Role::Body | Role::Other => 3,
    }
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
    let (upper, lower) = (line(&curve.upper_cc), line(&curve.lower_cc));
    let band: Vec<_> = upper.iter().chain(lower.iter().rev()).copied().collect();
    let band = polyline(&band);
    svg.path(&band, &format!("fill:{colour};fill-opacity:0.18"));
    // A band has edges that are seen without colour, too.
    let edge = format!("fill:none;stroke:{colour};stroke-opacity:0.75;stroke-width:0.9");
    svg.path(&(polyline(&upper) + &polyline(&lower)), &edge);
    let dashes = if dash.is_empty() { String::new() } else { format!(";stroke-dasharray:{dash}") };
    let style = format!("fill:none;stroke:{colour};stroke-width:2.6;stroke-linejoin:round{dashes}");
    svg.path(&polyline(&line(&curve.volume_cc)), &style);
}
