//! The committed studies: other patient positions, rows and columns, coarse slices and points.

use std::path::{Path, PathBuf};

use thecal::{Settings, check, info};
use thecal_report::Report;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data")
}

fn study(name: &str) -> (Report, serde_json::Value) {
    let dir = root().join(name);
    let report = check(std::slice::from_ref(&dir), &Settings::default()).expect("measured");
    let truth = std::fs::read(dir.join("truth.json")).expect("truth");
    (report, serde_json::from_slice(&truth).expect("JSON"))
}

#[test]
fn every_gap_lies_in_its_interval_and_near_the_truth() {
    // Points 1 mm apart on 3 and 4 mm slices: chords alone cut off up to 0.03 mm a surface.
    for name in ["sphere-hfs", "c-ffs", "ellipsoid-hfp"] {
        let (report, truth) = study(name);
        let pairs = truth["pairs"].as_array().expect("pairs");
        assert_eq!(pairs.len(), 3);
        for t in pairs {
            let found = report.phases[0].pairs.iter().find(|p| t["pair"] == p.pair.as_str());
            let found = found.expect("the pair");
            let truth_mm = t["gap_mm"].as_f64().expect("a number");
            let [gap, lower, upper] = [found.gap_mm, found.gap_lower_mm, found.gap_upper_mm]
                .map(|v| v.expect("measured"));
            assert!((gap - truth_mm).abs() < 0.1, "{name} {}: {gap}, {truth_mm}", t["pair"]);
            assert!(
                lower <= truth_mm && truth_mm <= upper,
                "{name} {}: {lower} {upper}",
                t["pair"]
            );
        }
    }
}

#[test]
fn sizes_are_the_analytic_ones() {
    for name in ["sphere-hfs", "c-ffs", "ellipsoid-hfp"] {
        let (report, truth) = study(name);
        for (structure, key) in
            [("SpinalCord", "cord_section_mm2"), ("ThecalSac", "sac_section_mm2")]
        {
            let s = report.structures.iter().find(|s| s.name == structure).expect("measured");
            let part = s.section_mm2.expect("an area") / truth[key].as_f64().expect("a number");
            assert!((part - 1.0).abs() < 0.02, "{name} {structure}: {part}");
        }
        let s = report.structures.iter().find(|s| s.name == "GTV").expect("measured");
        let part = s.volume_cc.expect("a volume") / truth["tumour_cc"].as_f64().expect("a number");
        assert!((part - 1.0).abs() < 0.05, "{name}: {part}");
    }
}

#[test]
fn the_images_are_found_beside_the_structures() {
    for name in ["sphere-hfs", "c-ffs", "ellipsoid-hfp"] {
        let dir = root().join(name);
        let listed = info(std::slice::from_ref(&dir), &Settings::default()).expect("listed");
        assert!(listed.can_be_checked, "{:?}", listed.obstacles);
        let images = std::fs::read_dir(dir.join("CT")).expect("images").count();
        let series = listed.series.iter().find(|s| s.kind == "CT").expect("a series");
        assert_eq!(series.files, images);
        let (report, _) = study(name);
        assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    }
}
