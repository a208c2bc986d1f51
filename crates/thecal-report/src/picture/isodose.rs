//! Isodoses: which are drawn, how their lines are told apart without colour, and where their doses stand.

use crate::{DoseRecord, GapNeeded, IsodoseGap, IsodosePlace};

use super::svg::{Anchor, Svg, lines, text_width};
use super::theme::DARK;

/// Lines of equal dose as they stand in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct IsodoseLines {
    /// The dose, Gy.
    pub dose_gy: f64,
    /// Lines, pixels from the picture's upper left; one that closes ends where it begins.
    pub lines: Vec<Vec<[f64; 2]>>,
}

/// An isodose that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Isodose {
    pub(super) dose_gy: f64,
    pub(super) name: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A share of the prescription, by its place among them.
    Share(usize),
    /// What a limit allows.
    Limit(usize),
}

/// Doses nearer than this have one line, Gy.
const SAME_GY: f64 = 0.05;
/// Limits that are drawn, at most.
const MOST_LIMITS: usize = 3;
const SIZE: f64 = 15.0;

impl Isodose {
    /// A white line on black for a share of the prescription, a black one on white for a limit.
    fn strokes(&self) -> [(&'static str, f64, &'static str); 2] {
        const SHARES: [(f64, &str); 5] =
            [(2.4, ""), (1.7, "16 4"), (1.7, "7 4"), (1.7, "2 4"), (1.7, "12 4 2 4")];
        const LIMITS: [&str; MOST_LIMITS] = ["9 5", "2 5", "14 5 2 5"];
        match self.kind {
            Kind::Share(n) => {
                let (wide, dash) = SHARES[n % SHARES.len()];
                [("#000000", wide + 1.8, ""), ("#ffffff", wide, dash)]
            }
            Kind::Limit(n) => [("#ffffff", 4.8, ""), ("#000000", 2.4, LIMITS[n % LIMITS.len()])],
        }
    }

    /// Styles of the two strokes that make the line.
    pub(super) fn styles(&self) -> [String; 2] {
        self.strokes().map(|(colour, wide, dash)| {
            let dash =
                if dash.is_empty() { String::new() } else { format!(";stroke-dasharray:{dash}") };
            format!("fill:none;stroke:{colour};stroke-width:{wide};stroke-linejoin:round{dash}")
        })
    }

    /// What stands on the line.
    fn label(&self) -> String {
        match self.kind {
            Kind::Share(_) => format!("{} Gy", tenth(self.dose_gy)),
            Kind::Limit(_) => format!("limit {} Gy", tenth(self.dose_gy)),
        }
    }

    /// What the legend says of it.
    pub(super) fn entry(&self) -> String {
        format!("{} Gy: {}", tenth(self.dose_gy), self.name)
    }
}

/// A dose to a tenth of a Gy, without a nought behind the point.
pub(super) fn tenth(gy: f64) -> String {
    let text = format!("{gy:.1}");
    text.strip_suffix(".0").map(ToOwned::to_owned).unwrap_or(text)
}

/// The shares of the prescription, as the record has them along the gap, the highest first.
pub(super) fn shares(dose: &DoseRecord) -> Vec<Isodose> {
    let share = |p: &IsodosePlace| p.of.ends_with(" %").then(|| (p.dose_gy, p.of.clone()));
    let places = dose.across_gap.first().map_or(&[][..], |way| &way.isodoses);
    let mut out: Vec<(f64, String)> = places.iter().filter_map(share).collect();
    out.sort_by(|a, b| b.0.total_cmp(&a.0));
    numbered(out, |share| format!("{share} of the prescription"), Kind::Share)
}

/// The doses that limits of the cord allow: the one that asks for the largest gap, then those of the cord
/// itself, then those of its margins, the lowest first. Limits of one dose share a line.
pub(super) fn limits(dose: &DoseRecord) -> Vec<Isodose> {
    let row = |id: &str| dose.limits.iter().find(|l| l.id == id);
    let ruling = |n: &&GapNeeded| n.rules && n.scenario.is_none();
    let rules = dose.gap_needed.iter().find(ruling).map(|n| n.limit.as_str());
    let rank = |g: &&IsodoseGap| match row(&g.limit) {
        _ if Some(g.limit.as_str()) == rules => 0,
        Some(limit) if !limit.made => 1,
        _ => 2,
    };
    let mut gaps: Vec<&IsodoseGap> = dose.isodose_gaps.iter().collect();
    gaps.sort_by(|a, b| rank(a).cmp(&rank(b)).then(a.dose_gy.total_cmp(&b.dose_gy)));
    let mut all: Vec<(f64, String)> = Vec::new();
    for gap in gaps {
        let id = &gap.limit;
        let name = row(id)
            .map_or_else(|| id.clone(), |l| format!("{} of {} ({id})", l.metric, l.structure));
        match all.iter_mut().find(|(gy, _)| (*gy - gap.dose_gy).abs() < SAME_GY) {
            Some((_, names)) => names.push_str(&format!(", {name}")),
            None => all.push((gap.dose_gy, name)),
        }
    }
    all.truncate(MOST_LIMITS);
    numbered(all, |name| format!("limit for {name}"), Kind::Limit)
}

/// Isodoses of one kind, each with its place among them.
fn numbered(
    all: Vec<(f64, String)>,
    name: impl Fn(String) -> String,
    kind: impl Fn(usize) -> Kind,
) -> Vec<Isodose> {
    let isodose = |(n, (dose_gy, of))| Isodose { dose_gy, name: name(of), kind: kind(n) };
    all.into_iter().enumerate().map(isodose).collect()
}

/// Shares and limits; where the two fall together the line is that of the limit.
pub(super) fn shares_and_limits(dose: &DoseRecord) -> Vec<Isodose> {
    let (shares, mut limits) = (shares(dose), limits(dose));
    let mut out = Vec::new();
    for share in shares {
        let same = |l: &&mut Isodose| (l.dose_gy - share.dose_gy).abs() < SAME_GY;
        match limits.iter_mut().find(same) {
            Some(limit) => limit.name.push_str(&format!(", {}", share.name)),
            None => out.push(share),
        }
    }
    out.extend(limits);
    out
}

/// Draws lines of isodoses, limits last.
pub(super) fn draw(svg: &mut Svg, all: &[(Isodose, IsodoseLines)]) {
    for (isodose, drawn) in all {
        let d = lines(&drawn.lines);
        for style in isodose.styles() {
            svg.path(&d, &style);
        }
    }
}

/// A sample of a line for a legend, on the dark ground of images.
pub(super) fn sample(svg: &mut Svg, isodose: &Isodose, [x, y]: [f64; 2]) {
    svg.rect([x, y - 10.0, 44.0, 20.0], 3.0, &format!("fill:{DARK}"));
    for style in isodose.styles() {
        svg.line([x + 3.0, y], [x + 41.0, y], &style);
    }
}

/// What labels keep clear of.
pub(super) struct Clear {
    /// Where labels may stand.
    pub(super) frame: [f64; 4],
    /// Boxes that are taken.
    pub(super) boxes: Vec<[f64; 4]>,
    /// Places to keep away from: the segment.
    pub(super) points: Vec<[f64; 2]>,
}

/// Writes the dose of each isodose on its line, where there is room.
pub(super) fn labels(svg: &mut Svg, all: &[(Isodose, IsodoseLines)], mut clear: Clear) {
    // Limits have the first choice.
    for (isodose, drawn) in all.iter().rev() {
        let text = isodose.label();
        let size = [text_width(&text, SIZE) + 10.0, 22.0];
        let Some([x, y]) = clear.place(drawn, size) else { continue };
        let at = [x - 0.5 * size[0], y - 0.5 * size[1], size[0], size[1]];
        svg.rect(at, 4.0, &format!("fill:{DARK};fill-opacity:0.86"));
        svg.text([x, y + 5.5], SIZE, Anchor::Middle, "fill:#ffffff;font-weight:700", &text);
        clear.boxes.push(at);
    }
}

impl Clear {
    /// The place on a line that is farthest from all that is taken.
    fn place(&self, drawn: &IsodoseLines, [w, h]: [f64; 2]) -> Option<[f64; 2]> {
        /// Room to what is taken, to the segment, and beyond which more makes no difference, pixels.
        const ROOM: [f64; 3] = [4.0, 50.0, 220.0];
        let [left, top, wide, high] = self.frame;
        let within = |[x, y]: [f64; 2]| {
            let (dx, dy) = (0.5 * w + 6.0, 0.5 * h + 6.0);
            (left + dx..=left + wide - dx).contains(&x) && (top + dy..=top + high - dy).contains(&y)
        };
        let off_box = |[x, y]: [f64; 2], b: &[f64; 4]| {
            let dx = (b[0] - x - 0.5 * w).max(x - 0.5 * w - b[0] - b[2]).max(0.0);
            let dy = (b[1] - y - 0.5 * h).max(y - 0.5 * h - b[1] - b[3]).max(0.0);
            dx.hypot(dy)
        };
        let room = |p: [f64; 2]| {
            let boxes = self.boxes.iter().map(|b| off_box(p, b)).fold(f64::INFINITY, f64::min);
            let points = self.points.iter().map(|q| (p[0] - q[0]).hypot(p[1] - q[1]));
            let points = points.fold(f64::INFINITY, f64::min);
            (boxes > ROOM[0] && points > ROOM[1]).then(|| boxes.min(points).min(ROOM[2]))
        };
        let places = drawn.lines.iter().flatten().step_by(3).copied().filter(|p| within(*p));
        let judged = places.filter_map(|p| Some((room(p)?, p)));
        judged.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, p)| p)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_isodoses_look_alike_without_colour() {
        let isodose = |kind| Isodose { dose_gy: 1.0, name: String::new(), kind };
        let all = (0..5).map(Kind::Share).chain((0..MOST_LIMITS).map(Kind::Limit));
        let mut styles: Vec<[String; 2]> = all.map(|k| isodose(k).styles()).collect();
        let count = styles.len();
        styles.sort();
        styles.dedup();
        assert_eq!(styles.len(), count);
    }

    #[test]
    fn a_label_stands_on_its_line_and_clear_of_what_is_there() {
        let line: Vec<[f64; 2]> = (0..400).map(|k| [f64::from(k), 100.0]).collect();
        let drawn = IsodoseLines { dose_gy: 1.0, lines: vec![line] };
        let clear = Clear {
            frame: [0.0, 0.0, 400.0, 200.0],
            boxes: vec![[0.0, 80.0, 200.0, 40.0]],
            points: vec![[390.0, 100.0]],
        };
        let [x, y] = clear.place(&drawn, [60.0, 22.0]).expect("room");
        assert!((y - 100.0).abs() < 1e-9 && x - 30.0 > 204.0 && 390.0 - x > 50.0, "{x} {y}");
        // Where there is no room there is no label.
        let full = Clear { boxes: vec![[0.0, 0.0, 400.0, 200.0]], ..clear };
        assert_eq!(full.place(&drawn, [60.0, 22.0]), None);
    }
}
