//! Files of a folder, and how those that are not a result's go with it.

use std::fs::{Metadata, create_dir, hard_link, metadata, read_dir, set_permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::Owned;

/// A folder that holds more than this of others is no folder of results.
const MOST_FOREIGN: usize = 10_000;

/// All that is no folder below a folder, by path from there, in order; links are not followed.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fn below(folder: &Path, at: &Path, out: &mut Vec<PathBuf>) -> io::Result<()> {
        for entry in read_dir(folder.join(at))? {
            let entry = entry?;
            let path = at.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                below(folder, &path, out)?;
            } else {
                out.push(path);
            }
        }
        Ok(())
    }
    let mut out = Vec::new();
    below(folder, Path::new(""), &mut out)?;
    out.sort_unstable();
    Ok(out)
}

/// Gives the new folder the rights of the old one and, as hard links, all files of it that are not
/// the result's.
pub(super) fn carry(old: &Path, new: &Path, owned: &Owned) -> io::Result<()> {
    like(&metadata(old)?, new)?;
    let mut foreign = 0;
    below(old, new, Path::new(""), owned, &mut foreign)
}

fn below(old: &Path, new: &Path, at: &Path, owned: &Owned, foreign: &mut usize) -> io::Result<()> {
    for entry in read_dir(old.join(at))? {
        let entry = entry?;
        let path = at.join(entry.file_name());
        let (from, to) = (old.join(&path), new.join(&path));
        if entry.file_type()?.is_dir() {
            let made = !to.is_dir();
            if made {
                create_dir(&to)?;
            }
            like(&metadata(&from)?, &to)?;
            below(old, new, &path, owned, foreign)?;
            if made && is_empty(&to)? && !is_empty(&from)? {
                std::fs::remove_dir(&to)?;
            }
        } else if !owned.holds(&path) && !exists(&to) {
            *foreign += 1;
            if *foreign > MOST_FOREIGN {
                return Err(io::Error::other("too many other files"));
            }
            hard_link(&from, &to)?;
        }
    }
    Ok(())
}

fn is_empty(folder: &Path) -> io::Result<bool> {
    Ok(read_dir(folder)?.next().is_none())
}

pub(super) fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Links a file, or copies it where the file system has no links.
#[cfg(feature = "batch")]
pub(crate) fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    hard_link(from, to).or_else(|_| std::fs::copy(from, to).map(drop))
}

/// Gives a folder rights and owner of another.
fn like(old: &Metadata, new: &Path) -> io::Result<()> {
    let now = metadata(new)?;
    own(old, &now, new)?;
    // After the owner, since a change of owner takes rights away.
    set_permissions(new, old.permissions())
}

#[cfg(unix)]
fn own(old: &Metadata, now: &Metadata, new: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, chown};
    if (old.uid(), old.gid()) == (now.uid(), now.gid()) {
        return Ok(());
    }
    chown(new, Some(old.uid()), Some(old.gid()))
}

#[cfg(not(unix))]
fn own(_: &Metadata, _: &Metadata, _: &Path) -> io::Result<()> {
    Ok(())
}
