//! How far two surfaces lie apart, all over.

use crate::sampled_surface::SampledSurface;
use rayon::prelude::*;
use thecal_geom::Point3;
use thecal_mask::{Solid, SurfaceSample};

/// Surfaces are sampled this far apart.
const STEP_MM: f64 = 0.5;

/// Distances of two surfaces, each point of one to the nearest of the other.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SurfaceDistance {
    /// Mean over both surfaces by area, mm.
    pub mean_mm: f64,
    /// 95 % of both surfaces lie within this of the other, mm.
    pub p95_mm: f64,
    /// The largest, mm.
    pub max_mm: f64,
    /// Mean of the first's signed distance to the second, mm: positive outside of it.
    pub signed_mean_mm: f64,
}

/// Compares the surfaces of two things, each of one solid or more; none where one has no solid.
///
/// # Error
/// Distances between smooth surfaces to about 0.02 mm, from samples 0.5 mm apart with their
/// tangent planes.
///
/// # Example
/// ```
/// # use std::f64::consts::TAU;
/// # use thecal_geom::{Contour, ContourKind, Point3};
/// # use thecal_mask::{EndRule, Solid};
/// # /// A tube along z, from -20 to 20 mm, drawn on planes 2 mm apart with a point every 2 degrees.
/// # fn tube(x_mm: f64, radius_mm: f64) -> Solid {
/// #     let contours: Vec<Contour> = (-10..=10)
/// #         .map(|k| Contour {
/// #             number: 1,
/// #             kind: ContourKind::ClosedPlanar,
/// #             points_mm: (0..180)
/// #                 .map(|i| {
/// #                     let (sin, cos) = (TAU * f64::from(i) / 180.0).sin_cos();
/// #                     Point3::new(x_mm + radius_mm * cos, radius_mm * sin, 2.0 * f64::from(k))
/// #                 })
/// #                 .collect(),
/// #         })
/// #         .collect();
/// #     Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
/// # }
/// use thecal_margin::surface_distance;
///
/// // The same axis and the same flat ends, 0.5 mm apart all round.
/// let apart = surface_distance(&[&tube(0.0, 5.5)], &[&tube(0.0, 5.0)]).expect("both are there");
/// assert!((apart.max_mm - 0.5).abs() < 0.05);
/// assert!(apart.signed_mean_mm > 0.3 && apart.signed_mean_mm <= 0.5);
/// ```
#[must_use]
pub fn surface_distance(a: &[&Solid], b: &[&Solid]) -> Option<SurfaceDistance> {
    let weighed = |of: Vec<(SurfaceSample, f64)>| {
        of.into_iter().map(|(patch, d)| (d, patch.area_mm2)).collect()
    };
    let there: Vec<(f64, f64)> = weighed(signed(a, b));
    let back: Vec<(f64, f64)> = weighed(signed(b, a));
    if there.is_empty() || back.is_empty() {
        return None;
    }
    let mean = |of: &mut dyn Iterator<Item = (f64, f64)>| {
        let (sum, area) = of.fold((0.0, 0.0), |(s, all), (d, area)| (s + d * area, all + area));
        sum / f64::max(area, f64::MIN_POSITIVE)
    };
    let signed_mean_mm = mean(&mut there.iter().copied());
    let mut both: Vec<(f64, f64)> =
        there.iter().chain(&back).map(|(d, area)| (d.abs(), *area)).collect();
    both.sort_by(|x, y| x.0.total_cmp(&y.0));
    let mean_mm = mean(&mut both.iter().copied());
    let max_mm = both.last()?.0;
    let whole: f64 = both.iter().map(|x| x.1).sum();
    let mut covered = 0.0;
    let p95 = both.iter().find(|x| {
        covered += x.1;
        covered >= 0.95 * whole
    });
    let p95_mm = p95.map_or(max_mm, |x| x.0);
    Some(SurfaceDistance { mean_mm, p95_mm, max_mm, signed_mean_mm })
}

/// The point of a surface that lies farthest outside of a solid, with its distance, mm; none where
/// no point does.
#[must_use]
pub fn farthest_outside(of: &Solid, solid: &Solid) -> Option<(Point3, f64)> {
    let out = signed(&[of], &[solid]).into_iter().filter(|(_, d)| *d > 0.0);
    out.max_by(|x, y| x.1.total_cmp(&y.1)).map(|(patch, d)| (patch.point_mm, d))
}

/// The samples of some surfaces with their signed distances to others, negative inside.
fn signed(of: &[&Solid], to: &[&Solid]) -> Vec<(SurfaceSample, f64)> {
    let patches: Vec<SurfaceSample> = of.iter().flat_map(|s| s.surface_samples(STEP_MM)).collect();
    let others: Vec<SampledSurface> =
        to.iter().map(|s| SampledSurface::new(s.surface_samples(STEP_MM), STEP_MM)).collect();
    let found: Vec<Option<f64>> = patches
        .par_iter()
        .map(|patch| {
            let p = patch.point_mm;
            let each = others.iter().zip(to).filter_map(|(samples, solid)| {
                if samples.patches.is_empty() {
                    return None;
                }
                let near = samples.nearest(p, f64::INFINITY)?;
                let sign = if near.is_inside(solid, p) { -1.0 } else { 1.0 };
                Some(sign * near.distance_mm)
            });
            // Inside one of them is inside, however near the others are.
            each.min_by(f64::total_cmp)
        })
        .collect();
    patches.into_iter().zip(found).filter_map(|(patch, d)| Some((patch, d?))).collect()
}
