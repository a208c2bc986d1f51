//! The settings of a check.

use std::path::PathBuf;

use thecal_margin::PairKind;
use thecal_mask::EndRule;
use thecal_mask::naming::LabelTable;
use thecal_mask::role::{Aliases, Role};
use thecal_separation::{Anatomy, Approach};

use crate::dose_settings::DoseSettings;
use crate::prv_margins::PrvMargins;
use crate::uncertainty_settings::UncertaintySettings;

/// Settings of a check.
///
/// # Example
/// ```
/// use thecal::{Separate, Settings, Thresholds};
/// use thecal_separation::Approach;
///
/// let approaches = Approach::built_in()?;
/// let settings = Settings {
///     tumours: vec!["GTV_T7".into()],
///     thresholds: Thresholds::for_tumour(&[3.0, 2.0])?,
///     separation: Some(Separate::by(approaches)),
///     ..Settings::default()
/// };
/// assert_eq!(settings.thresholds.of(thecal_margin::PairKind::TumourCord), [2.0, 3.0]);
/// assert_eq!(settings.separation.map(|s| s.amount_mm), Some(3.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Names of the tumour structures; empty: by role.
    pub tumours: Vec<String>,
    /// Name of the cord; none: by role.
    pub cord: Option<String>,
    /// Name of the thecal sac; none: by role.
    pub sac: Option<String>,
    /// Names of the clinical target volumes that the target rule is applied to, in a comparison
    /// those of the study after; empty: by role.
    pub ctvs: Vec<String>,
    /// The files of structures to use (RTSTRUCT, SEG, NIfTI, NRRD); empty: the only one of the study.
    pub structures: Vec<PathBuf>,
    /// In a comparison, the files of structures of the study after; empty: the only one of that study.
    pub structures_after: Vec<PathBuf>,
    /// Where contoured solids end.
    pub ends: EndRule,
    /// Thresholds of the verdicts.
    pub thresholds: Thresholds,
    /// Measure between structures of different frames of reference as if they were one.
    pub assume_same_frame: bool,
    /// Custom structure names.
    pub aliases: Aliases,
    /// Names of the labels of mask files; none: from the files, or from files beside them.
    pub labels: Option<LabelTable>,
    /// A separation to simulate.
    pub separation: Option<Separate>,
    /// Figures of dose, where the study has one or one is named; none: doses are ignored.
    pub dose: Option<DoseSettings>,
    /// Probabilities of gaps; none: they are not asked for.
    pub uncertainty: Option<UncertaintySettings>,
    /// Margins that PRVs should have, where the user says so; else their names do.
    pub prv_margins: PrvMargins,
    /// SHA-256 of the file of defaults for these settings, if there was one.
    pub config_sha256: Option<String>,
}

impl Settings {
    /// Those of the study before in a comparison: its target volumes are not judged.
    pub(crate) fn of_before(&self) -> Self {
        Self { ctvs: Vec::new(), ..self.clone() }
    }

    /// Those of the study after.
    pub(crate) fn of_after(&self) -> Self {
        Self { structures: self.structures_after.clone(), ..self.clone() }
    }
}

/// A separation to simulate.
#[derive(Debug, Clone, PartialEq)]
pub struct Separate {
    /// The approaches, in the order of the report.
    pub approaches: Vec<Approach>,
    /// Resection depth: tumour within this distance of the reference is to be removed, mm.
    pub amount_mm: f64,
    /// Reference of the resection: the cord or the sac; none: the sac, or the cord where there is no
    /// sac.
    pub reference: Option<Role>,
    /// Names of structures that instruments must not enter.
    pub keep_out: Vec<String>,
    /// Levels of the removal, along the planes of the reference, mm; none for all.
    pub levels_mm: Option<[f64; 2]>,
    /// Spacing of the grid that removal is computed on, mm.
    pub grid_mm: f64,
    /// Also every half millimetre up to 6 mm.
    pub sweep: bool,
    /// Scenarios of cord and sac; `fixed` is always included and comes first.
    pub anatomies: Vec<Anatomy>,
}

impl Separate {
    /// Tumour within 3 mm, the distance that the literature supports best (see [`Thresholds`]).
    #[must_use]
    pub fn by(approaches: Vec<Approach>) -> Self {
        Self {
            approaches,
            amount_mm: 3.0,
            reference: None,
            keep_out: Vec::new(),
            levels_mm: None,
            grid_mm: 0.5,
            sweep: false,
            anatomies: Vec::new(),
        }
    }
}

/// Thresholds per pair, mm, ascending. Those of tumour and cord determine the headline. Those of another
/// pair are shown, and take part in the headline if they are set for that pair.
///
/// # Source
/// 2 and 3 mm: Gong et al. 2021, doi 10.1016/j.wneu.2020.10.172 and RTOG 0631 (tumour-cord, 3 mm);
/// Cho et al. 2026, doi 10.1016/j.spinee.2026.04.031 (CSF ring, 2 mm). The literature gives no
/// separate threshold for tumour-sac; the same two are shown there. Cord-sac has none unless one is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    tumour_cord_mm: Vec<f64>,
    tumour_sac_mm: Vec<f64>,
    cord_sac_mm: Vec<f64>,
    /// Set for this pair: part of the headline.
    set: Vec<PairKind>,
    tolerance_mm: f64,
}

/// A threshold out of range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("threshold {0} mm: expected a length above 0 and at most 100 mm")]
pub struct ThresholdError(pub f64);

/// A tolerance out of range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("tolerance {0} mm: expected a length of 0 to 1 mm")]
pub struct ToleranceError(pub f64);

impl Default for Thresholds {
    fn default() -> Self {
        let both = vec![2.0, 3.0];
        Self {
            tumour_cord_mm: both.clone(),
            tumour_sac_mm: both,
            cord_sac_mm: Vec::new(),
            set: Vec::new(),
            tolerance_mm: thecal_margin::TOLERANCE_MM,
        }
    }
}

impl Thresholds {
    /// The same thresholds for the gap of the tumour to the cord, where they decide, and to the sac, where
    /// they are only shown.
    ///
    /// # Errors
    /// When one is not a length above 0 and at most 100 mm.
    pub fn for_tumour(thresholds_mm: &[f64]) -> Result<Self, ThresholdError> {
        let mut out = Self::default();
        for kind in [PairKind::TumourCord, PairKind::TumourSac] {
            out.replace(kind, thresholds_mm)?;
        }
        Ok(out)
    }

    /// Whether the verdicts of a pair are part of the headline.
    #[must_use]
    pub fn decides(&self, kind: PairKind) -> bool {
        kind == PairKind::TumourCord || self.set.contains(&kind)
    }

    /// A gap up to this far below a threshold counts as reaching it, mm.
    #[must_use]
    pub fn tolerance_mm(&self) -> f64 {
        self.tolerance_mm
    }

    /// Replaces the tolerance.
    ///
    /// # Errors
    /// When it is not a length of 0 to 1 mm.
    pub fn set_tolerance(&mut self, tolerance_mm: f64) -> Result<(), ToleranceError> {
        if !(0.0..=1.0).contains(&tolerance_mm) {
            return Err(ToleranceError(tolerance_mm));
        }
        self.tolerance_mm = tolerance_mm;
        Ok(())
    }

    /// Replaces the thresholds of one pair, which then take part in the headline. An empty list removes
    /// them from it.
    ///
    /// # Errors
    /// When one is not a length above 0 and at most 100 mm.
    pub fn set(&mut self, kind: PairKind, thresholds_mm: &[f64]) -> Result<(), ThresholdError> {
        self.replace(kind, thresholds_mm)?;
        self.set.retain(|k| *k != kind);
        if !thresholds_mm.is_empty() {
            self.set.push(kind);
            self.set.sort_unstable();
        }
        Ok(())
    }

    /// Whether thresholds were set for this pair by itself.
    pub(crate) fn is_set(&self, kind: PairKind) -> bool {
        self.set.contains(&kind)
    }

    /// Replaces the thresholds that are shown for one pair.
    ///
    /// # Errors
    /// When one is not a length above 0 and at most 100 mm.
    pub(crate) fn replace(
        &mut self,
        kind: PairKind,
        thresholds_mm: &[f64],
    ) -> Result<(), ThresholdError> {
        if let Some(&bad) = thresholds_mm.iter().find(|&&t| !(t > 0.0 && t <= 100.0)) {
            return Err(ThresholdError(bad));
        }
        let mut sorted = thresholds_mm.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        match kind {
            PairKind::TumourCord => self.tumour_cord_mm = sorted,
            PairKind::TumourSac => self.tumour_sac_mm = sorted,
            PairKind::CordSac => self.cord_sac_mm = sorted,
        }
        Ok(())
    }

    /// The thresholds of a pair, mm, ascending.
    #[must_use]
    pub fn of(&self, kind: PairKind) -> &[f64] {
        match kind {
            PairKind::TumourCord => &self.tumour_cord_mm,
            PairKind::TumourSac => &self.tumour_sac_mm,
            PairKind::CordSac => &self.cord_sac_mm,
        }
    }
}
