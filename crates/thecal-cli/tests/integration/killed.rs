//! Runs that are killed at any moment, and runs that write to one folder at once: what is there
//! afterwards is an earlier result or a new one, whole, and the next run leaves nothing beside it.
//!
//! `THECAL_KILLS=50` kills as often; without it a few times.

#![allow(clippy::print_stdout, reason = "figures are for those who ask")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{bytes, cohort, text};
use tempfile::TempDir;

type Files = BTreeMap<PathBuf, Vec<u8>>;

fn kills() -> usize {
    std::env::var("THECAL_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thecal"));
    command.args(args).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn name(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Moments spread over a run, and a little beyond it, by the golden ratio.
fn moment(kill: usize, whole: Duration) -> Duration {
    whole.mul_f64(1.05 * (kill as f64 * 0.618_033_988_75 + 0.3).fract())
}

/// What differs from run to run by intent is left out of comparisons: new UIDs and times.
fn settled(out: &Path) -> Files {
    let mut files = bytes(out);
    files.retain(|f, _| f.extension().is_none_or(|e| e != "dcm" && e != "glb"));
    files
}

fn beside(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a folder").flatten();
    let mut names: Vec<String> =
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|n| n.starts_with('.'));
    names
}

/// Two studies of other gaps, whose results have other files.
fn two_studies(dir: &Path) -> [Vec<String>; 2] {
    let study = |gap: &str| {
        let study = dir.join(format!("gap-{gap}"));
        let made = program(&["phantom", "--out", name(&study), "--gap", gap, "--no-ct"]).status();
        assert!(made.is_ok_and(|s| s.success()));
        name(&study).to_owned()
    };
    let out = name(&dir.join("out")).to_owned();
    let args = |study: String, more: &[&str]| {
        let all = ["check", &study, "--out", &out, "--triangles", "300", "--mesh-format"];
        all.iter().chain(more).map(|s| (*s).to_owned()).collect()
    };
    [args(study("4.5"), &["stl"]), args(study("1.2"), &["obj", "--separate", "ideal"])]
}

fn run(args: &[String]) -> Command {
    program(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_check_that_is_killed_leaves_the_old_result_or_the_new_one() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let [old, new] = two_studies(dir.path());
    run(&new).output().expect("it runs");
    let new_files = settled(&out);
    run(&old).output().expect("it runs");
    let old_files = settled(&out);
    assert!(new_files != old_files);
    let began = Instant::now();
    run(&new).output().expect("it runs");
    let took = began.elapsed();
    let (mut were_old, mut were_new) = (0, 0);
    for kill in 0..kills() {
        run(&old).output().expect("it runs");
        assert!(settled(&out) == old_files && beside(dir.path()).is_empty(), "kill {kill}");
        let mut child = run(&new).spawn().expect("it runs");
        std::thread::sleep(moment(kill, took));
        // One that has ended already is part of what is looked at.
        let _ = child.kill();
        child.wait().expect("its end");
        let now = settled(&out);
        match (now == old_files, now == new_files) {
            (true, _) => were_old += 1,
            (_, true) => were_new += 1,
            _ => panic!("kill {kill}: mixed: {:?}", now.keys()),
        }
        // DICOM and record are of one run.
        let list = std::fs::read(out.join("structures.json")).expect("the list");
        let list: serde_json::Value = serde_json::from_slice(&list).expect("JSON");
        let files = list["files"].as_array().expect("files");
        assert!(files.iter().all(|f| out.join(f.as_str().expect("a name")).is_file()));
    }
    run(&old).output().expect("it runs");
    assert!(settled(&out) == old_files && beside(dir.path()).is_empty());
    println!("check killed {} times: old {were_old}, new {were_new}, mixed 0", kills());
}

#[test]
fn a_batch_that_is_killed_leaves_the_old_result_or_the_new_one() {
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 12, 2);
    let out = dir.path().join("out");
    let args = |thresholds: &str| -> Vec<String> {
        ["batch", &root, "--out", name(&out), "--threshold", thresholds].map(str::to_owned).to_vec()
    };
    let (old, new) = (args("2"), args("3"));
    // The process that measures ends with the one that watches; until then it holds the lock.
    let whole = |args: &[String]| {
        let done = (0..500).find_map(|_| {
            let done = run(args).output().expect("it runs");
            let locked = text(&done.stderr).contains("another run");
            if locked {
                std::thread::sleep(Duration::from_millis(20));
            }
            (!locked).then_some(done)
        });
        assert_eq!(done.expect("the lock is let go").status.code(), Some(4));
    };
    whole(&new);
    let new_files = settled(&out);
    whole(&old);
    let old_files = settled(&out);
    assert!(new_files != old_files);
    let began = Instant::now();
    whole(&new);
    let took = began.elapsed();
    let (mut were_old, mut were_new) = (0, 0);
    for kill in 0..kills() {
        whole(&old);
        assert!(settled(&out) == old_files && beside(dir.path()).is_empty(), "kill {kill}");
        let mut child = run(&new).spawn().expect("it runs");
        std::thread::sleep(moment(kill, took));
        let _ = child.kill();
        child.wait().expect("its end");
        let lock = dir.path().join(".out.thecal-lock");
        let let_go = || {
            let file = std::fs::File::open(&lock);
            file.map_or(true, |f| f.try_lock().is_ok())
        };
        while !let_go() {
            std::thread::sleep(Duration::from_millis(2));
        }
        let now = settled(&out);
        match (now == old_files, now == new_files) {
            (true, _) => were_old += 1,
            (_, true) => were_new += 1,
            _ => panic!("kill {kill}: mixed: {:?}", now.keys()),
        }
        // Taken up, it ends as one that was not killed.
        whole(&new);
        assert!(settled(&out) == new_files && beside(dir.path()).is_empty(), "kill {kill}");
    }
    println!("batch killed {} times: old {were_old}, new {were_new}, mixed 0", kills());
}

#[test]
fn two_runs_at_once_never_mix() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let runs = two_studies(dir.path());
    let whole = runs.clone().map(|args| {
        run(&args).output().expect("it runs");
        settled(&out)
    });
    let (mut refused, mut killed) = (0, 0);
    for time in 0..kills() {
        let mut children: Vec<_> =
            (0..2).map(|n| run(&runs[(time + n) % 2]).spawn().expect("it runs")).collect();
        // Every other time one of them is killed.
        if time % 2 == 1 {
            std::thread::sleep(moment(time, Duration::from_millis(400)));
            let _ = children[0].kill();
            killed += 1;
        }
        for child in children {
            let done = child.wait_with_output().expect("its end");
            match done.status.code() {
                Some(5) => {
                    assert!(text(&done.stderr).contains("another run writes here"));
                    refused += 1;
                }
                Some(0 | 1) | None => {}
                other => panic!("{other:?}: {}", text(&done.stderr)),
            }
        }
        let now = settled(&out);
        assert!(whole.contains(&now), "time {time}: mixed: {:?}", now.keys());
    }
    run(&runs[0]).output().expect("it runs");
    assert!(settled(&out) == whole[0] && beside(dir.path()).is_empty());
    println!("two at once {} times, {killed} killed: {refused} refused, mixed 0", kills());
}
