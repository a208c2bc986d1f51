//! What is said on standard error beside the result.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Checks `test-data/c-ffs` into a folder; standard output and standard error.
fn check(more: &[&str]) -> (String, String) {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/c-ffs");
    let mut command = Command::new(env!("CARGO_BIN_EXE_thecal"));
    let done = command.arg("check").arg(study).args(more).output().expect("the program runs");
    assert_eq!(done.status.code(), Some(1), "{more:?}");
    let [out, err] = [done.stdout, done.stderr].map(|b| String::from_utf8(b).expect("UTF-8"));
    (out, err)
}

#[test]
fn quiet_says_nothing_beside_the_result() {
    let dir = TempDir::new().expect("a folder");
    let path = |name: &str| dir.path().join(name).to_str().expect("UTF-8").to_owned();
    let (usual, told) = check(&["--out", &path("usual")]);
    assert!(told.contains("Written: "), "{told}");
    let (quiet, told) = check(&["-q", "--out", &path("quiet")]);
    assert_eq!((quiet.as_str(), told.as_str()), (usual.as_str(), ""));
    // Errors are told all the same.
    let refused =
        Command::new(env!("CARGO_BIN_EXE_thecal")).args(["check", "-q", "absent"]).output();
    let refused = refused.expect("the program runs");
    assert!(String::from_utf8_lossy(&refused.stderr).starts_with("error: absent"));
}

#[test]
fn verbose_says_what_is_read_which_structure_is_what_and_how_long_it_takes() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let (_, told) = check(&["-v", "--tumour", "GTV", "--out", out.to_str().expect("UTF-8")]);
    let line = |begin: &str| told.lines().find(|l| l.starts_with(begin)).unwrap_or_default();
    assert!(line("searching ").ends_with("c-ffs"), "{told}");
    assert!(line("read RTSTRUCT x 1, series 2.25.").len() > 30, "{told}");
    assert!(line("used as tumour: \"GTV\"").ends_with("because it was chosen by name"), "{told}");
    assert!(line("used as cord: \"SpinalCord\"").ends_with("because its name says so"), "{told}");
    for step in ["measuring: ", "writing the result: "] {
        assert!(line(step).ends_with(" s"), "{told}");
    }
    // A person who is named in the study's files is not named here.
    assert!(!told.to_uppercase().contains("SPINE"), "{told}");
    // With JSON standard output is the record all the same.
    let (json, told) = check(&["-v", "--json"]);
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    assert!(told.contains("used as tumour"), "{told}");
    let (_, told) = check(&["--json"]);
    assert_eq!(told, "");
}
