//! A planned study as a line of JSON, so that a task on another machine measures it without searching.
//!
//! Places stand below the root, which may be named differently there. The line may hold the names of
//! patients in its paths, as `key.csv` does.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thecal_dicom::index::{Index, Kind, Object};
use thecal_geom::Warning;
use thecal_report::batch::Status;

use super::Options;
use super::discover::Found;
use super::error::BatchError;
use super::key::{self, Key};
use super::manifest::ManifestRow;
use super::path_text::PathText;
use super::plan::{PlannedStudy, settings};

/// A study of a plan.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    /// Its key.
    pub(super) study: String,
    location: PathText,
    series: Vec<SeriesLine>,
    masks: Vec<PathText>,
    damaged: Vec<PathText>,
    warnings: Vec<WarningLine>,
    row: Option<ManifestRow>,
    label: String,
    number: String,
    fault: Option<(Status, String)>,
    fingerprint: String,
    /// A hash of the settings: those of the task must be the same.
    asked: String,
    bytes: u64,
    need_bytes: u64,
    /// What its page calls it; none where it has no page.
    pub(super) page_label: Option<String>,
}

/// Objects that follow each other and differ by file and SOP Instance UID alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesLine {
    kind: String,
    sop_class_uid: String,
    series_instance_uid: String,
    study_instance_uid: String,
    frame_of_reference_uid: Option<String>,
    series_description: Option<String>,
    patient: u64,
    folder: PathText,
    objects: Vec<(PathText, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WarningLine {
    code: String,
    message: String,
    place: String,
}

/// What a study is taken from a plan for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UseOf {
    Measuring,
    /// What tables say of a study that was measured; no file of it is opened.
    Tables,
}

/// Warnings that a study has from the search.
const CODES: [&str; 2] = ["file_damaged", "file_unreadable"];

impl Line {
    /// Of a study below a root.
    pub(super) fn new(
        study: &PlannedStudy,
        root: &Path,
        page_label: Option<String>,
    ) -> Result<Self, BatchError> {
        let Found { key, location, index, damaged, store: _ } = &study.found;
        let below = |path: &PathBuf| PathText::from_path(path.strip_prefix(root).unwrap_or(path));
        let warning = |w: &Warning| WarningLine {
            code: w.code.to_owned(),
            message: w.message.clone(),
            place: w.place.clone(),
        };
        Ok(Self {
            study: key.clone(),
            location: PathText::from_path(location),
            series: series(index, root),
            masks: index.other_paths.iter().map(below).collect(),
            damaged: damaged.iter().map(below).collect(),
            warnings: index.warnings.iter().map(warning).collect(),
            row: study.row.clone(),
            label: study.label.clone(),
            number: study.number.clone(),
            fault: study.fault.clone(),
            fingerprint: study.fingerprint.clone(),
            asked: asked(study, root)?,
            bytes: study.bytes,
            need_bytes: study.need_bytes,
            page_label,
        })
    }

    /// The study, below the root as it is called here. `file` holds the line.
    pub(super) fn study(
        self,
        root: &Path,
        options: &Options,
        file: &Path,
        use_of: UseOf,
    ) -> Result<PlannedStudy, BatchError> {
        let wrong = |found: String| BatchError::PlanUnusable { path: file.to_owned(), found };
        let settings = match &self.row {
            Some(row) => settings(root, row, options)?,
            None => options.settings.clone(),
        };
        let mut index = Index::default();
        for series in self.series {
            let kind = Kind::named(&series.kind)
                .ok_or_else(|| wrong(format!("an object of the kind \"{}\"", series.kind)))?;
            let folder = root.join(series.folder.path());
            let mut common = Object::listed(folder.clone(), kind, series.patient);
            common.sop_class_uid = series.sop_class_uid;
            common.series_instance_uid = series.series_instance_uid;
            common.study_instance_uid = series.study_instance_uid;
            common.frame_of_reference_uid = series.frame_of_reference_uid;
            common.series_description = series.series_description;
            for (name, sop_instance_uid) in series.objects {
                let mut object = common.clone();
                object.path = folder.join(name.path());
                object.sop_instance_uid = sop_instance_uid;
                index.objects.push(match use_of {
                    UseOf::Measuring => object.read_again(&options.store),
                    UseOf::Tables => object,
                });
            }
        }
        for warning in self.warnings {
            let code = CODES.into_iter().find(|code| *code == warning.code);
            let code = code.ok_or_else(|| wrong(format!("a warning \"{}\"", warning.code)))?;
            index.warnings.push(Warning::new(code, warning.message, warning.place));
        }
        let here = |paths: Vec<PathText>| paths.into_iter().map(|p| root.join(p.path())).collect();
        index.other_paths = here(self.masks);
        index.other_files = index.other_paths.len();
        let found = Found {
            store: options.store.clone(),
            key: self.study,
            location: self.location.path(),
            index,
            damaged: here(self.damaged),
        };
        let study = PlannedStudy {
            found,
            settings,
            row: self.row,
            label: self.label,
            number: self.number,
            fault: self.fault,
            fingerprint: self.fingerprint,
            bytes: self.bytes,
            need_bytes: self.need_bytes,
        };
        if asked(&study, root)? != self.asked {
            return Err(BatchError::PlanOfOthers { path: file.to_owned() });
        }
        Ok(study)
    }
}

/// Objects in their order, those that have all but file and UID in common together.
fn series(index: &Index, root: &Path) -> Vec<SeriesLine> {
    let mut patients = Vec::new();
    let mut lines: Vec<SeriesLine> = Vec::new();
    let mut last: Option<SeriesLine> = None;
    for object in &index.objects {
        let patient = object.patient();
        let number = patients.iter().position(|p| *p == patient).unwrap_or_else(|| {
            patients.push(patient);
            patients.len() - 1
        });
        let below = object.path.strip_prefix(root).unwrap_or(&object.path);
        let name = PathText::from_path(Path::new(below.file_name().unwrap_or_default()));
        let common = SeriesLine {
            kind: object.kind.as_str().to_owned(),
            sop_class_uid: object.sop_class_uid.clone(),
            series_instance_uid: object.series_instance_uid.clone(),
            study_instance_uid: object.study_instance_uid.clone(),
            frame_of_reference_uid: object.frame_of_reference_uid.clone(),
            series_description: object.series_description.clone(),
            patient: number as u64,
            folder: PathText::from_path(below.parent().unwrap_or(Path::new(""))),
            objects: Vec::new(),
        };
        let entry = (name, object.sop_instance_uid.clone());
        match lines.last_mut().filter(|_| last.as_ref() == Some(&common)) {
            Some(line) => line.objects.push(entry),
            None => lines.push(SeriesLine { objects: vec![entry], ..common.clone() }),
        }
        last = Some(common);
    }
    lines
}

/// The settings of a study as a hash.
fn asked(study: &PlannedStudy, root: &Path) -> Result<String, BatchError> {
    let text = key::serialised(&study.settings, root);
    let text = text.map_err(|e| BatchError::table(root)(e.to_string()))?;
    Ok(Key::default().text(&text).hex(8))
}

/// Writes lines; the end of the file is on the disk when this returns.
pub(super) fn write(path: &Path, lines: impl Iterator<Item = Line>) -> io::Result<()> {
    use std::io::Write as _;
    let mut file = io::BufWriter::new(std::fs::File::create(path)?);
    for line in lines {
        serde_json::to_writer(&mut file, &line)?;
        file.write_all(b"\n")?;
    }
    file.into_inner()?.sync_all()
}

/// Reads lines one after the other.
pub(super) fn read(
    path: &Path,
) -> Result<impl Iterator<Item = Result<Line, BatchError>> + use<>, BatchError> {
    use std::io::BufRead as _;
    let file = std::fs::File::open(path).map_err(BatchError::io(path))?;
    let path = path.to_owned();
    Ok(io::BufReader::new(file).lines().map(move |line| {
        let line = line.map_err(BatchError::io(&path))?;
        serde_json::from_str(&line).map_err(|e| BatchError::PlanUnusable {
            path: path.clone(),
            found: format!("a line that is no study ({e})"),
        })
    }))
}
