//! A solid in patient space from planar contours.
//!
//! In each plane the signed distance to the drawn region is exact. Between planes it is
//! interpolated along the normal; see [`Solid::level_mm`] and `docs/method.md`.

mod build;
mod component;
mod end_rule;
mod end_shape;
mod faces;
mod grouping;
mod lagrange;
mod planes;
mod sample;
mod section;
mod slice_weights;
mod surface;
mod surface_samples;
mod variant;

pub use end_rule::EndRule;
pub use planes::StackFrame;
pub use section::{Cut, SectionError};
pub use surface::SurfacePoint;
pub use surface_samples::{SurfaceSample, SurfaceSampleKind, Wanted};

pub use crate::isocontour::Projection;

use crate::resolution::{Resolution, TracedOn};
use component::{Component, SearchHint};
use std::sync::Arc;
use thecal_geom::{Point2, Point3, Region, RepairReport, Vector3, Warning};
use thecal_voxel::Slices;

/// Why contours form no solid.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolidError {
    /// No closed contour at all.
    #[error("no closed contour; the structure is absent, draw it or choose another")]
    Absent,
    /// Contours, but none that encloses an area.
    #[error("no contour encloses an area; every one is a point, a line or a sliver")]
    NoArea,
    /// A coordinate that is not a number.
    #[error("contour {contour}: a coordinate is not a finite number; export the structure again")]
    NotFinite {
        /// Contour number in its source.
        contour: usize,
    },
    /// Points off the common plane.
    #[error(
        "contour {contour}: points lie up to {off_mm:.2} mm off a plane parallel to the \
         structure's others; planar contours of one orientation are needed"
    )]
    OffPlane {
        /// Contour number in its source.
        contour: usize,
        /// Largest distance from the plane, mm.
        off_mm: f64,
    },
}

/// A contoured solid.
///
/// # Frame
/// Points in and out are patient coordinates (LPS, mm); planes keep their own positions along
/// the stack's normal.
///
/// # Example
/// ```
/// use std::f64::consts::TAU;
/// use thecal_geom::{Contour, ContourKind, Point3};
/// use thecal_mask::{EndRule, Solid};
/// /// A tube along z, from -20 to 20 mm, drawn on planes 2 mm apart with a point every 2 degrees.
/// fn tube(x_mm: f64, radius_mm: f64) -> Solid {
///     let contours: Vec<Contour> = (-10..=10)
///         .map(|k| Contour {
///             number: 1,
///             kind: ContourKind::ClosedPlanar,
///             points_mm: (0..180)
///                 .map(|i| {
///                     let (sin, cos) = (TAU * f64::from(i) / 180.0).sin_cos();
///                     Point3::new(x_mm + radius_mm * cos, radius_mm * sin, 2.0 * f64::from(k))
///                 })
///                 .collect(),
///         })
///         .collect();
///     Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
/// }
///
/// let cord = tube(0.0, 5.0);
/// // Negative inside, on the planes and between them.
/// assert!((cord.level_mm(Point3::new(2.0, 0.0, 1.0)) + 3.0).abs() < 0.01);
/// assert!((cord.level_mm(Point3::new(0.0, 9.0, 0.5)) - 4.0).abs() < 0.01);
/// // pi x 25 mm2 over 40 mm.
/// assert!((cord.volume_cc() - 3.14).abs() < 0.01);
/// ```
#[derive(Debug, Clone)]
pub struct Solid {
    frame: StackFrame,
    components: Vec<Component>,
    planes_mm: Vec<f64>,
    spacing_mm: f64,
    areas_mm2: Vec<f64>,
    missing_mm: Vec<f64>,
    repairs: RepairReport,
    warnings: Vec<Warning>,
    resolution: Resolution,
    /// One step to the next pixel along the two axes, mm, where the solid is that of a mask.
    pixels: Option<[Vector3; 2]>,
    /// What its contours were traced on.
    traced_on: Option<TracedOn>,
    /// The pixels themselves.
    mask: Option<Arc<Slices>>,
}

/// The pixels that contours were traced on, by which others of the same planes are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TracedLattice {
    frame: StackFrame,
    on: TracedOn,
}

/// The level of a solid at a point, with its gradient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Negative inside, zero on the surface; mm within the planes.
    pub value_mm: f64,
    /// Rate of change along the patient axes.
    pub gradient: Vector3,
}

impl Solid {
    /// The same solid elsewhere, moved by `by_mm` along the patient's axes.
    #[must_use]
    pub fn shifted(&self, by_mm: Vector3) -> Self {
        let by = self.frame.stack_from_patient(Point3::from(by_mm));
        Self {
            components: self.components.iter().map(|l| l.shifted([by.x, by.y, by.z])).collect(),
            planes_mm: self.planes_mm.iter().map(|w| w + by.z).collect(),
            missing_mm: self.missing_mm.iter().map(|w| w + by.z).collect(),
            traced_on: None,
            mask: None,
            ..self.clone()
        }
    }

    /// The size of a pixel along a direction, mm, where the solid is that of a mask or of what was
    /// traced from one.
    #[must_use]
    pub fn pixel_mm(&self, along: Vector3) -> Option<f64> {
        let [a, b] = self.pixels?;
        Some(match along.try_normalize(1e-9) {
            Some(n) => n.dot(&a).hypot(n.dot(&b)),
            None => a.norm().max(b.norm()),
        })
    }

    /// What the solid's contours were traced on, where they were.
    #[must_use]
    pub fn traced_lattice(&self) -> Option<TracedLattice> {
        self.traced_on.map(|on| TracedLattice { frame: self.frame, on })
    }

    /// True where the solid is that of a mask, or of what was traced from one.
    #[must_use]
    pub fn is_of_pixels(&self) -> bool {
        self.pixels.is_some()
    }

    /// True where both solids are those of masks on the same pixels of which none belongs to both:
    /// they may touch, but what their outlines share lies between the pixels and is not shown.
    #[must_use]
    pub fn shares_no_pixel_with(&self, other: &Self) -> bool {
        let masks = self.mask.as_deref().zip(other.mask.as_deref());
        masks.and_then(|(a, b)| a.share_a_pixel(b)) == Some(false)
    }

    /// The resolution of the structure, from its own points or pixels.
    #[must_use]
    pub fn resolution(&self) -> &Resolution {
        &self.resolution
    }

    /// The axes of the contour planes.
    #[must_use]
    pub fn frame(&self) -> &StackFrame {
        &self.frame
    }

    /// Plane positions along the stack's normal, ascending, mm.
    #[must_use]
    pub fn planes_mm(&self) -> &[f64] {
        &self.planes_mm
    }

    /// Area of each plane's region, mm².
    #[must_use]
    pub fn areas_mm2(&self) -> &[f64] {
        &self.areas_mm2
    }

    /// The median distance of neighbouring planes, mm.
    #[must_use]
    pub fn spacing_mm(&self) -> f64 {
        self.spacing_mm
    }

    /// The largest step between neighbouring planes, mm.
    #[must_use]
    pub fn largest_step_mm(&self) -> f64 {
        self.planes_mm.windows(2).map(|w| w[1] - w[0]).fold(self.spacing_mm, f64::max)
    }

    /// Positions of planes that were missing and are interpolated, mm.
    #[must_use]
    pub fn missing_planes_mm(&self) -> &[f64] {
        &self.missing_mm
    }

    /// The repairs of the contours.
    #[must_use]
    pub fn repairs(&self) -> &RepairReport {
        &self.repairs
    }

    /// What was dropped, repaired or doubtful.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Sum of area times slab thickness over the planes, cc: the usual contour volume.
    #[must_use]
    pub fn volume_cc(&self) -> f64 {
        self.components.iter().map(Component::slab_volume_mm3).sum::<f64>() / 1000.0
    }

    /// Negative inside, zero on the surface, patient point.
    ///
    /// Within a plane this is the exact signed distance in that plane, mm. Between planes it is
    /// interpolated by a limited cubic through the four nearest planes, with a correction near poles that
    /// is exact for spheres and ellipsoids (docs/method.md, section 1.3).
    #[must_use]
    pub fn level_mm(&self, p: Point3) -> f64 {
        let q = self.frame.stack_from_patient(p);
        self.components.iter().map(|l| l.level([q.x, q.y], q.z).0).fold(f64::INFINITY, f64::min)
    }

    /// True when the region drawn on a plane next to the point holds it, seen along the stack: a
    /// quick first answer, right for every point that lies inside by more than a plane's step.
    #[must_use]
    pub fn covers(&self, p: Point3) -> bool {
        let q = self.frame.stack_from_patient(p);
        self.components.iter().any(|l| l.covers([q.x, q.y], q.z))
    }

    /// The level and its gradient.
    #[must_use]
    pub fn level(&self, p: Point3) -> Level {
        self.level_along(p, &mut vec![SearchHint::default(); self.components.len()])
    }

    /// Levels of points near each other in turn, each found sooner from the last.
    #[must_use]
    pub fn sampler(&self) -> LevelSampler<'_> {
        LevelSampler { solid: self, hints: vec![SearchHint::default(); self.components.len()] }
    }

    /// As [`Self::level`] for a run of points near each other; a hint for each component.
    fn level_along(&self, p: Point3, hints: &mut [SearchHint]) -> Level {
        let q = self.frame.stack_from_patient(p);
        let (value_mm, g) = self
            .components
            .iter()
            .zip(hints)
            .map(|(l, hint)| l.level_along([q.x, q.y], q.z, hint))
            .fold((f64::INFINITY, Vector3::z()), |best, x| if x.0 < best.0 { x } else { best });
        let gradient = self.frame.patient_from_stack(Point3::from(g)).coords;
        Level { value_mm, gradient }
    }

    /// The regions drawn at every plane with their positions, per connected part.
    pub fn drawn(&self) -> impl Iterator<Item = (f64, &Region)> {
        self.components.iter().flat_map(Component::drawn)
    }

    /// Of every connected part the last plane at or below a position along the stack, and the first
    /// one above it, with the regions drawn there.
    pub fn drawn_beside(&self, w_mm: f64) -> impl Iterator<Item = (f64, &Region)> {
        self.components.iter().flat_map(move |l| l.drawn_beside(w_mm))
    }

    /// The ends of every part, each as far as a whole slice past its last plane: from where to where
    /// along the stack, mm, and the last drawn region.
    pub fn ends(&self) -> impl Iterator<Item = ([f64; 2], &Region)> {
        self.components.iter().flat_map(Component::ends)
    }

    /// True where the part of the solid whose surface is nearest to a point has planes on both sides
    /// of it, or one through it: the point does not lie past that part's last plane.
    #[must_use]
    pub fn has_planes_about(&self, p: Point3) -> bool {
        /// Nearer to the last plane than this a point counts as drawn.
        const ON_PLANE_MM: f64 = 0.01;
        let q = self.frame.stack_from_patient(p);
        let levels = self.components.iter().map(|l| (l.level([q.x, q.y], q.z).0.abs(), l));
        let nearest = levels.min_by(|x, y| x.0.total_cmp(&y.0));
        nearest.is_some_and(|(_, l)| {
            let w = l.w_mm();
            q.z >= w[0] - ON_PLANE_MM && q.z <= w[w.len() - 1] + ON_PLANE_MM
        })
    }

    /// The bounding box `(min, max)` in patient space, ends included, mm.
    #[must_use]
    pub fn bounds(&self) -> (Point3, Point3) {
        let mut lo = Point3::from(Vector3::repeat(f64::INFINITY));
        let mut hi = Point3::from(Vector3::repeat(f64::NEG_INFINITY));
        let end = self.spacing_mm;
        for (w, region) in self.drawn() {
            let (a, b) = region.bounds();
            for (u, v) in [(a[0], a[1]), (a[0], b[1]), (b[0], a[1]), (b[0], b[1])] {
                for w in [w - end, w + end] {
                    let p = self.patient_point([u, v], w);
                    (lo, hi) = (lo.inf(&p), hi.sup(&p));
                }
            }
        }
        (lo, hi)
    }

    /// Patient coordinates of a point on a plane of the stack.
    #[must_use]
    pub fn patient_point(&self, uv: Point2, w_mm: f64) -> Point3 {
        self.frame.patient_from_stack(Point3::new(uv[0], uv[1], w_mm))
    }

    fn components(&self) -> &[Component] {
        &self.components
    }
}

/// Levels of a solid at points near each other, in turn: the last one's nearest edges bound the
/// search for the next one's.
#[derive(Debug, Clone)]
pub struct LevelSampler<'a> {
    solid: &'a Solid,
    hints: Vec<SearchHint>,
}

impl LevelSampler<'_> {
    /// As [`Solid::level`].
    pub fn level(&mut self, p: Point3) -> Level {
        self.solid.level_along(p, &mut self.hints)
    }
}

#[cfg(test)]
mod test_shapes;
#[cfg(test)]
mod tests;
