//! Writes many studies with known gaps for benches.
//!
//! ```text
//! cargo run --release -p thecal-phantom --example cohort -- DIR STUDIES [BROKEN [CT_SIZE]]
//! ```

use std::path::PathBuf;
use std::process::ExitCode;

use thecal_phantom::cohort::{CohortSpec, write_cohort};

#[allow(clippy::print_stderr, reason = "a program")]
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| args.get(at).and_then(|a| a.parse::<usize>().ok());
    let (Some(dir), Some(studies)) = (args.first().map(PathBuf::from), number(1)) else {
        eprintln!("usage: cohort DIR STUDIES [BROKEN [CT_SIZE]]");
        return ExitCode::from(2);
    };
    let spec = CohortSpec {
        studies,
        broken: number(2).unwrap_or(0),
        phantoms: 24,
        ct_size: number(3).and_then(|n| u16::try_from(n).ok()).filter(|n| *n > 0),
        point_spacing_mm: 0.25,
        seed: 1,
    };
    match write_cohort(&spec, &dir) {
        Ok(_) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("error: {e}");
            ExitCode::from(3)
        }
    }
}
