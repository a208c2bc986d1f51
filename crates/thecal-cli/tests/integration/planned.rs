//! Phantoms with a plan and a dose, from the command line to what `info` says of them.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn thecal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thecal")).args(args).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Writes a phantom with these options and gives what was printed.
fn phantom(dir: &Path, more: &[&str]) -> String {
    let out = dir.to_str().expect("UTF-8");
    let done = thecal(&[&["phantom", "--out", out, "--no-ct"], more].concat());
    assert!(done.status.success(), "{}", text(&done.stderr));
    text(&done.stdout)
}

#[test]
fn a_planned_phantom_tells_its_doses_and_info_lists_them() {
    let dir = TempDir::new().expect("a folder");
    let study = dir.path().join("study");
    let grid = ["--dose-grid", "1.5,2.5,2", "--dose-oblique", "30"];
    let told = phantom(&study, &[&["--dose", "linear:1", "--rx", "24"], &grid[..]].concat());
    // 24 Gy at the tumour, 2 mm on 22.
    assert!(told.contains("tumour's end of the gap 24.000 Gy"), "{told}");
    assert!(told.contains("cord's end of the gap    22.000 Gy"), "{told}");
    let info = thecal(&["info", study.to_str().expect("UTF-8")]);
    let listed = text(&info.stdout);
    assert!(listed.contains("GY PHYSICAL of PLAN, "), "{listed}");
    // Rows first: they are 2.5 mm apart, columns 1.5, planes 2.
    let spacing = "voxels of 2.50 x 1.50 x 2.00 mm (rows x columns x planes)";
    assert!(listed.contains(spacing), "{listed}");
    assert!(listed.contains("24 Gy; fractions: 2"), "{listed}");
    assert!(listed.contains("calculated on IMAGE") && listed.contains("frame of reference 2.25."));
}

#[test]
fn doubtful_doses_are_told_as_such() {
    for (holds, line) in [
        ("relative", "[dose_units_relative]"),
        ("difference", "[dose_type_error]"),
        ("session", "[dose_of_one_session]"),
        ("beams", "the dose is of beam 2 alone"),
    ] {
        let dir = TempDir::new().expect("a folder");
        let study = dir.path().join("study");
        phantom(&study, &["--dose", "erf", "--dose-grid", "3", "--dose-holds", holds]);
        let listed = text(&thecal(&["info", study.to_str().expect("UTF-8")]).stdout);
        assert!(listed.contains(line), "{holds}: {listed}");
    }
}

#[test]
fn options_of_a_dose_ask_for_one() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("study");
    let out = out.to_str().expect("UTF-8");
    for more in [
        &["--rx", "24"][..],
        &["--dose-grid", "2"],
        &["--dose", "box"],
        &["--dose", "erf:0"],
        &["--dose", "erf", "--dose-grid", "0"],
        &["--dose", "erf", "--dose-grid", "2,2"],
        &["--dose", "erf", "--scene", "sphere"],
        &["--dose", "erf", "--dose-oblique", "30", "--dose-offsets", "absolute"],
    ] {
        let done = thecal(&[&["phantom", "--out", out, "--no-ct"], more].concat());
        assert_eq!(done.status.code(), Some(2), "{more:?}: {}", text(&done.stderr));
    }
}
