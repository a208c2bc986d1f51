//! Files by what they hold.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// SHA-256 of a file, as hexadecimal digits.
pub(crate) fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => hash.update(&buffer[..n]),
        }
    }
    Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

/// The files that a detached NRRD header names beside it, as far as they are there.
#[cfg(feature = "batch")]
pub(crate) fn beside_header(path: &Path) -> Vec<std::path::PathBuf> {
    if !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("nhdr")) {
        return Vec::new();
    }
    let (Ok(text), Some(folder)) = (std::fs::read(path), path.parent()) else { return Vec::new() };
    let text = String::from_utf8_lossy(&text);
    // `data file: NAME`, or a list of names, a line each.
    let named = text.lines().take(10_000).map(|line| {
        let value = line.split_once(':').filter(|(key, _)| key.to_lowercase().contains("file"));
        folder.join(value.map_or(line, |(_, value)| value).trim())
    });
    named.filter(|p| p.is_file()).collect()
}
