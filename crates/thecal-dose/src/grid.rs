//! A dose that is known at the centres of a grid.

use crate::cell_bounds::CellBounds;
use thecal_geom::{Point3, Vector3};

/// Directions may differ from a right angle, and their lengths from one, by this much: what ten
/// significant digits in a file leave.
const DIRECTION_TOLERANCE: f64 = 1e-4;

/// Why values make no dose grid.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DoseGridError {
    /// An axis has fewer than two samples, so that nothing can be interpolated along it.
    #[error("the dose has {found} sample(s) along {axis}; at least two are needed")]
    TooFew {
        /// `columns`, `rows` or `planes`.
        axis: &'static str,
        /// Samples along it.
        found: usize,
    },
    /// The number of values is not the product of the sizes.
    #[error("the dose has {found} values where its sizes ask for {expected}")]
    WrongCount {
        /// Values given.
        found: usize,
        /// Columns times rows times planes.
        expected: usize,
    },
    /// Directions that are not of length one and at right angles.
    #[error("the directions of the dose grid are not unit vectors at right angles to each other")]
    Directions,
    /// A spacing or plane position that is not finite, or that does not ascend.
    #[error("the {axis} of the dose grid do not ascend by finite steps")]
    Positions {
        /// `columns`, `rows` or `planes`.
        axis: &'static str,
    },
    /// A value that is not finite.
    #[error("value {index} of the dose is not a finite number")]
    NotFinite {
        /// Index of the value, columns first, then rows, then planes.
        index: usize,
    },
}

/// A dose that is sampled at the centres of a grid and interpolated trilinearly between them.
///
/// # Frame
/// `origin_mm` is the centre of the first voxel in patient coordinates (LPS, mm). Columns ascend along
/// `directions[0]`, rows along `directions[1]`, planes along `directions[2]`. Planes have positions of
/// their own and may be unevenly spaced.
///
/// # Domain
/// The dose is known between the outermost voxel centres only. Beyond them it is not invented: the
/// answer is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct DoseGrid {
    origin_mm: Point3,
    directions: [Vector3; 3],
    spacing_mm: [f64; 2],
    planes_mm: Vec<f64>,
    size: [usize; 3],
    values_gy: Vec<f32>,
    bounds: CellBounds,
}

/// The cell that a point lies in: its lowest corner, and how far along it lies, 0 to 1 on each axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    pub(crate) corner: [usize; 3],
    pub(crate) along: [f64; 3],
}

impl DoseGrid {
    /// Makes a dose grid.
    ///
    /// `planes_mm` are the positions of the planes along `directions[2]` from the origin, strictly
    /// ascending. `columns_rows` are the numbers of columns and rows. `values_gy` holds columns
    /// first, then rows, then planes.
    ///
    /// # Errors
    /// An axis has fewer than two samples, sizes and values do not agree, the directions are not unit
    /// vectors at right angles, positions do not ascend, or a value is not finite.
    pub fn new(
        origin_mm: Point3,
        directions: [Vector3; 3],
        spacing_mm: [f64; 2],
        planes_mm: Vec<f64>,
        columns_rows: [usize; 2],
        values_gy: Vec<f32>,
    ) -> Result<Self, DoseGridError> {
        let size = [columns_rows[0], columns_rows[1], planes_mm.len()];
        for (axis, found) in ["columns", "rows", "planes"].into_iter().zip(size) {
            if found < 2 {
                return Err(DoseGridError::TooFew { axis, found });
            }
        }
        let expected = size.iter().try_fold(1_usize, |n, s| n.checked_mul(*s));
        let expected = expected.unwrap_or(usize::MAX);
        if values_gy.len() != expected {
            return Err(DoseGridError::WrongCount { found: values_gy.len(), expected });
        }
        check_directions(origin_mm, &directions)?;
        for (axis, step_mm) in ["columns", "rows"].into_iter().zip(spacing_mm) {
            if !(step_mm.is_finite() && step_mm > 0.0) {
                return Err(DoseGridError::Positions { axis });
            }
        }
        let finite = planes_mm.iter().all(|p| p.is_finite());
        if !finite || planes_mm.windows(2).any(|w| w[1] <= w[0]) {
            return Err(DoseGridError::Positions { axis: "planes" });
        }
        if let Some(index) = values_gy.iter().position(|v| !v.is_finite()) {
            return Err(DoseGridError::NotFinite { index });
        }
        let bounds = CellBounds::default();
        Ok(Self { origin_mm, directions, spacing_mm, planes_mm, size, values_gy, bounds })
    }

    /// The same dose elsewhere, moved by `by_mm` along the patient's axes.
    #[must_use]
    pub fn shifted(&self, by_mm: Vector3) -> Self {
        Self { origin_mm: self.origin_mm + by_mm, ..self.clone() }
    }

    /// Columns, rows and planes.
    #[must_use]
    pub fn size(&self) -> [usize; 3] {
        self.size
    }

    /// Distance between columns and between rows, and the largest distance between planes, mm.
    #[must_use]
    pub fn spacing_mm(&self) -> [f64; 3] {
        let plane_mm = self.planes_mm.windows(2).map(|w| w[1] - w[0]).fold(0.0, f64::max);
        [self.spacing_mm[0], self.spacing_mm[1], plane_mm]
    }

    /// The largest sampled value, Gy. The interpolated dose is nowhere above it.
    #[must_use]
    pub fn max_gy(&self) -> f64 {
        f64::from(self.values_gy.iter().copied().fold(f32::NEG_INFINITY, f32::max))
    }

    /// Dose at a point, Gy; `None` beyond the outermost voxel centres.
    #[must_use]
    pub fn dose_gy(&self, p: Point3) -> Option<f64> {
        self.cell(p).map(|cell| self.in_cell_gy(&cell))
    }

    /// Centre of the first voxel, mm.
    #[must_use]
    pub fn origin_mm(&self) -> Point3 {
        self.origin_mm
    }

    /// Unit vectors along columns, rows and planes.
    #[must_use]
    pub fn directions(&self) -> [Vector3; 3] {
        self.directions
    }

    /// Positions of the planes along their direction from the origin, mm.
    #[must_use]
    pub fn planes_mm(&self) -> &[f64] {
        &self.planes_mm
    }

    /// A sample by its column, row and plane, Gy; none beyond the grid.
    #[must_use]
    pub fn sample_gy(&self, node: [usize; 3]) -> Option<f64> {
        (0..3).all(|a| node[a] < self.size[a]).then(|| self.value_gy(node))
    }

    /// A sample, Gy.
    pub(crate) fn value_gy(&self, node: [usize; 3]) -> f64 {
        f64::from(self.values_gy[self.index(node)])
    }

    /// The way from a sample to the next along an axis, mm.
    pub(crate) fn step_mm(&self, axis: usize, from: usize) -> f64 {
        match self.spacing_mm.get(axis) {
            Some(step_mm) => *step_mm,
            None => self.planes_mm[from + 1] - self.planes_mm[from],
        }
    }

    /// The distance of samples along a direction of length one, mm.
    pub(crate) fn step_along_mm(&self, along: Vector3) -> f64 {
        let steps = self.spacing_mm();
        (0..3).map(|k| (along.dot(&self.directions[k]) * steps[k]).powi(2)).sum::<f64>().sqrt()
    }

    /// Where a point lies along the grid's axes, mm from the first sample.
    fn along_mm(&self, p: Point3) -> [f64; 3] {
        let from = p - self.origin_mm;
        self.directions.map(|d| from.dot(&d))
    }

    /// From the first to the last sample along the axes, mm.
    fn domain_mm(&self) -> [[f64; 2]; 3] {
        let far = |axis: usize| (self.size[axis] - 1) as f64 * self.spacing_mm[axis];
        let planes = &self.planes_mm;
        [[0.0, far(0)], [0.0, far(1)], [planes[0], planes[planes.len() - 1]]]
    }

    /// The part of a segment on which the dose is known, from 0 at `from` to 1 at `to`.
    pub(crate) fn known_part(&self, from: Point3, to: Point3) -> Option<[f64; 2]> {
        let (a, b) = (self.along_mm(from), self.along_mm(to));
        let (mut start, mut end) = (0.0_f64, 1.0_f64);
        for (axis, [lo, hi]) in self.domain_mm().into_iter().enumerate() {
            let way = b[axis] - a[axis];
            if way.abs() < 1e-12 {
                if a[axis] < lo || a[axis] > hi {
                    return None;
                }
                continue;
            }
            let (x, y) = ((lo - a[axis]) / way, (hi - a[axis]) / way);
            (start, end) = (start.max(x.min(y)), end.min(x.max(y)));
        }
        (start < end).then_some([start, end])
    }

    /// The samples on the six faces of the grid.
    pub(crate) fn face_points(&self) -> Vec<Point3> {
        let [columns, rows, planes] = self.size;
        let mut out = Vec::new();
        for k in 0..planes {
            for j in 0..rows {
                let whole = [0, planes - 1].contains(&k) || [0, rows - 1].contains(&j);
                let step = if whole { 1 } else { columns - 1 };
                out.extend((0..columns).step_by(step).map(|i| self.node_mm([i, j, k])));
            }
        }
        out
    }

    fn node_mm(&self, [i, j, k]: [usize; 3]) -> Point3 {
        let [along_i, along_j, normal] = self.directions;
        let [step_i, step_j] = self.spacing_mm;
        self.origin_mm
            + along_i * (step_i * i as f64)
            + along_j * (step_j * j as f64)
            + normal * self.planes_mm[k]
    }

    /// The first and the last cell along each axis that a box in patient space can meet.
    pub(crate) fn cells_in(&self, lo: Point3, hi: Point3) -> Option<[[usize; 3]; 2]> {
        let (mut least, mut most) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for corner in 0..8 {
            let pick = |a: usize| if corner >> a & 1 == 0 { lo[a] } else { hi[a] };
            let at = self.along_mm(Point3::new(pick(0), pick(1), pick(2)));
            for a in 0..3 {
                (least[a], most[a]) = (least[a].min(at[a]), most[a].max(at[a]));
            }
        }
        let (mut first, mut last) = ([0; 3], [0; 3]);
        for (axis, [lo, hi]) in self.domain_mm().into_iter().enumerate() {
            if !(least[axis] <= hi && most[axis] >= lo) {
                return None;
            }
            let cell = |mm: f64| match self.spacing_mm.get(axis) {
                Some(step_mm) => (mm / step_mm).floor().max(0.0) as usize,
                None => self.planes_mm.partition_point(|w| *w <= mm).saturating_sub(1),
            };
            first[axis] = cell(least[axis]).min(self.size[axis] - 2);
            last[axis] = cell(most[axis]).min(self.size[axis] - 2);
        }
        Some([first, last])
    }

    /// The least and the largest of the samples from one to another, both included, Gy.
    pub(crate) fn range_gy(&self, first: [usize; 3], last: [usize; 3]) -> [f64; 2] {
        let (mut least, mut most) = (f32::INFINITY, f32::NEG_INFINITY);
        for k in first[2]..=last[2] {
            for j in first[1]..=last[1] {
                let row = self.index([first[0], j, k])..=self.index([last[0], j, k]);
                for value in &self.values_gy[row] {
                    (least, most) = (least.min(*value), most.max(*value));
                }
            }
        }
        [f64::from(least), f64::from(most)]
    }

    /// The dose in a cell, Gy.
    pub(crate) fn in_cell_gy(&self, cell: &Cell) -> f64 {
        let [i, j, k] = cell.corner;
        let [u, v, w] = cell.along;
        let (row, plane) = (self.size[0], self.size[0] * self.size[1]);
        let first = (k * self.size[1] + j) * row + i;
        let along = |at: usize| {
            let (a, b) = (f64::from(self.values_gy[at]), f64::from(self.values_gy[at + 1]));
            a + (b - a) * u
        };
        let across = |at: usize| {
            let (a, b) = (along(at), along(at + row));
            a + (b - a) * v
        };
        let (a, b) = (across(first), across(first + plane));
        a + (b - a) * w
    }

    /// The cell that holds a point.
    pub(crate) fn cell(&self, p: Point3) -> Option<Cell> {
        let from = p - self.origin_mm;
        let mut cell = Cell { corner: [0; 3], along: [0.0; 3] };
        for axis in 0..2 {
            let at = from.dot(&self.directions[axis]) / self.spacing_mm[axis];
            let last = self.size[axis] - 1;
            if !(at >= 0.0 && at <= last as f64) {
                return None;
            }
            let low = (at.floor() as usize).min(last - 1);
            (cell.corner[axis], cell.along[axis]) = (low, at - low as f64);
        }
        let w_mm = from.dot(&self.directions[2]);
        let planes = &self.planes_mm;
        if !(w_mm >= planes[0] && w_mm <= planes[planes.len() - 1]) {
            return None;
        }
        let low = (planes.partition_point(|plane| *plane <= w_mm) - 1).min(planes.len() - 2);
        cell.corner[2] = low;
        cell.along[2] = (w_mm - planes[low]) / (planes[low + 1] - planes[low]);
        Some(cell)
    }

    /// What [`Self::interpolation_bound_gy`] says of a cell, from then on at hand.
    pub(crate) fn bound_of_cell_gy(&self, corner: [usize; 3]) -> f64 {
        let make = || self.cell_interpolation_bound_gy(corner);
        self.bounds.get_gy(self.index(corner), self.values_gy.len(), make)
    }

    fn index(&self, [i, j, k]: [usize; 3]) -> usize {
        (k * self.size[1] + j) * self.size[0] + i
    }
}

fn check_directions(origin_mm: Point3, directions: &[Vector3; 3]) -> Result<(), DoseGridError> {
    let right = |a: usize, b: usize| directions[a].dot(&directions[b]).abs() < DIRECTION_TOLERANCE;
    let unit = directions.iter().all(|d| (d.norm() - 1.0).abs() < DIRECTION_TOLERANCE);
    let origin = origin_mm.iter().all(|c| c.is_finite());
    if origin && unit && right(0, 1) && right(0, 2) && right(1, 2) {
        return Ok(());
    }
    Err(DoseGridError::Directions)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A multilinear dose on uneven planes, turned 30 degrees about z.
    fn multilinear(p: [f64; 3]) -> f64 {
        3.0 + 0.5 * p[0] - 0.25 * p[1] + 2.0 * p[2] + 0.125 * p[0] * p[1] - 0.0625 * p[0] * p[2]
    }

    fn oblique() -> DoseGrid {
        let (sin, cos) = 30_f64.to_radians().sin_cos();
        let directions = [Vector3::new(cos, sin, 0.0), Vector3::new(-sin, cos, 0.0), Vector3::z()];
        let planes_mm = vec![0.0, 3.3, 6.7, 10.0];
        let mut values_gy = Vec::new();
        for w in &planes_mm {
            for j in 0..4 {
                for i in 0..5 {
                    let at = [2.0 * f64::from(i), 3.0 * f64::from(j), *w];
                    values_gy.push(multilinear(at) as f32);
                }
            }
        }
        let origin_mm = Point3::new(10.0, -20.0, 30.0);
        DoseGrid::new(origin_mm, directions, [2.0, 3.0], planes_mm, [5, 4], values_gy)
            .expect("a grid")
    }

    fn at(grid: &DoseGrid, [u, v, w]: [f64; 3]) -> Point3 {
        let d = &grid.directions;
        grid.origin_mm + d[0] * u + d[1] * v + d[2] * w
    }

    #[test]
    fn a_multilinear_dose_is_met_exactly_on_uneven_oblique_planes() {
        let grid = oblique();
        for p in [[1.0, 1.0, 1.0], [7.9, 8.9, 9.9], [3.3, 4.4, 5.5], [0.001, 0.001, 3.31]] {
            let found = grid.dose_gy(at(&grid, p)).expect("inside");
            assert!((found - multilinear(p)).abs() < 1e-5, "{p:?}: {found}");
        }
    }

    #[test]
    fn nothing_is_known_beyond_the_outermost_centres() {
        let grid = oblique();
        for p in [[-0.01, 1.0, 1.0], [8.01, 1.0, 1.0], [1.0, 9.01, 1.0], [1.0, 1.0, 10.01]] {
            assert_eq!(grid.dose_gy(at(&grid, p)), None, "{p:?}");
        }
        assert_eq!(grid.dose_gy(Point3::new(f64::NAN, 0.0, 0.0)), None);
    }

    #[test]
    fn what_makes_no_grid_is_refused() {
        let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
        let make = |axes, spacing, planes: Vec<f64>, values: Vec<f32>| {
            DoseGrid::new(Point3::origin(), axes, spacing, planes, [2, 2], values)
        };
        assert!(make(axes, [1.0, 1.0], vec![0.0, 1.0], vec![0.0; 8]).is_ok());
        let single = make(axes, [1.0, 1.0], vec![0.0], vec![0.0; 4]);
        assert_eq!(single, Err(DoseGridError::TooFew { axis: "planes", found: 1 }));
        let count = make(axes, [1.0, 1.0], vec![0.0, 1.0], vec![0.0; 7]);
        assert_eq!(count, Err(DoseGridError::WrongCount { found: 7, expected: 8 }));
        let twice = make(axes, [1.0, 1.0], vec![1.0, 1.0], vec![0.0; 8]);
        assert_eq!(twice, Err(DoseGridError::Positions { axis: "planes" }));
        let flat = make(axes, [1.0, 0.0], vec![0.0, 1.0], vec![0.0; 8]);
        assert_eq!(flat, Err(DoseGridError::Positions { axis: "rows" }));
        let skew = [Vector3::x(), Vector3::x(), Vector3::z()];
        let skew = make(skew, [1.0, 1.0], vec![0.0, 1.0], vec![0.0; 8]);
        assert_eq!(skew, Err(DoseGridError::Directions));
        let mut values = vec![0.0; 8];
        values[5] = f32::NAN;
        let nan = make(axes, [1.0, 1.0], vec![0.0, 1.0], values);
        assert_eq!(nan, Err(DoseGridError::NotFinite { index: 5 }));
    }
}
