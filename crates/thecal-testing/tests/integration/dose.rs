//! Doses of studies on disk: what the gate lets pass, and what is told across the gap, against doses that
//! are known at every point.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use thecal::{DoseSettings, Separate, Settings, check, dvh};
use thecal_dose::PriorRt;
use thecal_phantom::{
    Content, DoseKind, DoseSpec, DoseTruth, PhantomSpec, Planes, ShapeKind, write_planned_study,
};
use thecal_report::{DoseMetric, DoseRecord, DoseReport, LimitVerdict};
use thecal_separation::Approach;

use crate::real_files::data;

/// A tumour 2.5 mm off the cord.
fn phantom(kind: DoseKind, dose: &DoseSpec) -> (TempDir, DoseTruth) {
    let folder = TempDir::new().expect("a folder");
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(11, ShapeKind::Sphere, 1.0, 2.5) };
    let (_, truth) = write_planned_study(&spec, kind, dose, folder.path()).expect("a study");
    (folder, truth)
}

const ERF: DoseKind = DoseKind::Erf { steepest_per_mm: 0.15 };

fn asked(dose: DoseSettings) -> Settings {
    Settings { dose: Some(dose), ..Settings::default() }
}

fn none_before() -> DoseSettings {
    DoseSettings { prior_rt: PriorRt::None, ..DoseSettings::default() }
}

fn found(folder: &Path, dose: DoseSettings) -> DoseReport {
    dvh(&[folder.to_owned()], &asked(dose)).expect("a report")
}

fn metric<'a>(dose: &'a DoseRecord, structure: &str, metric: &str) -> &'a DoseMetric {
    let of = dose.structures.iter().find(|s| s.name == structure).expect("the structure");
    of.metrics.iter().find(|m| m.metric == metric).expect("the figure")
}

/// The codes that refuse a dose.
fn refusals(dose: &DoseRecord) -> Vec<&str> {
    dose.gate.reasons.iter().filter(|r| r.refuses).map(|r| r.code.as_str()).collect()
}

#[test]
fn a_dose_that_is_what_it_says_gives_figures_and_the_fall_across_the_gap() {
    let (folder, truth) = phantom(ERF, &DoseSpec::new(24.0, 2, 1.0));
    let report = found(folder.path(), none_before());
    let dose = &report.dose;
    assert!(dose.gate.accepted, "{:?}", dose.gate);
    assert_eq!((dose.prescription_gy, dose.fractions), (Some(24.0), Some(2)));
    // The shortest way: the doses at its ends are those of the edge.
    let way = &dose.across_gap[0];
    assert!((way.gap_mm - 2.5).abs() < 0.02, "{}", way.gap_mm);
    let ends = [(way.dose_a_gy, truth.tumour_end_gy), (way.dose_b_gy, truth.cord_end_gy)];
    for (found, wanted) in ends {
        // 1.52 k^2 P h^2 / 8 along the edge, and the gap is met to 0.02 mm.
        assert!((found.expect("a dose") - wanted).abs() < 0.25, "{found:?} for {wanted}");
    }
    // The mean fall-off is that of the ends.
    let mean = (truth.tumour_end_gy - truth.cord_end_gy) / 2.5;
    assert!((way.mean_gy_per_mm.expect("a mean") - mean).abs() < 0.12);
    // The steepest quarter of a millimetre of the gap, by the field itself.
    let gaps = check(&[folder.path().to_owned()], &Settings::default()).expect("a check");
    let closest = gaps.phases[0].pairs[0].closest.as_ref().expect("a gap");
    let [from, to] = [closest.a_mm, closest.b_mm].map(thecal_geom::Point3::from);
    let at = |step: i32| truth.field.at_gy(from + (to - from).normalize() * 0.25 * f64::from(step));
    let steepest = (0..10).map(|k| (at(k) - at(k + 1)) / 0.25).fold(0.0, f64::max);
    // Trilinear interpolation flattens an edge by what it averages over a voxel.
    let found = way.steepest_gy_per_mm.expect("steepest");
    assert!(found < steepest + 0.05 && found > 0.92 * steepest, "{found} for {steepest}");
    // The cord's largest dose is found at its surface, where it is nearest to the tumour.
    let most = metric(dose, "SpinalCord", "Dmax");
    assert!(most.lower.expect("a bound") <= truth.cord_end_gy + 0.05, "{most:?}");
    assert!(most.upper.expect("a bound") >= truth.cord_end_gy - 0.05, "{most:?}");
}

/// How far past the tumour's edge an erf edge of 15 % per mm has fallen to a dose, mm: by bisection.
fn falls_to_mm(truth: &DoseTruth, from: [thecal_geom::Point3; 2], gy: f64) -> f64 {
    let way = (from[1] - from[0]).normalize();
    let (mut low, mut high) = (0.0, 20.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if truth.field.at_gy(from[0] + way * middle) > gy { low = middle } else { high = middle }
    }
    low
}

#[test]
fn the_gap_that_a_limit_needs_is_where_the_plan_falls_to_it() {
    let (folder, truth) = phantom(ERF, &DoseSpec::new(24.0, 2, 1.0));
    let report = found(folder.path(), none_before());
    let settings = Settings::default();
    let gaps = check(&[folder.path().to_owned()], &settings).expect("a check");
    let closest = gaps.phases[0].pairs[0].closest.as_ref().expect("a gap");
    let ends = [closest.a_mm, closest.b_mm].map(thecal_geom::Point3::from);
    // HyTEC: 17 Gy at any point of the cord in 2 fractions.
    let needed = report.dose.gap_needed.iter().find(|g| g.limit == "hytec-2").expect("the row");
    let wanted_mm = falls_to_mm(&truth, ends, 17.0);
    let mm = needed.needed_mm.expect("a number");
    assert!((mm - wanted_mm).abs() < 0.1, "{mm} for {wanted_mm}");
    assert!((needed.lacking_mm.expect("a number") - (mm - 2.5)).abs() < 0.02);
    assert_eq!(report.dose.gap_needed.iter().filter(|g| g.rules).count(), 1);
}

#[test]
fn what_is_no_dose_of_the_plan_is_refused_for_what_it_is() {
    let plain = DoseSpec::new(24.0, 3, 2.0);
    let cases = [
        (Content::Session, "dose_of_one_session"),
        (Content::SessionAsPlan, "dose_off_prescription"),
        (Content::Relative, "dose_units_relative"),
        (Content::Difference, "dose_type_error"),
        (Content::CentiGray, "dose_maximum_unlikely"),
    ];
    for (content, code) in cases {
        let (folder, _) = phantom(ERF, &DoseSpec { content, ..plain.clone() });
        let report = found(folder.path(), none_before());
        assert!(refusals(&report.dose).contains(&code), "{content:?}: {:?}", report.dose.gate);
        let dose = &report.dose;
        assert!(!dose.gate.accepted && dose.structures.is_empty() && dose.limits.is_empty());
        assert!(dose.across_gap.is_empty() && dose.gap_needed.is_empty(), "{content:?}");
    }
}

#[test]
fn a_prescription_that_nobody_states_is_asked_for() {
    let spec = DoseSpec { prescription_stated: false, ..DoseSpec::new(24.0, 2, 2.0) };
    let (folder, _) = phantom(ERF, &spec);
    let report = found(folder.path(), none_before());
    assert_eq!(refusals(&report.dose), ["prescription_unknown"]);
    let stated = DoseSettings { prescription_gy: Some(24.0), ..none_before() };
    let report = found(folder.path(), stated);
    assert!(report.dose.gate.accepted, "{:?}", report.dose.gate);
    // What the user says goes before what the plan says, also where it is wrong.
    let wrong = DoseSettings { prescription_gy: Some(80.0), ..none_before() };
    assert_eq!(refusals(&found(folder.path(), wrong).dose), ["dose_off_prescription"]);
}

#[test]
fn doses_of_all_beams_are_summed_and_those_of_some_are_refused() {
    let whole = DoseSpec::new(24.0, 2, 2.0);
    let (plan, _) = phantom(ERF, &whole);
    let (beams, truth) = phantom(ERF, &DoseSpec { content: Content::Beams, ..whole });
    let [of_plan, of_beams] =
        [&plan, &beams].map(|folder| found(folder.path(), none_before()).dose);
    assert!(of_beams.gate.accepted, "{:?}", of_beams.gate);
    assert_eq!(of_beams.inputs.len(), 3);
    for name in ["Dmax", "Dmean", "D0.035cc"] {
        let [a, b] = [&of_plan, &of_beams].map(|d| metric(d, "SpinalCord", name).value);
        assert!((a.expect("a dose") - b.expect("a dose")).abs() < 0.01, "{name}");
    }
    let last = truth.files.last().expect("a dose");
    std::fs::remove_file(beams.path().join(last)).expect("removed");
    let report = found(beams.path(), none_before());
    assert_eq!(refusals(&report.dose), ["dose_beams_missing"]);
}

#[test]
fn grids_of_every_layout_give_the_same_figures() {
    let plain = DoseSpec::new(24.0, 2, 2.0);
    let (folder, _) = phantom(ERF, &plain);
    let wanted = found(folder.path(), none_before()).dose;
    let layouts = [
        DoseSpec { descending: true, ..plain.clone() },
        DoseSpec { absolute: true, ..plain.clone() },
        DoseSpec { planes: Planes::Rounded, ..plain.clone() },
        DoseSpec { planes: Planes::Uneven, ..plain.clone() },
        DoseSpec { oblique_deg: 30.0, ..plain.clone() },
        DoseSpec { other_frame: true, ..plain.clone() },
    ];
    for spec in layouts {
        let (folder, _) = phantom(ERF, &spec);
        let dose = found(folder.path(), none_before()).dose;
        assert!(dose.gate.accepted, "{spec:?}: {:?}", dose.gate);
        for name in ["Dmax", "Dmean", "D0.035cc"] {
            let [a, b] = [&wanted, &dose].map(|d| metric(d, "SpinalCord", name).clone());
            let meet = a.lower <= b.upper && b.lower <= a.upper;
            assert!(meet, "{spec:?} {name}: {a:?} and {b:?}");
        }
    }
}

#[test]
fn no_registration_means_no_figure() {
    let spec = DoseSpec { other_frame: true, ..DoseSpec::new(24.0, 2, 2.0) };
    let (folder, _) = phantom(ERF, &spec);
    let is_registration =
        |p: &PathBuf| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("REG"));
    let files = std::fs::read_dir(folder.path()).expect("a folder");
    let mut files = files.map(|f| f.expect("a file").path());
    let registration = files.find(is_registration).expect("a registration");
    std::fs::remove_file(registration).expect("removed");
    let report = found(folder.path(), none_before());
    assert_eq!(refusals(&report.dose), ["dose_frame_differs"]);
}

#[test]
fn nobody_passes_a_limit_for_first_treatments_while_earlier_ones_are_unknown() {
    let (folder, _) =
        phantom(DoseKind::Conformal { cord_half_mm: 4.0 }, &DoseSpec::new(24.0, 2, 1.0));
    let verdict = |prior_rt| {
        let report = found(folder.path(), DoseSettings { prior_rt, ..DoseSettings::default() });
        let row = report.dose.limits.into_iter().find(|l| l.id == "hytec-2").expect("the row");
        (row.verdict, row.reason.unwrap_or_default())
    };
    assert_eq!(verdict(PriorRt::None).0, LimitVerdict::Pass);
    let (unknown, reason) = verdict(PriorRt::Unknown);
    assert_eq!(unknown, LimitVerdict::Indeterminate);
    assert!(reason.contains("not stated"), "{reason}");
}

#[test]
fn a_check_has_the_dose_beside_the_gap_and_holds_simulations_against_what_is_needed() {
    let (folder, _) = phantom(ERF, &DoseSpec::new(24.0, 2, 1.0));
    let paths = [folder.path().to_owned()];
    let plain = check(&paths, &Settings::default()).expect("a check");
    assert_eq!(plain.dose, None, "doses are left alone where nobody asks");
    let mut approaches = Approach::built_in().expect("built in");
    approaches.retain(|a| a.name == "ideal");
    let settings = Settings { separation: Some(Separate::by(approaches)), ..asked(none_before()) };
    let report = check(&paths, &settings).expect("a check");
    let dose = report.dose.as_ref().expect("a dose");
    assert!(dose.gate.accepted, "{:?}", dose.gate);
    assert_eq!(report.phases[0], plain.phases[0], "the gap is what it is");
    let rules: Vec<_> = dose.gap_needed.iter().filter(|g| g.rules).collect();
    let [drawn, simulated] = rules.as_slice() else { panic!("{rules:?}") };
    assert_eq!((drawn.scenario.as_deref(), simulated.scenario.as_deref()), (None, Some("ideal")));
    let gained = simulated.had_mm - drawn.had_mm;
    assert!(gained > 0.3, "{gained}");
    let lacking = [drawn, simulated].map(|g| g.lacking_mm.expect("a number"));
    assert!((lacking[0] - lacking[1] - gained).abs() < 1e-9);
}

#[test]
fn the_gap_needed_is_told_before_there_is_a_plan() {
    let folder = TempDir::new().expect("a folder");
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(11, ShapeKind::Sphere, 1.0, 2.5) };
    thecal_phantom::write_study(&spec, folder.path()).expect("a study");
    let stated = DoseSettings {
        prescription_gy: Some(24.0),
        fractions: Some(1),
        falloff_pct_per_mm: Some(13.5),
        ..none_before()
    };
    let report = check(&[folder.path().to_owned()], &asked(stated)).expect("a check");
    let dose = report.dose.expect("a record");
    assert!(!dose.gate.accepted && dose.structures.is_empty() && dose.limits.is_empty());
    // From 24 to 14 Gy at 13.5 % of 24 Gy per mm: 3.09 mm.
    let row = dose.gap_needed.iter().find(|g| g.limit == "hytec-1-high").expect("the row");
    assert!((row.needed_mm.expect("a number") - 10.0 / 3.24).abs() < 1e-9);
    assert!((row.lacking_mm.expect("a number") - (10.0 / 3.24 - 2.5)).abs() < 0.02);
    assert_eq!(row.model, "linear");
}

#[test]
fn the_mislabelled_plan_of_a_real_patient_is_stopped_and_its_twin_passes() {
    let Some(folder) = data("lung2018-cord-dose") else { return };
    let of = |name: &str| {
        let dose = DoseSettings {
            doses: vec![folder.join(name)],
            structures: vec!["PTV_LN".into(), "SPINAL CORD2".into()],
            target: Some("PTV_LN".into()),
            prescription_gy: Some(20.0),
            fractions: Some(3),
            ..none_before()
        };
        found(&folder, dose).dose
    };
    let vmat = of("RD.vmat.dcm");
    assert_eq!(refusals(&vmat), ["dose_off_prescription"]);
    assert!(vmat.structures.is_empty() && vmat.limits.is_empty());
    let imrt = of("RD.imrt.dcm");
    assert!(imrt.gate.accepted, "{:?}", imrt.gate);
    // 20.6 Gy and 0.65 Gy are dicompyler-core's figures of the same files.
    let d95 = metric(&imrt, "PTV_LN", "D95%");
    assert!(d95.lower.expect("a bound") < 20.6 && d95.upper.expect("a bound") > 20.6, "{d95:?}");
    let cord = metric(&imrt, "SPINAL CORD2", "D0.03cc");
    assert!(cord.lower.expect("a bound") < 0.65 && cord.upper.expect("a bound") > 0.65, "{cord:?}");
}
