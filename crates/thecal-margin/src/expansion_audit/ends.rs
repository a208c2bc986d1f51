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
