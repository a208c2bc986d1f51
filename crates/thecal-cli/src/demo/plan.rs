//! The demo's plan: what the cord and the tumour's edge get.

use std::path::Path;

use thecal_phantom::{DoseKind, DoseSpec, PhantomSpec};

use crate::exit::Failure;
use crate::phantom;

/// 24 Gy in 2 fractions, for which the cord's limit in use is 17 Gy (Sahgal et al. 2021, HyTEC,
/// doi:10.1016/j.ijrobp.2019.09.038).
const PRESCRIPTION_GY: f64 = 24.0;
const FRACTIONS: u32 = 2;
/// Spacing of the dose grid, mm, as planning systems take for spines.
const GRID_MM: f64 = 1.5;
/// Half of the plateau lies so far outside the cord's surface, mm: inside it, so that the cord's
/// surface is near its limit and the tumour's edge gives some of the prescription up.
const CORD_HALF_MM: f64 = -1.0;

/// Writes the study with its plan and dose, and tells the true gaps and doses.
pub(super) fn write(spec: &PhantomSpec, study: &Path) -> Result<String, Failure> {
    let kind = DoseKind::Conformal { cord_half_mm: CORD_HALF_MM };
    let dose = DoseSpec::new(PRESCRIPTION_GY, FRACTIONS, GRID_MM);
    phantom::write_planned(spec, kind, &dose, study)
}
