//! `dvh.csv` (one figure a row) and `dvh_curves.csv` (one step of a curve a row).

use super::{Row, number};
use crate::text::cell;
use crate::{DoseRecord, LimitRecord, LimitVerdict, Phase, Report};

const HEADER: [&str; 11] = [
    "study",
    "structure",
    "role",
    "derived_from",
    "expansion_mm",
    "metric",
    "value",
    "lower",
    "upper",
    "unit",
    "reason",
];

const CURVE_HEADER: [&str; 6] =
    ["study", "structure", "dose_gy", "volume_cc", "volume_lower_cc", "volume_upper_cc"];

/// The dose-volume figures of every structure, one a row; `study` is the caller's key for it.
///
/// # Errors
/// Where the text cannot be put together.
pub fn dvh_csv(study: &str, dose: &DoseRecord) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEADER)?;
    for s in &dose.structures {
        let (from, expansion) = s
            .derived_from
            .as_ref()
            .map_or((String::new(), None), |d| (d.structure.clone(), Some(d.expansion_mm)));
        let expansion = number(expansion);
        let mut row = |metric: &str, values: [Option<f64>; 3], unit: &str, reason: &str| {
            let [value, lower, upper] = values.map(number);
            out.write_record([
                cell(study).as_ref(),
                cell(&s.name).as_ref(),
                s.role.as_str(),
                cell(&from).as_ref(),
                &expansion,
                metric,
                &value,
                &lower,
                &upper,
                unit,
                cell(reason).as_ref(),
            ])
        };
        let volume = [s.volume_cc, s.volume_lower_cc, s.volume_upper_cc].map(Some);
        row("volume", volume, "cc", "")?;
        row("share_in_grid", [Some(s.share_in_grid), None, None], "", "")?;
        for m in &s.metrics {
            let reason = m.reason.as_deref().unwrap_or_default();
            row(&m.metric, [m.value, m.lower, m.upper], &m.unit, reason)?;
        }
    }
    text(out)
}

/// The cumulative curves of every structure, one step a row.
///
/// # Errors
/// Where the text cannot be put together.
pub fn dvh_curves_csv(study: &str, dose: &DoseRecord) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(CURVE_HEADER)?;
    for s in &dose.structures {
        let Some(curve) = &s.curve else { continue };
        let volumes = curve.volume_cc.iter().zip(&curve.lower_cc).zip(&curve.upper_cc);
        for (dose_gy, ((volume, lower), upper)) in curve.dose_gy.iter().zip(volumes) {
            let numbers = [*dose_gy, *volume, *lower, *upper].map(|v| number(Some(v)));
            let [dose_gy, volume, lower, upper] = &numbers;
            out.write_record([
                cell(study).as_ref(),
                cell(&s.name).as_ref(),
                dose_gy,
                volume,
                lower,
                upper,
            ])?;
        }
    }
    text(out)
}

/// Dose-volume figures and limits as rows of the long format. A figure is `dose_D0.035cc`, a limit
/// `limit_ID` with the figure that it is about and the verdict as its status. Of a refused dose there
/// is one row, with the reason.
pub(super) fn rows(study: &str, report: &Report, dose: &DoseRecord) -> Vec<Row> {
    let row = |structure: &str, metric: String, values: [Option<f64>; 3], unit: &str| Row {
        study: study.to_owned(),
        structure_a: structure.to_owned(),
        structure_b: String::new(),
        phase: Phase::Before.as_str().to_owned(),
        scenario: String::new(),
        metric,
        value: values[0],
        unit: unit.to_owned(),
        lower: values[1],
        upper: values[2],
        method: report.parameters.ends.as_str().to_owned(),
        status: if values[0].is_some() { "ok" } else { "missing" }.to_owned(),
        reason: String::new(),
    };
    if !dose.gate.accepted {
        let refused = dose.gate.reasons.iter().find(|r| r.refuses);
        let reason = refused.map(|r| r.message.clone()).unwrap_or_default();
        let status = refused.map_or_else(|| "refused".to_owned(), |r| r.code.clone());
        return vec![Row { status, reason, ..row("", "dose".to_owned(), [None; 3], "Gy") }];
    }
    let mut out = Vec::new();
    for s in &dose.structures {
        for m in &s.metrics {
            let values = [m.value, m.lower, m.upper];
            let reason = m.reason.clone().unwrap_or_default();
            out.push(Row { reason, ..row(&s.name, format!("dose_{}", m.metric), values, &m.unit) });
        }
    }
    let applies = |l: &&LimitRecord| l.verdict != LimitVerdict::NotApplicable;
    for l in dose.limits.iter().filter(applies) {
        let values = [l.value_gy, l.lower_gy, l.upper_gy];
        let of = l.of.as_deref().unwrap_or_default();
        let status = l.verdict.as_str().to_owned();
        let reason = l.reason.clone().unwrap_or_default();
        out.push(Row { status, reason, ..row(of, format!("limit_{}", l.id), values, &l.unit) });
    }
    out
}

fn text(out: csv::Writer<Vec<u8>>) -> Result<String, csv::Error> {
    let bytes = out.into_inner().map_err(|e| csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
