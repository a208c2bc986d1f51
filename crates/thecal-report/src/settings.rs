//! The settings that a result was made with, whole: what makes the same result of the same files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::separation::ApproachRecord;
use crate::uncertainty::UncertaintySource;
use crate::words::{Anatomy, EndRule, PairKind, Role};

/// What was asked for. Names of structures stand as the record has them, also where a file was
/// asked for by its own name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SettingsRecord {
    /// Names of the tumours; empty: by role.
    pub tumours: Vec<String>,
    /// Name of the cord; `null`: by role.
    pub cord: Option<String>,
    /// Name of the thecal sac; `null`: by role.
    pub sac: Option<String>,
    /// Names of the clinical target volumes of the target rule; empty: by role.
    pub ctvs: Vec<String>,
    /// SHA-256 of the files of structures that were asked for; empty: the only one there.
    pub structures_sha256: Vec<String>,
    /// The same of the study after in a comparison.
    #[serde(default)]
    pub structures_after_sha256: Vec<String>,
    /// Where contoured solids end.
    pub ends: EndRule,
    /// Thresholds of the verdicts.
    pub thresholds: ThresholdsRecord,
    /// Whether structures of different frames of reference may be measured as if they were in
    /// one.
    pub assume_same_frame: bool,
    /// The user's own names, in the order in which they are tried.
    pub aliases: Vec<AliasRecord>,
    /// The table of names for labels of masks; `null`: the names that the files give.
    #[serde(default)]
    pub labels: Option<LabelTableRecord>,
    /// The separation to simulate.
    pub separation: Option<SeparationSettings>,
    /// Figures of dose that were asked for; `null`: doses were left alone.
    #[serde(default)]
    pub dose: Option<DoseSettingsRecord>,
    /// Uncertainty that was asked for; `null`: none.
    #[serde(default)]
    pub uncertainty: Option<UncertaintySettingsRecord>,
    /// Margins of PRVs that the user stated.
    #[serde(default)]
    pub prv_margins: Vec<PrvMarginRecord>,
    /// SHA-256 of the file that gave defaults for these settings; `null` where there was none.
    #[serde(default)]
    pub config_sha256: Option<String>,
}

/// Uncertainty as it was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UncertaintySettingsRecord {
    /// Name of the set of sources that is built in; `null` where they came from a file.
    pub preset: Option<String>,
    /// The sources.
    pub sources: Vec<UncertaintySource>,
    /// Number of samples.
    pub samples: u32,
    /// What the samples are made from.
    pub seed: u64,
}

/// A margin of PRVs that the user stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrvMarginRecord {
    /// Name of the PRV; `null`: all that are not named.
    pub structure: Option<String>,
    /// The margin, mm.
    pub margin_mm: f64,
}

/// Figures of dose as they were asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoseSettingsRecord {
    /// SHA-256 of the doses that were asked for; empty: the only one there.
    pub doses_sha256: Vec<String>,
    /// Names of the structures; empty: all, or those about the gap.
    pub structures: Vec<String>,
    /// Name of the target of the prescription; `null`: as the plan says, or by role.
    pub target: Option<String>,
    /// Prescribed dose, Gy; `null`: as the plan says.
    pub prescription_gy: Option<f64>,
    /// Number of fractions; `null`: as the plan says.
    pub fractions: Option<u32>,
    /// Dose that the tumour's edge is to have, Gy; `null`: what the plan gives it.
    pub edge_gy: Option<f64>,
    /// A stated fall-off, % of the prescription for each mm; `null`: none.
    pub falloff_pct_per_mm: Option<f64>,
    /// Figures beside those that are given without asking.
    pub metrics: Vec<String>,
    /// The table of limits.
    pub limits: LimitTableRecord,
    /// Earlier radiotherapy of the same place: `none`, `unknown`, or `EQD2=GY`.
    pub prior_rt: String,
}

/// The table of limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitTableRecord {
    /// The built-in rows whose numbers were read in their source.
    Verified,
    /// Also the built-in rows that were read second hand.
    All,
    /// Rows of one's own, as the TOML of their file.
    Own(String),
}

/// Thresholds pair by pair, ascending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThresholdsRecord {
    /// Of the tumour-cord gap, mm.
    pub tumour_cord_mm: Vec<f64>,
    /// Of the tumour-sac gap, mm.
    pub tumour_sac_mm: Vec<f64>,
    /// Of the cord-sac gap, mm.
    pub cord_sac_mm: Vec<f64>,
    /// The pairs that they were set for by themselves, whose verdicts are part of the headline.
    pub set: Vec<PairKind>,
    /// A gap up to this far below a threshold counts as reaching it, mm.
    pub tolerance_mm: f64,
}

/// A name or pattern that the user gave a role to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AliasRecord {
    /// The name, or the pattern with `*` and `?`.
    pub name: String,
    /// The role.
    pub role: Role,
}

/// A table that names labels of masks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelTableRecord {
    /// Its name, where it is built in; `null` where it was a file.
    pub table: Option<String>,
    /// The names, of a table of one's own; empty where it is built in.
    pub names: Vec<LabelNameRecord>,
}

/// The name of a value of a label map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelNameRecord {
    /// The value.
    pub value: i32,
    /// The name.
    pub name: String,
}

/// A separation as it was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeparationSettings {
    /// The approaches, in the order of the report.
    pub approaches: Vec<NamedApproach>,
    /// Resection depth: tumour within this distance of the reference is to be removed, mm.
    pub amount_mm: f64,
    /// Reference of the resection: `cord` or `thecal_sac`; `null`: the sac, or the cord where
    /// there is no sac.
    pub reference: Option<Role>,
    /// Names of structures that instruments must not enter.
    pub keep_out: Vec<String>,
    /// Levels of the removal, along the planes of the reference, mm; `null` for all.
    pub levels_mm: Option<[f64; 2]>,
    /// Spacing of the grid that removal is computed on, mm.
    pub grid_mm: f64,
    /// Whether a range of amounts was asked for.
    pub sweep: bool,
    /// Scenarios of cord and sac, in addition to `fixed`, which is always included.
    pub anatomies: Vec<AnatomySettings>,
}

/// An approach under its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NamedApproach {
    /// The name.
    pub name: String,
    /// What it is.
    #[serde(flatten)]
    pub approach: ApproachRecord,
}

/// A scenario of cord and sac as it was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnatomySettings {
    /// Which.
    pub anatomy: Anatomy,
    /// Of `cord_shift`: towards the patient's front, left and head in the frame of the
    /// centreline at the tumour's middle, mm; `null` for others.
    pub shift_mm: Option<[f64; 3]>,
}
