//! The program `thecal`: arguments, terminal output and exit codes.

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
mod manual;
mod output;
mod phantom;
mod progress;
mod prv_margins;
mod report;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser as _};
use thecal_report::text::plain;

use args::{Cli, Command};
use config::Config;
use exit::Failure;
use output::Talk;

/// Contours, trees and samples are many small blocks made on all threads: the system's allocator
/// grows its heap page by page for them, which costs a third of a check.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The only argument of a process that decodes frames and does nothing else.
const DECODES: &str = "decode-frames-for-thecal";

/// Decoders in C stay out of this process: this program again runs them.
fn keep_decoders_outside() {
    if let Ok(program) = std::env::current_exe() {
        thecal::decoders::decode_with(vec![program.into(), DECODES.into()]);
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

fn main() -> ExitCode {
    keep_decoders_quiet();
    if std::env::args_os().nth(1).is_some_and(|a| a == DECODES) {
        // Whoever asked sees by the closed pipe that it failed.
        return if thecal::decoders::serve().is_ok() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    keep_decoders_outside();
    let typed = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => return not_parsed(&e),
    };
    let as_json = typed.command.as_json();
    let config = match Config::find(typed.config.as_deref()) {
        Ok(config) => config,
        Err(failure) => return failure.report(as_json),
    };
    let cli = match config.as_ref().map_or(Ok(typed), with_defaults) {
        Ok(cli) => cli,
        Err(e) => return not_parsed(&e),
    };
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
    match run(cli.command) {
        Ok(code) => code,
        Err(failure) => failure.report(as_json),
    }
}

/// The command line again, over the defaults of a file.
fn with_defaults(config: &Config) -> Result<Cli, clap::Error> {
    let matches = config.as_defaults(Cli::command()).try_get_matches()?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let Some(measuring) = cli.command.measuring() {
        measuring.config_sha256 = Some(config.sha256.clone());
    }
    Ok(cli)
}

/// Help, a version, or what is wrong with the command line.
fn not_parsed(e: &clap::Error) -> ExitCode {
    let asked = matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let typed: Vec<_> = std::env::args_os().take_while(|a| a != "--").collect();
    if !asked && typed.iter().any(|a| a == "--json") {
        let message = e.render().to_string();
        let message = message.strip_prefix("error: ").unwrap_or(&message).trim_end().to_owned();
        return Failure::usage_in_lines(message).report(true);
    }
    // Nothing more can be done where the terminal is gone.
    let _ = e.print();
    if asked { ExitCode::SUCCESS } else { ExitCode::from(exit::USAGE) }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
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
