//! A drawing as SVG text.

use std::fmt::{Display, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use super::encode;
use crate::scene::GreyImage;

/// Text's height relative to its width per letter, on average, of the bundled font.
const LETTER: f64 = 0.56;

/// Where a text is anchored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing in the making. Lengths are pixels of the PNG.
pub(super) struct Svg {
    name: String,
    body: String,
}

impl Svg {
    /// `name` makes ids unique where several drawings share a page.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), body: String::new() }
    }

    /// An id of this drawing.
    pub(super) fn id(&self, what: impl Display) -> String {
        format!("{}-{what}", self.name)
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String does not fail.
        let _ = self.body.write_fmt(element);
    }

    pub(super) fn rect(&mut self, [x, y, w, h]: [f64; 4], radius: f64, style: &str) {
        self.push(format_args!(
            r#"<rect x="{x:.2}" y="{y:.2}" width="{w:.2}" height="{h:.2}" rx="{radius}" style="{style}"/>"#
        ));
    }

    pub(super) fn line(&mut self, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2], style: &str) {
        self.push(format_args!(
            r#"<line x1="{x1:.2}" y1="{y1:.2}" x2="{x2:.2}" y2="{y2:.2}" style="{style}"/>"#
        ));
    }

    pub(super) fn circle(&mut self, [x, y]: [f64; 2], r: f64, style: &str) {
        self.push(format_args!(r#"<circle cx="{x:.2}" cy="{y:.2}" r="{r}" style="{style}"/>"#));
    }

    pub(super) fn path(&mut self, d: &str, style: &str) {
        if !d.is_empty() {
            self.push(format_args!(r#"<path d="{d}" style="{style}"/>"#));
        }
    }

    pub(super) fn text(
        &mut self,
        [x, y]: [f64; 2],
        size: f64,
        anchor: Anchor,
        style: &str,
        text: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(text);
        self.push(format_args!(
            r#"<text x="{x:.2}" y="{y:.2}" font-size="{size}" text-anchor="{anchor}" style="{style}">{text}</text>"#
        ));
    }

    /// Text that is read upwards, centred on a point.
    pub(super) fn upward_text(&mut self, [x, y]: [f64; 2], size: f64, style: &str, text: &str) {
        let text = escaped(text);
        self.push(format_args!(
            r#"<text transform="translate({x:.2} {y:.2}) rotate(-90)" font-size="{size}" text-anchor="middle" style="{style}">{text}</text>"#
        ));
    }

    /// What is drawn until [`Self::end`] shows only within a box.
    pub(super) fn begin_clip(&mut self, what: &str, [x, y, w, h]: [f64; 4]) {
        let id = self.id(what);
        self.push(format_args!(
            r#"<clipPath id="{id}"><rect x="{x:.2}" y="{y:.2}" width="{w:.2}" height="{h:.2}"/></clipPath><g clip-path="url(#{id})">"#
        ));
    }

    pub(super) fn end(&mut self) {
        self.body.push_str("</g>");
    }

    /// Slanted lines as a fill: `fill:url(#id)`.
    pub(super) fn hatch(&mut self, what: &str, colour: &str) -> String {
        let id = self.id(what);
        self.push(format_args!(
            r#"<pattern id="{id}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" style="fill:{colour};fill-opacity:0.16"/><line x1="0" y1="0" x2="0" y2="7" style="stroke:{colour};stroke-width:2.4"/></pattern>"#
        ));
        id
    }

    /// Slanted lines over a box. A pattern would do, but takes a second to render where it is large.
    pub(super) fn hatched(&mut self, [x, y, w, h]: [f64; 4], colour: &str) {
        const STEP: f64 = 10.0;
        let mut d = String::new();
        // Lines x + y = c, cut at the box.
        let mut c = STEP;
        while c < w + h {
            let (a, b) = ((c - h).max(0.0), c.min(w));
            let _ = write!(d, "M{:.1} {:.1}L{:.1} {:.1}", x + a, y + c - a, x + b, y + c - b);
            c += STEP;
        }
        self.rect([x, y, w, h], 0.0, &format!("fill:{colour};fill-opacity:0.12"));
        self.path(&d, &format!("fill:none;stroke:{colour};stroke-opacity:0.7;stroke-width:1.4"));
    }

    /// A grey image; the drawing's only lossy part.
    pub(super) fn grey(&mut self, place: [f64; 4], image: &GreyImage) {
        self.data(place, "image/jpeg", &jpeg(image, 90));
    }

    /// A colour image, red, green, blue and opacity of each pixel.
    pub(super) fn rgba(&mut self, place: [f64; 4], [width, height]: [u32; 2], pixels: &[u8]) {
        // Sizes and bytes agree by construction; a picture without it still tells the rest.
        if let Ok(png) = encode::with_palette([width, height], pixels) {
            self.data(place, "image/png", &png);
        }
    }

    fn data(&mut self, [x, y, w, h]: [f64; 4], kind: &str, bytes: &[u8]) {
        let data = STANDARD.encode(bytes);
        self.push(format_args!(
            r#"<image x="{x:.2}" y="{y:.2}" width="{w:.2}" height="{h:.2}" preserveAspectRatio="none" style="image-rendering:smooth" href="data:{kind};base64,{data}"/>"#
        ));
    }

    /// The whole drawing.
    pub(super) fn finish(self, [width, height]: [f64; 2], title: &str, alt: &str) -> String {
        let Self { name, body } = self;
        let (title, alt) = (escaped(title), escaped(alt));
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" role="img" aria-labelledby="{name}-t {name}-d" font-family="'Noto Sans',system-ui,'Segoe UI',sans-serif"><title id="{name}-t">{title}</title><desc id="{name}-d">{alt}</desc>{body}</svg>"#
        )
    }
}

/// A grey image as JPEG.
pub(crate) fn jpeg(image: &GreyImage, quality: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut out, quality);
    let done = encoder.write_image(&image.pixels, image.width, image.height, ExtendedColorType::L8);
    // Sizes and bytes agree by construction; without the image the outlines still stand.
    if done.is_err() {
        out.clear();
    }
    out
}

/// About how wide a text is.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * LETTER
}

/// Text that stands for itself in XML.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Not allowed in XML at all.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Closed lines as path data, each point moved by `at`.
pub(super) fn rings(rings: &[Vec<[f64; 2]>], at: impl Fn([f64; 2]) -> [f64; 2]) -> String {
    /// Pixels: less than is seen.
    const OFF: f64 = 0.12;
    let mut out = String::new();
    for ring in rings {
        let ring: Vec<[f64; 2]> = ring.iter().map(|p| at(*p)).collect();
        for (k, [x, y]) in thinned(&ring, OFF).into_iter().enumerate() {
            let _ = write!(out, "{}{x:.1} {y:.1}", if k == 0 { 'M' } else { 'L' });
        }
        out.push('Z');
    }
    out
}

/// Open lines as path data.
pub(super) fn lines(all: &[Vec<[f64; 2]>]) -> String {
    /// Pixels: less than is seen.
    const OFF: f64 = 0.12;
    let mut out = String::new();
    for line in all {
        let mut kept = thinned(line, OFF);
        // The last point is that of no ring.
        if kept.last() != line.last() {
            kept.extend(line.last());
        }
        out.push_str(&polyline(&kept));
    }
    out
}

/// A line without the points that lie within `off` of the straight line between their neighbours.
pub(crate) fn thinned(line: &[[f64; 2]], off: f64) -> Vec<[f64; 2]> {
    /// Longest run that is looked at, so that the work stays in proportion.
    const RUN: usize = 32;
    let near = |p: [f64; 2], a: [f64; 2], b: [f64; 2]| {
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let long = dx.hypot(dy);
        let (x, y) = (p[0] - a[0], p[1] - a[1]);
        if long < off { x.hypot(y) < off } else { (x * dy - y * dx).abs() < off * long }
    };
    let Some(&first) = line.first() else { return Vec::new() };
    let mut out = vec![first];
    let mut last = 0;
    for k in 1..line.len() {
        let next = line[(k + 1) % line.len()];
        let dropped = &line[last + 1..=k];
        if dropped.len() >= RUN || !dropped.iter().all(|p| near(*p, line[last], next)) {
            out.push(line[k]);
            last = k;
        }
    }
    out
}

/// An open line as path data.
pub(super) fn polyline(points: &[[f64; 2]]) -> String {
    let mut out = String::new();
    for (k, [x, y]) in points.iter().enumerate() {
        let _ = write!(out, "{}{x:.1} {y:.1}", if k == 0 { 'M' } else { 'L' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escaped, thinned};

    #[test]
    fn a_thinned_circle_stays_within_the_tolerance_of_it() {
        let circle: Vec<[f64; 2]> = (0..2000)
            .map(|k| (f64::from(k) * std::f64::consts::TAU / 2000.0).sin_cos())
            .map(|(s, c)| [100.0 * c, 100.0 * s])
            .collect();
        let thin = thinned(&circle, 0.12);
        assert!(thin.len() < 200, "{} points", thin.len());
        for (a, b) in thin.iter().zip(thin.iter().cycle().skip(1)) {
            let middle = (0.5 * (a[0] + b[0])).hypot(0.5 * (a[1] + b[1]));
            assert!(100.0 - middle < 0.13, "{middle}");
        }
    }

    #[test]
    fn corners_stay() {
        let square: Vec<[f64; 2]> = (0..40)
            .map(|k| match (k / 10, f64::from(k % 10)) {
                (0, t) => [t, 0.0],
                (1, t) => [10.0, t],
                (2, t) => [10.0 - t, 10.0],
                (_, t) => [0.0, 10.0 - t],
            })
            .collect();
        let thin = thinned(&square, 0.1);
        assert_eq!(thin, [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]);
    }

    #[test]
    fn markup_is_escaped_and_control_letters_go() {
        assert_eq!(escaped("<a b='\u{1}'>&"), "&lt;a b=&#39; &#39;&gt;&amp;");
    }
}
