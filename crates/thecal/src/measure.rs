//! Solids of the chosen structures to pairs.

use rayon::prelude::*;
use thecal_geom::Warning;
use thecal_margin as margin;
use thecal_margin::PairKind;
use thecal_mask::Solid;

use crate::part_role::PartRole;
use crate::phase::{Found, Pair, PlacedGap};
use crate::settings::Thresholds;
use crate::stray::stray;

/// A structure that takes part in a measurement.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Where it lies, LPS mm of the study's frame of reference.
    pub solid: Solid,
}

/// What can be measured between.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// Tumours, each with pairs of its own.
    pub tumours: Vec<Part>,
    /// The spinal cord.
    pub cord: Option<Part>,
    /// The thecal sac.
    pub sac: Option<Part>,
    /// Vertebrae, which a separation may take on its way.
    pub bone: Vec<Part>,
    /// Structures that a separation must not enter.
    pub keep_out: Vec<Part>,
    /// Clinical target volumes. Nothing that is simulated changes them.
    pub ctvs: Vec<Part>,
    /// The bony canal.
    pub canal: Option<Part>,
}

impl Parts {
    /// Adds a structure by the part that it plays. A cord, a sac or a canal replaces the one that was
    /// there.
    pub fn add(&mut self, role: PartRole, part: Part) {
        match role {
            PartRole::Cord => self.cord = Some(part),
            PartRole::ThecalSac => self.sac = Some(part),
            PartRole::Canal => self.canal = Some(part),
            PartRole::Tumour => self.tumours.push(part),
            PartRole::Ctv => self.ctvs.push(part),
            PartRole::Vertebra => self.bone.push(part),
            PartRole::KeepOut => self.keep_out.push(part),
        }
    }

    /// All of them with the parts that they play, in the order of a record.
    pub(crate) fn all(&self) -> impl Iterator<Item = (PartRole, &Part)> {
        let with = |role: PartRole| move |part| (role, part);
        let cord = self.cord.iter().map(with(PartRole::Cord));
        cord.chain(self.sac.iter().map(with(PartRole::ThecalSac)))
            .chain(self.canal.iter().map(with(PartRole::Canal)))
            .chain(self.tumours.iter().map(with(PartRole::Tumour)))
            .chain(self.ctvs.iter().map(with(PartRole::Ctv)))
            .chain(self.bone.iter().map(with(PartRole::Vertebra)))
            .chain(self.keep_out.iter().map(with(PartRole::KeepOut)))
    }
}

/// All pairs that the parts allow, and what stood in the way of others.
pub(crate) fn pairs(parts: &Parts, thresholds: &Thresholds) -> (Vec<Pair>, Vec<Warning>) {
    let mut wanted: Vec<(PairKind, &Part, &Part)> = Vec::new();
    for tumour in &parts.tumours {
        wanted.extend(parts.cord.iter().map(|c| (PairKind::TumourCord, tumour, c)));
        wanted.extend(parts.sac.iter().map(|s| (PairKind::TumourSac, tumour, s)));
    }
    if let (Some(cord), Some(sac)) = (&parts.cord, &parts.sac) {
        wanted.push((PairKind::CordSac, cord, sac));
    }
    let done: Vec<_> = wanted
        .into_par_iter()
        .map(|(kind, a, b)| {
            let (pair, warning) = pair(kind, a, b, thresholds);
            let mut warnings = stray(&pair, &a.solid, &b.solid);
            warnings.extend(warning);
            (pair, warnings)
        })
        .collect();
    let (pairs, warnings): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    (pairs, warnings.into_iter().flatten().collect())
}

/// One pair; a warning where no gap can be given.
pub(crate) fn pair(
    kind: PairKind,
    a: &Part,
    b: &Part,
    thresholds: &Thresholds,
) -> (Pair, Option<Warning>) {
    let named = |found| Pair { kind, a: a.name.clone(), b: b.name.clone(), found };
    let gap = margin::measure(&a.solid, &b.solid, kind.arrangement(), thresholds.of(kind));
    let Some(gap) = gap else {
        let message = "the two structures share no plane, so no gap can be given";
        let place = format!("{} to {}", a.name, b.name);
        return (named(Found::Nothing), Some(Warning::new("pair_not_measured", message, place)));
    };
    // Clock and plane refer to what is to be spared: the cord, or the sac.
    let (reference, at) = match kind {
        PairKind::CordSac => (a, gap.gap.a_mm),
        PairKind::TumourCord | PairKind::TumourSac => (b, gap.gap.b_mm),
    };
    let placed = PlacedGap {
        clock_deg: margin::clock_deg(&reference.solid, at),
        plane_mm: reference.solid.frame().stack_from_patient(at).z,
        gap,
    };
    (named(Found::Gap(Box::new(placed))), None)
}
