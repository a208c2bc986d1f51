//! RT Plan and RT Ion Plan (PS3.3 A.20, A.49): what is prescribed, in how many fractions, by which beams.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};
use thecal_geom::Warning;

use crate::object::check_class;
use crate::read::{BEFORE_PIXELS, DataSet, Fault, ReadError, Source};
pub use crate::terms::{DeliveryKind, ReferenceKind, ReferenceStructure};

/// No plan prescribes more, Gy: what is above is cGy.
const MOST_GY: f64 = 200.0;
/// Fractions that a plan may have.
const FRACTIONS: std::ops::RangeInclusive<i64> = 1..=200;

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
    /// Fraction groups, each given in full.
    pub groups: Vec<FractionGroup>,
    /// Beams, those that only set up included.
    pub beams: Vec<Beam>,
    /// Structure sets that the plan refers to, by SOP Instance UID.
    pub structure_sets: Vec<String>,
    /// What was doubted.
    pub warnings: Vec<Warning>,
}

/// One item of the Dose Reference Sequence.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Prescription {
    /// Dose Reference Number.
    pub number: Option<i64>,
    /// Dose Reference Type.
    pub kind: Option<ReferenceKind>,
    /// Dose Reference Structure Type: what the dose is stated for.
    pub structure: Option<ReferenceStructure>,
    /// Dose Reference Description.
    pub description: Option<String>,
    /// Referenced ROI Number.
    pub roi_number: Option<i64>,
    /// Target Prescription Dose, Gy.
    pub dose_gy: Option<f64>,
    /// Target Minimum Dose, Gy.
    pub target_least_gy: Option<f64>,
    /// Target Maximum Dose, Gy.
    pub target_most_gy: Option<f64>,
    /// Organ at Risk Maximum Dose, Gy.
    pub most_gy: Option<f64>,
}

/// One item of the Fraction Group Sequence.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FractionGroup {
    /// Fraction Group Number.
    pub number: Option<i64>,
    /// Number of Fractions Planned.
    pub fractions: Option<u32>,
    /// The beams of the group.
    pub beams: Vec<GroupBeam>,
    /// Number of brachytherapy application setups of the group.
    pub setups: usize,
}

/// A beam of a fraction group.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GroupBeam {
    /// Referenced Beam Number.
    pub number: Option<i64>,
    /// Beam Dose: of one fraction at the beam's dose point, Gy.
    pub dose_gy: Option<f64>,
    /// Beam Meterset.
    pub meterset: Option<f64>,
}

/// A beam. Its name is not kept.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Beam {
    /// Beam Number.
    pub number: Option<i64>,
    /// Radiation Type, as `PHOTON` or `PROTON`.
    pub radiation: Option<String>,
    /// Treatment Delivery Type; beams without one treat.
    pub delivery: Option<DeliveryKind>,
}

impl Plan {
    /// Number of Fractions Planned of each fraction group, in the order of the file.
    #[must_use]
    pub fn fractions(&self) -> Vec<Option<u32>> {
        self.groups.iter().map(|g| g.fractions).collect()
    }

    /// Doses prescribed to targets, Gy, in the order of the file.
    #[must_use]
    pub fn target_doses_gy(&self) -> Vec<f64> {
        let targets = self.prescriptions.iter().filter(|p| p.kind == Some(ReferenceKind::Target));
        targets.filter_map(|p| p.dose_gy).collect()
    }

    /// Numbers of the beams that treat, those left out that set up or take images.
    #[must_use]
    pub fn treating_beams(&self) -> Vec<i64> {
        let treats = |b: &&Beam| {
            matches!(b.delivery, None | Some(DeliveryKind::Treatment | DeliveryKind::Continuation))
        };
        self.beams.iter().filter(treats).filter_map(|b| b.number).collect()
    }
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
pub fn read_plan_bytes(path: &Path, bytes: impl Into<Arc<Vec<u8>>>) -> Result<Plan, ReadError> {
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
    let sets = data.items(tags::REFERENCED_STRUCTURE_SET_SEQUENCE)?.iter();
    let uid = |i: &DataSet<'_>| i.code(tags::REFERENCED_SOP_INSTANCE_UID).map(str::to_owned);
    Ok(Plan {
        path: source.path().into(),
        sop_instance_uid: owned(tags::SOP_INSTANCE_UID),
        series_instance_uid: owned(tags::SERIES_INSTANCE_UID),
        frame_of_reference_uid: owned(tags::FRAME_OF_REFERENCE_UID),
        label: data.text(tags::RT_PLAN_LABEL),
        prescriptions: each(data, tags::DOSE_REFERENCE_SEQUENCE, |item| {
            prescription(item, &mut warnings)
        })?,
        groups: each(data, mark, |item| group(item, &mut warnings))?,
        beams: beams(data)?,
        structure_sets: sets.filter_map(uid).collect(),
        warnings,
    })
}

/// What each item of a sequence reads as.
fn each<T>(
    data: &DataSet<'_>,
    tag: Tag,
    read: impl FnMut(&DataSet<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    data.items(tag)?.iter().map(read).collect()
}

fn prescription(item: &DataSet<'_>, warnings: &mut Vec<Warning>) -> Result<Prescription, Fault> {
    let dose_gy = item.number(tags::TARGET_PRESCRIPTION_DOSE)?;
    if let Some(gy) = dose_gy.filter(|gy| *gy <= 0.0 || *gy > MOST_GY) {
        let message = format!(
            "Target Prescription Dose is {gy} Gy, not between 0 and {MOST_GY}: make sure of its \
             unit, and state the prescription yourself"
        );
        warnings.push(Warning::new("prescription_unlikely", message, ""));
    }
    Ok(Prescription {
        number: item.integer(tags::DOSE_REFERENCE_NUMBER)?,
        kind: item.code(tags::DOSE_REFERENCE_TYPE).map(ReferenceKind::from),
        structure: item.code(tags::DOSE_REFERENCE_STRUCTURE_TYPE).map(ReferenceStructure::from),
        description: item.text(tags::DOSE_REFERENCE_DESCRIPTION),
        roi_number: item.integer(tags::REFERENCED_ROI_NUMBER)?,
        dose_gy,
        target_least_gy: item.number(tags::TARGET_MINIMUM_DOSE)?,
        target_most_gy: item.number(tags::TARGET_MAXIMUM_DOSE)?,
        most_gy: item.number(tags::ORGAN_AT_RISK_MAXIMUM_DOSE)?,
    })
}

fn group(item: &DataSet<'_>, warnings: &mut Vec<Warning>) -> Result<FractionGroup, Fault> {
    let planned = item.integer(tags::NUMBER_OF_FRACTIONS_PLANNED)?;
    let believed = planned.filter(|n| FRACTIONS.contains(n));
    if let (Some(n), None) = (planned, believed) {
        let message = format!(
            "Number of Fractions Planned is {n}, not from {} to {}: taken as not stated",
            FRACTIONS.start(),
            FRACTIONS.end()
        );
        warnings.push(Warning::new("fractions_unlikely", message, ""));
    }
    Ok(FractionGroup {
        number: item.integer(tags::FRACTION_GROUP_NUMBER)?,
        fractions: believed.and_then(|n| u32::try_from(n).ok()),
        beams: each(item, tags::REFERENCED_BEAM_SEQUENCE, |beam| {
            Ok(GroupBeam {
                number: beam.integer(tags::REFERENCED_BEAM_NUMBER)?,
                dose_gy: beam.number(tags::BEAM_DOSE)?,
                meterset: beam.number(tags::BEAM_METERSET)?,
            })
        })?,
        setups: item.items(tags::REFERENCED_BRACHY_APPLICATION_SETUP_SEQUENCE)?.len(),
    })
}

/// Beams of a photon or electron plan, then those of an ion plan; a plan has one of the two.
fn beams(data: &DataSet<'_>) -> Result<Vec<Beam>, Fault> {
    let read = |item: &DataSet<'_>| {
        Ok(Beam {
            number: item.integer(tags::BEAM_NUMBER)?,
            radiation: item.code(tags::RADIATION_TYPE).map(str::to_owned),
            delivery: item.code(tags::TREATMENT_DELIVERY_TYPE).map(DeliveryKind::from),
        })
    };
    let mut beams = each(data, tags::BEAM_SEQUENCE, read)?;
    beams.extend(each(data, tags::ION_BEAM_SEQUENCE, read)?);
    Ok(beams)
}
