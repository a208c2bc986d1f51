//! The curves between which that of the true structure under the true dose lies.
//!
//! The true structure holds the core, and any part of the layer. The true dose lies between low and high.
//! What a figure can be at least and at most follows from the best and the worst choice of the parts.

use crate::histogram::{Axis, BINS, Cumulative, last_at_least_zero};
use crate::integrate::Integrated;
use crate::integrate::sums::Extremes;

/// Steps of the axis that a dose may be off by: half of one is what the axis leaves open, and a whole one what
/// columns do.
pub(crate) const OPEN_STEPS: f64 = 1.5;

/// Curves of volume over dose; mm³.
#[derive(Debug, Clone)]
pub(crate) struct Bands {
    pub(crate) axis: Axis,
    pub(crate) nominal: Cumulative,
    pub(crate) core_low: Cumulative,
    pub(crate) core_high: Cumulative,
    /// Core and layer together.
    pub(crate) all_low: Cumulative,
    pub(crate) all_high: Cumulative,
    /// Where no dose is known: nominal, core, core and layer.
    pub(crate) outside_mm3: [f64; 3],
    pub(crate) extremes: Extremes,
    /// The largest dose where the structure leaves the dose's grid, Gy.
    pub(crate) border_gy: f64,
}

impl Bands {
    pub(crate) fn new(of: &Integrated) -> Self {
        let sums = &of.sums;
        let (mut all_low, mut all_high) = (sums.core_low.clone(), sums.core_high.clone());
        all_low.add_all(&sums.layer_low, 1.0);
        all_high.add_all(&sums.layer_high, 1.0);
        let [nominal, core, layer] = sums.outside;
        Self {
            axis: of.axis,
            nominal: sums.nominal.curve(),
            core_low: sums.core_low.curve(),
            core_high: sums.core_high.curve(),
            all_low: all_low.curve(),
            all_high: all_high.curve(),
            outside_mm3: [nominal, core, core + layer],
            extremes: sums.extremes,
            border_gy: sums.border_gy,
        }
    }

    pub(crate) fn nominal_mm3(&self) -> f64 {
        self.nominal.volume + self.outside_mm3[0]
    }

    pub(crate) fn core_mm3(&self) -> f64 {
        self.core_low.volume + self.outside_mm3[1]
    }

    pub(crate) fn all_mm3(&self) -> f64 {
        self.all_high.volume + self.outside_mm3[2]
    }

    /// A place on the axis as dose, Gy, further out by what the axis and columns leave open.
    fn gy(&self, place: f64, sign: f64) -> f64 {
        self.axis.gy_at(place + OPEN_STEPS * sign)
    }

    /// The dose that a volume of a curve has at least, Gy, further out on the side of `sign`.
    pub(crate) fn dose_to(&self, curve: &Cumulative, mm3: f64, sign: f64) -> Option<f64> {
        last_at_least_zero(|n| curve.node(n) - mm3).map(|place| self.gy(place, sign))
    }

    /// The least and the largest dose that a part of the volume can have at least, Gy. What lies outside
    /// the dose counts as cold.
    ///
    /// Least: all of the layer that is colder than a dose belongs to the structure, and nothing of what
    /// is hotter. Largest: the other way round.
    pub(crate) fn dose_to_part(&self, part: f64) -> [Option<f64>; 2] {
        let [_, core_out, all_out] = self.outside_mm3;
        let least = last_at_least_zero(|n| {
            let cold = self.all_low.volume - self.all_low.node(n) + all_out;
            (1.0 - part) * self.core_low.node(n) - part * cold
        });
        let most = last_at_least_zero(|n| {
            let cold = self.core_high.volume - self.core_high.node(n) + core_out;
            (1.0 - part) * self.all_high.node(n) - part * cold
        });
        [least.map(|p| self.gy(p, -1.0)), most.map(|p| self.gy(p, 1.0))]
    }

    /// The least and the largest part of the volume that can have at least a dose, by its place on the
    /// axis. What lies outside the dose counts as cold.
    pub(crate) fn part_at(&self, place: f64) -> [f64; 2] {
        let [_, core_out, all_out] = self.outside_mm3;
        let share = |hot: f64, cold: f64| {
            let (hot, cold) = (hot.max(0.0), cold.max(0.0));
            if hot + cold > 0.0 { hot / (hot + cold) } else { 0.0 }
        };
        let (low, high) = (place + OPEN_STEPS, place - OPEN_STEPS);
        let cold = self.all_low.volume - self.all_low.above(low) + all_out;
        let least = share(self.core_low.above(low), cold);
        let cold = self.core_high.volume - self.core_high.above(high) + core_out;
        [least, share(self.all_high.above(high), cold)]
    }

    /// The least and the largest mean dose, Gy.
    pub(crate) fn mean_gy(&self) -> [f64; 2] {
        let most = self.extreme_mean(true);
        let least = self.extreme_mean(false);
        [self.gy(least, -1.0), self.gy(most, 1.0)]
    }

    /// The largest or the least mean of the core with any part of the layer, as a place on the axis: the
    /// part of the layer that is hotter (colder) than the mean itself.
    fn extreme_mean(&self, largest: bool) -> f64 {
        /// The mean of the best part so far picks the next one; each is better than the last.
        const ROUNDS: usize = 50;
        let (core, all) = match largest {
            true => (&self.core_high, &self.all_high),
            false => (&self.core_low, &self.all_low),
        };
        let mut mean = all.moment() / all.volume.max(1e-12);
        for _ in 0..ROUNDS {
            let node = (mean.round().max(0.0) as usize).min(BINS - 2);
            let mut volume = all.node(node) - core.node(node);
            let mut moment = all.moment_above(node) - core.moment_above(node);
            if !largest {
                volume = (all.volume - core.volume) - volume;
                moment = (all.moment() - core.moment()) - moment;
            }
            let next = (core.moment() + moment) / (core.volume + volume).max(1e-12);
            let better = if largest { next > mean + 1e-3 } else { next < mean - 1e-3 };
            if !better {
                break;
            }
            mean = next;
        }
        mean
    }
}
