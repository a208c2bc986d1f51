//! Columns through a cell: along each, level and dose are known as lines or parabolas.

use super::field::Corners;

/// A column through a cell along one of its axes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Where it crosses the cell, 0 to 1 along the next axis and the one after.
    pub(super) across: [f64; 2],
    /// Its part of the cell.
    pub(super) weight: f64,
}

/// Gauss points on 0 to 1 with their weights: two and three.
const GAUSS_2: [(f64, f64); 2] = [(0.211_324_865_405_187_1, 0.5), (0.788_675_134_594_812_9, 0.5)];
const GAUSS_3: [(f64, f64); 3] = [
    (0.112_701_665_379_258_3, 5.0 / 18.0),
    (0.5, 8.0 / 18.0),
    (0.887_298_334_620_741_7, 5.0 / 18.0),
];

/// Four columns: exact for what changes as a cubic from one to the next.
pub(super) fn few() -> impl Iterator<Item = Column> {
    GAUSS_2.into_iter().flat_map(|(a, u)| {
        GAUSS_2.into_iter().map(move |(b, v)| Column { across: [a, b], weight: u * v })
    })
}

/// Nine columns.
pub(super) fn many() -> impl Iterator<Item = Column> {
    GAUSS_3.into_iter().flat_map(|(a, u)| {
        GAUSS_3.into_iter().map(move |(b, v)| Column { across: [a, b], weight: u * v })
    })
}

impl Column {
    /// What stands at the two ends of a column along `axis`, from the corners of its cell.
    pub(super) fn ends(&self, corners: &Corners, axis: usize) -> [f64; 2] {
        let (a, b) = (1 << ((axis + 1) % 3), 1 << ((axis + 2) % 3));
        let [s, t] = self.across;
        [0, 1 << axis].map(|c| {
            let low = corners[c] + (corners[c + a] - corners[c]) * s;
            let high = corners[c + b] + (corners[c + a + b] - corners[c + b]) * s;
            low + (high - low) * t
        })
    }

    /// How much less a level is on the column than in a line between the cell's corners, from its
    /// second differences.
    pub(super) fn sag(&self, bends: &[f64; 3], axis: usize) -> f64 {
        let of = |t: f64, bend: f64| 0.5 * t * (1.0 - t) * bend;
        of(self.across[0], bends[(axis + 1) % 3]) + of(self.across[1], bends[(axis + 2) % 3])
    }

    /// A place along the column, in cells.
    pub(super) fn place(&self, axis: usize, along: f64) -> [f64; 3] {
        let mut at = [0.0; 3];
        at[axis] = along;
        at[(axis + 1) % 3] = self.across[0];
        at[(axis + 2) % 3] = self.across[1];
        at
    }
}

/// The pieces of 0 to 1, at most two, on which a parabola with these values at both ends and this second
/// difference is negative.
pub(super) fn below_zero([start, end]: [f64; 2], bend: f64) -> ([[f64; 2]; 2], usize) {
    const NONE: [f64; 2] = [0.0, 0.0];
    /// Less bend than this is none, mm.
    const STRAIGHT: f64 = 1e-9;
    let whole = ([[0.0, 1.0], NONE], 1);
    let (curve, slope) = (0.5 * bend, end - start - 0.5 * bend);
    if curve.abs() < STRAIGHT {
        return match (start < 0.0, end < 0.0) {
            (true, true) => whole,
            (false, false) => ([NONE, NONE], 0),
            (true, false) => ([[0.0, start / (start - end)], NONE], 1),
            (false, true) => ([[start / (start - end), 1.0], NONE], 1),
        };
    }
    let under = slope * slope - 4.0 * curve * start;
    if under <= 0.0 {
        return if curve < 0.0 { whole } else { ([NONE, NONE], 0) };
    }
    // The root that keeps its digits, and the other from their product.
    let q = -0.5 * (slope + slope.signum() * under.sqrt());
    let (x, y) = (q / curve, if q == 0.0 { 0.0 } else { start / q });
    let (first, second) = (x.min(y).clamp(0.0, 1.0), x.max(y).clamp(0.0, 1.0));
    if curve > 0.0 {
        return ([[first, second], NONE], usize::from(first < second));
    }
    match (first > 0.0, second < 1.0) {
        (true, true) => ([[0.0, first], [second, 1.0]], 2),
        (true, false) => ([[0.0, first], NONE], 1),
        (false, true) => ([[second, 1.0], NONE], 1),
        (false, false) => ([NONE, NONE], 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_of_a_parabola_are_those_of_a_fine_walk() {
        let mut n = 0_u32;
        let mut next = || {
            n += 1;
            2.0 * (f64::from(n) * 0.618_033_988).fract() - 1.0
        };
        for _ in 0..500 {
            let (ends, bend) = ([next(), next()], 8.0 * next());
            let at = |s: f64| ends[0] + (ends[1] - ends[0]) * s - 0.5 * bend * s * (1.0 - s);
            let (pieces, count) = below_zero(ends, bend);
            let found: f64 = pieces[..count].iter().map(|[a, b]| b - a).sum();
            let walk = (0..4000).filter(|i| at((f64::from(*i) + 0.5) / 4000.0) < 0.0).count();
            assert!((found - walk as f64 / 4000.0).abs() < 6e-4, "{ends:?} {bend}");
        }
    }

    #[test]
    fn columns_share_a_cell_and_meet_a_line_exactly() {
        let corners: Corners = std::array::from_fn(|c| {
            let bit = |k: usize| (c >> k & 1) as f64;
            1.0 + 2.0 * bit(0) - 3.0 * bit(1) + 0.5 * bit(2)
        });
        for columns in [few().collect::<Vec<_>>(), many().collect()] {
            for axis in 0..3 {
                let mean = |c: &Column| c.weight * c.ends(&corners, axis).iter().sum::<f64>() / 2.0;
                assert!((columns.iter().map(mean).sum::<f64>() - 0.75).abs() < 1e-12);
                let way = |c: &Column| c.ends(&corners, axis)[1] - c.ends(&corners, axis)[0];
                let wanted = [2.0, -3.0, 0.5][axis];
                assert!(columns.iter().all(|c| (way(c) - wanted).abs() < 1e-12));
            }
        }
    }
}
