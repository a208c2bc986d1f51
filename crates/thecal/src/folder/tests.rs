//! Results that come and go in a folder, and what stays.

use std::collections::BTreeMap;
use std::fs::{create_dir, create_dir_all, hard_link, read_to_string, write};

use tempfile::TempDir;

use super::*;

fn none() -> Vec<PathBuf> {
    Vec::new()
}

fn begin(out: &Path) -> ResultFolder {
    ResultFolder::begin(out, &Layout::CHECK, none).expect("the folder")
}

fn put(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        create_dir_all(path.parent().expect("a folder")).expect("a folder");
        write(path, text).expect("a file");
    }
}

const LIST: &str = r#"{"files": ["structures.dcm", "meshes/GTV.stl"]}"#;
const OLD: [(&str, &str); 4] = [
    ("report.json", "old"),
    ("structures.json", LIST),
    ("structures.dcm", "old"),
    ("meshes/GTV.stl", "old"),
];

fn all(folder: &Path) -> BTreeMap<String, String> {
    let files = carry::files(folder).expect("files");
    let text = |f: &PathBuf| read_to_string(folder.join(f)).expect("text");
    files.iter().map(|f| (f.to_string_lossy().into_owned(), text(f))).collect()
}

fn texts(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

/// Nothing beside the folder but what is meant to be.
fn beside(dir: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(dir.path()).expect("a folder").flatten();
    let mut names: Vec<String> =
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_new_result_takes_the_place_of_the_old_and_others_files_stay() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let folder = begin(&out);
    put(folder.path(), &OLD);
    assert!(!out.exists(), "it is seen before it is whole");
    folder.commit().expect("moved in");
    let others = [("notes.txt", "mine"), ("meshes/mine.stl", "mine"), ("more/a/b.txt", "mine")];
    put(&out, &others);
    create_dir(out.join("empty")).expect("a folder");
    let folder = begin(&out);
    put(folder.path(), &[("report.json", "new"), ("gaps.csv", "new")]);
    assert_eq!(all(&out)["report.json"], "old");
    folder.commit().expect("moved in");
    let wanted = [&[("report.json", "new"), ("gaps.csv", "new")], &others[..]].concat();
    assert_eq!(all(&out), texts(&wanted));
    assert!(out.join("empty").is_dir());
    assert_eq!(beside(&dir), ["out"]);
}

#[test]
fn a_result_that_is_given_up_changes_nothing() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    put(&out, &OLD);
    let folder = begin(&out);
    put(folder.path(), &[("report.json", "half")]);
    drop(folder);
    assert_eq!(all(&out), texts(&OLD));
    assert_eq!(beside(&dir), ["out"]);
    drop(begin(&dir.path().join("new")));
    assert_eq!(beside(&dir), ["out"]);
}

#[test]
fn what_a_killed_run_left_is_cleared() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    put(&out, &OLD);
    put(dir.path(), &[(".out.thecal-new/report.html", "half"), (".out.thecal-lock", "process 1")]);
    let folder = begin(&out);
    assert_eq!(all(folder.path()), texts(&[]));
    put(folder.path(), &[("report.json", "new")]);
    folder.commit().expect("moved in");
    assert_eq!(all(&out), texts(&[("report.json", "new")]));
    assert_eq!(beside(&dir), ["out"]);
}

#[test]
fn files_are_moved_in_one_by_one_where_the_folder_must_stay() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let others = [("RS.dcm", "study"), ("meshes/mine.stl", "mine")];
    put(&out, &[&OLD[..], &others].concat());
    let identity = same_file::Handle::from_path(&out).expect("a folder");
    let input = out.join("RS.dcm");
    let inputs = || vec![input.clone()];
    let folder = ResultFolder::begin(&out, &Layout::CHECK, inputs).expect("the folder");
    put(folder.path(), &[("report.json", "new"), ("pictures/slice.png", "new")]);
    folder.commit().expect("moved in");
    let wanted = [&[("report.json", "new"), ("pictures/slice.png", "new")], &others[..]].concat();
    assert_eq!(all(&out), texts(&wanted));
    assert!(identity == same_file::Handle::from_path(&out).expect("a folder"));
    assert_eq!(beside(&dir), ["out"]);
}

#[test]
fn two_runs_never_have_one_folder() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let first = begin(&out);
    let again = |path: &Path| ResultFolder::begin(path, &Layout::CHECK, none).map(drop);
    assert!(matches!(again(&out), Err(FolderError::Locked { .. })));
    assert!(matches!(again(&out.join(".")), Err(FolderError::Locked { .. })) || cfg!(windows));
    first.commit().expect("moved in");
    #[cfg(unix)]
    {
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&out, &link).expect("a link");
        let first = begin(&link);
        assert!(matches!(again(&out), Err(FolderError::Locked { .. })));
        drop(first);
    }
    again(&out).expect("the folder");
}

#[test]
fn no_input_is_overwritten_by_any_name() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    put(&out, &[&OLD[..], &[("Segmentation.DCM", "input")]].concat());
    let linked = dir.path().join("RS.dcm");
    hard_link(out.join("structures.dcm"), &linked).expect("a link");
    let mut inputs = vec![
        out.join("structures.dcm"),
        out.join("../out/structures.dcm"),
        out.join("Segmentation.DCM"),
        linked,
    ];
    #[cfg(unix)]
    {
        let soft = dir.path().join("soft.dcm");
        std::os::unix::fs::symlink(out.join("meshes/GTV.stl"), &soft).expect("a link");
        inputs.push(soft);
    }
    for input in inputs {
        let refused = ResultFolder::begin(&out, &Layout::CHECK, || vec![input.clone()]);
        assert!(matches!(refused, Err(FolderError::Input { .. })), "{input:?} {refused:?}");
    }
    let other = dir.path().join("other.dcm");
    write(&other, "input").expect("a file");
    ResultFolder::begin(&out, &Layout::CHECK, || vec![other]).expect("the folder");
    assert_eq!(all(&out)["structures.dcm"], "old");
}

#[test]
fn a_file_that_no_result_lists_is_not_overwritten() {
    let dir = TempDir::new().expect("a folder");
    put(dir.path(), &[("structures.dcm", "somebody's")]);
    let refused = ResultFolder::begin(dir.path(), &Layout::CHECK, none);
    assert!(matches!(refused, Err(FolderError::Foreign { .. })), "{refused:?}");
}

#[test]
fn a_file_is_no_folder() {
    let dir = TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    write(&out, "a file").expect("a file");
    let refused = ResultFolder::begin(&out, &Layout::CHECK, none).expect_err("a file");
    assert!(refused.to_string().contains("not a folder") && !refused.is_usage(), "{refused}");
}
