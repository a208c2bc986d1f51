//! The record, field by field as in the contract. A quantity that could not be had is `None`
//! (JSON `null`), never 0 or NaN; a warning says why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::comparison::{Comparison, TargetRule};
use crate::dose::DoseRecord;
use crate::phase::PhaseRecord;
use crate::provenance::{Input, Parameters, Tool, WarningRecord};
use crate::separation::Separation;
use crate::settings::SettingsRecord;
use crate::structure::StructureRecord;
use crate::uncertainty::UncertaintyRecord;
use crate::words::{Headline, Phase};

/// Version of the report's format.
pub const SCHEMA_VERSION: &str = "2";

/// The whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Version of this format.
    pub schema_version: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// Coordinate space: always `LPS`.
    pub space: String,
    /// What was read.
    pub inputs: Vec<Input>,
    /// What was found in it.
    pub structures: Vec<StructureRecord>,
    /// Thresholds of the verdicts, mm, ascending.
    pub thresholds_mm: Vec<f64>,
    /// A gap up to this far below a threshold counts as reaching it, mm.
    #[serde(default)]
    pub tolerance_mm: f64,
    /// Settings that a number depends on.
    pub parameters: Parameters,
    /// All settings of the run; `null` in records of versions that did not keep it, which
    /// cannot be drawn again from their study.
    #[serde(default)]
    pub settings: Option<SettingsRecord>,
    /// Measurements by phase.
    pub phases: Vec<PhaseRecord>,
    /// The simulated separation, where one was asked for.
    pub separation: Option<Separation>,
    /// The target rule after an operation, where a separation or an operation is looked at.
    pub target: Option<TargetRule>,
    /// Two real studies side by side, where two were compared.
    pub comparison: Option<Comparison>,
    /// What structures receive of the study's dose; `null` where there is none or it was not looked
    /// at.
    #[serde(default)]
    pub dose: Option<DoseRecord>,
    /// How sure the gaps are; `null` where it was not asked and no PRV is drawn.
    #[serde(default)]
    pub uncertainty: Option<UncertaintyRecord>,
    /// The worst headline of the anatomy as contoured, whatever was simulated; of two studies,
    /// that of the study after the operation.
    pub headline: Headline,
    /// The worst headline of the simulated separations; `null` where none was simulated.
    pub simulated_headline: Option<Headline>,
    /// What was dropped, repaired or doubtful.
    pub warnings: Vec<WarningRecord>,
}

/// Warnings that stand beside the verdict, since it means little without them.
const CAUTIONS: [&str; 6] = [
    "assumed_same_frame",
    "assumed_same_patient",
    "contour_images_elsewhere",
    "cord_outside_sac",
    "gap_at_island",
    "tumour_in_cord",
];

impl Report {
    /// The warnings that have to be read with the verdict: what was assumed, and anatomy that cannot
    /// be.
    pub fn cautions(&self) -> impl Iterator<Item = &WarningRecord> {
        self.warnings.iter().filter(|w| CAUTIONS.contains(&w.code.as_str()))
    }

    /// The phases that the headline is about: those of the anatomy as contoured.
    pub(crate) fn judged(&self) -> impl Iterator<Item = &PhaseRecord> {
        let operated = self.phases.iter().any(|p| p.phase == Phase::After);
        let wanted = if operated { Phase::After } else { Phase::Before };
        self.phases.iter().filter(move |p| p.phase == wanted)
    }

    /// The phases that were simulated.
    pub fn simulated(&self) -> impl Iterator<Item = &PhaseRecord> {
        self.phases.iter().filter(|p| p.phase == Phase::Simulated)
    }
}
