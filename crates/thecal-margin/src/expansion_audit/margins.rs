//! Margins: on the drawn expansion's outlines, and on its organ's surface.

use rayon::prelude::*;
use thecal_geom::Point3;
use thecal_mask::{Solid, SurfaceSample, SurfaceSampleKind};

use super::side_surface::{Height, SideSurface};
use crate::clock::Clock;
use crate::local_resolution::open_outline_mm;

/// Distance of samples, mm.
const STEP_MM: f64 = 0.8;
/// Nearer to a plane than this a sample lies on it, mm.
const ON_PLANE_MM: f64 = 1e-6;

/// The margin at a point of an outline of the drawn expansion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margin {
    /// The point.
    pub(super) at: Point3,
    /// Its plane along the drawn expansion's stack, mm.
    pub(super) w_mm: f64,
    /// Area that it stands for, mm2.
    pub(super) area_mm2: f64,
    /// Distance from the organ's surface, mm; negative inside the organ.
    pub(super) mm: f64,
    /// The same within the plane, mm.
    pub(super) in_plane_mm: f64,
    /// How much smaller and larger than that it can be, by what the drawings leave open, mm.
    pub(super) open_mm: [f64; 2],
    /// How far half a plane step lets a surface that leans lie, mm.
    pub(super) lean_mm: f64,
    /// Clock position round the organ.
    pub(super) clock_deg: Option<f64>,
}

impl Margin {
    pub(super) fn lower_mm(&self) -> f64 {
        self.mm - self.open_mm[0]
    }

    pub(super) fn upper_mm(&self) -> f64 {
        self.mm + self.open_mm[1]
    }
}

/// The margins along all outlines of a drawn expansion beside its organ. Places whose nearest point lies
/// past the organ's last planes are left out: where the organ ends is not drawn.
pub(super) fn margins(organ: &Solid, sides: &SideSurface, drawn: &Solid) -> Vec<Margin> {
    let planes = drawn.planes_mm();
    let on_plane = |s: &SurfaceSample| {
        let next = planes.partition_point(|w| *w < s.w_mm - ON_PLANE_MM);
        planes.get(next).is_some_and(|w| *w <= s.w_mm + ON_PLANE_MM)
    };
    let beside = |s: &SurfaceSample| {
        s.kind == SurfaceSampleKind::Side && sides.is_between_planes(sides.height_mm(s.point_mm))
    };
    let mut samples = drawn.surface_samples(STEP_MM);
    samples.retain(beside);
    // Outlines are what was drawn: each stands for the surface about it.
    let whole: f64 = samples.iter().map(|s| s.area_mm2).sum();
    samples.retain(on_plane);
    let scale = whole / samples.iter().map(|s| s.area_mm2).sum::<f64>().max(f64::MIN_POSITIVE);
    let clock = Clock::new(organ);
    samples
        .par_iter()
        .filter_map(|s| margin(organ, sides, drawn, clock.as_ref(), s, scale))
        .collect()
}

fn margin(
    organ: &Solid,
    sides: &SideSurface,
    drawn: &Solid,
    clock: Option<&Clock>,
    s: &SurfaceSample,
    scale: f64,
) -> Option<Margin> {
    let at = s.point_mm;
    let foot = sides.nearest(at)?;
    if !sides.is_between_planes(sides.height_mm(foot.point_mm)) {
        return None;
    }
    let [out, within] = open_outline_mm(drawn, at);
    let [organ_out, organ_within] = open_outline_mm(organ, foot.point_mm);
    let planes = sides.between_planes_mm(at, &foot);
    let normal = drawn.frame().normal();
    let way = (at - foot.point_mm).try_normalize(1e-6).map_or(0.0, |d| d.dot(&normal).abs());
    Some(Margin {
        at,
        w_mm: s.w_mm,
        area_mm2: scale * s.area_mm2,
        mm: foot.distance_mm,
        in_plane_mm: sides.in_plane_mm(at, &foot),
        open_mm: [within + organ_out + planes, out + organ_within + planes],
        lean_mm: 0.5 * drawn.spacing_mm() * s.normal.dot(&normal).abs().max(way),
        clock_deg: clock.and_then(|c| c.position(at)).map(|(deg, _)| deg),
    })
}

/// The margin that a drawn expansion leaves at points of its organ's surface.
///
/// # Example
/// ```
/// # use std::f64::consts::TAU;
/// # use thecal_geom::{Contour, ContourKind, Point3};
/// # use thecal_mask::{EndRule, Solid};
/// # /// A tube along z, from -20 to 20 mm, drawn on planes 2 mm apart with a point every degree.
/// # fn tube(radius_mm: f64) -> Solid {
/// #     let contours: Vec<Contour> = (-10..=10)
/// #         .map(|k| Contour {
/// #             number: 1,
/// #             kind: ContourKind::ClosedPlanar,
/// #             points_mm: (0..360)
/// #                 .map(|i| {
/// #                     let (sin, cos) = (TAU * f64::from(i) / 360.0).sin_cos();
/// #                     Point3::new(radius_mm * cos, radius_mm * sin, 2.0 * f64::from(k))
/// #                 })
/// #                 .collect(),
/// #         })
/// #         .collect();
/// #     Solid::from_contours(&contours, EndRule::HalfSlice, 2.0).expect("a solid")
/// # }
/// use thecal_margin::MarginField;
///
/// let field = MarginField::from_solid(&tube(6.5));
/// // 1.5 mm from the surface of a tube of 5 mm about the same axis.
/// let margin_mm = field.margin_mm(Point3::new(0.0, 5.0, 3.0)).expect("it is drawn there");
/// assert!((margin_mm - 1.5).abs() < 0.01);
/// ```
pub struct MarginField(SideSurface);

impl MarginField {
    /// The field of a drawn expansion.
    #[must_use]
    pub fn from_solid(drawn: &Solid) -> Self {
        Self(SideSurface::from_solid(drawn))
    }

    /// The margin at a point of the organ's surface, mm: its distance from the side of the drawn
    /// expansion, negative where it lies outside. Past the drawn planes by more than a slice it is minus
    /// the length that is missing; within that slice it is not known.
    #[must_use]
    pub fn margin_mm(&self, p: Point3) -> Option<f64> {
        match self.0.at(self.0.height_mm(p)) {
            Height::Drawn => self.0.nearest(p).map(|foot| -foot.distance_mm),
            Height::Open => None,
            Height::Beyond(mm) => Some(-mm),
        }
    }
}

/// The margin at a sample of the organ's surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct OrganMargin {
    pub(super) mm: f64,
    pub(super) area_mm2: f64,
    /// Whether the drawn expansion has planes there.
    pub(super) covered: bool,
    /// Position along the drawn expansion's stack, mm.
    pub(super) w_mm: f64,
    /// The place.
    pub(super) at: Point3,
}

/// The margins all over the drawn side of an organ, where they are known.
pub(super) fn on_organ(organ: &Solid, drawn: &MarginField) -> Vec<OrganMargin> {
    let planes = organ.planes_mm();
    let (Some(&first), Some(&last)) = (planes.first(), planes.last()) else { return Vec::new() };
    let mut samples = organ.surface_samples(STEP_MM);
    samples.retain(|s| {
        s.kind == SurfaceSampleKind::Side
            && (first - ON_PLANE_MM..=last + ON_PLANE_MM).contains(&s.w_mm)
    });
    let known = samples.par_iter().filter_map(|s| {
        let w_mm = drawn.0.height_mm(s.point_mm);
        Some(OrganMargin {
            mm: drawn.margin_mm(s.point_mm)?,
            area_mm2: s.area_mm2,
            covered: drawn.0.at(w_mm) == Height::Drawn,
            w_mm,
            at: s.point_mm,
        })
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{PI, TAU};
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;

    /// Circles about the last axis on planes 2 mm apart, of radii that go with the height.
    fn round(heights_mm: [f64; 2], points: u32, radius_mm: impl Fn(f64) -> f64) -> Solid {
        let count = ((heights_mm[1] - heights_mm[0]) / 2.0).round() as u32;
        let contour = |z: f64| Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: (0..points)
                .map(|i| (TAU * f64::from(i) / f64::from(points)).sin_cos())
                .map(|(sin, cos)| Point3::new(radius_mm(z) * cos, radius_mm(z) * sin, z))
                .collect(),
        };
        let heights = (0..=count).map(|k| heights_mm[0] + 2.0 * f64::from(k));
        let contours: Vec<Contour> = heights.map(contour).collect();
        Solid::from_contours(&contours, EndRule::HalfSlice, 2.0).expect("a solid")
    }

    fn all(organ: &Solid, drawn: &Solid) -> Vec<Margin> {
        margins(organ, &SideSurface::from_solid(organ), drawn)
    }

    #[test]
    fn a_margin_between_tubes_is_open_by_the_arcs_of_either() {
        let (organ, drawn) = (round([0.0, 40.0], 40, |_| 5.0), round([0.0, 40.0], 64, |_| 8.0));
        let sagitta = |r: f64, n: f64| r * (1.0 - (PI / n).cos());
        let found = all(&organ, &drawn);
        assert!(found.len() > 500);
        for m in &found {
            // The organ may be larger by its arcs, and the expansion by its own.
            for (open_mm, arc_mm) in m.open_mm.iter().zip([sagitta(5.0, 40.0), sagitta(8.0, 64.0)])
            {
                assert!((0.99..1.3).contains(&(open_mm / arc_mm)), "{open_mm} for {arc_mm}");
            }
            assert!((m.mm - 3.0).abs() < 0.02 && (m.in_plane_mm - m.mm).abs() < 1e-4, "{m:?}");
            assert!(m.lean_mm < 1e-6);
        }
        // Together they stand for all of the expansion's side.
        let area_mm2: f64 = found.iter().map(|m| m.area_mm2).sum();
        assert!((area_mm2 / (TAU * 8.0 * 40.0) - 1.0).abs() < 0.06, "{area_mm2}");
    }

    #[test]
    fn a_margin_between_cones_leans_by_half_a_step_times_a_sine() {
        let lean = 0.5_f64;
        let organ = round([0.0, 40.0], 120, |z| 5.0 + lean * z);
        let drawn = round([0.0, 40.0], 120, |z| 9.0 + lean * z);
        let (sine, cosine) = (lean / 1.0_f64.hypot(lean), 1.0 / 1.0_f64.hypot(lean));
        let found = all(&organ, &drawn);
        assert!(found.len() > 500);
        for m in found.iter().filter(|m| (6.0..34.0).contains(&m.w_mm)) {
            assert!((m.lean_mm - sine).abs() < 0.01, "{m:?}");
            assert!((m.mm - 4.0 * cosine).abs() < 0.02 && (m.in_plane_mm - 4.0).abs() < 0.02);
        }
    }

    #[test]
    fn what_lies_between_planes_opens_a_margin_both_ways() {
        let ball = |r: f64| move |z: f64| (r * r - z * z).sqrt();
        let organ = round([-8.0, 8.0], 180, ball(9.0));
        let drawn = round([-10.0, 10.0], 180, ball(12.0));
        let found = all(&organ, &drawn);
        assert!(found.len() > 200);
        for m in &found {
            assert!(m.open_mm.iter().all(|open_mm| *open_mm > 0.0), "{m:?}");
            let truth = m.lower_mm() - 0.02..m.upper_mm() + 0.02;
            assert!(truth.contains(&3.0), "{m:?}");
        }
    }
}
