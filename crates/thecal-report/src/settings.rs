//! The settings that a result was made with, whole: what makes the same result of the same files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::separation::ApproachRecord;
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
    /// SHA-256 of the file that gave defaults for these settings; `null` where there was none.
    #[serde(default)]
    pub config_sha256: Option<String>,
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
