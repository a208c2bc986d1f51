//! What the two processes of a batch say to each other: JSON, a line each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the one that measures is told when it begins.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(super) struct Orders {
    /// Studies to run alone, since one of them may end the process.
    pub(super) suspects: Vec<String>,
    /// Studies that did.
    pub(super) failures: Vec<Failed>,
    /// How often it was begun anew.
    pub(super) restarts: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Failed {
    pub(super) key: String,
    pub(super) timeout: bool,
    pub(super) reason: String,
}

/// What it tells of itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Told {
    Planned {
        studies: usize,
    },
    Kept,
    Started {
        key: String,
    },
    Finished {
        key: String,
    },
    Tables,
    Done {
        studies: usize,
        kept: usize,
        failed: usize,
        not_written: usize,
        by_status: BTreeMap<String, usize>,
        by_headline: BTreeMap<String, usize>,
    },
    Failed {
        message: String,
        code: u8,
    },
}
