//! The record of two real studies side by side, and of the target rule after an operation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Input, StructureRecord, ThresholdVerdict, record};
use crate::words::{ExtentBasis, Headline, PairKind};

record! {
    /// A study before an operation and one after it. The report's own inputs and structures are
    /// those before; the phases `before` and `after` without a scenario are the real ones.
    Comparison {
        /// What was read of the study after.
        inputs_after: Vec<Input>,
        /// Its structures, in the frame of reference of the study before.
        structures_after: Vec<StructureRecord>,
        /// Headline before.
        headline_before: Headline,
        /// Headline after.
        headline_after: Headline,
        /// The pairs, before and after.
        pairs: Vec<ComparedPair>,
        /// Tumour before, cc.
        tumour_before_cc: Option<f64>,
        /// Tumour after, cc.
        tumour_after_cc: Option<f64>,
        /// Before minus after, cc.
        removed_cc: Option<f64>,
        /// Simulated residual tumour against the real one, a row for each approach.
        surfaces: Vec<SurfaceRow>,
    }
}
record! {
    /// One pair before and after.
    ComparedPair {
        /// Which pair.
        pair: PairKind,
        /// Names of the two structures before; `null` where the pair is not there.
        before: Option<[String; 2]>,
        /// Names of the two structures after; `null` where the pair is not there.
        after: Option<[String; 2]>,
        /// Gap before, mm.
        before_mm: Option<f64>,
        /// Its interval, mm.
        before_range_mm: Option<[f64; 2]>,
        /// Gap after, mm.
        after_mm: Option<f64>,
        /// Its interval, mm.
        after_range_mm: Option<[f64; 2]>,
        /// After minus before, mm.
        change_mm: Option<f64>,
        /// What the two intervals leave open of that, mm.
        change_range_mm: Option<[f64; 2]>,
        /// Verdicts before.
        verdicts_before: Vec<ThresholdVerdict>,
        /// Verdicts after.
        verdicts_after: Vec<ThresholdVerdict>,
    }
}
record! {
    /// The surface of simulated residual tumour against that of the real one.
    SurfaceRow {
        /// The approach.
        scenario: String,
        /// Mean distance, both ways, mm; `null` where nothing is left of one of them.
        mean_mm: Option<f64>,
        /// 95 % of both surfaces lie within this of the other, mm.
        p95_mm: Option<f64>,
        /// Largest distance, mm.
        max_mm: Option<f64>,
        /// Mean of the simulated surface's signed distance to the real tumour, mm: positive where
        /// the simulation leaves more than the operation did.
        signed_mean_mm: Option<f64>,
        /// Simulated residual tumour, cc.
        simulated_cc: f64,
        /// Real residual tumour, cc.
        real_cc: f64,
    }
}
record! {
    /// What a target after an operation must hold, whatever was taken: the whole bony and epidural
    /// extent before it (Redmond et al. 2017, doi 10.1016/j.ijrobp.2016.09.014).
    TargetRule {
        /// The rule's source.
        source: String,
        /// The epidural extent of each tumour before the operation.
        extents: Vec<ExtentRecord>,
        /// What each target leaves out of it.
        left_out: Vec<LeftOutRecord>,
    }
}
record! {
    /// The epidural extent of a tumour before an operation.
    ExtentRecord {
        /// Name under which it is written out.
        name: String,
        /// The tumour.
        tumour: String,
        /// What was taken as epidural: `canal` (tumour within the drawn canal), `outside_bone`
        /// (tumour outside the drawn vertebrae) or `whole_tumour` (neither is drawn).
        basis: ExtentBasis,
        /// Volume, cc.
        volume_cc: f64,
    }
}
record! {
    /// The part of an epidural extent that a target leaves out.
    LeftOutRecord {
        /// The target.
        ctv: String,
        /// The tumour.
        tumour: String,
        /// Volume, cc.
        volume_cc: f64,
        /// Volume in twelve clock sectors from anterior, cc; `null` without a centreline.
        sectors_cc: Option<Vec<f64>>,
        /// How far it comes out of the target, mm; 0 where nothing does.
        depth_mm: f64,
        /// Where, LPS mm.
        deepest_mm: Option<[f64; 3]>,
    }
}
