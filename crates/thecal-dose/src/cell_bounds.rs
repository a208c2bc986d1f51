//! Bounds of single cells, kept once they have been worked out.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// What belongs to each cell of a grid, worked out when it is asked for.
///
/// It follows from the grid's samples: a copy begins empty, and equal grids have equal ones.
#[derive(Debug, Default)]
pub(crate) struct CellBounds {
    /// The bits of an `f32` for each cell, Gy; NaN where it has not been worked out.
    bits: OnceLock<Box<[AtomicU32]>>,
}

impl CellBounds {
    /// The bound of a cell out of so many, Gy.
    pub(crate) fn get_gy(&self, cell: usize, cells: usize, make: impl FnOnce() -> f64) -> f64 {
        let empty = || (0..cells).map(|_| AtomicU32::new(f32::NAN.to_bits())).collect();
        let slot = &self.bits.get_or_init(empty)[cell];
        let known = f32::from_bits(slot.load(Ordering::Relaxed));
        if !known.is_nan() {
            return f64::from(known);
        }
        // Two threads that meet here work out the same number.
        let new = make() as f32;
        slot.store(new.to_bits(), Ordering::Relaxed);
        f64::from(new)
    }
}

impl Clone for CellBounds {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for CellBounds {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
