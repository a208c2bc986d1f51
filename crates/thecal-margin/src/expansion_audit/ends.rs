//! Where a drawn expansion ends, against where its organ does.

use super::kind::ExpansionKind;

/// Lengths that differ by less than this are the same, mm.
const SAME_MM: f64 = 0.1;

/// The margin along the stack at one end of an organ.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct EndMargin {
    /// The head's end, or the feet's.
    pub head: bool,
    /// From the organ's last plane to the drawn expansion's, mm; negative where the organ is drawn
    /// further.
    pub drawn_mm: f64,
    /// Both structures end somewhere before the next plane, so that the margin can be a slice smaller or
    /// larger, mm.
    pub lower_mm: f64,
    /// See `lower_mm`.
    pub upper_mm: f64,
}

/// Both ends, the lower one along the stack first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    pub(super) each: [EndMargin; 2],
    /// Whether the drawn expansion's last plane is larger than the organ's: it lies well within reach.
    wide: [bool; 2],
    spacing_mm: f64,
}

impl Ends {
    /// From first and last planes along one normal, each with the area there; `upwards` says whether that
    /// points to the head.
    pub(super) fn new(
        organ: [(f64, f64); 2],
        drawn: [(f64, f64); 2],
        [organ_step_mm, step_mm]: [f64; 2],
        upwards: bool,
    ) -> Self {
        /// A larger section than the organ's by more than this factor is no copy of it.
        const WIDER: f64 = 1.1;
        let end = |head: bool, drawn_mm: f64| EndMargin {
            head,
            drawn_mm,
            lower_mm: drawn_mm - organ_step_mm,
            upper_mm: drawn_mm + step_mm,
        };
        let each = [end(!upwards, organ[0].0 - drawn[0].0), end(upwards, drawn[1].0 - organ[1].0)];
        let wide = [0, 1].map(|n| drawn[n].1 > WIDER * organ[n].1);
        Self { each, wide, spacing_mm: step_mm }
    }

    /// The kind of an expansion of about `r_mm` by its sides and ends together. A plane beyond the organ's
    /// last one shows an expansion along the stack. None at either end, where the next plane was near enough
    /// to be one, shows that there was none, unless the sides show that there was.
    pub(super) fn kind(&self, sides: ExpansionKind, r_mm: f64, tolerance_mm: f64) -> ExpansionKind {
        if self.each.iter().any(|e| e.drawn_mm > SAME_MM) {
            return ExpansionKind::ThreeDimensional;
        }
        match sides {
            ExpansionKind::Unclear if self.level_somewhere_short(r_mm, tolerance_mm) => {
                ExpansionKind::InPlane
            }
            sides => sides,
        }
    }

    /// True where the expansion ends with the organ although the next plane was near enough.
    fn level_somewhere_short(&self, r_mm: f64, tolerance_mm: f64) -> bool {
        let level = |e: &EndMargin| e.drawn_mm.abs() <= SAME_MM;
        self.each.iter().any(|e| level(e) && e.upper_mm < r_mm - tolerance_mm)
    }

    /// The ends that are cut off: a plane is missing that an expansion of `r_mm` must have, or that the
    /// other end has. What an expansion plane by plane has not is not cut off.
    pub(super) fn cut(&self, kind: ExpansionKind, r_mm: f64, tolerance_mm: f64) -> Vec<EndMargin> {
        let flat = kind == ExpansionKind::InPlane;
        let cut = |n: &usize| {
            let end = &self.each[*n];
            let missing = end.upper_mm < r_mm - tolerance_mm;
            let level = end.drawn_mm.abs() <= SAME_MM;
            (missing && !(flat && level)) || self.is_shorter(*n, r_mm)
        };
        (0..2).filter(cut).map(|n| self.each[n]).collect()
    }

    /// True where one end lacks a plane that the other has by the same rule, whichever that was. Planes up
    /// to half a slice past `r_mm` belong to an expansion of slabs. One right at the bound of a rule may
    /// be drawn or not, but then it is no larger than the organ.
    fn is_shorter(&self, n: usize, r_mm: f64) -> bool {
        let (end, other) = (&self.each[n], &self.each[1 - n]);
        let next = end.drawn_mm + self.spacing_mm;
        let has = match self.wide[1 - n] {
            true => next - SAME_MM,
            false => next + SAME_MM,
        };
        other.drawn_mm >= has && next < r_mm + 0.5 * self.spacing_mm + SAME_MM
    }

    /// The ends that go on beyond the organ by more than `r_mm` and a slice.
    pub(super) fn past(&self, r_mm: f64, tolerance_mm: f64) -> Vec<EndMargin> {
        let past = |e: &&EndMargin| e.lower_mm > r_mm + tolerance_mm;
        self.each.iter().filter(past).copied().collect()
    }

    /// True where each end lies on the plane that is nearest to where it should, or beyond.
    pub(super) fn reach(&self, r_mm: f64) -> bool {
        self.each.iter().all(|e| e.drawn_mm + 0.5 * self.spacing_mm >= r_mm - 1e-6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE_MM: f64 = 0.2;

    /// Past an organ from 0 to 40 mm by the two lengths, its last sections larger by a factor.
    fn ends(past_mm: [f64; 2], step_mm: f64, larger: f64) -> Ends {
        let organ = [(0.0, 50.0), (40.0, 60.0)];
        let drawn = [(-past_mm[0], larger * 50.0), (40.0 + past_mm[1], larger * 60.0)];
        Ends::new(organ, drawn, [3.0, step_mm], true)
    }

    /// Which ends are cut off: the lower, the upper.
    fn cut(of: &Ends, kind: ExpansionKind, r_mm: f64) -> [bool; 2] {
        let found = of.cut(kind, r_mm, TOLERANCE_MM);
        [false, true].map(|head| found.iter().any(|e| e.head == head))
    }

    #[test]
    fn an_end_is_open_by_a_slice_of_the_organ_below_and_of_the_expansion_above() {
        let [feet, head] = ends([4.0, -1.0], 2.0, 1.0).each;
        assert_eq!(
            (feet.head, feet.drawn_mm, feet.lower_mm, feet.upper_mm),
            (false, 4.0, 1.0, 6.0)
        );
        assert_eq!(
            (head.head, head.drawn_mm, head.lower_mm, head.upper_mm),
            (true, -1.0, -4.0, 1.0)
        );
        // Along a normal to the feet the first planes are the head's.
        let down = Ends::new([(0.0, 1.0), (9.0, 1.0)], [(-2.0, 1.0), (9.5, 1.0)], [1.0; 2], false);
        assert_eq!(down.each.map(|e| (e.head, e.drawn_mm)), [(true, 2.0), (false, 0.5)]);
    }

    #[test]
    fn ends_tell_the_kind_that_sides_leave_open() {
        use ExpansionKind::{InPlane, ThreeDimensional, Unclear};
        let kind = |past_mm, sides, r_mm| ends(past_mm, 2.0, 1.5).kind(sides, r_mm, TOLERANCE_MM);
        // A plane past one end.
        for sides in [InPlane, ThreeDimensional, Unclear] {
            assert_eq!(kind([0.0, 2.0], sides, 2.0), ThreeDimensional);
            assert_eq!(kind([0.15, 0.0], sides, 2.0), ThreeDimensional);
        }
        // Both end together, and the next plane is 2 mm away: nearer than r - t, or not.
        for (r_mm, wanted) in [(2.3, InPlane), (2.1, Unclear)] {
            assert_eq!(kind([0.0, 0.0], Unclear, r_mm), wanted);
            assert_eq!(kind([0.05, -0.05], Unclear, r_mm), wanted);
            assert_eq!(kind([-0.05, -9.0], Unclear, r_mm), wanted);
            assert_eq!(kind([0.0, 0.0], ThreeDimensional, r_mm), ThreeDimensional);
        }
        // One that ends well before the organ was cut, and tells nothing of how it was made.
        assert_eq!(kind([-2.0, -0.3], Unclear, 3.0), Unclear);
    }

    #[test]
    fn an_end_is_cut_where_the_next_plane_lies_within_the_margin() {
        use ExpansionKind::{InPlane, ThreeDimensional};
        // The next planes lie 2 and 1 mm past the organ.
        let of = ends([0.0, -1.0], 2.0, 1.0);
        assert_eq!(cut(&of, ThreeDimensional, 2.3), [true, true]);
        assert_eq!(cut(&of, ThreeDimensional, 2.1), [false, true]);
        assert_eq!(cut(&of, ThreeDimensional, 1.1), [false, false]);
        // One plane by plane ends with the organ, and not before it.
        assert_eq!(cut(&of, InPlane, 2.3), [false, true]);
        assert_eq!(cut(&ends([0.15, -0.15], 2.0, 1.0), InPlane, 2.5), [true, true]);
    }

    #[test]
    fn an_end_is_cut_where_the_other_has_a_plane_more_of_an_expansion_of_slabs() {
        let kind = ExpansionKind::ThreeDimensional;
        // The next plane of the lower end would lie 4 mm past the organ, as that of the other does:
        // nearer than r and half a slice, or not.
        let of = ends([2.0, 4.0], 2.0, 1.5);
        assert_eq!(cut(&of, kind, 3.5), [true, false]);
        assert_eq!(cut(&of, kind, 3.0), [true, false]);
        assert_eq!(cut(&of, kind, 2.8), [false, false]);
        assert_eq!(cut(&ends([4.0, 2.0], 2.0, 1.5), kind, 3.5), [false, true]);
        // Right at the bound a section no larger than the organ's does not count; farther out it does.
        assert_eq!(cut(&ends([2.0, 4.0], 2.0, 1.05), kind, 3.5), [false, false]);
        assert_eq!(cut(&ends([2.0, 4.15], 2.0, 1.05), kind, 3.5), [true, false]);
        assert_eq!(cut(&ends([2.0, 3.8], 2.0, 1.5), kind, 3.5), [false, false]);
    }

    #[test]
    fn ends_go_past_and_reach_by_their_slices() {
        let past = |past_mm: [f64; 2], r_mm: f64| {
            let found = ends(past_mm, 2.0, 1.5).past(r_mm, TOLERANCE_MM);
            found.iter().map(|e| e.head).collect::<Vec<_>>()
        };
        // By more than the margin, the tolerance and the organ's slice of 3 mm.
        assert_eq!(past([6.0, 5.0], 2.7), [false]);
        assert_eq!(past([6.0, 6.5], 2.7), [false, true]);
        assert!(past([6.0, 5.0], 2.9).is_empty());
        // The plane that is nearest to where it should end lies within half a slice of it.
        for (r_mm, wanted) in [(3.0, true), (2.4, true), (3.2, false)] {
            assert_eq!(ends([2.0, 4.0], 2.0, 1.5).reach(r_mm), wanted, "{r_mm}");
            assert_eq!(ends([4.0, 2.0], 2.0, 1.5).reach(r_mm), wanted, "{r_mm}");
        }
    }
}
