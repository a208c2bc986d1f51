//! Horizontal bands over the edges of a region, for the parity of a ray.

use crate::ring::Point2;

/// Edges by the bands of equal height that they pass through.
#[derive(Debug, Clone)]
pub(crate) struct EdgeSlabs {
    lo_mm: f64,
    per_mm: f64,
    start: Vec<u32>,
    edges: Vec<u32>,
}

/// Bands that an edge stands in, in the mean.
const MOST_EACH: f64 = 16.0;

impl EdgeSlabs {
    /// Bands over edges whose second coordinates lie from `lo_mm` to `hi_mm`.
    pub(crate) fn new(
        edges: impl ExactSizeIterator<Item = (Point2, Point2)> + Clone,
        [lo_mm, hi_mm]: [f64; 2],
    ) -> Self {
        let height = hi_mm - lo_mm;
        // Long edges stand in many bands: as many as keep all lists together within a few times
        // the number of edges, so that a tall zigzag takes no more memory than another ring.
        let long_mm: f64 = edges.clone().map(|(a, b)| (b[1] - a[1]).abs()).sum();
        let most = (MOST_EACH * edges.len() as f64 * height / long_mm.max(height)).max(1.0);
        let count = (edges.len() / 4).min(most as usize).clamp(1, 4096);
        let per_mm = if height > 0.0 { count as f64 / height } else { 0.0 };
        let at = |y: f64| (((y - lo_mm) * per_mm) as usize).min(count - 1);
        let span = |(a, b): (Point2, Point2)| {
            let (lo, hi) = if a[1] < b[1] { (a[1], b[1]) } else { (b[1], a[1]) };
            (at(lo), at(hi))
        };
        let mut start = vec![0_u32; count + 1];
        for e in edges.clone() {
            let (b0, b1) = span(e);
            for s in &mut start[b0 + 1..=b1 + 1] {
                *s += 1;
            }
        }
        for i in 0..count {
            start[i + 1] += start[i];
        }
        let mut fill = start.clone();
        let mut list = vec![0_u32; start[count] as usize];
        for (i, e) in edges.enumerate() {
            let (b0, b1) = span(e);
            for f in &mut fill[b0..=b1] {
                list[*f as usize] = i as u32;
                *f += 1;
            }
        }
        Self { lo_mm, per_mm, start, edges: list }
    }

    /// The edges of the band at `y`, which must not lie below the lowest.
    pub(crate) fn at(&self, y: f64) -> &[u32] {
        let band = (((y - self.lo_mm) * self.per_mm) as usize).min(self.start.len() - 2);
        &self.edges[self.start[band] as usize..self.start[band + 1] as usize]
    }

    /// The edges of each band in turn.
    pub(crate) fn all(&self) -> impl Iterator<Item = &[u32]> {
        self.start.windows(2).map(|w| &self.edges[w[0] as usize..w[1] as usize])
    }
}
