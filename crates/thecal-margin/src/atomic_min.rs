//! A running minimum that threads share.

use std::sync::atomic::{AtomicU64, Ordering};

/// The least of the lengths that many threads find; the same whatever their order.
pub(crate) struct AtomicMin(AtomicU64);

impl AtomicMin {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(f64::INFINITY.to_bits()))
    }

    pub(crate) fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }

    pub(crate) fn take(&self, length: f64) {
        // The bits of floats that are not negative are ordered as the floats are.
        self.0.fetch_min(length.to_bits(), Ordering::Relaxed);
    }
}
