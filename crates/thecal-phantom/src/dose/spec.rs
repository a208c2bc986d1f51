//! How a dose is planned, sampled and labelled.

use serde::Serialize;

/// How the planes of a grid lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Planes {
    /// Evenly spaced.
    Even,
    /// Half, one and a half, and one time their spacing apart, in turn.
    Uneven,
    /// Evenly spaced, with offsets that are written in tenths of a millimetre.
    Rounded,
}

/// What a dose file holds and what it says that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// The dose of the plan, in Gy.
    Plan,
    /// A file for each of three beams, which add up to the plan.
    Beams,
    /// The dose of one fraction, called FRACTION_SESSION.
    Session,
    /// The dose of one fraction, called PLAN against the truth.
    SessionAsPlan,
    /// Per cent of the prescription, called RELATIVE.
    Relative,
    /// The dose less half the prescription, called ERROR.
    Difference,
    /// The dose of the plan in cGy, called GY against the truth.
    CentiGray,
}

/// How a dose is planned, sampled and labelled; lengths in mm.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DoseSpec {
    /// Prescription, Gy.
    pub prescription_gy: f64,
    /// Whether the plan states the prescription.
    pub prescription_stated: bool,
    /// Number of fractions.
    pub fractions: u32,
    /// Distances of voxel centres along i and j and of planes.
    pub spacing_mm: [f64; 3],
    /// Where the grid begins, in parts of a voxel.
    pub phase: [f64; 3],
    /// How far the grid reaches beyond the target; where it is little, the cord lies partly outside.
    pub margin_mm: f64,
    /// Angle of the grid's normal with the axis to the head, about the axis to the left, degrees.
    pub oblique_deg: f64,
    /// How the planes lie.
    pub planes: Planes,
    /// Whether planes are written from the highest to the lowest.
    pub descending: bool,
    /// Whether Grid Frame Offset Vector holds heights and not distances from the first plane.
    pub absolute: bool,
    /// Whether values are stored in 32 bits and not in 16.
    pub wide: bool,
    /// What the files hold.
    pub content: Content,
    /// Whether the dose lies in a frame of reference of its own, with a registration beside it.
    pub other_frame: bool,
}

impl DoseSpec {
    /// A plan on an axial grid of even planes.
    #[must_use]
    pub fn new(prescription_gy: f64, fractions: u32, spacing_mm: f64) -> Self {
        Self {
            prescription_gy,
            prescription_stated: true,
            fractions,
            spacing_mm: [spacing_mm; 3],
            phase: [0.37, 0.61, 0.23],
            margin_mm: 30.0,
            oblique_deg: 0.0,
            planes: Planes::Even,
            descending: false,
            absolute: false,
            wide: true,
            content: Content::Plan,
            other_frame: false,
        }
    }
}
