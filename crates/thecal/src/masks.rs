//! Masks in files that are no DICOM: which of the files at hand are masks, whether they are one
//! set, and their voxels, a file at a time.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use thecal_geom::Warning;
use thecal_mask::file::{
    Label, MaskFile, MaskFileError, MaskFileKind, mask_bytes, read_mask_of, scan_mask_of,
};
use thecal_store::Store;
use thecal_voxel::{Grid, Slices};

use crate::contents;
use crate::error::{Error, Fault, Lattice};

/// Masks are small where they are packed: as they are read for their labels, files of this many bytes
/// together are kept for their voxels.
const KEPT_BYTES: u64 = 64 << 20;

/// What files that are called like masks turned out to be.
#[derive(Default)]
pub(crate) struct Looked {
    /// Masks, without their voxels; some may hold none.
    pub(crate) masks: Vec<MaskFile>,
    /// The masks as they were read.
    pub(crate) held: Held,
    /// Pictures: a CT or MR.
    pub(crate) images: Vec<PathBuf>,
    /// What is wrong with the others.
    pub(crate) bad: Vec<(PathBuf, MaskFileError)>,
}

/// Mask files that were read: what they hold, and as far as there is room their bytes.
#[derive(Default)]
pub(crate) struct Held {
    store: Store,
    files: HashMap<PathBuf, HeldFile>,
}

struct HeldFile {
    sha256: String,
    bytes: Option<Vec<u8>>,
}

impl Held {
    /// SHA-256 of a file, as hexadecimal digits; none of one that is no mask.
    pub(crate) fn sha256(&self, path: &Path) -> Option<&str> {
        self.files.get(path).map(|f| f.sha256.as_str())
    }

    /// A file with its voxels.
    fn read(&self, path: &Path) -> Result<MaskFile, MaskFileError> {
        match self.files.get(path).and_then(|f| f.bytes.as_ref()) {
            Some(bytes) => read_mask_of(&self.store, path, bytes),
            None => read_mask_of(&self.store, path, &mask_bytes(&self.store, path)?),
        }
    }
}

/// Looks through files, in their order. None of their voxels stay in memory.
pub(crate) fn look(store: &Store, paths: &[PathBuf]) -> Looked {
    let kept = AtomicU64::new(0);
    let scan = |path: &PathBuf| {
        let bytes = mask_bytes(store, path)?;
        let file = scan_mask_of(store, path, &bytes)?;
        let sha256 = contents::sha256(&bytes);
        let length = bytes.len() as u64;
        let fits = kept.fetch_add(length, Ordering::Relaxed).saturating_add(length) <= KEPT_BYTES;
        if !fits {
            kept.fetch_sub(length, Ordering::Relaxed);
        }
        Ok((file, HeldFile { sha256, bytes: fits.then_some(bytes) }))
    };
    // An NRRD is unpacked as a whole, so these are read one after another.
    let packed = |p: &&PathBuf| MaskFileKind::from_path(p) != Some(MaskFileKind::Nifti);
    type Scanned = Result<(MaskFile, HeldFile), MaskFileError>;
    let mut found: Vec<(usize, Scanned)> = paths
        .par_iter()
        .enumerate()
        .filter(|(_, p)| !packed(p))
        .map(|(place, p)| (place, scan(p)))
        .collect();
    let rest = paths.iter().enumerate().filter(|(_, p)| packed(p));
    found.extend(rest.map(|(place, p)| (place, scan(p))));
    found.sort_by_key(|(place, _)| *place);
    let mut out = Looked::default();
    out.held.store = store.clone();
    for (place, read) in found {
        let path = || paths[place].clone();
        match read {
            Ok((file, held)) => {
                out.held.files.insert(path(), held);
                out.masks.push(file);
            }
            Err(e) if is_image(&e) => out.images.push(path()),
            Err(e) => out.bad.push((path(), e)),
        }
    }
    out
}

/// True where a file holds a picture and no mask, which is no fault of it.
pub(crate) fn is_image(error: &MaskFileError) -> bool {
    matches!(error, MaskFileError::Content { fault, .. } if fault.is_image)
}

/// True where a mask has voxels at all.
pub(crate) fn is_drawn(file: &MaskFile) -> bool {
    file.labels.iter().any(|l| l.voxels > 0)
}

/// The lattices that masks lie on, each with its files, that of the most files first. Masks
/// without voxels lie nowhere.
pub(crate) fn lattices<'a>(masks: impl Iterator<Item = &'a MaskFile>) -> Vec<Lattice> {
    let mut out: Vec<(Grid, Lattice)> = Vec::new();
    for file in masks.filter(|f| is_drawn(f)) {
        match out.iter_mut().find(|(grid, _)| grid.shares_lattice(&file.grid)) {
            Some((_, lattice)) => lattice.files.push(file.path.clone()),
            None => {
                let (size, spacing_mm) = (file.grid.size(), file.grid.spacing_mm());
                let lattice = Lattice { size, spacing_mm, files: vec![file.path.clone()] };
                out.push((file.grid, lattice));
            }
        }
    }
    out.sort_by_key(|(_, lattice)| std::cmp::Reverse(lattice.files.len()));
    out.into_iter().map(|(_, lattice)| lattice).collect()
}

/// Masks without a voxel, in one line however many they are; those of a role that a check asks
/// for are told by name beside it.
pub(crate) fn empty_warning(masks: &[MaskFile]) -> Option<Warning> {
    let empty = masks.iter().filter(|f| !is_drawn(f)).count();
    (empty > 0 && masks.len() > 1).then(|| {
        let message = format!(
            "{empty} of {} mask files have no voxel; they count as structures that are not drawn",
            masks.len()
        );
        Warning::new("masks_empty", message, "")
    })
}

/// The file that was read last, so that of many masks the voxels of one are in memory at a time.
pub(crate) struct LastRead {
    held: Arc<Held>,
    last: Mutex<Option<Arc<MaskFile>>>,
}

impl LastRead {
    pub(crate) fn new(held: Arc<Held>) -> Self {
        Self { held, last: Mutex::default() }
    }
}

/// Where the voxels of a mask file are to be had.
#[derive(Clone)]
pub(crate) struct Voxels {
    path: PathBuf,
    single: bool,
    last: Arc<LastRead>,
}

impl Voxels {
    pub(crate) fn new(file: &MaskFile, last: &Arc<LastRead>) -> Self {
        let single = file.labels.len() == 1;
        Self { path: file.path.clone(), single, last: Arc::clone(last) }
    }

    /// The mask of a label; `name` is the structure's.
    pub(crate) fn mask(&self, label: &Label, name: &str) -> Result<Slices, Error> {
        let of = |file: &MaskFile| {
            let fault = |source| Error::from(Fault::Mask { name: name.to_owned(), source });
            file.mask(label).map_err(fault)
        };
        // What a thread left that panicked is whole: it is replaced at once.
        let mut last = self.last.last.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.as_ref().filter(|f| f.path == self.path).cloned();
        let file = match known {
            Some(file) => file,
            None => {
                // The one before goes first.
                *last = None;
                let file = Arc::new(self.last.held.read(&self.path)?);
                *last = Some(Arc::clone(&file));
                file
            }
        };
        if self.single {
            // Nobody else needs it.
            *last = None;
            return of(&file);
        }
        drop(last);
        of(&file)
    }
}

/// The folder that holds all of the files.
pub(crate) fn common_folder<'a>(files: impl Iterator<Item = &'a Path>) -> PathBuf {
    let mut common: Option<PathBuf> = None;
    for file in files {
        let folder = file.parent().unwrap_or(Path::new(""));
        common = Some(match common {
            None => folder.to_owned(),
            Some(c) => {
                let holds = c.ancestors().find(|a| folder.starts_with(a));
                holds.unwrap_or(Path::new("")).to_owned()
            }
        });
    }
    common.unwrap_or_default()
}
