//! First pass over a row in which the mask changes often: steps of doubling length.
//!
//! A distance along a row is a sum of distinct powers of two, so that taking for every voxel the
//! least of itself and of its neighbours 1, 2, 4 ... voxels away settles all distances below twice
//! the last step. Whole rows of bytes go through each step at once.

use super::border::Border;
use super::squares::square;

/// The longest step. Distances from twice this on are left to the search by runs.
const LONGEST: usize = 32;
/// No voxel wanted has been found.
const NONE: u8 = u8::MAX;

/// Room for one row, `LONGEST` bytes wider on both sides.
pub(super) struct Crowded {
    to_set: Vec<u8>,
    to_unset: Vec<u8>,
    spare: Vec<u8>,
}

impl Crowded {
    pub(super) fn new(n: usize) -> Self {
        let room = || vec![NONE; n + 2 * LONGEST];
        Self { to_set: room(), to_unset: room(), spare: room() }
    }

    /// As [`row`](super::row::row); false, and nothing written, when some distance is too far.
    #[inline(always)]
    pub(super) fn row<const SIGNED: bool>(
        &mut self,
        mask: &[bool],
        out: &mut [f32],
        s2: f32,
        border: Border,
    ) -> bool {
        let n = mask.len();
        let middle = LONGEST..LONGEST + n;
        for (v, &m) in self.to_set[middle.clone()].iter_mut().zip(mask) {
            *v = u8::from(m).wrapping_sub(1);
        }
        if !project(&mut self.to_set, &mut self.spare, n) {
            return false;
        }
        if SIGNED {
            for (v, &m) in self.to_unset[middle.clone()].iter_mut().zip(mask) {
                *v = u8::from(!m).wrapping_sub(1);
            }
            if border == Border::Background {
                (self.to_unset[LONGEST - 1], self.to_unset[LONGEST + n]) = (0, 0);
            }
            if !project(&mut self.to_unset, &mut self.spare, n) {
                return false;
            }
            let pairs = self.to_set[middle.clone()].iter().zip(&self.to_unset[middle]);
            for (o, (&u, &w)) in out.iter_mut().zip(pairs) {
                // One of the two is zero.
                *o = square(usize::from(u), s2) - square(usize::from(w), s2);
            }
        } else {
            for (o, &u) in out.iter_mut().zip(&self.to_set[middle]) {
                *o = square(usize::from(u), s2);
            }
        }
        true
    }
}

/// Steps until every voxel of the row has its distance; false when some need longer ones.
#[inline(always)]
fn project(found: &mut Vec<u8>, spare: &mut Vec<u8>, n: usize) -> bool {
    let mut step = 1;
    while step <= LONGEST {
        let mut most = 0;
        let before = &found[LONGEST - step..LONGEST - step + n];
        let after = &found[LONGEST + step..LONGEST + step + n];
        let here = &found[LONGEST..LONGEST + n];
        let to = &mut spare[LONGEST..LONGEST + n];
        for i in 0..n {
            let beside = before[i].min(after[i]).saturating_add(step as u8);
            to[i] = here[i].min(beside);
            most = most.max(to[i]);
        }
        // The sides stay as they are: nothing, or the background beyond the border.
        (spare[LONGEST - 1], spare[LONGEST + n]) = (found[LONGEST - 1], found[LONGEST + n]);
        std::mem::swap(found, spare);
        if usize::from(most) < 2 * step {
            return true;
        }
        step *= 2;
    }
    false
}
