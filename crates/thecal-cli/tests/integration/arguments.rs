//! What is said of arguments that cannot be meant as they stand.

use std::path::Path;
use std::process::{Command, Output};

fn thecal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thecal")).args(args).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn study() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/c-ffs");
    path.to_str().expect("UTF-8").to_owned()
}

/// Runs a check that is refused; exit code and standard error.
fn refused(more: &[&str]) -> (Option<i32>, String) {
    let out = thecal(&[&["check", &study()], more].concat());
    assert!(out.stdout.is_empty(), "{more:?}: {}", text(&out.stdout));
    (out.status.code(), text(&out.stderr))
}

#[test]
fn a_name_that_is_not_there_is_answered_with_the_one_that_may_be_meant() {
    let separate = ["--separate", "ideal"];
    let scenario = [&separate[..], &["--anatomy", "sac_reexpandet"]].concat();
    let forbidden = [&separate[..], &["--keep-out", "VB_T08"]].concat();
    let target = [&separate[..], &["--ctv", "GTW"]].concat();
    for (args, code, meant) in [
        (vec!["--separate", "Laminektomie"], 2, "did you mean laminectomy?"),
        (vec!["--separate", "transpedicular-left"], 2, "did you mean transpedicular_left?"),
        (scenario, 2, "did you mean sac_reexpanded?"),
        (vec!["--tumour", "GTW"], 3, "did you mean \"GTV\"?"),
        (vec!["--cord", "SpinelCord"], 3, "did you mean \"SpinalCord\"?"),
        (vec!["--sac", "TecalSac"], 3, "did you mean \"ThecalSac\"?"),
        (forbidden, 3, "did you mean \"VB_T07\"?"),
        (target, 3, "did you mean \"GTV\"?"),
    ] {
        let (found, told) = refused(&args);
        assert_eq!(found, Some(code), "{args:?}: {told}");
        assert!(told.contains(meant), "{args:?}: {told}");
    }
    // What is like nothing is answered with all that there is.
    let (_, told) = refused(&["--separate", "xyz"]);
    assert!(!told.contains("did you mean"), "{told}");
    assert!(told.contains("There are all, ") && told.contains("laminectomy"), "{told}");
}
