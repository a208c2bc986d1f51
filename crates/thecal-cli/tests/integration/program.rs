//! The program as a user runs it: output, exit codes, files.

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

/// A phantom's structure set with the given gap.
fn phantom(dir: &Path, gap_mm: &str) -> String {
    let study = dir.join(format!("gap-{gap_mm}"));
    let path = study.to_str().expect("UTF-8").to_owned();
    let out = thecal(&["phantom", "--out", &path, "--gap", gap_mm, "--slice", "2", "--no-ct"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    path
}

#[test]
fn the_exit_code_is_the_verdict() {
    let dir = TempDir::new().expect("a folder");
    for (gap_mm, code, word) in
        [("4.5", 0, "CLEAR"), ("2.6", 0, "MARGINAL"), ("1.2", 1, "INSUFFICIENT")]
    {
        let out = thecal(&["check", &phantom(dir.path(), gap_mm)]);
        assert_eq!(out.status.code(), Some(code), "{}", text(&out.stderr));
        let first = text(&out.stdout);
        let first = first.lines().next().expect("a line");
        assert!(first.starts_with(word), "{first}");
        assert!(out.stderr.is_empty(), "{}", text(&out.stderr));
    }
}

#[test]
fn json_holds_the_gap_within_its_interval_and_nothing_else_is_printed() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), "2.6");
    let out = thecal(&["check", &study, "--json"]);
    let report: Value = serde_json::from_slice(&out.stdout).expect("JSON alone");
    let truth = std::fs::read(Path::new(&study).join("truth.json")).expect("truth");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    for t in truth["pairs"].as_array().expect("pairs") {
        let pairs = report["phases"][0]["pairs"].as_array().expect("pairs");
        let found = pairs.iter().find(|p| p["pair"] == t["pair"]).expect("the pair");
        let number = |v: &Value| v.as_f64().expect("a number");
        let gap_mm = number(&t["gap_mm"]);
        assert!((number(&found["gap_mm"]) - gap_mm).abs() < 0.05, "{found}");
        assert!(number(&found["gap_lower_mm"]) <= gap_mm, "{found}");
        assert!(gap_mm <= number(&found["gap_upper_mm"]), "{found}");
        let a =
            |p: &Value| -> Vec<f64> { p.as_array().expect("a point").iter().map(number).collect() };
        let (x, y) = (a(&found["closest"]["a_mm"]), a(&found["closest"]["b_mm"]));
        let apart = x.iter().zip(&y).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
        assert!((apart - number(&found["gap_mm"])).abs() < 1e-6);
    }
}

#[test]
fn the_output_folder_holds_report_and_tables() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), "2.6");
    let out_dir = dir.path().join("results");
    let before = std::fs::read(Path::new(&study).join("RS.dcm")).expect("the structure set");
    let out = thecal(&["check", &study, "--out", out_dir.to_str().expect("UTF-8")]);
    assert_eq!(out.status.code(), Some(0));
    let mut names: Vec<String> = std::fs::read_dir(&out_dir)
        .expect("the folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let wanted = [
        "gaps.csv",
        "meshes",
        "pictures",
        "profile.csv",
        "report.html",
        "report.json",
        "segmentation.dcm",
        "structures.dcm",
        "structures.json",
    ];
    assert_eq!(names, wanted);
    // DICOM belongs to its patient (`Phantom^Spine`); nothing else names it.
    let below = |folder: &str| -> Vec<_> {
        let of = std::fs::read_dir(out_dir.join(folder)).expect("the folder");
        of.map(|e| e.expect("an entry").path()).collect()
    };
    let (meshes, pictures) = (below("meshes"), below("pictures"));
    assert!(pictures.len() >= 4, "{pictures:?}");
    assert!(meshes.iter().any(|m| m.ends_with("scene.glb")), "{meshes:?}");
    let named = |path: &Path| {
        let bytes = std::fs::read(path).expect("a file");
        String::from_utf8_lossy(&bytes).to_uppercase().contains("PHANTOM")
    };
    let texts = wanted.iter().filter(|n| n.contains('.') && !n.ends_with(".dcm"));
    for path in texts.map(|n| out_dir.join(n)).chain(meshes).chain(pictures) {
        assert!(!named(&path), "{} names the patient", path.display());
        assert!(!path.strip_prefix(&out_dir).expect("below").to_string_lossy().contains("antom"));
    }
    assert!(named(&out_dir.join("structures.dcm")));
    let gaps = std::fs::read_to_string(out_dir.join("gaps.csv")).expect("a table");
    let header = "study,structure_a,structure_b,phase,scenario,metric,value,unit,lower,upper,\
                  method,status,reason";
    assert_eq!(gaps.lines().next(), Some(header));
    assert_eq!(gaps.lines().filter(|l| l.contains(",gap_mm,")).count(), 3);
    let after = std::fs::read(Path::new(&study).join("RS.dcm")).expect("the structure set");
    assert!(before == after, "an input was changed");
}

#[test]
fn a_report_is_made_again_from_its_record() {
    let dir = TempDir::new().expect("a folder");
    let path = |name: &str| dir.path().join(name).to_str().expect("UTF-8").to_owned();
    let study = phantom(dir.path(), "2.6");
    let other = phantom(dir.path(), "1.2");
    assert_eq!(thecal(&["check", &study, "--out", &path("first")]).status.code(), Some(0));
    let record = path("first/report.json");
    let page = |name: &str| {
        std::fs::read_to_string(dir.path().join(name).join("report.html")).expect("a page")
    };
    let again = thecal(&["report", &record, "--study", &study, "--out", &path("again")]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert!(page("again") == page("first"), "the page is another one");
    let alone = thecal(&["report", &record, "--out", &path("alone")]);
    assert_eq!(alone.status.code(), Some(0), "{}", text(&alone.stderr));
    assert!(text(&alone.stderr).contains("--study"), "{}", text(&alone.stderr));
    assert!(page("alone").contains("made from the record only"));
    let wrong = thecal(&["report", &record, "--study", &other, "--out", &path("wrong")]);
    assert_eq!(wrong.status.code(), Some(3));
    assert!(text(&wrong.stderr).contains("do not belong to the record"), "{}", text(&wrong.stderr));
    assert!(!dir.path().join("wrong").exists(), "something was written all the same");
    let broken = thecal(&["report", &(study + "/truth.json"), "--out", &path("broken")]);
    assert_eq!(broken.status.code(), Some(3));
}

#[test]
fn wrong_arguments_are_usage() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), "2.6");
    for args in [
        vec!["check"],
        vec!["measure"],
        vec!["check", &study, "--threshold", "two"],
        vec!["check", &study, "--threshold", "-1"],
        vec!["check", &study, "--threshold", "cord-tumour=2"],
        vec!["check", &study, "--ends", "round"],
        vec!["phantom", "--out", "/nowhere/at/all", "--gap", "-3"],
    ] {
        let out = thecal(&args);
        assert_eq!(out.status.code(), Some(2), "{args:?}: {}", text(&out.stderr));
        assert!(!out.stderr.is_empty());
    }
    for args in [vec!["--help"], vec!["--version"], vec!["check", "--help"]] {
        assert_eq!(thecal(&args).status.code(), Some(0), "{args:?}");
    }
}

#[test]
fn a_threshold_for_one_pair_leaves_the_others() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), "2.6");
    let out = thecal(&["check", &study, "--json", "--threshold", "tumour-sac=0.1"]);
    let report: Value = serde_json::from_slice(&out.stdout).expect("JSON");
    for pair in report["phases"][0]["pairs"].as_array().expect("pairs") {
        let at: Vec<f64> = pair["verdicts"]
            .as_array()
            .expect("verdicts")
            .iter()
            .map(|v| v["threshold_mm"].as_f64().expect("a number"))
            .collect();
        let expected = match pair["pair"].as_str() {
            Some("tumour-sac") => vec![0.1],
            Some("tumour-cord") => vec![2.0, 3.0],
            // There is no rule for the rim of fluid unless somebody sets one.
            _ => vec![],
        };
        assert_eq!(at, expected);
    }
}

#[test]
fn a_threshold_that_is_set_for_a_pair_decides_with_the_others() {
    let dir = TempDir::new().expect("a folder");
    // 3.6 mm to the cord is clear; the sac lies about 1.5 mm nearer.
    let study = phantom(dir.path(), "3.6");
    let verdict = |more: &[&str]| {
        let out = thecal(&[&["check", &study, "--json"], more].concat());
        let report: Value = serde_json::from_slice(&out.stdout).expect("JSON");
        let headline = report["headline"].as_str().expect("a headline").to_owned();
        (headline, out.status.code())
    };
    assert_eq!(verdict(&[]), ("clear".to_owned(), Some(0)));
    // For all of the tumour's gaps: the cord's decides, the sac's is shown.
    assert_eq!(verdict(&["--threshold", "3"]), ("clear".to_owned(), Some(0)));
    let sac = verdict(&["--threshold", "tumour-sac=3"]);
    assert_eq!(sac, ("insufficient".to_owned(), Some(1)));
    let sac = verdict(&["--threshold", "tumour-sac=0.5"]);
    assert_eq!(sac, ("clear".to_owned(), Some(0)));
    let out = thecal(&["check", &study, "--threshold", "tumour-sac=3"]);
    let first = text(&out.stdout).lines().next().unwrap_or_default().to_owned();
    assert_eq!(first, "INSUFFICIENT: the tumour-sac gap is below 3 mm");
}

#[test]
fn what_is_simulated_changes_neither_headline_nor_exit_code() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), "1.7");
    let out = thecal(&["check", &study, "--separate", "ideal"]);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stderr));
    let said = text(&out.stdout);
    assert!(said.starts_with("INSUFFICIENT: the tumour-cord gap is below 2 mm\n"), "{said}");
    assert!(said.contains("\nSimulated, not operated: ideal would leave a clear gap\n"), "{said}");
    let out = thecal(&["check", &study, "--separate", "ideal", "--json"]);
    let report: Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(report["schema_version"], "2");
    assert_eq!(report["headline"], "insufficient");
    assert_eq!(report["simulated_headline"], "clear");
    let phases: Vec<_> = report["phases"].as_array().expect("phases").iter().collect();
    let words: Vec<_> = phases.iter().map(|p| p["phase"].as_str().expect("a word")).collect();
    assert_eq!(words, ["before", "simulated"]);
}

#[test]
fn a_phantom_is_never_written_among_other_files() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), "2.6");
    let out = thecal(&["phantom", "--out", &study, "--no-ct"]);
    assert_eq!(out.status.code(), Some(3));
    assert!(text(&out.stderr).contains("non-empty folder"), "{}", text(&out.stderr));
}

#[test]
fn info_says_what_stands_in_the_way() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), "2.6");
    let out = thecal(&["info", &study]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stdout));
    assert!(text(&out.stdout).contains("SpinalCord"));
    phantom(dir.path(), "1.2");
    let both = thecal(&["info", dir.path().to_str().expect("UTF-8"), "--json"]);
    assert_eq!(both.status.code(), Some(1));
    let info: Value = serde_json::from_slice(&both.stdout).expect("JSON alone");
    assert_eq!(info["can_be_checked"], false);
    assert_eq!(info["structure_sets"].as_array().map(Vec::len), Some(2));
}

/// What a person reads, kept word for word.
#[test]
fn the_summary_reads_as_it_should() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let study = here.join("../../test-data/sphere-hfs");
    let out = thecal(&["check", study.to_str().expect("UTF-8"), "--threshold", "2"]);
    let golden = here.join("tests/golden/sphere-hfs.txt");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&golden, &out.stdout).expect("a golden file");
    }
    let expected = std::fs::read_to_string(&golden).expect("a golden file");
    assert_eq!(text(&out.stdout), expected, "run the tests once with UPDATE_DOCS=1");
}
