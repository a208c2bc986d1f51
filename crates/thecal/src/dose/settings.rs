//! What a caller can ask for of a dose.

use std::path::PathBuf;

use thecal_dose::{Limits, Metric, PriorRt};

/// Settings of dose figures, beside those of [`crate::Settings`].
#[derive(Debug, Clone)]
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
    /// Figures beside those that are given without asking.
    pub metrics: Vec<Metric>,
    /// Limits that the figures are held against.
    pub limits: Limits,
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
            metrics: Vec::new(),
            limits: Limits::built_in(false),
            prior_rt: PriorRt::Unknown,
        }
    }
}
