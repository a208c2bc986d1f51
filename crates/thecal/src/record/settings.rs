//! Settings as a part of the record, and read back from it.

mod dose;
pub(crate) mod uncertainty;

use std::path::PathBuf;

use thecal_margin::PairKind;
use thecal_mask::naming::LabelTable;
use thecal_mask::role::{AliasError, Aliases};
use thecal_report as report;
use thecal_report::text::plain;
use thecal_separation::{Anatomy, Approach};

use super::{separation, words};
use crate::prv_margins::{PrvMarginError, PrvMargins};
use crate::settings::{Separate, Settings, ThresholdError, Thresholds, ToleranceError};

/// How names and files stand in the record.
pub(crate) trait Naming {
    /// The name that a structure goes by which was asked for by another.
    fn structure(&self, asked: &str) -> String;
    /// What an alias was written for; where that is the name of a file, what its structure goes by.
    fn alias(&self, written: &str) -> String;
}

/// Names as they were asked for.
pub(crate) struct AsAsked;

impl Naming for AsAsked {
    fn structure(&self, asked: &str) -> String {
        asked.to_owned()
    }

    fn alias(&self, written: &str) -> String {
        written.to_owned()
    }
}

/// All that was asked for, with what identifies the files of structures that were named, of the
/// study and of the second one of a comparison.
pub(crate) fn settings(
    settings: &Settings,
    [structures_sha256, structures_after_sha256]: [Vec<String>; 2],
    doses_sha256: Vec<String>,
    naming: &dyn Naming,
) -> report::SettingsRecord {
    // Taken apart by name, so that a setting that is added is not forgotten here.
    let Settings {
        tumours,
        cord,
        sac,
        ctvs,
        structures: _,
        structures_after: _,
        ends,
        thresholds,
        assume_same_frame,
        aliases,
        labels,
        separation,
        dose,
        uncertainty,
        prv_margins,
        config_sha256,
    } = settings;
    let name = |asked: &String| naming.structure(asked);
    let mut named: Vec<report::AliasRecord> = Vec::new();
    for (written, role) in aliases.entries() {
        let (name, role) = (naming.alias(written), words::role(role));
        // Of several that fit one file the first holds.
        if named.iter().all(|n| n.name != name) {
            named.push(report::AliasRecord { name, role });
        }
    }
    report::SettingsRecord {
        tumours: tumours.iter().map(name).collect(),
        cord: cord.as_ref().map(name),
        sac: sac.as_ref().map(name),
        ctvs: ctvs.iter().map(name).collect(),
        structures_sha256,
        structures_after_sha256,
        ends: words::end_rule(*ends),
        thresholds: report::ThresholdsRecord {
            tumour_cord_mm: thresholds.of(PairKind::TumourCord).to_vec(),
            tumour_sac_mm: thresholds.of(PairKind::TumourSac).to_vec(),
            cord_sac_mm: thresholds.of(PairKind::CordSac).to_vec(),
            set: PairKind::ALL
                .into_iter()
                .filter(|kind| thresholds.is_set(*kind))
                .map(words::pair_kind)
                .collect(),
            tolerance_mm: thresholds.tolerance_mm(),
        },
        assume_same_frame: *assume_same_frame,
        aliases: named,
        labels: labels.as_ref().map(label_table),
        separation: separation.as_ref().map(|s| asked_separation(s, naming)),
        dose: dose.as_ref().map(|d| dose::record(d, doses_sha256, naming)),
        uncertainty: uncertainty.as_ref().map(uncertainty::record),
        prv_margins: prv_margins
            .entries()
            .map(|(asked, margin_mm)| report::PrvMarginRecord {
                structure: asked.map(|n| naming.structure(n)),
                margin_mm,
            })
            .collect(),
        config_sha256: config_sha256.clone(),
    }
}

fn label_table(table: &LabelTable) -> report::LabelTableRecord {
    let own = table.names().iter().filter(|_| table.id().is_none());
    let name = |(value, name): (&i32, &String)| report::LabelNameRecord {
        value: *value,
        name: plain(name).into_owned(),
    };
    report::LabelTableRecord {
        table: table.id().map(str::to_owned),
        names: own.map(name).collect(),
    }
}

fn label_table_of(record: &report::LabelTableRecord) -> Result<LabelTable, SettingsError> {
    match &record.table {
        Some(id) => LabelTable::built_in(id)
            .cloned()
            .map_err(|e| SettingsError::Labels { reason: e.to_string() }),
        None => {
            let names = record.names.iter().map(|n| (n.value, n.name.clone()));
            Ok(LabelTable::own(names.collect()))
        }
    }
}

fn asked_separation(asked: &Separate, naming: &dyn Naming) -> report::SeparationSettings {
    let Separate {
        approaches,
        amount_mm,
        reference,
        keep_out,
        levels_mm,
        grid_mm,
        sweep,
        anatomies,
    } = asked;
    let approaches = approaches
        .iter()
        .map(|a| report::NamedApproach { name: a.name.clone(), approach: separation::approach(a) });
    let anatomies = anatomies.iter().map(|a| report::AnatomySettings {
        anatomy: words::anatomy(*a),
        shift_mm: separation::shift_mm(*a),
    });
    report::SeparationSettings {
        approaches: approaches.collect(),
        amount_mm: *amount_mm,
        reference: reference.map(words::role),
        keep_out: keep_out.iter().map(|n| naming.structure(n)).collect(),
        levels_mm: *levels_mm,
        grid_mm: *grid_mm,
        sweep: *sweep,
        anatomies: anatomies.collect(),
    }
}

/// Why settings of a record cannot be those of any result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A threshold out of range.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// A tolerance out of range.
    #[error(transparent)]
    Tolerance(#[from] ToleranceError),
    /// A margin of a PRV out of range.
    #[error(transparent)]
    PrvMargin(#[from] PrvMarginError),
    /// Aliases that cannot be.
    #[error(transparent)]
    Alias(#[from] AliasError),
    /// An approach that cannot be read.
    #[error("approach \"{name}\": {reason}")]
    Approach {
        /// Its name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A table of labels that is not known.
    #[error("labels: {reason}")]
    Labels {
        /// What is wrong with it.
        reason: String,
    },
    /// What was asked for of a dose cannot be read.
    #[error("dose: {reason}")]
    Dose {
        /// What is wrong with it.
        reason: String,
    },
    /// Sources of uncertainty that cannot be.
    #[error("uncertainty: {0}")]
    Uncertainty(#[from] thecal_uncertainty::SourceError),
    /// A shift of the cord that does not say how far.
    #[error("cord_shift without shift_mm")]
    Shift,
}

/// The settings that a record was made with; `structures` are the files that it took structures
/// from, and those of the second study of a comparison.
///
/// # Errors
/// When a value is none that a setting can have.
pub(crate) fn settings_of(
    record: &report::SettingsRecord,
    [structures, structures_after, doses]: [Vec<PathBuf>; 3],
) -> Result<Settings, SettingsError> {
    let mut thresholds = Thresholds::default();
    let report::ThresholdsRecord { tumour_cord_mm, tumour_sac_mm, cord_sac_mm, set, tolerance_mm } =
        &record.thresholds;
    for (kind, list) in PairKind::ALL.into_iter().zip([tumour_cord_mm, tumour_sac_mm, cord_sac_mm])
    {
        match set.contains(&words::pair_kind(kind)) {
            true => thresholds.set(kind, list)?,
            false => thresholds.replace(kind, list)?,
        }
    }
    thresholds.set_tolerance(*tolerance_mm)?;
    let mut prv_margins = PrvMargins::default();
    for stated in &record.prv_margins {
        prv_margins.set(stated.structure.as_deref(), stated.margin_mm)?;
    }
    let aliases = record.aliases.iter().map(|a| (a.name.clone(), words::role_of(a.role)));
    Ok(Settings {
        tumours: record.tumours.clone(),
        cord: record.cord.clone(),
        sac: record.sac.clone(),
        ctvs: record.ctvs.clone(),
        structures,
        structures_after,
        ends: words::end_rule_of(record.ends),
        thresholds,
        assume_same_frame: record.assume_same_frame,
        aliases: Aliases::from_entries(aliases)?,
        labels: record.labels.as_ref().map(label_table_of).transpose()?,
        separation: record.separation.as_ref().map(separation_of).transpose()?,
        dose: record.dose.as_ref().map(|d| dose::settings(d, doses)).transpose()?,
        uncertainty: record.uncertainty.as_ref().map(uncertainty::settings).transpose()?,
        prv_margins,
        config_sha256: record.config_sha256.clone(),
    })
}

fn separation_of(record: &report::SeparationSettings) -> Result<Separate, SettingsError> {
    let anatomies = record.anatomies.iter().map(|a| match (a.anatomy, a.shift_mm) {
        (report::Anatomy::Fixed, _) => Ok(Anatomy::Fixed),
        (report::Anatomy::SacReexpanded, _) => Ok(Anatomy::SacReexpanded),
        (report::Anatomy::CordShift, Some(shift_mm)) => Ok(Anatomy::CordShift { shift_mm }),
        (report::Anatomy::CordShift, None) => Err(SettingsError::Shift),
    });
    Ok(Separate {
        approaches: record.approaches.iter().map(approach_of).collect::<Result<_, _>>()?,
        amount_mm: record.amount_mm,
        reference: record.reference.map(words::role_of),
        keep_out: record.keep_out.clone(),
        levels_mm: record.levels_mm,
        grid_mm: record.grid_mm,
        sweep: record.sweep,
        anatomies: anatomies.collect::<Result<_, _>>()?,
    })
}

fn approach_of(record: &report::NamedApproach) -> Result<Approach, SettingsError> {
    let fault = |reason: String| SettingsError::Approach { name: record.name.clone(), reason };
    // The record has an approach's own fields.
    let read = serde_json::to_value(&record.approach).and_then(serde_json::from_value);
    let mut approach: Approach = read.map_err(|e| fault(e.to_string()))?;
    approach.name.clone_from(&record.name);
    approach.check().map_err(|e| fault(e.to_string()))?;
    Ok(approach)
}

#[cfg(test)]
mod tests;
