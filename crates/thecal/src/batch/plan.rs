//! What would be run, and with which settings.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use thecal_geom::Warning;
use thecal_margin::PairKind;
use thecal_report::batch::{Column, Status, columns};
use thecal_report::text::plain;

use super::discover::{Found, discover};
use super::error::BatchError;
use super::file_facts::FileFacts;
use super::key::{self, Key};
use super::manifest::ManifestRow;
use super::memory_estimate::need_bytes;
use super::{Options, outcome, threads};
use crate::choice::choose;
use crate::settings::{Separate, Settings};
use crate::source::open_indexed;

/// Why a study will not be measured: a status and a sentence.
type Fault = (Status, String);

/// A study and how it is to be measured.
#[derive(Debug, Clone)]
pub struct PlannedStudy {
    pub(super) found: Found,
    pub(super) settings: Settings,
    /// What the manifest says of it; none without one.
    pub(super) row: Option<ManifestRow>,
    /// What the manifest calls it; empty without one.
    pub(super) label: String,
    /// The running number that the manifest gives it; empty where it gives none.
    pub(super) number: String,
    /// Why it will not be measured.
    pub(super) fault: Option<Fault>,
    pub(super) fingerprint: String,
    pub(super) bytes: u64,
    pub(super) need_bytes: u64,
}

impl PlannedStudy {
    /// Its key: the same for the same structure set, wherever it lies.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.found.key
    }

    /// What messages call it: its folder may hold a patient's name.
    pub(super) fn name(&self) -> PathBuf {
        PathBuf::from(format!("study {}", self.key()))
    }

    /// The folder that holds it, below the root. May hold a patient's name.
    #[must_use]
    pub fn location(&self) -> &Path {
        &self.found.location
    }

    /// What it holds, as `CT x 120, RTSTRUCT x 1`.
    #[must_use]
    pub fn holds(&self) -> String {
        let kinds = self.found.index.kinds();
        match self.found.index.other_paths.len() {
            0 => kinds,
            n if self.found.index.objects.is_empty() => format!("masks x {n}"),
            n => format!("{kinds}, masks x {n}"),
        }
    }

    /// Number of files.
    #[must_use]
    pub fn files(&self) -> usize {
        self.found.files().count()
    }

    /// Size of its files, bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Memory that it is taken to need, bytes.
    #[must_use]
    pub fn need_bytes(&self) -> u64 {
        self.need_bytes
    }

    /// Why it would not be measured, as far as its files and the names of its structures say: a
    /// status and a sentence. Reads its structures.
    #[must_use]
    pub fn obstacle(&self) -> Option<(&'static str, String)> {
        if let Some((status, reason)) = &self.fault {
            return Some((status.as_str(), reason.clone()));
        }
        let place = [self.name()];
        let mut warnings = Vec::new();
        let Found { store, index, damaged, .. } = &self.found;
        let chosen =
            open_indexed(store, index, &place, &self.settings, damaged).and_then(|source| {
                let separates = self.settings.separation.is_some();
                choose(&source, &self.settings, separates, &mut warnings).map(drop)
            });
        if let Err(error) = chosen {
            let (status, reason) =
                outcome::of_error(&self.found, &self.settings.structures, &error);
            return Some((status.as_str(), reason));
        }
        let missing = warnings.iter().find(|w| ["no_cord", "no_tumour"].contains(&w.code));
        missing.map(|w| {
            let message = plain(&w.message);
            (Status::NotAssessable.as_str(), format!("{}: {message}", w.code))
        })
    }
}

/// The studies of a folder.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) root: PathBuf,
    /// In the order of their keys.
    pub(super) studies: Vec<PlannedStudy>,
    /// Studies below the folder that the manifest does not name.
    pub(super) left_out: usize,
    pub(super) warnings: Vec<Warning>,
    pub(super) columns: Vec<Column>,
}

impl Plan {
    /// The studies in the order of their keys.
    #[must_use]
    pub fn studies(&self) -> &[PlannedStudy] {
        &self.studies
    }

    /// Studies below the folder that the manifest does not name.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Warnings that concern the folder as a whole.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

/// Finds the studies below a folder, each with its settings. Reads headers, no contours or pixels.
///
/// # Errors
/// The folder is not there, or the manifest names an approach that there is none of.
pub fn plan(root: &Path, options: &Options) -> Result<Plan, BatchError> {
    threads(options.jobs)?.install(|| of_folder(root, options))
}

fn of_folder(root: &Path, options: &Options) -> Result<Plan, BatchError> {
    let (all, warnings) = discover(&options.store, root)?;
    let total = all.len();
    let mut left_out = 0;
    if total == 0 && options.manifest.is_none() {
        return Err(BatchError::NoStudies { root: root.to_owned() });
    }
    let mut chosen: Vec<Chosen> = Vec::new();
    match &options.manifest {
        None => chosen.extend(all.into_iter().map(|found| Chosen {
            found,
            settings: options.settings.clone(),
            row: None,
            label: String::new(),
            number: String::new(),
            fault: None,
        })),
        Some(manifest) => {
            let mut used = vec![false; total];
            for row in &manifest.rows {
                let settings = settings(root, row, options)?;
                let fits: Vec<usize> = (0..total).filter(|&i| named(root, &all[i], row)).collect();
                let (found, fault) = match fits.as_slice() {
                    &[only] if !used[only] => {
                        used[only] = true;
                        (all[only].clone(), None)
                    }
                    &[only] => {
                        let reason = format!("the manifest names {} twice", all[only].key);
                        (stand_in(row), Some((Status::Ambiguous, reason)))
                    }
                    [] => {
                        let reason = "the manifest names it, but it is not below the folder";
                        (stand_in(row), Some((Status::NotFound, reason.to_owned())))
                    }
                    several => {
                        let reason = format!(
                            "{} studies lie where the manifest points; name one by its key",
                            several.len()
                        );
                        (stand_in(row), Some((Status::Ambiguous, reason)))
                    }
                };
                let label = if row.label.is_empty() { &row.path } else { &row.label };
                let (label, number) = (label.clone(), row.number.clone());
                let row = Some(row.clone());
                chosen.push(Chosen { found, settings, row, label, number, fault });
            }
            left_out = used.iter().filter(|u| !**u).count();
        }
    }
    let planned = chosen.into_par_iter().map(|c| planned(root, c, options));
    let mut studies: Vec<PlannedStudy> = planned.collect::<Result<_, _>>()?;
    studies.sort_by(|a, b| a.found.key.cmp(&b.found.key));
    studies.dedup_by(|a, b| a.found.key == b.found.key);
    let columns = columns_of(options);
    Ok(Plan { root: root.to_owned(), studies, left_out, warnings, columns })
}

/// Columns of the wide table.
pub(super) fn columns_of(options: &Options) -> Vec<Column> {
    columns(PairKind::ALL.map(|kind| options.settings.thresholds.of(kind)))
}

/// A study that is to be measured, before its files are looked at.
struct Chosen {
    found: Found,
    settings: Settings,
    row: Option<ManifestRow>,
    label: String,
    number: String,
    fault: Option<Fault>,
}

fn planned(root: &Path, chosen: Chosen, options: &Options) -> Result<PlannedStudy, BatchError> {
    let Chosen { found, settings, row, label, number, fault } = chosen;
    let files = FileFacts::from_index(&found, options.reports);
    let (fingerprint, bytes) = fingerprint(root, &files, &settings, options.reports)?;
    let need_bytes = need_bytes(&files, &settings, options.reports);
    let fault = fault.or_else(|| {
        let mib = |bytes: u64| bytes.div_ceil(1 << 20);
        (need_bytes > options.memory_bytes).then(|| {
            let reason = format!(
                "needs about {} MiB, but {} MiB are allowed; allow more with --memory",
                mib(need_bytes),
                mib(options.memory_bytes)
            );
            (Status::TooLarge, reason)
        })
    });
    Ok(PlannedStudy { found, settings, row, label, number, fault, fingerprint, bytes, need_bytes })
}

/// What a result rests on: program, settings, structures and registrations by what they hold, and
/// images, which pictures alone are made from, by UID and size or, where there are pictures, by what
/// they hold.
fn fingerprint(
    root: &Path,
    files: &[FileFacts],
    settings: &Settings,
    reports: bool,
) -> Result<(String, u64), BatchError> {
    let mut hash = Key::default().text(env!("CARGO_PKG_VERSION"));
    hash.add(thecal_report::SCHEMA_VERSION);
    hash.number(u64::from(reports));
    let asked = key::serialised(settings, root);
    hash.add(&asked.map_err(|e| BatchError::table(root)(e.to_string()))?);
    let mut files: Vec<(&str, u64)> = files.iter().map(|f| (f.held.as_str(), f.bytes)).collect();
    files.sort_unstable();
    let mut bytes = 0;
    for (text, size) in files {
        hash.add(text);
        hash.number(size);
        bytes += size;
    }
    Ok((hash.hex(16), bytes))
}

fn named(root: &Path, found: &Found, row: &ManifestRow) -> bool {
    if !row.study.is_empty() {
        return found.key == row.study;
    }
    let place = root.join(&row.path);
    found.location == Path::new(&row.path) || found.files().any(|f| f.starts_with(&place))
}

/// A row of the manifest that no study fits still has its row in the tables.
fn stand_in(row: &ManifestRow) -> Found {
    let key = if row.study.is_empty() {
        Key::default().text("manifest").text(&row.path).hex(8)
    } else {
        row.study.clone()
    };
    Found { key, location: PathBuf::from(&row.path), ..Found::default() }
}

/// The settings of a study: those of the whole, and what the manifest says.
pub(super) fn settings(
    root: &Path,
    row: &ManifestRow,
    options: &Options,
) -> Result<Settings, BatchError> {
    let mut settings = options.settings.clone();
    if !row.tumour.is_empty() {
        settings.tumours = row.tumour.clone();
    }
    let text = |cell: &String| (!cell.is_empty()).then(|| cell.clone());
    settings.cord = text(&row.cord).or(settings.cord);
    settings.sac = text(&row.sac).or(settings.sac);
    if !row.structures.is_empty() {
        settings.structures = row.structures.iter().map(|f| root.join(f)).collect();
    }
    if !row.approach.is_empty() {
        let mut approaches = Vec::new();
        for name in &row.approach {
            let known = options.approaches.iter().find(|a| a.name == *name);
            approaches.push(known.cloned().ok_or_else(|| {
                BatchError::UnknownApproach {
                    name: name.clone(),
                    known: options
                        .approaches
                        .iter()
                        .map(|a| a.name.as_str())
                        .collect::<Vec<_>>()
                        .join(", "),
                }
            })?);
        }
        let asked = settings.separation.unwrap_or_else(|| options.separate.clone());
        settings.separation = Some(Separate { approaches, ..asked });
    }
    Ok(settings)
}
