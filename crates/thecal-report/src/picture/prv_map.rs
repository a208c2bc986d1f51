//! The unrolled cord in the colours of a PRV's error: its margin less the one that it should have.

use crate::scene::{PrvOnCord, Scene};
use crate::{PrvRecord, Report};

use super::colour_bar::colour_bar;
use super::keys::{MarginKeys, dash};
use super::svg::{Svg, lines};
use super::theme::{Theme, error_colour};
use super::unrolled::{
    CLOCK, LEFT, PANEL, TOP, Unrolled, clock, field, level_lines, planes, shifted, title,
};
use super::{Picture, Shape};

/// Room right of the panel for the scale and for words that are longer than it.
const RIGHT: f64 = 260.0;
const MARGIN: f64 = 20.0;
/// Room for the legend.
const FOOT: f64 = 34.0;
/// Colours stand for values this far apart, mm.
const COLOUR_MM: f64 = 0.02;
/// The scale reaches at least and at most this far from no error, mm.
const SCALE_MM: [f64; 2] = [0.5, 3.0];

/// One picture for each PRV of which the margin is known; without a margin that it should have, against the
/// one that fits best.
pub(super) fn prv_maps(report: &Report, scene: &Scene, theme: &Theme) -> Vec<Picture> {
    let records = || report.uncertainty.iter().flat_map(|u| &u.prv).enumerate();
    let of = |map: &PrvOnCord| {
        let (n, record) = records().find(|(_, r)| r.structure == map.structure)?;
        picture(n, record, map, theme)
    };
    scene.prvs.iter().filter_map(of).collect()
}

fn picture(n: usize, record: &PrvRecord, map: &PrvOnCord, theme: &Theme) -> Option<Picture> {
    let should_mm = record.expansion_mm.or(record.best_fit_mm)?;
    let error: Vec<Option<f64>> =
        map.margin_mm.iter().map(|m| m.map(|margin| margin - should_mm)).collect();
    let known = || error.iter().flatten().copied();
    known().next()?;
    let most = known().fold(0.0, |most, e| f64::max(most, e.abs()));
    let most = ((2.0 * most).ceil() / 2.0).clamp(SCALE_MM[0], SCALE_MM[1]);
    let at = [LEFT, TOP, PANEL[0], PANEL[1]];
    let values = shifted(map.into(), &error);
    let size = [LEFT + PANEL[0] + RIGHT, TOP + PANEL[1] + CLOCK + FOOT];
    let name = format!("prv-{}", n + 1);
    let mut svg = Svg::new(&format!("p-{name}"));
    svg.rect([0.0, 0.0, size[0], size[1]], 0.0, &format!("fill:{}", theme.paper));
    field(&mut svg, at, map.into(), &values, COLOUR_MM, |e| error_colour(e, most));
    svg.begin_clip("lines", at);
    let d = lines(&level_lines(at, map.into(), &values, -record.tolerance_mm));
    for (colour, wide) in [("#000000", 4.6), ("#ffffff", 2.2)] {
        let style = format!("fill:none;stroke:{colour};stroke-width:{wide}{}", dash(0));
        svg.path(&d, &style);
    }
    svg.end();
    let against = match record.expansion_mm {
        Some(_) => format!("{} as {}", record.structure, record.meant()),
        None => format!("{} against its best fit, {} mm", record.structure, super::mm(should_mm)),
    };
    let [low, high] = [known().fold(0.0, f64::min), known().fold(0.0, f64::max)];
    let told = format!("up to {} mm too small, {} mm too large", super::mm(-low), super::mm(high));
    title(&mut svg, theme, at, "Margin of the PRV", [&against, &told]);
    clock(&mut svg, theme, at);
    planes(&mut svg, theme, at, map.into());
    let bar = [LEFT + PANEL[0] + 22.0, TOP, 20.0, PANEL[1]];
    colour_bar(&mut svg, theme, bar, [-most, most], "error, mm", &|e| error_colour(e, most));
    let keys = MarginKeys { tolerance_mm: record.tolerance_mm };
    keys.draw(&mut svg, theme, [MARGIN, TOP + PANEL[1] + CLOCK + 10.0], size[0] - 2.0 * MARGIN);
    let title = "Error of a PRV on the unrolled cord";
    Some(Picture::new(&name, title, &format!("{against}: {told}"), Shape::Prv, size, svg))
}

impl<'a> From<&'a PrvOnCord> for Unrolled<'a> {
    fn from(map: &'a PrvOnCord) -> Self {
        Self::new(&map.plane_mm, map.columns)
    }
}
