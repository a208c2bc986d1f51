//! Areas, unions and islands of clean rings by the even-odd rule.

use crate::region::nesting::Nesting;
use crate::ring::{Ring, shoelace_mm2};
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
