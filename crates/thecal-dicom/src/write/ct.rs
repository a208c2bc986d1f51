//! One axial CT image (CT Image IOD, PS3.3 A.3).

use std::path::Path;

use dicom_core::{PrimitiveValue, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use super::{
    StudyOut, WriteError, decimal_string, decimal_strings, put, put_empty, put_study, save,
};

/// What is stored in place of -1024 HU: stored value 0.
const RESCALE_INTERCEPT: f64 = -1024.0;

/// One CT slice to be written. All lengths in mm, positions in LPS.
#[derive(Debug, Clone)]
pub struct CtSlice<'a> {
    /// Patient and study.
    pub study: &'a StudyOut,
    /// Series Instance UID.
    pub series_uid: &'a str,
    /// SOP Instance UID.
    pub sop_uid: &'a str,
    /// Instance Number, from 1.
    pub number: usize,
    /// Image Position (Patient): centre of the first pixel, LPS mm.
    pub position_mm: [f64; 3],
    /// Image Orientation (Patient): direction of a row, then of a column.
    pub orientation: [f64; 6],
    /// Distance between rows, then between columns, mm.
    pub pixel_spacing_mm: [f64; 2],
    /// Slice Thickness, mm.
    pub thickness_mm: f64,
    /// Patient Position, for example `HFS`.
    pub patient_position: &'a str,
    /// Number of rows.
    pub rows: u16,
    /// Number of columns.
    pub columns: u16,
    /// Hounsfield units, row by row; values below -1024 are stored as -1024.
    pub hu: &'a [i16],
}

/// Writes one CT slice as explicit VR little endian, unsigned 16 bit, intercept -1024.
///
/// # Errors
/// The pixels do not number rows x columns, a number is not finite, or the file cannot be
/// written.
pub fn write_ct_slice(path: &Path, slice: &CtSlice<'_>) -> Result<(), WriteError> {
    if slice.hu.len() != usize::from(slice.rows) * usize::from(slice.columns) {
        return Err(WriteError::Inconsistent(format!(
            "{} pixels for {} x {}",
            slice.hu.len(),
            slice.rows,
            slice.columns
        )));
    }
    let mut object = InMemDicomObject::new_empty();
    let o = &mut object;
    put_study(o, slice.study);
    put(o, tags::IMAGE_TYPE, VR::CS, PrimitiveValue::from("ORIGINAL\\PRIMARY\\AXIAL"));
    put(o, tags::SOP_CLASS_UID, VR::UI, uids::CT_IMAGE_STORAGE);
    put(o, tags::SOP_INSTANCE_UID, VR::UI, slice.sop_uid);
    put(o, tags::SERIES_DATE, VR::DA, slice.study.date.as_str());
    put(o, tags::CONTENT_DATE, VR::DA, slice.study.date.as_str());
    put(o, tags::ACQUISITION_DATE, VR::DA, slice.study.date.as_str());
    put(o, tags::SERIES_TIME, VR::TM, slice.study.time.as_str());
    put(o, tags::CONTENT_TIME, VR::TM, slice.study.time.as_str());
    put(o, tags::ACQUISITION_TIME, VR::TM, slice.study.time.as_str());
    put(o, tags::MODALITY, VR::CS, "CT");
    put(o, tags::SERIES_DESCRIPTION, VR::LO, "analytic phantom");
    put(o, tags::KVP, VR::DS, "120");
    put(o, tags::SLICE_THICKNESS, VR::DS, decimal_string(slice.thickness_mm, 6)?);
    put(o, tags::PATIENT_POSITION, VR::CS, slice.patient_position);
    put(o, tags::SERIES_INSTANCE_UID, VR::UI, slice.series_uid);
    put(o, tags::SERIES_NUMBER, VR::IS, "1");
    put(o, tags::ACQUISITION_NUMBER, VR::IS, "1");
    put(o, tags::INSTANCE_NUMBER, VR::IS, slice.number.to_string());
    put_empty(o, tags::PATIENT_ORIENTATION, VR::CS);
    put(o, tags::IMAGE_POSITION_PATIENT, VR::DS, decimal_strings(&slice.position_mm, 9)?);
    put(o, tags::IMAGE_ORIENTATION_PATIENT, VR::DS, decimal_strings(&slice.orientation, 12)?);
    put(o, tags::SAMPLES_PER_PIXEL, VR::US, 1_u16);
    put(o, tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
    put(o, tags::ROWS, VR::US, slice.rows);
    put(o, tags::COLUMNS, VR::US, slice.columns);
    put(o, tags::PIXEL_SPACING, VR::DS, decimal_strings(&slice.pixel_spacing_mm, 9)?);
    put(o, tags::BITS_ALLOCATED, VR::US, 16_u16);
    put(o, tags::BITS_STORED, VR::US, 16_u16);
    put(o, tags::HIGH_BIT, VR::US, 15_u16);
    put(o, tags::PIXEL_REPRESENTATION, VR::US, 0_u16);
    put(o, tags::WINDOW_CENTER, VR::DS, "40");
    put(o, tags::WINDOW_WIDTH, VR::DS, "400");
    put(o, tags::RESCALE_INTERCEPT, VR::DS, decimal_string(RESCALE_INTERCEPT, 0)?);
    put(o, tags::RESCALE_SLOPE, VR::DS, "1");
    put(o, tags::RESCALE_TYPE, VR::LO, "HU");
    let stored: Vec<u16> =
        slice.hu.iter().map(|&v| (i32::from(v) + 1024).clamp(0, 65_535) as u16).collect();
    put(o, tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(stored.into()));
    save(object, path, uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::CT_IMAGE_STORAGE, slice.sop_uid)
}
