//! `thecal explain`: figures, files and exit codes.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;
use thecal_phantom::{DoseKind, DoseSpec, PhantomSpec, ShapeKind, write_planned_study};

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

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A phantom with a dose, with or without images of 0.9 mm.
fn study(ct: bool) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let random = PhantomSpec::random(11, ShapeKind::Sphere, 2.0, 2.6);
    let spec = PhantomSpec { ct, rows: 96, columns: 128, pixel_mm: 0.9, ..random };
    let dose = DoseSpec::new(24.0, 2, 2.5);
    let kind = DoseKind::Conformal { cord_half_mm: 4.0 };
    write_planned_study(&spec, kind, &dose, folder.path()).expect("a study");
    folder
}

fn gap(record: &Value, convention: &str) -> Value {
    let gaps = record["pairs"][0]["conventions"].as_array().expect("gaps");
    gaps.iter().find(|g| g["convention"] == convention).expect("listed").clone()
}

#[test]
fn ours_and_theirs_stand_side_by_side_on_the_terminal_and_in_files() {
    let study = study(true);
    let out = TempDir::new().expect("a folder");
    let target = out.path().join("result");
    let run = thecal(&["explain", text(study.path()), "--out", text(&target)]);
    assert_eq!(run.status.code(), Some(0), "{}{}", stdout(&run), stderr(&run));
    let told = stdout(&run);
    for part in [
        "Masks on the grid of the CT series: 0.900 x 0.900 x 2.000 mm, 128 x 96 x",
        "tumour-cord: GTV to SpinalCord",
        "thecal (",
        "pixel centres, holes filled",
        "Measured between voxel centres, which lie",
        "plastimatch convert --xor-contours",
        "centres of the dose grid",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    for line in told.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let record = std::fs::read_to_string(target.join("explain.json")).expect("a record");
    let record: Value = serde_json::from_str(&record).expect("JSON");
    assert_eq!(record["grid"]["from"], "image_series");
    assert_eq!(record["grid"]["size"][0], 128);
    let ours = record["pairs"][0]["gap_mm"].as_f64().expect("a gap");
    assert!((ours - 2.6).abs() < 0.01, "{ours}");
    for convention in ["pixel_centres", "edges_included", "slabs", "ends_plane", "points"] {
        let found = gap(&record, convention);
        let theirs = found["gap_mm"].as_f64().expect("a gap");
        let difference = found["difference_mm"].as_f64().expect("a difference");
        assert!((theirs - ours - difference).abs() < 1e-9, "{convention}");
        assert!(found["why"].as_str().is_some_and(|w| !w.is_empty()), "{convention}");
        let ends = ["a_mm", "b_mm"]
            .map(|e| [0, 1, 2].map(|k| found["closest"][e][k].as_f64().expect("a point")));
        let long = (0..3).map(|k| (ends[0][k] - ends[1][k]).powi(2)).sum::<f64>().sqrt();
        assert!((long - theirs).abs() < 1e-6, "{convention}: {long} {theirs}");
    }
    // Voxel centres lie a whole number of pixels and slices apart.
    let centres = gap(&record, "pixel_centres");
    let step = |k: usize| {
        let end = |e: &str| centres["closest"][e][k].as_f64().expect("a point");
        (end("a_mm") - end("b_mm")) / [0.9, 0.9, 2.0][k]
    };
    assert!((0..3).all(|k| (step(k) - step(k).round()).abs() < 1e-6));
    // Filled edges are never farther apart than centres, and never smaller.
    assert!(gap(&record, "edges_included")["gap_mm"].as_f64() <= centres["gap_mm"].as_f64());
    let dose = record["structures"][0]["dose"].as_array().expect("dose figures");
    assert_eq!(dose.len(), 4);
    assert!(dose.iter().all(|d| d["value"].is_f64() && d["ours"].is_f64()), "{dose:?}");
    let table = std::fs::read_to_string(target.join("explain.csv")).expect("a table");
    let rows = table.lines().filter(|l| l.contains(",gap_mm,")).count();
    assert_eq!(rows, 3 * 11, "{table}");
    let captions = std::fs::read_to_string(target.join("pictures/captions.json")).expect("a list");
    let captions: Value = serde_json::from_str(&captions).expect("JSON");
    let pictures = captions.as_array().expect("pictures");
    assert_eq!(pictures.len(), 4);
    for picture in pictures {
        let file = picture["file"].as_str().expect("a file");
        let png = std::fs::read(target.join("pictures").join(file)).expect("a picture");
        assert!(png.starts_with(b"\x89PNG") && png.len() > 5_000, "{file}");
    }
    // A second run takes the place of the first.
    let again = thecal(&["explain", text(study.path()), "--out", text(&target), "--quiet"]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
}

/// What other programs gave on the phantom of [`as_kept`], a figure a line: convention, figure, what of,
/// value. `python benches/peers/conventions.py --keep` wrote it with dcmrtstruct2nii 5, plastimatch 1.9.4,
/// rt-utils 1.2.7, OpenCV 5.0.0, scipy 1.17.1, SimpleITK 2.5.7 and dicompyler-core 0.5.6.
const KEPT: &str = include_str!("explain_kept.txt");

#[test]
fn as_kept() {
    let home = TempDir::new().expect("a folder");
    let study = home.path().join("study");
    let phantom = [
        "phantom",
        "--out",
        text(&study),
        "--shape",
        "sphere",
        "--gap",
        "2.3",
        "--slice",
        "2.5",
        "--seed",
        "5",
        "--rows",
        "96",
        "--columns",
        "128",
        "--pixel",
        "1.1",
        "--dose",
        "erf",
        "--dose-grid",
        "2.5",
    ];
    assert_eq!(thecal(&phantom).status.code(), Some(0));
    let run = thecal(&["explain", text(&study), "--json"]);
    let record: Value = serde_json::from_str(&stdout(&run)).expect("JSON");
    let list = |of: &Value| of.as_array().cloned().unwrap_or_default();
    let named = |key: &str, at: &str, of: &str| {
        let all = list(&record[key]);
        all.into_iter().find(|v| v[at] == of).unwrap_or_else(|| panic!("no {of}"))
    };
    let (mut seen, mut off) = (0, Vec::new());
    for line in KEPT.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [convention, figure, of, kept] = words[..] else { panic!("{line}") };
        let kept: f64 = kept.parse().expect("a number");
        let (found, near) = match (convention, figure) {
            ("dose_grid_centres", _) => {
                let doses = list(&named("structures", "name", of)["dose"]);
                let found = doses.into_iter().find(|d| d["metric"] == figure);
                // A bin of the histogram; volumes are counts.
                (
                    found.expect("listed")["value"].clone(),
                    if figure == "volume" { 1e-5 } else { 0.0101 },
                )
            }
            (_, "gap_mm") => {
                let gaps = list(&named("pairs", "pair", of)["conventions"]);
                let found = gaps.into_iter().find(|g| g["convention"] == convention);
                (found.expect("listed")["gap_mm"].clone(), 0.0005)
            }
            _ => {
                let volumes = list(&named("structures", "name", of)["conventions"]);
                let found = volumes.into_iter().find(|v| v["convention"] == convention);
                (found.expect("listed")["volume_cc"].clone(), 1e-5 + 2e-5 * kept)
            }
        };
        seen += 1;
        if !found.as_f64().is_some_and(|found| (found - kept).abs() <= near) {
            off.push(format!("{line}: {found}"));
        }
    }
    assert!(seen > 45, "only {seen} figures were seen");
    assert!(off.is_empty(), "{off:#?}");
}

#[test]
fn without_images_the_grid_is_stated_and_said_to_be() {
    let study = study(false);
    let run = thecal(&["explain", text(study.path()), "--json"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let record: Value = serde_json::from_str(&stdout(&run)).expect("JSON");
    assert_eq!(record["grid"]["from"], "stated");
    assert_eq!(record["grid"]["spacing_mm"][0], 1.0);
    let warned = |w: &Value| w["code"] == "grid_stated";
    assert!(record["warnings"].as_array().expect("warnings").iter().any(warned));
    let finer = thecal(&["explain", text(study.path()), "--json", "--grid-mm", "0.25"]);
    let fine: Value = serde_json::from_str(&stdout(&finer)).expect("JSON");
    assert!(!fine["warnings"].as_array().expect("warnings").iter().any(warned));
    // Finer pixels come nearer to the contours.
    let off =
        |r: &Value| gap(r, "pixel_centres")["difference_mm"].as_f64().expect("a difference").abs();
    assert!(off(&fine) < 0.4, "{}", off(&fine));
}

#[test]
fn what_cannot_be_used_is_said() {
    let study = study(false);
    let place = text(study.path());
    let empty = TempDir::new().expect("a folder");
    let cases: [(&[&str], i32, &str); 4] = [
        (&[place, "--grid-mm", "0"], 2, "0.1 to 10 mm"),
        (&[place, "--cord", "SpinalChord"], 3, "SpinalCord"),
        (&[text(empty.path())], 3, "no readable"),
        (&[], 2, "PATH"),
    ];
    for (args, code, wanted) in cases {
        let run = thecal(&[&["explain"], args].concat());
        assert_eq!(run.status.code(), Some(code), "{args:?}: {}", stderr(&run));
        assert!(stderr(&run).contains(wanted), "{args:?}: {}", stderr(&run));
    }
}
