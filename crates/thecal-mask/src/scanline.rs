//! Regions of a contour plane on the columns of a grid: which are inside, which are near.

use crate::solid::StackFrame;
use thecal_geom::{Point2, Region, Vector3};
use thecal_voxel::Grid;

/// The columns of a grid as seen from the planes of a stack: they pass straight through them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lattice {
    origin: Point2,
    /// In-plane steps along i and j, mm.
    step: [Point2; 2],
    /// Inverse of the steps.
    inverse: [Point2; 2],
    first_w_mm: f64,
    w_step_mm: f64,
}

impl Lattice {
    /// None unless the grid's i and j lie in the planes and its k along their normal.
    pub(crate) fn new(grid: &Grid, frame: &StackFrame) -> Option<Self> {
        let origin = frame.stack_from_patient(grid.origin_mm());
        let column = |a: usize| -> Vector3 {
            let step = grid.patient_from_index_matrix().column(a).into_owned();
            frame.stack_from_patient(step.into()).coords
        };
        let (i, j, k) = (column(0), column(1), column(2));
        let [nx, ny, nz] = grid.size().map(|n| n as f64);
        // Under a thousandth of a millimetre over the whole grid.
        let off = (i.z.abs() * nx).max(j.z.abs() * ny).max(k.x.hypot(k.y) * nz);
        if off > 1e-3 {
            return None;
        }
        let det = i.x * j.y - i.y * j.x;
        Some(Self {
            origin: [origin.x, origin.y],
            step: [[i.x, i.y], [j.x, j.y]],
            inverse: [[j.y / det, -j.x / det], [-i.y / det, i.x / det]],
            first_w_mm: origin.z,
            w_step_mm: k.z,
        })
    }

    /// Position of a slice along the stack's normal, mm.
    pub(crate) fn w_mm(&self, k: usize) -> f64 {
        self.first_w_mm + self.w_step_mm * k as f64
    }

    /// Distance of two slices, mm.
    pub(crate) fn slice_mm(&self) -> f64 {
        self.w_step_mm.abs()
    }

    /// The largest step along any axis, mm.
    pub(crate) fn step_mm(&self) -> f64 {
        let len = |s: Point2| s[0].hypot(s[1]);
        len(self.step[0]).max(len(self.step[1])).max(self.slice_mm())
    }

    /// Plane coordinates of a column, mm.
    pub(crate) fn uv(&self, column: [usize; 2]) -> Point2 {
        let (i, j) = (column[0] as f64, column[1] as f64);
        [0, 1].map(|a| self.origin[a] + self.step[0][a] * i + self.step[1][a] * j)
    }

    /// A region's rings in columns.
    pub(crate) fn rings(&self, region: &Region) -> Vec<Vec<Point2>> {
        let to = |p: &Point2| {
            let d = [p[0] - self.origin[0], p[1] - self.origin[1]];
            [0, 1].map(|a| self.inverse[a][0] * d[0] + self.inverse[a][1] * d[1])
        };
        region.rings().iter().map(|r| r.iter().map(to).collect()).collect()
    }
}

/// A rectangle of columns: `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) start: [usize; 2],
    pub(crate) end: [usize; 2],
}

impl Window {
    pub(crate) fn width(&self) -> usize {
        self.end[0] - self.start[0]
    }

    pub(crate) fn len(&self) -> usize {
        self.width() * (self.end[1] - self.start[1])
    }

    pub(crate) fn column(&self, c: usize) -> [usize; 2] {
        [self.start[0] + c % self.width(), self.start[1] + c / self.width()]
    }
}

/// The columns that the rings cover, `pad` wider, as far as the grid goes.
pub(crate) fn window<'a>(
    rings: impl Iterator<Item = &'a Vec<Point2>>,
    pad: f64,
    size: [usize; 2],
) -> Option<Window> {
    let (mut lo, mut hi) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for p in rings.flatten() {
        for a in 0..2 {
            lo[a] = lo[a].min(p[a]);
            hi[a] = hi[a].max(p[a]);
        }
    }
    let start = [0, 1].map(|a| (lo[a] - pad).floor().max(0.0));
    let end = [0, 1].map(|a| ((hi[a] + pad).ceil() + 1.0).min(size[a] as f64));
    if (0..2).any(|a| end[a].is_nan() || start[a] >= end[a]) {
        return None;
    }
    Some(Window { start: start.map(|x| x as usize), end: end.map(|x| x as usize) })
}

/// Even-odd inside of every column of a window, by half-open crossings along its rows.
pub(crate) fn inside(rings: &[Vec<Point2>], window: &Window) -> Vec<bool> {
    let rows = window.end[1] - window.start[1];
    let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); rows];
    for ring in rings {
        for (n, &a) in ring.iter().enumerate() {
            let b = ring[(n + 1) % ring.len()];
            let (low, high) = if a[1] < b[1] { (a, b) } else { (b, a) };
            let first = (low[1].ceil() - window.start[1] as f64).max(0.0) as usize;
            for (row, list) in crossings.iter_mut().enumerate().skip(first) {
                let y = (window.start[1] + row) as f64;
                if y >= high[1] {
                    break;
                }
                list.push(low[0] + (y - low[1]) * (high[0] - low[0]) / (high[1] - low[1]));
            }
        }
    }
    let width = window.width();
    let mut out = vec![false; window.len()];
    for (list, row) in crossings.iter_mut().zip(out.chunks_exact_mut(width)) {
        list.sort_by(f64::total_cmp);
        for pair in list.chunks_exact(2) {
            let at = |x: f64| (x.ceil() - window.start[0] as f64).clamp(0.0, width as f64) as usize;
            row[at(pair[0])..at(pair[1])].fill(true);
        }
    }
    out
}

/// The columns within `reach` columns of an outline, and some that are a little further.
pub(crate) fn near(rings: &[Vec<Point2>], window: &Window, reach: f64) -> Vec<bool> {
    let mut out = vec![false; window.len()];
    let width = window.width();
    for ring in rings {
        for (n, &a) in ring.iter().enumerate() {
            let b = ring[(n + 1) % ring.len()];
            // Long edges in pieces, so that a slanted one does not mark the box around it.
            let pieces = ((b[0] - a[0]).hypot(b[1] - a[1]) / reach).ceil().max(1.0);
            let at = |t: f64| [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
            for piece in 0..pieces as usize {
                let (p, q) = (at(piece as f64 / pieces), at((piece + 1) as f64 / pieces));
                let span = |axis: usize| {
                    let lo = p[axis].min(q[axis]) - reach;
                    let hi = p[axis].max(q[axis]) + reach;
                    // A ring may leave the grid on any side.
                    let (start, end) = (window.start[axis], window.end[axis]);
                    let on = |x: f64| x.clamp(start as f64, end as f64) as usize - start;
                    let (from, to) = (on(lo.ceil()), on(hi.floor() + 1.0));
                    from..to.max(from)
                };
                let (x, y) = (span(0), span(1));
                for row in y {
                    out[row * width..(row + 1) * width][x.clone()].fill(true);
                }
            }
        }
    }
    out
}

/// Pixels at least half of whose `n` by `n` points lie inside.
pub(crate) fn supersampled(rings: &[Vec<Point2>], window: &Window, n: usize) -> Vec<bool> {
    let fine: Vec<Vec<Point2>> = rings
        .iter()
        .map(|ring| {
            // Points at the middles of the n parts of a pixel become whole numbers.
            let to = |p: &Point2| [0, 1].map(|a| (p[a] + 0.5) * n as f64 - 0.5);
            ring.iter().map(to).collect()
        })
        .collect();
    let of = |x: [usize; 2]| x.map(|x| x * n);
    let points = Window { start: of(window.start), end: of(window.end) };
    let set = inside(&fine, &points);
    let mut count = vec![0_usize; window.len()];
    for (at, _) in set.iter().enumerate().filter(|x| *x.1) {
        let (x, y) = (at % points.width() / n, at / points.width() / n);
        count[y * window.width() + x] += 1;
    }
    count.into_iter().map(|c| 2 * c >= n * n).collect()
}

/// Rings rounded to pixels, each filled with its outline, taken against each other.
pub(crate) fn inclusive(rings: &[Vec<Point2>], window: &Window) -> Vec<bool> {
    let mut out = vec![false; window.len()];
    for ring in rings {
        for (o, one) in out.iter_mut().zip(filled(std::slice::from_ref(ring), window)) {
            *o ^= one;
        }
    }
    out
}

/// Rings rounded to pixels and filled together by even-odd, with the outlines of all of them.
pub(crate) fn filled(rings: &[Vec<Point2>], window: &Window) -> Vec<bool> {
    // Halves go to even numbers, as numpy and the programs on it round.
    let rounded = |r: &Vec<Point2>| r.iter().map(|p| p.map(f64::round_ties_even)).collect();
    let rounded: Vec<Vec<Point2>> = rings.iter().map(rounded).collect();
    let mut out = inside(&rounded, window);
    for ring in &rounded {
        for (n, &a) in ring.iter().enumerate() {
            line(&mut out, window, a, ring[(n + 1) % ring.len()]);
        }
    }
    out
}

/// The pixels of a line between two pixels, one for each step along its longer axis. It runs from
/// its left end, and a pixel half way between two is the one nearer to that end's side, as OpenCV
/// draws lines of eight neighbours.
fn line(out: &mut [bool], window: &Window, a: Point2, b: Point2) {
    let (a, b) = if a[0] <= b[0] { (a, b) } else { (b, a) };
    let d = [b[0] - a[0], b[1] - a[1]];
    let long = usize::from(d[1].abs() > d[0].abs());
    let steps = d[long].abs();
    for s in 0..=steps as usize {
        let s = s as f64;
        let aside = if steps > 0.0 { (s * d[1 - long].abs() / steps - 0.5).ceil() } else { 0.0 };
        let mut at = a;
        at[long] += s * d[long].signum();
        at[1 - long] += aside * d[1 - long].signum();
        let on = (0..2).all(|x| at[x] >= window.start[x] as f64 && at[x] < window.end[x] as f64);
        if on {
            let [i, j] = [0, 1].map(|x| at[x] as usize - window.start[x]);
            out[j * window.width() + i] = true;
        }
    }
}

/// The fraction of each pixel's area inside the rings, by the signed areas that their edges cut
/// off to the right; exact for rings that do not cross.
pub(crate) fn area_fraction(rings: &[Vec<Point2>], window: &Window) -> Vec<f64> {
    let (width, height) = (window.width(), window.end[1] - window.start[1]);
    // One more column takes what lies beyond the right side.
    let mut sums = vec![0.0; (width + 1) * height];
    for (number, ring) in rings.iter().enumerate() {
        let sign = orientation(rings, number);
        for (n, a) in ring.iter().enumerate() {
            let b = ring[(n + 1) % ring.len()];
            // Pixel (i, j) covers i - 0.5 to i + 0.5: shift to whole borders.
            let shift = |p: &Point2| [0, 1].map(|x| p[x] + 0.5 - window.start[x] as f64);
            edge_area(&mut sums, width, height, shift(a), shift(&b), sign);
        }
    }
    let mut out = Vec::with_capacity(width * height);
    for row in sums.chunks_exact(width + 1) {
        let mut total = 0.0;
        for s in &row[..width] {
            total += s;
            out.push(f64::clamp(total, 0.0, 1.0));
        }
    }
    out
}

/// One where a ring runs so that its inside by even-odd lies on its left, else minus one.
fn orientation(rings: &[Vec<Point2>], number: usize) -> f64 {
    let ring = &rings[number];
    let twice: f64 = (0..ring.len())
        .map(|n| {
            let (a, b) = (ring[n], ring[(n + 1) % ring.len()]);
            (a[0] - ring[0][0]) * (b[1] - ring[0][1]) - (b[0] - ring[0][0]) * (a[1] - ring[0][1])
        })
        .sum();
    // How many other rings hold it, asked at the middle of its longest edge.
    let longest =
        (0..ring.len()).max_by(|&m, &n| length2(ring, m).total_cmp(&length2(ring, n))).unwrap_or(0);
    let (a, b) = (ring[longest], ring[(longest + 1) % ring.len()]);
    let p = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
    let depth =
        rings.iter().enumerate().filter(|(n, other)| *n != number && holds(other, p)).count();
    if (twice > 0.0) == (depth % 2 == 0) { 1.0 } else { -1.0 }
}

fn length2(ring: &[Point2], n: usize) -> f64 {
    let (a, b) = (ring[n], ring[(n + 1) % ring.len()]);
    (b[0] - a[0]).powi(2) + (b[1] - a[1]).powi(2)
}

fn holds(ring: &[Point2], p: Point2) -> bool {
    (0..ring.len()).fold(false, |inside, n| {
        let (a, b) = (ring[n], ring[(n + 1) % ring.len()]);
        let crosses = (a[1] > p[1]) != (b[1] > p[1])
            && p[0] < a[0] + (p[1] - a[1]) * (b[0] - a[0]) / (b[1] - a[1]);
        inside ^ crosses
    })
}

/// Adds what one edge cuts off to its right: per row the area within each pixel that it passes,
/// and the height for all pixels after them.
fn edge_area(sums: &mut [f64], width: usize, height: usize, a: Point2, b: Point2, sign: f64) {
    if a[1] == b[1] {
        return;
    }
    // An edge that runs down along y has the inside on its right.
    let (low, high, sign) = if a[1] < b[1] { (a, b, -sign) } else { (b, a, sign) };
    let slope = (high[0] - low[0]) / (high[1] - low[1]);
    let rows = low[1].floor().max(0.0) as usize..high[1].ceil().clamp(0.0, height as f64) as usize;
    for row in rows {
        let y0 = low[1].max(row as f64);
        let y1 = high[1].min((row + 1) as f64);
        if y1 <= y0 {
            continue;
        }
        let (mut x, end) = (low[0] + (y0 - low[1]) * slope, low[0] + (y1 - low[1]) * slope);
        let mut y = y0;
        let line = &mut sums[row * (width + 1)..(row + 1) * (width + 1)];
        // Piece by piece between the borders of the pixels.
        loop {
            let pixel = if slope < 0.0 && x.fract() == 0.0 { x - 1.0 } else { x.floor() };
            let border = if slope > 0.0 { pixel + 1.0 } else { pixel };
            let done =
                slope == 0.0 || (slope > 0.0 && end <= border) || (slope < 0.0 && end >= border);
            let (nx, ny) = if done { (end, y1) } else { (border, y + (border - x) / slope) };
            let dy = sign * (ny - y);
            let i = pixel.clamp(0.0, width as f64);
            // The part of the pixel to the right of the piece, on average.
            let right = (i + 1.0 - 0.5 * (x + nx)).clamp(0.0, 1.0);
            line[i as usize] += dy * right;
            if (i as usize) < width {
                line[i as usize + 1] += dy * (1.0 - right);
            }
            if done {
                break;
            }
            (x, y) = (nx, ny);
        }
    }
}
