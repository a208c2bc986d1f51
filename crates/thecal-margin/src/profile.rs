//! The gap along and round a reference structure, and how much of it lies near the other.

use crate::arrangement::Arrangement;
use crate::clock::Clock;
use crate::facing_surfaces::{FacingSurfaces, STEP_MM};
use crate::interval::Interval;
use crate::local_resolution::{open_mm, outline_mm};
use crate::volume::volumes_within_cc;
use rayon::prelude::*;
use thecal_geom::Point3;
use thecal_mask::{Solid, SurfaceSample, SurfaceSampleKind};

/// Sectors of the profile: one for each hour of the clock.
pub const SECTORS: usize = 12;

/// A smallest distance with its interval, mm.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct MinDistance {
    /// On the interpolated solids, mm.
    pub gap_mm: f64,
    /// The range that the data leave open.
    pub interval: Interval,
    /// The point of the reference that is nearest there, LPS mm.
    pub reference_mm: Point3,
    /// The point of the other solid that it is nearest to, LPS mm.
    pub other_mm: Point3,
}

/// The part of the reference surface that is closer than a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct BelowThreshold {
    /// The threshold, mm.
    pub threshold_mm: f64,
    /// Reference surface nearer than that, mm².
    pub surface_mm2: f64,
    /// Length along the stack over which some of the surface is nearer, mm.
    pub length_mm: f64,
    /// Part of the circumference that is nearer on some plane, degrees.
    pub circumference_deg: f64,
    /// Volume of the other solid within the threshold of the reference or inside it, cc; none
    /// where the reference lies within the other.
    pub volume_cc: Option<f64>,
}

/// The smallest distance on each plane of the reference and in each clock sector; none beyond its reach.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    /// Plane position along the reference's stack, mm, and the least distance there.
    pub planes: Vec<(f64, Option<MinDistance>)>,
    /// Distances up to this are listed, mm.
    pub reach_mm: f64,
    /// Least distance per sector, clockwise from anterior, [`SECTORS`] of equal width.
    pub sectors: Vec<Option<MinDistance>>,
    /// Extent below each threshold.
    pub below: Vec<BelowThreshold>,
    /// The smallest of the planes' gaps, smoothed along the planes, mm; none where fewer than five
    /// planes in a row face the other structure.
    pub smoothed_mm: Option<f64>,
}

impl Profile {
    /// The same with nothing nearer than this, mm.
    #[must_use]
    pub(crate) fn not_below(mut self, least_mm: f64) -> Self {
        let planes = self.planes.iter_mut().map(|(_, least)| least);
        for least in planes.chain(&mut self.sectors).flatten().filter(|l| l.gap_mm < least_mm) {
            let by = least_mm - least.gap_mm;
            least.gap_mm = least_mm;
            least.interval.lower_mm += by;
            least.interval.upper_mm += by;
        }
        self.smoothed_mm = self.smoothed_mm.map(|mm| mm.max(least_mm));
        self
    }
}

/// One sample of the reference surface.
struct Sample {
    patch: SurfaceSample,
    /// Nearest sample of the other surface.
    other: Point3,
    /// Signed distance, mm.
    gap_mm: f64,
    /// Clock position, degrees, and distance from the centreline, mm, where there are such.
    clock: Option<(f64, f64)>,
}

/// Distances of the side of the reference (cord, or sac) from the other structure, up to
/// `reach_mm`.
///
/// # Error
/// Extents from samples 0.5 mm apart whose distance is taken to the tangent plane of the nearest
/// sample of the other surface (about 0.01 mm on curvatures of 5 mm and more); the least
/// distances of planes and sectors are refined on the interpolated solids.
pub(crate) fn profile(
    a: &Solid,
    b: &Solid,
    surfaces: &FacingSurfaces,
    thresholds_mm: &[f64],
    reach_mm: f64,
) -> Profile {
    let (other, reference) = match surfaces.arrangement {
        Arrangement::Apart => (a, b),
        Arrangement::Within => (b, a),
    };
    let samples = samples(reference, surfaces, reach_mm);
    let planes_mm = reference.planes_mm();
    let least = least_of(&samples, planes_mm.len(), |s| {
        let i = planes_mm.partition_point(|&w| w < s.patch.w_mm - 1e-6);
        planes_mm.get(i).filter(|w| **w <= s.patch.w_mm + 1e-6).map(|_| i)
    });
    let refined = |near: Vec<&Sample>| least_refined(other, reference, &near);
    let planes: Vec<(f64, Option<MinDistance>)> =
        least.into_par_iter().zip(planes_mm).map(|(s, &w)| (w, refined(s))).collect();
    let width = 360.0 / SECTORS as f64;
    let least = least_of(&samples, SECTORS, |s| {
        s.clock.map(|(clock_deg, _)| (clock_deg / width) as usize % SECTORS)
    });
    let sectors = least.into_par_iter().map(refined).collect();
    // A sample stands for the arc half way to its neighbours.
    let half_deg = |radius_mm: f64| (0.5 * STEP_MM / radius_mm.max(STEP_MM)).to_degrees();
    let volumes_cc = match surfaces.arrangement {
        Arrangement::Apart => {
            volumes_within_cc(a, b, surfaces, thresholds_mm).into_iter().map(Some).collect()
        }
        Arrangement::Within => vec![None; thresholds_mm.len()],
    };
    let below = thresholds_mm
        .iter()
        .zip(volumes_cc)
        .map(|(&threshold_mm, volume_cc)| {
            let hit: Vec<_> = samples.iter().filter(|s| s.gap_mm < threshold_mm).collect();
            BelowThreshold {
                threshold_mm,
                // A sum of nothing is -0 in the standard library.
                surface_mm2: hit.iter().fold(0.0, |sum, s| sum + s.patch.area_mm2),
                length_mm: covered(hit.iter().map(|s| (s.patch.w_mm, 0.5 * STEP_MM))),
                circumference_deg: covered(
                    hit.iter().filter_map(|s| s.clock).map(|(deg, r_mm)| (deg, half_deg(r_mm))),
                )
                .min(360.0),
                volume_cc,
            }
        })
        .collect();
    let smoothed_mm = smoothed_least_mm(&planes);
    Profile { planes, reach_mm, sectors, below, smoothed_mm }
}

/// Planes that a parabola is laid through, to either side of the middle one.
const SMOOTHED: usize = 3;

/// The least of the planes' gaps, each replaced by the middle of the parabola through it and its
/// neighbours by least squares. Noise that is drawn anew on every plane is averaged, and a smooth
/// approach keeps its least value.
///
/// # Source
/// Savitzky and Golay 1964, doi 10.1021/ac60214a047.
fn smoothed_least_mm(planes: &[(f64, Option<MinDistance>)]) -> Option<f64> {
    let mut least: Option<f64> = None;
    for run in planes.split(|p| p.1.is_none()) {
        let known: Vec<(f64, f64)> =
            run.iter().filter_map(|(w, l)| Some((*w, l.as_ref()?.gap_mm))).collect();
        if known.len() < 5 {
            continue;
        }
        for i in 0..known.len() {
            // As far to one side as to the other, so that the middle is not told by one side.
            let side = SMOOTHED.min(i).min(known.len() - 1 - i);
            let smooth = if side < 2 {
                known[i].1
            } else {
                parabola_at(&known[i - side..=i + side], known[i].0)
            };
            // The first and last planes have nothing to be smoothed with.
            if side >= 2 || known[i].1 <= 0.0 {
                least = Some(least.map_or(smooth, |l: f64| l.min(smooth)));
            }
        }
    }
    least
}

/// The value at `w` of the parabola through points by least squares.
fn parabola_at(points: &[(f64, f64)], w: f64) -> f64 {
    let mut normal = nalgebra::Matrix3::<f64>::zeros();
    let mut right = nalgebra::Vector3::<f64>::zeros();
    for (x, y) in points {
        let t = x - w;
        let row = nalgebra::Vector3::new(1.0, t, t * t);
        normal += row * row.transpose();
        right += row * *y;
    }
    let middle = points[points.len() / 2].1;
    normal.lu().solve(&right).map_or(middle, |c| c.x)
}

/// Samples kept for each plane and sector.
const KEPT: usize = 6;
/// Past an edge of the other surface a sample's distance can be too small by far, elsewhere hardly
/// more than this, mm.
const USUAL_MM: f64 = 0.02;

/// The samples with the least distances in each of `count` classes, least first.
fn least_of(
    samples: &[Sample],
    count: usize,
    class: impl Fn(&Sample) -> Option<usize>,
) -> Vec<Vec<&Sample>> {
    let mut out: Vec<Vec<&Sample>> = vec![Vec::new(); count];
    for s in samples {
        let Some(kept) = class(s).map(|k| &mut out[k]) else { continue };
        if kept.len() == KEPT && kept.last().is_some_and(|last| last.gap_mm <= s.gap_mm) {
            continue;
        }
        kept.insert(kept.partition_point(|k| k.gap_mm <= s.gap_mm), s);
        kept.truncate(KEPT);
    }
    out
}

/// The least of the samples' distances on the interpolated solids.
fn least_refined(other: &Solid, reference: &Solid, near: &[&Sample]) -> Option<MinDistance> {
    let mut best: Option<MinDistance> = None;
    for s in near {
        if best.is_some_and(|b| s.gap_mm > b.gap_mm - USUAL_MM) {
            break;
        }
        let found = refine(other, reference, s);
        if best.is_none_or(|b| found.gap_mm < b.gap_mm) {
            best = Some(found);
        }
    }
    best
}

fn samples(reference: &Solid, surfaces: &FacingSurfaces, reach_mm: f64) -> Vec<Sample> {
    // A reference that says no direction has no sectors, and its planes have their distances.
    let clock = Clock::new(reference);
    let other = &surfaces.other().patches;
    surfaces
        .faced
        .par_iter()
        .zip(&surfaces.reference().patches)
        .filter(|(_, patch)| patch.kind == SurfaceSampleKind::Side)
        .filter_map(|(faced, &patch)| {
            let faced = (*faced).filter(|f| f.gap_mm <= reach_mm)?;
            let clock = clock.as_ref().and_then(|c| c.position(patch.point_mm));
            let other = other[faced.other].point_mm;
            Some(Sample { patch, other, gap_mm: faced.gap_mm, clock })
        })
        .collect()
}

/// The sample's distance on the interpolated solid, with what the data leave open there.
fn refine(other: &Solid, reference: &Solid, s: &Sample) -> MinDistance {
    let p = s.patch.point_mm;
    let at = other.nearest_from(p, s.other).point_mm;
    let away = (at - p).norm();
    let gap_mm = if s.gap_mm < 0.0 { -away } else { away };
    let open =
        open_mm(other, at - p) + outline_mm(other, at, at - p) + outline_mm(reference, p, at - p);
    let interval = Interval { lower_mm: gap_mm - open, upper_mm: gap_mm + open };
    MinDistance { gap_mm, interval, reference_mm: p, other_mm: at }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn planes(gaps: &[Option<f64>], step_mm: f64) -> Vec<(f64, Option<MinDistance>)> {
        let interval = Interval { lower_mm: 0.0, upper_mm: 0.0 };
        let (reference_mm, other_mm) = (Point3::origin(), Point3::origin());
        let least = |g: &Option<f64>| {
            g.map(|gap_mm| MinDistance { gap_mm, interval, reference_mm, other_mm })
        };
        gaps.iter().enumerate().map(|(i, g)| (7.0 + step_mm * i as f64, least(g))).collect()
    }

    fn close(found: Option<f64>, wanted: f64) {
        assert!(found.is_some_and(|f| (f - wanted).abs() < 1e-9), "{found:?} for {wanted}");
    }

    #[test]
    fn gaps_are_smoothed_by_the_weights_of_savitzky_and_golay() {
        // Their Table I: (-2 3 6 7 6 3 -2) / 21 for seven points, (-3 12 17 12 -3) / 35 for five.
        let smoothed = |gaps: &[f64]| {
            let gaps: Vec<Option<f64>> = gaps.iter().map(|g| Some(*g)).collect();
            smoothed_least_mm(&planes(&gaps, 2.5))
        };
        close(smoothed(&[9.0, 9.0, 2.0, 9.0, 9.0]), 9.0 - 7.0 * 17.0 / 35.0);
        let five = [9.0, 9.0, 9.0, 9.0, 3.5];
        close(smoothed(&five), 9.0 + 5.5 * 3.0 / 35.0);
        let dent = [9.0, 9.0, 9.0, 9.0, 2.0, 9.0, 9.0, 9.0, 9.0];
        close(smoothed(&dent), 9.0 - 7.0 * 7.0 / 21.0);
        // A parabola is its own.
        let parabola: Vec<f64> = (0..11).map(|k| 2.0 + 0.1 * f64::from(k - 5).powi(2)).collect();
        close(smoothed(&parabola), 2.0);
        // The first two planes count where they touch.
        close(smoothed(&[-0.5, 9.0, 9.0, 9.0, 9.0, 9.0]), -0.5);
    }

    #[test]
    fn fewer_than_five_planes_in_a_row_are_not_smoothed() {
        let four = [Some(3.0); 4];
        assert_eq!(smoothed_least_mm(&planes(&four, 2.0)), None);
        let parted = [Some(3.0), Some(3.0), None, Some(3.0), Some(3.0), Some(3.0)];
        assert_eq!(smoothed_least_mm(&planes(&parted, 2.0)), None);
        let mut run = vec![Some(1.0), None];
        run.extend([Some(4.0); 5]);
        close(smoothed_least_mm(&planes(&run, 2.0)), 4.0);
    }

    #[test]
    fn a_length_that_is_covered_twice_counts_once() {
        let length = |of: &[(f64, f64)]| covered(of.iter().copied());
        assert_eq!(length(&[]), 0.0);
        assert_eq!(length(&[(5.0, 1.0), (1.0, 1.0), (2.0, 1.0)]), 5.0);
        assert_eq!(length(&[(0.0, 4.0), (1.0, 1.0)]), 8.0);
    }
    #[test]
    fn what_touches_is_no_nearer_than_asked_and_the_rest_stays() {
        let gap = |gap_mm: f64| {
            let interval = Interval { lower_mm: gap_mm - 0.5, upper_mm: gap_mm + 0.25 };
            let (reference_mm, other_mm) = (Point3::origin(), Point3::origin());
            Some(MinDistance { gap_mm, interval, reference_mm, other_mm })
        };
        let profile = Profile {
            planes: vec![(0.0, gap(-0.75)), (2.0, None), (4.0, gap(1.5)), (6.0, gap(0.0))],
            reach_mm: 5.0,
            sectors: vec![gap(-0.25), gap(3.0)],
            below: Vec::new(),
            smoothed_mm: Some(-0.5),
        };
        let found = profile.clone().not_below(0.0);
        assert_eq!(found.smoothed_mm, Some(0.0));
        // Those that are moved take their intervals along.
        let planes: Vec<_> = found.planes.iter().map(|p| p.1).collect();
        assert_eq!(planes, [gap(0.0), None, gap(1.5), gap(0.0)]);
        assert_eq!(found.sectors, [gap(0.0), gap(3.0)]);
        assert_eq!(profile.clone().not_below(-9.0), profile);
    }

    #[test]
    fn points_on_a_parabola_give_its_value_and_too_few_that_of_the_middle_one() {
        let on = |x: f64| 3.0 - 0.7 * x + 0.2 * x * x;
        for count in [3, 4, 7] {
            let points: Vec<(f64, f64)> =
                (0..count).map(|k| 5.0 + 1.5 * f64::from(k)).map(|x| (x, on(x))).collect();
            for w in [5.0, 6.1, 8.0, 11.0] {
                assert!((parabola_at(&points, w) - on(w)).abs() < 1e-6, "{count} {w}");
            }
        }
        assert_eq!(parabola_at(&[(3.0, 4.0)], 3.0), 4.0);
    }
}
