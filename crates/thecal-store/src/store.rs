//! A store to be handed round.

use std::io;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use crate::folder::FolderStore;
use crate::object_store::ObjectStore;

/// A store that is handed round: clones are of the same store.
#[derive(Debug, Clone)]
pub struct Store(Arc<dyn ObjectStore>);

impl Store {
    /// Of a store of any kind.
    #[must_use]
    pub fn new(store: impl ObjectStore + 'static) -> Self {
        Self(Arc::new(store))
    }

    /// The files of this machine.
    #[must_use]
    pub fn files() -> Self {
        static FILES: LazyLock<Store> = LazyLock::new(|| Store::new(FolderStore));
        FILES.clone()
    }

    /// All bytes of an object.
    ///
    /// # Errors
    /// It cannot be opened or read, or there is no memory for it.
    pub fn read(&self, name: &Path) -> io::Result<Vec<u8>> {
        self.open(name)?.head(u64::MAX)
    }

    /// True where there is an object of this name.
    #[must_use]
    pub fn holds(&self, name: &Path) -> bool {
        self.length(name).is_ok()
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::files()
    }
}

impl Deref for Store {
    type Target = dyn ObjectStore;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

/// Stores are equal where they are one.
impl PartialEq for Store {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Store {}
