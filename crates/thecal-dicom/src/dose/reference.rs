//! The plans that a dose is of, with the fraction groups and beams that it names.

use dicom_dictionary_std::tags;

use crate::object::numbers;
use crate::read::{DataSet, Fault};

/// A plan that a dose is of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanReference {
    /// SOP Instance UID of the plan.
    pub sop_instance_uid: String,
    /// The fraction groups that the dose is of; none are named where it is of the whole plan.
    pub groups: Vec<GroupReference>,
}

/// A fraction group that a dose is of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupReference {
    /// Referenced Fraction Group Number.
    pub number: Option<i64>,
    /// Referenced Beam Number of each beam; none are named where the dose is of the whole group.
    pub beams: Vec<i64>,
    /// Referenced Brachy Application Setup Number of each setup.
    pub setups: Vec<i64>,
    /// Whether the dose is of some control points of a beam only.
    pub control_points: bool,
}

/// Reads the Referenced RT Plan Sequence. Items without a UID refer to nothing.
pub(crate) fn plans(data: &DataSet<'_>) -> Result<Vec<PlanReference>, Fault> {
    let mut out = Vec::new();
    for item in data.items(tags::REFERENCED_RT_PLAN_SEQUENCE)? {
        let Some(uid) = item.code(tags::REFERENCED_SOP_INSTANCE_UID) else { continue };
        let groups = item.items(tags::REFERENCED_FRACTION_GROUP_SEQUENCE)?;
        let groups: Result<Vec<_>, Fault> = groups.iter().map(group).collect();
        out.push(PlanReference { sop_instance_uid: uid.to_owned(), groups: groups? });
    }
    Ok(out)
}

fn group(item: &DataSet<'_>) -> Result<GroupReference, Fault> {
    let beams = item.items(tags::REFERENCED_BEAM_SEQUENCE)?;
    let setups = item.items(tags::REFERENCED_BRACHY_APPLICATION_SETUP_SEQUENCE)?;
    let mut control_points = false;
    for beam in beams {
        control_points |= !beam.items(tags::REFERENCED_CONTROL_POINT_SEQUENCE)?.is_empty();
    }
    Ok(GroupReference {
        number: item.integer(tags::REFERENCED_FRACTION_GROUP_NUMBER)?,
        beams: numbers(beams, tags::REFERENCED_BEAM_NUMBER)?,
        setups: numbers(setups, tags::REFERENCED_BRACHY_APPLICATION_SETUP_NUMBER)?,
        control_points,
    })
}
