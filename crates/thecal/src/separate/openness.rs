//! How much of a gap the drawing leaves open, carried over to what a simulation leaves.

use thecal_margin::{Openness, PairGap};
use thecal_mask::Solid;

use crate::phase::{Found, Pair};

/// What the drawing of two structures leaves open of their gap: as it was measured before the
/// separation, or by the spacing of their planes where it could not be.
pub(super) fn openness_before(was: Option<&Pair>, a: &Solid, b: &Solid) -> Openness {
    let known = was.and_then(Pair::gap).map(PairGap::openness);
    known.unwrap_or_else(|| Openness::of_drawing(a, b))
}

/// What is left is drawn on planes of the grid, but known no better than what was drawn: its
/// interval is at least as wide as before.
pub(super) fn widen(pair: &mut Pair, open: Openness) {
    if let Found::Gap(placed) = &mut pair.found {
        placed.gap.widen(open);
    }
}
