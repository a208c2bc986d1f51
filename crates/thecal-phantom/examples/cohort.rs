//! Writes many studies with known gaps for benches.
//!
//! ```text
//! cargo run --release -p thecal-phantom --example cohort -- \
//!     DIR STUDIES [BROKEN [CT_SIZE]] [--size small|clinical]
//! ```
//!
//! `CT_SIZE` is the number of rows and columns (512 in clinics); without it there are no images.

use std::path::PathBuf;
use std::process::ExitCode;

use thecal_phantom::cohort::{CohortSpec, Size, write_cohort};

#[allow(clippy::print_stderr, reason = "a program")]
fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let named = args.iter().position(|a| a == "--size").map(|at| {
        let to = args.len().min(at + 2);
        args.drain(at..to).nth(1).unwrap_or_default()
    });
    let size = match named.as_deref() {
        None | Some("small") => Some(Size::Small),
        Some("clinical") => Some(Size::Clinical),
        Some(_) => None,
    };
    let number = |at: usize| args.get(at).and_then(|a| a.parse::<usize>().ok());
    let (Some(dir), Some(studies), Some(size)) = (args.first().map(PathBuf::from), number(1), size)
    else {
        eprintln!("usage: cohort DIR STUDIES [BROKEN [CT_SIZE]] [--size small|clinical]");
        return ExitCode::from(2);
    };
    let spec = CohortSpec {
        studies,
        broken: number(2).unwrap_or(0),
        phantoms: 24,
        ct_size: number(3).and_then(|n| u16::try_from(n).ok()).filter(|n| *n > 0),
        point_spacing_mm: if size == Size::Clinical { 0.75 } else { 0.25 },
        size,
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
