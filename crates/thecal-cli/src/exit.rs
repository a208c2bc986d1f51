//! Exit codes of the contract, and failures on their way to them.

use std::fmt::Display;
use std::process::ExitCode;

use thecal_report::Headline;

/// The command line itself is wrong.
pub(crate) const USAGE: u8 = 2;
/// The input cannot be used.
const INPUT: u8 = 3;
/// Some studies of a batch could not be measured.
pub(crate) const BATCH: u8 = 4;

/// Why a command stopped.
pub(crate) enum Failure {
    /// The arguments contradict each other or are out of range.
    Usage(String),
    /// The input cannot be used, or the output cannot be written.
    Input(String),
}

impl Failure {
    pub(crate) fn input(e: impl Display) -> Self {
        Self::Input(e.to_string())
    }

    /// One clear message on standard error, and the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let (message, code) = match self {
            Self::Usage(m) => (m, USAGE),
            Self::Input(m) => (m, INPUT),
        };
        crate::output::error(message);
        ExitCode::from(code)
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
