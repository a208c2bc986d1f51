//! `thecal demo`: a phantom study, checked.

use std::process::ExitCode;

use thecal_phantom::{PhantomSpec, ShapeKind};

use crate::args;
use crate::exit::Failure;
use crate::{output, phantom};

/// A tumour round the ventral and lateral sac, 1.4 mm from the cord, on 2 mm slices.
fn spec() -> PhantomSpec {
    PhantomSpec::random(4, ShapeKind::CShape, 2.0, 1.4)
}

pub(crate) fn run(args: &args::Demo) -> Result<ExitCode, Failure> {
    let study = args.out.join("study");
    // The same seed writes the same names, so a second run replaces its own files only.
    let truth = phantom::write(&spec(), &study)?;
    let report = thecal::check(std::slice::from_ref(&study), &thecal::Settings::default())
        .map_err(Failure::input)?;
    let results = args.out.join("report");
    output::files(&results, "demo", &report)?;
    output::report(&report, false)?;
    output::result(&format!("\n{}", phantom::text(&truth)))?;
    output::note(&format!(
        "\nStudy:   {}\nReport:  {}\nTry:     thecal check {} --json",
        study.display(),
        results.display(),
        study.display()
    ));
    Ok(ExitCode::SUCCESS)
}
