//! The surface of the cord unrolled, whatever its colours stand for: clock position across, 12 o'clock in
//! the middle, position along the cord down.

use thecal_geom::isolines;

use crate::scene::{CordMap, DoseOnCord, MapPoint};

use super::MINUS;
use super::panel::{LINE, SMALL, lines};
use super::svg::{Anchor, Svg, text_width};
use super::theme::{NONE, Theme};

pub(super) const PANEL: [f64; 2] = [352.0, 500.0];
pub(super) const LEFT: f64 = 74.0;
/// Room above the panels: a heading, a verdict of up to two lines, and where it is closest.
pub(super) const TOP: f64 = 110.0;
/// Room below the panels for the clock.
pub(super) const CLOCK: f64 = 68.0;
/// Samples are this much finer in the picture, so that colours run smoothly.
const FINER: usize = 3;

/// Rows and columns of a map.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unrolled<'a> {
    /// Position of each row along the normal, the head's end first.
    plane_mm: &'a [f64],
    columns: usize,
}

impl<'a> Unrolled<'a> {
    pub(super) fn new(plane_mm: &'a [f64], columns: usize) -> Self {
        Self { plane_mm, columns }
    }
}

impl<'a> From<&'a CordMap> for Unrolled<'a> {
    fn from(map: &'a CordMap) -> Self {
        Self { plane_mm: &map.plane_mm, columns: map.columns }
    }
}

impl<'a> From<&'a DoseOnCord> for Unrolled<'a> {
    fn from(map: &'a DoseOnCord) -> Self {
        Self { plane_mm: &map.plane_mm, columns: map.columns }
    }
}

/// Values with 6 o'clock at both edges, each row begun and ended by its neighbours round the
/// cord.
pub(super) struct Shifted {
    columns: usize,
    values: Vec<Option<f64>>,
}

/// Values of a map as they are drawn.
pub(super) fn shifted(map: Unrolled<'_>, values: &[Option<f64>]) -> Shifted {
    let n = map.columns;
    let columns = n + 2;
    let row =
        |r: &[Option<f64>]| (0..columns).map(|c| r[(c + n - 1 + n / 2) % n]).collect::<Vec<_>>();
    Shifted { columns, values: values.chunks_exact(n).flat_map(row).collect() }
}

/// Colours of values, those nearer than `step` alike; hatched where there are none.
pub(super) fn field(
    svg: &mut Svg,
    at: [f64; 4],
    map: Unrolled<'_>,
    values: &Shifted,
    step: f64,
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
                let [red, green, blue] = colour((sum.0 / sum.1 / step).round() * step);
                pixels.extend([red, green, blue, 255]);
            } else {
                pixels.extend([0; 4]);
            }
        }
    }
    svg.rgba(at, [wide as u32, high as u32], &pixels);
    svg.rect(at, 0.0, "fill:none;stroke:#6b7580;stroke-width:1");
}

/// The lines along which values are `level`, in pixels of the picture.
pub(super) fn level_lines(
    [left, top, w, h]: [f64; 4],
    map: Unrolled<'_>,
    values: &Shifted,
    level: f64,
) -> Vec<Vec<[f64; 2]>> {
    let rows = map.plane_mm.len();
    let (sx, sy) = (w / map.columns as f64, h / (rows.max(2) - 1) as f64);
    let mut out = isolines(&values.values, [values.columns, rows], level);
    // Columns have their middles half a column in, after the one that is there twice.
    out.iter_mut().flatten().for_each(|p| *p = [left + (p[0] - 0.5) * sx, top + p[1] * sy]);
    out
}

/// A panel's title with two lines below it.
pub(super) fn title(
    svg: &mut Svg,
    theme: &Theme,
    [x, ..]: [f64; 4],
    heading: &str,
    notes: [&str; 2],
) {
    svg.text([x, 27.0], 20.0, Anchor::Start, &theme.strong(), heading);
    let ink = format!("fill:{}", theme.ink);
    let mut y = 28.0;
    for (note, style) in notes.into_iter().zip([ink, theme.label()]) {
        for line in lines(note, PANEL[0]) {
            y += LINE;
            svg.text([x, y], SMALL, Anchor::Start, &style, &line);
        }
    }
}

/// The hour of a clock position.
pub(super) fn hour(deg: f64) -> String {
    match (deg / 30.0).round() as i64 % 12 {
        0 => "12 o'clock".to_owned(),
        h => format!("{h} o'clock"),
    }
}

/// Hours below a panel.
pub(super) fn clock(svg: &mut Svg, theme: &Theme, [left, top, w, h]: [f64; 4]) {
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
pub(super) fn planes(svg: &mut Svg, theme: &Theme, [left, top, _, h]: [f64; 4], map: Unrolled<'_>) {
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

/// Where the closest point is, with what is told of it; gives the box that this takes.
pub(super) fn mark(
    svg: &mut Svg,
    at: [f64; 4],
    map: Unrolled<'_>,
    point: MapPoint,
    text: &str,
) -> Option<[f64; 4]> {
    let (first, last) = map.plane_mm.first().zip(map.plane_mm.last())?;
    let across = ((point.clock_deg + 180.0) % 360.0) / 360.0;
    let down = (point.row_mm - first) / (last - first);
    if !(0.0..=1.0).contains(&down) {
        return None;
    }
    let [x, y] = [at[0] + at[2] * across, at[1] + at[3] * down];
    for (colour, wide) in [("#ffffff", 5.5), ("#000000", 2.6)] {
        svg.circle([x, y], 8.0, &format!("fill:none;stroke:{colour};stroke-width:{wide}"));
    }
    // Bold letters of browsers are wider than those that are measured here.
    let wide = 1.2 * text_width(text, 17.0) + 12.0;
    let right = x + 16.0 + wide < at[0] + at[2];
    let left = if right { x + 16.0 } else { x - 16.0 - wide };
    let top = (y - 14.0).clamp(at[1] + 3.0, at[1] + at[3] - 31.0);
    svg.rect([left, top, wide, 28.0], 5.0, "fill:#0a0d12;fill-opacity:0.88");
    let place = [left + 0.5 * wide, top + 20.0];
    svg.text(place, 17.0, Anchor::Middle, "fill:#ffffff;font-weight:700", text);
    // With the ring beside it.
    let box_left = left.min(x - 12.0);
    Some([box_left, top, left.max(x + 12.0 - wide) + wide - box_left, 28.0])
}

#[cfg(test)]
mod tests {
    use super::{Unrolled, shifted};

    #[test]
    fn twelve_o_clock_is_in_the_middle() {
        // Columns at 45, 135, 225 and 315 degrees.
        let map = Unrolled { plane_mm: &[0.0], columns: 4 };
        let row = shifted(map, &[1.0, 2.0, 3.0, 4.0].map(Some)).values;
        // 225 and 315 (right side) come before 45 and 135 (left side), with a neighbour each.
        assert_eq!(row, [2.0, 3.0, 4.0, 1.0, 2.0, 3.0].map(Some));
    }
}
