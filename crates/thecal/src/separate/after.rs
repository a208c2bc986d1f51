//! The pairs after a separation, and what one approach did.

use thecal_geom::Warning;
use thecal_margin::PairKind;
use thecal_separation::{Approach, Removal};

use super::anatomy::Scenario;
use super::openness::{openness_before, widen};
use super::result::{GapChange, Run};
use crate::measure::{self, Part};
use crate::phase::{Found, Pair, of_tumour};
use crate::settings::Thresholds;

/// The pairs of what is left of one tumour.
pub(super) fn after(
    scenario: &Scenario,
    tumour: &Part,
    removal: &Removal,
    before: &[Pair],
    thresholds: &Thresholds,
    warnings: &mut Vec<Warning>,
) -> Vec<Pair> {
    let references = [(PairKind::TumourCord, &scenario.cord), (PairKind::TumourSac, &scenario.sac)];
    let references = references.into_iter().filter_map(|(kind, part)| Some((kind, part.as_ref()?)));
    let Some(residual) = &removal.residual else {
        let message = "no tumour is left after the separation, so there is no gap and \
                       every threshold is reached";
        let gone = Warning::new("tumour_gone", message, &tumour.name);
        if !warnings.contains(&gone) {
            warnings.push(gone);
        }
        let gone = |(kind, part): (PairKind, &Part)| {
            let (a, b) = (tumour.name.clone(), part.name.clone());
            Pair { kind, a, b, found: Found::TumourGone }
        };
        return references.map(gone).collect();
    };
    let left = Part { name: tumour.name.clone(), solid: residual.clone() };
    references
        .map(|(kind, part)| {
            let (mut pair, warning) = measure::pair(kind, &left, part, thresholds);
            warnings.extend(warning);
            let was = of_tumour(before, kind, &tumour.name);
            widen(&mut pair, openness_before(was, &tumour.solid, &part.solid));
            pair
        })
        .collect()
}

/// What an approach did to a tumour.
pub(super) struct Taken<'a> {
    pub(super) approach: &'a Approach,
    pub(super) tumour: &'a Part,
    pub(super) removal: &'a Removal,
    pub(super) bone_cc: Option<f64>,
    pub(super) pieces_before: usize,
}

pub(super) fn run(taken: &Taken<'_>, scenario: &Scenario, before: &[Pair], pairs: &[Pair]) -> Run {
    let Taken { approach, tumour, removal, .. } = *taken;
    let changes = pairs.iter().map(|after| GapChange {
        kind: after.kind,
        before_mm: of_tumour(before, after.kind, &after.a).and_then(Pair::gap_mm),
        after_mm: after.gap_mm(),
    });
    // What was drawn is what is taken and what is left: the volume of the drawing rules, that of the
    // grid differs by a few thousandths.
    let residual_cc = (tumour.solid.volume_cc() - removal.removed_cc).max(0.0);
    let on_grid_cc: f64 = removal.pieces_cc.iter().sum();
    let part = if on_grid_cc > 0.0 { residual_cc / on_grid_cc } else { 1.0 };
    Run {
        approach: approach.clone(),
        anatomy: scenario.anatomy,
        tumour: tumour.name.clone(),
        removed_cc: removal.removed_cc,
        residual_cc,
        pieces_cc: removal.pieces_cc.iter().map(|cc| cc * part).collect(),
        detached: removal.pieces_cc.len().saturating_sub(taken.pieces_before.max(1)),
        bone_cc: taken.bone_cc,
        shadow: removal.shadow.clone(),
        changes: changes.collect(),
    }
}
