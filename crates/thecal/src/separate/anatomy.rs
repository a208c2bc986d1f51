//! Cord and sac in each scenario after a separation.

use thecal_geom::Point3;
use thecal_margin::Centreline;
use thecal_mask::{EndRule, Solid};
use thecal_report as report;
use thecal_report::{PairKind, PairRecord, WarningRecord};
use thecal_separation::{Anatomy, Approach, SeparationError, sac_reexpanded, shift_lps_mm};

use super::after::widen;
use super::warning;
use crate::check::MovedAnatomy;
use crate::error::Error;
use crate::measure::{self, Part, Parts};
use crate::record;
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
        match self.anatomy {
            Anatomy::Fixed => approach.name.clone(),
            other => format!("{}/{}", approach.name, other.as_str()),
        }
    }

    /// What pictures show of it; none where all is as drawn.
    pub(super) fn moved(self) -> Option<MovedAnatomy> {
        let anatomy = self.anatomy.as_str().to_owned();
        let moved = MovedAnatomy { anatomy, cord: self.cord, sac: self.sac };
        (self.anatomy != Anatomy::Fixed).then_some(moved)
    }

    pub(super) fn record(&self) -> report::AnatomyRecord {
        let cord_shift_mm = match self.anatomy {
            Anatomy::CordShift { shift_mm } => Some(shift_mm),
            _ => None,
        };
        report::AnatomyRecord {
            anatomy: self.anatomy.as_str().to_owned(),
            cord_shift_mm,
            cord_shift_lps_mm: self.shift_lps_mm,
            sac_cc: self.sac.as_ref().map(|s| s.solid.volume_cc()),
        }
    }

    /// Cord and sac in this scenario; as before where both are as drawn.
    pub(super) fn cord_sac(
        &self,
        before: &[PairRecord],
        thresholds: &Thresholds,
        warnings: &mut Vec<WarningRecord>,
    ) -> Option<PairRecord> {
        let was = before.iter().find(|p| p.pair == PairKind::CordSac);
        if self.anatomy == Anatomy::Fixed {
            return was.cloned();
        }
        let (cord, sac) = (self.cord.as_ref()?, self.sac.as_ref()?);
        let kind = PairKind::CordSac;
        let (mut pair, more) = measure::pair(kind, cord, sac, thresholds);
        warnings.extend(more);
        // Drawn anew, a sac is known no better than as it was drawn.
        if let Some(was) = was.filter(|_| self.anatomy == Anatomy::SacReexpanded) {
            widen(&mut pair, was, thresholds.tolerance_mm());
        }
        Some(pair)
    }

    /// Pairs that overlap here and did not before: something would have to give way.
    pub(super) fn overlaps(
        &self,
        scenario: &str,
        pairs: &[PairRecord],
        before: &[PairRecord],
    ) -> Vec<WarningRecord> {
        let into = |p: &PairRecord| p.gap_mm.is_some_and(|gap| gap < -CONTACT_MM);
        let was = |p: &PairRecord| before.iter().any(|b| b.pair == p.pair && b.a == p.a && into(b));
        let new = pairs.iter().filter(|p| self.anatomy != Anatomy::Fixed && into(p) && !was(p));
        new.map(|p| {
            let depth_mm = -p.gap_mm.unwrap_or(0.0);
            let shared = match (p.pair, p.overlap_cc) {
                (PairKind::CordSac, _) | (_, None) => String::new(),
                (_, Some(cc)) => format!(" ({cc:.3} cc)"),
            };
            let what = match p.pair {
                PairKind::CordSac => "comes out of",
                PairKind::TumourCord | PairKind::TumourSac => "overlaps",
            };
            let message = format!(
                "in the scenario {scenario}, {} {what} {} by {depth_mm:.2} mm{shared}: one of them \
                 would have to give way, which is not simulated",
                p.a, p.b
            );
            warning("anatomy_overlap", &message)
        })
        .collect()
    }
}

/// The scenarios that are asked for and possible, `fixed` first.
pub(super) fn scenarios(
    parts: &Parts,
    asked: &Separate,
    ends: EndRule,
    warnings: &mut Vec<WarningRecord>,
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
        warnings.push(warning("anatomy_not_possible", &message));
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
                let line = Centreline::of(&cord.solid).map_err(SeparationError::from)?;
                let by_mm = shift_lps_mm(&line, middle(&parts.tumours), shift_mm);
                cord.solid = cord.solid.shifted(by_mm);
                scenario.shift_lps_mm = Some(by_mm.into());
            }
            _ => {}
        }
        out.push(scenario);
    }
    warnings.extend(told.iter().map(record::warning));
    Ok(out)
}

/// The middle of the box round all tumours.
fn middle(tumours: &[Part]) -> Point3 {
    let boxes = tumours.iter().map(|t| t.solid.bounds());
    let all = boxes.reduce(|a, b| (a.0.inf(&b.0), a.1.sup(&b.1)));
    all.map_or_else(Point3::origin, |(lo, hi)| lo + 0.5 * (hi - lo))
}
