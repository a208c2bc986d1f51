//! What is said of arguments that cannot be meant as they stand.

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

/// Runs a check that is refused; exit code and standard error.
fn refused(more: &[&str]) -> (Option<i32>, String) {
    let out = thecal(&[&["check", &study()], more].concat());
    assert!(out.stdout.is_empty(), "{more:?}: {}", text(&out.stdout));
    (out.status.code(), text(&out.stderr))
}

#[test]
fn a_name_that_is_not_there_is_answered_with_the_one_that_may_be_meant() {
    let separate = ["--separate", "ideal"];
    let scenario = [&separate[..], &["--anatomy", "sac_reexpandet"]].concat();
    let forbidden = [&separate[..], &["--keep-out", "VB_T08"]].concat();
    let target = [&separate[..], &["--ctv", "GTW"]].concat();
    for (args, code, meant) in [
        (vec!["--separate", "Laminektomie"], 2, "did you mean laminectomy?"),
        (vec!["--separate", "transpedicular-left"], 2, "did you mean transpedicular_left?"),
        (scenario, 2, "did you mean sac_reexpanded?"),
        (vec!["--tumour", "GTW"], 3, "did you mean \"GTV\"?"),
        (vec!["--cord", "SpinelCord"], 3, "did you mean \"SpinalCord\"?"),
        (vec!["--sac", "TecalSac"], 3, "did you mean \"ThecalSac\"?"),
        (forbidden, 3, "did you mean \"VB_T07\"?"),
        (target, 3, "did you mean \"GTV\"?"),
    ] {
        let (found, told) = refused(&args);
        assert_eq!(found, Some(code), "{args:?}: {told}");
        assert!(told.contains(meant), "{args:?}: {told}");
    }
    // What is like nothing is answered with all that there is.
    let (_, told) = refused(&["--separate", "xyz"]);
    assert!(!told.contains("did you mean"), "{told}");
    assert!(told.contains("There are all, ") && told.contains("laminectomy"), "{told}");
}

#[test]
fn numbers_out_of_range_are_told_with_what_is_expected() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let out = out.to_str().expect("UTF-8");
    for (args, words) in [
        (vec!["--out", out, "--triangles", "0"], ["--triangles", "4 or more"]),
        (vec!["--out", out, "--triangles", "-5"], ["--triangles", "4 or more"]),
        (vec!["--threshold", "-1"], ["threshold -1 mm", "above 0 and at most 100 mm"]),
        (vec!["--threshold", "tumour-sac=-1"], ["threshold -1 mm", "above 0"]),
        (vec!["--tolerance", "-1"], ["tolerance -1 mm", "0 to 1 mm"]),
        (vec!["--separate", "ideal", "--amount", "-1"], ["--amount -1", "above 0"]),
        (vec!["--separate", "ideal,"], ["--separate", "commas"]),
    ] {
        let (code, told) = refused(&args);
        assert_eq!(code, Some(2), "{args:?}: {told}");
        for word in words {
            assert!(told.contains(word), "{args:?}: {told}");
        }
        assert!(!told.contains("unexpected argument"), "{args:?}: {told}");
    }
}

#[test]
fn a_space_after_a_comma_is_no_part_of_a_name() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let lists = ["--separate", "ideal, laminectomy", "--anatomy", "fixed, sac_reexpanded"];
    let more = ["--cord-shift", "-1, 0, 0", "--mesh-format", "stl, obj", "--json"];
    let (study, path) = (study(), out.to_str().expect("UTF-8"));
    let place = ["check", &study, "--out", path, "--triangles", "300"];
    let done = thecal(&[&place, &lists[..], &more[..]].concat());
    assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
    let report: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    let asked = &report["settings"]["separation"];
    let names: Vec<_> =
        asked["approaches"].as_array().expect("a list").iter().map(|a| &a["name"]).collect();
    assert_eq!(names, ["ideal", "laminectomy"]);
    assert_eq!(asked["anatomies"].as_array().map(Vec::len), Some(3));
    let meshes = std::fs::read_dir(out.join("meshes")).expect("meshes");
    let ends: std::collections::BTreeSet<String> = meshes
        .filter_map(|e| e.expect("an entry").path().extension()?.to_str().map(str::to_owned))
        .collect();
    assert!(ends.contains("stl") && ends.contains("obj") && !ends.contains("ply"), "{ends:?}");
}

#[test]
fn a_failure_is_json_where_json_was_asked_for() {
    let dir = TempDir::new().expect("a folder");
    let (study, absent) = (study(), dir.path().join("absent"));
    let (empty, absent) = (dir.path().to_str().expect("UTF-8"), absent.to_str().expect("UTF-8"));
    let second = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/sphere-hfs");
    let second = second.to_str().expect("UTF-8");
    for (args, code, kind, word) in [
        (vec!["check", "--json"], 2, "usage", "<PATH>"),
        (vec!["check", &study, "--json", "--no-such-flag"], 2, "usage", "--no-such-flag"),
        (vec!["check", &study, "--json", "--threshold", "two"], 2, "usage", "not a number"),
        (vec!["check", &study, "--json", "--tumour", "GTW"], 3, "not_found", "GTV"),
        (vec!["check", empty, "--json"], 3, "no_structures", "give a folder"),
        (vec!["info", absent, "--json"], 3, "unreadable", "absent"),
        (vec!["compare", &study, second, "--json"], 3, "different_patients", "one patient"),
        (vec!["check", &study, "--json", "--out", "/dev/null/x"], 5, "output", "/dev/null"),
        (vec!["batch", empty, "--json", "--out", absent], 3, "input", "no"),
    ] {
        let done = thecal(&args);
        assert_eq!(done.status.code(), Some(code), "{args:?}: {}", text(&done.stderr));
        assert!(done.stdout.is_empty(), "{args:?}: {}", text(&done.stdout));
        let told: Value = serde_json::from_slice(&done.stderr).expect("one JSON object");
        assert_eq!(told["schema_version"], "2");
        assert_eq!((&told["error"]["code"], &told["error"]["kind"]), (&code.into(), &kind.into()));
        let message = told["error"]["message"].as_str().expect("a message");
        assert!(message.contains(word) && !message.starts_with("error"), "{args:?}: {message}");
    }
}

#[test]
fn spaces_in_lists_and_pairs_are_no_matter() {
    let study = study();
    let args = ["--threshold", "tumour-sac = 1.5", "--separate", "ideal, laminectomy", "--json"];
    let out = thecal(&[&["check", study.as_str()], args.as_slice()].concat());
    let report: Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(report["settings"]["thresholds"]["tumour_sac_mm"], serde_json::json!([1.5]));
    let runs = report["separation"]["runs"].as_array().expect("runs");
    let names: Vec<_> = runs.iter().filter_map(|r| r["scenario"].as_str()).collect();
    assert_eq!(names, ["ideal", "laminectomy"]);
}

#[test]
fn no_table_has_rows_that_do_not_apply_and_no_number_is_a_signed_nothing() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let place = out.to_str().expect("UTF-8");
    thecal(&["check", &study(), "--separate", "ideal", "--out", place]);
    let table = std::fs::read_to_string(out.join("gaps.csv")).expect("the table");
    assert!(table.contains("sac_surface_below_2_mm") && !table.contains("missing"), "{table}");
    let sac_of_cord = |l: &&str| l.contains("SpinalCord") && l.contains("sac_surface");
    assert_eq!(table.lines().filter(sac_of_cord).count(), 0);
    let record = std::fs::read_to_string(out.join("report.json")).expect("the record");
    assert!(!record.contains("-0.0,") && !record.contains("-0.0\n"), "a zero with a sign");
}

#[test]
fn uncertainty_is_a_preset_or_a_file_and_changes_no_verdict() {
    let (code, told) = refused(&["--uncertainty", "delineatoin"]);
    assert_eq!(code, Some(2), "{told}");
    for part in ["did you mean delineation?", "docs/uncertainty.md"] {
        assert!(told.contains(part), "{told}");
    }
    let (code, told) = refused(&["--samples", "500"]);
    assert_eq!(code, Some(2), "{told}");
    // A file with a mistake: the file, the source and what to do.
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("ours.toml");
    let sources = "[[source]]\nname = \"cord\"\nstructure = \"cord\"\nshift_sd_mm = [-1, 0, 0]\n";
    std::fs::write(&file, sources).expect("a file");
    let path = file.to_str().expect("UTF-8");
    let (code, told) = refused(&["--uncertainty", path]);
    assert_eq!(code, Some(3), "{told}");
    for part in ["ours.toml", "source 1 (name \"cord\")", "shift_sd_mm is -1"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let good = sources.replace("-1", "1") + "reference = \"a test\"\n";
    std::fs::write(&file, good).expect("a file");
    let (plain, sure) = (
        thecal(&["check", &study()]),
        thecal(&["check", &study(), "--uncertainty", path, "--samples", "500"]),
    );
    assert_eq!(plain.status.code(), sure.status.code());
    let (plain, sure) = (text(&plain.stdout), text(&sure.stdout));
    assert_eq!(plain.lines().next(), sure.lines().next());
    assert!(sure.contains("How sure the gaps are (sources of a file; 500 samples"), "{sure}");
    assert!(!plain.contains("How sure"), "{plain}");
}
