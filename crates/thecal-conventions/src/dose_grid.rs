//! Dose figures on the voxel centres of the dose grid, plane by plane, as dicompyler-core has them.

use thecal_dose::DoseGrid;
use thecal_geom::{Point2, Point3};
use thecal_mask::InPlane;
use thecal_mask::raster::{Combine, pixels};

use crate::drawn::Drawn;
use crate::no_figure::NoFigure;

/// Width of a bin of the histogram, Gy.
const BIN_GY: f64 = 0.01;

/// What a structure receives by the centres of the dose grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoseGridFigures {
    /// Volume: pixels of all planes times their area and the smallest distance of planes, cc.
    pub volume_cc: f64,
    /// Upper end of the highest bin that holds anything, Gy.
    pub max_gy: f64,
    /// Mean over the middles of the bins, Gy.
    pub mean_gy: f64,
    /// Lower end of the bin whose cumulative volume is nearest to 0.03 cc, Gy; none where the structure
    /// has no 0.03 cc.
    pub d003cc_gy: Option<f64>,
    /// Pixels of all planes.
    pub pixels: usize,
    /// The dose grid's volume of one pixel, cc.
    pub pixel_cc: f64,
}

/// The figures of a structure.
///
/// # Errors
/// When it has no contours, they do not lie on planes of the grid, it was drawn on one plane, or no
/// voxel centre with a dose lies in it.
pub fn dose_grid_figures(drawn: &Drawn<'_>, dose: &DoseGrid) -> Result<DoseGridFigures, NoFigure> {
    drawn.need_contours()?;
    let planes = planes(drawn, dose)?;
    let none = || NoFigure::NoDose { name: drawn.name.to_owned() };
    let steps = planes.windows(2).map(|p| (p[1].at - p[0].at) as f64 / HUNDREDTHS);
    let thickness_mm = steps.min_by(f64::total_cmp);
    let one = || NoFigure::OnePlane { name: drawn.name.to_owned() };
    let thickness_mm = thickness_mm.ok_or_else(one)?;
    let [dx, dy, _] = dose.spacing_mm();
    let pixel_cc = dx * dy * thickness_mm / 1000.0;
    let bins = (dose.max_gy() / BIN_GY) as usize + 1;
    let mut counts = vec![0_u64; bins];
    let mut count = 0;
    let [nx, ny, _] = dose.size();
    let first_mm = dose.origin_mm().coords.dot(&dose.directions()[2]);
    for plane in &planes {
        let set = pixels(&plane.rings, [nx, ny], InPlane::PixelCentre, Combine::ExclusiveOr);
        let set = set.map_err(|e| NoFigure::of_raster(drawn.name, e))?;
        count += set.iter().filter(|s| **s).count();
        let Some(between) = between(dose, plane.at as f64 / HUNDREDTHS - first_mm) else {
            continue;
        };
        for (n, _) in set.iter().enumerate().filter(|(_, s)| **s) {
            let Some(gy) = between.dose_gy(dose, [n % nx, n / nx]) else { continue };
            // A thousandth of a bin: what single floats leave of a dose that is a bin's edge.
            let bin = (gy / BIN_GY + 1e-3).max(0.0) as usize;
            counts[bin.min(bins - 1)] += 1;
        }
    }
    let known: u64 = counts.iter().sum();
    if known == 0 {
        return Err(none());
    }
    let volume_cc = count as f64 * pixel_cc;
    // Planes beyond the dose count for the volume, which the histogram is scaled to.
    let scale = volume_cc / known as f64;
    Ok(DoseGridFigures { volume_cc, pixels: count, pixel_cc, ..of_histogram(&counts, scale) })
}

/// Maximum, mean and D0.03cc of a histogram.
fn of_histogram(counts: &[u64], scale: f64) -> DoseGridFigures {
    const VOLUME_CC: f64 = 0.03;
    let used = counts.iter().rposition(|c| *c > 0).map_or(0, |n| n + 1);
    let middle = |n: usize| (n as f64 + 0.5) * BIN_GY;
    let all: u64 = counts.iter().sum();
    let mean = counts.iter().enumerate().map(|(n, c)| middle(n) * *c as f64).sum::<f64>();
    // From the highest bin down, so that the volume of each is what receives at least its dose.
    let mut above = 0;
    let mut cumulative: Vec<f64> = counts[..used]
        .iter()
        .rev()
        .map(|c| {
            above += c;
            above as f64 * scale
        })
        .collect();
    cumulative.reverse();
    let off = |n: &usize| (cumulative[*n] - VOLUME_CC).abs();
    let nearest = (0..used).min_by(|m, n| off(m).total_cmp(&off(n)));
    let whole = cumulative.first().copied().unwrap_or(0.0);
    DoseGridFigures {
        volume_cc: whole,
        max_gy: used as f64 * BIN_GY,
        mean_gy: mean / all as f64,
        d003cc_gy: nearest.filter(|_| whole >= VOLUME_CC).map(|n| n as f64 * BIN_GY),
        pixels: 0,
        pixel_cc: 0.0,
    }
}

/// Positions of planes are told apart by hundredths of a millimetre.
const HUNDREDTHS: f64 = 100.0;

/// A contour plane in pixels of the dose grid.
struct Plane {
    /// Height in the patient along the grid's normal, hundredths of a millimetre.
    at: i64,
    rings: Vec<Vec<Point2>>,
}

fn planes(drawn: &Drawn<'_>, dose: &DoseGrid) -> Result<Vec<Plane>, NoFigure> {
    /// Points of one contour lie this near to a plane, mm.
    const ON_PLANE_MM: f64 = 0.1;
    let [i, j, normal] = dose.directions();
    let [dx, dy, _] = dose.spacing_mm();
    let mut planes: Vec<Plane> = Vec::new();
    for contour in drawn.closed() {
        let from = |p: &Point3| p - dose.origin_mm();
        let heights = contour.points_mm.iter().map(|p| p.coords.dot(&normal));
        let heights: Vec<f64> = heights.collect();
        let Some(first) = heights.first() else { continue };
        if heights.iter().any(|h| (h - first).abs() > ON_PLANE_MM) {
            return Err(NoFigure::Across { name: drawn.name.to_owned() });
        }
        let at = (first * HUNDREDTHS).round_ties_even() as i64;
        let pixel = |p: &Point3| [from(p).dot(&i) / dx, from(p).dot(&j) / dy];
        let ring = contour.points_mm.iter().map(pixel).collect();
        match planes.iter_mut().find(|p| p.at == at) {
            Some(plane) => plane.rings.push(ring),
            None => planes.push(Plane { at, rings: vec![ring] }),
        }
    }
    planes.sort_by_key(|p| p.at);
    Ok(planes)
}

/// The planes of the dose that a contour plane takes its dose from.
struct Between {
    nearest: usize,
    second: usize,
    /// Weight of the nearest.
    weight: f64,
}

impl Between {
    fn dose_gy(&self, dose: &DoseGrid, [i, j]: [usize; 2]) -> Option<f64> {
        let nearest = dose.sample_gy([i, j, self.nearest])?;
        if self.weight == 1.0 {
            return Some(nearest);
        }
        let second = dose.sample_gy([i, j, self.second])?;
        Some(self.weight * nearest + (1.0 - self.weight) * second)
    }
}

/// The plane that lies nearer than half a millimetre, else a straight line through the two nearest;
/// none beyond the grid.
fn between(dose: &DoseGrid, at_mm: f64) -> Option<Between> {
    const SAME_PLANE_MM: f64 = 0.5;
    let planes = dose.planes_mm();
    let off = |k: &usize| (planes[*k] - at_mm).abs();
    let nearest = (0..planes.len()).min_by(|a, b| off(a).total_cmp(&off(b)))?;
    if off(&nearest) < SAME_PLANE_MM {
        return Some(Between { nearest, second: nearest, weight: 1.0 });
    }
    if at_mm < *planes.first()? || at_mm > *planes.last()? {
        return None;
    }
    let others = (0..planes.len()).filter(|k| *k != nearest);
    let second = others.min_by(|a, b| off(a).total_cmp(&off(b)))?;
    let weight = (at_mm - planes[second]) / (planes[nearest] - planes[second]);
    Some(Between { nearest, second, weight })
}
