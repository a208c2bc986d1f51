//! The gap round the cord: a clock of twelve sectors for each phase.

use std::fmt::Write as _;

use crate::{PairKind, ProfileSector, Report};

use super::profile::{chief, named};
use super::svg::{Anchor, Svg};
use super::theme::{self, NONE, Theme};
use super::{MINUS, Picture, Shape, mm};

const CLOCK: f64 = 300.0;
const MOST_ACROSS: usize = 4;
const RADII: [f64; 2] = [52.0, 112.0];

/// A clock for each phase that has a profile.
pub(super) fn sectors(report: &Report, theme: &Theme) -> Option<Picture> {
    let phases: Vec<_> = report.phases.iter().filter_map(|p| Some((p, chief(p)?))).collect();
    let (_, first) = phases.first()?;
    let of_cord = first.pair != PairKind::TumourSac;
    let reach = report.thresholds_mm.iter().copied().fold(0.0, f64::max) + 5.0;
    let across = phases.len().min(MOST_ACROSS);
    let down = phases.len().div_ceil(MOST_ACROSS);
    let size = [CLOCK * across as f64 + 20.0, (CLOCK + 44.0) * down as f64 + 12.0];
    let mut svg = Svg::new("p-clock");
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    let hatch = svg.hatch("none", NONE);
    let mut told = Vec::new();
    for (k, (phase, pair)) in phases.iter().enumerate() {
        let left = 10.0 + CLOCK * (k % MOST_ACROSS) as f64;
        let top = (CLOCK + 44.0) * (k / MOST_ACROSS) as f64;
        let middle = [left + 0.5 * CLOCK, top + 44.0 + 0.5 * CLOCK];
        let name = named(phase, report.phases.len() == 1);
        let heading = [middle[0], top + 30.0];
        svg.text(heading, 18.0, Anchor::Middle, &theme.strong(), &capital(&name));
        let profile = pair.profile.as_ref()?;
        for sector in &profile.sectors {
            draw(&mut svg, theme, middle, sector, reach, &hatch);
        }
        let inside = if of_cord { "cord" } else { "sac" };
        svg.text([middle[0], middle[1] + 6.0], 16.0, Anchor::Middle, &theme.label(), inside);
        for (deg, letter) in [(0.0, "A"), (90.0, "L"), (180.0, "P"), (270.0, "R")] {
            let [x, y] = on(middle, RADII[1] + 19.0, deg);
            svg.text([x, y + 6.0], 17.0, Anchor::Middle, &theme.strong(), letter);
        }
        let near = profile.sectors.iter().filter_map(|s| {
            let gap = s.gap_mm?;
            Some(format!("{} o'clock {} mm", hour(s), mm(gap)))
        });
        told.push(format!("{name}: {}", near.collect::<Vec<_>>().join(", ")));
    }
    let title = if of_cord { "Gap round the cord" } else { "Gap round the sac" };
    Some(Picture::new("clock", title, &told.join("; "), Shape::Chart, size, svg))
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

/// A point at a clock position, as on an axial image: the patient's left on the right.
fn on([x, y]: [f64; 2], radius: f64, deg: f64) -> [f64; 2] {
    let (s, c) = deg.to_radians().sin_cos();
    [x + radius * s, y - radius * c]
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}
