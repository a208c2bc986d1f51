//! The program `thecal`.

use std::process::ExitCode;

use thecal_cli::Invocation;

/// Contours, trees and samples are many small blocks made on all threads: the system's allocator
/// grows its heap page by page for them, which costs a third of a check.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(thecal_cli::run(Invocation::of_this_process()).code())
}
