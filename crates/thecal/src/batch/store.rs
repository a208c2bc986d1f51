//! Results on disk: a folder for each study, whole or absent.
//!
//! All of a run is one result: new studies are built beside the earlier ones, and a run that was
//! killed is taken up from there.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use thecal_report::batch::{Status, StudyResult};
use thecal_report::{Report, json};

use super::error::BatchError;
use super::plan::{Plan, PlannedStudy};
use crate::folder::{Layout, ResultFolder, link_or_copy, write_file};

const STUDIES: &str = "studies";
const RESULT: &str = "result.json";
const REPORT: &str = "report.json";

pub(super) struct Store {
    folder: ResultFolder,
    /// What this run, or a killed one before it, has measured.
    new: PathBuf,
    /// What the last whole run left.
    old: PathBuf,
    /// Why results are not on the disk.
    not_written: Mutex<BTreeMap<String, String>>,
}

impl Store {
    /// Takes the output folder and clears away what a killed run left, but for whole studies.
    pub(super) fn open(out: &Path, plan: &Plan, read: &[PathBuf]) -> Result<Self, BatchError> {
        apart(out, plan)?;
        let of_studies = plan.studies.iter().flat_map(|s| s.found.files()).map(Path::to_owned);
        let inputs = || of_studies.chain(read.iter().cloned()).collect();
        let folder = ResultFolder::begin(out, &Layout::BATCH, inputs)?;
        let new = folder.path().join(STUDIES);
        let old = folder.target().join(STUDIES);
        let store = Self { folder, new, old, not_written: Mutex::default() };
        store.clear().map_err(BatchError::io(out))?;
        Ok(store)
    }

    /// All but the studies.
    fn clear(&self) -> io::Result<()> {
        for entry in std::fs::read_dir(self.folder.path())? {
            let path = entry?.path();
            match path == self.new {
                true => {}
                false if path.is_dir() => std::fs::remove_dir_all(path)?,
                false => std::fs::remove_file(path)?,
            }
        }
        std::fs::create_dir_all(&self.new)
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

    /// The folder of a study of this run.
    pub(super) fn folder(&self, key: &str) -> PathBuf {
        self.new.join(key)
    }

    /// The result of a study of this run, where there is a whole one.
    pub(super) fn result(&self, key: &str) -> Option<StudyResult> {
        whole(&self.folder(key), key)
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
        if self.result(key).is_some_and(|r| good(&r)) {
            return true;
        }
        let old = self.old.join(key);
        whole(&old, key).is_some_and(|r| good(&r)) && self.take_over(&old, key).is_ok()
    }

    fn take_over(&self, old: &Path, key: &str) -> io::Result<()> {
        let new = self.begin(key)?;
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

    /// Makes an empty folder for a study that is about to be measured.
    pub(super) fn begin(&self, key: &str) -> io::Result<PathBuf> {
        let folder = self.folder(key);
        match std::fs::remove_dir_all(&folder) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Keeps a result. `result.json` comes last: where it is, the rest is.
    pub(super) fn keep(&self, mut result: StudyResult, report: Option<&Report>) -> io::Result<()> {
        let folder = self.folder(&result.study);
        if let Some(report) = report {
            let text = json::to_json(report)?;
            result.report_bytes = Some(text.len() as u64);
            write_file(&folder.join(REPORT), text.as_bytes())?;
        }
        // A file that was cut short is told by its JSON.
        write_file(&folder.join(RESULT), &serde_json::to_vec(&result)?)
    }

    /// Remembers why a result is not there.
    pub(super) fn lost(&self, key: &str, reason: String) {
        let mut lost = self.not_written.lock().unwrap_or_else(PoisonError::into_inner);
        lost.insert(key.to_owned(), reason);
    }

    /// Why the result of a study is not there.
    pub(super) fn why_lost(&self, key: &str) -> String {
        let lost = self.not_written.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = || "its result is not on disk; is the disk full?".to_owned();
        lost.get(key).cloned().unwrap_or_else(unknown)
    }

    /// Puts the studies of the plan and the tables in the place of what was there.
    pub(super) fn commit(self, plan: &Plan) -> Result<(), BatchError> {
        let planned: HashSet<&str> = plan.studies.iter().map(PlannedStudy::key).collect();
        let leave = |folder: &Path| -> io::Result<()> {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let stays = planned.contains(name.as_str()) && self.result(&name).is_some();
                if !stays && entry.file_type()?.is_dir() {
                    std::fs::remove_dir_all(entry.path())?;
                } else if !stays {
                    std::fs::remove_file(entry.path())?;
                }
            }
            Ok(())
        };
        leave(&self.new).map_err(BatchError::io(&self.place_of(&self.new)))?;
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

/// The result in a study's folder, where it is whole.
fn whole(folder: &Path, key: &str) -> Option<StudyResult> {
    let text = std::fs::read(folder.join(RESULT)).ok()?;
    let result: StudyResult = serde_json::from_slice(&text).ok()?;
    let bytes = std::fs::metadata(folder.join(REPORT)).ok().map(|m| m.len());
    (result.study == key && result.report_bytes == bytes).then_some(result)
}
