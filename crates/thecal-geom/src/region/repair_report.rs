//! What was found wrong with drawn rings.

/// What was found wrong with drawn rings, and repaired.
///
/// # Example
/// ```
/// use thecal_geom::Region;
///
/// // The same ring twice, and one that is a line.
/// let ring = vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
/// let line = vec![[9.0, 0.0], [9.0, 5.0]];
/// let (region, repairs) = Region::from_rings(&[ring.clone(), ring, line]);
/// assert_eq!(region.map(|r| r.area_mm2()), Some(16.0));
/// assert_eq!((repairs.duplicate_rings, repairs.degenerate), (1, 1));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RepairReport {
    /// Points that repeat their neighbour, and explicit closing points.
    pub repeated_points: usize,
    /// Rings of fewer than three different points, or without area: dropped.
    pub degenerate: usize,
    /// Rings drawn twice on the same plane: one copy dropped.
    pub duplicate_rings: usize,
    /// Rings that lie along a larger one all round, within a fifth of a millimetre: the same outline
    /// drawn again; the larger one is kept.
    pub near_copies: usize,
    /// Keyhole bridges opened into an outer ring and a hole.
    pub keyholes: usize,
    /// Places where edges cross or run along each other; the even-odd rule applies.
    pub crossings: usize,
    /// Planes that were taken as one with another.
    pub merged_planes: usize,
}

impl RepairReport {
    /// Adds the counts of another plane.
    pub fn add(&mut self, o: Self) {
        self.repeated_points += o.repeated_points;
        self.degenerate += o.degenerate;
        self.duplicate_rings += o.duplicate_rings;
        self.near_copies += o.near_copies;
        self.keyholes += o.keyholes;
        self.crossings += o.crossings;
        self.merged_planes += o.merged_planes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_planes_add_up() {
        let report = |k: usize| RepairReport {
            repeated_points: k,
            degenerate: 2 * k,
            duplicate_rings: 3 * k,
            near_copies: 4 * k,
            keyholes: 5 * k,
            crossings: 6 * k,
            merged_planes: 7 * k,
        };
        let mut sum = report(1);
        sum.add(report(10));
        assert_eq!(sum, report(11));
    }
}
