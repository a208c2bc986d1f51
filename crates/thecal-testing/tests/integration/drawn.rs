//! Gaps of contours as clinics draw them, through files, against the truth of the anatomy.

use std::path::Path;

use thecal::{Settings, check};
use thecal_phantom::clinic::{ClinicSpec, Habit, Orientation, Scene};
use thecal_phantom::write_clinic_study;
use thecal_report::{PairKind, PairRecord, Verdict};

/// The tumour-cord pair of a study as it is written to disk.
fn measured(dir: &Path, spec: &ClinicSpec) -> PairRecord {
    let mut settings = Settings::default();
    if spec.mask_pixel_mm.is_some() {
        settings.cord = Some("label 1".to_owned());
        settings.tumours = vec!["label 2".to_owned()];
    }
    write_clinic_study(spec, dir).expect("a phantom");
    let report = check(&[dir.to_path_buf()], &settings).expect("a report");
    let pair = report.phases[0].pairs.iter().find(|p| p.pair == PairKind::TumourCord);
    pair.expect("a tumour and a cord").clone()
}

fn spec(scene: &str, habit: &str, planes: Orientation, slice_mm: f64, seed: u64) -> ClinicSpec {
    let gap_mm = 1.0 + 3.0 * (seed as f64 * 0.618_034).fract();
    let scene: Scene = scene.parse().expect("a scene");
    let habit: Habit = habit.parse().expect("a habit");
    ClinicSpec { habit, planes, ..ClinicSpec::new(scene, slice_mm, gap_mm, seed) }
}

/// Every way of drawing, thick planes, planes along the gap: the interval holds the truth, and what
/// is decided is not wrong.
#[test]
fn intervals_hold_the_truth_and_no_verdict_is_wrong() {
    use Orientation::{Axial, Sagittal};
    let cells = [
        ("ellipsoid", "dense", Axial, 2.0, None),
        ("lean:25", "dense", Axial, 3.0, None),
        ("nodule:2", "dense", Axial, 3.0, None),
        ("sphere", "points:12", Axial, 2.0, None),
        ("sphere", "rounded:0.1", Axial, 2.0, None),
        ("ellipsoid", "staircase:1.0", Axial, 2.0, None),
        ("ellipsoid", "dense", Sagittal, 3.0, None),
        ("sphere", "dense", Sagittal, 4.0, Some(0.7)),
    ];
    let dir = tempfile::tempdir().expect("a folder");
    for (k, (scene, habit, planes, slice_mm, mask_pixel_mm)) in cells.into_iter().enumerate() {
        for seed in 0..2 {
            let spec = spec(scene, habit, planes, slice_mm, 4200 + 10 * k as u64 + seed);
            let spec = ClinicSpec { mask_pixel_mm, ..spec };
            let pair = measured(&dir.path().join(format!("{k}-{seed}")), &spec);
            let truth_mm = spec.true_gap_mm();
            let lower_mm = pair.gap_lower_mm.expect("a gap");
            let upper_mm = pair.gap_upper_mm.expect("a gap");
            let told = format!("{scene} {habit} {slice_mm} seed {}: {truth_mm:.3}", spec.seed);
            assert!(
                lower_mm <= truth_mm && truth_mm <= upper_mm,
                "{told} [{lower_mm:.3}, {upper_mm:.3}]"
            );
            for v in &pair.verdicts {
                let unsafe_pass =
                    v.verdict == Some(Verdict::Pass) && truth_mm < v.threshold_mm - 0.1;
                let safe_fail = v.verdict == Some(Verdict::Fail) && truth_mm >= v.threshold_mm;
                assert!(
                    !unsafe_pass && !safe_fail,
                    "{told} at {}: {:?}",
                    v.threshold_mm,
                    v.verdict
                );
            }
            // The parts make the interval.
            let sum = |of: fn(&thecal_report::IntervalPart) -> f64| {
                pair.interval_parts.iter().map(of).sum::<f64>()
            };
            let gap_mm = pair.gap_mm.expect("a gap");
            assert!((gap_mm - sum(|p| p.lower_mm) - lower_mm).abs() < 1e-9, "{told}");
            assert!((gap_mm + sum(|p| p.upper_mm) - upper_mm).abs() < 1e-9, "{told}");
        }
    }
}

/// Dense contours of smooth shapes say nearly all: the range is narrow.
#[test]
fn good_drawings_have_narrow_ranges() {
    let dir = tempfile::tempdir().expect("a folder");
    for (scene, most_mm) in [("sphere", 0.12), ("ellipsoid", 0.12), ("lean:25", 0.15)] {
        let widths = (0..2).map(|seed| {
            let spec = spec(scene, "dense", Orientation::Axial, 2.0, 900 + seed);
            let pair = measured(&dir.path().join(format!("{scene}-{seed}")), &spec);
            pair.gap_upper_mm.expect("a gap") - pair.gap_lower_mm.expect("a gap")
        });
        let mean = widths.sum::<f64>() / 2.0;
        assert!(mean < most_mm, "{scene}: {mean:.3}");
    }
}

/// A tumour cut back to exactly 2 mm from the cord everywhere.
#[test]
fn an_exact_crop_passes_its_own_threshold() {
    let dir = tempfile::tempdir().expect("a folder");
    for seed in 0..2 {
        let spec = spec("cropped:2", "dense", Orientation::Axial, 1.0, 70 + seed);
        let pair = measured(&dir.path().join(seed.to_string()), &spec);
        let gap_mm = pair.gap_mm.expect("a gap");
        assert!((gap_mm - 2.0).abs() < 0.05, "seed {seed}: {gap_mm}");
        let at_2 = pair.verdicts.iter().find(|v| v.threshold_mm == 2.0).expect("a verdict");
        assert_eq!(at_2.verdict, Some(Verdict::Pass), "seed {seed}");
        assert!(at_2.by_tolerance, "seed {seed}");
    }
}

/// However the outline of the same pixels is written, it stands for the same mask.
#[test]
fn tracings_of_the_same_pixels_have_the_same_gap() {
    let dir = tempfile::tempdir().expect("a folder");
    let habits = [
        "staircase:1.0",
        "staircase-corners:1.0",
        "marching-squares:1.0",
        "boundary-pixels:1.0",
        "boundary-pixels-corners:1.0",
    ];
    for seed in [5] {
        let gaps = habits.map(|habit| {
            let spec = spec("ellipsoid", habit, Orientation::Axial, 2.0, seed);
            measured(&dir.path().join(format!("{habit}-{seed}")), &spec).gap_mm.expect("a gap")
        });
        for (habit, gap_mm) in habits.iter().zip(gaps) {
            assert!((gap_mm - gaps[0]).abs() < 0.01, "{habit} {seed}: {gap_mm} and {}", gaps[0]);
        }
    }
}
