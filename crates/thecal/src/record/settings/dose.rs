//! What was asked for of a dose, as a part of the record, and read back from it.

use std::path::PathBuf;

use thecal_report as report;

use super::{Naming, SettingsError};
use crate::dose_settings::{DoseSettings, LimitTable};

pub(super) fn record(
    settings: &DoseSettings,
    doses_sha256: Vec<String>,
    naming: &dyn Naming,
) -> report::DoseSettingsRecord {
    // Taken apart by name, so that a setting that is added is not forgotten here.
    let DoseSettings {
        doses: _,
        structures,
        target,
        prescription_gy,
        fractions,
        edge_gy,
        falloff_pct_per_mm,
        metrics,
        limits,
        prior_rt,
    } = settings;
    report::DoseSettingsRecord {
        doses_sha256,
        structures: structures.iter().map(|n| naming.structure(n)).collect(),
        target: target.as_ref().map(|n| naming.structure(n)),
        prescription_gy: *prescription_gy,
        fractions: *fractions,
        edge_gy: *edge_gy,
        falloff_pct_per_mm: *falloff_pct_per_mm,
        metrics: metrics.iter().map(ToString::to_string).collect(),
        limits: match limits {
            LimitTable::Verified => report::LimitTableRecord::Verified,
            LimitTable::All => report::LimitTableRecord::All,
            LimitTable::Own { toml } => report::LimitTableRecord::Own(toml.clone()),
        },
        prior_rt: prior_rt.to_string(),
    }
}

pub(super) fn settings(
    record: &report::DoseSettingsRecord,
    doses: Vec<PathBuf>,
) -> Result<DoseSettings, SettingsError> {
    fn fault(e: impl ToString) -> SettingsError {
        SettingsError::Dose { reason: e.to_string() }
    }
    let metrics = record.metrics.iter().map(|m| m.parse().map_err(fault));
    Ok(DoseSettings {
        doses,
        structures: record.structures.clone(),
        target: record.target.clone(),
        prescription_gy: record.prescription_gy,
        fractions: record.fractions,
        edge_gy: record.edge_gy,
        falloff_pct_per_mm: record.falloff_pct_per_mm,
        metrics: metrics.collect::<Result<_, _>>()?,
        limits: match &record.limits {
            report::LimitTableRecord::Verified => LimitTable::Verified,
            report::LimitTableRecord::All => LimitTable::All,
            report::LimitTableRecord::Own(toml) => LimitTable::Own { toml: toml.clone() },
        },
        prior_rt: record.prior_rt.parse().map_err(fault)?,
    })
}
