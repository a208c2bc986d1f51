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

#[cfg(test)]
mod tests {
    use super::*;

    fn bar([x0, x1]: [f64; 2], [y0, y1]: [f64; 2]) -> Ring {
        vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
    }

    fn assert_middle(rings: &[Ring], wanted: Point2) {
        // However each of the rings is drawn.
        for turned in 0..1 << rings.len() {
            let mut rings = rings.to_vec();
            for (k, ring) in rings.iter_mut().enumerate() {
                if turned >> k & 1 == 1 {
                    ring.reverse();
                }
                ring.rotate_left(k);
            }
            let found = centroid(&rings, &EdgeTree::new(&rings));
            let off = (found[0] - wanted[0]).hypot(found[1] - wanted[1]);
            assert!(off < 1e-12, "{turned}: {found:?} for {wanted:?}");
        }
    }

    #[test]
    fn the_middle_of_an_area_is_its_centre_of_mass() {
        assert_middle(&[vec![[1.0, 2.0], [7.0, 3.0], [4.0, 10.0]]], [4.0, 5.0]);
        assert_middle(&[bar([2.0, 8.0], [-3.0, 1.0])], [5.0, -1.0]);
        // An L of two bars: 4 x 2 mm about (2, 1), and 1 x 3 mm about (0.5, 3.5).
        let l = vec![[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [1.0, 2.0], [1.0, 5.0], [0.0, 5.0]];
        let mean = |a: f64, b: f64| (8.0 * a + 3.0 * b) / 11.0;
        assert_middle(&[l], [mean(2.0, 0.5), mean(1.0, 3.5)]);
    }

    #[test]
    fn holes_take_their_area_away_and_islands_add_theirs() {
        let (outer, hole) = (bar([0.0, 10.0], [0.0, 6.0]), bar([1.0, 4.0], [1.0, 5.0]));
        let middle = |parts: &[(f64, Point2)]| {
            let area: f64 = parts.iter().map(|p| p.0).sum();
            [0, 1].map(|k| parts.iter().map(|(a, c)| a * c[k]).sum::<f64>() / area)
        };
        let pipe = [(60.0, [5.0, 3.0]), (-12.0, [2.5, 3.0])];
        assert_middle(&[outer.clone(), hole.clone()], middle(&pipe));
        // An island in the hole, and one far off.
        let (inner, aside) = (bar([2.0, 3.0], [2.0, 4.5]), bar([20.0, 22.0], [9.0, 12.0]));
        let all = [pipe[0], pipe[1], (2.5, [2.5, 3.25]), (6.0, [21.0, 10.5])];
        assert_middle(&[hole, aside, outer, inner], middle(&all));
    }

    #[test]
    fn what_two_areas_share_counts_once() {
        let area =
            |rings: &[Ring]| -> f64 { rings.iter().map(|r| shoelace_mm2(r)).sum::<f64>().abs() };
        let (a, b) = ([bar([0.0, 4.0], [0.0, 4.0])], [bar([3.0, 8.0], [1.0, 3.0])]);
        assert!((area(&union(&[&a, &b])) - 16.0 - 10.0 + 2.0).abs() < 1e-6);
        // A pipe stays hollow, and what lies in its hole fills it.
        let pipe = [bar([0.0, 6.0], [0.0, 6.0]), bar([1.0, 5.0], [1.0, 5.0])];
        assert!((area(&union(&[&pipe])) - 20.0).abs() < 1e-6);
        let core = [bar([2.0, 3.0], [2.0, 3.0])];
        assert!((area(&union(&[&pipe, &core])) - 21.0).abs() < 1e-6);
    }
}
