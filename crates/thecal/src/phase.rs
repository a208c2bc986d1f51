//! What was measured of a study at one time: its pairs, their verdicts and its headline.

use thecal_margin::{Headline, Interval, PairGap, PairKind, Verdict};
use thecal_separation::Anatomy;

use crate::settings::Thresholds;

/// The pairs of one phase.
#[derive(Debug, Clone)]
pub(crate) struct Phase {
    pub(crate) kind: PhaseKind,
    pub(crate) pairs: Vec<Pair>,
}

/// How the anatomy of a phase came about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PhaseKind {
    /// As it was drawn.
    Drawn,
    /// As it was drawn again after an operation.
    Operated,
    /// By a simulated separation.
    Separated {
        /// Name of the approach.
        approach: String,
        /// What became of cord and sac.
        anatomy: Anatomy,
    },
}

impl Phase {
    /// The worst headline over all pairs that decide. A kind that decides and of which there is no pair
    /// cannot be assessed.
    pub(crate) fn headline(&self, thresholds: &Thresholds) -> Headline {
        let of_kind = |kind: PairKind| {
            let pairs = self.pairs.iter().filter(|p| p.kind == kind);
            pairs.map(|p| p.headline(thresholds)).max().unwrap_or(Headline::NotAssessable)
        };
        let deciding = PairKind::ALL.into_iter().filter(|kind| thresholds.decides(*kind));
        deciding.map(of_kind).max().unwrap_or(Headline::NotAssessable)
    }
}

/// What a scenario after a separation is called: its approach, and the anatomy where that is not as
/// drawn.
pub(crate) fn scenario_name(approach: &str, anatomy: Anatomy) -> String {
    match anatomy {
        Anatomy::Fixed => approach.to_owned(),
        other => format!("{approach}/{}", other.as_str()),
    }
}

/// Two structures and what was found between them.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) kind: PairKind,
    /// Name of the first structure.
    pub(crate) a: String,
    /// Name of the second.
    pub(crate) b: String,
    pub(crate) found: Found,
}

/// What was found between two structures.
#[derive(Debug, Clone)]
pub(crate) enum Found {
    /// A gap.
    Gap(Box<PlacedGap>),
    /// Nothing of the tumour is left: there is no gap, and every threshold is reached.
    TumourGone,
    /// The two cannot be compared.
    Nothing,
}

/// A gap with its place on what is to be spared: the cord, or the sac where there is no cord.
#[derive(Debug, Clone)]
pub(crate) struct PlacedGap {
    pub(crate) gap: PairGap,
    /// Clock position, degrees.
    pub(crate) clock_deg: Option<f64>,
    /// Position along the normal of its planes, mm.
    pub(crate) plane_mm: f64,
}

/// The verdict on one threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Judgement {
    pub(crate) threshold_mm: f64,
    /// None where there is nothing to judge.
    pub(crate) verdict: Option<Verdict>,
    /// It would be another without the tolerance.
    pub(crate) by_tolerance: bool,
}

impl Pair {
    pub(crate) fn gap(&self) -> Option<&PairGap> {
        match &self.found {
            Found::Gap(placed) => Some(&placed.gap),
            Found::TumourGone | Found::Nothing => None,
        }
    }

    pub(crate) fn gap_mm(&self) -> Option<f64> {
        self.gap().map(|g| g.gap.gap_mm)
    }

    pub(crate) fn interval(&self) -> Option<Interval> {
        self.gap().map(|g| g.interval)
    }

    /// The verdict on each threshold of its kind, ascending.
    pub(crate) fn judgements(&self, thresholds: &Thresholds) -> Vec<Judgement> {
        let judged = |&threshold_mm: &f64| {
            let (verdict, by_tolerance) = match &self.found {
                Found::Gap(placed) => {
                    let of = |tolerance_mm| {
                        thecal_margin::verdict(placed.gap.interval, threshold_mm, tolerance_mm)
                    };
                    let verdict = of(thresholds.tolerance_mm());
                    (Some(verdict), verdict != of(0.0))
                }
                Found::TumourGone => (Some(Verdict::Pass), false),
                Found::Nothing => (None, false),
            };
            Judgement { threshold_mm, verdict, by_tolerance }
        };
        thresholds.of(self.kind).iter().map(judged).collect()
    }

    fn headline(&self, thresholds: &Thresholds) -> Headline {
        let judged = self.judgements(thresholds);
        let verdicts: Option<Vec<Verdict>> = judged.iter().map(|j| j.verdict).collect();
        thecal_margin::headline(&verdicts.unwrap_or_default())
    }
}

/// The pair of a kind of one tumour.
pub(crate) fn of_tumour<'a>(pairs: &'a [Pair], kind: PairKind, tumour: &str) -> Option<&'a Pair> {
    pairs.iter().find(|p| p.kind == kind && p.a == tumour)
}
