//! Two real studies, before and after an operation, as one record.

use std::path::PathBuf;

use thecal_dicom::index::{Index, index};
use thecal_geom::Warning;
use thecal_margin::surface_distance;
use thecal_mask::Solid;
use thecal_report as report;
use thecal_report::{PairKind, PairRecord};

use crate::check::{Loaded, Measured, Residual, SecondStudy, judged};
use crate::error::Error;
use crate::frames::Frames;
use crate::measure::{self, Part};
use crate::record;
use crate::settings::Settings;
use crate::source;
use crate::target_rule;

/// Compares the study in `after` with that in `before` (folders, searched below, or files).
///
/// Every pair is measured in both from their own structures. All is in the frame of reference of
/// the study before; that after is brought there over registrations among the files of either.
/// The headline is that of the real study after. A separation in `settings` is simulated on the
/// study before, and what it leaves compared with what the operation left.
///
/// # Errors
/// As [`check`](crate::check) for either study; when the two are of different patients, or no
/// registration leads from one frame of reference to the other.
pub fn compare(
    before: &[PathBuf],
    after: &[PathBuf],
    settings: &Settings,
) -> Result<report::Report, Error> {
    compare_studies(before, after, settings).map(|measured| measured.report)
}

/// Compares as [`compare`] does, and keeps the solids.
///
/// # Errors
/// As [`compare`].
pub fn compare_studies(
    before: &[PathBuf],
    after: &[PathBuf],
    settings: &Settings,
) -> Result<Measured, Error> {
    let mut first = source::open(before, settings)?;
    let mut second = source::open(after, settings)?;
    let found = index(&[before, after].concat())?;
    one_patient(&found, settings, &mut first.warnings)?;
    // A registration may lie beside either.
    first.frames = Frames::of(&found);
    second.frames = Frames::of(&found);
    let loaded = Loaded::of(&first, settings, true, None)?;
    let after = Loaded::of(&second, settings, true, loaded.fixed.as_ref())?;
    let target = target_rule::rule(&loaded.parts, &after.parts.ctvs)?;
    let mut measured = judged(&first, loaded, settings)?;
    measured.report.parameters.assume_same_frame |= after.assumed;
    let warnings = &mut measured.report.warnings;
    warnings.extend(after.warnings.iter().map(|w| of_after(record::warning(w))));
    let (pairs, more) = measure::pairs(&after.parts, &settings.thresholds);
    warnings.extend(more.into_iter().map(of_after));
    if let Some(target) = target {
        measured.report.target = Some(target.record);
        measured.report.warnings.extend(target.warnings);
        measured.extents = target.extents;
    }
    let headline = measure::headline(&pairs);
    let real = &measured.report.phases[0];
    let tumour_before_cc = volume_cc(&measured.parts.tumours);
    let tumour_after_cc = volume_cc(&after.parts.tumours);
    measured.report.comparison = Some(report::Comparison {
        inputs_after: second.inputs,
        structures_after: after.structures,
        headline_before: real.headline,
        headline_after: headline,
        pairs: paired(&real.pairs, &pairs),
        tumour_before_cc,
        tumour_after_cc,
        removed_cc: tumour_before_cc.zip(tumour_after_cc).map(|(b, a)| b - a),
        surfaces: surfaces(&measured.residuals, &after.parts.tumours),
    });
    let phase = report::PhaseRecord {
        phase: report::Phase::After,
        scenario: None,
        anatomy: None,
        pairs,
        headline,
    };
    // What was done stands before what might have been.
    measured.report.phases.insert(1, phase);
    measured.report.headline = headline;
    measured.after = Some(SecondStudy { parts: after.parts, series: second.series });
    measured.files.extend(second.files);
    measured.labels = measured.labels.and(&second.labels);
    Ok(measured)
}

/// A comparison of two patients means nothing.
fn one_patient(
    found: &Index,
    settings: &Settings,
    warnings: &mut Vec<Warning>,
) -> Result<(), Error> {
    if found.patients_of(source::drawn_or_shown) <= 1 {
        return Ok(());
    }
    if !settings.assume_same_frame {
        return Err(Error::DifferentPatients);
    }
    let message = "the two studies carry different patient identifiers and are compared all the \
                   same, as asked for";
    warnings.push(Warning::new("assumed_same_patient", message, ""));
    Ok(())
}

/// A warning of the study after, told apart from those of the study before.
fn of_after(mut warning: report::WarningRecord) -> report::WarningRecord {
    warning.r#where = match warning.r#where.as_str() {
        "" => "after".to_owned(),
        place => format!("after: {place}"),
    };
    warning
}

/// Volume of all tumours, cc; none where there is none.
fn volume_cc(tumours: &[Part]) -> Option<f64> {
    (!tumours.is_empty()).then(|| tumours.iter().map(|t| t.solid.volume_cc()).sum())
}

/// Pairs of both studies: of tumours of one name, or of the only tumour of each; others alone.
fn paired(before: &[PairRecord], after: &[PairRecord]) -> Vec<report::ComparedPair> {
    let mut out = Vec::new();
    for kind in [PairKind::TumourCord, PairKind::TumourSac, PairKind::CordSac] {
        let of = |pairs: &'_ [PairRecord]| -> Vec<PairRecord> {
            pairs.iter().filter(|p| p.pair == kind).cloned().collect()
        };
        let (first, mut rest) = (of(before), of(after));
        let alone = first.len() == 1 && rest.len() == 1;
        for b in &first {
            let at = rest.iter().position(|a| alone || a.a == b.a);
            let a = at.map(|at| rest.remove(at));
            out.push(compared_pair(kind, Some(b), a.as_ref()));
        }
        out.extend(rest.iter().map(|a| compared_pair(kind, None, Some(a))));
    }
    out
}

fn compared_pair(
    kind: PairKind,
    before: Option<&PairRecord>,
    after: Option<&PairRecord>,
) -> report::ComparedPair {
    let names = |p: &PairRecord| [p.a.clone(), p.b.clone()];
    let gap = |p: Option<&PairRecord>| p.and_then(|p| p.gap_mm);
    let range = |p: Option<&PairRecord>| {
        let p = p?;
        Some([p.gap_lower_mm?, p.gap_upper_mm?])
    };
    let verdicts = |p: Option<&PairRecord>| p.map(|p| p.verdicts.clone()).unwrap_or_default();
    report::ComparedPair {
        pair: kind,
        before: before.map(names),
        after: after.map(names),
        before_mm: gap(before),
        before_range_mm: range(before),
        after_mm: gap(after),
        after_range_mm: range(after),
        change_mm: gap(before).zip(gap(after)).map(|(b, a)| a - b),
        change_range_mm: range(before).zip(range(after)).map(|(b, a)| [a[0] - b[1], a[1] - b[0]]),
        verdicts_before: verdicts(before),
        verdicts_after: verdicts(after),
    }
}

/// What each approach left, against what the operation left.
fn surfaces(residuals: &[Residual], real: &[Part]) -> Vec<report::SurfaceRow> {
    let real: Vec<&Solid> = real.iter().map(|t| &t.solid).collect();
    let cc = |solids: &[&Solid]| solids.iter().map(|s| s.volume_cc()).sum::<f64>();
    let mut scenarios: Vec<&str> = residuals.iter().map(|r| r.scenario.as_str()).collect();
    scenarios.dedup();
    scenarios
        .into_iter()
        .map(|scenario| {
            let of = residuals.iter().filter(|r| r.scenario == scenario);
            let left: Vec<&Solid> = of.filter_map(|r| r.solid.as_ref()).collect();
            let found = surface_distance(&left, &real);
            report::SurfaceRow {
                scenario: scenario.to_owned(),
                mean_mm: found.map(|d| d.mean_mm),
                p95_mm: found.map(|d| d.p95_mm),
                max_mm: found.map(|d| d.max_mm),
                signed_mean_mm: found.map(|d| d.signed_mean_mm),
                simulated_cc: cc(&left),
                real_cc: cc(&real),
            }
        })
        .collect()
}
