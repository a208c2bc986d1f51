//! `thecal compare`: a study before an operation and one after it.

use std::process::ExitCode;

use thecal::Settings;

use crate::exit::{self, Failure};
use crate::progress::Progress;
use crate::{args, check, output};

pub(crate) fn run(args: &args::Compare) -> Result<ExitCode, Failure> {
    let settings = Settings {
        tumours: args.tumour.clone(),
        cord: args.cord.clone(),
        sac: args.sac.clone(),
        ends: check::end_rule(args.ends),
        thresholds: check::thresholds(&args.threshold)?,
        assume_same_frame: args.assume_same_frame,
        aliases: args.aliases.as_deref().map(check::aliases).transpose()?.unwrap_or_default(),
        separation: check::separation(&args.separation)?,
        ..Settings::default()
    };
    let progress = Progress::new("comparing");
    let paths = [&args.before, &args.after].map(std::slice::from_ref);
    let measured = thecal::compared(paths[0], paths[1], &settings).map_err(Failure::input)?;
    let report = &measured.report;
    let written = args.out.as_ref().map(|dir| {
        output::files(dir, &check::study_key(report), report)?;
        // What a target must hold of the tumour before stands among them.
        output::structures(dir, &measured, None, thecal::MESH_TRIANGLES)?;
        thecal::write_report(&measured, paths[0], dir).map_err(Failure::input)
    });
    drop(progress);
    written.transpose()?;
    output::report(report, args.json)?;
    if let Some(dir) = args.out.as_ref().filter(|_| !args.json) {
        output::note(&format!("Written: {}", dir.display()));
    }
    Ok(exit::of_headline(report.headline))
}
