//! The arguments of `thecal phantom`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use thecal_phantom::clinic::{Habit, Orientation, Scene};

use super::planned::PlannedPhantom;

#[derive(Debug, Args)]
pub(crate) struct Phantom {
    /// Folder to write to; must be empty or absent
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Tumour's shape
    #[arg(long, value_enum, default_value_t = Shape::Sphere)]
    pub(crate) shape: Shape,
    /// Tumour-cord gap, mm
    #[arg(long, value_name = "MM", default_value_t = 2.0)]
    pub(crate) gap: f64,
    /// Slice spacing, mm
    #[arg(long, value_name = "MM", default_value_t = 2.0)]
    pub(crate) slice: f64,
    /// Seed of sizes, places and noise
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Rows of the CT
    #[arg(long, value_name = "N", default_value_t = 512)]
    pub(crate) rows: u16,
    /// Columns of the CT
    #[arg(long, value_name = "N", default_value_t = 512)]
    pub(crate) columns: u16,
    /// Pixel spacing, mm
    #[arg(long, value_name = "MM", default_value_t = 0.7)]
    pub(crate) pixel: f64,
    /// Distance between contour points, mm
    #[arg(long, value_name = "MM", default_value_t = 0.25)]
    pub(crate) point_spacing: f64,
    /// Patient Position of the CT
    #[arg(long, value_enum, default_value_t = Position::Hfs)]
    pub(crate) position: Position,
    /// Write only the structure set
    #[arg(long)]
    pub(crate) no_ct: bool,
    /// Instead, a cord with a PRV named 2 mm, without CT, from --seed and --slice: exact; small
    /// (1.5 mm); in-plane; cut (at an end); or cropped (along the PTV)
    #[arg(long, value_enum, value_name = "HOW", conflicts_with = "dose")]
    pub(crate) prv: Option<DrawnPrv>,
    #[command(flatten)]
    pub(crate) planned: PlannedPhantom,
    #[command(flatten)]
    pub(crate) clinic: ClinicPhantom,
}

/// A phantom drawn as clinics draw, without CT; any of these asks for it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Contours as drawn in clinics, without CT")]
pub(crate) struct ClinicPhantom {
    /// How contours are drawn: dense; points:N (N points a ring); rounded:MM (coordinates in the
    /// plane); staircase:MM or staircase-corners:MM (along the edges of pixels of MM);
    /// marching-squares:MM (midway between pixel centres); boundary-pixels:MM or
    /// boundary-pixels-corners:MM (through the centres of the outermost pixels); noise:MM
    /// (contouring noise, independent on each plane)
    #[arg(long, value_name = "HABIT", conflicts_with = "dose")]
    pub(crate) drawn: Option<Habit>,
    /// The anatomy: sphere, ellipsoid, c; lean:DEGREES (a cord that leans); cropped:MM (a tumour
    /// cut back to MM from the cord, which is the gap); nodule:RADIUS (a small sphere that sticks
    /// out of the tumour); flat-end; dumbbell; plaque. Default as --shape
    #[arg(long, value_name = "SCENE", conflicts_with = "dose")]
    pub(crate) scene: Option<Scene>,
    /// Orientation of the planes: axial, sagittal, coronal or oblique
    #[arg(long, value_name = "ORIENTATION", conflicts_with = "dose")]
    pub(crate) planes: Option<Orientation>,
    /// A label map as NIfTI (cord 1, tumour 2) with pixels of --pixel instead of contours
    #[arg(long, conflicts_with_all = ["drawn", "dose"])]
    pub(crate) mask: bool,
}

impl ClinicPhantom {
    /// Whether any of them is given.
    pub(crate) fn asked(&self) -> bool {
        self.drawn.is_some() || self.scene.is_some() || self.planes.is_some() || self.mask
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Shape {
    Sphere,
    /// Rotated ellipsoid
    Ellipsoid,
    /// C round the ventral and lateral sac
    C,
}

/// How a phantom's PRV is drawn.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DrawnPrv {
    Exact,
    Small,
    InPlane,
    Cut,
    Cropped,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum Position {
    Hfs,
    Hfp,
    Ffs,
    Ffp,
    Hfdr,
    Hfdl,
    Ffdr,
    Ffdl,
}
