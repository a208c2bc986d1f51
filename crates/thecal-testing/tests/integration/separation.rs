//! Simulated separations through the pipeline.

use std::path::{Path, PathBuf};

use thecal::{Error, Separate, Settings, check};
use thecal_dicom::write::{ContourOut, RoiOut, RtStructOut, StudyOut, write_rtstruct};
use thecal_mask::role::Role;
use thecal_report::{Headline, PairKind, PairRecord, Phase, PhaseRecord, Report, Verdict};
use thecal_separation::Approach;

fn study() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/c-ffs")
}

fn approaches(names: &[&str]) -> Vec<Approach> {
    let known = Approach::built_in().expect("reads");
    let named = |n: &&str| known.iter().find(|a| a.name == **n).expect("built in").clone();
    names.iter().map(named).collect()
}

fn run(
    path: &Path,
    separation: Separate,
    more: impl FnOnce(&mut Settings),
) -> Result<Report, Error> {
    let mut settings = Settings { separation: Some(separation), ..Settings::default() };
    more(&mut settings);
    check(&[path.to_owned()], &settings)
}

fn pair(phase: &PhaseRecord, kind: PairKind) -> &PairRecord {
    phase.pairs.iter().find(|p| p.pair == kind).expect("the pair")
}

fn gap_mm(phase: &PhaseRecord, kind: PairKind) -> f64 {
    pair(phase, kind).gap_mm.expect("a gap")
}

#[test]
fn an_ideal_separation_leaves_the_amount_off_the_reference() {
    for (reference, kind) in [(None, PairKind::TumourSac), (Some(Role::Cord), PairKind::TumourCord)]
    {
        for amount_mm in [2.0, 3.0, 4.0] {
            let asked = Separate { amount_mm, reference, ..Separate::by(approaches(&["ideal"])) };
            let report = run(&study(), asked, |_| {}).expect("measured");
            let [before, after] = report.phases.as_slice() else { panic!("two phases") };
            assert_eq!((after.phase, after.scenario.as_deref()), (Phase::Simulated, Some("ideal")));
            let expected_mm = amount_mm.max(gap_mm(before, kind));
            let found = pair(after, kind);
            let found_mm = found.gap_mm.expect("a gap");
            assert!((found_mm - expected_mm).abs() < 0.05, "{kind:?} {amount_mm}: {found_mm}");
            let bounds = found.gap_lower_mm.zip(found.gap_upper_mm).expect("an interval");
            assert!(bounds.0 <= expected_mm && expected_mm <= bounds.1, "{bounds:?}");
            // Cord and sac stay as they were.
            assert_eq!(pair(before, PairKind::CordSac), pair(after, PairKind::CordSac));
            let done = report.separation.as_ref().expect("a separation");
            let run = &done.runs[0];
            let tumour =
                report.structures.iter().find(|s| s.role.as_str() == "tumour").expect("a tumour");
            let all_cc = tumour.volume_cc.expect("a volume");
            assert!(((run.removed_cc + run.residual_cc) / all_cc - 1.0).abs() < 0.03, "{run:?}");
            assert_eq!(report.headline, before.headline);
            assert_eq!(report.simulated_headline, Some(after.headline));
        }
    }
}

#[test]
fn a_sweep_grows_and_finds_the_least() {
    let asked = Separate { sweep: true, ..Separate::by(approaches(&["ideal", "laminectomy"])) };
    let report = run(&study(), asked, |_| {}).expect("measured");
    let done = report.separation.expect("a separation");
    assert_eq!(done.sweep.len(), 24);
    for rows in done.sweep.chunks(12) {
        for w in rows.windows(2) {
            let (a, b) = (w[0].gap_mm.expect("a gap"), w[1].gap_mm.expect("a gap"));
            assert!(b > a - 0.02 && w[1].removed_cc > 0.995 * w[0].removed_cc, "{w:?}");
        }
    }
    for row in &done.least {
        let rows: Vec<_> = done.sweep.iter().filter(|s| s.scenario == row.scenario).collect();
        let reaches = |gap: f64| gap >= row.threshold_mm - 0.05;
        let first = rows.iter().find(|s| reaches(s.gap_mm.expect("a gap")));
        assert_eq!(row.reached, first.is_some());
        assert_eq!(row.amount_mm, first.map(|s| s.amount_mm));
        if !row.reached {
            let most = rows.iter().filter_map(|s| s.gap_mm).fold(0.0, f64::max);
            assert_eq!(row.best_gap_mm, Some(most));
        }
    }
    // For each threshold what reaches it comes first, with the smaller removal ahead.
    for w in done.least.windows(2).filter(|w| w[0].threshold_mm == w[1].threshold_mm) {
        assert!(w[0].reached >= w[1].reached, "{w:?}");
        if let (Some(a), Some(b)) = (w[0].removed_cc, w[1].removed_cc) {
            assert!(a <= b, "{w:?}");
        }
    }
}

#[test]
fn a_keep_out_structure_narrows_the_reach() {
    let laminectomy = || Separate::by(approaches(&["laminectomy"]));
    let free = run(&study(), laminectomy(), |_| {}).expect("measured");
    let kept = Separate { keep_out: vec!["VB_T07".to_owned()], ..laminectomy() };
    let kept = run(&study(), kept, |_| {}).expect("measured");
    let shadow = |r: &Report| r.separation.as_ref().expect("one").runs[0].shadow.volume_cc;
    assert!(shadow(&kept) > shadow(&free), "{} {}", shadow(&kept), shadow(&free));
    assert_eq!(kept.separation.expect("one").keep_out, ["VB_T07"]);
    // The vertebral body lies in front: only a way from there leads through it.
    let front = run(&study(), Separate::by(approaches(&["anterior"])), |_| {}).expect("measured");
    let bone = front.separation.expect("one").runs[0].bone_removed_cc.expect("bone is drawn");
    assert!(bone > 0.0);
    let behind = free.separation.expect("one").runs[0].bone_removed_cc.expect("bone is drawn");
    assert!(behind < bone, "{behind} {bone}");
    assert!(kept.warnings.iter().any(|w| w.code == "separation_no_bone"));
}

#[test]
fn levels_bound_what_is_taken() {
    let whole = run(&study(), Separate::by(approaches(&["ideal"])), |_| {}).expect("measured");
    let taken = |r: &Report| r.separation.as_ref().expect("one").runs[0].removed_cc;
    let at = whole.phases[0].pairs[0].r#where.as_ref().expect("a place").plane_mm.expect("a plane");
    let part = |levels_mm| {
        let asked = Separate { levels_mm: Some(levels_mm), ..Separate::by(approaches(&["ideal"])) };
        taken(&run(&study(), asked, |_| {}).expect("measured"))
    };
    let (below, above) = (part([at - 500.0, at]), part([at, at + 500.0]));
    assert!(below > 0.0 && above > 0.0);
    assert!(((below + above) / taken(&whole) - 1.0).abs() < 0.02, "{below} {above}");
}

#[test]
fn a_tumour_that_is_gone_has_no_gap_and_passes() {
    let asked = Separate { amount_mm: 30.0, ..Separate::by(approaches(&["ideal"])) };
    let report = run(&study(), asked, |_| {}).expect("measured");
    let after = pair(&report.phases[1], PairKind::TumourCord);
    assert_eq!(after.gap_mm, None);
    assert!(after.verdicts.iter().all(|v| v.verdict == Some(Verdict::Pass)));
    // The headline is that of the anatomy as contoured, whatever a simulation would reach.
    assert_eq!(report.headline, report.phases[0].headline);
    assert_eq!(report.headline, Headline::Insufficient);
    assert_eq!(report.simulated_headline, Some(Headline::Clear));
    assert!(report.warnings.iter().any(|w| w.code == "tumour_gone"));
}

#[test]
fn what_cannot_be_separated_is_told() {
    let small = Separate { amount_mm: 0.2, ..Separate::by(approaches(&["ideal"])) };
    let message = run(&study(), small, |_| {}).expect_err("refused").to_string();
    assert!(message.contains("0.2") && message.contains("resolution"), "{message}");
}

#[test]
fn an_instrument_that_fits_nowhere_is_told() {
    // The tumour in front of a cord, and instruments that come from behind, 8 mm wide.
    let mut wide = approaches(&["laminectomy"]).remove(0);
    wide.from_clock_deg = vec![[180.0, 180.0]];
    (wide.tool_radius_mm, wide.safety_mm) = (6.0, 3.5);
    let report = run(&study(), Separate::by(vec![wide]), |_| {}).expect("measured");
    let told = report.warnings.iter().find(|w| w.code == "approach_reaches_nothing").expect("told");
    assert!(told.message.contains("12.0 mm wide"), "{}", told.message);
    assert_eq!(told.r#where, "GTV");
}

#[test]
fn a_separation_needs_a_cord_or_a_sac_long_enough() {
    let dir = tempfile::tempdir().expect("a folder");
    let write = |name: &str, wanted: &dyn Fn(&str, f64) -> bool| {
        let path = dir.path().join(name);
        let rois = thecal_phantom::ventral_structures().into_iter().map(|s| RoiOut {
            name: s.name.into(),
            interpreted_type: s.interpreted_type.into(),
            description: String::new(),
            generation: "AUTOMATIC".into(),
            generation_description: String::new(),
            colour: [255, 0, 0],
            contours: s
                .contours
                .into_iter()
                .filter(|c| wanted(s.name, c.points_mm[0].z))
                .map(|contour| ContourOut { contour, image: None })
                .collect(),
        });
        let set = RtStructOut {
            study: StudyOut {
                patient_id: "P".into(),
                patient_name: "P".into(),
                study_uid: "1.2.826.0.1.9".into(),
                frame_uid: "1.2.826.0.1.1".into(),
                date: "20260101".into(),
                time: "120000".into(),
                more: Vec::new(),
            },
            series_uid: "1.2.826.0.1.8".into(),
            sop_uid: "1.2.826.0.1.7".into(),
            label: "set".into(),
            description: String::new(),
            equipment: None,
            predecessor: None,
            references: Vec::new(),
            decimals: 4,
            rois: rois.collect(),
        };
        write_rtstruct(&path, &set).expect("written");
        run(&path, Separate::by(approaches(&["ideal"])), |_| {})
    };
    let spared = |name: &str| name == "SpinalCord" || name == "ThecalSac";
    let none = write("none.dcm", &|name, _| !spared(name)).expect_err("refused").to_string();
    assert!(none.contains("--sac NAME") && none.contains("thecal_sac"), "{none}");
    let short = write("short.dcm", &|name, z| !spared(name) || z.abs() < 3.0);
    let short = short.expect_err("refused").to_string();
    assert!(short.contains("3 plane(s) over 4.0 mm"), "{short}");
}

#[test]
fn a_real_target_against_the_brain_stem() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/headphantom-ct-rtstruct");
    if !path.is_dir() {
        println!("skipped: {} is absent", path.display());
        return;
    }
    let report = run(&path, Separate::by(approaches(&["ideal"])), |settings| {
        settings.tumours = vec!["CTV".to_owned()];
        settings.cord = Some("BrainStem".to_owned());
    })
    .expect("measured");
    let after = pair(&report.phases[1], PairKind::TumourCord);
    let (lower, upper) = after.gap_lower_mm.zip(after.gap_upper_mm).expect("an interval");
    assert!(lower <= 3.0 && 3.0 <= upper, "{lower} to {upper}");
    assert!((after.gap_mm.expect("a gap") - 3.0).abs() < 0.15, "{:?}", after.gap_mm);
}
