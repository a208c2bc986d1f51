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

#[cfg(test)]
mod tests {
    use super::*;

    fn block(at: [f64; 2], size: [f64; 2]) -> Ring {
        let [x, y] = at;
        let [w, h] = size;
        vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
    }

    fn dropped(rings: [Ring; 2]) -> (usize, Vec<Ring>) {
        let mut rings: Vec<Ring> = rings.into();
        (drop_near_copies(&mut rings), rings)
    }

    #[test]
    fn only_what_lies_along_all_round_is_a_copy() {
        let drawn = block([0.0, 0.0], [10.0, 4.0]);
        // As large and from the same corner, but another shape; and one that is off on one side.
        for other in [block([0.0, 0.0], [4.0, 10.0]), block([0.0, 0.0], [10.0, 4.25])] {
            assert_eq!(dropped([drawn.clone(), other]).0, 0);
        }
        // A little larger: the larger one stays, whichever was drawn first.
        let large = block([-0.1, -0.1], [10.2, 4.2]);
        for rings in [[drawn.clone(), large.clone()], [large.clone(), drawn.clone()]] {
            assert_eq!(dropped(rings), (1, vec![large.clone()]));
        }
        // The same box but for a notch, whose floor lies far from the other's side.
        let mut notched = drawn.clone();
        notched.splice(1..1, [[4.0, 0.0], [4.0, 1.0], [4.1, 1.0], [4.1, 0.0]]);
        assert_eq!(dropped([drawn, notched]).0, 0);
    }
}
