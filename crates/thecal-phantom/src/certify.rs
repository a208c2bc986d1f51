//! The least distance from a tube's surface to another surface, with a certificate.

use std::collections::HashMap;
use std::f64::consts::PI;

use serde::{Serialize, Serializer};
use thecal_geom::Point3;

use crate::error::Error;
use crate::tube::Tube;
use crate::tumour::Tumour;

/// A pair of nearest points, LPS mm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClosestPair {
    /// The distance, mm.
    pub distance_mm: f64,
    /// The point on the first structure.
    #[serde(serialize_with = "point")]
    pub a_mm: Point3,
    /// The point on the second structure.
    #[serde(serialize_with = "point")]
    pub b_mm: Point3,
}

fn point<S: Serializer>(p: &Point3, serializer: S) -> Result<S::Ok, S::Error> {
    [p.x, p.y, p.z].serialize(serializer)
}

const MAX_CELLS: usize = 4_000_000;

/// Branch and bound over (z, phi): a cell is dropped when its middle's distance less its reach
/// exceeds the best known, since distance is 1-Lipschitz in the point. Cells go down to
/// `cell_mm`; each surviving local minimum is then refined by Newton's method on the gradient.
pub(crate) fn least(
    tube: &Tube,
    z: [f64; 2],
    cell_mm: f64,
    nearest: &dyn Fn(Point3) -> Option<Point3>,
) -> Result<ClosestPair, Error> {
    let eval = |z: f64, phi: f64| {
        let p = tube.surface(z, phi);
        nearest(p).map_or(0.0, |q| (q - p).norm())
    };
    let [lz, lphi] = tube.lipschitz();
    let (mut nz, mut nphi) = (((z[1] - z[0]) / 2.0).ceil().max(1.0) as usize, 16_usize);
    let mut cells: Vec<(usize, usize)> =
        (0..nz).flat_map(|i| (0..nphi).map(move |j| (i, j))).collect();
    let mut best = f64::INFINITY;
    loop {
        let (dz, dphi) = ((z[1] - z[0]) / nz as f64, 2.0 * PI / nphi as f64);
        let reach = 0.5 * (lz * dz + lphi * dphi);
        let middle =
            |c: (usize, usize)| (z[0] + (c.0 as f64 + 0.5) * dz, (c.1 as f64 + 0.5) * dphi);
        let values: Vec<f64> = cells
            .iter()
            .map(|&c| {
                let (z, phi) = middle(c);
                eval(z, phi)
            })
            .collect();
        if let Some(i) = (0..values.len()).min_by(|&i, &j| values[i].total_cmp(&values[j])) {
            let (z0, phi0) = middle(cells[i]);
            best = best.min(refine(tube, z, nearest, z0, phi0).2);
        }
        if best <= 0.0 {
            // The tube meets the other solid: nothing is nearer, and every cell there would stay.
            let p = tube.surface(z[0], 0.0);
            return Ok(ClosestPair { distance_mm: 0.0, a_mm: p, b_mm: p });
        }
        let kept: HashMap<(usize, usize), f64> = cells
            .iter()
            .zip(&values)
            .filter(|&(_, &v)| v - reach <= best)
            .map(|(&c, &v)| (c, v))
            .collect();
        if kept.len() > MAX_CELLS / 4 {
            return Err(Error::TooManyCells(kept.len()));
        }
        if lz * dz <= cell_mm && lphi * dphi <= cell_mm {
            return Ok(refine_basins(tube, z, nearest, &kept, nphi, &middle));
        }
        let (split_z, split_phi) = (lz * dz > cell_mm, lphi * dphi > cell_mm);
        let mut next = Vec::with_capacity(kept.len() * 4);
        for &(i, j) in cells.iter().filter(|&c| kept.contains_key(c)) {
            for a in 0..=usize::from(split_z) {
                for b in 0..=usize::from(split_phi) {
                    next.push((
                        if split_z { 2 * i + a } else { i },
                        if split_phi { 2 * j + b } else { j },
                    ));
                }
            }
        }
        cells = next;
        nz *= 1 + usize::from(split_z);
        nphi *= 1 + usize::from(split_phi);
    }
}

fn refine_basins(
    tube: &Tube,
    z: [f64; 2],
    nearest: &dyn Fn(Point3) -> Option<Point3>,
    kept: &HashMap<(usize, usize), f64>,
    nphi: usize,
    middle: &dyn Fn((usize, usize)) -> (f64, f64),
) -> ClosestPair {
    let mut starts: Vec<_> = kept
        .iter()
        .filter(|&(&(i, j), v)| {
            let rows = [i.checked_sub(1), Some(i), i.checked_add(1)];
            rows.into_iter().flatten().all(|k| {
                [(j + nphi - 1) % nphi, j, (j + 1) % nphi]
                    .iter()
                    .all(|&l| kept.get(&(k, l)).is_none_or(|w| v <= w))
            })
        })
        .map(|(&c, &v)| (v, c))
        .collect();
    starts.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut found =
        ClosestPair { distance_mm: f64::INFINITY, a_mm: Point3::origin(), b_mm: Point3::origin() };
    for (_, cell) in starts {
        let (z0, phi0) = middle(cell);
        let (zr, phir, d) = refine(tube, z, nearest, z0, phi0);
        if d < found.distance_mm {
            let a = tube.surface(zr, phir);
            found = ClosestPair { distance_mm: d, a_mm: a, b_mm: nearest(a).unwrap_or(a) };
        }
    }
    found
}

/// Damped Newton on the gradient of the distance by (z, phi), descending only.
fn refine(
    tube: &Tube,
    range: [f64; 2],
    nearest: &dyn Fn(Point3) -> Option<Point3>,
    mut z: f64,
    mut phi: f64,
) -> (f64, f64, f64) {
    let at = |z: f64, phi: f64| {
        let p = tube.surface(z, phi);
        nearest(p).map_or((0.0, [0.0; 2]), |q| {
            let d = (p - q).norm();
            let [tz, tphi] = tube.tangents(z, phi);
            let n = (p - q) / d.max(f64::MIN_POSITIVE);
            (d, [n.dot(&tz), n.dot(&tphi)])
        })
    };
    let (mut d, mut g) = at(z, phi);
    for _ in 0..200 {
        if g[0].abs().max(g[1].abs()) < 1e-12 {
            break;
        }
        let h = 1e-5;
        let (a, b) = (at(z + h, phi).1, at(z - h, phi).1);
        let (c, e) = (at(z, phi + h).1, at(z, phi - h).1);
        let hzz = (a[0] - b[0]) / (2.0 * h);
        let hzp = 0.25 * (a[1] - b[1] + c[0] - e[0]) / h;
        let hpp = (c[1] - e[1]) / (2.0 * h);
        let det = hzz * hpp - hzp * hzp;
        let mut step = if hzz > 0.0 && det > 1e-14 {
            [(hzp * g[1] - hpp * g[0]) / det, (hzp * g[0] - hzz * g[1]) / det]
        } else {
            [-g[0], -g[1] / 4.0]
        };
        let mut moved = false;
        for _ in 0..40 {
            let (zn, pn) = ((z + step[0]).clamp(range[0], range[1]), phi + step[1]);
            let (dn, gn) = at(zn, pn);
            if dn < d {
                (z, phi, d, g) = (zn, pn, dn, gn);
                moved = true;
                break;
            }
            step = [step[0] * 0.5, step[1] * 0.5];
        }
        if !moved {
            break;
        }
    }
    (z, phi, d)
}

/// The second route: pattern search over the tumour's surface for the least exact distance to
/// the tube, from the best points of a coarse grid. Shares nothing with [`least`] but the
/// nearest point of an ellipse.
pub(crate) fn least_from_tumour(tumour: &Tumour, tube: &Tube) -> f64 {
    let at = |u: f64, v: f64| {
        let p = tumour.surface(u, v.clamp(0.0, 1.0));
        if tube.contains(p) { 0.0 } else { (tube.nearest(p) - p).norm() }
    };
    let (nu, nv) = (72, 24);
    let mut grid = Vec::with_capacity(nu * nv);
    for i in 0..nu {
        for j in 0..nv {
            let (u, v) = ((i as f64 + 0.5) / nu as f64, (j as f64 + 0.5) / nv as f64);
            grid.push((at(u, v), u, v));
        }
    }
    grid.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Starts a few cells apart: the best of the grid alone may all lie in one valley.
    let mut starts: Vec<(f64, f64, f64)> = Vec::new();
    for g in grid {
        let far = |s: &(f64, f64, f64)| {
            let du = (s.1 - g.1).abs();
            du.min(1.0 - du) * nu as f64 > 3.0 || (s.2 - g.2).abs() * nv as f64 > 2.0
        };
        if starts.len() < 6 && starts.iter().all(far) {
            starts.push(g);
        }
    }
    let mut least = f64::INFINITY;
    for (start, u0, v0) in starts {
        let (mut d, mut u, mut v, mut step) = (start, u0, v0, 0.01);
        while step > 1e-8 {
            let mut moved = false;
            for k in 0..8 {
                let (sin, cos) = (f64::from(k) * PI / 4.0).sin_cos();
                let trial = at(u + step * cos, v + step * sin);
                if trial < d {
                    (d, u, v) = (trial, u + step * cos, (v + step * sin).clamp(0.0, 1.0));
                    moved = true;
                    break;
                }
            }
            step *= if moved { 1.5 } else { 0.5 };
        }
        least = least.min(d);
    }
    least
}
