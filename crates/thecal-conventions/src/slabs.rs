//! Each plane as a slab as thick as the smallest distance of planes.

use thecal_geom::{Point2, Point3, Region};
use thecal_margin::Arrangement;
use thecal_mask::solid::StackFrame;

use crate::drawn::Drawn;
use crate::no_figure::NoFigure;

/// The planes of a structure, each with its region.
pub(crate) struct Slabs {
    frame: StackFrame,
    planes: Vec<Plane>,
    thickness_mm: f64,
}

/// A plane with what was drawn on it.
struct Plane {
    w_mm: f64,
    rings: Vec<Vec<Point2>>,
    region: Region,
}

/// The closest points of two stacks of slabs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ClosestSlabs {
    pub(crate) gap_mm: f64,
    pub(crate) a_mm: Point3,
    pub(crate) b_mm: Point3,
    /// Positions of the two planes along the normal, mm.
    pub(crate) planes_mm: [f64; 2],
    /// Thickness of the slabs of each structure, mm.
    pub(crate) thickness_mm: [f64; 2],
}

impl Slabs {
    /// The planes along the normal of a frame, by their positions to a hundredth of a millimetre.
    pub(crate) fn new(drawn: &Drawn<'_>, frame: &StackFrame) -> Result<Self, NoFigure> {
        /// Points of one contour lie this near to a plane, mm.
        const ON_PLANE_MM: f64 = 0.1;
        drawn.need_contours()?;
        let mut planes: Vec<(i64, Vec<Vec<Point2>>)> = Vec::new();
        for contour in drawn.closed() {
            let points = contour.points_mm.iter().map(|p| frame.stack_from_patient(*p));
            let points: Vec<Point3> = points.collect();
            let Some(w) = points.first().map(|p| p.z) else { continue };
            if points.iter().any(|p| (p.z - w).abs() > ON_PLANE_MM) {
                return Err(NoFigure::NotParallel { name: drawn.name.to_owned() });
            }
            let ring = points.iter().map(|p| [p.x, p.y]).collect();
            let at = (w * 100.0).round_ties_even() as i64;
            match planes.iter_mut().find(|(known, _)| *known == at) {
                Some((_, rings)) => rings.push(ring),
                None => planes.push((at, vec![ring])),
            }
        }
        planes.sort_by_key(|(at, _)| *at);
        let steps = planes.windows(2).map(|p| (p[1].0 - p[0].0) as f64 / 100.0);
        let thickness_mm = steps.min_by(f64::total_cmp);
        let Some(thickness_mm) = thickness_mm else {
            return Err(NoFigure::OnePlane { name: drawn.name.to_owned() });
        };
        let planes = planes.into_iter().filter_map(|(at, rings)| {
            let region = Region::from_rings(&rings).0?;
            Some(Plane { w_mm: at as f64 / 100.0, rings, region })
        });
        Ok(Self { frame: *frame, planes: planes.collect(), thickness_mm })
    }

    /// Areas times the thickness, cc.
    pub(crate) fn volume_cc(&self) -> f64 {
        let areas = self.planes.iter().map(|p| p.region.area_mm2());
        areas.sum::<f64>() * self.thickness_mm / 1000.0
    }

    /// As [`Self::volume_cc`], ring by ring, with half the area of the first and the last plane in
    /// whole mm2.
    pub(crate) fn volume_half_ends_cc(&self) -> f64 {
        let last = self.planes.len().saturating_sub(1);
        let area = |(n, p): (usize, &Plane)| area_of_rings_mm2(&p.rings, n == 0 || n == last);
        let areas = self.planes.iter().enumerate().map(area);
        areas.sum::<f64>() * self.thickness_mm / 1000.0
    }

    /// The distance of the two stacks; within, that of the outlines on planes that both have.
    pub(crate) fn gap(&self, other: &Self, arrangement: Arrangement) -> Option<ClosestSlabs> {
        /// Planes nearer than this are one, mm.
        const SAME_PLANE_MM: f64 = 0.02;
        let within = arrangement == Arrangement::Within;
        let reach = 0.5 * (self.thickness_mm + other.thickness_mm);
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for (i, p) in self.planes.iter().enumerate() {
            for (j, q) in other.planes.iter().enumerate() {
                let off = (p.w_mm - q.w_mm).abs();
                // What is left of it between the faces of the slabs.
                let between = if off - reach > 1e-9 { off - reach } else { 0.0 };
                if !within || off < SAME_PLANE_MM {
                    pairs.push((between, i, j));
                }
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best: Option<(f64, ClosestSlabs)> = None;
        for (between, i, j) in pairs {
            let least = best.as_ref().map_or(f64::INFINITY, |b| b.0);
            if between >= least {
                break;
            }
            let limit = match best {
                Some(_) => (least * least - between * between).sqrt(),
                None => f64::INFINITY,
            };
            let (a, b) = (&self.planes[i].region, &other.planes[j].region);
            let found = match within {
                true => inside(a, b),
                false => a.closest_points(b, limit).map(|c| (c.distance_mm, c.a, c.b)),
            };
            let Some((in_plane, p, q)) = found else { continue };
            let gap_mm = in_plane.hypot(between);
            if gap_mm < least {
                best = Some((gap_mm, self.placed(other, [i, j], gap_mm, [p, q])));
            }
        }
        best.map(|b| b.1)
    }

    fn placed(
        &self,
        other: &Self,
        [i, j]: [usize; 2],
        gap_mm: f64,
        [p, q]: [Point2; 2],
    ) -> ClosestSlabs {
        let (w, v) = (self.planes[i].w_mm, other.planes[j].w_mm);
        let (half, other_half) = (0.5 * self.thickness_mm, 0.5 * other.thickness_mm);
        // The nearest heights of the two slabs; where they overlap, the middle of what they share.
        let (low, high) = ((w - half).max(v - other_half), (w + half).min(v + other_half));
        let at = match low <= high {
            true => [0.5 * (low + high); 2],
            false if w < v => [w + half, v - other_half],
            false => [w - half, v + other_half],
        };
        let point = |[x, y]: Point2, w: f64| self.frame.patient_from_stack(Point3::new(x, y, w));
        ClosestSlabs {
            gap_mm,
            a_mm: point(p, at[0]),
            b_mm: point(q, at[1]),
            planes_mm: [w, v],
            thickness_mm: [self.thickness_mm, other.thickness_mm],
        }
    }
}

/// How far the outline of a region lies inside another; 0 where it leaves it.
fn inside(a: &Region, b: &Region) -> Option<(f64, Point2, Point2)> {
    let out = a.rings().iter().flatten().find(|p| !b.contains(**p));
    if let Some(p) = out {
        return Some((0.0, *p, *p));
    }
    a.closest_outlines(b, f64::INFINITY).map(|c| (c.distance_mm, c.a, c.b))
}

/// The area of a plane ring by ring: the largest, less those that lie in it, with those beside it.
/// `half` takes half of each, in whole mm2.
fn area_of_rings_mm2(rings: &[Vec<Point2>], half: bool) -> f64 {
    let area = |ring: &Vec<Point2>| {
        let next = ring.iter().cycle().skip(1);
        let twice: f64 = ring.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum();
        0.5 * twice.abs()
    };
    let counted = |ring| if half { (area(ring) / 2.0).floor() } else { area(ring) };
    let largest = (0..rings.len()).max_by(|m, n| area(&rings[*m]).total_cmp(&area(&rings[*n])));
    let Some(largest) = largest else { return 0.0 };
    let Some(outer) = Region::from_rings(std::slice::from_ref(&rings[largest])).0 else {
        return 0.0;
    };
    let others = rings.iter().enumerate().filter(|(n, _)| *n != largest);
    let signed = others.map(|(_, ring)| {
        let lies_in = ring.iter().all(|p| outer.contains(*p));
        if lies_in { -counted(ring) } else { counted(ring) }
    });
    counted(&rings[largest]) + signed.sum::<f64>()
}
