//! A folder of results that is replaced as a whole: it is built beside its place and then moved in.
//!
//! Even when a run is killed, the folder has either the earlier result or the new one. This is exact
//! where the system can exchange two folders in one step (Linux and macOS, on most file systems).
//! Elsewhere, and for a mount point, the working directory of a shell, or a folder that contains the
//! study itself, files are moved one by one. The main file of a result ([`Layout`]) is then removed first
//! and written last, so that a folder without it is known to be incomplete.
//!
//! One run at a time writes to a folder. Files that do not belong to a result stay where they are.

mod carry;
mod error;
mod guard;
mod layout;
mod lock;
mod place;
mod swap;

#[cfg(feature = "batch")]
pub(crate) use carry::{files, link_or_copy};
pub use error::FolderError;
pub(crate) use error::advice;
pub use layout::Layout;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use layout::Owned;
use lock::{Hold, Lock};
use place::Place;

/// A folder of results that is being made. Dropped before [`ResultFolder::commit`], it leaves
/// everything as it was.
///
/// # Example
/// ```
/// use thecal::{Layout, ResultFolder};
///
/// let home = tempfile::tempdir()?;
/// let target = home.path().join("result");
/// let folder = ResultFolder::begin(&target, &Layout::PAGE, Vec::new)?;
/// std::fs::write(folder.path().join("report.html"), "<!doctype html>")?;
/// // Nothing is there until all of it is.
/// assert!(!target.join("report.html").exists());
/// folder.commit()?;
/// assert!(target.join("report.html").exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ResultFolder {
    place: Place,
    layout: &'static Layout,
    /// The folder holds files that were read: it keeps its identity.
    holds_inputs: bool,
    _lock: Lock,
}

/// A part of a result that is being made: where its files go, and what they are called in messages.
#[derive(Debug, Clone)]
pub struct Part {
    path: PathBuf,
    place: PathBuf,
}

impl Part {
    /// Where the files are to be written.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path below [`Part::path`] as it will be, for messages.
    #[must_use]
    pub fn place_of(&self, path: &Path) -> PathBuf {
        match path.strip_prefix(&self.path) {
            Ok(below) => self.place.join(below),
            Err(_) => path.to_owned(),
        }
    }
}

impl ResultFolder {
    /// Takes the folder for this run and clears away what a killed one left. `inputs` gives the
    /// files that the results rest on; it is asked only where something could be overwritten.
    ///
    /// # Errors
    /// [`FolderError::Input`] where a file that is read would be replaced, [`FolderError::Foreign`]
    /// where one would that no result of this program is known to have written,
    /// [`FolderError::Locked`] where another run writes there, and [`FolderError::Io`].
    pub fn begin(
        target: &Path,
        layout: &'static Layout,
        inputs: impl FnOnce() -> Vec<PathBuf>,
    ) -> Result<Self, FolderError> {
        let holds_inputs = guard::check(target, layout, inputs)?;
        let (place, lock) = Place::take(target, Hold::Alone)?;
        let folder = Self { place, layout, holds_inputs, _lock: lock };
        if !layout.resumes {
            folder.clear()?;
        }
        std::fs::create_dir_all(folder.path()).map_err(FolderError::io(target))?;
        Ok(folder)
    }

    /// Where the files are to be written.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.place.staging
    }

    /// Where they will be.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.place.target
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> Part {
        Part { path: self.place.staging.clone(), place: self.place.asked.clone() }
    }

    /// A folder in it.
    #[must_use]
    pub fn below(&self, name: &str) -> Part {
        let Part { path, place } = self.whole();
        Part { path: path.join(name), place: place.join(name) }
    }

    /// Puts the new result in the place of the old one.
    ///
    /// # Errors
    /// Where the system refuses. The result is then the old one, or none.
    pub fn commit(self) -> Result<(), FolderError> {
        swap::commit(&self.place, self.layout, self.holds_inputs)
    }

    fn clear(&self) -> Result<(), FolderError> {
        swap::leftovers_gone(&self.place).map_err(FolderError::io(&self.place.asked))
    }
}

/// A folder of results that several processes fill together. None of them can finish it: that takes a
/// [`ResultFolder`], which none can have meanwhile.
#[cfg(feature = "batch")]
#[derive(Debug)]
pub(crate) struct SharedFolder {
    place: Place,
    _lock: Lock,
}

#[cfg(feature = "batch")]
impl SharedFolder {
    /// Joins those that fill the folder.
    ///
    /// # Errors
    /// [`FolderError::Locked`] where a run has it alone, and [`FolderError::Io`].
    pub(crate) fn join(target: &Path) -> Result<Self, FolderError> {
        let (place, lock) = Place::take(target, Hold::Shared)?;
        Ok(Self { place, _lock: lock })
    }

    /// Where the result is being made.
    pub(crate) fn path(&self) -> &Path {
        &self.place.staging
    }
}

#[cfg(feature = "batch")]
impl Drop for SharedFolder {
    fn drop(&mut self) {
        self.place.let_go();
    }
}

impl Drop for ResultFolder {
    fn drop(&mut self) {
        if !self.layout.resumes {
            // What cannot be cleared now is cleared by the next run.
            let _ = self.clear();
        }
        self.place.let_go();
    }
}

/// Writes a new file, down to the disk.
///
/// # Errors
/// Where the system refuses.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
