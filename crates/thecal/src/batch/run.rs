//! Several studies at a time in one pool of threads.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use thecal_report::batch::{Status, StudyResult};

use super::admission::Admission;
use super::counts::Counts;
use super::discover::Found;
use super::error::BatchError;
use super::names;
use super::plan::{Plan, PlannedStudy};
use super::results::Results;
use super::store::Store;
use super::tables::{self, RunFacts};
use super::{Options, outcome, threads};
use crate::check::measure_source;
use crate::error::Error;
use crate::measured::Measured;
use crate::record;
use crate::settings::Settings;
use crate::source::open_indexed;
use crate::write::write_report;

/// An event of a run.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A study has a result that is still valid.
    Kept {
        /// Its key.
        key: &'a str,
        /// Size of its files, bytes.
        bytes: u64,
    },
    /// A study begins.
    Started {
        /// Its key.
        key: &'a str,
    },
    /// A study is finished, successfully or not, and its result is on disk.
    Finished {
        /// Its key.
        key: &'a str,
        /// Size of its files, bytes.
        bytes: u64,
    },
    /// All studies are done and the tables are being written.
    Tables,
}

/// What somebody who watches the run knows of a study that ended its process.
#[derive(Debug, Clone)]
pub struct WorkerFailure {
    /// Its key.
    pub key: String,
    /// True where it took too long, false where the process ended.
    pub timeout: bool,
    /// For a person.
    pub reason: String,
}

/// The listener of a run, and what is known from runs that were ended from outside.
#[derive(Clone, Copy)]
pub struct Hooks<'a> {
    /// Called for every event, from any thread.
    pub events: &'a (dyn Fn(Event<'_>) + Sync),
    /// Studies to run first, each alone: one of them may end the process.
    pub suspects: &'a [String],
    /// Studies whose outcome is known without running them.
    pub failures: &'a [WorkerFailure],
    /// How often the run was restarted.
    pub restarts: usize,
}

impl Default for Hooks<'_> {
    fn default() -> Self {
        Self { events: &|_| {}, suspects: &[], failures: &[], restarts: 0 }
    }
}

/// Measures what is new or changed and writes the tables of the whole.
///
/// The bytes of everything but `run.json` are the same for any number of threads, and for a run
/// that was interrupted and resumed.
///
/// # Errors
/// The output folder cannot be written or is in use. A study that fails has a row with the reason.
pub fn run(
    plan: &Plan,
    out: &Path,
    options: &Options,
    hooks: Hooks<'_>,
) -> Result<Counts, BatchError> {
    run_with(plan, out, options, hooks, &measure)
}

pub(super) type Work<'a> = &'a (dyn Fn(&PlannedStudy) -> Result<Measured, Error> + Sync);

pub(super) fn measure(study: &PlannedStudy) -> Result<Measured, Error> {
    let settings: &Settings = &study.settings;
    let place = [study.name()];
    let Found { store, index, damaged, .. } = &study.found;
    measure_source(&open_indexed(store, index, &place, settings, damaged)?, settings)
}

fn run_with(
    plan: &Plan,
    out: &Path,
    options: &Options,
    hooks: Hooks<'_>,
    work: Work<'_>,
) -> Result<Counts, BatchError> {
    let began = Instant::now();
    let store = Store::open(out, plan, &options.read)?;
    let labels = names::labels(plan, options.label_from, store.target());
    // Only a page calls its study anything.
    let label = |study: &PlannedStudy| {
        labels.get(study.key()).map(String::as_str).filter(|_| options.reports)
    };
    let mut kept = 0;
    let mut waiting: Vec<&PlannedStudy> = Vec::new();
    let settled: HashSet<&str> = hooks.failures.iter().map(|v| v.key.as_str()).collect();
    for study in &plan.studies {
        if settled.contains(study.key()) {
            settle(store.results(), study, hooks);
        } else if study.fault.is_none() && store.holds(study, options.retry, label(study)) {
            kept += 1;
            (hooks.events)(Event::Kept { key: study.key(), bytes: study.bytes });
        } else {
            waiting.push(study);
        }
    }
    measure_all(waiting, store.results(), &label, options, hooks, work)?;
    (hooks.events)(Event::Tables);
    let facts = RunFacts { began, kept, restarts: hooks.restarts };
    let counts = tables::write(plan, &store, options, &facts, &labels)?;
    store.commit(plan)?;
    Ok(counts)
}

/// What the page of a study calls it; none where it has no page.
pub(super) type PageLabel<'a> = &'a (dyn Fn(&PlannedStudy) -> Option<&'a str> + Sync);

/// Measures studies side by side, after those that may end the process, one by one.
pub(super) fn measure_all(
    studies: Vec<&PlannedStudy>,
    results: &Results,
    label: PageLabel<'_>,
    options: &Options,
    hooks: Hooks<'_>,
    work: Work<'_>,
) -> Result<(), BatchError> {
    let jobs = options.jobs.max(1);
    let pool = threads(jobs)?;
    let one = |study: &PlannedStudy| {
        (hooks.events)(Event::Started { key: study.key() });
        finish(results, study, label(study), work);
        (hooks.events)(Event::Finished { key: study.key(), bytes: study.bytes });
    };
    let suspects: HashSet<&str> = hooks.suspects.iter().map(String::as_str).collect();
    let (alone, mut together): (Vec<_>, Vec<_>) =
        studies.into_iter().partition(|s| suspects.contains(s.key()));
    for study in alone {
        pool.install(|| one(study));
    }
    // The largest first, so that no large one is left to the end.
    together.sort_by_key(|s| std::cmp::Reverse(s.need_bytes));
    let gate = Admission::new(jobs, options.memory_bytes);
    let one = &one;
    pool.in_place_scope(|scope| {
        for study in together {
            let admitted = gate.enter(study.need_bytes);
            scope.spawn(move |_| {
                one(study);
                drop(admitted);
            });
        }
    });
    Ok(())
}

/// Writes down what ended the process that measured a study.
pub(super) fn settle(results: &Results, study: &PlannedStudy, hooks: Hooks<'_>) {
    let Some(failure) = hooks.failures.iter().find(|v| v.key == study.key()) else { return };
    let status = if failure.timeout { Status::Timeout } else { Status::Crashed };
    let result = StudyResult::failed(study.key(), &study.fingerprint, status, &failure.reason);
    // A result that cannot be kept is told of where the tables look for it.
    if let Err(e) = results.begin(study.key()).and_then(|_| results.keep(result, None)) {
        results.lost(study.key(), unwritten(&e));
    }
    (hooks.events)(Event::Finished { key: study.key(), bytes: study.bytes });
}

/// Writes the page of a study and its pictures; images that cannot be drawn are told in its record.
fn page(measured: &mut Measured, folder: &Path, label: &str) -> Result<(), Error> {
    let unusable = write_report(measured, folder, Some(label))?;
    measured.report.warnings.extend(unusable.iter().map(record::warning));
    Ok(())
}

/// Measures a study and keeps what became of it. Nothing of it goes beyond this.
/// `label` is what its page calls it; none where it has no page.
fn finish(results: &Results, study: &PlannedStudy, label: Option<&str>, work: Work<'_>) {
    let key = study.key();
    let kept = results.begin(key).and_then(|folder| {
        let fail = |(status, reason): (Status, String)| {
            StudyResult::failed(key, &study.fingerprint, status, &reason)
        };
        if let Some(fault) = &study.fault {
            return results.keep(fail(fault.clone()), None);
        }
        let measured = catch_unwind(AssertUnwindSafe(|| {
            let mut measured = work(study)?;
            let written = label.map_or(Ok(()), |label| page(&mut measured, &folder, label));
            Ok::<_, Error>((measured, written))
        }));
        match measured {
            Ok(Ok((measured, Ok(())))) => {
                let mut result = StudyResult::measured(key, &study.fingerprint, &measured.report);
                result.page_label = label.map(str::to_owned);
                results.keep(result, Some(&measured.report))
            }
            // The study's own folder is all that a file of it is to be told by.
            Ok(Ok((_, Err(error)))) => {
                let error = error.placed(|path| path.strip_prefix(&folder).unwrap_or(path).into());
                results.keep(fail((Status::NotWritten, unwritten(&error))), None)
            }
            Ok(Err(error)) => results.keep(
                fail(outcome::of_error(&study.found, &study.settings.structures, &error)),
                None,
            ),
            Err(payload) => results.keep(
                fail(outcome::of_panic(&study.found, &study.settings.structures, payload.as_ref())),
                None,
            ),
        }
    });
    if let Err(e) = kept {
        let reason = unwritten(&e);
        let result = StudyResult::failed(key, &study.fingerprint, Status::NotWritten, &reason);
        // Where this cannot be written either, the tables say so.
        let _ = results.keep(result, None);
        results.lost(key, reason);
    }
}

fn unwritten(error: &dyn std::fmt::Display) -> String {
    format!("its results cannot be written: {error}")
}

#[cfg(test)]
mod tests;
