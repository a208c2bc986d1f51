//! What pictures of conventions are drawn from.

use super::View;
use crate::pair::Closest;
use crate::words::Convention;

/// A slice where a convention differs from us.
#[derive(Debug, Clone)]
pub struct ConventionView {
    /// The convention.
    pub convention: Convention,
    /// The pair, in words.
    pub pair: String,
    /// The slice, with the outlines of our solids, and our shortest segment where it lies there.
    pub view: View,
    /// The pixels of each of the two structures; empty of conventions that have none.
    pub pixels: [ConventionPixels; 2],
    /// The closest points of the convention.
    pub closest: Closest,
    /// Its gap, mm.
    pub gap_mm: f64,
    /// Ours, mm.
    pub ours_mm: f64,
    /// Why they differ.
    pub why: String,
}

/// The pixels of a structure on a slice.
#[derive(Debug, Clone, Default)]
pub struct ConventionPixels {
    /// Name of the structure.
    pub name: String,
    /// Corners of each pixel, mm from the left and the upper edge.
    pub corners: Vec<[[f64; 2]; 4]>,
}
