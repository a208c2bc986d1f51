//! A study that ends the process which measures it. The process is killed from outside, while it
//! is seen to measure that study: what the program does is what it does where memory runs out.

#![allow(clippy::print_stdout, reason = "a test that is left out says why")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{batch, bytes, cohort, command, text};
use tempfile::TempDir;

/// Waits for what must come; the limit only keeps a broken program from hanging the test.
fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(300) {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    panic!("{what} did not come")
}

/// Processes that this one started, from `/proc/*/stat` (proc(5): the fourth field).
fn children(parent: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("a Linux with /proc").flatten();
    let numbers = entries.filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok());
    let of_parent = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after = stat.rsplit(')').next().unwrap_or_default();
        after.split_whitespace().nth(1) == Some(parent.to_string().as_str())
    };
    numbers.filter(of_parent).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> =
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_study_that_ends_the_process_twice_is_crashed_and_the_others_are_measured() {
    if !cfg!(target_os = "linux") {
        println!("skipped: the process that measures is found by Linux's /proc");
        return;
    }
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 5, 0);
    let listed = text(&batch(&[&root, "--dry-run"]).stdout);
    let keys: Vec<&str> = listed.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
    // The victim is separated in every way, which takes seconds; it is killed within them.
    let victim = keys[2];
    let all = "laminectomy;transpedicular_left;transpedicular_right;transpedicular_bilateral;\
               lateral_extracavitary_left;lateral_extracavitary_right;anterior;ideal";
    let mut rows = String::from("study,approach\n");
    for key in &keys {
        rows.push_str(&format!("{key},{}\n", if *key == victim { all } else { "" }));
    }
    let manifest = dir.path().join("m.csv");
    std::fs::write(&manifest, rows).expect("a manifest");
    let manifest = manifest.to_str().expect("UTF-8");
    let args = |out: &Path| {
        let out = out.to_str().expect("UTF-8").to_owned();
        [
            root.clone(),
            "--out".into(),
            out,
            "--manifest".into(),
            manifest.into(),
            "--jobs".into(),
            "2".into(),
        ]
    };
    let out = dir.path().join("out");
    let args_out = args(&out);
    let args_out: Vec<&str> = args_out.iter().map(String::as_str).collect();
    let run = command(&args_out)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // Where a run builds its results.
    let folder = dir.path().join(".out.thecal-new/studies").join(victim);
    // A study begins by emptying its folder: this file goes when it is begun anew.
    let begun = folder.join("begun-before");
    let mut last = 0;
    for time in 0..2 {
        let measuring = wait("the process that measures", || {
            children(run.id()).into_iter().find(|&pid| pid != last)
        });
        wait("the study", || (folder.is_dir() && !begun.exists()).then_some(()));
        if time == 0 {
            std::fs::write(&begun, "").expect("a file");
        }
        let killed = Command::new("kill").args(["-9", &measuring.to_string()]).status();
        assert!(killed.is_ok_and(|s| s.success()), "the process has ended by itself");
        wait("its end", || (!children(run.id()).contains(&measuring)).then_some(()));
        last = measuring;
    }
    let done = run.wait_with_output().expect("its end");
    assert_eq!(done.status.code(), Some(4), "{}", text(&done.stderr));
    let told = text(&done.stdout);
    assert!(told.contains("1 crashed") && told.contains("4 ok"), "{told}");
    let table = std::fs::read_to_string(out.join("results.csv")).expect("a table");
    let rows: Vec<&str> = table.lines().filter(|l| l.starts_with(victim)).collect();
    assert!(
        matches!(rows.as_slice(), [row] if row.contains("crashed,") && row.contains("SIGKILL")),
        "{rows:?}"
    );
    let record = std::fs::read(out.join("run.json")).expect("a record");
    let record: serde_json::Value = serde_json::from_slice(&record).expect("JSON");
    assert_eq!(record["restarts"], 2);
    // Nothing half written, nothing left over.
    assert!(!dir.path().join(".out.thecal-new").exists());
    let folder = out.join("studies").join(victim);
    assert_eq!(names(&folder), ["result.json"]);
    for key in keys.iter().filter(|k| **k != victim) {
        assert_eq!(names(&out.join("studies").join(key)), ["report.json", "result.json"]);
    }
    // It stays so until it is asked for; then all is as if nothing had happened.
    let again = batch(&args_out);
    assert!(
        text(&again.stdout).starts_with("5 studies, 5 reused from the last run"),
        "{}",
        text(&again.stdout)
    );
    let retried = batch(&[&args_out[..], &["--retry"]].concat());
    assert_eq!(retried.status.code(), Some(0), "{}", text(&retried.stderr));
    let calm = dir.path().join("calm");
    let args_calm = args(&calm);
    batch(&args_calm.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(bytes(&out) == bytes(&calm));
}
