//! Which files and structures of two studies are compared.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn thecal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thecal")).args(args).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn name(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Writes the structure set of `test-data/c-ffs` with texts replaced by others of their length.
fn structure_set(path: &Path, changes: &[(&str, &str)]) {
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/c-ffs/RS.dcm");
    let mut bytes = std::fs::read(original).expect("a structure set");
    for (from, to) in changes {
        assert_eq!(from.len(), to.len());
        let places: Vec<usize> = (0..bytes.len() - from.len())
            .filter(|&at| bytes[at..].starts_with(from.as_bytes()))
            .collect();
        assert!(!places.is_empty(), "{from}");
        for at in places {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).expect("written");
}

const UID: &str = "2.25.11003095305690637607384494820991875693";
const OTHER: &str = "2.25.11003095305690637607384494820991875694";
const THIRD: &str = "2.25.11003095305690637607384494820991875695";

/// Two structure sets before, and one after whose vertebra is called as a target volume.
fn studies(dir: &Path) -> [PathBuf; 2] {
    let [before, after] = ["before", "after"].map(|n| dir.join(n));
    structure_set(&before.join("RS1.dcm"), &[]);
    structure_set(&before.join("RS2.dcm"), &[(UID, OTHER)]);
    structure_set(&after.join("RS3.dcm"), &[(UID, THIRD), ("VB_T07", "CTV_T7")]);
    [before, after]
}

#[test]
fn a_file_of_structures_is_that_of_the_study_that_it_lies_in() {
    let dir = TempDir::new().expect("a folder");
    let [before, after] = studies(dir.path());
    let compare = |more: &[&str]| {
        thecal(&[&["compare", name(&before), name(&after), "--json"], more].concat())
    };
    let unsaid = compare(&[]);
    assert_eq!(unsaid.status.code(), Some(3), "{}", text(&unsaid.stderr));
    assert!(text(&unsaid.stderr).contains("--structures FILE"), "{}", text(&unsaid.stderr));
    let second = before.join("RS2.dcm");
    for flag in ["--structures", "--structures-before"] {
        let done = compare(&[flag, name(&second), "--ctv", "CTV_T7"]);
        assert_eq!(done.status.code(), Some(1), "{flag}: {}", text(&done.stderr));
        let report: Value = serde_json::from_slice(&done.stdout).expect("JSON");
        assert_eq!(report["inputs"][0]["sop_instance_uid"], OTHER);
        assert_eq!(report["comparison"]["inputs_after"][0]["sop_instance_uid"], THIRD);
        // The target is judged on the study after, where alone it is drawn.
        assert_eq!(report["target"]["left_out"][0]["ctv"], "CTV_T7");
        let named = |key: &str| report["settings"][key].as_array().map(Vec::len);
        assert_eq!(named("structures_sha256"), Some(1));
        assert_eq!(named("structures_after_sha256"), Some(0));
    }
    let chosen = ["--structures", name(&second), "--ctv", "CTV_T8"];
    let unlike = thecal(&[&["compare", name(&before), name(&after)], &chosen[..]].concat());
    let told = text(&unlike.stderr);
    assert_eq!(unlike.status.code(), Some(3), "{told}");
    assert!(told.contains("did you mean \"CTV_T7\""), "{told}");
}

#[test]
fn a_file_that_lies_in_both_studies_or_in_neither_needs_a_word() {
    let dir = TempDir::new().expect("a folder");
    let [before, after] = studies(dir.path());
    let (first, second) = (before.join("RS1.dcm"), before.join("RS2.dcm"));
    let folder = name(&before);
    for (study, file, place) in
        [(folder, &second, "in both studies"), (name(&after), &first, "in neither study")]
    {
        let refused = thecal(&["compare", study, study, "--structures", name(file)]);
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
        for word in [place, "--structures-before", "--structures-after"] {
            assert!(text(&refused.stderr).contains(word), "{}", text(&refused.stderr));
        }
    }
    let named = ["--structures-before", name(&first), "--structures-after", name(&second)];
    let done = thecal(&[&["compare", folder, folder, "--json"], &named[..]].concat());
    assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
    let report: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!(report["comparison"]["inputs_after"][0]["sop_instance_uid"], OTHER);
}

#[test]
fn the_record_of_a_comparison_with_named_targets_and_files_is_drawn_again() {
    let dir = TempDir::new().expect("a folder");
    let [before, after] = studies(dir.path());
    let (out, again) = (dir.path().join("out"), dir.path().join("again"));
    let second = before.join("RS2.dcm");
    let chosen = ["--structures", name(&second), "--ctv", "CTV_T7", "--contour-step", "1"];
    let studies = ["compare", name(&before), name(&after), "--out", name(&out)];
    // The verdict is that of the study.
    let done = thecal(&[&studies[..], &chosen[..]].concat());
    assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
    // Planes of 3 mm, with more between them.
    let written = std::fs::read_to_string(out.join("structures.json")).expect("a list");
    assert!(written.contains("structures.dcm"), "{written}");
    let record = out.join("report.json");
    let drawn = thecal(&[
        "report",
        name(&record),
        "--study",
        name(&before),
        "--study",
        name(&after),
        "--out",
        name(&again),
    ]);
    assert_eq!(drawn.status.code(), Some(0), "{}", text(&drawn.stderr));
    assert!(again.join("report.html").is_file());
    // More planes make a larger file.
    let plain = dir.path().join("plain");
    let studies = ["compare", name(&before), name(&after), "--out", name(&plain)];
    let done = thecal(&[&studies[..], &chosen[..4], &["--contour-step", "source"]].concat());
    assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
    let size =
        |folder: &Path| std::fs::metadata(folder.join("structures.dcm")).expect("structures").len();
    assert!(size(&out) > size(&plain), "{} and {}", size(&out), size(&plain));
}
