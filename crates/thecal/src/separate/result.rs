//! What a simulated separation found.

use thecal_margin::{Headline, Interval, PairKind};
use thecal_mask::role::Role;
use thecal_separation::{Anatomy, Approach, Shadow};

/// A simulated separation, besides the phases after it.
#[derive(Debug, Clone)]
pub(crate) struct Separation {
    /// The structure that tumour is taken off, and its role.
    pub(crate) reference: String,
    pub(crate) reference_role: Role,
    /// The structure whose centreline gives the directions.
    pub(crate) centreline: String,
    pub(crate) amount_mm: f64,
    pub(crate) levels_mm: Option<[f64; 2]>,
    pub(crate) grid_mm: f64,
    /// Names of what instruments must not enter, and of bone that may stand in the way.
    pub(crate) keep_out: Vec<String>,
    pub(crate) bone: Vec<String>,
    /// The scenarios of cord and sac that were asked for and possible.
    pub(crate) scenarios: Vec<ScenarioFacts>,
    pub(crate) runs: Vec<Run>,
    pub(crate) sweep: Vec<SweepStep>,
    /// By threshold, the best approach first.
    pub(crate) least: Vec<LeastAmount>,
}

/// Cord and sac in a scenario.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScenarioFacts {
    pub(crate) anatomy: Anatomy,
    /// The cord's shift along the patient's axes, mm.
    pub(crate) shift_lps_mm: Option<[f64; 3]>,
    pub(crate) sac_cc: Option<f64>,
}

/// What one approach did to one tumour, in one scenario of cord and sac.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) approach: Approach,
    pub(crate) anatomy: Anatomy,
    pub(crate) tumour: String,
    pub(crate) removed_cc: f64,
    pub(crate) residual_cc: f64,
    /// Pieces of the residual, cc, largest first.
    pub(crate) pieces_cc: Vec<f64>,
    /// Pieces that were part of a larger one before.
    pub(crate) detached: usize,
    pub(crate) bone_cc: Option<f64>,
    pub(crate) shadow: Shadow,
    pub(crate) changes: Vec<GapChange>,
}

/// A gap before and after.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GapChange {
    pub(crate) kind: PairKind,
    pub(crate) before_mm: Option<f64>,
    pub(crate) after_mm: Option<f64>,
}

/// One amount of a sweep.
#[derive(Debug, Clone)]
pub(crate) struct SweepStep {
    pub(crate) approach: String,
    pub(crate) tumour: String,
    pub(crate) amount_mm: f64,
    /// Gap after and its interval; none where nothing is left.
    pub(crate) gap: Option<(f64, Interval)>,
    /// Clock position of what pins the gap, degrees.
    pub(crate) pinned_clock_deg: Option<f64>,
    pub(crate) removed_cc: f64,
    pub(crate) shadow_cc: f64,
    pub(crate) headline: Headline,
}

/// The smallest removal with which an approach reaches a threshold.
#[derive(Debug, Clone)]
pub(crate) struct LeastAmount {
    pub(crate) approach: String,
    pub(crate) tumour: String,
    pub(crate) threshold_mm: f64,
    pub(crate) reached: bool,
    pub(crate) amount_mm: Option<f64>,
    pub(crate) removed_cc: Option<f64>,
    /// The largest gap of the sweep, where the threshold is not reached, and what pins it there.
    pub(crate) best_gap_mm: Option<f64>,
    pub(crate) pinned_clock_deg: Option<f64>,
}
