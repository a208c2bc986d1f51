//! How many studies of a batch came to what.

use std::collections::BTreeMap;

use thecal_report::batch::{Status, StudyResult};

/// Numbers of studies by outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// All studies.
    pub studies: usize,
    /// Those with a result that was still valid.
    pub kept: usize,
    /// By status, in its order.
    pub by_status: BTreeMap<&'static str, usize>,
    /// By headline, of those that were measured.
    pub by_headline: BTreeMap<&'static str, usize>,
}

impl Counts {
    pub(super) fn add(&mut self, result: &StudyResult) {
        self.studies += 1;
        *self.by_status.entry(result.status.as_str()).or_default() += 1;
        if let Some(headline) = result.headline {
            *self.by_headline.entry(headline.as_str()).or_default() += 1;
        }
    }

    /// Studies whose results could not be written.
    #[must_use]
    pub fn not_written(&self) -> usize {
        self.by_status.get(Status::NotWritten.as_str()).copied().unwrap_or(0)
    }

    /// Studies that could not be measured.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.studies - self.by_status.get(Status::Ok.as_str()).copied().unwrap_or(0)
    }
}
