//! Points on a solid's surface: nearest point to a given one, and a sampling of the whole.

use super::lobe::Trail;
use super::{Lobe, Solid};
use rayon::prelude::*;
use thecal_geom::{Point2, Point3, Region, Vector3};

/// A point on the surface with the outward unit normal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurfacePoint {
    /// Patient coordinates, mm.
    pub point_mm: Point3,
    /// Outward unit normal, patient axes.
    pub normal: Vector3,
}

/// Which part of the surface a sample lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchKind {
    /// The side, along the stack.
    Side,
    /// A flat end, where the end rule cuts the solid.
    End,
}

/// A small piece of surface, represented by its middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patch {
    /// Patient coordinates, mm.
    pub point_mm: Point3,
    /// Position along the stack's normal, mm.
    pub w_mm: f64,
    /// Area it stands for, mm².
    pub area_mm2: f64,
    /// Outward unit normal, patient axes.
    pub normal: Vector3,
    /// Side or end.
    pub kind: PatchKind,
}

impl Solid {
    /// The surface point nearest to `q`, found from `start` by sliding along the surface.
    ///
    /// # Error
    /// Local: the nearest in the basin of `start`, to about 1e-4 mm where the surface is smooth.
    #[must_use]
    pub fn nearest_from(&self, q: Point3, start: Point3) -> SurfacePoint {
        let mut trails = vec![Trail::default(); self.lobes().len()];
        let mut p = self.settle(start, &mut trails);
        let mut best = (p.point_mm - q).norm();
        let mut stride = 1.0;
        for _ in 0..60 {
            let to = q - p.point_mm;
            let slide = to - p.normal * to.dot(&p.normal);
            if slide.norm() * stride < 2e-5 {
                break;
            }
            let next = self.settle(p.point_mm + slide * stride, &mut trails);
            let d = (next.point_mm - q).norm();
            if d < best - 1e-9 {
                best = d;
                p = next;
                stride = (stride * 1.3_f64).min(1.0);
            } else {
                stride *= 0.5;
                if stride < 1e-3 {
                    break;
                }
            }
        }
        p
    }

    /// Moves a point onto the surface along the gradient.
    fn settle(&self, start: Point3, trails: &mut [Trail]) -> SurfacePoint {
        let mut p = start;
        let mut normal = Vector3::z();
        for _ in 0..12 {
            let l = self.level_along(p, trails);
            let g2 = l.gradient.norm_squared().max(1e-6);
            normal = l.gradient / g2.sqrt();
            // Gradients flatten near poles: a step longer than the in-plane distance overshoots.
            let step = (l.value_mm / g2.sqrt()).clamp(-2.0, 2.0);
            p -= normal * step;
            if step.abs() < 1e-7 {
                break;
            }
        }
        SurfacePoint { point_mm: p, normal }
    }

    /// Samples the surface about every `step_mm`.
    #[must_use]
    pub fn patches(&self, step_mm: f64) -> Vec<Patch> {
        self.patches_where(step_mm, &|_| true)
    }

    /// Samples the surface about every `step_mm`, only along those points of the drawn rings and
    /// those points of the ends that are wanted, so that cost follows the interface.
    #[must_use]
    pub fn patches_where(&self, step_mm: f64, wanted: &Wanted<'_>) -> Vec<Patch> {
        self.lobes().iter().flat_map(|l| self.lobe_patches(l, step_mm, wanted)).collect()
    }

    /// A coarse sampling of what is drawn: points along the rings, and inside a region where the
    /// solid ends or narrows suddenly. Every surface point lies within about a plane's step and
    /// `step_mm` of one of them.
    #[must_use]
    pub fn outline_points(&self, step_mm: f64) -> Vec<Point3> {
        self.lobes().par_iter().flat_map_iter(|l| self.lobe_outline(l, step_mm)).collect()
    }

    fn lobe_outline(&self, lobe: &Lobe, step_mm: f64) -> Vec<Point3> {
        let w = lobe.w_mm();
        let mut out = Vec::new();
        let mut last = f64::NEG_INFINITY;
        for i in 0..w.len() {
            let region = lobe.region(i);
            let end = i == 0 || i + 1 == w.len();
            // Planes much denser than the step say nothing more.
            if !end && w[i] - last < 0.5 * step_mm {
                continue;
            }
            last = w[i];
            for ring in region.rings() {
                out.extend(
                    resample(ring, step_mm).into_iter().map(|p| self.patient_point(p, w[i])),
                );
            }
            let narrows = |j: usize| lobe.region(j).area_mm2() < SHELF * region.area_mm2();
            if end || narrows(i - 1) || narrows(i + 1) {
                let inside = lattice(region, step_mm).filter(|&p| region.contains(p));
                out.extend(inside.map(|p| self.patient_point(p, w[i])));
            }
        }
        out
    }

    fn lobe_patches(&self, lobe: &Lobe, step_mm: f64, wanted: &Wanted<'_>) -> Vec<Patch> {
        let w = lobe.w_mm();
        let cut = lobe.cut_mm();
        let mut out: Vec<Patch> = (0..w.len())
            .into_par_iter()
            .flat_map_iter(|i| {
                let below = if i == 0 { cut[0] } else { 0.5 * (w[i - 1] + w[i]) };
                let above = if i + 1 == w.len() { cut[1] } else { 0.5 * (w[i] + w[i + 1]) };
                self.side_patches(lobe, i, [below, above], step_mm, wanted)
            })
            .collect();
        for (end, i) in [(cut[0], 0), (cut[1], w.len() - 1)] {
            self.end_patches(lobe, i, end, step_mm, wanted, &mut out);
        }
        out
    }

    /// Follows the ring points of plane `i` through the levels that are nearest to it.
    fn side_patches(
        &self,
        lobe: &Lobe,
        i: usize,
        span: [f64; 2],
        step_mm: f64,
        wanted: &Wanted<'_>,
    ) -> Vec<Patch> {
        let w0 = lobe.w_mm()[i];
        let mut out = Vec::new();
        for ring in lobe.region(i).rings() {
            let start = resample(ring, step_mm);
            let n = start.len();
            let keep: Vec<bool> =
                start.iter().map(|&p| wanted(self.patient_point(p, w0))).collect();
            if !keep.contains(&true) {
                continue;
            }
            // Neighbours of wanted points are followed too: they measure the width of a patch.
            let follow: Vec<bool> =
                (0..n).map(|j| keep[j] || keep[(j + 1) % n] || keep[(j + n - 1) % n]).collect();
            let cell = |side: f64| {
                // The plane's own level stands for half a cell on either side, the levels beyond
                // for one each, and the last ends where the next plane's begins.
                let height = (if side < 0.0 { span[0] } else { span[1] } - w0).abs();
                let beyond = (height / step_mm - 0.5).ceil().max(0.0);
                (beyond as usize, height / (beyond + 0.5))
            };
            let mut trail = Trail::default();
            let growth = |j: usize| {
                if follow[j] {
                    lobe.level_along(start[j], w0, &mut trail).1
                } else {
                    Vector3::zeros()
                }
            };
            let growths: Vec<Vector3> = (0..n).map(growth).collect();
            let own = 0.5 * (cell(-1.0).1 + cell(1.0).1);
            self.push_level(&start, &growths, &keep, w0, own, &mut out);
            for side in [-1.0, 1.0] {
                let (beyond, height) = cell(side);
                let (mut at, mut growths) = (start.clone(), growths.clone());
                for k in 1..=beyond {
                    let w = w0 + side * height * k as f64;
                    let mut trail = Trail::default();
                    for j in (0..n).filter(|&j| follow[j]) {
                        let ahead = along_surface(at[j], growths[j], side * height);
                        (at[j], growths[j]) = settle_in_plane(lobe, ahead, w, &mut trail);
                    }
                    self.push_level(&at, &growths, &keep, w, height, &mut out);
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
        out: &mut Vec<Patch>,
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
            out.push(Patch {
                point_mm: self.patient_point(p, w),
                w_mm: w,
                area_mm2: run * height_mm / lean,
                normal,
                kind: PatchKind::Side,
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
        lobe: &Lobe,
        i: usize,
        w: f64,
        step_mm: f64,
        wanted: &Wanted<'_>,
        out: &mut Vec<Patch>,
    ) {
        let [low, high] = lobe.cut_mm();
        let side = if w < 0.5 * (low + high) { -1.0 } else { 1.0 };
        let normal = self.outward(Vector3::new(0.0, 0.0, side));
        for p in lattice(lobe.region(i), step_mm) {
            let point_mm = self.patient_point(p, w);
            if wanted(point_mm) && lobe.level(p, w).0 <= 0.0 {
                let area_mm2 = step_mm * step_mm;
                out.push(Patch { point_mm, w_mm: w, area_mm2, normal, kind: PatchKind::End });
            }
        }
    }
}

/// Which points of a surface are of interest.
pub type Wanted<'a> = dyn Fn(Point3) -> bool + Sync + 'a;

/// A section this much smaller than its neighbour leaves a shelf between them.
const SHELF: f64 = 0.7;

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

/// Moves a point onto the section at `w`, within the plane; gives the level's growth there.
fn settle_in_plane(lobe: &Lobe, start: Point2, w: f64, trail: &mut Trail) -> (Point2, Vector3) {
    /// The last step is taken from this far or nearer, which leaves its square over the radius of
    /// curvature.
    const NEAR_MM: f64 = 0.02;
    let mut p = start;
    let mut growth = Vector3::zeros();
    for _ in 0..5 {
        let (f, g) = lobe.level_along(p, w, trail);
        growth = g;
        let g2 = (g.x * g.x + g.y * g.y).max(0.04);
        p = [p[0] - f * g.x / g2, p[1] - f * g.y / g2];
        if f.abs() < NEAR_MM {
            break;
        }
    }
    (p, growth)
}

/// Points along a ring about every `step_mm`.
fn resample(ring: &[Point2], step_mm: f64) -> Vec<Point2> {
    let length: f64 = (0..ring.len())
        .map(|i| {
            let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
            (b[0] - a[0]).hypot(b[1] - a[1])
        })
        .sum();
    let n = ((length / step_mm).ceil() as usize).clamp(6, 20_000);
    let step = length / n as f64;
    let mut out = Vec::with_capacity(n);
    let (mut walked, mut next) = (0.0, 0.0);
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        let len = (b[0] - a[0]).hypot(b[1] - a[1]);
        while next < walked + len && out.len() < n {
            let t = (next - walked) / len;
            out.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
            next += step;
        }
        walked += len;
    }
    out
}
