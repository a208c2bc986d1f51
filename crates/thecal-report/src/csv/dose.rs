//! `dvh.csv` (one figure a row) and `dvh_curves.csv` (one step of a curve a row).

use super::row::{number, text};
use crate::DoseRecord;
use crate::text::cell;

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
