//! Two real studies, before and after an operation, as one record.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use thecal_dicom::index::Object;
use thecal_geom::Warning;
use thecal_margin::{PairKind, surface_distance};
use thecal_mask::Solid;
use thecal_report as report;
use thecal_store::Store;

use crate::assessment::{Comparison, SurfaceComparison};
use crate::check::evaluate;
use crate::dose;
use crate::error::{Error, Fault};
use crate::frames::Frames;
use crate::implausible::implausible;
use crate::load::Loaded;
use crate::measure::{self, Part};
use crate::measured::{Measured, Residual, SecondStudy};
use crate::phase::{Pair, Phase, PhaseKind};
use crate::record;
use crate::record::settings::Naming;
use crate::settings::Settings;
use crate::source::{self, Source};
use crate::target_rule;

/// Compares the study in `after` with that in `before` (folders, searched below, or files).
///
/// Every pair is measured in both studies from their own structures, in the frame of reference of the
/// study before. Registrations among the files of either study transform the study after. The headline
/// is that of the real study after. A separation in `settings` is simulated on the study before, and its
/// residual is compared with the real one.
///
/// # Errors
/// As [`check`](crate::check) for either study; when the two are of different patients, or no
/// registration joins the two frames of reference.
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
    compare_studies_in(&Store::files(), before, after, settings)
}

/// As [`compare_studies`], of studies in a store.
///
/// # Errors
/// As [`compare`].
pub fn compare_studies_in(
    store: &Store,
    before: &[PathBuf],
    after: &[PathBuf],
    settings: &Settings,
) -> Result<Measured, Error> {
    let (settings_before, settings_after) = (settings.of_before(), settings.of_after());
    let mut first = source::open(store, before, &settings_before)?;
    let mut second = source::open(store, after, &settings_after)?;
    let objects = of_both(&first, &second);
    let assumed = one_patient(&objects, settings)?;
    // A registration may lie beside either.
    let frames = Frames::from_objects(&objects);
    (first.frames, second.frames) = (frames.clone(), frames);
    first.warnings.extend(assumed);
    let loaded = Loaded::from_source(&first, &settings_before, true, None)?;
    let after = Loaded::from_source(&second, &settings_after, true, loaded.fixed.as_ref())?;
    let target = target_rule::rule(&loaded.parts, &after.parts.ctvs)?;
    let fixed = loaded.fixed.clone();
    // How sure the gaps are is asked of both studies at once, below.
    let first_alone = Settings { uncertainty: None, ..settings.clone() };
    let mut done = evaluate(&first.inputs, loaded, &first_alone)?;
    let assessment = &mut done.assessment;
    assessment.assumed_same_frame |= after.assumed;
    assessment.warnings.extend(after.warnings.into_iter().map(of_after));
    let (pairs, more) = measure::pairs(&after.parts, &settings.thresholds);
    assessment.warnings.extend(more.into_iter().map(of_after));
    assessment.warnings.extend(implausible(&pairs).into_iter().map(of_after));
    let extents = assessment.hold_to(target);
    assessment.comparison = Some(Comparison {
        inputs: second.inputs.clone(),
        structures: after.structures,
        pairs: paired(&assessment.phases[0].pairs, &pairs),
        tumour_before_cc: volume_cc(&done.parts.tumours),
        tumour_after_cc: volume_cc(&after.parts.tumours),
        surfaces: surfaces(&done.residuals, &after.parts.tumours),
    });
    // A plan is made for what the operation left.
    let found = dose::section(&second, &settings_after)?;
    let dose = found.placed(&second, fixed.as_ref(), settings.assume_same_frame)?;
    assessment.add_dose(found.record, found.warnings);
    // What was done stands before what might have been.
    assessment.phases.insert(1, Phase { kind: PhaseKind::Operated, pairs });
    if let Some(asked) = &settings.uncertainty {
        done.judge_uncertainty(Some(&after.parts), &settings.thresholds, asked);
    }
    done.judge_dose(Some(&after.parts), dose.as_ref(), settings);
    let report =
        record::report(&done.assessment, settings, &Both { first: &first, second: &second });
    first.files.extend(second.files);
    Ok(Measured {
        report,
        parts: done.parts,
        after: Some(SecondStudy {
            parts: after.parts,
            series: second.series,
            pictures: second.pictures,
        }),
        anatomies: done.anatomies,
        dose,
        fixed,
        residuals: done.residuals,
        prvs: Vec::new(),
        extents,
        store: first.store,
        files: first.files,
        series: first.series,
        pictures: first.pictures,
        labels: first.labels.and(&second.labels),
    })
}

/// Names of either study.
struct Both<'a> {
    first: &'a Source,
    second: &'a Source,
}

impl Naming for Both<'_> {
    fn structure(&self, asked: &str) -> String {
        let name = self.first.structure(asked);
        // It may be that of a file of the second study.
        if name == asked { self.second.structure(asked) } else { name }
    }

    fn alias(&self, written: &str) -> String {
        let name = self.first.alias(written);
        // It may be for a file of the second study.
        if name == written { self.second.alias(written) } else { name }
    }
}

/// The objects of both studies, each once where the two lie in one folder.
fn of_both<'a>(first: &'a Source, second: &'a Source) -> Vec<&'a Object> {
    let here: HashSet<&Path> = first.objects.iter().map(|o| o.path.as_path()).collect();
    let more = second.objects.iter().filter(|o| !here.contains(o.path.as_path()));
    first.objects.iter().chain(more).collect()
}

/// A comparison of two patients means nothing.
fn one_patient(objects: &[&Object], settings: &Settings) -> Result<Option<Warning>, Error> {
    let rests_on = objects.iter().filter(|o| source::drawn_or_shown(o.kind));
    if rests_on.map(|o| o.patient()).collect::<HashSet<_>>().len() <= 1 {
        return Ok(None);
    }
    if !settings.assume_same_frame {
        return Err(Fault::DifferentPatients.into());
    }
    let message = "the two studies have different patient identifiers and were compared all the \
                   same, on request";
    Ok(Some(Warning::new("assumed_same_patient", message, "")))
}

/// A warning of the study after, told apart from those of the study before.
fn of_after(mut warning: Warning) -> Warning {
    warning.place = match warning.place.as_str() {
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
fn paired(before: &[Pair], after: &[Pair]) -> Vec<[Option<Pair>; 2]> {
    let mut out = Vec::new();
    for kind in PairKind::ALL {
        let of = |pairs: &'_ [Pair]| -> Vec<Pair> {
            pairs.iter().filter(|p| p.kind == kind).cloned().collect()
        };
        let (first, mut rest) = (of(before), of(after));
        let alone = first.len() == 1 && rest.len() == 1;
        for b in first {
            let at = rest.iter().position(|a| alone || a.a == b.a);
            let a = at.map(|at| rest.remove(at));
            out.push([Some(b), a]);
        }
        out.extend(rest.into_iter().map(|a| [None, Some(a)]));
    }
    out
}

/// What each approach left, against what the operation left.
fn surfaces(residuals: &[Residual], real: &[Part]) -> Vec<SurfaceComparison> {
    let real: Vec<&Solid> = real.iter().map(|t| &t.solid).collect();
    let cc = |solids: &[&Solid]| solids.iter().map(|s| s.volume_cc()).sum::<f64>();
    let mut approaches: Vec<&str> = residuals.iter().map(|r| r.approach.as_str()).collect();
    approaches.dedup();
    approaches
        .into_iter()
        .map(|approach| {
            let of = residuals.iter().filter(|r| r.approach == approach);
            let left: Vec<&Solid> = of.filter_map(|r| r.solid.as_ref()).collect();
            SurfaceComparison {
                approach: approach.to_owned(),
                distance: surface_distance(&left, &real),
                simulated_cc: cc(&left),
                real_cc: cc(&real),
            }
        })
        .collect()
}
