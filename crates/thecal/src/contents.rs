//! Objects by what they hold.

use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use thecal_store::Store;

/// SHA-256 of bytes, as hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// What an object holds, without keeping it.
pub(crate) struct Contents {
    /// SHA-256, as hexadecimal digits.
    pub(crate) sha256: String,
    /// Its length, bytes.
    #[cfg(feature = "batch")]
    pub(crate) bytes: u64,
    /// Its last four bytes; none where it has fewer.
    #[cfg(feature = "batch")]
    pub(crate) end: Option<[u8; 4]>,
}

/// Reads an object through, a piece at a time.
pub(crate) fn contents(store: &Store, name: &Path) -> io::Result<Contents> {
    let object = store.open(name)?;
    let length = object.length();
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut at = 0;
    while at < length {
        let piece = (length - at).min(buffer.len() as u64);
        let piece = &mut buffer[..piece as usize];
        object.read_exact_at(at, piece)?;
        hash.update(&*piece);
        at += piece.len() as u64;
    }
    Ok(Contents {
        sha256: hex(hash),
        #[cfg(feature = "batch")]
        bytes: length,
        #[cfg(feature = "batch")]
        end: {
            let mut end = [0; 4];
            let whole = length.checked_sub(4).map(|at| object.read_exact_at(at, &mut end));
            whole.transpose()?.map(|()| end)
        },
    })
}

/// The objects that a detached NRRD header names beside it, as far as they are there.
#[cfg(feature = "batch")]
pub(crate) fn beside_header(store: &Store, path: &Path) -> Vec<std::path::PathBuf> {
    if !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("nhdr")) {
        return Vec::new();
    }
    let (Ok(text), Some(folder)) = (store.read(path), path.parent()) else { return Vec::new() };
    let text = String::from_utf8_lossy(&text);
    // `data file: NAME`, or a list of names, a line each.
    let named = text.lines().take(10_000).map(|line| {
        let value = line.split_once(':').filter(|(key, _)| key.to_lowercase().contains("file"));
        folder.join(value.map_or(line, |(_, value)| value).trim())
    });
    named.filter(|p| store.holds(p)).collect()
}
