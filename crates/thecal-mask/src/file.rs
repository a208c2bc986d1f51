//! Masks in files that are no DICOM: NIfTI-1 and NRRD.
//!
//! Both hold a lattice with its place in patient space and a number for each voxel. Whole numbers
//! are labels, each a structure; numbers from 0 to 1 say how much of a voxel belongs to a single
//! one. Files are treated as hostile: sizes are held against the bytes that are there before
//! anything is made of them, and what is packed is unpacked only as far as the header says.
//!
//! Neither format has a frame of reference: coordinates are taken for those of the scan.
//!
//! ```
//! use std::path::Path;
//! use thecal_mask::file::read_mask_bytes;
//!
//! let header = "NRRD0004
//! type: uint8
//! dimension: 3
//! sizes: 4 4 3
//! space: left-posterior-superior
//! space directions: (1,0,0) (0,1,0) (0,0,2)
//! space origin: (0,0,0)
//! encoding: raw
//!
//! ";
//! let mut file = header.as_bytes().to_vec();
//! file.extend((0..48).map(|n| u8::from((16..32).contains(&n))));
//! let read = read_mask_bytes(Path::new("cord.nrrd"), &file)?;
//! assert_eq!((read.labels[0].name.as_str(), read.labels[0].voxels), ("cord", 16));
//! assert_eq!(read.grid.spacing_mm(), [1.0, 1.0, 2.0]);
//! # Ok::<(), thecal_mask::file::MaskFileError>(())
//! ```

mod caret;
mod fault;
mod labels;
mod lattice;
mod nifti;
mod nrrd;
mod payload;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use thecal_geom::Warning;
use thecal_store::Store;
use thecal_voxel::{FULL, Grid, Slices, Volume, VoxelError, slice_axis};

pub use fault::{FileFault, MaskFileError};
pub use labels::{Label, MOST_LABELS};
pub use values::MAX_VOXELS;

/// Files beyond this are not read, bytes.
pub const MAX_FILE_BYTES: u64 = 1 << 32;

/// Whether voxels are kept, or only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Voxels,
    Nothing,
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskFileKind {
    /// NIfTI-1 in one file, gzipped or not.
    Nifti,
    /// NRRD with attached or detached header.
    Nrrd,
}

impl MaskFileKind {
    /// The word of the report.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nifti => "NIfTI",
            Self::Nrrd => "NRRD",
        }
    }

    /// By the end of the file's name; none where it is neither.
    #[must_use]
    pub fn from_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        let ends = |all: &[&str]| all.iter().any(|e| name.ends_with(e));
        // Headers and images apart are of the kind, so that they are told from damaged files.
        if ends(&[".nii", ".nii.gz", ".hdr", ".img", ".img.gz"]) {
            Some(Self::Nifti)
        } else if ends(&[".nrrd", ".nhdr"]) {
            Some(Self::Nrrd)
        } else {
            None
        }
    }
}

/// Where the names of the labels of a file come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamesFrom {
    /// The file's own name, or none: `label 60`.
    File,
    /// Its header: segments of 3D Slicer, or a table in an extension of NIfTI-1.
    Header,
    /// A table that was given to [`MaskFile::rename`].
    Table,
}

/// A mask file, as read, with its voxels or without them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MaskFile {
    /// The file.
    pub path: PathBuf,
    /// What kind of file it is.
    pub kind: MaskFileKind,
    /// Where the voxels lie.
    pub grid: Grid,
    /// The structures, by layer and value.
    pub labels: Vec<Label>,
    /// Where their names come from.
    pub names_from: NamesFrom,
    /// The table of names in the header, whether drawn or not: values and names.
    pub header_names: Vec<(i32, String)>,
    /// True where voxels belong to the structure in part.
    pub graded: bool,
    /// What was doubted.
    pub warnings: Vec<Warning>,
    layers: Vec<Volume<f32>>,
}

impl MaskFile {
    /// The mask of one of the [`labels`](Self::labels), on planes across the coarsest axis.
    ///
    /// # Errors
    /// The label has no voxel, or the file was only [scanned](scan_mask_file).
    pub fn mask(&self, label: &Label) -> Result<Slices, VoxelError> {
        let layer = self.layers.get(label.layer).ok_or(VoxelError::EmptyMask)?;
        let axis = slice_axis(&self.grid);
        if self.graded {
            let part = |v: &f32| (v * f32::from(FULL)).round() as u8;
            return Slices::of_volume(layer, axis, part);
        }
        let value = label.value as f32;
        let more: Vec<f32> = label.more_values.iter().map(|v| *v as f32).collect();
        Slices::of_volume(layer, axis, |&v| if v == value || more.contains(&v) { FULL } else { 0 })
    }

    /// True where the file holds one structure, named after the file or not named at all.
    #[must_use]
    pub fn is_single(&self) -> bool {
        let alone = |l: &Label| labels::ALONE.contains(&l.value);
        self.names_from == NamesFrom::File && matches!(&self.labels[..], [only] if alone(only))
    }

    /// Gives labels the names that a table has for their values; how many got one.
    pub fn rename(&mut self, names: &BTreeMap<i32, String>) -> usize {
        let mut renamed = 0;
        for label in &mut self.labels {
            if let Some(name) = names.get(&label.value) {
                label.name.clone_from(name);
                renamed += 1;
            }
        }
        if renamed > 0 {
            self.names_from = NamesFrom::Table;
        }
        renamed
    }

    /// The voxels of a layer as the file has them; none of a file that was only scanned.
    #[must_use]
    pub fn layer(&self, layer: usize) -> Option<&Volume<f32>> {
        self.layers.get(layer)
    }
}

/// Reads a mask file.
///
/// # Errors
/// The file cannot be read, is neither NIfTI-1 nor NRRD, is damaged, or holds a picture.
pub fn read_mask_file(path: &Path) -> Result<MaskFile, MaskFileError> {
    let files = Store::files();
    read_mask_of(&files, path, &mask_bytes(&files, path)?)
}

/// The bytes of a mask file in a store, as many as a mask may have.
///
/// # Errors
/// It cannot be read, is too long, or is the image of a pair of files.
pub fn mask_bytes(store: &Store, path: &Path) -> Result<Vec<u8>, MaskFileError> {
    let io = |source| MaskFileError::Io { path: path.into(), source };
    let content = |fault| MaskFileError::Content { path: path.into(), fault };
    let opened = store.open(path).map_err(io)?;
    check_length(opened.length()).map_err(content)?;
    check_alone(path).map_err(content)?;
    opened.head(u64::MAX).map_err(io)
}

/// As [`read_mask_file`], from [the bytes](mask_bytes) of a file in a store, where the voxels of a
/// detached header lie beside it.
///
/// # Errors
/// As [`read_mask_file`].
pub fn read_mask_of(store: &Store, path: &Path, bytes: &[u8]) -> Result<MaskFile, MaskFileError> {
    of_bytes(path, bytes, Some(store), Keep::Voxels)
}

/// Looks through a mask file without keeping its voxels: what [`read_mask_file`] gives, but for
/// masks. A file of NIfTI-1 takes no more memory for this than its bytes.
///
/// # Errors
/// As [`read_mask_file`].
pub fn scan_mask_file(path: &Path) -> Result<MaskFile, MaskFileError> {
    let files = Store::files();
    scan_mask_of(&files, path, &mask_bytes(&files, path)?)
}

/// As [`scan_mask_file`], from [the bytes](mask_bytes) of a file in a store.
///
/// # Errors
/// As [`read_mask_file`].
pub fn scan_mask_of(store: &Store, path: &Path, bytes: &[u8]) -> Result<MaskFile, MaskFileError> {
    of_bytes(path, bytes, Some(store), Keep::Nothing)
}

/// Reads the values of a file as they stand: those of a picture (CT, MR), for example.
///
/// # Errors
/// As [`read_mask_file`]; a picture is none, several layers are.
pub fn read_image_file(path: &Path) -> Result<Volume<f32>, MaskFileError> {
    read_image_in(&Store::files(), path)
}

/// As [`read_image_file`], of a file in a store.
///
/// # Errors
/// As [`read_image_file`].
pub fn read_image_in(store: &Store, path: &Path) -> Result<Volume<f32>, MaskFileError> {
    let bytes = mask_bytes(store, path)?;
    if bytes.starts_with(b"NRRD") {
        return nrrd::read_values(path, &bytes, Some(store)).map_err(|e| e.of(path));
    }
    nifti::read_values(&bytes).map_err(|fault| MaskFileError::Content { path: path.into(), fault })
}

/// Reads a mask from the bytes of a whole file; `path` is for names and messages only, and no
/// other file is opened.
///
/// # Errors
/// As [`read_mask_file`]; an NRRD header whose data lie in another file is refused.
pub fn read_mask_bytes(path: &Path, bytes: &[u8]) -> Result<MaskFile, MaskFileError> {
    of_bytes(path, bytes, None, Keep::Voxels)
}

/// `beside` is where a detached header may have its voxels.
fn of_bytes(
    path: &Path,
    bytes: &[u8],
    beside: Option<&Store>,
    keep: Keep,
) -> Result<MaskFile, MaskFileError> {
    if bytes.starts_with(b"NRRD") {
        return nrrd::read(path, bytes, beside, keep).map_err(|e| e.of(path));
    }
    nifti::read(path, bytes, keep)
        .map_err(|fault| MaskFileError::Content { path: path.into(), fault })
}

/// The image of a pair says nothing of itself.
fn check_alone(path: &Path) -> Result<(), FileFault> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if name.ends_with(".img") || name.ends_with(".img.gz") {
        let found = "an image without its header (.img)";
        return Err(FileFault::new("file", found, "one file with both")
            .advise("convert the pair of .hdr and .img to one .nii file"));
    }
    Ok(())
}

fn check_length(length: u64) -> Result<(), FileFault> {
    if length <= MAX_FILE_BYTES {
        return Ok(());
    }
    let expected = format!("at most {MAX_FILE_BYTES}");
    Err(FileFault::new("file", format!("{length} bytes"), expected)
        .advise("crop the mask to the region of interest"))
}

/// A fault of the content, or of a file that it names.
enum NrrdError {
    Fault(FileFault),
    Data(PathBuf, std::io::Error),
}

impl From<FileFault> for NrrdError {
    fn from(fault: FileFault) -> Self {
        Self::Fault(fault)
    }
}

impl NrrdError {
    fn of(self, path: &Path) -> MaskFileError {
        match self {
            Self::Fault(fault) => MaskFileError::Content { path: path.into(), fault },
            Self::Data(path, source) => MaskFileError::Io { path, source },
        }
    }
}

/// The name of a mask file as that of a structure: without its endings, and without `mask_` in
/// front.
#[must_use]
pub fn stem(path: &Path) -> String {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut stem = name.as_str();
    for end in [".gz", ".nii", ".nrrd", ".nhdr", ".seg"] {
        if stem.len() > end.len() && stem.to_lowercase().ends_with(end) {
            stem = &stem[..stem.len() - end.len()];
        }
    }
    stem.strip_prefix("mask_").unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_of_all_labels_are_those_of_each_mask() {
        // The coarsest axis is each of the three in turn.
        for spacing_mm in [[3.0, 0.5, 0.7], [0.5, 3.0, 0.7], [0.5, 0.7, 3.0]] {
            let grid = Grid::axis_aligned([1.0, 2.0, 3.0].into(), spacing_mm, [7, 6, 5]).unwrap();
            let value = |[i, j, k]: [usize; 3]| match (i * 5 + j * 3 + k * 7) % 11 {
                n @ (2 | 3) if i > 1 && j != 2 && k != 3 => n as f32,
                _ => f32::from(u8::from(i == 4 && j < 3)),
            };
            let layer = Volume::from_fn(grid, value);
            let mut finder = labels::Finder::new(grid.size(), slice_axis(&grid));
            assert!(finder.add(layer.values()));
            let found = [finder.finish().unwrap()];
            let file = MaskFile {
                path: "case.nii".into(),
                kind: MaskFileKind::Nifti,
                grid,
                labels: labels::name(&found, &[], "case"),
                names_from: NamesFrom::File,
                header_names: Vec::new(),
                graded: false,
                warnings: Vec::new(),
                layers: vec![layer],
            };
            let each = file.labels.iter().map(|l| file.mask(l).unwrap().slices().len());
            let planes: Vec<usize> = file.labels.iter().map(|l| l.planes).collect();
            assert_eq!(planes, each.collect::<Vec<_>>());
            assert!(planes.len() == 3 && planes.iter().all(|n| *n > 0));
        }
    }

    #[test]
    fn names_come_from_files() {
        for (file, name) in [
            ("a/SpinalCord.nii.gz", "SpinalCord"),
            ("mask_GTV.NII", "GTV"),
            ("Segmentation.seg.nrrd", "Segmentation"),
            (".nii", ".nii"),
        ] {
            assert_eq!(stem(Path::new(file)), name);
        }
    }
}
