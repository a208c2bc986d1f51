//! A cohort to its tables: faults, order, threads, resume.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use thecal::batch::{BatchError, Hooks, Manifest, Options, plan, run};
use thecal::{FolderError, Settings};
use thecal_phantom::cohort::{CohortSpec, CohortStudy, Fault, Size, write_cohort};

const SMALL: CohortSpec = CohortSpec {
    studies: 6,
    broken: 0,
    phantoms: 2,
    ct_size: None,
    point_spacing_mm: 0.8,
    size: Size::Small,
    seed: 1,
};

fn options(jobs: usize) -> Options {
    Options { jobs, ..Options::new(Settings::default()) }
}

/// Everything that a run writes but what differs by intent.
fn bytes(out: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![out.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("run.json") && !path.ends_with("lock") {
                let below = path.strip_prefix(out).expect("below").to_owned();
                files.insert(below, std::fs::read(&path).expect("a file"));
            }
        }
    }
    files
}

/// Column `name` of the wide table by the key of the study.
fn column(out: &Path, name: &str) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(out.join("summary.csv")).expect("a table");
    let at = reader.headers().expect("a header").iter().position(|h| h == name).expect("a column");
    let rows = reader.records().map(|r| r.expect("a row"));
    rows.map(|r| (r[0].to_owned(), r[at].to_owned())).collect()
}

/// The key of each study by its folder.
fn keys(out: &Path) -> BTreeMap<PathBuf, String> {
    let mut reader = csv::Reader::from_path(out.join("key.csv")).expect("a table");
    let rows = reader.records().map(|r| r.expect("a row"));
    rows.map(|r| (PathBuf::from(&r[1]), r[0].to_owned())).collect()
}

fn key<'a>(keys: &'a BTreeMap<PathBuf, String>, study: &CohortStudy) -> &'a str {
    let found = keys.iter().find(|(path, _)| path.starts_with(&study.folder));
    found
        .map(|(_, key)| key.as_str())
        .unwrap_or_else(|| panic!("{} is lost", study.folder.display()))
}

#[test]
fn each_way_of_being_broken_is_a_row_with_its_reason() {
    broken(&CohortSpec { studies: 30, broken: 12, phantoms: 3, ..SMALL });
}

#[test]
fn so_it_is_in_studies_of_clinical_size() {
    broken(&CohortSpec {
        studies: 15,
        broken: 12,
        phantoms: 1,
        point_spacing_mm: 0.75,
        size: Size::Clinical,
        ..SMALL
    });
}

fn broken(spec: &CohortSpec) {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    let studies = write_cohort(spec, &root).expect("a cohort");
    let out = dir.path().join("out");
    let options = options(2);
    let plan = plan(&root, &options).expect("a plan");
    let counts = run(&plan, &out, &options, Hooks::default()).expect("a run");
    assert_eq!((counts.studies, counts.failed()), (spec.studies, 12));
    let (status, reason) = (column(&out, "status"), column(&out, "reason"));
    let gap = column(&out, "tumour_cord_gap_mm");
    let keys = keys(&out);
    let mut seen = 0;
    for study in &studies {
        let key = key(&keys, study);
        let (expected, word) = match study.fault {
            None => ("ok", ""),
            Some(Fault::Truncated) => ("unreadable", "truncated"),
            Some(Fault::NotDicom | Fault::EmptyFile) => {
                ("unreadable", "damaged file 1 of 1: named .dcm")
            }
            Some(Fault::NoStructures) => ("no_structures", "no RTSTRUCT"),
            Some(Fault::NoCord) => ("not_assessable", "no_cord"),
            Some(Fault::NoTumour) => ("not_assessable", "no_tumour"),
            Some(Fault::TwoCords) => ("ambiguous", "2 structures were recognised as cord"),
            Some(Fault::TwoSets) => ("ambiguous", "2 RTSTRUCT files"),
            Some(Fault::BadNumber) => ("unreadable", "abc"),
            Some(Fault::Sliver) => ("ill_posed", "no contour encloses an area"),
            Some(Fault::TwoFrames) => ("frames", "lies in frame of reference"),
            Some(Fault::TooLarge) => ("too_large", "--memory"),
        };
        assert_eq!(status[key], expected, "{:?}: {}", study.fault, reason[key]);
        assert!(reason[key].contains(word), "{:?}: {}", study.fault, reason[key]);
        // No folder stands in a message.
        assert!(!reason[key].contains("ward") && !reason[key].contains("case"), "{}", reason[key]);
        if study.fault.is_none() {
            let gap_mm: f64 = gap[key].parse().expect("a gap");
            assert!((gap_mm - study.gap_mm).abs() < 0.15, "{gap_mm} for {}", study.gap_mm);
        } else {
            seen += 1;
        }
    }
    assert_eq!(seen, 12);
    // What stands in the way is known before anything is measured, but for what a solid shows.
    for study in plan.studies() {
        let expected = status[study.key()].as_str();
        let expected =
            if ["ok", "ill_posed", "frames"].contains(&expected) { None } else { Some(expected) };
        let obstacle = study.obstacle();
        let found = obstacle.as_ref().map(|(status, _)| *status);
        // A coordinate that is no number is found where contours are read.
        assert!(found == expected || expected == Some("unreadable"), "{obstacle:?} {expected:?}");
    }
}

#[test]
fn the_bytes_depend_on_neither_threads_nor_layout() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    let studies = write_cohort(&SMALL, &root).expect("a cohort");
    let mut results = Vec::new();
    for jobs in [1, 2, 5] {
        let out = dir.path().join(format!("out-{jobs}"));
        let options = Options { reports: true, ..options(jobs) };
        run(&plan(&root, &options).expect("a plan"), &out, &options, Hooks::default())
            .expect("a run");
        results.push(bytes(&out));
    }
    assert!(results[0].len() > 2 * SMALL.studies);
    assert!(results[0] == results[1] && results[1] == results[2]);
    // All files in one folder, under other names.
    let flat = dir.path().join("flat");
    std::fs::create_dir(&flat).expect("a folder");
    for (i, study) in studies.iter().enumerate() {
        let name = flat.join(format!("{:03}.dcm", 999 - i));
        std::fs::copy(root.join(&study.folder).join("RS.dcm"), name).expect("a copy");
    }
    assert!(results[0].keys().any(|f| f.ends_with("report.html")));
    let (out, options) = (dir.path().join("out-flat"), Options { reports: true, ..options(2) });
    run(&plan(&flat, &options).expect("a plan"), &out, &options, Hooks::default()).expect("a run");
    let mut other = bytes(&out);
    for table in [&mut other, &mut results[0]] {
        table.remove(Path::new("key.csv")).expect("the file that holds paths");
    }
    assert!(other == results[0]);
}

#[test]
fn a_second_run_does_what_is_new_or_changed() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    let studies = write_cohort(&SMALL, &root).expect("a cohort");
    let (out, options) = (dir.path().join("out"), options(2));
    let go = |options: &Options, out: &Path| {
        run(&plan(&root, options).expect("a plan"), out, options, Hooks::default()).expect("a run")
    };
    assert_eq!(go(&options, &out).kept, 0);
    let first = bytes(&out);
    assert_eq!(go(&options, &out).kept, SMALL.studies);
    assert!(first == bytes(&out));
    // One structure set changes, one loses its result, one its report.
    let changed = root.join(&studies[0].folder).join("RS.dcm");
    let mut text = std::fs::read(&changed).expect("a set");
    text.extend_from_slice(&[0; 64]);
    std::fs::write(&changed, text).expect("a set");
    let keys = keys(&out);
    let folder = |i: usize| out.join("studies").join(key(&keys, &studies[i]));
    std::fs::remove_file(folder(1).join("result.json")).expect("a result");
    std::fs::write(folder(2).join("report.json"), "{").expect("half a file");
    let left = dir.path().join(".out.thecal-new");
    std::fs::create_dir(&left).expect("a folder");
    std::fs::write(left.join("results.csv"), "left by a kill").expect("a file");
    assert_eq!(go(&options, &out).kept, SMALL.studies - 3);
    assert!(!left.exists());
    let fresh = dir.path().join("fresh");
    go(&options, &fresh);
    assert!(bytes(&out) == bytes(&fresh));
    // Other settings are other results.
    let mut other = options.clone();
    other.settings.thresholds = thecal::Thresholds::for_tumour(&[1.5]).expect("a threshold");
    assert_eq!(go(&other, &out).kept, 0);
}

#[test]
fn a_manifest_says_what_names_do_not() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    let spec = CohortSpec { studies: 12, broken: 12, phantoms: 1, ..SMALL };
    let studies = write_cohort(&spec, &root).expect("a cohort");
    let of = |fault| {
        let study = studies.iter().find(|s| s.fault == Some(fault)).expect("a study");
        study.folder.to_string_lossy().into_owned()
    };
    let text = format!(
        "path,tumour,cord,structures,approach\n{},,Stomach,,\n{},Spleen,,,laminectomy\n{},,,{}/RS2.dcm,\n\
         nowhere,,,,\n",
        of(Fault::NoCord),
        of(Fault::NoTumour),
        of(Fault::TwoSets),
        of(Fault::TwoSets),
    );
    let mut options = options(2);
    options.approaches = thecal_separation::Approach::built_in().expect("the built-in approaches");
    options.manifest = Some(Manifest::read(Path::new("m.csv"), &text).expect("a manifest"));
    let plan = plan(&root, &options).expect("a plan");
    assert_eq!(plan.left_out(), 9);
    let out = dir.path().join("out");
    let counts = run(&plan, &out, &options, Hooks::default()).expect("a run");
    assert_eq!(counts.by_status, BTreeMap::from([("ok", 3), ("not_found", 1)]));
    let table = std::fs::read_to_string(out.join("summary.csv")).expect("a table");
    assert_eq!(table.lines().filter(|l| l.contains(",simulated,laminectomy,ok,")).count(), 1);
}

#[test]
fn one_run_at_a_time_writes_to_a_folder() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    write_cohort(&CohortSpec { studies: 1, ..SMALL }, &root).expect("a cohort");
    let (out, options) = (dir.path().join("out"), options(1));
    let plan = plan(&root, &options).expect("a plan");
    let holder = std::fs::File::create(dir.path().join(".out.thecal-lock")).expect("a file");
    holder.lock().expect("the lock");
    let refused = run(&plan, &out, &options, Hooks::default());
    let locked = |e: &BatchError| matches!(e, BatchError::Folder(FolderError::Locked { .. }));
    assert!(refused.as_ref().is_err_and(locked), "{refused:?}");
    // What a killed run leaves: the file, and nobody who holds it.
    drop(holder);
    run(&plan, &out, &options, Hooks::default()).expect("a run");
}
