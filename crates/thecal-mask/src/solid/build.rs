//! Solids from contours, masks and levels.

use super::planes::{self, Placed};
use super::{EndRule, Solid, SolidError, TracedLattice, grouping};
use crate::isocontour::{self, Projection};
use crate::resolution::{DrawnAs, OnPlanes, Resolution, TracedOn, Tracing, recognise};
use std::sync::Arc;
use thecal_geom::{Contour, Point2, Point3, Warning};
use thecal_voxel::{FULL, Slices, Volume};

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
        Self::from_drawn(
            contours,
            Resolution::from_contours(contours),
            &[],
            ends,
            fallback_spacing_mm,
        )
    }

    /// As [`Self::from_contours`], for contours whose resolution is known from the axes that they
    /// were written in. Contours that were traced round pixels are measured as the mask that they
    /// stand for, with the warning `contours_traced`; `known` is what others of the same planes were
    /// traced on, by which those of few corners are recognised.
    ///
    /// # Errors
    /// As [`Self::from_contours`].
    pub fn from_drawn(
        contours: &[Contour],
        resolution: Resolution,
        known: &[TracedLattice],
        ends: EndRule,
        fallback_spacing_mm: f64,
    ) -> Result<Self, SolidError> {
        let placed = planes::placed(contours)?;
        let frame = placed.frame;
        let patient_point =
            |p: Point2, w: f64| frame.patient_from_stack(Point3::new(p[0], p[1], w));
        let on = OnPlanes { planes: &placed.planes, patient_point: &patient_point };
        let known = known.iter().filter(|k| k.frame == frame).map(|k| k.on);
        let known: Vec<TracedOn> = known.collect();
        let Some(traced) = recognise(&on, resolution.quantum_mm, &known) else {
            return Self::from_placed(placed, resolution, None, ends, fallback_spacing_mm);
        };
        // What had to be mended in the drawing is told all the same.
        let drawn = planes::repaired(placed)?;
        let areas_mm2: Vec<f64> = drawn.planes.iter().map(|p| p.region.area_mm2()).collect();
        let mut solid = Self::from_mask(&traced.mask, ends, fallback_spacing_mm)?;
        // Sections are as large as they were drawn, but where half a pixel is put back.
        if traced.on.tracing != Tracing::PixelCentres && areas_mm2.len() == solid.areas_mm2.len() {
            solid.areas_mm2 = areas_mm2;
        }
        solid.repairs = drawn.repairs;
        solid.warnings.splice(0..0, drawn.warnings);
        let pixel_mm = traced.mask.spacing_mm();
        let tracing = traced.on.tracing;
        solid.resolution =
            Resolution { drawn_as: DrawnAs::Traced { tracing, pixel_mm }, ..resolution };
        solid.traced_on = Some(traced.on);
        solid.warnings.insert(0, traced_warning(tracing, pixel_mm));
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
        let outlines = isocontour::contours(mask);
        let (axes, spacing_mm) = (mask.axes(), mask.spacing_mm());
        let resolution = Resolution::of_mask(spacing_mm);
        let empty = Some(mask.empty_mm());
        let mut solid =
            Self::from_outlines(&outlines, resolution, empty, ends, fallback_spacing_mm)?;
        solid.pixels = Some([0, 1].map(|k| axes[k] * spacing_mm[k]));
        solid.take_areas_of(mask);
        solid.mask = Some(Arc::new(mask.clone()));
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
        project: &Projection<'_>,
    ) -> Result<Self, SolidError> {
        let grid = level.grid();
        let [nx, ny, _] = grid.size();
        let slices = level.values().chunks_exact(nx * ny).enumerate();
        let empty = slices.filter(|(_, slice)| slice.iter().all(|v| *v >= 0.0));
        let empty: Vec<Point3> = empty.map(|(k, _)| grid.centre_mm([0, 0, k])).collect();
        let fallback_spacing_mm = grid.spacing_mm()[2];
        let mut outlines = isocontour::of_level(level, project);
        let all = outlines.len();
        outlines.retain(|c| 0.5 * c.double_area().norm() >= least_mm2);
        let slivers = all - outlines.len();
        let mut solid =
            Self::from_outlines(&outlines, COMPUTED, Some(&empty), ends, fallback_spacing_mm)?;
        if slivers > 0 {
            let outlines = if slivers == 1 { "outline" } else { "outlines" };
            let message = format!("{slivers} {outlines} of less than {least_mm2} mm2 left out");
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
        let drawn = planes::repaired(placed)?;
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
            components: parts.components,
            planes_mm,
            spacing_mm,
            areas_mm2,
            missing_mm: parts.missing_mm,
            repairs: drawn.repairs,
            warnings,
            resolution,
            pixels: None,
            traced_on: None,
            mask: None,
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_told_by_one_length_where_they_are_square() {
        let told = |pixel_mm| traced_warning(Tracing::PixelEdges, pixel_mm).message;
        assert!(told([0.8, 0.8]).contains("pixels of 0.80 mm"), "{}", told([0.8, 0.8]));
        assert!(told([0.5, 0.504]).contains("pixels of 0.50 mm"));
        for pixel_mm in [[0.8, 0.5], [0.5, 0.8], [0.5, 0.506]] {
            let [a, b] = pixel_mm;
            assert!(told(pixel_mm).contains(&format!("pixels of {a:.2} x {b:.2} mm")));
        }
    }

    #[test]
    fn the_usual_spacing_is_the_median_step() {
        assert_eq!(usual_spacing(&[0.0, 2.0, 4.0, 9.0, 11.0]), Some(2.0));
        assert_eq!(usual_spacing(&[0.0, 1.0, 4.0, 9.0]), Some(3.0));
        // Of two steps the smaller one, and of a single plane there is none.
        assert_eq!(usual_spacing(&[0.0, 3.0, 4.0]), Some(1.0));
        assert_eq!(usual_spacing(&[7.0]), None);
    }
}
