//! `structures.json`: what was written, and what was left out of it.

use std::path::{Path, PathBuf};

use thecal_report as report;
use thecal_report::json;

use super::{ResultKind, ResultSolid, Written};
use crate::error::{Error, Fault};
use crate::measured::Measured;
use crate::record;
use crate::save::save;

/// Writes the list of what was written.
pub(super) fn write(
    measured: &Measured,
    solids: &[ResultSolid],
    done: &Written,
    dir: &Path,
) -> Result<PathBuf, Error> {
    let home = record::spared(&measured.report.structures);
    let below = |f: &PathBuf| {
        let below = f.strip_prefix(dir).unwrap_or(f).to_string_lossy();
        below.replace('\\', "/")
    };
    let list = report::StructuresRecord {
        schema_version: report::SCHEMA_VERSION.to_owned(),
        tool: record::tool(),
        space: "LPS".to_owned(),
        frame_of_reference_uid: home.and_then(|s| s.frame_of_reference_uid.clone()),
        structures: solids.iter().map(written).collect(),
        files: done.files.iter().map(below).collect(),
        warnings: done.warnings.iter().map(record::warning).collect(),
    };
    let path = dir.join("structures.json");
    let text =
        json::to_json(&list).map_err(|e| Fault::Output { path: path.clone(), source: e.into() })?;
    save(&path, text.as_bytes())?;
    Ok(path)
}

fn written(s: &ResultSolid) -> report::WrittenStructure {
    report::WrittenStructure {
        name: s.name.clone(),
        kind: word(s.kind),
        description: s.description.clone(),
        planes: s.planes_mm().len(),
        volume_cc: s.solid.volume_cc(),
    }
}

fn word(kind: ResultKind) -> report::StructureKind {
    match kind {
        ResultKind::Cord => report::StructureKind::Cord,
        ResultKind::Sac => report::StructureKind::ThecalSac,
        ResultKind::Tumour => report::StructureKind::Tumour,
        ResultKind::Residual => report::StructureKind::Residual,
        ResultKind::Removed => report::StructureKind::Removed,
        ResultKind::Expansion => report::StructureKind::Expansion,
        ResultKind::ExactPrv => report::StructureKind::ExactPrv,
        ResultKind::Target => report::StructureKind::Target,
    }
}
