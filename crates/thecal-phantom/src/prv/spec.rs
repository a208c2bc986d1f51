//! What a study with a PRV is made from.

use serde::Serialize;

use crate::error::Error;
use crate::random::Stream;

/// What is wrong with a PRV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PrvFault {
    /// Nothing.
    None,
    /// It was drawn with three quarters of the margin that its name says.
    Small,
    /// It was made plane by plane.
    InPlane,
    /// Planes are missing at one end.
    CutAtEnd,
    /// It was cut along the PTV.
    Cropped,
}

/// How a PRV was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PrvMaking {
    /// By the distance from the cord in space.
    ThreeDimensional,
    /// By the distance in space from the cord as a stack of slabs, one for each of its outlines.
    Slabs,
    /// By the distance within each plane.
    InPlane,
}

/// A wave along the cord: `offset + slope z + amplitude sin(2 pi z / wavelength + phase)`, mm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Wave {
    pub(super) offset_mm: f64,
    pub(super) slope: f64,
    pub(super) amplitude_mm: f64,
    pub(super) wavelength_mm: f64,
    pub(super) phase_rad: f64,
}

impl Wave {
    pub(super) fn at(&self, z_mm: f64) -> f64 {
        let turn = std::f64::consts::TAU * z_mm / self.wavelength_mm + self.phase_rad;
        self.offset_mm + self.slope * z_mm + self.amplitude_mm * turn.sin()
    }
}

/// A cord and its PRV.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PrvSpec {
    /// Seed of the places of points, and of everything that [`PrvSpec::random`] chose.
    pub seed: u64,
    /// The margin that the PRV's name says, mm.
    pub named_mm: f64,
    /// The margin that it was drawn with, mm.
    pub drawn_mm: f64,
    /// How it was made.
    pub making: PrvMaking,
    /// What is wrong with it.
    pub fault: PrvFault,
    /// Spacing of the planes, mm.
    pub slice_mm: f64,
    /// Number of planes of the cord.
    pub planes: usize,
    /// Position of the first of them, mm.
    pub first_mm: f64,
    /// Where the cord ends, past its first and last plane, mm.
    pub beyond_mm: f64,
    /// Planes that a cut leaves out, from the PRV's end on; and whether at the head's end.
    pub cut: (usize, bool),
    /// Distance of contour points, mm.
    pub point_spacing_mm: f64,
    /// Decimals of the coordinates.
    pub decimals: usize,
    /// Gap from the cord to the PTV, mm.
    pub ptv_gap_mm: f64,
    /// Radius of the PTV, mm, and its direction in the plane, radians.
    pub ptv: (f64, f64),
    pub(super) middle: [Wave; 2],
    pub(super) semi_axes: [Wave; 2],
    pub(super) turn_rad: f64,
}

impl PrvSpec {
    /// A random cord on slices of `slice_mm` with a PRV of `margin_mm` that has the fault.
    ///
    /// The cord leans by up to 20 degrees and bends by as much, its sections are ellipses of about 8 x 6 mm
    /// that change by up to 15 %, and it ends at its last planes or half a slice past them.
    #[must_use]
    pub fn random(seed: u64, slice_mm: f64, margin_mm: f64, fault: PrvFault) -> Self {
        let r = &mut Stream::new(seed, 30);
        let steep = 20.0_f64.to_radians().tan();
        let mut middle = || {
            let wavelength_mm = r.between(80.0, 200.0);
            let bend = r.between(0.0, 0.7 * steep);
            Wave {
                offset_mm: r.between(-40.0, 40.0),
                slope: r.between(-0.7 * steep, 0.7 * steep),
                amplitude_mm: bend * wavelength_mm / std::f64::consts::TAU,
                wavelength_mm,
                phase_rad: r.between(0.0, std::f64::consts::TAU),
            }
        };
        let middle = [middle(), middle()];
        let mut axis = |least: f64, most: f64| {
            let offset_mm = r.between(least, most);
            Wave {
                offset_mm,
                slope: 0.0,
                amplitude_mm: r.between(0.0, 0.15) * offset_mm,
                wavelength_mm: r.between(50.0, 150.0),
                phase_rad: r.between(0.0, std::f64::consts::TAU),
            }
        };
        let semi_axes = [axis(3.6, 5.5), axis(2.9, 3.8)];
        let drawn_mm = if fault == PrvFault::Small { 0.75 * margin_mm } else { margin_mm };
        // Slabs that do not reach each other's planes are an expansion plane by plane.
        let slabs = r.unit() < 0.3 && drawn_mm > 0.6 * slice_mm;
        let making = match (fault, slabs) {
            (PrvFault::InPlane, _) => PrvMaking::InPlane,
            (_, true) => PrvMaking::Slabs,
            (_, false) => PrvMaking::ThreeDimensional,
        };
        Self {
            seed,
            named_mm: margin_mm,
            drawn_mm,
            making,
            fault,
            slice_mm,
            planes: (r.between(45.0, 75.0) / slice_mm) as usize,
            first_mm: r.between(-60.0, -20.0),
            beyond_mm: if r.unit() < 0.5 { 0.5 * slice_mm } else { 0.0 },
            cut: (1 + (r.unit() * 4.0) as usize, r.unit() < 0.5),
            point_spacing_mm: r.between(0.4, 2.0),
            decimals: [1, 2, 3][(r.unit() * 3.0) as usize % 3],
            ptv_gap_mm: match fault {
                PrvFault::Cropped => r.between(0.0, 0.5) * margin_mm,
                _ => margin_mm + r.between(1.0, 4.0),
            },
            ptv: (r.between(11.0, 18.0), r.between(0.0, std::f64::consts::TAU)),
            middle,
            semi_axes,
            turn_rad: r.between(0.0, std::f64::consts::PI),
        }
    }

    /// The PRV's name, as TG-263 has it.
    #[must_use]
    pub fn name(&self) -> String {
        if self.named_mm.fract() == 0.0 {
            format!("SpinalCord_PRV{:02.0}", self.named_mm)
        } else {
            format!("Cord_PRV{}mm", self.named_mm)
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let lengths = [self.slice_mm, self.drawn_mm, self.named_mm, self.point_spacing_mm];
        let right = lengths.iter().all(|x| x.is_finite() && *x > 0.0 && *x <= 50.0);
        if !right || self.planes < 3 || self.planes > 1000 {
            let what = "a PRV needs lengths above 0 and at most 50 mm, and 3 to 1000 planes";
            return Err(Error::Spec(what.to_owned()));
        }
        Ok(())
    }
}
