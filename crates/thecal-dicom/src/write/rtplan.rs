//! One plan of static photon beams (RT Plan IOD, PS3.3 A.20), with what stands in it of
//! prescription and fractions; its beams are open fields that no machine is to give.

use std::path::Path;

use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use thecal_geom::Point3;

use super::reference::reference;
use super::{
    StudyOut, WriteError, decimal_string, decimal_strings, put, put_empty, put_items, put_study,
    save,
};

/// Meterset of a beam that gives 1 Gy.
const METERSET_PER_GY: f64 = 100.0;

/// A beam to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct BeamOut {
    /// Beam Number.
    pub number: u32,
    /// Gantry Angle, degrees.
    pub gantry_deg: f64,
    /// Beam Dose: in one fraction, Gy.
    pub dose_gy: f64,
}

/// A plan to be written, with one fraction group.
#[derive(Debug, Clone)]
pub struct RtPlanOut<'a> {
    /// Patient and study.
    pub study: &'a StudyOut,
    /// Series Instance UID.
    pub series_uid: &'a str,
    /// SOP Instance UID.
    pub sop_uid: &'a str,
    /// RT Plan Label.
    pub label: &'a str,
    /// Patient Position, for example `HFS`.
    pub patient_position: &'a str,
    /// SOP Instance UID of the structure set.
    pub structure_set_uid: &'a str,
    /// Target Prescription Dose, Gy; `None` leaves the prescription out, as some systems do.
    pub prescription_gy: Option<f64>,
    /// ROI Number of the target.
    pub target_roi: u32,
    /// Number of Fractions Planned.
    pub fractions: u32,
    /// Isocentre, LPS mm.
    pub isocentre_mm: Point3,
    /// The beams of the group.
    pub beams: &'a [BeamOut],
}

/// Writes a plan as explicit VR little endian.
///
/// # Errors
/// A number is not finite, or the file cannot be written.
pub fn write_rtplan(path: &Path, plan: &RtPlanOut<'_>) -> Result<(), WriteError> {
    let mut object = InMemDicomObject::new_empty();
    let o = &mut object;
    put_study(o, plan.study);
    put(o, tags::SOP_CLASS_UID, VR::UI, uids::RT_PLAN_STORAGE);
    put(o, tags::SOP_INSTANCE_UID, VR::UI, plan.sop_uid);
    put(o, tags::MODALITY, VR::CS, "RTPLAN");
    put(o, tags::SERIES_INSTANCE_UID, VR::UI, plan.series_uid);
    put(o, tags::SERIES_NUMBER, VR::IS, "3");
    put_empty(o, tags::OPERATORS_NAME, VR::PN);
    put(o, tags::RT_PLAN_LABEL, VR::SH, plan.label);
    put(o, tags::RT_PLAN_DATE, VR::DA, plan.study.date.as_str());
    put(o, tags::RT_PLAN_TIME, VR::TM, plan.study.time.as_str());
    put(o, tags::RT_PLAN_GEOMETRY, VR::CS, "PATIENT");
    put(o, tags::APPROVAL_STATUS, VR::CS, "UNAPPROVED");
    let set = reference(uids::RT_STRUCTURE_SET_STORAGE, plan.structure_set_uid);
    put_items(o, tags::REFERENCED_STRUCTURE_SET_SEQUENCE, vec![set]);
    if let Some(dose_gy) = plan.prescription_gy {
        put_items(o, tags::DOSE_REFERENCE_SEQUENCE, vec![target(plan.target_roi, dose_gy)?]);
    }
    put_items(o, tags::PATIENT_SETUP_SEQUENCE, vec![setup(plan.patient_position)]);
    put_items(o, tags::FRACTION_GROUP_SEQUENCE, vec![group(plan)?]);
    let beams: Result<Vec<_>, WriteError> = plan.beams.iter().map(|b| beam(plan, b)).collect();
    put_items(o, tags::BEAM_SEQUENCE, beams?);
    save(object, path, uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::RT_PLAN_STORAGE, plan.sop_uid)
}

fn target(roi: u32, dose_gy: f64) -> Result<InMemDicomObject, WriteError> {
    let mut object = InMemDicomObject::new_empty();
    let item = &mut object;
    put(item, tags::DOSE_REFERENCE_NUMBER, VR::IS, "1");
    put(item, tags::DOSE_REFERENCE_STRUCTURE_TYPE, VR::CS, "VOLUME");
    put(item, tags::DOSE_REFERENCE_DESCRIPTION, VR::LO, "target");
    put(item, tags::DOSE_REFERENCE_TYPE, VR::CS, "TARGET");
    put(item, tags::TARGET_PRESCRIPTION_DOSE, VR::DS, decimal_string(dose_gy, 6)?);
    put(item, tags::REFERENCED_ROI_NUMBER, VR::IS, roi.to_string());
    Ok(object)
}

fn setup(position: &str) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::PATIENT_POSITION, VR::CS, position);
    put(&mut item, tags::PATIENT_SETUP_NUMBER, VR::IS, "1");
    put(&mut item, tags::SETUP_TECHNIQUE, VR::CS, "ISOCENTRIC");
    item
}

fn group(plan: &RtPlanOut<'_>) -> Result<InMemDicomObject, WriteError> {
    let beams: Result<Vec<_>, WriteError> = plan
        .beams
        .iter()
        .map(|beam| {
            let mut object = InMemDicomObject::new_empty();
            let item = &mut object;
            put(item, tags::BEAM_DOSE, VR::DS, decimal_string(beam.dose_gy, 6)?);
            let meterset = decimal_string(beam.dose_gy * METERSET_PER_GY, 6)?;
            put(item, tags::BEAM_METERSET, VR::DS, meterset);
            put(item, tags::REFERENCED_BEAM_NUMBER, VR::IS, beam.number.to_string());
            Ok(object)
        })
        .collect();
    let mut object = InMemDicomObject::new_empty();
    let item = &mut object;
    put(item, tags::FRACTION_GROUP_NUMBER, VR::IS, "1");
    put(item, tags::NUMBER_OF_FRACTIONS_PLANNED, VR::IS, plan.fractions.to_string());
    put(item, tags::NUMBER_OF_BEAMS, VR::IS, plan.beams.len().to_string());
    put(item, tags::NUMBER_OF_BRACHY_APPLICATION_SETUPS, VR::IS, "0");
    put_items(item, tags::REFERENCED_BEAM_SEQUENCE, beams?);
    Ok(object)
}

fn beam(plan: &RtPlanOut<'_>, beam: &BeamOut) -> Result<InMemDicomObject, WriteError> {
    let mut object = InMemDicomObject::new_empty();
    let item = &mut object;
    put(item, tags::TREATMENT_MACHINE_NAME, VR::SH, "PHANTOM");
    put(item, tags::PRIMARY_DOSIMETER_UNIT, VR::CS, "MU");
    put(item, tags::SOURCE_AXIS_DISTANCE, VR::DS, "1000");
    put_items(
        item,
        tags::BEAM_LIMITING_DEVICE_SEQUENCE,
        jaws(&|jaw| {
            put(jaw, tags::NUMBER_OF_LEAF_JAW_PAIRS, VR::IS, "1");
        }),
    );
    put(item, tags::BEAM_NUMBER, VR::IS, beam.number.to_string());
    put(item, tags::BEAM_NAME, VR::LO, format!("Beam {}", beam.number));
    put(item, tags::BEAM_TYPE, VR::CS, "STATIC");
    put(item, tags::RADIATION_TYPE, VR::CS, "PHOTON");
    put(item, tags::TREATMENT_DELIVERY_TYPE, VR::CS, "TREATMENT");
    for none in [
        tags::NUMBER_OF_WEDGES,
        tags::NUMBER_OF_COMPENSATORS,
        tags::NUMBER_OF_BOLI,
        tags::NUMBER_OF_BLOCKS,
    ] {
        put(item, none, VR::IS, "0");
    }
    put(item, tags::FINAL_CUMULATIVE_METERSET_WEIGHT, VR::DS, "1");
    put(item, tags::NUMBER_OF_CONTROL_POINTS, VR::IS, "2");
    let mut last = InMemDicomObject::new_empty();
    put(&mut last, tags::CONTROL_POINT_INDEX, VR::IS, "1");
    put(&mut last, tags::CUMULATIVE_METERSET_WEIGHT, VR::DS, "1");
    put_items(item, tags::CONTROL_POINT_SEQUENCE, vec![first_point(plan, beam)?, last]);
    put(item, tags::REFERENCED_PATIENT_SETUP_NUMBER, VR::IS, "1");
    Ok(object)
}

/// An item for each of the two pairs of jaws.
fn jaws(more: &dyn Fn(&mut InMemDicomObject)) -> Vec<InMemDicomObject> {
    let jaw = |kind: &str| {
        let mut object = InMemDicomObject::new_empty();
        put(&mut object, tags::RT_BEAM_LIMITING_DEVICE_TYPE, VR::CS, kind);
        more(&mut object);
        object
    };
    vec![jaw("X"), jaw("Y")]
}

fn first_point(plan: &RtPlanOut<'_>, beam: &BeamOut) -> Result<InMemDicomObject, WriteError> {
    let mut object = InMemDicomObject::new_empty();
    let item = &mut object;
    put(item, tags::CONTROL_POINT_INDEX, VR::IS, "0");
    put(item, tags::NOMINAL_BEAM_ENERGY, VR::DS, "6");
    put(item, tags::DOSE_RATE_SET, VR::DS, "600");
    put_items(
        item,
        tags::BEAM_LIMITING_DEVICE_POSITION_SEQUENCE,
        jaws(&|jaw| {
            put(jaw, tags::LEAF_JAW_POSITIONS, VR::DS, "-50\\50");
        }),
    );
    put(item, tags::GANTRY_ANGLE, VR::DS, decimal_string(beam.gantry_deg, 6)?);
    put(item, tags::GANTRY_ROTATION_DIRECTION, VR::CS, "NONE");
    put(item, tags::BEAM_LIMITING_DEVICE_ANGLE, VR::DS, "0");
    put(item, tags::BEAM_LIMITING_DEVICE_ROTATION_DIRECTION, VR::CS, "NONE");
    put(item, tags::PATIENT_SUPPORT_ANGLE, VR::DS, "0");
    put(item, tags::PATIENT_SUPPORT_ROTATION_DIRECTION, VR::CS, "NONE");
    put(item, tags::TABLE_TOP_ECCENTRIC_ANGLE, VR::DS, "0");
    put(item, tags::TABLE_TOP_ECCENTRIC_ROTATION_DIRECTION, VR::CS, "NONE");
    for height in [
        tags::TABLE_TOP_VERTICAL_POSITION,
        tags::TABLE_TOP_LONGITUDINAL_POSITION,
        tags::TABLE_TOP_LATERAL_POSITION,
    ] {
        put_empty(item, height, VR::DS);
    }
    let isocentre: [f64; 3] = plan.isocentre_mm.into();
    put(item, tags::ISOCENTER_POSITION, VR::DS, decimal_strings(&isocentre, 6)?);
    put(item, tags::CUMULATIVE_METERSET_WEIGHT, VR::DS, "0");
    Ok(object)
}
