//! Rings that were drawn again, a little beside the first time.
//!
//! Under the even-odd rule a ring and a nearly equal copy bound a thin wall, and what they enclose
//! counts as outside. No person and no system draws such a wall on purpose: it is one outline.

use crate::ring::{Ring, shoelace_mm2};
use crate::search::edge_tree::EdgeTree;
use std::collections::HashMap;

/// Two rings are one outline where each lies within this distance of the other, mm. A wall of 0.2 mm
/// is thinner than the width of a pixel of any planning image, so no contour can mean it.
pub const NEAR_COPY_MM: f64 = 0.2;

/// Leaves out the smaller of two rings that are one outline; gives how many were left out.
pub(crate) fn drop_near_copies(rings: &mut Vec<Ring>) -> usize {
    if rings.len() < 2 {
        return 0;
    }
    let trees: Vec<EdgeTree> =
        rings.iter().map(|r| EdgeTree::new(std::slice::from_ref(r))).collect();
    let areas: Vec<f64> = rings.iter().map(|r| shoelace_mm2(r).abs()).collect();
    // The largest first: it is the one that stays.
    let mut order: Vec<usize> = (0..rings.len()).collect();
    order.sort_by(|&i, &j| areas[j].total_cmp(&areas[i]).then(i.cmp(&j)));
    let mut kept: Vec<usize> = Vec::with_capacity(rings.len());
    // Copies have their lowest corners in one place.
    let cell = |i: usize| trees[i].bounds().0.map(|x| (x / NEAR_COPY_MM).floor() as i64);
    let mut in_cell: HashMap<[i64; 2], Vec<usize>> = HashMap::new();
    for i in order {
        let copy = |&k: &usize| {
            let far_mm2 = 2.0 * NEAR_COPY_MM * length_mm(&rings[k]);
            areas[k] - areas[i] <= far_mm2
                && boxes_agree(&trees[i], &trees[k])
                && lies_along(&rings[i], &trees[k])
                && lies_along(&rings[k], &trees[i])
        };
        let [x, y] = cell(i);
        let beside = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| [x + dx, y + dy]));
        if !beside.filter_map(|c| in_cell.get(&c)).flatten().any(copy) {
            kept.push(i);
            in_cell.entry([x, y]).or_default().push(i);
        }
    }
    kept.sort_unstable();
    let dropped = rings.len() - kept.len();
    if dropped > 0 {
        *rings = kept.into_iter().map(|i| std::mem::take(&mut rings[i])).collect();
    }
    dropped
}

fn length_mm(ring: &Ring) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| (b[0] - a[0]).hypot(b[1] - a[1])).sum()
}

fn boxes_agree(a: &EdgeTree, b: &EdgeTree) -> bool {
    let ((alo, ahi), (blo, bhi)) = (a.bounds(), b.bounds());
    let near = |x: f64, y: f64| (x - y).abs() <= NEAR_COPY_MM;
    (0..2).all(|k| near(alo[k], blo[k]) && near(ahi[k], bhi[k]))
}

/// True where every point of a ring lies beside an edge of another.
fn lies_along(ring: &Ring, other: &EdgeTree) -> bool {
    ring.iter().all(|&p| other.nearest_within(p, NEAR_COPY_MM).is_some())
}
