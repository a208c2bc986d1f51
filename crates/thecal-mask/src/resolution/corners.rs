//! Corners of drawn rings, and how the edges between them follow a lattice.

use super::lattice::PlaneLattice;
use thecal_geom::Point2;

/// Rings without the points that lie on straight runs.
pub(super) fn corners<'a>(
    planes: impl Iterator<Item = &'a (f64, Vec<Vec<Point2>>)>,
    tolerance_mm: f64,
) -> Vec<Vec<Point2>> {
    let rings = planes.flat_map(|(_, rings)| rings);
    rings.map(|r| without_runs(r, tolerance_mm)).filter(|r| r.len() > 2).collect()
}

fn without_runs(ring: &[Point2], tolerance_mm: f64) -> Vec<Point2> {
    let mut out: Vec<Point2> = Vec::with_capacity(ring.len());
    for &p in ring {
        if out.last().is_some_and(|q| (p[0] - q[0]).hypot(p[1] - q[1]) < 1e-4) {
            continue;
        }
        while out.len() > 1 && straight(out[out.len() - 2], out[out.len() - 1], p, tolerance_mm) {
            out.pop();
        }
        out.push(p);
    }
    // Where the ring closes.
    while out.len() > 3
        && (out[0][0] - out[out.len() - 1][0]).hypot(out[0][1] - out[out.len() - 1][1]) < 1e-4
    {
        out.pop();
    }
    while out.len() > 3 && straight(out[out.len() - 2], out[out.len() - 1], out[0], tolerance_mm) {
        out.pop();
    }
    while out.len() > 3 && straight(out[out.len() - 1], out[0], out[1], tolerance_mm) {
        out.remove(0);
    }
    out
}

/// True where the middle of three points lies on the way from the first to the last.
fn straight(a: Point2, b: Point2, c: Point2, tolerance_mm: f64) -> bool {
    let (u, v) = ([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]);
    let length = (c[0] - a[0]).hypot(c[1] - a[1]);
    let off = (u[0] * v[1] - u[1] * v[0]).abs();
    u[0] * v[0] + u[1] * v[1] > 0.0 && off <= tolerance_mm * length
}

/// An edge along a line of a lattice.
pub(super) struct Run {
    /// The axis that it does not move along.
    pub(super) axis: usize,
    /// Its place on that axis.
    pub(super) at: i64,
    /// Over how many lines it leads.
    pub(super) lines: i64,
}

impl Run {
    pub(super) fn is_odd(&self) -> bool {
        self.at.rem_euclid(2) == 1
    }
}

/// The edges of rings, seen from a lattice.
#[derive(Default)]
pub(super) struct LatticeEdges {
    /// Corners that lie on the lattice.
    pub(super) on: usize,
    /// Corners by the parity of their place.
    pub(super) parity: [usize; 2],
    pub(super) axial: Vec<Run>,
    pub(super) diagonal: usize,
    pub(super) other: usize,
}

impl LatticeEdges {
    /// The runs that do not move along an axis.
    pub(super) fn runs(&self, axis: usize) -> impl Iterator<Item = &Run> {
        self.axial.iter().filter(move |run| run.axis == axis)
    }

    pub(super) fn along(lattice: &PlaneLattice, rings: &[Vec<Point2>], tolerance_mm: f64) -> Self {
        let mut out = Self::default();
        for ring in rings {
            let at: Vec<[f64; 2]> = ring.iter().map(|&p| lattice.of_point(p)).collect();
            let whole: Vec<[i64; 2]> = at.iter().map(|a| a.map(|x| x.round() as i64)).collect();
            for (a, w) in at.iter().zip(&whole) {
                let off = |k: usize| (a[k] - w[k] as f64).abs() * lattice.pitch_mm[k];
                out.on += usize::from(off(0) <= tolerance_mm && off(1) <= tolerance_mm);
                out.parity[(w[0] + w[1]).rem_euclid(2) as usize] += 1;
            }
            for (a, b) in whole.iter().zip(whole.iter().cycle().skip(1)) {
                match [b[0] - a[0], b[1] - a[1]] {
                    [0, lines] => out.axial.push(Run { axis: 0, at: a[0], lines }),
                    [lines, 0] => out.axial.push(Run { axis: 1, at: a[1], lines }),
                    [du, dv] if du.abs() == dv.abs() => out.diagonal += 1,
                    _ => out.other += 1,
                }
            }
        }
        out
    }
}
