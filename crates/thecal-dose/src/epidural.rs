//! The part of a tumour that lies near the cord: what it receives tells more of local control than the
//! tumour as a whole.

use crate::curve::{DoseVolume, DoseVolumeError};
use crate::dose::Dose;
use crate::figure::Figure;
use crate::metric::Metric;
use nalgebra::Matrix3;
use thecal_geom::{Point3, Vector3};
use thecal_margin::SampledSurface;
use thecal_mask::{EndRule, Solid};
use thecal_voxel::{Grid, Volume, VoxelError};

/// Distances from the cord that the part is told for, mm.
pub const EPIDURAL_WITHIN_MM: [f64; 3] = [2.0, 3.0, 5.0];

/// The part is outlined on a lattice of this step, mm, on planes no farther apart.
const STEP_MM: f64 = 0.4;
/// Samples of the cord's surface, mm.
const CORD_STEP_MM: f64 = 0.5;
/// Outlines round less than this are no part, mm².
const LEAST_MM2: f64 = 0.05;
/// A point of an outline is moved onto the surface where it lies nearer to it than this, mm.
const MENDED_MM: f64 = 0.25;

/// The part of a tumour within a distance of the cord, and what it receives.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EpiduralPart {
    /// The distance from the cord's surface, mm. What lies within the cord belongs to the part.
    pub within_mm: f64,
    /// The volume of the part, cc; zero where the tumour does not come so near.
    pub volume_cc: f64,
    /// Dmin, D98%, D95% and Dmean; none where there is no part.
    pub figures: Vec<(Metric, Figure)>,
}

/// Why the part near the cord could not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EpiduralError {
    /// Its lattice does not fit.
    #[error(transparent)]
    Voxel(#[from] VoxelError),
    /// The dose could not be integrated over it.
    #[error(transparent)]
    Dose(#[from] DoseVolumeError),
}

/// What the tumour within a distance of the cord receives.
///
/// # Error
/// Tests on closed forms ask for its volume within 3 % in layers of 2 mm and thicker. The intervals of the figures hold
/// what the dose leaves open on the part as it is made; what the drawings of tumour and cord leave open
/// changes which part that is, and is told with the gap.
///
/// # Errors
/// A part whose lattice does not fit.
pub fn epidural_part(
    tumour: &Solid,
    cord: &Solid,
    dose: &Dose,
    within_mm: f64,
) -> Result<EpiduralPart, EpiduralError> {
    let Some(part) = tumour_near(tumour, cord, within_mm)? else {
        return Ok(EpiduralPart { within_mm, volume_cc: 0.0, figures: Vec::new() });
    };
    let found = DoseVolume::from_solid(&part, dose)?;
    let metrics =
        [Metric::Min, Metric::DoseToPercent(98.0), Metric::DoseToPercent(95.0), Metric::Mean];
    let figures = metrics.map(|metric| (metric, found.figure(&metric)));
    Ok(EpiduralPart { within_mm, volume_cc: found.volume_cc(), figures: figures.to_vec() })
}

/// The part of a tumour within a distance of the cord or in it, as a solid; none where there is none.
///
/// # Error
/// Its outlines are moved onto the surfaces of the tumour and of the cord grown by the distance, on planes
/// no more than 0.4 mm apart. Corners between the two are cut off by up to a quarter of that.
///
/// # Errors
/// A lattice that does not fit.
pub fn tumour_near(
    tumour: &Solid,
    cord: &Solid,
    within_mm: f64,
) -> Result<Option<Solid>, VoxelError> {
    let Some(grid) = lattice(tumour, cord, within_mm)? else { return Ok(None) };
    let surface = SampledSurface::new(cord.surface_samples(CORD_STEP_MM), CORD_STEP_MM);
    let reach_mm = within_mm + 2.0;
    let from_cord = |p: Point3, last: &mut Option<usize>| {
        surface.signed_distance_mm(cord, last, p, reach_mm).clamp(-reach_mm, reach_mm) - within_mm
    };
    let of_tumour = tumour.level_on(&grid)?;
    let level = Volume::from_fn(grid, |voxel| {
        let inside = of_tumour.get(voxel).copied().unwrap_or(f32::INFINITY);
        // Far outside the tumour it does not matter how far the cord is.
        if inside > 1.0 {
            return inside;
        }
        inside.max(from_cord(of_tumour.grid().centre_mm(voxel), &mut None) as f32)
    });
    let mend = |p: Point3| {
        let (of_tumour, of_cord) = (tumour.level_mm(p), from_cord(p, &mut None));
        let moved = match of_tumour >= of_cord {
            true => onto(tumour, p),
            false => at_distance(tumour, cord, p, within_mm),
        };
        if (moved - p).norm() < MENDED_MM { moved } else { p }
    };
    // A level that is negative nowhere, or hardly anywhere, makes no solid.
    Ok(Solid::from_level(&level, EndRule::HalfSlice, LEAST_MM2, &mend).ok())
}

/// The lattice along the tumour's planes over what lies near both.
fn lattice(tumour: &Solid, cord: &Solid, within_mm: f64) -> Result<Option<Grid>, VoxelError> {
    let frame = tumour.frame();
    let seen = |solid: &Solid, pad: f64| {
        let (lo, hi) = solid.bounds();
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for corner in 0..8 {
            let pick = |a: usize| if corner >> a & 1 == 0 { lo[a] } else { hi[a] };
            let q = frame.stack_from_patient(Point3::new(pick(0), pick(1), pick(2)));
            for a in 0..3 {
                (low[a], high[a]) = (low[a].min(q[a] - pad), high[a].max(q[a] + pad));
            }
        }
        (low, high)
    };
    let (a, b) = (seen(tumour, 2.0 * STEP_MM), seen(cord, within_mm + 2.0 * STEP_MM));
    let low = [0, 1, 2].map(|k| f64::max(a.0[k], b.0[k]));
    let high = [0, 1, 2].map(|k| f64::min(a.1[k], b.1[k]));
    if (0..3).any(|k| low[k] >= high[k]) {
        return Ok(None);
    }
    // Layers lead from plane to plane of the tumour.
    let rise = tumour.spacing_mm() / (tumour.spacing_mm() / STEP_MM).ceil().max(1.0);
    let first = tumour.planes_mm().first().copied().unwrap_or(low[2]);
    let bottom = first + rise * ((low[2] - first) / rise).floor();
    let step_mm = [STEP_MM, STEP_MM, rise];
    let from = [low[0], low[1], bottom];
    let size = [0, 1, 2].map(|k| ((high[k] - from[k]) / step_mm[k]).ceil() as usize + 2);
    let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
    let axes = axes.map(|x| frame.patient_from_stack(x.into()).coords);
    let origin = frame.patient_from_stack(Point3::from(from));
    Grid::new(origin, Matrix3::from_columns(&axes), step_mm, size).map(Some)
}

/// Moves a point onto the tumour's surface, within its plane.
fn onto(tumour: &Solid, p: Point3) -> Point3 {
    let n = tumour.frame().normal().into_inner();
    let mut at = p;
    for _ in 0..4 {
        let level = tumour.level(at);
        let slope = level.gradient - n * level.gradient.dot(&n);
        let steep2 = slope.norm_squared();
        if !(level.value_mm.is_finite() && steep2 > 0.05) {
            return p;
        }
        at -= slope * (level.value_mm / steep2);
    }
    at
}

/// Moves a point to a distance from the cord's surface, within the tumour's plane.
fn at_distance(tumour: &Solid, cord: &Solid, p: Point3, within_mm: f64) -> Point3 {
    let n = tumour.frame().normal().into_inner();
    let mut at = p;
    for _ in 0..3 {
        let way = at - cord.nearest_from(at, at).point_mm;
        let away_mm = way.norm();
        let across = (way - n * way.dot(&n)) / away_mm;
        let steep2 = across.norm_squared();
        if !(away_mm > 1e-6 && steep2 > 0.05) {
            return p;
        }
        at += across * ((within_mm - away_mm) / steep2);
    }
    at
}
