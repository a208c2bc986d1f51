//! Dose-volume figures of structures, each worked out once.

use std::collections::HashMap;
use std::sync::Mutex;

use rayon::prelude::*;
use thecal_dose::{Dose, DoseVolume, DoseVolumeError, Metric};
use thecal_mask::Solid;
use thecal_report as report;

use super::record;
use super::structures::DoseStructure;
use crate::record::words;

/// Steps of a curve in the record.
const CURVE_POINTS: usize = 401;

/// What structures receive of one dose.
pub(super) struct Figures<'a> {
    dose: &'a Dose,
    known: Mutex<HashMap<String, DoseVolume>>,
}

impl<'a> Figures<'a> {
    pub(super) fn new(dose: &'a Dose) -> Self {
        Self { dose, known: Mutex::new(HashMap::new()) }
    }

    /// The curve that is known by a key, where it has been worked out.
    pub(super) fn held(&self, key: &str) -> Option<DoseVolume> {
        self.known.lock().ok().and_then(|known| known.get(key).cloned())
    }

    /// The dose-volume curve of a solid; `key` is what it is known by.
    pub(super) fn of(&self, key: &str, solid: &Solid) -> Result<DoseVolume, DoseVolumeError> {
        if let Some(done) = self.held(key) {
            return Ok(done);
        }
        let done = DoseVolume::from_solid(solid, self.dose)?;
        if let Ok(mut known) = self.known.lock() {
            known.insert(key.to_owned(), done.clone());
        }
        Ok(done)
    }
}

/// The rows of all structures that are asked for.
pub(super) fn rows(
    structures: &[DoseStructure],
    figures: &Figures<'_>,
    metrics: &[Metric],
) -> Result<Vec<report::DoseStructure>, DoseVolumeError> {
    let listed: Vec<&DoseStructure> = structures.iter().filter(|s| s.listed).collect();
    listed
        .par_iter()
        .map(|s| {
            let volume = figures.of(&key(s), &s.solid)?;
            Ok(row(&s.name, words::role(s.role), None, &volume, metrics))
        })
        .collect()
}

/// What a structure is known by among those of one study.
pub(super) fn key(s: &DoseStructure) -> String {
    format!("{}/{:?}/{:?}", s.name, s.number, s.role)
}

pub(super) fn row(
    name: &str,
    role: report::Role,
    derived_from: Option<report::DerivedFrom>,
    volume: &DoseVolume,
    metrics: &[Metric],
) -> report::DoseStructure {
    let [volume_lower_cc, volume_upper_cc] = volume.volume_range_cc();
    let curve = volume.curve(CURVE_POINTS);
    report::DoseStructure {
        name: name.to_owned(),
        role,
        derived_from,
        volume_cc: volume.volume_cc(),
        volume_lower_cc,
        volume_upper_cc,
        share_in_grid: volume.share_in_grid(),
        metrics: metrics.iter().map(|m| record::metric(m, &volume.figure(m))).collect(),
        curve: Some(report::DoseCurve {
            dose_gy: curve.dose_gy,
            volume_cc: curve.volume_cc,
            lower_cc: curve.lower_cc,
            upper_cc: curve.upper_cc,
        }),
    }
}
