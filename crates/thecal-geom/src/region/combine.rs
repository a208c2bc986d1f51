//! Areas, unions and islands of clean rings by the even-odd rule.

use crate::region::nesting::Nesting;
use crate::ring::{Point2, Ring, shoelace_mm2};
use crate::search::edge_tree::EdgeTree;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::float::simplify::SimplifyShape;

/// Area by the even-odd rule, mm²; `edges` are those of the rings.
pub(crate) fn nested_area(rings: &[Ring], edges: &EdgeTree) -> f64 {
    let signed = |r: &Ring| shoelace_mm2(r).abs();
    if rings.len() == 1 {
        return signed(&rings[0]);
    }
    rings
        .iter()
        .zip(Nesting::new(rings, edges).depths())
        .map(|(r, depth)| if depth % 2 == 0 { signed(r) } else { -signed(r) })
        .sum()
}

/// Middle of the area by the even-odd rule; `edges` are those of the rings.
pub(crate) fn centroid(rings: &[Ring], edges: &EdgeTree) -> Point2 {
    let depths = match rings {
        [_] => vec![0],
        _ => Nesting::new(rings, edges).depths(),
    };
    let (mut area, mut sum) = (0.0, [0.0; 2]);
    for (ring, depth) in rings.iter().zip(depths) {
        let o = ring[0];
        let (mut own, mut moment) = (0.0, [0.0; 2]);
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let (p, q) = ([a[0] - o[0], a[1] - o[1]], [b[0] - o[0], b[1] - o[1]]);
            let cross = p[0] * q[1] - p[1] * q[0];
            own += cross;
            moment[0] += cross * (p[0] + q[0]);
            moment[1] += cross * (p[1] + q[1]);
        }
        // A hole takes its area away, however it was drawn.
        let sign = if depth % 2 == 0 { own.signum() } else { -own.signum() };
        area += sign * own;
        sum[0] += sign * (moment[0] / 3.0 + own * o[0]);
        sum[1] += sign * (moment[1] / 3.0 + own * o[1]);
    }
    [sum[0] / area, sum[1] / area]
}

/// The rings of what any of some clean regions covers.
pub(crate) fn union(regions: &[&[Ring]]) -> Vec<Ring> {
    // Outer rings one way, holes the other: areas add up and never cancel.
    let turned = |rings: &&[Ring]| -> Vec<Ring> {
        let mut out = rings.to_vec();
        let depths = Nesting::new(rings, &EdgeTree::new(rings)).depths();
        for (ring, depth) in out.iter_mut().zip(depths) {
            if (shoelace_mm2(ring) > 0.0) != (depth % 2 == 0) {
                ring.reverse();
            }
        }
        out
    };
    let all: Vec<Ring> = regions.iter().flat_map(turned).collect();
    let shapes = all.simplify_shape(FillRule::Positive);
    shapes.into_iter().flatten().filter(|r| r.len() >= 3).collect()
}

/// Groups rings into islands: each outer ring with the holes one level deeper inside it.
pub(crate) fn islands(rings: &[Ring], edges: &EdgeTree) -> Vec<Vec<Ring>> {
    let islands = Nesting::new(rings, edges).islands();
    let of = |places: Vec<usize>| places.into_iter().map(|i| rings[i].clone()).collect();
    islands.into_iter().map(of).collect()
}
