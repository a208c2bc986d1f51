//! `gaps.csv` (long format, one metric a row) and `profile.csv`.

use crate::{PairRecord, Report};

const HEADER: [&str; 13] = [
    "study",
    "structure_a",
    "structure_b",
    "phase",
    "scenario",
    "metric",
    "value",
    "unit",
    "lower",
    "upper",
    "method",
    "status",
    "reason",
];

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |v| format!("{v:.4}"))
}

/// What every row of a report is to be doubted for.
fn mark(report: &Report) -> &'static str {
    if report.parameters.assume_same_frame { "assumed_same_frame" } else { "" }
}

fn metrics(pair: &PairRecord) -> Vec<(String, Option<f64>, &'static str)> {
    let mut rows = vec![("overlap_cc".to_owned(), pair.overlap_cc, "cc")];
    for b in &pair.below {
        let t = b.threshold_mm;
        rows.push((format!("cord_surface_below_{t}_mm"), b.cord_surface_mm2, "mm2"));
        rows.push((format!("cord_length_below_{t}_mm"), b.cord_length_mm, "mm"));
        rows.push((format!("sac_surface_below_{t}_mm"), b.sac_surface_mm2, "mm2"));
        rows.push((format!("sac_length_below_{t}_mm"), b.sac_length_mm, "mm"));
        rows.push((format!("circumference_below_{t}_mm"), b.circumference_deg, "deg"));
        rows.push((format!("tumour_volume_below_{t}_mm"), b.tumour_volume_cc, "cc"));
    }
    rows
}

/// The gaps of a report; `study` is the caller's key for it.
///
/// # Errors
/// Where the text cannot be put together.
pub fn gaps_csv(study: &str, report: &Report) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEADER)?;
    for phase in &report.phases {
        let scenario = phase.scenario.as_deref().unwrap_or("");
        for pair in &phase.pairs {
            let mut row =
                |metric: &str, value: Option<f64>, unit: &str, bounds: [Option<f64>; 2]| {
                    let (status, reason) = match value {
                        Some(_) => ("ok", mark(report)),
                        None => ("missing", "see warnings"),
                    };
                    let (value, lower, upper) =
                        (number(value), number(bounds[0]), number(bounds[1]));
                    out.write_record([
                        study,
                        &pair.a,
                        &pair.b,
                        phase.phase.as_str(),
                        scenario,
                        metric,
                        &value,
                        unit,
                        &lower,
                        &upper,
                        &report.parameters.ends,
                        status,
                        reason,
                    ])
                };
            row("gap_mm", pair.gap_mm, "mm", [pair.gap_lower_mm, pair.gap_upper_mm])?;
            for (metric, value, unit) in metrics(pair) {
                row(&metric, value, unit, [None, None])?;
            }
        }
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
                    study,
                    phase.phase.as_str(),
                    scenario,
                    pair.pair.as_str(),
                    &pair.a,
                    &pair.b,
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

fn text(out: csv::Writer<Vec<u8>>) -> Result<String, csv::Error> {
    let bytes = out.into_inner().map_err(|e| csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
