//! The folder of a batch: earlier results, those of this run, and the change from one to the other.
//!
//! All of a run is one result: new studies are built beside the earlier ones, and a run that was
//! killed is taken up from there.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use thecal_report::batch::{Status, StudyResult};

use super::error::BatchError;
use super::plan::{Plan, PlannedStudy};
use super::results::{RESULT, Results, STUDIES, whole};
use crate::folder::{Layout, ResultFolder, link_or_copy};

pub(super) const PLAN: &str = "plan";
/// Where tasks build their studies, each in a folder of its own.
pub(super) const BUILDING: &str = "building";

pub(super) struct Store {
    folder: ResultFolder,
    /// What this run, or a killed one before it, has measured.
    results: Results,
    /// What the last whole run left.
    old: PathBuf,
}

impl Store {
    /// Takes the output folder and clears away what a killed run left, but for whole studies.
    pub(super) fn open(out: &Path, plan: &Plan, read: &[PathBuf]) -> Result<Self, BatchError> {
        let store = Self::take_up(out, plan, read)?;
        store.clear().map_err(BatchError::io(out))?;
        Ok(store)
    }

    /// Takes the output folder with all that stands there of a run that has begun.
    pub(super) fn take_up(out: &Path, plan: &Plan, read: &[PathBuf]) -> Result<Self, BatchError> {
        apart(out, plan)?;
        let of_studies = plan.studies.iter().flat_map(|s| s.found.files()).map(Path::to_owned);
        let inputs = || of_studies.chain(read.iter().cloned()).collect();
        let folder = ResultFolder::begin(out, &Layout::BATCH, inputs)?;
        let results = Results::alone(folder.path());
        let old = folder.target().join(STUDIES);
        Ok(Self { folder, results, old })
    }

    /// All but the studies.
    fn clear(&self) -> io::Result<()> {
        for entry in std::fs::read_dir(self.folder.path())? {
            let path = entry?.path();
            match path == self.results.studies() {
                true => {}
                false if path.is_dir() => std::fs::remove_dir_all(path)?,
                false => std::fs::remove_file(path)?,
            }
        }
        std::fs::create_dir_all(self.results.studies())
    }

    /// The studies of this run.
    pub(super) fn results(&self) -> &Results {
        &self.results
    }

    /// Where the tables are to be written.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where the tables will be.
    pub(super) fn target(&self) -> &Path {
        self.folder.target()
    }

    /// A path of this run as it will be, for messages.
    pub(super) fn place_of(&self, path: &Path) -> PathBuf {
        self.folder.whole().place_of(path)
    }

    /// True where the study need not be measured again; what is kept of the last run is then part
    /// of this one. Its page must call it as it is called now.
    pub(super) fn holds(&self, study: &PlannedStudy, retry: bool, label: Option<&str>) -> bool {
        let good = |r: &StudyResult| {
            let measured = matches!(r.status, Status::Ok | Status::NotAssessable);
            let lasting = !matches!(r.status, Status::TooLarge | Status::NotWritten);
            let called = !measured || r.page_label.as_deref() == label;
            r.fingerprint == study.fingerprint && called && lasting && (measured || !retry)
        };
        let key = study.key();
        if self.results.result(key).is_some_and(|r| good(&r)) {
            return true;
        }
        let old = self.old.join(key);
        whole(&old, key).is_some_and(|r| good(&r)) && self.take_over(&old, key).is_ok()
    }

    fn take_over(&self, old: &Path, key: &str) -> io::Result<()> {
        let new = self.results.begin(key)?;
        let mut files = crate::folder::files(old)?;
        // As everywhere, the result comes last.
        files.sort_by_key(|f| f == Path::new(RESULT));
        for file in files {
            let to = new.join(&file);
            to.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            link_or_copy(&old.join(&file), &to)?;
        }
        Ok(())
    }

    /// Puts the studies of the plan and the tables in the place of what was there.
    pub(super) fn commit(self, plan: &Plan) -> Result<(), BatchError> {
        let planned: HashSet<&str> = plan.studies.iter().map(PlannedStudy::key).collect();
        let leave = |folder: &Path| -> io::Result<()> {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let stays = planned.contains(name.as_str()) && self.results.result(&name).is_some();
                if !stays && entry.file_type()?.is_dir() {
                    std::fs::remove_dir_all(entry.path())?;
                } else if !stays {
                    std::fs::remove_file(entry.path())?;
                }
            }
            Ok(())
        };
        let studies = self.results.studies();
        leave(studies).map_err(BatchError::io(&self.place_of(studies)))?;
        // What a run over many machines was planned by is no part of its result.
        forget(self.path()).map_err(BatchError::io(self.target()))?;
        Ok(self.folder.commit()?)
    }
}

/// Results of many do not go among the files of one; a folder of the root, which is no patient's, may
/// hold them.
fn apart(out: &Path, plan: &Plan) -> Result<(), BatchError> {
    let place = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let whole = place(out);
    let below = plan.studies.iter().map(PlannedStudy::location).filter(|l| *l != Path::new(""));
    match below.map(|l| place(&plan.root.join(l))).find(|folder| whole.starts_with(folder)) {
        Some(study) => Err(BatchError::OutInStudy { out: out.to_owned(), study }),
        None => Ok(()),
    }
}

/// Removes the plan, and what tasks that died have left.
fn forget(run: &Path) -> io::Result<()> {
    for name in [PLAN, BUILDING] {
        match std::fs::remove_dir_all(run.join(name)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}
