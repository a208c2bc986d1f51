//! The gap along the cord.

use crate::{PairKind, PairRecord, Phase, PhaseRecord, ProfilePlane, Report};

use super::alike::{alike, close, joined};
use super::axes::{Axes, below_legend, legend};
use super::svg::{Svg, polyline};
use super::theme::Theme;
use super::{Picture, Shape, said, words};

const SIZE: [f64; 2] = [900.0, 470.0];
/// Lines that differ by less are seen as one, mm.
const SEEN_MM: f64 = 0.05;

/// The pair that the report's charts are about: the least tumour-cord gap of a phase, or the
/// least tumour-sac gap where there is no cord.
pub(super) fn chief(phase: &PhaseRecord) -> Option<&PairRecord> {
    let of = |kind: PairKind| {
        let gap = |p: &&PairRecord| p.gap_mm.unwrap_or(f64::INFINITY);
        let pairs = phase.pairs.iter().filter(move |p| p.pair == kind && p.profile.is_some());
        pairs.min_by(|a, b| gap(a).total_cmp(&gap(b)))
    };
    of(PairKind::TumourCord).or_else(|| of(PairKind::TumourSac))
}

/// Most lines that still can be told apart where cord and sac move, too.
const MOST_LINES: usize = 6;

/// Phases of the chart: all where they are few, else those with cord and sac as drawn.
fn shown(report: &Report) -> impl Iterator<Item = &PhaseRecord> {
    let few = report.phases.len() <= MOST_LINES;
    report.phases.iter().filter(move |p| few || p.is_as_drawn())
}

/// The profile chart: the gap of every plane, with its interval.
pub(super) fn profile(report: &Report, theme: &Theme) -> Option<Picture> {
    let lines: Vec<_> = shown(report).filter_map(|p| Some((p, chief(p)?))).collect();
    let planes = |p: &PairRecord| p.profile.as_ref().map(|f| f.planes.clone()).unwrap_or_default();
    let known = |p: &ProfilePlane| p.gap_mm.is_some();
    let all: Vec<ProfilePlane> =
        lines.iter().flat_map(|(_, pair)| planes(pair)).filter(known).collect();
    let (first, last) = all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |r, p| {
        (r.0.min(p.plane_mm), r.1.max(p.plane_mm))
    });
    if all.is_empty() {
        return None;
    }
    let low = all.iter().filter_map(|p| p.gap_lower_mm).fold(0.0, f64::min);
    let reach = report.thresholds_mm.iter().copied().fold(0.0, f64::max) + 3.0;
    let high = all.iter().filter_map(|p| p.gap_mm).fold(reach, f64::max).min(reach + 4.0);
    let (kind, reference) = match lines[0].1.pair {
        PairKind::TumourSac => ("Tumour-sac", "sac"),
        _ => ("Tumour-cord", "cord"),
    };
    let two_studies = report.comparison.is_some();
    // The anatomy as contoured has a line of its own, whatever falls together with it.
    let groups = alike(&lines, |(p, a), (q, b)| {
        let (first, other) = (planes(a), planes(b));
        p.phase == Phase::Simulated
            && q.phase == Phase::Simulated
            && first.len() == other.len()
            && first.iter().zip(&other).all(|(x, y)| close(x.gap_mm, y.gap_mm, SEEN_MM))
    });
    let entry = |(k, group): (usize, &Vec<usize>)| {
        let (phase, pair) = lines[group[0]];
        let title = match group.as_slice() {
            [_] => phase.title(two_studies),
            several => {
                let name = |line: &usize| words(lines[*line].0.scenario.as_deref().unwrap_or(""));
                let names: Vec<String> = several.iter().map(name).collect();
                format!("Simulated: {}", joined(&names))
            }
        };
        let found = said::short(phase, pair);
        let comma = if found.is_empty() { "" } else { ", " };
        (format!("{title}{comma}{found}"), theme.line(k).0, theme.line(k).1)
    };
    let entries: Vec<_> = groups.iter().enumerate().map(entry).collect();
    let lower = below_legend(88.0, SIZE[0] - 20.0, &entries);
    let size = [SIZE[0], SIZE[1] + lower];
    let pad = (0.04 * (last - first)).max(1.0);
    let chart = Axes {
        frame: [88.0, 84.0 + lower, 728.0, 306.0],
        x: [first - pad, last + pad],
        y: [low.floor(), high.ceil()],
    };
    let mut svg = Svg::new("p-profile");
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    let feet = format!("position along the {reference}'s planes, mm");
    chart.draw(&mut svg, theme, Some(&feet), "gap, mm");
    svg.begin_clip(
        "area",
        [chart.frame[0], chart.frame[1] - 2.0, chart.frame[2], chart.frame[3] + 4.0],
    );
    let few = groups.len() <= 3;
    for (k, group) in groups.iter().enumerate() {
        let (_, pair) = lines[group[0]];
        let (colour, dash) = theme.line(k);
        for run in runs(&planes(pair)) {
            if few || k == 0 {
                let bound = |f: fn(&ProfilePlane) -> Option<f64>| {
                    run.iter().filter_map(move |p| Some(chart.at(p.plane_mm, f(p)?)))
                };
                let upper: Vec<_> = bound(|p| p.gap_upper_mm).collect();
                let mut area: Vec<_> = bound(|p| p.gap_lower_mm).collect();
                area.reverse();
                let d = polyline(&[upper, area].concat());
                svg.path(&d, &format!("fill:{colour};fill-opacity:0.16"));
            }
        }
        for run in runs(&planes(pair)) {
            let points: Vec<_> =
                run.iter().filter_map(|p| Some(chart.at(p.plane_mm, p.gap_mm?))).collect();
            let dash =
                if dash.is_empty() { String::new() } else { format!(";stroke-dasharray:{dash}") };
            let style =
                format!("fill:none;stroke:{colour};stroke-width:3.2;stroke-linejoin:round{dash}");
            svg.path(&polyline(&points), &style);
            for p in points.iter().filter(|_| groups.len() <= 4) {
                svg.circle(*p, 3.4, &format!("fill:{colour}"));
            }
        }
    }
    svg.end();
    chart.thresholds(&mut svg, theme, &report.thresholds_mm);
    legend(&mut svg, theme, [88.0, 26.0], SIZE[0] - 20.0, &entries);
    let alt = entries.iter().map(|e| e.0.clone()).collect::<Vec<_>>().join("; ");
    let title = format!("{kind} gap along the {reference}");
    Some(Picture::new("profile", &title, &alt, Shape::Chart, size, svg))
}

/// Neighbouring planes that have a gap.
fn runs(planes: &[ProfilePlane]) -> Vec<&[ProfilePlane]> {
    planes.split(|p| p.gap_mm.is_none()).filter(|run| !run.is_empty()).collect()
}
