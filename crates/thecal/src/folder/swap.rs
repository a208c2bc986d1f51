//! The new result in the place of the old one.

use std::fs::{create_dir_all, remove_dir, remove_dir_all, remove_file, rename};
use std::io;
use std::path::{Path, PathBuf};

use same_file::is_same_file;

use super::carry::{carry, exists, files};
use super::error::FolderError;
use super::layout::{Layout, Owned};
use super::place::Place;

pub(super) fn commit(
    place: &Place,
    layout: &Layout,
    holds_inputs: bool,
) -> Result<(), FolderError> {
    let failed = |e| FolderError::io(&place.asked)(e);
    if place.beside && !exists(&place.target) {
        rename(&place.staging, &place.target).map_err(failed)?;
        return synced(&place.target).map_err(failed);
    }
    let owned = layout.owned(&place.target);
    // A shell that stands in the folder, or a study that lies in it, is to find the same folder.
    let stands_here = std::env::current_dir().is_ok_and(|d| d.starts_with(&place.target));
    let whole = place.beside && !stands_here && !holds_inputs;
    if whole
        && carry(&place.target, &place.staging, &owned).is_ok()
        && exchange(&place.staging, &place.target).is_ok()
    {
        synced(&place.target).map_err(failed)?;
        // Now the old one stands where the new one was built.
        rescue(&place.staging, &place.target, &owned).map_err(failed)?;
        // What cannot be cleared now is cleared by the next run.
        let _ = remove_dir_all(&place.staging);
        return Ok(());
    }
    one_by_one(place, layout, &owned)
}

/// Exchanges two folders in one step.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Files of others that came to the old folder, or were replaced in it, while it was exchanged.
fn rescue(old: &Path, new: &Path, owned: &Owned) -> io::Result<()> {
    for file in files(old)?.into_iter().filter(|f| !owned.holds(f)) {
        let (from, to) = (old.join(&file), new.join(&file));
        if exists(&to) && is_same_file(&from, &to).unwrap_or(true) {
            continue;
        }
        if let Some(folder) = to.parent() {
            create_dir_all(folder)?;
        }
        rename(&from, &to)?;
    }
    Ok(())
}

/// Moves the files in one by one; the one that makes them a result goes first and comes last.
fn one_by_one(place: &Place, layout: &Layout, owned: &Owned) -> Result<(), FolderError> {
    let target = &place.target;
    let failed = |file: &Path| FolderError::io(&place.asked.join(file));
    let staging = near(place).map_err(failed(Path::new("")))?;
    let new = files(&staging).map_err(failed(Path::new("")))?;
    let last = Path::new(layout.last);
    gone(&target.join(last)).map_err(failed(last))?;
    // Lists go with what they list, so they are still there for whoever comes after a kill.
    let ours = |f: &PathBuf| owned.holds(f) && !new.contains(f);
    for file in files(target).map_err(failed(Path::new("")))?.into_iter().filter(ours) {
        gone(&target.join(&file)).map_err(failed(&file))?;
        empty_folders_gone(target, &file);
    }
    let (end, others): (Vec<&PathBuf>, Vec<&PathBuf>) = new.iter().partition(|f| *f == last);
    for file in others.into_iter().chain(end) {
        let to = target.join(file);
        let moved = to.parent().map_or(Ok(()), create_dir_all);
        moved.and_then(|()| rename(staging.join(file), &to)).map_err(failed(file))?;
    }
    synced(target).map_err(failed(Path::new("")))?;
    let _ = remove_dir_all(&staging);
    Ok(())
}

/// In the target: new files on their way, and one that is moved to know whether any can be.
pub(super) const INSIDE: &str = ".thecal-new";
const PROBE: &str = ".thecal-probe";

/// Clears away what a killed run left.
pub(super) fn leftovers_gone(place: &Place) -> io::Result<()> {
    for folder in [&place.staging, &place.target.join(INSIDE)] {
        match remove_dir_all(folder) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    gone(&place.target.join(PROBE))
}

/// The new files on the device of the target.
fn near(place: &Place) -> io::Result<PathBuf> {
    let inside = place.target.join(INSIDE);
    if place.staging == inside {
        return Ok(inside);
    }
    // Whether files can be moved from there is known by moving one.
    let probe = place.staging.join(PROBE);
    std::fs::write(&probe, "")?;
    let moved = place.target.join(PROBE);
    let near = rename(&probe, &moved);
    gone(&probe)?;
    gone(&moved)?;
    match near {
        Err(e) if e.kind() == io::ErrorKind::CrossesDevices => {}
        other => return other.map(|()| place.staging.clone()),
    }
    if inside.exists() {
        remove_dir_all(&inside)?;
    }
    for file in files(&place.staging)? {
        let to = inside.join(&file);
        to.parent().map_or(Ok(()), create_dir_all)?;
        std::fs::copy(place.staging.join(&file), &to)?;
        std::fs::File::open(&to)?.sync_all()?;
    }
    Ok(inside)
}

fn gone(path: &Path) -> io::Result<()> {
    match remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

fn empty_folders_gone(target: &Path, file: &Path) {
    let above = file.ancestors().skip(1).take_while(|a| !a.as_os_str().is_empty());
    // A folder that still holds something stays.
    above.map(|a| remove_dir(target.join(a))).take_while(Result::is_ok).for_each(drop);
}

/// A rename lasts when the folder that it was done in is on the disk.
fn synced(target: &Path) -> io::Result<()> {
    if cfg!(unix)
        && let Some(above) = target.parent()
    {
        std::fs::File::open(above).and_then(|folder| folder.sync_all()).or_else(|e| {
            // Some file systems do not let folders be synchronised.
            if e.kind() == io::ErrorKind::StorageFull { Err(e) } else { Ok(()) }
        })?;
    }
    Ok(())
}
