//! Settings of uncertainty as a part of the record, and read back from it.

use thecal_report as report;
use thecal_uncertainty::{Preset, Sampling, Source, SourceError, Sources};

use crate::record::words;
use crate::uncertainty_settings::UncertaintySettings;

/// What was asked for.
pub(super) fn record(settings: &UncertaintySettings) -> report::UncertaintySettingsRecord {
    let UncertaintySettings { sources, sampling: Sampling { samples, seed } } = settings;
    report::UncertaintySettingsRecord {
        preset: sources.name().map(str::to_owned),
        sources: sources.all().iter().map(source).collect(),
        samples: *samples,
        seed: *seed,
    }
}

/// What a record was made with.
///
/// # Errors
/// When its sources are none that could be used.
pub(super) fn settings(
    record: &report::UncertaintySettingsRecord,
) -> Result<UncertaintySettings, SourceError> {
    let sampling = Sampling { samples: record.samples, seed: record.seed };
    let own = Sources::new(record.sources.iter().map(source_of).collect())?;
    // A preset of this version is one where it says what the record says.
    let presets = Preset::all()?.into_iter().map(|p| p.sources);
    let mut same = presets.filter(|p| p.name() == record.preset.as_deref() && p.all() == own.all());
    Ok(UncertaintySettings { sources: same.next().unwrap_or(own), sampling })
}

/// A source as the record has it.
pub(crate) fn source(source: &Source) -> report::UncertaintySource {
    report::UncertaintySource {
        name: source.name.clone(),
        structure: words::moved(source.moved),
        kind: words::uncertainty_kind(source.kind),
        part: words::uncertainty_part(source.course),
        shift_sd_mm: source.shift_sd_mm,
        rotation_sd_deg: source.rotation_sd_deg,
        offset_sd_mm: source.offset_sd_mm,
        reference: source.reference.clone(),
    }
}

fn source_of(record: &report::UncertaintySource) -> Source {
    Source {
        name: record.name.clone(),
        moved: words::moved_of(record.structure),
        kind: words::uncertainty_kind_of(record.kind),
        course: words::uncertainty_part_of(record.part),
        shift_sd_mm: record.shift_sd_mm,
        rotation_sd_deg: record.rotation_sd_deg,
        offset_sd_mm: record.offset_sd_mm,
        reference: record.reference.clone(),
    }
}
