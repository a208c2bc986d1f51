//! Signed distances from points to the surface of a solid.

use crate::sampled_surface::SampledSurface;
use rayon::prelude::*;
use thecal_geom::{Point2, Point3};
use thecal_mask::Solid;

/// The surface is sampled this far apart, or farther where there would be more than [`MOST`] samples.
const STEP_MM: f64 = 0.25;
const MOST: f64 = 500_000.0;
/// Points that are searched for one after the other.
const RUN: usize = 256;

/// The distance of each point from the surface of a solid, mm: negative inside. Not a number where the
/// point has none.
///
/// # Error
/// `0.016 / r` mm beside a surface of radius of curvature `r` mm, at most 0.18 mm beside a sharp edge, for
/// solids of up to 30,000 mm² of surface; of larger ones it grows with the surface.
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
/// use thecal_margin::signed_distances_mm;
///
/// // Outside, inside, and beyond the flat end at 20 mm.
/// let at = [[9.0, 0.0, 0.5], [0.0, 3.0, 1.0], [0.0, 0.0, 27.0]].map(Point3::from);
/// let found = signed_distances_mm(&tube(0.0, 5.0), &at);
/// for (found, truth) in found.iter().zip([4.0, -2.0, 7.0]) {
///     assert!((found - truth).abs() < 0.01, "{found} for {truth}");
/// }
/// ```
#[must_use]
pub fn signed_distances_mm(solid: &Solid, points: &[Point3]) -> Vec<f64> {
    let step_mm = STEP_MM.max((area_mm2(solid) / MOST).sqrt());
    let surface = SampledSurface::new(solid.surface_samples(step_mm), step_mm);
    surface.prepare();
    let run = |run: &[Point3]| {
        let mut last = None;
        let found = run.iter().map(|p| {
            if p.iter().all(|x| x.is_finite()) {
                surface.signed_distance_mm(solid, &mut last, *p, f64::INFINITY)
            } else {
                f64::NAN
            }
        });
        found.collect::<Vec<f64>>()
    };
    points.par_chunks(RUN).flat_map_iter(run).collect()
}

/// About how large the surface is: rings times the distance of planes, and the ends.
fn area_mm2(solid: &Solid) -> f64 {
    let round = |ring: &[Point2]| -> f64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).sum()
    };
    let rings = solid.drawn().flat_map(|(_, region)| region.rings());
    let sides = rings.map(|r| round(r)).sum::<f64>() * solid.spacing_mm();
    let ends: f64 = solid.ends().map(|(_, region)| region.area_mm2()).sum();
    sides + ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{PI, TAU};
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;

    #[test]
    fn a_tube_is_as_large_as_its_side_and_its_ends() {
        for (radius_mm, spacing_mm, count) in [(5.0, 2.0, 9_u32), (3.0, 3.0, 4)] {
            let contour = |k: u32| Contour {
                number: 1,
                kind: ContourKind::ClosedPlanar,
                points_mm: (0..360)
                    .map(|i| (TAU * f64::from(i) / 360.0).sin_cos())
                    .map(|(y, x)| [radius_mm * x - 20.0, radius_mm * y + 9.0])
                    .map(|[x, y]| Point3::new(x, y, spacing_mm * f64::from(k)))
                    .collect(),
            };
            let contours: Vec<Contour> = (0..count).map(contour).collect();
            let tube = Solid::from_contours(&contours, EndRule::HalfSlice, 1.0).expect("a solid");
            let side = TAU * radius_mm * spacing_mm * f64::from(count);
            let wanted = side + 2.0 * PI * radius_mm * radius_mm;
            assert!((area_mm2(&tube) / wanted - 1.0).abs() < 1e-3, "{}", area_mm2(&tube));
        }
    }
}
