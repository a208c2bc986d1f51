//! No result overwrites what was read.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::carry::files;
use super::error::FolderError;
use super::layout::Layout;

/// Whether the folder holds inputs beside what a result may write.
///
/// Files are the same by what the system says of them, so that links, hard links and file systems
/// that know no case are all seen through.
pub(super) fn check(
    target: &Path,
    layout: &Layout,
    inputs: impl FnOnce() -> Vec<PathBuf>,
) -> Result<bool, FolderError> {
    let Ok(folder) = target.canonicalize() else { return Ok(false) };
    if !folder.is_dir() {
        // What it is is told where it is to become a folder.
        return Ok(false);
    }
    let here = files(&folder).map_err(FolderError::io(target))?;
    if here.is_empty() {
        return Ok(false);
    }
    let inputs = inputs();
    let written: Vec<&PathBuf> = here.iter().filter(|f| layout.may_write(f)).collect();
    let identities = written.iter().filter_map(|f| Some((identity(&folder.join(f))?, *f)));
    let identities: HashMap<Identity, &PathBuf> = identities.collect();
    let mut holds_inputs = false;
    for input in inputs {
        let below = input.canonicalize().ok();
        let below = below.as_deref().and_then(|p| p.strip_prefix(&folder).ok());
        holds_inputs |= below.is_some();
        let named = below.filter(|b| layout.may_write(b)).map(Path::to_owned);
        let same = || identities.get(&identity(&input)?).map(|f| (*f).clone());
        let found = if identities.is_empty() { named } else { named.or_else(same) };
        if let Some(output) = found {
            return Err(FolderError::Input { output: target.join(output), input });
        }
    }
    let owned = layout.owned(&folder);
    match written.into_iter().find(|f| layout.needs_list(f) && !owned.holds(f)) {
        Some(foreign) => Err(FolderError::Foreign { path: target.join(foreign) }),
        None => Ok(holds_inputs),
    }
}

/// What the system knows a file by. Nothing is held open for it: a batch has very many.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|m| (m.dev(), m.ino()))
}

#[cfg(not(unix))]
type Identity = same_file::Handle;

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    same_file::Handle::from_path(path).ok()
}
