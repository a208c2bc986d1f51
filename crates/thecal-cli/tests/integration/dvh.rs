//! `thecal dvh`: exit codes, files, and what is refused.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;
use thecal_phantom::{Content, DoseKind, DoseSpec, PhantomSpec, ShapeKind, write_planned_study};

use crate::common::{self, thecal_in};

fn thecal(args: &[&str]) -> Output {
    thecal_in(Path::new("."), args)
}

fn stdout(run: &Output) -> String {
    common::text(&run.stdout)
}

fn stderr(run: &Output) -> String {
    common::text(&run.stderr)
}

fn study(dose: &DoseSpec) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(11, ShapeKind::Sphere, 2.0, 2.5) };
    // Half the plateau lies 4 mm outside the cord.
    let kind = DoseKind::Conformal { cord_half_mm: 4.0 };
    write_planned_study(&spec, kind, dose, folder.path()).expect("a study");
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn figures_limits_and_files_of_a_sound_dose() {
    let study = study(&DoseSpec::new(24.0, 2, 2.0));
    let out = TempDir::new().expect("a folder");
    let target = out.path().join("result");
    let args = ["dvh", text(study.path()), "--prior-rt", "none", "--out", text(&target)];
    let run = thecal(&args);
    assert_eq!(run.status.code(), Some(0), "{}{}", stdout(&run), stderr(&run));
    let told = stdout(&run);
    for part in ["Dose accepted: 24.00 Gy prescribed in 2 fractions", "GTV", "SpinalCord", "pass"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    // Figures and their ranges fit a terminal of 80 columns.
    for line in told.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let record = std::fs::read_to_string(target.join("dvh.json")).expect("a record");
    let record: Value = serde_json::from_str(&record).expect("JSON");
    assert_eq!(record["dose"]["gate"]["accepted"], true);
    let table = std::fs::read_to_string(target.join("dvh.csv")).expect("a table");
    let mut lines = table.lines();
    let header = lines.next().expect("a header");
    assert!(header.starts_with("study,structure,role,derived_from,expansion_mm,metric,value"));
    let row = lines.find(|l| l.contains(",SpinalCord,cord,") && l.contains(",D0.035cc,"));
    let cells: Vec<&str> = row.expect("the row").split(',').collect();
    let [value, lower, upper]: [f64; 3] =
        [cells[6], cells[7], cells[8]].map(|c| c.parse().expect("a number"));
    assert!(lower <= value && value <= upper && value > 0.0, "{cells:?}");
    assert!(target.join("dvh_curves.csv").is_file());
    for name in ["dvh", "dose-across-gap", "dose-slice", "cord-dose"] {
        assert!(target.join(format!("pictures/{name}.png")).is_file(), "{name}");
    }
    // The same as JSON alone.
    let json = thecal(&["dvh", text(study.path()), "--prior-rt", "none", "--json"]);
    let json: Value = serde_json::from_str(&stdout(&json)).expect("JSON");
    assert_eq!(json["dose"], record["dose"]);
}

#[test]
fn a_refused_dose_gives_a_reason_and_no_figure() {
    let content = Content::SessionAsPlan;
    let study = study(&DoseSpec { content, ..DoseSpec::new(24.0, 3, 2.0) });
    let run = thecal(&["dvh", text(study.path())]);
    assert_eq!(run.status.code(), Some(1));
    let told = stdout(&run);
    assert!(told.starts_with("DOSE REFUSED") && told.contains("dose_off_prescription"), "{told}");
    assert!(told.contains("one fraction") && !told.contains("Dmax"), "{told}");
    // A check measures the gap all the same.
    let check = thecal(&["check", text(study.path())]);
    assert!(stdout(&check).contains("tumour-cord") && stdout(&check).contains("DOSE REFUSED"));
}

#[test]
fn what_cannot_be_asked_for_says_what_can() {
    let study = study(&DoseSpec::new(24.0, 2, 2.0));
    let place = text(study.path());
    let limits = study.path().join("limits.toml");
    std::fs::write(&limits, "limit = [{ id = 3 }]").expect("written");
    let cases: [(&[&str], i32, &str); 6] = [
        (&["--rx", "-1"], 2, "above 0"),
        (&["--fractions", "0"], 2, "fractions"),
        (&["--metric", "D0.035"], 2, "D0.035cc"),
        (&["--prior-rt", "yes"], 2, "EQD2=37.5"),
        (&["--limits", text(&limits)], 3, "limits.toml"),
        (&["--structure", "SpinalChord"], 3, "SpinalCord"),
    ];
    for (more, code, wanted) in cases {
        let run = thecal(&[&["dvh", place], more].concat());
        assert_eq!(run.status.code(), Some(code), "{more:?}: {}", stderr(&run));
        assert!(stderr(&run).contains(wanted), "{more:?}: {}", stderr(&run));
    }
    let none = TempDir::new().expect("a folder");
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(11, ShapeKind::Sphere, 2.0, 2.5) };
    thecal_phantom::write_study(&spec, none.path()).expect("a study");
    let run = thecal(&["dvh", text(none.path()), "--json"]);
    assert_eq!(run.status.code(), Some(3));
    let error: Value = serde_json::from_str(&stderr(&run)).expect("JSON");
    assert_eq!(error["error"]["kind"], "no_dose");
}

#[test]
fn rows_of_a_sites_own_file_are_held() {
    let study = study(&DoseSpec::new(24.0, 2, 2.0));
    let limits = study.path().join("limits.toml");
    let row = "limit = [{ id = \"site-cord\", structure = \"cord\", expansion_mm = 2, \
               metric = \"D0.1cc\", fractions = 2, limit_gy = 0.5, prior_rt = false, \
               source = \"our protocol\" }]";
    std::fs::write(&limits, row).expect("written");
    let place = text(study.path());
    let run = thecal(&["dvh", place, "--limits", text(&limits), "--prior-rt", "none", "--json"]);
    assert_eq!(run.status.code(), Some(1), "{}", stderr(&run));
    let record: Value = serde_json::from_str(&stdout(&run)).expect("JSON");
    let found = record["dose"]["limits"].as_array().expect("rows");
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["verdict"], &found[0]["made"]), (&"fail".into(), &true.into()));
    assert_eq!(found[0]["status"], "site");
    // The structure that was made stands among the structures, and says what of.
    let made = record["dose"]["structures"].as_array().expect("structures");
    let made = made.iter().find(|s| !s["derived_from"].is_null()).expect("made");
    assert_eq!(made["derived_from"]["expansion_mm"], 2.0);
}
