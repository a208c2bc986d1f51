//! One run per output folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::error::BatchError;

const NAME: &str = "lock";

/// Held by a run until it is dropped.
///
/// The system holds the lock for the process, so that it ends with it however that ends: what a
/// killed run leaves is a file that nobody holds. What stands in the file is for people.
pub(super) struct Lock(#[allow(dead_code, reason = "held, not read")] File);

impl Lock {
    pub(super) fn take(out: &Path) -> Result<Self, BatchError> {
        let path = out.join(NAME);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(BatchError::io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Who it is is said as far as it can be read.
                let _ = file.read_to_string(&mut holder);
                let holder = holder.trim().to_owned();
                return Err(BatchError::Locked { path: out.to_owned(), holder });
            }
            Err(TryLockError::Error(e)) => return Err(BatchError::io(&path)(e)),
        }
        let text = format!("process {}\n", std::process::id());
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(text.as_bytes())
        };
        write(&mut file).map_err(BatchError::io(&path))?;
        Ok(Self(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_until_it_is_let_go() {
        let dir = tempfile::tempdir().expect("a folder");
        let first = Lock::take(dir.path()).expect("the lock");
        let second = Lock::take(dir.path()).map(drop).expect_err("two runs");
        assert!(second.to_string().contains(&format!("process {}", std::process::id())));
        drop(first);
        Lock::take(dir.path()).expect("a lock that nobody holds");
    }
}
