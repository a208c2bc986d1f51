//! The pixels that traced rings of one plane stand for.

use super::Tracing;
use super::lattice::PlaneLattice;
use thecal_geom::{Point2, Region};
use thecal_voxel::FULL;

/// Most pixels of a plane.
const MOST_PIXELS: f64 = 4e6;

/// The pixels of one plane.
pub(super) struct Pixels {
    /// The first, by its place on the lattice of centres.
    pub(super) first: [f64; 2],
    pub(super) size: [usize; 2],
    pub(super) values: Vec<u8>,
}

impl Pixels {
    pub(super) fn traced(
        lattice: &PlaneLattice,
        tracing: Tracing,
        rings: &[Vec<Point2>],
    ) -> Option<Self> {
        let (mut lo, mut hi) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for p in rings.iter().flatten() {
            let at = lattice.of_point(*p);
            for k in 0..2 {
                (lo[k], hi[k]) = (lo[k].min(at[k]), hi[k].max(at[k]));
            }
        }
        let first = lo.map(|x| x.round() - 1.0);
        let size: [f64; 2] = std::array::from_fn(|k| hi[k].round() - first[k] + 2.0);
        let pixels = size[0] * size[1];
        if pixels.is_nan() || pixels > MOST_PIXELS {
            return None;
        }
        let size = size.map(|n| n as usize);
        let mut values = vec![0; size[0] * size[1]];
        if let Some(region) = Region::from_rings(rings).0 {
            for (n, v) in values.iter_mut().enumerate() {
                let at = [first[0] + (n % size[0]) as f64, first[1] + (n / size[0]) as f64];
                *v = if region.contains(lattice.point(at)) { FULL } else { 0 };
            }
        }
        let mut out = Self { first, size, values };
        if tracing == Tracing::PixelCentres {
            rings.iter().for_each(|r| out.mark(lattice, r));
        }
        out.values.contains(&FULL).then_some(out)
    }

    /// Marks the pixels whose centres a ring leads through.
    fn mark(&mut self, lattice: &PlaneLattice, ring: &[Point2]) {
        let at: Vec<[f64; 2]> = ring.iter().map(|&p| lattice.of_point(p)).collect();
        for (a, b) in at.iter().zip(at.iter().cycle().skip(1)) {
            let steps = (b[0] - a[0]).abs().max((b[1] - a[1]).abs()).round().max(1.0);
            for s in 0..=steps as usize {
                let t = s as f64 / steps;
                let place: [usize; 2] = std::array::from_fn(|k| {
                    ((1.0 - t) * a[k] + t * b[k] - self.first[k]).round().max(0.0) as usize
                });
                if place[0] < self.size[0] && place[1] < self.size[1] {
                    self.values[place[1] * self.size[0] + place[0]] = FULL;
                }
            }
        }
    }
}
