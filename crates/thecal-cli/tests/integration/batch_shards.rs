//! A batch that is split over tasks as `docs/scaling.md` says.

#![allow(clippy::print_stdout, reason = "a test that is left out says why")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::common::{batch, cohort, text};
use tempfile::TempDir;

fn lines(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("a table");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn shards_hold_the_rows_of_the_whole() {
    let scaling = include_str!("../../../../docs/scaling.md");
    let split = scaling.lines().find(|l| l.trim().starts_with("awk -v n=64 ")).expect("the line");
    let split = split.trim().replacen("n=64", "n=3", 1);
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 16, 12);
    let list = batch(&[&root, "--dry-run"]);
    std::fs::write(dir.path().join("all.csv"), &list.stdout).expect("a list");
    let made = Command::new("sh").args(["-c", &split]).current_dir(dir.path()).status();
    if !made.is_ok_and(|s| s.success()) {
        println!("skipped: sh or awk is not installed");
        return;
    }
    let whole = dir.path().join("whole");
    batch(&[&root, "--out", whole.to_str().expect("UTF-8")]);
    let (mut rows, mut keys) = (Vec::new(), BTreeSet::new());
    for shard in 0..3 {
        let manifest = dir.path().join(format!("shard-{shard:03}.csv"));
        let out = dir.path().join(format!("results/shard={shard}"));
        let [manifest, name] = [&manifest, &out].map(|p| p.to_str().expect("UTF-8"));
        let done = batch(&[&root, "--manifest", manifest, "--out", name]);
        assert_eq!(done.status.code(), Some(4), "{}", text(&done.stderr));
        let own = lines(&out.join("results.csv")).split_off(1);
        let own_keys: BTreeSet<String> =
            own.iter().filter_map(|l| l.split(',').next()).map(str::to_owned).collect();
        assert!(keys.is_disjoint(&own_keys), "a study in two shards");
        keys.extend(own_keys);
        rows.extend(own);
    }
    rows.sort();
    let mut expected = lines(&whole.join("results.csv")).split_off(1);
    expected.sort();
    assert_eq!(rows, expected);
    // What the anti join of the document asks: every study of the list has a row.
    let listed = text(&list.stdout);
    let listed: BTreeSet<String> =
        listed.lines().skip(1).filter_map(|l| l.split(',').next()).map(str::to_owned).collect();
    assert_eq!(keys, listed);
    assert_eq!(keys.len(), 16);
    // No label means two studies.
    let labels: BTreeSet<&str> = expected.iter().filter_map(|l| l.split(',').nth(1)).collect();
    assert_eq!(labels.len(), 16);
    assert!(labels.contains("study-0001") && labels.contains("study-0016"), "{labels:?}");
}
