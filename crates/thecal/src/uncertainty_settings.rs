//! What a caller can ask for of uncertainty.

use thecal_uncertainty::{Sampling, Sources};

/// Settings of the probability of a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct UncertaintySettings {
    /// What varies, each with its reference.
    pub sources: Sources,
    /// How samples are made.
    pub sampling: Sampling,
}

impl UncertaintySettings {
    /// The sources with 10,000 samples of the first seed.
    #[must_use]
    pub fn new(sources: Sources) -> Self {
        Self { sources, sampling: Sampling::default() }
    }
}
