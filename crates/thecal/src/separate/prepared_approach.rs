//! What an approach takes, whichever kind it is.

use thecal_mask::EndRule;
use thecal_separation::{Approach, Field, Reach, Removal, SeparationError, VertebralBody};

/// An approach on the structures of a study.
pub(super) struct PreparedApproach<'a> {
    pub(super) field: &'a Field<'a>,
    pub(super) approach: &'a Approach,
    reach: Reach,
    body: Option<VertebralBody>,
}

impl<'a> PreparedApproach<'a> {
    pub(super) fn new(
        field: &'a Field<'a>,
        approach: &'a Approach,
        ends: EndRule,
    ) -> Result<Self, SeparationError> {
        let reach = Reach::new(field, approach)?;
        let body =
            approach.corpectomy.then(|| VertebralBody::from_field(field, ends)).transpose()?;
        Ok(Self { field, approach, reach, body })
    }

    pub(super) fn remove(&self, amount_mm: f64) -> Result<Removal, SeparationError> {
        match &self.body {
            Some(body) => self.field.corpectomy(body, amount_mm),
            None => self.field.remove(&self.reach, amount_mm),
        }
    }

    pub(super) fn bone_cc(&self, amount_mm: f64) -> Result<Option<f64>, SeparationError> {
        match &self.body {
            Some(body) => Ok(Some(body.volume_cc)),
            None => self.reach.bone_removed_cc(self.field, amount_mm),
        }
    }
}
