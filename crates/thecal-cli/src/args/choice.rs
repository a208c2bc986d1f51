//! Which structures are meant.

use std::path::PathBuf;

use clap::Args;

use super::choices::Ends;

/// Which structures are meant, and how they become solids in one frame of reference.
#[derive(Debug, Args)]
#[command(next_help_heading = super::STRUCTURES)]
pub(crate) struct Choice {
    /// Structure to take as tumour; repeat for several
    #[arg(long, value_name = "NAME")]
    pub(crate) tumour: Vec<String>,
    /// Structure to take as spinal cord
    #[arg(long, value_name = "NAME")]
    pub(crate) cord: Option<String>,
    /// Structure to take as thecal sac
    #[arg(long, value_name = "NAME")]
    pub(crate) sac: Option<String>,
    /// Custom structure names (TOML, see docs/roles.md)
    #[arg(long, value_name = "FILE")]
    pub(crate) aliases: Option<PathBuf>,
    /// Names of the labels of mask files: totalsegmentator, totalsegmentator_v1,
    /// totalsegmentator_mr, totalsegmentator_vertebrae_mr, totalspineseg (or sct), tptbox (or
    /// spineps), verse, sct_levels, or a file (JSON, CSV, TSV). Default: a file beside the mask, or
    /// its header
    #[arg(long, value_name = "TABLE")]
    pub(crate) labels: Option<String>,
    /// Where a contoured solid ends past its last plane
    #[arg(long, value_enum, default_value_t = Ends::HalfSlice)]
    pub(crate) ends: Ends,
    /// Measure between structures of different frames of reference as if they were one; every
    /// output is marked
    #[arg(long)]
    pub(crate) assume_same_frame: bool,
}
