//! A batch in steps, as machines that share a file system run it.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use thecal_phantom::cohort::{CohortSpec, Size, write_cohort};

use crate::blocks;
use crate::common::{batch, bytes, cohort, command, text};

/// A batch of a root into a folder, with options that every step has.
struct Steps {
    root: String,
    out: PathBuf,
    options: Vec<String>,
}

impl Steps {
    fn new(root: &str, out: PathBuf, options: &[&str]) -> Self {
        let options = options.iter().map(|o| (*o).to_owned()).collect();
        Self { root: root.to_owned(), out, options }
    }

    fn words<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let place = [self.root.as_str(), "--out", self.out.to_str().expect("UTF-8")];
        let options = self.options.iter().map(String::as_str);
        place.into_iter().chain(options).chain(more.iter().copied()).collect()
    }

    fn run(&self, more: &[&str]) -> Output {
        batch(&self.words(more))
    }

    fn planned(&self, more: &[&str]) -> Value {
        let done = self.run(&[&["--step", "plan", "--json"], more].concat());
        assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
        serde_json::from_slice(&done.stdout).expect("JSON")
    }

    fn measured(&self, shard: usize) -> String {
        let done = self.run(&["--step", "measure", "--shard", &shard.to_string()]);
        assert!(matches!(done.status.code(), Some(0 | 4)), "{}", text(&done.stderr));
        text(&done.stdout)
    }

    fn finished(&self) -> Output {
        let done = self.run(&["--step", "finish"]);
        assert!(matches!(done.status.code(), Some(0 | 4)), "{}", text(&done.stderr));
        done
    }
}

fn length(plan: &Value) -> usize {
    plan["shards"].as_array().map_or(0, Vec::len)
}

/// In steps, the shards in any order: the bytes of the batch on one machine.
fn same_as_whole(dir: &Path, root: &str, options: &[&str]) {
    let whole = Steps::new(root, dir.join("whole"), options);
    let in_one = whole.run(&[]);
    let steps = Steps::new(root, dir.join("steps"), options);
    let plan = steps.planned(&["--shards", "3"]);
    assert!(length(&plan) >= 3, "{plan}");
    for shard in (0..length(&plan)).rev() {
        steps.measured(shard);
    }
    let done = steps.finished();
    assert_eq!(done.status.code(), in_one.status.code());
    assert_eq!(done.stdout, in_one.stdout);
    assert!(bytes(&steps.out) == bytes(&whole.out));
    assert!(!dir.join(".steps.thecal-new").exists(), "nothing is left over");
}

#[test]
fn steps_end_with_the_bytes_of_a_batch_on_one_machine() {
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 16, 12);
    same_as_whole(dir.path(), &root, &[]);
}

#[test]
fn images_pages_manifest_and_labels_come_through_the_plan() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    let spec = CohortSpec {
        studies: 7,
        broken: 1,
        phantoms: 1,
        ct_size: Some(48),
        point_spacing_mm: 1.0,
        size: Size::Small,
        seed: 5,
    };
    write_cohort(&spec, &root).expect("a cohort");
    let root = root.to_str().expect("UTF-8");
    let listed = text(&batch(&[root, "--dry-run"]).stdout);
    let mut rows = String::from("study,path,label,cord,number\n,nowhere,None,,\n");
    for (n, line) in listed.lines().skip(1).enumerate() {
        let key = line.split(',').next().expect("a key");
        let cord = if n == 2 { "no such structure" } else { "" };
        rows.push_str(&format!("{key},,Case {n},{cord},study-{:04}\n", 20 - n));
    }
    let manifest = dir.path().join("m.csv");
    std::fs::write(&manifest, rows).expect("a manifest");
    let manifest = manifest.to_str().expect("UTF-8");
    let options = ["--manifest", manifest, "--label-from", "manifest", "--reports"];
    same_as_whole(dir.path(), root, &options);
}

#[test]
fn every_kind_of_file_comes_through_the_plan() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    // Two frames of one patient that a registration joins: without it the study has no gap.
    let of = |frame: &str| blocks::identity("A", &format!("{frame}.9"), frame);
    let one = |name, x_mm| vec![blocks::roi(name, x_mm)];
    let (tumour_mm, cord_mm) = (blocks::TUMOUR_X_MM, blocks::CORD_X_MM);
    blocks::set(&root.join("p/ct.dcm"), of("1.2.3.2"), "1.2.3.6", one("GTV", tumour_mm));
    blocks::set(&root.join("p/mr.dcm"), of("1.2.3.3"), "1.2.3.7", one("SpinalCord", cord_mm));
    blocks::registration(&root.join("p/reg.dcm"), "A", "1.2.3.2", "1.2.3.3");
    let other = || blocks::identity("B", "1.2.4.9", "1.2.4.2");
    blocks::series(&root.join("s/ct"), &other(), "1.2.4.5");
    blocks::segmentation(&root.join("s/seg.dcm"), other(), "1.2.4.6");
    blocks::slicer(&root.join("masks/both.nrrd"));
    blocks::nifti(&root.join("case/segmentations/spinal_cord.nii"), 20);
    blocks::image(&root.join("case/ct.nii"));
    std::fs::create_dir(root.join("damaged")).expect("a folder");
    std::fs::write(root.join("damaged/set.dcm"), "no DICOM").expect("a file");
    let root = root.to_str().expect("UTF-8");
    let listed = text(&batch(&[root, "--dry-run"]).stdout);
    let mut rows = String::from("study,structures\n");
    for line in listed.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let structures = if cells[1] == "p" { "p/ct.dcm;p/mr.dcm" } else { "" };
        rows.push_str(&format!("{},{structures}\n", cells[0]));
    }
    let manifest = dir.path().join("m.csv");
    std::fs::write(&manifest, rows).expect("a manifest");
    same_as_whole(dir.path(), root, &["--manifest", manifest.to_str().expect("UTF-8")]);
    let told = Steps::new(root, dir.path().join("steps"), &[]).run(&["--json"]);
    let record: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    assert_eq!(record["counts"]["studies"], 5, "{record}");
}

#[test]
fn what_is_measured_is_not_measured_again() {
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 6, 1);
    let steps = Steps::new(&root, dir.path().join("out"), &[]);
    let plan = steps.planned(&["--shard-studies", "2"]);
    assert_eq!((length(&plan), &plan["kept"]), (3, &Value::from(0)));
    assert!(steps.measured(1).starts_with("2 studies, 0 reused"));
    // A task that was taken for lost is begun again.
    assert!(steps.measured(1).starts_with("2 studies, 2 reused"));
    // The one that gave the tasks out died.
    let again = steps.planned(&["--shard-studies", "2"]);
    assert_eq!((length(&again), &again["kept"]), (2, &Value::from(2)));
    for shard in 0..2 {
        steps.measured(shard);
    }
    steps.finished();
    let third = steps.planned(&[]);
    assert_eq!((length(&third), &third["kept"]), (0, &Value::from(6)));
    let done = steps.finished();
    assert!(text(&done.stdout).starts_with("6 studies, 6 reused"));
    // A batch on one machine takes over what shards have measured, and the other way round.
    let whole = steps.run(&[]);
    assert!(text(&whole.stdout).starts_with("6 studies, 6 reused"));
}

#[test]
fn a_run_ends_only_with_a_row_for_each_study() {
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 4, 0);
    let steps = Steps::new(&root, dir.path().join("out"), &[]);
    steps.planned(&["--shard-studies", "1"]);
    for shard in 0..3 {
        steps.measured(shard);
    }
    let early = steps.run(&["--step", "finish"]);
    assert_eq!(early.status.code(), Some(3));
    let told = text(&early.stderr);
    assert!(told.contains("1 studies of the plan have no result (shards 3)"), "{told}");
    let plan = std::fs::read_to_string(dir.path().join(".out.thecal-new/plan/shard-00003.jsonl"));
    let line: Value = serde_json::from_str(&plan.expect("a shard")).expect("JSON");
    let key = line["study"].as_str().expect("a key");
    let lost = dir.path().join("lost.jsonl");
    std::fs::write(&lost, format!("{{\"study\":\"{key}\",\"reason\":\"no memory left\"}}\n"))
        .expect("a file");
    let done = steps.run(&["--step", "finish", "--lost", lost.to_str().expect("UTF-8")]);
    assert_eq!(done.status.code(), Some(4), "{}", text(&done.stderr));
    let table = std::fs::read_to_string(steps.out.join("results.csv")).expect("a table");
    let rows: Vec<&str> = table.lines().filter(|l| l.starts_with(key)).collect();
    assert!(
        matches!(rows.as_slice(), [row] if row.contains("crashed,") && row.contains("no memory")),
        "{rows:?}"
    );
    // As after a crash on one machine, it is left alone until it is asked for.
    assert_eq!(length(&steps.planned(&[])), 0);
    assert_eq!(length(&steps.planned(&["--retry"])), 1);
}

#[test]
fn a_task_works_on_the_plan_and_the_settings_that_it_was_given_for() {
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 2, 0);
    let steps = Steps::new(&root, dir.path().join("out"), &[]);
    let refused = |more: &[&str], words: &str| {
        let done = steps.run(&[&["--step", "measure", "--shard"], more].concat());
        let told = text(&done.stderr);
        assert_eq!(done.status.code(), Some(3), "{told}");
        assert!(told.contains(words), "{told}");
    };
    refused(&["0"], "found no plan");
    let first = steps.planned(&[]);
    let first = first["plan"].as_str().expect("a name").to_owned();
    refused(&["1"], "the plan");
    refused(&["0", "--threshold", "4"], "other settings");
    let second = steps.planned(&[]);
    assert_ne!(second["plan"], first.as_str());
    refused(&["0", "--plan", &first], "another run was planned");
    // A run on one machine ends what was planned.
    assert_eq!(steps.run(&[]).status.code(), Some(0));
    refused(&["0"], "found no plan");
    for wrong in [&["--shard", "0"][..], &["--step", "measure"], &["--step", "plan", "--dry-run"]] {
        assert_eq!(steps.run(wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn a_task_ends_with_whoever_began_it() {
    let dir = TempDir::new().expect("a folder");
    let root = cohort(dir.path(), 2, 0);
    let all = "laminectomy,transpedicular_left,transpedicular_right,anterior,ideal";
    let steps = Steps::new(&root, dir.path().join("out"), &["--separate", all]);
    steps.planned(&[]);
    let words = ["--step", "measure", "--shard", "0", "--until-stdin-closes"];
    let mut task = command(&steps.words(&words))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    drop(task.stdin.take());
    assert_eq!(task.wait().expect("its end").code(), Some(1));
    // Nothing holds the folder any longer, and what it had begun is no result.
    let done = steps.run(&["--step", "finish"]);
    assert!(text(&done.stderr).contains("have no result"), "{}", text(&done.stderr));
}
