//! Faults of the program itself, which no input shows.

use std::collections::BTreeMap;
use std::path::Path;

use thecal_phantom::cohort::{CohortSpec, Size, write_cohort};

use super::*;
use crate::batch::plan;

fn cohort(dir: &Path, studies: usize) {
    let spec = CohortSpec {
        studies,
        broken: 0,
        phantoms: 1,
        ct_size: None,
        point_spacing_mm: 1.0,
        size: Size::Small,
        seed: 5,
    };
    write_cohort(&spec, dir).expect("a cohort");
}

#[test]
fn a_panic_stays_in_its_study() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path().join("in");
    cohort(&root, 4);
    let options = Options { jobs: 2, ..Options::new(Settings::default()) };
    let plan = plan(&root, &options).expect("a plan");
    let victim = plan.studies()[1].key().to_owned();
    let work = |study: &PlannedStudy| {
        assert!(study.key() != victim, "the seventh wonder");
        measure(study)
    };
    let out = dir.path().join("out");
    let counts = run_with(&plan, &out, &options, Hooks::default(), &work).expect("a run");
    assert_eq!(counts.by_status, BTreeMap::from([("ok", 3), ("panicked", 1)]));
    assert_eq!(counts.failed(), 1);
    let table = std::fs::read_to_string(out.join("summary.csv")).expect("a table");
    let row = table.lines().find(|l| l.starts_with(&victim)).expect("its row");
    assert!(row.contains("the seventh wonder"), "{row}");
    // It stays as it is until it is asked for again.
    let again = run(&plan, &out, &options, Hooks::default()).expect("a run");
    assert_eq!((again.kept, again.failed()), (4, 1));
    let retry = Options { retry: true, ..options };
    let again = run(&plan, &out, &retry, Hooks::default()).expect("a run");
    assert_eq!((again.kept, again.failed()), (3, 0));
}

#[test]
fn studies_judged_from_outside_are_not_run() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path().join("in");
    cohort(&root, 2);
    let options = Options { jobs: 1, ..Options::new(Settings::default()) };
    let plan = plan(&root, &options).expect("a plan");
    let key = plan.studies()[0].key().to_owned();
    let failures =
        [WorkerFailure { key: key.clone(), timeout: true, reason: "too slow".to_owned() }];
    let work = |study: &PlannedStudy| {
        assert!(study.key() != key, "it was settled");
        measure(study)
    };
    let hooks = Hooks { failures: &failures, ..Hooks::default() };
    let counts = run_with(&plan, &dir.path().join("out"), &options, hooks, &work).expect("a run");
    assert_eq!(counts.by_status, BTreeMap::from([("ok", 1), ("timeout", 1)]));
}
