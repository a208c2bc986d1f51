//! One connected part of a solid: its planes, the interpolation between them and its two ends.

use super::EndRule;
use super::bracket::{Bracket, MOST};
use super::planes::DrawnPlane;
use std::sync::OnceLock;
use thecal_geom::{Point2, Region, Vector3, Warning};

/// At most this many missing planes in a row are interpolated; a longer gap splits the part.
const MOST_MISSING: f64 = 3.0;
/// Inscribed radii are wanted to this accuracy.
const RADIUS_TOLERANCE_MM: f64 = 0.05;

#[derive(Debug, Clone)]
pub(super) struct Lobe {
    w_mm: Vec<f64>,
    regions: Vec<Region>,
    /// Squared radius of the largest inscribed circle of each plane, mm²; found when asked for,
    /// since a gap needs it only near the interface.
    radius2_mm2: Vec<OnceLock<f64>>,
    /// By interval, the planes round it, and whether the inscribed radius matters there.
    brackets: Vec<(Bracket, bool)>,
    spacing_mm: f64,
    /// Where the part ends below and above, mm along the normal.
    cut_mm: [f64; 2],
}

/// Splits the planes into connected parts. For a mask, `empty_mm` are planes that are known to
/// hold nothing: what lies on their two sides is not joined.
pub(super) fn split(
    planes: Vec<DrawnPlane>,
    empty_mm: Option<&[f64]>,
    spacing_mm: f64,
    ends: EndRule,
) -> (Vec<Lobe>, Vec<f64>, Vec<Warning>) {
    let mut missing = Vec::new();
    let mut warnings = Vec::new();
    // Islands of neighbouring planes that overlap belong together.
    let mut islands: Vec<(usize, Region)> = Vec::new();
    let mut w_mm = Vec::with_capacity(planes.len());
    for (i, p) in planes.into_iter().enumerate() {
        islands.extend(p.region.into_islands().into_iter().map(|r| (i, r)));
        w_mm.push(p.w_mm);
    }
    let mut parent: Vec<usize> = (0..islands.len()).collect();
    fn root(parent: &mut [usize], mut i: usize) -> usize {
        while parent[i] != i {
            parent[i] = parent[parent[i]];
            i = parent[i];
        }
        i
    }
    let mut first = 0;
    for i in 0..w_mm.len().saturating_sub(1) {
        let step = w_mm[i + 1] - w_mm[i];
        let here = first..islands.partition_point(|x| x.0 <= i);
        let next = here.end..islands.partition_point(|x| x.0 <= i + 1);
        first = here.end;
        let absent = (step / spacing_mm).round() - 1.0;
        let between = w_mm[i] + 1e-3..w_mm[i + 1] - 1e-3;
        if empty_mm.unwrap_or_default().iter().any(|w| between.contains(w)) {
            continue;
        }
        if absent > MOST_MISSING {
            warnings.push(Warning::new(
                "planes_split",
                format!("no contour over {step:.2} mm; the structure is taken as separate parts"),
                format!("planes {:.2} to {:.2} mm", w_mm[i], w_mm[i + 1]),
            ));
            continue;
        }
        if absent >= 1.0 {
            let n = absent as usize;
            missing.extend((1..=n).map(|k| w_mm[i] + step * k as f64 / (n + 1) as f64));
            warnings.push(Warning::new(
                "planes_missing",
                format!("{n} plane(s) missing in a step of {step:.2} mm are interpolated"),
                format!("planes {:.2} to {:.2} mm", w_mm[i], w_mm[i + 1]),
            ));
        }
        let alone = here.len() == 1 && next.len() == 1;
        for a in here.clone() {
            for b in next.clone() {
                if alone || overlap(&islands[a].1, &islands[b].1) {
                    let (ra, rb) = (root(&mut parent, a), root(&mut parent, b));
                    parent[ra] = rb;
                }
            }
        }
    }
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    for i in 0..islands.len() {
        let r = root(&mut parent, i);
        match groups.iter_mut().find(|g| g.0 == r) {
            Some(g) => g.1.push(i),
            None => groups.push((r, vec![i])),
        }
    }
    let (plane_of, mut regions): (Vec<usize>, Vec<Option<Region>>) =
        islands.into_iter().map(|(i, r)| (i, Some(r))).unzip();
    let lobes = groups
        .into_iter()
        .map(|(_, members)| {
            let of_planes = members.chunk_by(|&a, &b| plane_of[a] == plane_of[b]);
            let stack = of_planes.filter_map(|on_plane| {
                let mut parts: Vec<Region> =
                    on_plane.iter().filter_map(|&m| regions[m].take()).collect();
                let rings = |parts: &[Region]| -> Vec<_> {
                    parts.iter().flat_map(|r| r.rings().to_vec()).collect()
                };
                // Islands of one clean region stay clean together.
                let whole = match parts.len() {
                    1 => None,
                    _ => Region::from_rings(&rings(&parts)).0,
                };
                let region = whole.or_else(|| parts.pop())?;
                Some(DrawnPlane { w_mm: w_mm[plane_of[on_plane[0]]], region })
            });
            // A mask's distances are interpolated along straight lines between the two planes next
            // to a point: structures that share no pixel then share no point between them either.
            let planes = if empty_mm.is_some() { 2 } else { MOST };
            Lobe::new(stack.collect(), spacing_mm, ends, planes)
        })
        .collect();
    (lobes, missing, warnings)
}

fn overlap(a: &Region, b: &Region) -> bool {
    let ((alo, ahi), (blo, bhi)) = (a.bounds(), b.bounds());
    if alo[0] > bhi[0] || blo[0] > ahi[0] || alo[1] > bhi[1] || blo[1] > ahi[1] {
        return false;
    }
    let any = |x: &Region, y: &Region| x.rings().iter().flatten().any(|&p| y.contains(p));
    any(a, b) || any(b, a)
}

impl Lobe {
    fn new(planes: Vec<DrawnPlane>, spacing_mm: f64, ends: EndRule, most: usize) -> Self {
        let radius2_mm2 = vec![OnceLock::new(); planes.len()];
        let w_mm: Vec<f64> = planes.iter().map(|p| p.w_mm).collect();
        let mut lobe = Self {
            cut_mm: [w_mm[0], w_mm[w_mm.len() - 1]],
            w_mm,
            regions: planes.into_iter().map(|p| p.region).collect(),
            radius2_mm2,
            brackets: Vec::new(),
            spacing_mm,
        };
        lobe.brackets = (0..lobe.w_mm.len() - 1)
            .map(|i| {
                let bracket = Bracket::new(&lobe.w_mm, i, most);
                (bracket, most > 2 && lobe.tapers(&bracket, i))
            })
            .collect();
        for (side, cut) in [(-1.0, 0), (1.0, 1)] {
            let reach = match ends {
                EndRule::Plane => 0.0,
                EndRule::HalfSlice => 0.5 * spacing_mm,
                EndRule::Rounded => spacing_mm,
            };
            lobe.cut_mm[cut] += side * lobe.closing(side > 0.0).min(reach);
        }
        lobe
    }

    /// The same part elsewhere: regions moved in their planes, planes along the stack, mm.
    pub(super) fn shifted(&self, by: [f64; 3]) -> Self {
        let region = |r: &Region| {
            let ring = |ring: &Vec<Point2>| -> Vec<Point2> {
                ring.iter().map(|p| [p[0] + by[0], p[1] + by[1]]).collect()
            };
            let rings: Vec<Vec<Point2>> = r.rings().iter().map(ring).collect();
            // A clean region stays clean when it moves.
            Region::from_rings(&rings).0.unwrap_or_else(|| r.clone())
        };
        Self {
            w_mm: self.w_mm.iter().map(|w| w + by[2]).collect(),
            regions: self.regions.iter().map(region).collect(),
            cut_mm: self.cut_mm.map(|w| w + by[2]),
            ..self.clone()
        }
    }

    pub(super) fn w_mm(&self) -> &[f64] {
        &self.w_mm
    }

    pub(super) fn cut_mm(&self) -> [f64; 2] {
        self.cut_mm
    }

    pub(super) fn region(&self, i: usize) -> &Region {
        &self.regions[i]
    }

    pub(super) fn drawn(&self) -> impl Iterator<Item = (f64, &Region)> {
        self.w_mm.iter().copied().zip(&self.regions)
    }

    pub(super) fn covers(&self, p: Point2, w: f64) -> bool {
        if w < self.cut_mm[0] || w > self.cut_mm[1] {
            return false;
        }
        let i = self.w_mm.partition_point(|&x| x < w);
        self.regions[i.saturating_sub(1)..self.regions.len().min(i + 1)]
            .iter()
            .any(|r| r.contains(p))
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
                self.regions[i].area_mm2() * (above - below)
            })
            .sum()
    }

    fn radius2(&self, i: usize) -> f64 {
        *self.radius2_mm2[i]
            .get_or_init(|| self.regions[i].inscribed_circle(RADIUS_TOLERANCE_MM).1.powi(2))
    }

    /// Squared inscribed radius `t` mm past the end, by the parabola through the last three
    /// planes (two: the line), which is exact for spheres and ellipsoids; never growing.
    fn end_radius2(&self, upper: bool, t: f64) -> f64 {
        let n = self.w_mm.len();
        let at = |k: usize| if upper { n - 1 - k } else { k };
        let last = self.radius2(at(0));
        if n < 3 {
            return last;
        }
        let h1 = (self.w_mm[at(0)] - self.w_mm[at(1)]).abs();
        let s1 = (last - self.radius2(at(1))) / h1;
        let h2 = (self.w_mm[at(1)] - self.w_mm[at(2)]).abs();
        let s2 = (self.radius2(at(1)) - self.radius2(at(2))) / h2;
        // A taper that slows down towards the end is noise, not a shape that opens again.
        let bend = ((s1 - s2) / (h1 + h2)).min(0.0);
        (last + (s1.min(0.0) * t) + bend * t * (t + h1)).min(last)
    }

    /// Distance past the last plane at which the taper closes; infinite without a taper.
    fn closing(&self, upper: bool) -> f64 {
        let far = 2.0 * self.spacing_mm;
        if self.end_radius2(upper, far) > 0.0 {
            return f64::INFINITY;
        }
        let (mut lo, mut hi) = (0.0, far);
        for _ in 0..60 {
            let mid = 0.5 * (lo + hi);
            if self.end_radius2(upper, mid) > 0.0 { lo = mid } else { hi = mid }
        }
        hi
    }

    /// Level and gradient in stack coordinates.
    pub(super) fn level(&self, p: Point2, w: f64) -> (f64, Vector3) {
        self.level_along(p, w, &mut Trail::default())
    }

    /// As [`Self::level`], for a run of points near each other: the last distances bound the next.
    pub(super) fn level_along(&self, p: Point2, w: f64, trail: &mut Trail) -> (f64, Vector3) {
        self.level_in(&self.blend(w), p, trail)
    }

    /// As [`Self::level_along`], for points that share a height.
    pub(super) fn level_in(&self, b: &Blend, p: Point2, trail: &mut Trail) -> (f64, Vector3) {
        let (mut d, mut g) = self.distances(b, p, trail, None);
        self.made_of(b, &mut d, &mut g)
    }

    /// The gradient at a point of the boundary of plane `own`, which lies at the blend's height,
    /// where the outward normal within the plane is known.
    pub(super) fn growth_at_ring(
        &self,
        b: &Blend,
        own: usize,
        p: Point2,
        normal: Point2,
        trail: &mut Trail,
    ) -> Vector3 {
        let (mut d, mut g) = self.distances(b, p, trail, Some((own, normal)));
        self.made_of(b, &mut d, &mut g).1
    }

    /// Distances and gradients within the planes of a blend; `known` is a plane whose boundary the
    /// point lies on, with the normal there.
    fn distances(
        &self,
        b: &Blend,
        p: Point2,
        trail: &mut Trail,
        known: Option<(usize, Point2)>,
    ) -> ([f64; 4], [Point2; 4]) {
        let mut d = [0.0; 4];
        let mut g = [[0.0; 2]; 4];
        let mut next = Trail { first: b.first, count: b.count, edges: [usize::MAX; 4] };
        for k in 0..b.count {
            let plane = b.first + k;
            next.edges[k] = trail.edge(plane);
            (d[k], g[k]) = match known {
                Some((own, normal)) if own == plane => (0.0, normal),
                _ => distance(&self.regions[plane], p, &mut next.edges[k]),
            };
        }
        *trail = next;
        (d, g)
    }

    /// Level and gradient from distances within the planes of a blend and their gradients.
    fn made_of(&self, b: &Blend, d: &mut [f64; 4], g: &mut [[f64; 2]; 4]) -> (f64, Vector3) {
        if b.count > 1 {
            self.limit(&mut d[..b.count], &mut g[..b.count], b.first, b.below);
        }
        let (mut value, mut growth) = (-b.correction, Vector3::new(0.0, 0.0, -b.correction_slope));
        for k in 0..b.count {
            value += b.weights[k] * d[k];
            growth +=
                Vector3::new(b.weights[k] * g[k][0], b.weights[k] * g[k][1], b.slopes[k] * d[k]);
        }
        if b.beyond > 0.0 && b.beyond > value {
            return (b.beyond, Vector3::new(0.0, 0.0, if b.upper { 1.0 } else { -1.0 }));
        }
        (value, growth)
    }

    /// Keeps a plane beyond the two neighbours from swaying the surface where the section there
    /// has gone: its distance is then arbitrary, and a cubic through it would overshoot.
    fn limit(&self, d: &mut [f64], g: &mut [[f64; 2]], first: usize, i: usize) {
        let count = d.len();
        let near = 3.0 * (d[i + 1] - d[i]).abs();
        let mut hold = |k: usize, from: usize| {
            let room = near.max(2.0 * (self.w_mm[first + k] - self.w_mm[first + from]).abs());
            if (d[k] - d[from]).abs() > room {
                d[k] = d[from] + room * (d[k] - d[from]).signum();
                g[k] = g[from];
            }
        };
        for k in (0..i).rev() {
            hold(k, k + 1);
        }
        for k in i + 2..count {
            hold(k, k - 1);
        }
    }

    /// What the inscribed radius adds to the interpolated distance, mm.
    ///
    /// Near a pole the distance falls like the root of the height, which no cubic follows, while
    /// the squared inscribed radius is smooth there: interpolate that and correct by the
    /// difference. The bound keeps irregular drawings from being swollen by it.
    fn correction(&self, first: usize, weights: &[f64], radius2: impl Fn(usize) -> f64) -> f64 {
        let (mut sum, mut sum2) = (0.0, 0.0);
        for (k, l) in weights.iter().enumerate() {
            let r2 = radius2(first + k);
            sum2 += l * r2;
            sum += l * r2.sqrt();
        }
        (sum2.max(0.0).sqrt() - sum).clamp(-self.spacing_mm, self.spacing_mm)
    }

    /// Whether the sections round plane `i` and the next change so fast that the inscribed radius
    /// matters. The radius of the disc of the same area tells, and is at hand.
    fn tapers(&self, bracket: &Bracket, i: usize) -> bool {
        /// A smaller correction than this is left out.
        const LEAST_MM: f64 = 0.0003;
        let weights = bracket.weights(0.5 * (self.w_mm[i] + self.w_mm[i + 1]));
        let of_area = |k: usize| self.regions[k].area_mm2() / std::f64::consts::PI;
        self.correction(bracket.first, &weights[..bracket.count], of_area).abs() > LEAST_MM
    }

    /// How the level at `w` is made from distances within the planes.
    pub(super) fn blend(&self, w: f64) -> Blend {
        let n = self.w_mm.len();
        let (past, short) = (w - self.cut_mm[1], self.cut_mm[0] - w);
        let (beyond, upper) = if past >= short { (past, true) } else { (short, false) };
        let (lo, hi) = (self.w_mm[0], self.w_mm[n - 1]);
        let mut b = Blend { beyond, upper, ..Blend::default() };
        if w <= lo || w >= hi || n == 1 {
            let above = w >= hi;
            let t = if above { w - hi } else { lo - w };
            let radius = |t: f64| self.end_radius2(above, t.max(0.0)).max(0.0).sqrt();
            let slope = (radius(t + STEP_MM) - radius(t - STEP_MM)) / (2.0 * STEP_MM);
            (b.first, b.count) = (if above { n - 1 } else { 0 }, 1);
            b.weights[0] = 1.0;
            b.correction = radius(t) - radius(0.0);
            b.correction_slope = if above { slope } else { -slope };
            return b;
        }
        let i = self.w_mm.partition_point(|&x| x <= w).clamp(1, n - 1) - 1;
        let (bracket, tapers) = &self.brackets[i];
        (b.first, b.count, b.below) = (bracket.first, bracket.count, i - bracket.first);
        b.weights = bracket.weights(w);
        b.slopes = bracket.slopes(w);
        if *tapers {
            let of = |weights: [f64; MOST]| {
                self.correction(b.first, &weights[..b.count], |k| self.radius2(k))
            };
            b.correction = of(b.weights);
            let beside = [-STEP_MM, STEP_MM].map(|h| of(bracket.weights(w + h)));
            b.correction_slope = (beside[1] - beside[0]) / (2.0 * STEP_MM);
        }
        b
    }

    /// The level from the distances within the blend's planes, with the flat ends as distances on
    /// both of their sides.
    pub(super) fn blended(&self, b: &Blend, d: &mut [f64; 4]) -> f64 {
        if b.count > 1 {
            self.limit(&mut d[..b.count], &mut [[0.0; 2]; 4][..b.count], b.first, b.below);
        }
        let value: f64 = (0..b.count).map(|k| b.weights[k] * d[k]).sum();
        (value - b.correction).max(b.beyond)
    }
}

/// Slopes along the stack are differences over this, mm, either way.
const STEP_MM: f64 = 1e-4;

/// Planes and weights of the level at one height.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Blend {
    /// The first plane.
    pub(super) first: usize,
    /// Number of planes, up to four.
    pub(super) count: usize,
    /// Which of them is the next below.
    pub(super) below: usize,
    weights: [f64; 4],
    /// Growth of the weights per mm.
    slopes: [f64; 4],
    correction: f64,
    correction_slope: f64,
    /// Distance past the nearer end, mm; negative within.
    pub(super) beyond: f64,
    /// Which end that is.
    upper: bool,
}

/// The edges nearest to the last point of a run, on the planes near it: on each plane the edge for
/// the next point is one of those close by.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trail {
    first: usize,
    count: usize,
    edges: [usize; 4],
}

impl Trail {
    fn edge(&self, plane: usize) -> usize {
        match plane.checked_sub(self.first).filter(|k| *k < self.count) {
            Some(k) => self.edges[k],
            None => usize::MAX,
        }
    }
}

/// Signed distance from a region and its gradient; `edge` is the nearest edge of a point near by
/// before, and of this one after.
fn distance(region: &Region, p: Point2, edge: &mut usize) -> (f64, Point2) {
    let (inside, foot) = region.nearest_after(p, *edge);
    *edge = foot.edge;
    let sign = if inside { -1.0 } else { 1.0 };
    if foot.distance_mm < 1e-9 {
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
