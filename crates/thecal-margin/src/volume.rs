//! How much of one solid lies within a distance of another.

use crate::gap;
use crate::interface::{Interface, STEP_MM};
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3};
use thecal_mask::Solid;

/// Cells along the side of a block that is kept or dropped as a whole.
const BLOCK: usize = 4;

/// Volume of `a` that lies within each reach of the surface of `b` or inside it, cc.
///
/// # Error
/// From a lattice of 0.5 mm on which a cell at a surface counts in part: about 1 % of layers of
/// 2 mm and thicker.
pub(crate) fn volumes_within_cc(
    a: &Solid,
    b: &Solid,
    interface: &Interface,
    reaches_mm: &[f64],
) -> Vec<f64> {
    let most = reaches_mm.iter().copied().fold(0.0, f64::max);
    let Some((lo, hi)) = shared_box(a, b, most) else { return vec![0.0; reaches_mm.len()] };
    let size = hi - lo;
    let block = STEP_MM * BLOCK as f64;
    let n = size.map(|x| (x / block).ceil().clamp(1.0, 512.0) as usize);
    let side = Vector3::new(size.x / n.x as f64, size.y / n.y as f64, size.z / n.z as f64);
    let cell = side / BLOCK as f64;
    let radius = 0.5 * side.norm();
    let to_reference = |p: Point3| match interface.b.nearest(p, most + STEP_MM) {
        Some(near) if gap::inside(b, p, &near) => -near.distance_mm,
        Some(near) => near.distance_mm,
        // Far from the surface: outside, or deep inside.
        None => b.level_mm(p),
    };
    let sums: Vec<Vec<f64>> = (0..n.x * n.y * n.z)
        .into_par_iter()
        .map(|index| {
            let at = [index % n.x, index / n.x % n.y, index / (n.x * n.y)];
            let corner = lo + Vector3::from(at.map(|i| i as f64)).component_mul(&side);
            let middle = corner + 0.5 * side;
            let mut sums = vec![0.0; reaches_mm.len()];
            // Blocks far from the reference, or wholly outside the other, hold nothing.
            let near_b = interface.b.nearest(middle, most + radius + STEP_MM);
            if near_b.is_none() && b.level_mm(middle) > 0.0 {
                return sums;
            }
            let cut_by_a = interface.a.nearest(middle, radius + STEP_MM).is_some();
            if !cut_by_a && a.level_mm(middle) > 0.0 {
                return sums;
            }
            for i in 0..BLOCK.pow(3) {
                let at = [i % BLOCK, i / BLOCK % BLOCK, i / BLOCK.pow(2)];
                let p = corner + Vector3::from(at.map(|i| i as f64 + 0.5)).component_mul(&cell);
                let level_b = to_reference(p);
                if level_b > most + STEP_MM {
                    continue;
                }
                let level_a = if cut_by_a { a.level_mm(p) } else { -STEP_MM };
                let of_a = part(level_a);
                for (sum, reach) in sums.iter_mut().zip(reaches_mm) {
                    let of_b = part(level_b - reach);
                    // Where both surfaces cut the cell, parts do not multiply: look closer.
                    *sum += if of_a.min(of_b) > 0.0 && of_a.max(of_b) < 1.0 {
                        shared_part(p, cell, |q| a.level_mm(q) < 0.0 && to_reference(q) < *reach)
                    } else {
                        of_a * of_b
                    };
                }
            }
            sums
        })
        .collect();
    // Summed in order, so that the result is the same for any number of threads.
    let cc = cell.x * cell.y * cell.z / 1000.0;
    (0..reaches_mm.len()).map(|t| sums.iter().map(|s| s[t]).sum::<f64>() * cc).collect()
}

/// Half a cell either side of a surface counts in part, so that no voxel steps remain.
fn part(level_mm: f64) -> f64 {
    (0.5 - level_mm / STEP_MM).clamp(0.0, 1.0)
}

/// The part of a cell whose points fulfil a condition, from 64 of them.
fn shared_part(middle: Point3, cell: Vector3, within: impl Fn(Point3) -> bool) -> f64 {
    const SIDE: usize = 4;
    let count = (0..SIDE.pow(3))
        .filter(|i| {
            let at = [i % SIDE, i / SIDE % SIDE, i / SIDE.pow(2)];
            let at = at.map(|i| (i as f64 + 0.5) / SIDE as f64 - 0.5);
            within(middle + Vector3::from(at).component_mul(&cell))
        })
        .count();
    count as f64 / SIDE.pow(3) as f64
}

/// The part of space where `a` can lie within `reach_mm` of `b`.
fn shared_box(a: &Solid, b: &Solid, reach_mm: f64) -> Option<(Point3, Point3)> {
    let ((alo, ahi), (blo, bhi)) = (a.bounds(), b.bounds());
    let r = Vector3::repeat(reach_mm);
    let (lo, hi) = (alo.sup(&(blo - r)), ahi.inf(&(bhi + r)));
    (lo < hi).then_some((lo, hi))
}
