//! The outlines of a cord, its PRV and a tumour beside it.

use std::f64::consts::TAU;

use rayon::prelude::*;
use thecal_geom::{Contour, ContourKind, Point3, PointTree};

use super::cord::Cord;
use super::spec::{PrvFault, PrvMaking, PrvSpec};
use crate::random::Stream;

/// A PTV is this much larger than its GTV, mm.
const PTV_MARGIN_MM: f64 = 3.0;
/// Farther from the middle of the cord no PRV reaches, mm.
const FAR_MM: f64 = 70.0;

/// All outlines.
pub(super) struct Drawn {
    pub(super) cord: Vec<Contour>,
    pub(super) prv: Vec<Contour>,
    pub(super) gtv: Vec<Contour>,
    pub(super) ptv: Vec<Contour>,
}

pub(super) fn drawn(spec: &PrvSpec) -> Drawn {
    let cord = Cord::new(spec);
    let planes = cord.planes_mm();
    let ptv = Ball::beside(spec, &cord);
    let starts = &mut Stream::new(spec.seed, 32);
    let mut start = || starts.unit();
    let outline = |&z: &f64, start: f64| {
        let ring = angles(spec, start, TAU * 4.5);
        ring.iter().map(|a| cord.point(z, *a, cord.radius_mm(z, *a))).collect()
    };
    let cord_rings: Vec<Vec<Point3>> = planes.iter().map(|z| outline(z, start())).collect();
    let beyond = (spec.drawn_mm / spec.slice_mm) as i64 + 3;
    let heights: Vec<(f64, f64)> = (-beyond..spec.planes as i64 + beyond)
        .map(|k| (spec.first_mm + spec.slice_mm * k as f64, start()))
        .collect();
    let expansion = Expansion::new(spec, &cord);
    let crop = (spec.fault == PrvFault::Cropped).then_some(&ptv);
    let rings: Vec<Vec<Point3>> = heights
        .par_iter()
        .filter_map(|(z, start)| expansion.ring(*z, &angles(spec, *start, TAU * 6.5), crop))
        .collect();
    let rings = cut(spec, rings, &planes);
    let tumour_rings = |less_mm: f64| -> Vec<Vec<Point3>> {
        planes.iter().filter_map(|z| ptv.ring(*z, less_mm, spec.point_spacing_mm)).collect()
    };
    let (gtv, ptv_rings) = (tumour_rings(PTV_MARGIN_MM), tumour_rings(0.0));
    Drawn {
        cord: contours(cord_rings),
        prv: contours(rings),
        gtv: contours(gtv),
        ptv: contours(ptv_rings),
    }
}

/// The directions of the points of a ring of about this length.
fn angles(spec: &PrvSpec, start: f64, length_mm: f64) -> Vec<f64> {
    let count = (length_mm / spec.point_spacing_mm).round().max(12.0);
    (0..count as usize).map(|k| TAU * (k as f64 + start) / count).collect()
}

fn contours(rings: Vec<Vec<Point3>>) -> Vec<Contour> {
    let contour =
        |(n, points_mm)| Contour { number: n + 1, kind: ContourKind::ClosedPlanar, points_mm };
    rings.into_iter().enumerate().map(contour).collect()
}

/// Leaves out planes at one end: those past the cord's, and some of the cord's own. Where the PRV had
/// planes past the cord's, it may be cut right there.
fn cut(spec: &PrvSpec, rings: Vec<Vec<Point3>>, planes: &[f64]) -> Vec<Vec<Point3>> {
    if spec.fault != PrvFault::CutAtEnd {
        return rings;
    }
    let past = rings.len() > planes.len();
    let (lost, head) = spec.cut;
    let lost = lost - usize::from(past);
    let half = 0.5 * spec.slice_mm;
    let [low, high] = [planes[0] - half, planes[planes.len() - 1] + half];
    let lost_mm = spec.slice_mm * lost as f64;
    let kept = |ring: &Vec<Point3>| match head {
        true => ring[0].z < high - lost_mm,
        false => ring[0].z > low + lost_mm,
    };
    rings.into_iter().filter(kept).collect()
}

/// What the PRV's distance is measured from.
struct Expansion<'a> {
    spec: &'a PrvSpec,
    cord: &'a Cord<'a>,
    /// Each with the heights that it fills: the whole cord, or its slabs.
    from: Vec<(PointTree, [f64; 2])>,
}

impl<'a> Expansion<'a> {
    fn new(spec: &'a PrvSpec, cord: &'a Cord<'a>) -> Self {
        let half = match spec.making {
            PrvMaking::Slabs => 0.5 * spec.slice_mm,
            _ => 0.01,
        };
        let from = match spec.making {
            PrvMaking::ThreeDimensional => vec![(cord.surface(), cord.ends_mm())],
            PrvMaking::Slabs | PrvMaking::InPlane => cord
                .planes_mm()
                .into_iter()
                .map(|z| (cord.outline(z), [z - half, z + half]))
                .collect(),
        };
        Self { spec, cord, from }
    }

    /// The outline at a height; none where the expansion does not reach.
    fn ring(&self, z: f64, angles: &[f64], crop: Option<&Ball>) -> Option<Vec<Point3>> {
        let point = |angle: &f64| {
            let each = self.from.iter().filter_map(|from| self.reach_mm(from, z, *angle));
            let reach = each.reduce(f64::max)?;
            let cut = crop.and_then(|ball| ball.enters_mm(self.cord, z, *angle));
            Some(self.cord.point(z, *angle, cut.map_or(reach, |cut| reach.min(cut))))
        };
        angles.iter().map(point).collect()
    }

    /// How far from the middle of the section at `z` the expansion of one piece reaches in a direction.
    fn reach_mm(
        &self,
        (tree, [low, high]): &(PointTree, [f64; 2]),
        z: f64,
        angle: f64,
    ) -> Option<f64> {
        let r = self.spec.drawn_mm;
        let flat = self.spec.making != PrvMaking::ThreeDimensional;
        let off_mm = (low - z).max(z - high).max(0.0);
        let (at, r) = match flat {
            // Within its own plane, by what the height leaves of the margin.
            true => (0.5 * (low + high), (r * r - off_mm * off_mm).max(0.0).sqrt()),
            false => (z, r),
        };
        if off_mm >= self.spec.drawn_mm || (self.spec.making == PrvMaking::InPlane && off_mm > 0.0)
        {
            return None;
        }
        let within = at >= *low && at <= *high;
        let is_past = |reach: f64| {
            let p = self.cord.point(z, angle, reach);
            let p = Point3::new(p.x, p.y, at);
            let inside = within && self.cord.holds(p);
            !inside && tree.nearest(p, f64::INFINITY).is_none_or(|n| n.1 > r)
        };
        // The middle is not past the margin, and from there on there is one place at it.
        let (mut inner, mut outer) = (0.0, FAR_MM);
        for _ in 0..40 {
            let middle = 0.5 * (inner + outer);
            if is_past(middle) { outer = middle } else { inner = middle }
        }
        Some(0.5 * (inner + outer))
    }
}

/// A PTV.
struct Ball {
    centre: Point3,
    radius_mm: f64,
}

impl Ball {
    fn beside(spec: &PrvSpec, cord: &Cord<'_>) -> Self {
        let (radius_mm, angle) = spec.ptv;
        let [low, high] = cord.ends_mm();
        let z = 0.5 * (low + high);
        let away = cord.radius_mm(z, angle) + spec.ptv_gap_mm + radius_mm;
        Self { centre: cord.point(z, angle, away), radius_mm }
    }

    fn ring(&self, z: f64, less_mm: f64, spacing_mm: f64) -> Option<Vec<Point3>> {
        let (radius, up) = (self.radius_mm - less_mm, z - self.centre.z);
        let across = (radius * radius - up * up).max(0.0).sqrt();
        let count = (TAU * across / spacing_mm).ceil().max(12.0);
        let point = |k: usize| {
            let (sin, cos) = (TAU * k as f64 / count).sin_cos();
            Point3::new(self.centre.x + across * cos, self.centre.y + across * sin, z)
        };
        (across > 1.0).then(|| (0..count as usize).map(point).collect())
    }

    /// Where a ray from the cord's middle enters.
    fn enters_mm(&self, cord: &Cord<'_>, z: f64, angle: f64) -> Option<f64> {
        let up = z - self.centre.z;
        let across2 = self.radius_mm * self.radius_mm - up * up;
        if across2 <= 1.0 {
            return None;
        }
        let from = cord.point(z, angle, 0.0);
        let (sin, cos) = angle.sin_cos();
        let to = [self.centre.x - from.x, self.centre.y - from.y];
        let along = to[0] * cos + to[1] * sin;
        let beside2 = to[0] * to[0] + to[1] * to[1] - along * along;
        (beside2 < across2 && along > 0.0).then(|| along - (across2 - beside2).sqrt())
    }
}
