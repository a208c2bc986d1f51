//! The planes that a level between two neighbours is interpolated through, and their weights.

/// At most this many planes take part.
pub(super) const MOST: usize = 4;

/// Planes round an interval of a stack, for Lagrange interpolation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bracket {
    /// The first plane.
    pub(super) first: usize,
    /// Number of planes.
    pub(super) count: usize,
    at_mm: [f64; MOST],
    /// One over the product of each plane's distances from the others.
    per: [f64; MOST],
}

impl Bracket {
    /// Round the planes `below` and the next of a stack, `most` planes or as many as there are.
    pub(super) fn new(w_mm: &[f64], below: usize, most: usize) -> Self {
        let count = w_mm.len().min(most);
        let first = below.saturating_sub((count - 1) / 2).min(w_mm.len() - count);
        let mut at_mm = [0.0; MOST];
        at_mm[..count].copy_from_slice(&w_mm[first..first + count]);
        let mut per = [0.0; MOST];
        for k in 0..count {
            let others = (0..count).filter(|&j| j != k);
            per[k] = 1.0 / others.map(|j| at_mm[k] - at_mm[j]).product::<f64>();
        }
        Self { first, count, at_mm, per }
    }

    /// The planes' weights at `w`; zero past the last.
    pub(super) fn weights(&self, w: f64) -> [f64; MOST] {
        let mut weights = self.per;
        // Each times the product of the steps from the planes before it, then from those after.
        let (mut before, mut after) = (1.0, 1.0);
        for (weight, at) in weights.iter_mut().zip(self.at_mm).take(self.count) {
            *weight *= before;
            before *= w - at;
        }
        for (weight, at) in weights[..self.count].iter_mut().zip(&self.at_mm[..self.count]).rev() {
            *weight *= after;
            after *= w - at;
        }
        weights
    }

    /// The growth of the planes' weights at `w`, per mm.
    pub(super) fn slopes(&self, w: f64) -> [f64; MOST] {
        std::array::from_fn(|k| {
            // Product and its derivative over the other planes.
            let (mut product, mut growth) = (self.per[k], 0.0);
            for (_, at) in self.at_mm[..self.count].iter().enumerate().filter(|(j, _)| *j != k) {
                growth = growth * (w - at) + product;
                product *= w - at;
            }
            growth
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_is_followed_with_its_slope() {
        let cubic = |w: f64| 2.0 - w + 0.5 * w * w - 0.25 * w * w * w;
        let slope = |w: f64| -1.0 + w - 0.75 * w * w;
        let planes = [0.0, 1.0, 2.5, 3.0, 5.0];
        for below in 0..4 {
            let b = Bracket::new(&planes, below, MOST);
            assert!(b.first <= below && below + 1 < b.first + b.count);
            for w in [planes[below], 0.3 * planes[below] + 0.7 * planes[below + 1]] {
                let sum = |of: [f64; MOST]| -> f64 {
                    (0..b.count).map(|k| of[k] * cubic(planes[b.first + k])).sum()
                };
                assert!((sum(b.weights(w)) - cubic(w)).abs() < 1e-12);
                assert!((sum(b.slopes(w)) - slope(w)).abs() < 1e-12);
            }
        }
    }
}
