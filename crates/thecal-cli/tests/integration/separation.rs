//! Separations and comparisons as a user asks for them, and what is refused.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn thecal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thecal")).args(args).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn study() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/c-ffs");
    path.to_str().expect("UTF-8").to_owned()
}

/// Runs a check with more arguments; exit code and standard error.
fn check(more: &[&str]) -> (Option<i32>, String) {
    let study = study();
    let out = thecal(&[&["check", &study], more].concat());
    (out.status.code(), text(&out.stderr))
}

#[test]
fn scenarios_are_asked_for_by_name() {
    let study = study();
    let shift = ["--anatomy", "fixed,sac_reexpanded", "--cord-shift", "-1,0,0"];
    let out = thecal(&[&["check", &study, "--separate", "ideal", "--json"], &shift[..]].concat());
    let report: Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let phases = report["phases"].as_array().expect("phases");
    let names: Vec<_> = phases.iter().map(|p| p["scenario"].as_str()).collect();
    let named = [None, Some("ideal"), Some("ideal/sac_reexpanded"), Some("ideal/cord_shift")];
    assert_eq!(names, named);
    let anatomies = report["separation"]["anatomies"].as_array().expect("anatomies");
    assert_eq!(anatomies[2]["cord_shift_mm"][0], -1.0);
    // 1 mm dorsally is 1 mm towards the back, but for the cord's slope.
    let back = anatomies[2]["cord_shift_lps_mm"][1].as_f64().expect("a number");
    assert!(back > 0.9 && back <= 1.0, "{back}");
}

#[test]
fn what_cannot_be_simulated_is_refused_in_one_clear_line() {
    let dir = TempDir::new().expect("a folder");
    let file = |name: &str, toml: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, toml).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let key = file("key.toml", "[mine]\nfrom_clock_deg = [[0, 10]]\ntool_radius = 1.0\n");
    let none = file("none.toml", "[mine]\nfrom_clock_deg = []\n");
    let wide = file(
        "wide.toml",
        "[mine]\ntool_radius_mm = 6\n[mine.tube]\ndiameter_mm = 10\nclock_deg = 180\n",
    );
    let mine = ["--separate", "mine", "--approaches"];
    let cases: [(Vec<&str>, i32, &[&str]); 10] = [
        ([&mine[..], &[&key]].concat(), 3, &["key.toml", "tool_radius"]),
        ([&mine[..], &[&none]].concat(), 3, &["none.toml", "has no direction"]),
        ([&mine[..], &[&wide]].concat(), 3, &["wide.toml", "no wider than its tube"]),
        (vec!["--separate", "mine"], 2, &["no such approach", "laminectomy"]),
        (vec!["--separate", "ideal", "--amount", "0.2"], 3, &["0.2 mm", "resolution"]),
        (vec!["--separate", "ideal", "--amount=-1"], 2, &["--amount"]),
        (vec!["--separate", "ideal", "--anatomy", "open"], 2, &["--anatomy open", "fixed"]),
        (vec!["--separate", "ideal", "--anatomy", "cord_shift"], 2, &["--cord-shift"]),
        (vec!["--separate", "ideal", "--cord-shift", "1,2"], 2, &["--cord-shift", "three"]),
        (vec!["--anatomy", "fixed"], 2, &["--separate"]),
    ];
    for (args, code, words) in cases {
        let (found, message) = check(&args);
        assert_eq!(found, Some(code), "{args:?}: {message}");
        for word in words {
            assert!(message.contains(word), "{args:?}: {message}");
        }
    }
}

#[test]
fn two_studies_are_compared() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let study = study();
    let done =
        thecal(&["compare", &study, &study, "--out", out.to_str().expect("UTF-8"), "--json"]);
    let report: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    // The same study twice: nothing changed, and the verdict is that of the study.
    assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
    for pair in report["comparison"]["pairs"].as_array().expect("pairs") {
        assert_eq!(pair["change_mm"], 0.0, "{pair}");
    }
    assert!(out.join("report.json").is_file() && out.join("gaps.csv").is_file());
    // What a target must hold is written with the structures.
    let written = std::fs::read(out.join("structures.dcm")).expect("structures");
    let name = b"zEpidural_Preop";
    assert!(written.windows(name.len()).any(|w| w == name));
    let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/sphere-hfs");
    let other = other.to_str().expect("UTF-8");
    let refused = thecal(&["compare", &study, other]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused.stderr).contains("patient"), "{}", text(&refused.stderr));
}
