//! One frame of an image, as its header describes it.

use super::keys::Keys;

/// One plane of pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    pub(super) index: usize,
    /// Centre of the first pixel, LPS mm.
    pub(super) position_mm: [f64; 3],
    /// Direction of a row, then of a column.
    pub(super) orientation: [f64; 6],
    /// Distance of rows, then of columns, mm.
    pub(super) spacing_mm: [f64; 2],
    pub(super) thickness_mm: Option<f64>,
    pub(super) slope: f64,
    pub(super) intercept: f64,
    pub(super) keys: Keys,
}
