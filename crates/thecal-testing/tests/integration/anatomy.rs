//! What may become of sac and cord after a separation.

use std::path::Path;

use thecal::{Error, Separate, Settings, check};
use thecal_phantom::{VENTRAL_TRUTH, write_ventral_study};
use thecal_report::{Headline, PairKind, PhaseRecord, Report, Verdict};
use thecal_separation::{Anatomy, Approach};

fn approaches(names: &[&str]) -> Vec<Approach> {
    let known = Approach::built_in().expect("reads");
    let named = |n: &&str| known.iter().find(|a| a.name == **n).expect("built in").clone();
    names.iter().map(named).collect()
}

fn run(dir: &Path, asked: Separate) -> Result<Report, Error> {
    write_ventral_study(dir).expect("a phantom");
    let settings = Settings { separation: Some(asked), ..Settings::default() };
    check(&[dir.to_owned()], &settings)
}

fn phase<'a>(report: &'a Report, scenario: &str) -> &'a PhaseRecord {
    let named = |p: &&PhaseRecord| p.scenario.as_deref() == Some(scenario);
    report.phases.iter().find(named).expect("the phase")
}

fn gap_mm(phase: &PhaseRecord, kind: PairKind) -> f64 {
    phase.pairs.iter().find(|p| p.pair == kind).and_then(|p| p.gap_mm).expect("a gap")
}

fn near(found: f64, truth: f64, by: f64) {
    assert!((found - truth).abs() < by, "{found} for {truth}");
}

#[test]
fn tumour_flush_with_a_reexpanded_sac_fails_the_cord_where_there_is_little_ventral_csf() {
    let dir = tempfile::tempdir().expect("a folder");
    let truth = VENTRAL_TRUTH;
    let asked = Separate {
        amount_mm: truth.dent_mm,
        anatomies: vec![Anatomy::SacReexpanded, Anatomy::CordShift { shift_mm: [-2.0, 0.0, 0.0] }],
        ..Separate::by(approaches(&["ideal"]))
    };
    let report = run(dir.path(), asked).expect("measured");
    let before = &report.phases[0];
    near(gap_mm(before, PairKind::TumourCord), truth.tumour_cord_mm, 0.01);
    near(gap_mm(before, PairKind::TumourSac), truth.tumour_sac_mm, 0.02);
    let fixed = phase(&report, "ideal");
    assert_eq!(fixed.anatomy.map(|a| a.as_str()), Some("fixed"));
    near(gap_mm(fixed, PairKind::TumourSac), truth.dent_mm, 0.05);
    near(gap_mm(fixed, PairKind::TumourCord), truth.ventral_csf_mm, 0.05);
    // The sac comes back to the tumour; to the cord nothing is won.
    let wide = phase(&report, "ideal/sac_reexpanded");
    assert_eq!(wide.anatomy.map(|a| a.as_str()), Some("sac_reexpanded"));
    near(gap_mm(wide, PairKind::TumourSac), 0.0, 0.05);
    near(gap_mm(wide, PairKind::CordSac), truth.ventral_csf_mm, 0.02);
    near(gap_mm(wide, PairKind::TumourCord), truth.ventral_csf_mm, 0.05);
    let cord = wide.pairs.iter().find(|p| p.pair == PairKind::TumourCord).expect("it");
    assert_eq!(cord.verdicts[0].verdict, Some(Verdict::Fail));
    assert_eq!(wide.headline, Headline::Insufficient);
    // A cord that moves 2 mm dorsally wins them.
    let moved = phase(&report, "ideal/cord_shift");
    near(gap_mm(moved, PairKind::TumourCord), truth.ventral_csf_mm + 2.0, 0.05);
    near(gap_mm(moved, PairKind::TumourSac), truth.dent_mm, 0.05);
    let done = report.separation.as_ref().expect("a separation");
    assert_eq!(done.anatomies.len(), 3);
    near(done.anatomies[2].cord_shift_lps_mm.expect("a shift")[1], 2.0, 1e-6);
    assert!(done.anatomies[1].sac_cc > done.anatomies[0].sac_cc);
    let run = done.runs.iter().find(|r| r.anatomy.as_str() == "sac_reexpanded").expect("a run");
    assert_eq!(run.scenario, "ideal/sac_reexpanded");
    assert!(!report.warnings.iter().any(|w| w.code == "anatomy_overlap"), "{:?}", report.warnings);
}

#[test]
fn a_scenario_that_overlaps_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let asked = Separate {
        amount_mm: 0.5,
        anatomies: vec![Anatomy::SacReexpanded, Anatomy::CordShift { shift_mm: [2.0, 0.0, 0.0] }],
        ..Separate::by(approaches(&["ideal"]))
    };
    let report = run(dir.path(), asked).expect("measured");
    // 0.5 of 0.8 mm taken: the sac re-expands 0.3 mm into what is left.
    near(gap_mm(phase(&report, "ideal/sac_reexpanded"), PairKind::TumourSac), -0.3, 0.05);
    let told: Vec<&str> = report
        .warnings
        .iter()
        .filter(|w| w.code == "anatomy_overlap")
        .map(|w| w.message.as_str())
        .collect();
    assert!(
        told.iter().any(|m| m.contains("sac_reexpanded") && m.contains("ThecalSac")),
        "{told:?}"
    );
    assert!(
        told.iter().any(|m| m.contains("cord_shift") && m.contains("leaves ThecalSac")),
        "{told:?}"
    );
}

#[test]
fn a_corpectomy_reaches_the_same_gap_with_far_more() {
    let dir = tempfile::tempdir().expect("a folder");
    let asked = Separate {
        amount_mm: 2.0,
        ..Separate::by(approaches(&["ideal", "transpedicular_bilateral", "corpectomy"]))
    };
    let report = run(dir.path(), asked).expect("measured");
    let gap = |name| gap_mm(phase(&report, name), PairKind::TumourCord);
    near(gap("corpectomy"), gap("ideal"), 0.05);
    let done = report.separation.as_ref().expect("a separation");
    let of = |name: &str| done.runs.iter().find(|r| r.scenario == name).expect("a run");
    let whole = of("corpectomy");
    assert!(whole.approach.corpectomy);
    // The body is an ellipse of 16 by 12 mm, 20 mm high with half a slice at both ends.
    let body_cc = std::f64::consts::PI * 16.0 * 12.0 * 22.0 / 1000.0;
    near(whole.bone_removed_cc.expect("bone"), body_cc, 0.01 * body_cc);
    // All of the tumour within it goes: a block 20 mm wide from 8 mm in front of the canal on.
    assert!(whole.removed_cc > 2.0 * of("ideal").removed_cc, "{}", whole.removed_cc);
    assert!(whole.residual_cc < 0.1 * whole.removed_cc + 1.5, "{}", whole.residual_cc);
}

#[test]
fn a_corpectomy_needs_a_vertebra() {
    // Cord, sac and tumour alone.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/c-ffs");
    let measure = |names: &[&str]| {
        let asked =
            Separate { keep_out: vec!["VB_T07".to_owned()], ..Separate::by(approaches(names)) };
        let settings = Settings { separation: Some(asked), ..Settings::default() };
        check(std::slice::from_ref(&path), &settings)
    };
    let alone = measure(&["corpectomy"]).expect_err("refused").to_string();
    assert!(alone.contains("vertebra") && alone.contains("VB_T07"), "{alone}");
    let beside = measure(&["ideal", "corpectomy"]).expect("measured");
    assert_eq!(beside.phases.len(), 2);
    assert!(beside.warnings.iter().any(|w| w.code == "corpectomy_no_body"));
}

#[test]
fn scenarios_without_their_structure_are_left_out_and_told() {
    let dir = tempfile::tempdir().expect("a folder");
    write_ventral_study(dir.path()).expect("a phantom");
    let asked = Separate {
        anatomies: vec![Anatomy::SacReexpanded],
        ..Separate::by(approaches(&["ideal"]))
    };
    // The sac is used up as keep-out, so that there is none.
    let settings = Settings {
        separation: Some(Separate { keep_out: vec!["ThecalSac".to_owned()], ..asked }),
        ..Settings::default()
    };
    let report = check(&[dir.path().to_owned()], &settings).expect("measured");
    assert_eq!(report.phases.len(), 2);
    let told = report.warnings.iter().find(|w| w.code == "anatomy_not_possible").expect("told");
    assert!(told.message.contains("no sac"), "{}", told.message);
}
