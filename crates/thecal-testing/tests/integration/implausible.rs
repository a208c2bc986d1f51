//! Anatomy that cannot be is told beside the verdict.

use crate::blocks::{CORD_X_MM, GAP_MM, TUMOUR_X_MM, both, identity, roi, series, set};
use tempfile::TempDir;
use thecal::{Settings, check};
use thecal_report::Report;

/// Blocks of cord, sac and tumour that begin at these x; each is 10 mm wide.
fn measured(sac_x_mm: f64, tumour_x_mm: f64) -> Report {
    let dir = TempDir::new().expect("a folder");
    let rois =
        vec![roi("SpinalCord", CORD_X_MM), roi("ThecalSac", sac_x_mm), roi("GTV", tumour_x_mm)];
    set(&dir.path().join("RS.dcm"), identity("P", "1.2.3", "1.2.4"), "1.2.5", rois);
    check(&[dir.path().to_owned()], &Settings::default()).expect("measured")
}

fn cautions(report: &Report) -> Vec<(String, String)> {
    report.cautions().map(|w| (w.code.clone(), w.message.clone())).collect()
}

#[test]
fn a_cord_outside_its_sac_and_a_tumour_in_the_cord_are_told_with_the_verdict() {
    // The sac begins 4 mm within the cord, so the cord leaves it by 4 mm.
    let found = cautions(&measured(CORD_X_MM + 4.0, TUMOUR_X_MM));
    let [(code, message)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(code, "cord_outside_sac");
    assert!(message.contains("by 4.0 mm"), "{message}");
    // The tumour reaches 4 mm into the cord.
    let report = measured(CORD_X_MM, CORD_X_MM - 6.0);
    let found = cautions(&report);
    let [(code, message)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(code, "tumour_in_cord");
    assert!(message.contains("reaches 4.0 mm into"), "{message}");
    let text = thecal_report::summary::summary(&report, false);
    let second = text.lines().nth(1).expect("a second line");
    assert!(second.starts_with("Caution: [tumour_in_cord]"), "{text}");
}

#[test]
fn structures_that_touch_or_cross_within_the_drawing_are_no_caution() {
    for (sac_x_mm, tumour_x_mm) in [
        (CORD_X_MM, TUMOUR_X_MM),
        (CORD_X_MM + 0.3, TUMOUR_X_MM),
        (CORD_X_MM, TUMOUR_X_MM + GAP_MM + 0.3),
    ] {
        let found = cautions(&measured(sac_x_mm, tumour_x_mm));
        assert!(found.is_empty(), "{sac_x_mm} {tumour_x_mm}: {found:?}");
    }
}

#[test]
fn images_of_another_frame_than_the_structures_are_told() {
    let told = |frame: &str| {
        let dir = TempDir::new().expect("a folder");
        set(&dir.path().join("RS.dcm"), identity("P", "1.2.3", "1.2.4"), "1.2.5", both());
        series(&dir.path().join("CT"), &identity("P", "1.2.3", frame), "1.2.6");
        let report = check(&[dir.path().to_owned()], &Settings::default()).expect("measured");
        report.warnings.iter().any(|w| w.code == "images_elsewhere")
    };
    assert!(!told("1.2.4"));
    assert!(told("1.2.99"));
}
