//! Regions of a contour plane on the columns of a grid: which are inside, which are near.

use crate::solid::StackFrame;
use thecal_geom::{Point2, Region, Vector3};
use thecal_voxel::Grid;

/// The columns of a grid as seen from the planes of a stack: they pass straight through them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lattice {
    origin: Point2,
    /// In-plane steps along i and j, mm.
    step: [Point2; 2],
    /// Inverse of the steps.
    inverse: [Point2; 2],
    first_w_mm: f64,
    w_step_mm: f64,
}

impl Lattice {
    /// None unless the grid's i and j lie in the planes and its k along their normal.
    pub(crate) fn new(grid: &Grid, frame: &StackFrame) -> Option<Self> {
        let origin = frame.stack_from_patient(grid.origin_mm());
        let column = |a: usize| -> Vector3 {
            let step = grid.patient_from_index_matrix().column(a).into_owned();
            frame.stack_from_patient(step.into()).coords
        };
        let (i, j, k) = (column(0), column(1), column(2));
        let [nx, ny, nz] = grid.size().map(|n| n as f64);
        // Under a thousandth of a millimetre over the whole grid.
        let off = (i.z.abs() * nx).max(j.z.abs() * ny).max(k.x.hypot(k.y) * nz);
        if off > 1e-3 {
            return None;
        }
        let det = i.x * j.y - i.y * j.x;
        Some(Self {
            origin: [origin.x, origin.y],
            step: [[i.x, i.y], [j.x, j.y]],
            inverse: [[j.y / det, -j.x / det], [-i.y / det, i.x / det]],
            first_w_mm: origin.z,
            w_step_mm: k.z,
        })
    }

    /// Position of a slice along the stack's normal, mm.
    pub(crate) fn w_mm(&self, k: usize) -> f64 {
        self.first_w_mm + self.w_step_mm * k as f64
    }

    /// Distance of two slices, mm.
    pub(crate) fn slice_mm(&self) -> f64 {
        self.w_step_mm.abs()
    }

    /// The largest step along any axis, mm.
    pub(crate) fn step_mm(&self) -> f64 {
        let len = |s: Point2| s[0].hypot(s[1]);
        len(self.step[0]).max(len(self.step[1])).max(self.slice_mm())
    }

    /// Plane coordinates of a column, mm.
    pub(crate) fn uv(&self, column: [usize; 2]) -> Point2 {
        let (i, j) = (column[0] as f64, column[1] as f64);
        [0, 1].map(|a| self.origin[a] + self.step[0][a] * i + self.step[1][a] * j)
    }

    /// A region's rings in columns.
    pub(crate) fn rings(&self, region: &Region) -> Vec<Vec<Point2>> {
        let to = |p: &Point2| {
            let d = [p[0] - self.origin[0], p[1] - self.origin[1]];
            [0, 1].map(|a| self.inverse[a][0] * d[0] + self.inverse[a][1] * d[1])
        };
        region.rings().iter().map(|r| r.iter().map(to).collect()).collect()
    }
}

/// A rectangle of columns: `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) start: [usize; 2],
    pub(crate) end: [usize; 2],
}

impl Window {
    pub(crate) fn width(&self) -> usize {
        self.end[0] - self.start[0]
    }

    pub(crate) fn len(&self) -> usize {
        self.width() * (self.end[1] - self.start[1])
    }

    pub(crate) fn column(&self, c: usize) -> [usize; 2] {
        [self.start[0] + c % self.width(), self.start[1] + c / self.width()]
    }
}

/// The columns that the rings cover, `pad` wider, as far as the grid goes.
pub(crate) fn window<'a>(
    rings: impl Iterator<Item = &'a Vec<Point2>>,
    pad: f64,
    size: [usize; 2],
) -> Option<Window> {
    let (mut lo, mut hi) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for p in rings.flatten() {
        for a in 0..2 {
            lo[a] = lo[a].min(p[a]);
            hi[a] = hi[a].max(p[a]);
        }
    }
    let start = [0, 1].map(|a| (lo[a] - pad).floor().max(0.0));
    let end = [0, 1].map(|a| ((hi[a] + pad).ceil() + 1.0).min(size[a] as f64));
    if (0..2).any(|a| end[a].is_nan() || start[a] >= end[a]) {
        return None;
    }
    Some(Window { start: start.map(|x| x as usize), end: end.map(|x| x as usize) })
}

/// Even-odd inside of every column of a window, by half-open crossings along its rows.
pub(crate) fn inside(rings: &[Vec<Point2>], window: &Window) -> Vec<bool> {
    let rows = window.end[1] - window.start[1];
    let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); rows];
    for ring in rings {
        for (n, &a) in ring.iter().enumerate() {
            let b = ring[(n + 1) % ring.len()];
            let (low, high) = if a[1] < b[1] { (a, b) } else { (b, a) };
            let first = (low[1].ceil() - window.start[1] as f64).max(0.0) as usize;
            for (row, list) in crossings.iter_mut().enumerate().skip(first) {
                let y = (window.start[1] + row) as f64;
                if y >= high[1] {
                    break;
                }
                list.push(low[0] + (y - low[1]) * (high[0] - low[0]) / (high[1] - low[1]));
            }
        }
    }
    let width = window.width();
    let mut out = vec![false; window.len()];
    for (list, row) in crossings.iter_mut().zip(out.chunks_exact_mut(width)) {
        list.sort_by(f64::total_cmp);
        for pair in list.chunks_exact(2) {
            let at = |x: f64| (x.ceil() - window.start[0] as f64).clamp(0.0, width as f64) as usize;
            row[at(pair[0])..at(pair[1])].fill(true);
        }
    }
    out
}

/// The columns within `reach` columns of an outline, and some that are a little further.
pub(crate) fn near(rings: &[Vec<Point2>], window: &Window, reach: f64) -> Vec<bool> {
    let mut out = vec![false; window.len()];
    let width = window.width();
    for ring in rings {
        for (n, &a) in ring.iter().enumerate() {
            let b = ring[(n + 1) % ring.len()];
            // Long edges in pieces, so that a slanted one does not mark the box around it.
            let pieces = ((b[0] - a[0]).hypot(b[1] - a[1]) / reach).ceil().max(1.0);
            let at = |t: f64| [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
            for piece in 0..pieces as usize {
                let (p, q) = (at(piece as f64 / pieces), at((piece + 1) as f64 / pieces));
                let span = |axis: usize| {
                    let lo = p[axis].min(q[axis]) - reach;
                    let hi = p[axis].max(q[axis]) + reach;
                    let from = lo.ceil().max(window.start[axis] as f64) as usize;
                    let to = (hi.floor() + 1.0).clamp(0.0, window.end[axis] as f64) as usize;
                    from - window.start[axis]..to.max(from) - window.start[axis]
                };
                let (x, y) = (span(0), span(1));
                for row in y {
                    out[row * width..(row + 1) * width][x.clone()].fill(true);
                }
            }
        }
    }
    out
}
