//! `thecal compare`: a study before an operation and one after it.

use std::path::{Path, PathBuf};

use thecal::{Layout, Measured, Settings};
use thecal_report::text::plain;

use crate::exit::{ExitCode, Failure};
use crate::progress::Progress;
use crate::{args, check, detail, dvh, output};

pub(crate) fn run(args: &args::Compare) -> Result<ExitCode, Failure> {
    check::finish(&measured(args)?, args.json, args.out.as_deref())
}

/// Compares the studies, and writes the result where it is to be written.
pub(crate) fn measured(args: &args::Compare) -> Result<Measured, Failure> {
    let [structures, structures_after] = structures(args)?;
    let settings = Settings {
        structures,
        structures_after,
        ctvs: args.ctv.clone(),
        dose: Some(dvh::dose(&args.dose)?),
        ..check::measuring(&args.measuring)?
    };
    let folder = args.out.as_deref().map(|out| {
        let studies = [args.before.clone(), args.after.clone()];
        let searched = [&studies[..], &settings.structures, &settings.structures_after].concat();
        let more = [args.measuring.files(), args.dose.files()].concat();
        output::folder(out, &Layout::CHECK, &searched, &more)
    });
    let folder = folder.transpose()?;
    detail::searched(&[args.before.clone(), args.after.clone()]);
    let progress = Progress::new("comparing");
    let paths = [&args.before, &args.after].map(std::slice::from_ref);
    let measured = thecal::compare_studies(paths[0], paths[1], &settings);
    drop(progress);
    let mut measured = measured?;
    detail::told(&measured.report, &measured.labels);
    // What a target must hold of the tumour before stands among the structures.
    check::write(folder, &mut measured, &check::form(&args.solids))?;
    Ok(measured)
}

/// The files of structures of either study: those named for it, and those that lie in it.
fn structures(args: &args::Compare) -> Result<[Vec<PathBuf>; 2], Failure> {
    let mut out = [args.structures_before.clone(), args.structures_after.clone()];
    for file in &args.structures {
        let within = [&args.before, &args.after].map(|study| lies_in(file, study));
        match within {
            [true, false] => out[0].push(file.clone()),
            [false, true] => out[1].push(file.clone()),
            [both, _] => {
                let place = if both { "in both studies" } else { "in neither study" };
                return Err(Failure::usage(format!(
                    "--structures {}: the file lies {place}; say which study it is for with \
                     --structures-before FILE or --structures-after FILE",
                    plain(&file.display().to_string())
                )));
            }
        }
    }
    Ok(out)
}

/// Whether a file is a study, or lies below its folder.
fn lies_in(file: &Path, study: &Path) -> bool {
    match (file.canonicalize(), study.canonicalize()) {
        (Ok(file), Ok(study)) => file.starts_with(study),
        // What is not there is told where it is to be read.
        _ => file.starts_with(study),
    }
}
