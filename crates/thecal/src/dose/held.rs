//! Limits, answered by the structures that are drawn or can be made from them.

use thecal_dose::{
    Asked, Course, DoseVolume, Found, LimitAnswer, Limits, MakeError, Metric, Missing,
};
use thecal_mask::Solid;
use thecal_mask::role::Role;
use thecal_report as report;

use super::figures::{Figures, key, row};
use super::structures::{DoseStructure, DoseStructures};
use crate::record::words;

/// The answers to all rows, and the structures that were made for them.
pub(super) fn answers(
    limits: &Limits,
    course: &Course,
    structures: &DoseStructures,
    target: &DoseStructure,
    figures: &Figures<'_>,
    metrics: &[Metric],
) -> (Vec<LimitAnswer>, Vec<report::DoseStructure>) {
    let maker = Maker { structures, target, figures };
    let answers = limits.judge(course, &|asked, metric| maker.found(asked, metric));
    let mut made: Vec<report::DoseStructure> = Vec::new();
    for asked in limits.rows().iter().flat_map(|row| row.needs(course)) {
        if asked.expansion_mm <= 0.0 {
            continue;
        }
        let Ok((drawn, volume)) = maker.volume(&asked) else { continue };
        let derived =
            report::DerivedFrom { structure: drawn.name.clone(), expansion_mm: asked.expansion_mm };
        let known = |m: &report::DoseStructure| m.derived_from.as_ref() == Some(&derived);
        if asked.beside_target_mm.is_none() && !made.iter().any(known) {
            let name = format!("{} + {} mm", drawn.name, asked.expansion_mm);
            made.push(row(&name, words::role(Role::Prv), Some(derived), &volume, metrics));
        }
    }
    (answers, made)
}

struct Maker<'a> {
    structures: &'a DoseStructures,
    target: &'a DoseStructure,
    figures: &'a Figures<'a>,
}

impl Maker<'_> {
    fn found(&self, asked: &Asked, metric: &Metric) -> Result<Found, Missing> {
        let (drawn, volume) = self.volume(asked)?;
        let figure = volume.figure(metric);
        Ok(Found::new(drawn.name.clone(), !asked.is_drawn(), &figure))
    }

    /// What is asked for, with the drawn structure that it is or was made from.
    fn volume(&self, asked: &Asked) -> Result<(&DoseStructure, DoseVolume), Missing> {
        let mut of_role = self.structures.of_role(asked.structure.role());
        let drawn = of_role.next().ok_or(Missing::NotDrawn)?;
        if of_role.next().is_some() {
            let message = format!(
                "More than one structure reads as {}; name the one that is meant.",
                asked.structure.in_words()
            );
            return Err(Missing::Other(message));
        }
        let key = match asked.is_drawn() {
            true => key(drawn),
            false => {
                let beside = asked.beside_target_mm;
                format!("{} + {} beside {beside:?}", key(drawn), asked.expansion_mm)
            }
        };
        let volume = match self.figures.held(&key) {
            Some(volume) => return Ok((drawn, volume)),
            None => self.figures.of(&key, &self.solid(drawn, asked)?),
        };
        Ok((drawn, volume.map_err(|e| Missing::Other(format!("{e}.")))?))
    }

    fn solid(&self, drawn: &DoseStructure, asked: &Asked) -> Result<Solid, Missing> {
        asked.make(&drawn.solid, Some(&self.target.solid)).map_err(|e| match e {
            MakeError::NoTarget => Missing::NoTarget,
            other => Missing::Other(format!("It cannot be made: {other}.")),
        })
    }
}
