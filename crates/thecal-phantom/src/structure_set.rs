//! A structure set that refers to no images, as several phantoms are written.

use thecal_dicom::write::{ContourOut, RoiOut, RtStructOut, StudyOut, uid_from_bits};
use thecal_geom::Contour;

use crate::random::Stream;

/// Structures of a patient who does not exist, with UIDs from a stream of random numbers.
pub(crate) fn without_images(
    patient_id: String,
    patient_name: &str,
    uids: &mut Stream,
    decimals: usize,
    rois: Vec<RoiOut>,
) -> RtStructOut {
    let mut uid = || uid_from_bits(uids.bits());
    RtStructOut {
        study: StudyOut {
            patient_id,
            patient_name: patient_name.into(),
            study_uid: uid(),
            frame_uid: uid(),
            date: "20260101".into(),
            time: "120000".into(),
            more: Vec::new(),
        },
        series_uid: uid(),
        sop_uid: uid(),
        label: "PHANTOM".into(),
        description: String::new(),
        equipment: None,
        predecessor: None,
        references: Vec::new(),
        decimals,
        rois,
    }
}

/// A structure whose contours refer to no image. `generation` is how it came about, `MANUAL` for one that
/// stands for a drawing.
pub(crate) fn roi(
    name: &str,
    interpreted_type: &str,
    generation: &str,
    colour: [u8; 3],
    contours: impl IntoIterator<Item = Contour>,
) -> RoiOut {
    let contour = |contour| ContourOut { contour, image: None };
    RoiOut {
        name: name.into(),
        interpreted_type: interpreted_type.into(),
        description: String::new(),
        generation: generation.into(),
        generation_description: String::new(),
        colour,
        contours: contours.into_iter().map(contour).collect(),
    }
}
