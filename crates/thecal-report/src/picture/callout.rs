//! The shortest segment with its length beside it, clear of what it measures.

use crate::scene::{Outline, View, What};

use super::mm;
use super::place::Place;
use super::svg::{Anchor, Svg, text_width};
use super::theme::{DARK, END, LEADER};

/// Draws the segment of a view, where it has one, and gives the box that its label takes; `letters` are
/// places that the label keeps off.
pub(super) fn draw(
    svg: &mut Svg,
    view: &View,
    at: &Place,
    letters: &[[f64; 2]],
) -> Option<[f64; 4]> {
    let segment = view.segment.as_ref()?;
    let ends = [segment.closest.a_mm, segment.closest.b_mm].map(|p| view.project(p));
    let [a, b] = ends.map(|e| at.of(e.0));
    let off_plane = off_plane(ends, (a[0] - b[0]).hypot(a[1] - b[1]) / at.scale);
    let label = Label::new(segment.gap_mm, off_plane, at.w < NARROW);
    let around = Around::new(view, at, [a, b], letters);
    let corner = around.place(at, label.size());
    let [start, end] = around.leader(corner, label.size());
    for (colour, wide) in [("#000000", 4.0), (LEADER, 1.6)] {
        svg.line(start, end, &format!("stroke:{colour};stroke-width:{wide}"));
    }
    label.draw(svg, corner);
    for (colour, wide) in [("#000000", 6.0), ("#ffffff", 2.8)] {
        svg.line(a, b, &format!("stroke:{colour};stroke-width:{wide};stroke-linecap:round"));
    }
    for end in [a, b] {
        svg.circle(end, 4.0, &format!("fill:{END};stroke:#000000;stroke-width:1.4"));
    }
    let [wide, high] = label.size();
    Some([corner[0], corner[1], wide, high])
}

/// Panels narrower than this have smaller labels.
const NARROW: f64 = 400.0;

/// How a segment lies to the plane that it is drawn on, where it does not lie in it.
fn off_plane(ends: [([f64; 2], f64); 2], drawn_mm: f64) -> Option<String> {
    /// A segment shorter than this in the picture is seen from its end.
    const END_ON_MM: f64 = 0.35;
    let off = (ends[0].1 - ends[1].1).abs();
    // Both ends on one side of the plane: it lies elsewhere and is drawn where it would be seen.
    let away = match ends.map(|e| e.1) {
        [p, q] if p * q > 0.0 => p.abs().min(q.abs()),
        _ => 0.0,
    };
    match off {
        _ if away > 0.5 => Some(format!("{away:.1} mm from this plane")),
        _ if drawn_mm < END_ON_MM && off > drawn_mm => Some("seen from its end".to_owned()),
        off if off > 0.15 => Some(format!("{off:.1} mm out of plane")),
        _ => None,
    }
}

/// A number in a box, perhaps with smaller lines below it.
struct Label {
    text: String,
    small: Vec<String>,
    narrow: bool,
}

impl Label {
    fn new(gap_mm: f64, small: Option<String>, narrow: bool) -> Self {
        // A wide box finds no place on a narrow panel that keeps clear of the anatomy.
        let broken = |text: String| match text.split_once(" mm ") {
            Some((length, rest)) if narrow => vec![format!("{length} mm"), rest.to_owned()],
            _ => vec![text],
        };
        Self {
            text: format!("{} mm", mm(gap_mm)),
            small: small.map_or_else(Vec::new, broken),
            narrow,
        }
    }

    /// Sizes of the letters, and heights of the lines.
    fn sizes(&self) -> [[f64; 2]; 2] {
        if self.narrow { [[18.0, 26.0], [12.0, 15.0]] } else { [[22.0, 32.0], [14.0, 18.0]] }
    }

    fn size(&self) -> [f64; 2] {
        /// Fonts of browsers are up to this much wider than the one that is measured here.
        const WIDER: f64 = 1.2;
        let [[large, high], [small, line]] = self.sizes();
        let below = self.small.iter().map(|s| text_width(s, small)).fold(0.0, f64::max);
        let width = text_width(&self.text, large).max(below);
        let height = high + line * self.small.len() as f64;
        [WIDER * width + 12.0, height]
    }

    fn draw(&self, svg: &mut Svg, [left, top]: [f64; 2]) {
        let [width, height] = self.size();
        let [[large, high], [small, line]] = self.sizes();
        svg.rect(
            [left, top, width, height],
            6.0,
            &format!("fill:{DARK};fill-opacity:0.92;stroke:{LEADER};stroke-width:1.6"),
        );
        let x = left + 0.5 * width;
        let bold = "fill:#ffffff;font-weight:700";
        svg.text([x, top + 0.76 * high], large, Anchor::Middle, bold, &self.text);
        for (k, text) in self.small.iter().enumerate() {
            let y = top + high + 0.5 * small + line * k as f64;
            svg.text([x, y], small, Anchor::Middle, "fill:#e6e9ee", text);
        }
    }
}

/// What a label and its leader keep clear of, in pixels.
struct Around {
    segment: [[f64; 2]; 2],
    cord: Area,
    sac: Area,
    /// Points of the outlines of cord, sac and tumour about the segment.
    interface: Vec<[f64; 2]>,
    letters: Vec<[f64; 2]>,
}

impl Around {
    fn new(view: &View, at: &Place, segment: [[f64; 2]; 2], letters: &[[f64; 2]]) -> Self {
        const NEAR_MM: f64 = 12.0;
        let rings = |o: &Outline| -> Vec<Vec<[f64; 2]>> {
            o.rings.iter().map(|r| r.iter().map(|p| at.of(*p)).collect()).collect()
        };
        let of = |wanted: &dyn Fn(What) -> bool| -> Vec<Vec<[f64; 2]>> {
            view.outlines.iter().filter(|o| wanted(o.what)).flat_map(rings).collect()
        };
        let middle = middle(segment);
        let near = |p: &[f64; 2]| distance(*p, middle) < NEAR_MM * at.scale;
        let drawn = of(&|w| matches!(w, What::Cord | What::Sac | What::Tumour));
        Self {
            segment,
            cord: Area::new(&of(&|w| w == What::Cord)),
            sac: Area::new(&of(&|w| w == What::Sac)),
            interface: drawn.into_iter().flatten().filter(near).collect(),
            letters: letters.to_vec(),
        }
    }

    /// The upper left corner of a label: of many places round the segment the one that keeps clear
    /// of segment, cord and letters, whose leader does not cross the cord and leaves the sac soon, and
    /// that covers the least of the outlines; among equals the nearest.
    fn place(&self, at: &Place, size: [f64; 2]) -> [f64; 2] {
        const AWAY: [f64; 8] = [46.0, 70.0, 95.0, 125.0, 160.0, 200.0, 250.0, 310.0];
        const DIRECTIONS: usize = 24;
        let middle = middle(self.segment);
        let inside = |k: usize, from: f64, side: f64, margin: f64, v: f64| {
            let most = (from + side - size[k] - 6.0).max(from + 6.0);
            v.clamp((from + margin).min(most), most)
        };
        let round = AWAY.into_iter().flat_map(|away| {
            (0..DIRECTIONS).map(move |k| {
                let (sin, cos) = (std::f64::consts::TAU * k as f64 / DIRECTIONS as f64).sin_cos();
                (away, [cos, sin])
            })
        });
        let corners = round.map(|(away, [cos, sin])| {
            // The label's edge, not its middle, is this far away.
            let x = middle[0] + away * cos + 0.5 * size[0] * (cos - 1.0);
            let y = middle[1] + away * sin + 0.5 * size[1] * (sin - 1.0);
            [inside(0, at.x, at.w, 6.0, x), inside(1, at.y, at.h, 6.0, y)]
        });
        // Areas take long to look at; what a label covers besides is a lower bound of its cost.
        let mut judged: Vec<_> = corners.map(|c| (self.covering_cost(c, size), c)).collect();
        judged.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best = (f64::INFINITY, middle);
        for (bound, corner) in judged {
            if bound >= best.0 {
                break;
            }
            let cost = bound + self.area_cost(corner, size);
            if cost < best.0 {
                best = (cost, corner);
            }
        }
        best.1
    }

    /// How bad a place is by its distance and by what the label covers, but for the cord.
    fn covering_cost(&self, corner: [f64; 2], size: [f64; 2]) -> f64 {
        /// Clear of the segment and of letters, of outlines, pixels.
        const CLEAR: [f64; 2] = [14.0, 4.0];
        let covers = |q: [f64; 2], clear: f64| {
            (0..2).all(|k| q[k] > corner[k] - clear && q[k] < corner[k] + size[k] + clear)
        };
        let on_segment = along(self.segment, 40).any(|p| covers(p, CLEAR[0]));
        let hidden = self.interface.iter().filter(|q| covers(**q, CLEAR[1])).count();
        let letters = self.letters.iter().any(|q| covers(*q, CLEAR[0]));
        let [start, end] = self.leader(corner, size);
        1e7 * one_if(on_segment)
            + 1e4 * one_if(letters)
            + 10.0 * hidden as f64
            + distance(start, end)
    }

    /// How bad a place is by the cord that the label covers, and by cord and sac that its leader crosses.
    fn area_cost(&self, corner: [f64; 2], size: [f64; 2]) -> f64 {
        let in_cord = (0..=8).flat_map(|i| (0..=4).map(move |j| [i, j])).any(|[i, j]| {
            let part = [f64::from(i) / 8.0, f64::from(j) / 4.0];
            self.cord.holds([0, 1].map(|k| corner[k] + part[k] * size[k]))
        });
        let leader = self.leader(corner, size);
        let long = distance(leader[0], leader[1]);
        // Where the segment lies before or behind the cord, the leader leaves it by the shortest way.
        let crossed_px =
            |area: &Area| long * along(leader, 60).filter(|p| area.holds(*p)).count() as f64 / 61.0;
        let in_cord_px = crossed_px(&self.cord);
        1e6 * one_if(in_cord)
            + 1e4 * one_if(in_cord_px > 0.0)
            + 100.0 * in_cord_px
            + 4.0 * crossed_px(&self.sac)
    }

    /// From the segment to the nearest point of a label.
    fn leader(&self, corner: [f64; 2], size: [f64; 2]) -> [[f64; 2]; 2] {
        let middle = middle(self.segment);
        let inset = 0.5 * size[0].min(16.0);
        let x = middle[0].clamp(corner[0] + inset, corner[0] + size[0] - inset);
        let y = middle[1].clamp(corner[1], corner[1] + size[1]);
        [middle, [x, y]]
    }
}

/// What lies within rings, by even-odd: their edges by the rows of pixels that they pass, and the box that holds
/// them.
#[derive(Debug)]
struct Area {
    rows: Vec<Vec<[[f64; 2]; 2]>>,
    lo: [f64; 2],
    hi: [f64; 2],
}

impl Area {
    /// Height of a row, pixels.
    const ROW: f64 = 2.0;

    fn new(rings: &[Vec<[f64; 2]>]) -> Self {
        let (mut lo, mut hi) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for q in rings.iter().flatten() {
            for k in 0..2 {
                (lo[k], hi[k]) = (lo[k].min(q[k]), hi[k].max(q[k]));
            }
        }
        let row = |y: f64| ((y - lo[1]) / Self::ROW) as usize;
        let mut rows = vec![Vec::new(); if hi[1] < lo[1] { 0 } else { row(hi[1]) + 1 }];
        for ring in rings {
            for (p, q) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                for row in &mut rows[row(p[1].min(q[1]))..=row(p[1].max(q[1]))] {
                    row.push([*p, *q]);
                }
            }
        }
        Self { rows, lo, hi }
    }

    fn holds(&self, [x, y]: [f64; 2]) -> bool {
        if x < self.lo[0] || x > self.hi[0] || y < self.lo[1] || y > self.hi[1] {
            return false;
        }
        let crossed = |[p, q]: &&[[f64; 2]; 2]| {
            (p[1] > y) != (q[1] > y) && x < p[0] + (y - p[1]) / (q[1] - p[1]) * (q[0] - p[0])
        };
        let row = &self.rows[((y - self.lo[1]) / Self::ROW) as usize];
        row.iter().filter(crossed).count() % 2 == 1
    }
}

fn one_if(so: bool) -> f64 {
    if so { 1.0 } else { 0.0 }
}

fn middle([a, b]: [[f64; 2]; 2]) -> [f64; 2] {
    [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]
}

fn distance(p: [f64; 2], q: [f64; 2]) -> f64 {
    (p[0] - q[0]).hypot(p[1] - q[1])
}

fn along([a, b]: [[f64; 2]; 2], steps: u32) -> impl Iterator<Item = [f64; 2]> {
    (0..=steps).map(move |k| {
        let t = f64::from(k) / f64::from(steps);
        [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(middle: [f64; 2], radius: f64) -> Vec<[f64; 2]> {
        let turn = |k: i32| (std::f64::consts::TAU * f64::from(k) / 120.0).sin_cos();
        (0..120).map(turn).map(|(s, c)| [middle[0] + radius * c, middle[1] + radius * s]).collect()
    }

    #[test]
    fn an_area_holds_what_lies_within_its_circles_and_not_within_holes() {
        let area = Area::new(&[circle([40.0, 30.0], 20.3), circle([45.0, 28.0], 9.7)]);
        // 120 corners: a side lies inside of its circle by 0.04 % of the radius.
        for (i, j) in (0..90).flat_map(|i| (0..70).map(move |j| (i, j))) {
            let p = [f64::from(i) + 0.13, f64::from(j) + 0.31];
            let off = [([40.0, 30.0], 20.3), ([45.0, 28.0], 9.7)].map(|(m, r)| distance(p, m) - r);
            if off.iter().all(|d| d.abs() > 0.01) {
                assert_eq!(area.holds(p), off[0] < 0.0 && off[1] > 0.0, "{p:?}");
            }
        }
        assert!(!Area::new(&[]).holds([0.0, 0.0]));
    }

    /// A round cord with a gap at some clock position, in a panel of this width.
    fn around(turn: f64, wide: f64) -> (Around, Place) {
        let at = Place { x: 20.0, y: 90.0, scale: wide / 48.0, w: wide, h: wide };
        let middle = at.of([24.0, 24.0]);
        let (sin, cos) = turn.sin_cos();
        let on = |mm: f64| [middle[0] + mm * at.scale * cos, middle[1] + mm * at.scale * sin];
        let cord = circle(middle, 4.0 * at.scale);
        let interface = cord.iter().copied().chain(circle(middle, 5.8 * at.scale)).collect();
        let segment = [on(5.8), on(4.0)];
        let sac = Area::new(&[circle(middle, 5.5 * at.scale)]);
        (Around { segment, cord: Area::new(&[cord]), sac, interface, letters: Vec::new() }, at)
    }

    #[test]
    fn label_and_leader_keep_clear_of_cord_and_segment_all_round_the_clock() {
        for wide in [316.0, 426.0, 648.0] {
            for k in 0..24 {
                let (around, at) = around(std::f64::consts::TAU * f64::from(k) / 24.0, wide);
                let small = Some("1.2 mm from this plane".to_owned());
                let label = Label::new(1.75, small, wide < NARROW);
                let size = label.size();
                let corner = around.place(&at, size);
                let inside = |i: usize| {
                    let from = [at.x, at.y][i];
                    corner[i] >= from && corner[i] + size[i] <= from + [at.w, at.h][i]
                };
                assert!(inside(0) && inside(1), "{wide} {k}: {corner:?}");
                let crossed = along(around.leader(corner, size), 200).any(|p| around.cord.holds(p));
                assert!(!crossed, "{wide} {k}: the leader crosses the cord");
                let [a, b] = around.segment;
                let hidden = along([a, b], 50)
                    .any(|p| (0..2).all(|i| p[i] > corner[i] && p[i] < corner[i] + size[i]));
                assert!(!hidden, "{wide} {k}: the segment is covered");
                let covered =
                    |p: &[f64; 2]| (0..2).all(|i| p[i] > corner[i] && p[i] < corner[i] + size[i]);
                let cord = circle(at.of([24.0, 24.0]), 4.0 * at.scale);
                assert!(!cord.iter().any(covered), "{wide} {k}: the cord is covered");
            }
        }
    }

    /// A cord from top to bottom of a narrow panel, with a gap on its left.
    #[test]
    fn a_label_on_a_narrow_cut_leaves_the_letters_and_the_scale_bar_free() {
        let at = Place { x: 20.0, y: 90.0, scale: 6.0, w: 266.0, h: 276.0 };
        let strip = |from: f64, to: f64| {
            let down = (0..=100).map(|k| 90.0 + 2.76 * f64::from(k));
            let back = down.clone().rev().map(|y| [to, y]);
            down.map(|y| [from, y]).chain(back).collect::<Vec<_>>()
        };
        let letters: Vec<[f64; 2]> =
            [[153.0, 109.0], [153.0, 347.0], [36.0, 228.0], [270.0, 228.0]]
                .into_iter()
                .chain((0..8).map(|k| [38.0 + 8.0 * f64::from(k), 340.0]))
                .collect();
        for y in [150.0, 220.0, 270.0, 320.0] {
            let around = Around {
                segment: [[118.0, y], [126.0, y]],
                cord: Area::new(&[strip(126.0, 160.0)]),
                sac: Area::new(&[strip(115.0, 175.0)]),
                interface: strip(115.0, 175.0),
                letters: letters.clone(),
            };
            let label = Label::new(1.84, Some("2.5 mm from this plane".to_owned()), true);
            let size = label.size();
            let corner = around.place(&at, size);
            let covers =
                |p: &[f64; 2]| (0..2).all(|i| p[i] > corner[i] && p[i] < corner[i] + size[i]);
            assert!(!letters.iter().any(covers), "{y}: {corner:?} covers a letter");
            let leader = around.leader(corner, size);
            assert!(!along(leader, 100).any(|p| around.cord.holds(p)), "{y}");
        }
    }
}
