//! From drawn rings to clean rings: the defects that users and planning systems leave are repaired one
//! fault at a time, and counted, so that no fault costs a whole plane.

use super::bridges::{BRIDGE_MM, open_keyholes};
use super::repair_report::RepairReport;
use crate::region::near_copy::drop_near_copies;
use crate::region::self_intersections::SelfIntersections;
use crate::region::simple::is_simple;
use crate::ring::{Point2, Ring, SAME_MM, near, shoelace_mm2};
use crate::search::edge_tree::EdgeTree;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::float::simplify::SimplifyShape;
use std::collections::HashMap;

/// A ring of less area than this bounds nothing that could be drawn.
const SLIVER_MM2: f64 = 1e-3;
/// The clean rings with their edges; none where nothing with an area is left.
pub(crate) fn repair(drawn: &[Vec<Point2>]) -> (Option<(Vec<Ring>, EdgeTree)>, RepairReport) {
    let mut count = RepairReport::default();
    let mut rings: Vec<Ring> = Vec::with_capacity(drawn.len());
    for ring in drawn {
        let ring = without_repeats(ring, &mut count);
        if ring.len() < 3 {
            count.degenerate += 1;
        } else {
            rings.push(ring);
        }
    }
    if rings.is_empty() {
        return (None, count);
    }
    if rings.len() > 1 {
        drop_duplicates(&mut rings, &mut count);
        count.near_copies = drop_near_copies(&mut rings);
    }
    // The common case, and cheap: there is nothing to mend.
    let edges = EdgeTree::new(&rings);
    if is_simple(&rings, &edges, BRIDGE_MM)
        && rings.iter().all(|r| shoelace_mm2(r).abs() >= SLIVER_MM2)
    {
        return (Some((rings, edges)), count);
    }
    repaired(rings, count)
}

/// Rings of three or more different points, repaired.
fn repaired(
    drawn: Vec<Ring>,
    mut count: RepairReport,
) -> (Option<(Vec<Ring>, EdgeTree)>, RepairReport) {
    let mut rings: Vec<Ring> = Vec::with_capacity(drawn.len());
    for ring in drawn {
        let parts = open_keyholes(ring, &mut count);
        let before = rings.len();
        for part in parts {
            let crosses_itself = || {
                let alone = std::slice::from_ref(&part);
                SelfIntersections::from_rings(alone, &EdgeTree::new(alone)).crossings > 0
            };
            if part.len() >= 3 && (shoelace_mm2(&part).abs() >= SLIVER_MM2 || crosses_itself()) {
                rings.push(part);
            }
        }
        if rings.len() == before {
            count.degenerate += 1;
        }
    }
    drop_duplicates(&mut rings, &mut count);
    count.near_copies += drop_near_copies(&mut rings);
    if rings.is_empty() {
        return (None, count);
    }
    let mut edges = EdgeTree::new(&rings);
    let met = SelfIntersections::from_rings(&rings, &edges);
    count.crossings = met.crossings + met.overlaps;
    if count.crossings + met.touches > 0 {
        let shapes = rings.simplify_shape(FillRule::EvenOdd);
        rings = shapes
            .into_iter()
            .flatten()
            .filter(|r| r.len() >= 3 && shoelace_mm2(r).abs() >= SLIVER_MM2)
            .collect();
        if rings.is_empty() {
            return (None, count);
        }
        edges = EdgeTree::new(&rings);
    }
    (Some((rings, edges)), count)
}

fn without_repeats(ring: &[Point2], count: &mut RepairReport) -> Ring {
    let mut out: Ring = Vec::with_capacity(ring.len());
    for &p in ring {
        if out.last().is_some_and(|&q| near(p, q, SAME_MM)) {
            count.repeated_points += 1;
        } else {
            out.push(p);
        }
    }
    while out.len() > 1 && near(out[0], out[out.len() - 1], SAME_MM) {
        out.pop();
        count.repeated_points += 1;
    }
    out
}

/// The same ring drawn twice would cancel under even-odd; it is a copy, not a hole.
fn drop_duplicates(rings: &mut Vec<Ring>, count: &mut RepairReport) {
    // Copies have their lowest corner in one place.
    let cell = |ring: &Ring| {
        let low = |k: usize| ring.iter().map(|p| p[k]).fold(f64::INFINITY, f64::min);
        [0, 1].map(|k| (low(k) / (10.0 * SAME_MM)).floor() as i64)
    };
    let mut kept: HashMap<(usize, i64, i64), Vec<usize>> = HashMap::new();
    let mut gone = vec![false; rings.len()];
    for (i, ring) in rings.iter().enumerate() {
        let [x, y] = cell(ring);
        let beside = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy)));
        let twin = beside
            .filter_map(|(dx, dy)| kept.get(&(ring.len(), x + dx, y + dy)))
            .flatten()
            .any(|&j| same_ring(ring, &rings[j]));
        if twin {
            gone[i] = true;
            count.duplicate_rings += 1;
        } else {
            kept.entry((ring.len(), x, y)).or_default().push(i);
        }
    }
    let mut gone = gone.into_iter();
    rings.retain(|_| !gone.next().unwrap_or(false));
}

fn same_ring(a: &Ring, b: &Ring) -> bool {
    let n = a.len();
    if n != b.len() {
        return false;
    }
    let Some(shift) = b.iter().position(|&q| near(a[0], q, SAME_MM)) else { return false };
    (0..n).all(|i| near(a[i], b[(shift + i) % n], SAME_MM))
        || (0..n).all(|i| near(a[i], b[(shift + n - i) % n], SAME_MM))
}

/// How often the edges of rings on one plane meet, where that is more than `most` times or more
/// than can be told in reasonable time; then a lower bound. No drawing comes near: what a region
/// of such rings costs goes with the number of their crossings.
#[must_use]
pub fn tangle(drawn: &[Vec<Point2>], most: usize) -> Option<usize> {
    let mut count = RepairReport::default();
    let rings: Vec<Ring> =
        drawn.iter().map(|r| without_repeats(r, &mut count)).filter(|r| r.len() >= 3).collect();
    // A pair of edges meets once at most.
    let edges: usize = rings.iter().map(Vec::len).sum();
    if edges * edges / 2 <= most {
        return None;
    }
    let met = SelfIntersections::up_to(&rings, &EdgeTree::new(&rings), most);
    let found = met.crossings + met.overlaps + met.touches;
    (met.more || found > most).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Region;
    use proptest::prelude::*;
    use std::time::Instant;

    /// A ring that goes up and down, and back below, `n` times.
    fn zigzag(n: usize, slope: f64) -> Ring {
        let at = |i: usize| {
            [0.01 * i as f64, if i.is_multiple_of(2) { 0.0 } else { 50.0 + slope * i as f64 }]
        };
        let back = (0..n).rev().map(|i| [0.01 * i as f64 + 0.003, -60.0 * ((i % 2) as f64) - 1.0]);
        (0..n).map(at).chain(back).collect()
    }

    #[test]
    fn time_goes_with_rings_and_edges_not_with_their_squares() {
        let square = |x: f64, y: f64, r: f64| rectangle([x - r, x + r], [y - r, y + r]);
        // Islands on a lattice, each with a hole that holds another.
        let nested = |side: usize| {
            let lattice = (0..side * side).map(|k| [k % side, k / side].map(|i| 4.0 * i as f64));
            let rings: Vec<Ring> =
                lattice.flat_map(|[x, y]| [1.6, 1.2, 0.8].map(|r| square(x, y, r))).collect();
            let start = Instant::now();
            let region = Region::from_rings(&rings).0.expect("has area");
            let area_mm2 = 16.0 * (side * side) as f64 * (0.64 - 0.36 + 0.16);
            assert!((region.area_mm2() - area_mm2).abs() < 1e-5);
            let islands = region.islands();
            assert_eq!((islands.len(), islands[0].rings().len()), (2 * side * side, 2));
            start.elapsed().as_secs_f64()
        };
        let crossed = |count: usize| {
            let start = Instant::now();
            let region = Region::from_rings(&[zigzag(count, 0.0)]).0.expect("has area");
            assert!(region.contains([0.01, 30.0]) && !region.contains([-0.01, 30.0]));
            start.elapsed().as_secs_f64()
        };
        // Sixteen times as much takes about sixteen times as long, and 256 times by the square,
        // however fast the machine is and whatever else it does.
        let nested = nested(200) / nested(50);
        let crossed = crossed(32_000) / crossed(2_000);
        assert!(nested < 80.0 && crossed < 80.0, "{nested} and {crossed} times as long");
    }

    #[test]
    fn what_no_hand_can_draw_is_counted_and_soon() {
        // Every edge of a star crosses nearly every other.
        let star = |n: usize| -> Ring {
            let step = (n / 2 - 1) as f64 / n as f64 * std::f64::consts::TAU;
            (0..n).map(|i| (step * i as f64).sin_cos()).map(|(y, x)| [50.0 * x, 50.0 * y]).collect()
        };
        let start = Instant::now();
        let found = tangle(&[star(30_001)], 100_000).expect("tangled");
        assert!(found > 50_000, "{found}");
        assert!(start.elapsed().as_secs_f64() < 5.0);
        assert_eq!(tangle(&[star(301)], 100_000), None);
        assert_eq!(tangle(&[zigzag(20_000, 0.0)], 100_000), None);
    }

    proptest! {
        /// Corners on a coarse lattice, so that rings touch, cross and run along each other often;
        /// and star shapes, which are mostly plain.
        #[test]
        fn plain_rings_need_no_mending(
            lattice in prop::collection::vec(
                prop::collection::vec((0_u8..12, 0_u8..12), 3..14), 1..4),
            star in prop::collection::vec(0.2_f64..1.0, 5..60),
            aside in -6_i32..6,
        ) {
            let corner = |(x, y): (u8, u8)| [f64::from(x), f64::from(y)];
            let mut rings: Vec<Ring> =
                lattice.into_iter().map(|r| r.into_iter().map(corner).collect()).collect();
            let n = star.len() as f64;
            let arm = |(i, r): (usize, &f64)| {
                let (sin, cos) = (i as f64 / n * std::f64::consts::TAU).sin_cos();
                [r * cos + f64::from(aside), r * sin]
            };
            rings.push(star.iter().enumerate().map(arm).collect());
            for take in [0..rings.len(), rings.len() - 1..rings.len(), 0..1] {
                let mut count = RepairReport::default();
                let rings: Vec<Ring> = rings[take].iter()
                    .map(|r| without_repeats(r, &mut count)).filter(|r| r.len() >= 3).collect();
                if rings.is_empty() || !is_simple(&rings, &EdgeTree::new(&rings), BRIDGE_MM) {
                    continue;
                }
                let (mended, count) = repaired(rings.clone(), RepairReport::default());
                let large = |r: &&Ring| shoelace_mm2(r).abs() >= SLIVER_MM2;
                let expected: Vec<Ring> = rings.iter().filter(large).cloned().collect();
                prop_assert_eq!(mended.map_or(Vec::new(), |m| m.0), expected);
                let dropped = rings.len() - rings.iter().filter(large).count();
                prop_assert_eq!(count, RepairReport { degenerate: dropped, ..RepairReport::default() });
            }
        }
    }

    #[test]
    fn a_ring_and_its_near_copy_are_one_outline_and_a_wall_stays_a_wall() {
        let ring = |r: f64, n: i32| -> Ring {
            let at = |i: i32| (f64::from(i) / f64::from(n) * std::f64::consts::TAU).sin_cos();
            (0..n).map(at).map(|(y, x)| [r * x, r * y]).collect()
        };
        for inner in [7.999, 7.99, 7.9] {
            for rings in [[ring(8.0, 120), ring(inner, 90)], [ring(inner, 90), ring(8.0, 120)]] {
                let (region, repairs) = Region::from_rings(&rings);
                let depth = region.expect("has area").signed_distance_mm([0.0, 0.0]);
                assert!((depth + 8.0).abs() < 0.01, "{inner}: {depth}");
                assert_eq!(repairs.near_copies, 1);
            }
        }
        // A copy that crosses the ring.
        let aside: Ring = ring(8.0, 90).iter().map(|p| [p[0] + 0.05, p[1]]).collect();
        let (region, repairs) = Region::from_rings(&[ring(8.0, 120), aside]);
        assert!(region.expect("has area").contains([0.0, 0.0]) && repairs.near_copies == 1);
        let (wall, repairs) = Region::from_rings(&[ring(8.0, 120), ring(7.5, 90)]);
        assert!(!wall.expect("has area").contains([0.0, 0.0]) && repairs.near_copies == 0);
    }

    #[test]
    fn a_union_covers_what_any_region_covers() {
        let of = |rings: &[Ring]| Region::from_rings(rings).0.expect("has area");
        let wall = of(&[rectangle([0.0, 9.0], [0.0, 9.0]), rectangle([3.0, 6.0], [3.0, 6.0])]);
        let plug = of(&[rectangle([4.0, 5.0], [4.0, 12.0])]);
        let both = Region::union(vec![wall, plug]).expect("has area");
        // The wall, the plug within the hole and beyond the wall.
        assert!((both.area_mm2() - (72.0 + 2.0 + 3.0)).abs() < 1e-5, "{}", both.area_mm2());
        assert!(!both.contains([3.5, 4.5]) && both.contains([4.5, 4.5]));
    }

    #[test]
    fn a_drawn_circle_is_plain() {
        let ring = |r: f64| -> Ring {
            let at = |i: i32| (f64::from(i) / 100.0 * std::f64::consts::TAU).sin_cos();
            (0..100).map(at).map(|(y, x)| [r * x, r * y]).collect()
        };
        let plain = |rings: &[Ring]| is_simple(rings, &EdgeTree::new(rings), BRIDGE_MM);
        assert!(plain(&[ring(8.0)]) && plain(&[ring(8.0), ring(5.0)]));
        assert!(!plain(&[ring(8.0), ring(8.0)]) && !plain(&[ring(8.0), ring(7.995)]));
    }

    fn rectangle(x: [f64; 2], y: [f64; 2]) -> Vec<[f64; 2]> {
        vec![[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]]
    }

    #[test]
    fn an_edge_drawn_by_two_rings_bounds_nothing() {
        // Found by fuzzing: the area of such rings was taken with the wrong sign.
        let square = rectangle([0.0, 4.0], [0.0, 4.0]);
        let beside = rectangle([1.0, 3.0], [0.0, -2.0]);
        let (region, repairs) = Region::from_rings(&[square.clone(), beside]);
        let region = region.expect("has area");
        assert!((region.area_mm2() - 20.0).abs() < 1e-5, "{}", region.area_mm2());
        assert!((region.signed_distance_mm([2.0, 0.0]) + 1.0).abs() < 1e-5);
        assert_eq!(repairs.crossings, 1);
        let bite = rectangle([1.0, 3.0], [0.0, 2.0]);
        let region = Region::from_rings(&[square, bite]).0.expect("has area");
        assert!((region.area_mm2() - 12.0).abs() < 1e-5, "{}", region.area_mm2());
        assert!((region.signed_distance_mm([2.0, 0.0]) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_ring_that_returns_on_itself_keeps_its_area() {
        // As found, in units of 7.3 mm: spikes and triangles that hang on one corner.
        #[rustfmt::skip]
        let drawn: Vec<[f64; 2]> = [
            (59, 0), (0, 108), (0, 0), (-57, 45), (0, 0), (45, 0), (0, 0), (0, 0), (35, 0),
            (41, 25), (0, 0), (45, 20), (0, 0), (0, 0), (11, 0), (0, 0),
        ]
        .map(|(x, y)| [f64::from(x) * 7.3, f64::from(y) * 7.3])
        .to_vec();
        let region = Region::from_rings(&[drawn]).0.expect("has area");
        // Even-odd: the large triangle without the small one drawn inside it.
        let expected_mm2 = 7.3 * 7.3 * 0.5 * (59.0 * 108.0 - 35.0 * 25.0);
        assert!((region.area_mm2() - expected_mm2).abs() < 1e-3, "{}", region.area_mm2());
    }

    #[test]
    fn rings_that_cross_at_corners_keep_their_areas() {
        // Found by fuzzing: the edge of one ring is the diagonal of the other.
        let large = vec![[0.0, 0.0], [8.0, 8.0], [8.0, 0.0]];
        let (region, repairs) = Region::from_rings(&[large, rectangle([2.0, 4.0], [2.0, 4.0])]);
        let region = region.expect("has area");
        // Half of the square is cut out of the triangle, half of it stands beside.
        assert!((region.area_mm2() - 32.0).abs() < 1e-5, "{}", region.area_mm2());
        let islands: f64 = region.islands().iter().map(Region::area_mm2).sum();
        assert!((islands - 32.0).abs() < 1e-5, "{islands}");
        assert!(region.contains([2.5, 3.5]) && !region.contains([3.5, 2.5]));
        assert_eq!(repairs.crossings, 0);
    }
}
