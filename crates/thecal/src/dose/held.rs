//! Limits, answered by the structures that are drawn or can be made from them.

use thecal_dose::{Asked, Course, DoseVolume, Found, LimitAnswer, Limits, Metric, Missing};
use thecal_mask::role::Role;
use thecal_mask::{EndRule, Solid, Structure};
use thecal_report as report;

use super::figures::{Figures, key, row};
use super::structures::{DoseStructure, DoseStructures};
use crate::record::words;

/// Distance of the planes of a structure that is grown, mm.
const GROWN_STEP_MM: f64 = 0.5;
/// A structure on a single plane has no spacing of its own; this is taken of a cut one, mm.
const CUT_SPACING_MM: f64 = 3.0;

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
        Ok(Found {
            name: drawn.name.clone(),
            made: asked.expansion_mm > 0.0,
            value_gy: figure.value,
            lower_gy: figure.lower,
            upper_gy: figure.upper,
            reason: figure.reason.map(|r| r.to_string()),
        })
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
        let solid = self.solid(drawn, asked)?;
        let key =
            format!("{} + {} beside {:?}", key(drawn), asked.expansion_mm, asked.beside_target_mm);
        let volume = self.figures.of(&key, &solid);
        Ok((drawn, volume.map_err(|e| Missing::Other(format!("{e}.")))?))
    }

    fn solid(&self, drawn: &DoseStructure, asked: &Asked) -> Result<Solid, Missing> {
        let whole = match asked.beside_target_mm {
            None => drawn.solid.clone(),
            Some(beyond_mm) => {
                let (lo, hi) = self.target.solid.bounds();
                cut(&drawn.drawn, [lo.z - beyond_mm, hi.z + beyond_mm])?
            }
        };
        if asked.expansion_mm <= 0.0 {
            return Ok(whole);
        }
        let grown = whole.grown(asked.expansion_mm, GROWN_STEP_MM);
        grown.map_err(|e| Missing::Other(format!("The margin cannot be made: {e}.")))
    }
}

/// The part of a drawn structure between two heights along the patient, mm. It ends half a slice past its
/// outermost plane inside them.
fn cut(drawn: &Structure, [low_mm, high_mm]: [f64; 2]) -> Result<Solid, Missing> {
    if drawn.mask.is_some() {
        let message = "The part beside the target is cut from contours, and this is a mask.";
        return Err(Missing::Other(message.to_owned()));
    }
    let mean = |points: &[thecal_geom::Point3]| {
        points.iter().map(|p| p.z).sum::<f64>() / points.len().max(1) as f64
    };
    let inside = |points: &[thecal_geom::Point3]| (low_mm..=high_mm).contains(&mean(points));
    let mut part = drawn.clone();
    part.contours.retain(|c| inside(&c.points_mm));
    part.solid_beside(&[], EndRule::HalfSlice, CUT_SPACING_MM)
        .map_err(|e| Missing::Other(format!("The part beside the target makes no solid: {e}.")))
}
