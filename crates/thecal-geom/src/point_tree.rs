//! Nearest of a fixed set of points in space: a k-d tree laid out in one array.

use crate::Point3;

/// A k-d tree over points, mm.
#[derive(Debug, Clone)]
pub struct PointTree {
    /// Points in tree order: the middle of each range splits it along its depth's axis.
    points: Vec<(Point3, u32)>,
}

const LEAF: usize = 8;

impl PointTree {
    /// Builds the tree; indices in answers are positions in `points`.
    #[must_use]
    pub fn new(points: impl IntoIterator<Item = Point3>) -> Self {
        let mut points: Vec<_> = points.into_iter().zip(0_u32..).collect();
        build(&mut points, 0);
        Self { points }
    }

    /// True without points.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Index and distance (mm) of the nearest point that is nearer than `within_mm`.
    #[must_use]
    pub fn nearest(&self, q: Point3, within_mm: f64) -> Option<(usize, f64)> {
        let mut search = Search { q, best: u32::MAX, best2: within_mm * within_mm, any: false };
        search.descend(&self.points, 0, [0.0; 3]);
        (search.best != u32::MAX).then(|| (search.best as usize, search.best2.sqrt()))
    }

    /// True when some point is nearer than `within_mm`.
    #[must_use]
    pub fn any_within(&self, q: Point3, within_mm: f64) -> bool {
        let mut search = Search { q, best: u32::MAX, best2: within_mm * within_mm, any: true };
        search.descend(&self.points, 0, [0.0; 3]);
        search.best != u32::MAX
    }
}

fn build(points: &mut [(Point3, u32)], axis: usize) {
    if points.len() <= LEAF {
        return;
    }
    let mid = points.len() / 2;
    points.select_nth_unstable_by(mid, |a, b| a.0[axis].total_cmp(&b.0[axis]));
    let (lo, hi) = points.split_at_mut(mid);
    build(lo, (axis + 1) % 3);
    build(&mut hi[1..], (axis + 1) % 3);
}

/// One query under way.
struct Search {
    q: Point3,
    best: u32,
    best2: f64,
    /// Any point within the bound will do.
    any: bool,
}

impl Search {
    fn look(&mut self, p: &(Point3, u32)) {
        let d2 = (p.0 - self.q).norm_squared();
        if d2 < self.best2 {
            self.best2 = d2;
            self.best = p.1;
        }
    }

    /// `off` is how far the query lies outside the range's cell along each axis (Arya and Mount
    /// 1993, doi 10.1145/167088.167147): their squares add up to a bound for the whole range.
    fn descend(&mut self, points: &[(Point3, u32)], axis: usize, off: [f64; 3]) {
        if points.len() <= LEAF {
            points.iter().for_each(|p| self.look(p));
            return;
        }
        let mid = points.len() / 2;
        let past = self.q[axis] - points[mid].0[axis];
        let (lo, hi) = (&points[..mid], &points[mid + 1..]);
        let (near, far) = if past < 0.0 { (lo, hi) } else { (hi, lo) };
        let next = (axis + 1) % 3;
        self.descend(near, next, off);
        if self.any && self.best != u32::MAX {
            return;
        }
        let mut beyond = off;
        beyond[axis] = past;
        if beyond.iter().map(|x| x * x).sum::<f64>() < self.best2 {
            self.look(&points[mid]);
            self.descend(far, next, beyond);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_linear_search() {
        let mut state = 7_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 27)
        };
        let points: Vec<Point3> =
            (0..500).map(|_| Point3::new(next(), 3.0 * next(), next())).collect();
        let tree = PointTree::new(points.iter().copied());
        for _ in 0..200 {
            let q = Point3::new(next(), next(), 5.0 * next());
            let brute = points.iter().map(|p| (p - q).norm()).fold(f64::INFINITY, f64::min);
            let (i, d) = tree.nearest(q, f64::INFINITY).unwrap();
            assert_eq!(d, brute);
            assert_eq!((points[i] - q).norm(), brute);
            assert!(tree.nearest(q, 0.999 * brute).is_none());
            assert!(tree.any_within(q, 1.001 * brute) && !tree.any_within(q, 0.999 * brute));
        }
    }
}
