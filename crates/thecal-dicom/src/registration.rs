//! Spatial Registration (PS3.3 A.39.1): rigid transforms between frames of reference.
//!
//! A registration object has a frame of reference of its own, here called fixed; each of its
//! items takes points of a registered frame, here called moving, to it: the matrix is
//! `fixed_from_moving` (PS3.3 section C.20.2.1.1, equation C.20.2-1).

mod path;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};
use thecal_geom::{Point3, RigidTransform, Warning};

use crate::object::{bad, check_class, exactly, missing};
use crate::read::{DataSet, Fault, FaultKind, ReadError, Source};

pub use path::{Ambiguous, Direction, FrameLink, FramePath, Step, frame_path};

/// FrameOfReferenceTransformationMatrix.
const MATRIX: Tag = Tag(0x3006, 0x00C6);
/// Two transforms are the same when no point within half a metre of
/// the origin differs by more, mm.
pub const SAME_MM: f64 = 0.1;
/// How far from the origin transforms are compared, mm.
const SPAN_MM: f64 = 500.0;

/// A registration, as read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Registration {
    /// The file.
    pub path: PathBuf,
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// Series Instance UID.
    pub series_instance_uid: Option<String>,
    /// The frame of reference that others are registered to.
    pub fixed_frame_uid: String,
    /// What is registered to it.
    pub items: Vec<RegistrationItem>,
    /// What was doubted.
    pub warnings: Vec<Warning>,
}

/// One registered frame of reference.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RegistrationItem {
    /// The registered frame; `None` where only images are named that lie in it.
    pub moving_frame_uid: Option<String>,
    /// Images that lie in the registered frame, by SOP Instance UID.
    pub moving_images: Vec<String>,
    /// Takes points of the registered frame to the object's own.
    pub fixed_from_moving: RigidTransform,
}

/// Reads a registration.
///
/// # Errors
/// The file cannot be read, is no spatial registration (a deformable one is refused by its name),
/// or a matrix is not rigid; the fault names the item and the element.
pub fn read_registration(path: &Path) -> Result<Registration, ReadError> {
    registration(&Source::open(path)?)
}

/// Reads a registration from the bytes of a whole file; `path` is for messages only.
///
/// # Errors
/// As [`read_registration`].
pub fn read_registration_bytes(
    path: &Path,
    bytes: impl Into<Arc<Vec<u8>>>,
) -> Result<Registration, ReadError> {
    registration(&Source::from_bytes(path, bytes)?)
}

pub(crate) fn registration(source: &Source) -> Result<Registration, ReadError> {
    let data = source.data_set()?;
    read(source, &data).map_err(|fault| ReadError::content(source.path(), fault))
}

fn read(source: &Source, data: &DataSet<'_>) -> Result<Registration, Fault> {
    let mut warnings = source.warnings().to_vec();
    let class = data.code(tags::SOP_CLASS_UID).or(source.media_storage_sop_class());
    if class == Some(uids::DEFORMABLE_SPATIAL_REGISTRATION_STORAGE) {
        let advice = "resample the structures to one frame of reference where they were registered";
        return Err(Fault::new(
            FaultKind::WrongObject,
            "a deformable registration",
            "a rigid one: a deformation changes lengths",
            advice,
        )
        .of(tags::SOP_CLASS_UID));
    }
    let classes = [uids::SPATIAL_REGISTRATION_STORAGE];
    let mark = tags::REGISTRATION_SEQUENCE;
    check_class(source, data, &classes, "a Spatial Registration", mark, &mut warnings)?;
    let owned = |tag| data.code(tag).map(str::to_owned);
    let fixed_frame_uid = owned(tags::FRAME_OF_REFERENCE_UID)
        .ok_or_else(|| missing(tags::FRAME_OF_REFERENCE_UID, "the frame registered to"))?;
    let sequence = data.items(tags::REGISTRATION_SEQUENCE)?;
    if sequence.is_empty() {
        return Err(missing(tags::REGISTRATION_SEQUENCE, "at least one registered frame"));
    }
    let mut items = Vec::with_capacity(sequence.len());
    for (n, item) in sequence.iter().enumerate() {
        items.push(registered(item, n + 1)?);
    }
    Ok(Registration {
        path: source.path().into(),
        sop_instance_uid: owned(tags::SOP_INSTANCE_UID),
        series_instance_uid: owned(tags::SERIES_INSTANCE_UID),
        fixed_frame_uid,
        items,
        warnings,
    })
}

fn registered(item: &DataSet<'_>, number: usize) -> Result<RegistrationItem, Fault> {
    let moving_frame_uid = item.code(tags::FRAME_OF_REFERENCE_UID).map(str::to_owned);
    let images = item.items(tags::REFERENCED_IMAGE_SEQUENCE)?.iter();
    let moving_images: Vec<String> = images
        .filter_map(|i| i.code(tags::REFERENCED_SOP_INSTANCE_UID).map(str::to_owned))
        .collect();
    if moving_frame_uid.is_none() && moving_images.is_empty() {
        let what = "the registered frame of reference, or images in it";
        return Err(missing(tags::FRAME_OF_REFERENCE_UID, what));
    }
    let mut matrices = Vec::new();
    for part in item.items(tags::MATRIX_REGISTRATION_SEQUENCE)? {
        for matrix in part.items(tags::MATRIX_SEQUENCE)? {
            let place = format!("item {number}, matrix {}", matrices.len() + 1);
            matrices.push(rigid(matrix, &place)?);
        }
    }
    let Some(fixed_from_moving) = product(&matrices) else {
        if matrices.is_empty() {
            return Err(missing(MATRIX, "a matrix for each registered frame"));
        }
        let found = format!("{} matrices whose order matters, in item {number}", matrices.len());
        return Err(bad(MATRIX, found, "one matrix for each registered frame"));
    };
    Ok(RegistrationItem { moving_frame_uid, moving_images, fixed_from_moving })
}

fn rigid(matrix: &DataSet<'_>, place: &str) -> Result<RigidTransform, Fault> {
    let kind = matrix.code(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE);
    let of_kind = kind.map_or_else(String::new, |k| format!("{k} matrix, "));
    let rows = exactly::<16>(matrix, MATRIX)?
        .ok_or_else(|| missing(MATRIX, "a 4 x 4 matrix in row order"))?;
    RigidTransform::from_rows(&rows).map_err(|fault| {
        bad(MATRIX, format!("{of_kind}{fault} ({place})"), "a rotation and a translation")
    })
}

/// The product of several matrices where it does not depend on their order, which programs do
/// not agree on; none otherwise.
fn product(matrices: &[RigidTransform]) -> Option<RigidTransform> {
    let forward = matrices.iter().copied().reduce(|all, m| all.after(&m))?;
    let backward = matrices.iter().rev().copied().reduce(|all, m| all.after(&m))?;
    (difference_mm(&forward, &backward) < SAME_MM).then_some(forward)
}

/// The largest distance that two transforms place a point of the body apart, mm.
fn difference_mm(a: &RigidTransform, b: &RigidTransform) -> f64 {
    let corners = (0..8).map(|c| {
        let at = |k: usize| if c >> k & 1 == 0 { -SPAN_MM } else { SPAN_MM };
        Point3::new(at(0), at(1), at(2))
    });
    corners.map(|p| (a.apply(p) - b.apply(p)).norm()).fold(0.0, f64::max)
}
