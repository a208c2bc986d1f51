//! From paths to the structures of one study.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thecal_dicom::index::{Index, Kind, Object, Series};
use thecal_geom::Warning;
use thecal_mask::file::{MaskFileError, MaskFileKind, mask_bytes, scan_mask_of};
use thecal_mask::role::{Aliases, Candidate, Role, SelectError};
use thecal_report::Input;
use thecal_report::text::plain;
use thecal_store::Store;

use crate::error::{Error, Fault, Lattice};
use crate::frames::Frames;
use crate::labels::FileLabels;
use crate::masks::{self, Looked, common_folder, empty_warning, is_drawn, lattices};
use crate::own_results::index_inputs;
use crate::record::settings::Naming;
use crate::references;
use crate::settings::Settings;
use crate::structures::{self, Drawn, Set};

/// The structures of one study with where they come from.
pub(crate) struct Source {
    pub(crate) store: Store,
    /// DICOM objects that were found with them.
    pub(crate) objects: Vec<Object>,
    pub(crate) files: Vec<PathBuf>,
    pub(crate) drawn: Vec<Drawn>,
    pub(crate) frames: Frames,
    pub(crate) inputs: Vec<Input>,
    pub(crate) series: Vec<Series>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) labels: FileLabels,
    /// Pictures that lie beside masks and are no DICOM.
    pub(crate) pictures: Vec<PathBuf>,
}

impl Source {
    pub(crate) fn selection_error(&self, source: SelectError) -> Error {
        const MOST: usize = 3;
        let files: Vec<String> = self.files.iter().map(|f| f.display().to_string()).collect();
        let path = if files.len() > MOST {
            let folder = common_folder(self.files.iter().map(PathBuf::as_path));
            format!("{} files in {}", files.len(), folder.display())
        } else {
            files.join(", ")
        };
        Error::from(Fault::Select { path, source })
    }

    /// The name of a structure that is asked for, perhaps by the name of its file.
    pub(crate) fn name_meant<'a>(&'a self, asked: &'a str) -> &'a str {
        let after_file = |d: &&Drawn| d.file_name.as_deref() == Some(asked);
        self.drawn.iter().find(after_file).map_or(asked, |d| d.structure.name.as_str())
    }

    pub(crate) fn candidates(&self) -> Vec<Candidate<'_>> {
        self.drawn.iter().map(Drawn::candidate).collect()
    }
}

impl Naming for Source {
    fn structure(&self, asked: &str) -> String {
        plain(self.name_meant(asked)).into_owned()
    }

    fn alias(&self, written: &str) -> String {
        let Ok(alone) = Aliases::from_entries([(written.to_owned(), Role::Other)]) else {
            return plain(&self.labels.hide(written)).into_owned();
        };
        let after_file =
            |d: &&Drawn| d.file_name.as_deref().is_some_and(|f| alone.role(f).is_some());
        match self.drawn.iter().find(after_file) {
            // Names of files hold names of people.
            Some(drawn) => drawn.structure.name.clone(),
            None => plain(&self.labels.hide(written)).into_owned(),
        }
    }
}

pub(crate) fn open(store: &Store, paths: &[PathBuf], settings: &Settings) -> Result<Source, Error> {
    let mut searched = paths.to_vec();
    searched.extend(settings.structures.iter().cloned());
    open_indexed(store, &index_inputs(store, &searched)?, paths, settings, &[])
}

/// As [`open`], of files that have been indexed already; `damaged` are files that belong to the study
/// as well and cannot be read.
pub(crate) fn open_indexed(
    store: &Store,
    found: &Index,
    paths: &[PathBuf],
    settings: &Settings,
    damaged: &[PathBuf],
) -> Result<Source, Error> {
    // Their labels stand in outputs, their paths on the terminal.
    let mut warnings = found.warnings_with_paths();
    let Chosen { files, looked } = if settings.structures.is_empty() {
        the_set(store, found, paths, &mut warnings)?
    } else {
        named(store, found, &settings.structures)?
    };
    warnings.extend(others(found));
    let of_masks = lattices(looked.masks.iter());
    // What is named by itself is measured together, whatever lattices it lies on.
    let by_name = !settings.structures.is_empty() || paths.iter().all(|p| store.holds(p));
    if of_masks.len() > 1 {
        if !by_name {
            return Err(Fault::SeveralLattices { lattices: of_masks }.into());
        }
        warnings.push(Warning::new("frame_unknown", several_lattices(&of_masks), ""));
    }
    warnings.extend(empty_warning(&looked.masks));
    let table = settings.labels.as_ref();
    let held = Arc::new(looked.held);
    let masks = (looked.masks, Arc::clone(&held));
    let of_masks = structures::of_masks(store, masks, table, &settings.aliases, &mut warnings);
    let mut of_masks = of_masks.into_iter().peekable();
    let (mut sets, mut contents) = (Vec::new(), Vec::new());
    for file in &files {
        let of_mask = of_masks.next_if(|set| set.path == *file);
        let (set, content_sha256) = match of_mask.zip(held.sha256(file)) {
            Some((set, sha256)) => (set, sha256.to_owned()),
            None => {
                let kind = kind_of(store, found, file);
                structures::read(store, file, kind, &settings.aliases)?
            }
        };
        sets.push(set);
        contents.push(content_sha256);
    }
    let labels = FileLabels::from_index(found, damaged, &files);
    structures::settle_names(&mut sets, &labels, &settings.aliases);
    let inputs = listed(found, &sets, contents);
    let mut drawn = Vec::new();
    for set in sets {
        warnings.extend(references::of(found, &set));
        warnings.extend(set.warnings);
        drawn.extend(set.drawn);
    }
    // An alias may be for the name of a file.
    let names = |d: &'_ Drawn| [d.file_name.clone(), Some(d.structure.name.clone())];
    let names: Vec<String> = drawn.iter().flat_map(names).flatten().collect();
    warnings.extend(settings.aliases.unused(names.iter().map(String::as_str)));
    warnings.extend(drawn.iter().filter_map(|d| d.fault.as_ref()).map(structures::unreadable));
    let frames = Frames::from_objects(&found.objects.iter().collect::<Vec<_>>());
    let warnings = warnings.into_iter().map(|w| labels.hide_in(w)).collect();
    let (series, pictures) = (found.series(), looked.images);
    let (store, objects) = (store.clone(), found.objects.clone());
    Ok(Source { store, objects, files, drawn, frames, inputs, series, warnings, labels, pictures })
}

/// What the index found a file to be.
pub(crate) fn kind_of(store: &Store, found: &Index, file: &Path) -> Option<Kind> {
    if let Some(object) = found.objects.iter().find(|o| o.path == file) {
        return Some(object.kind);
    }
    let file = store.real_name(file);
    found.objects.iter().find(|o| store.real_name(&o.path) == file).map(|o| o.kind)
}

/// Files to take structures from, and what was learned of those that are no DICOM.
struct Chosen {
    files: Vec<PathBuf>,
    /// The masks among the files, in their order, and pictures beside them.
    looked: Looked,
}

/// The files that were asked for.
fn named(store: &Store, found: &Index, files: &[PathBuf]) -> Result<Chosen, Error> {
    let is_mask =
        |p: &&PathBuf| kind_of(store, found, p).is_none() && MaskFileKind::from_path(p).is_some();
    let wanted: Vec<PathBuf> = files.iter().filter(is_mask).cloned().collect();
    let mut looked = masks::look(store, &wanted);
    if let Some((_, why)) = looked.bad.into_iter().next() {
        return Err(why.into());
    }
    if let Some(picture) = looked.images.first() {
        // Read again for its message alone.
        scan_mask_of(store, picture, &mask_bytes(store, picture)?)?;
    }
    looked.images = Vec::new();
    looked.bad = Vec::new();
    if !looked.masks.is_empty() {
        let real = |p: &PathBuf| store.real_name(p);
        let taken: HashSet<PathBuf> = files.iter().map(real).collect();
        let mut beside = mask_names(found);
        beside.retain(|p| !taken.contains(&real(p)));
        looked.images = masks::look(store, &beside).images;
    }
    Ok(Chosen { files: files.to_vec(), looked })
}

/// The structures to use where none are named: an RTSTRUCT before a SEG before the masks that are
/// no DICOM, which are one set.
fn the_set(
    store: &Store,
    found: &Index,
    paths: &[PathBuf],
    warnings: &mut Vec<Warning>,
) -> Result<Chosen, Error> {
    let place = || paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
    let of_kind = |kind: Kind| -> Vec<PathBuf> {
        found.objects.iter().filter(|o| o.kind == kind).map(|o| o.path.clone()).collect()
    };
    let (sets, segmentations) = (of_kind(Kind::RtStruct), of_kind(Kind::Seg));
    let named = mask_names(found);
    if found.objects.is_empty() && named.is_empty() {
        let damaged = damaged(found);
        let files = found.other_files + damaged.len();
        return Err(Fault::NothingFound { place: place(), files, damaged }.into());
    }
    let count = found.patients_of(drawn_or_shown);
    if count > 1 {
        return Err(Fault::SeveralPatients { count }.into());
    }
    let mut unread = damaged(found);
    // Masks that are no DICOM are told from pictures only by looking through them.
    let mut looked = Looked::default();
    let masks = if sets.is_empty() && segmentations.is_empty() {
        looked = masks::look(store, &named);
        // Beside a good one, a bad one is passed over, but not without a word.
        for (path, why) in std::mem::take(&mut looked.bad) {
            let place = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let why = fault_of(&why);
            unread.push(format!("{}: {why}", path.display()));
            warnings.push(Warning::new("file_damaged", why, place));
        }
        if looked.masks.iter().any(is_drawn) {
            looked.masks.iter().map(|f| f.path.clone()).collect()
        } else {
            let empty = looked.masks.iter().map(|f| &f.path);
            unread.extend(empty.map(|p| format!("{}: a mask without a voxel", p.display())));
            Vec::new()
        }
    } else {
        named
    };
    let masks_alone = sets.is_empty() && segmentations.is_empty();
    let ranked = [("RTSTRUCT", sets), ("SEG", segmentations), ("mask", masks)];
    let mut ranked = ranked.into_iter().filter(|(_, files)| !files.is_empty());
    match ranked.next() {
        None => {
            Err(Fault::NoStructureSet { place: place(), found: kinds(found), damaged: unread }
                .into())
        }
        Some((_, files)) if files.len() == 1 || masks_alone => {
            warnings.extend(ranked.map(|(kind, more)| {
                let (count, files) = (more.len(), if more.len() == 1 { "file is" } else { "files are" });
                let message = format!(
                    "{count} {kind} {files} also present and not used; --structures FILE selects the \
                     files to use"
                );
                Warning::new("other_structures", message, "")
            }));
            Ok(Chosen { files, looked })
        }
        Some((kind, files)) => match of_one_instance(found, &files) {
            shared if shared.is_empty() => Err(Fault::SeveralStructureSets { kind, files }.into()),
            files => Err(Fault::SameInstance { kind, files }.into()),
        },
    }
}

/// Those files that share a SOP Instance UID with another of them.
fn of_one_instance(found: &Index, files: &[PathBuf]) -> Vec<PathBuf> {
    let uid = |path: &PathBuf| {
        let object = found.objects.iter().find(|o| o.path == *path)?;
        (!object.sop_instance_uid.is_empty()).then_some(object.sop_instance_uid.as_str())
    };
    let shared = |path: &&PathBuf| {
        let of_path = uid(path);
        of_path.is_some() && files.iter().filter(|f| uid(f) == of_path).count() > 1
    };
    files.iter().filter(shared).cloned().collect()
}

fn kinds(found: &Index) -> String {
    match found.other_files {
        0 => found.kinds(),
        n => format!("{}, not DICOM x {n}", found.kinds()),
    }
}

/// Files that are called like masks that are no DICOM.
pub(crate) fn mask_names(found: &Index) -> Vec<PathBuf> {
    let all: HashSet<&Path> = found.other_paths.iter().map(PathBuf::as_path).collect();
    // Of a header and an image apart the header stands for both.
    let second = |p: &Path| {
        let is_image = p.extension().is_some_and(|e| e.eq_ignore_ascii_case("img"));
        is_image && ["hdr", "HDR"].iter().any(|e| all.contains(p.with_extension(e).as_path()))
    };
    let named =
        found.other_paths.iter().filter(|p| MaskFileKind::from_path(p).is_some() && !second(p));
    named.cloned().collect()
}

/// What is wrong with a file, without its path.
fn fault_of(error: &MaskFileError) -> String {
    match error {
        MaskFileError::Content { fault, .. } => fault.to_string(),
        MaskFileError::Io { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}

/// Masks of several lattices were named by themselves.
fn several_lattices(lattices: &[Lattice]) -> String {
    let listed: Vec<String> = lattices.iter().map(ToString::to_string).collect();
    format!(
        "the masks lie on {} lattices ({}) and carry no frame of reference; they are measured in \
         the coordinates that each file states. Make sure that all are of one scan",
        lattices.len(),
        listed.join("; ")
    )
}

/// Objects that a check rests on: structures, and the images that they are drawn on.
pub(crate) fn drawn_or_shown(kind: Kind) -> bool {
    matches!(kind, Kind::RtStruct | Kind::Seg) || kind.is_image()
}

/// Objects of somebody else that take no part in a check (a dose, a plan) are told, no more.
fn others(found: &Index) -> Option<Warning> {
    let others = found.patients().saturating_sub(found.patients_of(drawn_or_shown));
    (others > 0).then(|| {
        let message = format!(
            "doses, plans or other objects of {} lie among the files; they are not used",
            if others == 1 {
                "another patient".to_owned()
            } else {
                format!("{others} other patients")
            }
        );
        Warning::new("other_patient", message, "")
    })
}

/// Files that may have been the structure set, with what is wrong with them.
fn damaged(found: &Index) -> Vec<String> {
    let of_files = ["file_damaged", "file_unreadable"];
    let damaged = found.warnings.iter().filter(|w| of_files.contains(&w.code));
    damaged.map(|w| format!("{}: {}", w.place, w.message)).collect()
}

/// The inputs that a record lists; of files of structures, in their order, with what they hold.
fn listed(found: &Index, sets: &[Set], contents_sha256: Vec<String>) -> Vec<Input> {
    let of_set = |(set, content_sha256): (&Set, String)| Input {
        kind: set.kind.to_owned(),
        series_instance_uid: set.series_instance_uid.clone(),
        sop_instance_uid: set.sop_instance_uid.clone(),
        frame_of_reference_uid: set.frame_of_reference_uid.clone(),
        files: 1,
        content_sha256: Some(content_sha256),
    };
    let mut inputs: Vec<Input> = sets.iter().zip(contents_sha256).map(of_set).collect();
    let others = found.series().into_iter().filter(|s| !sets.iter().any(|set| s.holds(&set.path)));
    inputs.extend(others.map(|s| Input {
        kind: s.kind.as_str().to_owned(),
        series_instance_uid: some(&s.series_instance_uid),
        sop_instance_uid: None,
        frame_of_reference_uid: s.frame_of_reference_uid.clone(),
        files: s.files.len(),
        content_sha256: None,
    }));
    inputs
}

/// The files below `paths` that a check rests on: DICOM objects and masks, and those that are named
/// by themselves. No result may overwrite them.
///
/// # Errors
/// When a path cannot be searched.
pub fn inputs(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let found = index_inputs(&Store::files(), paths)?;
    let named = paths.iter().filter(|p| p.is_file()).cloned();
    let mut files: Vec<PathBuf> = found.objects.iter().map(|o| o.path.clone()).collect();
    files.extend(mask_names(&found));
    files.extend(found.copies.iter().map(|c| c.path.clone()));
    files.extend(found.damaged.iter().map(|d| d.path.clone()));
    files.extend(named);
    Ok(files)
}

fn some(uid: &str) -> Option<String> {
    (!uid.is_empty()).then(|| uid.to_owned())
}
