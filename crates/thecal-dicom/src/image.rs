//! CT and MR image series as volumes in patient space.
//!
//! | step | item |
//! |---|---|
//! | which volumes the files make, without reading a pixel | [`stacks`] |
//! | the pixels of one of them | [`Stack::load`] |
//! | both at once | [`read_series`] |
//! | why slices make no volume | [`Refusal`], [`Reason`] |
//!
//! Where a slice lies comes from Image Position (Patient) and Image Orientation (Patient) alone:
//! Slice Location, Instance Number and Slice Thickness say nothing about it. A tilted gantry
//! gives a sheared grid. Up to three slices missing in a row are interpolated and named; uneven
//! spacing is refused, with the position of every slice, since no grid holds it. Where positions
//! repeat, phases, echoes, b-values and acquisitions are separated into one volume each.
//!
//! Values are real ones (Hounsfield units for CT): stored value x Rescale Slope + Rescale
//! Intercept of their own slice. MONOCHROME1 says how a picture is shown and changes no value.

mod convert;
mod enhanced;
mod frame;
mod functional_groups;
mod header;
mod keys;
mod lattice;
mod load;
mod refusal;
mod split;

pub use keys::Key;
pub use load::{ImageVolume, Voxels};
pub use refusal::{ImageError, Reason, Refusal, SlicePosition};

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;
use thecal_geom::{Point3, Warning};
use thecal_store::Store;
use thecal_voxel::Grid;

use crate::read::FaultKind;
use header::{Header, ImageFile};
use refusal::names;
use split::{Member, Part, position};

/// Bounds of what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadOptions {
    /// Bytes that the values of one volume may take.
    pub most_bytes: u64,
}

impl Default for ReadOptions {
    /// Memory that the process may use, see [`thecal_voxel::memory`]: 4 GiB unless set otherwise,
    /// 4,000 slices of 512 x 512 as 32 bit floats.
    fn default() -> Self {
        Self { most_bytes: thecal_voxel::memory::allowed() }
    }
}

/// One slice of a stack.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Slice {
    /// The file.
    pub file: PathBuf,
    /// The frame in it, from 0.
    pub frame: usize,
    /// SOP Instance UID; empty where the file has none.
    pub sop_instance_uid: String,
    /// Instance Number, or of a frame among others its number from 1: what people and planning
    /// systems call the slice by. It says nothing of where it lies.
    pub number: Option<i64>,
    /// The layer of the grid that it fills.
    pub layer: usize,
    /// Image Position (Patient), LPS mm.
    pub position_mm: Point3,
    /// Values from the first to the second, both included, stand for no measurement (Pixel
    /// Padding Value and its range limit, rescaled).
    pub padding: Option<[f64; 2]>,
}

/// Slices that make one volume, without their pixels.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Stack {
    /// Where the voxels lie: i along rows, j along columns, k along the slices.
    pub grid: Grid,
    /// Modality, or what the SOP class says; empty where neither does.
    pub modality: String,
    /// Study Instance UID; empty where the files have none.
    pub study_instance_uid: String,
    /// Series Instance UID; empty where the files have none.
    pub series_instance_uid: String,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// The slices, in order of their layers.
    pub slices: Vec<Slice>,
    /// Layers between slices that no slice fills.
    pub missing: Vec<usize>,
    /// What told the stack from others of the series at the same positions, with its value.
    pub split_by: Vec<(Key, String)>,
    /// Codes `gantry_tilt`, `slice_spacing_uneven`, `slices_missing`, `slices_overlap`,
    /// `slices_apart`, `series_split`, `grey_scale_inverted`, and those of the files.
    pub warnings: Vec<Warning>,
    files: Arc<Vec<ImageFile>>,
    members: Vec<Member>,
}

/// What the files of a series are.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Stacks {
    /// The volumes that can be loaded.
    pub stacks: Vec<Stack>,
    /// Slices that make no volume.
    pub refused: Vec<Refusal>,
    /// Files passed over: codes `localizers_passed_over`, `captures_passed_over`,
    /// `objects_passed_over`, `file_damaged`, `file_unreadable`, `duplicate_instance`.
    pub warnings: Vec<Warning>,
    /// Bytes of header that were read.
    pub bytes_read: u64,
}

/// The volumes of a series.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SeriesRead {
    /// The volumes, in the order of their first files.
    pub volumes: Vec<ImageVolume>,
    /// Slices that make no volume.
    pub refused: Vec<Refusal>,
    /// As [`Stacks::warnings`].
    pub warnings: Vec<Warning>,
}

impl SeriesRead {
    /// The only volume of the series, with the warnings of the series and, as `slices_refused`,
    /// what else was refused of it.
    ///
    /// # Errors
    /// There are several, or none; then the first refusal says why.
    pub fn into_single(mut self) -> Result<ImageVolume, ImageError> {
        match (self.volumes.len(), self.refused.len()) {
            (1, _) => {
                let mut volume = self.volumes.remove(0);
                for refusal in self.refused {
                    let place = names(&refusal.files);
                    self.warnings.push(Warning::new("slices_refused", refusal.message, place));
                }
                volume.stack.warnings.extend(self.warnings);
                Ok(volume)
            }
            (0, 1..) => Err(Box::new(self.refused.remove(0)).into()),
            (found, refused) => Err(ImageError::NotOneVolume { found, refused }),
        }
    }
}

/// Reads the volumes of a series, with [`ReadOptions::default`].
///
/// # Errors
/// None of the files is a CT or MR image. Slices that make no volume are in
/// [`SeriesRead::refused`]; they leave the other volumes of the series as they are.
///
/// # Example
/// ```
/// use thecal_dicom::image::read_series;
/// use thecal_dicom::write::{CtSlice, StudyOut, fresh_uid, write_ct_slice};
///
/// let folder = tempfile::tempdir()?;
/// let (study, series_uid) = (StudyOut::without_patient()?, fresh_uid()?);
/// let mut files = Vec::new();
/// for k in 0..3 {
///     let path = folder.path().join(format!("{k}.dcm"));
///     let slice = CtSlice {
///         study: &study,
///         series_uid: &series_uid,
///         sop_uid: &fresh_uid()?,
///         number: k + 1,
///         position_mm: [-4.0, -4.0, 2.5 * k as f64],
///         orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
///         pixel_spacing_mm: [1.0, 1.0],
///         thickness_mm: 2.5,
///         patient_position: "HFS",
///         rows: 8,
///         columns: 8,
///         hu: &[-100 * k as i16; 64],
///     };
///     write_ct_slice(&path, &slice)?;
///     files.push(path);
/// }
/// // In any order: positions say which slice is which.
/// files.reverse();
/// let volume = read_series(&files)?.into_single()?;
/// assert_eq!(volume.stack.grid.spacing_mm(), [1.0, 1.0, 2.5]);
/// assert_eq!(volume.voxels.get([3, 3, 2]), Some(-200.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_series(files: &[PathBuf]) -> Result<SeriesRead, ImageError> {
    read_series_with(files, ReadOptions::default())
}

/// Reads the volumes of a series, in the rayon pool of the caller.
///
/// # Errors
/// As [`read_series`].
pub fn read_series_with(files: &[PathBuf], options: ReadOptions) -> Result<SeriesRead, ImageError> {
    let Stacks { stacks, mut refused, warnings, .. } = stacks(files)?;
    let mut volumes = Vec::new();
    for stack in stacks {
        match stack.load(options) {
            Ok(volume) => volumes.push(volume),
            Err(refusal) => refused.push(*refusal),
        }
    }
    Ok(SeriesRead { volumes, refused, warnings })
}

/// What volumes the files make, from their headers; no pixel is read.
///
/// # Errors
/// None of the files is a CT or MR image.
pub fn stacks(files: &[PathBuf]) -> Result<Stacks, ImageError> {
    stacks_in(&Store::files(), files)
}

/// As [`stacks`], of objects of a store, which their pixels are then read from.
///
/// # Errors
/// As [`stacks`].
pub fn stacks_in(store: &Store, files: &[PathBuf]) -> Result<Stacks, ImageError> {
    let headers: Vec<_> = files.par_iter().map(|file| header::read(store, file)).collect();
    let mut found =
        Stacks { stacks: Vec::new(), refused: Vec::new(), warnings: Vec::new(), bytes_read: 0 };
    let mut images = Vec::new();
    // One refusal for each thing that is wrong, however many files it concerns.
    let mut unusable = BTreeMap::new();
    let (mut localizers, mut captures, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (path, header) in files.iter().zip(headers) {
        match header {
            Ok((header, bytes)) => {
                found.bytes_read += bytes;
                match header {
                    Header::Image(image) => images.push(*image),
                    Header::Localizer => localizers.push(path.clone()),
                    Header::Capture => captures.push(path.clone()),
                    Header::Other => others.push(path.clone()),
                    Header::Unusable(fault) => {
                        unusable
                            .entry(fault.to_string())
                            .or_insert((fault, Vec::new()))
                            .1
                            .push(path);
                    }
                }
            }
            Err(e) => match e.fault().map(|f| f.kind) {
                Some(FaultKind::NotDicom) => others.push(path.clone()),
                Some(_) => {
                    let why = e.fault().map(ToString::to_string).unwrap_or_default();
                    let place = names(std::slice::from_ref(path));
                    found.warnings.push(Warning::new("file_damaged", why, place));
                }
                None => {
                    let why = "the system refuses it; the file is skipped";
                    let place = names(std::slice::from_ref(path));
                    found.warnings.push(Warning::new("file_unreadable", why, place));
                }
            },
        }
    }
    for (fault, paths) in unusable.into_values() {
        let reason =
            if fault.kind == FaultKind::TooLarge { Reason::TooLarge } else { Reason::NoGeometry };
        let files: Vec<PathBuf> = paths.into_iter().cloned().collect();
        let message = format!("{}: {fault}", names(&files));
        found.refused.push(Refusal { reason, message, files, positions: Vec::new() });
    }
    let mut passed_over = |code: &'static str, what: &str, files: &[PathBuf]| {
        if !files.is_empty() {
            let message = format!("{} {what} skipped", files.len());
            found.warnings.push(Warning { code, message, place: names(files) });
        }
    };
    passed_over(LOCALIZERS, "scout views", &localizers);
    passed_over(CAPTURES, "screen shots and colour pictures", &captures);
    passed_over(OTHERS, "files that are not CT or MR images", &others);
    if images.is_empty() && found.refused.is_empty() {
        let found = format!(
            "{} scout views, {} captures, {} other files, {} unreadable",
            localizers.len(),
            captures.len(),
            others.len(),
            found.warnings.iter().filter(|w| w.code.starts_with("file_")).count()
        );
        return Err(ImageError::NoImages { files: files.len(), found });
    }
    found.arrange(images);
    Ok(found)
}

const LOCALIZERS: &str = "localizers_passed_over";
const CAPTURES: &str = "captures_passed_over";
const OTHERS: &str = "objects_passed_over";

impl Stacks {
    /// Sorts the images into stacks.
    fn arrange(&mut self, images: Vec<ImageFile>) {
        let files = Arc::new(images);
        let (parts, refused) = split::parts(&files, &mut self.warnings);
        self.refused.extend(refused);
        for part in parts {
            let runs = lattice::runs(&files, &part.members);
            let several = runs.len();
            for members in runs {
                match lattice::lattice(&files, members) {
                    Ok(lattice) => {
                        let mut stack = Stack::new(&files, &part, members, lattice);
                        if several > 1 {
                            let message = format!(
                                "one of {several} stacks with more than three missing slices \
                                 between them"
                            );
                            stack.warnings.push(Warning::new("series_split", message, ""));
                        }
                        self.stacks.push(stack);
                    }
                    Err(refusal) => self.refused.push(*refusal),
                }
            }
        }
    }
}

impl Stack {
    fn new(
        files: &Arc<Vec<ImageFile>>,
        part: &Part,
        members: &[Member],
        lattice: lattice::Lattice,
    ) -> Self {
        let slice = |(member, &layer): (&Member, &usize)| {
            let (file, frame) = member.of(files);
            let scale = convert::Scale::new(&file.format, frame.slope, frame.intercept);
            let padding = file.padding.map(|stored| {
                let [a, b] = stored.map(|v| scale.value(v));
                [a.min(b), a.max(b)]
            });
            Slice {
                file: file.path.clone(),
                frame: frame.index,
                sop_instance_uid: file.sop_instance_uid.clone(),
                number: file.slice_number(frame),
                layer,
                position_mm: position(frame),
                padding,
            }
        };
        let slices: Vec<Slice> = members.iter().zip(&lattice.layers).map(slice).collect();
        let mut warnings = part.warnings.clone();
        warnings.extend(lattice.warnings);
        let mut used: Vec<usize> = members.iter().map(|m| m.file).collect();
        used.dedup();
        warnings.extend(used.iter().flat_map(|&f| files[f].warnings.iter().cloned()));
        let inverted: Vec<PathBuf> =
            used.iter().filter(|&&f| files[f].inverted).map(|&f| files[f].path.clone()).collect();
        if !inverted.is_empty() {
            let message = format!(
                "{} files are MONOCHROME1, shown with low values bright; values are not changed",
                inverted.len()
            );
            warnings.push(Warning::new("grey_scale_inverted", message, names(&inverted)));
        }
        let (first, _) = members[0].of(files);
        Self {
            grid: lattice.grid,
            modality: first.modality.clone(),
            study_instance_uid: first.study_instance_uid.clone(),
            series_instance_uid: first.series_instance_uid.clone(),
            frame_of_reference_uid: first.frame_of_reference_uid.clone(),
            slices,
            missing: lattice.missing,
            split_by: part.split_by.clone(),
            warnings,
            files: Arc::clone(files),
            members: members.to_vec(),
        }
    }
}
