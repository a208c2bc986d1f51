//! The records of the program for a caller in the same process: options go in as on the command line,
//! and a record comes out. Nothing is printed.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory as _};
use serde::Serialize;
use thecal::Settings;
use thecal_report::json;

use crate::args::{Cli, Command};
use crate::exit::Failure;
use crate::output::{self, Talk};
use crate::{Invocation, NotTyped, check, compare, dvh, explain, info};

/// Commands that have a record.
pub const COMMANDS: [&str; 5] = ["check", "compare", "dvh", "explain", "info"];

/// An option of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OptionFacts {
    /// Its name, without hyphens in front.
    pub name: String,
    /// What it says, in words.
    pub help: String,
    /// What its values are called; none where it takes none.
    pub value: Option<String>,
    /// What it can be, where it can be nothing else.
    pub choices: Vec<String>,
    /// Whether it can be given more than once, or takes several values.
    pub many: bool,
    /// How many values it takes at once.
    pub at_once: usize,
    /// What holds where it is not given.
    pub default: Vec<String>,
}

/// What the program prints with `--json` under these arguments, the command first. `--json` itself need
/// not be among them.
///
/// # Errors
/// Those of the program.
///
/// # Example
/// ```
/// use thecal_cli::record::record;
///
/// let failure = record(vec!["check".into(), "no-such-folder".into()]).unwrap_err();
/// assert_eq!(failure.code(), 3);
/// assert!(failure.message().contains("no-such-folder"));
/// ```
pub fn record(arguments: Vec<OsString>) -> Result<String, Failure> {
    let json = match command(arguments)? {
        Command::Check(args) => json::to_json(&check::measured(&args)?.report),
        Command::Compare(args) => json::to_json(&compare::measured(&args)?.report),
        Command::Dvh(args) => json::to_json(&dvh::found(&args)?),
        Command::Explain(args) => json::to_json(&explain::found(&args)?.report),
        Command::Info(args) => json::to_json(&info::found(&args)?),
        _ => {
            let there_are = COMMANDS.join(", ");
            return Err(Failure::usage(format!("there are records of {there_are}")));
        }
    };
    json.map_err(Failure::output)
}

/// The settings of a check under these options, for structures that lie in no file.
///
/// # Errors
/// Those of the program.
pub fn settings(options: Vec<OsString>) -> Result<Settings, Failure> {
    let arguments = std::iter::once("check".into()).chain(options);
    match command(arguments.chain(["--".into(), "solids".into()]).collect())? {
        Command::Check(args) => check::settings(&args),
        _ => Err(Failure::usage("these are options of a check")),
    }
}

/// The options of a command, in the order of its help; none where there is no such command.
#[must_use]
pub fn options(of: &str) -> Vec<OptionFacts> {
    let mut whole = Cli::command();
    // Options of the whole program are known to its commands from here on.
    whole.build();
    let Some(command) = whole.find_subcommand(of) else { return Vec::new() };
    command.get_arguments().filter(|a| !a.is_hide_set()).filter_map(facts).collect()
}

fn facts(arg: &clap::Arg) -> Option<OptionFacts> {
    let name = arg.get_long()?.to_owned();
    let takes = arg.get_action().takes_values();
    let named = |names: &[clap::builder::Str]| names.first().map(ToString::to_string);
    let at_once = arg.get_num_args().map_or(usize::from(takes), |n| n.max_values());
    Some(OptionFacts {
        name,
        help: arg.get_help().map(ToString::to_string).unwrap_or_default(),
        value: takes.then(|| arg.get_value_names().and_then(named)).flatten(),
        choices: {
            let shown = arg.get_possible_values().into_iter().filter(|_| takes);
            shown.map(|v| v.get_name().to_owned()).collect()
        },
        many: matches!(arg.get_action(), ArgAction::Append) || at_once > 1,
        at_once,
        default: {
            let values = arg.get_default_values().iter().filter(|_| takes);
            values.map(|v| v.to_string_lossy().into_owned()).collect()
        },
    })
}

/// The command that arguments ask for, with the memory that they allow.
fn command(arguments: Vec<OsString>) -> Result<Command, Failure> {
    let invocation = Invocation { program: Vec::new(), arguments };
    let (cli, _) = crate::typed(&invocation).map_err(|e| match e {
        NotTyped::Line(e) if e.kind() == ErrorKind::DisplayHelp => {
            Failure::usage("help is not a record")
        }
        NotTyped::Line(e) => Failure::of_command_line(&e),
        NotTyped::Defaults { failure, .. } => failure,
    })?;
    thecal::memory::allow(cli.memory);
    output::talk(Talk::Quiet);
    Ok(cli.command)
}
