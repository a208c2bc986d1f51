//! The README shows what the program prints.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

#[test]
fn the_sample_in_the_readme_is_what_the_demo_prints() {
    let dir = TempDir::new().expect("a folder");
    let out = Command::new(env!("CARGO_BIN_EXE_thecal"))
        .args(["demo", "--out"])
        .arg(dir.path().join("demo"))
        .output()
        .expect("the program runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let printed = String::from_utf8(out.stdout).expect("UTF-8");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(&path).expect("the README");
    let begin = readme.find("```text\n").expect("a sample") + "```text\n".len();
    let end = begin + readme[begin..].find("```\n").expect("its end");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let renewed = format!("{}{printed}{}", &readme[..begin], &readme[end..]);
        std::fs::write(&path, renewed).expect("written");
        return;
    }
    assert_eq!(&readme[begin..end], printed, "run the tests once with UPDATE_DOCS=1");
    // A sac that comes back touches the tumour again.
    let line = printed.lines().find(|l| l.contains("ideal/sac_reexpanded")).expect("the line");
    assert!(
        line.contains("tumour-sac 0.0 mm, tumour-cord 1.2 mm") && line.contains("insufficient"),
        "{line}"
    );
    assert!(dir.path().join("demo/report-ventral/report.json").is_file());
}
