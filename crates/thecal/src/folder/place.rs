//! Where a result is built, and where it goes.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::error::FolderError;
use super::lock::{Hold, Lock, NoLock};

/// The folder of a result with what stands beside it while it is made.
#[derive(Debug)]
pub(super) struct Place {
    /// As the caller named it.
    pub(super) asked: PathBuf,
    /// Without links.
    pub(super) target: PathBuf,
    /// Where the new result is built.
    pub(super) staging: PathBuf,
    /// Built beside the target, so that both can be exchanged.
    pub(super) beside: bool,
    /// Made for this result.
    made: bool,
}

impl Place {
    /// Finds a place beside the folder and locks it, or within it where none can be had beside (a
    /// mount point, a folder above that must not be written to).
    pub(super) fn take(asked: &Path, kind: Hold) -> Result<(Self, Lock), FolderError> {
        let target = resolved(asked).map_err(FolderError::io(asked))?;
        let held = |holder| FolderError::Locked { path: asked.to_owned(), holder };
        if let Some((folder, name)) = target.parent().zip(target.file_name())
            && same_device(folder, &target)
        {
            let named = |what: &str| folder.join(hidden(name, what));
            match Lock::take(&named("lock"), kind) {
                Ok(lock) => {
                    let staging = named("new");
                    let asked = asked.to_owned();
                    let place = Self { asked, target, staging, beside: true, made: false };
                    return Ok((place, lock));
                }
                Err(NoLock::Held(holder)) => return Err(held(holder)),
                // Perhaps the folder itself can be written to.
                Err(NoLock::Io(_)) => {}
            }
        }
        let made = !target.is_dir();
        std::fs::create_dir_all(&target).map_err(FolderError::io(asked))?;
        match Lock::take(&target.join(".thecal-lock"), kind) {
            Ok(lock) => {
                let staging = target.join(super::swap::INSIDE);
                let asked = asked.to_owned();
                Ok((Self { asked, target, staging, beside: false, made }, lock))
            }
            Err(NoLock::Held(holder)) => Err(held(holder)),
            Err(NoLock::Io(e)) => Err(FolderError::io(asked)(e)),
        }
    }

    /// A folder that was made and came to hold nothing goes again.
    pub(super) fn let_go(&self) {
        if self.made {
            let _ = std::fs::remove_dir(&self.target);
        }
    }
}

fn hidden(name: &std::ffi::OsStr, what: &str) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".thecal-");
    hidden.push(what);
    hidden
}

/// The folder without links; the folders above it are made.
fn resolved(asked: &Path) -> io::Result<PathBuf> {
    match std::fs::metadata(asked) {
        Ok(found) if found.is_dir() => asked.canonicalize(),
        Ok(_) => Err(io::Error::new(io::ErrorKind::NotADirectory, "this is a file, not a folder")),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let above = asked.parent().filter(|p| !p.as_os_str().is_empty());
            let above = above.unwrap_or(Path::new("."));
            std::fs::create_dir_all(above)?;
            let name = asked.file_name().ok_or(e)?;
            Ok(above.canonicalize()?.join(name))
        }
        Err(e) => Err(e),
    }
}

/// Whether a folder lies on the device of the one above it: a mount point cannot be moved.
#[cfg(unix)]
fn same_device(above: &Path, target: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| std::fs::metadata(path).map(|m| m.dev()).ok();
    device(target).is_none_or(|of_target| device(above) == Some(of_target))
}

#[cfg(not(unix))]
fn same_device(_: &Path, _: &Path) -> bool {
    true
}
