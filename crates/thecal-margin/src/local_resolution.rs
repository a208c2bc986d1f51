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

/// True where a point lies between the last two planes of a solid, on one of them, or past them.
pub(crate) fn is_in_last_interval(s: &Solid, p: Point3) -> bool {
    /// Points this near to a plane lie on it, to rounding, mm.
    const ON_PLANE_MM: f64 = 1e-6;
    let (w, planes) = (s.frame().stack_from_patient(p).z, s.planes_mm());
    match planes {
        [_, second, .., beside, _] => w <= second + ON_PLANE_MM || w >= beside - ON_PLANE_MM,
        _ => true,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2, TAU};
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;

    /// A rod of 6 mm on planes a step apart from height 0 on, its points rounded to 0.1 mm.
    fn rod(planes: u32, step_mm: f64) -> Solid {
        let rounded = |x: f64| (10.0 * x).round() / 10.0;
        let ring = |k: u32| Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: (0..90)
                .map(|i| {
                    let (sin, cos) = (TAU * f64::from(i) / 90.0).sin_cos();
                    Point3::new(rounded(6.0 * cos), rounded(6.0 * sin), step_mm * f64::from(k))
                })
                .collect(),
        };
        let contours: Vec<Contour> = (0..planes).map(ring).collect();
        Solid::from_contours(&contours, EndRule::HalfSlice, step_mm).expect("a solid")
    }

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-9, "{found} for {wanted}");
    }

    #[test]
    fn half_a_step_is_open_along_the_stack_and_nothing_within_its_planes() {
        for step_mm in [2.0, 3.0] {
            let s = rod(5, step_mm);
            let open = |x: f64, z: f64| open_mm(&s, Vector3::new(x, 0.0, z));
            close(open(0.0, 3.0), 0.5 * step_mm);
            close(open(0.0, -0.2), 0.5 * step_mm);
            close(open(1.0, 0.0), 0.0);
            close(open(-2.0, 2.0), 0.5 * step_mm * FRAC_1_SQRT_2);
            // Of a direction that is not known all of it.
            close(open(0.0, 0.0), 0.5 * step_mm);
        }
    }

    #[test]
    fn places_between_the_last_two_planes_and_past_them_are_in_the_last_interval() {
        let s = rod(6, 2.0);
        for (z, last) in
            [(-1.0, true), (2.0, true), (2.1, false), (5.0, false), (7.9, false), (8.0, true)]
        {
            assert_eq!(is_in_last_interval(&s, Point3::new(6.0, 0.0, z)), last, "{z}");
        }
        assert!(is_in_last_interval(&s, Point3::new(6.0, 0.0, 10.5)));
        // Of three planes the middle one is the last but one from either side, and there is no
        // place that is not beside an end.
        assert!((0..9).all(|k| {
            is_in_last_interval(&rod(3, 2.0), Point3::new(6.0, 0.0, 0.5 * f64::from(k)))
        }));
    }

    #[test]
    fn ends_and_what_lies_flat_are_ends_and_sides_are_not() {
        let s = rod(6, 2.0);
        for (p, end) in [
            (Point3::new(6.0, 0.0, 5.0), false),
            (Point3::new(6.0, 0.0, 9.9), false),
            (Point3::new(0.0, 0.0, 11.0), true),
            (Point3::new(6.0, 0.0, 10.9), true),
            (Point3::new(1.0, 2.0, -1.0), true),
        ] {
            assert_eq!(is_at_end(&s, p), end, "{p}");
        }
    }

    #[test]
    fn a_shelf_between_two_planes_is_an_end() {
        let ring = |k: u32| {
            let radius_mm = if k < 4 { 10.0 } else { 3.0 };
            let at = |i: u32| (TAU * f64::from(i) / 90.0).sin_cos();
            let point = |(sin, cos): (f64, f64)| {
                Point3::new(radius_mm * cos, radius_mm * sin, 2.0 * f64::from(k))
            };
            let points_mm = (0..90).map(at).map(point).collect();
            Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
        };
        let contours: Vec<Contour> = (0..8).map(ring).collect();
        let s = Solid::from_contours(&contours, EndRule::HalfSlice, 2.0).expect("a solid");
        // Between the planes at 6 and 8 mm the section loses 7 mm.
        for r in [5.0, 6.0, 8.0] {
            let shelf = s.nearest_from(Point3::new(r, 0.0, 7.0), Point3::new(r, 0.0, 7.0)).point_mm;
            assert!(shelf.z > 6.0 && shelf.z < 8.0 && is_at_end(&s, shelf), "{r}: {shelf}");
        }
        assert!(!is_at_end(&s, Point3::new(10.0, 0.0, 3.0)));
        assert!(!is_at_end(&s, Point3::new(3.0, 0.0, 11.0)));
    }

    #[test]
    fn a_rounded_point_lies_within_half_a_step_of_its_digits_on_each_axis() {
        let s = rod(5, 2.0);
        let open = |v: [f64; 3]| rounding_mm(&s, Vector3::from(v));
        close(open([4.0, 0.0, 0.0]), 0.05);
        close(open([0.0, -1.0, 0.0]), 0.05);
        // The corner of the square that a point may lie in, across it.
        close(open([1.0, 1.0, 0.0]), 0.05 * SQRT_2);
        close(open([0.6, -0.8, 0.0]), 0.05 * 1.4);
        // Planes are where they are, and of an unknown direction the corner counts.
        close(open([0.0, 0.0, 2.0]), 0.0);
        close(open([1.0, 0.0, 1.0]), 0.05 * FRAC_1_SQRT_2);
        close(open([0.0; 3]), 0.05 * SQRT_2);
    }

    #[test]
    fn the_outline_is_open_by_its_arcs_and_its_digits() {
        let s = rod(5, 2.0);
        let p = Point3::new(6.0, 0.0, 4.0);
        let bulge = bulge_near(&s, p);
        assert!(bulge.out_mm > 0.0);
        let [out_mm, in_mm] = open_outline_mm(&s, p);
        close(out_mm, bulge.out_mm + 0.05);
        close(in_mm, bulge.in_mm + 0.05);
        close(outline_mm(&s, p, Vector3::x()), bulge.out_mm.max(bulge.in_mm) + 0.05);
    }

    #[test]
    fn places_are_looked_for_as_far_as_the_wider_spacing_says() {
        let (fine, coarse, wide) = (rod(5, 1.0), rod(5, 2.0), rod(5, 5.0));
        close(elsewhere_mm(&fine, &fine) * 2.0, elsewhere_mm(&coarse, &coarse));
        close(elsewhere_mm(&fine, &coarse), elsewhere_mm(&coarse, &coarse));
        close(elsewhere_mm(&coarse, &fine), elsewhere_mm(&coarse, &coarse));
        // However wide they are, no more than a millimetre.
        close(elsewhere_mm(&wide, &wide), 1.0);
    }

    #[test]
    fn a_mask_is_open_by_a_third_of_a_pixel_and_less_towards_its_normal() {
        let s = mask_of_a_rod([0.8, 0.5]);
        let open = |v: [f64; 3]| pixels_mm(&s, Vector3::from(v));
        close(open([1.0, 0.0, 0.0]), 0.33 * 0.8);
        close(open([0.0, -3.0, 0.0]), 0.33 * 0.5);
        close(open([0.0, 0.0, 2.0]), 0.0);
        // The whole pixel from a share of 0.4 of the direction on, before that in proportion.
        for share in [0.1_f64, 0.2, 0.3, 0.5, 0.9] {
            let along = [share, 0.0, (1.0 - share * share).sqrt()];
            close(open(along), 0.33 * 0.8 * (share / 0.4).min(1.0));
        }
        let unknown = open([0.0; 3]);
        assert!((0.33 * 0.5..0.33 * 1.0).contains(&unknown), "{unknown}");
        close(pixels_mm(&rod(5, 2.0), Vector3::x()), 0.0);
    }

    /// A rod of 6 mm as a mask.
    fn mask_of_a_rod(pixel_mm: [f64; 2]) -> Solid {
        use thecal_voxel::{FULL, Grid, Slices, Volume};
        let [x, y] = pixel_mm;
        let size = [x, y].map(|step| (18.0 / step) as usize);
        let origin = Point3::new(-9.0, -9.0, 0.0);
        let grid = Grid::axis_aligned(origin, [x, y, 2.0], [size[0], size[1], 6]).expect("a grid");
        let within = |v| {
            let p = grid.centre_mm(v);
            p.x.hypot(p.y) < 6.0
        };
        let mask = Volume::from_fn(grid, within);
        let slices = Slices::of_volume(&mask, 2, |&inside| if inside { FULL } else { 0 });
        Solid::from_mask(&slices.expect("slices"), EndRule::HalfSlice, 2.0).expect("a solid")
    }
}
