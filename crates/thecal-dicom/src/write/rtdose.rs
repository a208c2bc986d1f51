//! One dose grid (RT Dose IOD, PS3.3 A.18).

use std::path::Path;

use dicom_core::{PrimitiveValue, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use thecal_geom::{Point3, Vector3};

use super::reference::reference;
use super::{
    StudyOut, WriteError, decimal_string, decimal_strings, put, put_empty, put_items, put_study,
    save,
};
use crate::terms::{DoseType, DoseUnits, Summation};

/// A plan that a dose is of.
#[derive(Debug, Clone, PartialEq)]
pub struct DosePlanOut {
    /// SOP Instance UID of the plan.
    pub plan_uid: String,
    /// The fraction group that the dose is of; `None` for the whole plan.
    pub fraction_group: Option<u32>,
    /// Numbers of the beams of the group that the dose is of; empty for all.
    pub beams: Vec<u32>,
}

/// A dose grid to be written. Lengths in mm, positions in LPS.
#[derive(Debug, Clone)]
pub struct RtDoseOut<'a> {
    /// Patient and study; the frame of reference is that of the dose.
    pub study: &'a StudyOut,
    /// Series Instance UID.
    pub series_uid: &'a str,
    /// SOP Instance UID.
    pub sop_uid: &'a str,
    /// Instance Number, from 1.
    pub number: usize,
    /// Dose Units; left out where `None`, against the standard.
    pub units: Option<DoseUnits>,
    /// Dose Type.
    pub dose_type: DoseType,
    /// Dose Summation Type.
    pub summation: Summation,
    /// The plan that the dose is of.
    pub plan: Option<DosePlanOut>,
    /// SOP Instance UID of the structure set that the dose refers to.
    pub structure_set_uid: Option<&'a str>,
    /// Centre of the first voxel of the first plane.
    pub origin_mm: Point3,
    /// Directions of a row (along i) and of a column (along j).
    pub directions: [Vector3; 2],
    /// Distances of voxel centres along i and along j.
    pub spacing_mm: [f64; 2],
    /// Grid Frame Offset Vector as it is written, one number for each plane.
    pub offsets_mm: &'a [f64],
    /// Number of voxels along i and along j.
    pub size: [u16; 2],
    /// Whether values are stored in 32 bits and not in 16.
    pub wide: bool,
    /// The doses in the units given, plane by plane in the order of the offsets, then row by row.
    pub values: &'a [f64],
}

/// Writes a dose as explicit VR little endian; values below 0 are stored signed. What is stored
/// differs from what is given by at most half a step, the largest value over 2^16 - 1 or 2^32 - 1
/// (signed: over half of that).
///
/// # Errors
/// The values do not number voxels times planes, a number is not finite, or the file cannot be
/// written.
pub fn write_rtdose(path: &Path, dose: &RtDoseOut<'_>) -> Result<(), WriteError> {
    let voxels = dose.size.map(usize::from).iter().product::<usize>() * dose.offsets_mm.len();
    if voxels == 0 || dose.values.len() != voxels {
        let found = dose.values.len();
        return Err(WriteError::Inconsistent(format!("{found} doses for {voxels} voxels")));
    }
    let mut object = InMemDicomObject::new_empty();
    let o = &mut object;
    put_study(o, dose.study);
    put(o, tags::SOP_CLASS_UID, VR::UI, uids::RT_DOSE_STORAGE);
    put(o, tags::SOP_INSTANCE_UID, VR::UI, dose.sop_uid);
    put(o, tags::CONTENT_DATE, VR::DA, dose.study.date.as_str());
    put(o, tags::CONTENT_TIME, VR::TM, dose.study.time.as_str());
    put(o, tags::MODALITY, VR::CS, "RTDOSE");
    put(o, tags::SERIES_INSTANCE_UID, VR::UI, dose.series_uid);
    put(o, tags::SERIES_NUMBER, VR::IS, "4");
    put_empty(o, tags::OPERATORS_NAME, VR::PN);
    put(o, tags::INSTANCE_NUMBER, VR::IS, dose.number.to_string());
    put_grid(o, dose)?;
    put_meaning(o, dose);
    put_values(o, dose)?;
    save(object, path, uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::RT_DOSE_STORAGE, dose.sop_uid)
}

fn put_grid(o: &mut InMemDicomObject, dose: &RtDoseOut<'_>) -> Result<(), WriteError> {
    let origin: [f64; 3] = dose.origin_mm.into();
    let [i, j] = dose.directions;
    put(o, tags::IMAGE_POSITION_PATIENT, VR::DS, decimal_strings(&origin, 9)?);
    let orientation = decimal_strings(&[i.x, i.y, i.z, j.x, j.y, j.z], 12)?;
    put(o, tags::IMAGE_ORIENTATION_PATIENT, VR::DS, orientation);
    put_empty(o, tags::SLICE_THICKNESS, VR::DS);
    let [columns_mm, rows_mm] = dose.spacing_mm;
    put(o, tags::PIXEL_SPACING, VR::DS, decimal_strings(&[rows_mm, columns_mm], 9)?);
    put(o, tags::SAMPLES_PER_PIXEL, VR::US, 1_u16);
    put(o, tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
    put(o, tags::NUMBER_OF_FRAMES, VR::IS, dose.offsets_mm.len().to_string());
    let pointer = PrimitiveValue::from(tags::GRID_FRAME_OFFSET_VECTOR);
    put(o, tags::FRAME_INCREMENT_POINTER, VR::AT, pointer);
    put(o, tags::ROWS, VR::US, dose.size[1]);
    put(o, tags::COLUMNS, VR::US, dose.size[0]);
    put(o, tags::GRID_FRAME_OFFSET_VECTOR, VR::DS, decimal_strings(dose.offsets_mm, 9)?);
    Ok(())
}

fn put_meaning(o: &mut InMemDicomObject, dose: &RtDoseOut<'_>) {
    if let Some(units) = &dose.units {
        put(o, tags::DOSE_UNITS, VR::CS, units.as_str());
    }
    put(o, tags::DOSE_TYPE, VR::CS, dose.dose_type.as_str());
    put(o, tags::DOSE_SUMMATION_TYPE, VR::CS, dose.summation.as_str());
    put(o, tags::TISSUE_HETEROGENEITY_CORRECTION, VR::CS, "IMAGE");
    if let Some(plan) = &dose.plan {
        put_items(o, tags::REFERENCED_RT_PLAN_SEQUENCE, vec![plan_item(plan)]);
    }
    if let Some(uid) = dose.structure_set_uid {
        let item = reference(uids::RT_STRUCTURE_SET_STORAGE, uid);
        put_items(o, tags::REFERENCED_STRUCTURE_SET_SEQUENCE, vec![item]);
    }
}

fn plan_item(plan: &DosePlanOut) -> InMemDicomObject {
    let mut item = reference(uids::RT_PLAN_STORAGE, &plan.plan_uid);
    let Some(number) = plan.fraction_group else { return item };
    let mut group = InMemDicomObject::new_empty();
    if !plan.beams.is_empty() {
        let beams = plan.beams.iter().map(|beam| {
            let mut object = InMemDicomObject::new_empty();
            put(&mut object, tags::REFERENCED_BEAM_NUMBER, VR::IS, beam.to_string());
            object
        });
        put_items(&mut group, tags::REFERENCED_BEAM_SEQUENCE, beams.collect());
    }
    put(&mut group, tags::REFERENCED_FRACTION_GROUP_NUMBER, VR::IS, number.to_string());
    put_items(&mut item, tags::REFERENCED_FRACTION_GROUP_SEQUENCE, vec![group]);
    item
}

fn put_values(o: &mut InMemDicomObject, dose: &RtDoseOut<'_>) -> Result<(), WriteError> {
    let signed = dose.values.iter().any(|v| *v < 0.0);
    let bits: u16 = if dose.wide { 32 } else { 16 };
    let steps = 2_f64.powi(i32::from(bits) - i32::from(signed)) - 1.0;
    let most = dose.values.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
    let scaling_text = scaling_string(if most > 0.0 { most / steps } else { 1.0 })?;
    // As a reader has it.
    let scaling: f64 = scaling_text.parse().unwrap_or(1.0);
    put(o, tags::BITS_ALLOCATED, VR::US, bits);
    put(o, tags::BITS_STORED, VR::US, bits);
    put(o, tags::HIGH_BIT, VR::US, bits - 1);
    put(o, tags::PIXEL_REPRESENTATION, VR::US, u16::from(signed));
    put(o, tags::DOSE_GRID_SCALING, VR::DS, scaling_text);
    let mut bytes = Vec::with_capacity(dose.values.len() * usize::from(bits / 8));
    for value in dose.values {
        if !value.is_finite() {
            return Err(WriteError::NotFinite(*value));
        }
        let stored = (value / scaling).round().clamp(-steps, steps) as i64;
        bytes.extend(&stored.to_le_bytes()[..usize::from(bits / 8)]);
    }
    put(o, tags::PIXEL_DATA, VR::OW, PrimitiveValue::U8(bytes.into()));
    Ok(())
}

/// A scaling that is not less than asked for, so that the largest value fits.
fn scaling_string(least: f64) -> Result<String, WriteError> {
    let text = format!("{:.8e}", least * (1.0 + 1e-8));
    if text.len() <= 16 { Ok(text) } else { decimal_string(least, 15) }
}
