//! Drawn PRVs of phantoms with known faults, through files on disk.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use thecal::{PrvMargins, ResultKind, Settings, check, measure_study, result_solids, scene};
use thecal_phantom::{PrvFault, PrvSpec, write_prv_study};
use thecal_report::batch::{Status, columns, summary_rows};
use thecal_report::{ExpansionFrom, PrvFault as Fault, PrvRecord, Report, Verdict, csv};

fn spec(fault: PrvFault, slice_mm: f64) -> PrvSpec {
    PrvSpec::random(21, slice_mm, 2.0, fault)
}

fn study(spec: &PrvSpec, dir: &TempDir) -> PathBuf {
    write_prv_study(spec, dir.path()).expect("a phantom");
    dir.path().to_owned()
}

fn prv(report: &Report) -> &PrvRecord {
    let prvs = report.uncertainty.as_ref().map(|u| u.prv.as_slice()).unwrap_or_default();
    assert_eq!(prvs.len(), 1, "{prvs:?}");
    &prvs[0]
}

fn checked(spec: &PrvSpec, settings: &Settings) -> Report {
    let dir = TempDir::new().expect("a folder");
    check(&[study(spec, &dir)], settings).expect("measured")
}

fn faults(prv: &PrvRecord) -> Vec<Fault> {
    prv.findings.iter().map(|f| f.finding).collect()
}

fn warned(report: &Report) -> bool {
    report.warnings.iter().any(|w| w.code == "prv_too_small")
}

#[test]
fn each_fault_is_named_and_a_right_one_is_not_blamed() {
    let wanted = [
        (PrvFault::None, None),
        (PrvFault::Small, Some(Fault::TooSmall)),
        (PrvFault::InPlane, Some(Fault::InPlaneOnly)),
        (PrvFault::CutAtEnd, Some(Fault::TruncatedAtEnd)),
        (PrvFault::Cropped, Some(Fault::TruncatedAtStructure)),
    ];
    for (fault, wanted) in wanted {
        let spec = spec(fault, 1.0);
        let report = checked(&spec, &Settings::default());
        let prv = prv(&report);
        assert_eq!((prv.structure.as_str(), prv.of.as_str()), ("SpinalCord_PRV02", "SpinalCord"));
        assert_eq!((prv.expansion_mm, prv.expansion_from), (Some(2.0), Some(ExpansionFrom::Name)));
        assert_eq!(faults(prv), Vec::from_iter(wanted), "{fault:?}: {prv:?}");
        assert_eq!(prv.verdict == Some(Verdict::Fail), wanted.is_some());
        assert_eq!(warned(&report), wanted.is_some());
        let off = prv.best_fit_mm.expect("a fit") - spec.drawn_mm;
        // Stacks of slabs are a little larger than the margin where they lean.
        assert!(off.abs() < 0.1, "{fault:?}: {off}");
        let along = prv.findings.iter().find_map(|f| f.along.as_deref());
        assert_eq!(along, (fault == PrvFault::Cropped).then_some("PTV"));
    }
}

#[test]
fn the_user_s_margin_goes_before_the_name_s() {
    let spec = spec(PrvFault::None, 2.0);
    let dir = TempDir::new().expect("a folder");
    let paths = [study(&spec, &dir)];
    let with = |name: Option<&str>, margin_mm: f64| {
        let mut prv_margins = PrvMargins::default();
        prv_margins.set(name, margin_mm).expect("a margin");
        check(&paths, &Settings { prv_margins, ..Settings::default() })
    };
    for name in [None, Some("SpinalCord_PRV02")] {
        let report = with(name, 3.0).expect("measured");
        let prv = prv(&report);
        assert_eq!((prv.expansion_mm, prv.expansion_from), (Some(3.0), Some(ExpansionFrom::User)));
        assert_eq!(faults(prv)[0], Fault::TooSmall);
    }
    assert!(with(Some("No such PRV"), 3.0).is_err());
    // A structure of another role is held against the cord where the user says so.
    let report = with(Some("PTV"), 3.0).expect("measured");
    assert_eq!(report.uncertainty.expect("a section").prv.len(), 2);
}

#[test]
fn the_exact_prv_is_written_as_a_structure_of_its_own() {
    let dir = TempDir::new().expect("a folder");
    let measured = measure_study(&[study(&spec(PrvFault::Small, 2.0), &dir)], &Settings::default());
    let measured = measured.expect("measured");
    let solids = result_solids(&measured).expect("solids");
    let exact: Vec<_> = solids.iter().filter(|s| s.kind == ResultKind::ExactPrv).collect();
    assert_eq!(exact.len(), 1);
    assert_eq!(exact[0].name, "Cord_PRV02_exact");
    assert!(
        exact[0].description.contains("\"SpinalCord\" grown by 2 mm"),
        "{}",
        exact[0].description
    );
    let cord = &measured.parts.cord.as_ref().expect("a cord").solid;
    let sizes = [cord.volume_cc(), exact[0].solid.volume_cc()];
    assert!(sizes[1] > 1.5 * sizes[0], "{sizes:?}");
    // The map shows the same: three quarters of the margin, half a millimetre too small all over.
    let scene = scene(&measured);
    let map = &scene.prvs[0];
    let mut known: Vec<f64> = map.margin_mm.iter().flatten().copied().collect();
    assert!(known.len() > map.margin_mm.len() / 2);
    known.sort_by(f64::total_cmp);
    let median = known[known.len() / 2];
    assert!((median - 1.5).abs() < 0.03, "{median}");
}

#[test]
fn tables_have_what_the_record_has() {
    let report = checked(&spec(PrvFault::CutAtEnd, 2.0), &Settings::default());
    let prv = prv(&report);
    let rows = csv::rows("a study", &report);
    let row = |metric: &str| {
        rows.iter().find(|r| r.metric == metric).unwrap_or_else(|| panic!("no {metric}"))
    };
    assert_eq!(row("prv_margin_least").value, prv.least_mm);
    assert_eq!(row("prv_margin_least").status, "fail");
    assert_eq!(row("prv_best_fit").value, prv.best_fit_mm);
    assert_eq!(row("prv_expansion").value, Some(2.0));
    let cut = row("prv_fault_truncated_at_end");
    assert_eq!(cut.value, Some(prv.findings[0].margin_mm));
    assert!(cut.reason.contains("cut off at"), "{}", cut.reason);
    let columns = columns([&report.thresholds_mm, &report.thresholds_mm, &[]]);
    let cells = &summary_rows("a study", Status::Ok, "", &report)[0];
    // The rows are without the label, which is the second column.
    let cell = |name: &str| {
        let place = columns.iter().position(|c| c == name).expect("a column");
        cells[place - 1].as_str()
    };
    assert_eq!(cell("prv_structure"), "SpinalCord_PRV02");
    assert_eq!(cell("prv_verdict"), "fail");
    assert_eq!(cell("prv_faults"), "truncated_at_end");
    assert_eq!(columns.len(), cells.len() + 1);
    let text = thecal_report::summary::summary(&report, false);
    assert!(text.contains("SpinalCord_PRV02 (SpinalCord + 2 mm): fail. Cut off at"), "{text}");
}

#[test]
fn a_study_without_a_prv_has_no_section() {
    let dir = TempDir::new().expect("a folder");
    let spec = thecal_phantom::PhantomSpec {
        ct: false,
        ..thecal_phantom::PhantomSpec::random(3, thecal_phantom::ShapeKind::Sphere, 2.0, 2.0)
    };
    thecal_phantom::write_study(&spec, dir.path()).expect("a phantom");
    let report =
        check(&[Path::new(dir.path()).to_owned()], &Settings::default()).expect("measured");
    assert_eq!(report.uncertainty, None);
}
