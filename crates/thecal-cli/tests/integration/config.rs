//! Defaults from a file.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Checks `test-data/c-ffs` from a working directory.
fn check(folder: &Path, more: &[&str]) -> Output {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/c-ffs");
    let mut command = Command::new(env!("CARGO_BIN_EXE_thecal"));
    command.current_dir(folder).arg("check").arg(study).args(more);
    command.output().expect("the program runs")
}

fn settings(folder: &Path, more: &[&str]) -> Value {
    let done = check(folder, &[&["--json"], more].concat());
    let told = String::from_utf8_lossy(&done.stderr);
    let report: Value =
        serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{e}: {told}"));
    report["settings"].clone()
}

const WHOLE: &str = "thresholds = [1, \"cord-sac=0.5\"]\ntolerance_mm = 0.2\nends = \"plane\"\n\
                     aliases = \"names.toml\"\namount_mm = 2.5\nmemory = \"2GiB\"\njobs = 1\n\
                     timeout_s = 60\n";

#[test]
fn a_file_in_the_working_directory_gives_defaults_and_options_go_before_it() {
    let dir = TempDir::new().expect("a folder");
    let folder = dir.path();
    assert_eq!(settings(folder, &[])["config_sha256"], Value::Null);
    std::fs::write(folder.join("names.toml"), "[aliases]\nVB_T07 = \"other\"\n").expect("written");
    std::fs::write(folder.join("thecal.toml"), WHOLE).expect("written");
    let found = settings(folder, &["--separate", "ideal"]);
    assert_eq!(found["thresholds"]["tumour_cord_mm"], json!([1.0]));
    assert_eq!(found["thresholds"]["cord_sac_mm"], json!([0.5]));
    assert_eq!(found["thresholds"]["tolerance_mm"], 0.2);
    assert_eq!(found["ends"], "plane");
    assert_eq!(found["aliases"][0]["name"], "VB_T07");
    assert_eq!(found["separation"]["amount_mm"], 2.5);
    let hash = found["config_sha256"].as_str().expect("a hash");
    assert!(hash.len() == 64 && !found.to_string().contains("thecal.toml"), "{found}");
    let typed = ["--threshold", "3", "--tolerance", "0", "--ends", "rounded"];
    let amount = ["--separate", "ideal", "--amount", "4"];
    let found = settings(folder, &[&typed[..], &amount[..]].concat());
    assert_eq!(found["thresholds"]["tumour_cord_mm"], json!([3.0]));
    assert_eq!(found["thresholds"]["cord_sac_mm"], json!([]));
    assert_eq!(found["thresholds"]["tolerance_mm"], 0.0);
    assert_eq!(found["ends"], "rounded");
    assert_eq!(found["separation"]["amount_mm"], 4.0);
    assert_eq!(found["config_sha256"].as_str(), Some(hash));
    // A person is told of a file that nobody named.
    let told = check(folder, &[]).stderr;
    assert!(String::from_utf8_lossy(&told).contains("Defaults from thecal.toml"));
}

#[test]
fn a_named_file_goes_before_that_of_the_working_directory() {
    let (dir, other) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    std::fs::write(dir.path().join("thecal.toml"), "thresholds = [1]\n").expect("written");
    let named = other.path().join("mine.toml");
    std::fs::write(&named, "thresholds = [5]\n").expect("written");
    let found = settings(dir.path(), &["--config", named.to_str().expect("UTF-8")]);
    assert_eq!(found["thresholds"]["tumour_cord_mm"], json!([5.0]));
    assert_eq!(check(dir.path(), &["--config", "absent.toml"]).status.code(), Some(3));
}

#[test]
fn unknown_keys_and_values_name_the_file_the_key_and_what_is_expected() {
    let dir = TempDir::new().expect("a folder");
    for (text, words) in [
        ("threshold = [2]\n", ["threshold", "thresholds"]),
        ("ends = \"round\"\n", ["ends", "half_slice, plane or rounded"]),
        ("thresholds = [-1]\n", ["threshold", "above 0 and at most 100 mm"]),
        ("tolerance_mm = 3\n", ["tolerance", "0 to 1 mm"]),
        ("amount_mm = 0\n", ["amount_mm", "at most 30 mm"]),
        ("memory = \"much\"\n", ["memory", "4GiB"]),
        ("jobs = 0\n", ["jobs", "1 to 1024"]),
        ("timeout_s = -1\n", ["timeout_s", "above 0"]),
    ] {
        std::fs::write(dir.path().join("thecal.toml"), text).expect("written");
        let done = check(dir.path(), &[]);
        let told = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(3), "{text}: {told}");
        for word in ["thecal.toml"].into_iter().chain(words) {
            assert!(told.contains(word), "{text}: {word} is not in {told}");
        }
    }
    // Those that there are stand in the message.
    std::fs::write(dir.path().join("thecal.toml"), "mesh = 1\n").expect("written");
    let told = check(dir.path(), &[]).stderr;
    let told = String::from_utf8_lossy(&told);
    for key in ["mesh", "thresholds", "tolerance_mm", "aliases", "ends", "amount_mm", "jobs"] {
        assert!(told.contains(key), "{key} is not in {told}");
    }
}
