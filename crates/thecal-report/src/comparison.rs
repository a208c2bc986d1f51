//! The record of two real studies side by side, and of the target rule after an operation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pair::ThresholdVerdict;
use crate::provenance::Input;
use crate::structure::StructureRecord;
use crate::words::{ExtentBasis, Headline, PairKind};

/// A study before an operation and one after it. The report's own inputs and structures are
/// those before; the phases `before` and `after` without a scenario are the real ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// What was read of the study after.
    pub inputs_after: Vec<Input>,
    /// Its structures, in the frame of reference of the study before.
    pub structures_after: Vec<StructureRecord>,
    /// Headline before.
    pub headline_before: Headline,
    /// Headline after.
    pub headline_after: Headline,
    /// The pairs, before and after.
    pub pairs: Vec<ComparedPair>,
    /// Tumour before, cc.
    pub tumour_before_cc: Option<f64>,
    /// Tumour after, cc.
    pub tumour_after_cc: Option<f64>,
    /// Before minus after, cc.
    pub removed_cc: Option<f64>,
    /// Simulated residual tumour against the real one, a row for each approach.
    pub surfaces: Vec<SurfaceRow>,
}

/// One pair before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedPair {
    /// Which pair.
    pub pair: PairKind,
    /// Names of the two structures before; `null` where the pair is not there.
    pub before: Option<[String; 2]>,
    /// Names of the two structures after; `null` where the pair is not there.
    pub after: Option<[String; 2]>,
    /// Gap before, mm.
    pub before_mm: Option<f64>,
    /// Its interval, mm.
    pub before_range_mm: Option<[f64; 2]>,
    /// Gap after, mm.
    pub after_mm: Option<f64>,
    /// Its interval, mm.
    pub after_range_mm: Option<[f64; 2]>,
    /// After minus before, mm.
    pub change_mm: Option<f64>,
    /// What the two intervals leave open of that, mm.
    pub change_range_mm: Option<[f64; 2]>,
    /// Verdicts before.
    pub verdicts_before: Vec<ThresholdVerdict>,
    /// Verdicts after.
    pub verdicts_after: Vec<ThresholdVerdict>,
}

/// The surface of simulated residual tumour against that of the real one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurfaceRow {
    /// The approach.
    pub scenario: String,
    /// Mean distance, both ways, mm; `null` where nothing is left of one of them.
    pub mean_mm: Option<f64>,
    /// 95 % of both surfaces lie within this of the other, mm.
    pub p95_mm: Option<f64>,
    /// Largest distance, mm.
    pub max_mm: Option<f64>,
    /// Mean of the simulated surface's signed distance to the real tumour, mm: positive where
    /// the simulation leaves more than the operation did.
    pub signed_mean_mm: Option<f64>,
    /// Simulated residual tumour, cc.
    pub simulated_cc: f64,
    /// Real residual tumour, cc.
    pub real_cc: f64,
}

/// The extent that a target after an operation must include, whatever was removed: the whole
/// bony and epidural extent before it (Redmond et al. 2017, doi 10.1016/j.ijrobp.2016.09.014).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetRule {
    /// The rule's source.
    pub source: String,
    /// The epidural extent of each tumour before the operation.
    pub extents: Vec<ExtentRecord>,
    /// The part of it that each target leaves out.
    pub left_out: Vec<LeftOutRecord>,
}

/// The epidural extent of a tumour before an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExtentRecord {
    /// Name under which it is written out.
    pub name: String,
    /// The tumour.
    pub tumour: String,
    /// Basis of the epidural extent: `canal` (tumour within the drawn canal), `outside_bone`
    /// (tumour outside the drawn vertebrae) or `whole_tumour` (neither is drawn).
    pub basis: ExtentBasis,
    /// Volume, cc.
    pub volume_cc: f64,
}

/// The part of an epidural extent that a target leaves out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOutRecord {
    /// The target.
    pub ctv: String,
    /// The tumour.
    pub tumour: String,
    /// Volume, cc.
    pub volume_cc: f64,
    /// Volume in twelve clock sectors from anterior, cc; `null` without a centreline.
    pub sectors_cc: Option<Vec<f64>>,
    /// How far it comes out of the target, mm; 0 where nothing does.
    pub depth_mm: f64,
    /// Where, LPS mm.
    pub deepest_mm: Option<[f64; 3]>,
}
