//! What was found of a study, before it is made a record of.

use thecal_geom::Warning;
use thecal_margin::{Headline, SurfaceDistance};
use thecal_report::{DoseRecord, Input, PrvRecord, UncertaintyRecord};
use thecal_separation::{Basis, LeftOut};

use crate::phase::{Pair, Phase, PhaseKind};
use crate::separate::Separation;
use crate::settings::Thresholds;
use crate::structure_facts::StructureFacts;

/// What was found of a study. The record is made of it, once: see
/// [`record::report`](crate::record::report).
#[derive(Debug)]
pub(crate) struct Assessment {
    pub(crate) inputs: Vec<Input>,
    pub(crate) structures: Vec<StructureFacts>,
    /// A frame of reference was taken for another by the user's word.
    pub(crate) assumed_same_frame: bool,
    /// The anatomy as contoured first, then that after an operation, then simulated ones.
    pub(crate) phases: Vec<Phase>,
    pub(crate) separation: Option<Separation>,
    pub(crate) target: Option<TargetRule>,
    pub(crate) comparison: Option<Comparison>,
    /// What structures receive of the study's dose.
    pub(crate) dose: Option<DoseRecord>,
    /// How sure the gaps are.
    pub(crate) uncertainty: Option<UncertaintyRecord>,
    pub(crate) warnings: Vec<Warning>,
}

impl Assessment {
    /// Adds what was found of the study's dose.
    pub(crate) fn add_dose(&mut self, dose: Option<DoseRecord>, warnings: Vec<Warning>) {
        self.dose = dose;
        self.warnings.extend(warnings);
    }

    /// Adds what was found of the study's PRVs.
    pub(crate) fn add_prvs(&mut self, prvs: Vec<PrvRecord>, warnings: Vec<Warning>) {
        if !prvs.is_empty() {
            self.uncertainty.get_or_insert_default().prv = prvs;
        }
        self.warnings.extend(warnings);
    }

    /// That of the study after an operation where there is one, else that of the anatomy as
    /// contoured. What was simulated has no say in it.
    pub(crate) fn headline(&self, thresholds: &Thresholds) -> Headline {
        self.worst(thresholds, |kind| *kind == PhaseKind::Operated)
            .or_else(|| self.worst(thresholds, |kind| *kind == PhaseKind::Drawn))
            .unwrap_or(Headline::NotAssessable)
    }

    /// The worst of the simulated phases; none where nothing was simulated.
    pub(crate) fn simulated_headline(&self, thresholds: &Thresholds) -> Option<Headline> {
        self.worst(thresholds, |kind| matches!(kind, PhaseKind::Separated { .. }))
    }

    fn worst(&self, thresholds: &Thresholds, of: fn(&PhaseKind) -> bool) -> Option<Headline> {
        let phases = self.phases.iter().filter(|p| of(&p.kind));
        phases.map(|p| p.headline(thresholds)).max()
    }
}

/// The target rule on a study.
#[derive(Debug)]
pub(crate) struct TargetRule {
    pub(crate) source: &'static str,
    pub(crate) extents: Vec<ExtentFacts>,
    /// What each target leaves out of each extent.
    pub(crate) left_out: Vec<LeftOutOf>,
}

/// The epidural extent of a tumour.
#[derive(Debug)]
pub(crate) struct ExtentFacts {
    pub(crate) name: String,
    pub(crate) tumour: String,
    pub(crate) basis: Basis,
    pub(crate) volume_cc: f64,
}

/// What a target leaves out of the extent of a tumour.
#[derive(Debug)]
pub(crate) struct LeftOutOf {
    pub(crate) ctv: String,
    pub(crate) tumour: String,
    pub(crate) out: LeftOut,
}

/// The study after an operation, beside that before it.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) inputs: Vec<Input>,
    pub(crate) structures: Vec<StructureFacts>,
    /// The same pair in both, where it is there.
    pub(crate) pairs: Vec<[Option<Pair>; 2]>,
    pub(crate) tumour_before_cc: Option<f64>,
    pub(crate) tumour_after_cc: Option<f64>,
    pub(crate) surfaces: Vec<SurfaceComparison>,
}

/// What an approach left, against what the operation left.
#[derive(Debug)]
pub(crate) struct SurfaceComparison {
    pub(crate) approach: String,
    pub(crate) distance: Option<SurfaceDistance>,
    pub(crate) simulated_cc: f64,
    pub(crate) real_cc: f64,
}
