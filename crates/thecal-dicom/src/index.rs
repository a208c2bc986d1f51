//! What is in a folder: every DICOM object by its header, without pixels and contours.
//!
//! Folders of any depth are searched, symbolic links followed and their loops told; headers are
//! read in parallel, 64 KiB of a file at first and more only where a header is longer than that.
//! The order of the result is that of the paths, whatever the number of threads.

mod copies;
mod header;
mod kind;
mod listed;

pub use header::PatientKey;
pub use kind::Kind;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use thecal_geom::Warning;
use thecal_store::{NotSearched, Store};

use crate::read::{FaultKind, ReadError};
use crate::registration::Registration;

/// Why a search could not begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// A path that was asked for is not there, or not to be read.
    #[error("{path}: {source}; give a folder with a study, or its files")]
    Path {
        /// The path.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
}

/// One DICOM object.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Object {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// SOP Class UID; empty where the file has none.
    pub sop_class_uid: String,
    /// SOP Instance UID; empty where the file has none.
    pub sop_instance_uid: String,
    /// Series Instance UID; empty where the file has none.
    pub series_instance_uid: String,
    /// Study Instance UID; empty where the file has none.
    pub study_instance_uid: String,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// Series Description, which can hold the name of a person.
    pub series_description: Option<String>,
    patient: PatientKey,
    registration: Option<Arc<Result<Registration, String>>>,
}

impl Object {
    /// Which patient it belongs to, as far as its header says.
    #[must_use]
    pub fn patient(&self) -> PatientKey {
        self.patient
    }

    /// What a registration holds, or why it cannot be used; none for other objects. It is small, and
    /// read with its header.
    #[must_use]
    pub fn registration(&self) -> Option<Result<&Registration, &str>> {
        let read = self.registration.as_deref()?;
        Some(read.as_ref().map_err(String::as_str))
    }
}

/// A file that may have been an object and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damaged {
    /// The file.
    pub path: PathBuf,
    /// The warning that tells of it: `file_damaged` or `file_unreadable`.
    pub warning: Warning,
}

/// A file that holds the same object as another, or an object of the same SOP Instance UID.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copied {
    /// The file.
    pub path: PathBuf,
    /// The file that was found first, which is taken where the two are the same.
    pub of: PathBuf,
}

/// Objects of one kind that share a Series Instance UID and a frame of reference.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Series {
    /// What they are.
    pub kind: Kind,
    /// Series Instance UID; empty where the files have none.
    pub series_instance_uid: String,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// The files, in the order of their paths.
    pub files: Vec<PathBuf>,
}

impl Series {
    /// True where the file is one of the series.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        self.files.iter().any(|f| f == path)
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Index {
    /// DICOM objects in the order of their paths, each once. Different objects that share a SOP
    /// Instance UID all stand here.
    pub objects: Vec<Object>,
    /// Files that are not DICOM.
    pub other_files: usize,
    /// Their paths.
    pub other_paths: Vec<PathBuf>,
    /// Files and folders that were passed over although they may have held something: codes
    /// `file_damaged`, `file_unreadable`, `folder_unreadable`, `duplicate_instance`,
    /// `instance_disputed`.
    ///
    /// Places are file names, since a whole path may hold a patient's name.
    pub warnings: Vec<Warning>,
    /// Files that `warnings` reports as damaged or unreadable, with their paths.
    pub damaged: Vec<Damaged>,
    /// Copies of objects, which `warnings` reports as `duplicate_instance`.
    pub copies: Vec<Copied>,
    /// Objects that share a SOP Instance UID with another one, which `warnings` reports as
    /// `instance_disputed`.
    pub disputed: Vec<Copied>,
    /// Bytes that were read of all files together: of each its head, 64 KiB unless its header is
    /// longer.
    pub bytes_read: u64,
}

impl Index {
    /// `warnings` with whole paths where two files are told of, which may have one name. For who may
    /// tell of folders: a path may hold a patient's name.
    #[must_use]
    pub fn warnings_with_paths(&self) -> Vec<Warning> {
        let (mut copies, mut disputed) = (self.copies.iter(), self.disputed.iter());
        let placed = |warning: &Warning| {
            let (two, message): (_, fn(&str) -> String) = match warning.code {
                COPY => (copies.next(), copied),
                DISPUTED => (disputed.next(), shared),
                _ => (None, copied),
            };
            two.map_or_else(
                || warning.clone(),
                |two| {
                    let text = message(&two.of.display().to_string());
                    Warning::new(warning.code, text, two.path.display().to_string())
                },
            )
        };
        self.warnings.iter().map(placed).collect()
    }

    /// How many patients the objects belong to.
    #[must_use]
    pub fn patients(&self) -> usize {
        self.patients_of(|_| true)
    }

    /// How many patients the objects of some kinds belong to.
    #[must_use]
    pub fn patients_of(&self, wanted: impl Fn(Kind) -> bool) -> usize {
        let of_kind = self.objects.iter().filter(|o| wanted(o.kind));
        of_kind.map(|o| o.patient).collect::<HashSet<_>>().len()
    }

    /// The kinds with their counts, for messages: `CT x 177, RTPLAN x 1`.
    #[must_use]
    pub fn kinds(&self) -> String {
        let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
        for o in &self.objects {
            *counts.entry(o.kind).or_default() += 1;
        }
        let texts: Vec<String> =
            counts.iter().map(|(kind, n)| format!("{} x {n}", kind.as_str())).collect();
        if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
    }

    fn pass_over(&mut self, warning: Warning, path: PathBuf) {
        self.warnings.push(warning.clone());
        self.damaged.push(Damaged { path, warning });
    }

    /// Takes in an object, copies of one that is there but once. `instances`: the objects of each
    /// SOP Instance UID.
    fn add(&mut self, store: &Store, object: Object, instances: &mut HashMap<String, Vec<usize>>) {
        let uid = &object.sop_instance_uid;
        let of_uid = instances.entry(uid.clone()).or_default();
        let before: &[usize] = if uid.is_empty() { &[] } else { of_uid };
        let here = name(&object.path);
        if let Some(&first) =
            before.iter().find(|&&i| copies::same(store, &self.objects[i].path, &object.path))
        {
            let of = self.objects[first].path.clone();
            self.warnings.push(Warning::new(COPY, copied(&name(&of)), here));
            self.copies.push(Copied { path: object.path, of });
            return;
        }
        if let Some(&first) = before.first() {
            let of = self.objects[first].path.clone();
            self.warnings.push(Warning::new(DISPUTED, shared(&name(&of)), here));
            self.disputed.push(Copied { path: object.path.clone(), of });
        }
        of_uid.push(self.objects.len());
        self.objects.push(object);
    }

    /// The series, in the order of their first files.
    #[must_use]
    pub fn series(&self) -> Vec<Series> {
        let mut places = HashMap::new();
        let mut out: Vec<Series> = Vec::new();
        for o in &self.objects {
            let key = (o.kind, &o.series_instance_uid, &o.frame_of_reference_uid);
            let place = *places.entry(key).or_insert_with(|| {
                out.push(Series {
                    kind: o.kind,
                    series_instance_uid: o.series_instance_uid.clone(),
                    frame_of_reference_uid: o.frame_of_reference_uid.clone(),
                    files: Vec::new(),
                });
                out.len() - 1
            });
            out[place].files.push(o.path.clone());
        }
        out
    }
}

/// Searches folders (and below them) and files for DICOM objects.
///
/// # Errors
/// A path that was asked for is not there. What cannot be read below it is a warning.
///
/// # Example
/// ```
/// use thecal_dicom::index::index;
///
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("notes.txt"), "no DICOM")?;
/// let found = index(&[folder.path().to_owned()])?;
/// assert_eq!((found.objects.len(), found.other_files), (0, 1));
/// assert!(index(&[folder.path().join("absent")]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn index(paths: &[PathBuf]) -> Result<Index, IndexError> {
    index_in(&Store::files(), paths)
}

/// As [`index`], of places in a store. Each object is opened once, copies once more to be held
/// against each other.
///
/// # Errors
/// As [`index`].
pub fn index_in(store: &Store, paths: &[PathBuf]) -> Result<Index, IndexError> {
    let mut found = Index::default();
    let mut files = Vec::new();
    for path in paths {
        let listing =
            store.list(path).map_err(|source| IndexError::Path { path: path.clone(), source })?;
        files.extend(listing.objects);
        found.warnings.extend(listing.not_searched.iter().map(not_searched));
    }
    let mut seen = HashSet::new();
    files.retain(|f| seen.insert(store.real_name(f)));
    let headers: Vec<_> = files.into_par_iter().map(|f| (header::read(store, &f), f)).collect();
    let mut instances: HashMap<String, Vec<usize>> = HashMap::new();
    for (header, path) in headers {
        match header {
            Ok((None, bytes)) => found.bytes_read += bytes,
            Ok((Some(object), bytes)) => {
                found.bytes_read += bytes;
                found.add(store, object, &mut instances);
            }
            Err(e) => match e.fault().map(|f| f.kind) {
                Some(FaultKind::NotDicom) => {
                    found.other_files += 1;
                    found.other_paths.push(path);
                }
                Some(_) => {
                    let why = e.fault().map(ToString::to_string).unwrap_or_default();
                    found.pass_over(Warning::new("file_damaged", why, name(&path)), path);
                }
                None => found.pass_over(unreadable(&e, &path), path),
            },
        }
    }
    Ok(found)
}

fn unreadable(e: &ReadError, path: &Path) -> Warning {
    let why = std::error::Error::source(e).map_or_else(|| e.to_string(), ToString::to_string);
    Warning::new("file_unreadable", format!("{why}; the file is skipped"), name(path))
}

fn not_searched(found: &NotSearched) -> Warning {
    let message = format!("{}; skipped", found.why);
    Warning::new("folder_unreadable", message, name(&found.place))
}

const COPY: &str = "duplicate_instance";
const DISPUTED: &str = "instance_disputed";

fn copied(of: &str) -> String {
    format!("a copy of {of}, with the same SOP Instance UID; counted once")
}

fn shared(with: &str) -> String {
    format!(
        "the same SOP Instance UID as {with} and other contents: one of them was changed and not \
         given its own; both are kept"
    )
}

fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}
