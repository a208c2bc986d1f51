//! Real files, where they are at hand: figures from other programs on the same files.

use std::path::{Path, PathBuf};

use thecal::{Settings, check, info};
use thecal_report::{PairRecord, Report};

/// A set of public data beside the project; says so where it is absent.
#[allow(clippy::print_stdout, reason = "a test that is skipped says so")]
pub(crate) fn data(set: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(set);
    if !path.is_dir() {
        println!("skipped: {set} is not at hand");
        return None;
    }
    Some(path)
}

fn run(path: &Path, tumour: &str, cord: &str) -> Report {
    let settings = Settings {
        tumours: vec![tumour.to_owned()],
        cord: Some(cord.to_owned()),
        ..Settings::default()
    };
    check(&[path.to_owned()], &settings).expect("measured")
}

fn first(report: &Report) -> &PairRecord {
    &report.phases[0].pairs[0]
}

/// Polygon to polygon on each plane (shapely 2): distance 0, shared area times 1.5 mm 0.0036 cc.
#[test]
fn touching_structures_have_no_positive_gap() {
    let Some(path) = data("headphantom-ct-rtstruct") else { return };
    let report = run(&path, "CTV", "BrainStem");
    let pair = first(&report);
    let gap_mm = pair.gap_mm.expect("a gap");
    assert!((-0.3..=0.005).contains(&gap_mm), "{gap_mm}");
    let overlap_cc = pair.overlap_cc.expect("an overlap");
    assert!((overlap_cc - 0.0036).abs() < 0.0025, "{overlap_cc}");
    // The structure set refers to images that are not those beside it.
    assert!(report.warnings.iter().any(|w| w.code == "reference_unresolved"));
}

/// Contour to contour: 35.51, 31.75 and 40.33 mm; area times spacing 54.1, 126.3, 228.3, 19.2 cc.
#[test]
fn lung_targets_to_cord() {
    let Some(path) = data("lung2018-cord-dose") else { return };
    for (tumour, cord, gap_mm, cord_cc) in [
        ("PTV_PRIMARY", "SPINAL CORD2", 35.51, 54.1),
        ("PTV_PRIMARY", "SC PRV", 31.75, 126.3),
        ("PTV_LN", "SPINAL CORD2", 40.33, 54.1),
    ] {
        let report = run(&path, tumour, cord);
        let pair = first(&report);
        let found_mm = pair.gap_mm.expect("a gap");
        assert!((found_mm - gap_mm).abs() < 0.3, "{tumour} to {cord}: {found_mm}");
        let s = report.structures.iter().find(|s| s.name == cord).expect("the cord");
        assert!((s.volume_cc.expect("a volume") / cord_cc - 1.0).abs() < 0.01, "{s:?}");
        if tumour == "PTV_LN" {
            let s = report.structures.iter().find(|s| s.name == tumour).expect("the target");
            assert!(
                s.warnings
                    .iter()
                    .any(|w| w.code == "planes_missing" && w.message.contains("9.00 mm"))
            );
            assert_eq!(s.missing_planes_mm.len(), 2);
        }
    }
}

#[test]
fn roles_of_the_lung_study() {
    let Some(path) = data("lung2018-cord-dose") else { return };
    let found = info(&[path], &Settings::default()).expect("listed");
    let set = &found.structure_sets[0];
    assert_eq!(set.structures.len(), 15);
    let role = |name: &str| {
        set.structures.iter().find(|s| s.name == name).map(|s| s.role.as_str()).expect("is there")
    };
    assert_eq!(role("SPINAL CORD2"), "cord");
    assert_eq!(role("SC PRV"), "prv");
    assert_eq!(role("PTV_PRIMARY"), "ptv");
    assert_eq!(role("BODY_P6"), "body");
    assert!(!found.can_be_checked && found.obstacles.iter().any(|o| o.contains("--tumour")));
}

/// ROI-4 has a keyhole on each of its three planes, ROI-2 on one (shapely: those rings are not
/// valid; the areas are 320.2, 544.0, 337.2 and 535.0, 1081.2, 576.7 mm2).
#[test]
fn references_that_lead_nowhere_and_keyholes_are_told() {
    let Some(path) = data("rtstruct-rt-utils") else { return };
    let folder = path.join("mock_data");
    let settings = Settings {
        tumours: vec!["ROI-2".to_owned()],
        cord: Some("ROI-4".to_owned()),
        structures: vec![folder.join("non_existent_reference_rt.dcm")],
        ..Settings::default()
    };
    let report = check(&[folder], &settings).expect("measured");
    assert!(report.warnings.iter().any(|w| w.code == "reference_unresolved"));
    for (name, keyholes, area_mm2) in [("ROI-2", 1, 337.24), ("ROI-4", 3, 576.73)] {
        let s = report.structures.iter().find(|s| s.name == name).expect("measured");
        assert_eq!(s.cleaning.keyholes, keyholes, "{name}");
        assert!(s.warnings.iter().any(|w| w.code == "contour_keyhole"));
        let median_mm2 = s.section_mm2.expect("an area");
        assert!(s.warnings.iter().any(|w| w.code == "contours_traced"));
        assert!((median_mm2 - area_mm2).abs() < 0.01, "{name}: {median_mm2}");
    }
}
