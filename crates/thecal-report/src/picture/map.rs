//! The unrolled cord: clock position across, 12 o'clock in the middle, position along the cord
//! down; colour is the gap.

use thecal_geom::marching_squares_rings;

use crate::scene::{CordMap, MapPoint, Scene};
use crate::{PhaseRecord, Report};

use super::keys::{Keys, dash};
use super::svg::{Anchor, Svg, rings};
use super::theme::{NONE, Theme, gain_colour, gap_colour};
use super::{MINUS, Picture, Shape, mm, said, words};

const PANEL: [f64; 2] = [352.0, 500.0];
const LEFT: f64 = 74.0;
const TOP: f64 = 88.0;
/// Room below the panels: the clock, then the legend.
const FOOT: f64 = 96.0;
const BETWEEN: f64 = 30.0;
/// Samples are this much finer in the picture, so that colours run smoothly.
const FINER: usize = 3;

/// Losses below this are no losses, mm: the same surface is sampled a little differently.
const SAME_MM: f64 = 0.1;
/// Colours stand for values this far apart, mm: finer than is seen, and far smaller as a file.
const COLOUR_MM: f64 = 0.05;

/// One picture for each phase after: before, after and their difference; or one of the study as it
/// is.
pub(super) fn maps(report: &Report, scene: &Scene, theme: &Theme) -> Vec<Picture> {
    let thresholds_mm = report.thresholds_mm.as_slice();
    let Some((before, after)) = scene.maps.split_first() else { return Vec::new() };
    let verdict = |phase: Option<&PhaseRecord>| phase.map(said::verdict).unwrap_or_default();
    let headed = Headed {
        map: before,
        heading: super::first_heading(report),
        verdict: verdict(report.phases.first()),
    };
    if after.is_empty() {
        return vec![picture("cord-map", "Unrolled cord", &headed, None, thresholds_mm, theme)];
    }
    let one = |map: &CordMap| {
        let scenario = map.scenario.as_deref().unwrap_or_default();
        let name = format!("cord-map-{}", super::key(scenario));
        let title = format!("Unrolled cord, {}", words(scenario));
        let phase = super::phase(report, scenario);
        let after = After {
            map,
            heading: super::heading(report, phase),
            verdict: verdict(phase),
            can_lose: phase.is_some_and(PhaseRecord::is_elsewhere),
        };
        picture(&name, &title, &headed, Some(&after), thresholds_mm, theme).of(scenario)
    };
    after.iter().map(one).collect()
}

/// The map of the anatomy as contoured.
struct Headed<'a> {
    map: &'a CordMap,
    heading: &'static str,
    verdict: String,
}

/// A map of a phase after.
struct After<'a> {
    map: &'a CordMap,
    heading: &'static str,
    verdict: String,
    /// Gaps can be smaller than before: cord or sac moved, too.
    can_lose: bool,
}

fn picture(
    name: &str,
    name_of: &str,
    Headed { map: before, heading: first, verdict }: &Headed<'_>,
    after: Option<&After<'_>>,
    thresholds_mm: &[f64],
    theme: &Theme,
) -> Picture {
    let count = if after.is_some() { 3.0 } else { 1.0 };
    // The difference stands apart: its colours mean something else.
    let apart = if after.is_some() { 110.0 } else { 0.0 };
    let width = LEFT + count * PANEL[0] + (count - 1.0) * BETWEEN + apart + 96.0;
    let size = [width, TOP + PANEL[1] + FOOT];
    let mut svg = Svg::new(&format!("p-{name}"));
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    let reach = before.reach_mm;
    let place = |k: f64| [LEFT + k * (PANEL[0] + BETWEEN), TOP, PANEL[0], PANEL[1]];
    let panel = |svg: &mut Svg, key: &str, at: [f64; 4], map: &CordMap, head: [&str; 2]| {
        let values = shifted(map, &map.gap_mm);
        field(svg, at, map, &values, |gap| gap_colour(gap, reach));
        let lines = Lines { key, at, thresholds_mm };
        lines.draw(svg, map, &values);
        title(svg, theme, at, head[0], [head[1], &nearest(map)]);
        clock(svg, theme, at);
        if let Some(point) = map.closest {
            mark(svg, at, map, point);
        }
    };
    panel(&mut svg, "before", place(0.0), before, [first, verdict]);
    planes(&mut svg, theme, place(0.0), before);
    let bar = |svg: &mut Svg, x: f64, range, label: &str, colour: &dyn Fn(f64) -> [u8; 3]| {
        colour_bar(svg, theme, [x, TOP, 20.0, PANEL[1]], range, label, colour);
    };
    let mut alt = format!("{first}: {}; {}", verdict.to_lowercase(), nearest(before));
    let mut change = false;
    if let Some(After { map: after, heading, verdict, can_lose }) = after {
        panel(&mut svg, "after", place(1.0), after, [heading, verdict]);
        let end = place(1.0)[0] + PANEL[0];
        bar(&mut svg, end + 22.0, [0.0, reach], "gap, mm", &|v| gap_colour(v, reach));
        let gain = gains(before, after, *can_lose);
        let known = || gain.iter().flatten().copied();
        let (low, top) = (known().fold(0.0, f64::min), known().fold(0.0, f64::max));
        let range = [low.floor(), top.max(0.5).ceil()];
        let colour = |v: f64| gain_colour(v - range[0], range[1] - range[0]);
        let mut at = place(2.0);
        at[0] += apart;
        let values = shifted(after, &gain);
        field(&mut svg, at, after, &values, colour);
        let mut told = format!("up to {} mm gained", mm(top));
        if low < 0.0 {
            // What is lost lies within the line of no change.
            Lines { key: "change", at, thresholds_mm: &[0.0] }.draw(&mut svg, after, &values);
            told.push_str(&format!(", {} mm lost", mm(-low)));
            change = true;
        }
        title(&mut svg, theme, at, "Difference", [&told, ""]);
        clock(&mut svg, theme, at);
        bar(&mut svg, at[0] + PANEL[0] + 22.0, range, "gain, mm", &colour);
        let verdict = verdict.to_lowercase();
        alt.push_str(&format!("; {heading}: {verdict}; {}; {told}", nearest(after)));
    } else {
        let end = place(0.0)[0] + PANEL[0];
        bar(&mut svg, end + 22.0, [0.0, reach], "gap, mm", &|v| gap_colour(v, reach));
    }
    let keys = Keys { thresholds_mm, reach_mm: reach, change };
    keys.draw(&mut svg, theme, [LEFT, TOP + PANEL[1] + 78.0], width - LEFT - 20.0);
    Picture::new(name, name_of, &alt, Shape::Map, size, svg)
}

/// The least distance of the map.
fn nearest(map: &CordMap) -> String {
    map.closest.map_or_else(
        || format!("nothing within {} mm", map.reach_mm),
        |c| format!("closest at {}, {} mm along", hour(c.clock_deg), super::tenths(c.plane_mm)),
    )
}

/// How much was gained; where one of the two gaps lies beyond reach, at least this much.
fn gains(before: &CordMap, after: &CordMap, can_lose: bool) -> Vec<Option<f64>> {
    let gain = |(b, a): (&Option<f64>, &Option<f64>)| {
        // Beyond reach before and after nothing is known.
        b.or(*a)?;
        let gain = a.unwrap_or(after.reach_mm) - b.unwrap_or(before.reach_mm);
        Some(if can_lose && gain < -SAME_MM { gain } else { gain.max(0.0) })
    };
    before.gap_mm.iter().zip(&after.gap_mm).map(gain).collect()
}

/// Values with 6 o'clock at both edges, each row begun and ended by its neighbours round the
/// cord.
struct Shifted {
    columns: usize,
    values: Vec<Option<f64>>,
}

fn shifted(map: &CordMap, values: &[Option<f64>]) -> Shifted {
    let n = map.columns;
    let columns = n + 2;
    let row =
        |r: &[Option<f64>]| (0..columns).map(|c| r[(c + n - 1 + n / 2) % n]).collect::<Vec<_>>();
    Shifted { columns, values: values.chunks_exact(n).flat_map(row).collect() }
}

fn field(
    svg: &mut Svg,
    at: [f64; 4],
    map: &CordMap,
    values: &Shifted,
    colour: impl Fn(f64) -> [u8; 3],
) {
    svg.hatched(at, NONE);
    let (n, rows) = (map.columns, map.plane_mm.len());
    let (wide, high) = (n * FINER, (rows * FINER).saturating_sub(FINER - 1).max(1));
    let value = |r: usize, c: usize| values.values[r.min(rows - 1) * values.columns + c];
    let mut pixels = Vec::with_capacity(4 * wide * high);
    for y in 0..high {
        for x in 0..wide {
            // Columns have their middles half a column in, rows their lines on the edges.
            let u = 1.0 + (x as f64 + 0.5) / FINER as f64 - 0.5;
            let v = y as f64 / FINER as f64;
            let (c, r) = (u.floor() as usize, v.floor() as usize);
            let (s, t) = (u - c as f64, v - r as f64);
            let corners = [(r, c), (r, c + 1), (r + 1, c), (r + 1, c + 1)];
            let weights = [(1.0 - s) * (1.0 - t), s * (1.0 - t), (1.0 - s) * t, s * t];
            let mut sum = (0.0, 0.0);
            for ((r, c), w) in corners.into_iter().zip(weights) {
                if let Some(value) = value(r, c) {
                    sum = (sum.0 + w * value, sum.1 + w);
                }
            }
            if sum.1 >= 0.5 {
                let [red, green, blue] = colour((sum.0 / sum.1 / COLOUR_MM).round() * COLOUR_MM);
                pixels.extend([red, green, blue, 255]);
            } else {
                pixels.extend([0; 4]);
            }
        }
    }
    svg.rgba(at, [wide as u32, high as u32], &pixels);
    svg.rect(at, 0.0, "fill:none;stroke:#6b7580;stroke-width:1");
}

/// Lines of equal gap at the thresholds.
struct Lines<'a> {
    key: &'a str,
    at: [f64; 4],
    thresholds_mm: &'a [f64],
}

impl Lines<'_> {
    fn draw(&self, svg: &mut Svg, map: &CordMap, values: &Shifted) {
        let (columns, rows) = (values.columns, map.plane_mm.len());
        svg.begin_clip(self.key, self.at);
        let [left, top, w, h] = self.at;
        let (sx, sy) = (w / map.columns as f64, h / (rows.max(2) - 1) as f64);
        // A row above and below, so that lines run out of the picture.
        let row = |r: usize| r.clamp(1, rows) - 1;
        for (k, &t) in self.thresholds_mm.iter().enumerate() {
            let level: Vec<f32> = (0..rows + 2)
                .flat_map(|r| (0..columns).map(move |c| (r, c)))
                .map(|(r, c)| {
                    let gap = values.values[row(r) * columns + c];
                    gap.map_or(f32::INFINITY, |g| (g - t) as f32)
                })
                .collect();
            let found = marching_squares_rings(&level, [columns, rows + 2], 1.0);
            let d = rings(&found, |[x, y]| [left + (x - 1.0) * sx, top + (y - 1.5) * sy]);
            let dash = dash(k);
            for (colour, wide) in [("#000000", 4.6), ("#ffffff", 2.2)] {
                let style = format!("fill:none;stroke:{colour};stroke-width:{wide}{dash}");
                svg.path(&d, &style);
            }
        }
        svg.end();
    }
}

/// A panel's title with two lines below it.
fn title(svg: &mut Svg, theme: &Theme, [x, ..]: [f64; 4], heading: &str, notes: [&str; 2]) {
    svg.text([x, 27.0], 20.0, Anchor::Start, &theme.strong(), heading);
    for (k, note) in notes.into_iter().enumerate() {
        let y = 49.0 + 22.0 * k as f64;
        // Letters are a little narrower than they are reckoned.
        let wide = 0.87 * super::svg::text_width(note, 1.0);
        let size = 16.0_f64.min(PANEL[0] / wide.max(1.0));
        svg.text([x, y], size, Anchor::Start, &theme.label(), note);
    }
}

/// The hour of a clock position.
fn hour(deg: f64) -> String {
    match (deg / 30.0).round() as i64 % 12 {
        0 => "12 o'clock".to_owned(),
        h => format!("{h} o'clock"),
    }
}

/// Hours below a panel.
fn clock(svg: &mut Svg, theme: &Theme, [left, top, w, h]: [f64; 4]) {
    let bottom = top + h;
    for (k, label) in ["6", "9", "12", "3", "6"].into_iter().enumerate() {
        let x = left + w * k as f64 / 4.0;
        let style = format!("stroke:{};stroke-width:1.2", theme.muted);
        svg.line([x, bottom], [x, bottom + 6.0], &style);
        svg.text([x, bottom + 24.0], 16.0, Anchor::Middle, &theme.strong(), label);
    }
    let names = [(0.25, "right"), (0.5, "anterior"), (0.75, "left")];
    for (part, name) in names {
        svg.text([left + w * part, bottom + 45.0], 15.0, Anchor::Middle, &theme.label(), name);
    }
}

/// Positions beside a panel.
fn planes(svg: &mut Svg, theme: &Theme, [left, top, _, h]: [f64; 4], map: &CordMap) {
    let (Some(first), Some(last)) = (map.plane_mm.first(), map.plane_mm.last()) else { return };
    let span = last - first;
    let step = if span.abs() > 60.0 { 20.0 } else { 10.0 };
    let (lo, hi) = (first.min(*last), first.max(*last));
    let mut tick = (lo / step).ceil() * step;
    while tick <= hi {
        let y = top + h * (tick - first) / span;
        let style = format!("stroke:{};stroke-width:1.2", theme.muted);
        svg.line([left - 6.0, y], [left, y], &style);
        let text = format!("{tick:.0}").replace('-', MINUS);
        svg.text([left - 11.0, y + 6.0], 16.0, Anchor::End, &theme.label(), &text);
        tick += step;
    }
    svg.upward_text(
        [22.0, top + 0.5 * h],
        16.0,
        &theme.label(),
        "position along the cord, mm, head at the top",
    );
}

/// Where the closest point is, with its gap.
fn mark(svg: &mut Svg, at: [f64; 4], map: &CordMap, point: MapPoint) {
    let (Some(first), Some(last)) = (map.plane_mm.first(), map.plane_mm.last()) else { return };
    let across = ((point.clock_deg + 180.0) % 360.0) / 360.0;
    let down = (point.row_mm - first) / (last - first);
    if !(0.0..=1.0).contains(&down) {
        return;
    }
    let [x, y] = [at[0] + at[2] * across, at[1] + at[3] * down];
    for (colour, wide) in [("#ffffff", 5.5), ("#000000", 2.6)] {
        svg.circle([x, y], 8.0, &format!("fill:none;stroke:{colour};stroke-width:{wide}"));
    }
    let text = format!("{} mm", mm(point.gap_mm));
    let wide = super::svg::text_width(&text, 17.0) + 14.0;
    let right = x + 16.0 + wide < at[0] + at[2];
    let left = if right { x + 16.0 } else { x - 16.0 - wide };
    let top = (y - 14.0).clamp(at[1] + 3.0, at[1] + at[3] - 31.0);
    svg.rect([left, top, wide, 28.0], 5.0, "fill:#0a0d12;fill-opacity:0.88");
    let place = [left + 0.5 * wide, top + 20.0];
    svg.text(place, 17.0, Anchor::Middle, "fill:#ffffff;font-weight:700", &text);
}

fn colour_bar(
    svg: &mut Svg,
    theme: &Theme,
    [x, y, w, h]: [f64; 4],
    [least, most]: [f64; 2],
    label: &str,
    colour: &dyn Fn(f64) -> [u8; 3],
) {
    const STEPS: usize = 64;
    let mut pixels = Vec::with_capacity(4 * STEPS);
    for k in 0..STEPS {
        let [r, g, b] = colour(most - (most - least) * (k as f64 + 0.5) / STEPS as f64);
        pixels.extend([r, g, b, 255]);
    }
    svg.rgba([x, y, w, h], [1, STEPS as u32], &pixels);
    svg.rect([x, y, w, h], 0.0, "fill:none;stroke:#6b7580;stroke-width:1");
    let span = most - least;
    let step = if span > 6.0 {
        2.0
    } else if span > 2.5 {
        1.0
    } else {
        0.5
    };
    // Nothing has no sign.
    let mut tick = (least / step).ceil() * step + 0.0;
    while tick <= most + 1e-9 {
        let at = y + h * (most - tick) / span;
        let text = format!("{tick}").replace('-', MINUS);
        svg.text([x + w + 7.0, at + 5.5], 15.0, Anchor::Start, &theme.label(), &text);
        tick += step;
    }
    svg.text([x - 2.0, y - 12.0], 15.0, Anchor::Start, &theme.label(), label);
}

#[cfg(test)]
mod tests {
    use super::{gains, shifted};
    use crate::scene::CordMap;

    fn map(gap_mm: Vec<Option<f64>>) -> CordMap {
        CordMap {
            scenario: None,
            plane_mm: vec![0.0],
            columns: gap_mm.len(),
            gap_mm,
            closest: None,
            reach_mm: 8.0,
        }
    }

    #[test]
    fn twelve_o_clock_is_in_the_middle() {
        // Columns at 45, 135, 225 and 315 degrees.
        let map = map(vec![Some(1.0), Some(2.0), Some(3.0), Some(4.0)]);
        let row = shifted(&map, &map.gap_mm).values;
        // 225 and 315 (right side) come before 45 and 135 (left side), with a neighbour each.
        assert_eq!(row, [2.0, 3.0, 4.0, 1.0, 2.0, 3.0].map(Some));
    }

    #[test]
    fn a_gap_that_is_out_of_reach_afterwards_has_gained_at_least_the_rest() {
        let gain =
            gains(&map(vec![Some(3.0), None, Some(1.0)]), &map(vec![None, None, Some(2.5)]), false);
        assert_eq!(gain, [Some(5.0), None, Some(1.5)]);
    }

    #[test]
    fn what_comes_into_reach_is_lost_by_at_least_the_rest_and_noise_is_no_loss() {
        let before = map(vec![None, Some(3.0), Some(2.0)]);
        let gain = gains(&before, &map(vec![Some(6.0), Some(1.5), Some(1.97)]), true);
        assert_eq!(gain, [Some(-2.0), Some(-1.5), Some(0.0)]);
    }
}
