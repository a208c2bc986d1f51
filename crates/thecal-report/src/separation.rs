//! The record of a simulated separation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::{Anatomy, Headline, PairKind, Role};

/// A simulated separation: removal of tumour near the reference, by one approach or several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Separation {
    /// The reference of the resection.
    pub reference: String,
    /// Its role: `thecal_sac` or `cord`.
    pub reference_role: Role,
    /// The structure whose centreline gives the directions.
    pub centreline: String,
    /// Resection depth: tumour within this distance of the reference is to be removed, mm.
    pub amount_mm: f64,
    /// Levels of the removal, along the planes of the reference, mm; `null` for all.
    pub levels_mm: Option<[f64; 2]>,
    /// Spacing of the grid that removal is computed on, mm.
    pub grid_mm: f64,
    /// Structures that instruments must not enter, in addition to cord and sac.
    pub keep_out: Vec<String>,
    /// Bone that counts as removed where it stands in the way; empty where none is given, and
    /// the way is then free.
    pub bone: Vec<String>,
    /// What became of cord and sac in the runs that the sweep goes on from: `fixed`.
    pub anatomy: Anatomy,
    /// All scenarios of cord and sac that were asked for and possible.
    pub anatomies: Vec<AnatomyRecord>,
    /// One for each approach and tumour.
    pub runs: Vec<SeparationRun>,
    /// Gap and removed volume for a range of amounts, where it was asked for.
    pub sweep: Vec<SweepRow>,
    /// The smallest depth that reaches each threshold of the tumour-cord gap, the best approach first.
    pub least: Vec<LeastRow>,
}

/// A scenario of cord and sac after a separation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnatomyRecord {
    /// `fixed`, `sac_reexpanded` or `cord_shift`.
    pub anatomy: Anatomy,
    /// Shift of the cord towards the patient's front, left and head in the frame of the
    /// centreline at the tumour's middle, mm.
    pub cord_shift_mm: Option<[f64; 3]>,
    /// The same shift along LPS, mm.
    pub cord_shift_lps_mm: Option<[f64; 3]>,
    /// Volume of the sac in this scenario, cc.
    pub sac_cc: Option<f64>,
}

/// One approach to one tumour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeparationRun {
    /// The scenario of the phase `after`: the name of the approach, and `/` and the anatomy
    /// where that is not `fixed`.
    pub scenario: String,
    /// Name of the approach.
    #[serde(default)]
    pub approach_name: String,
    /// What became of cord and sac: `fixed`, `sac_reexpanded` or `cord_shift`.
    pub anatomy: Anatomy,
    /// The tumour.
    pub tumour: String,
    /// What the approach is.
    pub approach: ApproachRecord,
    /// Removed tumour, cc.
    pub removed_cc: f64,
    /// Residual tumour, cc.
    pub residual_cc: f64,
    /// Pieces of the residual, cc, largest first.
    pub pieces_cc: Vec<f64>,
    /// Pieces that were part of a larger one before.
    pub detached: usize,
    /// Contoured bone removed for access, cc (`corpectomy`: the whole body); `null` where no bone is
    /// drawn, or for the ideal approach.
    pub bone_removed_cc: Option<f64>,
    /// Tumour within the resection depth that the approach cannot reach.
    pub shadow: ShadowRecord,
    /// Before and after, pair by pair.
    pub changes: Vec<GapChange>,
}

/// An approach as it was used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApproachRecord {
    /// Everything can be removed, whatever is in the way.
    pub ideal: bool,
    /// The whole vertebral body and all tumour in it, for comparison.
    pub corpectomy: bool,
    /// Ranges of clock positions that instruments come from, degrees.
    pub from_clock_deg: Vec<[f64; 2]>,
    /// Largest tilt towards head and feet, degrees.
    pub tilt_deg: f64,
    /// Half the width of the instrument, mm.
    pub tool_radius_mm: f64,
    /// Distance that it keeps from the reference and the cord, mm.
    pub safety_mm: f64,
    /// Length of it that must be free, mm.
    pub depth_mm: f64,
    /// How far it reaches round a corner within the cavity, mm.
    pub undercut_mm: f64,
    /// The tube that it works through.
    pub tube: Option<TubeRecord>,
}

/// A tube.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TubeRecord {
    /// Inner diameter, mm.
    pub diameter_mm: f64,
    /// Direction that it comes from, degrees.
    pub clock_deg: f64,
    /// Distance of its axis from the centreline, mm.
    pub offset_mm: f64,
    /// Where along the centreline it points, mm from the middle of the tumour.
    pub level_mm: f64,
}

/// Tumour that cannot be reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShadowRecord {
    /// Its volume, cc.
    pub volume_cc: f64,
    /// Its volume in twelve clock sectors from anterior, cc.
    pub sectors_cc: Vec<f64>,
    /// Its place nearest to the reference, LPS mm.
    pub nearest_mm: Option<[f64; 3]>,
    /// Clock position of that place, degrees.
    pub nearest_clock_deg: Option<f64>,
}

/// A gap before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GapChange {
    /// Which pair.
    pub pair: PairKind,
    /// Before, mm.
    pub before_mm: Option<f64>,
    /// After, mm; `null` where nothing of the tumour is left.
    pub after_mm: Option<f64>,
    /// After minus before, mm.
    pub change_mm: Option<f64>,
}

/// One amount of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepRow {
    /// Name of the approach.
    pub scenario: String,
    /// The tumour.
    pub tumour: String,
    /// Amount, mm.
    pub amount_mm: f64,
    /// Tumour-cord gap after, mm (without a cord: tumour-sac); `null` where nothing is left.
    pub gap_mm: Option<f64>,
    /// Lower end of its interval, mm.
    pub gap_lower_mm: Option<f64>,
    /// Upper end of its interval, mm.
    pub gap_upper_mm: Option<f64>,
    /// Removed tumour, cc.
    pub removed_cc: f64,
    /// Tumour within the resection depth that cannot be reached, cc.
    pub shadow_cc: f64,
    /// Headline of this gap.
    pub headline: Headline,
}

/// The smallest removal with which an approach reaches a threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeastRow {
    /// Name of the approach.
    pub scenario: String,
    /// The tumour.
    pub tumour: String,
    /// The threshold, mm.
    pub threshold_mm: f64,
    /// Whether the nominal gap reaches it within the amounts of the sweep.
    pub reached: bool,
    /// Least amount of the sweep that does, mm.
    pub amount_mm: Option<f64>,
    /// Tumour removed at that depth, cc.
    pub removed_cc: Option<f64>,
    /// The largest gap of the sweep, mm, where it is not reached.
    pub best_gap_mm: Option<f64>,
    /// Clock position that pins the gap there, degrees.
    pub pinned_clock_deg: Option<f64>,
}
