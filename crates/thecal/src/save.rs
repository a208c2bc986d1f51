//! One file of a result.

use std::io;
use std::path::Path;

use crate::error::{Error, Fault};
use crate::folder::write_file;

/// Writes a file of a result.
pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_file(path, bytes).map_err(|e| failed(path, e))
}

/// The error of a file that was not written.
pub(crate) fn failed(path: &Path, source: io::Error) -> Error {
    Fault::Output { path: path.to_owned(), source }.into()
}
