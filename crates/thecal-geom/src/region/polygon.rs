//! A region of a plane bounded by rings under the even-odd rule, with exact signed distance.
//!
//! A point belongs to the region when a ray from it crosses the boundary an odd number of times.
//! Under that rule every edge that is not drawn twice separates inside from outside, so the
//! distance to the nearest edge, signed by the parity, *is* the signed distance: no boolean
//! operation is needed, and rings that cross themselves or each other are handled as they stand.

use super::combine;
use super::repair;
use super::repair_report::RepairReport;
use crate::ring::{Point2, Ring, shoelace_mm2};
use crate::search::edge_tree::{ClosestPoint, EdgeTree};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A cleaned even-odd region of a plane.
///
/// # Units
/// All coordinates and distances in mm, areas in mm².
///
/// # Example
/// ```
/// use thecal_geom::Region;
///
/// let square = |x: f64, y: f64, side: f64| {
///     vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
/// };
/// // A square of 10 mm with a hole of 2 mm in its middle.
/// let (frame, repairs) = Region::from_rings(&[square(0.0, 0.0, 10.0), square(4.0, 4.0, 2.0)]);
/// let frame = frame.expect("an area");
/// assert_eq!(repairs.crossings, 0);
/// assert_eq!(frame.area_mm2(), 96.0);
/// // Negative inside: 4 mm to the left edge, 2 mm to the hole; the hole itself is outside.
/// assert_eq!(frame.signed_distance_mm([2.0, 5.0]), -2.0);
/// assert_eq!(frame.signed_distance_mm([5.0, 5.0]), 1.0);
///
/// let beside = Region::from_rings(&[square(13.0, 0.0, 5.0)]).0.expect("an area");
/// let closest = frame.closest_points(&beside, 10.0).expect("nearer than 10 mm");
/// assert_eq!(closest.distance_mm, 3.0);
/// ```
#[derive(Debug, Clone)]
pub struct Region {
    rings: Vec<Ring>,
    edges: EdgeTree,
    area_mm2: f64,
    /// Which side of every edge is inside, where that is known: 1 for the left, -1 for the right.
    inside: Option<f64>,
}

impl Region {
    /// A region from drawn rings, and the repairs that were needed.
    ///
    /// Returns `None` for the region when nothing with an area is left.
    #[must_use]
    pub fn from_rings(drawn: &[Vec<Point2>]) -> (Option<Self>, RepairReport) {
        let (rings, report) = repair::repair(drawn);
        (rings.map(|(rings, edges)| Self::new(rings, edges)), report)
    }

    /// What any of some regions of one plane covers.
    #[must_use]
    pub fn union(mut regions: Vec<Self>) -> Option<Self> {
        if regions.len() < 2 {
            return regions.pop();
        }
        let rings: Vec<&[Ring]> = regions.iter().map(Self::rings).collect();
        Self::from_rings(&combine::union(&rings)).0
    }

    fn new(rings: Vec<Ring>, edges: EdgeTree) -> Self {
        let area_mm2 = combine::nested_area(&rings, &edges);
        let inside = match rings.as_slice() {
            [ring] => Some(shoelace_mm2(ring).signum()),
            _ => None,
        };
        Self { rings, edges, area_mm2, inside }
    }

    /// The boundary rings, each closed implicitly.
    #[must_use]
    pub fn rings(&self) -> &[Ring] {
        &self.rings
    }

    /// Area by the even-odd rule, mm².
    #[must_use]
    pub fn area_mm2(&self) -> f64 {
        self.area_mm2
    }

    /// The middle of the region's area.
    #[must_use]
    pub fn centroid(&self) -> Point2 {
        combine::centroid(&self.rings, &self.edges)
    }

    /// The bounding box `(min, max)`, mm.
    #[must_use]
    pub fn bounds(&self) -> (Point2, Point2) {
        self.edges.bounds()
    }

    /// True when the point lies inside by the even-odd rule.
    #[must_use]
    pub fn contains(&self, p: Point2) -> bool {
        self.edges.parity(p)
    }

    /// Signed distance to the boundary, mm, negative inside. Exact up to rounding.
    #[must_use]
    pub fn signed_distance_mm(&self, p: Point2) -> f64 {
        let d = self.edges.nearest(p).distance_mm;
        if self.contains(p) { -d } else { d }
    }

    /// The nearest boundary point and its unsigned distance.
    #[must_use]
    pub fn nearest(&self, p: Point2) -> ClosestPoint {
        self.edges.nearest(p)
    }

    /// Which side of every edge lies inside, where that is one for all: 1 for the left, -1 for the
    /// right.
    #[must_use]
    pub fn inside_of_edges(&self) -> Option<f64> {
        self.inside
    }

    /// Whether the point lies inside, and the nearest boundary point, found sooner the nearer the
    /// edge `hint` is to it.
    #[must_use]
    pub fn nearest_with_hint(&self, p: Point2, hint: usize) -> (bool, ClosestPoint) {
        let foot = self.edges.nearest_with_hint(p, hint);
        // Nothing of the boundary comes between a point and its foot, so the edge tells the side,
        // unless the foot is a corner, where two edges may each tell another.
        let (a, b) = self.edges.edge(foot.edge);
        let side = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
        let inside = match self.inside {
            Some(left) if foot.point != a && foot.point != b && side != 0.0 => side * left > 0.0,
            _ => self.contains(p),
        };
        (inside, foot)
    }

    /// The boundary's edges with their search tree.
    #[must_use]
    pub fn edges(&self) -> &EdgeTree {
        &self.edges
    }

    /// Splits into islands: an outer ring with the holes directly in it, each a region.
    #[must_use]
    pub fn islands(&self) -> Vec<Self> {
        self.clone().into_islands()
    }

    /// As [`Region::islands`], without a copy of a region that is one.
    #[must_use]
    pub fn into_islands(self) -> Vec<Self> {
        if self.rings.len() == 1 {
            return vec![self];
        }
        let of = |rings: Vec<Ring>| {
            let edges = EdgeTree::new(&rings);
            Self::new(rings, edges)
        };
        combine::islands(&self.rings, &self.edges).into_iter().map(of).collect()
    }

    /// The centre and radius of the largest inscribed circle, to `tolerance_mm`.
    ///
    /// Branch and bound over squares: no place of a square can be deeper than its distance from
    /// boundary points that are known.
    #[must_use]
    pub fn inscribed_circle(&self, tolerance_mm: f64) -> (Point2, f64) {
        let (lo, hi) = self.bounds();
        let middle = [0.5 * (lo[0] + hi[0]), 0.5 * (lo[1] + hi[1])];
        let half_size = [0.5 * (hi[0] - lo[0]), 0.5 * (hi[1] - lo[1])];
        let mut search = Deepest {
            region: self,
            tolerance_mm,
            best: (middle, 0.0),
            cells: BinaryHeap::new(),
            hint: usize::MAX,
        };
        let cell = half_size[0].min(half_size[1]).max(tolerance_mm);
        let [nx, ny] = half_size.map(|h| (h / cell).ceil().clamp(1.0, 256.0));
        let [hx, hy] = [half_size[0] / nx, half_size[1] / ny];
        for i in 0..nx as usize {
            for j in 0..ny as usize {
                let x = lo[0] + (2 * i + 1) as f64 * hx;
                let y = lo[1] + (2 * j + 1) as f64 * hy;
                search.look([x, y], hx.max(hy));
            }
        }
        while let Some(Cell { bound, centre, half }) = search.cells.pop() {
            if bound <= search.best.1 + tolerance_mm {
                break;
            }
            let q = 0.5 * half;
            for (sx, sy) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
                search.look([centre[0] + sx * q, centre[1] + sy * q], q);
            }
        }
        search.best
    }
}

/// A running search for the deepest place of a region.
struct Deepest<'a> {
    region: &'a Region,
    tolerance_mm: f64,
    best: (Point2, f64),
    cells: BinaryHeap<Cell>,
    /// The edge that was nearest last.
    hint: usize,
}

impl Deepest<'_> {
    /// Takes in the square round `centre`, and keeps it where it can hold a deeper place.
    fn look(&mut self, centre: Point2, half: f64) {
        let reach = half * std::f64::consts::SQRT_2;
        let (depth, foot) = self.depth(centre);
        let mut bound = depth + reach;
        if depth > 0.0 && bound > self.best.1 + self.tolerance_mm {
            // A second boundary point, across the middle: no place of the square is farther from
            // both than the mean of the squares allows.
            let beyond = [0, 1].map(|k| 2.0 * centre[k] - foot[k]);
            let across = self.region.edges.nearest(beyond).point;
            let middle = [0, 1].map(|k| 0.5 * (foot[k] + across[k]));
            let apart = (across[0] - foot[0]).hypot(across[1] - foot[1]);
            let off = (centre[0] - middle[0]).hypot(centre[1] - middle[1]);
            bound = bound.min((off + reach).hypot(0.5 * apart));
            if 0.5 * apart > self.best.1 {
                self.depth(middle);
            }
        }
        if bound > self.best.1 + self.tolerance_mm {
            self.cells.push(Cell { bound, centre, half });
        }
    }

    /// Depth of a place, mm, negative outside, with its nearest boundary point.
    fn depth(&mut self, p: Point2) -> (f64, Point2) {
        let (inside, foot) = self.region.nearest_with_hint(p, self.hint);
        self.hint = foot.edge;
        let depth = if inside { foot.distance_mm } else { -foot.distance_mm };
        if depth > self.best.1 {
            self.best = (p, depth);
        }
        (depth, foot.point)
    }
}

/// A square of the search for the deepest place, ordered by how deep it can be.
struct Cell {
    bound: f64,
    centre: Point2,
    half: f64,
}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |c: &Self| [c.bound, c.centre[0], c.centre[1]];
        let (a, b) = (key(self), key(other));
        (0..3).map(|i| a[i].total_cmp(&b[i])).fold(Ordering::Equal, Ordering::then)
    }
}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cell {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn disc(c: Point2, r: f64, n: usize) -> Vec<Point2> {
        (0..n)
            .map(|i| {
                let a = TAU * i as f64 / n as f64;
                [c[0] + r * a.cos(), c[1] + r * a.sin()]
            })
            .collect()
    }

    fn region(rings: &[Vec<Point2>]) -> Region {
        Region::from_rings(rings).0.expect("has area")
    }

    #[test]
    fn square_distances_are_exact() {
        let r = region(&[vec![[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]]]);
        assert_eq!(r.area_mm2(), 8.0);
        assert_eq!(r.signed_distance_mm([2.0, 1.0]), -1.0);
        assert_eq!(r.signed_distance_mm([7.0, 6.0]), 5.0);
        assert!((r.inscribed_circle(1e-3).1 - 1.0).abs() < 1e-9);
        let disc = region(&[disc([3.0, 1.0], 5.0, 199)]);
        assert!((disc.inscribed_circle(1e-3).1 - 5.0).abs() < 3e-3);
        assert!((disc.bounds().1[0] - 8.0).abs() < 1e-12);
    }

    #[test]
    fn the_largest_circle_of_an_ellipse_has_its_short_half_axis() {
        for k in 0..40 {
            let (long, turn) = (4.0 + 0.2 * f64::from(k), 0.37 * f64::from(k));
            let shape = (0..500).map(|i| {
                let a = TAU * f64::from(i) / 500.0;
                let (x, y) = (long * a.cos(), 4.0 * a.sin());
                [x * turn.cos() - y * turn.sin() + 1.3, x * turn.sin() + y * turn.cos() - 7.7]
            });
            let region = region(&[shape.collect()]);
            for tolerance_mm in [0.05, 1e-3] {
                let (_, radius_mm) = region.inscribed_circle(tolerance_mm);
                // 500 chords cut off up to 0.0003 mm.
                let short_mm = 4.0 - radius_mm;
                assert!((-1e-9..tolerance_mm + 4e-4).contains(&short_mm), "{long}: {short_mm}");
            }
        }
        // Two lobes: the smaller one comes first and lies nearer to the middle.
        let lobes = [disc([1.0, 0.0], 3.0, 300), disc([9.0, 0.0], 3.2, 300)];
        let (centre, radius_mm) = region(&lobes).inscribed_circle(0.05);
        assert!((radius_mm - 3.2).abs() < 0.05 && (centre[0] - 9.0).abs() < 0.1);
    }

    #[test]
    fn a_ring_with_a_hole_is_hollow_and_so_is_its_keyhole_form() {
        let (outer, hole) = (disc([0.0, 0.0], 10.0, 400), disc([0.0, 0.0], 5.0, 200));
        let nested = region(&[outer.clone(), hole.clone()]);
        let mut keyhole = outer.clone();
        keyhole.push(outer[0]);
        keyhole.extend(std::iter::once(&hole[0]).chain(hole.iter().rev()));
        let (opened, repairs) = Region::from_rings(&[keyhole]);
        let opened = opened.expect("has area");
        assert_eq!(repairs.keyholes, 1);
        assert_eq!(opened.rings().len(), 2);
        assert!((nested.area_mm2() - opened.area_mm2()).abs() < 1e-9);
        for p in [[0.0, 0.0], [7.4, 0.01], [7.5, 0.0], [-7.0, 0.3], [12.0, 0.0]] {
            assert!((nested.signed_distance_mm(p) - opened.signed_distance_mm(p)).abs() < 1e-9);
        }
        assert!(nested.signed_distance_mm([7.5, 0.0]) < -2.4);
    }

    #[test]
    fn a_bow_tie_keeps_both_lobes() {
        let r = region(&[vec![[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]]]);
        assert!(r.contains([0.2, 1.0]) && r.contains([1.8, 1.0]));
        assert!(!r.contains([1.0, 0.2]) && !r.contains([1.0, 1.8]));
        assert!((r.area_mm2() - 2.0).abs() < 1e-5);
    }

    #[test]
    fn degenerate_rings_go_one_by_one_and_are_counted() {
        let good = disc([0.0, 0.0], 3.0, 50);
        let mut closed = disc([20.0, 0.0], 3.0, 50);
        closed.push(closed[0]);
        closed.insert(7, closed[7]);
        let rings = [good.clone(), vec![[1.0, 1.0], [2.0, 2.0]], vec![[9.0, 9.0]], closed, good];
        let (r, c) = Region::from_rings(&rings);
        let r = r.expect("has area");
        assert_eq!((c.degenerate, c.duplicate_rings), (2, 1));
        assert!(c.repeated_points >= 2);
        assert_eq!(r.islands().len(), 2);
        assert!(r.contains([0.0, 0.0]) && r.contains([20.0, 0.0]));
    }

    #[test]
    fn island_in_a_hole_is_its_own_island() {
        let r = region(&[
            disc([0.0, 0.0], 2.0, 60),
            disc([0.0, 0.0], 10.0, 90),
            disc([0.0, 0.0], 5.0, 70),
        ]);
        let islands = r.islands();
        assert_eq!(islands.len(), 2);
        let total: f64 = islands.iter().map(Region::area_mm2).sum();
        assert!((total - r.area_mm2()).abs() < 1e-9);
    }
    #[test]
    fn the_largest_circle_is_no_smaller_than_a_slow_search_finds() {
        for case in 0..20_u32 {
            let at = |i: u32| {
                let a = TAU * f64::from(i) / 40.0;
                let r =
                    6.0 + 2.5 * (3.0 * a + f64::from(case)).sin() + (f64::from(case + 2) * a).cos();
                [1.5 * r * a.cos() + 4.0, r * a.sin() - 7.0]
            };
            let region = region(&[(0..40).map(at).collect()]);
            let (centre, radius) = region.inscribed_circle(0.01);
            assert!((region.signed_distance_mm(centre) + radius).abs() < 1e-9, "{case}");
            let (lo, hi) = region.bounds();
            let step = |k: usize, i: u32| lo[k] + (hi[k] - lo[k]) * f64::from(i) / 80.0;
            for i in 0..=80 {
                for j in 0..=80 {
                    let deep = -region.signed_distance_mm([step(0, i), step(1, j)]);
                    assert!(deep < radius + 0.01 + 1e-9, "{case}: {deep} and {radius}");
                }
            }
        }
    }

    #[test]
    fn a_hint_changes_nothing_of_the_side_and_the_distance() {
        let hollow = region(&[disc([0.0, 0.0], 6.0, 50), disc([1.0, 0.0], 3.0, 30)]);
        for rings in [hollow, region(&[disc([0.0, 0.0], 6.0, 50)])] {
            assert!(rings.inside_of_edges().is_none_or(|left| left.abs() == 1.0));
            for i in 0..500_u32 {
                let (sin, cos) = (0.7 * f64::from(i)).sin_cos();
                let p = [0.016 * f64::from(i) * cos, 0.016 * f64::from(i) * sin];
                for hint in [0, 17, usize::MAX] {
                    let (inside, foot) = rings.nearest_with_hint(p, hint);
                    assert_eq!(inside, rings.contains(p), "{p:?}");
                    assert!((foot.distance_mm - rings.nearest(p).distance_mm).abs() < 1e-12);
                }
            }
        }
    }
}
