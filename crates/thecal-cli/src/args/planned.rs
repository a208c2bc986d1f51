//! The arguments of a phantom's plan and dose.

use clap::{Args, ValueEnum};
use thecal_phantom::{Content, DoseKind, DoseSpec, Planes};

/// A plan and a dose beside a phantom; `--dose` asks for them.
#[derive(Debug, Args)]
#[command(next_help_heading = "With a plan and a dose that is known at every point")]
pub(crate) struct PlannedPhantom {
    /// Also a plan (RP.dcm) and its dose (RD.dcm), with the prescription at the tumour's end of the
    /// closest segment: linear:GY_PER_MM (falls evenly along it), erf:PERCENT (an error function
    /// whose steepest slope is PERCENT of its plateau per mm), inverse-square:MM (from a source MM
    /// behind it), conformal:MM (over the tumour, with an edge round the cord that has half the
    /// plateau MM outside its surface). The number may be left out
    #[arg(long, value_name = "KIND", value_parser = str::parse::<DoseKind>)]
    pub(crate) dose: Option<DoseKind>,
    /// Prescription, Gy
    #[arg(long, value_name = "GY", default_value_t = 24.0, requires = "dose")]
    pub(crate) rx: f64,
    /// Number of fractions
    #[arg(long, value_name = "N", default_value_t = 2, requires = "dose")]
    pub(crate) fractions: u32,
    /// Leave the prescription out of the plan, as some planning systems do
    #[arg(long, requires = "dose")]
    pub(crate) no_rx: bool,
    /// Spacing of the dose grid along rows, columns and planes, mm, as 1.5,1.5,2; one number for all
    /// three
    #[arg(long, value_name = "MM", default_value = "2", value_parser = spacing, requires = "dose")]
    pub(crate) dose_grid: Spacing,
    /// How far the grid reaches beyond the tumour, mm; little leaves the cord partly outside
    #[arg(long, value_name = "MM", default_value_t = 30.0, requires = "dose")]
    pub(crate) dose_margin: f64,
    /// Angle of the grid about the axis to the patient's left, degrees
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 0.0,
        allow_negative_numbers = true,
        requires = "dose"
    )]
    pub(crate) dose_oblique: f64,
    /// How the planes of the grid lie
    #[arg(long, value_enum, default_value_t = PlanesOf::Even, requires = "dose")]
    pub(crate) dose_planes: PlanesOf,
    /// What the offsets of the planes are
    #[arg(long, value_enum, default_value_t = Offsets::Relative, requires = "dose")]
    pub(crate) dose_offsets: Offsets,
    /// What the dose files hold, and what they say that they hold
    #[arg(long, value_enum, default_value_t = Holds::Plan, requires = "dose")]
    pub(crate) dose_holds: Holds,
    /// The dose in a frame of reference of its own, with a registration (REG.dcm)
    #[arg(long, requires = "dose")]
    pub(crate) dose_other_frame: bool,
    /// Store doses in 16 bits, not in 32
    #[arg(long, requires = "dose")]
    pub(crate) dose_16_bits: bool,
}

impl PlannedPhantom {
    /// How the dose is planned, sampled and labelled.
    pub(crate) fn spec(&self) -> DoseSpec {
        let Spacing(spacing_mm) = self.dose_grid;
        let new = DoseSpec::new(self.rx, self.fractions, spacing_mm[0]);
        DoseSpec {
            spacing_mm,
            prescription_stated: !self.no_rx,
            margin_mm: self.dose_margin,
            oblique_deg: self.dose_oblique,
            planes: self.dose_planes.into(),
            absolute: matches!(self.dose_offsets, Offsets::Absolute | Offsets::AbsoluteDescending),
            descending: {
                matches!(self.dose_offsets, Offsets::Descending | Offsets::AbsoluteDescending)
            },
            content: self.dose_holds.into(),
            other_frame: self.dose_other_frame,
            wide: !self.dose_16_bits,
            ..new
        }
    }
}

/// Along rows, columns and planes, mm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spacing([f64; 3]);

/// One number, or three with commas between them.
fn spacing(text: &str) -> Result<Spacing, String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|n| n.trim().parse::<f64>()).collect();
    match numbers.as_deref() {
        Ok([all]) => Ok(Spacing([*all; 3])),
        Ok([x, y, z]) => Ok(Spacing([*x, *y, *z])),
        _ => Err("expected one number of mm, or three with commas between them".to_owned()),
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PlanesOf {
    Even,
    /// Half, one and a half and one time the spacing apart, in turn
    Uneven,
    /// Even, with offsets written in tenths of a millimetre
    Rounded,
}

impl From<PlanesOf> for Planes {
    fn from(planes: PlanesOf) -> Self {
        match planes {
            PlanesOf::Even => Self::Even,
            PlanesOf::Uneven => Self::Uneven,
            PlanesOf::Rounded => Self::Rounded,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Offsets {
    /// Distances from the first plane, which is the lowest
    Relative,
    /// Distances from the first plane, which is the highest
    Descending,
    /// Heights
    Absolute,
    /// Heights, from the highest plane on
    AbsoluteDescending,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Holds {
    /// The dose of the plan
    Plan,
    /// Three files, of a beam each
    Beams,
    /// The dose of one fraction (FRACTION_SESSION)
    Session,
    /// The dose of one fraction that is called that of the plan
    SessionAsPlan,
    /// Per cent of the prescription (RELATIVE)
    Relative,
    /// The dose less half the prescription (ERROR)
    Difference,
    /// The dose in cGy that is called Gy
    CentiGray,
}

impl From<Holds> for Content {
    fn from(holds: Holds) -> Self {
        match holds {
            Holds::Plan => Self::Plan,
            Holds::Beams => Self::Beams,
            Holds::Session => Self::Session,
            Holds::SessionAsPlan => Self::SessionAsPlan,
            Holds::Relative => Self::Relative,
            Holds::Difference => Self::Difference,
            Holds::CentiGray => Self::CentiGray,
        }
    }
}
