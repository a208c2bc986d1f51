//! One run per folder of results, or several that share its work.

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
    kind: Hold,
    _file: File,
}

/// Who else may have the folder at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Nobody.
    Alone,
    /// Others that hold it in this way.
    #[cfg(feature = "batch")]
    Shared,
}

/// Why there is no lock.
pub(super) enum NoLock {
    /// Who holds it.
    Held(String),
    Io(io::Error),
}

impl Lock {
    pub(super) fn take(path: &Path, kind: Hold) -> Result<Self, NoLock> {
        loop {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let mut file = options.open(path).map_err(NoLock::Io)?;
            let held = match kind {
                Hold::Alone => file.try_lock(),
                #[cfg(feature = "batch")]
                Hold::Shared => file.try_lock_shared(),
            };
            match held {
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
                sign(&mut file, kind).map_err(NoLock::Io)?;
                return Ok(Self { path: path.to_owned(), kind, _file: file });
            }
        }
    }
}

fn sign(file: &mut File, kind: Hold) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    match kind {
        Hold::Alone => writeln!(file, "process {}", std::process::id()),
        #[cfg(feature = "batch")]
        Hold::Shared => writeln!(file, "tasks that measure shards of a batch"),
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // One that goes while others hold it would let a run in beside them.
        if self.kind == Hold::Alone {
            // A file that stays is taken over by the next run.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_until_it_is_let_go() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("lock");
        let take = || match Lock::take(&path, Hold::Alone) {
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

    #[cfg(feature = "batch")]
    #[test]
    fn those_that_share_keep_out_who_wants_it_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("lock");
        let take = |kind| Lock::take(&path, kind).ok();
        let first = take(Hold::Shared).expect("the lock");
        let second = take(Hold::Shared).expect("shared");
        assert!(matches!(
            Lock::take(&path, Hold::Alone),
            Err(NoLock::Held(by)) if by.contains("shards")
        ));
        drop(first);
        assert!(take(Hold::Alone).is_none(), "the other still has it");
        drop(second);
        let alone = take(Hold::Alone).expect("nobody has it");
        assert!(take(Hold::Shared).is_none());
        drop(alone);
        assert!(!path.exists());
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
                        let Ok(lock) = Lock::take(&path, Hold::Alone) else { continue };
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
