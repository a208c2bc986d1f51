//! What a result takes over from the object that it came from.

use std::path::Path;

use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use thecal_geom::Point3;
use thecal_store::Store;

use super::{StudyOut, WriteError, fresh_uid};
use crate::read::{DataSet, Fault, ReadError, Source};

/// Attributes of the Patient, Patient Study and General Study modules that are taken over where a
/// source has them, beside patient name and ID, study UID, date and time.
const TAKEN: [(Tag, VR); 15] = [
    (tags::ACCESSION_NUMBER, VR::SH),
    (tags::REFERRING_PHYSICIAN_NAME, VR::PN),
    (tags::STUDY_DESCRIPTION, VR::LO),
    (tags::ISSUER_OF_PATIENT_ID, VR::LO),
    (tags::PATIENT_BIRTH_DATE, VR::DA),
    (tags::PATIENT_SEX, VR::CS),
    (tags::PATIENT_AGE, VR::AS),
    (tags::PATIENT_SIZE, VR::DS),
    (tags::PATIENT_WEIGHT, VR::DS),
    (tags::PATIENT_IDENTITY_REMOVED, VR::CS),
    (tags::DEIDENTIFICATION_METHOD, VR::LO),
    (tags::CLINICAL_TRIAL_SPONSOR_NAME, VR::LO),
    (tags::CLINICAL_TRIAL_PROTOCOL_ID, VR::LO),
    (tags::CLINICAL_TRIAL_SUBJECT_ID, VR::LO),
    (tags::STUDY_ID, VR::SH),
];

/// A text attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Which one.
    pub tag: Tag,
    /// Its value representation.
    pub vr: VR,
    /// Its value; several are joined by backslashes.
    pub text: String,
}

/// An image that an object refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageReference {
    /// SOP Class UID.
    pub class_uid: String,
    /// SOP Instance UID.
    pub instance_uid: String,
    /// Frame Numbers, from 1; empty where the image has one frame or all of them are meant.
    pub frames: Vec<u32>,
}

impl ImageReference {
    /// An image of one frame.
    #[must_use]
    pub fn new(class_uid: impl Into<String>, instance_uid: impl Into<String>) -> Self {
        Self { class_uid: class_uid.into(), instance_uid: instance_uid.into(), frames: Vec::new() }
    }
}

/// An image series that an object refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesReference {
    /// Study Instance UID.
    pub study_uid: String,
    /// Series Instance UID.
    pub series_uid: String,
    /// Its images.
    pub images: Vec<ImageReference>,
}

/// What an object says of where it belongs: patient, study, frame of reference and images.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Origin {
    /// The object itself.
    pub object: ImageReference,
    /// Series Instance UID of the object; empty where it has none.
    pub series_uid: String,
    /// Patient and study.
    pub study: StudyOut,
    /// Image series that it refers to.
    pub references: Vec<SeriesReference>,
    /// The images that its contours refer to, each with a point of the contour, LPS mm.
    pub contour_images: Vec<(Point3, ImageReference)>,
}

impl Origin {
    /// Reads it from a structure set, a segmentation or an image.
    ///
    /// # Errors
    /// The file cannot be read, or the system gives no random bits for a UID that is missing.
    pub fn read(path: &Path) -> Result<Self, OriginError> {
        Self::read_in(&Store::files(), path)
    }

    /// As [`Self::read`], of an object of a store.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_in(store: &Store, path: &Path) -> Result<Self, OriginError> {
        let source = Source::open_in(store, path)?;
        let data = source.data_set()?;
        let fault = |fault| ReadError::content(source.path(), fault);
        let mut references = of_structure_set(&data).map_err(fault)?;
        references.extend(of_segmentation(&data).map_err(fault)?);
        let contour_images = contour_images(&data).map_err(fault)?;
        let named = frame_named(&data).map_err(fault)?;
        let code = |tag: Tag| data.code(tag).unwrap_or_default().to_owned();
        let text = |tag: Tag| data.text(tag).unwrap_or_default();
        let more = TAKEN
            .iter()
            .filter_map(|&(tag, vr)| Some(Attribute { tag, vr, text: data.text(tag)? }));
        let mut more: Vec<Attribute> = more.collect();
        if data.text(tags::STUDY_ID).is_none() {
            more.push(Attribute { tag: tags::STUDY_ID, vr: VR::SH, text: String::new() });
        }
        let uid = |found: Option<&str>| found.map_or_else(fresh_uid, |uid| Ok(uid.to_owned()));
        Ok(Self {
            object: ImageReference::new(code(tags::SOP_CLASS_UID), code(tags::SOP_INSTANCE_UID)),
            series_uid: code(tags::SERIES_INSTANCE_UID),
            study: StudyOut {
                patient_id: text(tags::PATIENT_ID),
                patient_name: text(tags::PATIENT_NAME),
                study_uid: uid(data.code(tags::STUDY_INSTANCE_UID))?,
                frame_uid: uid(data.code(tags::FRAME_OF_REFERENCE_UID).or(named.as_deref()))?,
                date: text(tags::STUDY_DATE),
                time: text(tags::STUDY_TIME),
                more,
            },
            references,
            contour_images,
        })
    }
}

/// Why an origin could not be told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OriginError {
    /// The file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A UID that it lacks could not be made.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// The first frame of reference that a structure set names.
fn frame_named(data: &DataSet<'_>) -> Result<Option<String>, Fault> {
    let frames = data.items(tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE)?;
    Ok(frames.iter().find_map(|f| f.code(tags::FRAME_OF_REFERENCE_UID)).map(str::to_owned))
}

fn image(item: &DataSet<'_>) -> Option<ImageReference> {
    let class = item.code(tags::REFERENCED_SOP_CLASS_UID)?;
    let mut image = ImageReference::new(class, item.code(tags::REFERENCED_SOP_INSTANCE_UID)?);
    let frames = item.numbers(tags::REFERENCED_FRAME_NUMBER).unwrap_or_default();
    image.frames = frames.into_iter().filter(|n| *n >= 1.0).map(|n| n as u32).collect();
    Some(image)
}

fn of_structure_set(data: &DataSet<'_>) -> Result<Vec<SeriesReference>, Fault> {
    let mut out: Vec<SeriesReference> = Vec::new();
    for frame in data.items(tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE)? {
        for study in frame.items(tags::RT_REFERENCED_STUDY_SEQUENCE)? {
            let study_uid = study.code(tags::REFERENCED_SOP_INSTANCE_UID).unwrap_or_default();
            for series in study.items(tags::RT_REFERENCED_SERIES_SEQUENCE)? {
                let images = series.items(tags::CONTOUR_IMAGE_SEQUENCE)?;
                out.extend(reference(study_uid, series, images));
            }
        }
    }
    Ok(out)
}

fn of_segmentation(data: &DataSet<'_>) -> Result<Vec<SeriesReference>, Fault> {
    let own = data.code(tags::STUDY_INSTANCE_UID).unwrap_or_default();
    let mut out = Vec::new();
    let mut of_study = |study_uid: &str, holder: &DataSet<'_>| -> Result<(), Fault> {
        for series in holder.items(tags::REFERENCED_SERIES_SEQUENCE)? {
            let images = series.items(tags::REFERENCED_INSTANCE_SEQUENCE)?;
            out.extend(reference(study_uid, series, images));
        }
        Ok(())
    };
    of_study(own, data)?;
    for study in data.items(tags::STUDIES_CONTAINING_OTHER_REFERENCED_INSTANCES_SEQUENCE)? {
        of_study(study.code(tags::STUDY_INSTANCE_UID).unwrap_or_default(), study)?;
    }
    Ok(out)
}

fn reference(
    study_uid: &str,
    series: &DataSet<'_>,
    images: &[DataSet<'_>],
) -> Option<SeriesReference> {
    Some(SeriesReference {
        study_uid: study_uid.to_owned(),
        series_uid: series.code(tags::SERIES_INSTANCE_UID)?.to_owned(),
        images: images.iter().filter_map(image).collect(),
    })
}

fn contour_images(data: &DataSet<'_>) -> Result<Vec<(Point3, ImageReference)>, Fault> {
    let mut out = Vec::new();
    for roi in data.items(tags::ROI_CONTOUR_SEQUENCE)? {
        for contour in roi.items(tags::CONTOUR_SEQUENCE)? {
            let Some(image) = contour.items(tags::CONTOUR_IMAGE_SEQUENCE)?.first().and_then(image)
            else {
                continue;
            };
            // A contour that cannot be read refers to nothing that is written.
            if let Ok(&[x, y, z, ..]) = contour.numbers(tags::CONTOUR_DATA).as_deref() {
                out.push((Point3::new(x, y, z), image));
            }
        }
    }
    Ok(out)
}
