//! The record of a simulated separation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::record;
use crate::words::{Anatomy, Headline, PairKind, Role};

record! {
    /// A simulated separation: removal of tumour near the reference, by one approach or several.
    Separation {
        /// The structure that tumour is taken off.
        reference: String,
        /// Its role: `thecal_sac` or `cord`.
        reference_role: Role,
        /// The structure whose centreline gives the directions.
        centreline: String,
        /// Tumour within this of the reference is to be taken, mm.
        amount_mm: f64,
        /// Levels that tumour is taken at, along the reference's stack, mm; `null` for all.
        levels_mm: Option<[f64; 2]>,
        /// Spacing of the grid that removal is computed on, mm.
        grid_mm: f64,
        /// Structures that instruments must not enter, besides cord and sac.
        keep_out: Vec<String>,
        /// Bone that counts as removed where it stands in the way; empty where none is given, and
        /// the way is then free.
        bone: Vec<String>,
        /// What became of cord and sac in the runs that the sweep goes on from: `fixed`.
        anatomy: Anatomy,
        /// All scenarios of cord and sac that were asked for and possible.
        anatomies: Vec<AnatomyRecord>,
        /// One for each approach and tumour.
        runs: Vec<SeparationRun>,
        /// Gap and removed volume for a range of amounts, where it was asked for.
        sweep: Vec<SweepRow>,
        /// The least that reaches each threshold of the tumour-cord gap, the best approach first.
        least: Vec<LeastRow>,
    }
}
record! {
    /// A scenario of cord and sac after a separation.
    AnatomyRecord {
        /// `fixed`, `sac_reexpanded` or `cord_shift`.
        anatomy: Anatomy,
        /// Shift of the cord towards the patient's front, left and head in the frame of the
        /// centreline at the tumour's middle, mm.
        cord_shift_mm: Option<[f64; 3]>,
        /// The same shift along LPS, mm.
        cord_shift_lps_mm: Option<[f64; 3]>,
        /// Volume of the sac in this scenario, cc.
        sac_cc: Option<f64>,
    }
}
record! {
    /// One approach to one tumour.
    SeparationRun {
        /// The scenario of the phase `after`: the name of the approach, and `/` and the anatomy
        /// where that is not `fixed`.
        scenario: String,
        /// Name of the approach.
        #[serde(default)]
        approach_name: String,
        /// What became of cord and sac: `fixed`, `sac_reexpanded` or `cord_shift`.
        anatomy: Anatomy,
        /// The tumour.
        tumour: String,
        /// What the approach is.
        approach: ApproachRecord,
        /// Tumour taken, cc.
        removed_cc: f64,
        /// Tumour left, cc.
        residual_cc: f64,
        /// Pieces of what is left, cc, largest first.
        pieces_cc: Vec<f64>,
        /// Pieces that were part of a larger one before.
        detached: usize,
        /// Bone taken on the way, cc (`corpectomy`: the whole body); `null` where no bone is given,
        /// or for the ideal approach.
        bone_removed_cc: Option<f64>,
        /// Tumour within the amount that the approach cannot reach.
        shadow: ShadowRecord,
        /// Before and after, pair by pair.
        changes: Vec<GapChange>,
    }
}
record! {
    /// An approach as it was used.
    ApproachRecord {
        /// Everything can be taken, whatever stands in the way.
        ideal: bool,
        /// The whole vertebral body and all tumour in it, for comparison.
        corpectomy: bool,
        /// Ranges of clock positions that instruments come from, degrees.
        from_clock_deg: Vec<[f64; 2]>,
        /// Largest tilt towards head and feet, degrees.
        tilt_deg: f64,
        /// Half the width of the instrument, mm.
        tool_radius_mm: f64,
        /// Distance that it keeps from the reference and the cord, mm.
        safety_mm: f64,
        /// Length of it that must be free, mm.
        depth_mm: f64,
        /// How far it reaches round a corner within the cavity, mm.
        undercut_mm: f64,
        /// The tube that it works through.
        tube: Option<TubeRecord>,
    }
}
record! {
    /// A tube.
    TubeRecord {
        /// Inner diameter, mm.
        diameter_mm: f64,
        /// Direction that it comes from, degrees.
        clock_deg: f64,
        /// Distance of its axis from the centreline, mm.
        offset_mm: f64,
        /// Where along the centreline it points, mm from the middle of the tumour.
        level_mm: f64,
    }
}
record! {
    /// Tumour that cannot be reached.
    ShadowRecord {
        /// Its volume, cc.
        volume_cc: f64,
        /// Its volume in twelve clock sectors from anterior, cc.
        sectors_cc: Vec<f64>,
        /// Its place nearest to the reference, LPS mm.
        nearest_mm: Option<[f64; 3]>,
        /// Clock position of that place, degrees.
        nearest_clock_deg: Option<f64>,
    }
}
record! {
    /// A gap before and after.
    GapChange {
        /// Which pair.
        pair: PairKind,
        /// Before, mm.
        before_mm: Option<f64>,
        /// After, mm; `null` where nothing of the tumour is left.
        after_mm: Option<f64>,
        /// After minus before, mm.
        change_mm: Option<f64>,
    }
}
record! {
    /// One amount of a sweep.
    SweepRow {
        /// Name of the approach.
        scenario: String,
        /// The tumour.
        tumour: String,
        /// Amount, mm.
        amount_mm: f64,
        /// Tumour-cord gap after, mm (without a cord: tumour-sac); `null` where nothing is left.
        gap_mm: Option<f64>,
        /// Lower end of its interval, mm.
        gap_lower_mm: Option<f64>,
        /// Upper end of its interval, mm.
        gap_upper_mm: Option<f64>,
        /// Tumour taken, cc.
        removed_cc: f64,
        /// Tumour within the amount that cannot be reached, cc.
        shadow_cc: f64,
        /// Headline of this gap.
        headline: Headline,
    }
}
record! {
    /// The least removal by which an approach reaches a threshold.
    LeastRow {
        /// Name of the approach.
        scenario: String,
        /// The tumour.
        tumour: String,
        /// The threshold, mm.
        threshold_mm: f64,
        /// Whether the nominal gap reaches it within the amounts of the sweep.
        reached: bool,
        /// Least amount of the sweep that does, mm.
        amount_mm: Option<f64>,
        /// Tumour taken then, cc.
        removed_cc: Option<f64>,
        /// The largest gap of the sweep, mm, where it is not reached.
        best_gap_mm: Option<f64>,
        /// Clock position that pins the gap there, degrees.
        pinned_clock_deg: Option<f64>,
    }
}
