//! One connected part of a solid: its planes, the interpolation between them and its two ends.

use super::end_rule::EndRule;
use super::end_shape::{End, EndShape};
use super::lagrange::{LagrangeStencil, MOST, Values};
use super::slice_weights::{Height, PastEnd, STEP_MM, SliceWeights};
use std::sync::{Arc, OnceLock};
use thecal_geom::{Point2, Region, Vector3};

/// Inscribed radii are wanted to this accuracy.
const RADIUS_TOLERANCE_MM: f64 = 0.01;

/// A drawn section, which the part's variants share.
#[derive(Debug)]
pub(super) struct Section {
    region: Region,
    /// Squared radius of the largest inscribed circle, mm²; found when asked for, since a gap
    /// needs it only near the interface.
    radius2_mm2: OnceLock<f64>,
}

impl Section {
    pub(super) fn new(region: Region) -> Self {
        Self { region, radius2_mm2: OnceLock::new() }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Component {
    w_mm: Vec<f64>,
    sections: Vec<Arc<Section>>,
    /// By interval, the planes round it, and whether the inscribed radius matters there.
    stencils: Vec<(LagrangeStencil, bool)>,
    /// Planes that an interpolation goes through at most.
    most: usize,
    spacing_mm: f64,
    /// Where the part ends below and above, mm along the normal, and the rule that says so.
    cut_mm: [f64; 2],
    end_rule: EndRule,
    /// How the section goes on past the first and the last plane.
    ends: [EndShape; 2],
    /// Whether sections that are gone on the next plane reach as far as they can.
    fullest: bool,
}

impl Component {
    pub(super) fn new(
        planes: Vec<(f64, Arc<Section>)>,
        spacing_mm: f64,
        ends: EndRule,
        most: usize,
    ) -> Self {
        let (w_mm, sections): (Vec<f64>, Vec<_>) = planes.into_iter().unzip();
        let cut_mm = [w_mm[0], w_mm[w_mm.len() - 1]];
        let mut component = Self {
            w_mm,
            sections,
            stencils: Vec::new(),
            most,
            spacing_mm,
            cut_mm,
            end_rule: ends,
            ends: [EndShape::Narrows; 2],
            fullest: false,
        };
        component.stencils = component.make_stencils();
        component.with_ends(ends)
    }

    /// The part with its ends where a rule has them.
    pub(super) fn with_ends(&self, ends: EndRule) -> Self {
        let reach = match ends {
            EndRule::Plane => 0.0,
            EndRule::HalfSlice => 0.5 * self.spacing_mm,
            EndRule::Rounded => self.spacing_mm,
        };
        let [low, high] = [false, true].map(|upper| self.end(upper).closing_mm().min(reach));
        let cut_mm = [self.w_mm[0] - low, self.w_mm[self.w_mm.len() - 1] + high];
        Self { cut_mm, end_rule: ends, ..self.clone() }
    }

    fn make_stencils(&self) -> Vec<(LagrangeStencil, bool)> {
        let of = |i: usize| {
            let stencil = LagrangeStencil::new(&self.w_mm, i, self.most);
            (stencil, self.most > 2 && self.tapers(&stencil, i))
        };
        (0..self.w_mm.len() - 1).map(of).collect()
    }

    /// The part from every second plane, the even or the odd ones, with its first and last planes
    /// and its ends.
    pub(super) fn thinned(&self, odd: bool) -> Self {
        let last = self.w_mm.len() - 1;
        let kept = |i: &usize| *i == 0 || *i == last || (i % 2 == 1) == odd;
        let kept: Vec<usize> = (0..=last).filter(kept).collect();
        let mut out = Self {
            w_mm: kept.iter().map(|&i| self.w_mm[i]).collect(),
            sections: kept.iter().map(|&i| Arc::clone(&self.sections[i])).collect(),
            ..self.clone()
        };
        out.stencils = out.make_stencils();
        out
    }

    /// The part with straight lines between its planes.
    pub(super) fn straight(&self) -> Self {
        let mut out = Self { most: 2, ..self.clone() };
        out.stencils = out.make_stencils();
        out
    }

    /// The part with the cubic through four planes between two, however they bend.
    pub(super) fn cubic(&self) -> Self {
        let stencils = self.stencils.iter().map(|(s, tapers)| (s.unlimited(), *tapers)).collect();
        Self { stencils, ..self.clone() }
    }

    /// The most that what is drawn allows: sections that are gone on the next plane reach up to it,
    /// and ends go on for a whole slice: as the last section is, or, where the last
    /// planes say that it closes before the next one, closing there.
    pub(super) fn fullest(&self) -> Self {
        let cut_mm =
            [self.w_mm[0] - self.spacing_mm, self.w_mm[self.w_mm.len() - 1] + self.spacing_mm];
        let ends =
            [false, true].map(|upper| match self.end(upper).closing_mm() < self.spacing_mm {
                true => EndShape::ClosesLate,
                false => EndShape::Stays,
            });
        Self { cut_mm, ends, fullest: true, ..self.clone() }
    }

    /// The part without ends: past its last planes it goes on as their taper says, for as long as
    /// any slice is.
    pub(super) fn sides(&self) -> Self {
        const FAR_MM: f64 = 1e3;
        let cut_mm = [self.w_mm[0] - FAR_MM, self.w_mm[self.w_mm.len() - 1] + FAR_MM];
        Self { cut_mm, ..self.clone() }
    }

    /// The two ends, each a whole slice past the last plane, with the region there.
    pub(super) fn ends(&self) -> [([f64; 2], &Region); 2] {
        let last = self.w_mm.len() - 1;
        let (lo, hi) = (self.w_mm[0], self.w_mm[last]);
        [
            ([lo - self.spacing_mm, lo], self.region(0)),
            ([hi, hi + self.spacing_mm], self.region(last)),
        ]
    }

    /// The same part elsewhere: regions moved in their planes, planes along the stack, mm.
    pub(super) fn shifted(&self, by: [f64; 3]) -> Self {
        let section = |s: &Arc<Section>| {
            let ring = |ring: &Vec<Point2>| -> Vec<Point2> {
                ring.iter().map(|p| [p[0] + by[0], p[1] + by[1]]).collect()
            };
            let rings: Vec<Vec<Point2>> = s.region.rings().iter().map(ring).collect();
            // A clean region stays clean when it moves.
            let moved = Region::from_rings(&rings).0.unwrap_or_else(|| s.region.clone());
            Arc::new(Section::new(moved))
        };
        let mut out = Self {
            w_mm: self.w_mm.iter().map(|w| w + by[2]).collect(),
            sections: self.sections.iter().map(section).collect(),
            cut_mm: self.cut_mm.map(|w| w + by[2]),
            ..self.clone()
        };
        out.stencils = out.make_stencils();
        out
    }

    pub(super) fn w_mm(&self) -> &[f64] {
        &self.w_mm
    }

    pub(super) fn cut_mm(&self) -> [f64; 2] {
        self.cut_mm
    }

    pub(super) fn end_rule(&self) -> EndRule {
        self.end_rule
    }

    pub(super) fn region(&self, i: usize) -> &Region {
        &self.sections[i].region
    }

    pub(super) fn drawn(&self) -> impl Iterator<Item = (f64, &Region)> {
        self.w_mm.iter().copied().zip(self.sections.iter().map(|s| &s.region))
    }

    pub(super) fn drawn_beside(&self, w: f64) -> impl Iterator<Item = (f64, &Region)> {
        let above = self.w_mm.partition_point(|&x| x <= w);
        let planes = above.saturating_sub(1)..(above + 1).min(self.w_mm.len());
        planes.map(|i| (self.w_mm[i], self.region(i)))
    }

    pub(super) fn covers(&self, p: Point2, w: f64) -> bool {
        if w < self.cut_mm[0] || w > self.cut_mm[1] {
            return false;
        }
        let i = self.w_mm.partition_point(|&x| x < w);
        self.sections[i.saturating_sub(1)..self.sections.len().min(i + 1)]
            .iter()
            .any(|s| s.region.contains(p))
    }

    pub(super) fn slab_volume_mm3(&self) -> f64 {
        let n = self.w_mm.len();
        (0..n)
            .map(|i| {
                let below =
                    if i == 0 { self.cut_mm[0] } else { 0.5 * (self.w_mm[i - 1] + self.w_mm[i]) };
                let above = if i + 1 == n {
                    self.cut_mm[1]
                } else {
                    0.5 * (self.w_mm[i] + self.w_mm[i + 1])
                };
                self.region(i).area_mm2() * (above - below)
            })
            .sum()
    }

    fn radius2(&self, i: usize) -> f64 {
        let s = &self.sections[i];
        *s.radius2_mm2.get_or_init(|| s.region.inscribed_circle(RADIUS_TOLERANCE_MM).1.powi(2))
    }

    fn end(&self, upper: bool) -> End<'_, impl Fn(usize) -> f64> {
        let (shape, spacing_mm) = (self.ends[usize::from(upper)], self.spacing_mm);
        End { shape, upper, w_mm: &self.w_mm, spacing_mm, radius2: |i| self.radius2(i) }
    }

    /// Level and gradient in stack coordinates.
    pub(super) fn level(&self, p: Point2, w: f64) -> (f64, Vector3) {
        self.level_along(p, w, &mut SearchHint::default())
    }

    /// As [`Self::level`], for a run of points near each other: the last distances bound the next.
    pub(super) fn level_along(&self, p: Point2, w: f64, hint: &mut SearchHint) -> (f64, Vector3) {
        let b = self.blend(w);
        let (value, growth) = self.side_in(&b, p, hint);
        if b.beyond > value {
            return (b.beyond, Vector3::new(0.0, 0.0, if b.upper { 1.0 } else { -1.0 }));
        }
        (value, growth)
    }

    /// The level of the side, as if the part went on past its ends, and its gradient, for points
    /// that share a height.
    pub(super) fn side_in(
        &self,
        b: &SliceWeights,
        p: Point2,
        hint: &mut SearchHint,
    ) -> (f64, Vector3) {
        let (mut d, mut g) = self.distances(b, p, hint, None);
        self.made_of(b, p, &mut d, &mut g)
    }

    /// The gradient at a point of the boundary of plane `own`, which lies at the blend's height,
    /// where the outward normal within the plane is known.
    pub(super) fn growth_at_ring(
        &self,
        b: &SliceWeights,
        own: usize,
        p: Point2,
        normal: Point2,
        hint: &mut SearchHint,
    ) -> Vector3 {
        let (mut d, mut g) = self.distances(b, p, hint, Some((own, normal)));
        self.made_of(b, p, &mut d, &mut g).1
    }

    /// Distances and gradients within the planes of a blend; `known` is a plane whose boundary the
    /// point lies on, with the normal there.
    fn distances(
        &self,
        b: &SliceWeights,
        p: Point2,
        hint: &mut SearchHint,
        known: Option<(usize, Point2)>,
    ) -> (Values, [Point2; MOST]) {
        let mut d = [0.0; MOST];
        let mut g = [[0.0; 2]; MOST];
        let mut next = SearchHint { first: b.first, count: b.count, edges: [usize::MAX; MOST] };
        for k in 0..b.count {
            let plane = b.first + k;
            next.edges[k] = hint.edge(plane);
            (d[k], g[k]) = match known {
                Some((own, normal)) if own == plane => (0.0, normal),
                _ => distance(self.region(plane), p, &mut next.edges[k]),
            };
        }
        *hint = next;
        (d, g)
    }

    /// Level and gradient at a point from distances within the planes of a blend and their gradients.
    fn made_of(
        &self,
        b: &SliceWeights,
        p: Point2,
        d: &mut Values,
        g: &mut [Point2; MOST],
    ) -> (f64, Vector3) {
        let Some(interval) = b.interval else { return b.past_end(d, g) };
        let stencil = &self.stencils[interval].0;
        let faced = if self.fullest { None } else { self.faced(b, stencil, p, (d, g)) };
        let (value, growth) = b.between(stencil, self.fullest, d, g);
        match faced {
            Some(f) => {
                (value + f.share * (f.value - value), growth + (f.growth - growth) * f.share)
            }
            None => (value, growth),
        }
    }

    /// The level of the side at a point from the distances within the blend's planes and their
    /// directions, with the flat ends as distances on both of their sides.
    pub(super) fn blended(
        &self,
        b: &SliceWeights,
        p: Point2,
        d: &mut Values,
        g: &[Point2; MOST],
    ) -> f64 {
        let Some(interval) = b.interval else { return b.past_end(d, g).0.max(b.beyond) };
        let stencil = &self.stencils[interval].0;
        let faced = if self.fullest { None } else { self.faced(b, stencil, p, (d, g)) };
        let value = b.value_between(stencil, self.fullest, d, g);
        faced.map_or(value, |f| value + f.share * (f.value - value)).max(b.beyond)
    }

    /// Whether the sections round plane `i` and the next change so fast that the inscribed radius
    /// matters. The radius of the disc of the same area tells, and is at hand.
    fn tapers(&self, stencil: &LagrangeStencil, i: usize) -> bool {
        /// A smaller correction than this is left out.
        const LEAST_MM: f64 = 0.0003;
        let of_area = |k: usize| self.region(k).area_mm2() / std::f64::consts::PI;
        let middle = 0.5 * (self.w_mm[i] + self.w_mm[i + 1]);
        Height::new(stencil, middle, self.spacing_mm, Some(&of_area)).pole_mm.abs() > LEAST_MM
    }

    /// How the level at `w` is made from distances within the planes.
    pub(super) fn blend(&self, w: f64) -> SliceWeights {
        let n = self.w_mm.len();
        let (past, short) = (w - self.cut_mm[1], self.cut_mm[0] - w);
        let (beyond, upper) = if past >= short { (past, true) } else { (short, false) };
        let (lo, hi) = (self.w_mm[0], self.w_mm[n - 1]);
        let mut b = SliceWeights { beyond, upper, ..SliceWeights::default() };
        if w <= lo || w >= hi || n == 1 {
            let above = w >= hi;
            let t = if above { w - hi } else { lo - w };
            let end = self.end(above);
            let radius = |t: f64| end.radius2(t.max(0.0)).max(0.0).sqrt();
            let slope = (radius(t + STEP_MM) - radius(t - STEP_MM)) / (2.0 * STEP_MM);
            let past = PastEnd {
                past_mm: t,
                sign: if above { 1.0 } else { -1.0 },
                grown_mm: radius(t) - radius(0.0),
                grows_by: slope,
                ..PastEnd::default()
            };
            // What is known of the end as it is stands on the last plane alone.
            if n == 1 || !self.fullest {
                (b.first, b.count, b.past) = (if above { n - 1 } else { 0 }, 1, past);
                return b;
            }
            // The last plane and the one before it.
            let (last, before) = if above { (n - 1, n - 2) } else { (0, 1) };
            (b.first, b.count) = (last.min(before), 2);
            let step_mm = (self.w_mm[last] - self.w_mm[before]).abs();
            let narrowed_mm = self.radius2(last).sqrt() - self.radius2(before).sqrt();
            b.past = PastEnd { last: last - b.first, step_mm, narrowed_mm, ..past };
            return b;
        }
        let i = self.w_mm.partition_point(|&x| x <= w).clamp(1, n - 1) - 1;
        let (stencil, tapers) = &self.stencils[i];
        (b.first, b.count, b.below) = (stencil.first, stencil.count, stencil.below);
        b.interval = Some(i);
        let of_plane = |k: usize| self.radius2(k);
        let radius2 = tapers.then_some(&of_plane as &dyn Fn(usize) -> f64);
        b.heights = [w, w - STEP_MM, w + STEP_MM]
            .map(|w| Height::new(stencil, w, self.spacing_mm, radius2));
        b
    }
}

/// The edges nearest to the last point of a run, on the planes near it: on each plane the edge for
/// the next point is one of those close by.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SearchHint {
    first: usize,
    count: usize,
    edges: [usize; MOST],
}

impl SearchHint {
    fn edge(&self, plane: usize) -> usize {
        match plane.checked_sub(self.first).filter(|k| *k < self.count) {
            Some(k) => self.edges[k],
            None => usize::MAX,
        }
    }
}

/// Nearer to an outline than this a point lies on it, mm.
pub(super) const ON_OUTLINE_MM: f64 = 1e-9;

/// Signed distance from a region and its gradient; `edge` is the nearest edge of a point near by
/// before, and of this one after.
pub(super) fn distance(region: &Region, p: Point2, edge: &mut usize) -> (f64, Point2) {
    let (inside, foot) = region.nearest_with_hint(p, *edge);
    *edge = foot.edge;
    let sign = if inside { -1.0 } else { 1.0 };
    if foot.distance_mm < ON_OUTLINE_MM {
        // On the boundary: the edge's normal, outwards.
        let (a, b) = region.edges().edge(foot.edge);
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let len = dx.hypot(dy).max(1e-12);
        let out = [dy / len, -dx / len];
        let probe = [p[0] + 1e-6 * out[0], p[1] + 1e-6 * out[1]];
        let s = if region.contains(probe) { -1.0 } else { 1.0 };
        return (0.0, [s * out[0], s * out[1]]);
    }
    let k = sign / foot.distance_mm;
    (sign * foot.distance_mm, [k * (p[0] - foot.point[0]), k * (p[1] - foot.point[1])])
}

#[cfg(test)]
mod tests;
