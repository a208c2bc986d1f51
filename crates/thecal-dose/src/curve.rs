//! The dose-volume curve of a solid, and the figures that are read from it.

use crate::bands::{Bands, OPEN_STEPS};
use crate::dose::Dose;
use crate::figure::{Figure, NoFigure};
use crate::histogram::{BINS, Cumulative, last_at_least_zero};
use crate::integrate::integrate;
use crate::integrate::sums::Of;
use crate::metric::{Metric, Unit};
use thecal_mask::Solid;
use thecal_voxel::VoxelError;

/// Where a structure leaves the dose's grid, a dose of this part of a figure says that the figure could be
/// decided beyond it. Doses of one plan fall towards the faces of their grid.
const AT_BORDER: f64 = 0.5;
/// A part of the volume outside the dose that is no more than rounding.
const ROUNDING: f64 = 1e-6;
/// mm³ in a cc.
const MM3: f64 = 1000.0;

/// Why a dose could not be integrated over a structure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DoseVolumeError {
    /// The lattice over the structure does not fit.
    #[error(transparent)]
    Voxel(#[from] VoxelError),
}

/// The dose-volume curve of a structure, with what the drawing and the sampling of the dose leave open.
///
/// # Example
/// ```
/// use thecal_dose::{Dose, DoseGrid, DoseVolume, Metric};
/// use thecal_geom::{Contour, ContourKind, Point3, Vector3};
/// use thecal_mask::{EndRule, Solid};
///
/// // A cube of 20 mm, drawn every 2 mm, in a dose of 1 Gy for each mm from left to right.
/// let square = |z: f64| Contour {
///     number: 1,
///     kind: ContourKind::ClosedPlanar,
///     points_mm: [[-10.0, -10.0], [10.0, -10.0], [10.0, 10.0], [-10.0, 10.0]]
///         .map(|[x, y]| Point3::new(x, y, z))
///         .to_vec(),
/// };
/// let contours: Vec<Contour> = (-5..=5).map(|k| square(2.0 * f64::from(k))).collect();
/// let cube = Solid::from_contours(&contours, EndRule::Plane, 2.0)?;
/// let values_gy = (0..13 * 13 * 13).map(|n| 3.0 * (n % 13) as f32).collect();
/// let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
/// let planes_mm = (0..13).map(|k| 3.0 * f64::from(k)).collect();
/// let corner = Point3::new(-18.0, -18.0, -18.0);
/// let grid = DoseGrid::new(corner, axes, [3.0, 3.0], planes_mm, [13, 13], values_gy)?;
///
/// let curve = DoseVolume::from_solid(&cube, &Dose::from(grid))?;
/// let gy = |metric: Metric| curve.figure(&metric).value.expect("a dose");
/// assert!((gy(Metric::Max) - 28.0).abs() < 0.01);
/// assert!((gy(Metric::Mean) - 18.0).abs() < 0.01);
/// // The hottest 0.4 cc are the last millimetre.
/// assert!((gy(Metric::DoseToCc(0.4)) - 27.0).abs() < 0.02);
/// assert_eq!(curve.figure(&Metric::DoseToCc(9.0)).value, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct DoseVolume {
    bands: Bands,
}

/// The volume with at least a dose, by dose.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Curve {
    /// Doses, ascending, Gy.
    pub dose_gy: Vec<f64>,
    /// The volume with at least each dose, cc.
    pub volume_cc: Vec<f64>,
    /// The least that is allowed, cc.
    pub lower_cc: Vec<f64>,
    /// The most that is allowed, cc.
    pub upper_cc: Vec<f64>,
}

impl DoseVolume {
    /// Integrates a dose over a solid, its surface included.
    ///
    /// # Error
    /// `docs/dose.md` says how the integral is made. The
    /// intervals hold what the drawing leaves open (ends, planes that lie apart, chords, rounding,
    /// pixels), what the interpolation of the dose does, and dose outside its grid.
    ///
    /// # Errors
    /// When the lattice over the structure would not fit.
    pub fn from_solid(solid: &Solid, dose: &Dose) -> Result<Self, DoseVolumeError> {
        Ok(Self { bands: Bands::new(&integrate(solid, dose)?) })
    }

    /// The volume of the structure as it is integrated, under the solid's own end rule, cc.
    #[must_use]
    pub fn volume_cc(&self) -> f64 {
        self.bands.nominal_mm3() / MM3
    }

    /// The least and the largest volume that the drawing allows, cc.
    #[must_use]
    pub fn volume_range_cc(&self) -> [f64; 2] {
        [self.bands.core_mm3() / MM3, self.bands.all_mm3() / MM3]
    }

    /// The part of the volume where the dose is known, 0 to 1.
    #[must_use]
    pub fn share_in_grid(&self) -> f64 {
        let all = self.bands.nominal_mm3();
        if all > 0.0 { 1.0 - self.bands.outside_mm3[0] / all } else { 0.0 }
    }

    /// A figure with its interval.
    #[must_use]
    pub fn figure(&self, metric: &Metric) -> Figure {
        match metric {
            Metric::Max => self.max(),
            Metric::Min => self.min(),
            Metric::Mean => self.mean(),
            Metric::DoseToCc(cc) => self.dose_to_cc(*cc),
            Metric::DoseToPercent(percent) => self.dose_to_part(percent / 100.0),
            Metric::CcAtDose(gy) => self.volume_at(*gy),
            Metric::PercentAtDose(gy) => self.part_at(*gy),
        }
    }

    /// The cumulative curve at `points` evenly spaced doses, from none to the largest that is allowed.
    /// Where no dose is known, the volume counts in the upper end alone.
    #[must_use]
    pub fn curve(&self, points: usize) -> Curve {
        let b = &self.bands;
        let top = [Of::All, Of::Structure].map(|of| b.extremes.gy(of, true).unwrap_or(0.0));
        let top = top[0].max(top[1]).max(0.0);
        let step = top / points.saturating_sub(1).max(1) as f64;
        let dose_gy: Vec<f64> = (0..points).map(|n| step * n as f64).collect();
        let cc = |curve: &Cumulative, more: f64| -> Vec<f64> {
            dose_gy.iter().map(|d| (curve.above(b.axis.at(*d)) + more).max(0.0) / MM3).collect()
        };
        Curve {
            volume_cc: cc(&b.nominal, 0.0),
            lower_cc: cc(&b.core_low, 0.0),
            upper_cc: cc(&b.all_high, b.outside_mm3[2]),
            dose_gy,
        }
    }

    /// True where what lies outside the dose could be as hot as a dose that was found inside.
    fn could_lie_outside(&self, gy: f64) -> bool {
        let border_gy = self.bands.border_gy;
        // Where no border was met, the dose ends before the structure begins.
        self.is_outside() && (border_gy == f64::NEG_INFINITY || border_gy >= AT_BORDER * gy)
    }

    fn is_outside(&self) -> bool {
        self.bands.outside_mm3[2] > ROUNDING * self.bands.all_mm3()
    }

    fn max(&self) -> Figure {
        let e = &self.bands.extremes;
        let lower = e.gy(Of::Core, true);
        match e.gy(Of::Structure, true) {
            Some(max) if !self.could_lie_outside(max) => {
                let upper = e.gy(Of::All, true);
                Figure::known(max, lower, upper, Unit::Gy)
            }
            _ => Figure::unknown(NoFigure::OutsideDose, lower, None, Unit::Gy),
        }
    }

    fn min(&self) -> Figure {
        let e = &self.bands.extremes;
        let upper = e.gy(Of::Core, false);
        match e.gy(Of::Structure, false) {
            Some(min) if !self.is_outside() => {
                let lower = e.gy(Of::All, false);
                Figure::known(min, lower, upper, Unit::Gy)
            }
            _ => Figure::unknown(NoFigure::OutsideDose, None, upper, Unit::Gy),
        }
    }

    fn mean(&self) -> Figure {
        let b = &self.bands;
        if self.is_outside() || b.nominal.volume <= 0.0 {
            return Figure::unknown(NoFigure::OutsideDose, None, None, Unit::Gy);
        }
        let value = b.axis.gy_at(b.nominal.moment() / b.nominal.volume);
        let [lower, upper] = b.mean_gy();
        Figure::known(value, Some(lower), Some(upper), Unit::Gy)
    }

    fn dose_to_cc(&self, cc: f64) -> Figure {
        let (b, mm3) = (&self.bands, cc * MM3);
        if b.nominal_mm3() < mm3 {
            return Figure::unknown(NoFigure::StructureTooSmall, None, None, Unit::Gy);
        }
        let lower = b.dose_to(&b.core_low, mm3, -1.0);
        let Some(value) = self.nominal_gy(mm3) else {
            return Figure::unknown(NoFigure::OutsideDose, lower, None, Unit::Gy);
        };
        Figure::known(value, lower, b.dose_to(&b.all_high, mm3, 1.0), Unit::Gy)
    }

    fn dose_to_part(&self, part: f64) -> Figure {
        let b = &self.bands;
        let [lower, upper] = b.dose_to_part(part);
        match self.nominal_gy(part * b.nominal_mm3()) {
            Some(value) => Figure::known(value, lower, upper, Unit::Gy),
            None => Figure::unknown(NoFigure::OutsideDose, lower, None, Unit::Gy),
        }
    }

    /// The largest dose that a volume has at least, Gy; `None` where that could be decided outside the
    /// dose.
    fn nominal_gy(&self, mm3: f64) -> Option<f64> {
        let b = &self.bands;
        // What is asked for as a whole is there, whatever rounding says.
        let mm3 = mm3.min(b.nominal_mm3() * (1.0 - 1e-9));
        let place = last_at_least_zero(|n| b.nominal.node(n) - mm3)?;
        let [min, max] = [false, true].map(|largest| b.extremes.gy(Of::Structure, largest));
        let gy = b.axis.gy_at(place).max(min?).min(max?);
        (!self.could_lie_outside(gy)).then_some(gy)
    }

    fn volume_at(&self, gy: f64) -> Figure {
        let b = &self.bands;
        let at = b.axis.at(gy);
        /// Sums of many pieces are known to this part of the whole.
        const ROUNDING: f64 = 1e-9;
        let cc = |curve: &Cumulative, at: f64, sign: f64| {
            (curve.above(at) + sign * ROUNDING * curve.volume).max(0.0) / MM3
        };
        let lower = Some(cc(&b.core_low, at + OPEN_STEPS, -1.0));
        let upper = cc(&b.all_high, at - OPEN_STEPS, 1.0);
        if self.could_lie_outside(gy) {
            let upper = Some(upper + b.outside_mm3[2] / MM3);
            return Figure::unknown(NoFigure::OutsideDose, lower, upper, Unit::Cc);
        }
        Figure::known(cc(&b.nominal, at, 0.0), lower, Some(upper), Unit::Cc)
    }

    fn part_at(&self, gy: f64) -> Figure {
        let b = &self.bands;
        let all = b.nominal_mm3();
        let [lower, upper] = b.part_at(b.axis.at(gy)).map(|p| 100.0 * p);
        if all <= 0.0 || self.could_lie_outside(gy) {
            return Figure::unknown(NoFigure::OutsideDose, Some(lower), None, Unit::Percent);
        }
        let value = 100.0 * b.nominal.above(b.axis.at(gy)).max(0.0) / all;
        Figure::known(value, Some(lower), Some(upper), Unit::Percent)
    }

    /// The differential curve: the volume of each of `bins` evenly wide doses from none to the largest,
    /// cc, with the width of a bin, Gy.
    #[must_use]
    pub fn differential(&self, bins: usize) -> (Vec<f64>, f64) {
        let b = &self.bands;
        let top = b.extremes.gy(Of::Structure, true).unwrap_or(0.0).max(0.0);
        let width_gy = top / bins.clamp(1, BINS) as f64;
        let above = |n: usize| b.nominal.above(b.axis.at(width_gy * n as f64)) / MM3;
        let of = |n: usize| {
            // The last bin holds its upper end, too.
            let next = if n + 1 == bins { 0.0 } else { above(n + 1) };
            (above(n) - next).max(0.0)
        };
        ((0..bins).map(of).collect(), width_gy)
    }
}
