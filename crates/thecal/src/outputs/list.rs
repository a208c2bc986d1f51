//! `structures.json`: what was written, and what was left out of it.

use std::path::{Path, PathBuf};

use thecal_report as report;
use thecal_report::json;

use super::meshes::{MeshFormat, MeshOptions, SCENE};
use super::recipe::fits;
use super::{ResultKind, ResultSolid, Written};
use crate::check::Measured;
use crate::error::Error;
use crate::{record, stale};

const NAME: &str = "structures.json";
const SETS: [&str; 2] = ["structures.dcm", "segmentation.dcm"];
const MESHES: &str = "meshes";

/// The list of a result that is being written.
pub(super) struct List {
    record: report::StructuresRecord,
    path: PathBuf,
}

impl List {
    /// Says what will be written, before it is, and removes what an earlier result in the same
    /// folder wrote and this one will not.
    pub(super) fn begin(
        measured: &Measured,
        solids: &[ResultSolid],
        meshes: &MeshOptions,
        dir: &Path,
    ) -> Result<Self, Error> {
        let mut files = Vec::new();
        if !solids.is_empty() {
            files.extend(SETS.map(String::from));
            for (solid, format) in
                solids.iter().flat_map(|s| meshes.formats.iter().map(move |f| (s, f)))
            {
                files.push(format!("{MESHES}/{}.{}", solid.name, format.as_str()));
            }
            files.push(format!("{MESHES}/{SCENE}"));
        }
        let all = &measured.report.structures;
        let role = |r: &str| all.iter().find(|s| s.role == r);
        let home = role("cord").or_else(|| role("thecal_sac")).or(all.first());
        let list = Self {
            record: report::StructuresRecord {
                schema_version: report::SCHEMA_VERSION.to_owned(),
                tool: record::tool(),
                space: "LPS".to_owned(),
                frame_of_reference_uid: home.and_then(|s| s.frame_of_reference_uid.clone()),
                structures: solids.iter().map(written).collect(),
                files,
                warnings: Vec::new(),
            },
            path: dir.join(NAME),
        };
        let earlier = stale::listed(&list.path, "files");
        list.save()?;
        stale::clear(dir, &earlier, &list.record.files, is_ours)?;
        Ok(list)
    }

    /// Says what was written in truth.
    pub(super) fn end(mut self, written: &Written, dir: &Path) -> Result<PathBuf, Error> {
        let planned = std::mem::take(&mut self.record.files);
        let (kept, absent): (Vec<_>, Vec<_>) =
            planned.into_iter().partition(|f| written.files.contains(&dir.join(f)));
        // Of a name that is not written this time an earlier result may have left one.
        stale::clear(dir, &absent, &kept, is_ours)?;
        self.record.files = kept;
        self.record.warnings = written.warnings.iter().map(record::warning).collect();
        self.save()?;
        Ok(self.path)
    }

    fn save(&self) -> Result<(), Error> {
        let failed = |source| Error::Output { path: self.path.clone(), source };
        let text = json::to_json(&self.record).map_err(|e| failed(e.into()))?;
        json::write_atomic(&self.path, text.as_bytes()).map_err(failed)
    }
}

/// Whether a listed name is one that a result gives its files.
fn is_ours(name: &str) -> bool {
    if SETS.contains(&name) {
        return true;
    }
    let endings = MeshFormat::ALL.map(MeshFormat::as_str);
    name.strip_prefix("meshes/").is_some_and(|n| {
        let stem = n.rsplit_once('.').map_or("", |(stem, _)| stem);
        stale::is_plain(n, &endings, "_-+.^~") && stem.chars().all(|c| fits(&c))
    })
}

fn written(s: &ResultSolid) -> report::WrittenStructure {
    report::WrittenStructure {
        name: s.name.clone(),
        kind: word(s.kind).to_owned(),
        description: s.description.clone(),
        planes: s.planes_mm().len(),
        volume_cc: s.solid.volume_cc(),
    }
}

fn word(kind: ResultKind) -> &'static str {
    match kind {
        ResultKind::Cord => "cord",
        ResultKind::Sac => "thecal_sac",
        ResultKind::Tumour => "tumour",
        ResultKind::Residual => "residual",
        ResultKind::Removed => "removed",
        ResultKind::Expansion => "expansion",
        ResultKind::Target => "target",
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_names_of_a_result_are_ours() {
        for name in ["structures.dcm", "meshes/GTV_resid_2.obj", "meshes/scene.glb"] {
            assert!(is_ours(name), "{name}");
        }
        for name in ["RS.dcm", "meshes/../x.stl", "meshes/a/b.stl", "x.stl", "meshes/notes.txt"] {
            assert!(!is_ours(name), "{name}");
        }
    }
}
