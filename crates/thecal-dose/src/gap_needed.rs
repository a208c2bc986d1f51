//! The gap between tumour and cord that each limit needs.
//!
//! | model | needed |
//! |---|---|
//! | the plan's own isodose | from the tumour's edge to the isodose of the limit, along a shortest way |
//! | the same, with a dose demanded at the edge | from the isodose of that dose to the isodose of the limit |
//! | a stated fall-off | [`Falloff::distance_mm`] |
//!
//! To each the margin of a limit on a grown cord is added, and from each the depth of the hottest volume
//! of a limit on a volume is taken away ([`CordPiece::hot_depth_mm`]). With a standard deviation of the
//! gap it is 1.645 of these more, so that 95 % of normal deviations keep the limit.

use crate::across_gap::{AcrossGap, NotMet};
use crate::falloff::{Falloff, FalloffError};
use crate::hot_depth::CordPiece;
use crate::limits::AllowedDose;

/// Standard deviations that 95 % of a normal distribution lie below.
const OF_95_PERCENT: f64 = 1.645;

/// Where the fall-off is from.
#[derive(Debug, Clone, Copy)]
pub enum NeededModel<'a> {
    /// The dose of the plan at hand, along a shortest way between tumour and cord.
    Plan(&'a AcrossGap),
    /// A fall-off that is stated, before there is a plan.
    Stated(Falloff),
}

impl NeededModel<'_> {
    /// The word of the report contract.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Plan(_) => "plan_isodose",
            Self::Stated(Falloff::Linear { .. }) => "linear",
            Self::Stated(Falloff::Edge { .. }) => "erf",
        }
    }
}

/// What is asked of a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapQuestion {
    /// The prescribed dose, Gy.
    pub prescription_gy: f64,
    /// The dose that the tumour's edge is to have, Gy; none for what the plan gives it, and for the
    /// prescribed dose where there is no plan.
    pub edge_gy: Option<f64>,
    /// The gap that there is, mm.
    pub had_mm: f64,
    /// The piece of cord in the fall-off; none where limits on volumes are to be kept at a point, which
    /// asks for more.
    pub cord: Option<CordPiece>,
    /// Standard deviation of the gap, mm, where 95 % certainty is asked.
    pub deviation_mm: Option<f64>,
}

/// The gap that one limit needs.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GapNeeded {
    /// The limit's short name.
    pub limit: String,
    /// The limit in the fractions of the course, Gy.
    pub limit_gy: f64,
    /// The dose at the tumour's edge, Gy; none where the plan's is not known.
    pub edge_gy: Option<f64>,
    /// The gap that is needed, mm; none where it cannot be told.
    pub needed_mm: Option<f64>,
    /// The least that interpolation allows, mm.
    pub needed_lower_mm: Option<f64>,
    /// The most that interpolation allows, mm.
    pub needed_upper_mm: Option<f64>,
    /// The gap that there is, mm.
    pub had_mm: f64,
    /// What it lacks, mm; negative what it has to spare.
    pub lacking_mm: Option<f64>,
    /// The model's word: `plan_isodose`, `linear` or `erf`.
    pub model: &'static str,
    /// What the model takes for granted, in whole sentences.
    pub assumptions: String,
    /// Why there is no number.
    pub untold: Option<Untold>,
    /// This limit needs the largest gap of all.
    pub rules: bool,
}

/// Why the gap that a limit needs cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Untold {
    /// The isodose of the limit is not met along the way.
    #[error("the place where the plan falls to the limit is not found along the gap: {0}")]
    Limit(NotMet),
    /// The isodose of the dose demanded at the edge is not met along the way.
    #[error(
        "the place where the plan has the dose demanded at the edge is not found along the gap: {0}"
    )]
    Edge(NotMet),
    /// The stated fall-off tells no distance.
    #[error("{0}")]
    Falloff(FalloffError),
}

impl Untold {
    /// The plan has the dose of the limit all through the cord: no gap is large enough to tell.
    #[must_use]
    pub fn is_endless(self) -> bool {
        matches!(self, Self::Limit(NotMet::Above))
    }
}

/// A distance with what interpolation leaves open, mm.
#[derive(Clone, Copy)]
struct Fall {
    mm: f64,
    lower_mm: Option<f64>,
    upper_mm: Option<f64>,
    /// Nothing along the way has the dose of the limit.
    nowhere: bool,
}

/// The gap that each limit needs, in the order of the limits.
///
/// `limits` are those of the structure that the gap is measured to
/// ([`LimitRow::allowed`](crate::LimitRow::allowed)).
///
/// # Example
/// ```
/// use std::num::NonZeroU32;
/// use thecal_dose::{
///     Course, Falloff, GapQuestion, LimitStructure, Limits, NeededModel, PriorRt, gap_needed,
/// };
///
/// let course = Course { fractions: NonZeroU32::MIN, prior: PriorRt::None };
/// let limits = Limits::built_in(false);
/// let cord = limits.rows().iter().filter(|row| row.structure == LimitStructure::Cord);
/// let allowed: Vec<_> = cord.filter_map(|row| row.allowed(&course)).collect();
/// // 24 Gy in one fraction over a gap of 2 mm, before there is a plan.
/// let question = GapQuestion {
///     prescription_gy: 24.0,
///     edge_gy: None,
///     had_mm: 2.0,
///     cord: None,
///     deviation_mm: None,
/// };
/// let model = NeededModel::Stated(Falloff::Linear { pct_per_mm: 13.5 });
/// let needed = gap_needed(&allowed, model, &question);
/// let hytec = needed.iter().find(|n| n.limit == "hytec-1-high").expect("a limit");
/// // (24 - 14) Gy at 3.24 Gy per mm.
/// assert!((hytec.needed_mm.expect("a number") - 3.09).abs() < 0.01);
/// assert!((hytec.lacking_mm.expect("a number") - 1.09).abs() < 0.01);
/// assert_eq!(needed.iter().filter(|n| n.rules).count(), 1);
/// ```
#[must_use]
pub fn gap_needed(
    limits: &[AllowedDose],
    model: NeededModel<'_>,
    question: &GapQuestion,
) -> Vec<GapNeeded> {
    let mut out: Vec<GapNeeded> = limits.iter().map(|l| needed(l, model, question)).collect();
    let number = |n: &GapNeeded| n.needed_mm.unwrap_or(f64::NEG_INFINITY);
    // Where the plan has the dose of a limit all through the cord, no number is large enough.
    let above = |n: &&mut GapNeeded| n.untold.is_some_and(Untold::is_endless);
    let rules = match out.iter().any(|n| n.untold.is_some_and(Untold::is_endless)) {
        true => out.iter_mut().find(above),
        false => out
            .iter_mut()
            .filter(|n| n.needed_mm.is_some())
            .max_by(|a, b| number(a).total_cmp(&number(b))),
    };
    if let Some(rules) = rules {
        rules.rules = true;
    }
    out
}

fn needed(limit: &AllowedDose, model: NeededModel<'_>, q: &GapQuestion) -> GapNeeded {
    let (edge_gy, fall) = match model {
        NeededModel::Plan(across) => in_plan(across, limit.limit_gy, q.edge_gy),
        NeededModel::Stated(falloff) => {
            let edge_gy = q.edge_gy.unwrap_or(q.prescription_gy);
            let fall = falloff.distance_mm(q.prescription_gy, edge_gy, limit.limit_gy);
            let exact = |mm| Fall { mm, lower_mm: Some(mm), upper_mm: Some(mm), nowhere: false };
            (Some(edge_gy), fall.map(exact).map_err(Untold::Falloff))
        }
    };
    let mut assumptions = assumed(model, q);
    let depth_mm = hot_depth(limit, q.cord, &mut assumptions);
    if limit.expansion_mm > 0.0 {
        let margin = limit.expansion_mm;
        assumptions.push_str(&format!(
            " The limit is on the cord grown by {margin} mm, which is added to the gap."
        ));
    }
    let more_mm = limit.expansion_mm - depth_mm
        + q.deviation_mm.map_or(0.0, |sd| OF_95_PERCENT * sd.max(0.0));
    let nowhere = fall.is_ok_and(|f| f.nowhere);
    let gap = |fall_mm: f64| if nowhere { 0.0 } else { (fall_mm + more_mm).max(0.0) };
    let (fall, untold) = match fall {
        Ok(fall) => (Some(fall), None),
        Err(untold) => (None, Some(untold)),
    };
    let needed_mm = fall.map(|f| gap(f.mm));
    GapNeeded {
        limit: limit.id.clone(),
        limit_gy: limit.limit_gy,
        edge_gy,
        needed_mm,
        needed_lower_mm: fall.and_then(|f| f.lower_mm).map(gap),
        needed_upper_mm: fall.and_then(|f| f.upper_mm).map(gap),
        had_mm: q.had_mm,
        lacking_mm: needed_mm.map(|mm| mm - q.had_mm),
        model: model.as_str(),
        assumptions,
        untold,
        rules: false,
    }
}

/// How far the dose of a plan falls from the tumour's edge, or from where it has the dose demanded there,
/// to the limit; with the dose of the edge.
fn in_plan(
    across: &AcrossGap,
    limit_gy: f64,
    demanded_gy: Option<f64>,
) -> (Option<f64>, Result<Fall, Untold>) {
    let gap_mm = across.segment.gap_mm.max(0.0);
    let edge_gy = demanded_gy.or(across.tumour.map(|d| d.gy));
    let limit = across.isodose(limit_gy);
    let edge = demanded_gy.map(|gy| across.isodose(gy));
    let from_mm = match &edge {
        None => Fall { mm: gap_mm, lower_mm: Some(gap_mm), upper_mm: Some(gap_mm), nowhere: false },
        Some(place) => match place.from_cord_mm {
            Some(mm) => {
                Fall { mm, lower_mm: place.lower_mm, upper_mm: place.upper_mm, nowhere: false }
            }
            None => return (edge_gy, Err(Untold::Edge(place.reason.unwrap_or(NotMet::Unknown)))),
        },
    };
    let fall = match (limit.from_cord_mm, limit.reason) {
        (Some(mm), _) => Ok(Fall {
            mm: from_mm.mm - mm,
            lower_mm: from_mm.lower_mm.zip(limit.upper_mm).map(|(a, b)| a - b),
            upper_mm: from_mm.upper_mm.zip(limit.lower_mm).map(|(a, b)| a - b),
            nowhere: false,
        }),
        // Not even the tumour has as much.
        (None, Some(NotMet::Below)) => {
            Ok(Fall { mm: 0.0, lower_mm: Some(0.0), upper_mm: None, nowhere: true })
        }
        (None, reason) => Err(Untold::Limit(reason.unwrap_or(NotMet::Unknown))),
    };
    (edge_gy, fall)
}

/// How deep the hottest volume of a limit reaches, mm; says what that takes for granted.
fn hot_depth(limit: &AllowedDose, cord: Option<CordPiece>, assumptions: &mut String) -> f64 {
    if limit.volume_cc <= 0.0 {
        return 0.0;
    }
    let cc = limit.volume_cc;
    let depth_mm = cord.and_then(|piece| {
        // The grown cord is the thicker one.
        let radius_mm = piece.radius_mm + limit.expansion_mm;
        CordPiece { radius_mm, ..piece }.hot_depth_mm(cc)
    });
    match (depth_mm, cord) {
        (Some(mm), Some(CordPiece { radius_mm, length_mm })) => {
            assumptions.push_str(&format!(
                " The hottest {cc} cc are assumed to lie within {mm:.2} mm of the surface of a cord of \
                 {radius_mm:.1} mm radius, along {length_mm:.0} mm, over which the dose falls linearly."
            ));
            mm
        }
        _ => {
            assumptions.push_str(&format!(
                " The limit on {cc} cc is applied to a point, which needs a larger gap than the volume."
            ));
            0.0
        }
    }
}

fn assumed(model: NeededModel<'_>, q: &GapQuestion) -> String {
    let mut words = match (model, q.edge_gy) {
        (NeededModel::Plan(_), None) => {
            "The plan's dose is kept as it is, and the cord is moved away from the tumour."
                .to_owned()
        }
        (NeededModel::Plan(_), Some(edge_gy)) => format!(
            "The plan's fall-off between {edge_gy} Gy and the limit is kept and is shifted so that the \
             tumour's edge has {edge_gy} Gy."
        ),
        (NeededModel::Stated(falloff), _) => falloff.words(),
    };
    words.push_str(
        " A new plan is assumed to fall off as steeply, with nothing traded for coverage elsewhere. This \
         estimate does not replace a plan.",
    );
    if let Some(sd) = q.deviation_mm.filter(|sd| *sd > 0.0) {
        words.push_str(&format!(
            " 1.645 standard deviations of {sd} mm are added, so that 95 % of normal deviations keep \
             the limit."
        ));
    }
    words
}
