//! Says the version with the commit that it is built from, where that is known.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=THECAL_COMMIT");
    let version = env!("CARGO_PKG_VERSION");
    // Who builds from an archive can say it.
    let told = std::env::var("THECAL_COMMIT").ok().filter(|c| !c.trim().is_empty());
    let text = match told.or_else(commit) {
        Some(commit) => format!("{version} (commit {})", commit.trim()),
        None => version.to_owned(),
    };
    println!("cargo::rustc-env=THECAL_VERSION={text}");
}

/// The commit of the repository that this crate is a part of; none without git, in an archive, and
/// where the crate lies in a repository of something else.
fn commit() -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let git = |args: &[&str]| {
        let done = Command::new("git").arg("-C").arg(root).args(args).output().ok()?;
        let said = String::from_utf8(done.stdout).ok()?.trim().to_owned();
        (done.status.success() && !said.is_empty()).then_some(said)
    };
    let top = git(&["rev-parse", "--show-toplevel"])?;
    if Path::new(&top).canonicalize().ok()? != root.canonicalize().ok()? {
        return None;
    }
    // Which branch is checked out, and where it is.
    let branch = git(&["symbolic-ref", "-q", "HEAD"]);
    for name in ["HEAD", "packed-refs"].into_iter().chain(branch.as_deref()) {
        let path = git(&["rev-parse", "--path-format=absolute", "--git-path", name])?;
        if Path::new(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}
