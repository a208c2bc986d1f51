//! The plan of a run over many machines, on a file system that all of them see.
//!
//! It stands in the folder of the run, `.DIR.thecal-new/plan`: `plan.json`, the studies that need not be
//! measured again in `kept.jsonl`, and the others in `shard-NNNNN.jsonl`. Each study stands in one of them.
//! A task reads its own shard alone, so its cost does not grow with the cohort.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use thecal_geom::Warning;

use super::error::BatchError;
use super::plan::{Plan, PlannedStudy};
use super::plan_file::{self, Line};
use super::store::{BUILDING, PLAN, Store};
use super::{Options, names};
use crate::folder::{FolderError, write_file};

const RECORD: &str = "plan.json";
const KEPT: &str = "kept.jsonl";

/// A plan that stands on disk for tasks on many machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LaidPlan {
    /// The version of the program; only this one goes on with it.
    pub version: String,
    /// Its name, which tells it from a plan that is made later.
    pub plan: String,
    /// The folder that holds it.
    pub folder: PathBuf,
    /// All studies.
    pub studies: usize,
    /// Those that have a result that is still valid.
    pub kept: usize,
    /// Studies that the manifest does not name.
    pub not_in_manifest: usize,
    /// What is told of the folder as a whole: code, message, place.
    pub(super) warnings: Vec<(String, String, String)>,
    /// What is to be measured, the largest studies first; the number of a shard is its place here.
    pub shards: Vec<ShardFacts>,
}

/// The studies that one task measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShardFacts {
    /// How many.
    pub studies: usize,
    /// Size of their files, bytes.
    pub bytes: u64,
    /// Memory that the largest of them is taken to need, bytes.
    pub need_bytes: u64,
}

/// How a plan is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardSize {
    /// Studies of a shard.
    pub at_most: usize,
    /// Shards that there are to be, as far as there are studies for them: one for each machine that waits.
    pub shards: usize,
}

impl ShardSize {
    fn of(self, studies: usize) -> usize {
        self.at_most.min(studies.div_ceil(self.shards.max(1))).max(1)
    }
}

/// Lays a plan down beside the output folder. What an earlier or a killed run has is taken over; the rest
/// is for [`super::Shard::measure`].
///
/// # Errors
/// The output folder cannot be written or is in use.
pub fn lay(
    plan: &Plan,
    out: &Path,
    options: &Options,
    size: ShardSize,
) -> Result<LaidPlan, BatchError> {
    // Tasks of a run that was killed end with it, a moment later.
    let store = when_free(Duration::from_secs(10), || Store::open(out, plan, &options.read))?;
    let labels = names::labels(plan, options.label_from, store.target());
    let label = |study: &PlannedStudy| labels.get(study.key()).filter(|_| options.reports).cloned();
    let (mut kept, mut waiting) = (Vec::new(), Vec::new());
    for study in &plan.studies {
        let page_label = label(study);
        if study.fault.is_none() && store.holds(study, options.retry, page_label.as_deref()) {
            kept.push(study);
        } else {
            let gone = store.results().discard(study.key());
            gone.map_err(BatchError::io(&store.place_of(&store.results().folder(study.key()))))?;
            waiting.push(study);
        }
    }
    // The largest first, so that no large one is left to the end.
    waiting.sort_by_key(|s| std::cmp::Reverse(s.need_bytes));
    let folder = store.path().join(PLAN);
    for made in [&folder, &store.path().join(BUILDING)] {
        std::fs::create_dir_all(made).map_err(BatchError::io(made))?;
    }
    let write = |name: &str, studies: &[&PlannedStudy]| {
        let path = folder.join(name);
        let lines = studies.iter().map(|s| Line::new(s, &plan.root, label(s)));
        let lines: Vec<Line> = lines.collect::<Result<_, _>>()?;
        plan_file::write(&path, lines.into_iter()).map_err(BatchError::io(&path))
    };
    write(KEPT, &kept)?;
    let mut shards = Vec::new();
    for (number, studies) in waiting.chunks(size.of(waiting.len())).enumerate() {
        write(&shard_name(number), studies)?;
        shards.push(ShardFacts {
            studies: studies.len(),
            bytes: studies.iter().map(|s| s.bytes).sum(),
            need_bytes: studies.iter().map(|s| s.need_bytes).max().unwrap_or_default(),
        });
    }
    let told = |w: &Warning| (w.code.to_owned(), w.message.clone(), w.place.clone());
    let laid = LaidPlan {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        plan: unlike_any().map_err(BatchError::io(&folder))?,
        studies: plan.studies.len(),
        kept: kept.len(),
        not_in_manifest: plan.left_out,
        warnings: plan.warnings.iter().map(told).collect(),
        folder: folder.clone(),
        shards,
    };
    let path = folder.join(RECORD);
    let text = serde_json::to_vec(&laid).map_err(|e| BatchError::table(&path)(e.to_string()))?;
    write_file(&path, &text).map_err(BatchError::io(&path))?;
    Ok(laid)
}

fn shard_name(number: usize) -> String {
    format!("shard-{number:05}.jsonl")
}

/// A word that no other process of any machine comes upon: 64 bits of the system's randomness.
fn unlike_any() -> io::Result<String> {
    let word = getrandom::u64().map_err(|e| io::Error::other(e.to_string()))?;
    Ok(format!("{word:016x}"))
}

impl LaidPlan {
    /// The plan in the folder of a run, the one of this name where one is given.
    pub(super) fn open(run: &Path, name: Option<&str>) -> Result<Self, BatchError> {
        let path = run.join(PLAN).join(RECORD);
        let text = match std::fs::read(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(BatchError::NoPlan { path });
            }
            text => text.map_err(BatchError::io(&path))?,
        };
        let unusable = |found: String| BatchError::PlanUnusable { path: path.clone(), found };
        let mut laid: Self =
            serde_json::from_slice(&text).map_err(|e| unusable(format!("no plan ({e})")))?;
        if laid.version != env!("CARGO_PKG_VERSION") {
            return Err(unusable(format!("one of version {}", laid.version)));
        }
        if let Some(expected) = name.filter(|name| *name != laid.plan) {
            let (found, expected) = (laid.plan, expected.to_owned());
            return Err(BatchError::PlanReplaced { path, found, expected });
        }
        // The folder may be called otherwise on this machine.
        laid.folder = run.join(PLAN);
        Ok(laid)
    }

    /// The studies of a shard.
    pub(super) fn shard(
        &self,
        number: usize,
    ) -> Result<(PathBuf, impl Iterator<Item = Result<Line, BatchError>> + use<>), BatchError> {
        let path = self.folder.join(shard_name(number));
        match self.shards.len() {
            n if number < n => Ok((path.clone(), plan_file::read(&path)?)),
            n => Err(BatchError::NoShard {
                path: self.folder.join(RECORD),
                number,
                last: n.saturating_sub(1),
            }),
        }
    }

    /// The studies that need not be measured.
    pub(super) fn kept(
        &self,
    ) -> Result<(PathBuf, impl Iterator<Item = Result<Line, BatchError>> + use<>), BatchError> {
        let path = self.folder.join(KEPT);
        Ok((path.clone(), plan_file::read(&path)?))
    }

    /// What is told of the folder as a whole.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        // Codes live as long as the program. There are a few of them, read once in a process.
        let mut codes: BTreeMap<&str, &'static str> = BTreeMap::new();
        let told = self.warnings.iter().map(|(code, message, place)| {
            let code = *codes.entry(code).or_insert_with(|| code.clone().leak());
            Warning::new(code, message.clone(), place.clone())
        });
        told.collect()
    }
}

/// A folder in the run for a task to build its studies in. It is made; the one that holds it is not, since
/// where that has gone, the run is over. No two tasks make one folder: making one that is there fails.
pub(super) fn building(run: &Path) -> Result<PathBuf, BatchError> {
    let all = run.join(BUILDING);
    let path = all.join(unlike_any().map_err(BatchError::io(&all))?);
    std::fs::create_dir(&path).map_err(BatchError::io(&path))?;
    Ok(path)
}

/// The folder of the run, as soon as no task has it.
pub(super) fn when_free(
    patience: Duration,
    take: impl Fn() -> Result<Store, BatchError>,
) -> Result<Store, BatchError> {
    let began = Instant::now();
    loop {
        match take() {
            Err(BatchError::Folder(FolderError::Locked { .. })) if began.elapsed() < patience => {
                std::thread::sleep(Duration::from_millis(50));
            }
            taken => return taken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_as_many_as_wait_and_no_larger_than_allowed() {
        let size = |at_most, shards, studies| ShardSize { at_most, shards }.of(studies);
        assert_eq!(size(16, 1, 1000), 16);
        assert_eq!(size(16, 8, 32), 4);
        assert_eq!(size(16, 8, 33), 5);
        assert_eq!((size(16, 8, 3), size(16, 8, 0), size(0, 0, 5)), (1, 1, 1));
    }
}
