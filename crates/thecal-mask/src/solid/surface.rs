//! The point of a solid's surface that is nearest to a given one.

use super::Solid;
use super::component::SearchHint;
use thecal_geom::{Point3, Vector3};

/// A point on the surface with the outward unit normal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurfacePoint {
    /// Patient coordinates, mm.
    pub point_mm: Point3,
    /// Outward unit normal, patient axes.
    pub normal: Vector3,
}

/// A point whose last step towards the surface was shorter than this lies on it.
const SETTLED_MM: f64 = 2e-4;
/// A point that would slide less far than this is the nearest: the distance changes by the square.
const SLID_MM: f64 = 3e-4;
/// A surface whose normal turns by more than an angle of this sine within this length has a crease.
const CREASE: f64 = 0.05;
const CREASE_MM: f64 = 0.02;

impl Solid {
    /// The surface point nearest to `q`, found from `start` by sliding along the surface.
    ///
    /// # Error
    /// Local: the nearest in the basin of `start`; the point to about 3e-4 mm where the surface is
    /// smooth, its distance to less than 1e-5 mm.
    #[must_use]
    pub fn nearest_from(&self, q: Point3, start: Point3) -> SurfacePoint {
        let mut hints = vec![SearchHint::default(); self.components().len()];
        let mut p = self.project(start, &mut hints);
        let mut best = (p.point_mm - q).norm();
        let slide = |p: &SurfacePoint| {
            let to = q - p.point_mm;
            to - p.normal * to.dot(&p.normal)
        };
        let mut way = slide(&p);
        let mut stride = 1.0;
        let mut on_crease = false;
        for _ in 0..60 {
            if way.norm() * stride < SLID_MM {
                break;
            }
            let next = self.project(p.point_mm + way * stride, &mut hints);
            let d = (next.point_mm - q).norm();
            if d < best - 1e-9 {
                // A surface bent about its normal by a radius R leads `1 + distance / R` too far;
                // how the way changed over the last step tells by how much.
                let (moved, now) = (next.point_mm - p.point_mm, slide(&next));
                let bend = moved.dot(&(way - now));
                stride = if bend > 0.0 { (moved.norm_squared() / bend).min(1.0) } else { 1.0 };
                (best, p, way, on_crease) = (d, next, now, false);
            } else {
                stride *= 0.5;
                // Over a crease every way leads off: what is left is the way along it.
                let close = way.norm() * stride < CREASE_MM;
                let along = (close && !on_crease)
                    .then(|| along_crease(p.normal, next.normal, q - p.point_mm))
                    .flatten();
                if let Some(along) = along {
                    (way, stride, on_crease) = (along, 1.0, true);
                } else if stride < 1e-3 {
                    break;
                }
            }
        }
        p
    }

    /// Where a ray from a point inside first leaves the solid; none from a point that is not inside, and
    /// where it does not leave within `most_mm`. `direction` is a unit vector.
    ///
    /// # Error
    /// 5e-4 mm along the ray. Where the ray leaves the solid and enters it again within a third of its way,
    /// that place may be passed over.
    ///
    /// # Example
    /// ```
    /// use std::f64::consts::TAU;
    /// use thecal_geom::{Contour, ContourKind, Point3, Vector3};
    /// use thecal_mask::{EndRule, Solid};
    ///
    /// // A tube of 5 mm along z.
    /// let ring = |z: f64| Contour {
    ///     number: 1,
    ///     kind: ContourKind::ClosedPlanar,
    ///     points_mm: (0..360)
    ///         .map(|i| {
    ///             let (sin, cos) = (TAU * f64::from(i) / 360.0).sin_cos();
    ///             Point3::new(5.0 * cos, 5.0 * sin, z)
    ///         })
    ///         .collect(),
    /// };
    /// let contours: Vec<Contour> = (0..9).map(|k| ring(2.0 * f64::from(k))).collect();
    /// let tube = Solid::from_contours(&contours, EndRule::Plane, 2.0)?;
    ///
    /// let start = Point3::new(2.0, 0.0, 7.0);
    /// let left = tube.leaves_along(start, Vector3::x(), 30.0).expect("a place");
    /// assert!((left - Point3::new(5.0, 0.0, 7.0)).norm() < 1e-3);
    /// assert!(tube.leaves_along(Point3::new(6.0, 0.0, 7.0), Vector3::x(), 30.0).is_none());
    /// # Ok::<(), thecal_mask::SolidError>(())
    /// ```
    #[must_use]
    pub fn leaves_along(&self, start: Point3, direction: Vector3, most_mm: f64) -> Option<Point3> {
        let at = |t: f64| start + direction * t;
        let mut sampler = self.sampler();
        let mut level = |t: f64| sampler.level(at(t)).value_mm;
        let (mut inside, mut below) = (0.0, level(0.0));
        if !(below < 0.0 && most_mm > 0.0) {
            return None;
        }
        let mut outside = most_mm.min(1.0);
        let mut above = level(outside);
        while above < 0.0 {
            if outside >= most_mm {
                return None;
            }
            (inside, below) = (outside, above);
            outside = most_mm.min(1.5 * outside);
            above = level(outside);
        }
        // The level is a distance: false position with a bisection's safety.
        for _ in 0..40 {
            let t = (inside - below * (outside - inside) / (above - below))
                .clamp(inside + 0.02 * (outside - inside), outside - 0.02 * (outside - inside));
            let there = level(t);
            if there < 0.0 {
                (inside, below) = (t, there);
            } else {
                (outside, above) = (t, there);
            }
            if outside - inside < 1e-3 {
                break;
            }
        }
        Some(at(0.5 * (inside + outside)))
    }

    /// Moves a point onto the surface along the gradient.
    pub(super) fn project(&self, start: Point3, hints: &mut [SearchHint]) -> SurfacePoint {
        let mut p = start;
        let mut normal = Vector3::z();
        for _ in 0..12 {
            let l = self.level_along(p, hints);
            let g2 = l.gradient.norm_squared().max(1e-6);
            normal = l.gradient / g2.sqrt();
            // Gradients flatten near poles: a step longer than the in-plane distance overshoots.
            let step = (l.value_mm / g2.sqrt()).clamp(-2.0, 2.0);
            p -= normal * step;
            // The next step would be about the square of this one. Towards a pole the level is
            // steep, and the square says less.
            if step.abs().max(l.value_mm.abs()) < SETTLED_MM {
                break;
            }
        }
        SurfacePoint { point_mm: p, normal }
    }
}

/// The part of a way that leads along the crease between two pieces of surface; none where there is
/// no crease.
fn along_crease(here: Vector3, there: Vector3, way: Vector3) -> Option<Vector3> {
    let along = here.cross(&there).try_normalize(CREASE)?;
    Some(along * way.dot(&along))
}

#[cfg(test)]
mod tests;
