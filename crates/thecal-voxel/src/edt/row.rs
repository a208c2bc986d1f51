//! First pass: squared distance along a row of the mask.

use crate::bits::for_each_change;
use crate::edt::Border;

/// Squares of whole steps times the squared spacing, mm², forwards and backwards, so that a run is
/// filled by copying.
pub(super) struct Squares {
    up: Vec<f32>,
    down: Vec<f32>,
}

impl Squares {
    pub(super) fn new(n: usize, spacing_mm: f64) -> Self {
        let up: Vec<f32> = (0..=n).map(|d| square(d, (spacing_mm * spacing_mm) as f32)).collect();
        let down = up.iter().rev().copied().collect();
        Self { up, down }
    }

    /// Fills `out` with the distances to the voxel before it and to the voxel after it.
    #[inline(always)]
    fn fill(&self, out: &mut [f32], before: bool, after: bool) {
        let n = out.len();
        let half = match (before, after) {
            (true, true) => n.div_ceil(2),
            (true, false) => n,
            (false, true) => 0,
            (false, false) => return out.fill(f32::INFINITY),
        };
        let (left, right) = out.split_at_mut(half);
        let down = &self.down[self.down.len() - 1 - right.len()..];
        if n < 24 {
            for (o, &s) in left.iter_mut().zip(&self.up[1..]) {
                *o = s;
            }
            for (o, &s) in right.iter_mut().zip(down) {
                *o = s;
            }
        } else {
            left.copy_from_slice(&self.up[1..=half]);
            right.copy_from_slice(&down[..right.len()]);
        }
    }
}

/// Squared distance of `d` steps; every pass computes it in this one way.
#[inline(always)]
pub(super) fn square(d: usize, spacing2_mm2: f32) -> f32 {
    let d = d as f32;
    d * d * spacing2_mm2
}

/// Squared distance of each voxel to the nearest set voxel of the row, 0 in set voxels; signed:
/// set voxels hold minus the squared distance to the nearest unset one. Infinite without any.
/// Returns true when any voxel of the row is set.
#[inline(always)]
pub(super) fn row<const SIGNED: bool>(
    mask: &[bool],
    out: &mut [f32],
    squares: &Squares,
    border: Border,
) -> bool {
    let n = mask.len();
    let mut start = 0;
    let mut set = false;
    let mut any = false;
    let mut close = |end: usize, set: bool, start: usize| {
        if set && !SIGNED {
            out[start..end].fill(0.0);
            return;
        }
        let edge = set && border == Border::Background;
        let part = &mut out[start..end];
        squares.fill(part, start > 0 || edge, end < n || edge);
        if set {
            for v in part {
                *v = -*v;
            }
        }
    };
    for_each_change(mask, |at| {
        if at > start {
            close(at, set, start);
        }
        any = true;
        (start, set) = (at, !set);
    });
    if start < n {
        close(n, set, start);
    }
    any
}
