//! One structure set (RT Structure Set IOD, PS3.3 A.19).

use std::path::Path;

use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use thecal_geom::{Contour, ContourKind};

use super::{
    Equipment, ImageReference, SeriesReference, StudyOut, WriteError, decimal_strings, put,
    put_empty, put_items, put_study, save,
};

/// One contour of a region of interest.
#[derive(Debug, Clone)]
pub struct ContourOut {
    /// The contour: kind and points, LPS mm.
    pub contour: Contour,
    /// The image that it lies on, if any.
    pub image: Option<ImageReference>,
}

/// One region of interest.
#[derive(Debug, Clone)]
pub struct RoiOut {
    /// ROI Name.
    pub name: String,
    /// RT ROI Interpreted Type, for example `ORGAN` or `GTV`; may be empty.
    pub interpreted_type: String,
    /// ROI Description, at most 1024 characters; may be empty.
    pub description: String,
    /// ROI Generation Algorithm: `AUTOMATIC`, `SEMIAUTOMATIC` or `MANUAL`; empty where it is not
    /// known.
    pub generation: String,
    /// ROI Generation Description, at most 64 characters; may be empty.
    pub generation_description: String,
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
    /// Structure Set Description; may be empty.
    pub description: String,
    /// Who made the set and when; without it the study's date is taken.
    pub equipment: Option<Equipment>,
    /// The structure set that it was made from, if any.
    pub predecessor: Option<ImageReference>,
    /// The image series that the set refers to.
    pub references: Vec<SeriesReference>,
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
    if let Some(equipment) = &set.equipment {
        equipment.put(o);
    }
    let moment =
        set.equipment.as_ref().map_or((&set.study.date, &set.study.time), |m| (&m.date, &m.time));
    put(o, tags::INSTANCE_NUMBER, VR::IS, "1");
    put_empty(o, tags::OPERATORS_NAME, VR::PN);
    put(o, tags::STRUCTURE_SET_LABEL, VR::SH, set.label.as_str());
    if !set.description.is_empty() {
        put(o, tags::STRUCTURE_SET_DESCRIPTION, VR::ST, set.description.as_str());
    }
    put(o, tags::STRUCTURE_SET_DATE, VR::DA, moment.0.as_str());
    put(o, tags::STRUCTURE_SET_TIME, VR::TM, moment.1.as_str());
    if let Some(set) = &set.predecessor {
        put_items(o, tags::PREDECESSOR_STRUCTURE_SET_SEQUENCE, vec![image_item(set)]);
    }
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
        put(item, tags::ROI_GENERATION_ALGORITHM, VR::CS, roi.generation.as_str());
        if !roi.generation_description.is_empty() {
            let text = roi.generation_description.as_str();
            put(item, tags::ROI_GENERATION_DESCRIPTION, VR::LO, text);
        }
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

fn image_item(image: &ImageReference) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::REFERENCED_SOP_CLASS_UID, VR::UI, image.class_uid.as_str());
    put(&mut item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, image.instance_uid.as_str());
    if !image.frames.is_empty() {
        let frames: Vec<String> = image.frames.iter().map(u32::to_string).collect();
        put(&mut item, tags::REFERENCED_FRAME_NUMBER, VR::IS, frames.join("\\"));
    }
    item
}

fn referenced_frame(set: &RtStructOut) -> InMemDicomObject {
    let mut frame = InMemDicomObject::new_empty();
    put(&mut frame, tags::FRAME_OF_REFERENCE_UID, VR::UI, set.study.frame_uid.as_str());
    let mut studies: Vec<(&str, Vec<InMemDicomObject>)> = Vec::new();
    for reference in set.references.iter().filter(|r| !r.images.is_empty()) {
        let mut series = InMemDicomObject::new_empty();
        put(&mut series, tags::SERIES_INSTANCE_UID, VR::UI, reference.series_uid.as_str());
        let images = reference.images.iter().map(image_item).collect();
        put_items(&mut series, tags::CONTOUR_IMAGE_SEQUENCE, images);
        let uid = reference.study_uid.as_str();
        match studies.iter_mut().find(|(study, _)| *study == uid) {
            Some((_, all)) => all.push(series),
            None => studies.push((uid, vec![series])),
        }
    }
    let item = |(uid, series): (&str, Vec<InMemDicomObject>)| {
        let mut study = InMemDicomObject::new_empty();
        // Detached Study Management, retired, yet what every writer puts here (PS3.3 C.8.8.5).
        put(&mut study, tags::REFERENCED_SOP_CLASS_UID, VR::UI, "1.2.840.10008.3.1.2.3.1");
        put(&mut study, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, uid);
        put_items(&mut study, tags::RT_REFERENCED_SERIES_SEQUENCE, series);
        study
    };
    if !studies.is_empty() {
        let studies = studies.into_iter().map(item).collect();
        put_items(&mut frame, tags::RT_REFERENCED_STUDY_SEQUENCE, studies);
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
            if let Some(image) = &out.image {
                put_items(&mut item, tags::CONTOUR_IMAGE_SEQUENCE, vec![image_item(image)]);
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
