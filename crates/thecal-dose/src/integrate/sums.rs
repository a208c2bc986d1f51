//! What integration gathers: volumes over dose, volumes where no dose is known, extremes.

use crate::histogram::Histogram;
use thecal_geom::Point3;

/// Volume over dose of a solid under a dose, mm³.
///
/// The core is what belongs to the structure whatever the drawing leaves open; the layer is what may
/// belong to it besides. Low and high are with the dose less and plus what its interpolation leaves open.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    pub(crate) nominal: Histogram,
    pub(crate) core_low: Histogram,
    pub(crate) core_high: Histogram,
    pub(crate) layer_low: Histogram,
    pub(crate) layer_high: Histogram,
    /// Where no dose is known: nominal, core, layer.
    pub(crate) outside: [f64; 3],
    pub(crate) extremes: Extremes,
    /// The largest dose, bound included, where the structure leaves the dose's grid, Gy.
    pub(crate) border_gy: f64,
}

impl Sums {
    pub(crate) fn new() -> Self {
        Self {
            nominal: Histogram::new(),
            core_low: Histogram::new(),
            core_high: Histogram::new(),
            layer_low: Histogram::new(),
            layer_high: Histogram::new(),
            outside: [0.0; 3],
            extremes: Extremes::default(),
            border_gy: f64::NEG_INFINITY,
        }
    }

    /// Adds a volume over which the dose changes evenly from one value to another, with what is open of it,
    /// all in steps of the axis. What is added to the core is taken from the layer, to which all of it
    /// is added by its own.
    pub(crate) fn add(&mut self, of: Of, [a, b, open]: [f64; 3], volume: f64) {
        match of {
            Of::Structure => self.nominal.add(a, b, volume),
            Of::Core => {
                self.add_whole(of, [a, b, open], volume);
                self.layer_low.add(a - open, b - open, -volume);
                self.layer_high.add(a + open, b + open, -volume);
            }
            Of::All => self.add_whole(of, [a, b, open], volume),
        }
    }

    /// As [`Self::add`], for a volume that is added once: to the core, or to the layer.
    pub(crate) fn add_whole(&mut self, of: Of, [a, b, open]: [f64; 3], volume: f64) {
        let (low, high) = match of {
            Of::Core => (&mut self.core_low, &mut self.core_high),
            _ => (&mut self.layer_low, &mut self.layer_high),
        };
        low.add(a - open, b - open, volume);
        high.add(a + open, b + open, volume);
    }

    /// Adds a volume where no dose is known; of the core as in [`Self::add`].
    pub(crate) fn add_outside(&mut self, of: Of, volume: f64) {
        match of {
            Of::Structure => self.outside[0] += volume,
            Of::Core => {
                self.outside[1] += volume;
                self.outside[2] -= volume;
            }
            Of::All => self.outside[2] += volume,
        }
    }

    pub(crate) fn add_all(&mut self, other: &Self, factor: f64) {
        self.nominal.add_all(&other.nominal, factor);
        self.core_low.add_all(&other.core_low, factor);
        self.core_high.add_all(&other.core_high, factor);
        self.layer_low.add_all(&other.layer_low, factor);
        self.layer_high.add_all(&other.layer_high, factor);
        for (sum, part) in self.outside.iter_mut().zip(other.outside) {
            *sum += factor * part;
        }
        self.extremes.merge(&other.extremes);
    }
}

/// A dose at a place, with the level up to which the solid counts there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extreme {
    pub(crate) gy: f64,
    pub(crate) at: Point3,
    /// The level of the surface there, mm.
    pub(crate) level_mm: f64,
}

/// What an extreme is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// The structure under its own end rule.
    Structure,
    /// The core, with the dose that is known at least: for a maximum the low one, for a minimum the high
    /// one.
    Core,
    /// Core and layer, with the dose that is allowed at most.
    All,
}

impl Of {
    pub(crate) const EACH: [Self; 3] = [Self::Structure, Self::Core, Self::All];
}

/// One of the extremes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) of: Of,
    pub(crate) largest: bool,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self { of: Of::Structure, largest: true },
        Self { of: Of::Structure, largest: false },
        Self { of: Of::Core, largest: true },
        Self { of: Of::Core, largest: false },
        Self { of: Of::All, largest: true },
        Self { of: Of::All, largest: false },
    ];

    fn number(self) -> usize {
        let of = match self.of {
            Of::Structure => 0,
            Of::Core => 2,
            Of::All => 4,
        };
        of + usize::from(!self.largest)
    }
}

/// The largest and the least dose met: of the structure, and the ends of what is open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Extremes {
    kept: [Option<Extreme>; 6],
}

impl Extremes {
    pub(crate) fn get(&self, kind: Kind) -> Option<Extreme> {
        self.kept[kind.number()]
    }

    /// The dose of one kind, Gy.
    pub(crate) fn gy(&self, of: Of, largest: bool) -> Option<f64> {
        self.get(Kind { of, largest }).map(|e| e.gy)
    }

    /// Keeps a dose where it is larger or less than the one that was kept; of equal ones the first.
    pub(crate) fn keep(&mut self, kind: Kind, gy: f64, at: impl FnOnce() -> (Point3, f64)) {
        let kept = &mut self.kept[kind.number()];
        let better = |k: &Extreme| if kind.largest { gy > k.gy } else { gy < k.gy };
        if kept.as_ref().is_none_or(better) {
            let (at, level_mm) = at();
            *kept = Some(Extreme { gy, at, level_mm });
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for kind in Kind::ALL {
            if let Some(e) = other.get(kind) {
                self.keep(kind, e.gy, || (e.at, e.level_mm));
            }
        }
    }
}
