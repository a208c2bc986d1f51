//! One cell of a field under a dose: what it adds to the sums.

use super::columns::{Column, below_zero, few, many};
use super::field::{Corners, growth, range, steepest};
use super::openness::Open;
use super::sums::{Kind, Of, Sums};
use crate::dose::LocalDose;
use crate::histogram::Axis;
use thecal_geom::Point3;

/// How a zone of a part counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Counts {
    /// It belongs to the structure by its own end rule.
    pub(super) nominal: bool,
    /// It lies between drawn planes.
    pub(super) core: bool,
}

/// What a cell is to a solid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Outside,
    Cut,
    Inside,
}

/// A cell: levels at its corners with how they bend, doses there in steps of the axis and the most that
/// interpolation leaves open of them.
pub(super) struct Cell {
    pub(super) level: Corners,
    /// The level that the layer goes by, where that is another.
    pub(super) widest: Corners,
    pub(super) bends: [f64; 3],
    pub(super) dose: Corners,
    pub(super) open_dose: f64,
    pub(super) open: Open,
    pub(super) volume: f64,
}

impl Cell {
    /// The pieces of a column that count.
    fn pieces(&self, of: Of, column: &Column, along: usize) -> ([[f64; 2]; 2], usize) {
        let level = if of == Of::All { &self.widest } else { &self.level };
        let by = column.sag(&self.bends, along) + self.open.level_mm(of);
        below_zero(column.ends(level, along).map(|l| l - by), self.bends[along])
    }

    pub(super) fn class(level: &Corners, widest: &Corners, open: &Open) -> Class {
        let [lo, _] = range(widest);
        if lo >= open.out_mm {
            return Class::Outside;
        }
        let [_, hi] = range(level);
        if hi < -open.in_mm { Class::Inside } else { Class::Cut }
    }
}

/// Adds cells of one zone to sums.
pub(super) struct Adder<'a> {
    pub(super) axis: &'a Axis,
    pub(super) counts: Counts,
    pub(super) dose: &'a LocalDose<'a>,
}

impl Adder<'_> {
    /// Adds a cell; `point` tells where a place in the cell lies.
    pub(super) fn add(
        &self,
        class: Class,
        cell: &Cell,
        sums: &mut Sums,
        point: &dyn Fn([f64; 3]) -> Point3,
    ) {
        match class {
            Class::Outside => {}
            _ if cell.dose.iter().any(|x| x.is_nan()) => self.at_border(cell, sums, point),
            Class::Inside => self.inside(cell, sums, point),
            Class::Cut => self.cut(cell, sums, point),
        }
    }

    /// True where a zone counts for the structure, for the core, for all.
    fn counts(&self, of: Of) -> bool {
        match of {
            Of::Structure => self.counts.nominal,
            Of::Core => self.counts.core,
            Of::All => true,
        }
    }

    /// Adds a cell that lies inside as a whole and whose dose is known.
    fn inside(&self, cell: &Cell, sums: &mut Sums, point: &dyn Fn([f64; 3]) -> Point3) {
        let slope = growth(&cell.dose);
        let along = steepest(&slope);
        let across = slope[(along + 1) % 3].abs() + slope[(along + 2) % 3].abs();
        let open = cell.open_dose;
        let mut add = |column: Column| {
            let [a, b] = column.ends(&cell.dose, along);
            let volume = column.weight * cell.volume;
            if self.counts.nominal {
                sums.add(Of::Structure, [a, b, open], volume);
            }
            // What is in the core is in all.
            let of = if self.counts.core { Of::Core } else { Of::All };
            sums.add_whole(of, [a, b, open], volume);
        };
        if across < 0.3 * slope[along].abs() || across < 0.5 {
            add(Column { across: [0.5; 2], weight: 1.0 });
        } else {
            few().for_each(add);
        }
        // A trilinear dose is largest and least at corners.
        let [lo, hi] = range(&cell.dose);
        let corner = |high: bool| {
            let of = if high { hi } else { lo };
            let c = cell.dose.iter().position(|x| *x == of).unwrap_or(0);
            point([c & 1, c >> 1 & 1, c >> 2].map(|i| i as f64))
        };
        for of in Of::EACH.into_iter().filter(|of| self.counts(*of)) {
            self.keep(sums, of, [lo, hi, open], cell.open.level_mm(of), &corner);
        }
    }

    /// Adds a cell that the surface may pass through and whose dose is known.
    fn cut(&self, cell: &Cell, sums: &mut Sums, point: &dyn Fn([f64; 3]) -> Point3) {
        let along = steepest(&growth(&cell.level));
        let open = cell.open_dose;
        for column in many() {
            let [from, to] = column.ends(&cell.dose, along);
            let dose = |s: f64| from + (to - from) * s;
            let volume = column.weight * cell.volume;
            for of in Of::EACH.into_iter().filter(|of| self.counts(*of)) {
                let (found, count) = cell.pieces(of, &column, along);
                for [s, t] in &found[..count] {
                    let (a, b) = (dose(*s), dose(*t));
                    sums.add(of, [a, b, open], volume * (t - s));
                    let (lo, hi) = if a < b { (*s, *t) } else { (*t, *s) };
                    let at = |high: bool| point(column.place(along, if high { hi } else { lo }));
                    let range = [a.min(b), a.max(b), open];
                    self.keep(sums, of, range, cell.open.level_mm(of), &at);
                }
            }
        }
    }

    /// Adds a cell at whose corners the dose is not known everywhere, from its columns: as far as the
    /// dose is known, and the rest as volume without a dose.
    fn at_border(&self, cell: &Cell, sums: &mut Sums, point: &dyn Fn([f64; 3]) -> Point3) {
        let along = steepest(&growth(&cell.level));
        for column in many() {
            let at = |s: f64| point(column.place(along, s));
            let known = self.dose.dose.known_part(at(0.0), at(1.0));
            let volume = column.weight * cell.volume;
            for of in Of::EACH.into_iter().filter(|of| self.counts(*of)) {
                let (found, count) = cell.pieces(of, &column, along);
                for [s, t] in &found[..count] {
                    let part = known.map(|[a, b]| [a.max(*s), b.min(*t)]).filter(|[a, b]| a < b);
                    let inside = part.map_or(0.0, |[a, b]| b - a);
                    sums.add_outside(of, volume * (t - s - inside));
                    if let Some([a, b]) = part {
                        let level_mm = cell.open.level_mm(of);
                        let ends = [at(a), at(b)];
                        self.known_piece(of, ends, volume * (b - a), level_mm, sums);
                    }
                }
            }
        }
    }

    fn known_piece(&self, of: Of, ends: [Point3; 2], volume: f64, level_mm: f64, sums: &mut Sums) {
        // A hair within, so that rounding does not take the ends out of the grid.
        let middle = nalgebra::center(&ends[0], &ends[1]);
        let within = |p: Point3| middle + (p - middle) * (1.0 - 1e-9);
        let known = [self.dose.at(within(ends[0])), self.dose.at(within(ends[1]))];
        let [Some(first), Some(last)] = known else {
            sums.add_outside(of, volume);
            return;
        };
        let [a, b] = [first, last].map(|k| self.axis.at(k.gy));
        let open_gy = first.open_gy.max(last.open_gy);
        let open = open_gy / self.axis.step_gy();
        sums.add(of, [a, b, open], volume);
        let (lo, hi) = if a < b { (0, 1) } else { (1, 0) };
        let at = |high: bool| ends[if high { hi } else { lo }];
        self.keep(sums, of, [a.min(b), a.max(b), open], level_mm, &at);
    }

    /// Keeps what is largest and least of a piece with doses from `lo` to `hi` of which `open` is open, all
    /// in steps of the axis; `at` tells where the higher and the lower one lie.
    fn keep(
        &self,
        sums: &mut Sums,
        of: Of,
        [lo, hi, open]: [f64; 3],
        level_mm: f64,
        at: &dyn Fn(bool) -> Point3,
    ) {
        let (high, low) = match of {
            Of::Structure => (hi, lo),
            Of::Core => (hi - open, lo + open),
            Of::All => (hi + open, lo - open),
        };
        let ends = [(true, high), (false, low)];
        for (largest, place) in ends {
            let kind = Kind { of, largest };
            sums.extremes.keep(kind, self.axis.gy_at(place), || (at(largest), level_mm));
        }
    }
}
