//! One run per folder of results.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use same_file::Handle;

/// Held by a run until it is dropped.
///
/// The system holds the lock for the process, so that it ends with it however that ends: what a
/// killed run leaves is a file that nobody holds. What stands in the file is for people.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

/// Why there is no lock.
pub(super) enum NoLock {
    /// Who holds it.
    Held(String),
    Io(io::Error),
}

impl Lock {
    pub(super) fn take(path: &Path) -> Result<Self, NoLock> {
        loop {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let mut file = options.open(path).map_err(NoLock::Io)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    // Who it is is said as far as it can be read.
                    let _ = file.read_to_string(&mut holder);
                    return Err(NoLock::Held(holder.trim().to_owned()));
                }
                Err(TryLockError::Error(e)) => return Err(NoLock::Io(e)),
            }
            // The one before removes the file while it holds it: then this is no longer the lock.
            let same = file.try_clone().and_then(Handle::from_file).map_err(NoLock::Io)?;
            if Handle::from_path(path).is_ok_and(|now| now == same) {
                sign(&mut file).map_err(NoLock::Io)?;
                return Ok(Self { path: path.to_owned(), _file: file });
            }
        }
    }
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "process {}", std::process::id())
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A file that stays is taken over by the next run.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_until_it_is_let_go() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("lock");
        let take = || match Lock::take(&path) {
            Ok(lock) => Ok(lock),
            Err(NoLock::Held(holder)) => Err(holder),
            Err(NoLock::Io(e)) => panic!("{e}"),
        };
        let first = take().expect("the lock");
        let holder = take().map(drop).expect_err("two runs");
        assert_eq!(holder, format!("process {}", std::process::id()));
        drop(first);
        assert!(!path.exists());
        // What a killed run leaves.
        std::fs::write(&path, "process 1").expect("a file");
        take().expect("a lock that nobody holds");
    }

    #[test]
    fn of_many_at_once_one_has_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("lock");
        let inside = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|s| {
            for _ in 0..8 {
                s.spawn(|| {
                    for _ in 0..200 {
                        let Ok(lock) = Lock::take(&path) else { continue };
                        let before = inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        assert_eq!(before, 0, "two have the lock");
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
    }
}
