//! A solid in patient space from planar contours.
//!
//! In each plane the signed distance to the drawn region is exact. Between planes it is
//! interpolated along the normal; see [`Solid::level_mm`] and `docs/method.md`.

mod grouping;
mod lobe;
mod planes;
mod sample;
mod section;
mod stencil;
mod surface;

pub use planes::StackFrame;
pub use section::{Cut, SectionError};
pub use surface::{Patch, PatchKind, SurfacePoint, Wanted};

pub use crate::outline::Mend;

use crate::outline;
use crate::resolution::{DrawnAs, OnPlanes, Resolution, Tracing, recognise};
use lobe::{Lobe, Trail};
use planes::Placed;
use thecal_geom::{Cleaning, Contour, Point2, Point3, Region, Vector3, Warning};
use thecal_voxel::{FULL, Slices, Volume};

/// Where a contoured solid ends past its last plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum EndRule {
    /// Half a slice past the last plane, with the taper that the last planes show.
    #[default]
    HalfSlice,
    /// At the last plane.
    Plane,
    /// Where the taper of the last planes closes, at most one slice past the last plane.
    Rounded,
}

/// Why contours make no solid.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolidError {
    /// No closed contour at all.
    #[error("no closed contour; the structure is absent, draw it or choose another")]
    Absent,
    /// Contours, but none that bounds an area.
    #[error("no contour bounds an area; every one is a point, a line or a sliver")]
    NoArea,
    /// A coordinate that is no number.
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
#[derive(Debug, Clone)]
pub struct Solid {
    frame: StackFrame,
    lobes: Vec<Lobe>,
    planes_mm: Vec<f64>,
    spacing_mm: f64,
    areas_mm2: Vec<f64>,
    missing_mm: Vec<f64>,
    cleaning: Cleaning,
    warnings: Vec<Warning>,
    resolution: Resolution,
    /// One step to the next pixel along the two axes, mm, where the solid is that of a mask.
    pixels: Option<[Vector3; 2]>,
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
    /// Builds the solid of one structure.
    ///
    /// `fallback_spacing_mm` serves a structure drawn on a single plane, which has no spacing.
    ///
    /// # Errors
    /// When no closed contour bounds an area, or the contours do not lie on parallel planes.
    pub fn from_contours(
        contours: &[Contour],
        ends: EndRule,
        fallback_spacing_mm: f64,
    ) -> Result<Self, SolidError> {
        Self::from_drawn(contours, Resolution::of(contours), ends, fallback_spacing_mm)
    }

    /// As [`Self::from_contours`], for contours whose resolution is known from the axes that they
    /// were written in. Contours that were traced round pixels are measured as the mask that they
    /// stand for, with the warning `contours_traced`.
    ///
    /// # Errors
    /// As [`Self::from_contours`].
    pub fn from_drawn(
        contours: &[Contour],
        resolution: Resolution,
        ends: EndRule,
        fallback_spacing_mm: f64,
    ) -> Result<Self, SolidError> {
        let placed = planes::placed(contours)?;
        let frame = placed.frame;
        let patient_point =
            |p: Point2, w: f64| frame.patient_from_stack(Point3::new(p[0], p[1], w));
        let on = OnPlanes { planes: &placed.planes, patient_point: &patient_point };
        let Some(traced) = recognise(&on, resolution.quantum_mm) else {
            return Self::from_placed(placed, resolution, None, ends, fallback_spacing_mm);
        };
        // What had to be mended in the drawing is told all the same.
        let drawn = planes::cleaned(placed)?;
        let mut solid = Self::from_mask(&traced.mask, ends, fallback_spacing_mm)?;
        solid.cleaning = drawn.cleaning;
        solid.warnings.splice(0..0, drawn.warnings);
        let pixel_mm = traced.mask.spacing_mm();
        solid.resolution = Resolution {
            drawn_as: DrawnAs::Traced { tracing: traced.tracing, pixel_mm },
            ..resolution
        };
        solid.warnings.insert(0, traced_warning(traced.tracing, pixel_mm));
        Ok(solid)
    }

    /// Builds the solid of a mask: a sub-voxel outline on each of its planes (see
    /// `docs/method.md`), and straight lines between the distances to them. A plane that is known
    /// to be empty parts what lies on its two sides.
    ///
    /// # Errors
    /// When the mask holds no pixel.
    pub fn from_mask(
        mask: &Slices,
        ends: EndRule,
        fallback_spacing_mm: f64,
    ) -> Result<Self, SolidError> {
        let outlines = outline::contours(mask);
        let (axes, spacing_mm) = (mask.axes(), mask.spacing_mm());
        let resolution = Resolution::of_mask(spacing_mm);
        let empty = Some(mask.empty_mm());
        let mut solid =
            Self::from_outlines(&outlines, resolution, empty, ends, fallback_spacing_mm)?;
        solid.pixels = Some([0, 1].map(|k| axes[k] * spacing_mm[k]));
        solid.take_areas_of(mask);
        Ok(solid)
    }

    /// Builds the solid of outlines that were computed and are as fine as they are meant.
    ///
    /// # Errors
    /// As [`Self::from_contours`].
    pub fn from_computed(
        contours: &[Contour],
        ends: EndRule,
        fallback_spacing_mm: f64,
    ) -> Result<Self, SolidError> {
        Self::from_outlines(contours, COMPUTED, None, ends, fallback_spacing_mm)
    }

    /// Builds the solid of a level (negative inside, as [`Solid::level_on`] gives it), by its zero
    /// lines on the planes across the grid's third axis. Those round less than `least_mm2` are left
    /// out, with the warning `slivers_left_out`.
    ///
    /// # Error
    /// Of the zero lines about `h² / 8r` for pixels of `h` and a radius of curvature `r`; creases
    /// are cut off by up to a quarter of a pixel. A caller who knows better where the surface is
    /// moves points there with `mend`, within their plane.
    ///
    /// # Errors
    /// When no level is negative, or all outlines are left out.
    pub fn from_level(
        level: &Volume<f32>,
        ends: EndRule,
        least_mm2: f64,
        mend: &Mend<'_>,
    ) -> Result<Self, SolidError> {
        let grid = level.grid();
        let [nx, ny, _] = grid.size();
        let slices = level.values().chunks_exact(nx * ny).enumerate();
        let empty = slices.filter(|(_, slice)| slice.iter().all(|v| *v >= 0.0));
        let empty: Vec<Point3> = empty.map(|(k, _)| grid.centre_mm([0, 0, k])).collect();
        let fallback_spacing_mm = grid.spacing_mm()[2];
        let mut outlines = outline::of_level(level, mend);
        let all = outlines.len();
        outlines.retain(|c| 0.5 * c.double_area().norm() >= least_mm2);
        let slivers = all - outlines.len();
        let mut solid =
            Self::from_outlines(&outlines, COMPUTED, Some(&empty), ends, fallback_spacing_mm)?;
        if slivers > 0 {
            let message = format!("{slivers} outlines round less than {least_mm2} mm2 left out");
            solid.warnings.push(Warning::new("slivers_left_out", message, ""));
        }
        Ok(solid)
    }

    /// Takes the areas of the planes from the pixels that they were outlined from.
    fn take_areas_of(&mut self, mask: &Slices) {
        let pixel_mm2 = mask.spacing_mm()[0] * mask.spacing_mm()[1];
        let mut areas: Vec<(f64, f64)> = mask
            .slices()
            .iter()
            .map(|s| {
                let parts: f64 = s.values.iter().map(|&v| f64::from(v)).sum();
                let w = self.frame.stack_from_patient(s.first_mm).z;
                (w, pixel_mm2 * parts / f64::from(FULL))
            })
            .collect();
        areas.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Planes without an outline of any area are left out of the solid.
        if areas.len() == self.areas_mm2.len() {
            self.areas_mm2 = areas.into_iter().map(|a| a.1).collect();
        }
    }

    fn from_outlines(
        contours: &[Contour],
        resolution: Resolution,
        empty_mm: Option<&[Point3]>,
        ends: EndRule,
        fallback_spacing_mm: f64,
    ) -> Result<Self, SolidError> {
        let placed = planes::placed(contours)?;
        Self::from_placed(placed, resolution, empty_mm, ends, fallback_spacing_mm)
    }

    fn from_placed(
        placed: Placed,
        resolution: Resolution,
        empty_mm: Option<&[Point3]>,
        ends: EndRule,
        fallback_spacing_mm: f64,
    ) -> Result<Self, SolidError> {
        let drawn = planes::cleaned(placed)?;
        let planes_mm: Vec<f64> = drawn.planes.iter().map(|p| p.w_mm).collect();
        let spacing_mm = usual_spacing(&planes_mm).unwrap_or(fallback_spacing_mm);
        let areas_mm2 = drawn.planes.iter().map(|p| p.region.area_mm2()).collect();
        let empty: Option<Vec<f64>> =
            empty_mm.map(|all| all.iter().map(|&p| drawn.frame.stack_from_patient(p).z).collect());
        let parts = grouping::split(drawn.planes, empty.as_deref(), spacing_mm, ends);
        let mut warnings = drawn.warnings;
        warnings.extend(parts.warnings);
        Ok(Self {
            frame: drawn.frame,
            lobes: parts.lobes,
            planes_mm,
            spacing_mm,
            areas_mm2,
            missing_mm: parts.missing_mm,
            cleaning: drawn.cleaning,
            warnings,
            resolution,
            pixels: None,
        })
    }

    /// The same solid elsewhere, moved by `by_mm` along the patient's axes.
    #[must_use]
    pub fn shifted(&self, by_mm: Vector3) -> Self {
        let by = self.frame.stack_from_patient(Point3::from(by_mm));
        Self {
            lobes: self.lobes.iter().map(|l| l.shifted([by.x, by.y, by.z])).collect(),
            planes_mm: self.planes_mm.iter().map(|w| w + by.z).collect(),
            missing_mm: self.missing_mm.iter().map(|w| w + by.z).collect(),
            ..self.clone()
        }
    }

    /// The solid of every second plane, the even or the odd ones of each part, with first and last
    /// planes and ends as they are: what changes says how well the planes show the shape.
    #[must_use]
    pub fn thinned(&self, odd: bool) -> Self {
        self.with_lobes(|l| l.thinned(odd))
    }

    /// The solid with straight lines between its planes.
    #[must_use]
    pub fn straight(&self) -> Self {
        self.with_lobes(Lobe::straight)
    }

    /// The most that what is drawn allows: sections that are gone on the next plane reach up to it,
    /// and ends go on for a whole slice, up to the next plane, which was not drawn.
    #[must_use]
    pub fn fullest(&self) -> Self {
        self.with_lobes(Lobe::fullest)
    }

    fn with_lobes(&self, change: impl Fn(&Lobe) -> Lobe) -> Self {
        Self { lobes: self.lobes.iter().map(change).collect(), ..self.clone() }
    }

    /// Half a pixel along a direction, mm, where the solid is that of a mask: how far off its
    /// outline the drawn structure's can lie. Without a direction half of the larger pixel side.
    #[must_use]
    pub fn half_pixel_mm(&self, along: Vector3) -> Option<f64> {
        let [a, b] = self.pixels?;
        Some(match along.try_normalize(1e-9) {
            Some(n) => 0.5 * n.dot(&a).hypot(n.dot(&b)),
            None => 0.5 * a.norm().max(b.norm()),
        })
    }

    /// What the structure's own points or pixels show of its resolution.
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

    /// What cleaning of the contours mended.
    #[must_use]
    pub fn cleaning(&self) -> &Cleaning {
        &self.cleaning
    }

    /// What was dropped, mended or doubted.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Area times the slab that each plane stands for, cc: the field's usual contour volume.
    #[must_use]
    pub fn volume_cc(&self) -> f64 {
        self.lobes.iter().map(Lobe::slab_volume_mm3).sum::<f64>() / 1000.0
    }

    /// Negative inside, zero on the surface, patient point.
    ///
    /// Within a plane this is the exact signed distance in that plane, mm. Between planes it is
    /// interpolated by a cubic through the four nearest planes, corrected so that a shape whose
    /// inscribed radius closes like a sphere's is followed exactly to its pole.
    #[must_use]
    pub fn level_mm(&self, p: Point3) -> f64 {
        let q = self.frame.stack_from_patient(p);
        self.lobes.iter().map(|l| l.level([q.x, q.y], q.z).0).fold(f64::INFINITY, f64::min)
    }

    /// True when the region drawn on a plane next to the point holds it, seen along the stack: a
    /// quick first answer, right for every point that lies inside by more than a plane's step.
    #[must_use]
    pub fn covers(&self, p: Point3) -> bool {
        let q = self.frame.stack_from_patient(p);
        self.lobes.iter().any(|l| l.covers([q.x, q.y], q.z))
    }

    /// The level and its gradient.
    #[must_use]
    pub fn level(&self, p: Point3) -> Level {
        self.level_along(p, &mut vec![Trail::default(); self.lobes.len()])
    }

    /// Levels of points near each other in turn, each found sooner from the last.
    #[must_use]
    pub fn walk(&self) -> Walk<'_> {
        Walk { solid: self, trails: vec![Trail::default(); self.lobes.len()] }
    }

    /// As [`Self::level`] for a run of points near each other; a trail for each lobe.
    fn level_along(&self, p: Point3, trails: &mut [Trail]) -> Level {
        let q = self.frame.stack_from_patient(p);
        let (value_mm, g) = self
            .lobes
            .iter()
            .zip(trails)
            .map(|(l, trail)| l.level_along([q.x, q.y], q.z, trail))
            .fold((f64::INFINITY, Vector3::z()), |best, x| if x.0 < best.0 { x } else { best });
        let gradient = self.frame.patient_from_stack(Point3::from(g)).coords;
        Level { value_mm, gradient }
    }

    /// The regions drawn at every plane with their positions, per connected part.
    pub fn drawn(&self) -> impl Iterator<Item = (f64, &Region)> {
        self.lobes.iter().flat_map(Lobe::drawn)
    }

    /// The ends of every part, each as far as a whole slice past its last plane: from where to where
    /// along the stack, mm, and the last drawn region.
    pub fn ends(&self) -> impl Iterator<Item = ([f64; 2], &Region)> {
        self.lobes.iter().flat_map(Lobe::ends)
    }

    /// True where the part of the solid whose surface is nearest to a point has planes on both sides
    /// of it, or one through it: the point does not lie past that part's last plane.
    #[must_use]
    pub fn has_planes_about(&self, p: Point3) -> bool {
        /// Nearer to the last plane than this a point counts as drawn.
        const ON_PLANE_MM: f64 = 0.01;
        let q = self.frame.stack_from_patient(p);
        let levels = self.lobes.iter().map(|l| (l.level([q.x, q.y], q.z).0.abs(), l));
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

    fn lobes(&self) -> &[Lobe] {
        &self.lobes
    }
}

/// Levels of a solid at points near each other, in turn: the last one's nearest edges bound the
/// search for the next one's.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    solid: &'a Solid,
    trails: Vec<Trail>,
}

impl Walk<'_> {
    /// As [`Solid::level`].
    pub fn level(&mut self, p: Point3) -> Level {
        self.solid.level_along(p, &mut self.trails)
    }
}

/// The resolution of outlines that were computed.
const COMPUTED: Resolution =
    Resolution { drawn_as: DrawnAs::Computed, quantum_mm: 0.0, point_spacing_mm: 0.0 };

fn traced_warning(tracing: Tracing, pixel_mm: [f64; 2]) -> Warning {
    let [a, b] = pixel_mm;
    let pixels =
        if (a - b).abs() < 0.005 { format!("{a:.2} mm") } else { format!("{a:.2} x {b:.2} mm") };
    let how = match tracing {
        Tracing::PixelEdges => "along the edges of pixels of",
        Tracing::HalfWay => "half way between the centres of pixels of",
        Tracing::PixelCentres => {
            "through the centres of the outermost pixels, half a pixel short all round, of"
        }
    };
    let message = format!(
        "the contours were traced {how} {pixels}; they are measured as the mask that they stand \
         for, whose pixels rule the range"
    );
    Warning::new("contours_traced", message, "")
}

/// Median distance of neighbours; none for a single plane.
fn usual_spacing(planes_mm: &[f64]) -> Option<f64> {
    let mut steps: Vec<f64> = planes_mm.windows(2).map(|w| w[1] - w[0]).collect();
    if steps.is_empty() {
        return None;
    }
    steps.sort_by(f64::total_cmp);
    Some(steps[(steps.len() - 1) / 2])
}
