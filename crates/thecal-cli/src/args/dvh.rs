//! The arguments of `thecal dvh`, and those of a dose that a check shares with it.

use std::path::PathBuf;

use clap::Args;
use thecal_dose::{Metric, PriorRt};

use super::choice::Choice;

#[derive(Debug, Args)]
#[command(mut_arg("assume_same_frame", |a| a.help(
    "Take dose and structures of different frames of reference as if they were in one; every output is \
marked"
)))]
#[command(after_help = "Exit codes: 0 the dose is accepted and every limit that applies is kept; \
1 it is refused, or a limit is not kept or cannot be decided; others as for a check.")]
pub(crate) struct Dvh {
    /// Folders (searched below) or files
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Structure whose dose is given; repeat for several; default all
    #[arg(long, value_name = "NAME")]
    pub(crate) structure: Vec<String>,
    /// Print the record as JSON alone
    #[arg(long)]
    pub(crate) json: bool,
    /// Folder for dvh.json, dvh.csv, dvh_curves.csv and pictures; files of an earlier result
    /// there are removed
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
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

/// A dose, its prescription and what it is held against.
#[derive(Debug, Args)]
#[command(next_help_heading = "Dose")]
pub(crate) struct Dose {
    /// RTDOSE to use; repeat it to sum several; default the only one of the study, or those of all
    /// beams of its plan
    #[arg(long, value_name = "FILE")]
    pub(crate) dose: Vec<PathBuf>,
    /// Prescribed dose of the whole course, Gy; default as the plan says
    #[arg(long, value_name = "GY", value_parser = gy, allow_negative_numbers = true)]
    pub(crate) rx: Option<f64>,
    /// Number of fractions; default as the plan says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) fractions: Option<u32>,
    /// Structure that the prescription is for; default as the plan says, else by role
    #[arg(long, value_name = "NAME")]
    pub(crate) target: Option<String>,
    /// Dose at the tumour's edge, Gy; default as in the plan
    #[arg(long, value_name = "GY", value_parser = gy, allow_negative_numbers = true)]
    pub(crate) edge_dose: Option<f64>,
    /// Fall-off from tumour to cord, % of the prescription per mm, to find the gap that limits need;
    /// with --rx and --fractions also before there is a plan
    #[arg(long, value_name = "PERCENT", value_parser = falloff, allow_negative_numbers = true)]
    pub(crate) falloff: Option<f64>,
    /// Further figures, as D0.1cc, D90%, V12Gy (in %) or V12Gycc (in cc); repeat for several
    #[arg(long, value_name = "METRIC", value_delimiter = ',')]
    pub(crate) metric: Vec<Metric>,
    /// Limits: verified (those read in their source), all (also those read second hand, which are
    /// marked), or a file of your own (TOML, see docs/dose-limits.md)
    #[arg(long, value_name = "verified|all|FILE", default_value = "verified")]
    pub(crate) limits: String,
    /// Earlier radiotherapy of the same place: none; unknown, so that no limit for a first treatment
    /// counts as kept; or EQD2=GY, the earlier dose to the cord (alpha/beta 2 Gy), also with the time
    /// since then as EQD2=GY,months=N
    #[arg(long, value_name = "none|unknown|EQD2=GY", default_value = "unknown")]
    pub(crate) prior_rt: PriorRt,
}

impl Dose {
    /// Files that are read beside the study.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let limits = PathBuf::from(&self.limits);
        self.dose.iter().cloned().chain(limits.is_file().then_some(limits)).collect()
    }
}

/// A dose that can be prescribed.
fn gy(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(gy) if gy > 0.0 && gy <= 200.0 => Ok(gy),
        _ => Err("expected a dose above 0 and at most 200 Gy".to_owned()),
    }
}

/// A fall-off that a plan can have.
fn falloff(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent <= 100.0 => Ok(percent),
        _ => Err("expected % of the prescription for each mm, above 0 and at most 100".to_owned()),
    }
}
