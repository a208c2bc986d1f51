//! The side of a solid: its surface without the flat ends that an end rule gives it.

use thecal_geom::Point3;
use thecal_mask::solid::StackFrame;
use thecal_mask::{Solid, SurfaceSampleKind};

use crate::sampled_surface::SampledSurface;

/// Distance of the samples that a search starts from, mm.
const STEP_MM: f64 = 0.8;

/// The nearest point of a side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Foot {
    /// Signed distance, mm: negative inside.
    pub(super) distance_mm: f64,
    /// The point.
    pub(super) point_mm: Point3,
    /// Which part it is of.
    pub(super) part: usize,
}

/// Where a height along the stack lies to what is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Height {
    /// Between two planes of a part, or within half a slice past its last one.
    Drawn,
    /// Within a slice past a last plane: whether the solid reaches there is not known.
    Open,
    /// Beyond the next plane, which was not drawn, by this much, mm.
    Beyond(f64),
}

/// The sides of a solid's connected parts.
pub(super) struct SideSurface {
    frame: StackFrame,
    spacing_mm: f64,
    parts: Vec<SidePart>,
}

struct SidePart {
    /// Without ends: past its planes it goes on.
    endless: Solid,
    /// The same from every second plane, the even and the odd ones.
    thinned: [Solid; 2],
    samples: SampledSurface,
    /// First and last plane, mm.
    planes_mm: [f64; 2],
}

impl SideSurface {
    pub(super) fn from_solid(solid: &Solid) -> Self {
        let part = |part: Solid| {
            let planes = part.planes_mm();
            let planes_mm = [planes.first().copied()?, planes.last().copied()?];
            let mut samples = part.surface_samples(STEP_MM);
            samples.retain(|s| s.kind == SurfaceSampleKind::Side);
            if samples.is_empty() {
                return None;
            }
            let samples = SampledSurface::new(samples, STEP_MM);
            samples.prepare();
            let endless = part.sides();
            let thinned = [false, true].map(|odd| endless.thinned(odd));
            Some(SidePart { endless, thinned, samples, planes_mm })
        };
        Self {
            frame: *solid.frame(),
            spacing_mm: solid.spacing_mm(),
            parts: solid.parts().into_iter().filter_map(part).collect(),
        }
    }

    /// Position along the stack, mm.
    pub(super) fn height_mm(&self, p: Point3) -> f64 {
        self.frame.stack_from_patient(p).z
    }

    /// Where a height lies.
    pub(super) fn at(&self, w_mm: f64) -> Height {
        let off = |p: &SidePart| (p.planes_mm[0] - w_mm).max(w_mm - p.planes_mm[1]);
        let off_mm = self.parts.iter().map(off).fold(f64::INFINITY, f64::min);
        match off_mm / self.spacing_mm {
            x if x <= 0.5 => Height::Drawn,
            x if x <= 1.0 => Height::Open,
            _ => Height::Beyond(off_mm - self.spacing_mm),
        }
    }

    /// True where a height lies between the first and last plane of a part, or on one of them.
    pub(super) fn is_between_planes(&self, w_mm: f64) -> bool {
        /// Nearer to a plane than this is on it, mm.
        const ON_PLANE_MM: f64 = 0.01;
        let [low, high] = [-ON_PLANE_MM, ON_PLANE_MM];
        self.parts.iter().any(|p| w_mm >= p.planes_mm[0] + low && w_mm <= p.planes_mm[1] + high)
    }

    /// The nearest point of the sides of those parts that have planes beside a point's height.
    ///
    /// # Error
    /// As [`Solid::nearest_from`] from the nearest of samples 0.8 mm apart.
    pub(super) fn nearest(&self, p: Point3) -> Option<Foot> {
        let w_mm = self.height_mm(p);
        let half = 0.5 * self.spacing_mm;
        let beside =
            |part: &SidePart| w_mm >= part.planes_mm[0] - half && w_mm <= part.planes_mm[1] + half;
        let each = self.parts.iter().enumerate().filter(|(_, part)| beside(part));
        let feet = each.filter_map(|(n, part)| {
            let near = part.samples.nearest(p, f64::INFINITY)?;
            let sample = part.samples.patches[near.index].point_mm;
            let refined = part.endless.nearest_from(p, sample).point_mm;
            let away = (refined - p).norm();
            let (point_mm, away) = match away <= near.to_sample_mm {
                true => (refined, away),
                false => (sample, near.to_sample_mm),
            };
            let inside = part.endless.level_mm(p) < 0.0;
            let distance_mm = if inside { -away } else { away };
            Some(Foot { distance_mm, point_mm, part: n })
        });
        // Inside one part is inside, however near the others are.
        feet.min_by(|a, b| a.distance_mm.total_cmp(&b.distance_mm))
    }

    /// Signed distance of a point within the plane through it, mm; interpolated between planes.
    pub(super) fn in_plane_mm(&self, p: Point3, foot: &Foot) -> f64 {
        self.parts[foot.part].endless.level_mm(p)
    }

    /// How much the distance of a point changes where every second plane is left out, mm: what the
    /// planes do not show is about a fifth of it (docs/method.md, section 3.2).
    pub(super) fn between_planes_mm(&self, p: Point3, foot: &Foot) -> f64 {
        /// Part of the change that counts.
        const PART: f64 = 0.2;
        let change = |thinned: &Solid| {
            let near = thinned.nearest_from(p, foot.point_mm).point_mm;
            ((near - p).norm() - foot.distance_mm.abs()).abs()
        };
        let changes = self.parts[foot.part].thinned.iter().map(change);
        PART * changes.fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;

    /// Rings about an axis along the stack on planes 2 mm apart from height 0 on.
    fn rings(x_mm: f64, radii_mm: impl IntoIterator<Item = f64>) -> Vec<Contour> {
        let ring = |(k, r): (u32, f64)| Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: (0..90)
                .map(|i| (TAU * f64::from(i) / 90.0).sin_cos())
                .map(|(sin, cos)| Point3::new(x_mm + r * cos, r * sin, 2.0 * f64::from(k)))
                .collect(),
        };
        (0..).zip(radii_mm).map(ring).collect()
    }

    fn sides(contours: &[Contour]) -> SideSurface {
        let solid = Solid::from_contours(contours, EndRule::Plane, 2.0).expect("a solid");
        SideSurface::from_solid(&solid)
    }

    #[test]
    fn a_part_has_a_nearest_point_as_far_as_half_a_slice_past_its_planes() {
        // One part from 0 to 18 mm, and one beside it from 0 to 8 mm.
        let mut contours = rings(0.0, [5.0; 10]);
        contours.extend(rings(30.0, [4.0; 5]));
        let side = sides(&contours);
        let foot = |x: f64, z: f64| side.nearest(Point3::new(x, 0.0, z)).map(|f| f.distance_mm);
        for (x, z, wanted) in [
            (8.0, 9.0, Some(3.0)),
            (2.0, -0.9, Some(-3.0)),
            (2.0, 18.9, Some(-3.0)),
            (2.0, -1.1, None),
            (2.0, 19.1, None),
            (30.0, 4.0, Some(-4.0)),
            (24.5, 8.9, Some(1.5)),
            // Past the second part's end the first one counts alone.
            (24.5, 9.1, Some(19.5)),
        ] {
            let found = foot(x, z);
            assert_eq!(found.is_some(), wanted.is_some(), "{x} {z}");
            let off = found.zip(wanted).map_or(0.0, |(f, w): (f64, f64)| (f - w).abs());
            assert!(off < 0.02, "{x} {z}: {found:?}");
        }
        assert_eq!(side.at(18.9), Height::Drawn);
        assert_eq!(side.at(19.9), Height::Open);
        assert_eq!(side.at(22.5), Height::Beyond(2.5));
        assert!(side.is_between_planes(18.0) && !side.is_between_planes(18.1));
    }

    #[test]
    fn a_fifth_of_what_every_second_plane_changes_is_open() {
        // Radii of 5 and 6 mm in turn: without every second plane the others stand alone.
        let side = sides(&rings(0.0, (0..12).map(|k| 5.0 + f64::from(k % 2))));
        for (z, radius_mm) in [(8.0, 5.0), (10.0, 6.0)] {
            let p = Point3::new(9.0, 0.0, z);
            let point_mm = Point3::new(radius_mm, 0.0, z);
            let foot = Foot { distance_mm: 9.0 - radius_mm, point_mm, part: 0 };
            let open = side.between_planes_mm(p, &foot);
            assert!((open - 0.2).abs() < 0.01, "{z}: {open}");
        }
        let side = sides(&rings(0.0, [5.0; 12]));
        let p = Point3::new(9.0, 0.0, 9.0);
        let foot = side.nearest(p).expect("a foot");
        assert!(side.between_planes_mm(p, &foot) < 1e-3);
    }
}
