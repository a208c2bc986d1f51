//! Statuses that no broken file makes, and what a manifest and several tumours come to.

use std::path::Path;

use crate::blocks::{
    CORD_X_MM, GAP_MM, TUMOUR_X_MM, both, identity, options, planned, results, roi, set,
};
use tempfile::TempDir;
use thecal::batch::{Hooks, Manifest, Options, plan, run};
use thecal_separation::Approach;

fn one_study(root: &Path) {
    set(&root.join("p/RS.dcm"), identity("A", "1.2.3.1", "1.2.3.2"), "1.2.3.6", both());
}

#[test]
fn too_large_is_looked_at_anew_each_time() {
    let dir = TempDir::new().expect("a folder");
    let (root, out) = (dir.path().join("in"), dir.path().join("out"));
    one_study(&root);
    let status = |memory_bytes| {
        let options = Options { memory_bytes, ..options() };
        let plan = plan(&root, &options).expect("a plan");
        run(&plan, &out, &options, Hooks::default()).expect("a run").by_status
    };
    assert_eq!(status(1 << 20).into_keys().collect::<Vec<_>>(), ["too_large"]);
    assert_eq!(status(1 << 30).into_keys().collect::<Vec<_>>(), ["ok"]);
}

#[test]
fn a_result_that_cannot_be_written_is_a_row_and_is_written_by_the_next_run() {
    let dir = TempDir::new().expect("a folder");
    let (root, out) = (dir.path().join("in"), dir.path().join("out"));
    one_study(&root);
    let plan = planned(&root);
    // Where the run builds its results.
    let studies = dir.path().join(".out.thecal-new/studies");
    let folder = studies.join(plan.studies()[0].key());
    std::fs::create_dir_all(&studies).expect("a folder");
    std::fs::write(&folder, "in the way").expect("a file");
    let counts = run(&plan, &out, &options(), Hooks::default()).expect("a run");
    assert_eq!(counts.by_status.into_keys().collect::<Vec<_>>(), ["not_written"]);
    let table = std::fs::read_to_string(out.join("results.csv")).expect("a table");
    assert!(table.contains("its results cannot be written: "), "{table}");
    let counts = run(&plan, &out, &options(), Hooks::default()).expect("a run");
    assert_eq!((counts.kept, counts.failed()), (0, 0));
}

#[test]
fn a_separation_without_anything_to_separate_from_is_a_row() {
    let dir = TempDir::new().expect("a folder");
    let study = identity("A", "1.2.3.1", "1.2.3.2");
    set(&dir.path().join("p/RS.dcm"), study, "1.2.3.6", vec![roi("GTV", TUMOUR_X_MM)]);
    let text = "path,approach\np,laminectomy\n";
    let options = Options {
        approaches: Approach::built_in().expect("the built-in approaches"),
        manifest: Some(Manifest::read(Path::new("m.csv"), text).expect("a manifest")),
        ..options()
    };
    let plan = plan(dir.path(), &options).expect("a plan");
    let found = results(&plan, &options);
    assert_eq!(
        found.values().map(|(status, _)| status.as_str()).collect::<Vec<_>>(),
        ["separation"]
    );
}

#[test]
fn a_manifest_names_one_study_a_row_by_folder_or_file() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path();
    for (name, frame) in [("a", "1.2.3.2"), ("b", "1.2.3.3")] {
        let study = identity("A", "1.2.3.1", frame);
        set(&root.join(format!("p/{name}.dcm")), study, &format!("{frame}.6"), both());
    }
    let rows = |text: &str| {
        let manifest = Some(Manifest::read(Path::new("m.csv"), text).expect("a manifest"));
        let options = Options { manifest, ..options() };
        let plan = plan(root, &options).expect("a plan");
        let mut status: Vec<String> = results(&plan, &options).into_values().map(|r| r.0).collect();
        status.sort();
        (plan.left_out(), status)
    };
    let expect = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    assert_eq!(rows("path\np/a.dcm\n"), (1, expect(&["ok"])));
    assert_eq!(rows("path\np\n"), (2, expect(&["ambiguous"])));
    assert_eq!(rows("path\np/a.dcm\np/c.dcm\n"), (1, expect(&["not_found", "ok"])));
}

#[test]
fn of_several_tumours_the_nearest_makes_the_row() {
    let dir = TempDir::new().expect("a folder");
    let (root, out) = (dir.path().join("in"), dir.path().join("out"));
    // 8 mm on the other side, beside the one at 5 mm.
    let far = roi("GTV 2", CORD_X_MM + 10.0 + 8.0);
    let rois = [vec![far], both()].concat();
    set(&root.join("p/RS.dcm"), identity("A", "1.2.3.1", "1.2.3.2"), "1.2.3.6", rois);
    run(&planned(&root), &out, &options(), Hooks::default()).expect("a run");
    let mut table = csv::Reader::from_path(out.join("summary.csv")).expect("a table");
    let at = table.headers().expect("a header").iter().position(|h| h == "tumour_cord_gap_mm");
    let rows: Vec<csv::StringRecord> = table.records().map(|r| r.expect("a row")).collect();
    let gaps: Vec<f64> =
        rows.iter().map(|r| r[at.expect("a column")].parse().expect("a gap")).collect();
    assert!(matches!(gaps.as_slice(), [gap] if (gap - GAP_MM).abs() < 0.05), "{gaps:?}");
    // Each has rows of its own in the long table.
    let long = std::fs::read_to_string(out.join("results.csv")).expect("a table");
    assert!(long.contains(",GTV,SpinalCord,") && long.contains(",GTV 2,SpinalCord,"), "{long}");
}
