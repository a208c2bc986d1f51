//! Cells where the hottest volumes lie, taken apart.

use super::cell::{Adder, Cell, Class};
use super::field::{Corners, Field};
use super::shape::{Shape, Solids};
use super::sums::Sums;
use thecal_geom::Point3;

/// Cells at least as wide as this are taken apart, into such of about half of it, mm.
const COARSE_MM: f64 = 0.8;
const FINE_MM: f64 = 0.5;
/// Where more fine cells than this would be made, the dose is flat and none are.
pub(super) const MOST_FINE: usize = 200_000;

/// How cells of a field are taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Split {
    into: [usize; 3],
}

impl Split {
    /// `None` where the cells of a field are fine as they are.
    pub(super) fn from_field(field: &Field) -> Option<Self> {
        let widths = field.cell_mm();
        if widths.iter().all(|w| *w < COARSE_MM) {
            return None;
        }
        Some(Self { into: widths.map(|w| (w / FINE_MM).ceil().max(1.0) as usize) })
    }

    /// Fine cells in a coarse one.
    pub(super) fn count(&self) -> usize {
        self.into.iter().product()
    }

    /// Adds a cell of a zone in its fine cells.
    pub(super) fn add(
        &self,
        (field, solids, shape): (&Field, Solids<'_>, Shape),
        (at, class): ([usize; 3], Class),
        coarse: &Cell,
        adder: &Adder<'_>,
        sums: &mut Sums,
    ) {
        let [a, b, c] = self.into;
        let nodes = [a + 1, b + 1, c + 1];
        let place = |n: [f64; 3]| -> [f64; 3] {
            std::array::from_fn(|k| at[k] as f64 + n[k] / self.into[k] as f64)
        };
        let count: usize = nodes.iter().product();
        let mut levels = vec![-1e3; count];
        let mut widest = vec![-1e3; count];
        let mut doses = vec![f64::NAN; count];
        let mut opens = vec![0.0; count];
        let mut side = solids.sides.sampler();
        let mut taper = solids.tapered.sampler();
        for n in 0..count {
            let node = [n % nodes[0], n / nodes[0] % nodes[1], n / (nodes[0] * nodes[1])];
            let on = place(node.map(|i| i as f64));
            let p = field.point(on);
            if class == Class::Cut {
                let mut at_layer =
                    |k: usize| side.level(field.point([on[0], on[1], k as f64])).value_mm;
                [levels[n], widest[n]] = match shape {
                    Shape::Held(k) => [at_layer(k); 2],
                    Shape::Drawn => [side.level(p).value_mm; 2],
                    Shape::Tapered(layer) => {
                        let level = taper.level(p).value_mm;
                        [level, layer.map_or(level, |k| at_layer(k).min(level))]
                    }
                };
            }
            if let Some(known) = adder.dose.at(p) {
                doses[n] = adder.axis.at(known.gy);
                opens[n] = known.open_gy / adder.axis.step_gy();
            }
        }
        let parts = self.into.map(|n| n as f64);
        for n in 0..self.count() {
            let cell = [n % a, n / a % b, n / (a * b)];
            let first = (cell[2] * nodes[1] + cell[1]) * nodes[0] + cell[0];
            let node = |c: usize| {
                first + (c & 1) + (c >> 1 & 1) * nodes[0] + (c >> 2) * nodes[0] * nodes[1]
            };
            let corners = |of: &[f64]| -> Corners { std::array::from_fn(|c| of[node(c)]) };
            let (level, widest) = (corners(&levels), corners(&widest));
            let class = match class {
                Class::Cut => Cell::class(&level, &widest, &coarse.open),
                other => other,
            };
            let fine = Cell {
                bends: std::array::from_fn(|k| coarse.bends[k] / (parts[k] * parts[k])),
                dose: corners(&doses),
                open_dose: corners(&opens).into_iter().fold(0.0, f64::max),
                open: coarse.open,
                volume: coarse.volume / self.count() as f64,
                level,
                widest,
            };
            let corner = cell.map(|i| i as f64);
            let point = |in_cell: [f64; 3]| -> Point3 {
                field.point(place(std::array::from_fn(|k| corner[k] + in_cell[k])))
            };
            adder.add(class, &fine, sums, &point);
        }
    }
}
