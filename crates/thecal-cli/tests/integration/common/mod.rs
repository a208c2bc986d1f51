//! A batch as a user runs it.

#![allow(dead_code, reason = "every test takes its part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use thecal_phantom::cohort::{CohortSpec, Size, write_cohort};

pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thecal"));
    command.arg("batch").args(args);
    command
}

pub(crate) fn batch(args: &[&str]) -> Output {
    command(args).output().expect("the program runs")
}

/// The program, run in a folder.
pub(crate) fn thecal_in(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thecal"));
    command.current_dir(dir).args(args).output().expect("the program runs")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn cohort(dir: &Path, studies: usize, broken: usize) -> String {
    let root = dir.join(format!("in-{studies}-{broken}"));
    let spec = CohortSpec {
        studies,
        broken,
        phantoms: 2,
        ct_size: None,
        point_spacing_mm: 0.8,
        size: Size::Small,
        seed: 3,
    };
    write_cohort(&spec, &root).expect("a cohort");
    root.to_str().expect("UTF-8").to_owned()
}

/// Everything below a folder but what differs by intent.
pub(crate) fn bytes(out: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
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
