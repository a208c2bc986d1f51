//! `gaps.csv` (long format, one metric a row) and `profile.csv`.

mod dose;
mod dose_rows;
mod explain;
mod prv_rows;
mod row;
mod uncertainty_rows;

use std::io::Write;

pub use dose::{dvh_csv, dvh_curves_csv};
pub use explain::explain_csv;
pub(crate) use row::number;
pub use row::{HEADER, LABEL, Row, labelled_header};

use crate::text::cell;
use crate::{PairKind, PairRecord, Report};
use row::text;

/// What every row of a report is to be doubted for.
fn mark(report: &Report) -> &'static str {
    if report.parameters.assume_same_frame { "assumed_same_frame" } else { "" }
}

fn metrics(pair: &PairRecord) -> Vec<(String, Option<f64>, &'static str)> {
    let mut rows = vec![("overlap_cc".to_owned(), pair.overlap_cc, "cc")];
    // Where too few planes face each other there is none to be had.
    if pair.gap_smoothed_mm.is_some() {
        rows.push(("gap_smoothed_mm".to_owned(), pair.gap_smoothed_mm, "mm"));
    }
    for p in &pair.interval_parts {
        rows.push((format!("gap_lower_by_{}_mm", p.part), Some(p.lower_mm), "mm"));
        rows.push((format!("gap_upper_by_{}_mm", p.part), Some(p.upper_mm), "mm"));
    }
    for b in &pair.below {
        let t = b.threshold_mm;
        // Only what a pair can have: a sac's surface is not missing between tumour and cord.
        if pair.pair == PairKind::TumourSac {
            rows.push((format!("sac_surface_below_{t}_mm"), b.sac_surface_mm2, "mm2"));
            rows.push((format!("sac_length_below_{t}_mm"), b.sac_length_mm, "mm"));
        } else {
            rows.push((format!("cord_surface_below_{t}_mm"), b.cord_surface_mm2, "mm2"));
            rows.push((format!("cord_length_below_{t}_mm"), b.cord_length_mm, "mm"));
        }
        rows.push((format!("circumference_below_{t}_mm"), b.circumference_deg, "deg"));
        if pair.pair != PairKind::CordSac {
            rows.push((format!("tumour_volume_below_{t}_mm"), b.tumour_volume_cc, "cc"));
        }
    }
    rows
}

/// The rows of a report; `study` is the caller's key for it.
#[must_use]
pub fn rows(study: &str, report: &Report) -> Vec<Row> {
    let mut out = Vec::new();
    for phase in &report.phases {
        for pair in &phase.pairs {
            let mut row = |metric: &str, value: Option<f64>, unit: &str, bounds: [_; 2]| {
                let reason = if value.is_some() { mark(report) } else { "see warnings" };
                let [lower, upper] = bounds;
                out.push(Row {
                    phase: phase.phase.as_str().to_owned(),
                    scenario: phase.scenario.clone().unwrap_or_default(),
                    method: report.parameters.ends.as_str().to_owned(),
                    reason: reason.to_owned(),
                    ..Row::of(study, [&pair.a, &pair.b], metric, [value, lower, upper], unit)
                });
            };
            row("gap_mm", pair.gap_mm, "mm", [pair.gap_lower_mm, pair.gap_upper_mm]);
            for (metric, value, unit) in metrics(pair) {
                row(&metric, value, unit, [None, None]);
            }
        }
    }
    out.extend(report.dose.iter().flat_map(|dose| dose_rows::rows(study, report, dose)));
    let uncertainty = report.uncertainty.iter();
    out.extend(uncertainty.flat_map(|u| uncertainty_rows::rows(study, report, u)));
    let prvs = report.uncertainty.iter().flat_map(|u| &u.prv);
    out.extend(prvs.flat_map(|prv| prv_rows::rows(study, report, prv)));
    out
}

/// A table of the rows of many studies, written row by row.
///
/// # Example
/// ```
/// use thecal_report::batch::{Status, StudyResult};
/// use thecal_report::csv::RowWriter;
///
/// let mut table = RowWriter::new(Vec::new())?;
/// let result = StudyResult::failed("study 4", "-", Status::NoStructures, "export the structures");
/// for row in &result.rows {
///     table.write("study-0004", row)?;
/// }
/// let text = String::from_utf8(table.finish()?)?;
/// assert!(text.starts_with("study,label,structure_a,"));
/// assert!(text.contains("study 4,study-0004,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RowWriter<W: Write>(csv::Writer<W>);

impl<W: Write> RowWriter<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn new(out: W) -> Result<Self, csv::Error> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(labelled_header())?;
        Ok(Self(out))
    }

    /// Adds a row of the study that people call `label`.
    ///
    /// # Errors
    /// Where the table cannot be written.
    pub fn write(&mut self, label: &str, row: &Row) -> Result<(), csv::Error> {
        let mut cells = row.cells();
        cells.insert(1, cell(label).into_owned());
        self.0.write_record(cells)
    }

    /// What was written to.
    ///
    /// # Errors
    /// Where the last rows cannot be written.
    pub fn finish(self) -> Result<W, csv::Error> {
        self.0.into_inner().map_err(|e| csv::Error::from(e.into_error()))
    }
}

/// The gaps of a report; `study` is the caller's key for it.
///
/// # Errors
/// Where the text cannot be put together.
pub fn gaps_csv(study: &str, report: &Report) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEADER)?;
    for row in rows(study, report) {
        out.write_record(row.cells())?;
    }
    text(out)
}

const PROFILE_HEADER: [&str; 14] = [
    "study",
    "phase",
    "scenario",
    "pair",
    "structure_a",
    "structure_b",
    "axis",
    "plane_mm",
    "clock_deg_from",
    "clock_deg_to",
    "gap_mm",
    "gap_lower_mm",
    "gap_upper_mm",
    "reason",
];

/// The gap of every pair plane by plane (`axis` is `plane`) and by clock sector (`sector`); an
/// empty gap lies beyond the profile's reach.
///
/// # Errors
/// Where the text cannot be put together.
pub fn profile_csv(study: &str, report: &Report) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(PROFILE_HEADER)?;
    for phase in &report.phases {
        let scenario = phase.scenario.as_deref().unwrap_or("");
        for pair in &phase.pairs {
            let Some(profile) = &pair.profile else { continue };
            let mut row = |axis: &str, at: [Option<f64>; 3], gap: [Option<f64>; 3]| {
                let [plane, from, to] = at.map(number);
                let [gap, lower, upper] = gap.map(number);
                out.write_record([
                    cell(study).as_ref(),
                    phase.phase.as_str(),
                    cell(scenario).as_ref(),
                    pair.pair.as_str(),
                    cell(&pair.a).as_ref(),
                    cell(&pair.b).as_ref(),
                    axis,
                    &plane,
                    &from,
                    &to,
                    &gap,
                    &lower,
                    &upper,
                    mark(report),
                ])
            };
            for p in &profile.planes {
                let gap = [p.gap_mm, p.gap_lower_mm, p.gap_upper_mm];
                row("plane", [Some(p.plane_mm), None, None], gap)?;
            }
            for s in &profile.sectors {
                let gap = [s.gap_mm, s.gap_lower_mm, s.gap_upper_mm];
                row("sector", [None, Some(s.clock_deg_from), Some(s.clock_deg_to)], gap)?;
            }
        }
    }
    text(out)
}
