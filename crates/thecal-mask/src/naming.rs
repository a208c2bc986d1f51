//! Names of the numbers of a label map: tables that segmenters publish, and files of names beside a
//! mask.
//!
//! ```
//! use thecal_mask::naming::LabelTable;
//!
//! let table = LabelTable::built_in("totalsegmentator")?;
//! assert_eq!(table.names()[&79], "spinal_cord");
//! let told = LabelTable::built_in("totalsegmenter").unwrap_err().to_string();
//! assert!(told.contains("did you mean \"totalsegmentator\""));
//! # Ok::<(), thecal_mask::naming::NamingError>(())
//! ```

mod sidecar;
mod table;

use std::path::PathBuf;

pub use sidecar::{beside, beside_in, read_names, read_names_in};
pub use table::LabelTable;

/// Why there are no names.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NamingError {
    /// There is no built-in table of this name.
    #[error(
        "no table of labels is called \"{wanted}\"{}; there are {}, or give a file (.json, .csv or .tsv)",
        crate::suggest::did_you_mean(nearest),
        available.join(", ")
    )]
    NoSuchTable {
        /// The name asked for.
        wanted: String,
        /// The nearest names, best first; may be empty.
        nearest: Vec<String>,
        /// All names.
        available: Vec<&'static str>,
    },
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file holds no table of labels.
    #[error(
        "{path}: found {found}, expected a table of labels: JSON as {{\"79\": \"spinal_cord\"}}, or CSV or \
         TSV with columns for value and name"
    )]
    Content {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: String,
        /// True where the file is sound and of another kind, as the metadata beside an image.
        other_kind: bool,
    },
}
