//! Masks on a pixel lattice, and the three outlines that programs draw of them.

use std::collections::BTreeMap;

/// Pixels that are in or out, row by row. A margin of pixels that are out is taken for granted.
#[derive(Debug, Clone)]
pub(super) struct Mask {
    pub(super) columns: usize,
    pub(super) inside: Vec<bool>,
}

/// A lattice edge that an outline crosses, from a pixel inside to its neighbour outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crossing {
    /// Column and row of the pixel inside.
    pub(super) inside: [i32; 2],
    /// Column and row of the pixel outside.
    pub(super) outside: [i32; 2],
}

impl Mask {
    /// The pixels for which `inside` holds, by column and row.
    pub(super) fn new(
        [columns, rows]: [usize; 2],
        mut inside: impl FnMut(usize, usize) -> bool,
    ) -> Self {
        let mut out = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                out.push(inside(column, row));
            }
        }
        Self { columns, inside: out }
    }

    fn rows(&self) -> usize {
        self.inside.len() / self.columns.max(1)
    }

    pub(super) fn get(&self, column: i32, row: i32) -> bool {
        let (Ok(c), Ok(r)) = (usize::try_from(column), usize::try_from(row)) else {
            return false;
        };
        c < self.columns && r < self.rows() && self.inside[r * self.columns + c]
    }

    /// The outlines as closed chains of crossed edges, the inside on their left (columns to the
    /// right, rows upward). Where two pixels touch at a corner, `joined` says whether the outline
    /// runs round both: none joins always.
    pub(super) fn outlines(&self, joined: Option<&dyn Fn([i32; 2]) -> bool>) -> Vec<Vec<Crossing>> {
        let mut next = BTreeMap::new();
        for row in -1..self.rows() as i32 {
            for column in -1..self.columns as i32 {
                self.cell([column, row], joined, &mut next);
            }
        }
        let mut loops = Vec::new();
        while let Some((&first, _)) = next.first_key_value() {
            let mut chain = vec![first];
            let mut at = first;
            while let Some(to) = next.remove(&at) {
                if to == first {
                    break;
                }
                chain.push(to);
                at = to;
            }
            loops.push(chain);
        }
        loops
    }

    /// Adds the steps of the outline within the cell between four pixel centres.
    fn cell(
        &self,
        [c, r]: [i32; 2],
        joined: Option<&dyn Fn([i32; 2]) -> bool>,
        next: &mut BTreeMap<Crossing, Crossing>,
    ) {
        // Counterclockwise: the outline enters over the edge where the inside ends, going round,
        // and leaves over the one where it begins.
        let corners = [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1]];
        let inside = corners.map(|[c, r]| self.get(c, r));
        let begins = |k: usize| !inside[k] && inside[(k + 1) % 4];
        let ends = |k: usize| inside[k] && !inside[(k + 1) % 4];
        for k in (0..4).filter(|&k| ends(k)) {
            // Joined, the outline cuts off the corner that is out; else the one that is in.
            let saddle = (0..4).filter(|&k| ends(k)).count() == 2;
            let apart = saddle && joined.is_some_and(|joined| !joined([c, r]));
            let order = if apart { [3, 2, 1] } else { [1, 2, 3] };
            let leave = order.into_iter().map(|d| (k + d) % 4).find(|&j| begins(j));
            if let Some(j) = leave {
                let to = Crossing { inside: corners[(j + 1) % 4], outside: corners[j] };
                next.insert(Crossing { inside: corners[k], outside: corners[(k + 1) % 4] }, to);
            }
        }
    }

    /// The half level of marching squares, in pixels: points midway between pixel centres.
    pub(super) fn half_level(&self) -> Vec<Vec<[f64; 2]>> {
        let middle = |x: &Crossing| [0, 1].map(|k| 0.5 * f64::from(x.inside[k] + x.outside[k]));
        self.outlines(None).iter().map(|chain| chain.iter().map(middle).collect()).collect()
    }

    /// Polygons through the centres of the outermost pixels, eight-connected; those of fewer than
    /// three pixels bound nothing and are left out.
    pub(super) fn boundary_pixels(&self) -> Vec<Vec<[f64; 2]>> {
        let through = |chain: &Vec<Crossing>| {
            let mut pixels: Vec<[i32; 2]> = chain.iter().map(|x| x.inside).collect();
            pixels.dedup();
            while pixels.len() > 1 && pixels.first() == pixels.last() {
                pixels.pop();
            }
            pixels.into_iter().map(|p| p.map(f64::from)).collect::<Vec<_>>()
        };
        let outlines = self.outlines(None);
        outlines.iter().map(through).filter(|ring| ring.len() >= 3).collect()
    }

    /// Outlines along the pixels' edges, with every corner of a pixel on the way; pixels that
    /// touch at a corner alone are apart.
    pub(super) fn edges(&self) -> Vec<Vec<[f64; 2]>> {
        let corner = |x: &Crossing| {
            // The edge between the two pixels, with the inside on its left.
            let [dc, dr] = [x.outside[0] - x.inside[0], x.outside[1] - x.inside[1]];
            [
                f64::from(x.inside[0]) + 0.5 * f64::from(dc + dr),
                f64::from(x.inside[1]) + 0.5 * f64::from(dr - dc),
            ]
        };
        self.outlines(Some(&|_| false))
            .iter()
            .map(|chain| chain.iter().map(corner).collect())
            .collect()
    }
}

/// The points at which a ring turns.
pub(super) fn corners(ring: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let n = ring.len();
    let turns = |i: usize| {
        let [a, b, c] = [ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]];
        let cross = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]);
        let ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]);
        cross.abs() > 1e-9 || ahead < 0.0
    };
    (0..n).filter(|&i| turns(i)).map(|i| ring[i]).collect()
}
