//! What was measured of a study at one time: its pairs, their verdicts and its headline.

use thecal_margin::{Headline, Interval, PairGap, PairKind, Verdict};
use thecal_separation::Anatomy;

use crate::settings::Thresholds;

/// The pairs of one phase.
#[derive(Debug, Clone)]
pub struct Phase {
    /// How its anatomy came about.
    pub kind: PhaseKind,
    /// The pairs that its structures allow.
    pub pairs: Vec<Pair>,
}

/// How the anatomy of a phase came about.
#[derive(Debug, Clone, PartialEq)]
pub enum PhaseKind {
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
    #[must_use]
    pub fn headline(&self, thresholds: &Thresholds) -> Headline {
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
pub struct Pair {
    /// What the two structures are.
    pub kind: PairKind,
    /// Name of the first structure.
    pub a: String,
    /// Name of the second.
    pub b: String,
    /// What was found between them.
    pub found: Found,
}

/// What was found between two structures.
#[derive(Debug, Clone)]
pub enum Found {
    /// A gap.
    Gap(Box<PlacedGap>),
    /// Nothing of the tumour is left: there is no gap, and every threshold is reached.
    TumourGone,
    /// The two cannot be compared.
    Nothing,
}

/// A gap with its place on what is to be spared: the cord, or the sac where there is no cord.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PlacedGap {
    /// The gap with its interval, its profile and what lies below thresholds.
    pub gap: PairGap,
    /// Clock position, degrees.
    pub clock_deg: Option<f64>,
    /// Position along the normal of its planes, mm.
    pub plane_mm: f64,
}

/// The verdict on one threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// The threshold, mm.
    pub threshold_mm: f64,
    /// None where there is nothing to judge.
    pub verdict: Option<Verdict>,
    /// It would be another without the tolerance.
    pub by_tolerance: bool,
}

impl Pair {
    /// What was measured; none where there is no gap.
    #[must_use]
    pub fn gap(&self) -> Option<&PairGap> {
        match &self.found {
            Found::Gap(placed) => Some(&placed.gap),
            Found::TumourGone | Found::Nothing => None,
        }
    }

    /// Minimum surface-to-surface distance, mm; negative where the two overlap, then minus the deepest
    /// penetration.
    #[must_use]
    pub fn gap_mm(&self) -> Option<f64> {
        self.gap().map(|g| g.gap.gap_mm)
    }

    /// What the resolution of the data leaves open.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        self.gap().map(|g| g.interval)
    }

    /// The verdict on each threshold of its kind, ascending.
    #[must_use]
    pub fn judgements(&self, thresholds: &Thresholds) -> Vec<Judgement> {
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

    /// What its verdicts come to.
    #[must_use]
    pub fn headline(&self, thresholds: &Thresholds) -> Headline {
        let judged = self.judgements(thresholds);
        let verdicts: Option<Vec<Verdict>> = judged.iter().map(|j| j.verdict).collect();
        thecal_margin::headline(&verdicts.unwrap_or_default())
    }
}

/// The pair of a kind of one tumour.
pub(crate) fn of_tumour<'a>(pairs: &'a [Pair], kind: PairKind, tumour: &str) -> Option<&'a Pair> {
    pairs.iter().find(|p| p.kind == kind && p.a == tumour)
}
