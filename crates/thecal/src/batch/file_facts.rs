//! The files of a study by what they hold and how much room they take, each read through once.

use std::path::Path;

use thecal_dicom::index::{Kind, Object};
use thecal_store::Store;

use super::discover::Found;
use crate::contents::{beside_header, contents};

/// A file of a study.
pub(super) struct FileFacts {
    pub(super) of: FileOf,
    /// What it holds: a hash; of an image that is not read its SOP Instance UID. A file that cannot be
    /// read is known by that: it will be told of when it is measured.
    pub(super) held: String,
    /// Its length, bytes.
    pub(super) bytes: u64,
    /// What it unpacks to, where it says so, bytes.
    pub(super) unpacked_bytes: Option<u64>,
}

/// What a file is to a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileOf {
    Object(Kind),
    /// A mask that is no DICOM.
    Mask,
    /// What a mask's header names beside it, or a file that is damaged.
    More,
}

impl FileFacts {
    /// Of all files of a study. Images are read where pictures rest on them.
    pub(super) fn from_index(found: &Found, reports: bool) -> Vec<Self> {
        let store = &found.store;
        let of_object = |o: &Object| {
            let of = FileOf::Object(o.kind);
            if o.kind.is_image() && !reports {
                let bytes = store.length(&o.path).unwrap_or(0);
                let held = o.sop_instance_uid.clone();
                return Self { of, held, bytes, unpacked_bytes: None };
            }
            Self::read(store, &o.path, of)
        };
        let mut files: Vec<Self> = found.index.objects.iter().map(of_object).collect();
        let masks = found.index.other_paths.iter().map(|p| (p, FileOf::Mask));
        for (path, of) in masks.chain(found.damaged.iter().map(|p| (p, FileOf::More))) {
            files.push(Self::read(store, path, of));
            let beside = beside_header(store, path);
            files.extend(beside.iter().map(|p| Self::read(store, p, FileOf::More)));
        }
        files
    }

    fn read(store: &Store, path: &Path, of: FileOf) -> Self {
        match contents(store, path) {
            Ok(found) => {
                // The size of its contents at the end of a gzip file, RFC 1952.
                let packed = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
                let size = found.end.filter(|_| packed).map(u32::from_le_bytes);
                let unpacked_bytes = size.map(u64::from);
                Self { of, held: found.sha256, bytes: found.bytes, unpacked_bytes }
            }
            Err(e) => Self {
                of,
                held: e.kind().to_string(),
                bytes: store.length(path).unwrap_or(0),
                unpacked_bytes: None,
            },
        }
    }
}
