//! Results on disk: a folder for each study, whole or absent.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use thecal_report::batch::{Status, StudyResult};
use thecal_report::{Report, json};

use super::error::BatchError;
use super::plan::PlannedStudy;

const STUDIES: &str = "studies";
const RESULT: &str = "result.json";
const REPORT: &str = "report.json";
/// Files that a run which was killed was about to rename.
const UNFINISHED: &str = ".unfinished-";

pub(super) struct Store {
    studies: PathBuf,
}

impl Store {
    /// Opens the output folder and clears away what a killed run left of files.
    pub(super) fn open(out: &Path) -> Result<Self, BatchError> {
        let studies = out.join(STUDIES);
        std::fs::create_dir_all(&studies).map_err(BatchError::io(&studies))?;
        clear(out)?;
        Ok(Self { studies })
    }

    pub(super) fn folder(&self, key: &str) -> PathBuf {
        self.studies.join(key)
    }

    /// The result of a study, where there is a whole one.
    pub(super) fn result(&self, key: &str) -> Option<StudyResult> {
        let folder = self.folder(key);
        let text = std::fs::read(folder.join(RESULT)).ok()?;
        let result: StudyResult = serde_json::from_slice(&text).ok()?;
        let bytes = std::fs::metadata(folder.join(REPORT)).ok().map(|m| m.len());
        (result.study == key && result.report_bytes == bytes).then_some(result)
    }

    /// True where the study need not be measured again.
    pub(super) fn holds(&self, study: &PlannedStudy, retry: bool) -> bool {
        self.result(study.key()).is_some_and(|r| {
            let measured = matches!(r.status, Status::Ok | Status::NotAssessable);
            let lasting = !matches!(r.status, Status::TooLarge | Status::NotWritten);
            r.fingerprint == study.fingerprint && lasting && (measured || !retry)
        })
    }

    /// Makes an empty folder for a study that is about to be measured.
    pub(super) fn begin(&self, key: &str) -> std::io::Result<PathBuf> {
        let folder = self.folder(key);
        match std::fs::remove_dir_all(&folder) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Keeps a result. `result.json` comes last: where it is, the rest is.
    pub(super) fn keep(
        &self,
        mut result: StudyResult,
        report: Option<&Report>,
    ) -> std::io::Result<()> {
        let folder = self.folder(&result.study);
        if let Some(report) = report {
            let text = json::to_json(report)?;
            result.report_bytes = Some(text.len() as u64);
            write(&folder.join(REPORT), text.as_bytes())?;
        }
        write(&folder.join(RESULT), &serde_json::to_vec(&result)?)
    }
}

/// Writes beside the path and renames. A file that a failing disk cut short all the same is told
/// by its length or its JSON, and its study is measured again.
pub(super) fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = unfinished(path)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|e| e.error)
}

/// A file beside the path, to be renamed to it.
pub(super) fn unfinished(path: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)
}

fn clear(folder: &Path) -> Result<(), BatchError> {
    let entries = std::fs::read_dir(folder).map_err(BatchError::io(folder))?;
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            std::fs::remove_file(entry.path()).map_err(BatchError::io(&entry.path()))?;
        }
    }
    Ok(())
}
