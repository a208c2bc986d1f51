//! The lattice that the corners of traced contours lie on.

use thecal_geom::Point2;

/// A lattice in a plane's own coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PlaneLattice {
    /// Its axes, unit vectors.
    pub(super) axes: [Point2; 2],
    /// A lattice point, along the axes, mm.
    pub(super) origin_mm: [f64; 2],
    /// Distance of the lines along each axis, mm.
    pub(super) pitch_mm: [f64; 2],
}

/// A finer lattice than this times the tolerance would hold any points.
const MEANINGFUL: f64 = 8.0;
/// Lattices with fewer lines along an axis are not believed.
const LEAST_LINES: usize = 5;
/// This part of the corners must lie on the lattice.
pub(super) const NEARLY_ALL: f64 = 0.97;
/// Directions within this angle are one.
const ONE_WAY_DEG: f64 = 2.0;
/// This part of the edges' length must follow the lattice or its diagonals.
const ALIGNED: f64 = 0.6;

impl PlaneLattice {
    /// The lattices, up to two, that corners lie on within a tolerance: along the main direction of
    /// the edges and across their diagonals.
    pub(super) fn from_rings(rings: &[Vec<Point2>], tolerance_mm: f64) -> Vec<Self> {
        let Some(first_deg) = main_direction(rings) else { return Vec::new() };
        let of_direction = |deg: f64| {
            let (sin, cos) = deg.to_radians().sin_cos();
            let axes = [[cos, sin], [-sin, cos]];
            let mut origin_mm = [0.0; 2];
            let mut pitch_mm = [0.0; 2];
            for (k, axis) in axes.iter().enumerate() {
                let along = rings.iter().flatten().map(|p| p[0] * axis[0] + p[1] * axis[1]);
                (origin_mm[k], pitch_mm[k]) = lines(along.collect(), tolerance_mm)?;
            }
            Some(Self { axes, origin_mm, pitch_mm })
        };
        [first_deg, first_deg + 45.0].into_iter().filter_map(of_direction).collect()
    }

    /// Where a point lies along the axes, in pitches from the origin.
    pub(super) fn of_point(&self, p: Point2) -> [f64; 2] {
        std::array::from_fn(|k| {
            let a = self.axes[k];
            (p[0] * a[0] + p[1] * a[1] - self.origin_mm[k]) / self.pitch_mm[k]
        })
    }

    /// The point at a place of the lattice.
    pub(super) fn point(&self, at: [f64; 2]) -> Point2 {
        let along: [f64; 2] = std::array::from_fn(|k| self.origin_mm[k] + at[k] * self.pitch_mm[k]);
        std::array::from_fn(|i| along[0] * self.axes[0][i] + along[1] * self.axes[1][i])
    }
}

/// The direction, modulo a right angle, that most of the edges' length follows, degrees; none where
/// the edges go all ways.
fn main_direction(rings: &[Vec<Point2>]) -> Option<f64> {
    let mut edges: Vec<(f64, f64)> = Vec::new();
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let (x, y) = (b[0] - a[0], b[1] - a[1]);
            edges.push((y.atan2(x).to_degrees().rem_euclid(90.0), x.hypot(y)));
        }
    }
    let whole: f64 = edges.iter().map(|e| e.1).sum();
    let mut bins = [0.0; 90];
    for (deg, length) in &edges {
        bins[(*deg as usize).min(89)] += length;
    }
    let three = |k: usize| bins[(k + 89) % 90] + bins[k] + bins[(k + 1) % 90];
    let peak = (0..90).max_by(|&a, &b| three(a).total_cmp(&three(b)))?;
    // Away from the peak by less than a half turn of the bins, either way.
    let from = |deg: f64, centre: f64| (deg - centre + 45.0).rem_euclid(90.0) - 45.0;
    let mean = |centre: f64| {
        let near = edges.iter().filter(|e| from(e.0, centre).abs() < ONE_WAY_DEG);
        let (sum, length) =
            near.fold((0.0, 0.0), |(s, l), e| (s + from(e.0, centre) * e.1, l + e.1));
        (length > 0.0).then(|| (centre + sum / length, length))
    };
    let (centre, _) = mean(peak as f64 + 0.5)?;
    let (centre, along) = mean(centre)?;
    let across = mean(centre + 45.0).map_or(0.0, |m| m.1);
    (along + across >= ALIGNED * whole).then_some(centre)
}

/// Origin and pitch of the equally spaced lines that values lie on.
fn lines(mut values: Vec<f64>, tolerance_mm: f64) -> Option<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    // Values in one place are one line.
    let mut at: Vec<(f64, f64)> = Vec::new();
    for v in values {
        match at.last_mut() {
            Some((mean, n)) if v - *mean <= 2.0 * tolerance_mm => {
                *mean += (v - *mean) / (*n + 1.0);
                *n += 1.0;
            }
            _ => at.push((v, 1.0)),
        }
    }
    if at.len() < LEAST_LINES {
        return None;
    }
    let steps: Vec<f64> = at.windows(2).map(|w| w[1].0 - w[0].0).collect();
    let least = steps.iter().copied().fold(f64::INFINITY, f64::min);
    // Of the finest steps the mean, which is better known than the least.
    let fine = steps.iter().filter(|s| **s < 1.5 * least);
    let (sum, n) = fine.fold((0.0, 0.0), |(s, n), x| (s + x, n + 1.0));
    let mut pitch = sum / n;
    if pitch < MEANINGFUL * tolerance_mm {
        return None;
    }
    let mut index = vec![0.0; at.len()];
    let mut origin = at[0].0;
    // Numbers from step to step first, then from the line that fits all.
    for round in 0..3 {
        for k in 0..at.len() {
            index[k] = match (round, k) {
                (0, 0) => 0.0,
                (0, _) => index[k - 1] + (steps[k - 1] / pitch).round(),
                _ => ((at[k].0 - origin) / pitch).round(),
            };
        }
        (origin, pitch) = fitted(&at, &index)?;
    }
    let whole: f64 = at.iter().map(|a| a.1).sum();
    let off = |k: usize| (at[k].0 - origin - index[k] * pitch).abs();
    let on: f64 = (0..at.len()).filter(|&k| off(k) <= tolerance_mm).map(|k| at[k].1).sum();
    (on >= NEARLY_ALL * whole && pitch >= MEANINGFUL * tolerance_mm).then_some((origin, pitch))
}

/// The straight line of places over their numbers, by least squares with weights.
fn fitted(at: &[(f64, f64)], index: &[f64]) -> Option<(f64, f64)> {
    let (mut n, mut si, mut sx) = (0.0, 0.0, 0.0);
    for ((x, weight), i) in at.iter().zip(index) {
        (n, si, sx) = (n + weight, si + weight * i, sx + weight * x);
    }
    let (mi, mx) = (si / n, sx / n);
    let (mut ii, mut ix) = (0.0, 0.0);
    for ((x, weight), i) in at.iter().zip(index) {
        ii += weight * (i - mi) * (i - mi);
        ix += weight * (i - mi) * (x - mx);
    }
    (ii > 0.0).then(|| (mx - ix / ii * mi, ix / ii))
}
