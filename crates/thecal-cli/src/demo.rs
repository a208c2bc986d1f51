//! `thecal demo`: a phantom study, checked before and after a separation.

use std::process::ExitCode;

use thecal::{Separate, Settings};
use thecal_margin::separation::Approach;
use thecal_phantom::{PhantomSpec, ShapeKind};

use crate::args;
use crate::exit::Failure;
use crate::{output, phantom};

/// A tumour round the ventral and lateral sac, 1.4 mm from the cord, on 2 mm slices.
fn spec() -> PhantomSpec {
    PhantomSpec::random(4, ShapeKind::CShape, 2.0, 1.4)
}

/// Before, and after a separation from straight behind and from behind and both sides.
fn settings() -> Result<Settings, Failure> {
    let mut approaches = Approach::built_in().map_err(Failure::input)?;
    approaches.retain(|a| ["laminectomy", "transpedicular_bilateral"].contains(&a.name.as_str()));
    let separation = Separate { sweep: true, ..Separate::by(approaches) };
    Ok(Settings { separation: Some(separation), ..Settings::default() })
}

pub(crate) fn run(args: &args::Demo) -> Result<ExitCode, Failure> {
    let study = args.out.join("study");
    // The same seed writes the same names, so a second run replaces its own files only.
    let truth = phantom::write(&spec(), &study)?;
    let paths = std::slice::from_ref(&study);
    let measured = thecal::measured(paths, &settings()?).map_err(Failure::input)?;
    let report = &measured.report;
    let results = args.out.join("report");
    output::files(&results, "demo", report)?;
    thecal::write_report(&measured, paths, &results).map_err(Failure::input)?;
    output::report(report, false)?;
    output::result(&format!("\n{}", phantom::text(&truth)))?;
    output::note(&format!(
        "\nStudy:   {}\nReport:  {}\nTry:     thecal check {} --json",
        study.display(),
        results.display(),
        study.display()
    ));
    Ok(ExitCode::SUCCESS)
}
