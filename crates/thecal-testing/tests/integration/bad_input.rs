//! Input that cannot be used is refused with what is wrong and what to do.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use thecal::{Error, ErrorKind, Settings, check};
use thecal_dicom::write::{ContourOut, RoiOut, RtStructOut, StudyOut, write_rtstruct};
use thecal_geom::{Contour, ContourKind, Point3};
use thecal_report::Headline;

const FRAME: &str = "1.2.3.4";

fn ring(z: f64, x: f64, radius: f64) -> Vec<Point3> {
    (0..40)
        .map(|i| {
            let a = std::f64::consts::TAU * f64::from(i) / 40.0;
            Point3::new(x + radius * a.cos(), radius * a.sin(), z)
        })
        .collect()
}

fn tube(name: &str, x: f64, radius: f64) -> RoiOut {
    roi(name, (0..6).map(|k| ring(f64::from(k) * 2.0, x, radius)).collect())
}

fn roi(name: &str, rings: Vec<Vec<Point3>>) -> RoiOut {
    let contour = |(i, points_mm)| ContourOut {
        contour: Contour { number: i + 1, kind: ContourKind::ClosedPlanar, points_mm },
        image: None,
    };
    RoiOut {
        name: name.to_owned(),
        interpreted_type: String::new(),
        description: String::new(),
        generation: "AUTOMATIC".into(),
        generation_description: String::new(),
        colour: [255, 0, 0],
        contours: rings.into_iter().enumerate().map(contour).collect(),
    }
}

fn write(path: &Path, rois: Vec<RoiOut>) {
    let set = RtStructOut {
        study: StudyOut {
            patient_id: "P".to_owned(),
            patient_name: "Secret^Name".to_owned(),
            study_uid: "1.2.3".to_owned(),
            frame_uid: FRAME.to_owned(),
            date: "20260101".to_owned(),
            time: "120000".to_owned(),
            more: Vec::new(),
        },
        series_uid: "1.2.3.5".to_owned(),
        sop_uid: "1.2.3.6".to_owned(),
        label: "TEST".to_owned(),
        description: String::new(),
        equipment: None,
        predecessor: None,
        references: Vec::new(),
        decimals: 4,
        rois,
    };
    write_rtstruct(path, &set).expect("a structure set");
}

/// A folder with one structure set.
fn study(rois: Vec<RoiOut>) -> (TempDir, PathBuf) {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("RS.dcm");
    write(&path, rois);
    (dir, path)
}

fn run(dir: &TempDir, settings: &Settings) -> Result<thecal_report::Report, Error> {
    check(&[dir.path().to_owned()], settings)
}

fn message(dir: &TempDir) -> String {
    run(dir, &Settings::default()).expect_err("must be refused").to_string()
}

/// Replaces the first occurrence of `from` in a file by `to` of the same length.
fn patch(path: &Path, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let mut bytes = std::fs::read(path).expect("a file");
    let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).expect("is there");
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    std::fs::write(path, bytes).expect("a file");
}

fn pair() -> Vec<RoiOut> {
    vec![tube("SpinalCord", 0.0, 4.0), tube("GTV", 20.0, 8.0)]
}

#[test]
fn nothing_there() {
    let dir = TempDir::new().expect("a folder");
    assert!(message(&dir).contains("no readable DICOM file"), "{}", message(&dir));
    std::fs::write(dir.path().join("notes.txt"), "not DICOM").expect("a file");
    assert!(message(&dir).contains("no readable DICOM file"), "{}", message(&dir));
    let absent = check(&[dir.path().join("absent")], &Settings::default());
    assert!(absent.expect_err("refused").to_string().contains("absent"));
}

#[test]
fn images_without_a_structure_set() {
    let dir = TempDir::new().expect("a folder");
    let spec = thecal_phantom::PhantomSpec {
        rows: 16,
        columns: 24,
        ..thecal_phantom::PhantomSpec::random(1, thecal_phantom::ShapeKind::Sphere, 3.0, 2.0)
    };
    thecal_phantom::write_study(&spec, dir.path()).expect("a phantom");
    std::fs::remove_file(dir.path().join("RS.dcm")).expect("was there");
    let text = message(&dir);
    assert!(text.contains("no RTSTRUCT") && text.contains("CT"), "{text}");
}

#[test]
fn different_sets_of_one_uid_are_refused_by_name_and_copies_are_one() {
    let (dir, first) = study(pair());
    std::fs::copy(&first, dir.path().join("copy.dcm")).expect("a copy");
    let report = run(&dir, &Settings::default()).expect("measured");
    assert!(report.warnings.iter().any(|w| w.code == "duplicate_instance"));
    let edited = dir.path().join("A_edited.dcm");
    write(&edited, vec![tube("SpinalCord", 0.0, 4.0), tube("GTV", 13.0, 8.0)]);
    let text = message(&dir);
    assert!(text.contains("A_edited.dcm") && text.contains("RS.dcm"), "{text}");
    assert!(text.contains("the same SOP Instance UID"), "{text}");
    let settings = Settings { structures: vec![edited], ..Settings::default() };
    let report = run(&dir, &settings).expect("measured");
    assert_eq!(report.headline, Headline::Insufficient);
    assert!(report.warnings.iter().any(|w| w.code == "instance_disputed"));
}

#[test]
fn two_structure_sets_need_a_word() {
    let (dir, first) = study(pair());
    let second = dir.path().join("RS2.dcm");
    write(&second, pair());
    // The same object twice is one; another needs its own identity.
    for _meta_and_data_set in 0..2 {
        patch(&second, "1.2.3.6", "1.2.3.7");
    }
    let text = message(&dir);
    assert!(text.contains("RS2.dcm") && text.contains("--structures"), "{text}");
    let settings = Settings { structures: vec![first], ..Settings::default() };
    assert_eq!(run(&dir, &settings).expect("measured").headline, Headline::Clear);
}

#[test]
fn no_cord_is_not_assessable_and_two_cords_are_ambiguous() {
    let (dir, _) = study(vec![tube("Heart", 0.0, 4.0), tube("GTV", 20.0, 8.0)]);
    let report = run(&dir, &Settings::default()).expect("a report");
    assert_eq!(report.headline, Headline::NotAssessable);
    let warning = report.warnings.iter().find(|w| w.code == "no_cord").expect("is said");
    assert!(warning.message.contains("Heart") && warning.message.contains("--cord"));

    let (dir, _) =
        study(vec![tube("SpinalCord", 0.0, 4.0), tube("Myelon", 0.0, 4.0), tube("GTV", 20.0, 8.0)]);
    let text = message(&dir);
    assert!(text.contains("SpinalCord") && text.contains("Myelon") && text.contains("--cord"));
    let settings = Settings { cord: Some("Myelon".to_owned()), ..Settings::default() };
    assert_eq!(run(&dir, &settings).expect("measured").headline, Headline::Clear);
}

#[test]
fn a_name_that_is_not_there_lists_those_that_are() {
    let (dir, _) = study(pair());
    let settings = Settings { cord: Some("SpinalChord".to_owned()), ..Settings::default() };
    let text = run(&dir, &settings).expect_err("refused").to_string();
    assert!(text.contains("SpinalCord") && text.contains("GTV"), "{text}");
    let both = Settings {
        cord: Some("GTV".to_owned()),
        tumours: vec!["GTV".to_owned()],
        ..Settings::default()
    };
    let error = run(&dir, &both).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert!(error.to_string().starts_with("\"GTV\" was named as "), "{error}");
}

#[test]
fn truncated_and_lying_files() {
    let (dir, path) = study(pair());
    let whole = std::fs::read(&path).expect("a file");
    std::fs::write(&path, &whole[..whole.len() / 2]).expect("a file");
    let text = message(&dir);
    assert!(text.contains("RS.dcm"), "{text}");
    // A contour that claims 3 GB in a file of a few kB.
    let at = whole
        .windows(4)
        .position(|w| w == [0x06, 0x30, 0x50, 0x00])
        .expect("Contour Data is there");
    let mut lying = whole;
    lying[at + 4..at + 8].copy_from_slice(&3_000_000_000_u32.to_le_bytes());
    std::fs::write(&path, lying).expect("a file");
    let text = message(&dir);
    assert!(text.contains("RS.dcm") && text.contains("3000000000"), "{text}");
}

#[test]
fn a_contour_of_two_points_goes_alone_and_nothing_but_such_is_refused() {
    let line = vec![Point3::new(0.0, 0.0, 4.0), Point3::new(1.0, 0.0, 4.0)];
    let mut rois = pair();
    rois[0].contours.push(ContourOut {
        contour: Contour { number: 7, kind: ContourKind::ClosedPlanar, points_mm: line.clone() },
        image: None,
    });
    let (dir, _) = study(rois);
    let report = run(&dir, &Settings::default()).expect("measured");
    let cord = report.structures.iter().find(|s| s.role.as_str() == "cord").expect("a cord");
    assert_eq!(cord.planes, Some(6));
    assert!(cord.warnings.iter().any(|w| w.code == "contour_degenerate"));
    assert!((report.phases[0].pairs[0].gap_mm.expect("a gap") - 8.0).abs() < 0.05);

    let (dir, _) = study(vec![roi("SpinalCord", vec![line]), tube("GTV", 20.0, 8.0)]);
    let settings = Settings { cord: Some("SpinalCord".to_owned()), ..Settings::default() };
    let text = run(&dir, &settings).expect_err("refused").to_string();
    assert!(text.contains("SpinalCord"), "{text}");
}

#[test]
fn nonsense_is_named_by_structure_and_contour() {
    for (from, to) in
        [("4\\0\\0\\", "NaN\\0\\"), ("4\\0\\0\\", "4\\0\\\\0\\"), ("4\\0\\0\\", "4\\0\\0 ")]
    {
        let (dir, path) = study(pair());
        let to = format!("{to:width$}", width = from.len());
        let to = &to[..from.len()];
        patch(&path, from, to);
        let text = message(&dir);
        assert!(text.contains("SpinalCord") && text.contains("contour"), "{to}: {text}");
        // Another structure's nonsense is told, and stops nothing.
        let (dir, path) = study({
            let mut rois = vec![tube("Heart", 0.0, 4.0)];
            rois.extend([tube("SpinalCord", 0.0, 4.5), tube("GTV", 20.0, 8.0)]);
            rois
        });
        patch(&path, from, to);
        let report = run(&dir, &Settings::default()).expect("measured");
        assert!(report.warnings.iter().any(|w| w.code == "contour_unreadable"), "{to}");
    }
}

#[test]
fn points_off_their_plane() {
    let mut bent = ring(4.0, 0.0, 4.0);
    bent[3].z += 1.5;
    let mut rois = pair();
    rois[0].contours[2].contour.points_mm = bent;
    let (dir, _) = study(rois);
    let text = message(&dir);
    assert!(text.contains("SpinalCord") && text.contains("contour 3"), "{text}");
}

#[test]
fn two_frames_of_reference() {
    let (dir, path) = study(pair());
    // The second ROI's Referenced Frame of Reference UID.
    let mut bytes = std::fs::read(&path).expect("a file");
    let places: Vec<usize> = (0..bytes.len() - FRAME.len())
        .filter(|&i| &bytes[i..i + FRAME.len()] == FRAME.as_bytes())
        .collect();
    let last = *places.last().expect("is there");
    bytes[last + FRAME.len() - 1] = b'9';
    std::fs::write(&path, bytes).expect("a file");
    let text = message(&dir);
    assert!(text.contains("1.2.3.9") && text.contains("--assume-same-frame"), "{text}");
    let settings = Settings { assume_same_frame: true, ..Settings::default() };
    let report = run(&dir, &settings).expect("measured");
    assert!(report.parameters.assume_same_frame);
    assert!(report.warnings.iter().any(|w| w.code == "assumed_same_frame"));
}

#[test]
fn no_output_holds_the_patients_name() {
    let (dir, _) = study(pair());
    let report = run(&dir, &Settings::default()).expect("measured");
    let json = thecal_report::json::to_json(&report).expect("JSON");
    let text = thecal_report::summary::summary(&report, false);
    for out in [json, text] {
        assert!(!out.contains("Secret"), "{out}");
    }
}
