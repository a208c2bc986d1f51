//! The unrolled cord: clock position across, 12 o'clock in the middle, position along the cord
//! down; colour is the gap.

use crate::scene::{CordMap, Scene};
use crate::{PhaseRecord, Report};

use super::colour_bar::colour_bar;
use super::keys::{Keys, dash};
use super::svg::{Svg, lines};
use super::theme::{Theme, gain_colour, gap_colour};
use super::unrolled::{
    CLOCK, LEFT, PANEL, Shifted, TOP, clock, field, hour, level_lines, mark, planes, shifted, title,
};
use super::{Picture, Shape, mm, said, words};

/// Room below the panels: the clock, then the legend.
const FOOT: f64 = CLOCK + 28.0;
const BETWEEN: f64 = 30.0;

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
        let values = shifted(map.into(), &map.gap_mm);
        field(svg, at, map.into(), &values, COLOUR_MM, |gap| gap_colour(gap, reach));
        let lines = Lines { key, at, thresholds_mm };
        lines.draw(svg, map, &values);
        title(svg, theme, at, head[0], [head[1], &nearest(map)]);
        clock(svg, theme, at);
        if let Some(point) = map.closest {
            mark(svg, at, map.into(), point, &format!("{} mm", mm(point.gap_mm)));
        }
    };
    panel(&mut svg, "before", place(0.0), before, [first, verdict]);
    planes(&mut svg, theme, place(0.0), (*before).into());
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
        let values = shifted((*after).into(), &gain);
        field(&mut svg, at, (*after).into(), &values, COLOUR_MM, colour);
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

/// Lines of equal gap at the thresholds.
struct Lines<'a> {
    key: &'a str,
    at: [f64; 4],
    thresholds_mm: &'a [f64],
}

impl Lines<'_> {
    fn draw(&self, svg: &mut Svg, map: &CordMap, values: &Shifted) {
        svg.begin_clip(self.key, self.at);
        for (k, &t) in self.thresholds_mm.iter().enumerate() {
            let d = lines(&level_lines(self.at, map.into(), values, t));
            let dash = dash(k);
            for (colour, wide) in [("#000000", 4.6), ("#ffffff", 2.2)] {
                let style = format!("fill:none;stroke:{colour};stroke-width:{wide}{dash}");
                svg.path(&d, &style);
            }
        }
        svg.end();
    }
}

#[cfg(test)]
mod tests {
    use super::gains;
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
