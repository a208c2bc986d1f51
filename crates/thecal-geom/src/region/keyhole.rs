//! Regions as single rings: holes joined to the outside by channels of no width.
//!
//! A CLOSED_PLANAR contour has no holes of its own; the standard cuts them in through a channel
//! (PS3.3 C.8.8.6.3, the keyhole technique).

use super::polygon::Region;
use crate::ring::Point2;
use crate::ring::Ring;
use crate::search::edge_tree::nearest_on_edge;

impl Region {
    /// One ring for every island: its holes are joined to it where they lie nearest, so that no
    /// channel crosses a ring. Area and boundary stay as they are.
    #[must_use]
    pub fn keyholed(&self) -> Vec<Ring> {
        self.islands().into_iter().map(|island| joined(island.rings())).collect()
    }

    /// The region with fewer points: what is left out lies within `tolerance_mm` of the new
    /// boundary.
    ///
    /// None where nothing with an area is left. D. H. Douglas, T. K. Peucker: Cartographica 10
    /// (1973) 112-122, doi:10.3138/FM57-6770-U75U-7727.
    #[must_use]
    pub fn simplified(&self, tolerance_mm: f64) -> Option<Self> {
        let rings: Vec<Ring> = self.rings().iter().map(|r| simplified(r, tolerance_mm)).collect();
        Self::from_rings(&rings).0
    }
}

/// The first ring with all others cut into it, the nearest first.
fn joined(rings: &[Ring]) -> Ring {
    let Some((outer, holes)) = rings.split_first() else { return Ring::new() };
    let mut ring = outer.clone();
    let mut holes: Vec<Ring> = holes.to_vec();
    while !holes.is_empty() {
        let bridges = holes.iter().enumerate().map(|(n, hole)| (n, bridge(&ring, hole)));
        let Some((n, bridge)) = bridges.min_by(|a, b| a.1.length2.total_cmp(&b.1.length2)) else {
            break;
        };
        let hole = holes.swap_remove(n);
        let (from, to) = (opened(&ring, bridge.of_ring), opened(&hole, bridge.of_hole));
        // Once round, over the channel, once round the hole, and back.
        ring = from.iter().chain(from.first()).chain(&to).chain(to.first()).copied().collect();
    }
    ring
}

/// A place on a ring: on the edge that starts at a vertex, and where.
type Place = (usize, Point2);

/// The shortest way between two rings.
struct Bridge {
    length2: f64,
    of_ring: Place,
    of_hole: Place,
}

/// The nearest points of two rings that do not meet: a vertex of one and a point of the other.
fn bridge(ring: &Ring, hole: &Ring) -> Bridge {
    let mut best = Bridge { length2: f64::INFINITY, of_ring: (0, ring[0]), of_hole: (0, hole[0]) };
    for swap in [false, true] {
        let (vertices, edges) = if swap { (hole, ring) } else { (ring, hole) };
        for (v, &p) in vertices.iter().enumerate() {
            for e in 0..edges.len() {
                let foot = nearest_on_edge(p, edges[e], edges[(e + 1) % edges.len()]);
                let length2 = (p[0] - foot[0]).powi(2) + (p[1] - foot[1]).powi(2);
                if length2 < best.length2 {
                    let (a, b) = ((v, p), (e, foot));
                    let (of_ring, of_hole) = if swap { (b, a) } else { (a, b) };
                    best = Bridge { length2, of_ring, of_hole };
                }
            }
        }
    }
    best
}

/// A ring that starts at a place on it.
fn opened(ring: &Ring, (edge, start): Place) -> Ring {
    let mut out = vec![start];
    let after = (1..=ring.len()).map(|k| ring[(edge + k) % ring.len()]);
    out.extend(after.filter(|p| *p != start));
    out
}

fn simplified(ring: &Ring, tolerance_mm: f64) -> Ring {
    if ring.len() < 4 {
        return ring.clone();
    }
    // The vertex furthest from the first parts the ring into two lines.
    let away = |p: &Point2| (p[0] - ring[0][0]).powi(2) + (p[1] - ring[0][1]).powi(2);
    let far = (1..ring.len()).max_by(|&a, &b| away(&ring[a]).total_cmp(&away(&ring[b])));
    let far = far.unwrap_or(1);
    let mut kept = vec![false; ring.len() + 1];
    (kept[0], kept[far]) = (true, true);
    let at = |k: usize| ring[k % ring.len()];
    let mut open = vec![(0, far), (far, ring.len())];
    while let Some((from, to)) = open.pop() {
        let off = |k: usize| {
            let (p, f) = (at(k), nearest_on_edge(at(k), at(from), at(to)));
            (p[0] - f[0]).hypot(p[1] - f[1])
        };
        let worst = (from + 1..to).map(|k| (off(k), k)).max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, k)) = worst.filter(|(off, _)| *off > tolerance_mm) {
            kept[k] = true;
            open.extend([(from, k), (k, to)]);
        }
    }
    (0..ring.len()).filter(|&k| kept[k]).map(|k| ring[k]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn circle(centre: Point2, radius: f64, points: usize) -> Ring {
        let angle = |k: usize| TAU * k as f64 / points as f64;
        let at = |k| [centre[0] + radius * angle(k).cos(), centre[1] + radius * angle(k).sin()];
        (0..points).map(at).collect()
    }

    #[test]
    fn a_keyholed_plate_keeps_its_holes() {
        let rings = [
            circle([0.0, 0.0], 20.0, 200),
            circle([-8.0, 0.0], 5.0, 60),
            circle([8.0, 0.0], 6.0, 60),
            circle([0.0, 10.0], 1.0, 12),
            // An island within a hole is an island of its own.
            circle([8.0, 0.0], 2.0, 40),
        ];
        let region = Region::from_rings(&rings).0.unwrap();
        let single = region.keyholed();
        assert_eq!(single.len(), 2);
        let back = Region::from_rings(&single).0.unwrap();
        assert!((back.area_mm2() - region.area_mm2()).abs() < 1e-6 * region.area_mm2());
        for (p, inside) in [([-8.0, 0.0], false), ([12.0, 0.0], false), ([8.0, 0.0], true)] {
            assert_eq!(back.contains(p), inside, "{p:?}");
            let (a, b) = (back.signed_distance_mm(p), region.signed_distance_mm(p));
            assert!((a - b).abs() < 1e-6, "{p:?}: {a} {b}");
        }
    }

    #[test]
    fn fewer_points_stay_within_the_tolerance() {
        let region = Region::from_rings(&[circle([3.0, 4.0], 10.0, 2000)]).0.unwrap();
        let few = region.simplified(0.01).unwrap();
        assert!(few.rings()[0].len() < 200, "{}", few.rings()[0].len());
        let off = region.rings()[0].iter().map(|&p| few.nearest(p).distance_mm);
        assert!(off.fold(0.0, f64::max) <= 0.01 + 1e-9);
    }
}
