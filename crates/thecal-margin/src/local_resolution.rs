//! What the drawing of one structure leaves open at a point of its surface.

use crate::chords::{Bulge, bulge_near};
use thecal_geom::{Point3, Vector3};
use thecal_mask::{DrawnAs, Solid};

/// The outline of a mask lies this part of a pixel off the true one at most, where two outlines are
/// compared; measured on phantoms and masks of patients (docs/accuracy.md).
pub(crate) const OF_PIXEL: f64 = 0.33;

/// What a solid's own outline leaves open near a point within its plane, mm: chords, rounding,
/// pixels.
pub(crate) fn outline_mm(s: &Solid, p: Point3, along: Vector3) -> f64 {
    if s.is_of_pixels() {
        return pixels_mm(s, along);
    }
    let bulge = bulge_near(s, p);
    bulge.out_mm.max(bulge.in_mm) + rounding_mm(s, along)
}

/// How far the true outline of a solid can lie off the drawn one beside a point of its surface, mm:
/// outwards and inwards. Chords between drawn points, rounded coordinates and pixels count; what lies
/// between planes does not.
#[must_use]
pub fn open_outline_mm(s: &Solid, p: Point3) -> [f64; 2] {
    let along = s.level(p).gradient;
    if s.is_of_pixels() {
        return [pixels_mm(s, along); 2];
    }
    let rounding = rounding_mm(s, along);
    let bulge = match s.resolution().drawn_as {
        DrawnAs::Contours => bulge_near(s, p),
        _ => Bulge::default(),
    };
    [bulge.out_mm + rounding, bulge.in_mm + rounding]
}

/// Half a plane step of a solid along a direction, mm: how far its surface is open between the
/// planes. Without a direction the whole half step.
pub(crate) fn open_mm(s: &Solid, along: Vector3) -> f64 {
    let part = along.try_normalize(1e-9).map_or(1.0, |n| n.dot(&s.frame().normal()).abs());
    0.5 * part * s.spacing_mm()
}

/// True where a point of a solid's surface lies at an end, or on a shelf that a section leaves that
/// is gone on the next plane.
pub(crate) fn is_at_end(s: &Solid, p: Point3) -> bool {
    /// A surface whose normal is nearer to the stack's than this leans more than any outline.
    const SHELF: f64 = 0.8;
    let along = || {
        let g = s.level(p).gradient;
        g.dot(&s.frame().normal()).abs() / g.norm().max(1e-9)
    };
    !s.has_planes_about(p) || along() > SHELF
}

/// The radius of the largest circle in the sections of the island that a point of a solid's surface
/// lies on, mm, where they are so few that leaving one out does not change what the others show: a
/// ball that bulges between two planes shows two equal sections, as a rod does. None on what was
/// computed, which its own structure bounds.
pub(crate) fn brief_island_mm(s: &Solid, p: Point3) -> Option<f64> {
    /// An island on so few planes may be a ball.
    const PLANES: usize = 2;
    /// Inscribed radii are wanted to this accuracy, mm.
    const TOLERANCE_MM: f64 = 0.01;
    if s.resolution().drawn_as == DrawnAs::Computed {
        return None;
    }
    let (island, _) = s.parted_at(p)?;
    let radii = island.drawn().map(|(_, region)| region.inscribed_circle(TOLERANCE_MM).1);
    (island.planes_mm().len() <= PLANES).then(|| radii.fold(0.0, f64::max))
}

/// True where a point lies between the last two planes of a solid, or past them.
pub(crate) fn is_in_last_interval(s: &Solid, p: Point3) -> bool {
    let planes = s.planes_mm();
    let below = planes.partition_point(|&w| w < s.frame().stack_from_patient(p).z);
    below < 2 || below + 1 >= planes.len()
}

/// How far the pixels of a mask let its outline lie along a direction, mm; 0 where there are none.
///
/// A surface that leans to the planes is told by the outlines of several of them, each off by its
/// own pixels, and the nearest place is where they err most: the whole pixel counts before the
/// direction lies within the planes.
pub(crate) fn pixels_mm(s: &Solid, along: Vector3) -> f64 {
    /// From this part of a direction within the planes on, the whole pixel counts.
    const LEANS: f64 = 0.4;
    let n = s.frame().normal();
    let Some(along) = along.try_normalize(1e-9) else {
        return OF_PIXEL * s.pixel_mm(along).unwrap_or(0.0);
    };
    let flat = along - *n * along.dot(&n);
    let whole = flat.try_normalize(1e-9).map_or(0.0, |f| s.pixel_mm(f).unwrap_or(0.0));
    OF_PIXEL * whole * (flat.norm() / LEANS).min(1.0)
}

/// How far rounded coordinates let a point lie along a direction, mm.
pub(crate) fn rounding_mm(s: &Solid, along: Vector3) -> f64 {
    if !matches!(s.resolution().drawn_as, DrawnAs::Contours) {
        return 0.0;
    }
    let n = s.frame().normal();
    let flat = along.try_normalize(1e-9).map(|d| d - *n * d.dot(&n));
    let sum = flat.map_or(std::f64::consts::SQRT_2, |f| f.x.abs() + f.y.abs() + f.z.abs());
    0.5 * s.resolution().quantum_mm * sum
}

/// Places up to this much farther apart than the closest points are looked at, too, mm: what is not
/// seen between planes grows with their distance.
pub(crate) fn elsewhere_mm(a: &Solid, b: &Solid) -> f64 {
    /// Part of the wider spacing.
    const PART: f64 = 0.35;
    /// The most, mm.
    const MOST_MM: f64 = 1.0;
    (PART * a.spacing_mm().max(b.spacing_mm())).min(MOST_MM)
}
