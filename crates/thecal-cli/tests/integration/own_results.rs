//! What the program wrote before is no input of the next run.

use std::path::Path;
use std::process::Output;

use crate::common::{text, thecal_in};
use serde_json::Value;
use tempfile::TempDir;

fn phantom(dir: &Path) {
    let out =
        thecal_in(dir, &["phantom", "--out", "study", "--gap", "2.6", "--slice", "2", "--no-ct"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
}

fn gap_mm(out: &Output) -> f64 {
    let report: Value = serde_json::from_slice(&out.stdout).expect("JSON");
    report["phases"][0]["pairs"][0]["gap_mm"].as_f64().expect("a gap")
}

#[test]
fn a_result_below_the_study_does_not_block_the_next_check() {
    let dir = TempDir::new().expect("a folder");
    phantom(dir.path());
    let study = dir.path().join("study");
    let run = |args: &[&str]| thecal_in(&study, args);
    let first = run(&["check", ".", "--out", "results", "--json"]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    assert!(study.join("results/structures.dcm").is_file());
    let again = run(&["check", ".", "--out", "results", "--json"]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert!((gap_mm(&first) - gap_mm(&again)).abs() < 1e-12);
    let report: Value = serde_json::from_slice(&again.stdout).expect("JSON");
    let codes = report["warnings"].as_array().expect("warnings").iter();
    assert!(codes.clone().any(|w| w["code"] == "own_result"), "told");
    // Named, it is measured: the cord and the tumour of the result are those of the study.
    let named = run(&["check", ".", "--structures", "results/structures.dcm", "--json"]);
    assert!((gap_mm(&named) - gap_mm(&first)).abs() < 0.01, "{}", text(&named.stderr));
}

#[test]
fn a_structure_set_of_somebody_else_beside_a_result_is_no_result() {
    let dir = TempDir::new().expect("a folder");
    phantom(dir.path());
    let study = dir.path().join("study");
    thecal_in(&study, &["check", ".", "--out", "results"]);
    // A changed copy: other bytes, no file of the result.
    let mut bytes = std::fs::read(study.join("RS.dcm")).expect("bytes");
    let last = bytes.len() - 1;
    bytes[last] = b' ';
    std::fs::write(study.join("results/RS.other.dcm"), bytes).expect("written");
    let out = thecal_in(&study, &["check", "."]);
    assert_eq!(out.status.code(), Some(3), "{}", text(&out.stdout));
}
