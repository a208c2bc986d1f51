//! The program `thecal`: arguments, terminal output and exit codes.
//!
//! [`run`] is the program, for whoever hands it out: the binary of this crate, and the command that
//! the Python package installs. [`record`] gives the same records to a caller that has options and wants
//! neither text nor exit codes.

mod args;
mod batch;
mod check;
mod compare;
mod config;
mod demo;
mod detail;
mod dvh;
mod exit;
mod explain;
mod info;
mod invocation;
mod manual;
mod output;
mod phantom;
mod progress;
mod prv_margins;
pub mod record;
mod report;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser as _};
use thecal_report::text::plain;

use args::{Cli, Command};
use config::Config;
pub use exit::{ExitCode, Failure};
pub use invocation::Invocation;
use output::Talk;

/// The only argument of a process that decodes frames and does nothing else.
pub const DECODES: &str = "decode-frames-for-thecal";

/// Decoders in C stay out of this process: the program that is named here runs them.
pub fn keep_decoders_outside(program: &[OsString]) {
    if !program.is_empty() {
        thecal::decoders::decode_with([program, &[DECODES.into()]].concat());
    }
}

/// A decoder's panic becomes the error of its frame, which is told; a dump of it says nothing more.
fn keep_decoders_quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let of_decoder = |place: &std::panic::Location<'_>| {
            thecal::decoders::is_panic_of_a_decoder(place.file())
        };
        if !panic.location().is_some_and(of_decoder) {
            usual(panic);
        }
    }));
}

/// Runs the program, once in a process.
pub fn run(invocation: Invocation) -> ExitCode {
    keep_decoders_quiet();
    if invocation.arguments.first().is_some_and(|a| a == DECODES) {
        // Whoever asked sees by the closed pipe that it failed.
        let served = thecal::decoders::serve().is_ok();
        return if served { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    keep_decoders_outside(&invocation.program);
    let (cli, config) = match typed(&invocation) {
        Ok(typed) => typed,
        Err(NotTyped::Line(e)) => return not_parsed(&e, &invocation),
        Err(NotTyped::Defaults { failure, as_json }) => return failure.report(as_json),
    };
    invocation.remember();
    let as_json = cli.command.as_json();
    thecal::memory::allow(cli.memory);
    output::talk(match (cli.quiet, cli.verbose) {
        (true, _) => Talk::Quiet,
        (_, true) => Talk::Details,
        _ if as_json => Talk::Json,
        _ => Talk::Notes,
    });
    if let Some(config) = &config {
        let place = config.path.display().to_string();
        output::note(&format!("Defaults from {}", plain(&place)));
    }
    match done(cli.command) {
        Ok(code) => code,
        Err(failure) => failure.report(as_json),
    }
}

/// Why there is nothing to do.
enum NotTyped {
    /// The command line cannot be read, or asks for help.
    Line(clap::Error),
    /// The file of defaults cannot be read.
    Defaults { failure: Failure, as_json: bool },
}

/// The command line, over the defaults of a file where there is one.
fn typed(invocation: &Invocation) -> Result<(Cli, Option<Config>), NotTyped> {
    let typed = Cli::try_parse_from(invocation.command_line()).map_err(NotTyped::Line)?;
    let as_json = typed.command.as_json();
    let config = Config::find(typed.config.as_deref())
        .map_err(|failure| NotTyped::Defaults { failure, as_json })?;
    let over = config.as_ref().map(|config| with_defaults(config, invocation)).transpose();
    Ok((over.map_err(NotTyped::Line)?.unwrap_or(typed), config))
}

/// The command line again, over the defaults of a file.
fn with_defaults(config: &Config, invocation: &Invocation) -> Result<Cli, clap::Error> {
    let command = config.as_defaults(Cli::command());
    let matches = command.try_get_matches_from(invocation.command_line())?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let Some(measuring) = cli.command.measuring() {
        measuring.config_sha256 = Some(config.sha256.clone());
    }
    Ok(cli)
}

/// Help, a version, or what is wrong with the command line.
fn not_parsed(e: &clap::Error, invocation: &Invocation) -> ExitCode {
    let asked = matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let mut options = invocation.arguments.iter().take_while(|a| *a != "--");
    if !asked && options.any(|a| a == "--json") {
        return Failure::of_command_line(e).report(true);
    }
    // Nothing more can be done where the terminal is gone.
    let _ = e.print();
    if asked { ExitCode::SUCCESS } else { ExitCode::from(exit::USAGE) }
}

fn done(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::Info(args) => info::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Batch(args) => batch::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Dvh(args) => dvh::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Phantom(args) => phantom::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::man(&args),
    }
}
