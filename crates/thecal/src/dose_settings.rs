//! What a caller can ask for of a dose.

use std::path::PathBuf;

use thecal_dose::{Limits, LimitsError, Metric, PriorRt};

/// The table of limits that figures are held against.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LimitTable {
    /// The built-in rows whose numbers were read in their source.
    #[default]
    Verified,
    /// Also the built-in rows that were read second hand.
    All,
    /// Rows of one's own.
    Own {
        /// The file's text, TOML.
        toml: String,
    },
}

impl LimitTable {
    /// The rows.
    ///
    /// # Errors
    /// When the text of rows of one's own cannot be read.
    pub fn limits(&self) -> Result<Limits, LimitsError> {
        match self {
            Self::Verified => Ok(Limits::built_in(false)),
            Self::All => Ok(Limits::built_in(true)),
            Self::Own { toml } => Limits::read(toml),
        }
    }
}

/// Settings of dose figures.
#[derive(Debug, Clone, PartialEq)]
pub struct DoseSettings {
    /// Doses to take; several are summed. Empty: the only one there.
    pub doses: Vec<PathBuf>,
    /// Structures to give figures of; empty: all.
    pub structures: Vec<String>,
    /// The structure that the prescription is for; none: as the plan says, or by role.
    pub target: Option<String>,
    /// Prescribed dose of the whole course, Gy; none: as the plan says.
    pub prescription_gy: Option<f64>,
    /// Number of fractions; none: as the plan says.
    pub fractions: Option<u32>,
    /// The dose that the tumour's edge is to have, Gy; none: what the plan gives it.
    pub edge_gy: Option<f64>,
    /// A fall-off from tumour to cord, % of the prescription for each mm: the gap needed is told from it,
    /// without a plan too.
    pub falloff_pct_per_mm: Option<f64>,
    /// Figures beside those that are given without asking.
    pub metrics: Vec<Metric>,
    /// Limits that the figures are held against.
    pub limits: LimitTable,
    /// Earlier radiotherapy of the same place.
    pub prior_rt: PriorRt,
}

impl Default for DoseSettings {
    /// The dose, plan and target of the study, verified limits, and nothing known of earlier
    /// radiotherapy.
    fn default() -> Self {
        Self {
            doses: Vec::new(),
            structures: Vec::new(),
            target: None,
            prescription_gy: None,
            fractions: None,
            edge_gy: None,
            falloff_pct_per_mm: None,
            metrics: Vec::new(),
            limits: LimitTable::Verified,
            prior_rt: PriorRt::Unknown,
        }
    }
}
