//! The arguments of `thecal explain`.

use std::path::PathBuf;

use clap::Args;

use super::choice::Choice;
use super::dvh::Dose;

#[derive(Debug, Args)]
#[command(
    after_help = "The conventions, their rules and the programs that have them: docs/explain.md. \
Exit codes: 0 figures are there, whatever they are; 2 usage; 3 input that cannot be used; 5 results \
could not be written."
)]
pub(crate) struct Explain {
    /// Folders (searched below) or files
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Print the record as JSON alone
    #[arg(long)]
    pub(crate) json: bool,
    /// Folder for explain.json, explain.csv and pictures; files of an earlier result there are
    /// removed
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Make masks on pixels of this size on the contour planes, and not on the grid of the images.
    /// Default without images: 1
    #[arg(long, value_name = "MM", value_parser = grid_mm, allow_negative_numbers = true)]
    pub(crate) grid_mm: Option<f64>,
    /// RTSTRUCT, SEG, NIfTI or NRRD to use where there is more than one set; repeat it to use several
    /// together
    #[arg(long, help_heading = super::STRUCTURES, value_name = "FILE")]
    pub(crate) structures: Vec<PathBuf>,
    // What has a heading of its own stands last.
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) dose: Dose,
}

/// A size that pixels of images have.
fn grid_mm(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(mm) if (0.1..=10.0).contains(&mm) => Ok(mm),
        _ => Err("expected a size of 0.1 to 10 mm".to_owned()),
    }
}
