//! Cord and sac in each scenario after a separation.

use thecal_geom::{Point3, Warning};
use thecal_margin::{Centreline, PairKind};
use thecal_mask::{EndRule, Solid};
use thecal_separation::{Anatomy, Approach, SeparationError, sac_reexpanded, shift_lps_mm};

use super::openness::{openness_before, widen};
use super::result::ScenarioFacts;
use crate::error::Error;
use crate::measure::{self, Part, Parts};
use crate::measured::MovedAnatomy;
use crate::phase::{Pair, scenario_name};
use crate::settings::{Separate, Thresholds};

/// Overlap of less than this is contact, mm.
const CONTACT_MM: f64 = 0.05;

/// Cord and sac as a scenario has them.
pub(super) struct Scenario {
    pub(super) anatomy: Anatomy,
    pub(super) cord: Option<Part>,
    pub(super) sac: Option<Part>,
    shift_lps_mm: Option<[f64; 3]>,
}

impl Scenario {
    /// The name of a phase: that of the approach, and the anatomy where it is not as drawn.
    pub(super) fn name(&self, approach: &Approach) -> String {
        scenario_name(&approach.name, self.anatomy)
    }

    /// What pictures show of it; none where all is as drawn.
    pub(super) fn moved(self) -> Option<MovedAnatomy> {
        let Self { anatomy, cord, sac, shift_lps_mm } = self;
        (anatomy != Anatomy::Fixed).then_some(MovedAnatomy { anatomy, cord, sac, shift_lps_mm })
    }

    pub(super) fn facts(&self) -> ScenarioFacts {
        ScenarioFacts {
            anatomy: self.anatomy,
            shift_lps_mm: self.shift_lps_mm,
            sac_cc: self.sac.as_ref().map(|s| s.solid.volume_cc()),
        }
    }

    /// Cord and sac in this scenario; as before where both are as `drawn`.
    pub(super) fn cord_sac(
        &self,
        drawn: &Parts,
        before: &[Pair],
        thresholds: &Thresholds,
        warnings: &mut Vec<Warning>,
    ) -> Option<Pair> {
        let was = before.iter().find(|p| p.kind == PairKind::CordSac);
        if self.anatomy == Anatomy::Fixed {
            return was.cloned();
        }
        let (cord, sac) = (self.cord.as_ref()?, self.sac.as_ref()?);
        let (mut pair, more) = measure::pair(PairKind::CordSac, cord, sac, thresholds);
        warnings.extend(more);
        // Drawn anew, a sac is known no better than as it was drawn.
        if self.anatomy == Anatomy::SacReexpanded {
            let sac_drawn = &drawn.sac.as_ref()?.solid;
            widen(&mut pair, openness_before(was, &cord.solid, sac_drawn));
        }
        Some(pair)
    }

    /// Pairs that overlap here and did not before: something would have to give way.
    pub(super) fn overlaps(&self, scenario: &str, pairs: &[Pair], before: &[Pair]) -> Vec<Warning> {
        let into = |p: &Pair| p.gap_mm().is_some_and(|gap| gap < -CONTACT_MM);
        let was = |p: &Pair| before.iter().any(|b| b.kind == p.kind && b.a == p.a && into(b));
        let new = pairs.iter().filter(|p| self.anatomy != Anatomy::Fixed && into(p) && !was(p));
        new.map(|p| {
            let depth_mm = -p.gap_mm().unwrap_or(0.0);
            let shared = match (p.kind, p.gap().map(|g| g.overlap_cc)) {
                (PairKind::CordSac, _) | (_, None) => String::new(),
                (_, Some(cc)) => format!(" ({cc:.3} cc)"),
            };
            let what = match p.kind {
                PairKind::CordSac => "leaves",
                PairKind::TumourCord | PairKind::TumourSac => "overlaps",
            };
            let message = format!(
                "in the scenario {scenario}, {} {what} {} by {depth_mm:.2} mm{shared}: one of them \
                 would have to give way, which is not simulated",
                p.a, p.b
            );
            Warning::new("anatomy_overlap", message, "")
        })
        .collect()
    }
}

/// The scenarios that are asked for and possible, `fixed` first.
pub(super) fn scenarios(
    parts: &Parts,
    asked: &Separate,
    ends: EndRule,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Scenario>, Error> {
    let drawn = |anatomy| Scenario {
        anatomy,
        cord: parts.cord.clone(),
        sac: parts.sac.clone(),
        shift_lps_mm: None,
    };
    let mut out = vec![drawn(Anatomy::Fixed)];
    let mut refuse = |anatomy: Anatomy, why: &str| {
        let message = format!("the scenario {} is left out: {why}", anatomy.as_str());
        warnings.push(Warning::new("anatomy_not_possible", message, ""));
    };
    let mut told = Vec::new();
    for &anatomy in asked.anatomies.iter().filter(|a| **a != Anatomy::Fixed) {
        let mut scenario = drawn(anatomy);
        match anatomy {
            Anatomy::SacReexpanded => {
                let Some(sac) = &mut scenario.sac else {
                    refuse(anatomy, "no sac is drawn");
                    continue;
                };
                let tumours: Vec<&Solid> = parts.tumours.iter().map(|t| &t.solid).collect();
                match sac_reexpanded(&sac.solid, &tumours, ends) {
                    Ok((solid, more)) => {
                        sac.solid = solid;
                        told.extend(more);
                    }
                    Err(why @ SeparationError::NoUninvolvedLevel { .. }) => {
                        refuse(anatomy, &why.to_string());
                        continue;
                    }
                    Err(e) => return Err(e.into()),
                }
            }
            Anatomy::CordShift { shift_mm } => {
                let Some(cord) = &mut scenario.cord else {
                    refuse(anatomy, "no cord is drawn");
                    continue;
                };
                let line = Centreline::from_solid(&cord.solid).map_err(SeparationError::from)?;
                let by_mm = shift_lps_mm(&line, middle(&parts.tumours), shift_mm);
                cord.solid = cord.solid.shifted(by_mm);
                scenario.shift_lps_mm = Some(by_mm.into());
            }
            _ => {}
        }
        out.push(scenario);
    }
    warnings.extend(told);
    Ok(out)
}

/// The middle of the box round all tumours.
fn middle(tumours: &[Part]) -> Point3 {
    let boxes = tumours.iter().map(|t| t.solid.bounds());
    let all = boxes.reduce(|a, b| (a.0.inf(&b.0), a.1.sup(&b.1)));
    all.map_or_else(Point3::origin, |(lo, hi)| lo + 0.5 * (hi - lo))
}
