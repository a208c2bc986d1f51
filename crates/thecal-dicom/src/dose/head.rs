//! What stands before the values of an RT Dose.

use std::path::PathBuf;

use dicom_dictionary_std::{tags, uids};
use thecal_geom::Warning;

use crate::dose::lattice::DoseLattice;
use crate::dose::reference::{PlanReference, plans};
use crate::object::{bad, check_class, missing};
use crate::pixels::PixelFormat;
use crate::read::{DataSet, Fault, FaultKind, Source};
use crate::terms::{DoseType, DoseUnits, Heterogeneity, Summation};

/// What a stored 1 may stand for, in the units of the dose. No grid resolves less than the lower
/// end, and beyond the upper one every step is more than any believable dose.
const SCALING: [f64; 2] = [1e-12, 100.0];

/// What stands before the dose values.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DoseHead {
    /// The file.
    pub path: PathBuf,
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// Series Instance UID.
    pub series_instance_uid: Option<String>,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// Dose Units.
    pub units: Option<DoseUnits>,
    /// Dose Type.
    pub dose_type: Option<DoseType>,
    /// Dose Summation Type: what the dose is of.
    pub summation: Option<Summation>,
    /// Tissue Heterogeneity Correction; empty where the file does not say.
    pub heterogeneity: Vec<Heterogeneity>,
    /// Dose Grid Scaling: what a stored value is multiplied by.
    pub scaling: f64,
    /// Where the voxel centres lie.
    pub lattice: DoseLattice,
    /// Plans that the dose is of.
    pub plans: Vec<PlanReference>,
    /// Structure sets that the dose refers to, by SOP Instance UID.
    pub structure_sets: Vec<String>,
    /// What was doubted on reading; [`DoseHead::doubts`] says what stands against using the dose.
    pub warnings: Vec<Warning>,
}

impl DoseHead {
    /// SOP Instance UIDs of the plans that the dose is of.
    #[must_use]
    pub fn plan_uids(&self) -> Vec<String> {
        self.plans.iter().map(|p| p.sop_instance_uid.clone()).collect()
    }
}

/// Reads the head of a dose from a data set with or without its pixels.
pub(crate) fn head(source: &Source, data: &DataSet<'_>) -> Result<DoseHead, Fault> {
    let mut warnings = source.warnings().to_vec();
    let mark = tags::DOSE_GRID_SCALING;
    check_class(source, data, &[uids::RT_DOSE_STORAGE], "an RT Dose", mark, &mut warnings)?;
    let owned = |tag| data.code(tag).map(str::to_owned);
    let format = format(data)?;
    let corrections = data.code(tags::TISSUE_HETEROGENEITY_CORRECTION).unwrap_or_default();
    let corrections = corrections.split('\\').map(str::trim).filter(|c| !c.is_empty());
    let sets = data.items(tags::REFERENCED_STRUCTURE_SET_SEQUENCE)?.iter();
    let uid = |i: &DataSet<'_>| i.code(tags::REFERENCED_SOP_INSTANCE_UID).map(str::to_owned);
    Ok(DoseHead {
        path: source.path().into(),
        sop_instance_uid: owned(tags::SOP_INSTANCE_UID),
        series_instance_uid: owned(tags::SERIES_INSTANCE_UID),
        frame_of_reference_uid: owned(tags::FRAME_OF_REFERENCE_UID),
        units: data.code(tags::DOSE_UNITS).map(DoseUnits::from),
        dose_type: data.code(tags::DOSE_TYPE).map(DoseType::from),
        summation: data.code(tags::DOSE_SUMMATION_TYPE).map(Summation::from),
        heterogeneity: corrections.map(Heterogeneity::from).collect(),
        scaling: scaling(data)?,
        lattice: DoseLattice::read(data, [format.columns, format.rows, format.frames])?,
        plans: plans(data)?,
        structure_sets: sets.filter_map(uid).collect(),
        warnings,
    })
}

/// How the values are stored. A dose of histograms or points alone has no grid.
fn format(data: &DataSet<'_>) -> Result<PixelFormat, Fault> {
    if data.get(tags::ROWS).is_none() {
        let histograms = data.get(tags::DVH_SEQUENCE).is_some();
        let found = if histograms { "dose-volume histograms alone" } else { "no dose grid" };
        let advice = "export the dose as a grid (RT Dose with pixel data)";
        let fault = Fault::new(FaultKind::Missing, found, "a dose grid", advice);
        return Err(fault.of(tags::ROWS));
    }
    let format = PixelFormat::read(data)?;
    if ![16, 32].contains(&format.bits_allocated) {
        return Err(bad(tags::BITS_ALLOCATED, format.bits_allocated.to_string(), "16 or 32"));
    }
    Ok(format)
}

fn scaling(data: &DataSet<'_>) -> Result<f64, Fault> {
    let tag = tags::DOSE_GRID_SCALING;
    let scaling = data.number(tag)?.ok_or_else(|| missing(tag, "the dose of a stored 1"))?;
    if scaling <= 0.0 {
        return Err(bad(tag, scaling.to_string(), "a number above 0"));
    }
    if !(SCALING[0]..=SCALING[1]).contains(&scaling) {
        let expected = format!("the dose of a stored 1, from {:e} to {}", SCALING[0], SCALING[1]);
        return Err(bad(tag, format!("{scaling:e}"), expected));
    }
    Ok(scaling)
}
