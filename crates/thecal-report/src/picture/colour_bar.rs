//! The scale of the colours of a field.

use super::MINUS;
use super::svg::{Anchor, Svg};
use super::theme::Theme;

/// The scale upright beside a picture, with its unit above it.
pub(super) fn colour_bar(
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
    let steps = [(60.0, 10.0), (24.0, 5.0), (6.0, 2.0), (2.5, 1.0)];
    let step = steps.into_iter().find(|(above, _)| span > *above).map_or(0.5, |(_, step)| step);
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
