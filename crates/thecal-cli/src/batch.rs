//! `thecal batch`: a process that measures, and one that watches it.

mod protocol;
mod steps;
mod watch;
mod worker;

use std::path::Path;

use rayon::prelude::*;
use thecal::batch::{BatchError, LabelFrom, Manifest, Options, Plan, plan};
use thecal_report::text::{cell, plain};

use crate::args::bounds;
use crate::exit::{self, ExitCode, Failure};
use crate::progress::Progress;
use crate::{args, check, output};

pub(crate) fn run(args: &args::Batch) -> Result<ExitCode, Failure> {
    let root = match args.check.paths.as_slice() {
        [root] => root,
        _ => return Err(Failure::usage("batch takes one folder".to_owned())),
    };
    if !args.check.structures.is_empty() {
        let message = "--structures is for one study; name files in a --manifest";
        return Err(Failure::usage(message.to_owned()));
    }
    if !args.check.dose.dose.is_empty() {
        let message = "--dose is for one study; a batch takes the dose that lies with each";
        return Err(Failure::usage(message.to_owned()));
    }
    let options = options(args)?;
    if args.dry_run {
        let progress = Progress::new("reading headers");
        let plan = plan(root, &options).map_err(failed)?;
        let listed = listed(&plan)?;
        drop(progress);
        for warning in plan.warnings() {
            output::note(&plain(&format!("{}: {}", warning.code, warning.message)));
        }
        output::result(&listed)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(out) = &args.check.out else {
        let message = "say where the tables go with --out DIR, or look first with --dry-run";
        return Err(Failure::usage(message.to_owned()));
    };
    match args.steps.step {
        Some(args::Step::Plan) => steps::lay(args, root, out, &options),
        step if args.worker => {
            let task = steps::task(args, step)?;
            worker::run(&Place { root, out }, &task, &options)
        }
        _ => watch::run(args, out, &options),
    }
}

/// Where the studies lie, and where their results go.
struct Place<'a> {
    root: &'a Path,
    out: &'a Path,
}

fn options(args: &args::Batch) -> Result<Options, Failure> {
    let mut options = Options::new(check::settings(&args.check)?);
    options.approaches =
        check::known_approaches(args.check.measuring.separation.approaches.as_deref())?;
    options.separate = check::how_separated(&args.check.measuring.separation)?;
    options.memory_bytes = thecal::memory::allowed();
    if let Some(jobs) = args.jobs {
        let wrong = |expected| Failure::usage(format!("--jobs {jobs}: expected {expected}"));
        options.jobs = bounds::jobs(jobs).map_err(wrong)?;
    }
    options.label_from = match args.label_from {
        args::LabelFrom::Number => LabelFrom::Number,
        args::LabelFrom::Folder => LabelFrom::Folder,
        args::LabelFrom::Manifest if args.manifest.is_some() => LabelFrom::Manifest,
        args::LabelFrom::Manifest => {
            return Err(Failure::usage("--label-from manifest: give the --manifest".to_owned()));
        }
    };
    let wrong = |expected| Failure::usage(format!("--timeout: expected {expected}"));
    options.timeout_s = Some(bounds::timeout(args.timeout).map_err(wrong)?);
    options.reports = args.reports;
    options.retry = args.retry;
    options.read = args.manifest.iter().cloned().chain(args.check.measuring.files()).collect();
    // A task over many machines has from the plan what the manifest says of its studies.
    let planned = args.steps.step == Some(args::Step::Measure);
    if let Some(path) = args.manifest.as_ref().filter(|_| !planned) {
        options.manifest = Some(check::parsed(path, |text| Manifest::read(path, text))?);
    }
    Ok(options)
}

fn failed(e: BatchError) -> Failure {
    Failure::told(&e.to_string(), exit::of_batch_error(&e))
}

/// What would be run, as CSV that can be used as a manifest.
fn listed(plan: &Plan) -> Result<String, Failure> {
    let obstacles: Vec<_> = plan.studies().par_iter().map(|s| s.obstacle()).collect();
    let mut out = csv::Writer::from_writer(Vec::new());
    let header =
        ["study", "path", "holds", "files", "bytes", "need_bytes", "number", "status", "reason"];
    let numbers = plan.numbers();
    out.write_record(header).map_err(Failure::input)?;
    for (study, obstacle) in plan.studies().iter().zip(obstacles) {
        let (status, reason) = obstacle.unwrap_or(("ready", String::new()));
        out.write_record([
            study.key(),
            cell(&study.location().to_string_lossy().replace('\\', "/")).as_ref(),
            &study.holds(),
            &study.files().to_string(),
            &study.bytes().to_string(),
            &study.need_bytes().to_string(),
            numbers.get(study.key()).map_or("", String::as_str),
            status,
            cell(&reason).as_ref(),
        ])
        .map_err(Failure::input)?;
    }
    let bytes = out.into_inner().map_err(Failure::input)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
