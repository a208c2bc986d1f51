//! The files of this machine.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::object::ReadAt;
use crate::object_store::{Listing, NotSearched, ObjectStore};

/// The files of this machine: a place is a folder, which is searched below, or a file.
///
/// Folders of any depth are searched, symbolic links followed and their loops told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FolderStore;

impl ObjectStore for FolderStore {
    fn list(&self, place: &Path) -> io::Result<Listing> {
        std::fs::metadata(place)?;
        let mut out = Listing::default();
        for entry in WalkDir::new(place).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => out.objects.push(entry.into_path()),
                Ok(_) => {}
                Err(e) => out.not_searched.push(not_searched(&e)),
            }
        }
        Ok(out)
    }

    fn length(&self, name: &Path) -> io::Result<u64> {
        let metadata = std::fs::metadata(name)?;
        // A pipe or a device has no length.
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
        }
        Ok(metadata.len())
    }

    fn open(&self, name: &Path) -> io::Result<Box<dyn ReadAt>> {
        let length = self.length(name)?;
        let file = File::open(name)?;
        #[cfg(not(unix))]
        let file = (file, name.to_owned());
        Ok(Box::new(OpenFile { file, length }))
    }

    fn real_name(&self, name: &Path) -> PathBuf {
        name.canonicalize().unwrap_or_else(|_| name.to_owned())
    }
}

fn not_searched(e: &walkdir::Error) -> NotSearched {
    let why = match e.io_error() {
        Some(io) => io.to_string(),
        None => "a symbolic link leads back to a folder above it".to_owned(),
    };
    NotSearched { place: e.path().map(Path::to_owned).unwrap_or_default(), why }
}

#[derive(Debug)]
struct OpenFile {
    #[cfg(unix)]
    file: File,
    /// Where a system cannot read at a place, the file is opened again for each piece.
    #[cfg(not(unix))]
    file: (File, PathBuf),
    length: u64,
}

impl ReadAt for OpenFile {
    fn length(&self) -> u64 {
        self.length
    }

    #[cfg(unix)]
    fn read_exact_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, out, offset)
    }

    #[cfg(not(unix))]
    fn read_exact_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};
        let mut file = File::open(&self.file.1)?;
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryStore;

    #[test]
    fn a_folder_and_memory_list_alike() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = MemoryStore::new();
        // A folder's name stands among those of the files beside it.
        for name in ["b.dcm", "CT/2", "CT/10", "CT.txt", "a/x/1", "a"] {
            let name = if name == "a" { "a.dcm" } else { name };
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, name).unwrap();
            memory.insert(path, name.as_bytes().to_vec());
        }
        for below in ["", "CT", "a/x", "b.dcm"] {
            let place = folder.path().join(below);
            let found = FolderStore.list(&place).unwrap();
            assert!(!found.objects.is_empty());
            assert_eq!(found, memory.list(&place).unwrap(), "{below}");
            for name in &found.objects {
                assert_eq!(FolderStore.length(name).unwrap(), memory.length(name).unwrap());
            }
        }
        for absent in ["CT/3", "C", "b.dcm/1"] {
            let place = folder.path().join(absent);
            assert!(FolderStore.list(&place).is_err() && memory.list(&place).is_err(), "{absent}");
            assert!(FolderStore.open(&place).is_err() && memory.open(&place).is_err(), "{absent}");
        }
        // A folder is no object.
        assert!(FolderStore.length(&folder.path().join("CT")).is_err());
        assert!(memory.length(&folder.path().join("CT")).is_err());
    }
}
