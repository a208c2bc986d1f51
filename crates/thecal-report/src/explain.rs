//! The same study under the conventions of other programs: the output of `thecal explain --json`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pair::{Closest, Where};
use crate::provenance::{Input, Parameters, Tool, WarningRecord};
use crate::words::{Convention, GridSource, PairKind, Role};

/// The whole output of `thecal explain`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainReport {
    /// Version of this format, that of the report.
    pub schema_version: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// Coordinate space: always `LPS`.
    pub space: String,
    /// What was read.
    pub inputs: Vec<Input>,
    /// Settings that our own figures depend on.
    pub parameters: Parameters,
    /// The grid that masks are made on; `null` where there is none, which a warning tells of.
    pub grid: Option<ExplainGrid>,
    /// Gaps, pair by pair.
    pub pairs: Vec<ExplainPair>,
    /// Volumes and doses, structure by structure.
    pub structures: Vec<ExplainStructure>,
    /// What was dropped, repaired or doubted.
    pub warnings: Vec<WarningRecord>,
}

/// The grid that masks are made on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainGrid {
    /// Where it comes from.
    pub from: GridSource,
    /// Modality of the images, where it is theirs.
    pub modality: Option<String>,
    /// Series Instance UID, where it is that of images.
    pub series_instance_uid: Option<String>,
    /// Number of columns, rows and slices.
    pub size: [usize; 3],
    /// Distance of columns, rows and slices, mm.
    pub spacing_mm: [f64; 3],
    /// Centre of the first voxel, mm.
    pub origin_mm: [f64; 3],
}

/// A pair of structures under all conventions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainPair {
    /// Which pair.
    pub pair: PairKind,
    /// Name of the first structure.
    pub a: String,
    /// Name of the second structure.
    pub b: String,
    /// Our gap, mm; negative where the two overlap.
    pub gap_mm: Option<f64>,
    /// Lower end of its range, mm.
    pub gap_lower_mm: Option<f64>,
    /// Upper end of its range, mm.
    pub gap_upper_mm: Option<f64>,
    /// Our nearest points.
    pub closest: Option<Closest>,
    /// Where our gap is.
    pub r#where: Option<Where>,
    /// The gap under other conventions.
    pub conventions: Vec<ConventionGap>,
}

/// A gap under a convention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConventionGap {
    /// Which one.
    pub convention: Convention,
    /// The gap, mm; `null` where it gives none, see `reason`.
    pub gap_mm: Option<f64>,
    /// Lower end of its range, mm; `null` of conventions that know none.
    pub gap_lower_mm: Option<f64>,
    /// Upper end of its range, mm.
    pub gap_upper_mm: Option<f64>,
    /// The gap less ours, mm.
    pub difference_mm: Option<f64>,
    /// Whether it lies within our range.
    pub within_our_range: Option<bool>,
    /// Its nearest points: of masks the centres of voxels.
    pub closest: Option<Closest>,
    /// Where they lie.
    pub r#where: Option<Where>,
    /// Why it is what it is on this study.
    pub why: Option<String>,
    /// Why there is no gap.
    pub reason: Option<String>,
    /// Programs that have this convention.
    pub programs: Vec<ConventionProgram>,
}

/// A program that has a convention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConventionProgram {
    /// Its name, with the function or option.
    pub name: String,
    /// Its version.
    pub version: String,
    /// True where it was run on the same files as thecal (`docs/explain.md`), false where its source was
    /// read.
    pub compared: bool,
}

/// A structure under all conventions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainStructure {
    /// Its name.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Our volume, cc.
    pub volume_cc: f64,
    /// The least of our volumes with any end rule, cc.
    pub volume_lower_cc: f64,
    /// The largest of them, cc.
    pub volume_upper_cc: f64,
    /// The volume under other conventions.
    pub conventions: Vec<ConventionVolume>,
    /// Dose figures under other conventions; empty where there is no dose.
    pub dose: Vec<ConventionDose>,
}

/// A volume under a convention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConventionVolume {
    /// Which one.
    pub convention: Convention,
    /// The volume, cc; `null` where it gives none, see `reason`.
    pub volume_cc: Option<f64>,
    /// The volume less ours, cc.
    pub difference_cc: Option<f64>,
    /// The same in per cent of ours.
    pub difference_pct: Option<f64>,
    /// Why it is what it is.
    pub why: Option<String>,
    /// Why there is no volume.
    pub reason: Option<String>,
    /// Programs that have this convention.
    pub programs: Vec<ConventionProgram>,
}

/// A dose figure under a convention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConventionDose {
    /// Which one.
    pub convention: Convention,
    /// `volume`, `Dmax`, `Dmean` or `D0.03cc`.
    pub metric: String,
    /// `Gy` or `cc`.
    pub unit: String,
    /// The figure; `null` where it gives none, see `reason`.
    pub value: Option<f64>,
    /// Our figure.
    pub ours: Option<f64>,
    /// Lower end of its range.
    pub ours_lower: Option<f64>,
    /// Upper end of its range.
    pub ours_upper: Option<f64>,
    /// The figure less ours.
    pub difference: Option<f64>,
    /// Why it is what it is.
    pub why: Option<String>,
    /// Why there is no figure.
    pub reason: Option<String>,
    /// Programs that have this convention.
    pub programs: Vec<ConventionProgram>,
}
