//! Whether a dose is what it says. No figure passes without it.

use thecal_dicom::dose::{Dose, Weight};
use thecal_dicom::plan::Plan;
use thecal_report::{Gate, GateReason};

use super::find::{ReadDose, is_part};

/// The median dose of the target, as parts of the prescription, within which a dose fits it: a target
/// may be underdosed beside the cord and hot inside, yet neither by so much.
const FITS: [f64; 2] = [0.7, 1.6];

/// What was found for and against a dose.
#[derive(Debug, Default)]
pub(super) struct Reasons(Vec<GateReason>);

impl Reasons {
    /// Something that stops every figure.
    pub(super) fn refuse(&mut self, code: &str, message: impl Into<String>) {
        self.add(code, message, true);
    }

    /// Something that figures are read with.
    pub(super) fn doubt(&mut self, code: &str, message: impl Into<String>) {
        self.add(code, message, false);
    }

    fn add(&mut self, code: &str, message: impl Into<String>, refuses: bool) {
        let reason = GateReason { code: code.to_owned(), message: message.into(), refuses };
        if !self.0.contains(&reason) {
            self.0.push(reason);
        }
    }

    /// Whether nothing stops the figures so far.
    pub(super) fn accept(&self) -> bool {
        self.0.iter().all(|r| !r.refuses)
    }

    pub(super) fn into_gate(mut self) -> Gate {
        // What refuses stands first.
        self.0.sort_by_key(|r| !r.refuses);
        Gate { accepted: self.accept(), reasons: self.0 }
    }
}

/// What the files say of themselves: units, type, summation, frame of reference, values, and whether
/// parts make a whole.
pub(super) fn labels(doses: &[ReadDose], plans: &[Plan], reasons: &mut Reasons) {
    for dose in doses {
        for doubt in dose.dose.doubts() {
            let (code, message) = (doubt.warning.code, doubt.warning.message.clone());
            match doubt.weight {
                Weight::Refuses => reasons.refuse(code, message),
                Weight::Warns => reasons.doubt(code, message),
                // Judged below, with the other parts.
                Weight::Part => {}
            }
        }
    }
    let parts: Vec<&Dose> = doses.iter().map(|d| &d.dose).filter(|d| is_part(d)).collect();
    if !parts.is_empty() {
        beams(&parts, plans, reasons);
    }
}

/// Whether doses of beams are those of all beams of one plan, each once.
fn beams(parts: &[&Dose], plans: &[Plan], reasons: &mut Reasons) {
    let [plan] = plans else {
        reasons.refuse(
            "dose_beams_unknown",
            "the doses are of single beams, and their plan is not here, so that nobody can tell \
             whether all beams are; add the RTPLAN, or export the dose of the plan",
        );
        return;
    };
    let groups = parts.iter().flat_map(|d| &d.head.plans).flat_map(|p| &p.groups);
    let mut given: Vec<i64> =
        groups.flat_map(|g| g.beams.iter().chain(&g.setups)).copied().collect();
    given.sort_unstable();
    let twice: Vec<String> =
        given.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0].to_string()).collect();
    if !twice.is_empty() {
        let message = format!("the dose of beam {} is there more than once", twice.join(", "));
        reasons.refuse("dose_beam_twice", message);
    }
    let missing: Vec<String> = plan
        .treating_beams()
        .into_iter()
        .filter(|beam| !given.contains(beam))
        .map(|beam| beam.to_string())
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "the doses are of single beams, and that of beam {} is missing; add it, or export the \
             dose of the plan",
            missing.join(", ")
        );
        reasons.refuse("dose_beams_missing", message);
    }
}

/// Whether the target receives about what is prescribed.
pub(super) fn target(
    name: &str,
    median_gy: f64,
    prescription_gy: f64,
    fractions: Option<u32>,
    reasons: &mut Reasons,
) {
    let share = median_gy / prescription_gy;
    if (FITS[0]..=FITS[1]).contains(&share) {
        return;
    }
    let one = fractions.map(|n| prescription_gy / f64::from(n));
    let is_one = one.is_some_and(|one_gy| {
        fractions != Some(1) && (FITS[0]..=FITS[1]).contains(&(median_gy / one_gy))
    });
    let guess = if is_one {
        "; the values fit one fraction, whatever the label says"
    } else {
        "; the dose may be of another plan, of a part of the course, or scaled wrongly"
    };
    reasons.refuse(
        "dose_off_prescription",
        format!(
            "the median dose of the target \"{name}\" is {median_gy:.2} Gy where \
             {prescription_gy:.2} Gy are prescribed{guess}. Check the export; --rx GY gives the \
             prescription and --target NAME the target where these are wrong"
        ),
    );
}
