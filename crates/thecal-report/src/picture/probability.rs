//! The distribution of a gap under its uncertainties, with the thresholds.

use super::axes::{Axes, below_legend, legend};
use super::svg::{Anchor, Svg, polyline};
use super::theme::Theme;
use super::{Picture, Shape, mm};
use crate::{Histogram, PairKind, PairProbability, PhaseRecord, Report};

const SIZE: [f64; 2] = [900.0, 520.0];
/// Most distributions that can still be told apart.
const MOST_LINES: usize = 4;
/// Bins at the ends with less than this share of the samples are left out of the picture.
const SEEN: f64 = 0.001;

/// The distributions of the least tumour-cord gap of each phase (of the tumour-sac gap where there
/// is no cord); none where no uncertainty was asked for.
pub(super) fn probability(report: &Report, theme: &Theme) -> Option<Picture> {
    let phases = report.phases.iter().filter_map(|phase| Some((phase, chief(report, phase)?)));
    let lines: Vec<(&PhaseRecord, &PairProbability)> = phases.take(MOST_LINES).collect();
    let (_, first) = lines.first()?;
    let thresholds: Vec<f64> = first.probability.iter().map(|p| p.threshold_mm).collect();
    let seen = lines.iter().map(|(_, pair)| seen(&pair.histogram));
    let [from, to] = seen.fold([0.0, 0.0], |[lo, hi]: [f64; 2], [a, b]| [lo.min(a), hi.max(b)]);
    let to = thresholds.iter().copied().fold(to, f64::max) + 0.5;
    let per_mm = |h: &Histogram| h.shares.iter().copied().fold(0.0, f64::max) / h.width_mm;
    let most = lines.iter().map(|(_, p)| 100.0 * per_mm(&p.histogram)).fold(0.0, f64::max);
    let two_studies = report.comparison.is_some();
    let entry = |(k, (phase, pair)): (usize, &(&PhaseRecord, &PairProbability))| {
        let (colour, dash) = theme.line(k);
        let title = phase.title(two_studies);
        let text = format!(
            "{title}: median {} mm, 5 to 95 % {} to {} mm",
            mm(pair.median_mm),
            mm(pair.p05_mm),
            mm(pair.p95_mm)
        );
        (text, colour, dash)
    };
    let entries: Vec<_> = lines.iter().enumerate().map(entry).collect();
    let lower = below_legend(88.0, SIZE[0] - 20.0, &entries);
    let size = [SIZE[0], SIZE[1] + lower];
    let chart = Axes {
        frame: [88.0, 130.0 + lower, 780.0, 310.0],
        x: [from.floor(), to.ceil()],
        y: [0.0, most * 1.08],
    };
    let mut svg = Svg::new("p-probability");
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    let kind = if first.pair == PairKind::TumourSac { "tumour-sac" } else { "tumour-cord" };
    chart.draw(&mut svg, theme, Some(&format!("{kind} gap, mm")), "share, % per mm");
    for (k, (_, pair)) in lines.iter().enumerate() {
        let (colour, dash) = theme.line(k);
        let steps = steps(&pair.histogram, &chart);
        if k == 0 {
            svg.path(&polyline(&steps), &format!("fill:{colour};fill-opacity:0.16"));
        }
        let dash =
            if dash.is_empty() { String::new() } else { format!(";stroke-dasharray:{dash}") };
        let style = format!("fill:none;stroke:{colour};stroke-width:2.6{dash}");
        svg.path(&polyline(&steps), &style);
    }
    marks(&mut svg, &chart, theme, first);
    legend(&mut svg, theme, [88.0, 26.0], SIZE[0] - 20.0, &entries);
    let told = |p: &crate::ThresholdProbability| {
        format!("{} mm with {:.0} %", p.threshold_mm, 100.0 * p.p)
    };
    let reached: Vec<String> = first.probability.iter().map(told).collect();
    let alt = format!(
        "as contoured the median is {} mm; the gap reaches {}",
        mm(first.median_mm),
        reached.join(", ")
    );
    let title = format!("Distribution of the {kind} gap");
    Some(Picture::new("gap-probability", &title, &alt, Shape::Chart, size, svg))
}

/// The pair of a phase that its chart is about.
fn chief<'a>(report: &'a Report, phase: &PhaseRecord) -> Option<&'a PairProbability> {
    let record = report.uncertainty.as_ref()?;
    let of = |kind: PairKind| {
        let mine = record.pairs.iter().filter(move |p| {
            p.pair == kind && p.phase == phase.phase && p.scenario == phase.scenario
        });
        mine.min_by(|a, b| a.nominal_mm.total_cmp(&b.nominal_mm))
    };
    of(PairKind::TumourCord).or_else(|| of(PairKind::TumourSac))
}

/// From where to where a histogram has something to see.
fn seen(histogram: &Histogram) -> [f64; 2] {
    let bin = |k: usize| histogram.from_mm + histogram.width_mm * k as f64;
    let some = |share: &f64| *share > SEEN;
    let first = histogram.shares.iter().position(some).unwrap_or(0);
    let last = histogram.shares.iter().rposition(some).unwrap_or(0);
    [bin(first), bin(last + 1)]
}

/// The outline of the bins within the chart.
fn steps(histogram: &Histogram, chart: &Axes) -> Vec<[f64; 2]> {
    let mut out = Vec::new();
    for (k, share) in histogram.shares.iter().enumerate() {
        let left = histogram.from_mm + histogram.width_mm * k as f64;
        let right = left + histogram.width_mm;
        if left < chart.x[0] - 1e-9 || right > chart.x[1] + 1e-9 {
            continue;
        }
        let y = 100.0 * share / histogram.width_mm;
        if out.is_empty() {
            out.push(chart.at(left, 0.0));
        }
        out.extend([chart.at(left, y), chart.at(right, y)]);
    }
    if let Some([x, _]) = out.last().copied() {
        out.push([x, chart.at(0.0, 0.0)[1]]);
    }
    out
}

/// The thresholds with the probability that each is reached as contoured.
fn marks(svg: &mut Svg, chart: &Axes, theme: &Theme, pair: &PairProbability) {
    let [_, top, _, height] = chart.frame;
    let style = format!("stroke:{};stroke-width:1.8;stroke-dasharray:8 5", theme.ink);
    for (k, p) in pair.probability.iter().enumerate() {
        let [x, _] = chart.at(p.threshold_mm, 0.0);
        // Neighbours stand at different heights, so that their words do not meet.
        let y = top - 12.0 - 26.0 * (pair.probability.len() - 1 - k).min(2) as f64;
        svg.line([x, y + 4.0], [x, top + height], &style);
        let label = format!("{} mm or more: {:.0} %", p.threshold_mm, 100.0 * p.p);
        svg.text([x + 8.0, y + 4.0], 19.0, Anchor::Start, &theme.strong(), &label);
    }
}
