//! The head of one file.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use thecal_store::Store;

use super::{Kind, Object};
use crate::read::{DataSet, ReadError, Source};
use crate::registration::{Registration, registration};

/// Everything that the index needs stands before the private elements of group 0029, which can
/// be long, and before contours, doses and pixels.
const STOP: Tag = Tag(0x0029, 0x0000);
const DIRECTORY_CLASS: &str = "1.2.840.10008.1.3.10";

/// Which patient an object belongs to, without saying who that is. It tells the objects of one
/// index apart; it is nothing to keep or to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PatientKey(u64);

impl PatientKey {
    /// By Patient ID; by name where there is no ID; by study where there is neither.
    fn from_data_set(data: &DataSet<'_>) -> Self {
        let wanted = [tags::PATIENT_ID, tags::PATIENT_NAME, tags::STUDY_INSTANCE_UID];
        let found = wanted.into_iter().enumerate().find_map(|(i, t)| Some((i, data.text(t)?)));
        let mut hasher = DefaultHasher::new();
        found.hash(&mut hasher);
        Self(hasher.finish())
    }

    /// One of several that are told apart by numbers alone.
    pub(super) fn numbered(number: u64) -> Self {
        Self(number)
    }
}

/// The object in a file, none for a DICOMDIR, and how many bytes were read for it.
pub(super) fn read(store: &Store, path: &Path) -> Result<(Option<Object>, u64), ReadError> {
    let io = |source| ReadError::Io { path: path.into(), source };
    let opened = store.open(path).map_err(io)?;
    let source = Source::head_of(path, &*opened, STOP)?;
    let mut bytes_read = source.bytes_read();
    let mut object = object(path, &source)?;
    if let Some(object) = object.as_mut().filter(|o| o.kind.is_registration()) {
        let read = if source.is_whole() {
            registration(&source)
        } else {
            Source::whole_of(path, &*opened).and_then(|whole| {
                bytes_read += whole.bytes_read();
                registration(&whole)
            })
        };
        object.registration = Some(Arc::new(read.map_err(|e| e.to_string())));
    }
    Ok((object, bytes_read))
}

/// What a registration holds, or why it cannot be used.
pub(super) fn read_registration(store: &Store, path: &Path) -> Result<Registration, String> {
    let io = |source| ReadError::Io { path: path.into(), source };
    let opened = store.open(path).map_err(io).map_err(|e| e.to_string())?;
    let whole = Source::whole_of(path, &*opened);
    whole.and_then(|whole| registration(&whole)).map_err(|e| e.to_string())
}

fn object(path: &Path, source: &Source) -> Result<Option<Object>, ReadError> {
    if source.media_storage_sop_class() == Some(DIRECTORY_CLASS) {
        return Ok(None);
    }
    let data = source.data_set_until(STOP)?;
    let uid = |tag| data.code(tag).unwrap_or_default().to_owned();
    let mut sop_class_uid = uid(tags::SOP_CLASS_UID);
    if sop_class_uid.is_empty() {
        sop_class_uid = source.media_storage_sop_class().unwrap_or_default().to_owned();
    }
    Ok(Some(Object {
        path: path.to_owned(),
        kind: Kind::from_sop_class(&sop_class_uid, data.code(tags::MODALITY).unwrap_or_default()),
        sop_instance_uid: uid(tags::SOP_INSTANCE_UID),
        series_instance_uid: uid(tags::SERIES_INSTANCE_UID),
        study_instance_uid: uid(tags::STUDY_INSTANCE_UID),
        frame_of_reference_uid: data.code(tags::FRAME_OF_REFERENCE_UID).map(str::to_owned),
        series_description: data.text(tags::SERIES_DESCRIPTION),
        patient: PatientKey::from_data_set(&data),
        sop_class_uid,
        registration: None,
    }))
}
