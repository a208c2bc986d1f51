//! `thecal report`: the page and its pictures again, from a record.

use std::process::ExitCode;

use thecal_report::{Report, SCHEMA_VERSION};

use crate::args;
use crate::exit::Failure;
use crate::output;
use crate::progress::Progress;

pub(crate) fn run(args: &args::Report) -> Result<ExitCode, Failure> {
    let place = args.record.display();
    let text = std::fs::read_to_string(&args.record)
        .map_err(|e| Failure::Input(format!("{place}: {e}")))?;
    let report: Report = serde_json::from_str(&text).map_err(|e| {
        Failure::Input(format!(
            "{place}: {e}; expected a report.json of `thecal check`, format {SCHEMA_VERSION}"
        ))
    })?;
    if report.schema_version != SCHEMA_VERSION {
        return Err(Failure::Input(format!(
            "{place}: format {}, expected {SCHEMA_VERSION}; use the version of thecal that wrote it",
            report.schema_version
        )));
    }
    let progress = Progress::new("drawing");
    if args.study.is_empty() {
        thecal::write_record(&report, &args.out).map_err(Failure::input)?;
    } else {
        let measured = thecal::redrawn(&report, &args.study).map_err(Failure::input)?;
        thecal::write_report(&measured, &args.out).map_err(Failure::input)?;
    }
    drop(progress);
    if args.study.is_empty() {
        output::note(
            "Without the study's files (--study PATH) there are no slices, cuts, map of the cord \
             or surfaces",
        );
    }
    output::note(&format!("Written: {}", args.out.display()));
    Ok(ExitCode::SUCCESS)
}
