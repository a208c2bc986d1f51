//! The unrolled cord in the colours of the dose at its surface, with the isodoses of limits.

use crate::DoseRecord;
use crate::scene::{DoseOnCord, Scene};

use super::colour_bar::colour_bar;
use super::dose_slice::{heading, top_gy};
use super::isodose::{self, Clear, Isodose, IsodoseLines};
use super::keys::IsodoseKeys;
use super::svg::Svg;
use super::theme::{Theme, dose_colour};
use super::unrolled::{
    CLOCK, LEFT, PANEL, TOP, clock, field, hour, level_lines, mark, planes, shifted, title,
};
use super::{Picture, Shape};

/// Room right of the panel for the scale and for words that are longer than it.
const RIGHT: f64 = 200.0;
const MARGIN: f64 = 20.0;
/// Colours that are told apart.
const COLOURS: f64 = 200.0;

/// The dose on the cord; none where none of it is known.
pub(super) fn dose_map(dose: &DoseRecord, scene: &Scene, theme: &Theme) -> Option<Picture> {
    let views = scene.dose.as_ref()?;
    let map = views.cord.as_ref()?;
    if !dose.gate.accepted || map.gy.iter().all(Option::is_none) {
        return None;
    }
    let top = top_gy(dose, views);
    let at = [LEFT, TOP, PANEL[0], PANEL[1]];
    let values = shifted(map.into(), &map.gy);
    let line = |isodose: Isodose| {
        let lines = level_lines(at, map.into(), &values, isodose.dose_gy);
        let dose_gy = isodose.dose_gy;
        (isodose, IsodoseLines { dose_gy, lines })
    };
    let drawn: Vec<(Isodose, IsodoseLines)> =
        isodose::limits(dose).into_iter().map(line).filter(|(_, d)| !d.lines.is_empty()).collect();
    let not_met = |i: &&Isodose| !drawn.iter().any(|d| d.0 == **i);
    let missed: Vec<String> = isodose::limits(dose)
        .iter()
        .filter(not_met)
        .map(|i| format!("{} Gy", isodose::tenth(i.dose_gy)))
        .collect();
    let missed =
        (!missed.is_empty()).then(|| format!("not on this surface: {}", missed.join(", ")));
    let keys =
        IsodoseKeys { isodoses: drawn.iter().map(|d| &d.0).collect(), note: missed.as_deref() };
    let width = LEFT + PANEL[0] + RIGHT;
    let legend = width - 2.0 * MARGIN;
    let size = [width, (TOP + PANEL[1] + CLOCK + keys.height(legend)).round()];
    let mut svg = Svg::new("p-cord-dose");
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    field(&mut svg, at, map.into(), &values, top / COLOURS, |gy| dose_colour(gy, top));
    svg.begin_clip("lines", at);
    isodose::draw(&mut svg, &drawn);
    svg.end();
    let said = most(map);
    title(&mut svg, theme, at, heading(views), [&said, "at the cord's surface"]);
    clock(&mut svg, theme, at);
    planes(&mut svg, theme, at, map.into());
    let taken = map.closest.and_then(|point| {
        let text = format!("gap {} mm", super::mm(point.gap_mm));
        mark(&mut svg, at, map.into(), point, &text)
    });
    let clear = Clear { frame: at, boxes: taken.into_iter().collect(), points: Vec::new() };
    isodose::labels(&mut svg, &drawn, clear);
    let bar = [LEFT + PANEL[0] + 22.0, TOP, 20.0, PANEL[1]];
    colour_bar(&mut svg, theme, bar, [0.0, top], "dose, Gy", &|gy| dose_colour(gy, top));
    keys.draw(&mut svg, theme, [MARGIN, TOP + PANEL[1] + CLOCK + 10.0], legend);
    let lines: Vec<String> = drawn.iter().map(|(isodose, _)| isodose.entry()).collect();
    let alt = format!("{}: {said}; isodoses {}", heading(views), lines.join(", "));
    let lines = drawn.into_iter().map(|(_, lines)| lines).collect();
    let title = "Dose at the surface of the unrolled cord";
    let picture = Picture::new("cord-dose", title, &alt, Shape::Dose, size, svg);
    Some(picture.with_isodoses(lines))
}

/// The largest dose of the map, and where it is.
fn most(map: &DoseOnCord) -> String {
    let known = map.gy.iter().enumerate().filter_map(|(n, gy)| Some((n, (*gy)?)));
    let Some((n, gy)) = known.max_by(|a, b| a.1.total_cmp(&b.1)) else { return String::new() };
    let clock_deg = ((n % map.columns) as f64 + 0.5) * 360.0 / map.columns as f64;
    let plane_mm = map.plane_mm.get(n / map.columns).copied().unwrap_or_default();
    let along = super::tenths(plane_mm);
    format!("at most {gy:.1} Gy, at {}, {along} mm along", hour(clock_deg))
}
