//! What the figures of a plan say to each row.

use super::answer::{Asked, Compared, Figures, LimitAnswer, LimitUnit, LimitVerdict, Missing};
use super::course::{Course, PriorRt};
use super::list::Limits;
use super::row::{Demand, LimitRow, LimitStructure, Place, Span};
use crate::biological::AlphaBeta;
use crate::metric::Metric;

impl LimitRow {
    /// The structures, grown and cut as they are, whose figures the row needs for a course; none where it
    /// does not count for that course.
    #[must_use]
    pub fn needs(&self, course: &Course) -> Vec<Asked> {
        match not_for(self, course) {
            Some(_) => Vec::new(),
            None => asked(self),
        }
    }

    /// What the figures of a plan say to the row.
    #[must_use]
    pub fn judge(&self, course: &Course, figures: &Figures<'_>) -> LimitAnswer {
        let (limit, unit) = limit_of(&self.demand);
        let mut answer = LimitAnswer {
            row: self.clone(),
            limit,
            unit,
            compared: None,
            of: None,
            made: false,
            verdict: LimitVerdict::NotApplicable,
            reason: String::new(),
        };
        if let Some(reason) = not_for(self, course) {
            answer.reason = reason;
            return answer;
        }
        if let Demand::MonthsSince { at_least } = self.demand {
            (answer.compared, answer.verdict, answer.reason) = months_since(at_least, course);
            return answer;
        }
        match widest(self, figures) {
            Ok(figure) => figure.answer(self, course, &mut answer),
            Err(missing) => answer.reason = in_words(&missing, self),
        }
        answer
    }
}

impl Limits {
    /// What the figures of a plan say to each row, in the order of the table.
    #[must_use]
    pub fn judge(&self, course: &Course, figures: &Figures<'_>) -> Vec<LimitAnswer> {
        self.rows().iter().map(|row| row.judge(course, figures)).collect()
    }
}

/// Why a row does not count for a course.
fn not_for(row: &LimitRow, course: &Course) -> Option<String> {
    if let Demand::Dose { fractions, .. } = &row.demand
        && *fractions != course.fractions
    {
        let (of, has) = (fractions_in_words(fractions.get()), course.fractions);
        return Some(format!("The limit is for {of}, and the plan has {has}."));
    }
    match (row.place, course.prior) {
        (Place::NeverIrradiated, PriorRt::Given { .. }) => {
            Some("The limit is for places that were never irradiated, and this one was.".to_owned())
        }
        (Place::IrradiatedBefore, PriorRt::None) => Some(
            "The limit is for places that were irradiated before, and this one was not.".to_owned(),
        ),
        (Place::IrradiatedBefore, PriorRt::Given { alpha_beta, .. }) => {
            let of_row = alpha_beta_of(&row.demand)?;
            (of_row != alpha_beta).then(|| {
                let (row, prior) = (of_row.gy(), alpha_beta.gy());
                format!(
                    "The limit is at an alpha/beta of {row} Gy, and the earlier dose is stated at \
                     {prior} Gy."
                )
            })
        }
        _ => None,
    }
}

fn fractions_in_words(n: u32) -> String {
    if n == 1 { "1 fraction".to_owned() } else { format!("{n} fractions") }
}

fn alpha_beta_of(demand: &Demand) -> Option<AlphaBeta> {
    match *demand {
        Demand::CourseEqd2 { alpha_beta, .. }
        | Demand::CumulativeEqd2 { alpha_beta, .. }
        | Demand::ShareOfCumulative { alpha_beta, .. }
        | Demand::CumulativeBed { alpha_beta, .. } => Some(alpha_beta),
        Demand::Dose { .. } | Demand::MonthsSince { .. } => None,
    }
}

fn limit_of(demand: &Demand) -> (f64, LimitUnit) {
    match *demand {
        Demand::Dose { at_most_gy, .. } => (at_most_gy, LimitUnit::Gy),
        Demand::CourseEqd2 { at_most_gy, .. } | Demand::CumulativeEqd2 { at_most_gy, .. } => {
            (at_most_gy, LimitUnit::GyEqd2)
        }
        Demand::ShareOfCumulative { at_most, .. } => (at_most, LimitUnit::Ratio),
        Demand::CumulativeBed { at_most_gy, .. } => (at_most_gy, LimitUnit::GyBed),
        Demand::MonthsSince { at_least } => (at_least, LimitUnit::Months),
    }
}

/// All that a row asks figures of: the ends of the ranges that its source allows.
fn asked(row: &LimitRow) -> Vec<Asked> {
    let beside = match row.demand {
        Demand::MonthsSince { .. } => return Vec::new(),
        Demand::Dose { beside_target, .. } => beside_target,
        _ => None,
    };
    let structure = row.structure;
    let margins: Vec<f64> = row.expansion.unwrap_or(Span::from_mm(0.0)).ends_mm().collect();
    let parts: Vec<Option<f64>> = match beside {
        Some(span) => span.ends_mm().map(Some).collect(),
        None => vec![None],
    };
    let of = |&expansion_mm: &f64| {
        parts.iter().map(move |&beside_target_mm| Asked {
            structure,
            expansion_mm,
            beside_target_mm,
        })
    };
    margins.iter().flat_map(of).collect()
}

/// The figure of a row over all that its source allows.
struct Widest {
    name: String,
    made: bool,
    dose_gy: Compared,
    /// Why a number is missing.
    reason: Option<String>,
}

fn widest(row: &LimitRow, figures: &Figures<'_>) -> Result<Widest, Missing> {
    let metric = match &row.demand {
        Demand::Dose { metric, .. } => *metric,
        _ => Metric::Max,
    };
    let mut out: Option<Widest> = None;
    for asked in asked(row) {
        let found = figures(&asked, &metric)?;
        let own = Compared { value: found.value_gy, lower: found.lower_gy, upper: found.upper_gy };
        out = Some(match out {
            None => {
                Widest { name: found.name, made: found.made, dose_gy: own, reason: found.reason }
            }
            Some(before) => Widest {
                name: found.name,
                made: before.made || found.made,
                dose_gy: before.dose_gy.or(own),
                reason: before.reason.or(found.reason),
            },
        });
    }
    out.ok_or(Missing::NotDrawn)
}

impl Widest {
    /// Writes what the figure says to a row into its answer.
    fn answer(self, row: &LimitRow, course: &Course, answer: &mut LimitAnswer) {
        let mut reason = Vec::new();
        answer.compared = in_unit_of(&row.demand, self.dose_gy, course);
        if let Some(c) = answer.compared {
            reason.push(compared_in_words(row, &self.name, c, answer.limit, answer.unit));
            answer.verdict = c.at_most(answer.limit);
            for (one, words) in further(&row.demand, self.dose_gy, course) {
                answer.verdict = together(answer.verdict, one);
                reason.push(words);
            }
        } else {
            answer.verdict = LimitVerdict::Indeterminate;
            reason.push("The limit adds an earlier dose, which is not stated.".to_owned());
        }
        reason.extend(self.reason);
        if course.prior == PriorRt::Unknown {
            reason.extend(hold_back(row.place, answer).map(str::to_owned));
        }
        if let Some(span) = row.expansion {
            if self.made {
                let made = row.structure_in_words();
                reason.push(format!("The {made} was made from the drawn structure."));
            }
            if span.most_mm > span.least_mm {
                reason.push(format!(
                    "The source allows margins of {span}: the value is of the largest, and its \
                     interval holds all of them."
                ));
            }
        }
        answer.made = self.made;
        (answer.of, answer.reason) = (Some(self.name), reason.join(" "));
    }
}

/// Where nobody said what was given before, no row says pass, and none for irradiated places decides.
/// Gives the reason where a verdict is held back.
fn hold_back(place: Place, answer: &mut LimitAnswer) -> Option<&'static str> {
    let words = match (place, answer.verdict) {
        (Place::NeverIrradiated, LimitVerdict::Pass) => {
            "The limit is for places that were never irradiated, and earlier radiotherapy is not stated."
        }
        (Place::IrradiatedBefore, _) => {
            "The limit is for places that were irradiated before, and earlier radiotherapy is not stated."
        }
        _ => return None,
    };
    answer.verdict = LimitVerdict::Indeterminate;
    Some(words)
}

/// A dose of the course in the unit of a demand; none where it takes an earlier dose that is not stated.
fn in_unit_of(demand: &Demand, dose: Compared, course: &Course) -> Option<Compared> {
    let n = course.fractions;
    let prior_gy = match course.prior {
        PriorRt::Given { eqd2_gy, .. } => Some(eqd2_gy),
        PriorRt::None | PriorRt::Unknown => None,
    };
    let each = |convert: &dyn Fn(f64) -> f64| dose.map(|gy| convert(gy.max(0.0)));
    Some(match *demand {
        Demand::Dose { .. } | Demand::MonthsSince { .. } => dose,
        Demand::CourseEqd2 { alpha_beta, .. } => each(&|gy| alpha_beta.eqd2_gy(gy, n)),
        Demand::CumulativeEqd2 { alpha_beta, .. } => {
            let prior_gy = prior_gy?;
            each(&|gy| alpha_beta.eqd2_gy(gy, n) + prior_gy)
        }
        Demand::ShareOfCumulative { alpha_beta, .. } => {
            let prior_gy = prior_gy?;
            each(&|gy| {
                let own = alpha_beta.eqd2_gy(gy, n);
                own / (own + prior_gy)
            })
        }
        Demand::CumulativeBed { alpha_beta, .. } => {
            let prior = alpha_beta.bed_of_eqd2_gy(prior_gy?);
            each(&|gy| alpha_beta.bed_gy(gy, n) + prior)
        }
    })
}

/// A verdict with its sentence.
type Condition = (LimitVerdict, String);

/// The conditions of a row beside its limit.
fn further(demand: &Demand, dose: Compared, course: &Course) -> Vec<Condition> {
    let mut out = Vec::new();
    if let (
        Demand::CumulativeBed { alpha_beta, each_course_gy, min_months, .. },
        PriorRt::Given { eqd2_gy, .. },
    ) = (demand, course.prior)
    {
        if let Some(each) = *each_course_gy {
            let own = dose.map(|gy| alpha_beta.bed_gy(gy.max(0.0), course.fractions));
            let earlier = Compared::exact(alpha_beta.bed_of_eqd2_gy(eqd2_gy));
            for (name, c) in [("This course", own), ("The earlier course", earlier)] {
                let has =
                    c.value.map_or("an unknown BED".to_owned(), |gy| format!("{gy:.1} Gy BED"));
                let words = format!("{name} has {has}, of at most {each} Gy.");
                out.push((c.at_most(each), words));
            }
        }
        if let Some(least) = *min_months {
            let (_, verdict, reason) = months_since(least, course);
            out.push((verdict, reason));
        }
    }
    out
}

fn months_since(at_least: f64, course: &Course) -> (Option<Compared>, LimitVerdict, String) {
    let months = match course.prior {
        PriorRt::Given { months, .. } => months,
        PriorRt::None | PriorRt::Unknown => None,
    };
    let Some(months) = months else {
        let reason = "The time since the earlier course is not stated.".to_owned();
        return (None, LimitVerdict::Indeterminate, reason);
    };
    let verdict = if months >= at_least { LimitVerdict::Pass } else { LimitVerdict::Fail };
    let reason = format!(
        "The earlier course lies {months} months back, and at least {at_least} months are asked."
    );
    (Some(Compared::exact(months)), verdict, reason)
}

/// Of two conditions: one that fails is enough to fail, and one that cannot be told to leave it open.
fn together(a: LimitVerdict, b: LimitVerdict) -> LimitVerdict {
    match (a, b) {
        (LimitVerdict::Fail, _) | (_, LimitVerdict::Fail) => LimitVerdict::Fail,
        (LimitVerdict::Pass, b) => b,
        (a, _) => a,
    }
}

fn compared_in_words(
    row: &LimitRow,
    name: &str,
    c: Compared,
    limit: f64,
    unit: LimitUnit,
) -> String {
    let what = match &row.demand {
        Demand::Dose { metric, beside_target: Some(span), .. } => {
            format!("{metric} of the part of {name} up to {span} above and below the target")
        }
        Demand::Dose { metric, .. } => format!("{metric} of {name}"),
        Demand::CourseEqd2 { .. } => format!("The maximum of {name} in this course"),
        Demand::ShareOfCumulative { .. } => {
            format!("This course's part of the maximum of both courses in {name}")
        }
        Demand::CumulativeEqd2 { .. } | Demand::CumulativeBed { .. } => {
            format!("The maximum of {name} in both courses, added as if at one place,")
        }
        Demand::MonthsSince { .. } => String::new(),
    };
    let unit = unit.as_str();
    match (c.at_most(limit), c.lower, c.upper) {
        (LimitVerdict::Pass, _, Some(upper)) => {
            format!("{what} is at most {upper:.2} {unit}; the limit is {limit} {unit}.")
        }
        (LimitVerdict::Fail, Some(lower), _) => {
            format!("{what} is at least {lower:.2} {unit}; the limit is {limit} {unit}.")
        }
        (_, Some(lower), Some(upper)) => format!(
            "{what} lies between {lower:.2} and {upper:.2} {unit}, so it is undetermined whether the \
             limit of {limit} {unit} is kept."
        ),
        _ => format!("{what} is not bounded; the limit is {limit} {unit}."),
    }
}

fn in_words(missing: &Missing, row: &LimitRow) -> String {
    let structure = row.structure.in_words();
    match missing {
        Missing::NotDrawn if row.structure == LimitStructure::Sac => {
            "The limit is on the thecal sac, and none is drawn; a sac is not made from the cord."
                .to_owned()
        }
        Missing::NotDrawn => format!("The limit is on the {structure}, and none is drawn."),
        Missing::NoTarget => format!(
            "The limit is on the {structure} beside the target, and there is no target to say where \
             that is."
        ),
        Missing::Other(reason) => reason.clone(),
    }
}
