//! One connected part of a solid: its planes, the interpolation between them and its two ends.

use super::EndRule;
use super::planes::DrawnPlane;
use std::sync::OnceLock;
use thecal_geom::{Point2, Region, Vector3, Warning};

/// At most this many missing planes in a row are interpolated; a longer gap splits the part.
const MOST_MISSING: f64 = 3.0;
/// Inscribed radii are wanted to this accuracy.
const RADIUS_TOLERANCE_MM: f64 = 0.005;

#[derive(Debug, Clone)]
pub(super) struct Lobe {
    w_mm: Vec<f64>,
    regions: Vec<Region>,
    /// Squared radius of the largest inscribed circle of each plane, mm²; found when asked for,
    /// since a gap needs it only near the interface.
    radius2_mm2: Vec<OnceLock<f64>>,
    spacing_mm: f64,
    /// Where the part ends below and above, mm along the normal.
    cut_mm: [f64; 2],
}

/// Splits the planes into connected parts. What lies on the two sides of a plane that is known
/// to be empty is not joined.
pub(super) fn split(
    planes: Vec<DrawnPlane>,
    empty_mm: &[f64],
    spacing_mm: f64,
    ends: EndRule,
) -> (Vec<Lobe>, Vec<f64>, Vec<Warning>) {
    let mut missing = Vec::new();
    let mut warnings = Vec::new();
    // Islands of neighbouring planes that overlap belong together.
    let mut islands: Vec<(usize, Region)> = Vec::new();
    for (i, p) in planes.iter().enumerate() {
        islands.extend(p.region.islands().into_iter().map(|r| (i, r)));
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
    for i in 0..planes.len().saturating_sub(1) {
        let step = planes[i + 1].w_mm - planes[i].w_mm;
        let here = first..islands.partition_point(|x| x.0 <= i);
        let next = here.end..islands.partition_point(|x| x.0 <= i + 1);
        first = here.end;
        let absent = (step / spacing_mm).round() - 1.0;
        let between = planes[i].w_mm + 1e-3..planes[i + 1].w_mm - 1e-3;
        if empty_mm.iter().any(|w| between.contains(w)) {
            continue;
        }
        if absent > MOST_MISSING {
            warnings.push(Warning::new(
                "planes_split",
                format!("no contour over {step:.2} mm; the structure is taken as separate parts"),
                format!("planes {:.2} to {:.2} mm", planes[i].w_mm, planes[i + 1].w_mm),
            ));
            continue;
        }
        if absent >= 1.0 {
            let n = absent as usize;
            missing.extend((1..=n).map(|k| planes[i].w_mm + step * k as f64 / (n + 1) as f64));
            warnings.push(Warning::new(
                "planes_missing",
                format!("{n} plane(s) missing in a step of {step:.2} mm are interpolated"),
                format!("planes {:.2} to {:.2} mm", planes[i].w_mm, planes[i + 1].w_mm),
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
    let lobes = groups
        .into_iter()
        .map(|(_, members)| {
            let mut stack: Vec<DrawnPlane> = Vec::new();
            let mut k = 0;
            while k < members.len() {
                let plane = islands[members[k]].0;
                let same = members[k..].iter().take_while(|&&m| islands[m].0 == plane).count();
                let region = if same == 1 {
                    islands[members[k]].1.clone()
                } else {
                    let rings: Vec<_> = members[k..k + same]
                        .iter()
                        .flat_map(|&m| islands[m].1.rings().to_vec())
                        .collect();
                    // Islands of one clean region stay clean together.
                    match Region::from_rings(&rings).0 {
                        Some(r) => r,
                        None => islands[members[k]].1.clone(),
                    }
                };
                stack.push(DrawnPlane { w_mm: planes[plane].w_mm, region });
                k += same;
            }
            Lobe::new(stack, spacing_mm, ends)
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
    fn new(planes: Vec<DrawnPlane>, spacing_mm: f64, ends: EndRule) -> Self {
        let radius2_mm2 = vec![OnceLock::new(); planes.len()];
        let w_mm: Vec<f64> = planes.iter().map(|p| p.w_mm).collect();
        let mut lobe = Self {
            cut_mm: [w_mm[0], w_mm[w_mm.len() - 1]],
            w_mm,
            regions: planes.into_iter().map(|p| p.region).collect(),
            radius2_mm2,
            spacing_mm,
        };
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
        let n = self.w_mm.len();
        let (lo, hi) = (self.w_mm[0], self.w_mm[n - 1]);
        let (value, gradient) = if w <= lo || w >= hi || n == 1 {
            let upper = w >= hi;
            let i = if upper { n - 1 } else { 0 };
            let t = if upper { w - hi } else { lo - w };
            let radius = |t: f64| self.end_radius2(upper, t).max(0.0).sqrt();
            let (d, g) = distance(&self.regions[i], p, trail.bound(i, p));
            *trail = Trail { at: p, first: i, count: 1, distance_mm: [d; 4] };
            let shrink = |t: f64| radius(0.0) - radius(t.max(0.0));
            let slope = (shrink(t + 1e-4) - shrink(t - 1e-4)) / 2e-4;
            (d + shrink(t), Vector3::new(g[0], g[1], if upper { slope } else { -slope }))
        } else {
            self.between(p, w, trail)
        };
        if w > self.cut_mm[1] && w - self.cut_mm[1] > value {
            return (w - self.cut_mm[1], Vector3::z());
        }
        if w < self.cut_mm[0] && self.cut_mm[0] - w > value {
            return (self.cut_mm[0] - w, -Vector3::z());
        }
        (value, gradient)
    }

    fn between(&self, p: Point2, w: f64, trail: &mut Trail) -> (f64, Vector3) {
        let n = self.w_mm.len();
        let i = self.w_mm.partition_point(|&x| x <= w).clamp(1, n - 1) - 1;
        let count = n.min(4);
        let first = i.saturating_sub(1).min(n - count);
        let mut d = [0.0; 4];
        let mut g = [[0.0; 2]; 4];
        for k in 0..count {
            (d[k], g[k]) = distance(&self.regions[first + k], p, trail.bound(first + k, p));
        }
        *trail = Trail { at: p, first, count, distance_mm: d };
        self.limit(&mut d[..count], &mut g[..count], first, i - first);
        let at = |w: f64| self.combine(&d[..count], first, w);
        let (value, weights) = at(w);
        let step = 1e-4;
        let slope = (at(w + step).0 - at(w - step).0) / (2.0 * step);
        let mut grad = Vector3::new(0.0, 0.0, slope);
        for k in 0..count {
            grad.x += weights[k] * g[k][0];
            grad.y += weights[k] * g[k][1];
        }
        (value, grad)
    }

    /// Keeps a plane beyond the two neighbours from swaying the surface where the section there
    /// has gone: its distance is then arbitrary, and a cubic through it would overshoot.
    fn limit(&self, d: &mut [f64], g: &mut [[f64; 2]], first: usize, i: usize) {
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
        for k in i + 2..4.min(self.w_mm.len()) {
            hold(k, k - 1);
        }
    }

    /// Lagrange weights through the stencil's planes, and the value at `w`.
    fn combine(&self, d: &[f64], first: usize, w: f64) -> (f64, [f64; 4]) {
        let (weights, correction) = self.weights(first, d.len(), w);
        let value: f64 = weights.iter().zip(d).map(|(l, d)| l * d).sum();
        (value - correction, weights)
    }

    /// Weights of the planes' distances at `w`, and what the inscribed radius adds.
    fn weights(&self, first: usize, count: usize, w: f64) -> ([f64; 4], f64) {
        let x = &self.w_mm[first..first + count];
        let mut weights = [0.0; 4];
        let (mut radius, mut radius2) = (0.0, 0.0);
        for k in 0..x.len() {
            let mut l = 1.0;
            for j in 0..x.len() {
                if j != k {
                    l *= (w - x[j]) / (x[k] - x[j]);
                }
            }
            weights[k] = l;
            radius2 += l * self.radius2(first + k);
            radius += l * self.radius2(first + k).sqrt();
        }
        // Near a pole the distance falls like the root of the height, which no cubic follows,
        // while the squared inscribed radius is smooth there: interpolate that and correct by
        // the difference. The bound keeps irregular drawings from being swollen by it.
        let most = self.spacing_mm;
        (weights, (radius2.max(0.0).sqrt() - radius).clamp(-most, most))
    }

    /// How the level at `w` is made from distances within the planes, for many points at once.
    pub(super) fn blend(&self, w: f64) -> Blend {
        let n = self.w_mm.len();
        let beyond = (w - self.cut_mm[1]).max(self.cut_mm[0] - w);
        let (lo, hi) = (self.w_mm[0], self.w_mm[n - 1]);
        if w <= lo || w >= hi || n == 1 {
            let upper = w >= hi;
            let t = if upper { w - hi } else { lo - w };
            let radius = |t: f64| self.end_radius2(upper, t).max(0.0).sqrt();
            let first = if upper { n - 1 } else { 0 };
            let correction = radius(t) - radius(0.0);
            let weights = [1.0, 0.0, 0.0, 0.0];
            return Blend { first, count: 1, below: 0, weights, correction, beyond };
        }
        let i = self.w_mm.partition_point(|&x| x <= w).clamp(1, n - 1) - 1;
        let count = n.min(4);
        let first = i.saturating_sub(1).min(n - count);
        let (weights, correction) = self.weights(first, count, w);
        Blend { first, count, below: i - first, weights, correction, beyond }
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

/// Planes and weights of the level at one height.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blend {
    /// The first plane.
    pub(super) first: usize,
    /// Number of planes, up to four.
    pub(super) count: usize,
    /// Which of them is the next below.
    pub(super) below: usize,
    weights: [f64; 4],
    correction: f64,
    /// Distance past the nearer end, mm; negative within.
    pub(super) beyond: f64,
}

/// The distances of the last point of a run from the planes near it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trail {
    at: Point2,
    first: usize,
    count: usize,
    distance_mm: [f64; 4],
}

impl Trail {
    /// No point is farther from a boundary than the last one and the way from there.
    fn bound(&self, plane: usize, p: Point2) -> f64 {
        match plane.checked_sub(self.first).filter(|k| *k < self.count) {
            Some(k) => {
                let way = (p[0] - self.at[0]).hypot(p[1] - self.at[1]);
                self.distance_mm[k].abs() + way + 1e-6
            }
            None => f64::INFINITY,
        }
    }
}

fn distance(region: &Region, p: Point2, bound_mm: f64) -> (f64, Point2) {
    let foot = region.edges().nearest_within(p, bound_mm).unwrap_or_else(|| region.nearest(p));
    let sign = if region.contains(p) { -1.0 } else { 1.0 };
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
