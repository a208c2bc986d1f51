//! Second and third pass: along columns, in tiles of sixteen neighbouring columns.
//!
//! A cache line holds sixteen columns, so a tile reads and writes whole lines and no transposed
//! copy of the volume is made. All columns of a tile are worked on together, which vectorises:
//! searched outwards where the nearest voxel is near, and by halves where it is far (the position
//! of the minimum never moves back along a column: the matrix of heights plus squared distances
//! is totally monotone). Only where the columns of a tile have little in common does each get its
//! own lower envelope. Which way is taken depends on the values alone.

use super::border::Border;
use super::envelope::Envelope;
use super::squares::square;

/// Columns of a tile: one cache line of `f32`.
pub(super) const LANES: usize = 16;
/// Tiles gathered together: 512 neighbouring bytes from every row.
const TILES: usize = 8;
/// Steps of the outward search before another way is cheaper.
const NEAR: usize = 16;
/// Rows that are searched between the same two neighbours, and one more.
const SHARED: usize = 8;
/// Heights looked at per row in the search by halves before the envelope is cheaper.
const BUDGET: usize = 40;

type Lanes = [f32; LANES];

/// What to do along the columns of a plane.
pub(super) struct ColumnPass {
    pub(super) spacing_mm: f64,
    pub(super) limit2_mm2: f32,
    pub(super) border: Border,
    /// Roots are taken when the last pass writes.
    pub(super) root: bool,
}

/// Room for one thread's work.
pub(super) struct Scratch {
    tiles: Vec<Lanes>,
    part: Vec<Lanes>,
    found: Vec<Lanes>,
    work: Work,
}

impl Scratch {
    pub(super) fn new(n: usize, spacing_mm: f64) -> Self {
        // Off the powers of two, so that the columns of a transposed tile do not share cache sets.
        let stride = n + LANES + 1;
        Self {
            tiles: vec![[0.0; LANES]; TILES * n],
            part: vec![[0.0; LANES]; n],
            found: vec![[0.0; LANES]; n],
            work: Work {
                column: vec![0.0; stride * LANES],
                lowest: vec![0.0; stride * LANES],
                stride,
                envelope: Envelope::new(n, spacing_mm),
                span: vec![[0; 2]; n],
                squares: (0..=n).map(|d| square(d, (spacing_mm * spacing_mm) as f32)).collect(),
            },
        }
    }
}

impl ColumnPass {
    /// Minimum over each column of height plus squared distance, in place.
    #[inline(always)]
    pub(super) fn run<const SIGNED: bool>(&self, rows: &mut [&mut [f32]], scratch: &mut Scratch) {
        let n = rows.len();
        let width = rows.first().map_or(0, |r| r.len());
        let s2 = (self.spacing_mm * self.spacing_mm) as f32;
        let mut x0 = 0;
        while x0 < width {
            let x1 = (x0 + TILES * LANES).min(width);
            let count = (x1 - x0).div_ceil(LANES);
            for (j, row) in rows.iter().enumerate() {
                for (t, piece) in row[x0..x1].chunks(LANES).enumerate() {
                    let to = &mut scratch.tiles[t * n + j];
                    if let Ok(whole) = <&Lanes>::try_from(piece) {
                        *to = *whole;
                    } else {
                        *to = [0.0; LANES];
                        to[..piece.len()].copy_from_slice(piece);
                    }
                }
            }
            for t in 0..count {
                let at = x0 + t * LANES;
                let used = LANES.min(x1 - at);
                if !self.tile::<SIGNED>(t * n, n, used, s2, scratch) {
                    continue;
                }
                for (row, found) in rows.iter_mut().zip(&scratch.found) {
                    if let Ok(to) = <&mut Lanes>::try_from(&mut row[at..at + used]) {
                        *to = if self.root { found.map(signed_root) } else { *found };
                    } else {
                        for (to, &f) in row[at..].iter_mut().zip(&found[..used]) {
                            *to = if self.root { signed_root(f) } else { f };
                        }
                    }
                }
            }
            x0 = x1;
        }
    }

    /// Works on one tile; false when it stays as it was.
    #[inline(always)]
    fn tile<const SIGNED: bool>(
        &self,
        first: usize,
        n: usize,
        used: usize,
        s2: f32,
        scratch: &mut Scratch,
    ) -> bool {
        let Scratch { tiles, part, found, work } = scratch;
        let tile = &tiles[first..first + n];
        if !SIGNED {
            // Nothing but infinities or nothing but zeros stays what it is, root or not.
            let (mut finite, mut positive) = (false, false);
            for lanes in tile {
                for &v in &lanes[..used] {
                    finite |= v < f32::INFINITY;
                    positive |= v > 0.0;
                }
            }
            if !finite || !positive {
                return false;
            }
            self.minimum(tile, found, s2, used, Border::Open, work);
            return true;
        }
        let (mut outside, mut inside) = (false, false);
        for lanes in tile {
            for &v in lanes {
                outside |= v > 0.0;
                inside |= v < 0.0;
            }
        }
        let positive = |v: f32| if v > 0.0 { v } else { 0.0 };
        if outside {
            for (p, t) in part.iter_mut().zip(tile) {
                *p = t.map(positive);
            }
            self.minimum(part, found, s2, used, Border::Open, work);
        }
        if inside {
            for (p, t) in part.iter_mut().zip(tile) {
                *p = t.map(|v| positive(-v));
            }
            if !outside {
                self.minimum(part, found, s2, used, self.border, work);
                for f in found.iter_mut() {
                    *f = f.map(|v| -v);
                }
                return true;
            }
            // The first result waits in the tile, which is no longer needed.
            let kept = &mut tiles[first..first + n];
            for (k, f) in kept.iter_mut().zip(found.iter()) {
                let (was, f) = (*k, *f);
                for l in 0..LANES {
                    k[l] = if was[l] < 0.0 { -1.0 } else { f[l] };
                }
            }
            self.minimum(part, found, s2, used, self.border, work);
            for (k, f) in kept.iter().zip(found.iter_mut()) {
                let (k, inner) = (*k, *f);
                for l in 0..LANES {
                    f[l] = if k[l] < 0.0 { -inner[l] } else { k[l] };
                }
            }
        }
        outside || inside
    }

    #[inline(always)]
    fn minimum(
        &self,
        tile: &[Lanes],
        found: &mut [Lanes],
        s2: f32,
        used: usize,
        border: Border,
        work: &mut Work,
    ) {
        let n = tile.len();
        if !self.near(tile, found, s2, border) {
            if !work.by_halves(tile, found) {
                work.by_envelope(tile, found, used);
            }
            if border == Border::Background {
                for (i, f) in found.iter_mut().enumerate() {
                    let edge = edge2(i, n, s2);
                    *f = f.map(|v| if edge < v { edge } else { v });
                }
            }
        }
        if self.limit2_mm2 < f32::INFINITY {
            let limit2 = self.limit2_mm2;
            for f in found.iter_mut() {
                *f = f.map(|v| if v > limit2 { f32::INFINITY } else { v });
            }
        }
    }

    /// The outward search; false when it would have to go far.
    #[inline(always)]
    fn near(&self, tile: &[Lanes], found: &mut [Lanes], s2: f32, border: Border) -> bool {
        let n = tile.len();
        // In a narrow band the search never goes beyond it.
        let reach = (self.limit2_mm2 / s2).sqrt();
        let limit = if reach < 4.0 * NEAR as f32 { reach as usize + 1 } else { NEAR };
        let bounded = reach < 4.0 * NEAR as f32;
        for i in 0..n {
            let mut best = tile[i];
            if border == Border::Background {
                let edge = edge2(i, n, s2);
                best = best.map(|v| if edge < v { edge } else { v });
            }
            let mut d = 1;
            loop {
                let step = square(d, s2);
                let mut open = false;
                for b in best {
                    open |= b > step;
                }
                if !open || (d > i && i + d >= n) {
                    break;
                }
                if d > limit {
                    if bounded {
                        break;
                    }
                    return false;
                }
                // Two steps to one question, which costs more than a step.
                let end = d + 2;
                while d < end {
                    let step = square(d, s2);
                    if d <= i {
                        lower(&mut best, &tile[i - d], step);
                    }
                    if i + d < n {
                        lower(&mut best, &tile[i + d], step);
                    }
                    d += 1;
                }
            }
            found[i] = best;
        }
        true
    }
}

/// What the ways of finding the minimum need.
struct Work {
    column: Vec<f32>,
    lowest: Vec<f32>,
    stride: usize,
    envelope: Envelope,
    /// First and last position of the minimum over the lanes, per row.
    span: Vec<[u32; 2]>,
    squares: Vec<f32>,
}

impl Work {
    /// Rows in the order of halves; each searches only between the minima of its neighbours that
    /// are already known. False when the lanes differ too much for that to pay.
    #[inline(always)]
    fn by_halves(&mut self, tile: &[Lanes], found: &mut [Lanes]) -> bool {
        let n = tile.len();
        let finite = |lanes: &Lanes| lanes.iter().fold(false, |any, &v| any | (v < f32::INFINITY));
        let Some(first) = tile.iter().position(finite) else {
            found[..n].copy_from_slice(tile);
            return true;
        };
        let last = tile.iter().rposition(finite).unwrap_or(first);
        let mut budget = BUDGET * n;
        let mut half = n.next_power_of_two();
        while half >= SHARED {
            let mut i = half - 1;
            while i < n {
                if self.is_own_lowest(&tile[i]) {
                    found[i] = tile[i];
                    self.span[i] = [i as u32; 2];
                } else {
                    let lo = if i >= half { self.span[i - half][0] as usize } else { first };
                    let hi = if i + half < n { self.span[i + half][1] as usize } else { last };
                    let cost = hi - lo + 1;
                    if cost > budget {
                        return false;
                    }
                    budget -= cost;
                    let (best, at) = self.lowest_at(tile, i, lo, hi);
                    found[i] = best;
                    let (mut least, mut most) = (last as f32, first as f32);
                    for l in 0..LANES {
                        // A column without any height has no say.
                        let none = best[l] == f32::INFINITY;
                        let (low, high) =
                            if none { (last as f32, first as f32) } else { (at[l], at[l]) };
                        least = if low < least { low } else { least };
                        most = if high > most { high } else { most };
                    }
                    self.span[i] = [least as u32, most as u32];
                }
                i += 2 * half;
            }
            half /= 2;
        }
        // The rows in between share what their neighbours leave.
        for i0 in (0..n).step_by(SHARED) {
            let end = (i0 + SHARED - 1).min(n);
            let lo = if i0 > 0 { self.span[i0 - 1][0] as usize } else { first };
            let hi = if end < n { self.span[end][1] as usize } else { last };
            for i in i0..end {
                if self.is_own_lowest(&tile[i]) {
                    found[i] = tile[i];
                    continue;
                }
                let cost = hi - lo + 1;
                if cost > budget {
                    return false;
                }
                budget -= cost;
                found[i] = self.lowest(tile, i, lo, hi);
            }
        }
        true
    }

    /// True when no other height of the column can be lower here: all are a step away.
    #[inline(always)]
    fn is_own_lowest(&self, heights: &Lanes) -> bool {
        heights.iter().fold(true, |all, &v| all & (v <= self.squares[1]))
    }

    #[inline(always)]
    fn lowest(&self, tile: &[Lanes], i: usize, lo: usize, hi: usize) -> Lanes {
        let mut best = [f32::INFINITY; LANES];
        for (j, heights) in tile[lo..=hi].iter().enumerate() {
            lower(&mut best, heights, self.squares[(lo + j).abs_diff(i)]);
        }
        best
    }

    #[inline(always)]
    fn lowest_at(&self, tile: &[Lanes], i: usize, lo: usize, hi: usize) -> (Lanes, Lanes) {
        let mut best = [f32::INFINITY; LANES];
        // Positions as floats, exact below 2^24, so that they are chosen like the heights.
        let mut at = [lo as f32; LANES];
        for (j, heights) in tile[lo..=hi].iter().enumerate() {
            let step = self.squares[(lo + j).abs_diff(i)];
            let here = (lo + j) as f32;
            for l in 0..LANES {
                let v = heights[l] + step;
                at[l] = if v < best[l] { here } else { at[l] };
                best[l] = if v < best[l] { v } else { best[l] };
            }
        }
        (best, at)
    }

    #[inline(always)]
    fn by_envelope(&mut self, tile: &[Lanes], found: &mut [Lanes], used: usize) {
        let n = tile.len();
        for (i, lanes) in tile.iter().enumerate() {
            for (l, &v) in lanes.iter().enumerate() {
                self.column[l * self.stride + i] = v;
            }
        }
        for l in 0..used {
            let at = l * self.stride;
            self.envelope.lower(&self.column[at..at + n], &mut self.lowest[at..at + n]);
        }
        for (i, f) in found[..n].iter_mut().enumerate() {
            for (l, v) in f.iter_mut().enumerate() {
                *v = self.lowest[l * self.stride + i];
            }
        }
    }
}

#[inline(always)]
fn lower(best: &mut Lanes, other: &Lanes, step: f32) {
    for l in 0..LANES {
        let v = other[l] + step;
        best[l] = if v < best[l] { v } else { best[l] };
    }
}

/// Squared distance to the nearer of the two voxels just beyond the ends.
#[inline(always)]
fn edge2(i: usize, n: usize, s2: f32) -> f32 {
    square((i + 1).min(n - i), s2)
}

#[inline(always)]
pub(super) fn signed_root(v: f32) -> f32 {
    v.abs().sqrt().copysign(v)
}
