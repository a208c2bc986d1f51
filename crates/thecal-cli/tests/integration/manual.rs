//! Completions and manual pages.

use std::process::{Command, Output};

fn thecal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thecal")).args(args).output().expect("the program runs")
}

fn printed(args: &[&str]) -> String {
    let done = thecal(args);
    assert!(done.status.success() && done.stderr.is_empty(), "{args:?}");
    String::from_utf8(done.stdout).expect("UTF-8")
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = printed(&["--help"]);
    let listed = help.split("Commands:\n").nth(1).expect("a list of commands");
    let names = listed.lines().take_while(|l| !l.trim().is_empty());
    // Lines that go on with a description stand further in.
    let names = names.filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    let names = names.filter_map(|l| l.split_whitespace().next());
    names.filter(|n| *n != "help").map(str::to_owned).collect()
}

#[test]
fn completions_know_every_command() {
    let commands = commands();
    assert!(commands.len() >= 9 && commands.iter().any(|c| c == "completions"), "{commands:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = printed(&["completions", shell]);
        for command in &commands {
            assert!(text.contains(command.as_str()), "{shell} does not know {command}");
        }
        assert!(text.contains("threshold"), "{shell} knows no options");
    }
    assert_eq!(thecal(&["completions", "cmd"]).status.code(), Some(2));
}

#[test]
fn manual_pages_name_every_command_and_tell_of_each() {
    let commands = commands();
    let whole = printed(&["man"]);
    assert!(whole.starts_with(".ie") || whole.contains(".TH thecal 1"), "{whole}");
    for command in &commands {
        let page = format!("thecal\\-{command}(1)");
        assert!(whole.contains(&page), "{page} is not in {whole}");
        let own = printed(&["man", command]);
        assert!(own.contains(".SH SYNOPSIS") && own.contains(command.as_str()), "{own}");
    }
    assert!(printed(&["man", "check"]).contains("threshold"));
    let unlike = thecal(&["man", "checks"]);
    assert_eq!(unlike.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unlike.stderr).contains("did you mean check?"));
}

#[test]
fn the_version_is_that_of_the_package_with_the_commit_where_it_is_known() {
    let said = printed(&["--version"]);
    let rest = said.trim_end().strip_prefix(concat!("thecal ", env!("CARGO_PKG_VERSION")));
    let rest = rest.expect("the version");
    // In an archive without git there is no commit to tell.
    let commit = rest.strip_prefix(" (commit ").and_then(|r| r.strip_suffix(')'));
    assert!(rest.is_empty() || commit.is_some_and(|c| c.len() >= 7), "{said}");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if std::env::var_os("THECAL_COMMIT").is_none() && root.join(".git").exists() {
        let hexadecimal = |c: &str| c.chars().all(|c| c.is_ascii_hexdigit());
        assert!(commit.is_some_and(hexadecimal), "{said}");
    }
}
