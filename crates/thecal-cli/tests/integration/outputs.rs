//! Results on disk: what they never overwrite, what images that cannot be drawn do not stop, and
//! what is said where they cannot be written.

#![allow(clippy::print_stdout, reason = "a test that is left out says why")]

use std::fs::{File, create_dir_all, hard_link, read, read_to_string};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::text;
use serde_json::Value;
use tempfile::TempDir;

fn thecal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thecal")).args(args).output().expect("the program runs")
}

fn name(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A phantom with a small CT, or without.
fn phantom(dir: &Path, ct: bool) -> PathBuf {
    let study = dir.join("study");
    let mut args = vec!["phantom", "--out", name(&study), "--gap", "2.6", "--rows", "128"];
    args.extend(["--columns", "128"]);
    args.extend((!ct).then_some("--no-ct"));
    let made = thecal(&args);
    assert!(made.status.success(), "{}", text(&made.stderr));
    study
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&read(path).expect("a file")).expect("JSON")
}

fn entries(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a folder").flatten();
    let mut names: Vec<String> =
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn no_input_is_overwritten() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), false);
    let set = study.join("structures.dcm");
    std::fs::rename(study.join("RS.dcm"), &set).expect("another name");
    let before = read(&set).expect("the set");
    let out = dir.path().join("out");
    create_dir_all(&out).expect("a folder");
    hard_link(&set, out.join("structures.dcm")).expect("a link");
    let alias = out.join("gaps.csv");
    std::fs::write(&alias, "[aliases]\n").expect("a file");
    let upper = dir.path().join("upper");
    create_dir_all(&upper).expect("a folder");
    std::fs::copy(&set, upper.join("Structures.dcm")).expect("a copy");
    let upper_set = upper.join("Structures.dcm");
    for (paths, into) in [
        // Its own folder, by folder and by file; a hard link; another case; a file of settings.
        (vec![name(&study)], &study),
        (vec![name(&set)], &study),
        (vec![name(&study)], &out),
        (vec![name(&upper_set)], &upper),
        (vec![name(&study), "--aliases", name(&alias)], &out),
    ] {
        let here = entries(into);
        let args = [&["check"], &paths[..], &["--out", name(into)]].concat();
        let refused = thecal(&args);
        let told = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{args:?}: {told}");
        assert!(told.contains("overwrite the input") && told.lines().count() == 1, "{told}");
        assert!(refused.stdout.is_empty(), "it was measured all the same");
        assert_eq!(entries(into), here);
    }
    #[cfg(unix)]
    {
        let linked = dir.path().join("linked");
        create_dir_all(&linked).expect("a folder");
        std::os::unix::fs::symlink(&set, linked.join("structures.dcm")).expect("a link");
        let refused = thecal(&["check", name(&study), "--out", name(&linked)]);
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
    }
    assert!(read(&set).expect("the set") == before);
    assert_eq!(entries(dir.path()).iter().filter(|n| n.starts_with('.')).count(), 0);
    // A record that the page is made from.
    let good = dir.path().join("good");
    assert_eq!(thecal(&["check", name(&study), "--out", name(&good)]).status.code(), Some(0));
    let record = good.join("report.html");
    std::fs::rename(good.join("report.json"), &record).expect("another name");
    let refused = thecal(&["report", name(&record), "--out", name(&good)]);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
}

#[test]
fn a_result_replaces_an_earlier_one_whole_and_keeps_other_files() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), false);
    let out = dir.path().join("out");
    let check = |more: &[&str]| {
        let args = [&["check", name(&study), "--out", name(&out)], more].concat();
        let done = thecal(&args);
        assert!(matches!(done.status.code(), Some(0 | 1)), "{}", text(&done.stderr));
    };
    check(&["--separate", "ideal"]);
    assert!(out.join("meshes/GTV_resid_1.stl").is_file());
    std::fs::write(out.join("notes.txt"), "mine").expect("a file");
    std::fs::write(out.join("meshes/mine.stl"), "mine").expect("a file");
    check(&["--mesh-format", "stl"]);
    let files: Vec<String> =
        crate::common::bytes(&out).into_keys().map(|f| name(&f).to_owned()).collect();
    assert!(!files.iter().any(|f| f.contains("resid") || f.contains("ideal")), "{files:?}");
    assert!(files.iter().filter(|f| f.ends_with(".obj")).count() == 0, "{files:?}");
    assert_eq!(read_to_string(out.join("notes.txt")).expect("a file"), "mine");
    assert_eq!(read_to_string(out.join("meshes/mine.stl")).expect("a file"), "mine");
    assert_eq!(entries(dir.path()), ["out", "study"]);
    // A failure leaves the earlier result as it was.
    let before = crate::common::bytes(&out);
    let failed = thecal(&["check", name(&study), "--cord", "nobody", "--out", name(&out)]);
    assert_eq!(failed.status.code(), Some(3));
    assert!(crate::common::bytes(&out) == before);
    assert_eq!(entries(dir.path()), ["out", "study"]);
}

#[test]
fn a_shell_that_stands_in_the_folder_still_stands_in_it() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), false);
    let out = dir.path().join("out");
    create_dir_all(&out).expect("a folder");
    std::fs::write(out.join("notes.txt"), "mine").expect("a file");
    for formats in ["stl,ply", "stl"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thecal"));
        let args = ["check", name(&study), "--out", ".", "--mesh-format", formats];
        let check = command.args(args).current_dir(&out).output().expect("it runs");
        assert_eq!(check.status.code(), Some(0), "{}", text(&check.stderr));
        let list = Command::new("ls").current_dir(&out).output().expect("ls");
        assert!(text(&list.stdout).contains("report.json"), "{}", text(&list.stdout));
    }
    assert!(!out.join("meshes/GTV_preop_1.ply").exists());
    assert!(out.join("meshes/GTV_preop_1.stl").is_file() && out.join("notes.txt").is_file());
    assert_eq!(entries(dir.path()), ["out", "study"]);
}

#[test]
fn a_batch_overwrites_neither_its_manifest_nor_a_study() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), false);
    let out = dir.path().join("out");
    let first = thecal(&["batch", name(&study), "--out", name(&out)]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let key = out.join("key.csv");
    let before = crate::common::bytes(&out);
    let args = ["batch", name(&study), "--manifest", name(&key), "--out", name(&out)];
    let refused = thecal(&args);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
    assert!(text(&refused.stderr).contains("overwrite the input"), "{}", text(&refused.stderr));
    assert!(crate::common::bytes(&out) == before);
    let elsewhere = dir.path().join("elsewhere");
    let args = ["batch", name(&study), "--manifest", name(&key), "--out", name(&elsewhere)];
    assert_eq!(thecal(&args).status.code(), Some(0));
}

/// The slices of a study in their order.
fn slices(study: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(study.join("CT"))
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .collect();
    files.sort();
    assert!(files.len() > 10, "{files:?}");
    files
}

fn cut(file: &Path, to: u64) {
    let file = File::options().write(true).open(file).expect("a file");
    file.set_len(to).expect("cut off");
}

fn gaps(report: &Value) -> Vec<Option<f64>> {
    let pairs = report["phases"][0]["pairs"].as_array().expect("pairs");
    pairs.iter().map(|p| p["gap_mm"].as_f64()).collect()
}

fn has(warnings: &Value, code: &str) -> bool {
    warnings.as_array().expect("warnings").iter().any(|w| w["code"] == code)
}

#[test]
fn an_image_that_cannot_be_drawn_stops_no_measurement() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), true);
    let sound = thecal(&["check", name(&study), "--json"]);
    let sound: Value = serde_json::from_slice(&sound.stdout).expect("JSON");
    let all = slices(&study);
    let whole: Vec<Vec<u8>> = all.iter().map(|f| read(f).expect("a file")).collect();
    let middle = all.len() / 2;
    // Pixels cut off, in the first slice, the middle one and all of them.
    for cuts in [vec![0], vec![middle], (0..all.len()).collect()] {
        for &n in &cuts {
            cut(&all[n], whole[n].len() as u64 - 500);
        }
        let out = dir.path().join(format!("out-{}-{}", cuts[0], cuts.len()));
        let alone = thecal(&["check", name(&study), "--json"]);
        let done = thecal(&["check", name(&study), "--out", name(&out), "--triangles", "300"]);
        assert_eq!(done.status.code(), Some(0), "{cuts:?}: {}", text(&done.stderr));
        assert_eq!(alone.status.code(), Some(0), "{cuts:?}: {}", text(&alone.stderr));
        let report = json(&out.join("report.json"));
        assert_eq!(gaps(&report), gaps(&sound), "{cuts:?}");
        let alone: Value = serde_json::from_slice(&alone.stdout).expect("JSON");
        assert_eq!(gaps(&alone), gaps(&sound));
        for file in ["report.html", "gaps.csv", "structures.dcm", "pictures/cord-map.png"] {
            assert!(out.join(file).is_file(), "{cuts:?}: {file}");
        }
        // The first slices are not near the closest approach and not looked at for a picture.
        if cuts != [0] {
            assert!(has(&report["warnings"], "images_unusable"), "{cuts:?}");
            let list = json(&out.join("structures.json"));
            assert!(has(&list["warnings"], "images_unusable"), "{cuts:?}");
            let told = text(&done.stdout);
            assert!(told.contains("images_unusable"), "{told}");
            let page = read_to_string(out.join("report.html")).expect("a page");
            assert!(page.contains("drawn without images"), "{cuts:?}");
        }
        let info = thecal(&["info", name(&study)]);
        assert_eq!(info.status.code(), Some(0), "{}", text(&info.stdout));
        let told = text(&info.stdout);
        assert!(told.contains("images cannot be drawn"), "{cuts:?}: {told}");
        for &n in &cuts {
            std::fs::write(&all[n], &whole[n]).expect("as it was");
        }
    }
    // Headers cut off: the first slice, the middle one, all but one.
    for cuts in [vec![0], vec![middle], (1..all.len()).collect()] {
        for &n in &cuts {
            cut(&all[n], 300);
        }
        let out = dir.path().join(format!("head-{}-{}", cuts[0], cuts.len()));
        let done = thecal(&["check", name(&study), "--out", name(&out), "--triangles", "300"]);
        assert_eq!(done.status.code(), Some(0), "{cuts:?}: {}", text(&done.stderr));
        assert_eq!(gaps(&json(&out.join("report.json"))), gaps(&sound), "{cuts:?}");
        for &n in &cuts {
            std::fs::write(&all[n], &whole[n]).expect("as it was");
        }
    }
    let info = thecal(&["info", name(&study)]);
    assert!(!text(&info.stdout).contains("images cannot be drawn"));
}

/// Runs the program in a shell that lets no file grow beyond some kilobytes.
fn bounded(args: &[&str], blocks: usize) -> Option<Output> {
    let script = format!("trap '' XFSZ; ulimit -f {blocks} || exit 77; exec \"$@\"");
    let program = env!("CARGO_BIN_EXE_thecal");
    let done = Command::new("sh").args(["-c", &script, "sh", program]).args(args).output().ok()?;
    (done.status.code() != Some(77)).then_some(done)
}

#[test]
fn what_cannot_be_written_names_file_and_cause_and_has_its_own_code() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), false);
    let out = dir.path().join("out");
    // A file where the folder should be.
    std::fs::write(&out, "a file").expect("a file");
    let refused = thecal(&["check", name(&study), "--out", name(&out)]);
    assert_eq!(refused.status.code(), Some(5), "{}", text(&refused.stderr));
    assert!(text(&refused.stderr).contains(name(&out)));
    std::fs::remove_file(&out).expect("a file");
    // Another run.
    let lock = File::create(dir.path().join(".out.thecal-lock")).expect("a file");
    lock.lock().expect("the lock");
    for command in ["check", "batch"] {
        let refused = thecal(&[command, name(&study), "--out", name(&out)]);
        assert_eq!(refused.status.code(), Some(5), "{}", text(&refused.stderr));
        assert!(text(&refused.stderr).contains("another run writes here"));
    }
    drop(lock);
    // A device that is full.
    if Path::new("/dev/full").exists() {
        let full = File::options().write(true).open("/dev/full").expect("a device");
        let mut command = Command::new(env!("CARGO_BIN_EXE_thecal"));
        let done = command.args(["check", name(&study)]).stdout(full).output().expect("it runs");
        assert_eq!(done.status.code(), Some(5), "{}", text(&done.stderr));
        assert!(text(&done.stderr).contains("No space left"), "{}", text(&done.stderr));
    } else {
        println!("skipped: there is no /dev/full");
    }
    // Files that cannot grow.
    let args = ["check", name(&study), "--out", name(&out)];
    match bounded(&args, 32) {
        Some(done) => {
            let told = text(&done.stderr);
            assert_eq!(done.status.code(), Some(5), "{told}");
            assert!(told.contains("too large") && told.contains(name(&out)), "{told}");
            assert!(!told.contains("thecal-new"), "{told}");
            assert!(!out.exists(), "half a result");
        }
        None => println!("skipped: the shell sets no limit to files"),
    }
    let made = dir.path().join("made");
    if let Some(done) = bounded(&["phantom", "--out", name(&made), "--no-ct"], 8) {
        assert_eq!(done.status.code(), Some(5), "{}", text(&done.stderr));
    }
}

#[test]
fn a_full_disk_is_told_and_the_earlier_result_stays() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), false);
    let disk = dir.path().join("disk");
    create_dir_all(&disk).expect("a folder");
    let mount = ["-t", "tmpfs", "-o", "size=32m", "tmpfs", name(&disk)];
    let mounted = Command::new("mount").args(mount).output();
    if !mounted.is_ok_and(|o| o.status.success()) {
        println!("skipped: a small disk cannot be mounted here");
        return;
    }
    let (out, ballast) = (disk.join("out"), disk.join("ballast"));
    let args = ["check", name(&study), "--out", name(&out), "--mesh-format", "stl"];
    let first = thecal(&args);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let before = crate::common::bytes(&out);
    let mut file = File::create(&ballast).expect("ballast");
    let block = vec![0_u8; 1 << 16];
    while file.write_all(&block).is_ok() {}
    let bytes = file.metadata().expect("its size").len();
    file.set_len(bytes.saturating_sub(3 << 16)).expect("ballast");
    drop(file);
    let full = thecal(&args);
    let after = crate::common::bytes(&out);
    let batch = thecal(&["batch", name(&study), "--out", name(&disk.join("many"))]);
    let unmounted = Command::new("umount").arg(&disk).status();
    assert!(unmounted.is_ok_and(|s| s.success()));
    let told = text(&full.stderr);
    assert_eq!(full.status.code(), Some(5), "{told}");
    assert!(told.contains("No space left") && told.contains("make room"), "{told}");
    assert!(told.contains(name(&out)), "{told}");
    assert!(before == after, "the earlier result is another one");
    assert!(matches!(batch.status.code(), Some(0 | 5)), "{}", text(&batch.stderr));
}

#[test]
fn results_go_to_a_mount_point_too() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), false);
    let out = dir.path().join("out");
    create_dir_all(&out).expect("a folder");
    let mount = ["-t", "tmpfs", "tmpfs", name(&out)];
    if !Command::new("mount").args(mount).output().is_ok_and(|o| o.status.success()) {
        println!("skipped: nothing can be mounted here");
        return;
    }
    let args = ["check", name(&study), "--out", name(&out), "--mesh-format", "stl"];
    let codes: Vec<_> = (0..2).map(|_| thecal(&args).status.code()).collect();
    let files = entries(&out);
    let unmounted = Command::new("umount").arg(&out).status();
    assert!(unmounted.is_ok_and(|s| s.success()));
    assert_eq!(codes, [Some(0), Some(0)]);
    assert!(files.contains(&"report.json".to_owned()), "{files:?}");
    assert!(!files.iter().any(|f| f.starts_with('.')), "{files:?}");
}
