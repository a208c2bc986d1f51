//! What a caller can ask for.

use std::path::PathBuf;

use thecal_mask::EndRule;
use thecal_mask::role::Aliases;
use thecal_report::PairKind;

/// Settings of a check.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Names of the tumour structures; empty: by role.
    pub tumours: Vec<String>,
    /// Name of the cord; none: by role.
    pub cord: Option<String>,
    /// Name of the thecal sac; none: by role.
    pub sac: Option<String>,
    /// The files to take structures from (RTSTRUCT, SEG, NIfTI, NRRD); empty: the only one there.
    pub structures: Vec<PathBuf>,
    /// Where contoured solids end.
    pub ends: EndRule,
    /// Thresholds of the verdicts.
    pub thresholds: Thresholds,
    /// Measure between structures of different frames of reference as if they were one.
    pub assume_same_frame: bool,
    /// The user's own names.
    pub aliases: Aliases,
}

/// Thresholds per pair, mm, ascending.
///
/// # Source
/// 2 and 3 mm: Gong et al. 2021, doi 10.1016/j.wneu.2020.10.172 and RTOG 0631 (tumour-cord, 3 mm);
/// Cho et al. 2026, doi 10.1016/j.spinee.2026.04.031 (CSF ring, 2 mm). The literature gives no
/// threshold of its own for tumour-sac; the same two are shown there.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    tumour_cord_mm: Vec<f64>,
    tumour_sac_mm: Vec<f64>,
    cord_sac_mm: Vec<f64>,
}

/// A threshold that cannot be one.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("threshold {0} mm: expected a length above 0 and at most 100 mm")]
pub struct ThresholdError(pub f64);

impl Default for Thresholds {
    fn default() -> Self {
        let both = vec![2.0, 3.0];
        Self { tumour_cord_mm: both.clone(), tumour_sac_mm: both.clone(), cord_sac_mm: both }
    }
}

impl Thresholds {
    /// The same thresholds for every pair.
    ///
    /// # Errors
    /// When one is not a length above 0 and at most 100 mm.
    pub fn for_all(thresholds_mm: &[f64]) -> Result<Self, ThresholdError> {
        let mut out = Self::default();
        for kind in [PairKind::TumourCord, PairKind::TumourSac, PairKind::CordSac] {
            out.set(kind, thresholds_mm)?;
        }
        Ok(out)
    }

    /// Replaces the thresholds of one pair.
    ///
    /// # Errors
    /// When one is not a length above 0 and at most 100 mm.
    pub fn set(&mut self, kind: PairKind, thresholds_mm: &[f64]) -> Result<(), ThresholdError> {
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
