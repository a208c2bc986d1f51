//! The source files of the workspace.

use std::path::{Path, PathBuf};

/// The files below a folder whose names end in one of some ways, without what builds leave there.
pub(crate) fn below(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    const BUILT: [&str; 3] = ["target", "__pycache__", "node_modules"];
    let entries = std::fs::read_dir(folder).expect("a folder of sources");
    let mut out = Vec::new();
    for path in entries.map(|e| e.expect("an entry").path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !BUILT.contains(&name.as_str()) && !name.starts_with('.') {
                out.extend(below(&path, endings));
            }
        } else if path.extension().is_some_and(|e| endings.iter().any(|wanted| e == *wanted)) {
            out.push(path);
        }
    }
    out
}
