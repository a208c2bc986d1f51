//! `thecal compare`: a study before an operation and one after it.

use std::process::ExitCode;

use crate::exit::Failure;
use crate::progress::Progress;
use crate::{args, check, output};

pub(crate) fn run(args: &args::Compare) -> Result<ExitCode, Failure> {
    let settings = check::measuring(&args.measuring)?;
    let progress = Progress::new("comparing");
    let paths = [&args.before, &args.after].map(std::slice::from_ref);
    let measured = thecal::compared(paths[0], paths[1], &settings).map_err(Failure::input)?;
    // What a target must hold of the tumour before stands among the structures.
    let written = args.out.as_ref().map(|dir| {
        output::all(
            dir,
            &measured,
            paths[0],
            thecal::ContourPlanes::Automatic,
            thecal::MESH_TRIANGLES,
        )
    });
    drop(progress);
    written.transpose()?;
    check::told(&measured.report, args.json, args.out.as_deref())
}
