//! The target rule after an operation: what of a tumour's extent before it a target must hold.

use thecal_geom::Warning;
use thecal_margin::Centreline;
use thecal_mask::Solid;
use thecal_separation::{EpiduralExtent, epidural_extent, left_out};

use crate::assessment::{Assessment, ExtentFacts, LeftOutOf, TargetRule};
use crate::error::Error;
use crate::measure::{Part, Parts};

/// Spacing of the grid that extents are computed on, mm.
const GRID_MM: f64 = 0.5;
/// The rule's source, as the record has it.
const SOURCE: &str = "Redmond et al. 2017, doi 10.1016/j.ijrobp.2016.09.014";

/// The epidural extent of a tumour before an operation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Extent {
    /// A name of at most 16 characters: `zEpidural_Preop`, with a number where there are several.
    pub name: String,
    /// The tumour.
    pub tumour: String,
    /// What it is and where it comes from, for the file that it is written to.
    pub description: String,
}

impl Extent {
    /// The extent, LPS mm of the study's frame of reference, from the structures before the
    /// operation; none where its tumour is not among them, or it is thinner than a grid can tell.
    /// Made when asked for, since a record needs it not.
    ///
    /// # Errors
    /// When its grid would not fit, or its outlines make no solid.
    pub fn solid(&self, before: &Parts) -> Result<Option<Solid>, Error> {
        let tumour = before.tumours.iter().find(|t| t.name == self.tumour);
        let extent = tumour.map(|tumour| of_tumour(before, tumour)).transpose()?.flatten();
        Ok(extent.map(|extent| extent.solid()).transpose()?.flatten())
    }
}

/// The extent of a tumour of a study; none where none of it is epidural.
fn of_tumour<'a>(before: &'a Parts, tumour: &'a Part) -> Result<Option<EpiduralExtent<'a>>, Error> {
    let bone: Vec<&Solid> = before.bone.iter().map(|b| &b.solid).collect();
    let canal = before.canal.as_ref().map(|c| &c.solid);
    Ok(epidural_extent(&tumour.solid, canal, &bone, GRID_MM)?)
}

/// The rule on a study.
pub(crate) struct Target {
    rule: TargetRule,
    extents: Vec<Extent>,
    warnings: Vec<Warning>,
}

impl Assessment {
    /// Adds the target rule, where it holds. Gives the extents that a target must hold.
    pub(crate) fn hold_to(&mut self, target: Option<Target>) -> Vec<Extent> {
        let Some(Target { rule, extents, warnings }) = target else { return Vec::new() };
        self.target = Some(rule);
        self.warnings.extend(warnings);
        extents
    }
}

/// The extents of all tumours of `before`, and what each of `ctvs` leaves out of them.
pub(crate) fn rule(before: &Parts, ctvs: &[Part]) -> Result<Option<Target>, Error> {
    if before.tumours.is_empty() {
        return Ok(None);
    }
    // Without a centreline there are no sectors, which a check tells of by itself.
    let line = before.cord.as_ref().or(before.sac.as_ref());
    let line = line.and_then(|part| Centreline::from_solid(&part.solid).ok());
    let mut rule = TargetRule { source: SOURCE, extents: Vec::new(), left_out: Vec::new() };
    let (mut extents, mut warnings) = (Vec::new(), Vec::new());
    for (number, tumour) in before.tumours.iter().enumerate() {
        let Some(extent) = of_tumour(before, tumour)? else {
            let message = "no part of the tumour is epidural, so there is no extent to include";
            warnings.push(Warning::new("no_epidural_extent", message, &tumour.name));
            continue;
        };
        let name = match before.tumours.len() {
            1 => "zEpidural_Preop".to_owned(),
            _ => format!("zEpid_Preop_{}", number + 1),
        };
        rule.extents.push(ExtentFacts {
            name: name.clone(),
            tumour: tumour.name.clone(),
            basis: extent.basis,
            volume_cc: extent.volume_cc,
        });
        for ctv in ctvs {
            rule.left_out.push(LeftOutOf {
                ctv: ctv.name.clone(),
                tumour: tumour.name.clone(),
                out: left_out(&extent, &ctv.solid, line.as_ref())?,
            });
        }
        let description = format!(
            "Epidural extent of {} before the operation ({}), to be held by a CTV after it: \
             {SOURCE}",
            tumour.name,
            extent.basis.as_str()
        );
        extents.push(Extent { name, tumour: tumour.name.clone(), description });
    }
    Ok(Some(Target { rule, extents, warnings }))
}
