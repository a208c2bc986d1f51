//! `thecal completions` and `thecal man`: what shells and `man` know of the command line.

use clap::CommandFactory as _;

use crate::exit::{ExitCode, Failure};
use crate::{args, check, output};

pub(crate) fn completions(args: &args::Completions) -> Result<ExitCode, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut args::Cli::command(), "thecal", &mut text);
    output::result(&String::from_utf8_lossy(&text))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn man(args: &args::Man) -> Result<ExitCode, Failure> {
    let mut whole = args::Cli::command();
    // Gives every command its whole name, `thecal check`, and the options of the program.
    whole.build();
    let command = match &args.of {
        None => whole,
        Some(name) => {
            let known: Vec<&str> = whole.get_subcommands().map(clap::Command::get_name).collect();
            let found = whole.find_subcommand(name);
            found.ok_or_else(|| check::unknown("man", name, "command", known))?.clone()
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text).map_err(Failure::output)?;
    output::result(&String::from_utf8_lossy(&text))?;
    Ok(ExitCode::SUCCESS)
}
