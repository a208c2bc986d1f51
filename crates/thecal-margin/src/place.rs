//! Where round and along the cord a gap lies, and how much of the cord lies near the tumour.

use rayon::prelude::*;
use thecal_geom::{Point3, PointTree, Vector3};
use thecal_mask::{Patch, PatchKind, Solid};

const STEP_MM: f64 = 0.5;
/// Sectors of the profile: one for each hour of the clock.
pub const SECTORS: usize = 12;

/// Clock position of a point round the cord: degrees clockwise seen from below, 0 anterior,
/// 90 patient left.
///
/// Measured from the middle of the cord's section at the point's plane, in the patient's axial
/// plane.
#[must_use]
pub fn clock_deg(cord: &Solid, p: Point3) -> Option<f64> {
    let d = p - section_middle(cord, p)?;
    (d.x.hypot(d.y) > 1e-6).then(|| d.x.atan2(-d.y).to_degrees().rem_euclid(360.0))
}

/// The middle of the bounding box of the drawn plane nearest to a point, patient space.
fn section_middle(solid: &Solid, p: Point3) -> Option<Point3> {
    let w = solid.frame().stack_from_patient(p).z;
    let (plane, region) =
        solid.drawn().min_by(|x, y| (x.0 - w).abs().total_cmp(&(y.0 - w).abs()))?;
    let (lo, hi) = region.bounds();
    Some(solid.patient_point([0.5 * (lo[0] + hi[0]), 0.5 * (lo[1] + hi[1])], plane))
}

/// How much of the cord is nearer to the tumour than a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Below {
    /// The threshold, mm.
    pub threshold_mm: f64,
    /// Cord surface nearer than that, mm².
    pub cord_surface_mm2: f64,
    /// Length along the stack over which some of the cord is nearer, mm.
    pub cord_length_mm: f64,
    /// Part of the circumference that is nearer on some plane, degrees.
    pub circumference_deg: f64,
    /// Tumour volume within the threshold of the cord surface or inside the cord, cc.
    pub tumour_volume_cc: f64,
}

/// The least distance on each cord plane and in each clock sector, mm; `None` beyond the reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Plane position along the cord's stack and the least distance there.
    pub planes: Vec<(f64, Option<f64>)>,
    /// Least distance per sector, clockwise from anterior, [`SECTORS`] of equal width.
    pub sectors: Vec<Option<f64>>,
    /// Extent below each threshold.
    pub below: Vec<Below>,
}

/// Distances of the cord surface from the tumour, up to `reach_mm`.
///
/// # Error
/// Surface areas from samples 0.5 mm apart; distances from the nearest surface sample carried to
/// the interpolated surface.
#[must_use]
pub fn profile(tumour: &Solid, cord: &Solid, thresholds_mm: &[f64], reach_mm: f64) -> Profile {
    let surface = tumour.patches(STEP_MM);
    let tree = PointTree::new(surface.iter().map(|p| p.point_mm));
    let near: Vec<(Patch, f64, f64)> = cord
        .patches(STEP_MM)
        .into_par_iter()
        .filter(|p| p.kind == PatchKind::Side)
        .filter_map(|p| {
            let (j, rough) = tree.nearest(p.point_mm, reach_mm + STEP_MM)?;
            let inside = rough < 2.0 * STEP_MM && tumour.level_mm(p.point_mm) < 0.0;
            let at = tumour.nearest_from(p.point_mm, surface[j].point_mm).point_mm;
            let d = (at - p.point_mm).norm().min(rough);
            Some((p, if inside { -d } else { d }, clock_deg(cord, p.point_mm)?))
        })
        .collect();
    let least = |keep: &dyn Fn(&(Patch, f64, f64)) -> bool| {
        near.iter().filter(|x| keep(x)).map(|x| x.1).min_by(f64::total_cmp)
    };
    let planes = cord.planes_mm();
    let planes = planes.iter().map(|&w| (w, least(&|x| (x.0.w_mm - w).abs() < 1e-6))).collect();
    let width = 360.0 / SECTORS as f64;
    let sectors = (0..SECTORS).map(|k| least(&|x| (x.2 / width) as usize % SECTORS == k)).collect();
    // A sample stands for the arc half way to its neighbours.
    let half_deg = |p: &Patch| {
        let radius = section_middle(cord, p.point_mm).map_or(1.0, |m| (p.point_mm - m).norm());
        (0.5 * STEP_MM / radius.max(STEP_MM)).to_degrees()
    };
    let below = thresholds_mm
        .iter()
        .map(|&threshold_mm| {
            let hit: Vec<_> = near.iter().filter(|x| x.1 < threshold_mm).collect();
            Below {
                threshold_mm,
                cord_surface_mm2: hit.iter().map(|x| x.0.area_mm2).sum(),
                cord_length_mm: covered(hit.iter().map(|x| (x.0.w_mm, 0.5 * STEP_MM))),
                circumference_deg: covered(hit.iter().map(|x| (x.2, half_deg(&x.0)))).min(360.0),
                tumour_volume_cc: volume_within_cc(tumour, cord, threshold_mm),
            }
        })
        .collect();
    Profile { planes, sectors, below }
}

/// The length of the union of intervals, each given by its middle and half its width.
fn covered(intervals: impl Iterator<Item = (f64, f64)>) -> f64 {
    let mut all: Vec<(f64, f64)> = intervals.map(|(m, h)| (m - h, m + h)).collect();
    all.sort_by(|x, y| x.0.total_cmp(&y.0));
    let (mut sum, mut end) = (0.0, f64::NEG_INFINITY);
    for (lo, hi) in all {
        sum += (hi - lo.max(end)).max(0.0);
        end = end.max(hi);
    }
    sum
}

/// Volume of `a` that lies within `reach_mm` of the surface of `b` or inside it, cc.
#[must_use]
pub fn volume_within_cc(a: &Solid, b: &Solid, reach_mm: f64) -> f64 {
    let points: Vec<Point3> = b.patches(STEP_MM).iter().map(|p| p.point_mm).collect();
    let tree = PointTree::new(points.iter().copied());
    let Some((lo, hi)) = shared_box(a, b, reach_mm) else { return 0.0 };
    let size = hi - lo;
    let n = size.map(|x| (x / STEP_MM).ceil().clamp(1.0, 1024.0) as usize);
    let cell = Vector3::new(size.x / n.x as f64, size.y / n.y as f64, size.z / n.z as f64);
    // Half a cell either side of the surface counts in part, so that no voxel steps remain.
    let part = |level: f64| (0.5 - level / STEP_MM).clamp(0.0, 1.0);
    let sum: f64 = (0..n.z)
        .into_par_iter()
        .map(|k| {
            let mut sum = 0.0;
            for j in 0..n.y {
                for i in 0..n.x {
                    let at = [i, j, k].map(|x| x as f64 + 0.5);
                    let p = lo + Vector3::new(cell.x * at[0], cell.y * at[1], cell.z * at[2]);
                    let close = match tree.nearest(p, reach_mm + STEP_MM) {
                        Some((_, d)) if reach_mm > 0.0 => part(d - reach_mm),
                        _ => 0.0,
                    };
                    let close = if close < 1.0 { close.max(part(b.level_mm(p))) } else { close };
                    if close > 0.0 {
                        sum += close * part(a.level_mm(p));
                    }
                }
            }
            sum
        })
        .sum();
    sum * cell.x * cell.y * cell.z / 1000.0
}

/// The part of space where `a` can lie within `reach_mm` of `b`.
fn shared_box(a: &Solid, b: &Solid, reach_mm: f64) -> Option<(Point3, Point3)> {
    let ((alo, ahi), (blo, bhi)) = (a.bounds(), b.bounds());
    let r = Vector3::repeat(reach_mm);
    let (lo, hi) = (alo.sup(&(blo - r)), ahi.inf(&(bhi + r)));
    (lo < hi).then_some((lo, hi))
}
