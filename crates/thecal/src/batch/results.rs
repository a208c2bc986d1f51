//! The results of studies on disk: a folder for each, whole or absent.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use thecal_report::batch::{Status, StudyResult};
use thecal_report::{Report, json};

use crate::folder::write_file;

pub(super) const STUDIES: &str = "studies";
pub(super) const RESULT: &str = "result.json";
const REPORT: &str = "report.json";

/// Results as they come to be, in the folder of a run that is not finished.
pub(super) struct Results {
    studies: PathBuf,
    /// Where studies are built that are then moved in whole, since others write there too.
    building: Option<PathBuf>,
    /// Why results are not on the disk.
    not_written: Mutex<BTreeMap<String, String>>,
}

impl Results {
    /// Of one process, which has the folder of the run alone.
    pub(super) fn alone(run: &Path) -> Self {
        Self { studies: run.join(STUDIES), building: None, not_written: Mutex::default() }
    }

    /// Of one process of several. `building` is its own, on the same file system.
    pub(super) fn shared(run: &Path, building: PathBuf) -> Self {
        Self { building: Some(building), ..Self::alone(run) }
    }

    /// The folder with the folders of all.
    pub(super) fn studies(&self) -> &Path {
        &self.studies
    }

    /// The folder of a study.
    pub(super) fn folder(&self, key: &str) -> PathBuf {
        self.studies.join(key)
    }

    /// The result of a study, where there is a whole one.
    pub(super) fn result(&self, key: &str) -> Option<StudyResult> {
        whole(&self.folder(key), key)
    }

    fn place(&self, key: &str) -> PathBuf {
        self.building.as_ref().unwrap_or(&self.studies).join(key)
    }

    /// Makes an empty folder for a study that is about to be measured.
    pub(super) fn begin(&self, key: &str) -> io::Result<PathBuf> {
        let folder = self.place(key);
        match std::fs::remove_dir_all(&folder) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        match self.building {
            // Where that has gone, the run is over, and nothing of it is to come back.
            Some(_) => std::fs::create_dir(&folder)?,
            None => std::fs::create_dir_all(&folder)?,
        }
        Ok(folder)
    }

    /// Keeps a result. `result.json` comes last: where it is, the rest is.
    pub(super) fn keep(&self, mut result: StudyResult, report: Option<&Report>) -> io::Result<()> {
        let folder = self.place(&result.study);
        if let Some(report) = report {
            let text = json::to_json(report)?;
            result.report_bytes = Some(text.len() as u64);
            write_file(&folder.join(REPORT), text.as_bytes())?;
        }
        // A file that was cut short is told by its JSON.
        write_file(&folder.join(RESULT), &serde_json::to_vec(&result)?)?;
        if self.building.is_some() { self.hand_in(&folder, &result) } else { Ok(()) }
    }

    /// Moves the folder of a study in, in one step. A task that was taken for lost may have done so
    /// before: then one of the two stays.
    fn hand_in(&self, from: &Path, own: &StudyResult) -> io::Result<()> {
        let to = self.folder(&own.study);
        let mut tries = 0;
        loop {
            match std::fs::rename(from, &to) {
                Ok(()) => return Ok(()),
                Err(e) if tries == 8 || !to.exists() => return Err(e),
                Err(_) => {}
            }
            let measured = |r: &StudyResult| matches!(r.status, Status::Ok | Status::NotAssessable);
            let stands = whole(&to, &own.study).is_some_and(|other| {
                let as_good = match (measured(&other), measured(own)) {
                    (true, true) => other.page_label == own.page_label,
                    (true, false) => true,
                    (false, of_own) => !of_own && other.status == own.status,
                };
                other.fingerprint == own.fingerprint && as_good
            });
            if stands {
                return std::fs::remove_dir_all(from);
            }
            self.discard(&own.study)?;
            tries += 1;
        }
    }

    /// Removes what there is of a study.
    pub(super) fn discard(&self, key: &str) -> io::Result<()> {
        match std::fs::remove_dir_all(self.folder(key)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
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
}

/// The result in a study's folder, where it is whole.
pub(super) fn whole(folder: &Path, key: &str) -> Option<StudyResult> {
    let text = std::fs::read(folder.join(RESULT)).ok()?;
    let result: StudyResult = serde_json::from_slice(&text).ok()?;
    let bytes = std::fs::metadata(folder.join(REPORT)).ok().map(|m| m.len());
    (result.study == key && result.report_bytes == bytes).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(status: Status, fingerprint: &str) -> StudyResult {
        StudyResult::failed("ab", fingerprint, status, "why")
    }

    /// What stands where two tasks handed in a study, one after the other.
    fn handed_in(first: StudyResult, second: StudyResult) -> StudyResult {
        let dir = tempfile::tempdir().expect("a folder");
        let run = dir.path();
        std::fs::create_dir(run.join(STUDIES)).expect("a folder");
        for (name, result) in [("a", first), ("b", second)] {
            let building = run.join(name);
            std::fs::create_dir(&building).expect("a folder");
            let results = Results::shared(run, building.clone());
            results.begin("ab").expect("a folder");
            let before = results.result("ab").is_some();
            assert_eq!(before, name == "b", "a study that is begun is not handed in");
            results.keep(result, None).expect("kept");
            assert!(!building.join("ab").exists(), "moved, not copied");
        }
        let names: Vec<_> = std::fs::read_dir(run.join(STUDIES)).expect("a folder").collect();
        assert_eq!(names.len(), 1, "each study once");
        Results::alone(run).result("ab").expect("a result")
    }

    #[test]
    fn of_two_tasks_with_one_study_one_result_stays() {
        let (ok, crashed) = (failed(Status::Ok, "f"), failed(Status::Crashed, "f"));
        assert_eq!(handed_in(ok.clone(), crashed.clone()), ok);
        assert_eq!(handed_in(crashed.clone(), ok.clone()), ok);
        assert_eq!(handed_in(ok.clone(), ok.clone()), ok);
        // That of other files is none of this run.
        let now = failed(Status::Crashed, "g");
        assert_eq!(handed_in(ok, now.clone()), now);
    }

    #[test]
    fn a_task_that_outlives_its_run_brings_nothing_back() {
        let dir = tempfile::tempdir().expect("a folder");
        let run = dir.path().join("run");
        let building = run.join("a");
        std::fs::create_dir_all(&building).expect("folders");
        let results = Results::shared(&run, building);
        std::fs::remove_dir_all(&run).expect("the run is over");
        assert!(results.begin("ab").is_err());
        assert!(!run.exists());
    }
}
