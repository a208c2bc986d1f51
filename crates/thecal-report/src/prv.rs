//! What a drawn planning organ at risk volume (PRV) is, against an exact expansion of its organ.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A drawn PRV held against the exact expansion of its organ. Distances are those of the organ's
/// surface that the drawn PRV leaves: its margin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrvRecord {
    /// Name of the drawn PRV.
    pub structure: String,
    /// Name of its organ.
    pub of: String,
    /// The margin that it should have, mm.
    pub expansion_mm: Option<f64>,
    /// The least margin, mm.
    pub least_mm: Option<f64>,
    /// The mean margin, mm.
    pub mean_mm: Option<f64>,
    /// The largest margin, mm.
    pub largest_mm: Option<f64>,
    /// The margin whose exact expansion fits best, mm.
    pub best_fit_mm: Option<f64>,
    /// How it was made, as far as its shape tells.
    pub kind: Option<String>,
    /// Whether it is what it should be.
    pub verdict: Option<String>,
}
