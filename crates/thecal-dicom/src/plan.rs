//! RT Plan and RT Ion Plan (PS3.3 A.20, A.49): prescription and fractions, no beams.

use std::path::{Path, PathBuf};

use dicom_dictionary_std::{tags, uids};
use thecal_geom::Warning;

use crate::object::check_class;
use crate::read::{BEFORE_PIXELS, DataSet, Fault, ReadError, Source};

/// What a plan prescribes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The file.
    pub path: PathBuf,
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// Series Instance UID.
    pub series_instance_uid: Option<String>,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// RT Plan Label.
    pub label: Option<String>,
    /// Doses prescribed to targets and allowed to organs.
    pub prescriptions: Vec<Prescription>,
    /// Number of Fractions Planned of each fraction group.
    pub fractions: Vec<Option<u32>>,
    /// Structure sets that the plan refers to, by SOP Instance UID.
    pub structure_sets: Vec<String>,
    /// What was doubted.
    pub warnings: Vec<Warning>,
}

/// One item of the Dose Reference Sequence.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Prescription {
    /// Dose Reference Type: `TARGET` or `ORGAN_AT_RISK`.
    pub kind: Option<String>,
    /// Dose Reference Description.
    pub description: Option<String>,
    /// Referenced ROI Number.
    pub roi_number: Option<i64>,
    /// Target Prescription Dose, Gy.
    pub dose_gy: Option<f64>,
    /// Organ at Risk Maximum Dose, Gy.
    pub most_gy: Option<f64>,
}

/// Reads a plan.
///
/// # Errors
/// The file cannot be read, is no RT plan, or a dose or count is no number.
pub fn read_plan(path: &Path) -> Result<Plan, ReadError> {
    plan(&Source::open(path)?)
}

/// Reads a plan from the bytes of a whole file; `path` is for messages only.
///
/// # Errors
/// As [`read_plan`].
///
/// # Example
/// ```
/// use std::path::Path;
/// use thecal_dicom::plan::read_plan_bytes;
///
/// let error = read_plan_bytes(Path::new("plan.dcm"), b"no DICOM".to_vec()).unwrap_err();
/// assert!(error.to_string().starts_with("plan.dcm"));
/// ```
pub fn read_plan_bytes(path: &Path, bytes: Vec<u8>) -> Result<Plan, ReadError> {
    plan(&Source::from_bytes(path, bytes)?)
}

fn plan(source: &Source) -> Result<Plan, ReadError> {
    let data = source.data_set_until(BEFORE_PIXELS)?;
    read(source, &data).map_err(|fault| ReadError::content(source.path(), fault))
}

fn read(source: &Source, data: &DataSet<'_>) -> Result<Plan, Fault> {
    let mut warnings = source.warnings().to_vec();
    let classes = [uids::RT_PLAN_STORAGE, uids::RT_ION_PLAN_STORAGE];
    let mark = tags::FRACTION_GROUP_SEQUENCE;
    check_class(source, data, &classes, "an RT Plan", mark, &mut warnings)?;
    let owned = |tag| data.code(tag).map(str::to_owned);
    let mut prescriptions = Vec::new();
    for item in data.items(tags::DOSE_REFERENCE_SEQUENCE)? {
        prescriptions.push(Prescription {
            kind: item.code(tags::DOSE_REFERENCE_TYPE).map(str::to_owned),
            description: item.text(tags::DOSE_REFERENCE_DESCRIPTION),
            roi_number: item.integer(tags::REFERENCED_ROI_NUMBER)?,
            dose_gy: item.number(tags::TARGET_PRESCRIPTION_DOSE)?,
            most_gy: item.number(tags::ORGAN_AT_RISK_MAXIMUM_DOSE)?,
        });
    }
    let mut fractions = Vec::new();
    for group in data.items(tags::FRACTION_GROUP_SEQUENCE)? {
        let count = group.integer(tags::NUMBER_OF_FRACTIONS_PLANNED)?;
        fractions.push(count.and_then(|n| u32::try_from(n).ok()));
    }
    let sets = data.items(tags::REFERENCED_STRUCTURE_SET_SEQUENCE)?.iter();
    let uid = |i: &DataSet<'_>| i.code(tags::REFERENCED_SOP_INSTANCE_UID).map(str::to_owned);
    Ok(Plan {
        path: source.path().into(),
        sop_instance_uid: owned(tags::SOP_INSTANCE_UID),
        series_instance_uid: owned(tags::SERIES_INSTANCE_UID),
        frame_of_reference_uid: owned(tags::FRAME_OF_REFERENCE_UID),
        label: data.text(tags::RT_PLAN_LABEL),
        prescriptions,
        fractions,
        structure_sets: sets.filter_map(uid).collect(),
        warnings,
    })
}
