//! Many studies into one table.
//!
//! [`plan`] searches a folder once and finds its studies. [`run`] measures those that are
//! new or have changed and writes the tables. A study that fails has a row with the reason.
//!
//! A study that takes too long, or that ends the process, can only be stopped from another process.
//! The program `thecal batch` therefore runs this module in a process that it watches.
//!
//! Over many machines the same is done in steps: [`lay`] puts the plan on a file system that all of them see,
//! [`Shard::measure`] measures a part of it on one of them, and [`finish`] writes the tables.
//!
//! ```
//! use thecal::Settings;
//! use thecal::batch::{Hooks, Options, plan, run};
//! use thecal_phantom::cohort::{CohortSpec, Size, write_cohort};
//!
//! let home = tempfile::tempdir()?;
//! let [cohort, out] = ["cohort", "out"].map(|name| home.path().join(name));
//! // Three studies, one of which is broken.
//! let spec = CohortSpec {
//!     studies: 3,
//!     broken: 1,
//!     phantoms: 1,
//!     ct_size: None,
//!     point_spacing_mm: 1.0,
//!     size: Size::Small,
//!     seed: 7,
//! };
//! write_cohort(&spec, &cohort)?;
//! let options = Options::new(Settings::default());
//! let counts = run(&plan(&cohort, &options)?, &out, &options, Hooks::default())?;
//! assert_eq!((counts.studies, counts.failed()), (3, 1));
//! assert!(out.join("summary.csv").is_file());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admission;
mod counts;
mod discover;
mod error;
mod file_facts;
mod group;
mod key;
mod manifest;
mod many;
mod memory_estimate;
mod names;
mod outcome;
mod path_text;
mod plan;
mod plan_file;
mod results;
mod run;
mod shards;
mod store;
mod tables;

pub use counts::Counts;
pub use error::BatchError;
pub use manifest::{Manifest, ManifestError, ManifestRow};
pub use many::{LostStudy, Shard, ShardOf, finish};
pub use names::LabelFrom;
pub use plan::{Plan, PlannedStudy, plan};
pub use run::{Event, Hooks, WorkerFailure, run};
pub use shards::{LaidPlan, ShardFacts, ShardSize, lay};

use std::path::PathBuf;

use rayon::{ThreadPool, ThreadPoolBuilder};
use thecal_separation::Approach;
use thecal_store::Store;

use crate::settings::{Separate, Settings};

/// How a batch is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the studies lie.
    pub store: Store,
    /// Settings of every study.
    pub settings: Settings,
    /// Approaches that a manifest may name.
    pub approaches: Vec<Approach>,
    /// The separation for approaches of a manifest where the settings ask for none. Its own list of
    /// approaches is ignored.
    pub separate: Separate,
    /// Structures and approaches for each study; only the studies of the manifest are run.
    pub manifest: Option<Manifest>,
    /// Labels of the studies in tables and index.
    pub label_from: LabelFrom,
    /// Threads, and studies at the same time.
    pub jobs: usize,
    /// Memory that the running studies may use together, bytes; the need of each is estimated before it
    /// starts.
    pub memory_bytes: u64,
    /// Time limit of a study, s. It is only recorded in `run.json`, because a thread cannot be stopped.
    pub timeout_s: Option<f64>,
    /// Also a page with pictures for each study.
    pub reports: bool,
    /// Measure again what could not be measured before.
    pub retry: bool,
    /// Files that were read beside the studies; no result overwrites them.
    pub read: Vec<PathBuf>,
}

impl Options {
    /// As many jobs as there are processors, 4 GiB, no time limit.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            store: Store::files(),
            settings,
            approaches: Vec::new(),
            separate: Separate::by(Vec::new()),
            manifest: None,
            label_from: LabelFrom::Number,
            jobs: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            memory_bytes: 4 << 30,
            timeout_s: None,
            reports: false,
            retry: false,
            read: Vec::new(),
        }
    }
}

/// As many threads as there are jobs.
fn threads(jobs: usize) -> Result<ThreadPool, BatchError> {
    // A study may be taken up within the wait of another, on the same stack.
    let threads = ThreadPoolBuilder::new().num_threads(jobs.max(1)).stack_size(16 << 20);
    threads.build().map_err(|e| BatchError::Threads(e.to_string()))
}
