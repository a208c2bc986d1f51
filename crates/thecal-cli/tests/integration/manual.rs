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

/// The help of a command in a terminal of this width.
fn help(command: &str, columns: usize) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_thecal"));
    let program = program.args([command, "--help"]).env("COLUMNS", columns.to_string());
    String::from_utf8(program.output().expect("the program runs").stdout).expect("UTF-8")
}

#[test]
fn help_keeps_within_the_terminal() {
    for command in commands() {
        for columns in [80, 100] {
            let text = help(&command, columns);
            let wide = text.lines().map(|l| l.chars().count()).max();
            assert!(wide.is_some_and(|w| w <= columns), "{command}, {columns} columns: {text}");
        }
    }
}

#[test]
fn help_has_the_options_by_what_they_are_for() {
    let text = help("check", 80);
    let headings = [
        "\nOptions:\n",
        "\nContours and meshes of the result:\n",
        "\nStructures:\n",
        "\nVerdict:\n",
        "\nSimulated separation:\n",
        "\nDose:\n",
    ];
    let places = headings.map(|h| text.find(h).unwrap_or_else(|| panic!("no {h} in {text}")));
    assert!(places.is_sorted(), "{places:?}: {text}");
    for command in ["batch", "compare", "dvh"] {
        let text = help(command, 80);
        for heading in ["\nStructures:\n", "\nDose:\n"] {
            assert!(text.contains(heading), "{command}: {text}");
        }
    }
    // Options of the program as a whole stand among the plain ones, below those of the command.
    for (command, own) in [("check", "--json"), ("batch", "--out"), ("dvh", "--out")] {
        let text = help(command, 80);
        let plain = text.split("\nOptions:\n").nth(1).expect("options");
        let headed = plain.lines().position(|l| l.ends_with(':') && !l.starts_with(' '));
        let plain = plain.lines().take(headed.expect("more headings")).collect::<Vec<_>>();
        let at = |option: &str| plain.iter().position(|l| l.trim_start().starts_with(option));
        assert!(at(own).is_some() && at(own) < at("--memory"), "{command}: {text}");
    }
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
