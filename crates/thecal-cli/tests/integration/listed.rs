//! What `thecal info` lists.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

fn info(paths: &[&Path], more: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thecal"));
    let done = command.arg("info").args(paths).args(more).output().expect("the program runs");
    assert!(matches!(done.status.code(), Some(0 | 1)), "{:?}", done.status);
    String::from_utf8(done.stdout).expect("UTF-8")
}

fn study(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data").join(name)
}

#[test]
fn series_stand_by_patient_and_study_and_images_with_their_geometry() {
    let (first, second) = (study("c-ffs"), study("sphere-hfs"));
    let text = info(&[&first, &second], &[]);
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is not in {text}"));
    let second_at = at("Patient 2, study 1");
    assert!(at("Patient 1, study 1") < second_at);
    let geometry = text.lines().find(|l| l.contains("voxels of")).expect("a geometry");
    assert!(geometry.ends_with("mm, normal 0.0 deg off the long axis"), "{geometry}");
    for who in ["PHANTOM", "Phantom^", "Spine"] {
        assert!(!text.contains(who), "{who} is in {text}");
    }
    let listed: Value = serde_json::from_str(&info(&[&first], &["--json"])).expect("JSON");
    let series = listed["series"].as_array().expect("series");
    let image = series.iter().find(|s| s["kind"] == "CT").expect("a CT");
    assert_eq!((&image["patient"], &image["study"]), (&json!(1), &json!(1)));
    let volume = &image["volumes"][0];
    assert_eq!(volume["size"][2], image["files"]);
    assert!(volume["slice_spacing_mm"].as_f64().is_some_and(|mm| mm > 0.5), "{volume}");
    assert!(volume["tilt_deg"].as_f64().is_some_and(|deg| deg < 0.1), "{volume}");
    let set = series.iter().find(|s| s["kind"] == "RTSTRUCT").expect("a structure set");
    assert_eq!(set["volumes"], json!([]));
    assert!(series.iter().all(|s| s["description"].is_null()), "{listed}");
}

#[test]
fn of_a_copy_both_paths_are_told() {
    let dir = TempDir::new().expect("a folder");
    let file = study("c-ffs").join("RS.dcm");
    let places = ["one", "two"].map(|n| dir.path().join(n).join("RS.dcm"));
    for place in &places {
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        std::fs::copy(&file, place).expect("copied");
    }
    let text = info(&[dir.path()], &[]);
    let [one, two] = places.each_ref().map(|p| p.display().to_string());
    assert!(text.contains(&format!("[duplicate_instance] {two} is a copy of {one}")), "{text}");
    assert_eq!(text.matches("duplicate_instance").count(), 1, "{text}");
    // A check measures it once, and its terminal says which two files are meant.
    let done = Command::new(env!("CARGO_BIN_EXE_thecal")).arg("check").arg(dir.path()).output();
    let done = done.expect("the program runs");
    let [text, named] = [done.stdout, done.stderr].map(|b| String::from_utf8(b).expect("UTF-8"));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("[duplicate_instance] copy 1 of 1: a copy of structure set 1 of 1,"),
        "{text}"
    );
    assert!(named.contains(&format!("copy 1 of 1: {two}")), "{named}");
    assert!(named.contains(&format!("structure set 1 of 1: {one}")), "{named}");
    // The same UID and other contents: both are named, too.
    let mut other = std::fs::read(&file).expect("a structure set");
    let name = other.windows(3).position(|w| w == b"GTV").expect("a structure");
    other[name + 2] = b'W';
    std::fs::write(&places[1], other).expect("written");
    let text = info(&[dir.path()], &[]);
    let line = text.lines().find(|l| l.contains("[instance_disputed]")).unwrap_or_default();
    assert!(line.contains(&one) && line.contains(&two), "{text}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "changes a file as another program would")]
fn descriptions_are_shown_where_they_are_asked_for() {
    use dicom_core::{DataElement, PrimitiveValue, VR};
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("RS.dcm");
    let mut set = dicom_object::open_file(study("c-ffs").join("RS.dcm")).expect("a structure set");
    let text = PrimitiveValue::from("Plan of Jane Doe");
    set.put(DataElement::new(dicom_core::Tag(0x0008, 0x103E), VR::LO, text));
    set.write_to_file(&path).expect("written");
    assert!(!info(&[dir.path()], &[]).contains("Jane"));
    assert!(!info(&[dir.path()], &["--json"]).contains("Jane"));
    for flag in ["--descriptions", "-v"] {
        assert!(info(&[dir.path()], &[flag]).contains("\"Plan of Jane Doe\""), "{flag}");
    }
    let json: Value =
        serde_json::from_str(&info(&[dir.path()], &["--json", "--descriptions"])).expect("JSON");
    assert_eq!(json["series"][0]["description"], "Plan of Jane Doe");
}
