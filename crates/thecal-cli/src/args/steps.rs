//! A batch over many machines, step by step.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// A step of a batch over many machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Find the studies and write the plan beside DIR
    Plan,
    /// Measure a shard of the plan
    Measure,
    /// Write the tables from what the shards have measured
    Finish,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Batch over many machines (docs/scaling.md)")]
pub(crate) struct Steps {
    /// Run one step of a batch over machines that share a file system; every step has the same ROOT,
    /// --out and options
    #[arg(long, value_enum, value_name = "STEP", conflicts_with = "dry_run")]
    pub(crate) step: Option<Step>,
    /// Of `--step plan`: how many studies a shard has at most
    #[arg(long, value_name = "N", default_value_t = 16)]
    pub(crate) shard_studies: usize,
    /// Of `--step plan`: how many shards there are to be, as far as there are studies for them
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) shards: usize,
    /// Of `--step measure`: the number of the shard, from 0
    #[arg(long, value_name = "N", requires = "step", required_if_eq("step", "measure"))]
    pub(crate) shard: Option<usize>,
    /// Of `--step measure`: only the study with this key (can be repeated)
    #[arg(long = "study", value_name = "KEY", requires = "shard")]
    pub(crate) studies: Vec<String>,
    /// Of `--step measure` and `finish`: the name of the plan, so that no later plan is worked on
    #[arg(long, value_name = "NAME", requires = "step")]
    pub(crate) plan: Option<String>,
    /// Of `--step finish`: studies that no task could measure, in JSON: a line {"study": KEY, "reason":
    /// TEXT} for each. They become `crashed`
    #[arg(long, value_name = "FILE", requires = "step")]
    pub(crate) lost: Option<PathBuf>,
    /// End with whoever holds the other end of standard input
    #[arg(long, hide = true)]
    pub(crate) until_stdin_closes: bool,
}
