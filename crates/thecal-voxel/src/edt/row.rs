//! First pass: squared distance along a row of the mask.

use super::border::Border;
use super::crowded::Crowded;
use super::squares::Squares;
use crate::bits::find_changes;

/// Room for one row.
pub(super) struct RowScratch {
    changes: Vec<u64>,
    crowded: Crowded,
}

impl RowScratch {
    pub(super) fn new(n: usize) -> Self {
        Self { changes: vec![0; n.div_ceil(64)], crowded: Crowded::new(n) }
    }
}

/// With more changes than one in this many voxels, runs are too short to be filled one by one.
const CROWDED: usize = 12;

/// Squared distance of each voxel to the nearest set voxel of the row, 0 in set voxels; signed:
/// set voxels hold minus the squared distance to the nearest unset one. Infinite without any.
/// Returns true when any voxel of the row is set.
#[inline(always)]
pub(super) fn row<const SIGNED: bool>(
    mask: &[bool],
    out: &mut [f32],
    squares: &Squares,
    border: Border,
    scratch: &mut RowScratch,
) -> bool {
    let n = mask.len();
    let count = find_changes(mask, &mut scratch.changes);
    if count * CROWDED > n && scratch.crowded.row::<SIGNED>(mask, out, squares.spacing2_mm2, border)
    {
        return true;
    }
    let mut start = 0;
    let mut set = false;
    for (block, &word) in scratch.changes.iter().enumerate() {
        let mut word = word;
        while word != 0 {
            let at = 64 * block + word.trailing_zeros() as usize;
            word &= word - 1;
            if at > start {
                fill_run::<SIGNED>(out, start..at, set, squares, border);
            }
            (start, set) = (at, !set);
        }
    }
    fill_run::<SIGNED>(out, start..n, set, squares, border);
    count > 0
}

/// Fills one run, set or not, by what lies at its ends.
#[inline(always)]
fn fill_run<const SIGNED: bool>(
    out: &mut [f32],
    run: std::ops::Range<usize>,
    set: bool,
    squares: &Squares,
    border: Border,
) {
    if set && !SIGNED {
        out[run].fill(0.0);
        return;
    }
    let edge = set && border == Border::Background;
    let (before, after) = (run.start > 0 || edge, run.end < out.len() || edge);
    let part = &mut out[run];
    squares.fill(part, before, after);
    if set {
        for v in part {
            *v = -*v;
        }
    }
}
