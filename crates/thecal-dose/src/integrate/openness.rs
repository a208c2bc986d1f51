//! How far the surface of a solid can lie off where it is computed, place by place.

use super::field::Field;
use super::sums::Of;
use rayon::prelude::*;
use thecal_geom::Point3;
use thecal_margin::open_outline_mm;
use thecal_mask::{LevelSampler, Solid};

/// Cells of a block along each axis.
const BLOCK: usize = 8;
/// Cells of a block that are looked at.
const LOOKED_AT: usize = 4;
/// What the integration itself leaves open, mm.
const INTEGRATION_MM: f64 = 0.05;
/// Parts of what changes when every second plane is left out: those of the interval of a gap
/// (`docs/method.md`), between the last two planes, and where there are few planes.
const OF_CHANGE: f64 = 0.2;
const OF_CHANGE_LAST: f64 = 0.4;
const FEW_PLANES: usize = 5;

/// How far the true surface can lie off the computed one, mm of the level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Open {
    pub(super) out_mm: f64,
    pub(super) in_mm: f64,
}

impl Open {
    const LEAST: Self = Self { out_mm: INTEGRATION_MM, in_mm: INTEGRATION_MM };

    /// The level up to which the structure, its core, or core and layer reach, mm.
    pub(super) fn level_mm(&self, of: Of) -> f64 {
        match of {
            Of::Structure => 0.0,
            Of::Core => -self.in_mm,
            Of::All => self.out_mm,
        }
    }

    fn or_more(self, other: Self) -> Self {
        Self { out_mm: self.out_mm.max(other.out_mm), in_mm: self.in_mm.max(other.in_mm) }
    }
}

/// Other solids that the drawing of a part allows.
pub(super) struct Drawing {
    part: Solid,
    thinned: [Solid; 2],
    straight: Solid,
    cubic: Solid,
}

impl Drawing {
    pub(super) fn new(part: Solid) -> Self {
        let thinned = [part.thinned(false), part.thinned(true)];
        Self { thinned, straight: part.straight(), cubic: part.cubic(), part }
    }

    fn samplers(&self) -> [LevelSampler<'_>; 5] {
        let [even, odd] = &self.thinned;
        [&self.part, even, odd, &self.straight, &self.cubic].map(Solid::sampler)
    }

    /// What planes that lie apart leave open near a point of the surface: the parts of the interval of a
    /// gap, taken on the level.
    fn planes(&self, p: Point3, samplers: &mut [LevelSampler<'_>; 5]) -> Open {
        let [here, even, odd, straight, cubic] = samplers.each_mut().map(|s| s.level(p));
        let planes = self.part.planes_mm();
        let off = |other: f64| other - here.value_mm;
        let mut change = off(even.value_mm).abs().max(off(odd.value_mm).abs());
        if planes.len() < 3 {
            let n = self.part.frame().normal();
            let lean = here.gradient.dot(&n).abs() / here.gradient.norm().max(1e-9);
            change = change.max(lean * self.part.spacing_mm());
        }
        if !change.is_finite() {
            change = self.part.spacing_mm();
        }
        let below = planes.partition_point(|w| *w < self.part.frame().stack_from_patient(p).z);
        let counts = match planes.len() {
            n if n <= FEW_PLANES => 1.0,
            n if below < 2 || below + 1 >= n => OF_CHANGE_LAST,
            _ => OF_CHANGE,
        };
        let straight = off(straight.value_mm).clamp(-change, change);
        let cubic = off(cubic.value_mm).clamp(-change, change);
        Open {
            out_mm: counts * change + (-straight).max(-cubic).max(0.0),
            in_mm: counts * change + straight.max(cubic).max(0.0),
        }
    }
}

/// What is open, by blocks of a field's cells.
pub(super) struct Openness {
    blocks: [usize; 3],
    open: Vec<Open>,
    /// The most anywhere, mm.
    pub(super) most_mm: f64,
}

impl Openness {
    /// Looks at some cells of each block that the surface passes through. A block counts with the most of
    /// itself and those next to it.
    pub(super) fn new(field: &Field, drawing: &Drawing) -> Self {
        Self::over(field, drawing, None)
    }

    /// As [`Self::new`] for a zone whose outline is everywhere that of one layer of nodes. It may grow by
    /// so much on the way.
    pub(super) fn held(field: &Field, drawing: &Drawing, layer: usize, grows_mm: f64) -> Self {
        let mut held = Self::over(field, drawing, Some(layer));
        held.open.iter_mut().for_each(|open| open.out_mm += grows_mm);
        held.most_mm += grows_mm;
        held
    }

    fn over(field: &Field, drawing: &Drawing, held: Option<usize>) -> Self {
        let blocks = field.size.map(|n| (n - 1).div_ceil(BLOCK));
        let number = |at: [usize; 3]| (at[2] * blocks[1] + at[1]) * blocks[0] + at[0];
        let own: Vec<Option<Open>> = (0..blocks[2] * blocks[1])
            .into_par_iter()
            .flat_map_iter(|row| {
                let mut samplers = drawing.samplers();
                (0..blocks[0])
                    .map(|i| {
                        let block = [i, row % blocks[1], row / blocks[1]];
                        of_block((field, held), drawing, block, &mut samplers)
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        let mut open = Vec::with_capacity(own.len());
        for n in 0..own.len() {
            let at = [n % blocks[0], n / blocks[0] % blocks[1], n / (blocks[0] * blocks[1])];
            let mut most = Open::LEAST;
            let near = |k: usize| at[k].saturating_sub(1)..(at[k] + 2).min(blocks[k]);
            for z in near(2) {
                for y in near(1) {
                    for x in near(0) {
                        most = own[number([x, y, z])].map_or(most, |o| most.or_more(o));
                    }
                }
            }
            open.push(most);
        }
        let most_mm = open.iter().map(|o| o.out_mm.max(o.in_mm)).fold(0.0, f64::max);
        Self { blocks, open, most_mm }
    }

    /// At a cell.
    pub(super) fn at(&self, cell: [usize; 3]) -> Open {
        let [i, j, k] = cell.map(|c| c / BLOCK);
        self.open[(k * self.blocks[1] + j) * self.blocks[0] + i]
    }
}

fn of_block(
    (field, held): (&Field, Option<usize>),
    drawing: &Drawing,
    block: [usize; 3],
    samplers: &mut [LevelSampler<'_>; 5],
) -> Option<Open> {
    let cells = |k: usize| block[k] * BLOCK..((block[k] + 1) * BLOCK).min(field.size[k] - 1);
    let mut cut: Vec<[usize; 3]> = Vec::new();
    for k in cells(2) {
        for j in cells(1) {
            for i in cells(0) {
                let [lo, hi] = field.extent([i, j, k]);
                if lo < 0.0 && hi > 0.0 {
                    cut.push([i, j, k]);
                }
            }
        }
    }
    let step = cut.len().div_ceil(LOOKED_AT).max(1);
    let mut most: Option<Open> = None;
    for (n, cell) in cut.iter().skip(step / 2).step_by(step).enumerate() {
        let mut at = cell.map(|c| c as f64 + 0.5);
        if let Some(layer) = held {
            at[2] = layer as f64;
        }
        let p = field.point(at);
        let planes = drawing.planes(p, samplers);
        let outline = if n == 0 { open_outline_mm(&drawing.part, p) } else { [0.0; 2] };
        let open = Open {
            out_mm: planes.out_mm + outline[0] + INTEGRATION_MM,
            in_mm: planes.in_mm + outline[1] + INTEGRATION_MM,
        };
        most = Some(most.map_or(open, |m| m.or_more(open)));
    }
    most
}
