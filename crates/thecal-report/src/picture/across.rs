//! The dose along the shortest way from cord to tumour.

use super::axes::{Axes, below_legend, legend};
use super::svg::{Anchor, Svg, polyline};
use super::theme::Theme;
use super::{Picture, Shape};
use crate::{AcrossGap, DoseRecord};

const SIZE: [f64; 2] = [900.0, 560.0];
/// How far into cord and tumour the profile is shown, mm.
const BEYOND_MM: f64 = 4.0;

/// The dose along the shortest way; none where there is none.
pub(super) fn across(dose: &DoseRecord, theme: &Theme) -> Option<Picture> {
    let shortest = |a: &&AcrossGap, b: &&AcrossGap| a.gap_mm.total_cmp(&b.gap_mm);
    let way = dose.across_gap.iter().min_by(shortest)?;
    let shown = [-BEYOND_MM, way.gap_mm.max(0.0) + BEYOND_MM];
    let points: Vec<[f64; 2]> = way
        .profile
        .iter()
        .filter(|p| (shown[0]..=shown[1]).contains(&p.from_cord_mm))
        .filter_map(|p| Some([p.from_cord_mm, p.dose_gy?]))
        .collect();
    let most_gy = points.iter().map(|p| p[1]).fold(0.0, f64::max);
    if points.len() < 2 || most_gy <= 0.0 {
        return None;
    }
    let (colour, dash) = theme.line(1);
    let entries = vec![("dose".to_owned(), colour, dash)];
    let lower = below_legend(88.0, SIZE[0] - 20.0, &entries);
    let axes =
        Axes { frame: [88.0, 84.0 + lower, 780.0, 390.0], x: shown, y: [0.0, most_gy * 1.12] };
    let mut svg = Svg::new("p-across");
    let size = [SIZE[0], SIZE[1] + lower];
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    tissue(&mut svg, &axes, theme, way);
    axes.draw(&mut svg, theme, Some("distance from the cord's surface, mm"), "dose, Gy");
    let line: Vec<[f64; 2]> = points.iter().map(|[x, y]| axes.at(*x, *y)).collect();
    let style = format!("fill:none;stroke:{colour};stroke-width:3;stroke-linejoin:round");
    svg.path(&polyline(&line), &style);
    limits(&mut svg, &axes, theme, dose);
    legend(&mut svg, theme, [88.0, 26.0], SIZE[0] - 20.0, &entries);
    let gy = |d: Option<f64>| d.map_or_else(|| "no dose".to_owned(), |d| format!("{d:.1} Gy"));
    let alt = format!(
        "a gap of {:.2} mm: {} at the cord's surface, {} at the tumour's",
        way.gap_mm,
        gy(way.dose_b_gy),
        gy(way.dose_a_gy)
    );
    Some(Picture::new("dose-across-gap", "Dose across the gap", &alt, Shape::Chart, size, svg))
}

/// Where the cord ends and the tumour begins.
fn tissue(svg: &mut Svg, axes: &Axes, theme: &Theme, way: &AcrossGap) {
    let [left, top, width, height] = axes.frame;
    let at = |mm: f64| axes.at(mm, 0.0)[0];
    let (cord, tumour) = (at(0.0), at(way.gap_mm.max(0.0)));
    let shade = format!("fill:{};fill-opacity:0.5", theme.rule);
    svg.rect([left, top, cord - left, height], 0.0, &shade);
    svg.rect([tumour, top, left + width - tumour, height], 0.0, &shade);
    let names = [("cord", 0.5 * (left + cord)), ("tumour", 0.5 * (tumour + left + width))];
    for (name, x) in names {
        svg.text([x, top + 24.0], 19.0, Anchor::Middle, &theme.strong(), name);
    }
    let label = format!("gap {:.2} mm", way.gap_mm);
    svg.text([0.5 * (cord + tumour), top - 10.0], 19.0, Anchor::Middle, &theme.label(), &label);
}

/// The doses that limits allow, as lines with their rows' names.
fn limits(svg: &mut Svg, axes: &Axes, theme: &Theme, dose: &DoseRecord) {
    let mut levels: Vec<(f64, &str)> =
        dose.gap_needed.iter().map(|g| (g.limit_gy, g.limit.as_str())).collect();
    levels.sort_by(|a, b| a.0.total_cmp(&b.0));
    levels.dedup_by(|a, b| (a.0 - b.0).abs() < 0.05);
    let [left, _, width, _] = axes.frame;
    for (gy, name) in levels.into_iter().filter(|(gy, _)| *gy < axes.y[1]) {
        let y = axes.at(axes.x[0], gy)[1];
        let style = format!("stroke:{};stroke-width:1.6;stroke-dasharray:8 5", theme.ink);
        svg.line([left, y], [left + width, y], &style);
        let label = format!("{name}: {gy:.1} Gy");
        svg.text([left + width - 6.0, y - 6.0], 15.0, Anchor::End, &theme.label(), &label);
    }
}
