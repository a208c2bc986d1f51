//! `thecal compare`: a study before an operation and one after it.

use std::process::ExitCode;

use thecal::{Form, Layout};

use crate::exit::Failure;
use crate::progress::Progress;
use crate::{args, check, output};

pub(crate) fn run(args: &args::Compare) -> Result<ExitCode, Failure> {
    let settings = check::measuring(&args.measuring)?;
    let folder = args.out.as_deref().map(|out| {
        let searched = [args.before.clone(), args.after.clone()];
        output::folder(out, &Layout::CHECK, &searched, &args.measuring.files())
    });
    let folder = folder.transpose()?;
    let progress = Progress::new("comparing");
    let paths = [&args.before, &args.after].map(std::slice::from_ref);
    let mut measured = thecal::compare_studies(paths[0], paths[1], &settings)?;
    // What a target must hold of the tumour before stands among the structures.
    let form = Form::default();
    let written = folder.map(|folder| output::all(folder, &mut measured, &form));
    drop(progress);
    written.transpose()?;
    check::finish(&measured, args.json, args.out.as_deref())
}
