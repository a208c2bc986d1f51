//! The level of one part of a solid at the nodes of a lattice along its planes.

use nalgebra::Matrix3;
use thecal_geom::{Point3, Vector3};
use thecal_mask::Solid;
use thecal_voxel::{Grid, VoxelError};

/// A lattice over one zone of a part, with the level of the part at its nodes.
pub(super) struct Field {
    pub(super) level: Vec<f32>,
    /// Nodes along each axis.
    pub(super) size: [usize; 3],
    origin: Point3,
    steps: [Vector3; 3],
    pub(super) cell_mm3: f64,
}

/// What stands at the eight corners of a cell: the first axis is the lowest bit.
pub(super) type Corners = [f64; 8];

impl Field {
    /// Over a box of the stack: from `lo` to `hi` within the planes, wider by two steps of `step_mm`, and
    /// exactly from one to the other of `w_mm` along them, in so many layers of cells. Where `held` tells
    /// a layer of nodes, all layers are as that one.
    pub(super) fn new(
        solid: &Solid,
        [lo, hi]: [[f64; 2]; 2],
        w_mm: [f64; 2],
        step_mm: f64,
        (layers, held): (usize, Option<usize>),
    ) -> Result<Self, VoxelError> {
        /// Cells beyond the drawn outlines.
        const BESIDE: f64 = 2.0;
        let frame = solid.frame();
        let cells = [0, 1].map(|k| ((hi[k] - lo[k]) / step_mm).ceil() + 2.0 * BESIDE);
        let rise = (w_mm[1] - w_mm[0]) / layers as f64;
        let size = [cells[0] as usize + 1, cells[1] as usize + 1, layers + 1];
        let middle = [0, 1].map(|k| 0.5 * (lo[k] + hi[k]));
        let start = [0, 1].map(|k| middle[k] - 0.5 * cells[k] * step_mm);
        let origin = frame.patient_from_stack(Point3::new(start[0], start[1], w_mm[0]));
        let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
        let axes = axes.map(|a| frame.patient_from_stack(a.into()).coords);
        let spacing = [step_mm, step_mm, rise];
        let of_one = |k: usize| (origin + axes[2] * (rise * k as f64), [size[0], size[1], 1]);
        let (start, sampled) = held.map_or((origin, size), of_one);
        let grid = Grid::new(start, Matrix3::from_columns(&axes), spacing, sampled)?;
        let level = solid.level_on(&grid)?;
        let level = level.values().repeat(size[2] / sampled[2]);
        let steps = [axes[0] * step_mm, axes[1] * step_mm, axes[2] * rise];
        Ok(Self { level, size, origin, steps, cell_mm3: step_mm * step_mm * rise })
    }

    /// The widths of a cell, mm.
    pub(super) fn cell_mm(&self) -> [f64; 3] {
        self.steps.map(|s| s.norm())
    }

    pub(super) fn index(&self, [i, j, k]: [usize; 3]) -> usize {
        (k * self.size[1] + j) * self.size[0] + i
    }

    /// A place between the nodes, in patient space.
    pub(super) fn point(&self, [i, j, k]: [f64; 3]) -> Point3 {
        self.origin + self.steps[0] * i + self.steps[1] * j + self.steps[2] * k
    }

    pub(super) fn node(&self, at: [usize; 3]) -> Point3 {
        self.point(at.map(|i| i as f64))
    }

    /// The levels at the corners of a cell; deep inside as deep as a cell is wide, many times.
    pub(super) fn corners(&self, cell: [usize; 3]) -> Corners {
        let deep = -4.0 * self.steps[0].norm();
        let first = self.index(cell);
        let (row, layer) = (self.size[0], self.size[0] * self.size[1]);
        std::array::from_fn(|c| {
            let at = first + (c & 1) + (c >> 1 & 1) * row + (c >> 2) * layer;
            let level = f64::from(self.level[at]);
            if level == f64::NEG_INFINITY { deep } else { level.min(-deep) }
        })
    }

    /// The lowest and the highest level at the corners of a cell, as they stand.
    pub(super) fn extent(&self, cell: [usize; 3]) -> [f32; 2] {
        let first = self.index(cell);
        let (row, layer) = (self.size[0], self.size[0] * self.size[1]);
        let (mut lo, mut hi) = (f32::INFINITY, f32::NEG_INFINITY);
        for edge in [first, first + row, first + layer, first + row + layer] {
            for level in &self.level[edge..edge + 2] {
                (lo, hi) = (lo.min(*level), hi.max(*level));
            }
        }
        [lo, hi]
    }

    /// The second differences of the level along the axes, over a cell; 0 where the level does not
    /// bend alike at both of its ends, as at an edge.
    pub(super) fn bends(&self, cell: [usize; 3]) -> [f64; 3] {
        let first = self.index(cell);
        let strides = [1, self.size[0], self.size[0] * self.size[1]];
        std::array::from_fn(|axis| {
            let (a, b) = (strides[(axis + 1) % 3], strides[(axis + 2) % 3]);
            let edges = [first, first + a, first + b, first + a + b];
            let stride = strides[axis];
            // The sum of the four edges' levels at one of their nodes.
            let sum = |node: isize| -> Option<f64> {
                let on = cell[axis] as isize + node;
                if on < 0 || on >= self.size[axis] as isize {
                    return None;
                }
                let of = |e: &usize| {
                    f64::from(self.level[(*e as isize + node * stride as isize) as usize])
                };
                Some(edges.iter().map(of).sum())
            };
            let second = |node: isize| Some(sum(node - 1)? - 2.0 * sum(node)? + sum(node + 1)?);
            let known = |x: &f64| x.is_finite();
            let (low, high) = (second(0).filter(known), second(1).filter(known));
            let (low, high) = match (low, high) {
                (Some(low), Some(high)) => (low, high),
                (Some(one), None) | (None, Some(one)) => (one, one),
                (None, None) => return 0.0,
            };
            if low * high <= 0.0 { 0.0 } else { 0.25 * low.signum() * low.abs().min(high.abs()) }
        })
    }
}

/// The lowest and the highest of eight.
pub(super) fn range(corners: &Corners) -> [f64; 2] {
    corners.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |r, x| [r[0].min(*x), r[1].max(*x)])
}

/// How much eight corners grow along each axis, on average.
pub(super) fn growth(corners: &Corners) -> [f64; 3] {
    std::array::from_fn(|axis| {
        let sign = |c: usize| if c >> axis & 1 == 1 { 0.25 } else { -0.25 };
        corners.iter().enumerate().map(|(c, x)| sign(c) * x).sum()
    })
}

/// The axis along which most changes.
pub(super) fn steepest(growth: &[f64; 3]) -> usize {
    (0..3).max_by(|a, b| growth[*a].abs().total_cmp(&growth[*b].abs())).unwrap_or(0)
}
