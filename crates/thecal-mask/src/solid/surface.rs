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
