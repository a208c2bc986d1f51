//! What `info` tells of plans and doses.

use std::path::Path;

use thecal::{Settings, info};
use thecal_phantom::{
    Content, DoseKind, DoseSpec, PhantomSpec, Planes, ShapeKind, write_planned_study,
};
use thecal_report::Info;

fn planned(dose: &DoseSpec, dir: &Path) -> Info {
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 2.0, 1.5) };
    let kind = DoseKind::Erf { steepest_per_mm: 0.15 };
    write_planned_study(&spec, kind, dose, dir).expect("written");
    info(&[dir.to_owned()], &Settings::default()).expect("listed")
}

fn codes(info: &Info) -> Vec<&str> {
    info.doses.iter().flat_map(|d| &d.warnings).map(|w| w.code.as_str()).collect()
}

#[test]
fn sizes_and_distances_stand_in_one_order() {
    let dir = tempfile::tempdir().expect("a folder");
    // Columns are 1.5 mm apart, rows 2.5, planes 2.
    let dose = DoseSpec { spacing_mm: [1.5, 2.5, 2.0], ..DoseSpec::new(24.0, 2, 2.0) };
    let found = planned(&dose, dir.path());
    let [dose] = found.doses.as_slice() else { panic!("one dose") };
    let [rows, columns, planes] = dose.size;
    let [row_mm, column_mm, plane_mm] = dose.spacing_mm;
    assert!((row_mm - 2.5).abs() < 1e-9 && (column_mm - 1.5).abs() < 1e-9);
    assert!((plane_mm - 2.0).abs() < 1e-9);
    // The grid is as wide as deep: 60 mm and a sphere.
    let widths_mm = [rows as f64 * row_mm, columns as f64 * column_mm, planes as f64 * plane_mm];
    assert!(widths_mm.iter().all(|w| (w - widths_mm[0]).abs() < 10.0), "{widths_mm:?}");
    assert!(dose.warnings.is_empty(), "{:?}", dose.warnings);
    assert_eq!((dose.units.as_deref(), dose.summation.as_deref()), (Some("GY"), Some("PLAN")));
    assert_eq!(dose.heterogeneity, ["IMAGE"]);
    let plan = &found.plans[0];
    assert_eq!(
        (plan.target_doses_gy.as_slice(), plan.fractions.as_slice()),
        (&[24.0][..], &[Some(2)][..])
    );
    assert_eq!(plan.beams, [1, 2, 3]);
    assert!(found.references.iter().all(|r| r.here == r.wanted), "{:?}", found.references);
    assert!(found.can_be_checked, "{:?}", found.obstacles);
}

#[test]
fn what_stands_against_a_dose_is_told() {
    for (dose, code) in [
        (
            DoseSpec { content: Content::Relative, ..DoseSpec::new(24.0, 2, 3.0) },
            "dose_units_relative",
        ),
        (
            DoseSpec { content: Content::Difference, ..DoseSpec::new(24.0, 2, 3.0) },
            "dose_type_error",
        ),
        (
            DoseSpec { content: Content::Session, ..DoseSpec::new(24.0, 2, 3.0) },
            "dose_of_one_session",
        ),
        (DoseSpec { planes: Planes::Uneven, ..DoseSpec::new(24.0, 2, 3.0) }, "dose_planes_uneven"),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(codes(&planned(&dose, dir.path())), [code]);
    }
    let dir = tempfile::tempdir().expect("a folder");
    let beams =
        planned(&DoseSpec { content: Content::Beams, ..DoseSpec::new(24.0, 2, 3.0) }, dir.path());
    assert_eq!(codes(&beams), ["dose_of_beams"; 3]);
    let mut numbers: Vec<i64> = beams.doses.iter().flat_map(|d| d.beams.clone()).collect();
    numbers.sort_unstable();
    assert_eq!((numbers, beams.doses[0].fraction_groups.as_slice()), (vec![1, 2, 3], &[1][..]));
}

/// Two doses that share a SOP Instance UID are both listed, and told.
#[test]
fn doses_of_one_instance_uid_are_both_there() {
    let dir = tempfile::tempdir().expect("a folder");
    planned(&DoseSpec::new(24.0, 2, 3.0), dir.path());
    let mut bytes = std::fs::read(dir.path().join("RD.dcm")).expect("a dose");
    let last = bytes.len() - 2;
    bytes[last] ^= 1;
    std::fs::write(dir.path().join("RD.other.dcm"), bytes).expect("written");
    let found = info(&[dir.path().to_owned()], &Settings::default()).expect("listed");
    assert_eq!(found.doses.len(), 2);
    assert!(found.warnings.iter().any(|w| w.code == "instance_disputed"), "{:?}", found.warnings);
}

/// A dose that refers to a plan that is not here says so among the references.
#[test]
fn doses_of_other_plans_are_told() {
    let dir = tempfile::tempdir().expect("a folder");
    planned(&DoseSpec::new(24.0, 2, 3.0), dir.path());
    std::fs::remove_file(dir.path().join("RP.dcm")).expect("removed");
    let found = info(&[dir.path().to_owned()], &Settings::default()).expect("listed");
    let to_plan =
        found.references.iter().find(|r| r.from_kind == "RTDOSE" && r.to_kind == "RTPLAN");
    assert_eq!(to_plan.map(|r| (r.wanted, r.here)), Some((1, 0)));
}

/// A file that is no grid is passed over with the reason.
#[test]
fn doses_that_are_no_grid_are_told_with_the_reason() {
    let dir = tempfile::tempdir().expect("a folder");
    planned(&DoseSpec::new(24.0, 2, 3.0), dir.path());
    let path = dir.path().join("RD.dcm");
    let mut bytes = std::fs::read(&path).expect("a dose");
    // Dose Grid Scaling (3004,000E), DS: its value becomes 0.
    let tag = [0x04, 0x30, 0x0E, 0x00, b'D', b'S'];
    let at = bytes.windows(6).position(|w| w == tag).expect("the element");
    let length = usize::from(u16::from_le_bytes([bytes[at + 6], bytes[at + 7]]));
    bytes[at + 8..at + 8 + length].fill(b' ');
    bytes[at + 8] = b'0';
    std::fs::write(&path, bytes).expect("written");
    let found = info(&[dir.path().to_owned()], &Settings::default()).expect("listed");
    assert!(found.doses.is_empty());
    let told = found.warnings.iter().find(|w| w.code == "dose_unreadable").expect("told");
    assert!(
        told.message.contains("DoseGridScaling") && told.message.contains("above 0"),
        "{told:?}"
    );
}
