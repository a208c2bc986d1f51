//! One row of a table of limits.

use super::course::{Course, PriorRt};
use crate::biological::AlphaBeta;
use crate::metric::Metric;
use std::fmt;
use std::num::NonZeroU32;
use thecal_mask::Role;

/// The structure that a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LimitStructure {
    /// Spinal cord.
    Cord,
    /// Bony spinal canal.
    Canal,
    /// Thecal sac.
    Sac,
    /// Cauda equina.
    Cauda,
}

impl LimitStructure {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cord, Self::Canal, Self::Sac, Self::Cauda];

    /// The word of files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cord => "cord",
            Self::Canal => "canal",
            Self::Sac => "sac",
            Self::Cauda => "cauda",
        }
    }

    /// The role of such structures in a study.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Cord => Role::Cord,
            Self::Canal => Role::Canal,
            Self::Sac => Role::ThecalSac,
            Self::Cauda => Role::Cauda,
        }
    }

    /// Its name in a sentence.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Cord => "spinal cord",
            Self::Canal => "spinal canal",
            Self::Sac => "thecal sac",
            Self::Cauda => "cauda equina",
        }
    }
}

/// A range of lengths, mm; of one length where both ends are the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The least, mm.
    pub least_mm: f64,
    /// The most, mm.
    pub most_mm: f64,
}

impl Span {
    /// One length.
    #[must_use]
    pub fn from_mm(mm: f64) -> Self {
        Self { least_mm: mm, most_mm: mm }
    }

    /// Its ends, once where they are the same.
    pub(crate) fn ends_mm(self) -> impl Iterator<Item = f64> {
        let most = (self.most_mm > self.least_mm).then_some(self.most_mm);
        std::iter::once(self.least_mm).chain(most)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.most_mm > self.least_mm {
            true => write!(f, "{} to {} mm", self.least_mm, self.most_mm),
            false => write!(f, "{} mm", self.least_mm),
        }
    }
}

/// How well a row is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Its number was read in the abstract or a table of the source itself.
    Verified,
    /// Its number was read in a transcription of the source, or in public clinical code.
    Secondary,
    /// It is a row of a site's own file.
    Site,
}

impl Status {
    /// The word of files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Secondary => "secondary",
            Self::Site => "site",
        }
    }
}

/// Which places a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Those that were never irradiated.
    NeverIrradiated,
    /// Those that were irradiated before. The rows of one source hold together.
    IrradiatedBefore,
}

/// What a row asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Demand {
    /// A dose of the whole course, in a number of fractions.
    Dose {
        /// The dose-volume figure.
        metric: Metric,
        /// Of the part of the structure that reaches this far above and below the target only.
        beside_target: Option<Span>,
        /// The number of fractions that the limit is for.
        fractions: NonZeroU32,
        /// The most that the figure may be, Gy.
        at_most_gy: f64,
    },
    /// The maximum of this course, as EQD2.
    CourseEqd2 {
        /// The ratio that converts.
        alpha_beta: AlphaBeta,
        /// The most, Gy of EQD2.
        at_most_gy: f64,
    },
    /// The maximum of this course and the earlier one together, as EQD2.
    CumulativeEqd2 {
        /// The ratio that converts.
        alpha_beta: AlphaBeta,
        /// The most, Gy of EQD2.
        at_most_gy: f64,
    },
    /// The part that this course has of both together, as EQD2.
    ShareOfCumulative {
        /// The ratio that converts.
        alpha_beta: AlphaBeta,
        /// The most, 0 to 1.
        at_most: f64,
    },
    /// The maximum of this course and the earlier one together, as BED.
    CumulativeBed {
        /// The ratio that converts.
        alpha_beta: AlphaBeta,
        /// The most of both together, Gy of BED.
        at_most_gy: f64,
        /// The most of either course, Gy of BED.
        each_course_gy: Option<f64>,
        /// The least time between the two, months.
        min_months: Option<f64>,
    },
    /// The time since the earlier course.
    MonthsSince {
        /// The least, months.
        at_least: f64,
    },
}

/// One limit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LimitRow {
    /// Its short name, once in a table.
    pub id: String,
    /// The structure that it is about.
    pub structure: LimitStructure,
    /// The margin round the structure that the source limits, or the range of margins that it allows;
    /// none where the limit is on the structure itself.
    pub expansion: Option<Span>,
    /// What it asks.
    pub demand: Demand,
    /// Which places it is for.
    pub place: Place,
    /// What the source says of the risk at the limit.
    pub risk: Option<String>,
    /// Where the number is from.
    pub source: String,
    /// Its digital object identifier.
    pub doi: Option<String>,
    /// How well it is known.
    pub status: Status,
}

/// The dose that a row allows at a point, or to a small volume, of one structure, in the fractions of a
/// course.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AllowedDose {
    /// The row's short name.
    pub id: String,
    /// The structure that it is about.
    pub structure: LimitStructure,
    /// Margin round the structure, mm: the largest that the source allows.
    pub expansion_mm: f64,
    /// The hottest volume that it is about, cc; zero for a point.
    pub volume_cc: f64,
    /// The dose of the course, Gy.
    pub limit_gy: f64,
}

impl LimitRow {
    /// The structure in words, with its margin.
    #[must_use]
    pub fn structure_in_words(&self) -> String {
        match self.expansion {
            Some(span) => format!("{} with a margin of {span}", self.structure.in_words()),
            None => self.structure.in_words().to_owned(),
        }
    }

    /// The dose that the row allows at a point or to a small volume, in the fractions of a course; none
    /// where the row is for another number of fractions or for other places, or names no such dose.
    ///
    /// Rows of EQD2 and BED are converted to the dose of the course, with what an earlier course leaves.
    #[must_use]
    pub fn allowed(&self, course: &Course) -> Option<AllowedDose> {
        let n = course.fractions;
        let (limit_gy, volume_cc) = match (&self.demand, course.prior) {
            (Demand::Dose { metric, beside_target: None, fractions, at_most_gy }, prior)
                if *fractions == n && !matches!(prior, PriorRt::Given { .. }) =>
            {
                (*at_most_gy, metric.hottest_cc()?)
            }
            (demand, PriorRt::Given { eqd2_gy, alpha_beta: of_prior, .. }) => {
                (left_gy(demand, n, eqd2_gy, of_prior)?, 0.0)
            }
            _ => return None,
        };
        let expansion_mm = self.expansion.map_or(0.0, |span| span.most_mm);
        let (id, structure) = (self.id.clone(), self.structure);
        (limit_gy > 0.0).then_some(AllowedDose { id, structure, expansion_mm, volume_cc, limit_gy })
    }
}

/// What a row leaves to a course after an earlier one, Gy.
fn left_gy(
    demand: &Demand,
    fractions: NonZeroU32,
    prior_eqd2_gy: f64,
    of_prior: AlphaBeta,
) -> Option<f64> {
    let same = |ab: AlphaBeta| (ab == of_prior).then_some(ab);
    match *demand {
        Demand::CourseEqd2 { alpha_beta, at_most_gy } => {
            Some(alpha_beta.total_of_eqd2_gy(at_most_gy, fractions))
        }
        Demand::CumulativeEqd2 { alpha_beta, at_most_gy } => {
            Some(same(alpha_beta)?.total_of_eqd2_gy(at_most_gy - prior_eqd2_gy, fractions))
        }
        Demand::ShareOfCumulative { alpha_beta, at_most } if at_most < 1.0 => {
            let eqd2_gy = prior_eqd2_gy * at_most / (1.0 - at_most);
            Some(same(alpha_beta)?.total_of_eqd2_gy(eqd2_gy, fractions))
        }
        Demand::CumulativeBed { alpha_beta, at_most_gy, each_course_gy, .. } => {
            let left = at_most_gy - same(alpha_beta)?.bed_of_eqd2_gy(prior_eqd2_gy);
            let bed_gy = each_course_gy.map_or(left, |each| left.min(each));
            Some(alpha_beta.total_of_bed_gy(bed_gy, fractions))
        }
        _ => None,
    }
}
