//! What a batch calls its studies, in which order they stand, and where it must not write.

use std::path::Path;

use crate::common::{batch, text, thecal_in};
use tempfile::TempDir;

/// A phantom's structure set with a gap, in a folder of a patient's name.
fn study(root: &Path, folder: &str, gap_mm: &str, seed: &str) {
    let place = root.join(folder);
    let place = place.to_str().expect("UTF-8");
    let args =
        ["phantom", "--out", place, "--gap", gap_mm, "--slice", "2", "--no-ct", "--seed", seed];
    let out = thecal_in(root, &args);
    assert!(out.status.success(), "{}", text(&out.stderr));
}

fn rows(out: &Path, table: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(out.join(table)).expect("a table");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn run(root: &Path, out: &Path, more: &[&str]) -> std::process::Output {
    let paths = [root, out].map(|p| p.to_str().expect("UTF-8").to_owned());
    batch(&[&[paths[0].as_str(), "--out", paths[1].as_str()], more].concat())
}

#[test]
fn studies_have_short_labels_that_stay_and_the_most_urgent_stands_first() {
    let dir = TempDir::new().expect("a folder");
    let (root, out) = (dir.path().join("in"), dir.path().join("out"));
    std::fs::create_dir_all(&root).expect("a folder");
    study(&root, "Meier_Anna", "4.5", "1");
    study(&root, "Schulz_Bert", "1.2", "2");
    let done = run(&root, &out, &[]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("key.csv"), "told: {}", text(&done.stderr));
    assert!(text(&done.stdout).contains("1 insufficient"), "{}", text(&done.stdout));
    // Which number is whose, from key.csv alone.
    let number = |folder: &str| {
        let key = rows(&out, "key.csv");
        let row = key.iter().find(|r| r["path"].contains(folder)).expect("a row");
        (row["number"].clone(), row["study"].clone())
    };
    let (anna, bert) = (number("Meier_Anna"), number("Schulz_Bert"));
    let mut numbers = [anna.0.as_str(), bert.0.as_str()];
    numbers.sort_unstable();
    assert_eq!(numbers, ["study-0001", "study-0002"]);
    let told: Vec<_> = rows(&out, "summary.csv")
        .iter()
        .map(|r| (r["label"].clone(), r["study"].clone(), r["headline"].clone()))
        .collect();
    let told_of = |(number, key): &(String, String), headline: &str| {
        (number.clone(), key.clone(), headline.to_owned())
    };
    assert_eq!(told, [told_of(&bert, "insufficient"), told_of(&anna, "clear")]);
    let index = std::fs::read_to_string(out.join("index.html")).expect("the index");
    assert!(!index.contains("Meier") && index.contains("study-0001"));
    // Every table of the batch carries the label beside the key.
    for row in rows(&out, "results.csv") {
        let of = if row["study"] == anna.1 { &anna.0 } else { &bert.0 };
        assert_eq!(&row["label"], of);
    }
    let place = |label: &str| index.find(&format!(">{label}<")).expect("a row");
    assert!(place(&bert.0) < place(&anna.0), "the insufficient one first");
    // A study that comes to them leaves their labels as they are.
    study(&root, "Abt_Carl", "2.6", "3");
    let done = run(&root, &out, &[]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert_eq!((number("Meier_Anna"), number("Schulz_Bert")), (anna, bert));
    assert_eq!(number("Abt_Carl").0, "study-0003");
    // By its folder where that is asked for.
    let done = run(&root, &out, &["--label-from", "folder"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let labels: Vec<String> =
        rows(&out, "summary.csv").iter().map(|r| r["label"].clone()).collect();
    assert_eq!(labels, ["Schulz_Bert", "Abt_Carl", "Meier_Anna"]);
}

#[test]
fn what_is_simulated_stands_beside_the_verdict_and_not_in_it() {
    let dir = TempDir::new().expect("a folder");
    let (root, out) = (dir.path().join("in"), dir.path().join("out"));
    std::fs::create_dir_all(&root).expect("a folder");
    study(&root, "one", "1.7", "1");
    let done = run(&root, &out, &["--separate", "ideal"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let rows = rows(&out, "summary.csv");
    let told: Vec<_> = rows.iter().map(|r| (r["phase"].as_str(), r["headline"].as_str())).collect();
    assert_eq!(told, [("before", "insufficient"), ("simulated", "clear")]);
    let index = std::fs::read_to_string(out.join("index.html")).expect("the index");
    assert!(index.contains("<span class=\"v insufficient\">insufficient</span>"), "{index}");
    assert!(index.contains("Simulated verdict"), "its own column");
    assert!(text(&done.stdout).contains("1 insufficient"), "{}", text(&done.stdout));
}

#[test]
fn an_empty_folder_and_a_folder_of_a_study_are_refused() {
    let dir = TempDir::new().expect("a folder");
    let (root, out) = (dir.path().join("in"), dir.path().join("out"));
    std::fs::create_dir_all(&root).expect("a folder");
    let done = run(&root, &out, &[]);
    assert_eq!(done.status.code(), Some(3), "{}", text(&done.stdout));
    assert!(text(&done.stderr).contains("no study"), "{}", text(&done.stderr));
    assert!(!out.join("summary.csv").exists());
    let listed = batch(&[root.to_str().expect("UTF-8"), "--dry-run"]);
    assert_eq!(listed.status.code(), Some(3), "{}", text(&listed.stdout));
    study(&root, "one", "1.7", "1");
    study(&root, "two", "1.7", "2");
    let done = run(&root, &root.join("one/results"), &[]);
    assert_eq!(done.status.code(), Some(2), "{}", text(&done.stderr));
    assert!(!root.join("one/results").exists());
    let done = run(&root, &root.join("results"), &[]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
}
