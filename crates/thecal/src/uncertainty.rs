//! How sure the gaps of a study are.

use thecal_geom::Warning;
use thecal_margin::PairKind;
use thecal_mask::Solid;
use thecal_report as report;
use thecal_uncertainty::{
    Distribution, GapProbability, Moved, PairQuestion, Probability, gap_probability,
};

use crate::measure::{Part, Parts};
use crate::measured::{MovedAnatomy, Residual};
use crate::phase::{Pair, Phase, PhaseKind};
use crate::record::settings::uncertainty::source;
use crate::record::{when, words};
use crate::settings::Thresholds;
use crate::uncertainty_settings::UncertaintySettings;

/// Width of a bin of a histogram, mm, and most bins.
const BIN_MM: f64 = 0.25;
const MOST_BINS: usize = 400;

/// The solids that the pairs of phases were measured between.
pub(crate) struct Solids<'a> {
    pub(crate) parts: &'a Parts,
    /// Of the study after an operation, where there is one.
    pub(crate) operated: Option<&'a Parts>,
    pub(crate) residuals: &'a [Residual],
    pub(crate) anatomies: &'a [MovedAnatomy],
}

impl<'a> Solids<'a> {
    /// The two solids of a pair; none where one is gone.
    fn of(&self, phase: &PhaseKind, pair: &Pair) -> Option<[&'a Solid; 2]> {
        let parts = match phase {
            PhaseKind::Operated => self.operated?,
            PhaseKind::Drawn | PhaseKind::Separated { .. } => self.parts,
        };
        let moved = match phase {
            PhaseKind::Separated { anatomy, .. } => {
                self.anatomies.iter().find(|a| a.anatomy == *anatomy)
            }
            _ => None,
        };
        let cord = || moved.map_or(parts.cord.as_ref(), |m| m.cord.as_ref());
        let sac = || moved.map_or(parts.sac.as_ref(), |m| m.sac.as_ref());
        let solid = |part: Option<&'a Part>| part.map(|p| &p.solid);
        let tumour = || match phase {
            PhaseKind::Separated { approach, .. } => {
                let left = |r: &&Residual| r.approach == *approach && r.tumour == pair.a;
                self.residuals.iter().find(left).and_then(|r| r.solid.as_ref())
            }
            _ => solid(parts.tumours.iter().find(|t| t.name == pair.a)),
        };
        Some(match pair.kind {
            PairKind::TumourCord => [tumour()?, solid(cord())?],
            PairKind::TumourSac => [tumour()?, solid(sac())?],
            PairKind::CordSac => [solid(cord())?, solid(sac())?],
        })
    }
}

/// What the sources of a pair move.
fn moved(kind: PairKind) -> [Moved; 2] {
    match kind {
        PairKind::TumourCord => [Moved::Tumour, Moved::Cord],
        PairKind::TumourSac => [Moved::Tumour, Moved::ThecalSac],
        PairKind::CordSac => [Moved::Cord, Moved::ThecalSac],
    }
}

/// How sure the gaps of some phases are, with what stood in the way of others.
pub(crate) fn section(
    phases: &[Phase],
    solids: &Solids<'_>,
    thresholds: &Thresholds,
    asked: &UncertaintySettings,
) -> (report::UncertaintyRecord, Vec<Warning>) {
    let mut warnings = Vec::new();
    let mut pairs = Vec::new();
    for phase in phases {
        for pair in &phase.pairs {
            let (Some(gap), Some([a, b])) = (pair.gap(), solids.of(&phase.kind, pair)) else {
                continue;
            };
            let [moved_a, moved_b] = moved(pair.kind);
            let question = PairQuestion {
                a,
                b,
                moved_a,
                moved_b,
                arrangement: pair.kind.arrangement(),
                gap: gap.gap,
                interval: gap.interval,
                thresholds_mm: thresholds.of(pair.kind),
            };
            match gap_probability(&question, &asked.sources, asked.sampling) {
                Some(found) => pairs.push(record(phase, pair, &found)),
                None if phase.kind == PhaseKind::Drawn => warnings.push(not_given(pair)),
                None => {}
            }
        }
    }
    let record = report::UncertaintyRecord {
        preset: asked.sources.name().map(str::to_owned),
        sources: asked.sources.all().iter().map(source).collect(),
        samples: Some(asked.sampling.samples),
        seed: Some(asked.sampling.seed),
        pairs,
        dose: None,
        prv: Vec::new(),
    };
    (record, warnings)
}

fn not_given(pair: &Pair) -> Warning {
    let message = "no probability is given: no source of uncertainty moves either of the two structures, or samples take \
         one past what is drawn of the other";
    Warning::new("probability_not_given", message, format!("{} to {}", pair.a, pair.b))
}

fn record(phase: &Phase, pair: &Pair, found: &GapProbability) -> report::PairProbability {
    let (when, scenario) = when(&phase.kind);
    let reached = found.reached.iter().map(|r| report::ThresholdProbability {
        p_lower: Some(r.at_ends[0].p),
        p_upper: Some(r.at_ends[1].p),
        gap_needed_mm: Some(r.threshold_mm + found.margin_mm),
        ..probability(r.threshold_mm, r.probability)
    });
    let sensitivity = found.sensitivity.iter().map(|s| report::Sensitivity {
        correlation_mm: s.correlation_mm,
        median_mm: s.median_mm,
        probability: found
            .reached
            .iter()
            .zip(&s.reached)
            .map(|(r, p)| probability(r.threshold_mm, *p))
            .collect(),
    });
    let contributions = found.contributions.iter().map(|c| report::Contribution {
        source: c.source.clone(),
        share_of_variance: c.share_of_variance,
        margin_if_halved_mm: c.margin_if_halved_mm,
    });
    report::PairProbability {
        phase: when,
        scenario,
        pair: words::pair_kind(pair.kind),
        a: pair.a.clone(),
        b: pair.b.clone(),
        nominal_mm: found.nominal_mm,
        median_mm: found.gap_mm.quantile(0.5),
        p05_mm: found.gap_mm.quantile(0.05),
        p95_mm: found.gap_mm.quantile(0.95),
        sd_mm: found.gap_mm.sd(),
        systematic_sd_mm: found.systematic_sd_mm,
        random_sd_mm: found.random_sd_mm,
        probability: reached.collect(),
        sensitivity: sensitivity.collect(),
        contributions: contributions.collect(),
        margin_needed_mm: found.margin_mm,
        exact: found.exact.iter().map(|m| words::moved(*m)).collect(),
        histogram: histogram(&found.gap_mm),
    }
}

fn probability(threshold_mm: f64, found: Probability) -> report::ThresholdProbability {
    report::ThresholdProbability {
        threshold_mm,
        p: found.p,
        standard_error: found.standard_error,
        p_lower: None,
        p_upper: None,
        gap_needed_mm: None,
    }
}

fn histogram(gaps: &Distribution) -> report::Histogram {
    let (least, most) = (gaps.quantile(0.0), gaps.quantile(1.0));
    let mut width_mm = BIN_MM;
    while (most - least) / width_mm > MOST_BINS as f64 {
        width_mm *= 2.0;
    }
    let first = (least / width_mm).floor();
    let bins = (most / width_mm).floor() - first + 1.0;
    let mut shares = vec![0.0; bins as usize];
    for gap in gaps.samples() {
        shares[((gap / width_mm).floor() - first) as usize] += 1.0 / gaps.samples().len() as f64;
    }
    report::Histogram { from_mm: first * width_mm, width_mm, shares }
}
