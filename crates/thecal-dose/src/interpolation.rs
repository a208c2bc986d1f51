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
        self.cell(p).map(|cell| self.bound_of_cell_gy(cell.corner))
    }

    /// The sum of the bounds along the three axes.
    pub(crate) fn cell_interpolation_bound_gy(&self, corner: [usize; 3]) -> f64 {
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
        let mut bound = [0.0];
        Line::default().bounds(self, axis, start, &mut bound);
        bound[0]
    }
}

/// Room for what is worked out along a line of samples.
#[derive(Debug, Default)]
struct Line {
    values: Vec<f64>,
    steps: Vec<f64>,
    second: Vec<f64>,
    end: Vec<f64>,
}

impl Line {
    /// The bounds of linear interpolation along the edges that follow one another from a sample on.
    fn bounds(&mut self, grid: &DoseGrid, axis: usize, start: [usize; 3], bounds: &mut [f64]) {
        let (samples, edges) = (grid.size()[axis], bounds.len());
        if samples < 3 {
            let mut next = start;
            next[axis] += 1;
            bounds.fill((grid.value_gy(next) - grid.value_gy(start)).abs());
            return;
        }
        // The samples whose second differences count: those of the edges' ends and of their neighbours.
        let first = start[axis].saturating_sub(3);
        let last = (start[axis] + edges + 3).min(samples - 1);
        self.read(grid, axis, start, [first, last]);
        self.differ([first, last], samples);
        let offset = start[axis] - first;
        for (n, bound) in bounds.iter_mut().enumerate() {
            let i = offset + n;
            // An edge that is narrow for the grid bends most between its samples: the neighbours see it.
            let beside = &self.second[i.saturating_sub(1)..(i + 3).min(self.second.len())];
            let beside = beside.iter().fold(0.0_f64, |most, second| most.max(second.abs()));
            let most = self.end[i].max(self.end[i + 1]).max(beside);
            *bound = most * self.steps[i].powi(2) / 8.0;
        }
    }

    fn read(
        &mut self,
        grid: &DoseGrid,
        axis: usize,
        mut at: [usize; 3],
        [first, last]: [usize; 2],
    ) {
        self.values.clear();
        self.steps.clear();
        for i in first..=last {
            at[axis] = i;
            self.values.push(grid.value_gy(at));
            if i < last {
                self.steps.push(grid.step_mm(axis, i));
            }
        }
    }

    /// The second divided differences, and what they say at each sample of what lies between it and the
    /// next. Those of the outermost samples that were read are only right where the grid ends there.
    fn differ(&mut self, [first, last]: [usize; 2], samples: usize) {
        let n = self.values.len();
        let (values, steps) = (&self.values, &self.steps);
        self.second.clear();
        self.second.resize(n, 0.0);
        for j in 1..n - 1 {
            let (below, above) = (steps[j - 1], steps[j]);
            let slopes = (values[j + 1] - values[j]) / above - (values[j] - values[j - 1]) / below;
            self.second[j] = 2.0 * slopes / (below + above);
        }
        let known = |j: usize| j > 0 && j < n - 1;
        let second = &self.second;
        // At the faces of the grid, those of the next samples carried on in a line.
        let carried = |edge: usize, next: usize| {
            let (edge, next) = (second[edge], known(next).then(|| second[next]));
            next.map_or(edge, |next| 2.0 * edge - next).abs()
        };
        self.end.clear();
        self.end.extend((0..n).map(|j| match j {
            0 if first == 0 => carried(1, 2),
            _ if j == n - 1 && last == samples - 1 => carried(n - 2, n - 3),
            0 => 0.0,
            _ if j == n - 1 => 0.0,
            _ => {
                let bend = match (known(j - 1), known(j + 1)) {
                    (true, true) => second[j - 1] - 2.0 * second[j] + second[j + 1],
                    // The change to the only neighbour, twice: it counts with a third.
                    (true, false) => 2.0 * (second[j] - second[j - 1]),
                    (false, true) => 2.0 * (second[j] - second[j + 1]),
                    (false, false) => 0.0,
                };
                second[j].abs() + bend.abs() / 6.0
            }
        }));
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
        let mut bounds = vec![0.0_f32; size.iter().product::<usize>()];
        for axis in 0..3 {
            Self::add_axis(grid, axis, first, size, &mut bounds);
        }
        let most_gy = f64::from(bounds.iter().copied().fold(0.0, f32::max));
        let samples_gy = grid.range_gy(first, last.map(|i| i + 1));
        Some(Self { first, size, bound_gy: bounds, most_gy, samples_gy })
    }

    /// Adds the largest bound of the four edges of each cell along an axis.
    fn add_axis(
        grid: &DoseGrid,
        axis: usize,
        first: [usize; 3],
        size: [usize; 3],
        bounds: &mut [f32],
    ) {
        let (a, b) = ((axis + 1) % 3, (axis + 2) % 3);
        let edges = size[axis];
        let strides = [1, size[0], size[0] * size[1]];
        let mut line = Line::default();
        let mut new = vec![0.0; edges];
        // The edges over two neighbouring lines along the second axis: those of a row of cells' sides.
        let mut sides = |along_b: usize| -> Vec<f32> {
            let mut rows = vec![0.0_f32; (size[a] + 1) * edges];
            for along_a in 0..=size[a] {
                let mut start = first;
                start[a] += along_a;
                start[b] += along_b;
                line.bounds(grid, axis, start, &mut new);
                let row = &mut rows[along_a * edges..(along_a + 1) * edges];
                row.iter_mut().zip(&new).for_each(|(row, new)| *row = *new as f32);
            }
            (0..size[a] * edges).map(|n| rows[n].max(rows[n + edges])).collect()
        };
        let mut below = sides(0);
        for along_b in 0..size[b] {
            let above = sides(along_b + 1);
            for along_a in 0..size[a] {
                let row = along_a * edges;
                let start = along_a * strides[a] + along_b * strides[b];
                for n in 0..edges {
                    let most = below[row + n].max(above[row + n]);
                    bounds[start + n * strides[axis]] += most;
                }
            }
            below = above;
        }
    }

    /// The bound of a cell, Gy.
    pub(crate) fn of(&self, grid: &DoseGrid, cell: &Cell) -> f64 {
        let mut at = [0; 3];
        for (k, at) in at.iter_mut().enumerate() {
            match cell.corner[k].checked_sub(self.first[k]) {
                Some(i) if i < self.size[k] => *at = i,
                _ => return grid.bound_of_cell_gy(cell.corner),
            }
        }
        f64::from(self.bound_gy[(at[2] * self.size[1] + at[1]) * self.size[0] + at[0]])
    }
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
