//! Structures that no hand and no segmentation can mean: speckles by the ten thousand, contours
//! that cross themselves without end. What a solid of them costs goes with the square of their
//! pieces, so they are counted first and refused with the count.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use thecal_geom::{Contour, Point2, Point3, tangle};
use thecal_voxel::{Slice, Slices};

/// Parts that hang together nowhere. Each is a body of its own to every search; a tumour with its
/// satellites has tens.
const MOST_PARTS: usize = 1_000;
/// Pieces and holes on all planes together. The most ragged structure that is known to be real, a
/// vascular tree, has some thousands.
const MOST_PIECES: usize = 20_000;
/// Meetings of edges on one plane. A planning system's worst export has some hundreds.
const MOST_MEETINGS: usize = 100_000;
/// Contours within this distance of each other are looked at together, mm.
const PLANE_MM: f64 = 0.05;

/// What is too many, for a message; none where a structure can be measured.
pub(crate) fn too_many(contours: &[Contour], mask: Option<&Slices>) -> Option<String> {
    let told = |n: usize, what: &str, most: usize| {
        (n > most).then(|| format!("{n} {what} on its planes, but at most {most}"))
    };
    if let Some(mask) = mask {
        let count = Count::from_slices(mask);
        return told(count.parts, "separate parts", MOST_PARTS)
            .or_else(|| told(count.pieces, "pieces and holes", MOST_PIECES));
    }
    let closed = contours.iter().filter(|c| c.kind.is_closed()).count();
    if let Some(told) = told(closed, "closed contours", MOST_PIECES) {
        return Some(told);
    }
    if let Some(told) = told(parts(contours), "separate parts", MOST_PARTS) {
        return Some(told);
    }
    let planes: Vec<Vec<Vec<Point2>>> = planes(contours).into_values().collect();
    let met = planes.par_iter().filter_map(|rings| tangle(rings, MOST_MEETINGS)).max()?;
    // The count ends early where it would take too long: then it is less than all crossings.
    let more = if met > MOST_MEETINGS { "" } else { ", and more that were not counted," };
    Some(format!(
        "contours that cross or touch {met} times{more} on a plane, but at most {MOST_MEETINGS} crossings"
    ))
}

/// The rings of each plane, in coordinates that keep what crosses.
fn planes(contours: &[Contour]) -> BTreeMap<(usize, i64), Vec<Vec<Point2>>> {
    let mut out: BTreeMap<(usize, i64), Vec<Vec<Point2>>> = BTreeMap::new();
    for contour in contours.iter().filter(|c| c.kind.is_closed() && c.points_mm.len() > 2) {
        let normal = contour.double_area();
        // Along the axis that the plane is steepest to, nothing is folded onto itself.
        let axis = (0..3).max_by(|&a, &b| normal[a].abs().total_cmp(&normal[b].abs())).unwrap_or(2);
        let [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
        let n = contour.points_mm.len() as f64;
        let middle = contour.points_mm.iter().map(|p| p[axis]).sum::<f64>() / n;
        let ring = contour.points_mm.iter().map(|p| [p[u], p[v]]).collect();
        out.entry((axis, (middle / PLANE_MM).round() as i64)).or_default().push(ring);
    }
    out
}

/// How many parts contours make at least: those of neighbouring planes whose boxes do not meet hang
/// together nowhere.
fn parts(contours: &[Contour]) -> usize {
    let planes = planes(contours);
    if planes.values().map(Vec::len).sum::<usize>() <= MOST_PARTS {
        return 0;
    }
    let boxes = |rings: &Vec<Vec<Point2>>| -> Vec<[f64; 4]> {
        let of = |ring: &Vec<Point2>| {
            ring.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, p| {
                [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]
            })
        };
        let mut boxes: Vec<[f64; 4]> = rings.iter().map(of).collect();
        boxes.sort_by(|a, b| a[0].total_cmp(&b[0]));
        boxes
    };
    let mut joined = Joined::default();
    let mut before: Vec<([f64; 4], usize)> = Vec::new();
    for rings in planes.values() {
        let here: Vec<([f64; 4], usize)> =
            boxes(rings).into_iter().map(|b| (b, joined.add())).collect();
        // Both from left to right: a box looks at those that begin before it ends.
        let mut all: Vec<(bool, [f64; 4], usize)> = here.iter().map(|h| (true, h.0, h.1)).collect();
        all.extend(before.iter().map(|h| (false, h.0, h.1)));
        all.sort_by(|a, b| a.1[0].total_cmp(&b.1[0]));
        for (k, a) in all.iter().enumerate() {
            for b in all[k + 1..].iter().take_while(|b| b.1[0] <= a.1[2]) {
                // On one plane too: a hole lies within the box of its ring.
                if (a.0 || b.0) && a.1[1] <= b.1[3] && b.1[1] <= a.1[3] {
                    joined.join(a.2, b.2);
                }
            }
        }
        before = here;
    }
    joined.count
}

/// What a mask is made of.
struct Count {
    /// In space, joined along the sides of pixels.
    parts: usize,
    /// Pieces and holes, plane by plane.
    pieces: usize,
}

impl Count {
    fn from_slices(mask: &Slices) -> Self {
        // A piece or hole needs a run of pixels.
        let runs = |s: &Slice| {
            let rows = s.values.chunks(s.size[0].max(1));
            rows.map(|row| row.chunk_by(|a, b| half(a) == half(b)).count()).sum::<usize>()
        };
        if mask.slices().iter().map(runs).sum::<usize>() <= MOST_PARTS {
            return Self { parts: 0, pieces: 0 };
        }
        let pieces = mask.slices().par_iter().map(of_slice).sum();
        let least = mask.slices().first().map(|s| s.first_mm).unwrap_or_default();
        let offset = |s: &Slice| {
            let way = s.first_mm - least;
            [0, 1].map(|k| (way.dot(&mask.axes()[k]) / mask.spacing_mm()[k]).round() as i64)
        };
        let normal = mask.axes()[0].cross(&mask.axes()[1]);
        let along = |p: &Point3| normal.dot(&p.coords);
        let mut empty: Vec<f64> = mask.empty_mm().iter().map(along).collect();
        empty.sort_by(f64::total_cmp);
        let mut joined = Joined::default();
        let mut before: HashMap<[i64; 2], usize> = HashMap::new();
        let mut last = f64::NAN;
        for slice in mask.slices() {
            let at = offset(slice);
            let here_w = along(&slice.first_mm);
            let (lo, hi) = (last.min(here_w), last.max(here_w));
            // A plane that is known to be empty parts what lies on its two sides.
            if empty.get(empty.partition_point(|w| *w <= lo)).is_some_and(|w| *w < hi) {
                before.clear();
            }
            last = here_w;
            let mut here = HashMap::new();
            let inside = slice.values.iter().enumerate().filter(|(_, v)| half(v));
            for (n, _) in inside {
                let [x, y] = [n % slice.size[0], n / slice.size[0]].map(|k| k as i64);
                let place = [x + at[0], y + at[1]];
                let own = joined.add();
                for beside in [[place[0] - 1, place[1]], [place[0], place[1] - 1]] {
                    if let Some(&other) = here.get(&beside) {
                        joined.join(own, other);
                    }
                }
                if let Some(&other) = before.get(&place) {
                    joined.join(own, other);
                }
                here.insert(place, own);
            }
            before = here;
        }
        Self { parts: joined.count, pieces }
    }
}

fn half(value: &u8) -> bool {
    *value >= 128
}

/// Things that are joined two by two.
#[derive(Default)]
struct Joined {
    parent: Vec<u32>,
    /// How many are apart.
    count: usize,
}

impl Joined {
    fn add(&mut self) -> usize {
        self.parent.push(self.parent.len() as u32);
        self.count += 1;
        self.parent.len() - 1
    }

    fn root(&mut self, mut i: usize) -> usize {
        while self.parent[i] as usize != i {
            self.parent[i] = self.parent[self.parent[i] as usize];
            i = self.parent[i] as usize;
        }
        i
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.parent[a.max(b)] = a.min(b) as u32;
            self.count -= 1;
        }
    }
}

/// Parts of a slice, inside and outside, that hang together along their sides; without the
/// outside that surrounds all.
fn of_slice(slice: &Slice) -> usize {
    let [nx, ny] = slice.size.map(|n| n + 2);
    let is_in = |x: usize, y: usize| {
        let place = x.checked_sub(1).zip(y.checked_sub(1));
        place.is_some_and(|(x, y)| {
            x < slice.size[0] && y < slice.size[1] && half(&slice.values[y * slice.size[0] + x])
        })
    };
    let mut joined = Joined::default();
    for y in 0..ny {
        for x in 0..nx {
            let (here, own) = (is_in(x, y), joined.add());
            if x > 0 && is_in(x - 1, y) == here {
                joined.join(own, own - 1);
            }
            if y > 0 && is_in(x, y - 1) == here {
                joined.join(own, own - nx);
            }
        }
    }
    joined.count - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use thecal_geom::{ContourKind, Vector3};

    fn mask(size: [usize; 2], value: impl Fn(usize, usize) -> bool) -> Slices {
        let values = (0..size[0] * size[1])
            .map(|n| if value(n % size[0], n / size[0]) { 255 } else { 0 })
            .collect();
        let slice = Slice { first_mm: Point3::origin(), size, values };
        Slices::new([Vector3::x(), Vector3::y()], [1.0; 2], vec![slice], Vec::new()).unwrap()
    }

    #[test]
    fn pieces_and_holes_are_counted() {
        let frame = mask([9, 9], |x, y| x < 6 && y < 6 && (x, y) != (2, 2) || (x, y) == (8, 8));
        // The frame, its hole, and the speck.
        assert_eq!(of_slice(&frame.slices()[0]), 3);
        assert_eq!(too_many(&[], Some(&frame)), None);
        let checker = mask([300, 300], |x, y| (x + y) % 2 == 0);
        let told = too_many(&[], Some(&checker)).unwrap();
        assert!(told.starts_with("45000 separate parts"), "{told}");
        // A plate with many holes is one part.
        let sieve = mask([400, 400], |x, y| x % 2 == 0 || y % 2 == 0);
        let told = too_many(&[], Some(&sieve)).unwrap();
        assert!(told.starts_with("39602 pieces and holes"), "{told}");
        let solid = mask([300, 300], |x, y| x > 3 && y > 5);
        assert_eq!(too_many(&[], Some(&solid)), None);
    }

    #[test]
    fn specks_of_contours_are_counted_and_a_stack_of_rings_is_one() {
        let square = |number: usize, x: f64, z: f64| {
            let corner = |(dx, dy)| Point3::new(x + dx, dy, z);
            let points_mm = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(corner).to_vec();
            Contour { number, kind: ContourKind::ClosedPlanar, points_mm }
        };
        let specks: Vec<Contour> =
            (0..1500).map(|k| square(k, 3.0 * (k % 50) as f64, 9.0 * (k / 50) as f64)).collect();
        // Neighbouring planes hold each a speck at the same place: fifty columns.
        assert_eq!(parts(&specks), 50);
        let apart = |k: usize| square(k, 3.0 * k as f64, 9.0 * (k % 7) as f64);
        let told = too_many(&(0..1500).map(apart).collect::<Vec<_>>(), None).unwrap();
        assert!(told.starts_with("1500 separate parts"), "{told}");
    }

    #[test]
    fn contours_that_cross_without_end_are_counted() {
        let star = |n: usize| {
            let step = (n / 2 - 1) as f64 / n as f64 * std::f64::consts::TAU;
            let at = |i: usize| (step * i as f64).sin_cos();
            let points_mm = (0..n).map(at).map(|(y, x)| Point3::new(9.0, 50.0 * x, 50.0 * y));
            let kind = ContourKind::ClosedPlanar;
            vec![Contour { number: 1, kind, points_mm: points_mm.collect() }]
        };
        assert!(too_many(&star(4001), None).unwrap().contains("contours that cross"));
        assert_eq!(too_many(&star(401), None), None);
    }
}
