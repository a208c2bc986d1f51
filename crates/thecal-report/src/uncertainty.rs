//! How sure a gap is: its distribution under the stated uncertainties of drawing, registration and
//! position, and whether drawn PRVs have the margin that they should have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::prv::PrvRecord;
use crate::words::{PairKind, Phase, UncertainStructure, UncertaintyKind, UncertaintyPart};

/// How sure the gaps are. A PRV is looked at wherever one is drawn; the rest is there where sources
/// of uncertainty were given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UncertaintyRecord {
    /// Name of the set of sources that is built in; `null` where they came from a file.
    pub preset: Option<String>,
    /// The sources, each independent of the others.
    pub sources: Vec<UncertaintySource>,
    /// Number of samples; `null` where no sources were given.
    pub samples: Option<u32>,
    /// What the samples are made from: the same seed gives the same samples.
    pub seed: Option<u64>,
    /// The pairs of the anatomy as contoured, then those of the simulated phases.
    pub pairs: Vec<PairProbability>,
    /// What structures receive when they move in the dose; `null` where there is no dose.
    #[serde(default)]
    pub dose: Option<UncertainDose>,
    /// Drawn PRVs against exact expansions.
    pub prv: Vec<PrvRecord>,
}

/// A source of uncertainty: normal distributions about nothing, whose SDs are these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UncertaintySource {
    /// What it is.
    pub name: String,
    /// What moves.
    pub structure: UncertainStructure,
    /// What makes it move.
    pub kind: UncertaintyKind,
    /// How often it takes a new value.
    pub part: UncertaintyPart,
    /// Towards the patient's left, back and head, mm.
    pub shift_sd_mm: [f64; 3],
    /// About these axes through the middle of the closest segment, degrees.
    pub rotation_sd_deg: [f64; 3],
    /// The whole surface outwards, mm.
    pub offset_sd_mm: f64,
    /// Where the figures come from.
    pub reference: String,
}

/// The distribution of one gap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairProbability {
    /// Which anatomy.
    pub phase: Phase,
    /// Name of the simulated scenario; `null` for the anatomy as contoured.
    pub scenario: Option<String>,
    /// Which pair.
    pub pair: PairKind,
    /// Name of the first structure.
    pub a: String,
    /// Name of the second structure.
    pub b: String,
    /// The gap as drawn, mm.
    pub nominal_mm: f64,
    /// Median, mm.
    pub median_mm: f64,
    /// 5 % lie below it, mm.
    pub p05_mm: f64,
    /// 95 % lie below it, mm.
    pub p95_mm: f64,
    /// Standard deviation by all sources, mm.
    pub sd_mm: f64,
    /// Standard deviation by the systematic sources alone, mm.
    pub systematic_sd_mm: f64,
    /// Standard deviation by the random sources alone, from fraction to fraction, mm.
    pub random_sd_mm: f64,
    /// Probability that the gap reaches each threshold.
    pub probability: Vec<ThresholdProbability>,
    /// The same where contouring varies from place to place.
    pub sensitivity: Vec<Sensitivity>,
    /// What each source contributes.
    pub contributions: Vec<Contribution>,
    /// The loss of gap that is not exceeded with a probability of 95 %, mm: for a probability of 95 %
    /// the gap as drawn must be larger than a threshold by this.
    pub margin_needed_mm: f64,
    /// Structures of the pair that no source moves: their surfaces are taken as exact.
    pub exact: Vec<UncertainStructure>,
    /// How often each gap occurs.
    pub histogram: Histogram,
}

/// How often values occur, in bins of one width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Histogram {
    /// Where the first bin begins, mm.
    pub from_mm: f64,
    /// Width of a bin, mm.
    pub width_mm: f64,
    /// Share of the samples in each bin.
    pub shares: Vec<f64>,
}

/// The probability that a gap reaches a threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThresholdProbability {
    /// Threshold, mm. No tolerance is given.
    pub threshold_mm: f64,
    /// Probability, 0 to 1.
    pub p: f64,
    /// Its Monte Carlo standard error.
    pub standard_error: f64,
    /// Probability for the lower end of what the drawing leaves open; `null` where it was not asked.
    pub p_lower: Option<f64>,
    /// Probability for the upper end.
    pub p_upper: Option<f64>,
    /// The gap as drawn that would reach the threshold with a probability of 95 %, mm.
    pub gap_needed_mm: Option<f64>,
}

/// The probabilities where contouring displaces surfaces from place to place with this correlation
/// length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sensitivity {
    /// Correlation length, mm.
    pub correlation_mm: f64,
    /// Median, mm.
    pub median_mm: f64,
    /// Probability that the gap reaches each threshold.
    pub probability: Vec<ThresholdProbability>,
}

/// What a source contributes to the spread of a gap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contribution {
    /// Name of the source.
    pub source: String,
    /// By how much of itself the variance of the gap shrinks without this source.
    pub share_of_variance: f64,
    /// What `margin_needed_mm` would be if the standard deviations of this source were half as large.
    pub margin_if_halved_mm: f64,
}

/// What structures receive when they move in a dose that stays where it was planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UncertainDose {
    /// What is assumed.
    pub assumption: String,
    /// Number of fractions.
    pub fractions: u32,
    /// Figures of structures.
    pub figures: Vec<UncertainFigure>,
    /// Limits on these figures.
    pub limits: Vec<UncertainLimit>,
    /// Why there are no figures of other structures.
    pub reasons: Vec<String>,
}

/// The distribution of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UncertainFigure {
    /// Name of the structure.
    pub structure: String,
    /// The figure.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// As planned.
    pub nominal: f64,
    /// 5 % lie below it.
    pub p05: f64,
    /// Median.
    pub median: f64,
    /// 95 % lie below it.
    pub p95: f64,
    /// Number of samples.
    pub samples: u32,
}

/// The probability that a limit is held.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UncertainLimit {
    /// Name of the row.
    pub id: String,
    /// Name of the structure.
    pub structure: String,
    /// The figure that is limited.
    pub metric: String,
    /// The limit of the whole course, Gy.
    pub limit_gy: f64,
    /// The figure as planned, Gy.
    pub nominal_gy: f64,
    /// 5 % lie below it, Gy.
    pub p05_gy: f64,
    /// Median, Gy.
    pub median_gy: f64,
    /// 95 % lie below it, Gy.
    pub p95_gy: f64,
    /// Probability that the limit is held, 0 to 1.
    pub p: f64,
    /// Its Monte Carlo standard error.
    pub standard_error: f64,
}
