//! A batch as a user runs it: exit codes, kills, limits of time.

use std::process::Stdio;
use std::time::Duration;

use crate::common::{batch, bytes, cohort, command, text};
use tempfile::TempDir;

#[test]
fn a_batch_prints_its_counts_and_says_by_its_code_that_some_failed() {
    let dir = TempDir::new().expect("a folder");
    let (sound, broken) = (cohort(dir.path(), 2, 0), cohort(dir.path(), 12, 12));
    let out = dir.path().join("out");
    let out = out.to_str().expect("UTF-8");
    let done = batch(&[&sound, "--out", out]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stdout).starts_with("2 studies"), "{}", text(&done.stdout));
    assert!(!text(&done.stderr).contains('\r'), "a progress bar in a pipe");
    let other = dir.path().join("other");
    let done = batch(&[&broken, "--out", other.to_str().expect("UTF-8"), "--json"]);
    assert_eq!(done.status.code(), Some(4), "{}", text(&done.stderr));
    let record: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON alone");
    assert_eq!(record["counts"]["studies"], 12);
    assert_eq!(record["counts"]["by_status"]["ok"], serde_json::Value::Null);
    let listed = batch(&[&broken, "--dry-run"]);
    assert_eq!(listed.status.code(), Some(0));
    assert_eq!(text(&listed.stdout).matches(",ambiguous,").count(), 2);
    // The list is a manifest.
    let manifest = dir.path().join("m.csv");
    std::fs::write(&manifest, &listed.stdout).expect("a manifest");
    let manifest = manifest.to_str().expect("UTF-8");
    let done = batch(&[&broken, "--out", out, "--manifest", manifest]);
    assert!(text(&done.stdout).starts_with("12 studies"), "{}", text(&done.stdout));
    for wrong in [
        vec![sound.as_str()],
        vec![&sound, "--out", out, "--memory", "much"],
        vec![&sound, "--out", out, "--jobs", "0"],
        vec![&sound, "--out", out, "--timeout", "-1"],
        vec![&sound, "--out", out, "--structures", "x"],
        vec![&sound, "--out", out, "--dose", "x"],
    ] {
        assert_eq!(batch(&wrong).status.code(), Some(2), "{wrong:?}");
    }
}

/// Killed at any moment and taken up again: the bytes of an unbroken run. `THECAL_KILLS` sets how
/// often (default 3).
#[test]
fn a_killed_run_is_taken_up_to_the_same_bytes() {
    let kills: u64 = std::env::var("THECAL_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 24, 4);
    let whole = dir.path().join("whole");
    let began = std::time::Instant::now();
    batch(&[&root, "--out", whole.to_str().expect("UTF-8")]);
    let took = began.elapsed();
    let expected = bytes(&whole);
    for kill in 0..kills {
        let out = dir.path().join(format!("out-{kill}"));
        let name = out.to_str().expect("UTF-8");
        let mut child = command(&[&root, "--out", name])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        // Moments spread over the run by the golden ratio.
        let part = (kill as f64 * 0.618_033_988_75 + 0.3).fract();
        std::thread::sleep(Duration::from_secs_f64(took.as_secs_f64() * part));
        child.kill().expect("a kill");
        child.wait().expect("its end");
        // The process that measures ends with the one that watches; until then it holds the lock.
        let again = (0..200).find_map(|_| {
            let done = batch(&[&root, "--out", name]);
            let locked = text(&done.stderr).contains("another run");
            if locked {
                std::thread::sleep(Duration::from_millis(20));
            }
            (!locked).then_some(done)
        });
        let again = again.expect("the lock is let go");
        assert_eq!(again.status.code(), Some(4), "{}", text(&again.stderr));
        assert!(bytes(&out) == expected, "kill {kill} at {part:.2} of the run");
    }
}

#[test]
fn a_study_that_takes_too_long_is_stopped_and_the_others_are_measured() {
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 2, 0);
    let manifest = dir.path().join("m.toml");
    let out = dir.path().join("out");
    let out = out.to_str().expect("UTF-8");
    let listed = text(&batch(&[&root, "--dry-run"]).stdout);
    let keys: Vec<&str> = listed.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
    // No study can be done in a millionth of a second: every one is stopped, and the run ends.
    std::fs::write(&manifest, format!("[[study]]\nstudy = \"{}\"\n", keys[0])).expect("a file");
    let manifest = manifest.to_str().expect("UTF-8");
    let slow = [
        &root,
        "--out",
        out,
        "--manifest",
        manifest,
        "--timeout",
        "0.000001",
        "--separate",
        "all",
        "--sweep",
        "--jobs",
        "1",
    ];
    let done = batch(&slow);
    assert_eq!(done.status.code(), Some(4), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("1 timeout"), "{}", text(&done.stdout));
    let done = batch(&[&root, "--out", out, "--timeout", "600"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("2 ok"), "{}", text(&done.stdout));
}

#[test]
fn approaches_of_ones_own_can_be_named_by_the_manifest_alone() {
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 2, 0);
    let path = |name: &str| dir.path().join(name).to_str().expect("UTF-8").to_owned();
    let (out, manifest, own) = (path("out"), path("m.csv"), path("mine.toml"));
    std::fs::write(&own, "[mine]\nfrom_clock_deg = [[120, 240]]\n").expect("a file");
    let listed = text(&batch(&[&root, "--dry-run"]).stdout);
    let keys: Vec<&str> = listed.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
    let rows = format!("study,approach\n{},mine\n{},\n", keys[0], keys[1]);
    std::fs::write(&manifest, rows).expect("a file");
    let named = ["--manifest", &manifest, "--approaches", &own, "--amount", "2.5"];
    let done = batch(&[&[root.as_str(), "--out", &out], &named[..]].concat());
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let table = std::fs::read_to_string(dir.path().join("out/summary.csv")).expect("a table");
    let after: Vec<&str> = table.lines().filter(|l| l.contains(",mine,")).collect();
    assert!(matches!(after.as_slice(), [row] if row.starts_with(keys[0])), "{table}");
    let report = dir.path().join("out/studies").join(keys[0]).join("report.json");
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(report).expect("a report")).expect("JSON");
    assert!(report.to_string().contains("\"amount_mm\":2.5"), "the amount is not the one given");
    // Without the file the manifest names an approach that there is none of.
    let done = batch(&[&root, "--out", &out, "--manifest", &manifest]);
    assert_eq!(done.status.code(), Some(3), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("no approach \"mine\""), "{}", text(&done.stderr));
    // Neither of them asks for a separation.
    let done = batch(&[&root, "--out", &out, "--approaches", &own]);
    assert_eq!(done.status.code(), Some(2), "{}", text(&done.stderr));
}
