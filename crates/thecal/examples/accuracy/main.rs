//! Gap errors on random phantoms of known gap, through the files on disk.
//!
//! ```text
//! cargo run --release -p thecal --example accuracy -- [SEEDS [FIRST_SEED|random [FILTER]]]
//! ```
//!
//! Writes each phantom as an RTSTRUCT or NIfTI to a temporary folder, checks it as `thecal check`
//! does, and compares with the certified truth: first dense contours of smooth shapes ([`smooth`]),
//! then anatomy drawn as clinics draw it, cell by cell ([`cells`]). With a FILTER only the cells
//! whose name contains the text are run; `smooth` runs the first table alone. Fails (exit code 1)
//! where a decided verdict is wrong.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is a table")]

mod cells;
mod drawn;
mod smooth;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: Option<&String>, or: u64| match text {
        None => Some(or),
        Some(text) if text == "random" => Some(from_clock()),
        Some(text) => text.parse().ok(),
    };
    let (Some(count), Some(first)) = (number(args.first(), 120), number(args.get(1), 0)) else {
        eprintln!("usage: accuracy [SEEDS [FIRST_SEED|random [FILTER]]]");
        return ExitCode::from(2);
    };
    let scratch = match tempfile::tempdir() {
        Ok(dir) => dir,
        Err(e) => {
            eprintln!("no temporary folder: {e}");
            return ExitCode::FAILURE;
        }
    };
    let filter = args.get(2).map(String::as_str);
    let mut wrong = 0;
    if filter.is_none_or(|f| f == "smooth") {
        wrong += smooth::table(scratch.path(), count, first);
    }
    if filter != Some("smooth") {
        wrong += drawn::table(scratch.path(), count, first, filter.unwrap_or_default());
    }
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A seed that nobody chose; it is printed, so that the run can be repeated.
fn from_clock() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = since.map_or(0, |d| d.as_millis() as u64 % 1_000_000_000);
    println!("first seed {seed}");
    seed
}
