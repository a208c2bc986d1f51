//! What stands against using a dose: each thing that its file says of itself, judged.

use thecal_geom::Warning;

use crate::dose::head::DoseHead;
use crate::terms::{DoseType, DoseUnits, Heterogeneity, Summation};

/// No plan gives more, Gy: what is above is cGy, or scaled wrongly.
pub const MOST_BELIEVABLE_GY: f32 = 200.0;
/// A physical dose is nowhere less than this part of its maximum below 0.
const NEGATIVE_PART: f32 = 0.01;

/// How much a doubt weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Figures may be given, with the warning beside them.
    Warns,
    /// The dose is a part of a plan's, and gives figures only in a sum with the other parts.
    Part,
    /// The dose gives no figures.
    Refuses,
}

/// One thing that stands against using a dose.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Doubt {
    /// The code and a sentence.
    pub warning: Warning,
    /// How much it weighs.
    pub weight: Weight,
}

/// A doubt about the dose as a whole.
fn say(code: &'static str, weight: Weight, message: impl Into<String>) -> Doubt {
    Doubt { warning: Warning::new(code, message, ""), weight }
}

impl DoseHead {
    /// What stands against using the dose by what its head says. Empty for a physical dose in Gy
    /// of a whole plan in a frame of reference.
    #[must_use]
    pub fn doubts(&self) -> Vec<Doubt> {
        let parts = [units(self), kind(self), summation(self), water(self), frame(self)];
        parts.into_iter().flatten().chain(planes(self)).collect()
    }
}

/// What stands against using the dose by its values; `values` are in the units of the head.
pub(crate) fn of_values(head: &DoseHead, values: &[f32]) -> Vec<Doubt> {
    let range = values
        .iter()
        .fold([f32::INFINITY, f32::NEG_INFINITY], |[lo, hi], &v| [lo.min(v), hi.max(v)]);
    let [least, most] = range;
    let relative = head.units == Some(DoseUnits::Relative);
    let mut out = Vec::new();
    if most > MOST_BELIEVABLE_GY && !relative {
        out.push(say(
            "dose_maximum_unlikely",
            Weight::Refuses,
            format!(
                "the largest dose is {most:.0} Gy, above {MOST_BELIEVABLE_GY} Gy: the values are \
                 cGy or Dose Grid Scaling is wrong"
            ),
        ));
    }
    if most <= 0.0 {
        let message = "no voxel has a dose above 0: the grid was exported empty or before the \
                       calculation";
        out.push(say("dose_zero", Weight::Refuses, message));
    } else if least < 0.0 && head.dose_type != Some(DoseType::Error) {
        let much = least < -NEGATIVE_PART * most;
        let weight = if much { Weight::Refuses } else { Weight::Warns };
        let message = format!(
            "the least dose is {least:.3}, below 0, with a largest of {most:.3}: {}",
            if much { "this is a difference of doses" } else { "taken as it stands" }
        );
        out.push(say("dose_negative", weight, message));
    }
    out
}

fn units(head: &DoseHead) -> Option<Doubt> {
    let doubt = |code, message: String| Some(say(code, Weight::Refuses, message));
    match &head.units {
        Some(DoseUnits::Gy) => None,
        Some(DoseUnits::Relative) => doubt(
            "dose_units_relative",
            "Dose Units are RELATIVE: parts of a dose that the file does not give; export the \
             dose in Gy"
                .to_owned(),
        ),
        Some(DoseUnits::Other(term)) => doubt(
            "dose_units_unknown",
            format!("Dose Units are {term}, not GY; export the dose in Gy"),
        ),
        None => doubt(
            "dose_units_absent",
            "Dose Units are not stated, so the values have no unit; export the dose in Gy"
                .to_owned(),
        ),
    }
}

fn kind(head: &DoseHead) -> Option<Doubt> {
    match &head.dose_type {
        Some(DoseType::Physical) => None,
        Some(DoseType::Effective) => Some(say(
            "dose_type_effective",
            Weight::Warns,
            "Dose Type is EFFECTIVE: the values are weighted by a biological effect that the file \
             does not give, as for protons; limits in physical Gy may not apply",
        )),
        Some(DoseType::Error) => Some(say(
            "dose_type_error",
            Weight::Refuses,
            "Dose Type is ERROR: the values are differences of two doses, and no dose",
        )),
        Some(DoseType::Other(term)) => Some(say(
            "dose_type_unknown",
            Weight::Refuses,
            format!("Dose Type is {term}, neither PHYSICAL nor EFFECTIVE"),
        )),
        None => Some(say(
            "dose_type_absent",
            Weight::Warns,
            "Dose Type is not stated; taken as physical dose",
        )),
    }
}

fn summation(head: &DoseHead) -> Option<Doubt> {
    let (code, weight, message) = match head.summation.as_ref() {
        Some(Summation::Plan) => return None,
        None => (
            "dose_summation_absent",
            Weight::Warns,
            "Dose Summation Type is not stated; taken as the dose of a whole plan".to_owned(),
        ),
        Some(Summation::Other(term)) => (
            "dose_summation_unknown",
            Weight::Refuses,
            format!("Dose Summation Type is {term}, so what the dose is of cannot be told"),
        ),
        Some(Summation::Beam | Summation::Brachy) => (
            "dose_of_beams",
            Weight::Part,
            format!(
                "the dose is of {} alone; name the files of all beams, so that they are summed",
                beams(head)
            ),
        ),
        Some(Summation::ControlPoint) => (
            "dose_of_control_points",
            Weight::Refuses,
            "the dose is of single control points in one fraction, not of a plan".to_owned(),
        ),
        Some(
            term @ (Summation::FractionSession | Summation::BeamSession | Summation::BrachySession),
        ) => (
            "dose_of_one_session",
            Weight::Refuses,
            format!(
                "Dose Summation Type is {term}: the dose of one session, and limits are for the \
                 whole course; export the dose of the plan"
            ),
        ),
        Some(Summation::Fraction) => (
            "dose_of_fraction_group",
            Weight::Warns,
            "Dose Summation Type is FRACTION: the dose of all fractions of one fraction group; it \
             is that of the plan where the plan has no other group"
                .to_owned(),
        ),
        Some(term @ (Summation::MultiPlan | Summation::PlanOverview)) => (
            "dose_of_several_plans",
            Weight::Warns,
            format!(
                "Dose Summation Type is {term}: the sum of several plans, so prescription and \
                 fractions of one plan are not those of the dose"
            ),
        ),
        Some(Summation::Record) => (
            "dose_of_records",
            Weight::Warns,
            "Dose Summation Type is RECORD: what was given so far, which can be less than planned"
                .to_owned(),
        ),
    };
    Some(say(code, weight, message))
}

/// The beams that a dose names, for a sentence.
fn beams(head: &DoseHead) -> String {
    let groups = head.plans.iter().flat_map(|p| &p.groups);
    let numbers: Vec<String> =
        groups.flat_map(|g| g.beams.iter().chain(&g.setups)).map(i64::to_string).collect();
    match numbers.as_slice() {
        [] => "some beams, which it does not name,".to_owned(),
        [one] => format!("beam {one}"),
        several => format!("beams {}", several.join(", ")),
    }
}

fn water(head: &DoseHead) -> Option<Doubt> {
    let alone = head.heterogeneity == [Heterogeneity::Water];
    alone.then(|| {
        say(
            "dose_in_water",
            Weight::Warns,
            "Tissue Heterogeneity Correction is WATER: the dose was calculated as if the patient \
             were water throughout, which is wrong beside lung, bone and metal",
        )
    })
}

fn frame(head: &DoseHead) -> Option<Doubt> {
    let absent = head.frame_of_reference_uid.is_none();
    absent.then(|| {
        say(
            "dose_frame_absent",
            Weight::Refuses,
            "no Frame of Reference UID, so that the dose cannot be placed on the structures",
        )
    })
}

fn planes(head: &DoseHead) -> Option<Doubt> {
    let [least, most] = head.lattice.steps_mm();
    (!head.lattice.is_even()).then(|| {
        let message = format!(
            "planes are {least:.2} to {most:.2} mm apart; each is taken at its own place, and dose \
             is less well known between those farther apart"
        );
        say("dose_planes_uneven", Weight::Warns, message)
    })
}
