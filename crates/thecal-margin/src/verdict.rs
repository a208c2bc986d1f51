//! The verdict of an interval for a threshold.

use crate::interval::Interval;

/// The verdict of an interval against one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole interval reaches the threshold.
    Pass,
    /// The whole interval lies below it.
    Fail,
    /// The interval contains the threshold: the verdict is undetermined.
    Indeterminate,
}

impl Verdict {
    /// The word of the report contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Indeterminate => "indeterminate",
        }
    }
}

/// The one-word answer for the tumour-cord pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Headline {
    /// Passes every threshold.
    Clear,
    /// Passes the smallest, not all.
    Marginal,
    /// The smallest is undecided.
    Indeterminate,
    /// Fails the smallest.
    Insufficient,
    /// No cord, or no tumour.
    NotAssessable,
}

impl Headline {
    /// The word of the report contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Marginal => "marginal",
            Self::Indeterminate => "indeterminate",
            Self::Insufficient => "insufficient",
            Self::NotAssessable => "not_assessable",
        }
    }
}

/// Far below what contouring can hold: a gap this much below a threshold counts as having reached
/// it, so that a tumour cut back to exactly the threshold has a verdict.
pub const TOLERANCE_MM: f64 = 0.1;

/// Compares an interval with a threshold, which is reached from `tolerance_mm` below it on.
///
/// # Example
/// ```
/// use thecal_margin::{Interval, Verdict, verdict};
///
/// let interval = Interval { lower_mm: 1.7, upper_mm: 2.4 };
/// assert_eq!(verdict(interval, 1.5, 0.1), Verdict::Pass);
/// assert_eq!(verdict(interval, 2.0, 0.1), Verdict::Indeterminate);
/// assert_eq!(verdict(interval, 3.0, 0.1), Verdict::Fail);
/// // A gap of exactly the threshold may come out a little below it.
/// let cut_back = Interval { lower_mm: 1.95, upper_mm: 2.05 };
/// assert_eq!(verdict(cut_back, 2.0, 0.1), Verdict::Pass);
/// ```
#[must_use]
pub fn verdict(interval: Interval, threshold_mm: f64, tolerance_mm: f64) -> Verdict {
    let reached_mm = threshold_mm - tolerance_mm;
    if interval.lower_mm >= reached_mm {
        Verdict::Pass
    } else if interval.upper_mm < reached_mm {
        Verdict::Fail
    } else {
        Verdict::Indeterminate
    }
}

/// The headline from the verdicts, which are ordered by ascending threshold.
///
/// # Example
/// ```
/// use thecal_margin::{Headline, Verdict, headline};
///
/// assert_eq!(headline(&[Verdict::Pass, Verdict::Pass]), Headline::Clear);
/// assert_eq!(headline(&[Verdict::Pass, Verdict::Fail]), Headline::Marginal);
/// assert_eq!(headline(&[Verdict::Indeterminate, Verdict::Fail]), Headline::Indeterminate);
/// assert_eq!(headline(&[]), Headline::NotAssessable);
/// ```
#[must_use]
pub fn headline(verdicts: &[Verdict]) -> Headline {
    match verdicts.first() {
        None => Headline::NotAssessable,
        Some(Verdict::Fail) => Headline::Insufficient,
        Some(Verdict::Indeterminate) => Headline::Indeterminate,
        Some(Verdict::Pass) if verdicts.iter().all(|&v| v == Verdict::Pass) => Headline::Clear,
        Some(Verdict::Pass) => Headline::Marginal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_decides() {
        let i = |lower_mm, upper_mm| Interval { lower_mm, upper_mm };
        assert_eq!(verdict(i(2.0, 2.3), 2.0, 0.0), Verdict::Pass);
        assert_eq!(verdict(i(1.7, 1.999), 2.0, 0.0), Verdict::Fail);
        assert_eq!(verdict(i(1.9, 2.0), 2.0, 0.0), Verdict::Indeterminate);
        assert_eq!(verdict(i(1.91, 2.03), 2.0, 0.1), Verdict::Pass);
        assert_eq!(verdict(i(1.89, 2.03), 2.0, 0.1), Verdict::Indeterminate);
        assert_eq!(verdict(i(1.7, 1.89), 2.0, 0.1), Verdict::Fail);
        use Verdict::*;
        assert_eq!(headline(&[Pass, Pass]), Headline::Clear);
        assert_eq!(headline(&[Pass, Indeterminate]), Headline::Marginal);
        assert_eq!(headline(&[Fail, Fail]), Headline::Insufficient);
        assert_eq!(headline(&[Indeterminate, Fail]), Headline::Indeterminate);
        assert_eq!(headline(&[]), Headline::NotAssessable);
    }
}
