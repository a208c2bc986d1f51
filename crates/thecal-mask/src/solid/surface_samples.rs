//! A sampling of a solid's surface.

use super::component::SearchHint;
use super::slice_weights::SliceWeights;
use super::{Component, Solid};
use rayon::prelude::*;
use thecal_geom::{Point2, Point3, Region, Vector3};

/// Which part of the surface a sample lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurfaceSampleKind {
    /// The side, along the stack.
    Side,
    /// A flat end, where the end rule cuts the solid.
    End,
}

/// A small piece of surface, represented by its middle.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SurfaceSample {
    /// Patient coordinates, mm.
    pub point_mm: Point3,
    /// Position along the stack's normal, mm.
    pub w_mm: f64,
    /// Area it stands for, mm².
    pub area_mm2: f64,
    /// Outward unit normal, patient axes.
    pub normal: Vector3,
    /// Side or end.
    pub kind: SurfaceSampleKind,
}

impl Solid {
    /// Samples the surface about every `step_mm`.
    #[must_use]
    pub fn surface_samples(&self, step_mm: f64) -> Vec<SurfaceSample> {
        self.surface_samples_where(step_mm, &|_| f64::INFINITY)
    }

    /// Samples the surface about every `step_mm`, only along those points of the drawn rings and
    /// those points of the ends that are wanted, so that cost follows the interface.
    #[must_use]
    pub fn surface_samples_where(&self, step_mm: f64, wanted: &Wanted<'_>) -> Vec<SurfaceSample> {
        self.components().iter().flat_map(|l| self.component_samples(l, step_mm, wanted)).collect()
    }

    /// A coarse sampling of what is drawn: points along the rings, and inside a region where the
    /// solid ends or narrows suddenly. Every surface point lies within about a plane's step and
    /// `step_mm` of one of them.
    #[must_use]
    pub fn outline_points(&self, step_mm: f64) -> Vec<Point3> {
        let of = |c| component_outline(c, step_mm).into_iter();
        let place = |p: OutlinePoint| self.patient_point(p.point, p.w_mm);
        self.components().par_iter().flat_map_iter(|c| of(c).map(place)).collect()
    }

    /// As [`Self::outline_points`], with every point on the surface: those inside a region where the solid ends
    /// lie on its end, and those where it narrows on the shelf between the two planes.
    #[must_use]
    pub fn outline_points_on_surface(&self, step_mm: f64) -> Vec<Point3> {
        let onto = |p: Point3| {
            let found = self.nearest_from(p, p).point_mm;
            (self.level_mm(found).abs() < ON_SURFACE_MM).then_some(found)
        };
        let of = |c: &Component| -> Vec<Point3> {
            let place = |p: OutlinePoint| match p.kind {
                OutlineKind::Ring => Some(self.patient_point(p.point, p.w_mm)),
                OutlineKind::End(cut_mm) => {
                    let on_end = c.level(p.point, cut_mm).0 <= 0.0;
                    on_end.then(|| self.patient_point(p.point, cut_mm))
                }
                OutlineKind::Shelf => onto(self.patient_point(p.point, p.w_mm)),
            };
            component_outline(c, step_mm).into_iter().filter_map(place).collect()
        };
        self.components().par_iter().flat_map_iter(of).collect()
    }

    fn component_samples(
        &self,
        component: &Component,
        step_mm: f64,
        wanted: &Wanted<'_>,
    ) -> Vec<SurfaceSample> {
        let w = component.w_mm();
        let cut = component.cut_mm();
        let mut out: Vec<SurfaceSample> = (0..w.len())
            .into_par_iter()
            .flat_map_iter(|i| {
                let below = match i {
                    0 => Levels::to_end(w[0] - cut[0], step_mm),
                    _ => Levels::to_plane(w[i] - w[i - 1], step_mm, false),
                };
                let above = match w.get(i + 1) {
                    None => Levels::to_end(cut[1] - w[i], step_mm),
                    Some(next) => Levels::to_plane(next - w[i], step_mm, true),
                };
                self.side_patches(component, i, [below, above], step_mm, wanted)
            })
            .collect();
        for (end, i) in [(cut[0], 0), (cut[1], w.len() - 1)] {
            self.end_patches(component, i, end, step_mm, wanted, &mut out);
        }
        out
    }

    /// Follows the ring points of plane `i` through the levels that are nearest to it.
    fn side_patches(
        &self,
        component: &Component,
        i: usize,
        levels: [Levels; 2],
        step_mm: f64,
        wanted: &Wanted<'_>,
    ) -> Vec<SurfaceSample> {
        let w0 = component.w_mm()[i];
        let region = component.region(i);
        let mut out = Vec::new();
        for ring in region.rings() {
            let (start, along) = resample(ring, step_mm);
            let n = start.len();
            let mut asked = Asked::new(wanted);
            let keep: Vec<bool> =
                start.iter().map(|&p| asked.wants(self.patient_point(p, w0))).collect();
            if !keep.contains(&true) {
                continue;
            }
            // Neighbours of wanted points are followed too: they measure the width of a patch.
            let follow: Vec<bool> =
                (0..n).map(|j| keep[j] || keep[(j + 1) % n] || keep[(j + n - 1) % n]).collect();
            let side = outside(region, ring);
            let blend = component.blend(w0);
            let mut hint = SearchHint::default();
            let growth = |j: usize| {
                if follow[j] {
                    let normal = [side * along[j][1], -side * along[j][0]];
                    component.growth_at_ring(&blend, i, start[j], normal, &mut hint)
                } else {
                    Vector3::zeros()
                }
            };
            let growths: Vec<Vector3> = (0..n).map(growth).collect();
            let own = 0.5 * (levels[0].height_mm + levels[1].height_mm);
            self.push_level(&start, &growths, &keep, w0, own, &mut out);
            for (sign, of_side) in [(-1.0, levels[0]), (1.0, levels[1])] {
                let (mut at, mut growths) = (start.clone(), growths.clone());
                let (mut follow, mut keep) = (follow.clone(), keep.clone());
                for k in 1..=of_side.count {
                    let rise = sign * of_side.height_mm;
                    let w = w0 + rise * k as f64;
                    let blend = component.blend(w);
                    let mut hint = SearchHint::default();
                    for j in 0..n {
                        if !follow[j] {
                            continue;
                        }
                        let ahead = along_surface(at[j], growths[j], rise);
                        match project_in_plane(component, ahead, &blend, &mut hint) {
                            Some(settled) => (at[j], growths[j]) = settled,
                            // The section has no outline there any more.
                            None => (follow[j], keep[j]) = (false, false),
                        }
                    }
                    self.push_level(&at, &growths, &keep, w, of_side.height_mm, &mut out);
                }
            }
        }
        out
    }

    /// One patch for each kept point of a ring at level `w`, which stands for `height_mm`.
    fn push_level(
        &self,
        at: &[Point2],
        growths: &[Vector3],
        keep: &[bool],
        w: f64,
        height_mm: f64,
        out: &mut Vec<SurfaceSample>,
    ) {
        let n = at.len();
        let axis = self.frame.normal();
        for j in (0..n).filter(|&j| keep[j]) {
            let (p, a, b) = (at[j], at[(j + n - 1) % n], at[(j + 1) % n]);
            let run = 0.5 * (b[0] - a[0]).hypot(b[1] - a[1]);
            let normal = self.outward(growths[j]);
            // A surface that leans shows more area than its height; near a pole, where it lies
            // flat, the ring points no longer measure it.
            let lean = (1.0 - normal.dot(&axis).powi(2)).sqrt().max(0.3);
            out.push(SurfaceSample {
                point_mm: self.patient_point(p, w),
                w_mm: w,
                area_mm2: run * height_mm / lean,
                normal,
                kind: SurfaceSampleKind::Side,
            });
        }
    }

    /// A gradient in stack axes as a unit vector in patient axes.
    fn outward(&self, gradient: Vector3) -> Vector3 {
        let n = self.frame.patient_from_stack(Point3::from(gradient)).coords;
        n.try_normalize(1e-9).unwrap_or_else(|| self.frame.normal().into_inner())
    }

    fn end_patches(
        &self,
        component: &Component,
        i: usize,
        w: f64,
        step_mm: f64,
        wanted: &Wanted<'_>,
        out: &mut Vec<SurfaceSample>,
    ) {
        let [low, high] = component.cut_mm();
        let side = if w < 0.5 * (low + high) { -1.0 } else { 1.0 };
        let normal = self.outward(Vector3::new(0.0, 0.0, side));
        let mut asked = Asked::new(wanted);
        for p in lattice(component.region(i), step_mm) {
            let point_mm = self.patient_point(p, w);
            if asked.wants(point_mm) && component.level(p, w).0 <= 0.0 {
                let area_mm2 = step_mm * step_mm;
                out.push(SurfaceSample {
                    point_mm,
                    w_mm: w,
                    area_mm2,
                    normal,
                    kind: SurfaceSampleKind::End,
                });
            }
        }
    }
}

/// A point of what is drawn.
struct OutlinePoint {
    point: Point2,
    /// Of its plane.
    w_mm: f64,
    kind: OutlineKind,
}

enum OutlineKind {
    Ring,
    /// Inside the region of a last plane; the solid ends there, mm along the stack.
    End(f64),
    /// Inside the region of a plane beside a much smaller one.
    Shelf,
}

fn component_outline(component: &Component, step_mm: f64) -> Vec<OutlinePoint> {
    let (w, cut) = (component.w_mm(), component.cut_mm());
    let mut out = Vec::new();
    let mut last = f64::NEG_INFINITY;
    for i in 0..w.len() {
        let region = component.region(i);
        let (first_plane, last_plane) = (i == 0, i + 1 == w.len());
        // Planes much denser than the step say nothing more.
        if !first_plane && !last_plane && w[i] - last < 0.5 * step_mm {
            continue;
        }
        last = w[i];
        let at = |point: Point2, kind: OutlineKind| OutlinePoint { point, w_mm: w[i], kind };
        for ring in region.rings() {
            out.extend(resample(ring, step_mm).0.into_iter().map(|p| at(p, OutlineKind::Ring)));
        }
        let mut inside = |kind: fn(f64) -> OutlineKind, cut_mm: f64| {
            let all = lattice(region, step_mm).filter(|&p| region.contains(p));
            out.extend(all.map(|p| at(p, kind(cut_mm))));
        };
        if first_plane {
            inside(OutlineKind::End, cut[0]);
        }
        if last_plane {
            inside(OutlineKind::End, cut[1]);
        }
        let narrows = |j: usize| component.region(j).area_mm2() < SHELF * region.area_mm2();
        if !first_plane && !last_plane && (narrows(i - 1) || narrows(i + 1)) {
            inside(|_| OutlineKind::Shelf, w[i]);
        }
    }
    out
}

/// Which points of a surface are of interest: positive for those that are, negative for others,
/// and in either case how far from there the answer is the same at least, mm.
pub type Wanted<'a> = dyn Fn(Point3) -> f64 + Sync + 'a;

/// What is wanted along a run of points: one answer serves all points that it holds for.
struct Asked<'a> {
    wanted: &'a Wanted<'a>,
    last: Option<(Point3, f64)>,
}

impl<'a> Asked<'a> {
    fn new(wanted: &'a Wanted<'a>) -> Self {
        Self { wanted, last: None }
    }

    fn wants(&mut self, p: Point3) -> bool {
        match self.last {
            Some((q, margin_mm)) if (p - q).norm() < margin_mm.abs() => margin_mm > 0.0,
            _ => {
                let margin_mm = (self.wanted)(p);
                self.last = Some((p, margin_mm));
                margin_mm > 0.0
            }
        }
    }
}

/// The levels on one side of a plane that are followed from it.
#[derive(Debug, Clone, Copy)]
struct Levels {
    count: usize,
    /// Their distance, mm: each stands for half of it on either side, as the plane itself does.
    height_mm: f64,
}

impl Levels {
    /// Towards the next plane: up to half way, where the level in the middle is the lower plane's.
    fn to_plane(apart_mm: f64, step_mm: f64, upwards: bool) -> Self {
        let cells = ((apart_mm / step_mm).round() as usize).clamp(1, 10_000);
        let count = if upwards { cells / 2 } else { (cells - 1) / 2 };
        Self { count, height_mm: apart_mm / cells as f64 }
    }

    /// Towards the end of the solid: the last level ends where the solid does.
    fn to_end(apart_mm: f64, step_mm: f64) -> Self {
        let count = (apart_mm / step_mm - 0.5).ceil().clamp(0.0, 10_000.0);
        Self { count: count as usize, height_mm: apart_mm / (count + 0.5) }
    }
}

/// A section this much smaller than its neighbour leaves a shelf between them.
const SHELF: f64 = 0.7;
/// A point whose level is nearer to zero lies on the surface, mm.
const ON_SURFACE_MM: f64 = 2e-3;

/// Points `step_mm` apart over the bounding box of a region.
fn lattice(region: &Region, step_mm: f64) -> impl Iterator<Item = Point2> {
    let (lo, hi) = region.bounds();
    let count = |k: usize| (((hi[k] - lo[k]) / step_mm).ceil().max(1.0) as usize).min(4096);
    let (nx, ny) = (count(0), count(1));
    let middle = [0.5 * (lo[0] + hi[0]), 0.5 * (lo[1] + hi[1])];
    let at = move |k: usize, i: usize, n: usize| {
        middle[k] + step_mm * (i as f64 - 0.5 * (n as f64 - 1.0))
    };
    (0..nx).flat_map(move |i| (0..ny).map(move |j| [at(0, i, nx), at(1, j, ny)]))
}

/// A surface point's neighbour `rise_mm` further along the stack, to first order.
fn along_surface(p: Point2, growth: Vector3, rise_mm: f64) -> Point2 {
    let g2 = (growth.x * growth.x + growth.y * growth.y).max(0.04);
    // Near a pole the surface lies flat, and the first order says little.
    let shift = (growth.z * rise_mm / g2).clamp(-rise_mm.abs(), rise_mm.abs());
    [p[0] - shift * growth.x, p[1] - shift * growth.y]
}

/// Moves a point onto the section at a height, within the plane; gives the level's growth there.
/// None where no outline is found: at that height the section has gone.
fn project_in_plane(
    component: &Component,
    start: Point2,
    at: &SliceWeights,
    hint: &mut SearchHint,
) -> Option<(Point2, Vector3)> {
    /// The last step is taken from this far or nearer, which leaves its square over the radius of
    /// curvature.
    const NEAR_MM: f64 = 0.02;
    /// Farther off than this the last step leads nowhere, mm.
    const LOST_MM: f64 = 0.2;
    let mut p = start;
    let mut last = (0.0, Vector3::zeros());
    for _ in 0..5 {
        last = component.side_in(at, p, hint);
        let (f, g) = last;
        let g2 = (g.x * g.x + g.y * g.y).max(0.04);
        p = [p[0] - f * g.x / g2, p[1] - f * g.y / g2];
        if f.abs() < NEAR_MM {
            break;
        }
    }
    (last.0.abs() < LOST_MM).then_some((p, last.1))
}

/// Which side of a ring is outside: 1 for the right of its edges, -1 for the left.
fn outside(region: &Region, ring: &[Point2]) -> f64 {
    if let Some(inside) = region.inside_of_edges() {
        return inside;
    }
    let edge = |i: usize| {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        (a, [b[0] - a[0], b[1] - a[1]])
    };
    let length = |i: &usize| {
        let [x, y] = edge(*i).1;
        (x * x + y * y).sqrt()
    };
    // The longest edge, whose middle is farthest from other edges for most rings.
    let longest = (0..ring.len()).max_by(|i, j| length(i).total_cmp(&length(j))).unwrap_or(0);
    let (a, d) = edge(longest);
    let off = 1e-6 / length(&longest).max(1e-12);
    let right = [a[0] + 0.5 * d[0] + off * d[1], a[1] + 0.5 * d[1] - off * d[0]];
    if region.contains(right) { -1.0 } else { 1.0 }
}

/// Points along a ring about every `step_mm`, with the unit direction of the ring there.
fn resample(ring: &[Point2], step_mm: f64) -> (Vec<Point2>, Vec<Point2>) {
    let edge = |i: usize| {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        (a, [b[0] - a[0], b[1] - a[1]])
    };
    let long = |d: Point2| (d[0] * d[0] + d[1] * d[1]).sqrt();
    let lengths: Vec<f64> = (0..ring.len()).map(|i| long(edge(i).1)).collect();
    let length: f64 = lengths.iter().sum();
    let n = ((length / step_mm).ceil() as usize).clamp(6, 20_000);
    let step = length / n as f64;
    let (mut points, mut along) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut walked, mut next) = (0.0, 0.0);
    for (i, &len) in lengths.iter().enumerate() {
        let (a, d) = edge(i);
        while next < walked + len && points.len() < n {
            let t = (next - walked) / len;
            points.push([a[0] + t * d[0], a[1] + t * d[1]]);
            along.push([d[0] / len, d[1] / len]);
            next += step;
        }
        walked += len;
    }
    (points, along)
}

#[cfg(test)]
mod tests;
