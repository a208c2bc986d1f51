//! What was found of a study as its record: the one place where the report is made.

mod comparison;
mod pair;
mod separation;
pub(crate) mod settings;
mod structure;
pub(crate) mod words;

use std::path::PathBuf;

use thecal_geom::Warning;
use thecal_margin::PairKind;
use thecal_report as report;
use thecal_report::text::plain;

use crate::assessment::Assessment;
use crate::phase::{Phase, PhaseKind, scenario_name};
use crate::settings::{Settings, Thresholds};
use settings::Naming;

/// Accuracy of the refined gap on the interpolated solids, mm.
const GAP_TOLERANCE_MM: f64 = 0.01;

/// The record of what was found.
pub(crate) fn report(
    found: &Assessment,
    settings: &Settings,
    naming: &dyn Naming,
) -> report::Report {
    let thresholds = &settings.thresholds;
    // Files of structures come first among the inputs, in the order in which they were asked for.
    let asked = |inputs: &[report::Input], named: &[PathBuf]| {
        inputs.iter().take(named.len()).filter_map(|i| i.content_sha256.clone()).collect()
    };
    let after = found.comparison.as_ref().map_or(&[][..], |c| &c.inputs);
    let structures_sha256 =
        [asked(&found.inputs, &settings.structures), asked(after, &settings.structures_after)];
    let named = settings.dose.as_ref().map_or(0, |d| d.doses.len());
    let doses = found.dose.iter().flat_map(|d| &d.inputs).take(named);
    let doses_sha256 = doses.map(|i| i.content_sha256.clone()).collect();
    report::Report {
        schema_version: report::SCHEMA_VERSION.to_owned(),
        tool: tool(),
        space: "LPS".to_owned(),
        inputs: found.inputs.clone(),
        structures: found.structures.iter().map(structure::structure).collect(),
        thresholds_mm: thresholds.of(PairKind::TumourCord).to_vec(),
        tolerance_mm: thresholds.tolerance_mm(),
        parameters: parameters(settings, found.assumed_same_frame),
        settings: Some(settings::settings(settings, structures_sha256, doses_sha256, naming)),
        phases: found.phases.iter().map(|p| phase(p, thresholds)).collect(),
        separation: found.separation.as_ref().map(separation::separation),
        target: found.target.as_ref().map(comparison::target_rule),
        dose: found.dose.clone(),
        uncertainty: found.uncertainty.clone(),
        comparison: found.comparison.as_ref().map(|c| comparison::comparison(c, found, thresholds)),
        headline: words::headline(found.headline(thresholds)),
        simulated_headline: found.simulated_headline(thresholds).map(words::headline),
        warnings: found.warnings.iter().map(warning).collect(),
    }
}

/// Which anatomy a phase is of, and its scenario.
pub(crate) fn when(kind: &PhaseKind) -> (report::Phase, Option<String>) {
    match kind {
        PhaseKind::Drawn => (report::Phase::Before, None),
        PhaseKind::Operated => (report::Phase::After, None),
        PhaseKind::Separated { approach, anatomy } => {
            (report::Phase::Simulated, Some(scenario_name(approach, *anatomy)))
        }
    }
}

fn phase(phase: &Phase, thresholds: &Thresholds) -> report::PhaseRecord {
    let (when, scenario) = when(&phase.kind);
    let (approach, anatomy) = match &phase.kind {
        PhaseKind::Drawn | PhaseKind::Operated => (None, None),
        PhaseKind::Separated { approach, anatomy } => {
            (Some(approach.clone()), Some(words::anatomy(*anatomy)))
        }
    };
    report::PhaseRecord {
        phase: when,
        scenario,
        approach,
        anatomy,
        pairs: phase.pairs.iter().map(|p| pair::pair(p, thresholds)).collect(),
        headline: words::headline(phase.headline(thresholds)),
    }
}

/// The structure that pictures and written structures lie about: what is to be spared.
pub(crate) fn spared(structures: &[report::StructureRecord]) -> Option<&report::StructureRecord> {
    let role = |role| structures.iter().find(|s| s.role == role);
    role(report::Role::Cord).or_else(|| role(report::Role::ThecalSac)).or(structures.first())
}

pub(crate) fn tool() -> report::Tool {
    report::Tool { name: "thecal".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

pub(crate) fn warning(w: &Warning) -> report::WarningRecord {
    report::WarningRecord {
        code: w.code.to_owned(),
        message: plain(&w.message).into_owned(),
        r#where: plain(&w.place).into_owned(),
    }
}

pub(crate) fn parameters(settings: &Settings, assumed_same_frame: bool) -> report::Parameters {
    report::Parameters {
        ends: words::end_rule(settings.ends),
        gap_tolerance_mm: GAP_TOLERANCE_MM,
        assume_same_frame: assumed_same_frame,
    }
}
