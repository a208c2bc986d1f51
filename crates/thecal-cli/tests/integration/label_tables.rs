//! `--labels`: what the numbers of a label map are called.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A map of the two blocks: the cord has the label 79 and the tumour the label 5.
fn map(path: &Path) {
    let voxels = crate::blocks::block(20).into_iter().zip(crate::blocks::block(5));
    let voxels = voxels.map(|(cord, tumour)| 79 * cord + 5 * tumour).collect();
    crate::blocks::labelled(path, "", voxels);
}

fn thecal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thecal")).args(args).output().expect("the program runs")
}

fn json(done: &Output) -> serde_json::Value {
    serde_json::from_slice(&done.stdout).unwrap_or_else(|_| {
        panic!("no JSON: {}", String::from_utf8_lossy(&done.stderr));
    })
}

fn gap_mm(report: &serde_json::Value) -> f64 {
    report["phases"][0]["pairs"][0]["gap_mm"].as_f64().expect("a gap")
}

#[test]
fn labels_are_named_by_a_built_in_table_by_a_file_and_by_number() {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("case.nrrd");
    map(&path);
    let path = path.to_str().expect("UTF-8");
    let built_in = ["--labels", "TotalSegmentator", "--tumour", "liver"];
    let names = dir.path().join("names.csv");
    std::fs::write(&names, "value,name\n79,SpinalCord\n5,GTV\n").expect("a file");
    let own = ["--labels", names.to_str().expect("UTF-8")];
    let numbers = ["--cord", "79", "--tumour", "5"];
    for more in [&built_in[..], &own, &numbers] {
        let done = thecal(&[&["check", path, "--json"], more].concat());
        assert_eq!(done.status.code(), Some(0), "{more:?}");
        let gap_mm = gap_mm(&json(&done));
        assert!((gap_mm - crate::blocks::GAP_MM).abs() < 0.3, "{more:?}: {gap_mm}");
    }
    // In `info`, too.
    let listed = thecal(&[&["info", path, "--json"], &own[..]].concat());
    assert_eq!(listed.status.code(), Some(0));
    assert_eq!(json(&listed)["can_be_checked"], true);
    // A batch has the same option.
    let out = dir.path().join("out");
    let root = dir.path().to_str().expect("UTF-8");
    let args = ["batch", root, "--out", out.to_str().expect("UTF-8")];
    let done = thecal(&[&args[..], &own].concat());
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_table_that_is_not_there_is_a_usage_error_with_a_suggestion() {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("case.nrrd");
    map(&path);
    let path = path.to_str().expect("UTF-8");
    let done = thecal(&["check", path, "--labels", "totalsegmenter"]);
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(2), "{told}");
    assert!(told.contains("did you mean \"totalsegmentator\""), "{told}");
    let absent = dir.path().join("absent.csv");
    let done = thecal(&["check", path, "--labels", absent.to_str().expect("UTF-8")]);
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(matches!(done.status.code(), Some(2 | 3)) && told.contains("absent.csv"), "{told}");
}
