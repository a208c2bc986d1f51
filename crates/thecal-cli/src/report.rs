//! `thecal report`: the page and its pictures again, from a record.

use thecal::Layout;
use thecal_report::text::plain;
use thecal_report::{Report, SCHEMA_VERSION};

use crate::args;
use crate::exit::{ExitCode, Failure};
use crate::output;
use crate::progress::Progress;

pub(crate) fn run(args: &args::Report) -> Result<ExitCode, Failure> {
    let place = args.record.display();
    let text = std::fs::read_to_string(&args.record)
        .map_err(|e| Failure::input(format!("{place}: {e}")))?;
    let report: Report = serde_json::from_str(&text).map_err(|e| {
        Failure::input(format!(
            "{place}: {e}; expected a report.json of `thecal check`, format {SCHEMA_VERSION}"
        ))
    })?;
    if report.schema_version != SCHEMA_VERSION {
        return Err(Failure::input(format!(
            "{place}: format {}, expected {SCHEMA_VERSION}; use the version of thecal that wrote it",
            report.schema_version
        )));
    }
    let read = std::slice::from_ref(&args.record);
    let folder = output::folder(&args.out, &Layout::PAGE, &args.study, read)?;
    let progress = Progress::new("drawing");
    let mut unusable = Vec::new();
    if args.study.is_empty() {
        thecal::write_record(&report, &folder, args.label.as_deref())?;
    } else {
        let measured = thecal::replay(&report, &args.study)?;
        unusable = thecal::write_page(&measured, &folder, args.label.as_deref())?;
    }
    folder.commit()?;
    drop(progress);
    for warning in unusable {
        output::note(&plain(&format!("{}: {}", warning.code, warning.message)));
    }
    if args.study.is_empty() {
        output::note(
            "Without the study's files (--study PATH) there are no slices, cuts, map of the cord \
             or surfaces",
        );
    }
    output::written(&args.out);
    Ok(ExitCode::SUCCESS)
}
