//! Exit codes of the contract, and failures on their way to them.

use std::fmt::Display;

use serde::Serialize;
use thecal::batch::BatchError;
use thecal::{Error, ErrorKind, FolderError};
use thecal_report::text::plain;
use thecal_report::{Headline, SCHEMA_VERSION};

/// What a run of the program ends with, as a number that a caller in the same process can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExitCode(u8);

impl ExitCode {
    /// What was asked for is so.
    pub const SUCCESS: Self = Self(0);
    /// It is not so, or undetermined.
    pub const FAILURE: Self = Self(1);

    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        self.0
    }
}

impl From<u8> for ExitCode {
    fn from(code: u8) -> Self {
        Self(code)
    }
}

/// The command line itself is wrong.
pub(crate) const USAGE: u8 = 2;
/// The input cannot be used.
const INPUT: u8 = 3;
/// Some studies of a batch could not be measured.
pub(crate) const BATCH: u8 = 4;
/// Results could not be written.
pub(crate) const OUTPUT: u8 = 5;

/// Why a command stopped: what is said, without letters that steer a terminal, and its exit code.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: u8,
    /// One word for programs that go on by it.
    kind: &'static str,
}

/// A failure as JSON.
#[derive(Serialize)]
struct Told<'a> {
    schema_version: &'static str,
    error: ToldError<'a>,
}

#[derive(Serialize)]
struct ToldError<'a> {
    code: u8,
    kind: &'static str,
    message: &'a str,
}

impl Failure {
    /// What is said.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The exit code.
    #[must_use]
    pub fn code(&self) -> u8 {
        self.code
    }

    /// One word for programs that go on by it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    fn new(message: impl Display, code: u8) -> Self {
        let kind = match code {
            USAGE => "usage",
            OUTPUT => "output",
            _ => "input",
        };
        Self { message: plain(&message.to_string()).into_owned(), code, kind }
    }

    /// The arguments contradict each other or are out of range.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self::new(message, USAGE)
    }

    /// The input cannot be used.
    pub(crate) fn input(message: impl Display) -> Self {
        Self::new(message, INPUT)
    }

    /// Results could not be written.
    pub(crate) fn output(message: impl Display) -> Self {
        Self::new(message, OUTPUT)
    }

    /// As another process said it.
    pub(crate) fn told(message: &str, code: u8) -> Self {
        Self::new(message, code)
    }

    /// The input cannot be used, told in several lines, each without letters that steer.
    pub(crate) fn input_in_lines(message: String) -> Self {
        Self { message, code: INPUT, kind: "input" }
    }

    /// The command line cannot be read, told in several lines by the parser itself.
    pub(crate) fn of_command_line(e: &clap::Error) -> Self {
        let message = e.render().to_string();
        let message = message.strip_prefix("error: ").unwrap_or(&message).trim_end().to_owned();
        Self { message, code: USAGE, kind: "usage" }
    }

    /// The same of a file that says what an option would.
    pub(crate) fn in_file(self, place: &str) -> Self {
        Self { message: format!("{place}: {}", self.message), code: INPUT, kind: "input" }
    }

    /// One clear message on standard error, for a person or as JSON, and the exit code.
    pub(crate) fn report(&self, as_json: bool) -> ExitCode {
        let error = ToldError { code: self.code, kind: self.kind, message: &self.message };
        match serde_json::to_string(&Told { schema_version: SCHEMA_VERSION, error }) {
            Ok(json) if as_json => crate::output::json_error(&json),
            _ => crate::output::error(&self.message),
        }
        ExitCode::from(self.code)
    }
}

impl From<FolderError> for Failure {
    fn from(e: FolderError) -> Self {
        let failure = if e.is_usage() { Self::usage(&e) } else { Self::output(&e) };
        Self { kind: Error::from(e).kind().as_str(), ..failure }
    }
}

impl From<Error> for Failure {
    fn from(e: Error) -> Self {
        let kind = e.kind().as_str();
        let failure = match e {
            e if e.kind() == ErrorKind::Folder => Self::usage(e),
            e if e.is_output() => Self::output(e),
            e => Self::input(e),
        };
        Self { kind, ..failure }
    }
}

/// The exit code of a batch that could not begin or go on.
pub(crate) fn of_batch_error(e: &BatchError) -> u8 {
    match e {
        e if e.is_usage() => USAGE,
        e if e.is_output() => OUTPUT,
        _ => INPUT,
    }
}

/// The exit code of a headline.
pub(crate) fn of_headline(headline: Headline) -> ExitCode {
    match headline {
        Headline::Clear | Headline::Marginal => ExitCode::SUCCESS,
        Headline::Insufficient | Headline::Indeterminate | Headline::NotAssessable => {
            ExitCode::FAILURE
        }
    }
}
