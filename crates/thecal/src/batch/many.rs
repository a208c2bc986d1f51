//! The steps of a run over many machines after its plan: a shard of it, and the end.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde::Deserialize;
use thecal_report::batch::Status;

use super::counts::Counts;
use super::error::BatchError;
use super::plan::{Plan, PlannedStudy, columns_of};
use super::plan_file::{Line, UseOf};
use super::results::Results;
use super::run::{Event, Hooks, WorkerFailure, measure, measure_all, settle};
use super::shards::{self, LaidPlan};
use super::store::Store;
use super::tables::{self, RunFacts};
use super::{Options, names, threads};
use crate::folder::SharedFolder;

/// Which studies of a laid plan a task measures.
#[derive(Debug, Clone, Default)]
pub struct ShardOf {
    /// The name of the plan; where one is given, no other plan is worked on.
    pub plan: Option<String>,
    /// The number of the shard.
    pub number: usize,
    /// Those of its studies that are to be measured; all where there are none.
    pub keys: Vec<String>,
}

/// A shard of a plan, in the hands of one task.
pub struct Shard {
    folder: SharedFolder,
    studies: Vec<PlannedStudy>,
    page_labels: HashMap<String, String>,
}

impl Shard {
    /// Reads a shard. Several tasks may have the folder at the same time, and no run can end meanwhile.
    ///
    /// # Errors
    /// There is no such plan or shard, it was made with other settings, or a run has the folder alone.
    pub fn open(
        root: &Path,
        out: &Path,
        of: &ShardOf,
        options: &Options,
    ) -> Result<Self, BatchError> {
        let folder = SharedFolder::join(out)?;
        let laid = LaidPlan::open(folder.path(), of.plan.as_deref())?;
        let (file, lines) = laid.shard(of.number)?;
        let (mut studies, mut page_labels) = (Vec::new(), HashMap::new());
        for line in lines {
            let line = line?;
            if of.keys.is_empty() || of.keys.contains(&line.study) {
                let label = line.page_label.clone().map(|label| (line.study.clone(), label));
                page_labels.extend(label);
                studies.push(line.study(root, options, &file, UseOf::Measuring)?);
            }
        }
        Ok(Self { folder, studies, page_labels })
    }

    /// How many studies it has.
    #[must_use]
    pub fn studies(&self) -> usize {
        self.studies.len()
    }

    /// Measures what no task has handed in. Each study comes into the folder of the run as a whole.
    ///
    /// # Errors
    /// The folder of the run cannot be written. A study that fails has a result with the reason.
    pub fn measure(&self, options: &Options, hooks: Hooks<'_>) -> Result<Counts, BatchError> {
        let run = self.folder.path();
        let own = shards::building(run)?;
        let results = Results::shared(run, own.clone());
        let label = |study: &PlannedStudy| self.page_labels.get(study.key()).map(String::as_str);
        let settled: HashSet<&str> = hooks.failures.iter().map(|v| v.key.as_str()).collect();
        let mut waiting = Vec::new();
        let mut counts = Counts::default();
        for study in &self.studies {
            let handed_in = results.result(study.key());
            if handed_in.is_some_and(|r| {
                r.fingerprint == study.fingerprint && r.status != Status::NotWritten
            }) {
                counts.kept += 1;
                (hooks.events)(Event::Kept { key: study.key(), bytes: study.bytes });
            } else if settled.contains(study.key()) {
                settle(&results, study, hooks);
            } else {
                waiting.push(study);
            }
        }
        measure_all(waiting, &results, &label, options, hooks, &measure)?;
        for study in &self.studies {
            counts.add(&tables::result_of(&results, study));
        }
        // What stays is removed at the end of the run.
        let _ = std::fs::remove_dir_all(own);
        Ok(counts)
    }
}

/// A study that no machine could measure: every task that tried was lost.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LostStudy {
    /// Its key.
    pub study: String,
    /// What became of the tasks, for a person.
    pub reason: String,
}

/// How long the end of a run waits for tasks that were taken for lost.
const PATIENCE: Duration = Duration::from_secs(600);

/// Ends a run over many machines: writes the tables of the whole from the results that the tasks handed in.
/// They have the same bytes as those of [`super::run`].
///
/// # Errors
/// Studies that are not lost have no result, the plan is another one, or the output folder cannot be
/// written.
pub fn finish(
    root: &Path,
    out: &Path,
    name: Option<&str>,
    lost: &[LostStudy],
    options: &Options,
    hooks: Hooks<'_>,
) -> Result<Counts, BatchError> {
    let began = Instant::now();
    let (laid, plan, shard_of) = taken_up(root, out, name, options)?;
    let take = || Store::take_up(out, &plan, &options.read);
    let store = shards::when_free(PATIENCE, take)?;
    // Between the two another run may have planned.
    LaidPlan::open(store.path(), Some(&laid.plan))?;
    let results = store.results();
    let missing = |study: &&PlannedStudy| {
        let result = results.result(study.key());
        result.is_none_or(|r| r.fingerprint != study.fingerprint)
    };
    let missing: Vec<&PlannedStudy> = plan.studies.par_iter().filter(missing).collect();
    let reasons: HashMap<&str, &str> =
        lost.iter().map(|l| (l.study.as_str(), l.reason.as_str())).collect();
    let mut failures = Vec::new();
    let mut unmeasured = BTreeSet::new();
    let mut count = 0;
    for study in &missing {
        let key = study.key();
        match reasons.get(key) {
            Some(reason) => failures.push(WorkerFailure {
                key: key.to_owned(),
                timeout: false,
                reason: (*reason).to_owned(),
            }),
            None => {
                count += 1;
                unmeasured.extend(shard_of.get(key));
            }
        }
    }
    if count > 0 {
        return Err(BatchError::Unmeasured { count, shards: listed(&unmeasured) });
    }
    let hooks = Hooks { failures: &failures, ..hooks };
    missing.iter().for_each(|study| settle(results, study, hooks));
    (hooks.events)(Event::Tables);
    let labels = names::labels(&plan, options.label_from, store.target());
    let facts = RunFacts { began, kept: laid.kept, restarts: 0 };
    let counts = tables::write(&plan, &store, options, &facts, &labels)?;
    store.commit(&plan)?;
    Ok(counts)
}

fn listed(shards: &BTreeSet<usize>) -> String {
    let first: Vec<String> = shards.iter().take(8).map(usize::to_string).collect();
    first.join(", ") + if shards.len() > 8 { ", ..." } else { "" }
}

type TakenUp = (LaidPlan, Plan, HashMap<String, usize>);

/// The whole plan, and the shard of each study that was to be measured.
fn taken_up(
    root: &Path,
    out: &Path,
    name: Option<&str>,
    options: &Options,
) -> Result<TakenUp, BatchError> {
    let folder = SharedFolder::join(out)?;
    let laid = LaidPlan::open(folder.path(), name)?;
    let read = |file: PathBuf, lines: &mut dyn Iterator<Item = Result<Line, BatchError>>| {
        let study =
            |line: Result<Line, BatchError>| line?.study(root, options, &file, UseOf::Tables);
        lines.map(study).collect::<Result<Vec<PlannedStudy>, BatchError>>()
    };
    let (file, mut lines) = laid.kept()?;
    let mut studies = read(file, &mut lines)?;
    let of_shards = threads(options.jobs)?.install(|| {
        let one = |number: usize| {
            let (file, mut lines) = laid.shard(number)?;
            Ok((number, read(file, &mut lines)?))
        };
        (0..laid.shards.len()).into_par_iter().map(one).collect::<Result<Vec<_>, BatchError>>()
    })?;
    let mut shard_of = HashMap::new();
    for (number, of_shard) in of_shards {
        shard_of.extend(of_shard.iter().map(|s| (s.key().to_owned(), number)));
        studies.extend(of_shard);
    }
    studies.sort_by(|a, b| a.found.key.cmp(&b.found.key));
    if studies.len() != laid.studies {
        let found = format!("{} studies, where there should be {}", studies.len(), laid.studies);
        return Err(BatchError::PlanUnusable { path: laid.folder, found });
    }
    let plan = Plan {
        root: root.to_owned(),
        studies,
        left_out: laid.not_in_manifest,
        warnings: laid.warnings(),
        columns: columns_of(options),
    };
    Ok((laid, plan, shard_of))
}
