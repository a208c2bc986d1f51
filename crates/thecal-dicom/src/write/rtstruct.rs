//! One structure set (RT Structure Set IOD, PS3.3 A.19).

use std::path::Path;

use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use thecal_geom::{Contour, ContourKind};

use super::{StudyOut, WriteError, decimal_strings, put, put_empty, put_items, put_study, save};

/// One contour of a region of interest.
#[derive(Debug, Clone)]
pub struct ContourOut {
    /// The contour: kind and points, LPS mm.
    pub contour: Contour,
    /// SOP Instance UID of the image that it was drawn on, if any.
    pub image_uid: Option<String>,
}

/// One region of interest.
#[derive(Debug, Clone)]
pub struct RoiOut {
    /// ROI Name.
    pub name: String,
    /// RT ROI Interpreted Type, for example `ORGAN` or `GTV`; may be empty.
    pub interpreted_type: String,
    /// ROI Description; may be empty.
    pub description: String,
    /// Display colour, red, green, blue.
    pub colour: [u8; 3],
    /// The contours.
    pub contours: Vec<ContourOut>,
}

/// A structure set to be written.
#[derive(Debug, Clone)]
pub struct RtStructOut {
    /// Patient and study.
    pub study: StudyOut,
    /// Series Instance UID of the structure set.
    pub series_uid: String,
    /// SOP Instance UID of the structure set.
    pub sop_uid: String,
    /// Structure Set Label.
    pub label: String,
    /// Series Instance UID of the images, if there are any.
    pub image_series_uid: Option<String>,
    /// SOP Instance UIDs of all images of that series.
    pub image_uids: Vec<String>,
    /// Decimal places of the contour points, mm.
    pub decimals: usize,
    /// The regions, numbered from 1 in this order.
    pub rois: Vec<RoiOut>,
}

/// Writes a structure set as implicit VR little endian.
///
/// # Errors
/// A coordinate is not finite, or the file cannot be written.
pub fn write_rtstruct(path: &Path, set: &RtStructOut) -> Result<(), WriteError> {
    let mut object = InMemDicomObject::new_empty();
    let o = &mut object;
    put_study(o, &set.study);
    put(o, tags::SOP_CLASS_UID, VR::UI, uids::RT_STRUCTURE_SET_STORAGE);
    put(o, tags::SOP_INSTANCE_UID, VR::UI, set.sop_uid.as_str());
    put(o, tags::MODALITY, VR::CS, "RTSTRUCT");
    put(o, tags::SERIES_INSTANCE_UID, VR::UI, set.series_uid.as_str());
    put(o, tags::SERIES_NUMBER, VR::IS, "2");
    put(o, tags::INSTANCE_NUMBER, VR::IS, "1");
    put_empty(o, tags::OPERATORS_NAME, VR::PN);
    put(o, tags::STRUCTURE_SET_LABEL, VR::SH, set.label.as_str());
    put(o, tags::STRUCTURE_SET_DATE, VR::DA, set.study.date.as_str());
    put(o, tags::STRUCTURE_SET_TIME, VR::TM, set.study.time.as_str());
    put(o, tags::APPROVAL_STATUS, VR::CS, "UNAPPROVED");
    put_items(o, tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE, vec![referenced_frame(set)]);
    let numbered = || set.rois.iter().enumerate().map(|(i, roi)| ((i + 1).to_string(), roi));
    let definitions = numbered().map(|(number, roi)| {
        let mut object = InMemDicomObject::new_empty();
        let item = &mut object;
        put(item, tags::ROI_NUMBER, VR::IS, number);
        put(item, tags::REFERENCED_FRAME_OF_REFERENCE_UID, VR::UI, set.study.frame_uid.as_str());
        put(item, tags::ROI_NAME, VR::LO, roi.name.as_str());
        if !roi.description.is_empty() {
            put(item, tags::ROI_DESCRIPTION, VR::ST, roi.description.as_str());
        }
        put(item, tags::ROI_GENERATION_ALGORITHM, VR::CS, "AUTOMATIC");
        object
    });
    put_items(o, tags::STRUCTURE_SET_ROI_SEQUENCE, definitions.collect());
    let contours: Result<Vec<_>, _> =
        numbered().map(|(number, roi)| roi_contours(&number, roi, set.decimals)).collect();
    put_items(o, tags::ROI_CONTOUR_SEQUENCE, contours?);
    let observations = numbered().map(|(number, roi)| {
        let mut object = InMemDicomObject::new_empty();
        let item = &mut object;
        put(item, tags::OBSERVATION_NUMBER, VR::IS, number.as_str());
        put(item, tags::REFERENCED_ROI_NUMBER, VR::IS, number.as_str());
        put(item, tags::RTROI_INTERPRETED_TYPE, VR::CS, roi.interpreted_type.as_str());
        put_empty(item, tags::ROI_INTERPRETER, VR::PN);
        object
    });
    put_items(o, tags::RTROI_OBSERVATIONS_SEQUENCE, observations.collect());
    save(
        object,
        path,
        uids::IMPLICIT_VR_LITTLE_ENDIAN,
        uids::RT_STRUCTURE_SET_STORAGE,
        &set.sop_uid,
    )
}

fn image_item(uid: &str) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::REFERENCED_SOP_CLASS_UID, VR::UI, uids::CT_IMAGE_STORAGE);
    put(&mut item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, uid);
    item
}

fn referenced_frame(set: &RtStructOut) -> InMemDicomObject {
    let mut frame = InMemDicomObject::new_empty();
    put(&mut frame, tags::FRAME_OF_REFERENCE_UID, VR::UI, set.study.frame_uid.as_str());
    if let Some(series_uid) = &set.image_series_uid {
        let mut series = InMemDicomObject::new_empty();
        put(&mut series, tags::SERIES_INSTANCE_UID, VR::UI, series_uid.as_str());
        let images = set.image_uids.iter().map(|uid| image_item(uid)).collect();
        put_items(&mut series, tags::CONTOUR_IMAGE_SEQUENCE, images);
        let mut study = InMemDicomObject::new_empty();
        // Detached Study Management, retired, yet what every writer puts here (PS3.3 C.8.8.5).
        put(&mut study, tags::REFERENCED_SOP_CLASS_UID, VR::UI, "1.2.840.10008.3.1.2.3.1");
        put(&mut study, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, set.study.study_uid.as_str());
        put_items(&mut study, tags::RT_REFERENCED_SERIES_SEQUENCE, vec![series]);
        put_items(&mut frame, tags::RT_REFERENCED_STUDY_SEQUENCE, vec![study]);
    }
    frame
}

fn roi_contours(
    number: &str,
    roi: &RoiOut,
    decimals: usize,
) -> Result<InMemDicomObject, WriteError> {
    let mut item = InMemDicomObject::new_empty();
    let [r, g, b] = roi.colour;
    put(&mut item, tags::ROI_DISPLAY_COLOR, VR::IS, format!("{r}\\{g}\\{b}"));
    put(&mut item, tags::REFERENCED_ROI_NUMBER, VR::IS, number);
    let contours: Result<Vec<_>, WriteError> = roi
        .contours
        .iter()
        .map(|out| {
            let mut item = InMemDicomObject::new_empty();
            if let Some(uid) = &out.image_uid {
                put_items(&mut item, tags::CONTOUR_IMAGE_SEQUENCE, vec![image_item(uid)]);
            }
            let flat: Vec<f64> =
                out.contour.points_mm.iter().flat_map(|p| [p.x, p.y, p.z]).collect();
            put(&mut item, tags::CONTOUR_GEOMETRIC_TYPE, VR::CS, geometric_type(out.contour.kind));
            put(
                &mut item,
                tags::NUMBER_OF_CONTOUR_POINTS,
                VR::IS,
                out.contour.points_mm.len().to_string(),
            );
            put(&mut item, tags::CONTOUR_NUMBER, VR::IS, out.contour.number.to_string());
            put(&mut item, tags::CONTOUR_DATA, VR::DS, decimal_strings(&flat, decimals)?);
            Ok(item)
        })
        .collect();
    put_items(&mut item, tags::CONTOUR_SEQUENCE, contours?);
    Ok(item)
}

fn geometric_type(kind: ContourKind) -> &'static str {
    match kind {
        ContourKind::ClosedPlanar => "CLOSED_PLANAR",
        ContourKind::ClosedPlanarXor => "CLOSEDPLANAR_XOR",
        ContourKind::OpenPlanar => "OPEN_PLANAR",
        ContourKind::OpenNonplanar => "OPEN_NONPLANAR",
        ContourKind::Point => "POINT",
    }
}
