//! The answer to a row, and what is asked to find it.

use super::row::{LimitRow, LimitStructure};
use crate::figure::Figure;
use crate::metric::Metric;

/// What a row asks a figure of: a structure, the structure grown by a margin, or a part of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// The structure.
    pub structure: LimitStructure,
    /// It is grown by this much all round, mm; zero for the structure itself.
    pub expansion_mm: f64,
    /// Only the part from this far above to this far below the target counts, mm; none for all of it.
    pub beside_target_mm: Option<f64>,
}

/// A figure of what was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The name of the structure that it is of.
    pub name: String,
    /// That structure was not drawn: it was made by growing a drawn one.
    pub made: bool,
    /// The dose, Gy; none where it cannot be told.
    pub value_gy: Option<f64>,
    /// The least that the data allow, Gy.
    pub lower_gy: Option<f64>,
    /// The most that the data allow, Gy.
    pub upper_gy: Option<f64>,
    /// Why a number is missing.
    pub reason: Option<String>,
}

impl Found {
    /// A figure of a structure of that name; `made` where the structure was not drawn.
    #[must_use]
    pub fn new(name: impl Into<String>, made: bool, figure: &Figure) -> Self {
        let reason = figure.reason.map(|r| sentence(&r.to_string()));
        Self {
            name: name.into(),
            made,
            value_gy: figure.value,
            lower_gy: figure.lower,
            upper_gy: figure.upper,
            reason,
        }
    }
}

/// Words as a whole sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Why there is no structure to take a figure of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// No such structure is drawn, and none can be made.
    NotDrawn,
    /// The row is about the part beside the target, and there is no target.
    NoTarget,
    /// Another reason, in a whole sentence.
    Other(String),
}

/// What the figures say to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitVerdict {
    /// The limit is kept, whatever the data leave open.
    Pass,
    /// The limit is broken, whatever the data leave open.
    Fail,
    /// It cannot be told.
    Indeterminate,
    /// The row is not for this structure, number of fractions or place.
    NotApplicable,
}

impl LimitVerdict {
    /// The word of the report contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Indeterminate => "indeterminate",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// The unit of what is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitUnit {
    /// Dose of the course, Gy.
    Gy,
    /// Gy of EQD2.
    GyEqd2,
    /// Gy of BED.
    GyBed,
    /// A part of 1.
    Ratio,
    /// Months, of which at least the limit is asked.
    Months,
}

impl LimitUnit {
    /// The unit in tables and sentences.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gy => "Gy",
            Self::GyEqd2 => "Gy EQD2",
            Self::GyBed => "Gy BED",
            Self::Ratio => "of 1",
            Self::Months => "months",
        }
    }
}

/// What was compared with a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// The figure, of the largest margin where the source allows a range; none where it cannot be told.
    pub value: Option<f64>,
    /// The least that it may be; none where nothing bounds it.
    pub lower: Option<f64>,
    /// The most that it may be; none where nothing bounds it.
    pub upper: Option<f64>,
}

impl Compared {
    /// A figure that is known exactly.
    pub(super) fn exact(value: f64) -> Self {
        Self { value: Some(value), lower: Some(value), upper: Some(value) }
    }

    /// The figure in another unit, which rises with this one.
    pub(super) fn map(self, convert: impl Fn(f64) -> f64) -> Self {
        let Self { value, lower, upper } = self;
        Self { value: value.map(&convert), lower: lower.map(&convert), upper: upper.map(&convert) }
    }

    /// A figure that may be either of two, the larger of which counts.
    pub(super) fn or(self, other: Self) -> Self {
        let both = |a: Option<f64>, b: Option<f64>| a.zip(b);
        Self {
            value: both(self.value, other.value).map(|(a, b)| a.max(b)),
            lower: both(self.lower, other.lower).map(|(a, b)| a.min(b)),
            upper: both(self.upper, other.upper).map(|(a, b)| a.max(b)),
        }
    }

    /// Whether at most so much is kept.
    pub(super) fn at_most(self, limit: f64) -> LimitVerdict {
        if self.upper.is_some_and(|upper| upper <= limit) {
            LimitVerdict::Pass
        } else if self.lower.is_some_and(|lower| lower > limit) {
            LimitVerdict::Fail
        } else {
            LimitVerdict::Indeterminate
        }
    }
}

/// The answer to one row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LimitAnswer {
    /// The row, with its structure, margin, fractions and source.
    pub row: LimitRow,
    /// The limit, in `unit`.
    pub limit: f64,
    /// The unit of `limit` and `compared`.
    pub unit: LimitUnit,
    /// What was compared; none where there is nothing to compare.
    pub compared: Option<Compared>,
    /// The structure that the figure is of.
    pub of: Option<String>,
    /// The structure was not drawn: it was made by growing a drawn one.
    pub made: bool,
    /// The verdict.
    pub verdict: LimitVerdict,
    /// Why, in whole sentences.
    pub reason: String,
}

/// Gives the figure of what a row asks.
pub type Figures<'a> = dyn Fn(&Asked, &Metric) -> Result<Found, Missing> + 'a;
