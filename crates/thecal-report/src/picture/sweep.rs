//! Gap and removed volume against the amount that is taken.

use crate::{PairKind, Report, SweepRow};

use super::alike::{alike, close, joined};
use super::axes::{Axes, below_legend, legend};
use super::svg::{Svg, polyline};
use super::theme::Theme;
use super::{Picture, Shape, mm, words};

const SIZE: [f64; 2] = [900.0, 632.0];

/// The sweep, where there is one: gap above, removed volume below, a line for each approach.
pub(super) fn sweep(report: &Report, theme: &Theme) -> Option<Picture> {
    let rows = &report.separation.as_ref()?.sweep;
    let most = rows.iter().map(|r| r.amount_mm).fold(0.0, f64::max);
    let mut lines: Vec<(&str, &str)> = Vec::new();
    for row in rows {
        if !lines.contains(&(row.scenario.as_str(), row.tumour.as_str())) {
            lines.push((&row.scenario, &row.tumour));
        }
    }
    if lines.is_empty() {
        return None;
    }
    let steps = |line: usize| {
        let (scenario, tumour) = lines[line];
        rows.iter().filter(move |r| r.scenario == scenario && r.tumour == tumour)
    };
    let all: Vec<usize> = (0..lines.len()).collect();
    let groups = alike(&all, |a, b| {
        lines[*a].1 == lines[*b].1 && steps(*a).zip(steps(*b)).all(|(p, q)| same(p, q))
    });
    let mut tumours: Vec<&str> = lines.iter().map(|l| l.1).collect();
    tumours.sort_unstable();
    tumours.dedup();
    // Numbers instead of names: a picture goes further than its record.
    let name = |line: usize| {
        let (scenario, tumour) = lines[line];
        let number = tumours.iter().position(|t| *t == tumour).unwrap_or_default() + 1;
        match tumours.len() {
            1 => words(scenario),
            _ => format!("{}, tumour {number}", words(scenario)),
        }
    };
    let entry = |(k, group): (usize, &Vec<usize>)| {
        let names: Vec<String> = group.iter().map(|line| name(*line)).collect();
        let (colour, dash) = theme.line(k + 1);
        (joined(&names), colour, dash)
    };
    let entries: Vec<_> = groups.iter().enumerate().map(entry).collect();
    let lower = below_legend(88.0, SIZE[0] - 20.0, &entries);
    let size = [SIZE[0], SIZE[1] + lower];
    let high = |f: fn(&SweepRow) -> Option<f64>| rows.iter().filter_map(f).fold(0.0, f64::max);
    let low = rows.iter().filter_map(|r| r.gap_lower_mm).fold(0.0, f64::min);
    let reach = report.thresholds_mm.iter().copied().fold(0.0, f64::max);
    let above = Axes {
        frame: [88.0, 84.0 + lower, 728.0, 250.0],
        x: [0.0, most],
        y: [low.floor(), high(|r| r.gap_mm).max(reach + 1.0).ceil()],
    };
    let below = Axes {
        frame: [88.0, 372.0 + lower, 728.0, 180.0],
        x: [0.0, most],
        y: [0.0, (high(|r| Some(r.removed_cc)) * 1.1).max(0.01)],
    };
    let mut svg = Svg::new("p-sweep");
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    above.draw(&mut svg, theme, None, "simulated gap, mm");
    let reference = report.separation.as_ref()?.reference_role;
    let label = format!("tumour removed within this of the {}, mm", words(reference.as_str()));
    below.draw(&mut svg, theme, Some(&label), "removed, cc");
    for (group, (_, colour, dash)) in groups.iter().zip(&entries) {
        let mine: Vec<&SweepRow> = steps(group[0]).collect();
        if groups.len() <= 3 {
            let bound = |f: fn(&SweepRow) -> Option<f64>| -> Vec<[f64; 2]> {
                mine.iter().filter_map(|r| Some(above.at(r.amount_mm, f(r)?))).collect()
            };
            let mut area = bound(|r| r.gap_lower_mm);
            area.reverse();
            let d = polyline(&[bound(|r| r.gap_upper_mm), area].concat());
            svg.path(&d, &format!("fill:{colour};fill-opacity:0.13"));
        }
        let before = before_mm(report, lines[group[0]].1).map(|gap| above.at(0.0, gap));
        let gaps = mine.iter().filter_map(|r| Some(above.at(r.amount_mm, r.gap_mm?)));
        let gaps: Vec<_> = before.into_iter().chain(gaps).collect();
        let volumes = mine.iter().map(|r| below.at(r.amount_mm, r.removed_cc));
        let volumes: Vec<_> = std::iter::once(below.at(0.0, 0.0)).chain(volumes).collect();
        let dashes =
            if dash.is_empty() { String::new() } else { format!(";stroke-dasharray:{dash}") };
        for points in [&gaps, &volumes] {
            let style =
                format!("fill:none;stroke:{colour};stroke-width:3;stroke-linejoin:round{dashes}");
            svg.path(&polyline(points), &style);
            for p in points {
                svg.circle(*p, 3.8, &format!("fill:{colour}"));
            }
        }
    }
    above.thresholds(&mut svg, theme, &report.thresholds_mm);
    legend(&mut svg, theme, [88.0, 26.0], SIZE[0] - 20.0, &entries);
    let least = report.separation.iter().flat_map(|s| &s.least).map(|l| match l.amount_mm {
        Some(amount) => {
            format!("{} reaches {} mm at {amount} mm", words(&l.scenario), l.threshold_mm)
        }
        None => format!(
            "{} does not reach {} mm{}",
            words(&l.scenario),
            l.threshold_mm,
            l.best_gap_mm.map_or_else(String::new, |g| format!(", {} mm at best", mm(g)))
        ),
    });
    let alt = least.collect::<Vec<_>>().join("; ");
    let title = "Simulated gap and removed volume against the resection depth";
    Some(Picture::new("sweep", title, &alt, Shape::Chart, size, svg))
}

/// The gap that a sweep starts from: tumour-cord, or tumour-sac where there is no cord.
fn before_mm(report: &Report, tumour: &str) -> Option<f64> {
    let pairs = &report.phases.first()?.pairs;
    let of = |kind: PairKind| pairs.iter().find(|p| p.pair == kind && p.a == tumour);
    of(PairKind::TumourCord).or_else(|| of(PairKind::TumourSac))?.gap_mm
}

/// Steps that a chart shows at one place.
fn same(a: &SweepRow, b: &SweepRow) -> bool {
    const SEEN_MM: f64 = 0.05;
    const SEEN_CC: f64 = 0.02;
    close(a.gap_mm, b.gap_mm, SEEN_MM) && close(Some(a.removed_cc), Some(b.removed_cc), SEEN_CC)
}
