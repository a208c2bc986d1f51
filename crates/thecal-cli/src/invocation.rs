//! How the program was started, so that it can be started again.

use std::ffi::OsString;
use std::process::Command;
use std::sync::OnceLock;

/// How the program was started.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// What runs the program: its path, or an interpreter and what it is told. Empty where that is
    /// not known.
    pub program: Vec<OsString>,
    /// What stands behind it on the command line.
    pub arguments: Vec<OsString>,
}

static THIS: OnceLock<Invocation> = OnceLock::new();

impl Invocation {
    /// That of a process whose executable is the program.
    #[must_use]
    pub fn of_this_process() -> Self {
        let program = std::env::current_exe().map(OsString::from);
        Self {
            program: program.into_iter().collect(),
            arguments: std::env::args_os().skip(1).collect(),
        }
    }

    /// The command line with the name that help texts have.
    pub(crate) fn command_line(&self) -> impl Iterator<Item = OsString> {
        std::iter::once(OsString::from("thecal")).chain(self.arguments.iter().cloned())
    }

    /// Keeps it for [`Self::again`].
    pub(crate) fn remember(self) {
        // The program runs once in a process.
        let _ = THIS.set(self);
    }

    /// The program once more, with the arguments that it was started with; none where it is not known
    /// what runs it.
    pub(crate) fn again() -> Option<Command> {
        let this = THIS.get()?;
        let (first, more) = this.program.split_first()?;
        let mut command = Command::new(first);
        command.args(more).args(&this.arguments);
        Some(command)
    }
}
