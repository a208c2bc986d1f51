//! One rigid registration (Spatial Registration IOD, PS3.3 A.39.1).

use std::path::Path;

use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use thecal_geom::RigidTransform;

use super::{StudyOut, WriteError, decimal_strings, put, put_empty, put_items, put_study, save};

/// A registration to be written.
#[derive(Debug, Clone)]
pub struct RegistrationOut<'a> {
    /// Patient and study; the frame of reference is the fixed one.
    pub study: &'a StudyOut,
    /// Series Instance UID.
    pub series_uid: &'a str,
    /// SOP Instance UID.
    pub sop_uid: &'a str,
    /// The frame of reference that is registered.
    pub moving_frame_uid: &'a str,
    /// Takes points of the moving frame to the fixed one.
    pub fixed_from_moving: RigidTransform,
}

/// Writes a registration as explicit VR little endian.
///
/// # Errors
/// A number is not finite, or the file cannot be written.
pub fn write_registration(path: &Path, out: &RegistrationOut<'_>) -> Result<(), WriteError> {
    let mut object = InMemDicomObject::new_empty();
    let o = &mut object;
    put_study(o, out.study);
    put(o, tags::SOP_CLASS_UID, VR::UI, uids::SPATIAL_REGISTRATION_STORAGE);
    put(o, tags::SOP_INSTANCE_UID, VR::UI, out.sop_uid);
    put(o, tags::SERIES_DATE, VR::DA, out.study.date.as_str());
    put(o, tags::CONTENT_DATE, VR::DA, out.study.date.as_str());
    put(o, tags::SERIES_TIME, VR::TM, out.study.time.as_str());
    put(o, tags::CONTENT_TIME, VR::TM, out.study.time.as_str());
    put(o, tags::MODALITY, VR::CS, "REG");
    put(o, tags::SERIES_INSTANCE_UID, VR::UI, out.series_uid);
    put(o, tags::SERIES_NUMBER, VR::IS, "5");
    put(o, tags::INSTANCE_NUMBER, VR::IS, "1");
    put(o, tags::MANUFACTURER_MODEL_NAME, VR::LO, "thecal phantom");
    put(o, tags::DEVICE_SERIAL_NUMBER, VR::LO, "1");
    put(o, tags::SOFTWARE_VERSIONS, VR::LO, env!("CARGO_PKG_VERSION"));
    put(o, tags::CONTENT_LABEL, VR::CS, "REGISTRATION");
    put_empty(o, tags::CONTENT_DESCRIPTION, VR::LO);
    put_empty(o, tags::CONTENT_CREATOR_NAME, VR::PN);
    let identity = RigidTransform::identity();
    let items = vec![
        registered(&out.study.frame_uid, &identity)?,
        registered(out.moving_frame_uid, &out.fixed_from_moving)?,
    ];
    put_items(o, tags::REGISTRATION_SEQUENCE, items);
    let class = uids::SPATIAL_REGISTRATION_STORAGE;
    save(object, path, uids::EXPLICIT_VR_LITTLE_ENDIAN, class, out.sop_uid)
}

fn registered(frame_uid: &str, transform: &RigidTransform) -> Result<InMemDicomObject, WriteError> {
    let numbers = transform.rows();
    let mut matrix = InMemDicomObject::new_empty();
    let text = decimal_strings(&numbers, 12)?;
    put(&mut matrix, tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE, VR::CS, "RIGID");
    put(&mut matrix, tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX, VR::DS, text);
    let mut outer = InMemDicomObject::new_empty();
    put_items(&mut outer, tags::MATRIX_SEQUENCE, vec![matrix]);
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::FRAME_OF_REFERENCE_UID, VR::UI, frame_uid);
    put_items(&mut item, tags::MATRIX_REGISTRATION_SEQUENCE, vec![outer]);
    Ok(item)
}
