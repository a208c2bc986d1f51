//! The gap round the cord: a clock of twelve sectors.

use std::fmt::Write as _;

use crate::{PairKind, PhaseRecord, ProfileSector, Report};

use super::keys::{SectorKeys, dash};
use super::profile::chief;
use super::svg::{Anchor, Svg};
use super::theme::{self, NONE, Theme};
use super::{MINUS, Picture, Shape, mm, said};

const CLOCK: f64 = 300.0;
const HEAD: f64 = 62.0;
const RADII: [f64; 2] = [52.0, 112.0];

/// Clocks before and after each scenario, or one of the study as it is.
pub(super) fn sectors(report: &Report, theme: &Theme) -> Vec<Picture> {
    let phases: Vec<&PhaseRecord> = report.phases.iter().collect();
    let Some((&before, after)) = phases.split_first() else { return Vec::new() };
    if after.is_empty() {
        let phases = [(before, super::first_heading(report))];
        return picture(report, "clock", &phases, theme).into_iter().collect();
    }
    let one = |phase: &&PhaseRecord| {
        let phase = *phase;
        let scenario = phase.key()?;
        let name = format!("clock-{}", super::key(scenario));
        let after = super::heading(report, Some(phase));
        let phases = [(before, super::first_heading(report)), (phase, after)];
        picture(report, &name, &phases, theme).map(|p| p.of(scenario))
    };
    after.iter().filter_map(one).collect()
}

fn picture(
    report: &Report,
    name: &str,
    phases: &[(&PhaseRecord, &str)],
    theme: &Theme,
) -> Option<Picture> {
    let of_cord = chief(phases.first()?.0)?.pair != PairKind::TumourSac;
    let reach = report.thresholds_mm.iter().copied().fold(0.0, f64::max) + 5.0;
    let size = [CLOCK * phases.len() as f64 + 20.0, CLOCK + HEAD + 12.0];
    let thresholds_mm = report.thresholds_mm.as_slice();
    let profile = chief(phases.first()?.0)?.profile.as_ref()?;
    let keys = SectorKeys { thresholds_mm, reach_mm: profile.reach_mm };
    let legend = keys.height(size[0] - 40.0);
    let size = [size[0], size[1] + legend];
    let mut svg = Svg::new(&format!("p-{name}"));
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    let hatch = svg.hatch("none", NONE);
    let mut told = Vec::new();
    for (k, (phase, heading)) in phases.iter().enumerate() {
        let middle = [10.0 + CLOCK * (k as f64 + 0.5), HEAD + 0.5 * CLOCK];
        svg.text([middle[0], 28.0], 18.0, Anchor::Middle, &theme.strong(), heading);
        let pair = chief(phase);
        let found = pair.map_or_else(String::new, |p| said::short(phase, p));
        svg.text([middle[0], 50.0], 14.5, Anchor::Middle, &theme.label(), &found);
        let sectors = pair.and_then(|p| p.profile.as_ref()).map(|p| p.sectors.as_slice());
        for sector in sectors.unwrap_or_default() {
            draw(&mut svg, theme, middle, sector, reach, &hatch);
            below(&mut svg, theme, middle, sector, thresholds_mm);
        }
        let inside = match (sectors, of_cord) {
            (None, _) => "no gap",
            (_, true) => "cord",
            (_, false) => "sac",
        };
        svg.text([middle[0], middle[1] + 6.0], 16.0, Anchor::Middle, &theme.label(), inside);
        for (deg, letter) in [(0.0, "A"), (90.0, "L"), (180.0, "P"), (270.0, "R")] {
            let [x, y] = on(middle, RADII[1] + 24.0, deg);
            svg.text([x, y + 6.0], 17.0, Anchor::Middle, &theme.strong(), letter);
        }
        let near = sectors.unwrap_or_default().iter().filter_map(|s| {
            let gap = s.gap_mm?;
            Some(format!("{} o'clock {} mm", hour(s), mm(gap)))
        });
        told.push(format!("{heading}: {}", near.collect::<Vec<_>>().join(", ")));
    }
    keys.draw(&mut svg, theme, [20.0, HEAD + CLOCK + 18.0], size[0] - 40.0);
    let title = if of_cord { "Gap round the cord, mm" } else { "Gap round the sac, mm" };
    Some(Picture::new(name, title, &told.join("; "), Shape::Chart, size, svg))
}

/// The hours that a sector lies between.
fn hour(s: &ProfileSector) -> String {
    let of = |deg: f64| match (deg / 30.0).round() as i64 % 12 {
        0 => 12,
        h => h,
    };
    format!("{} to {}", of(s.clock_deg_from), of(s.clock_deg_to))
}

fn draw(
    svg: &mut Svg,
    theme: &Theme,
    middle: [f64; 2],
    s: &ProfileSector,
    reach: f64,
    hatch: &str,
) {
    let (from, to) = (s.clock_deg_from, s.clock_deg_to);
    let [a, b] = [on(middle, RADII[1], from), on(middle, RADII[1], to)];
    let [c, d] = [on(middle, RADII[0], to), on(middle, RADII[0], from)];
    let mut path = String::new();
    let _ = write!(
        path,
        "M{:.1} {:.1}A{r:.1} {r:.1} 0 0 1 {:.1} {:.1}L{:.1} {:.1}A{q:.1} {q:.1} 0 0 0 {:.1} {:.1}Z",
        a[0],
        a[1],
        b[0],
        b[1],
        c[0],
        c[1],
        d[0],
        d[1],
        r = RADII[1],
        q = RADII[0]
    );
    let colour = s.gap_mm.map(|gap| theme::gap_colour(gap, reach));
    let fill = colour.map_or_else(|| format!("url(#{hatch})"), theme::hex);
    let edge = if theme.paper == "none" { "var(--card)" } else { theme.paper };
    svg.path(&path, &format!("fill:{fill};stroke:{edge};stroke-width:2"));
    if let (Some(gap), Some(colour)) = (s.gap_mm, colour) {
        let [x, y] = on(middle, 0.5 * (RADII[0] + RADII[1]) + 2.0, 0.5 * (from + to));
        let style = format!("fill:{};font-weight:700", theme::ink_on(colour));
        let text = format!("{gap:.1}").replace('-', MINUS);
        svg.text([x, y + 6.0], 16.0, Anchor::Middle, &style, &text);
    }
}

/// An arc outside a sector that is nearer than a threshold, in the line of the smallest one.
fn below(svg: &mut Svg, theme: &Theme, middle: [f64; 2], s: &ProfileSector, thresholds_mm: &[f64]) {
    let Some(gap) = s.gap_mm else { return };
    let Some(k) = thresholds_mm.iter().position(|t| gap < *t) else { return };
    let radius = RADII[1] + 6.0;
    // Arcs of neighbours stay apart.
    let [a, b] =
        [on(middle, radius, s.clock_deg_from + 2.0), on(middle, radius, s.clock_deg_to - 2.0)];
    let d =
        format!("M{:.1} {:.1}A{radius:.1} {radius:.1} 0 0 1 {:.1} {:.1}", a[0], a[1], b[0], b[1]);
    svg.path(&d, &format!("fill:none;stroke:{};stroke-width:5{}", theme.ink, dash(k)));
}

/// A point at a clock position, as on an axial image: the patient's left on the right.
fn on([x, y]: [f64; 2], radius: f64, deg: f64) -> [f64; 2] {
    let (s, c) = deg.to_radians().sin_cos();
    [x + radius * s, y - radius * c]
}
