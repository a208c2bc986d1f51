//! Outputs follow the umask, all alike.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::text;
use tempfile::TempDir;

/// The program in a process whose umask is set; the umask of this one stays.
fn under(umask: &str, args: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", "umask $0 && exec \"$@\"", umask, env!("CARGO_BIN_EXE_thecal")]);
    command.args(args).output().expect("the program runs")
}

/// All files and folders below a folder, itself included, with their permissions.
fn modes(folder: &Path) -> Vec<(PathBuf, bool, u32)> {
    let mut out = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        let meta = path.symlink_metadata().expect("a file");
        if meta.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder");
            waiting.extend(entries.map(|e| e.expect("an entry").path()));
        }
        out.push((path, meta.is_dir(), meta.permissions().mode() & 0o777));
    }
    out
}

#[test]
fn every_output_has_the_permissions_that_the_umask_leaves() {
    let dir = TempDir::new().expect("a folder");
    for (umask, mask) in [("077", 0o077), ("027", 0o027), ("002", 0o002)] {
        let place =
            |name: &str| dir.path().join(umask).join(name).to_str().expect("UTF-8").to_owned();
        let [root, study, check, batch, page] =
            ["in", "in/study", "check", "batch", "page"].map(place);
        let small = ["--gap", "2.6", "--rows", "96", "--columns", "96"];
        let simulated = ["--separate", "ideal", "--triangles", "300"];
        let record = format!("{check}/report.json");
        for args in [
            [&["phantom", "--out", &study], &small[..]].concat(),
            [&["check", &study, "--out", &check][..], &simulated].concat(),
            // Into a folder that has a result.
            [&["check", &study, "--out", &check][..], &simulated].concat(),
            vec!["batch", &root, "--out", &batch, "--reports"],
            vec!["batch", &root, "--out", &batch, "--reports", "--threshold", "1"],
            vec!["report", &record, "--study", &study, "--out", &page],
        ] {
            let done = under(umask, &args);
            assert!(matches!(done.status.code(), Some(0 | 1)), "{args:?}: {}", text(&done.stderr));
        }
        let found = modes(&dir.path().join(umask));
        for name in ["RS.dcm", "structures.dcm", "segmentation.dcm", "key.csv", "report.html"] {
            assert!(found.iter().any(|(path, ..)| path.ends_with(name)), "{name}");
        }
        for (path, is_dir, mode) in found {
            let expected = if is_dir { 0o777 } else { 0o666 } & !mask;
            assert_eq!(mode, expected, "{umask}: {} has {mode:o}", path.display());
        }
    }
}
