//! How far a dose that is interpolated between samples can lie off the true one.

use crate::grid::{Cell, DoseGrid};
use thecal_geom::Point3;

impl DoseGrid {
    /// How far the interpolated dose can lie off the true one at a point, Gy; `None` beyond the
    /// outermost voxel centres.
    ///
    /// # Error
    /// Between samples `h` apart a line errs by at most `h² max|D''| / 8`, and trilinear interpolation
    /// by at most the sum of that over the three axes: it is linear along one axis after the other, and
    /// each keeps the error of those before at most as large. `D''` is the second divided
    /// difference of the samples, which on evenly spaced ones makes `|D(i-1) - 2 D(i) + D(i+1)| / 8`. The
    /// largest one at either end of the cell's edges, or at their neighbours, counts. A second difference is a mean of `D''` over
    /// two cells: its own second difference over 12 brings it to the fourth order, and twice that
    /// is added for what is beyond; at the last samples a third of what it changes by. Cells
    /// at the faces of the grid go by what the next ones tell, carried on in a line.
    ///
    /// It holds for a dose that the grid resolves. What is narrower than two voxels may be missed by
    /// every sample.
    ///
    /// # Source
    /// de Boor, A Practical Guide to Splines, 1978, chapter III, equation 5, of one dimension.
    #[must_use]
    pub fn interpolation_bound_gy(&self, p: Point3) -> Option<f64> {
        self.cell(p).map(|cell| self.bound_of_cell(cell.corner))
    }

    fn bound_of_cell(&self, corner: [usize; 3]) -> f64 {
        (0..3).map(|axis| self.bound_along(axis, corner)).sum()
    }

    /// The largest bound of the four edges of a cell along an axis.
    fn bound_along(&self, axis: usize, corner: [usize; 3]) -> f64 {
        let (a, b) = ((axis + 1) % 3, (axis + 2) % 3);
        let mut most = 0.0_f64;
        for (up_a, up_b) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let mut start = corner;
            start[a] += up_a;
            start[b] += up_b;
            most = most.max(self.bound_of_edge(axis, start));
        }
        most
    }

    /// The bound of linear interpolation along the edge that goes up from a sample.
    fn bound_of_edge(&self, axis: usize, start: [usize; 3]) -> f64 {
        let (i, samples) = (start[axis], self.size()[axis]);
        let at = |j: usize| {
            let mut node = start;
            node[axis] = j;
            self.value_gy(node)
        };
        if samples < 3 {
            return (at(1) - at(0)).abs();
        }
        let step = |j: usize| self.step_mm(axis, j);
        let second = |j: usize| {
            let (below, above) = (step(j - 1), step(j));
            let slopes = (at(j + 1) - at(j)) / above - (at(j) - at(j - 1)) / below;
            2.0 * slopes / (below + above)
        };
        // Those of the edge's two ends and of their neighbours, as far as the grid goes.
        let (first, last) = (i.saturating_sub(1).max(1), (i + 2).min(samples - 2));
        let mut known = [0.0; 4];
        let count = last + 1 - first;
        for (k, value) in known.iter_mut().take(count).enumerate() {
            *value = second(first + k);
        }
        let known = &known[..count];
        let carried = |edge: f64, next: Option<&f64>| next.map_or(edge, |n| 2.0 * edge - n);
        let of_end = |j: usize| {
            if j == 0 {
                return carried(known[0], known.get(1)).abs();
            }
            if j == samples - 1 {
                return carried(known[count - 1], count.checked_sub(2).map(|k| &known[k])).abs();
            }
            let k = j - first;
            let bend = match (k.checked_sub(1), known.get(k + 1)) {
                (Some(before), Some(after)) => known[before] - 2.0 * known[k] + after,
                // The change to the only neighbour, twice: it counts with a third.
                (Some(only), None) => 2.0 * (known[k] - known[only]),
                (None, Some(only)) => 2.0 * (known[k] - only),
                (None, None) => 0.0,
            };
            known[k].abs() + bend.abs() / 6.0
        };
        // An edge that is narrow for the grid bends most between its samples: the neighbours see it.
        let beside = known.iter().fold(0.0_f64, |most, second| most.max(second.abs()));
        of_end(i).max(of_end(i + 1)).max(beside) * step(i).powi(2) / 8.0
    }
}

/// The bounds of the cells in a box of a grid.
#[derive(Debug, Clone)]
pub(crate) struct BoundTable {
    first: [usize; 3],
    size: [usize; 3],
    bound_gy: Vec<f32>,
    /// The largest of them, Gy.
    pub(crate) most_gy: f64,
    /// The least and the largest sample at their corners, Gy.
    pub(crate) samples_gy: [f64; 2],
}

impl BoundTable {
    /// Of the cells that a box in patient space meets; `None` where it meets none.
    pub(crate) fn new(grid: &DoseGrid, lo: Point3, hi: Point3) -> Option<Self> {
        let [first, last] = grid.cells_in(lo, hi)?;
        let size: [usize; 3] = std::array::from_fn(|k| last[k] + 1 - first[k]);
        let mut bounds = vec![0.0_f64; size.iter().product::<usize>()];
        let mut edges = Vec::new();
        for axis in 0..3 {
            // Every edge once, then the cells that share it.
            let (a, b) = ((axis + 1) % 3, (axis + 2) % 3);
            let mut shape = size;
            (shape[a], shape[b]) = (size[a] + 1, size[b] + 1);
            edges.clear();
            for n in 0..shape.iter().product::<usize>() {
                let at = place(n, shape);
                let start = std::array::from_fn(|k| first[k] + at[k]);
                edges.push(grid.bound_of_edge(axis, start));
            }
            let number = |at: [usize; 3]| (at[2] * shape[1] + at[1]) * shape[0] + at[0];
            for (n, bound) in bounds.iter_mut().enumerate() {
                let at = place(n, size);
                let mut most = 0.0_f64;
                for (up_a, up_b) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let mut edge = at;
                    edge[a] += up_a;
                    edge[b] += up_b;
                    most = most.max(edges[number(edge)]);
                }
                *bound += most;
            }
        }
        let most_gy = bounds.iter().copied().fold(0.0, f64::max);
        let bound_gy = bounds.into_iter().map(|b| b as f32).collect();
        let samples_gy = grid.range_gy(first, last.map(|i| i + 1));
        Some(Self { first, size, bound_gy, most_gy, samples_gy })
    }

    /// The bound of a cell, Gy.
    pub(crate) fn of(&self, grid: &DoseGrid, cell: &Cell) -> f64 {
        let mut at = [0; 3];
        for (k, at) in at.iter_mut().enumerate() {
            match cell.corner[k].checked_sub(self.first[k]) {
                Some(i) if i < self.size[k] => *at = i,
                _ => return grid.bound_of_cell(cell.corner),
            }
        }
        f64::from(self.bound_gy[(at[2] * self.size[1] + at[1]) * self.size[0] + at[0]])
    }
}

fn place(n: usize, size: [usize; 3]) -> [usize; 3] {
    [n % size[0], n / size[0] % size[1], n / (size[0] * size[1])]
}

#[cfg(test)]
mod tests {
    use super::*;
    use thecal_geom::Vector3;

    fn grid(planes_mm: Vec<f64>, of: impl Fn([f64; 3]) -> f64) -> DoseGrid {
        let mut values_gy = Vec::new();
        for w in &planes_mm {
            for j in 0..8 {
                for i in 0..9 {
                    values_gy.push(of([2.0 * f64::from(i), 1.5 * f64::from(j), *w]) as f32);
                }
            }
        }
        let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
        DoseGrid::new(Point3::origin(), axes, [2.0, 1.5], planes_mm, [9, 8], values_gy)
            .expect("a grid")
    }

    #[test]
    fn a_linear_dose_has_no_bound_and_a_parabola_the_one_of_the_formula() {
        let planes = || vec![0.0, 1.0, 3.0, 4.5, 6.0];
        let p = Point3::new(7.3, 5.1, 2.2);
        let flat = grid(planes(), |[x, y, z]| 3.0 + x - 2.0 * y + 0.5 * z);
        assert!(flat.interpolation_bound_gy(p).expect("inside") < 1e-5);
        // Second derivatives of 0.1, 0.2 and 0.3 Gy/mm2 over 2, 1.5 and 2 mm.
        let bent = grid(planes(), |[x, y, z]| 0.05 * x * x + 0.1 * y * y + 0.15 * z * z);
        let wanted = (0.1 * 4.0 + 0.2 * 2.25 + 0.3 * 4.0) / 8.0;
        let found = bent.interpolation_bound_gy(p).expect("inside");
        assert!((found - wanted).abs() < 1e-4, "{found} {wanted}");
        // In the middle of a cell the parabola errs by just that.
        let middle = Point3::new(7.0, 5.25, 2.0);
        let truth = 0.05 * 49.0 + 0.1 * 5.25 * 5.25 + 0.15 * 4.0;
        let off = bent.dose_gy(middle).expect("inside") - truth;
        assert!((off - wanted).abs() < 1e-4, "{off}");
    }

    #[test]
    fn an_edge_of_erf_like_shape_stays_within_its_bound_everywhere() {
        // A logistic edge as steep as one of 16 % per mm.
        let dose = |[x, _, z]: [f64; 3]| 20.0 / (1.0 + (0.64 * (x + 0.3 * z - 8.3)).exp());
        let grid = grid(vec![0.0, 2.0, 4.0, 6.5, 9.0], dose);
        for n in 0..4000 {
            let t = f64::from(n);
            let at =
                [(t * 0.618).fract() * 16.0, (t * 0.414).fract() * 10.0, (t * 0.732).fract() * 9.0];
            let p = Point3::from(at);
            let found = grid.dose_gy(p).expect("inside");
            let bound = grid.interpolation_bound_gy(p).expect("inside");
            assert!((found - dose(at)).abs() <= bound + 1e-4, "{at:?}: {found} {bound}");
        }
    }

    #[test]
    fn a_table_says_what_each_cell_does() {
        let grid = grid(vec![0.0, 1.0, 3.0, 4.5], |[x, y, z]| (0.3 * x).sin() * y + z * z);
        let (lo, hi) = (Point3::new(3.0, 2.0, 0.5), Point3::new(9.0, 30.0, 4.0));
        let table = BoundTable::new(&grid, lo, hi).expect("cells");
        for p in [[3.1, 2.2, 0.6], [8.9, 10.4, 3.9], [0.1, 0.1, 4.4]] {
            let cell = grid.cell(p.into()).expect("inside");
            let wanted = grid.interpolation_bound_gy(p.into()).expect("inside");
            assert!((table.of(&grid, &cell) - wanted).abs() < 1e-6);
        }
        assert!(
            BoundTable::new(&grid, Point3::new(17.0, 0.0, 0.0), Point3::new(18.0, 1.0, 1.0))
                .is_none()
        );
    }
}
