//! Bytes that a program holds.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::object::ReadAt;
use crate::object_store::{Listing, ObjectStore};

/// Objects in memory: what a server was sent, or a program has made.
///
/// The empty path is the place of all of them.
///
/// # Example
/// ```
/// use std::path::Path;
/// use thecal_store::{MemoryStore, ObjectStore};
///
/// let mut store = MemoryStore::new();
/// store.insert("RS.dcm", b"contours".to_vec());
/// assert_eq!(store.list(Path::new(""))?.objects, [Path::new("RS.dcm")]);
/// assert_eq!(store.open(Path::new("RS.dcm"))?.head(3)?, b"con");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore(BTreeMap<PathBuf, Arc<[u8]>>);

impl MemoryStore {
    /// Without an object.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an object, or replaces that of the same name.
    pub fn insert(&mut self, name: impl Into<PathBuf>, bytes: impl Into<Arc<[u8]>>) {
        self.0.insert(name.into(), bytes.into());
    }

    fn get(&self, name: &Path) -> io::Result<&Arc<[u8]>> {
        self.0.get(name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl ObjectStore for MemoryStore {
    fn list(&self, place: &Path) -> io::Result<Listing> {
        let below = self.0.keys().filter(|name| name.starts_with(place));
        let objects: Vec<PathBuf> = below.cloned().collect();
        if objects.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Listing { objects, not_searched: Vec::new() })
    }

    fn length(&self, name: &Path) -> io::Result<u64> {
        Ok(self.get(name)?.length())
    }

    fn open(&self, name: &Path) -> io::Result<Box<dyn ReadAt>> {
        Ok(Box::new(Arc::clone(self.get(name)?)))
    }
}

/// Of the objects their number: names can hold those of patients.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryStore({} objects)", self.0.len())
    }
}
