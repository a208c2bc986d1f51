//! What this program wrote before is no input, unless it is asked for by name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use thecal_dicom::index::{Index, IndexError, index_in};
use thecal_geom::Warning;
use thecal_store::Store;

use crate::folder::Layout;

/// What lies in `paths`, without the structure sets and segmentations that an earlier result wrote; a
/// file that is named in `paths` itself stays.
///
/// # Errors
/// As [`index_in`].
pub(crate) fn index_inputs(store: &Store, paths: &[PathBuf]) -> Result<Index, IndexError> {
    let mut found = index_in(store, paths)?;
    let mut folders: HashMap<PathBuf, bool> = HashMap::new();
    let mut own = |file: &Path| {
        let Some(folder) = file.parent() else { return false };
        let is_result =
            *folders.entry(folder.to_owned()).or_insert_with(|| wrote_report(store, folder));
        is_result && Layout::CHECK.holds(folder, file)
    };
    let before = found.objects.len();
    found.objects.retain(|o| paths.contains(&o.path) || !own(&o.path));
    let count = before - found.objects.len();
    if count > 0 {
        let message = format!(
            "{count} DICOM objects that thecal wrote (structures.dcm, segmentation.dcm of an earlier \
             result) lie among the files and are passed over; name one with --structures FILE to \
             measure it"
        );
        found.warnings.push(Warning::new("own_result", message, ""));
    }
    Ok(found)
}

/// Whether the folder holds a record of this program.
fn wrote_report(store: &Store, folder: &Path) -> bool {
    let Ok(text) = store.read(&folder.join("report.json")) else { return false };
    let record: Result<serde_json::Value, _> = serde_json::from_slice(&text);
    record.is_ok_and(|r| r["tool"]["name"] == "thecal")
}
