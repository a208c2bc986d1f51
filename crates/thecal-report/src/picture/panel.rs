//! One plane through the anatomy with what stands above it.

use crate::scene::{GreyImage, Outline, View, What};

use super::callout;
use super::place::Place;
use super::svg::{Anchor, Svg, rings, text_width};
use super::theme::{self, DARK, Theme};

/// A view with what is said above it.
pub(super) struct Panel<'a> {
    pub(super) view: &'a View,
    /// Which of the image's grey scales it has.
    pub(super) window: usize,
    pub(super) title: String,
    /// What was found there; empty where it is told elsewhere.
    pub(super) verdict: String,
    /// Where it lies.
    pub(super) place: String,
}

/// The image in a grey scale, or in its last one: a second study may have fewer.
pub(super) fn image(view: &View, window: usize) -> Option<&GreyImage> {
    view.images.get(window).or(view.images.last())
}

/// Height of the title, and of a line below it.
const TITLE: f64 = 34.0;
pub(super) const LINE: f64 = 22.0;
pub(super) const SMALL: f64 = 16.0;

/// A text in as many lines as its width needs.
pub(super) fn lines(text: &str, width: f64) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        match out.last_mut() {
            Some(line) if text_width(&format!("{line} {word}"), SMALL) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    out
}

impl Panel<'_> {
    /// Room above a panel of this width.
    pub(super) fn head_height(&self, width: f64) -> f64 {
        let count = lines(&self.verdict, width).len() + lines(&self.place, width).len();
        TITLE + LINE * count as f64 + 8.0
    }

    pub(super) fn draw_head(&self, svg: &mut Svg, theme: &Theme, at: &Place) {
        let mut y = 27.0;
        svg.text([at.x, y], 20.0, Anchor::Start, &theme.strong(), &self.title);
        let ink = format!("fill:{}", theme.ink);
        for (text, style) in [(&self.verdict, ink), (&self.place, theme.label())] {
            for line in lines(text, at.w) {
                y += LINE;
                svg.text([at.x, y + 1.0], SMALL, Anchor::Start, &style, &line);
            }
        }
    }

    pub(super) fn draw(&self, svg: &mut Svg, k: usize, at: &Place, hatch: &str) {
        svg.begin_clip(&format!("panel{k}"), at.frame());
        let ground = if self.draw_image(svg, at) { Ground::Image } else { Ground::Bare };
        outlines(svg, self.view, at, ground, hatch);
        svg.end();
        self.draw_marks(svg, at);
    }

    /// The outlines alone, without what they fill.
    pub(super) fn draw_outlines(&self, svg: &mut Svg, at: &Place) {
        outlines(svg, self.view, at, Ground::Dose, "");
    }

    /// The ground and the image on it, where there is one.
    pub(super) fn draw_image(&self, svg: &mut Svg, at: &Place) -> bool {
        svg.rect(at.frame(), 0.0, &format!("fill:{DARK}"));
        let Some(image) = image(self.view, self.window) else { return false };
        // Pixels are squares of the view; the last row and column may reach past its edge.
        let pixel = self.view.size_mm[0] / f64::from(image.width).max(1.0);
        let high = pixel * f64::from(image.height) * at.scale;
        svg.grey([at.x, at.y, at.w, high], image);
        true
    }

    /// Letters, scale bar and the segment with its length; gives the boxes that they take.
    pub(super) fn draw_marks(&self, svg: &mut Svg, at: &Place) -> Vec<[f64; 4]> {
        let letters = letters(svg, self.view, at);
        let bar = scale_bar(svg, at);
        // Points along the bar.
        let [left, top, wide, high] = bar;
        let along = (0..=8).map(|k| [left + wide * f64::from(k) / 8.0, top + 0.5 * high]);
        let kept_free: Vec<[f64; 2]> = letters.into_iter().chain(along).collect();
        let label = callout::draw(svg, self.view, at, &kept_free);
        svg.rect(at.frame(), 0.0, "fill:none;stroke:#6b7580;stroke-width:1");
        let letter = |[x, y]: &[f64; 2]| [x - 14.0, y - 12.0, 28.0, 24.0];
        letters.iter().map(letter).chain([bar]).chain(label).collect()
    }
}

/// What outlines lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    Image,
    /// No image.
    Bare,
    /// The colours of a dose, which no fill may change.
    Dose,
}

/// Whether an outline is drawn over a dose: bands, and what was removed, would be lines among isodoses.
pub(super) fn is_over_dose(what: What) -> bool {
    !matches!(what, What::Band(_) | What::Removed)
}

pub(super) fn outlines(svg: &mut Svg, view: &View, at: &Place, ground: Ground, hatch: &str) {
    let data = |o: &Outline| rings(&o.rings, |p| at.of(p));
    if ground == Ground::Dose {
        for outline in view.outlines.iter().filter(|o| is_over_dose(o.what)) {
            let (d, stroke) = (data(outline), theme::stroke(outline.what, 0));
            if outline.what != What::Bone {
                let edge = format!("stroke:#000000;stroke-width:{}", stroke.wide + 2.4);
                svg.path(&d, &format!("fill:none;{edge};stroke-linejoin:round"));
            }
            svg.path(&d, &format!("fill:none;{}", stroke.style(theme::of(outline.what))));
        }
        return;
    }
    let cord = view.outlines.iter().find(|o| o.what == What::Cord).map(data).unwrap_or_default();
    // The widest comes first.
    let mut band = view.outlines.iter().filter(|o| matches!(o.what, What::Band(_))).count();
    for outline in &view.outlines {
        let d = data(outline);
        let colour = theme::of(outline.what);
        if matches!(outline.what, What::Band(_)) {
            band -= 1;
            // The ring between the cord and the band's edge.
            svg.path(&(d.clone() + &cord), "fill:#ffffff;fill-opacity:0.09;fill-rule:evenodd");
        }
        let fill = match outline.what {
            What::Band(_) => "fill:none".to_owned(),
            What::Removed => format!("fill:url(#{hatch});fill-rule:evenodd"),
            what => {
                let opacity = opacity(what, ground == Ground::Image);
                format!("fill:{colour};fill-opacity:{opacity};fill-rule:evenodd")
            }
        };
        svg.path(&d, &format!("{fill};{}", theme::stroke(outline.what, band).style(colour)));
    }
}

fn opacity(what: What, on_image: bool) -> f64 {
    match (what, on_image) {
        (What::Cord | What::Tumour, true) => 0.12,
        (_, true) => 0.0,
        (What::Cord, false) => 0.55,
        (What::Tumour, false) => 0.45,
        (What::Bone, false) => 0.16,
        _ => 0.18,
    }
}

/// Orientation letters at the four edges, and where they stand.
fn letters(svg: &mut Svg, view: &View, at: &Place) -> [[f64; 2]; 4] {
    let neg = |v: [f64; 3]| v.map(|x| -x);
    let (cx, cy) = (at.x + 0.5 * at.w, at.y + 0.5 * at.h);
    let edges = [
        (neg(view.down), [cx, at.y + 26.0]),
        (view.down, [cx, at.y + at.h - 12.0]),
        (neg(view.right), [at.x + 16.0, cy + 7.0]),
        (view.right, [at.x + at.w - 16.0, cy + 7.0]),
    ];
    for (direction, place) in edges {
        halo(svg, place, 20.0, Anchor::Middle, &letter(direction));
    }
    edges.map(|(_, [x, y])| [x, y - 7.0])
}

/// White text that reads on any image.
fn halo(svg: &mut Svg, place: [f64; 2], size: f64, anchor: Anchor, text: &str) {
    svg.text(
        place,
        size,
        anchor,
        "fill:none;stroke:#000000;stroke-opacity:0.85;stroke-width:4;stroke-linejoin:round;font-weight:700",
        text,
    );
    svg.text(place, size, anchor, "fill:#ffffff;font-weight:700", text);
}

/// The patient's side that a direction points to; two letters where it is oblique.
fn letter(direction: [f64; 3]) -> String {
    const LETTERS: [[char; 2]; 3] = [['R', 'L'], ['A', 'P'], ['F', 'H']];
    let mut parts: Vec<(f64, char)> = (0..3)
        .map(|k| (direction[k].abs(), LETTERS[k][usize::from(direction[k] > 0.0)]))
        .filter(|p| p.0 > 0.38)
        .collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    parts.into_iter().map(|p| p.1).collect()
}

/// A bar of 10 mm; gives the box that it takes.
fn scale_bar(svg: &mut Svg, at: &Place) -> [f64; 4] {
    let long = 10.0 * at.scale;
    let (x, y) = (at.x + 18.0, at.y + at.h - 18.0);
    for (colour, wide) in [("#000000", 6.0), ("#ffffff", 2.4)] {
        let style = format!("fill:none;stroke:{colour};stroke-width:{wide};stroke-linecap:square");
        let d = format!("M{x:.1} {:.1}V{y:.1}H{:.1}V{:.1}", y - 6.0, x + long, y - 6.0);
        svg.path(&d, &style);
    }
    halo(svg, [x + 0.5 * long, y - 11.0], 15.0, Anchor::Middle, "10 mm");
    [x - 4.0, y - 28.0, long + 8.0, 34.0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_where_its_panel_ends_and_loses_no_word() {
        let text = "Insufficient: tumour-cord 1.40 mm, range 1.38 to 1.43 mm";
        assert_eq!(lines(text, 1000.0), [text]);
        for width in [60.0, 150.0, 300.0] {
            let found = lines(text, width);
            assert_eq!(found.join(" "), text);
            let wide = |l: &&String| text_width(l, SMALL) > width && l.contains(' ');
            assert_eq!(found.iter().filter(wide).count(), 0, "{width}");
        }
        assert!(lines("", 100.0).is_empty());
    }
}
