//! Dose along a shortest way between tumour and cord.
//!
//! The dose is sampled along the way and beyond both its ends; positions are told from the cord's
//! surface, positive towards the tumour. Two values of the grid are never differenced: between them the
//! interpolated dose is no straight line.

use crate::field::{DoseField, PointDose};
use crate::segment::Segment;

/// Samples along the way lie this far apart at most, mm.
const STEP_MM: f64 = 0.25;
/// The dose is looked at this far beyond both ends of the way, mm.
const BEYOND_MM: f64 = 20.0;

/// The dose at one place of the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfilePoint {
    /// Distance from the cord's surface, mm: negative within the cord, more than the gap within the
    /// tumour.
    pub from_cord_mm: f64,
    /// The dose there; none where it is not known.
    pub dose: Option<PointDose>,
}

/// How the dose falls from the tumour to the cord.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gradient {
    /// Mean fall-off, Gy per mm: positive where the tumour's edge has more than the cord's surface.
    pub mean_gy_per_mm: f64,
    /// The least mean that interpolation allows, Gy per mm.
    pub mean_lower_gy_per_mm: f64,
    /// The greatest mean that interpolation allows, Gy per mm.
    pub mean_upper_gy_per_mm: f64,
    /// Steepest fall-off over a step of the samples, Gy per mm.
    pub steepest_gy_per_mm: f64,
    /// Where the dose falls most steeply, mm from the cord's surface.
    pub steepest_from_cord_mm: f64,
}

impl Gradient {
    /// A fall-off in per cent of the prescribed dose for each mm.
    #[must_use]
    pub fn pct_per_mm(gy_per_mm: f64, prescription_gy: f64) -> f64 {
        100.0 * gy_per_mm / prescription_gy
    }
}

/// Why no gradient is told.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoGradient {
    /// There is no gap that the dose could fall across.
    #[error("tumour and cord touch or overlap, so there is no gap that the dose falls across")]
    NoGap,
    /// The dose is sampled more coarsely than the gap is wide.
    #[error(
        "the dose is sampled every {grid_mm:.2} mm along a gap of {gap_mm:.2} mm, which is too coarse \
         for a gradient; calculate the dose on a finer grid"
    )]
    Coarse {
        /// Distance of the samples along the gap, mm.
        grid_mm: f64,
        /// The gap, mm.
        gap_mm: f64,
    },
    /// The dose is not known all along the way.
    #[error("the dose is not known all along the gap; the dose grid ends there")]
    Unknown,
}

/// Dose along a shortest way between tumour and cord.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AcrossGap {
    /// The way.
    pub segment: Segment,
    /// How far apart the samples of the dose lie along it, mm.
    pub grid_mm: f64,
    /// The dose at the tumour's surface.
    pub tumour: Option<PointDose>,
    /// The dose at the cord's surface.
    pub cord: Option<PointDose>,
    /// The dose every 0.25 mm, from within the cord to within the tumour.
    pub profile: Vec<ProfilePoint>,
    /// How the dose falls, or why that is not told.
    pub gradient: Result<Gradient, NoGradient>,
}

/// Where an isodose crosses a way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IsodosePlace {
    /// Dose of the line, Gy.
    pub level_gy: f64,
    /// Distance from the cord's surface, mm, positive towards the tumour; none where the line is not met.
    pub from_cord_mm: Option<f64>,
    /// The least distance that interpolation allows, mm.
    pub lower_mm: Option<f64>,
    /// The greatest distance that interpolation allows, mm.
    pub upper_mm: Option<f64>,
    /// Why the line is not met.
    pub reason: Option<NotMet>,
}

/// Why an isodose is not met along a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotMet {
    /// The dose at the cord's surface is not known.
    #[error("the dose at the cord's surface is not known; the dose grid does not reach it")]
    Unknown,
    /// The dose stays below that level.
    #[error("the dose stays below this level from the cord's surface through the tumour")]
    Below,
    /// The dose stays at or above that level.
    #[error("the dose stays at or above this level from the cord's surface through the cord")]
    Above,
    /// The dose is not known as far as the line.
    #[error("the dose grid ends before this level is met")]
    Ends,
}

impl AcrossGap {
    /// Samples the dose along a way.
    ///
    /// # Error
    /// That of the dose, which its [`PointDose::open_gy`] bounds. Positions of isodoses are those of
    /// straight lines between samples 0.25 mm apart.
    #[must_use]
    pub fn new(segment: Segment, field: &dyn DoseField) -> Self {
        let place = |from_cord_mm: f64| ProfilePoint {
            from_cord_mm,
            dose: field.at(segment.point(from_cord_mm)),
        };
        let profile: Vec<ProfilePoint> = positions(segment.gap_mm).into_iter().map(place).collect();
        let (tumour, cord) = (field.at(segment.tumour_mm), field.at(segment.cord_mm));
        let grid_mm = field.step_mm(segment.towards_tumour);
        let gradient = gradient(&segment, &profile, grid_mm);
        Self { segment, grid_mm, tumour, cord, profile, gradient }
    }

    /// Where an isodose crosses the way: from the cord's surface towards the tumour where the cord's
    /// surface has less than that dose, into the cord where it has as much or more.
    #[must_use]
    pub fn isodose(&self, level_gy: f64) -> IsodosePlace {
        let nominal = self.crossing_mm(|d| d.gy - level_gy);
        // Where the dose is higher than it seems, the line lies nearer to the cord.
        let lower = self.crossing_mm(|d| d.upper_gy() - level_gy);
        let upper = self.crossing_mm(|d| d.lower_gy() - level_gy);
        IsodosePlace {
            level_gy,
            from_cord_mm: nominal.ok(),
            lower_mm: lower.ok(),
            upper_mm: upper.ok(),
            reason: nominal.err(),
        }
    }

    /// The nearest place to the cord's surface where a difference changes its sign.
    fn crossing_mm(&self, over: impl Fn(PointDose) -> f64) -> Result<f64, NotMet> {
        let at = |i: usize| self.profile[i].dose.map(&over);
        let cord = self.profile.partition_point(|p| p.from_cord_mm < 0.0);
        let hot = at(cord).ok_or(NotMet::Unknown)? >= 0.0;
        let not_met = if hot { NotMet::Above } else { NotMet::Below };
        let mut here = cord;
        loop {
            let next = if hot { here.checked_sub(1) } else { Some(here + 1) };
            let next = next.filter(|n| *n < self.profile.len()).ok_or(not_met)?;
            let (Some(a), Some(b)) = (at(here), at(next)) else { return Err(NotMet::Ends) };
            if (b >= 0.0) != hot {
                let (x, y) = (self.profile[here].from_cord_mm, self.profile[next].from_cord_mm);
                return Ok(x + (y - x) * a / (a - b));
            }
            here = next;
        }
    }
}

/// Places along a way: both ends among them, equal steps between, and steps beyond.
fn positions(gap_mm: f64) -> Vec<f64> {
    let gap_mm = gap_mm.max(0.0);
    let steps = (gap_mm / STEP_MM).ceil() as usize;
    let beyond = (BEYOND_MM / STEP_MM).round() as usize;
    let within = (0..steps).map(|k| gap_mm * k as f64 / steps as f64);
    let before = (1..=beyond).rev().map(|k| -STEP_MM * k as f64);
    let after = (0..=beyond).map(|k| gap_mm + STEP_MM * k as f64);
    before.chain(within).chain(after).collect()
}

fn gradient(
    segment: &Segment,
    profile: &[ProfilePoint],
    grid_mm: f64,
) -> Result<Gradient, NoGradient> {
    let gap_mm = segment.gap_mm;
    if gap_mm <= 1e-3 {
        return Err(NoGradient::NoGap);
    }
    if grid_mm > gap_mm {
        return Err(NoGradient::Coarse { grid_mm, gap_mm });
    }
    let between = profile.iter().filter(|p| (0.0..=gap_mm).contains(&p.from_cord_mm));
    let known: Option<Vec<(f64, PointDose)>> =
        between.map(|p| Some((p.from_cord_mm, p.dose?))).collect();
    let known = known.filter(|k| k.len() > 1).ok_or(NoGradient::Unknown)?;
    let ((_, cord), (_, tumour)) = (known[0], known[known.len() - 1]);
    let open = tumour.open_gy + cord.open_gy;
    let mean = tumour.gy - cord.gy;
    let steps = known.windows(2).map(|w| {
        let ((x, a), (y, b)) = (w[0], w[1]);
        ((b.gy - a.gy) / (y - x), 0.5 * (x + y))
    });
    let (steepest_gy_per_mm, steepest_from_cord_mm) =
        steps.max_by(|a, b| a.0.total_cmp(&b.0)).ok_or(NoGradient::Unknown)?;
    Ok(Gradient {
        mean_gy_per_mm: mean / gap_mm,
        mean_lower_gy_per_mm: (mean - open) / gap_mm,
        mean_upper_gy_per_mm: (mean + open) / gap_mm,
        steepest_gy_per_mm,
        steepest_from_cord_mm,
    })
}
