//! JSON, and files written whole or not at all.

use std::{io::Write as _, path::Path};

use serde::Serialize;

/// A record as indented JSON with a line end.
///
/// # Errors
/// Where a number cannot be written as JSON.
pub fn to_json(report: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(report).map(|s| s + "\n")
}

/// Writes `bytes` beside `path` and renames, so that no reader sees half a file.
///
/// # Errors
/// Where the folder cannot be written.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|e| e.error)
}
