//! Files are short enough to be read in one go: one that grows beyond that has two subjects.

use std::path::Path;

use super::source_files;

/// Lines of a file that is written by hand, at most.
const MOST: usize = 450;
/// Half of the files have no more than these.
const MEDIAN: usize = 200;
/// Written by a program, or by others.
const NOT_BY_HAND: [&str; 3] = [
    "python/thecal/_records.py",
    "python/thecal/_settings.py",
    "crates/thecal-report/assets/three/three.min.js",
];

#[test]
fn no_file_is_longer_than_can_be_read_in_one_go() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().expect("the workspace");
    let endings = ["rs", "py", "pyi", "js", "css", "html", "sh"];
    let mut lengths = Vec::new();
    for folder in ["benches", "crates", "fuzz", "python", "tests"] {
        for path in source_files::below(&root.join(folder), &endings) {
            let name = path.strip_prefix(&root).expect("a file of the workspace");
            let text = std::fs::read_to_string(&path).expect("a source");
            if !NOT_BY_HAND.iter().any(|n| name == Path::new(n)) {
                lengths.push((text.lines().count(), name.to_owned()));
            }
        }
    }
    lengths.sort();
    assert!(lengths.len() > 800, "only {} files were seen", lengths.len());
    let long: Vec<_> = lengths.iter().filter(|(lines, _)| *lines > MOST).collect();
    assert!(long.is_empty(), "longer than {MOST} lines: {long:#?}");
    let (median, _) = lengths[lengths.len() / 2];
    assert!(median <= MEDIAN, "half of the files are longer than {median} lines");
    for name in NOT_BY_HAND {
        assert!(root.join(name).is_file(), "{name} is no more: take it off the list");
    }
}
