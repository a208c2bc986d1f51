//! Points on a solid's surface: nearest point to a given one, and a sampling of the whole.

use super::{Lobe, Solid};
use rayon::prelude::*;
use thecal_geom::{Point2, Point3, Vector3};

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
        let mut p = self.settle(start);
        let mut best = (p.point_mm - q).norm();
        let mut stride = 1.0;
        for _ in 0..60 {
            let to = q - p.point_mm;
            let slide = to - p.normal * to.dot(&p.normal);
            if slide.norm() * stride < 2e-5 {
                break;
            }
            let next = self.settle(p.point_mm + slide * stride);
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
    fn settle(&self, start: Point3) -> SurfacePoint {
        let mut p = start;
        let mut normal = Vector3::z();
        for _ in 0..12 {
            let l = self.level(p);
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
        self.lobes().iter().flat_map(|l| self.lobe_patches(l, step_mm)).collect()
    }

    fn lobe_patches(&self, lobe: &Lobe, step_mm: f64) -> Vec<Patch> {
        let w = lobe.w_mm();
        let cut = lobe.cut_mm();
        let mut out: Vec<Patch> = (0..w.len())
            .into_par_iter()
            .flat_map_iter(|i| {
                let below = if i == 0 { cut[0] } else { 0.5 * (w[i - 1] + w[i]) };
                let above = if i + 1 == w.len() { cut[1] } else { 0.5 * (w[i] + w[i + 1]) };
                self.side_patches(lobe, i, [below, above], step_mm)
            })
            .collect();
        for (end, i) in [(cut[0], 0), (cut[1], w.len() - 1)] {
            self.end_patches(lobe, i, end, step_mm, &mut out);
        }
        out
    }

    /// Follows the ring points of plane `i` through the levels that are nearest to it.
    fn side_patches(&self, lobe: &Lobe, i: usize, span: [f64; 2], step_mm: f64) -> Vec<Patch> {
        let w0 = lobe.w_mm()[i];
        let starts: Vec<Vec<Point2>> =
            lobe.region(i).rings().iter().map(|r| resample(r, step_mm)).collect();
        let mut out = Vec::new();
        for (from, to) in [(w0, span[0]), (w0, span[1])] {
            let height = (to - from).abs();
            if height < 1e-9 && span[0] != span[1] {
                continue;
            }
            let n = (height / step_mm).ceil().max(1.0) as usize;
            for ring in &starts {
                let mut at = ring.clone();
                for k in 0..=n {
                    let w = from + (to - from) * k as f64 / n as f64;
                    for p in &mut at {
                        *p = settle_in_plane(lobe, *p, w);
                    }
                    let band = height / n as f64 * if k == 0 || k == n { 0.5 } else { 1.0 };
                    for (j, p) in at.iter().enumerate() {
                        let (a, b) = (at[(j + at.len() - 1) % at.len()], at[(j + 1) % at.len()]);
                        let run = 0.5 * (b[0] - a[0]).hypot(b[1] - a[1]);
                        let g = lobe.level(*p, w).1;
                        let lean = (g.norm() / g.x.hypot(g.y).max(0.2)).min(5.0);
                        out.push(Patch {
                            point_mm: self.patient_point(*p, w),
                            w_mm: w,
                            area_mm2: run * band * lean,
                            kind: PatchKind::Side,
                        });
                    }
                }
            }
        }
        out
    }

    fn end_patches(&self, lobe: &Lobe, i: usize, w: f64, step_mm: f64, out: &mut Vec<Patch>) {
        let (lo, hi) = lobe.region(i).bounds();
        let count = |k: usize| (((hi[k] - lo[k]) / step_mm).ceil().max(1.0) as usize).min(4096);
        let (nx, ny) = (count(0), count(1));
        for ix in 0..nx {
            for iy in 0..ny {
                let p = [
                    lo[0] + (hi[0] - lo[0]) * (ix as f64 + 0.5) / nx as f64,
                    lo[1] + (hi[1] - lo[1]) * (iy as f64 + 0.5) / ny as f64,
                ];
                if lobe.level(p, w).0 <= 0.0 {
                    out.push(Patch {
                        point_mm: self.patient_point(p, w),
                        w_mm: w,
                        area_mm2: (hi[0] - lo[0]) * (hi[1] - lo[1]) / (nx * ny) as f64,
                        kind: PatchKind::End,
                    });
                }
            }
        }
    }
}

/// Moves a point onto the section at `w`, within the plane.
fn settle_in_plane(lobe: &Lobe, start: Point2, w: f64) -> Point2 {
    let mut p = start;
    for _ in 0..4 {
        let (f, g) = lobe.level(p, w);
        let g2 = (g.x * g.x + g.y * g.y).max(0.04);
        p = [p[0] - f * g.x / g2, p[1] - f * g.y / g2];
        if f.abs() < 1e-5 {
            break;
        }
    }
    p
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
