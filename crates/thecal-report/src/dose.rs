//! What structures receive: the section `dose` of a report, and the output of `thecal dvh --json`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::provenance::{Tool, WarningRecord};
use crate::words::{LimitVerdict, PairKind, Role};

/// The whole output of `thecal dvh`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoseReport {
    /// Version of this format, that of the report.
    pub schema_version: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// Coordinate space: always `LPS`.
    pub space: String,
    /// The dose and what structures receive of it.
    pub dose: DoseRecord,
    /// What was dropped, repaired or doubted.
    pub warnings: Vec<WarningRecord>,
}

/// A dose and what structures receive of it. Where the gate did not accept the dose there are no
/// structures, no limits and no gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoseRecord {
    /// The doses that were read; several are summed.
    pub inputs: Vec<DoseInput>,
    /// Whether the dose is what it says.
    pub gate: Gate,
    /// Prescribed dose of the whole course, Gy; `null` where it is not known.
    pub prescription_gy: Option<f64>,
    /// Number of fractions; `null` where it is not known.
    pub fractions: Option<u32>,
    /// Earlier radiotherapy of the same place.
    pub prior_rt: PriorRt,
    /// Dose-volume figures by structure.
    pub structures: Vec<DoseStructure>,
    /// Limits with their verdicts.
    pub limits: Vec<LimitRecord>,
    /// Dose along the closest segments of tumour and cord.
    pub across_gap: Vec<AcrossGap>,
    /// How near to the cord the isodose of each limit comes, anywhere.
    pub isodose_gaps: Vec<IsodoseGap>,
    /// The part of each tumour that lies near the cord.
    pub epidural: Vec<EpiduralDose>,
    /// The gap that each limit asks for.
    pub gap_needed: Vec<GapNeeded>,
}

impl DoseRecord {
    /// The shortest way from each tumour to the cord, in their order.
    pub fn shortest_ways(&self) -> impl Iterator<Item = &AcrossGap> {
        let first_of = |n: usize, way: &AcrossGap| {
            self.across_gap[..n].iter().all(|before| (&before.a, &before.b) != (&way.a, &way.b))
        };
        // Those of a tumour stand together, the shortest first.
        let ways = self.across_gap.iter().enumerate();
        ways.filter(move |(n, way)| first_of(*n, way)).map(|(_, way)| way)
    }
}

/// A dose that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoseInput {
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// Dose Units as the file says.
    pub units: Option<String>,
    /// Dose Type as the file says.
    pub r#type: Option<String>,
    /// Dose Summation Type as the file says.
    pub summation: Option<String>,
    /// SOP Instance UID of its plan.
    pub plan: Option<String>,
    /// Fractions that the plan gives for it.
    pub fractions: Option<u32>,
    /// Distance between columns, rows and planes, mm; of uneven planes the largest.
    pub grid_mm: [f64; 3],
    /// Largest sampled value, Gy.
    pub max_gy: f64,
    /// SHA-256 of the file.
    pub content_sha256: String,
}

/// The judgement on whether a dose is what its label says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// False where no figure of this dose may be used.
    pub accepted: bool,
    /// Why it was not accepted, or what is doubtful of one that was.
    pub reasons: Vec<GateReason>,
}

/// One finding of the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateReason {
    /// Stable code, as those of warnings.
    pub code: String,
    /// For a person.
    pub message: String,
    /// True where it alone stops every figure.
    pub refuses: bool,
}

/// Earlier radiotherapy of the same place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriorRt {
    /// There was none, by the user's word.
    None,
    /// Nobody said.
    Unknown,
    /// There was, with this largest dose of cord or sac as EQD2 (alpha/beta 2 Gy), Gy.
    Eqd2Gy(f64),
}

/// What one structure receives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoseStructure {
    /// Its name.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// The structure that it was made from, where it is not drawn.
    pub derived_from: Option<DerivedFrom>,
    /// Volume, cc.
    pub volume_cc: f64,
    /// Lower end of the range of the volume, cc.
    pub volume_lower_cc: f64,
    /// Upper end of the range of the volume, cc.
    pub volume_upper_cc: f64,
    /// Share of the volume where the dose is known, 0 to 1.
    pub share_in_grid: f64,
    /// Dose-volume figures.
    pub metrics: Vec<DoseMetric>,
    /// The cumulative dose-volume curve; `null` where there is none.
    pub curve: Option<DoseCurve>,
}

/// How a structure was made from another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DerivedFrom {
    /// Name of the drawn structure.
    pub structure: String,
    /// Expansion in all directions, mm.
    pub expansion_mm: f64,
}

/// A dose-volume figure with its range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoseMetric {
    /// Name, for example `Dmax`, `D0.035cc`, `D95%` or `V20Gy`.
    pub metric: String,
    /// Its value; `null` where there is none.
    pub value: Option<f64>,
    /// Lower end of its range.
    pub lower: Option<f64>,
    /// Upper end of its range.
    pub upper: Option<f64>,
    /// Unit of value and bounds: `Gy`, `cc` or `%`.
    pub unit: String,
    /// Why there is no value, or what opens the range.
    pub reason: Option<String>,
}

/// A cumulative dose-volume curve: the volume that receives at least each dose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoseCurve {
    /// Doses, ascending, Gy.
    pub dose_gy: Vec<f64>,
    /// Volume that receives at least that dose, cc.
    pub volume_cc: Vec<f64>,
    /// Lower end of its range, cc.
    pub lower_cc: Vec<f64>,
    /// Upper end of its range, cc.
    pub upper_cc: Vec<f64>,
}

/// A limit and how this dose stands to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitRecord {
    /// Name of the row.
    pub id: String,
    /// The structure that the row is about, with its expansion.
    pub structure: String,
    /// The figure that is limited.
    pub metric: String,
    /// Number of fractions that the row is for; `null` for any.
    pub fractions: Option<u32>,
    /// Unit of limit and figure: `Gy`, `Gy EQD2` or `Gy BED`; another one where the row limits no
    /// dose, whose numbers stand in the reason.
    pub unit: String,
    /// The limit of the whole course, Gy; `null` where the row limits no dose.
    pub limit_gy: Option<f64>,
    /// The figure, Gy.
    pub value_gy: Option<f64>,
    /// Lower end of its range, Gy.
    pub lower_gy: Option<f64>,
    /// Upper end of its range, Gy.
    pub upper_gy: Option<f64>,
    /// Name of the structure that the figure is of.
    pub of: Option<String>,
    /// True where that structure was not drawn but made by growing a drawn one.
    pub made: bool,
    /// The verdict.
    pub verdict: LimitVerdict,
    /// Why it is no plain pass or fail, and what was made to answer it.
    pub reason: Option<String>,
    /// Author or report and year.
    pub source: String,
    /// DOI of the source.
    pub doi: Option<String>,
    /// `verified` where the number was read in the source itself, else `secondary`, or `site` for a
    /// row of the user's own file.
    pub status: String,
}

/// Dose along one closest segment of a pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AcrossGap {
    /// Which pair.
    pub pair: PairKind,
    /// Name of the tumour.
    pub a: String,
    /// Name of the cord.
    pub b: String,
    /// Position along the plane normal, mm.
    pub plane_mm: Option<f64>,
    /// Degrees clockwise seen from below, 0 anterior, 90 patient left.
    pub clock_deg: Option<f64>,
    /// Length of the segment, mm; negative where the two overlap.
    pub gap_mm: f64,
    /// Distance of the dose's samples along the segment, mm.
    pub grid_mm: f64,
    /// Dose at the tumour's end, Gy.
    pub dose_a_gy: Option<f64>,
    /// Dose at the cord's end, Gy.
    pub dose_b_gy: Option<f64>,
    /// Mean fall-off from tumour to cord, % of the prescription per mm.
    pub mean_pct_per_mm: Option<f64>,
    /// Steepest fall-off, % of the prescription per mm.
    pub steepest_pct_per_mm: Option<f64>,
    /// Mean fall-off from tumour to cord, Gy/mm.
    pub mean_gy_per_mm: Option<f64>,
    /// Steepest fall-off, Gy/mm.
    pub steepest_gy_per_mm: Option<f64>,
    /// Where doses of interest lie.
    pub isodoses: Vec<IsodosePlace>,
    /// The dose along the segment.
    pub profile: Vec<DoseAt>,
    /// Why there is no fall-off.
    pub reason: Option<String>,
}

/// Where a dose is met along a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IsodosePlace {
    /// The dose, Gy.
    pub dose_gy: f64,
    /// What dose it is: a share of the prescription, or the row of a limit.
    pub of: String,
    /// Distance from the cord's surface towards the tumour, mm; negative inside the cord; `null`
    /// where the segment does not meet it.
    pub from_cord_mm: Option<f64>,
    /// Lower end of its range by the sampling of the dose, mm.
    pub lower_mm: Option<f64>,
    /// Upper end of its range, mm.
    pub upper_mm: Option<f64>,
    /// Why the dose is not met.
    pub reason: Option<String>,
}

/// The dose at one place of a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoseAt {
    /// Distance from the cord's surface towards the tumour, mm.
    pub from_cord_mm: f64,
    /// Dose, Gy; `null` where it is not known.
    pub dose_gy: Option<f64>,
}

/// How near to the cord the isodose of a limit comes, anywhere along the cord.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IsodoseGap {
    /// Name of the limit's row.
    pub limit: String,
    /// The dose, Gy.
    pub dose_gy: f64,
    /// Distance of the isodose from the cord's surface, mm; negative where the cord receives that
    /// dose; `null` where it is reached nowhere near the cord.
    pub gap_mm: Option<f64>,
    /// Lower end of its range by the sampling of the dose, mm.
    pub gap_lower_mm: Option<f64>,
    /// Upper end of its range, mm.
    pub gap_upper_mm: Option<f64>,
}

/// What the part of a tumour near the cord receives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EpiduralDose {
    /// Name of the tumour.
    pub tumour: String,
    /// Name of the cord.
    pub cord: String,
    /// Tumour within this distance of the cord is meant, mm.
    pub within_mm: f64,
    /// Its volume, cc.
    pub volume_cc: f64,
    /// Dmin, D98%, D95% and Dmean of it.
    pub metrics: Vec<DoseMetric>,
}

/// The gap that a limit asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GapNeeded {
    /// Which pair.
    pub pair: PairKind,
    /// Name of the tumour.
    pub a: String,
    /// Name of the cord.
    pub b: String,
    /// The simulated scenario whose gap is held against it; `null` for the anatomy as contoured.
    #[serde(default)]
    pub scenario: Option<String>,
    /// Name of the limit's row.
    pub limit: String,
    /// The dose that the row allows in the fractions of the course, Gy.
    pub limit_gy: f64,
    /// Dose that the tumour's edge is to receive, Gy.
    pub edge_dose_gy: Option<f64>,
    /// Gap needed, mm.
    pub needed_mm: Option<f64>,
    /// Lower end of its range by the sampling of the dose, mm.
    pub needed_lower_mm: Option<f64>,
    /// Upper end of its range, mm.
    pub needed_upper_mm: Option<f64>,
    /// Gap that there is, mm.
    pub had_mm: f64,
    /// What is lacking, mm; negative: to spare.
    pub lacking_mm: Option<f64>,
    /// The model of the fall-off: `plan_isodose`, `linear` or `erf`.
    pub model: String,
    /// What the model assumes.
    pub assumptions: String,
    /// Why there is no number.
    pub reason: Option<String>,
    /// True for the row that asks for the largest gap.
    pub rules: bool,
}
