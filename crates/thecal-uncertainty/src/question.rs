//! What is asked of a pair.

use crate::source::Moved;
use thecal_geom::Point3;
use thecal_margin::{Arrangement, Gap, Interval};
use thecal_mask::Solid;

/// A pair as drawn, and what is asked of it.
#[derive(Debug, Clone, Copy)]
pub struct PairQuestion<'a> {
    /// The first structure: the tumour, or the cord in its sac.
    pub a: &'a Solid,
    /// The second: the cord or the sac.
    pub b: &'a Solid,
    /// What sources move the first.
    pub moved_a: Moved,
    /// What sources move the second.
    pub moved_b: Moved,
    /// How the two should lie.
    pub arrangement: Arrangement,
    /// The gap as drawn.
    pub gap: Gap,
    /// What the drawing leaves open of it.
    pub interval: Interval,
    /// Thresholds that the gap may reach, mm.
    pub thresholds_mm: &'a [f64],
}

impl PairQuestion<'_> {
    /// The point that rotations turn about: the middle of the closest segment.
    #[must_use]
    pub fn pivot(&self) -> Point3 {
        self.gap.a_mm + 0.5 * (self.gap.b_mm - self.gap.a_mm)
    }
}

/// How samples are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Number of samples.
    pub samples: u32,
    /// Samples of the same seed are the same, whatever the number of threads.
    pub seed: u64,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { samples: 10_000, seed: 1 }
    }
}
