//! The pairs of one anatomy: as contoured, as a simulation leaves it, or after an operation. What is
//! simulated is called so wherever it stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pair::PairRecord;
use crate::text::words;
use crate::words::{Anatomy, Headline, Phase};

/// What pictures call the second study of a comparison, whose phase has no scenario.
pub const SECOND_STUDY: &str = "after the operation";

/// Measurements of one phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseRecord {
    /// Which anatomy was measured: `before`, `simulated` or `after`.
    pub phase: Phase,
    /// Name of the simulated scenario, `null` for the anatomy as contoured.
    pub scenario: Option<String>,
    /// Of a simulated separation, the name of the approach; `null` for real studies.
    #[serde(default)]
    pub approach: Option<String>,
    /// After a simulated separation, the scenario of cord and sac: `fixed`, `sac_reexpanded` or
    /// `cord_shift`.
    pub anatomy: Option<Anatomy>,
    /// All pairs.
    pub pairs: Vec<PairRecord>,
    /// Worst verdict of this phase over all pairs that decide.
    pub headline: Headline,
}

impl PhaseRecord {
    /// What pictures of the phase are known by: its scenario, [`SECOND_STUDY`], or none for the
    /// study as it is.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match &self.scenario {
            Some(scenario) => Some(scenario),
            None => (self.phase == Phase::After).then_some(SECOND_STUDY),
        }
    }

    /// True where cord and sac may lie otherwise than in the study as it is, so that a gap can get
    /// smaller.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.key() == Some(SECOND_STUDY) || !self.is_as_drawn()
    }

    /// True where cord and sac are where they were drawn.
    #[must_use]
    pub fn is_as_drawn(&self) -> bool {
        self.anatomy.is_none_or(|a| a == Anatomy::Fixed)
    }

    /// Its name in tables: `As contoured`, `Simulated: ideal`, or of two studies `Before the
    /// operation` and `After the operation`.
    #[must_use]
    pub fn title(&self, two_studies: bool) -> String {
        match (self.phase, &self.scenario) {
            (Phase::Simulated, Some(scenario)) => format!("Simulated: {}", words(scenario)),
            _ => self.heading(two_studies).to_owned(),
        }
    }

    /// Its name where the scenario is told elsewhere: above a panel of a picture.
    #[must_use]
    pub fn heading(&self, two_studies: bool) -> &'static str {
        match (self.phase, self.anatomy) {
            (Phase::Before, _) if two_studies => "Before the operation",
            (Phase::Before, _) => "As contoured",
            (Phase::After, _) => "After the operation",
            (Phase::Simulated, Some(Anatomy::SacReexpanded)) => "Simulated, sac re-expanded",
            (Phase::Simulated, Some(Anatomy::CordShift)) => "Simulated, cord moved",
            (Phase::Simulated, Some(Anatomy::Fixed) | None) => "Simulated",
        }
    }
}
