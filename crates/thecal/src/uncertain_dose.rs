//! How sure doses are: what structures receive when they move in the dose of the plan.

use std::num::NonZeroU32;

use thecal_dose::{Dose, Metric};
use thecal_geom::Point3;
use thecal_mask::Solid;
use thecal_report as report;
use thecal_report::LimitVerdict;
use thecal_uncertainty::{Distribution, DoseQuestion, Moved, dose_probability};

use crate::measure::Parts;
use crate::uncertainty_settings::UncertaintySettings;

const ASSUMPTION: &str = "The dose stays where it was planned while the structures move in it. That \
                          holds for photons in soft tissue and not for protons.";

/// Figures of what is to be spared, and of the tumours.
const SPARED: [&str; 4] = ["Dmax", "D0.03cc", "D0.035cc", "D0.35cc"];
const TREATED: [&str; 4] = ["D95%", "D98%", "Dmean", "Dmin"];

/// The section of a study with a dose that its gate accepted; `pivot` is the middle of the closest
/// segment.
pub(crate) fn section(
    record: &report::DoseRecord,
    dose: &Dose,
    parts: &Parts,
    pivot: Point3,
    asked: &UncertaintySettings,
) -> Option<report::UncertainDose> {
    let fractions = NonZeroU32::new(record.fractions?)?;
    let mut out = report::UncertainDose {
        assumption: ASSUMPTION.to_owned(),
        fractions: fractions.get(),
        figures: Vec::new(),
        limits: Vec::new(),
        reasons: Vec::new(),
    };
    let spared = parts.cord.iter().map(|p| (p, Moved::Cord));
    let spared = spared.chain(parts.sac.iter().map(|p| (p, Moved::ThecalSac)));
    let tumours = parts.tumours.iter().map(|p| (p, Moved::Tumour));
    for (part, moved) in spared.chain(tumours) {
        let names: &[&str] = if moved == Moved::Tumour { &TREATED } else { &SPARED };
        let structure = Structure { name: &part.name, solid: &part.solid, moved, names };
        structure.add(record, dose, (pivot, fractions), asked, &mut out);
    }
    Some(out)
}

/// A structure whose doses are sampled.
struct Structure<'a> {
    name: &'a str,
    solid: &'a Solid,
    moved: Moved,
    names: &'a [&'a str],
}

impl Structure<'_> {
    fn add(
        &self,
        record: &report::DoseRecord,
        dose: &Dose,
        (pivot, fractions): (Point3, NonZeroU32),
        asked: &UncertaintySettings,
        out: &mut report::UncertainDose,
    ) {
        let limits = self.limits(record);
        let mut figures: Vec<(Metric, f64)> = self.figures(record);
        let own = figures.len();
        figures.extend(limits.iter().map(|(_, metric, _, value_gy)| (*metric, *value_gy)));
        if figures.is_empty() {
            return;
        }
        let question = DoseQuestion {
            solid: self.solid,
            dose,
            moved: self.moved,
            pivot,
            fractions,
            figures: &figures,
        };
        let found = match dose_probability(&question, &asked.sources, asked.sampling) {
            Ok(found) => found,
            Err(e) => {
                out.reasons.push(format!("{}: {e}", self.name));
                return;
            }
        };
        let [low, middle, high] =
            [0.05, 0.5, 0.95].map(|share| move |d: &Distribution| d.quantile(share));
        for (k, (metric, nominal)) in figures[..own].iter().enumerate() {
            let d = &found.figures[k];
            out.figures.push(report::UncertainFigure {
                structure: self.name.to_owned(),
                metric: metric.to_string(),
                unit: metric.unit().to_string(),
                nominal: *nominal,
                p05: low(d),
                median: middle(d),
                p95: high(d),
                samples: found.samples,
            });
        }
        for (k, (row, metric, limit_gy, nominal_gy)) in limits.iter().enumerate() {
            let Some(held) = found.held(own + k, *limit_gy) else { continue };
            let d = &found.figures[own + k];
            out.limits.push(report::UncertainLimit {
                id: row.id.clone(),
                structure: self.name.to_owned(),
                metric: metric.to_string(),
                limit_gy: *limit_gy,
                nominal_gy: *nominal_gy,
                p05_gy: low(d),
                median_gy: middle(d),
                p95_gy: high(d),
                p: held.p,
                standard_error: held.standard_error,
            });
        }
    }

    /// The figures of the structure as planned.
    fn figures(&self, record: &report::DoseRecord) -> Vec<(Metric, f64)> {
        let drawn = |s: &&report::DoseStructure| s.name == self.name && s.derived_from.is_none();
        let rows = record.structures.iter().filter(drawn).flat_map(|s| &s.metrics);
        let wanted = rows.filter(|m| self.names.contains(&m.metric.as_str()));
        wanted.filter_map(|m| Some((m.metric.parse().ok()?, m.value?))).collect()
    }

    /// The limits on doses of the structure as it is drawn. A row about one that was grown already
    /// allows for motion.
    fn limits<'r>(
        &self,
        record: &'r report::DoseRecord,
    ) -> Vec<(&'r report::LimitRecord, Metric, f64, f64)> {
        let mine = record.limits.iter().filter(|l| {
            l.of.as_deref() == Some(self.name)
                && !l.made
                && l.unit == "Gy"
                && l.verdict != LimitVerdict::NotApplicable
        });
        mine.filter_map(|l| Some((l, l.metric.parse().ok()?, l.limit_gy?, l.value_gy?))).collect()
    }
}
