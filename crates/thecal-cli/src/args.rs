//! The command line as typed: names, help texts and defaults.

pub(crate) mod bounds;
mod choice;
mod choices;
mod dvh;
mod explain;
mod phantom;
mod planned;
mod steps;
mod uncertain;
pub(crate) mod values;

use std::path::PathBuf;

use clap::builder::EnumValueParser;
use clap::{ArgGroup, Args, Parser, Subcommand};
use thecal::ContourPlanes;

pub(crate) use choice::Choice;
pub(crate) use choices::{Ends, Mesh, Reference};
pub(crate) use dvh::{Dose, Dvh};
pub(crate) use explain::Explain;
pub(crate) use phantom::{DrawnPrv, Phantom, Position, Shape};
pub(crate) use steps::{Step, Steps};
pub(crate) use uncertain::Uncertain;
pub(crate) use values::LabelFrom;
use values::{Trimmed, bytes, name, number, planes, triangles};

/// Headings that options of several places stand under.
const STRUCTURES: &str = "Structures";
const VERDICT: &str = "Verdict";
const SEPARATION: &str = "Simulated separation";
const BATCH: &str = "Batch";

/// Measures the gap between epidural tumour, spinal cord and thecal sac.
///
/// Research software, not a medical device.
#[derive(Debug, Parser)]
#[command(name = "thecal", version = env!("THECAL_VERSION"))]
#[command(arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 the smaller threshold is reached; 1 it is not, or this is \
undetermined; 2 usage; 3 input that cannot be used; 4 some studies of a batch could not be measured; \
5 results could not be written.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Largest amount of memory for the data (in a batch: for all studies that run at the same
    /// time), such as 4GiB or 800MiB
    #[arg(long, global = true, display_order = 900, value_name = "SIZE", default_value = "4GiB",
        value_parser = bytes)]
    pub(crate) memory: u64,
    /// File of defaults (TOML, see docs/config.md); options on the command line take precedence.
    /// Default: thecal.toml in the working directory, if it exists
    #[arg(long, global = true, display_order = 901, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print only the result and errors
    #[arg(short, long, global = true, display_order = 902, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Also print which files are read, the role of each structure and where it comes from, and how
    /// long each step takes; this includes names of files
    #[arg(short, long, global = true, display_order = 903)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a phantom study, measure it, simulate a separation and write the report
    Demo(Demo),
    /// List what a folder contains and whether it can be measured
    Info(Info),
    /// Measure the gaps of a study and compare them with thresholds
    Check(Box<Check>),
    /// Measure every study below a folder: one table, one report each, and an index
    Batch(Box<Batch>),
    /// Compare a study before an operation with one after it
    Compare(Box<Compare>),
    /// Measure the dose to structures, and compare it with limits and with the gap
    Dvh(Box<Dvh>),
    /// Show the gap, volumes and doses as other programs have them, and why they differ
    Explain(Box<Explain>),
    /// Write an analytic study with a known gap as DICOM
    Phantom(Phantom),
    /// Make the page and the pictures again from the record of a report
    Report(Report),
    /// Print the completion script of a shell
    Completions(Completions),
    /// Print the manual page of the program, or of one command, for `man`
    Man(Man),
}

impl Command {
    /// How it measures, if it does.
    pub(crate) fn measuring(&mut self) -> Option<&mut Measuring> {
        match self {
            Self::Check(args) => Some(&mut args.measuring),
            Self::Batch(args) => Some(&mut args.check.measuring),
            Self::Compare(args) => Some(&mut args.measuring),
            _ => None,
        }
    }

    /// Whether all that it says is to be JSON.
    pub(crate) fn as_json(&self) -> bool {
        match self {
            Self::Info(args) => args.json,
            Self::Check(args) => args.json,
            Self::Batch(args) => args.check.json,
            Self::Compare(args) => args.json,
            Self::Dvh(args) => args.json,
            Self::Explain(args) => args.json,
            Self::Demo(_)
            | Self::Phantom(_)
            | Self::Report(_)
            | Self::Completions(_)
            | Self::Man(_) => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Folder for the study and its report
    #[arg(long, value_name = "DIR", default_value = "thecal-demo")]
    pub(crate) out: PathBuf,
}

/// The options of a check, for every study, and those of the whole.
#[derive(Debug, Args)]
#[command(
    mut_arg("paths", |a| a.value_name("ROOT").num_args(1).help("Folder, searched below")),
    mut_arg("out", |a| a.help("Folder for the tables, the index and a folder for each study")),
    mut_arg("json", |a| a.help("Print the record of the run as JSON alone")),
    mut_arg("structures", |a| a.hide(true)),
    mut_arg("label", |a| a.hide(true)),
    mut_arg("contour_step", |a| a.hide(true)),
    mut_arg("triangles", |a| a.hide(true)),
    mut_arg("mesh_format", |a| a.hide(true)),
    mut_arg("dose", |a| a.hide(true)),
    after_help = "A second run measures only what is new or has changed. \
Exit code 4: some studies could not be measured; each has its row with the reason."
)]
pub(crate) struct Batch {
    // First: the group that the manifest joins is made there.
    #[command(flatten)]
    pub(crate) check: Check,
    /// Which tumour, cord, sac, files and approaches, study by study (CSV or TOML, see
    /// docs/batch.md); only its studies are run
    #[arg(long, help_heading = BATCH, value_name = "FILE", group = "separates")]
    pub(crate) manifest: Option<PathBuf>,
    /// Labels of the studies in tables and index. number: a running number (key.csv says which folder
    /// it is); folder: the study's folder; manifest: its column `label`, or its `path`. The last two
    /// may name patients
    #[arg(long, help_heading = BATCH, value_enum, value_name = "FROM", default_value = "number")]
    pub(crate) label_from: LabelFrom,
    /// List the studies that would be run, and why others cannot be; the list can be used as a
    /// manifest
    #[arg(long, help_heading = BATCH)]
    pub(crate) dry_run: bool,
    /// Threads, and studies at the same time; default all processors
    #[arg(long, help_heading = BATCH, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// Longest time for one study, s; one that takes longer is stopped
    #[arg(long, help_heading = BATCH, value_name = "SECONDS", default_value_t = 600.0, allow_negative_numbers = true)]
    pub(crate) timeout: f64,
    /// Also report.html with pictures for each study, and thumbnails in the index
    #[arg(long, help_heading = BATCH)]
    pub(crate) reports: bool,
    /// Measure again what could not be measured before
    #[arg(long, help_heading = BATCH)]
    pub(crate) retry: bool,
    /// Set by a batch for the process that it watches
    #[arg(long, hide = true)]
    pub(crate) worker: bool,
    #[command(flatten)]
    pub(crate) steps: Steps,
}

#[derive(Debug, Args)]
pub(crate) struct Info {
    /// Folders (searched below) or files
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Print JSON alone
    #[arg(long)]
    pub(crate) json: bool,
    /// Custom structure names (TOML, see docs/roles.md)
    #[arg(long, value_name = "FILE")]
    pub(crate) aliases: Option<PathBuf>,
    /// Names of the labels of mask files: totalsegmentator, totalsegmentator_v1,
    /// totalsegmentator_mr, totalsegmentator_vertebrae_mr, totalspineseg (or sct), tptbox (or
    /// spineps), verse, sct_levels, or a file (JSON, CSV, TSV). Default: a file beside the mask, or
    /// its header
    #[arg(long, value_name = "TABLE")]
    pub(crate) labels: Option<String>,
    /// Also print Series Descriptions, which may contain names of people; -v prints them too
    #[arg(long)]
    pub(crate) descriptions: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Folders (searched below) or files
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Folder for report.html, pictures, report.json, gaps.csv, profile.csv, structures.dcm,
    /// segmentation.dcm, meshes and structures.json; files of an earlier result are removed
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Label of the study on the page, at its head and on the sign-off sheet. It may name a patient
    /// and appears nowhere else
    #[arg(long, value_name = "TEXT", requires = "out")]
    pub(crate) label: Option<String>,
    /// Print the report as JSON alone
    #[arg(long)]
    pub(crate) json: bool,
    // What has a heading of its own stands last: a heading holds for all that follow it.
    #[command(flatten)]
    pub(crate) solids: Solids,
    #[command(flatten)]
    pub(crate) measuring: Measuring,
    /// RTSTRUCT, SEG, NIfTI or NRRD to use where the study has more than one set (masks on one
    /// lattice are one set); repeat it to use several together
    #[arg(long, help_heading = STRUCTURES, value_name = "FILE")]
    pub(crate) structures: Vec<PathBuf>,
    /// Clinical target volume that the target rule is applied to; repeat it for several. Default: by
    /// role
    #[arg(long, help_heading = SEPARATION, value_name = "NAME", requires = "separates")]
    pub(crate) ctv: Vec<String>,
    /// Margin that a PRV should have, mm: of all whose names are not given, or NAME=MM of one
    /// structure; repeat it for several. Default: what the name says, as SpinalCord_PRV02
    #[arg(long, help_heading = STRUCTURES, value_name = "[NAME=]MM", allow_negative_numbers = true)]
    pub(crate) prv_margin: Vec<String>,
    #[command(flatten)]
    pub(crate) dose: Dose,
}

/// How solids of the result are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Contours and meshes of the result")]
pub(crate) struct Solids {
    /// Planes of the written contours. auto: those of the source, and more between them for residual
    /// and removed part where the gap would change otherwise; source: those of the source only, for
    /// planning systems that accept no others; MM: more planes between them for every computed
    /// structure, at most this far apart
    #[arg(long, value_name = "auto|source|MM", default_value = "auto", value_parser = planes,
        requires = "out")]
    pub(crate) contour_step: ContourPlanes,
    /// Largest number of triangles of a mesh
    #[arg(long, value_name = "N", default_value_t = thecal::MESH_TRIANGLES,
        value_parser = triangles, allow_negative_numbers = true, requires = "out")]
    pub(crate) triangles: usize,
    /// Formats of the meshes
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = Trimmed(EnumValueParser::<Mesh>::new()),
        value_delimiter = ',',
        default_value = "stl,ply,obj,glb",
        requires = "out"
    )]
    pub(crate) mesh_format: Vec<Mesh>,
}

#[derive(Debug, Args)]
#[command(mut_arg("assume_same_frame", |a| a.help(
    "Compare studies of different frames of reference (or patient identifiers) as if they were \
     one; every output is marked"
)))]
pub(crate) struct Compare {
    /// Study before the operation: a folder (searched below) or a file
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,
    /// Study after the operation: a folder (searched below) or a file
    #[arg(value_name = "AFTER")]
    pub(crate) after: PathBuf,
    /// Folder for report.html, pictures, report.json, gaps.csv, profile.csv, structures.dcm,
    /// segmentation.dcm, meshes and structures.json of the study before
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the report as JSON alone
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) solids: Solids,
    #[command(flatten)]
    pub(crate) measuring: Measuring,
    /// RTSTRUCT, SEG, NIfTI or NRRD to use where a study has more than one. The file belongs to the
    /// study that it lies in; repeat it for the other study, or to use several together
    #[arg(long, help_heading = STRUCTURES, value_name = "FILE")]
    pub(crate) structures: Vec<PathBuf>,
    /// As --structures, for the study before, wherever the file lies
    #[arg(long, help_heading = STRUCTURES, value_name = "FILE")]
    pub(crate) structures_before: Vec<PathBuf>,
    /// As --structures, for the study after, wherever the file lies
    #[arg(long, help_heading = STRUCTURES, value_name = "FILE")]
    pub(crate) structures_after: Vec<PathBuf>,
    /// Clinical target volume of the study after that the target rule is applied to; repeat for
    /// several; default by role
    #[arg(long, help_heading = STRUCTURES, value_name = "NAME")]
    pub(crate) ctv: Vec<String>,
    #[command(flatten)]
    pub(crate) dose: Dose,
}

/// Which structures are measured, and how.
#[derive(Debug, Args)]
pub(crate) struct Measuring {
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// Threshold in mm, or PAIR=MM for one pair (tumour-cord, tumour-sac, cord-sac); repeat for
    /// several; default 2 and 3
    #[arg(long, help_heading = VERDICT, value_name = "[PAIR=]MM", allow_negative_numbers = true)]
    pub(crate) threshold: Vec<String>,
    /// A gap up to this far below a threshold counts as reaching it, mm
    #[arg(long, help_heading = VERDICT, value_name = "MM", default_value_t = 0.1,
        allow_negative_numbers = true)]
    pub(crate) tolerance: f64,
    #[command(flatten)]
    pub(crate) separation: Separation,
    #[command(flatten)]
    pub(crate) uncertain: Uncertain,
    /// SHA-256 of the file of defaults, where there is one.
    #[arg(skip)]
    pub(crate) config_sha256: Option<String>,
}

impl Measuring {
    /// Files that are read beside the study.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let named = self.choice.aliases.iter().chain(&self.separation.approaches).cloned();
        named.chain(self.uncertain.file()).collect()
    }
}

/// A separation to simulate.
#[derive(Debug, Args)]
#[command(next_help_heading = SEPARATION)]
#[command(group = ArgGroup::new("separates").args(["separate"]).multiple(true))]
pub(crate) struct Separation {
    /// Simulate a separation by these approaches (built in: ideal, laminectomy,
    /// transpedicular_left, transpedicular_right, transpedicular_bilateral,
    /// lateral_extracavitary_left, lateral_extracavitary_right, anterior, and corpectomy for
    /// comparison; or all)
    #[arg(long, value_name = "APPROACH", value_delimiter = ',', value_parser = name)]
    pub(crate) separate: Vec<String>,
    /// Remove tumour within this distance of the reference, mm
    #[arg(
        long,
        value_name = "MM",
        default_value_t = 3.0,
        allow_negative_numbers = true,
        requires = "separates"
    )]
    pub(crate) amount: f64,
    /// Reference of the resection. Default: the sac, or the cord where there is no sac
    #[arg(long, value_enum, requires = "separates")]
    pub(crate) reference: Option<Reference>,
    /// Custom approaches (TOML, see docs/separation.md)
    #[arg(long, value_name = "FILE", requires = "separates")]
    pub(crate) approaches: Option<PathBuf>,
    /// Structure that instruments must not enter; repeat for several
    #[arg(long, value_name = "NAME", requires = "separates")]
    pub(crate) keep_out: Vec<String>,
    /// Remove tumour only between these levels along the reference's planes, mm
    #[arg(
        long,
        value_name = "MM",
        num_args = 2,
        allow_negative_numbers = true,
        requires = "separates"
    )]
    pub(crate) levels: Option<Vec<f64>>,
    /// Also simulate every half millimetre from 0.5 to 6 mm, and find the smallest depth that reaches
    /// each threshold
    #[arg(long, requires = "separates")]
    pub(crate) sweep: bool,
    /// Cord and sac after the separation: fixed (always included), sac_reexpanded, cord_shift
    #[arg(
        long,
        value_name = "SCENARIO",
        value_delimiter = ',',
        value_parser = name,
        requires = "separates"
    )]
    pub(crate) anatomy: Vec<String>,
    /// Shift of the cord towards the patient's front, left and head, mm; -2,0,0 is 2 mm dorsally
    #[arg(
        long,
        value_name = "FRONT,LEFT,HEAD",
        value_delimiter = ',',
        value_parser = number,
        num_args = 1,
        allow_hyphen_values = true,
        requires = "separates"
    )]
    pub(crate) cord_shift: Vec<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The record: report.json of a check
    #[arg(value_name = "RESULT.json")]
    pub(crate) record: PathBuf,
    /// Folders or files of the study that the record was made from, for slices, cuts, the map of
    /// the cord and surfaces; repeat for several, and for the second study of a comparison
    #[arg(long, value_name = "PATH")]
    pub(crate) study: Vec<PathBuf>,
    /// Label of the study on the page, at its head and on the sign-off sheet. It may name a patient
    /// and appears nowhere else
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,
    /// Folder for report.html and its pictures
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Example for bash: thecal completions bash > \
~/.local/share/bash-completion/completions/thecal")]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "thecal man > thecal.1; thecal man check > thecal-check.1")]
pub(crate) struct Man {
    /// One command; default the program as a whole
    #[arg(value_name = "COMMAND")]
    pub(crate) of: Option<String>,
}
