//! One zone of a part: between its drawn planes, or past an end.

use super::cell::{Adder, Cell, Class, Counts};
use super::field::{Corners, Field};
use super::openness::Openness;
use super::refine::{MOST_FINE, Split};
use super::shape::{Shape, Solids};
use super::sums::Sums;
use rayon::prelude::*;
use thecal_geom::Point3;

/// Layers of cells that are worked on together.
const TOGETHER: usize = 16;

/// A zone with all that its cells are made of.
pub(super) struct Zone {
    pub(super) field: Field,
    pub(super) openness: Openness,
    pub(super) counts: Counts,
    pub(super) shape: Shape,
}

/// The cells of some layers that are not outside, with the doses at their corners.
struct Layers {
    cells: Vec<([usize; 3], Class)>,
    doses: Doses,
}

/// Doses at the nodes of some layers, in steps of the axis: NaN where it is not known or was not asked.
struct Doses {
    first: usize,
    at: Vec<f64>,
    open: Vec<f32>,
}

impl Zone {
    /// The sums of the zone, and the hottest dose of each group of layers, in steps of the axis.
    pub(super) fn sums(&self, adder: &Adder<'_>) -> (Sums, Vec<f64>) {
        let parts: Vec<(Sums, f64)> = (0..self.groups())
            .into_par_iter()
            .map(|n| {
                let (mut sums, mut hottest) = (Sums::new(), f64::NEG_INFINITY);
                let layers = self.layers(n, adder);
                for (at, class) in &layers.cells {
                    let cell = self.cell(*at, *class, &layers.doses);
                    hottest = hottest.max(hot(&cell));
                    adder.add(*class, &cell, &mut sums, &self.point_in(*at));
                }
                (sums, hottest)
            })
            .collect();
        // Summed in order, so that the result is the same for any number of threads.
        let mut sums = Sums::new();
        parts.iter().for_each(|(part, _)| sums.add_all(part, 1.0));
        (sums, parts.iter().map(|p| p.1).collect())
    }

    /// What taking apart the cells with at least a dose, in steps of the axis, changes; `hottest` is that of
    /// each group of layers. `None` where nothing is taken apart.
    pub(super) fn refined(
        &self,
        solids: Solids<'_>,
        adder: &Adder<'_>,
        hottest: &[f64],
        least: f64,
    ) -> Option<Sums> {
        let split = Split::from_field(&self.field)?;
        let groups: Vec<usize> = (0..self.groups()).filter(|n| hottest[*n] >= least).collect();
        let layers: Vec<Layers> = groups
            .into_par_iter()
            .map(|n| {
                let mut layers = self.layers(n, adder);
                let Layers { cells, doses } = &mut layers;
                cells.retain(|(at, class)| hot(&self.cell(*at, *class, doses)) >= least);
                layers
            })
            .collect();
        let cells: usize = layers.iter().map(|l| l.cells.len()).sum();
        if cells == 0 || cells * split.count() > MOST_FINE {
            return None;
        }
        let parts: Vec<(Sums, Sums)> = layers
            .par_iter()
            .map(|layers| {
                let (mut coarse, mut fine) = (Sums::new(), Sums::new());
                for (at, class) in &layers.cells {
                    let cell = self.cell(*at, *class, &layers.doses);
                    adder.add(*class, &cell, &mut coarse, &self.point_in(*at));
                    let (of, what) = ((&self.field, solids, self.shape), (*at, *class));
                    split.add(of, what, &cell, adder, &mut fine);
                }
                (coarse, fine)
            })
            .collect();
        let mut sums = Sums::new();
        for (coarse, fine) in &parts {
            sums.add_all(coarse, -1.0);
            sums.add_all(fine, 1.0);
        }
        Some(sums)
    }

    fn groups(&self) -> usize {
        (self.field.size[2] - 1).div_ceil(TOGETHER)
    }

    /// The cells of a group of layers.
    fn layers(&self, group: usize, adder: &Adder<'_>) -> Layers {
        let [nx, ny, nz] = self.field.size;
        let (from, to) = (group * TOGETHER, ((group + 1) * TOGETHER).min(nz - 1));
        let mut cells = Vec::new();
        let mut wanted = vec![false; nx * ny * (to - from + 1)];
        for k in from..to {
            for j in 0..ny - 1 {
                for i in 0..nx - 1 {
                    let class = self.class([i, j, k]);
                    if class == Class::Outside {
                        continue;
                    }
                    cells.push(([i, j, k], class));
                    let first = ((k - from) * ny + j) * nx + i;
                    for c in 0..8 {
                        wanted[first + (c & 1) + (c >> 1 & 1) * nx + (c >> 2) * nx * ny] = true;
                    }
                }
            }
        }
        Layers { cells, doses: self.doses(from, &wanted, adder) }
    }

    /// Tells where a place in a cell lies.
    fn point_in(&self, at: [usize; 3]) -> impl Fn([f64; 3]) -> Point3 {
        let place = at.map(|i| i as f64);
        move |[i, j, k]| self.field.point([place[0] + i, place[1] + j, place[2] + k])
    }

    fn class(&self, cell: [usize; 3]) -> Class {
        if self.shape.widest_at().is_none() {
            let [lo, hi] = self.field.extent(cell);
            if lo > self.openness.most_mm as f32 {
                return Class::Outside;
            }
            if hi == f32::NEG_INFINITY {
                return Class::Inside;
            }
        }
        let level = self.field.corners(cell);
        Cell::class(&level, &self.widest(cell, &level), &self.openness.at(cell))
    }

    /// The levels that the layer goes by at the corners of a cell.
    fn widest(&self, [i, j, _]: [usize; 3], level: &Corners) -> Corners {
        let Some(k) = self.shape.widest_at() else { return *level };
        let last = self.field.corners([i, j, k.min(self.field.size[2] - 2)]);
        let upper = if k == 0 { 0 } else { 4 };
        std::array::from_fn(|c| level[c].min(last[c % 4 + upper]))
    }

    fn doses(&self, first: usize, wanted: &[bool], adder: &Adder<'_>) -> Doses {
        let [nx, ny, _] = self.field.size;
        let mut out =
            Doses { first, at: vec![f64::NAN; wanted.len()], open: vec![0.0; wanted.len()] };
        for (n, _) in wanted.iter().enumerate().filter(|x| *x.1) {
            let node = [n % nx, n / nx % ny, n / (nx * ny) + first];
            if let Some(known) = adder.dose.at(self.field.node(node)) {
                out.at[n] = adder.axis.at(known.gy);
                out.open[n] = (known.open_gy / adder.axis.step_gy()) as f32;
            }
        }
        out
    }

    fn cell(&self, at: [usize; 3], class: Class, doses: &Doses) -> Cell {
        let [nx, ny, _] = self.field.size;
        let level = self.field.corners(at);
        let first = ((at[2] - doses.first) * ny + at[1]) * nx + at[0];
        let node = |c: usize| first + (c & 1) + (c >> 1 & 1) * nx + (c >> 2) * nx * ny;
        Cell {
            bends: if class == Class::Cut { self.field.bends(at) } else { [0.0; 3] },
            dose: std::array::from_fn(|c| doses.at[node(c)]),
            open_dose: f64::from((0..8).map(|c| doses.open[node(c)]).fold(0.0, f32::max)),
            open: self.openness.at(at),
            volume: self.field.cell_mm3,
            widest: self.widest(at, &level),
            level,
        }
    }
}

/// The largest dose that a cell can have anywhere, in steps of the axis.
fn hot(cell: &Cell) -> f64 {
    cell.dose.iter().copied().fold(f64::NEG_INFINITY, f64::max) + cell.open_dose
}
