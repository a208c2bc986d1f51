//! Volume over dose, gathered as ramps.

/// Doses that a curve is known at.
pub(crate) const BINS: usize = 4096;

/// The doses of a curve: evenly spaced.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    lo_gy: f64,
    step_gy: f64,
}

impl Axis {
    pub(crate) fn over([lo_gy, hi_gy]: [f64; 2]) -> Self {
        // One step is kept free at either side, so that every ramp starts and ends within.
        let step_gy = ((hi_gy - lo_gy) / (BINS - 3) as f64).max(1e-6);
        Self { lo_gy: lo_gy - step_gy, step_gy }
    }

    pub(crate) fn step_gy(&self) -> f64 {
        self.step_gy
    }

    pub(crate) fn gy_at(&self, place: f64) -> f64 {
        self.lo_gy + self.step_gy * place
    }

    /// Where a dose lies between the nodes.
    pub(crate) fn at(&self, gy: f64) -> f64 {
        (gy - self.lo_gy) / self.step_gy
    }
}

/// Volume over dose. Each piece of volume over which the dose changes evenly, from one value to
/// another, adds a ramp to the volume below a dose; what is kept are the two bends of each ramp.
///
/// # Error
/// The volume below a dose is exact at the nodes of the axis, up to rounding, for pieces whose dose
/// changes by at least a step; pieces of less are spread over one step.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    bends: Vec<f64>,
    volume: f64,
    /// Integral of the dose, in steps of the axis.
    moment: f64,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self { bends: vec![0.0; BINS], volume: 0.0, moment: 0.0 }
    }

    /// Adds a volume over which the dose changes evenly between two places on the axis.
    pub(crate) fn add(&mut self, a: f64, b: f64, volume: f64) {
        let middle = 0.5 * (a + b);
        let half = (0.5 * (b - a).abs()).max(0.5);
        self.volume += volume;
        self.moment += volume * middle;
        let most = (BINS - 2) as f64;
        let (lo, hi) = ((middle - half).clamp(0.0, most), (middle + half).clamp(0.0, most));
        let slope = volume / (hi - lo).max(1e-3);
        self.bend(lo, slope);
        self.bend(hi, -slope);
    }

    fn bend(&mut self, at: f64, slope: f64) {
        let node = at as usize;
        let part = at - node as f64;
        self.bends[node] += slope * (1.0 - part);
        self.bends[node + 1] += slope * part;
    }

    /// Adds another, times a factor.
    pub(crate) fn add_all(&mut self, other: &Self, factor: f64) {
        self.volume += factor * other.volume;
        self.moment += factor * other.moment;
        for (sum, bend) in self.bends.iter_mut().zip(&other.bends) {
            *sum += factor * bend;
        }
    }

    /// The curve of what was added.
    pub(crate) fn curve(&self) -> Cumulative {
        let mut above = Vec::with_capacity(BINS);
        let (mut below, mut slope) = (0.0, 0.0);
        for bend in &self.bends {
            above.push(self.volume - below);
            slope += bend;
            below += slope;
        }
        Cumulative { above, volume: self.volume, moment: self.moment }
    }
}

/// The volume at or above each node of an axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cumulative {
    above: Vec<f64>,
    /// The whole volume.
    pub(crate) volume: f64,
    moment: f64,
}

impl Cumulative {
    /// At a node.
    pub(crate) fn node(&self, node: usize) -> f64 {
        self.above[node]
    }

    /// The volume at or above a place on the axis, in a line between the nodes.
    pub(crate) fn above(&self, at: f64) -> f64 {
        let at = at.clamp(0.0, (BINS - 1) as f64);
        let node = (at as usize).min(BINS - 2);
        let part = at - node as f64;
        self.above[node] * (1.0 - part) + self.above[node + 1] * part
    }

    /// Integral of the dose, in steps of the axis.
    pub(crate) fn moment(&self) -> f64 {
        self.moment
    }

    /// Integral of the dose over what lies at or above a node, in steps of the axis.
    pub(crate) fn moment_above(&self, node: usize) -> f64 {
        // Sum by parts: the dose times what is left at it, and all that lies above.
        let beyond: f64 = self.above[node + 1..].iter().sum();
        self.above[node] * (node as f64 + 0.5) + beyond
    }
}

/// The largest place on the axis at which a quantity that falls along it is still not negative, in a
/// line between nodes; `None` where it is negative from the first node on.
pub(crate) fn last_at_least_zero(of: impl Fn(usize) -> f64) -> Option<f64> {
    if of(0) < 0.0 {
        return None;
    }
    let (mut lo, mut hi) = (0, BINS - 1);
    if of(hi) >= 0.0 {
        return Some(hi as f64);
    }
    while hi - lo > 1 {
        let middle = lo.midpoint(hi);
        if of(middle) >= 0.0 { lo = middle } else { hi = middle }
    }
    let (a, b) = (of(lo), of(hi));
    Some(lo as f64 + a / (a - b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_out_exactly_at_the_nodes() {
        let mut sum = Histogram::new();
        sum.add(10.25, 20.75, 2.0);
        sum.add(200.5, 100.5, 1.0);
        let curve = sum.curve();
        assert!((curve.volume - 3.0).abs() < 1e-12);
        assert!((curve.node(15) - (1.0 + 2.0 * 5.75 / 10.5)).abs() < 1e-12);
        assert!((curve.node(150) - 0.505).abs() < 1e-12);
        assert!(curve.node(201).abs() < 1e-12 && (curve.node(10) - 3.0).abs() < 1e-12);
        assert!((curve.moment() - (2.0 * 15.5 + 150.5)).abs() < 1e-9);
        assert!((curve.moment_above(50) - 150.5).abs() < 0.02);
    }

    #[test]
    fn the_last_place_of_a_volume_is_found_between_nodes() {
        let mut sum = Histogram::new();
        sum.add(100.0, 200.0, 1.0);
        let curve = sum.curve();
        let at = |v: f64| last_at_least_zero(|n| curve.node(n) - v).expect("a place");
        assert!((at(0.25) - 175.0).abs() < 1e-9 && (at(0.333) - 166.7).abs() < 1e-9);
        assert_eq!(last_at_least_zero(|n| curve.node(n) - 1.5), None);
    }
}
