//! A pair of structures in the record, with its gap, its range and its verdicts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::{Headline, IntervalSource, Limit, PairKind, Verdict};

/// One pair of structures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairRecord {
    /// Which pair.
    pub pair: PairKind,
    /// Name of the first structure.
    pub a: String,
    /// Name of the second structure.
    pub b: String,
    /// Least surface distance, mm; negative where they overlap.
    pub gap_mm: Option<f64>,
    /// Lower end of the range that the resolution of the data leaves open, mm.
    pub gap_lower_mm: Option<f64>,
    /// Upper end of that range, mm.
    pub gap_upper_mm: Option<f64>,
    /// What makes that range: the gap less the sum of the one side is the lower end, plus the sum
    /// of the other the upper.
    #[serde(default)]
    pub interval_parts: Vec<IntervalPart>,
    /// A second figure that is less sensitive to contouring noise and never replaces the gap: the smallest of
    /// the gaps plane by plane, smoothed along the planes (docs/method.md), mm; `null` where
    /// too few planes face.
    #[serde(default)]
    pub gap_smoothed_mm: Option<f64>,
    /// Overlap volume, cc.
    pub overlap_cc: Option<f64>,
    /// Nearest points.
    pub closest: Option<Closest>,
    /// The gap in and through the plane.
    pub direction: Option<Direction>,
    /// Where the gap is.
    pub r#where: Option<Where>,
    /// What limits the gap: `ends`, `missing_planes`, `voxels`, ...
    pub limited_by: Option<Limit>,
    /// Extent below each threshold.
    pub below: Vec<BelowThreshold>,
    /// Verdict on each threshold.
    pub verdicts: Vec<ThresholdVerdict>,
    /// What these verdicts come to; `null` in records of programs that did not tell.
    #[serde(default)]
    pub headline: Option<Headline>,
    /// Whether these verdicts are part of the headline: those of tumour and cord are, and those on
    /// thresholds that the user set for this kind of pair.
    pub decides: bool,
    /// The gap plane by plane and by sector.
    pub profile: Option<Profile>,
}

/// A part of the range that the data leave open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IntervalPart {
    /// `planes`, `poles`, `ends`, `points`, `rounding`, `pixels`, `search`, or `drawing` (what
    /// was open before a simulated separation).
    pub part: IntervalSource,
    /// By how much the gap may be smaller, mm.
    pub lower_mm: f64,
    /// By how much the gap may be larger, mm.
    pub upper_mm: f64,
}

/// Nearest points, LPS mm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Closest {
    /// On the first structure.
    pub a_mm: [f64; 3],
    /// On the second structure.
    pub b_mm: [f64; 3],
}

/// Parts of the gap vector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Direction {
    /// Within the plane, mm.
    pub in_plane_mm: f64,
    /// Along the plane normal, mm.
    pub through_plane_mm: f64,
}

/// Where a gap is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Where {
    /// Degrees clockwise seen from below, 0 anterior, 90 patient left.
    pub clock_deg: Option<f64>,
    /// Position along the plane normal, mm.
    pub plane_mm: Option<f64>,
    /// Vertebral level.
    pub level: Option<String>,
}

/// Extent of the region that is closer than a threshold. The cord's numbers are in `tumour-cord` and
/// `cord-sac`, the sac's in `tumour-sac`; the others are `null`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BelowThreshold {
    /// Threshold, mm.
    pub threshold_mm: f64,
    /// Cord surface nearer than that, mm2.
    pub cord_surface_mm2: Option<f64>,
    /// Length of cord, mm.
    pub cord_length_mm: Option<f64>,
    /// Sac surface nearer than that, mm2.
    pub sac_surface_mm2: Option<f64>,
    /// Length of sac, mm.
    pub sac_length_mm: Option<f64>,
    /// Part of the circumference that is nearer on some plane, degrees.
    pub circumference_deg: Option<f64>,
    /// Tumour volume nearer than that to the cord or sac, or inside it, cc; `null` in
    /// `cord-sac`.
    pub tumour_volume_cc: Option<f64>,
}

/// Verdict on a threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThresholdVerdict {
    /// Threshold, mm.
    pub threshold_mm: f64,
    /// Verdict; `null` where there is no gap to judge.
    pub verdict: Option<Verdict>,
    /// True where the verdict would be another without the tolerance.
    #[serde(default)]
    pub by_tolerance: bool,
}

/// The gap along and around the cord (`tumour-sac`: the sac).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// Distances up to this are listed, mm.
    pub reach_mm: f64,
    /// By plane.
    pub planes: Vec<ProfilePlane>,
    /// By clock sector.
    pub sectors: Vec<ProfileSector>,
}

/// The gap on one plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProfilePlane {
    /// Position along the plane normal, mm.
    pub plane_mm: f64,
    /// Gap, mm; `null` beyond the profile's reach.
    pub gap_mm: Option<f64>,
    /// Lower bound, mm.
    pub gap_lower_mm: Option<f64>,
    /// Upper bound, mm.
    pub gap_upper_mm: Option<f64>,
}

/// The gap in one sector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileSector {
    /// From, degrees.
    pub clock_deg_from: f64,
    /// To, degrees.
    pub clock_deg_to: f64,
    /// Gap, mm; `null` beyond the profile's reach.
    pub gap_mm: Option<f64>,
    /// Lower bound, mm.
    pub gap_lower_mm: Option<f64>,
    /// Upper bound, mm.
    pub gap_upper_mm: Option<f64>,
}
