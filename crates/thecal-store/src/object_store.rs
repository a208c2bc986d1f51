//! What lists and opens objects.

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};

use crate::object::ReadAt;

/// A place that holds objects and can list and open them.
///
/// # Example
/// A store that counts how often objects are opened, round another one:
/// ```
/// use std::io;
/// use std::path::Path;
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use thecal_store::{Listing, MemoryStore, ObjectStore, ReadAt, Store};
///
/// #[derive(Debug)]
/// struct Counting(MemoryStore, AtomicUsize);
///
/// impl ObjectStore for Counting {
///     fn list(&self, place: &Path) -> io::Result<Listing> {
///         self.0.list(place)
///     }
///     fn length(&self, name: &Path) -> io::Result<u64> {
///         self.0.length(name)
///     }
///     fn open(&self, name: &Path) -> io::Result<Box<dyn ReadAt>> {
///         self.1.fetch_add(1, Ordering::Relaxed);
///         self.0.open(name)
///     }
/// }
///
/// let mut memory = MemoryStore::new();
/// memory.insert("a", b"1".to_vec());
/// let store = Store::new(Counting(memory, AtomicUsize::new(0)));
/// assert!(store.holds(Path::new("a")) && !store.holds(Path::new("b")));
/// assert_eq!(store.read(Path::new("a"))?, b"1");
/// # Ok::<(), io::Error>(())
/// ```
pub trait ObjectStore: Debug + Send + Sync {
    /// The objects at a place and below it, in the order of their names. The place may be that of
    /// one object.
    ///
    /// # Errors
    /// There is nothing at the place, or it cannot be reached. What cannot be searched below it is
    /// told in the listing.
    fn list(&self, place: &Path) -> io::Result<Listing>;

    /// How many bytes an object has.
    ///
    /// # Errors
    /// There is no such object, or it cannot be reached.
    fn length(&self, name: &Path) -> io::Result<u64>;

    /// Opens an object.
    ///
    /// # Errors
    /// As [`Self::length`], and where it may not be read.
    fn open(&self, name: &Path) -> io::Result<Box<dyn ReadAt>>;

    /// The one name of an object that may have several, as files have through links.
    fn real_name(&self, name: &Path) -> PathBuf {
        name.to_owned()
    }
}

/// What was found at a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Names of objects, in their order.
    pub objects: Vec<PathBuf>,
    /// Places that could not be searched.
    pub not_searched: Vec<NotSearched>,
}

/// A place below another that could not be searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSearched {
    /// The place; empty where it is not known.
    pub place: PathBuf,
    /// Why.
    pub why: String,
}
