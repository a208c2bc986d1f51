//! `thecal explain`.

use std::io::IsTerminal as _;

use thecal::{Explained, Layout, Settings};
use thecal_report::{json, summary};

use crate::exit::{ExitCode, Failure};
use crate::output;
use crate::progress::Progress;
use crate::{args, check, detail, dvh};

pub(crate) fn run(args: &args::Explain) -> Result<ExitCode, Failure> {
    let found = found(args)?;
    if args.json {
        output::result(&json::to_json(&found.report).map_err(Failure::output)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    output::result(&summary::explain(&found.report, colour))?;
    if let Some(out) = &args.out {
        output::written(out);
    }
    Ok(ExitCode::SUCCESS)
}

/// Measures the study as other programs do, and writes the result where it is to be written.
pub(crate) fn found(args: &args::Explain) -> Result<Explained, Failure> {
    let settings = Settings {
        structures: args.structures.clone(),
        dose: Some(dvh::dose(&args.dose)?),
        ..check::chosen(&args.choice)?
    };
    let folder = args.out.as_deref().map(|out| {
        let searched = [&args.paths[..], &args.structures].concat();
        let more: Vec<_> =
            args.dose.files().into_iter().chain(args.choice.aliases.clone()).collect();
        output::folder(out, &Layout::EXPLAIN, &searched, &more)
    });
    let folder = folder.transpose()?;
    detail::searched(&args.paths);
    let progress = Progress::new("measuring");
    let found = thecal::explain(&args.paths, &settings, args.grid_mm);
    drop(progress);
    let found = found?;
    detail::told(&found.study.report, &found.study.labels);
    if let Some(folder) = folder {
        let progress = Progress::new("writing the result");
        thecal::write_explained(&found, &folder)?;
        folder.commit()?;
        drop(progress);
    }
    Ok(found)
}
