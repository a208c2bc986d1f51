//! A batch over many machines, step by step: what is asked for, and what is said of it.

use std::path::Path;

use thecal::batch::{LostStudy, Options, ShardOf, ShardSize, lay as lay_down, plan};
use thecal_report::text::plain;

use super::failed;
use super::protocol::Told;
use crate::exit::{ExitCode, Failure};
use crate::progress::Progress;
use crate::{args, check, output};

/// What the process that measures is to do.
pub(super) enum Task {
    /// All of a batch.
    Whole,
    /// A shard of a plan.
    Shard(ShardOf),
    /// The tables of a plan.
    Finish { plan: Option<String>, lost: Vec<LostStudy> },
}

pub(super) fn task(args: &args::Batch, step: Option<args::Step>) -> Result<Task, Failure> {
    let steps = &args.steps;
    let plan = steps.plan.clone();
    Ok(match step {
        Some(args::Step::Measure) => Task::Shard(ShardOf {
            plan,
            number: steps.shard.unwrap_or_default(),
            keys: steps.studies.clone(),
        }),
        Some(args::Step::Finish) => {
            let lost = steps.lost.as_deref().map(|path| check::parsed(path, lost));
            Task::Finish { plan, lost: lost.transpose()?.unwrap_or_default() }
        }
        Some(args::Step::Plan) | None => Task::Whole,
    })
}

fn lost(text: &str) -> Result<Vec<LostStudy>, serde_json::Error> {
    text.lines().filter(|l| !l.trim().is_empty()).map(serde_json::from_str).collect()
}

/// Finds the studies, and lays the plan down.
pub(super) fn lay(
    args: &args::Batch,
    root: &Path,
    out: &Path,
    options: &Options,
) -> Result<ExitCode, Failure> {
    if args.steps.shard_studies == 0 {
        return Err(Failure::usage("--shard-studies 0: expected 1 or more"));
    }
    let size = ShardSize { at_most: args.steps.shard_studies, shards: args.steps.shards };
    let progress = Progress::new("reading headers");
    let plan = plan(root, options).map_err(failed)?;
    let laid = lay_down(&plan, out, options, size).map_err(failed)?;
    drop(progress);
    for warning in plan.warnings() {
        output::note(&plain(&format!("{}: {}", warning.code, warning.message)));
    }
    if args.check.json {
        let text = serde_json::to_string(&laid).map_err(Failure::output)?;
        output::result(&(text + "\n"))?;
    } else {
        output::result(&format!(
            "{} studies, {} reused from the last run, {} to measure in {} shards\n",
            laid.studies,
            laid.kept,
            laid.studies - laid.kept,
            laid.shards.len(),
        ))?;
        let go_on = match laid.shards.len() {
            0 => "Go on with --step finish.".to_owned(),
            n => format!("Go on with --step measure --shard 0 to {}, then --step finish.", n - 1),
        };
        output::note(&go_on);
    }
    Ok(ExitCode::SUCCESS)
}

/// What became of a shard.
pub(super) fn measured(args: &args::Batch, done: &Told, told: String) -> Result<(), Failure> {
    if args.check.json {
        let text = serde_json::to_string(done).map_err(Failure::output)?;
        return output::result(&(text + "\n"));
    }
    output::result(&told)
}
